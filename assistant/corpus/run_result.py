"""What the last run that a page started did, kept in the data folder so that it is seen after a restart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.files import PRIVATE, write_atomic

_FILE = "derniere.json"
_LISTS = ("added", "changed", "renamed", "removed", "unchanged", "failed")


class RunKind(StrEnum):
    """What a run is for."""

    UPDATE = "update"
    BACK = "back"


class RunEnd(StrEnum):
    """How a run ended."""

    DONE = "done"
    STOPPED = "stopped"
    REFUSED = "refused"
    TOO_MANY = "too-many"
    """It would take out too many sources, and waits to be told that it may."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How the last run ended, `at` seconds since 1970. `told` is a French line, empty when all is said by `report`,
    which is that of the last update that went to its end (see `staging.IndexReport`), with its own `report_at`."""

    act: RunKind
    end: RunEnd
    at: float
    told: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    report_at: float = 0.0

    def entries(self, name: str) -> list[Mapping[str, Any]]:
        """The lines of one list of the report."""
        found = self.report.get(name, [])
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def failures(self) -> dict[str, tuple[str, str]]:
        """The reason and remedy of each file that could not be read, by its path."""
        return {
            str(one.get("path")): (str(one.get("reason", "")), str(one.get("remedy", "")))
            for one in self.entries("failed")
        }


def read(folder: Path) -> RunResult | None:
    """The last outcome; `None` when there is none that can be read."""
    try:
        said = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return RunResult(
            act=RunKind(said["act"]),
            end=RunEnd(said["end"]),
            at=float(said["at"]),
            told=str(said["told"]),
            report=said["report"] if isinstance(said["report"], dict) else {},
            report_at=float(said["report_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def write(
    folder: Path, act: RunKind, end: RunEnd, at: float, told: str = "", report: Mapping[str, Any] | None = None
) -> None:
    """Keep an outcome; without a `report` of its own, beside that of the update before. Raises `OSError`."""
    before = read(folder)
    kept, kept_at = (report, at) if report is not None else (before.report, before.report_at) if before else ({}, 0.0)
    made = RunResult(act, end, at, told, _without_titles(kept), kept_at)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # In ASCII: a file of the corpus may have a name that no UTF-8 can write.
    write_atomic(folder / _FILE, json.dumps(asdict(made)), mode=PRIVATE)


def forget(folder: Path) -> None:
    """Keep none any more: after a withdrawal, what it tells may name what is gone. Raises `OSError`."""
    (folder / _FILE).unlink(missing_ok=True)


def _without_titles(report: Mapping[str, Any]) -> dict[str, Any]:
    """A report less the titles, which come from the texts."""
    kept = {key: value for key, value in report.items() if key not in _LISTS}
    for name in _LISTS:
        lines = report.get(name, [])
        kept[name] = [{key: value for key, value in line.items() if key != "title"} for line in lines]
    return kept
