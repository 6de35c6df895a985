"""Real disks: one that fills up at each step of an indexing, one that is read-only. The index answers as before or as
after, never a mixture; one line says why and what to do; the next run finishes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.processes import ROOT, apart, environment

pytestmark = pytest.mark.process

Seen = list[dict[str, Any]]
FULL, CLOSED = "(le disque est plein)", "(le disque est en lecture seule)"


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """The observations of each scene of `disk_run`."""
    folder = tmp_path_factory.mktemp("disks")
    alone = apart("--mount", "mount -t tmpfs tmpfs /mnt")
    command = [*alone, sys.executable, "-m", "tests.index.indexing.disk_run", str(folder)]
    env = environment(folder / "reached.log")
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    seen: dict[str, Seen] = json.loads(done.stdout)
    return seen


def is_refused(run: dict[str, Any], why: str) -> bool:
    """Return whether a command was refused with one line that gives the reason and ends with the remedy."""
    assert run["err"].count("\n") == 1 and run["err"].endswith(".\n"), run["err"]
    return run["status"] == 2 and run["out"] == "" and why in run["err"]


def told_by(run: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON output of a command, without the time."""
    return {key: value for key, value in json.loads(run["out"]).items() if key != "seconds"}


def check_full(run: dict[str, Any], before: str, after: str) -> None:
    """Check one run on a disk that is too small or just large enough."""
    if run["status"] == 2:
        assert is_refused(run, FULL) and "Libérez de la place" in run["err"]
        assert run["state"] == before
    elif run["status"] == 1:
        (failed,) = told_by(run)["failed"]
        assert FULL in failed["reason"] and "assistant index" in failed["remedy"]
        assert run["state"] == after
    else:
        assert (run["status"], run["state"]) == (0, after)
    assert (run["again"]["status"], run["again"]["err"], run["finally"]) == (0, "", after)


def test_a_disk_that_fills_up_while_an_index_is_updated(scenes: dict[str, Seen]) -> None:
    runs = scenes["full"]
    for run in runs:
        check_full(run, "before", "after")
        assert (run["asked"]["status"], run["asked"]["err"]) == (0, ""), "what is asked of it is answered"
    steps = {run["step"] for run in runs if run["status"]}
    assert {"Indexation", "Enregistrement 0", "Enregistrement 1"} <= steps, "it was not full at each step"


def test_a_disk_that_fills_up_during_a_first_indexing(scenes: dict[str, Seen]) -> None:
    runs = scenes["full_at_first"]
    for run in runs:
        check_full(run, "nothing", "fresh")
        assert run["asked"]["status"] == (2 if run["state"] == "nothing" else 0)
        if run["step"] == "Préparation du modèle":
            assert run["left"] == [], "no half of an index is left"
    steps = {run["step"] for run in runs if run["status"]}
    assert {"Préparation du modèle", "Indexation", "Enregistrement 1"} <= steps, "it was not full at each step"


def test_a_read_only_folder_answers_as_before_and_is_not_indexed(scenes: dict[str, Seen]) -> None:
    writable, closed, index, elsewhere, left, again, finally_ = scenes["read_only"]
    search, ask, status, doctor = zip(writable["asked"], closed["asked"], strict=True)
    texts = [[hit["text"] for hit in told_by(run)["hits"]] for run in search]
    assert texts[0] == texts[1] != []
    assert ask[0] == ask[1] and ask[0]["status"] == 0 and "Parcelle 22" in ask[0]["out"]
    assert told_by(status[0]) == told_by(status[1])
    assert doctor[1]["status"] == 1 and doctor[1]["err"] == ""
    assert is_refused(index, CLOSED) and is_refused(elsewhere, CLOSED)
    assert left["state"] == "before"
    assert (again["status"], finally_["state"]) == (0, "after")
    assert finally_["generation"] == left["generation"] + 1, "a reader that was there sees what is written since"


def test_a_read_only_folder_whose_writer_was_killed_answers_or_says_why(scenes: dict[str, Seen]) -> None:
    left, meta, lacking = scenes["read_only_after_a_crash"]
    assert left["beside"] > 0, "the scene is not what it says"
    assert (left["state"], meta["meta"]) == ("before", "beside")
    assert is_refused(lacking, "ne peut pas être écrit") and "Rendez-le inscriptible" in lacking["err"]


def test_the_doctor_sees_a_disk_with_little_room(scenes: dict[str, Seen]) -> None:
    (doctor,) = scenes["low"]
    findings = {finding["what"]: finding for finding in told_by(doctor)["findings"]}
    assert doctor["status"] == 1
    room = findings["Dossier de données"]
    assert not room["well"] and "Mo libres" in room["seen"] and "Libérez de la place" in room["remedy"]
