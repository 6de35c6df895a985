"""The page of a source: marked citations, access by scope, escaping, and recordings."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.answer.source_view import SourceView
from assistant.types import Badge, Citation
from assistant.ui import links
from assistant.ui.identity import HEADER
from assistant.ui.links import CitedSpan
from assistant.ui.pages import viewer
from index.types import Passage, Place, Scope, Unit
from tests.index.builders import passage, source

INTERVIEW = source("s1", "team", kind="transcript", title="Entretien <b>1</b>", site="Brumeval")


def turn(order: int, text: str, speaker: str = "Enquêtée 1", question: str = "", start: float | None = None) -> Passage:
    made = passage(text, INTERVIEW, order, "turn", (INTERVIEW.title, *([question] if question else ())))
    return replace(made, place=Place(speaker=speaker, start_s=start))


PASSAGES = (
    turn(20, "Le matin, il y a de la brume. On attend.", question="Et le matin ?", start=61.5),
    turn(21, "<script>alert(1)</script> & puis rien.", question="Et le matin ?"),
    turn(22, "Moi, je pars\nà midi.", "Enquêté 2", question="Et toi ?"),
)
SHOWN = SourceView(INTERVIEW, PASSAGES, 20, 60)


def html(view: SourceView = SHOWN, *cited: CitedSpan, number: int = 1, sound: bool = False) -> str:
    made = viewer.page(view, list(cited), number, "Étude", "/equipe", "", sound=sound)
    return bytes(made.body).decode().split("<body>")[1]


def test_citations_are_marked_and_numbered_to_the_letter() -> None:
    text = html(SHOWN, CitedSpan(20, 0, 29), CitedSpan(20, 30, 40), CitedSpan(22, 5, 12))
    marks = re.findall(r'<mark id="cite-(\d)" tabindex="-1">(.*?)</mark>', text)
    assert marks == [("1", "Le matin, il y a de la brume."), ("2", "On attend."), ("3", "je pars")]


@pytest.mark.parametrize(
    "wrong", [CitedSpan(20, 5, 5), CitedSpan(20, 30, 900), CitedSpan(20, 9, 3), CitedSpan(99, 0, 4)]
)
def test_an_invalid_span_marks_nothing(wrong: CitedSpan) -> None:
    assert "<mark" not in html(SHOWN, wrong)
    assert "Le matin, il y a de la brume. On attend." in html(SHOWN, wrong)


def test_texts_are_escaped() -> None:
    text = html()
    assert "<script" not in text and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; puis rien." in text
    assert "<b>" not in text and "Entretien &lt;b&gt;1&lt;/b&gt;" in text


def test_questions_are_shown_once_and_speakers_where_they_change() -> None:
    text = html()
    assert re.findall(r'<p class="asked">(.*?)</p>', text) == ["Et le matin ?", "Et toi ?"]
    assert re.findall(r'<span class="place">(.*?)</span>', text) == ["00:01:01, Enquêtée 1", "Enquêté 2"]
    assert "je pars<br>à midi." in text


def test_lists_and_headings_have_their_elements() -> None:
    kinds = ("heading", "prose", "item", "item", "prose")
    made = tuple(passage(f"Texte {n}.", source("d"), n, kind) for n, kind in enumerate(kinds))  # type: ignore[arg-type]
    text = html(SourceView(source("d"), made, 0, 5))
    assert re.findall(r"</?(?:h2|ul|li)\b", text) == ["<h2", "</h2", "<ul", "<li", "</li", "<li", "</li", "</ul"]
    assert "Lire ce qui précède" not in text and "Lire la suite" not in text


def test_headings_are_shown_where_they_change() -> None:
    places = (("Les rangs",), ("Les rangs", "Fèves"), ("Les rangs", "Fèves"), ("Les rangs", "Pois"), ("Outils",))
    made = tuple(
        replace(passage(f"Texte {n}.", source("d"), n, "item"), place=Place(heading=heading))
        for n, heading in enumerate(places)
    )
    text = html(SourceView(source("d"), made, 0, 5))
    assert re.findall(r"<h([234])>(.*?)</h", text) == [
        ("2", "Les rangs"),
        ("3", "Fèves"),
        ("3", "Pois"),
        ("2", "Outils"),
    ]
    assert text.count("<ul>") == text.count("</ul>") == 4


def test_links_lead_to_the_parts_before_and_after() -> None:
    text = html(SHOWN, CitedSpan(20, 0, 5))
    before = re.search(r'href="([^"]+)">Lire ce qui précède', text)
    after = re.search(r'href="([^"]+)">Lire la suite', text)
    assert before and before[1] == "/equipe/source/s1?cite=20.0.5&amp;n=1&amp;p=0"
    assert after and after[1] == "/equipe/source/s1?cite=20.0.5&amp;n=1&amp;p=43"


def test_links_lead_from_each_citation_to_the_next() -> None:
    cited = (CitedSpan(20, 0, 5), CitedSpan(21, 0, 5), CitedSpan(22, 0, 5))
    middle = html(SHOWN, *cited, number=2)
    assert "Passage cité 2 sur 3" in middle
    assert 'rel="prev" href="/equipe/source/s1?cite=20.0.5_21.0.5_22.0.5&amp;n=1#cite-1"' in middle
    assert 'rel="next" href="/equipe/source/s1?cite=20.0.5_21.0.5_22.0.5&amp;n=3#cite-3"' in middle
    assert 'rel="prev"' not in html(SHOWN, *cited, number=1)
    assert 'rel="next"' not in html(SHOWN, *cited, number=3)
    assert 'aria-label="Passages cités"' not in html(SHOWN, cited[0])


def test_a_recording_starts_at_the_citation() -> None:
    assert 'src="/equipe/source/s1/son#t=61.5"' in html(SHOWN, CitedSpan(20, 0, 5), sound=True)
    assert 'src="/equipe/source/s1/son"' in html(SHOWN, CitedSpan(21, 0, 5), sound=True)
    assert "<audio" not in html(SHOWN, CitedSpan(20, 0, 5))


def test_a_citation_links_to_its_place_among_those_of_its_source() -> None:
    made = [Citation(n, "x", Unit(cited, 0, 5), (Badge.VERBATIM,)) for n, cited in enumerate(reversed(PASSAGES), 1)]
    other = Citation(4, "x", Unit(passage("Autre.", source("d")), 0, 6), ())
    assert links.of_citation(made[0], [*made, other], "/equipe") == (
        "/equipe/source/s1?cite=20.0.5_21.0.5_22.0.5&n=3#cite-3"
    )
    assert links.of_citation(other, [*made, other], "") == "/source/d?cite=0.0.6&n=1#cite-1"


class ServedInterview:
    """The pages over an interview of the team: `requests` of the view, and the names in `opened` that were recorded."""

    def __init__(self, folder: Path) -> None:
        self.requests: list[tuple[str, int, Scope]] = []
        self.opened: list[str] = []
        (folder / "son.wav").write_bytes(b"RIFF sound")
        app = FastAPI()
        services = viewer.ViewerServices(
            self.view, lambda source: folder / "son.wav", lambda who, source: self.opened.append(who)
        )
        app.include_router(viewer.routes(services, "Étude"))
        self.client = TestClient(app)

    def view(self, source_id: str, at: int, scope: Scope) -> SourceView | None:
        self.requests.append((source_id, at, scope))
        return SHOWN if source_id == "s1" and scope is Scope.TEAM else None


@pytest.fixture
def interview(tmp_path: Path) -> ServedInterview:
    return ServedInterview(tmp_path)


def test_the_address_sets_the_scope_of_a_source(interview: ServedInterview) -> None:
    answer = interview.client.get("/source/s1?cite=20.0.5&n=1")
    assert answer.status_code == 404 and "brume" not in answer.text and viewer.GONE in answer.text
    assert interview.client.get("/source/s1/son").status_code == 404
    assert {scope for *_, scope in interview.requests} == {Scope.PUBLIC}
    assert interview.opened == []
    answer = interview.client.get("/equipe/source/s1?cite=20.0.5&n=1", headers={HEADER: "ad%C3%A9le"})
    assert answer.status_code == 200 and "brume" in answer.text and "<audio" in answer.text
    assert interview.requests[-1] == ("s1", 20, Scope.TEAM)
    assert interview.opened == ["adéle"]


def test_listening_is_recorded_and_served_in_ranges(interview: ServedInterview) -> None:
    whole = interview.client.get("/equipe/source/s1/son", headers={HEADER: "ada"})
    assert (whole.content, whole.headers["cache-control"]) == (b"RIFF sound", "no-store")
    part = interview.client.get("/equipe/source/s1/son", headers={HEADER: "ada", "range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, b"sound")
    assert interview.opened == ["ada", "ada"]


LONG = ("cite=" + "9." * 500, "p=" + "9" * 50)


@pytest.mark.parametrize("query", ["cite=x", "cite=1.2", "cite=1.2.3.4", "cite=-1.0.5", "n=0", "n=99", "p=-3", *LONG])
def test_a_malformed_address_returns_a_page(query: str, interview: ServedInterview) -> None:
    assert interview.client.get(f"/equipe/source/s1?{query}").status_code == 200
