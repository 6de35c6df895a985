"""Takes text out of a catalog for good: out of what can be found, of what an earlier run left, of what the next one
prepared, and out of the bytes of the files.

SQLite leaves deleted rows in the free pages of its file and in its log, full text keeps terms in its index, and Chroma
was seen to keep deleted vectors in its folder: hence full text is filled anew, the file is rewritten whole and its log
emptied, and the copy of the vectors is made again beside. Killed in the middle, the next run ends what was begun."""

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

ERASURES = "erasures"  # key of `meta`: how often something was taken out of versions that stay
_UNFINISHED_KEY = "erasing"  # key of `meta`: bytes of what was taken out may still be in the files

Redaction = Callable[[Source, Sequence[Passage]], tuple[str, Sequence[Passage]]]
"""A source and its passages to what is left of both: a title, empty where that goes too, and passages."""
Embed = Callable[[Sequence[Passage]], Sequence[FloatArray]]


@dataclass
class ErasurePlan:
    """What is to be taken out of each source, in each of its versions."""

    removed_sources: dict[str, Source] = field(default_factory=dict)
    """The sources that go, by id."""
    reduced_sources: dict[str, Source] = field(default_factory=dict)
    """Those that lose something."""
    passages: int = 0
    """Of what can be found."""
    former: int = 0
    """Of what an earlier run had left, or the next one had to take up."""
    versions: list[int] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    changed: list[tuple[int, Passage]] = field(default_factory=list)
    """Keys of passages that stay, under less."""
    titles: list[tuple[int, str]] = field(default_factory=list)
    """Versions that get another title."""

    def __bool__(self) -> bool:
        return bool(self.versions or self.keys or self.changed or self.titles)


def plan(catalog: Catalog, left: Redaction) -> ErasurePlan:
    """What it takes to keep of each source, in each of its versions, what `left` keeps."""
    made = ErasurePlan()
    for version, state, source in catalog.versions():
        held = catalog.version_passages(version)
        title, kept = left(source, [passage for _, passage in held])
        staying = {passage.order: passage for passage in kept}
        gone = [key for key, passage in held if passage.order not in staying]
        changed = [(key, staying[one.order]) for key, one in held if one.order in staying and one != staying[one.order]]
        if not gone and not changed and title == source.title:
            continue
        if held and not any(passage.kind != "heading" for passage in kept):
            gone = [key for key, _ in held]
            made.versions.append(version)
            made.removed_sources[source.id] = source
        else:
            made.keys += gone
            made.changed += changed
            made.reduced_sources[source.id] = source
            if title != source.title:
                made.titles.append((version, title or PurePosixPath(source.path).stem))
        if state == "live":
            made.passages += len(gone)
        else:
            made.former += len(gone)
    return made


def apply(catalog: Catalog, made: ErasurePlan, embed: Embed | None) -> None:
    """Take out what is planned; passages that now stand under less are embedded again, unless all are about to be. The
    caller holds the lock of runs; `finish` then cleans the files."""
    if not made:
        return
    vectors = embed([passage for _, passage in made.changed]) if made.changed and embed else ()
    with catalog.transaction() as connection:
        connection.execute(
            "DELETE FROM sources WHERE version IN (SELECT value FROM json_each(?))", (json.dumps(made.versions),)
        )
        connection.execute(
            "DELETE FROM passages WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(made.keys),)
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
                for key, passage in made.changed
            ],
        )
        if vectors:
            connection.executemany(
                "UPDATE passages SET windows = ?, vectors = ? WHERE key = ?",
                [
                    (len(of_windows), of_windows.astype("<f4").tobytes(), key)
                    for (key, _), of_windows in zip(made.changed, vectors, strict=True)
                ],
            )
        connection.executemany("UPDATE sources SET title = ? WHERE version = ?", [(t, v) for v, t in made.titles])
        connection.execute(
            "UPDATE sources SET size = (SELECT count(*) FROM passages p WHERE p.version = sources.version)"
        )
        fill_full_text(connection)
        connection.execute("DELETE FROM mirror_queue")
        rows = {"generation": str(int(catalog.meta("generation")) + 1), "vectors_dirty": "1", _UNFINISHED_KEY: "1"}
        rows[ERASURES] = str(int(catalog.meta(ERASURES) or 0) + 1)
        connection.executemany("REPLACE INTO meta VALUES (?, ?)", rows.items())


def finish(catalog: Catalog) -> bool:
    """Take out of the files the bytes of what is gone, if there may be any: whether there were. The copy of the vectors
    is then to be made again. Raises `DataFolderRefused` when others do not stop reading."""
    if catalog.meta(_UNFINISHED_KEY) != "1":
        return False
    catalog.compact()
    catalog.set_meta(**{_UNFINISHED_KEY: ""})
    return True
