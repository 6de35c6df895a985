"""Where each source stands between the corpus folder and its index: what the next run would look at, told from outside.

Nothing is embedded, and no file is opened but those written in the moment before they were indexed, whose times tell
nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from index.errors import UnreadableFile
from index.indexing.build import needs_rebuild, read_protection
from index.privacy.protection import Protection
from index.reading.metadata import Description, read_description
from index.reading.read import Stamps, found_files, open_file
from index.store.workspace import Workspace
from index.types import Scope, Source


class SourceState(StrEnum):
    """Where a source stands."""

    CURRENT = "current"
    """Its file looks as it did when it was indexed, and so does all that describes it."""
    CHANGED = "changed"
    """Its file, or something that describes it, does not; or all is to be made anew, with another model."""
    NEW = "new"
    """A file that the index does not hold."""
    GONE = "gone"
    """The index holds it, and its file is not in the folder any more."""
    EXCERPT = "excerpt"
    """A published excerpt, for which no file stands."""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source, or a file that may become one. `path` is relative to the corpus; `source` is what the index holds of it
    (`None`: nothing yet), in so many `passages`."""

    path: str
    state: SourceState
    source: Source | None = None
    passages: int = 0


def source_statuses(workspace: Workspace, root: Path) -> list[SourceStatus]:
    """Every source of the index and every file of the folder `root`, by path, excerpts last. For the team: sources are
    named whatever their visibility. Raises `CorpusError` when the folder, or what describes it, cannot be read."""
    files = found_files(root)
    description = read_description(root)
    protection = read_protection(root, description, workspace.settings)
    catalog = workspace.catalog
    with catalog.snapshot():
        sources, sizes, known = catalog.sources(Scope.TEAM), catalog.sizes(Scope.TEAM), catalog.stamps()
        moved = catalog.meta("corpus") != str(root.resolve()) or needs_rebuild(catalog, workspace.embedder)
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
        if not moved and not stamp:
            same = _is_the_same(source, root, path, description, protection)
        found.append(
            SourceStatus(source.path, SourceState.CHANGED if moved or not same else SourceState.CURRENT, source)
        )
    found += [SourceStatus(path, SourceState.GONE, source) for path, source in by_path.items()]
    found.sort(key=lambda one: one.path)
    found += [SourceStatus(source.path, SourceState.EXCERPT, source) for source in sources if source.is_excerpt]
    return [
        one if one.source is None else SourceStatus(one.path, one.state, one.source, sizes.get(one.source.id, 0))
        for one in found
    ]


def _is_the_same(
    source: Source, root: Path, path: PurePosixPath, description: Description, protection: Protection
) -> bool:
    try:
        return open_file(root, path, description, protection).digest == source.digest
    except UnreadableFile:
        return False
