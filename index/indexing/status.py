"""The status of each source between the corpus folder and its index: what the next run would change.

Nothing is embedded. Files are compared by their stamps, and not opened, but for those written in the moment before they
were indexed, whose times prove nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath

from index.errors import UnreadableFile
from index.indexing.build import needs_rebuild, read_protection
from index.privacy.protection import Protection
from index.reading.metadata import Description, read_description
from index.reading.read import Stamps, open_file, scan_files
from index.store.workspace import Workspace
from index.types import Scope, Source


class SourceState(StrEnum):
    """The state of a source between the corpus folder and its index."""

    CURRENT = "current"
    """Its file is as it was when it was indexed, and so is all that describes it."""
    CHANGED = "changed"
    """Its file, or something that describes it, has changed; or all is to be rebuilt, with another model."""
    NEW = "new"
    """Its file is not indexed yet."""
    GONE = "gone"
    """It is indexed, and its file is not in the folder any more."""
    EXCERPT = "excerpt"
    """It is a published excerpt, which has no file."""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The status of a source, or of a file that may become one. `path` is relative to the corpus; `source` is its
    record in the index (`None`: there is none yet), and `passages` the number of its passages."""

    path: str
    state: SourceState
    source: Source | None = None
    passages: int = 0


def source_statuses(workspace: Workspace, root: Path) -> list[SourceStatus]:
    """Return the status of every source of the index and of every file of the folder `root`, by path, excerpts last.
    For the team: sources are named whatever their visibility. Raises `CorpusError` when the folder, or what describes
    it, cannot be read."""
    files = scan_files(root)
    description = read_description(root)
    protection = read_protection(root, description, workspace.settings)
    catalog = workspace.catalog
    with catalog.snapshot():
        sources, sizes, known = catalog.sources(Scope.TEAM), catalog.passage_counts(Scope.TEAM), catalog.stamps()
        stale = catalog.meta("corpus") != str(root.resolve()) or needs_rebuild(catalog, workspace.embedder)
    stamps = Stamps(root, protection)
    by_path = {source.path: source for source in sources if not source.is_excerpt}
    found = []
    for path in files:
        source = by_path.pop(str(path), None)
        if source is None:
            found.append(SourceStatus(str(path), SourceState.NEW))
            continue
        stamp = known.get(source.path, "")
        same = bool(stamp) and stamp == stamps.of(path)
        if not stale and not stamp:
            same = _is_unchanged(source, root, path, description, protection)
        found.append(
            SourceStatus(source.path, SourceState.CHANGED if stale or not same else SourceState.CURRENT, source)
        )
    found += [SourceStatus(path, SourceState.GONE, source) for path, source in by_path.items()]
    found.sort(key=lambda status: status.path)
    found += [SourceStatus(source.path, SourceState.EXCERPT, source) for source in sources if source.is_excerpt]
    return [
        replace(status, passages=sizes.get(status.source.id, 0)) if status.source is not None else status
        for status in found
    ]


def _is_unchanged(
    source: Source, root: Path, path: PurePosixPath, description: Description, protection: Protection
) -> bool:
    """Return whether a file, opened, is that of the indexed source."""
    try:
        return open_file(root, path, description, protection).digest == source.digest
    except UnreadableFile:
        return False
