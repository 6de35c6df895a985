"""Catalog: one SQLite file that holds sources, passages, vectors and full text. It is the single source of truth: a
passage exists if and only if it is in the catalog and its source is live.

A run stages its sources, and one transaction makes all of them live at once (see `runs.py`). Queries of full text are
in `full_text.py`, queries of vectors in `stored_vectors.py`."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from index.errors import DataFolderRefused, NothingIndexed
from index.store import schema
from index.store.connection import chunks, placeholders
from index.store.full_text import FullText
from index.store.schema import FILE
from index.store.storage_errors import unreadable_index
from index.store.stored_vectors import BY_KEY, LIVE, StoredVectors
from index.types import EXCERPT_ID_PREFIX, Kind, Passage, Place, Scope, Source

_SELECT_PASSAGE = (
    "SELECT p.key, p.id, p.text, p.place, p.ordinal, p.kind, p.context, p.start,"
    " s.id, s.path, s.title, s.kind, s.site, s.date, s.visibility, s.nature, s.digest"
)

_SPEAKER = "json_extract(p.place, '$[3]')"


class Catalog(FullText, StoredVectors):
    """An open catalog. Threads may share it: each uses its own connection."""

    @classmethod
    def create(cls, folder: Path, meta: Mapping[str, str]) -> Catalog:
        """Create an empty catalog. Raises `DataFolderRefused` when the folder is not writable or holds files of another
        program."""
        schema.create(folder, meta)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Catalog:
        """Open the catalog of a data folder. Raises `NothingIndexed` or `DataFolderRefused`."""
        if not (folder / FILE).is_file():
            raise NothingIndexed(
                f"Aucun index dans « {folder} ».", "Indexez d'abord un corpus : assistant index corpus."
            )
        catalog = cls(folder)
        try:
            written = catalog.meta("schema")
        except sqlite3.DatabaseError as error:  # a database of another program
            raise unreadable_index(folder / FILE, error) from error
        if written != schema.VERSION:
            raise DataFolderRefused(
                f"Le dossier de données « {folder} » a été écrit par une autre version (format {written or 'inconnu'}, "
                f"attendu {schema.VERSION}).",
                "Indexez dans un autre dossier avec --data-dir, ou reprenez la version qui l'a écrit.",
            )
        return catalog

    # — metadata and statistics —

    def meta(self, key: str) -> str:
        """Return a value of the `meta` table, empty when absent."""
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return "" if row is None else str(row[0])

    def set_meta(self, **values: str) -> None:
        """Set values of the `meta` table in one transaction."""
        with self.transaction() as connection:
            connection.executemany("REPLACE INTO meta VALUES (?, ?)", values.items())

    def refuse_other_model(self, identity: str) -> None:
        """Raise `DataFolderRefused` for an index built with another model: vectors of two models must not be mixed."""
        if self.meta("model") != identity:
            raise DataFolderRefused(
                f"L'index de « {self.folder} » a été fait avec un autre modèle d'embedding ({self.meta('model')}).",
                "Remettez ce modèle dans les réglages, ou indexez de nouveau.",
            )

    @property
    def generation(self) -> int:
        """Number that increases with every change of the live sources."""
        return int(self.meta("generation"))

    def sources(self, scope: Scope) -> list[Source]:
        """Return the sources of a scope, ordered by path."""
        rows = self._connection.execute(
            "SELECT id, path, title, kind, site, date, visibility, nature, digest FROM sources"
            f" WHERE state = 'live' AND visibility IN ({placeholders(scope.visibilities)}) ORDER BY path",
            scope.visibilities,
        )
        return [Source(*row) for row in rows]

    def source(self, source_id: str, scope: Scope) -> Source | None:
        """Return a source of a scope, or `None`."""
        row = self._connection.execute(
            "SELECT id, path, title, kind, site, date, visibility, nature, digest FROM sources"
            f" WHERE state = 'live' AND id = ? AND visibility IN ({placeholders(scope.visibilities)})",
            (source_id, *scope.visibilities),
        ).fetchone()
        return None if row is None else Source(*row)

    def last_order(self, source_id: str, scope: Scope) -> int:
        """Return the order of the last passage of a source of a scope, -1 when it has none."""
        row = self._connection.execute(
            f"SELECT coalesce(max(p.ordinal), -1) {LIVE} AND s.id = ?"
            f" AND p.visibility IN ({placeholders(scope.visibilities)})",
            (source_id, *scope.visibilities),
        ).fetchone()
        return int(row[0])

    def source_counts(self, scope: Scope) -> dict[Kind, int]:
        """Count the sources of each kind in a scope, excerpts excluded."""
        rows = self._connection.execute(
            f"SELECT kind, count(*) FROM sources WHERE id NOT LIKE '{EXCERPT_ID_PREFIX}%'"
            f" AND state = 'live' AND visibility IN ({placeholders(scope.visibilities)}) GROUP BY kind",
            scope.visibilities,
        )
        return dict(rows.fetchall())

    def source_count(self) -> int:
        """Count the live sources."""
        return int(self._connection.execute("SELECT count(*) FROM sources WHERE state = 'live'").fetchone()[0])

    def staged_count(self) -> int:
        """Count the sources that an unfinished run has staged for the next one."""
        return int(self._connection.execute("SELECT count(*) FROM sources WHERE state = 'staged'").fetchone()[0])

    def stamps(self) -> dict[str, str]:
        """Return the stamp (size, times) of the file of each live source when it was last compared, by path."""
        return dict(self._connection.execute("SELECT path, stamp FROM sources WHERE state = 'live'").fetchall())

    def passage_counts(self, scope: Scope) -> dict[str, int]:
        """Count the passages of each source of a scope, by source id."""
        rows = self._connection.execute(
            f"SELECT id, size FROM sources WHERE state = 'live' AND visibility IN ({placeholders(scope.visibilities)})",
            scope.visibilities,
        )
        return dict(rows.fetchall())

    def passage_count(self, scope: Scope) -> int:
        """Count the passages of a scope."""
        row = self._connection.execute(
            "SELECT coalesce(sum(size), 0) FROM sources"
            f" WHERE state = 'live' AND visibility IN ({placeholders(scope.visibilities)})",
            scope.visibilities,
        ).fetchone()
        return int(row[0])

    def headings(self, scope: Scope, limit: int) -> list[str]:
        """Return the headings directly above the most passages of a scope, most frequent first."""
        rows = self._connection.execute(
            f"SELECT json_extract(p.place, '$[0][#-1]') AS heading, count(*) AS held {LIVE}"
            f" AND s.visibility IN ({placeholders(scope.visibilities)}) AND heading IS NOT NULL AND p.kind != 'heading'"
            " GROUP BY heading ORDER BY held DESC, heading LIMIT ?",
            (*scope.visibilities, limit),
        )
        return [str(heading) for heading, _ in rows]

    # — sources in any state —

    def versions(self) -> list[tuple[int, str, Source]]:
        """Return every stored version of every source, with its number and state."""
        rows = self._connection.execute(
            "SELECT version, state, id, path, title, kind, site, date, visibility, nature, digest FROM sources"
            " ORDER BY version"
        )
        return [(version, state, Source(*source)) for version, state, *source in rows]

    def held_sources(self) -> list[Source]:
        """Return every source with a stored version, as its live version or else its latest one describes it, ordered
        by path."""
        ordered = sorted(self.versions(), key=lambda version: (version[1] == "live", version[0]))
        return sorted({source.id: source for _, _, source in ordered}.values(), key=lambda source: source.path)

    def held_passages(self, source_id: str) -> list[Passage]:
        """Return the passages of a source in all its versions, without duplicates."""
        states = ("live", "former", "staged")  # listed so that SQLite uses the index on sources
        rows = self._connection.execute(
            f"{_SELECT_PASSAGE} FROM sources s JOIN passages p ON p.version = s.version"
            f" WHERE s.id = ? AND s.state IN ({placeholders(states)}) ORDER BY s.version, p.ordinal",
            (source_id, *states),
        )
        found = map(_passage, rows)
        return list({(passage.order, passage.text): passage for passage in found}.values())

    def version_passages(self, version: int) -> list[tuple[int, Passage]]:
        """Return the keys and passages of a version, in order."""
        rows = self._connection.execute(
            f"{_SELECT_PASSAGE} FROM sources s JOIN passages p ON p.version = s.version WHERE s.version = ?"
            " ORDER BY p.ordinal",
            (version,),
        )
        return [(int(row[0]), _passage(row)) for row in rows]

    def all_texts(self) -> Iterator[tuple[str, str]]:
        """Yield the path, and the text and context, of every passage of every version."""
        rows = self._connection.execute(
            "SELECT s.path, p.text || char(10) || p.context FROM sources s JOIN passages p ON p.version = s.version"
        )
        yield from ((str(path), str(text)) for path, text in rows)

    # — live passages —

    def passages(self, keys: Sequence[int], scope: Scope) -> dict[int, Passage]:
        """Return the live passages with these keys in a scope."""
        found: dict[int, Passage] = {}
        for chunk in chunks(keys):
            rows = self._connection.execute(
                f"{_SELECT_PASSAGE} {BY_KEY} WHERE p.key IN ({placeholders(chunk)})"
                f" AND p.visibility IN ({placeholders(scope.visibilities)})",
                (*chunk, *scope.visibilities),
            )
            found.update((int(row[0]), _passage(row)) for row in rows)
        return found

    def passage_keys(
        self, sources: Sequence[str], scope: Scope, labels: Sequence[str] | None = None
    ) -> list[tuple[int, str]]:
        """Return the keys of the passages of these sources (ids) in a scope, each with its source id, in corpus order;
        when `labels` are given, only the passages of speakers with one of these labels."""
        by_speaker = "" if labels is None else f" AND {_SPEAKER} IN (SELECT value FROM json_each(?))"
        rows = self._connection.execute(
            f"SELECT p.key, s.id {LIVE} AND s.visibility IN ({placeholders(scope.visibilities)})"
            f" AND s.id IN (SELECT value FROM json_each(?)){by_speaker} ORDER BY s.path, p.ordinal",
            (*scope.visibilities, json.dumps(sources), *([] if labels is None else [json.dumps(labels)])),
        )
        return rows.fetchall()

    def speaker_labels(self, scope: Scope) -> dict[str, int]:
        """Count the passages of a scope by speaker label."""
        rows = self._connection.execute(
            f"SELECT {_SPEAKER} AS speaker, count(*) {LIVE} AND s.visibility IN ({placeholders(scope.visibilities)})"
            " AND speaker IS NOT NULL GROUP BY speaker ORDER BY speaker",
            scope.visibilities,
        )
        return dict(rows.fetchall())

    def passages_by_id(self, ids: Sequence[str], scope: Scope) -> list[Passage]:
        """Return the passages of a scope with these ids, in the order of the ids; unknown ids are skipped."""
        rows = self._connection.execute(
            "SELECT key FROM passages WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        )
        found = {passage.id: passage for passage in self.passages([int(row[0]) for row in rows], scope).values()}
        return [found[passage_id] for passage_id in dict.fromkeys(ids) if passage_id in found]

    def passages_between(self, source_id: str, first: int, last: int, scope: Scope) -> list[Passage]:
        """Return the passages of a source whose order lies from `first` to `last`, in order."""
        rows = self._connection.execute(
            f"{_SELECT_PASSAGE} {LIVE} AND s.id = ? AND p.ordinal BETWEEN ? AND ?"
            f" AND p.visibility IN ({placeholders(scope.visibilities)}) ORDER BY p.ordinal",
            (source_id, first, last, *scope.visibilities),
        )
        return [_passage(row) for row in rows]

    def source_passages(self, source_id: str, scope: Scope) -> list[Passage]:
        """Return all the passages of a source of a scope, in order."""
        return self.passages_between(source_id, 0, sys.maxsize, scope)


def _passage(row: Sequence[object]) -> Passage:
    _, name, text, place, order, kind, context, start, *source = row
    heading, *rest = json.loads(str(place))
    return Passage(
        id=name,  # type: ignore[arg-type]
        source=Source(*source),  # type: ignore[arg-type]
        text=text,  # type: ignore[arg-type]
        place=Place(tuple(heading), *rest),
        order=order,  # type: ignore[arg-type]
        kind=kind,  # type: ignore[arg-type]
        context=tuple(json.loads(str(context))),
        start=start,  # type: ignore[arg-type]
    )
