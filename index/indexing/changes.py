"""What differs between a folder and its index: a comparison, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from index.reading.read import OpenedFile, source_id
from index.types import Source


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file to read, the id its source will have, and the source it takes the place of."""

    file: OpenedFile
    id: str
    replaces: Source | None


@dataclass(slots=True)
class Changes:
    """`moved` pairs each source whose file has another path now with its new description; `gone` are the sources whose
    file is not there any more."""

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
    """Compare the sources of an index with the files of a folder, of which `opened` could be opened and the paths
    `untouched` did not need to be.

    A file that is there but could not be opened is left as it was. With `anew`, every file is to be read again."""
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
    """A title that was the file's name follows it; one that was said or read stays."""
    named_after_file = source.title == PurePosixPath(source.path).stem
    return file.path.stem if named_after_file else source.title


def _new_id(file: OpenedFile, taken: set[str]) -> str:
    plain = source_id(file.path)
    return plain if plain not in taken else source_id(PurePosixPath(f"{file.path}\x1f{file.digest}"))
