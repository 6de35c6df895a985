"""The page of research: what is found, by what, and what is done with it. The corpus is invented."""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.compose.parts import Components
from assistant.errors import AuditRefused
from assistant.export.formats import FORMATS
from assistant.people.accounts import Accounts, Sessions
from assistant.people.audit import AuditAction
from assistant.people.baskets import MOST
from assistant.ui.gate import Gate, TeamAccess
from index.errors import DataFolderRefused
from index.search.filters import Filters
from index.types import Scope
from tests.assistant.export.readers import assert_holds
from tests.assistant.research_corpus import HOSTILE, LONG_TITLE, SECRET
from tests.assistant.ui.pages.research_pages import Desk, desk_over, index_allotment, said, shown

VOLUNTEERS = "Les bénévoles rangent les bêches"


@pytest.fixture(scope="module")
def allotment(tmp_path_factory: pytest.TempPathFactory) -> Components:
    return index_allotment(tmp_path_factory.mktemp("allotment"))


@pytest.fixture
def desk(allotment: Components, tmp_path: Path) -> Iterator[Desk]:
    with desk_over(allotment, tmp_path) as made:
        yield made


def test_nothing_is_sought_until_something_is_asked(desk: Desk) -> None:
    answer = desk.get("")
    assert answer.status_code == 200 and shown(answer) == []
    assert "Comment chercher" in said(answer)
    assert desk.acts(AuditAction.OPENED) == []
    for choice in ("Brumeval", "Sourcelles", "Bénévole", "Trésorier", "Marie (bénévole)", LONG_TITLE, "Entretiens"):
        assert re.search(rf"<option[^>]*>{re.escape(choice)}</option>", answer.text), choice
    assert "Enquêtrice" not in answer.text  # who asks is not quoted: no passage is theirs


def test_the_words_are_marked_and_where_each_passage_stands_is_told(desk: Desk) -> None:
    answer = desk.get("", q="fatigue des bénévoles", mots="1")
    assert "Le groupe parle de la <mark>fatigue</mark> des <mark>bénévoles</mark>." in answer.text
    told = said(answer)
    assert "Entretien · Sourcelles · septembre 2020 · Marie (bénévole)" in told
    assert "Document · sans date · L’atelier" in told
    assert "Reformulation, non l’original" in told and "Réservé à l’équipe" in told
    assert "Question posée : Est-ce que cela fatigue ?" in told
    one = next(one for one in desk.passages() if one.text.startswith("Oui, la fatigue"))
    assert f'href="/equipe/source/{one.source.id}?cite={one.order}.0.{len(one.text)}&amp;n=1#cite-1"' in answer.text


def test_what_the_team_alone_reads_is_kept_in_the_trail_before_it_is_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SECRET in said(desk.get("", q=SECRET))
    source = next(one.source.id for one in desk.passages() if SECRET in one.text)
    ((who, sources),) = desk.acts(AuditAction.OPENED)
    assert who == "ada" and source in sources
    desk.get("", source=next(one.source.id for one in desk.passages() if one.source.title == "Carnet des rangs"))
    assert len(desk.acts(AuditAction.OPENED)) == 1  # public: nothing to keep

    def refused(*_: object) -> None:
        raise AuditRefused("Le journal ne peut pas être enregistré.", "Libérez de la place.")

    desk.get("/panier")  # the basket needs no trail while it is empty
    desk.baskets.add("ada", [desk.id_of("Par une voisine")])
    monkeypatch.setattr("assistant.people.audit.Audit._open", refused)
    for answer in (
        desk.get("", q=SECRET),
        desk.get("/panier"),
        desk.post("/export", ("format", "csv"), ("quoi", "tous"), ("q", SECRET)),
        desk.post("/panier/export", ("format", "csv")),
    ):
        assert answer.status_code == 503 and "ne peut pas être noté au journal" in said(answer)
        assert "<optgroup" not in answer.text  # nor the titles of the sources to choose from
        assert "voisine" not in answer.text and shown(answer) == []
    assert f'value="{SECRET}"' in desk.get("", q=SECRET).text  # the search is not lost


@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        ({"site": "Brumeval", "genre": "entretien"}, ["C’est moi, depuis que", "Les bénévoles ne voient"]),
        ({"role": "trésorier", "q": "bénévoles", "mots": "1"}, ["Les bénévoles ne voient"]),
        ({"depuis": "15/01/2021"}, ["C’est moi, depuis que", "Les bénévoles ne voient"]),
        ({"depuis": "2020-10", "jusqua": "12/2020"}, ["Cette année, les", "Le gel a pris"]),
        ({"source": "documents/atelier.md"}, ["Le groupe parle"]),
    ],
)
def test_filters_hold_a_search_to_what_fits(desk: Desk, asked: dict[str, str], texts: list[str]) -> None:
    found = shown(desk.get("", **asked))
    assert len(found) == len(texts)
    assert all(any(one.startswith(text) for one in found) for text in texts), found


@pytest.mark.parametrize(
    ("order", "first"), [("recent", "Les bénévoles ne voient"), ("ancien", "La tondeuse"), ("source", "La tondeuse")]
)
def test_what_is_found_is_put_in_an_order(desk: Desk, order: str, first: str) -> None:
    by_words, ordered = (shown(desk.get("", q="bénévoles", mots="1", **more)) for more in ({}, {"ordre": order}))
    assert sorted(by_words) == sorted(ordered)
    assert ordered[0].startswith(first)


def test_pages_follow_one_another_and_hold_all_that_is_found_once(desk: Desk) -> None:
    first, second, third = (desk.get("", site="Sourcelles", page=number) for number in ("1", "2", "3"))
    assert "48 passages" in said(first) and "Page 1 sur 3" in said(first)
    assert 'rel="prev"' not in first.text and 'rel="next"' in first.text
    assert 'rel="prev"' in third.text and 'rel="next"' not in third.text
    every = [*shown(first), *shown(second), *shown(third)]
    assert len(every) == len(set(every)) == 48
    assert '<ol class="cards" start="21">' in second.text
    for absurd in ("99", "0", "-1", "x", "9" * 400, "²", "1e9"):
        assert desk.get("", site="Sourcelles", page=absurd).status_code == 200
    assert shown(desk.get("", site="Sourcelles", page="9" * 400)) == shown(third)


def test_where_nothing_is_found_what_to_loosen_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = desk.get("", q="fèves", role="trésorier", site="Sourcelles", mots="1")
    assert "Aucun passage trouvé" in said(answer)
    ways = re.findall(r"<a href=\"([^\"]+)\">(sans [^<]+)</a>\u00a0: (\d+) passage", answer.text)
    assert ways == []  # nothing would come of any alone
    answer = desk.get("", q="fèves semé", role="trésorier", mots="1")
    ways = re.findall(r"<a href=\"([^\"]+)\">(sans [^<]+)</a>\u00a0: (\d+) passage", answer.text)
    assert [name for _, name, _ in ways] == ["sans s’en tenir aux mots", "sans les mots cherchés", "sans qui parle"]
    for to, _, many in ways:
        assert f"{many} passage" in said(desk.client.get(to.replace("&amp;", "&")))
    monkeypatch.setattr("assistant.team.research._NEAR", math.inf)  # the stand-in takes any words for near
    assert "Essayez un mot plus courant" in said(desk.get("", q="dromadaire"))


def test_a_misspelt_word_is_led_to_what_was_meant(desk: Desk) -> None:
    answer = desk.get("", q="bénèvolles", site="Brumeval")
    link = re.search(r'Vouliez-vous chercher «\u00a0<a href="([^"]+)">(.*?)</a>', answer.text)
    assert link and link[2] == "bénévoles" and "site=Brumeval" in link[1]
    assert "Vouliez-vous" not in desk.get("", q="bénévoles").text


ABSURD = [
    {"depuis": "hier"}, {"jusqua": "31/02/2020"}, {"depuis": "0000"}, {"depuis": "2021", "jusqua": "2020"},
    {"depuis": "<script>"}, {"depuis": "9" * 5000}, {"jusqua": "٢٠٢٠"}, {"depuis": "2020-13"},
]  # fmt: skip


@pytest.mark.parametrize("asked", ABSURD)
def test_a_date_that_is_none_is_told_beside_its_field_and_the_rest_kept(desk: Desk, asked: dict[str, str]) -> None:
    answer = desk.get("", q="serre", site="Brumeval", **asked)
    assert answer.status_code == 400 and shown(answer) == []
    assert 'aria-invalid="true"' in answer.text and '<details class="filters" open>' in answer.text
    assert 'value="serre"' in answer.text and '<option value="Brumeval" selected>' in answer.text
    assert "<script>" not in answer.text.split("<body>")[1]


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "\x00\x1b\u202e"}, {"q": "é" * 9_000}, {"q": '" OR 1=1 --'}, {"q": "NEAR(a b) * ^"}, {"site": "absent"},
        {"role": "'"}, {"source": "../../etc/passwd"}, {"genre": "livre"}, {"ordre": "x"}, {"q": "\ud83c"},
        {"fait": "ajoute", "n": "9" * 90}, {"fait": "<script>"},
    ],
)  # fmt: skip
def test_an_absurd_search_is_a_page(desk: Desk, asked: dict[str, str]) -> None:
    asked = {name: value.encode("utf-8", "replace").decode() for name, value in asked.items()}
    answer = desk.get("", **asked)
    assert answer.status_code == 200
    assert "<script" not in answer.text.split("<body>")[1]


def test_what_is_asked_and_what_a_source_says_are_shown_and_never_run(desk: Desk) -> None:
    answer = desk.get("", q='hangar "><script>alert(1)</script>', site="<b>", role="<i>", source="<u>")
    body = answer.text.split("<body>")[1]
    assert not re.search(r"<(script|b|i|u)\b", body)
    answer = desk.get("", q="hangar brouette")
    assert HOSTILE in shown(answer)
    assert "<script" not in answer.text.split("<body>")[1]
    assert "script-src" not in answer.headers["content-security-policy"]


def test_what_is_ticked_or_all_of_a_page_goes_into_the_basket(desk: Desk) -> None:
    one, other = desk.id_of(VOLUNTEERS), desk.id_of("Oui, la fatigue")
    search = (("q", "bénévoles"), ("page", "1"))
    answer = desk.post("/panier/ajouter", *search, ("p", one), ("p", other), ("p", "absent"))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/equipe/recherche?q=b%C3%A9n%C3%A9voles&page=1&fait=ajoute&n=2#message"
    assert desk.baskets.of("ada") == [one, other]
    told = desk.client.get(answer.headers["location"])
    assert "2 passages ajoutés à votre panier." in said(told) and "Dans votre panier" in said(told)
    again = desk.post("/panier/ajouter", *search, ("p", one))
    assert "étaient déjà" in said(desk.client.get(again.headers["location"]))
    desk.post(
        "/panier/ajouter", ("site", "Sourcelles"), ("page", "3"), ("toute", "page"), ("quoi", "coches"), who="béa"
    )
    assert desk.baskets.of("béa") == [
        one.id for one in desk.passages() if one.text in shown(desk.get("", site="Sourcelles", page="3"))
    ]


@pytest.mark.parametrize("fields", [(), (("p", "absent"),), (("p", ""),), (("x", "y"),)])
def test_when_nothing_is_ticked_it_is_said_and_nothing_is_kept(desk: Desk, fields: tuple[tuple[str, str], ...]) -> None:
    for path in ("/panier/ajouter", "/export"):
        answer = desk.post(path, ("q", "bénévoles"), ("format", "csv"), *fields)
        assert answer.status_code == 303 and "fait=rien" in answer.headers["location"]
        assert "Aucun passage n’est coché" in said(desk.client.get(answer.headers["location"]))
    assert desk.baskets.of("ada") == [] and desk.acts(AuditAction.EXPORTED) == []


def test_a_full_basket_is_said_and_takes_nothing(desk: Desk) -> None:
    desk.baskets.add("ada", [f"{n}" for n in range(MOST)])
    answer = desk.post("/panier/ajouter", ("q", "bénévoles"), ("p", desk.id_of(VOLUNTEERS)))
    assert answer.status_code == 409 and "rien n’a été ajouté" in said(answer)
    assert 'value="bénévoles"' in answer.text and len(desk.baskets.of("ada")) == MOST


def test_a_basket_that_cannot_be_read_leaves_the_search_alone(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "people").mkdir(exist_ok=True)
    (tmp_path / "people" / "baskets.db").write_bytes(b"no database " * 500)
    assert shown(desk.get("", q="bénévoles"))
    for answer, status in (
        (desk.post("/panier/ajouter", ("q", "x"), ("p", desk.id_of(VOLUNTEERS))), 409),
        (desk.get("/panier"), 503),
        (desk.post("/panier", ("vider", "1")), 503),
    ):
        assert answer.status_code == status and "Le panier ne peut pas être enregistré" in said(answer)


def test_an_index_that_cannot_be_read_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.baskets.add("ada", [desk.id_of(VOLUNTEERS)])

    def refused(*_: object) -> None:
        raise DataFolderRefused("Le dossier « /secret » ne peut pas être lu.", "…")

    monkeypatch.setattr("index.store.catalog.Catalog.refuse_other_model", refused)
    monkeypatch.setattr("index.store.catalog.Catalog.passages_by_id", refused)
    for answer in (
        desk.get("", q="serre"),
        desk.get("/panier"),
        desk.post("/export", ("p", "a"), ("format", "csv")),
        desk.post("/panier/ajouter", ("p", "a")),
        desk.post("/panier/export", ("format", "csv")),
    ):
        assert answer.status_code == 503 and "L’index ne peut pas être lu" in said(answer)
        assert "/secret" not in answer.text


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_a_valid_file_of_what_is_ticked_or_of_all(desk: Desk, name: str) -> None:
    made_as = FORMATS[name]
    ids = [desk.id_of(VOLUNTEERS), desk.id_of("Par une voisine"), desk.id_of("<script>")]
    chosen = [one for id_ in ids for one in desk.passages() if one.id == id_]
    ticked = desk.post("/export", ("q", "bénévoles d’été"), ("format", name), *(("p", one) for one in ids))
    assert ticked.status_code == 200
    assert_holds(name, ticked.content, chosen)
    assert ticked.headers["content-type"].startswith(made_as.media_type)
    assert ticked.headers["cache-control"] == "no-store"
    told = ticked.headers["content-disposition"]
    assert re.fullmatch(
        r"attachment; filename=\"passages-benevoles-d'ete-[\d-]{10}\.(\w+)\"; "
        r"filename\*=UTF-8''passages-b%C3%A9n%C3%A9voles-d%E2%80%99%C3%A9t%C3%A9-[\d-]{10}\.\1",
        told,
    ), told
    assert desk.acts(AuditAction.EXPORTED) == [("ada", (chosen[1].source.id,))]
    everything = desk.post("/export", ("site", "Sourcelles"), ("format", name), ("quoi", "tous"))
    listed, total = desk.parts.searcher.listing(Filters(site="Sourcelles"), Scope.TEAM, limit=100)
    assert total == len(listed) == 48
    assert_holds(name, everything.content, listed)


def test_others_are_refused_at_the_gate_and_change_nothing(allotment: Components, tmp_path: Path) -> None:
    with desk_over(allotment, tmp_path) as desk:
        door = TeamAccess(Sessions(Accounts(tmp_path), b"x" * 32))
        desk.app.middleware_stack = None
        desk.app.add_middleware(Gate, access=door, public=frozenset(), team=frozenset())
        for path in ("", "?q=serre", "/panier", "/export", "/panier/ajouter"):
            answer = desk.client.get(f"/equipe/recherche{path}", follow_redirects=False)
            assert (answer.status_code, answer.headers["location"].split("?")[0], answer.text) == (
                303,
                "/connexion",
                "",
            )
            assert desk.client.get(f"/recherche{path}").status_code == 404
        for path in ("", "/panier", "/export", "/panier/ajouter", "/panier/export"):
            answer = desk.post(path, ("p", desk.id_of(VOLUNTEERS)), ("format", "csv"), ("quoi", "tous"), ("q", "serre"))
            assert (answer.status_code, answer.text) == (401, "")
        assert desk.baskets.of("ada") == [] and desk.audit.last(10) == []


def test_a_basket_keeps_ids_and_no_word(desk: Desk, tmp_path: Path) -> None:
    desk.post("/panier/ajouter", ("q", "voisine"), ("p", desk.id_of("Par une voisine")))
    kept = (tmp_path / "people" / "baskets.db").read_bytes()
    assert SECRET.encode() not in kept and b"voisine" not in kept
    with sqlite3.connect(tmp_path / "people" / "baskets.db") as db:
        assert db.execute("SELECT who, position FROM kept").fetchall() == [("ada", 0)]
    db.close()


def test_the_address_to_keep_says_only_what_is_sought(desk: Desk) -> None:
    answer = desk.client.get(
        "/equipe/recherche?q=serre&site=&genre=&role=&source=&depuis=2020&jusqua=&ordre=", follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/equipe/recherche?q=serre&depuis=2020")


def test_below_a_sub_path_every_way_stays_below_it(allotment: Components, tmp_path: Path) -> None:
    with desk_over(allotment, tmp_path, root_path="/corpus") as desk:
        desk.baskets.add("ada", [desk.id_of(VOLUNTEERS)])
        for path in ("?q=bénévoles", "?site=Sourcelles", "?q=fèves&role=trésorier&mots=1", "/panier"):
            text = desk.client.get(f"/corpus/equipe/recherche{path}").text
            ways = re.findall(r'(?:href|action|formaction)="([^"#][^"]*)"', text)
            assert len(ways) > 8 and all(one.startswith("/corpus/") for one in ways), ways


def test_only_what_has_a_word_where_only_that_is_wanted(desk: Desk) -> None:
    every, literal = (desk.get("", q="fatigue", **more) for more in ({}, {"mots": "1"}))
    assert {one for one in shown(every) if "fatigue" in one} == set(shown(literal)) < set(shown(every))
    assert "Proche par le sens" in said(every) and "par le sens seulement" in said(every)
    assert "Proche par le sens" not in said(literal) and 'name="mots" value="1" checked' in literal.text
