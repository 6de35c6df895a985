"""Changes of the catalog: a run stages new versions of sources, then one transaction makes them live in place of the
versions they replace.

Killed before that transaction, a run leaves the index unchanged, and its staged sources for the next run. Replaced
versions stay until the next commit, so that the last commit can be rolled back."""

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
_FORMER_PREFIX = "former_"  # of the keys of `meta` that hold values from before the last commit
_SOURCE_COLUMNS = "id, path, title, kind, site, date, visibility, nature, digest"
_PASSAGE_COLUMNS = (
    "id, visibility, ordinal, start, kind, text, context, place, heading_terms, text_terms, windows, vectors"
)


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage in stored form, with the full-text terms of its headings and of its text, and the vectors of its
    windows, shape (windows, dimensions)."""

    passage: Passage
    heading_terms: str
    text_terms: str
    vectors: FloatArray


def stored_passages(passages: Sequence[Passage], vectors: Sequence[FloatArray]) -> list[StoredPassage]:
    """Return passages in stored form; `vectors` holds for each the vectors of its windows, shape (windows,
    dimensions)."""
    return [
        StoredPassage(
            passage, french.terms_line(" ".join(passage.context)), french.terms_line(passage.text), window_vectors
        )
        for passage, window_vectors in zip(passages, vectors, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class StagedSource:
    """A source that waits for the commit; `size` counts its passages."""

    digest: str
    title: str
    size: int


class Run:
    """A run of the indexer over a catalog. Only one exists at a time: the caller holds the lock."""

    def __init__(self, catalog: Catalog, identity: Mapping[str, str]) -> None:
        """Open a run. `identity` holds the values that all sources of an index share; sources that an earlier run
        staged under another identity are dropped."""
        self._catalog = catalog
        self._identity = dict(identity)
        self._number = int(catalog.meta("run")) + 1
        if catalog.meta("staged") != _identity_json(self._identity):
            self.drop()
            catalog.set_meta(staged=_identity_json(self._identity))

    def staged(self) -> dict[str, StagedSource]:
        """Return the staged sources, by source id."""
        with self._catalog.transaction() as connection:
            rows = connection.execute("SELECT id, digest, title, size FROM sources WHERE state = 'staged'").fetchall()
        return {name: StagedSource(digest, title, size) for name, digest, title, size in rows}

    def stage(self, source: Source, entries: Iterable[StoredPassage], stamp: str = "") -> None:
        """Stage a source with its passages, in one transaction; `stamp` identifies the state of its file (size,
        times)."""
        with self._catalog.transaction() as connection:
            _delete_versions(connection, "state = 'staged' AND id = ?", (source.id,))
            version = _insert_source(connection, source, self._number, stamp)
            size = 0
            for entry in entries:
                _insert_passage(connection, version, entry)
                size += 1
            connection.execute("UPDATE sources SET size = ? WHERE version = ?", (size, version))

    def stage_copy(self, source: Source, stamp: str = "") -> None:
        """Stage, as `source` now describes it, a live source whose passages are unchanged."""
        with self._catalog.transaction() as connection:
            _delete_versions(connection, "state = 'staged' AND id = ?", (source.id,))
            version = _insert_source(connection, source, self._number, stamp)
            live = "(SELECT version FROM sources WHERE state = 'live' AND id = ?)"
            connection.execute(
                f"INSERT INTO passages (version, {_PASSAGE_COLUMNS}) SELECT ?, {_PASSAGE_COLUMNS} FROM passages"
                f" WHERE version = {live} ORDER BY ordinal",
                (version, source.id),
            )
            connection.execute(
                "UPDATE sources SET size = (SELECT count(*) FROM passages p WHERE p.version = sources.version)"
                " WHERE version = ?",
                (version,),
            )

    def restamp(self, stamps: Mapping[str, str]) -> None:
        """Record the current stamps of the files of unchanged live sources, by source id."""
        with self._catalog.transaction() as connection:
            connection.executemany(
                "UPDATE sources SET stamp = ? WHERE state = 'live' AND id = ?",
                [(stamp, name) for name, stamp in stamps.items()],
            )

    def drop(self, keep: Iterable[str] = ()) -> None:
        """Drop the staged sources, except those with an id in `keep`."""
        kept = json.dumps(list(keep))
        with self._catalog.transaction() as connection:
            _delete_versions(connection, "state = 'staged' AND id NOT IN (SELECT value FROM json_each(?))", (kept,))

    def commit(self, removed: Iterable[str], **meta: str) -> None:
        """Make all staged sources live, in one transaction: they replace the sources with the same ids, the sources in
        `removed` are retired, and values of `meta` are set. Versions that an earlier commit replaced are deleted."""
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
    """Add a live source outside any run, so that no rollback removes it, and set values of `meta`, in one
    transaction."""
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
    """Roll the last commit back, in one transaction: the versions that it replaced are live again, and its own versions
    are kept as former ones, so that rolling back twice changes nothing. Return false when there is no commit to roll
    back."""
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
        f"INSERT INTO sources (state, run, size, {_SOURCE_COLUMNS}, stamp)"
        " VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
    """Rebuild full text from the live passages, so that it keeps no term of any other."""
    for scope, table in FULL_TEXT.items():
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        connection.execute(
            f"INSERT INTO {table} (rowid, heading_terms, text_terms) SELECT p.key, p.heading_terms, p.text_terms"
            f" FROM passages p JOIN sources s ON s.version = p.version AND s.state = 'live'"
            f" WHERE p.{_scope_condition(scope)} ORDER BY p.key"
        )


def as_json(value: object) -> str:
    """Return a list as the JSON text that the catalog stores."""
    return json.dumps(value, ensure_ascii=False)


def place_as_json(place: Place) -> str:
    """Return a place as the JSON text that the catalog stores."""
    return as_json([place.heading, place.page, place.line, place.speaker, place.start_s, place.end_s])


def _delete_versions(connection: sqlite3.Connection, condition: str, values: tuple[object, ...]) -> None:
    """Delete the versions of sources that match a condition and are not live."""
    connection.execute(f"DELETE FROM sources WHERE {condition} AND state != 'live'", values)


def _retire(connection: sqlite3.Connection, condition: str, values: tuple[object, ...]) -> None:
    """Make the live versions that match a condition former: remove them from full text and queue their removal from the
    vector copy."""
    chosen = f"version IN (SELECT version FROM sources WHERE {condition})"
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
    connection.execute(f"UPDATE sources SET state = 'former' WHERE {condition}", values)


def _make_live(connection: sqlite3.Connection, condition: str) -> None:
    """Make the versions that match a condition live: add them to full text and queue them for the vector copy."""
    chosen = f"version IN (SELECT version FROM sources WHERE {condition})"
    for scope, table in FULL_TEXT.items():
        connection.execute(
            f"INSERT INTO {table} (rowid, heading_terms, text_terms)"
            f" SELECT key, heading_terms, text_terms FROM passages WHERE {chosen} AND {_scope_condition(scope)}"
        )
    connection.execute(f"REPLACE INTO mirror_queue SELECT key, visibility, windows, 1 FROM passages WHERE {chosen}")
    connection.execute(f"UPDATE sources SET state = 'live' WHERE {condition}")


def _advance_generation(connection: sqlite3.Connection, before: Mapping[str, str], identity: Mapping[str, str]) -> None:
    """Advance the generation; mark the copy of the vectors dirty when the model changed."""
    changed = {"generation": str(int(before["generation"]) + 1)}
    if before.get("model") != identity.get("model"):
        changed["vectors_dirty"] = "1"
    _set_meta(connection, changed)


def _set_meta(connection: sqlite3.Connection, values: Mapping[str, str]) -> None:
    connection.executemany("REPLACE INTO meta VALUES (?, ?)", values.items())


def _scope_condition(scope: Scope) -> str:
    """Return the SQL condition that a visibility belongs to a scope."""
    return "visibility IN ({})".format(", ".join(f"'{visibility}'" for visibility in scope.visibilities))


def _identity_json(identity: Mapping[str, str]) -> str:
    """Return an identity as one line of JSON."""
    return json.dumps(identity, sort_keys=True)
