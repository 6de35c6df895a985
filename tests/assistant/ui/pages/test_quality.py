"""Tests of « Qualité »: figures, changes, questions, and the audit trail of reserved sources. The association is
invented."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.errors import AuditRefused, MeasuresFailed
from assistant.people.measures import Measurement, QuestionResult
from assistant.team.quality import Fault, Progress, QualityStatus
from assistant.team.question_files import Golden
from assistant.ui.identity import HEADER
from assistant.ui.pages.quality import page as quality
from assistant.ui.pages.quality.views import HeldPassages
from index.types import Passage
from tests.assistant.feedback_samples import DAY, SCRIPT
from tests.index.builders import passage, source

OPEN, RESERVED = source("ouvert", title="La charte <b>"), source("entretien", "team", title="Entretien <i>")
PASSAGES: dict[tuple[str, str], Passage] = {
    (item.source.id, item.id): item for item in (passage("Texte", OPEN, 3), passage("Secret", RESERVED, 4))
}
(OF_OPEN, OF_RESERVED) = PASSAGES
GOLDEN = (
    Golden("une", f"Qui {SCRIPT} ?", (f"attendu {SCRIPT}",)),
    Golden("deux", "Quoi ?", ("ceci",), kind="liste <b>"),
    Golden("trois", "Ailleurs ?", refused=True),
)


def result(
    name: str, fault: str = "", cited: tuple[tuple[str, str], ...] = (OF_OPEN,), **changes: object
) -> QuestionResult:
    right = not fault
    made = QuestionResult(name, "d", "", fault, False, True, fault == Fault.REFUSED, right, right, None, cited)
    return replace(made, **changes)  # type: ignore[arg-type]


NOW = Measurement("2", DAY, "q", (
    result("une", Fault.ABSENT, unknown=True), result("deux", kind="liste <b>"),
    result("trois", answerable=False, refused=True, cited=()),
))  # fmt: skip
BEFORE = Measurement("1", DAY, "q", (
    result("une", cited=(OF_OPEN, ("ouvert", "parti"), ("retirée", "x"))), result("deux", kind="liste <b>"),
    result("trois", Fault.ANSWERED, answerable=False),
))  # fmt: skip


@dataclass
class Page:
    """A page over a status that a test chooses, and a record of its calls; `refusal` is raised by the services."""

    status: QualityStatus
    started: int = 0
    opened: list[tuple[str, list[str]]] = field(default_factory=list)
    refusal: Exception | None = None

    def show(self) -> QualityStatus:
        if isinstance(self.refusal, MeasuresFailed):
            raise self.refusal
        return self.status

    def start(self) -> None:
        if isinstance(self.refusal, MeasuresFailed):
            raise self.refusal
        self.started += 1

    def record(self, who: str, sources: Sequence[str]) -> None:
        if self.refusal:
            raise self.refusal
        self.opened.append((who, list(sources)))

    def held_passages(self, ids: Sequence[tuple[str, str]]) -> HeldPassages:
        return HeldPassages({item.id: item for item in (OPEN, RESERVED)}, PASSAGES)

    def client(self) -> TestClient:
        app = FastAPI()
        services = quality.QualityServices(
            self.show, self.start, lambda: self.status.progress, self.held_passages, self.record
        )
        app.include_router(quality.routes(services, "Étude"))
        return TestClient(app, headers={HEADER: "ada"}, follow_redirects=False)

    def body(self, query: str = "") -> str:
        """Return the HTML of the body, without its script."""
        answer = self.client().get(f"/equipe/qualite{query}")
        assert answer.status_code == 200
        return answer.text.split("<body>")[1].split("<script>")[0]


def status(**changes: object) -> QualityStatus:
    made = QualityStatus(GOLDEN, "", NOW, BEFORE, False, Progress())
    return replace(made, **changes)  # type: ignore[arg-type]


def test_figures_are_shown_now_and_before() -> None:
    text = Page(status()).body()
    rows = {
        row[0]: row[1:]
        for row in re.findall(r'<th scope="row">(.*?)</th>' + r'<td class="number">(.*?)</td>' * 3, text)
    }
    assert rows["Questions justes"] == (
        "66,7\u00a0% <small>2/3</small>", "66,7\u00a0% <small>2/3</small>", "=",
    )  # fmt: skip
    assert (
        rows["Bon passage cité en premier"][2] == "−50,0" and rows["Laissées sans réponse avec raison"][2] == "+100,0"
    )
    assert rows["Avis attendus présents"] == ("—", "—", "—")
    assert rows["liste &lt;b&gt;"][0] == "100,0\u00a0% <small>1/1</small>"


def test_lost_questions_come_first_with_their_citations_now_and_before() -> None:
    text = Page(status()).body()
    changed = text.split("Ce qui a changé")[1].split("Toutes les questions")[0]
    assert re.findall("<h3>(.*?)</h3>", changed) == ["Perdues (1)", "Retrouvées (1)"]
    assert "L’extrait attendu n’est pas, ou n’est plus, dans le corpus" in changed
    assert "(un passage qui n’y est plus)" in changed and "Une source qui n’est plus dans le corpus" in changed
    assert 'href="/equipe/source/ouvert?p=3#p-3">La charte &lt;b&gt;' in changed


def test_questions_are_listed_with_their_state_wrong_ones_first() -> None:
    every = Page(status()).body().split('id="toutes"')[1]
    assert re.findall("<h3>«\u00a0(.*?)\u00a0»</h3>", every)[1:] == ["Quoi ?", "Ailleurs ?"]
    assert "Toutes (3)" in every and "À revoir (1)" in every and "Avant\u00a0: juste" in every
    for key, many in (("a-revoir", 1), ("changees", 2), ("autre", 3)):
        only = Page(status()).body(f"?etat={key}").split('id="toutes"')[1]
        assert len(re.findall("<h3>", only)) == many


def test_long_lists_are_split_into_pages() -> None:
    now = replace(NOW, results=tuple(result(f"q{number}", Fault.ABSENT) for number in range(45)))
    before = replace(BEFORE, results=tuple(result(f"q{number}") for number in range(45)))
    text = Page(status(now=now, before=before)).body("?etat=changees&p=2")
    changed, every = text.split('id="toutes"')
    assert "Perdues (45)" in changed and changed.count("<h4>") == 8 and "Et 37 de plus" in changed
    assert every.count("<h3>") == 20 and "Page 2 sur 3" in every and "?etat=changees&amp;p=3#toutes" in every


def test_texts_of_files_and_sources_are_escaped() -> None:
    text = Page(status()).body()
    assert "&lt;script&gt;" in text and "<b>" not in text and "<i>" not in text and "<script" not in text


@pytest.mark.parametrize("query", ["?p=99999999999999999", "?p=-1&etat=%00", "?etat=%3Cscript%3E", "?p=٣", "?p="])
def test_invalid_parameters_give_a_page(query: str) -> None:
    assert len(re.findall("<h3>«", Page(status()).body(query))) == 3


def test_reserved_sources_are_recorded_before_they_are_named() -> None:
    page = Page(status())
    page.body()
    assert page.opened == [], "public sources are not recorded"
    page.status = status(now=replace(NOW, results=(result("une", cited=(OF_RESERVED, OF_OPEN)),)))
    assert "Entretien &lt;i&gt;" in page.body() and page.opened == [("ada", ["entretien"])]
    page.refusal = AuditRefused("Le journal d'accès ne peut pas être tenu.", "Libérez de la place.")
    answer = page.client().get("/equipe/qualite")
    assert answer.status_code == 503 and "Entretien" not in answer.text
    assert "Le journal d’accès ne peut pas être tenu. Libérez de la place." in answer.text


def test_results_that_cannot_be_kept_give_an_error() -> None:
    page = Page(status(), refusal=MeasuresFailed("Rien n'est lisible.", "Supprimez."))
    for answer in (page.client().get("/equipe/qualite"), page.client().post("/equipe/qualite")):
        assert answer.status_code == 503 and "Rien n’est lisible. Supprimez." in answer.text


def test_without_a_file_the_page_says_how_to_write_one() -> None:
    text = Page(status(questions=None, now=None, before=None)).body()
    assert (
        "Aucun fichier de questions" in text
        and "<details open>" in text
        and '<form method="post" action="/equipe/qualite">' not in text
    )
    assert "&quot;id&quot;: &quot;ateliers&quot;" in text


def test_figures_alone_are_shown_where_the_questions_cannot_be_read() -> None:
    page = Page(
        status(
            questions=(),
            fault="La ligne 7 n'est pas du JSON.",
            now=replace(NOW, results=(result("une", cited=(OF_RESERVED,)),)),
        )
    )
    text = page.body()
    assert "Questions justes" in text and "Toutes les questions" not in text and "Entretien" not in text
    assert page.opened == []


def test_questions_that_cannot_be_compared_are_counted() -> None:
    now = replace(NOW, results=(*NOW.results, result("neuve")))
    assert "1 question du fichier ne se compare pas" in Page(status(now=now)).body()


def test_the_error_of_an_invalid_file_names_its_line() -> None:
    text = Page(status(questions=(), fault="La ligne 7 n'est pas du JSON.", now=None, before=None)).body()
    assert 'role="alert">La ligne 7 n’est pas du JSON.' in text and "<details open>" in text


@pytest.mark.parametrize(
    ("changes", "reason", "button"),
    [({}, "Mesuré le 4 mars 2026, sur l’index actuel. 3 questions", "Mesurer de nouveau"),
     ({"now": None}, "L’index a changé depuis la dernière mesure.", "Mesurer les réponses"),
     ({"now": None, "before": None}, "Rien n’a encore été mesuré.", "Mesurer les réponses"),
     ({"is_edited": True}, "Le fichier de questions a changé", "Mesurer les réponses")],
)  # fmt: skip
def test_a_measurement_is_offered_when_it_is_due(changes: dict[str, object], reason: str, button: str) -> None:
    text = Page(status(**changes)).body()
    assert reason in text and f">{button}</button>" in text
    assert ("de l’index précédent, mesurés" in text) is (changes == {"now": None})


def test_a_measurement_that_runs_shows_its_progress() -> None:
    page = Page(status(progress=Progress(4, 9, running=True)))
    text = page.body()
    assert (
        '<progress id="avancement" max="9" value="4"' in text
        and "4 sur 9" in text
        and '<form method="post" action="/equipe/qualite">' not in text
    )
    assert page.client().get("/equipe/qualite/avancement").json() == {"done": 4, "total": 9, "running": True}
    page.status = status(progress=Progress(9, 9, failed="L'index a changé."))
    assert "L’index a changé." in page.body()


def test_the_button_starts_a_measurement_and_returns_to_the_page() -> None:
    page = Page(status())
    answer = page.client().post("/equipe/qualite")
    assert (answer.status_code, answer.headers["location"], page.started) == (303, "/equipe/qualite", 1)
