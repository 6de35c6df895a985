"""How the catalog changes: a run stages what is new, then one transaction puts it in the place of what it replaces.

Killed before that transaction, a run leaves the index as it was, and what it staged for the next run to take up. What
was replaced stays until the next commit, so that the last one can be taken back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.language import french
from index.store.catalog import Catalog
from index.store.schema import FULL_TEXT
from index.types import Passage, Place, Scope, Source

FloatArray = npt.NDArray[np.float32]
_FORMER_PREFIX = "former_"  # before a key of `meta`: its value before the last commit
_SOURCE_COLUMNS = "id, path, title, kind, site, date, visibility, nature, digest"
_PASSAGE_COLUMNS = (
    "id, visibility, ordinal, start, kind, text, context, place, heading_terms, text_terms, windows, vectors"
)


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as it is stored: with the full-text form of its headings and of its text, and the vectors of its
    windows, shape (windows, dimensions)."""

    passage: Passage
    heading_terms: str
    text_terms: str
    vectors: FloatArray


def stored_passages(passages: Sequence[Passage], vectors: Sequence[FloatArray]) -> list[StoredPassage]:
    """Return passages as they are stored; `vectors` holds those of the windows of each, shape (windows, dimensions)."""
    return [
        StoredPassage(
            passage, french.terms_line(" ".join(passage.context)), french.terms_line(passage.text), of_windows
        )
        for passage, of_windows in zip(passages, vectors, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class StagedSource:
    """A source that waits for the commit; `size` counts its passages."""

    digest: str
    title: str
    size: int


class Run:
    """One run of the indexer over a catalog. There is one at a time: the caller holds the lock."""

    def __init__(self, catalog: Catalog, identity: Mapping[str, str]) -> None:
        """`identity` names all that two sources must share to be in one index; what an earlier run staged under
        another is dropped."""
        self._catalog = catalog
        self._identity = dict(identity)
        self._number = int(catalog.meta("run")) + 1
        if catalog.meta("staged") != _identity_json(self._identity):
            self.drop()
            catalog.set_meta(staged=_identity_json(self._identity))

    def staged(self) -> dict[str, StagedSource]:
        """What is staged already, by source id."""
        with self._catalog.transaction() as connection:
            rows = connection.execute("SELECT id, digest, title, size FROM sources WHERE state = 'staged'").fetchall()
        return {name: StagedSource(digest, title, size) for name, digest, title, size in rows}

    def stage(self, source: Source, entries: Iterable[StoredPassage], stamp: str = "") -> None:
        """Keep a source with its passages for the commit, in one transaction; `stamp` is what its file looked like
        from outside."""
        with self._catalog.transaction() as connection:
            _delete_versions(connection, "state = 'staged' AND id = ?", (source.id,))
            version = _insert_source(connection, source, self._number, stamp)
            size = 0
            for entry in entries:
                _insert_passage(connection, version, entry)
                size += 1
            connection.execute("UPDATE sources SET size = ? WHERE version = ?", (size, version))

    def stage_copy(self, source: Source, stamp: str = "") -> None:
        """Keep for the commit a live source whose passages are unchanged, as `source` now describes it."""
        with self._catalog.transaction() as connection:
            _delete_versions(connection, "state = 'staged' AND id = ?", (source.id,))
            version = _insert_source(connection, source, self._number, stamp)
            live = "(SELECT version FROM sources WHERE state = 'live' AND id = ?)"
            connection.execute(
                f"INSERT INTO passages (version, {_PASSAGE_COLUMNS}) SELECT ?, {_PASSAGE_COLUMNS} FROM passages WHERE version = {live}"
                " ORDER BY ordinal",
                (version, source.id),
            )
            connection.execute(
                "UPDATE sources SET size = (SELECT count(*) FROM passages p WHERE p.version = sources.version)"
                " WHERE version = ?",
                (version,),
            )

    def restamp(self, stamps: Mapping[str, str]) -> None:
        """Record what the files of unchanged live sources, by id, look like from outside now."""
        with self._catalog.transaction() as connection:
            connection.executemany(
                "UPDATE sources SET stamp = ? WHERE state = 'live' AND id = ?",
                [(stamp, name) for name, stamp in stamps.items()],
            )

    def drop(self, keep: Iterable[str] = ()) -> None:
        """Drop what is staged, but for the sources named by `keep`."""
        kept = json.dumps(list(keep))
        with self._catalog.transaction() as connection:
            _delete_versions(connection, "state = 'staged' AND id NOT IN (SELECT value FROM json_each(?))", (kept,))

    def commit(self, removed: Iterable[str], **meta: str) -> None:
        """Make all that is staged live, in the place of the sources of the same ids and of those `removed` names, and
        set values of `meta`, in one transaction. What an earlier commit replaced is deleted."""
        gone = json.dumps(list(removed))
        with self._catalog.transaction() as connection:
            _delete_versions(connection, "state = 'former'", ())
            _retire(
                connection,
                "state = 'live' AND (id IN (SELECT id FROM sources WHERE state = 'staged')"
                " OR id IN (SELECT value FROM json_each(?)))",
                (gone,),
            )
            _make_live(connection, "state = 'staged'")
            before = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            former = {_FORMER_PREFIX + key: before.get(key, "") for key in (*self._identity, *meta)}
            _set_meta(connection, {**former, **self._identity, **meta, "run": str(self._number), "staged": ""})
            _advance_generation(connection, before, self._identity)


def add_live(catalog: Catalog, source: Source, entries: Iterable[StoredPassage], **meta: str) -> None:
    """Add a source that no run brings or takes back, and set values of `meta`, in one transaction."""
    with catalog.transaction() as connection:
        version = _insert_source(connection, source, 0, "", state="added")
        size = 0
        for entry in entries:
            _insert_passage(connection, version, entry)
            size += 1
        connection.execute("UPDATE sources SET size = ? WHERE version = ?", (size, version))
        _make_live(connection, "state = 'added'")
        _set_meta(connection, {**meta, "generation": str(int(catalog.meta("generation")) + 1)})


def roll_back(catalog: Catalog) -> bool:
    """Take the last commit back, in one transaction: what it replaced is live again, what it brought is kept as it was,
    so that rolling back twice changes nothing. False when there is nothing to go back to."""
    with catalog.transaction() as connection:
        before = dict(connection.execute("SELECT key, value FROM meta").fetchall())
        former = {
            key.removeprefix(_FORMER_PREFIX): value for key, value in before.items() if key.startswith(_FORMER_PREFIX)
        }
        last = before["run"]
        if int(last) <= 1 or not former:
            return False
        connection.execute("UPDATE sources SET state = 'returning' WHERE state = 'former'")
        _retire(connection, "state = 'live' AND run = ?", (last,))
        connection.execute("UPDATE sources SET run = ? WHERE state = 'returning'", (last,))
        _make_live(connection, "state = 'returning'")
        _set_meta(connection, {**former, **{_FORMER_PREFIX + key: before.get(key, "") for key in former}})
        _advance_generation(connection, before, former)
        return True


def _insert_source(connection: sqlite3.Connection, source: Source, run: int, stamp: str, state: str = "staged") -> int:
    values = tuple(getattr(source, name) for name in _SOURCE_COLUMNS.split(", "))
    cursor = connection.execute(
        f"INSERT INTO sources (state, run, size, {_SOURCE_COLUMNS}, stamp) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (state, run, *values, stamp),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _insert_passage(connection: sqlite3.Connection, version: int, entry: StoredPassage) -> None:
    passage = entry.passage
    connection.execute(
        f"INSERT INTO passages (version, {_PASSAGE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            version,
            passage.id,
            passage.source.visibility,
            passage.order,
            passage.start,
            passage.kind,
            passage.text,
            as_json(passage.context),
            place_as_json(passage.place),
            entry.heading_terms,
            entry.text_terms,
            len(entry.vectors),
            entry.vectors.astype("<f4").tobytes(),
        ),
    )


def fill_full_text(connection: sqlite3.Connection) -> None:
    """Fill full text anew with what can be found, so that nothing is left in it of what cannot."""
    for scope, table in FULL_TEXT.items():
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        connection.execute(
            f"INSERT INTO {table} (rowid, heading_terms, text_terms) SELECT p.key, p.heading_terms, p.text_terms"
            f" FROM passages p JOIN sources s ON s.version = p.version AND s.state = 'live'"
            f" WHERE p.{_scope_condition(scope)} ORDER BY p.key"
        )


def as_json(value: object) -> str:
    """As the catalog keeps lists."""
    return json.dumps(value, ensure_ascii=False)


def place_as_json(place: Place) -> str:
    """As the catalog keeps a place."""
    return as_json([place.heading, place.page, place.line, place.speaker, place.start_s, place.end_s])


def _delete_versions(connection: sqlite3.Connection, which: str, values: tuple[object, ...]) -> None:
    """Delete versions of sources that are not live."""
    connection.execute(f"DELETE FROM sources WHERE {which} AND state != 'live'", values)


def _retire(connection: sqlite3.Connection, which: str, values: tuple[object, ...]) -> None:
    """Take live sources out of what can be found, and keep them as former ones."""
    chosen = f"version IN (SELECT version FROM sources WHERE {which})"
    for scope, table in FULL_TEXT.items():
        connection.execute(
            f"INSERT INTO {table} ({table}, rowid, heading_terms, text_terms) SELECT 'delete', key,"
            f" heading_terms, text_terms FROM passages WHERE {chosen} AND {_scope_condition(scope)}",
            values,
        )
    connection.execute(
        f"REPLACE INTO mirror_queue SELECT key, visibility, windows, 0 FROM passages WHERE {chosen}",
        values,
    )
    connection.execute(f"UPDATE sources SET state = 'former' WHERE {which}", values)


def _make_live(connection: sqlite3.Connection, which: str) -> None:
    """Put sources that are not live among what can be found."""
    chosen = f"version IN (SELECT version FROM sources WHERE {which})"
    for scope, table in FULL_TEXT.items():
        connection.execute(
            f"INSERT INTO {table} (rowid, heading_terms, text_terms)"
            f" SELECT key, heading_terms, text_terms FROM passages WHERE {chosen} AND {_scope_condition(scope)}"
        )
    connection.execute(f"REPLACE INTO mirror_queue SELECT key, visibility, windows, 1 FROM passages WHERE {chosen}")
    connection.execute(f"UPDATE sources SET state = 'live' WHERE {which}")


def _advance_generation(connection: sqlite3.Connection, before: Mapping[str, str], identity: Mapping[str, str]) -> None:
    """Move the generation on; a copy of vectors of another model is no longer one."""
    moved = {"generation": str(int(before["generation"]) + 1)}
    if before.get("model") != identity.get("model"):
        moved["vectors_dirty"] = "1"
    _set_meta(connection, moved)


def _set_meta(connection: sqlite3.Connection, values: Mapping[str, str]) -> None:
    connection.executemany("REPLACE INTO meta VALUES (?, ?)", values.items())


def _scope_condition(scope: Scope) -> str:
    return "visibility IN ({})".format(", ".join(f"'{visibility}'" for visibility in scope.visibilities))


def _identity_json(identity: Mapping[str, str]) -> str:
    return json.dumps(identity, sort_keys=True)
