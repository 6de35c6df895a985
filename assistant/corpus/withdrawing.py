"""What somebody who leaves the study said, sought in the files that wait to be added and in the bin: a search of bytes
does not see it in a compressed file, and neither is in the index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from assistant.corpus import outcome
from assistant.corpus.bin import path_of
from assistant.corpus.kept import Entry, Kept, write_private
from index.errors import UnreadableFile, WithdrawalRefused
from index.privacy.protection import Protection
from index.privacy.withdrawn import Withdrawn
from index.reading import formats
from index.reading.metadata import SIDECAR, Description
from index.reading.read import open_file, source_id
from index.store.schema import BIN, HOLDING, RUNS

_FOLLOWED = "retraits.json"
WHERE = {HOLDING: "les fichiers qui attendent d’être ajoutés", BIN: "la corbeille"}
"""What the page calls each place."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What was found in files that are kept: names of those that were erased, and of those that nobody can read, each
    with where it was."""

    erased: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def holds(root: Path, path: PurePosixPath, name: str, description: Description, protection: Protection) -> bool:
    """Whether the file at `path` below `root`, as the source of the id `name`, holds words that were withdrawn. Raises
    `UnreadableFile`."""
    reading = open_file(root, path, description, replace(protection, withdrawn=Withdrawn())).read(name)
    title, left = protection.withdrawn.left(name, reading.source.title, reading.sections)
    return len(left) < len(reading.sections) or title != reading.source.title


def forget(data_dir: Path, protection: Protection) -> Sought:
    """Erase, of all that is kept, the files that hold what was withdrawn and was not looked for before, and the report
    of the last run, which may name it. Raises `OSError`."""
    known = _followed(data_dir)
    new = Withdrawn(tuple(one for one in protection.withdrawn.withdrawals if one.id not in known))
    if not new.withdrawals:
        return Sought()
    outcome.forget(data_dir / RUNS)
    sought = replace(protection, withdrawn=new)
    erased, unread = [], []
    for place, kept, entry in kept_in(data_dir):
        named = f"{entry.name} ({WHERE[place]})"
        path = path_of(entry) if place == BIN else PurePosixPath("transcripts", entry.name)
        try:
            found = any(
                holds(file.parent, PurePosixPath(file.name), source_id(path), Description(), sought)
                for file in _texts(entry)
            )
        except UnreadableFile:
            unread.append(named)
            continue
        if found:
            kept.erase(entry.id)
            erased.append(named)
    (data_dir / RUNS).mkdir(mode=0o700, exist_ok=True)
    write_private(data_dir / RUNS / _FOLLOWED, json.dumps(sorted({*known, *new.ids})))
    return Sought(tuple(erased), tuple(unread))


def told_of_kept(error: WithdrawalRefused, what: str, data_dir: Path) -> WithdrawalRefused:
    """The refusal of what is in no index, with where files lie that no index holds either."""
    named, others = [], set()
    for place, _, entry in kept_in(data_dir):
        others.add(WHERE[place])
        if what in (entry.name, str(entry.said.get("path", ""))):
            named.append(f"« {entry.name} » est dans {WHERE[place]} : effacez-le dans la page Corpus.")
    if not others:
        return error
    there = " et ".join(sorted(others))
    remedy = " ".join(named) or f"{error.remedy} Regardez aussi {there} (page Corpus), que l'index ne tient pas."
    return WithdrawalRefused(error.reason, remedy)


def kept_in(data_dir: Path) -> Iterator[tuple[str, Kept, Entry]]:
    """All that is kept in a data folder, with where."""
    for place in WHERE:
        kept = Kept(data_dir / place)
        kept.sweep()
        yield from ((place, kept, entry) for entry in kept.entries())


def _texts(entry: Entry) -> list[Path]:
    """The files of an entry that a reader reads; recordings go with them."""
    with suppress(OSError):
        return [
            path
            for path in sorted(entry.folder.iterdir())
            if path.is_file() and not path.name.endswith(SIDECAR) and not formats.is_sound(path.suffix.lower())
        ]
    return []


def _followed(data_dir: Path) -> set[str]:
    try:
        found = json.loads((data_dir / RUNS / _FOLLOWED).read_text(encoding="utf-8"))
        return {one for one in found if isinstance(one, str)}
    except (OSError, ValueError, TypeError):
        return set()
