"""The page of the basket: its order, what leaves it, what the corpus has no more, and its files. The corpus is
invented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.compose.parts import Components
from assistant.export.formats import FORMATS
from assistant.people.audit import AuditAction
from index.types import Passage
from tests.assistant.export.readers import assert_holds
from tests.assistant.research_corpus import HOSTILE
from tests.assistant.ui.pages.research_pages import Desk, desk_over, index_allotment, said, shown

STARTS = ("Le groupe", "Par une voisine", "<script>")


@pytest.fixture(scope="module")
def allotment(tmp_path_factory: pytest.TempPathFactory) -> Components:
    return index_allotment(tmp_path_factory.mktemp("allotment"))


@pytest.fixture
def desk(allotment: Components, tmp_path: Path) -> Iterator[Desk]:
    with desk_over(allotment, tmp_path) as made:
        yield made


@pytest.fixture
def ids(desk: Desk) -> list[str]:
    found = [desk.id_of(start) for start in STARTS]
    desk.baskets.add("ada", found)
    return found


def test_an_empty_basket_says_how_to_fill_it(desk: Desk) -> None:
    answer = desk.get("/panier")
    assert "Le panier est vide" in said(answer) and "<blockquote>" not in answer.text
    assert 'name="format"' not in answer.text
    assert desk.post("/panier/export", ("format", "csv")).status_code == 303


def test_a_basket_is_shown_in_its_order_to_its_person_alone(desk: Desk, ids: list[str]) -> None:
    answer = desk.get("/panier")
    assert [text.startswith(start) for text, start in zip(shown(answer), STARTS, strict=True)] == [True] * 3
    assert HOSTILE in shown(answer) and "<script" not in answer.text.split("<body>")[1]
    assert "3 passages de 3 sources" in said(answer) and "Un de ces passages est réservé" in said(answer)
    ((who, _),) = desk.acts(AuditAction.OPENED)
    assert who == "ada"
    other = desk.client.get("/equipe/recherche/panier", headers={"x-assistant-name": "bea"})
    assert shown(other) == []


def test_passages_move_and_leave(desk: Desk, ids: list[str]) -> None:
    first, second, third = ids

    def after(field: str, value: str) -> str:
        answer = desk.post("/panier", (field, value))
        assert answer.status_code == 303
        return str(answer.headers["location"])

    assert after("descendre", first) == f"/equipe/recherche/panier?fait=deplace#p-{first}"
    assert desk.baskets.of("ada") == [second, first, third]
    after("monter", third)
    assert desk.baskets.of("ada") == [second, third, first]
    for field, value in (("monter", second), ("descendre", first), ("monter", "absent"), ("retirer", ""), ("x", "y")):
        assert "fait=rien" in after(field, value)
    assert desk.baskets.of("ada") == [second, third, first]
    assert "fait=retire" in after("retirer", third)
    assert desk.baskets.of("ada") == [second, first]
    assert "fait=vide" in after("vider", "1")
    assert desk.baskets.of("ada") == []


def test_the_ends_cannot_be_passed(desk: Desk, ids: list[str]) -> None:
    buttons = re.findall(r'name="(monter|descendre)" value="(\w+)"( disabled)?', desk.get("/panier").text)
    assert [(name, value) for name, value, off in buttons if off] == [("monter", ids[0]), ("descendre", ids[2])]


def test_what_is_no_more_in_the_corpus_is_counted_and_can_be_dropped(desk: Desk, ids: list[str]) -> None:
    desk.baskets.add("ada", ["parti"])
    desk.baskets.swap("ada", "parti", ids[1])  # between two that are there
    answer = desk.get("/panier")
    assert "1 passage de votre panier n’est plus dans le corpus." in said(answer)
    desk.post("/panier", ("descendre", ids[0]))  # in one step, past what is not seen
    assert [one[:5] for one in shown(desk.get("/panier"))] == [STARTS[2][:5], STARTS[0][:5], STARTS[1][:5]]
    assert_holds("csv", desk.post("/panier/export", ("format", "csv")).content, _in_order(desk))
    desk.post("/panier", ("oublier", "1"))
    assert "parti" not in desk.baskets.of("ada") and len(desk.baskets.of("ada")) == 3
    assert "plus dans le corpus." not in said(desk.get("/panier"))


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_holds_the_basket_and_is_kept_in_the_trail(desk: Desk, ids: list[str], name: str) -> None:
    answer = desk.post("/panier/export", ("format", name))
    assert_holds(name, answer.content, _in_order(desk))
    assert re.search(rf'filename="panier-[\d-]{{10}}\.{name}"', answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "no-store"
    reserved = next(one.source.id for one in desk.passages() if one.id == ids[1])
    assert desk.acts(AuditAction.EXPORTED) == [("ada", (reserved,))]


def test_a_post_that_no_form_of_ours_sends_changes_nothing(desk: Desk, ids: list[str]) -> None:
    for content, kind in (
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"p=1&" * 5000, "application/x-www-form-urlencoded"),
        (b'{"vider": 1}', "application/json"),
        (b"--x\r\nvider", "multipart/form-data; boundary=x"),
        (b"vider=1", "text/plain"),
    ):
        for path in ("/panier", "/panier/ajouter", "/export", "/panier/export"):
            answer = desk.client.post(
                f"/equipe/recherche{path}", content=content, headers={"content-type": kind}, follow_redirects=False
            )
            assert answer.status_code == 303, (path, content)
    assert desk.baskets.of("ada") == ids


def _in_order(desk: Desk) -> list[Passage]:
    passages = {one.id: one for one in desk.passages()}
    return [passages[one] for one in desk.baskets.of("ada") if one in passages]
