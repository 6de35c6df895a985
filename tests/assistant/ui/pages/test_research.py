"""The search page: queries, filters, order, pages of results, baskets and exports. The corpus is invented."""

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
from tests.assistant.ui.pages.research_pages import ServedResearch, index_allotment, serve_research, shown, visible_text

VOLUNTEERS = "Les bénévoles rangent les bêches"


@pytest.fixture(scope="module")
def allotment(tmp_path_factory: pytest.TempPathFactory) -> Components:
    return index_allotment(tmp_path_factory.mktemp("allotment"))


@pytest.fixture
def served(allotment: Components, tmp_path: Path) -> Iterator[ServedResearch]:
    with serve_research(allotment, tmp_path) as research:
        yield research


def test_an_empty_query_shows_help_and_searches_nothing(served: ServedResearch) -> None:
    answer = served.get("")
    assert answer.status_code == 200 and shown(answer) == []
    assert "Comment chercher" in visible_text(answer)
    assert served.acts(AuditAction.OPENED) == []
    for choice in ("Brumeval", "Sourcelles", "Bénévole", "Trésorier", "Marie (bénévole)", LONG_TITLE, "Entretiens"):
        assert re.search(rf"<option[^>]*>{re.escape(choice)}</option>", answer.text), choice
    assert "Enquêtrice" not in answer.text  # interviewers are not quoted: they have no passages


def test_words_are_marked_and_each_passage_has_its_place(served: ServedResearch) -> None:
    answer = served.get("", q="fatigue des bénévoles", mots="1")
    assert "Le groupe parle de la <mark>fatigue</mark> des <mark>bénévoles</mark>." in answer.text
    text = visible_text(answer)
    assert "Entretien · Sourcelles · septembre 2020 · Marie (bénévole)" in text
    assert "Document · sans date · L’atelier" in text
    assert "Reformulation, non l’original" in text and "Réservé à l’équipe" in text
    assert "Question posée : Est-ce que cela fatigue ?" in text
    passage = next(passage for passage in served.passages() if passage.text.startswith("Oui, la fatigue"))
    span = f"{passage.order}.0.{len(passage.text)}"
    assert f'href="/equipe/source/{passage.source.id}?cite={span}&amp;n=1#cite-1"' in answer.text


def test_reserved_passages_are_recorded_in_the_audit_trail_before_they_are_shown(
    served: ServedResearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SECRET in visible_text(served.get("", q=SECRET))
    source = next(passage.source.id for passage in served.passages() if SECRET in passage.text)
    ((who, sources),) = served.acts(AuditAction.OPENED)
    assert who == "ada" and source in sources
    titles = {passage.source.title: passage.source.id for passage in served.passages()}
    served.get("", source=titles["Carnet des rangs"])
    assert len(served.acts(AuditAction.OPENED)) == 1  # public: nothing to record

    def refused(*_: object) -> None:
        raise AuditRefused("Le journal ne peut pas être enregistré.", "Libérez de la place.")

    served.get("/panier")  # an empty basket records nothing
    served.baskets.add("ada", [served.id_of("Par une voisine")])
    monkeypatch.setattr("assistant.people.audit.Audit._open", refused)
    for answer in (
        served.get("", q=SECRET),
        served.get("/panier"),
        served.post("/export", ("format", "csv"), ("quoi", "tous"), ("q", SECRET)),
        served.post("/panier/export", ("format", "csv")),
    ):
        assert answer.status_code == 503 and "ne peut pas être noté au journal" in visible_text(answer)
        assert "<optgroup" not in answer.text  # the titles of the sources to choose from are hidden too
        assert "voisine" not in answer.text and shown(answer) == []
    assert f'value="{SECRET}"' in served.get("", q=SECRET).text  # the search is not lost


@pytest.mark.parametrize(
    ("parameters", "texts"),
    [
        ({"site": "Brumeval", "genre": "entretien"}, ["C’est moi, depuis que", "Les bénévoles ne voient"]),
        ({"role": "trésorier", "q": "bénévoles", "mots": "1"}, ["Les bénévoles ne voient"]),
        ({"depuis": "15/01/2021"}, ["C’est moi, depuis que", "Les bénévoles ne voient"]),
        ({"depuis": "2020-10", "jusqua": "12/2020"}, ["Cette année, les", "Le gel a pris"]),
        ({"source": "documents/atelier.md"}, ["Le groupe parle"]),
    ],
)
def test_filters_narrow_a_search(served: ServedResearch, parameters: dict[str, str], texts: list[str]) -> None:
    found = shown(served.get("", **parameters))
    assert len(found) == len(texts)
    assert all(any(passage.startswith(text) for passage in found) for text in texts), found


@pytest.mark.parametrize(
    ("order", "first"), [("recent", "Les bénévoles ne voient"), ("ancien", "La tondeuse"), ("source", "La tondeuse")]
)
def test_results_are_sorted(served: ServedResearch, order: str, first: str) -> None:
    by_words, ordered = (shown(served.get("", q="bénévoles", mots="1", **more)) for more in ({}, {"ordre": order}))
    assert sorted(by_words) == sorted(ordered)
    assert ordered[0].startswith(first)


def test_pages_together_hold_each_result_once(served: ServedResearch) -> None:
    first, second, third = (served.get("", site="Sourcelles", page=number) for number in ("1", "2", "3"))
    assert "48 passages" in visible_text(first) and "Page 1 sur 3" in visible_text(first)
    assert 'rel="prev"' not in first.text and 'rel="next"' in first.text
    assert 'rel="prev"' in third.text and 'rel="next"' not in third.text
    every = [*shown(first), *shown(second), *shown(third)]
    assert len(every) == len(set(every)) == 48
    assert '<ol class="cards" start="21">' in second.text
    for absurd in ("99", "0", "-1", "x", "9" * 400, "²", "1e9"):
        assert served.get("", site="Sourcelles", page=absurd).status_code == 200
    assert shown(served.get("", site="Sourcelles", page="9" * 400)) == shown(third)


def test_a_search_without_results_offers_wider_searches(
    served: ServedResearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = served.get("", q="fèves", role="trésorier", site="Sourcelles", mots="1")
    assert "Aucun passage trouvé" in visible_text(answer)
    ways = re.findall(r"<a href=\"([^\"]+)\">(sans [^<]+)</a>\u00a0: (\d+) passage", answer.text)
    assert ways == []  # removing any part alone finds nothing
    answer = served.get("", q="fèves semé", role="trésorier", mots="1")
    ways = re.findall(r"<a href=\"([^\"]+)\">(sans [^<]+)</a>\u00a0: (\d+) passage", answer.text)
    assert [name for _, name, _ in ways] == ["sans s’en tenir aux mots", "sans les mots cherchés", "sans qui parle"]
    for to, _, many in ways:
        assert f"{many} passage" in visible_text(served.client.get(to.replace("&amp;", "&")))
    monkeypatch.setattr("assistant.team.research._NEAR", math.inf)  # the fake embedder finds any words near
    assert "Essayez un mot plus courant" in visible_text(served.get("", q="dromadaire"))


def test_a_misspelt_word_gets_a_spelling_suggestion(served: ServedResearch) -> None:
    answer = served.get("", q="bénèvolles", site="Brumeval")
    link = re.search(r'Vouliez-vous chercher «\u00a0<a href="([^"]+)">(.*?)</a>', answer.text)
    assert link and link[2] == "bénévoles" and "site=Brumeval" in link[1]
    assert "Vouliez-vous" not in served.get("", q="bénévoles").text


ABSURD = [
    {"depuis": "hier"}, {"jusqua": "31/02/2020"}, {"depuis": "0000"}, {"depuis": "2021", "jusqua": "2020"},
    {"depuis": "<script>"}, {"depuis": "9" * 5000}, {"jusqua": "٢٠٢٠"}, {"depuis": "2020-13"},
]  # fmt: skip


@pytest.mark.parametrize("parameters", ABSURD)
def test_a_wrong_date_is_reported_beside_its_field_and_other_fields_are_kept(
    served: ServedResearch, parameters: dict[str, str]
) -> None:
    answer = served.get("", q="serre", site="Brumeval", **parameters)
    assert answer.status_code == 400 and shown(answer) == []
    assert 'aria-invalid="true"' in answer.text and '<details class="filters" open>' in answer.text
    assert 'value="serre"' in answer.text and '<option value="Brumeval" selected>' in answer.text
    assert "<script>" not in answer.text.split("<body>")[1]


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "\x00\x1b\u202e"}, {"q": "é" * 9_000}, {"q": '" OR 1=1 --'}, {"q": "NEAR(a b) * ^"}, {"site": "absent"},
        {"role": "'"}, {"source": "../../etc/passwd"}, {"genre": "livre"}, {"ordre": "x"}, {"q": "\ud83c"},
        {"fait": "ajoute", "n": "9" * 90}, {"fait": "<script>"},
    ],
)  # fmt: skip
def test_an_absurd_search_returns_a_page(served: ServedResearch, parameters: dict[str, str]) -> None:
    parameters = {name: value.encode("utf-8", "replace").decode() for name, value in parameters.items()}
    answer = served.get("", **parameters)
    assert answer.status_code == 200
    assert "<script" not in answer.text.split("<body>")[1]


def test_queries_and_sources_are_escaped(served: ServedResearch) -> None:
    answer = served.get("", q='hangar "><script>alert(1)</script>', site="<b>", role="<i>", source="<u>")
    body = answer.text.split("<body>")[1]
    assert not re.search(r"<(script|b|i|u)\b", body)
    answer = served.get("", q="hangar brouette")
    assert HOSTILE in shown(answer)
    assert "<script" not in answer.text.split("<body>")[1]
    assert "script-src" not in answer.headers["content-security-policy"]


def test_checked_passages_or_a_whole_page_are_added_to_the_basket(served: ServedResearch) -> None:
    first, second = served.id_of(VOLUNTEERS), served.id_of("Oui, la fatigue")
    search = (("q", "bénévoles"), ("page", "1"))
    answer = served.post("/panier/ajouter", *search, ("p", first), ("p", second), ("p", "absent"))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/equipe/recherche?q=b%C3%A9n%C3%A9voles&page=1&fait=ajoute&n=2#message"
    assert served.baskets.of("ada") == [first, second]
    text = visible_text(served.client.get(answer.headers["location"]))
    assert "2 passages ajoutés à votre panier." in text and "Dans votre panier" in text
    again = served.post("/panier/ajouter", *search, ("p", first))
    assert "étaient déjà" in visible_text(served.client.get(again.headers["location"]))
    served.post(
        "/panier/ajouter", ("site", "Sourcelles"), ("page", "3"), ("toute", "page"), ("quoi", "coches"), who="béa"
    )
    assert served.baskets.of("béa") == [
        passage.id
        for passage in served.passages()
        if passage.text in shown(served.get("", site="Sourcelles", page="3"))
    ]


@pytest.mark.parametrize("fields", [(), (("p", "absent"),), (("p", ""),), (("x", "y"),)])
def test_a_post_without_a_checked_passage_shows_an_error_and_changes_nothing(
    served: ServedResearch, fields: tuple[tuple[str, str], ...]
) -> None:
    for path in ("/panier/ajouter", "/export"):
        answer = served.post(path, ("q", "bénévoles"), ("format", "csv"), *fields)
        assert answer.status_code == 303 and "fait=rien" in answer.headers["location"]
        assert "Aucun passage n’est coché" in visible_text(served.client.get(answer.headers["location"]))
    assert served.baskets.of("ada") == [] and served.acts(AuditAction.EXPORTED) == []


def test_a_full_basket_refuses_passages_with_a_message(served: ServedResearch) -> None:
    served.baskets.add("ada", [f"{n}" for n in range(MOST)])
    answer = served.post("/panier/ajouter", ("q", "bénévoles"), ("p", served.id_of(VOLUNTEERS)))
    assert answer.status_code == 409 and "rien n’a été ajouté" in visible_text(answer)
    assert 'value="bénévoles"' in answer.text and len(served.baskets.of("ada")) == MOST


def test_a_search_works_while_the_basket_cannot_be_read(served: ServedResearch, tmp_path: Path) -> None:
    (tmp_path / "people").mkdir(exist_ok=True)
    (tmp_path / "people" / "baskets.db").write_bytes(b"no database " * 500)
    assert shown(served.get("", q="bénévoles"))
    for answer, status in (
        (served.post("/panier/ajouter", ("q", "x"), ("p", served.id_of(VOLUNTEERS))), 409),
        (served.get("/panier"), 503),
        (served.post("/panier", ("vider", "1")), 503),
    ):
        assert answer.status_code == status and "Le panier ne peut pas être enregistré" in visible_text(answer)


def test_an_unreadable_index_is_reported_without_its_path(
    served: ServedResearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.baskets.add("ada", [served.id_of(VOLUNTEERS)])

    def refused(*_: object) -> None:
        raise DataFolderRefused("Le dossier « /secret » ne peut pas être lu.", "…")

    monkeypatch.setattr("index.store.catalog.Catalog.refuse_other_model", refused)
    monkeypatch.setattr("index.store.catalog.Catalog.passages_by_id", refused)
    for answer in (
        served.get("", q="serre"),
        served.get("/panier"),
        served.post("/export", ("p", "a"), ("format", "csv")),
        served.post("/panier/ajouter", ("p", "a")),
        served.post("/panier/export", ("format", "csv")),
    ):
        assert answer.status_code == 503 and "L’index ne peut pas être lu" in visible_text(answer)
        assert "/secret" not in answer.text


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_exports_checked_passages_or_all_results(served: ServedResearch, name: str) -> None:
    export_format = FORMATS[name]
    ids = [served.id_of(VOLUNTEERS), served.id_of("Par une voisine"), served.id_of("<script>")]
    chosen = [passage for id_ in ids for passage in served.passages() if passage.id == id_]
    checked = served.post("/export", ("q", "bénévoles d’été"), ("format", name), *(("p", id_) for id_ in ids))
    assert checked.status_code == 200
    assert_holds(name, checked.content, chosen)
    assert checked.headers["content-type"].startswith(export_format.media_type)
    assert checked.headers["cache-control"] == "no-store"
    disposition = checked.headers["content-disposition"]
    assert re.fullmatch(
        r"attachment; filename=\"passages-benevoles-d'ete-[\d-]{10}\.(\w+)\"; "
        r"filename\*=UTF-8''passages-b%C3%A9n%C3%A9voles-d%E2%80%99%C3%A9t%C3%A9-[\d-]{10}\.\1",
        disposition,
    ), disposition
    assert served.acts(AuditAction.EXPORTED) == [("ada", (chosen[1].source.id,))]
    everything = served.post("/export", ("site", "Sourcelles"), ("format", name), ("quoi", "tous"))
    listed, total = served.parts.searcher.listing(Filters(site="Sourcelles"), Scope.TEAM, limit=100)
    assert total == len(listed) == 48
    assert_holds(name, everything.content, listed)


def test_requests_without_a_session_are_refused_and_change_nothing(allotment: Components, tmp_path: Path) -> None:
    with serve_research(allotment, tmp_path) as served:
        door = TeamAccess(Sessions(Accounts(tmp_path), b"x" * 32))
        served.app.middleware_stack = None
        served.app.add_middleware(Gate, access=door, public=frozenset(), team=frozenset())
        for path in ("", "?q=serre", "/panier", "/export", "/panier/ajouter"):
            answer = served.client.get(f"/equipe/recherche{path}", follow_redirects=False)
            assert (answer.status_code, answer.headers["location"].split("?")[0], answer.text) == (
                303,
                "/connexion",
                "",
            )
            assert served.client.get(f"/recherche{path}").status_code == 404
        for path in ("", "/panier", "/export", "/panier/ajouter", "/panier/export"):
            answer = served.post(
                path, ("p", served.id_of(VOLUNTEERS)), ("format", "csv"), ("quoi", "tous"), ("q", "serre")
            )
            assert (answer.status_code, answer.text) == (401, "")
        assert served.baskets.of("ada") == [] and served.audit.last(10) == []


def test_a_basket_stores_ids_and_no_text(served: ServedResearch, tmp_path: Path) -> None:
    served.post("/panier/ajouter", ("q", "voisine"), ("p", served.id_of("Par une voisine")))
    kept = (tmp_path / "people" / "baskets.db").read_bytes()
    assert SECRET.encode() not in kept and b"voisine" not in kept
    with sqlite3.connect(tmp_path / "people" / "baskets.db") as db:
        assert db.execute("SELECT who, position FROM kept").fetchall() == [("ada", 0)]
    db.close()


def test_empty_fields_are_removed_from_the_address(served: ServedResearch) -> None:
    answer = served.client.get(
        "/equipe/recherche?q=serre&site=&genre=&role=&source=&depuis=2020&jusqua=&ordre=", follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/equipe/recherche?q=serre&depuis=2020")


def test_links_stay_below_the_root_path(allotment: Components, tmp_path: Path) -> None:
    with serve_research(allotment, tmp_path, root_path="/corpus") as served:
        served.baskets.add("ada", [served.id_of(VOLUNTEERS)])
        for path in ("?q=bénévoles", "?site=Sourcelles", "?q=fèves&role=trésorier&mots=1", "/panier"):
            text = served.client.get(f"/corpus/equipe/recherche{path}").text
            links = re.findall(r'(?:href|action|formaction)="([^"#][^"]*)"', text)
            assert len(links) > 8 and all(link.startswith("/corpus/") for link in links), links


def test_a_literal_search_finds_only_passages_with_the_words(served: ServedResearch) -> None:
    every, literal = (served.get("", q="fatigue", **more) for more in ({}, {"mots": "1"}))
    assert {text for text in shown(every) if "fatigue" in text} == set(shown(literal)) < set(shown(every))
    assert "Proche par le sens" in visible_text(every) and "par le sens seulement" in visible_text(every)
    assert "Proche par le sens" not in visible_text(literal) and 'name="mots" value="1" checked' in literal.text
