"""Tests of the measurement of golden questions on two states of the index, and of its storage. All texts are
invented."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.compose.parts import Components
from assistant.errors import MeasuresFailed
from assistant.people.measures import RUNS, Measurement, Measures, QuestionResult
from assistant.team import quality
from assistant.team.quality import Fault, Quality, compare, is_right
from assistant.types import Answer
from index.indexing.build import build
from index.settings import IndexSettings
from index.types import Scope
from tests.assistant.conftest import MakeParts
from tests.assistant.feedback_samples import DAY
from tests.doubles import fake_workspace

FARM = "# La ferme\n\nLes poules dorment au village.\n\nLes canards nagent sur la mare.\n"
HENS = {
    "id": "poules",
    "question": "Où dorment les poules ?",
    "answers": ["poules dorment au village"],
    "kind": "bêtes",
}
DUCKS = {"id": "canards", "question": "Où nagent les canards ?", "answers": ["nagent sur la mare"]}
ELSEWHERE = {"id": "ailleurs", "question": "Quelle est la capitale de l’Australie ?", "refused": True}


def write(folder: Path, *lines: object) -> None:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "questions.jsonl").write_text(text + "\n", encoding="utf-8")


def measuring(parts: Components, ask: Callable[[str], Answer] | None = None) -> Quality:
    return Quality(
        lambda: parts.questions,
        parts.catalog,
        ask or (lambda question: parts.engine.ask(question, Scope.TEAM)),
        lambda excerpt: parts.holds(excerpt, Scope.TEAM),
        Measures(parts.catalog.folder),
        lambda: DAY,
    )


def measured(made: Quality) -> quality.QualityStatus:
    assert made.start()
    made.wait(60)
    status = made.status()
    assert not status.progress.running
    return status


@pytest.fixture
def parts(parts_over: MakeParts, tmp_path: Path) -> Components:
    made = parts_over({"documents/ferme.md": FARM, "transcripts/e.md": "Le renard est passé mardi.\n"})
    write(tmp_path / "corpus", HENS, DUCKS, ELSEWHERE)
    return made


def test_a_file_of_questions_is_not_a_document_of_the_corpus(parts: Components, tmp_path: Path) -> None:
    assert not build(tmp_path / "corpus", fake_workspace(IndexSettings(data_dir=tmp_path / "data"))).failed
    assert {source.path for source in parts.catalog.sources(Scope.TEAM)} == {"documents/ferme.md", "transcripts/e.md"}
    assert parts.questions == tmp_path / "corpus" / "questions.jsonl"


def test_questions_are_measured_and_kept(parts: Components) -> None:
    made = measuring(parts)
    assert made.status().now is None and made.progress.total == 0
    status = measured(made)
    assert status.now is not None and status.before is None and status.now.day == DAY
    assert [(result.id, result.kind, is_right(result), result.fault) for result in status.now.results] == [
        ("poules", "bêtes", True, ""), ("canards", "", True, ""), ("ailleurs", "", True, ""),
    ]  # fmt: skip
    assert (status.progress.done, status.progress.total, status.progress.failed) == (3, 3, "")
    assert measuring(parts).status().now == status.now, "another server reads the same"


def test_the_previous_index_is_compared_question_by_question(parts: Components, tmp_path: Path) -> None:
    made = measuring(parts)
    before = measured(made).now
    (tmp_path / "corpus" / "documents" / "ferme.md").write_text("# La ferme\n\nLes canards nagent sur la mare.\n")
    assert not build(tmp_path / "corpus", fake_workspace(IndexSettings(data_dir=tmp_path / "data"))).failed
    status = made.status()
    assert status.now is None and status.before == before, "to be measured again"
    status = measured(made)
    assert status.before == before and status.now is not None and before is not None
    changed = compare(status.now, before)
    assert [change.now.id for change in changed.lost] == ["poules"] and changed.lost[0].now.unknown
    assert (changed.won, changed.others) == ((), 0)


def test_an_edited_question_is_not_compared(parts: Components, tmp_path: Path) -> None:
    made = measuring(parts)
    first = measured(made).now
    assert not made.status().is_edited
    write(tmp_path / "corpus", {**HENS, "answers": ["volent"]}, {**DUCKS, "kind": "eau"}, {**ELSEWHERE, "id": "loin"})
    assert made.status().is_edited
    second = measured(made).now
    assert first and second and second.state == first.state
    changed = compare(second, first)
    assert (changed.lost, changed.won, changed.otherwise, changed.recited, changed.others) == ((), (), (), (), 2)


def test_only_ids_and_figures_are_stored_in_a_private_file(parts: Components, tmp_path: Path) -> None:
    measured(measuring(parts))
    path = tmp_path / "data" / "people" / "measures.db"
    assert path.stat().st_mode & 0o777 == 0o600
    content = path.read_bytes().lower()
    for word in ("dorment", "village", "nagent", "australie", "ferme"):
        assert word.encode() not in content


@pytest.mark.parametrize(
    ("line", "message"),
    [("{", "La ligne 2 du fichier de questions n'est pas du JSON"), ({"id": "x", "question": "q"}, "La ligne 2"),
     (HENS, "Les lignes 1 et 2 ont le même")],
)  # fmt: skip
def test_an_invalid_file_is_reported_by_its_line_and_not_measured(
    line: object, message: str, parts: Components, tmp_path: Path
) -> None:
    write(tmp_path / "corpus", HENS, line)
    made = measuring(parts)
    assert message in made.status().fault and not made.start()


def test_a_missing_empty_or_too_long_file_is_not_measured(
    parts: Components, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = measuring(parts)
    monkeypatch.setattr(quality, "MOST", 2)
    assert "3 questions" in made.status().fault and not made.start()
    write(tmp_path / "corpus", "")
    assert "est vide" in made.status().fault and not made.start()
    (tmp_path / "corpus" / "questions.jsonl").unlink()
    assert made.status().questions is None and not made.start()


def test_one_measurement_runs_at_a_time_and_reports_its_progress(parts: Components) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def ask(question: str) -> Answer:
        asked.set()
        assert go_on.wait(30)
        return parts.engine.ask(question, Scope.TEAM)

    made = measuring(parts, ask)
    assert made.start() and asked.wait(30)
    assert not made.start() and made.progress.running and (made.progress.done, made.progress.total) == (0, 3)
    go_on.set()
    made.wait(30)
    assert made.progress.done == 3 and not made.progress.running


def test_an_index_that_changes_during_a_measurement_gives_no_mixed_results(parts: Components, tmp_path: Path) -> None:
    times: list[int] = []

    def ask(question: str) -> Answer:
        if question.startswith("Quelle") and len(times) < 1:
            times.append(1)
            (tmp_path / "corpus" / "documents" / "ferme.md").write_text("# La ferme\n\nLes oies crient.\n")
            assert not build(tmp_path / "corpus", fake_workspace(IndexSettings(data_dir=tmp_path / "data"))).failed
        return parts.engine.ask(question, Scope.TEAM)

    status = measured(measuring(parts, ask))
    assert status.now is not None and status.before is None
    assert [is_right(result) for result in status.now.results] == [False, False, True]


def test_an_index_that_keeps_changing_is_reported(parts: Components) -> None:
    made = measuring(parts)
    states = iter(range(100))
    made.state = lambda: str(next(states))  # type: ignore[method-assign]
    assert made.start()
    made.wait(30)
    assert "a changé pendant la mesure" in made.progress.failed and Measures(parts.catalog.folder).last(1) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_unexpected_error_ends_the_measurement_and_is_reported(parts: Components) -> None:
    def ask(question: str) -> Answer:
        raise RuntimeError(question)

    made = measuring(parts, ask)
    assert made.start()
    made.wait(30)
    assert made.progress.failed and not made.progress.running and "Où" not in made.progress.failed
    assert Measures(parts.catalog.folder).last(1) == []


def result(name: str, fault: str = "", **more: object) -> QuestionResult:
    right = not fault
    made = QuestionResult(name, "d", "", fault, False, True, fault == Fault.REFUSED, right, right, None, (("s", "p"),))
    return replace(made, **more)  # type: ignore[arg-type]


def test_changes_are_classified() -> None:
    before = Measurement("1", DAY, "", (
        result("perdue"), result("gagnée", Fault.ABSENT), result("autre", Fault.ABSENT), result("citée"),
        result("reculée"), result("pareille"), result("récrite"),
    ))  # fmt: skip
    now = Measurement("2", DAY, "", (
        result("perdue", Fault.REFUSED), result("gagnée"), result("autre", Fault.REFUSED),
        result("citée", cited=(("s", "q"),)), result("reculée", Fault.NOT_FIRST, first=False, first_three=True),
        result("pareille"), result("récrite", Fault.ABSENT, digest="e"), result("neuve"),
    ))  # fmt: skip
    comparison = compare(now, before)
    names = [
        [change.now.id for change in sort]
        for sort in (comparison.lost, comparison.won, comparison.otherwise, comparison.recited)
    ]
    assert names == [["perdue"], ["gagnée"], ["autre", "reculée"], ["citée"]] and comparison.others == 2


@pytest.mark.parametrize(
    ("result", "right"),
    [(result("a"), True), (result("a", first=False), True), (result("a", first_three=False), False),
     (result("a", noticed=False), False), (result("a", answerable=False), False),
     (result("a", answerable=False, refused=True), True)],
)  # fmt: skip
def test_a_result_is_right_or_not(result: QuestionResult, right: bool) -> None:
    assert is_right(result) is right


def test_results_are_stored_whole_in_order_for_a_bounded_number_of_states(tmp_path: Path) -> None:
    kept = Measures(tmp_path)
    assert kept.last(5) == [] and list(tmp_path.iterdir()) == []
    runs = [
        Measurement(str(n), DAY, "q", (result("é'; --", noticed=True), result("b", cited=()))) for n in range(RUNS + 3)
    ]
    for run in runs:
        kept.keep(run)
    assert kept.last(2) == [runs[-1], runs[-2]] and len(kept.last(100)) == RUNS
    again = replace(runs[-2], results=())
    kept.keep(again)
    assert kept.last(2) == [again, runs[-1]], "on the same state, the last in the place of the one before"
    with closing(sqlite3.connect(tmp_path / "people" / "measures.db")) as db:
        held = db.execute("SELECT count(DISTINCT run) FROM results").fetchone()[0]
    assert held == RUNS - 1


def test_a_damaged_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "measures.db").write_bytes(b"no database" * 500)
    with pytest.raises(MeasuresFailed, match="ne peuvent pas être enregistrés"):
        Measures(tmp_path).last(1)
