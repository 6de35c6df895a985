"""The page of the basket: order, removal, passages that left the corpus, and exports. The corpus is invented."""

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
from tests.assistant.ui.pages.research_pages import ServedResearch, index_allotment, serve_research, shown, visible_text

STARTS = ("Le groupe", "Par une voisine", "<script>")


@pytest.fixture(scope="module")
def allotment(tmp_path_factory: pytest.TempPathFactory) -> Components:
    return index_allotment(tmp_path_factory.mktemp("allotment"))


@pytest.fixture
def served(allotment: Components, tmp_path: Path) -> Iterator[ServedResearch]:
    with serve_research(allotment, tmp_path) as research:
        yield research


@pytest.fixture
def ids(served: ServedResearch) -> list[str]:
    found = [served.id_of(start) for start in STARTS]
    served.baskets.add("ada", found)
    return found


def test_an_empty_basket_explains_how_to_fill_it(served: ServedResearch) -> None:
    answer = served.get("/panier")
    assert "Le panier est vide" in visible_text(answer) and "<blockquote>" not in answer.text
    assert 'name="format"' not in answer.text
    assert served.post("/panier/export", ("format", "csv")).status_code == 303


def test_a_basket_is_shown_in_its_order_to_its_owner_only(served: ServedResearch, ids: list[str]) -> None:
    answer = served.get("/panier")
    assert [text.startswith(start) for text, start in zip(shown(answer), STARTS, strict=True)] == [True] * 3
    assert HOSTILE in shown(answer) and "<script" not in answer.text.split("<body>")[1]
    text = visible_text(answer)
    assert "3 passages de 3 sources" in text and "Un de ces passages est réservé" in text
    ((who, _),) = served.acts(AuditAction.OPENED)
    assert who == "ada"
    other = served.client.get("/equipe/recherche/panier", headers={"x-assistant-name": "bea"})
    assert shown(other) == []


def test_passages_are_moved_and_removed(served: ServedResearch, ids: list[str]) -> None:
    first, second, third = ids

    def after(field: str, value: str) -> str:
        answer = served.post("/panier", (field, value))
        assert answer.status_code == 303
        return str(answer.headers["location"])

    assert after("descendre", first) == f"/equipe/recherche/panier?fait=deplace#p-{first}"
    assert served.baskets.of("ada") == [second, first, third]
    after("monter", third)
    assert served.baskets.of("ada") == [second, third, first]
    for field, value in (("monter", second), ("descendre", first), ("monter", "absent"), ("retirer", ""), ("x", "y")):
        assert "fait=rien" in after(field, value)
    assert served.baskets.of("ada") == [second, third, first]
    assert "fait=retire" in after("retirer", third)
    assert served.baskets.of("ada") == [second, first]
    assert "fait=vide" in after("vider", "1")
    assert served.baskets.of("ada") == []


def test_moves_beyond_either_end_are_disabled(served: ServedResearch, ids: list[str]) -> None:
    buttons = re.findall(r'name="(monter|descendre)" value="(\w+)"( disabled)?', served.get("/panier").text)
    assert [(name, value) for name, value, off in buttons if off] == [("monter", ids[0]), ("descendre", ids[2])]


def test_passages_that_left_the_corpus_are_counted_and_can_be_removed(served: ServedResearch, ids: list[str]) -> None:
    served.baskets.add("ada", ["parti"])
    served.baskets.swap("ada", "parti", ids[1])  # between two passages of the corpus
    answer = served.get("/panier")
    assert "1 passage de votre panier n’est plus dans le corpus." in visible_text(answer)
    served.post("/panier", ("descendre", ids[0]))  # one step moves it past the missing passage
    assert [text[:5] for text in shown(served.get("/panier"))] == [STARTS[2][:5], STARTS[0][:5], STARTS[1][:5]]
    assert_holds("csv", served.post("/panier/export", ("format", "csv")).content, _in_order(served))
    served.post("/panier", ("oublier", "1"))
    assert "parti" not in served.baskets.of("ada") and len(served.baskets.of("ada")) == 3
    assert "plus dans le corpus." not in visible_text(served.get("/panier"))


@pytest.mark.parametrize("name", FORMATS)
def test_each_export_holds_the_basket_and_is_recorded_in_the_audit_trail(
    served: ServedResearch, ids: list[str], name: str
) -> None:
    answer = served.post("/panier/export", ("format", name))
    assert_holds(name, answer.content, _in_order(served))
    assert re.search(rf'filename="panier-[\d-]{{10}}\.{name}"', answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "no-store"
    reserved = next(passage.source.id for passage in served.passages() if passage.id == ids[1])
    assert served.acts(AuditAction.EXPORTED) == [("ada", (reserved,))]


def test_a_malformed_post_changes_nothing(served: ServedResearch, ids: list[str]) -> None:
    for content, kind in (
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"p=1&" * 5000, "application/x-www-form-urlencoded"),
        (b'{"vider": 1}', "application/json"),
        (b"--x\r\nvider", "multipart/form-data; boundary=x"),
        (b"vider=1", "text/plain"),
    ):
        for path in ("/panier", "/panier/ajouter", "/export", "/panier/export"):
            answer = served.client.post(
                f"/equipe/recherche{path}", content=content, headers={"content-type": kind}, follow_redirects=False
            )
            assert answer.status_code == 303, (path, content)
    assert served.baskets.of("ada") == ids


def _in_order(served: ServedResearch) -> list[Passage]:
    passages = {passage.id: passage for passage in served.passages()}
    return [passages[kept] for kept in served.baskets.of("ada") if kept in passages]
