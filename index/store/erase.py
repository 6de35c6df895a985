"""Erase text from a catalog permanently: from live sources, from former versions, from staged ones, and from the bytes
of the files.

SQLite keeps deleted rows in the free pages of its file and in its log, full text keeps terms in its index, and Chroma
was observed to keep deleted vectors in its folder. Hence full text is rebuilt, the file is rewritten whole, its log
truncated, and the copy of the vectors rebuilt in a new folder. After a kill, the next run finishes the erasure."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from index.language import french
from index.store.catalog import Catalog
from index.store.runs import as_json, fill_full_text, place_as_json
from index.store.stored_vectors import FloatArray
from index.types import Passage, Source

ERASURES = "erasures"  # key of `meta`: number of erasures inside versions that stay
_UNFINISHED_KEY = "erasing"  # key of `meta`: erased bytes may still be in the files

Redaction = Callable[[Source, Sequence[Passage]], tuple[str, Sequence[Passage]]]
"""Function from a source and its passages to the title and passages that remain; an empty title erases the title
too."""
Embed = Callable[[Sequence[Passage]], Sequence[FloatArray]]


@dataclass
class ErasurePlan:
    """Content to erase from each source, in each of its versions."""

    removed_sources: dict[str, Source] = field(default_factory=dict)
    """Sources to delete entirely, by id."""
    reduced_sources: dict[str, Source] = field(default_factory=dict)
    """Sources to delete in part, by id."""
    passages: int = 0
    """Number of live passages to delete."""
    former: int = 0
    """Number of passages to delete from former and staged versions."""
    versions: list[int] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    changed: list[tuple[int, Passage]] = field(default_factory=list)
    """Keys of the passages that stay with a shorter context."""
    titles: list[tuple[int, str]] = field(default_factory=list)
    """Versions that get another title."""

    def __bool__(self) -> bool:
        return bool(self.versions or self.keys or self.changed or self.titles)


def plan(catalog: Catalog, redact: Redaction) -> ErasurePlan:
    """Return the erasure that leaves, in each version of each source, only the content that `redact` keeps."""
    erasure = ErasurePlan()
    for version, state, source in catalog.versions():
        held = catalog.version_passages(version)
        title, kept = redact(source, [passage for _, passage in held])
        staying = {passage.order: passage for passage in kept}
        gone = [key for key, passage in held if passage.order not in staying]
        changed = [
            (key, staying[passage.order])
            for key, passage in held
            if passage.order in staying and passage != staying[passage.order]
        ]
        if not gone and not changed and title == source.title:
            continue
        if held and not any(passage.kind != "heading" for passage in kept):
            gone = [key for key, _ in held]
            erasure.versions.append(version)
            erasure.removed_sources[source.id] = source
        else:
            erasure.keys += gone
            erasure.changed += changed
            erasure.reduced_sources[source.id] = source
            if title != source.title:
                erasure.titles.append((version, title or PurePosixPath(source.path).stem))
        if state == "live":
            erasure.passages += len(gone)
        else:
            erasure.former += len(gone)
    return erasure


def apply(catalog: Catalog, erasure: ErasurePlan, embed: Embed | None) -> None:
    """Delete the planned content; passages whose context shrinks are embedded again, unless all passages are about to
    be. The caller holds the run lock; `finish` then cleans the files."""
    if not erasure:
        return
    vectors = embed([passage for _, passage in erasure.changed]) if erasure.changed and embed else ()
    with catalog.transaction() as connection:
        connection.execute(
            "DELETE FROM sources WHERE version IN (SELECT value FROM json_each(?))", (json.dumps(erasure.versions),)
        )
        connection.execute(
            "DELETE FROM passages WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(erasure.keys),)
        )
        connection.executemany(
            "UPDATE passages SET context = ?, place = ?, heading_terms = ? WHERE key = ?",
            [
                (
                    as_json(passage.context),
                    place_as_json(passage.place),
                    french.terms_line(" ".join(passage.context)),
                    key,
                )
                for key, passage in erasure.changed
            ],
        )
        if vectors:
            connection.executemany(
                "UPDATE passages SET windows = ?, vectors = ? WHERE key = ?",
                [
                    (len(of_windows), of_windows.astype("<f4").tobytes(), key)
                    for (key, _), of_windows in zip(erasure.changed, vectors, strict=True)
                ],
            )
        connection.executemany("UPDATE sources SET title = ? WHERE version = ?", [(t, v) for v, t in erasure.titles])
        connection.execute(
            "UPDATE sources SET size = (SELECT count(*) FROM passages p WHERE p.version = sources.version)"
        )
        fill_full_text(connection)
        connection.execute("DELETE FROM mirror_queue")
        rows = {"generation": str(int(catalog.meta("generation")) + 1), "vectors_dirty": "1", _UNFINISHED_KEY: "1"}
        rows[ERASURES] = str(int(catalog.meta(ERASURES) or 0) + 1)
        connection.executemany("REPLACE INTO meta VALUES (?, ?)", rows.items())


def finish(catalog: Catalog) -> bool:
    """Remove erased bytes from the files, if any may remain; return whether there were any. The copy of the vectors
    must then be rebuilt. Raises `DataFolderRefused` when other processes do not stop reading."""
    if catalog.meta(_UNFINISHED_KEY) != "1":
        return False
    catalog.compact()
    catalog.set_meta(**{_UNFINISHED_KEY: ""})
    return True
