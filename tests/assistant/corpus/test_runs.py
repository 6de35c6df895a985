"""The index runs that a page starts: in a process of their own, one at a time, stoppable, with a result that survives a
restart."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import redirect_stdout

import pytest

from assistant.cli import background
from assistant.cli.interrupts import InterruptHandler
from assistant.corpus import run_result
from assistant.corpus.retraction import FinishedRetractions, Occasion
from assistant.corpus.run_result import RunEnd, RunKind
from assistant.corpus.runs import IndexRuns
from assistant.errors import AuditRefused
from assistant.people import audit
from index.errors import WithdrawalsUnreadable
from index.progress import Step
from index.store import lock
from index.store.workspace import Workspace
from tests.assistant.corpus.conftest import COMMAND, MakePlace, Place, found
from tests.assistant.corpus.test_additions import REFUSED_AUDIT
from tests.doubles import fake_workspace
from tests.index.builders import write

pytestmark = pytest.mark.process

NEW = {"documents/rucher.md": "# Le rucher\n\nLes abeilles viennent d’un essaim recueilli au printemps."}


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_an_update_runs_beside_the_server_its_report_is_kept_and_it_can_be_rolled_back(place: Place) -> None:
    write(place.root, {**NEW, "documents/vide.md": ""})
    (place.root / "transcripts/serre.md").unlink()
    assert place.manager.run(RunKind.UPDATE, "ada")
    last = place.wait()
    assert (last.end, last.message) == (RunEnd.DONE, "")
    assert [entry["path"] for entry in last.entries("added")] == ["documents/rucher.md"]
    assert [entry["path"] for entry in last.entries("removed")] == ["transcripts/serre.md"]
    assert "pas de texte" in last.failures()["documents/vide.md"][0]
    assert found(place, "essaim") == ["documents/rucher.md"] and found(place, "compost") == []
    assert place.acts() == [audit.AuditAction.UPDATED]
    again = IndexRuns(lambda: COMMAND, place.data / "mises-a-jour")  # as another server sees it
    assert again.last() == last and again.now() is None
    assert (place.data / "mises-a-jour" / "derniere.json").stat().st_mode & 0o777 == 0o600

    assert place.manager.run(RunKind.BACK, "ada")
    back = place.wait()
    assert back.end is RunEnd.DONE and "revenu à son état d’avant" in back.message and back.report == last.report
    assert found(place, "essaim") == [] and found(place, "compost") == ["transcripts/serre.md"]
    assert place.states()["documents/rucher.md"] == "new" and place.acts()[-1] is audit.AuditAction.ROLLED_BACK


def test_steps_are_written_even_while_a_run_redirects_the_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """The standard output is redirected, as a run over Ray does while it embeds."""
    progress = background._progress_writer(InterruptHandler())
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        progress(Step("Indexation", 1, 4, "fichier"))
    assert json.loads(capsys.readouterr().out)["step"] == "Indexation"


def test_a_rollback_without_a_former_state_is_refused(place: Place) -> None:
    place.manager.run(RunKind.BACK, "ada")
    last = place.wait()
    assert (last.end, last.message) == (RunEnd.REFUSED, "Il n’y a pas d’état antérieur auquel revenir.")


def test_one_run_goes_on_at_a_time_and_can_be_stopped(make_place: MakePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAIT_AT", "Lecture des fichiers")
    place = make_place()
    write(place.root, NEW)
    assert place.manager.run(RunKind.UPDATE, "ada")
    until(lambda: "Lecture" in getattr(place.manager.runs.now(), "step", ""))
    assert not place.manager.run(RunKind.UPDATE, "bea") and not place.manager.run(RunKind.BACK, "bea")
    assert place.manager.runs.stop()
    now = place.manager.runs.now()
    assert now is None or now.stopping
    last = place.wait()
    assert (
        last.end is RunEnd.STOPPED
        and "répond comme avant" in last.message
        and "Relancez la mise à jour" in last.message
    )
    assert not place.manager.runs.stop() and found(place, "essaim") == []
    assert place.acts() == [audit.AuditAction.UPDATED], "what was not begun is not noted"


def test_a_run_stops_with_its_server_even_a_killed_one(make_place: MakePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAIT_AT", "Lecture des fichiers")
    place = make_place()
    write(place.root, NEW)
    place.manager.run(RunKind.UPDATE, "ada")
    until(lambda: "Lecture" in getattr(place.manager.runs.now(), "step", ""))
    place.manager.runs.close()
    assert place.manager.runs.now() is None and place.wait().end is RunEnd.STOPPED
    place.manager.run(RunKind.UPDATE, "ada")
    until(lambda: "Lecture" in getattr(place.manager.runs.now(), "step", ""))
    process = place.manager.runs._process
    assert process is not None and process.stdin is not None
    process.stdin.close()  # as when the server is killed
    assert place.wait().end is RunEnd.STOPPED


def test_a_killed_run_is_reported_and_leaves_the_index_as_it_was(
    make_place: MakePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAIT_AT", "Lecture des fichiers")
    place = make_place()
    write(place.root, NEW)
    place.manager.run(RunKind.UPDATE, "ada")
    until(lambda: "Lecture" in getattr(place.manager.runs.now(), "step", ""))
    assert place.manager.runs._process is not None
    os.kill(place.manager.runs._process.pid, signal.SIGKILL)
    last = place.wait()
    assert last.end is RunEnd.STOPPED and "Relancez-la" in last.message
    assert found(place, "essaim") == [] and found(place, "compost") == ["transcripts/serre.md"]


def test_a_run_is_refused_while_another_program_indexes(place: Place) -> None:
    with lock.only_run(place.data / lock.RUN):
        place.manager.run(RunKind.UPDATE, "ada")
        last = place.wait()
    assert last.end is RunEnd.REFUSED and "Une autre indexation" in last.message and "terminal" in last.message


def test_an_update_that_removes_many_sources_waits_for_a_confirmation(place: Place) -> None:
    for path in ("documents/charte.md", "transcripts/serre.md"):
        (place.root / path).unlink()
    write(place.root, NEW)
    place.manager.run(RunKind.UPDATE, "ada")
    last = place.wait()
    assert last.end is RunEnd.TOO_MANY and "2 sources sur 2" in last.message
    assert found(place, "compost") == ["transcripts/serre.md"]
    place.manager.run(RunKind.UPDATE, "ada", confirmed=True)
    assert len(place.wait().entries("removed")) == 2 and found(place, "compost") == []


def test_an_emptied_corpus_is_refused_with_the_remedy(place: Place) -> None:
    for path in ("documents/charte.md", "transcripts/serre.md"):
        (place.root / path).unlink()
    place.manager.run(RunKind.UPDATE, "ada")
    last = place.wait()
    assert last.end is RunEnd.REFUSED and "aucun fichier" in last.message


def test_a_run_that_cannot_be_recorded_does_not_start(place: Place) -> None:
    place.refused.append(REFUSED_AUDIT)
    with pytest.raises(AuditRefused):
        place.manager.run(RunKind.UPDATE, "ada")
    assert place.manager.runs.now() is None and place.manager.runs.last() is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"act": "autre"}', '{"act": "update", "end": "done"}'])
def test_a_damaged_result_is_ignored(text: str, place: Place) -> None:
    folder = place.data / "mises-a-jour"
    folder.mkdir()
    (folder / "derniere.json").write_text(text)
    assert run_result.read(folder) is None


@pytest.mark.parametrize("failing", [OSError(28, ""), WithdrawalsUnreadable("Les retraits sont illisibles.", "Voyez.")])
def test_a_failure_after_an_update_leaves_the_update_done(
    failing: Exception, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(workspace: Workspace, occasion: Occasion) -> FinishedRetractions:
        raise failing

    write(place.root, NEW)
    monkeypatch.setattr("assistant.corpus.retraction.finish_retractions", refuse)
    background._run(RunKind.UPDATE, place.root, fake_workspace(place.settings), InterruptHandler(), confirmed=False)
    last = place.manager.runs.last()
    assert last is not None and last.end is RunEnd.DONE and "L’index est à jour, mais" in last.message
    assert [entry["path"] for entry in last.entries("added")] == ["documents/rucher.md"]


def test_a_file_name_that_is_not_utf_8_does_not_break_the_report(place: Place) -> None:
    (place.root / os.fsdecode(b"documents/entretien-\xe9.md")).write_text("Un texte assez long.")
    assert place.manager.run(RunKind.UPDATE, "ada")
    last = place.wait()
    assert last.end is RunEnd.DONE and list(last.failures()) == [os.fsdecode(b"documents/entretien-\xe9.md")]
