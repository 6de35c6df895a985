"""Full-text queries of the catalog: the passages that hold given terms, and their frequencies.

The two tables are nested: `lexical_public` holds public passages only, `lexical_team` holds all, so that the word
statistics of one scope reveal nothing about the other."""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterable, Sequence

from index.store.connection import CatalogConnections, placeholders
from index.store.schema import FULL_TEXT
from index.types import EXCERPT_ID_PREFIX, Kind, Scope

HEADING_WEIGHT = 0.6  # of a match in the headings above a passage, relative to a match in its text


class FullText(CatalogConnections):
    """Queries of the full-text tables."""

    def match(
        self,
        terms: Sequence[str],
        scope: Scope,
        limit: int,
        in_text: Container[str] = (),
        among: Container[str] | None = None,
    ) -> list[tuple[int, float]]:
        """Return keys and BM25 scores (higher is better) of the passages that hold any of the terms, best first.

        With `among`, a passage must hold a term of `among`, and all terms still count in its score. Terms of `in_text`
        match in the text itself only, not in headings."""

        def any_of(alternatives: Sequence[str]) -> str:
            forms = (f'text_terms : "{term}"' if term in in_text else f'"{term}"' for term in alternatives)
            return f"({' OR '.join(forms)})"

        wanted = [term for term in dict.fromkeys(terms) if among is None or term in among]
        others = [term for term in dict.fromkeys(terms) if term not in wanted]
        if not wanted:
            return []
        queries = [any_of(wanted)]
        if others:  # both halves, with and without another term, so that all terms count in the score
            queries = [f"{any_of(wanted)} {how} {any_of(others)}" for how in ("AND", "NOT")]
        table = FULL_TEXT[scope]
        select = f"SELECT rowid, -bm25({table}, {HEADING_WEIGHT}, 1.0) AS score FROM {table} WHERE {table} MATCH ?"
        rows = self._connection.execute(
            f"{' UNION ALL '.join(select for _ in queries)} ORDER BY score DESC, rowid LIMIT ?", (*queries, limit)
        )
        return rows.fetchall()

    def keys_holding(self, terms: Iterable[str], scope: Scope) -> set[int]:
        """Return the keys of the passages of a scope that hold all the terms, in their text or headings."""
        table = FULL_TEXT[scope]
        query = " AND ".join(map(_phrase, terms))
        rows = self._connection.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?", (query,))
        return {int(row[0]) for row in rows}

    def sources_that_hold(self, groups: Sequence[Iterable[str]], scope: Scope) -> dict[str, Kind]:
        """Return the ids and kinds of the sources of a scope with a passage that holds a term (or phrase) of each
        group. Excerpts are excluded: they duplicate their interview."""
        table = FULL_TEXT[scope]
        query = " AND ".join(f"({' OR '.join(map(_phrase, group))})" for group in groups)
        rows = self._connection.execute(
            f"SELECT s.id, s.kind FROM (SELECT DISTINCT p.version FROM {table} CROSS JOIN passages p"
            f" ON p.key = {table}.rowid WHERE {table} MATCH ?) held CROSS JOIN sources s ON s.version = held.version"
            f" WHERE s.id NOT LIKE '{EXCERPT_ID_PREFIX}%'",
            (query,),
        )
        return dict(rows.fetchall())

    def frequencies(self, terms: Iterable[str], scope: Scope) -> dict[str, int]:
        """Count the passages of a scope that hold each term."""
        table = FULL_TEXT[scope]
        found = {}
        for term in set(terms):
            row = self._connection.execute(f"SELECT doc FROM {table}_terms WHERE term = ?", (term,)).fetchone()
            found[term] = 0 if row is None else int(row[0])
        return found

    def version_terms(self, versions: Collection[int]) -> set[str]:
        """Return the terms of the passages of these versions of sources."""
        rows = self._connection.execute(
            "SELECT p.heading_terms || ' ' || p.text_terms FROM json_each(?) wanted CROSS JOIN passages p"
            " ON p.version = wanted.value",
            (json.dumps(list(versions)),),
        )
        return {term for row in rows for term in str(row[0]).split()}

    def live_versions(self, scope: Scope) -> frozenset[int]:
        """Return the live versions of sources in a scope."""
        rows = self._connection.execute(
            f"SELECT version FROM sources WHERE state = 'live' AND visibility IN ({placeholders(scope.visibilities)})",
            scope.visibilities,
        )
        return frozenset(row[0] for row in rows)

    def terms(self, scope: Scope) -> list[str]:
        """Return all the terms of the passages of a scope. Reads the whole full-text index: 45 ms for 61,580 terms."""
        return [str(row[0]) for row in self._connection.execute(f"SELECT term FROM {FULL_TEXT[scope]}_terms")]


def _phrase(terms: str) -> str:
    return f'"{terms}"'
