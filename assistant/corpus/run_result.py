"""The result of the last run that a page started, kept in the data folder so that it is shown after a restart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.files import PRIVATE, write_atomic

_FILE = "derniere.json"
_LISTS = ("added", "changed", "renamed", "removed", "unchanged", "failed")


class RunKind(StrEnum):
    """The kind of a run: an update of the index, or a return to its state of before the last run."""

    UPDATE = "update"
    BACK = "back"


class RunEnd(StrEnum):
    """The end of a run."""

    DONE = "done"
    STOPPED = "stopped"
    REFUSED = "refused"
    TOO_MANY = "too-many"
    """It would remove too many sources, and waits for a confirmation."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of the last run, which ended `at` seconds since 1970. `message` is a French line, empty when `report`
    says all; the report is that of the last update that ended (see `staging.IndexReport`), with its own time
    `report_at`."""

    act: RunKind
    end: RunEnd
    at: float
    message: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    report_at: float = 0.0

    def entries(self, name: str) -> list[Mapping[str, Any]]:
        """Return the entries of one list of the report."""
        entries = self.report.get(name, [])
        return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []

    def failures(self) -> dict[str, tuple[str, str]]:
        """Return the reason and remedy of each file that could not be read, by its path."""
        return {
            str(entry.get("path")): (str(entry.get("reason", "")), str(entry.get("remedy", "")))
            for entry in self.entries("failed")
        }


def read(folder: Path) -> RunResult | None:
    """Return the last result; `None` when there is none that can be read."""
    try:
        stored = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return RunResult(
            act=RunKind(stored["act"]),
            end=RunEnd(stored["end"]),
            at=float(stored["at"]),
            message=str(stored["told"]),
            report=stored["report"] if isinstance(stored["report"], dict) else {},
            report_at=float(stored["report_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def write(
    folder: Path, act: RunKind, end: RunEnd, at: float, message: str = "", report: Mapping[str, Any] | None = None
) -> None:
    """Store a result; without a `report`, that of the last update stays. Raises `OSError`."""
    before = read(folder)
    kept, kept_at = (report, at) if report is not None else (before.report, before.report_at) if before else ({}, 0.0)
    stored = {
        "act": act.value,
        "end": end.value,
        "at": at,
        "told": message,
        "report": _without_titles(kept),
        "report_at": kept_at,
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # In ASCII: a file of the corpus may have a name that no UTF-8 can write.
    write_atomic(folder / _FILE, json.dumps(stored), mode=PRIVATE)


def forget(folder: Path) -> None:
    """Erase the last result: after a withdrawal, it may name what is gone. Raises `OSError`."""
    (folder / _FILE).unlink(missing_ok=True)


def _without_titles(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report without the titles, which come from the texts."""
    kept = {key: value for key, value in report.items() if key not in _LISTS}
    for name in _LISTS:
        lines = report.get(name, [])
        kept[name] = [{key: value for key, value in line.items() if key != "title"} for line in lines]
    return kept
