"""The differences between a folder and its index. A pure comparison: nothing is read or written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from index.reading.read import OpenedFile, source_id
from index.types import Source


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file to read, the id that its source will have, and the source that it replaces, if any."""

    file: OpenedFile
    id: str
    replaces: Source | None


@dataclass(slots=True)
class Changes:
    """The differences: the files `to_read`; the sources `moved`, each paired with its new description, since its file
    has another path; the sources `gone`, whose file is missing; and those `unchanged`."""

    to_read: list[PendingFile] = field(default_factory=list)
    moved: list[tuple[Source, Source]] = field(default_factory=list)
    gone: list[Source] = field(default_factory=list)
    unchanged: list[Source] = field(default_factory=list)


def compare(
    stored: Iterable[Source],
    files: Iterable[PurePosixPath],
    opened: Sequence[OpenedFile],
    anew: bool,
    untouched: frozenset[str] = frozenset(),
) -> Changes:
    """Compare the sources of an index with the files of a folder: `opened` are those that could be opened, and
    `untouched` the paths of those that did not need to be.

    The source of a file that could not be opened is left as it is. With `anew`, every file is to be read again."""
    changes = Changes()
    present = {str(path) for path in files}
    by_path = {source.path: source for source in stored}
    changes.unchanged = [source for path, source in by_path.items() if path in untouched]
    taken = {source.id for source in by_path.values()}
    changes.gone = [source for path, source in by_path.items() if path not in present]
    for file in opened:
        path = str(file.path)
        before = by_path.get(path)
        alike = None if before else next((gone for gone in changes.gone if gone.digest == file.digest), None)
        if before is not None and before.digest == file.digest and not anew:
            changes.unchanged.append(before)
        elif alike is not None and not anew:
            changes.gone.remove(alike)
            changes.moved.append((alike, replace(alike, path=path, title=_title_after_move(alike, file))))
        else:
            name = before.id if before else _new_id(file, taken)
            taken.add(name)
            changes.to_read.append(PendingFile(file, name, before))
    return changes


def _title_after_move(source: Source, file: OpenedFile) -> str:
    """Return the title of a moved source: the new name of the file where the title was its name, or the same title."""
    named_after_file = source.title == PurePosixPath(source.path).stem
    return file.path.stem if named_after_file else source.title


def _new_id(file: OpenedFile, taken: set[str]) -> str:
    """Return an id for a new source that no other has."""
    plain = source_id(file.path)
    return plain if plain not in taken else source_id(PurePosixPath(f"{file.path}\x1f{file.digest}"))
