"""The feedback pages: figures, filters, lists, exports, the audit trail, and escaping. The association is invented."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import docx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.errors import AuditRefused, FeedbackFailed
from assistant.people.feedback import Feedback
from assistant.people.reactions import Reaction
from assistant.team.feedback_review import FeedbackFilter, FeedbackPage, FeedbackReview
from assistant.ui.identity import HEADER
from assistant.ui.pages.feedback import page
from tests.assistant.conftest import MakeParts
from tests.assistant.feedback_samples import DAY, SCRIPT, ask_in_vain, react, under

INTERVIEW = (
    "---\nsite: Brumeval\n---\n\n# Entretien\n\n## La mare\n\n"
    "Enquêtée 1 : La mare gèle chaque hiver au fond du jardin.\n"
)
REPORT = "# Rapport\n\n## Les outils\n\nLes outils dorment dans la cabane.\n\n## Les poules\n\nLes poules pondent.\n"
TOML = '[[sites]]\nname = "Brumeval"\n\n[[sites]]\nname = "Sourcelles"\n'
LEXICON = '[[terms]]\nterm = "outil"\nvariants = ["outils"]\ndefinition = "Ce qui sert à travailler."\n'


@dataclass
class FakeAudit:
    """Records of an audit trail; `refusal` is raised instead where it is set."""

    opened: list[tuple[str, list[str]]] = field(default_factory=list)
    exported: list[tuple[str, list[str]]] = field(default_factory=list)
    refusal: Exception | None = None

    def recorder(self, to: list[tuple[str, list[str]]]) -> Callable[[str, list[str]], None]:
        def keep(who: str, sources: list[str]) -> None:
            if self.refusal:
                raise self.refusal
            to.append((who, list(sources)))

        return keep


@dataclass
class Study:
    """A small study, its pages, and their audit trail; `fails` holds an error for the search to raise."""

    data: Path
    client: TestClient
    audit: FakeAudit
    ids: dict[str, str]
    fails: list[Exception]

    def body(self, path: str = "") -> str:
        """Return the body of a page, after a check of its status."""
        answer = self.client.get(f"/equipe/retours{path}")
        assert answer.status_code == 200
        return answer.text.split("<body>")[1]


@pytest.fixture
def study(parts_over: MakeParts, tmp_path: Path) -> Study:
    parts = parts_over(
        {"documents/r.md": REPORT, "transcripts/e.md": INTERVIEW, "corpus.toml": TOML, "lexique.toml": LEXICON}
    )
    review = FeedbackReview(Feedback(tmp_path / "data"), parts.catalog, parts.lexicon, parts.description.sites)
    audit, fails = FakeAudit(), list[Exception]()

    def find(feedback_filter: FeedbackFilter) -> FeedbackPage:
        if fails:
            raise fails[0]
        return review.find(feedback_filter)

    from index.types import Scope

    today = datetime.date(2026, 3, 30)
    opened, exported = audit.recorder(audit.opened), audit.recorder(audit.exported)
    services = page.FeedbackServices(find, opened, exported, lambda: today)  # type: ignore[arg-type]
    app = FastAPI()
    app.include_router(page.routes(services, "Étude"))
    ids = {source.path: source.id for source in parts.catalog.sources(Scope.TEAM)}
    return Study(tmp_path / "data", TestClient(app, headers={HEADER: "ada"}), audit, ids, fails)


@pytest.fixture
def filled(study: Study) -> Study:
    tools, pond = under(study.data, "Les outils"), under(study.data, "La mare")
    react(study.data, Reaction.MISSING, "Où sont les outils ?", tools, f"Et {SCRIPT} ?")
    react(study.data, Reaction.MISSING, "ou sont les OUTILS", tools, "=1+1", DAY + datetime.timedelta(days=8))
    react(study.data, Reaction.TO_EXPLORE, "La mare gèle-t-elle ?", pond, "", DAY + datetime.timedelta(days=20))
    ask_in_vain(study.data, "Qui paie les outils à Sourcelles ?", 3)
    ask_in_vain(study.data, f"Que dit {SCRIPT} ?", 1, DAY + datetime.timedelta(days=9))
    return study


def questions(text: str) -> list[str]:
    return re.findall(r"<h3>«\u00a0(.*?)\u00a0»</h3>", text)


def test_every_view_reports_a_study_without_feedback(study: Study) -> None:
    for view in ("", "/reactions", "/questions", "/ordre-du-jour"):
        text = study.body(view)
        assert "pour l’instant" in text and "Aucune réaction et aucune question restée sans réponse." in text
    assert study.audit.opened == []


def test_figures_count_the_stored_feedback(filled: Study) -> None:
    text = filled.body()
    assert "3 réactions et 2 questions restées sans réponse (posées 4 fois), du 4 mars 2026 au 24 mars 2026." in text
    rows = dict(re.findall(r'<th scope="row">([^<]*)</th><td class="number">(\d+)</td>', text.split("Par réaction")[1]))
    assert rows == {
        "Cela me surprend": "0", "Je m’y retrouve": "0", "Il manque quelque chose": "2", "À creuser": "1",
        "Sans site": "2", "Brumeval": "1", "Les outils": "2", "La mare": "1",
    }  # fmt: skip
    assert "2 mars</text>" in text and "9 mars</text>" in text and "16 mars</text>" in text
    assert "Le thème d’une réaction est le titre" in text


FILTERS = (
    ("q=gele", 1, 0), ("q=outils+paie", 0, 1), ("reaction=manque", 2, None), ("site=Brumeval", 1, 0),
    ("site=Sourcelles", 0, 1), ("theme=Les+outils", 2, 1), ("theme=La+mare", 1, 0), ("du=2026-03-12", 2, 1),
    ("au=04/03/2026", 1, 1), ("du=2026-03-05&au=2026-03-13", 1, 1), ("site=Ailleurs", 0, 0), ("theme=zzz", 0, 0),
    ("reaction=manque&q=cabane&site=Brumeval", 0, None),
)  # fmt: skip


def test_each_filter_narrows_lists_and_figures_alike(filled: Study) -> None:
    for query, reacted, unanswered_count in FILTERS:
        reactions, unanswered = filled.body(f"/reactions?{query}"), filled.body(f"/questions?{query}")
        assert (len(questions(reactions)), len(questions(unanswered))) == (reacted, unanswered_count or 0)
        overview = filled.body(f"?{query}")
        assert f"Réactions ({reacted})" in overview and f"Sans réponse ({unanswered_count or 0})" in overview
        assert ("n’est pas une réaction" in unanswered) is (unanswered_count is None)
        assert reacted or "correspond à cette recherche" in reactions


ABSURD = (
    "p=99999999999999999999", "p=-1", "p=%00", "p=٣", "tri=%3Cscript%3E", "reaction=aime", "du=hier",
    "du=0000-00-00", "du=99/99/9999", "au=2026-02-30", "du=2026-05-01&au=2026-04-01", "q=" + "x" * 5000,
    "q=%00%1b%E2%80%AE",
    "site=%22%3E%3Cscript%3E", "theme=" + "é" * 3000, "q=%ED%A0%80", "du=" + "1" * 4000,
)  # fmt: skip


def test_absurd_parameters_return_a_page(filled: Study) -> None:
    for query in ABSURD:
        for view in ("", "/reactions", "/questions", "/ordre-du-jour"):
            text = filled.body(f"{view}?{query}")
            assert "<script" not in text
        if query.startswith(("du=", "au=", "reaction=")):
            assert 'class="wrong" role="alert"' in filled.body(f"?{query}")


def test_comments_and_questions_are_escaped(filled: Study) -> None:
    for view in ("/reactions", "/questions", "/ordre-du-jour"):
        text = filled.body(view)
        assert "<script" not in text and "&lt;script&gt;document.title" in text


def test_a_citation_links_to_its_place_in_the_source(filled: Study) -> None:
    text = filled.body("/reactions?reaction=creuser")
    source, order, end = re.findall(r'href="/equipe/source/(\w+)\?cite=(\d+)\.0\.(\d+)&amp;n=1#cite-1"', text)[0]
    assert source == filled.ids["transcripts/e.md"] and int(end) > 10 and int(order) >= 0
    assert "La mare gèle chaque hiver au fond du jardin." in text and "Brumeval" in text


def test_lists_are_sorted_and_paged(study: Study) -> None:
    for number in range(23):
        react(study.data, Reaction.SURPRISES, f"Question {number} ?", day=DAY + datetime.timedelta(days=number))
    first, last = study.body("/reactions"), study.body("/reactions?p=2")
    assert questions(first)[0] == "Question 22 ?" and questions(last) == [
        "Question 2 ?",
        "Question 1 ?",
        "Question 0 ?",
    ]
    assert "Page 1 sur 2" in first and 'rel="next"' in first and 'rel="prev"' in last
    assert questions(study.body("/reactions?p=9")) == questions(last), "never beyond the last page"
    assert questions(study.body("/reactions?tri=anciennes"))[0] == "Question 0 ?"
    assert 'href="/equipe/retours/reactions?q=question&amp;tri=anciennes&amp;p=2"' in study.body(
        "/reactions?q=question&tri=anciennes"
    )


def test_sorting_by_reaction_begins_with_missing_things(filled: Study) -> None:
    found = re.findall(r'class="badge r-(\w+)"', filled.body("/reactions?tri=reaction"))
    assert found == ["missing", "missing", "to_explore"]
    first = [questions(filled.body(f"/questions?tri={order}"))[0][:8] for order in ("", "recentes", "anciennes")]
    assert first == ["Qui paie", "Que dit ", "Qui paie"]


def test_reserved_sources_are_recorded_before_they_are_shown(filled: Study) -> None:
    interview = filled.ids["transcripts/e.md"]
    for view in ("", "/reactions", "/ordre-du-jour"):
        filled.audit.opened.clear()
        assert "La mare" in filled.body(view)
        assert filled.audit.opened == [("ada", [interview])], view
    filled.audit.opened.clear()
    assert "La mare" not in filled.body("/reactions?reaction=manque&au=2026-03-13")
    assert filled.audit.opened == []


@pytest.mark.parametrize(
    "failure", [AuditRefused("Le journal d'accès est plein.", "Libérez."), FeedbackFailed("L'eau", "")]
)
def test_a_failed_record_or_search_hides_feedback_and_is_reported(failure: Exception, filled: Study) -> None:
    if isinstance(failure, AuditRefused):
        filled.audit.refusal = failure
    else:
        filled.fails.append(failure)
    for view in ("", "/reactions", "/ordre-du-jour"):
        answer = filled.client.get(f"/equipe/retours{view}")
        assert answer.status_code == 503 and "gèle" not in answer.text and "La mare" not in answer.text
        assert str(failure).strip().replace("'", "’") in answer.text
    for name in ("tableau.csv", "ordre-du-jour.md", "ordre-du-jour.docx"):
        answer = filled.client.post(f"/equipe/retours/{name}")
        assert answer.status_code == 503 and "mare" not in answer.text.split("</nav>")[1]
    assert filled.audit.exported == []


def test_the_table_is_filtered_without_formulas_and_recorded(filled: Study) -> None:
    answer = filled.client.post("/equipe/retours/tableau.csv?reaction=manque")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["commentaire"] for row in rows] == ["'=1+1", f"Et {SCRIPT} ?"]
    assert {row["sources"] for row in rows} == {"documents/r.md"}
    assert answer.headers["content-disposition"].startswith('attachment; filename="retours-2026-03-30.csv"; ')
    assert filled.audit.exported == [("ada", [filled.ids["documents/r.md"]])]


def test_the_agenda_is_exported_in_markdown_and_word(filled: Study) -> None:
    text = filled.client.post("/equipe/retours/ordre-du-jour.md").text
    headings = re.findall(r"^#+ .*$", text, re.MULTILINE)
    assert headings == [
        "# Ordre du jour — Étude", "## Les outils", "### Questions restées sans réponse", "### Il manque quelque chose",
        "## La mare", "### À creuser", "## Sans thème", "### Questions restées sans réponse",
    ]  # fmt: skip
    assert "- Qui paie les outils à Sourcelles ? (posée 3 fois, la dernière le 4 mars 2026)" in text
    assert "- ou sont les OUTILS (2 réactions, la dernière le 12 mars 2026)" in text and "<script>" not in text
    word = docx.Document(io.BytesIO(filled.client.post("/equipe/retours/ordre-du-jour.docx").content))
    styled = [(line.style.name, line.text) for line in word.paragraphs if line.style]
    assert ("Heading 1", "Les outils") in styled and ("List Bullet 2", f"–\t«\u00a0Et {SCRIPT} ?\u00a0»") in styled
    assert filled.audit.exported[-1] == ("ada", sorted(filled.ids.values()))
    assert filled.client.post("/equipe/retours/ordre-du-jour.exe").status_code == 404
    assert filled.client.get("/equipe/retours/tableau.csv").status_code == 405


def test_a_source_that_left_the_corpus_is_reported_and_counts_as_reserved(filled: Study, tmp_path: Path) -> None:
    from index.store.catalog import Catalog
    from tests.index.builders import remove

    catalog = Catalog.open(filled.data)
    remove(catalog, filled.ids["documents/r.md"])
    catalog.close()
    text = filled.body("/reactions?reaction=manque")
    assert "Cette source n’est plus dans le corpus." in text and "/equipe/source/" not in text
    assert filled.ids["documents/r.md"] in filled.audit.opened[-1][1]
