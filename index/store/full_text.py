"""The catalog's full text: which passages hold which terms, and how many.

There are two nested tables: `lexical_public` holds public passages alone, `lexical_team` holds all, so that word
statistics of one scope never tell of another."""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterable, Sequence

from index.store.connection import CatalogConnections, placeholders
from index.store.schema import FULL_TEXT
from index.types import EXCERPT_ID_PREFIX, Kind, Scope

HEADING_WEIGHT = 0.6  # of a match in the headings above a passage, against one in its own text


class FullText(CatalogConnections):
    """What is asked of the full-text tables."""

    def match(
        self,
        terms: Sequence[str],
        scope: Scope,
        limit: int,
        in_text: Container[str] = (),
        among: Container[str] | None = None,
    ) -> list[tuple[int, float]]:
        """Keys and BM25 scores (higher is better) of the passages that hold any of the terms, or any of those `among`
        which it is to be, best first; those of `in_text` count where they stand in the text itself, not in headings."""

        def any_of(some: Sequence[str]) -> str:
            forms = (f'text_terms : "{term}"' if term in in_text else f'"{term}"' for term in some)
            return f"({' OR '.join(forms)})"

        wanted = [term for term in dict.fromkeys(terms) if among is None or term in among]
        others = [term for term in dict.fromkeys(terms) if term not in wanted]
        if not wanted:
            return []
        queries = [any_of(wanted)]
        if others:  # scored by all terms: those that also hold another, and those that do not
            queries = [f"{any_of(wanted)} {how} {any_of(others)}" for how in ("AND", "NOT")]
        table = FULL_TEXT[scope]
        select = f"SELECT rowid, -bm25({table}, {HEADING_WEIGHT}, 1.0) AS score FROM {table} WHERE {table} MATCH ?"
        rows = self._connection.execute(
            f"{' UNION ALL '.join(select for _ in queries)} ORDER BY score DESC, rowid LIMIT ?", (*queries, limit)
        )
        return rows.fetchall()

    def keys_holding(self, terms: Iterable[str], scope: Scope) -> set[int]:
        """The keys of the passages of a scope that hold all the terms, in their text or their headings."""
        table = FULL_TEXT[scope]
        query = " AND ".join(map(_phrase, terms))
        rows = self._connection.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?", (query,))
        return {int(row[0]) for row in rows}

    def sources_that_hold(self, groups: Sequence[Iterable[str]], scope: Scope) -> dict[str, Kind]:
        """The ids and kinds of the sources of a scope of which some passage holds, of each group, a term (or several in
        a row), excerpts left out: they are not one more."""
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
        """In how many passages of a scope each term stands."""
        table = FULL_TEXT[scope]
        found = {}
        for term in set(terms):
            row = self._connection.execute(f"SELECT doc FROM {table}_terms WHERE term = ?", (term,)).fetchone()
            found[term] = 0 if row is None else int(row[0])
        return found

    def version_terms(self, versions: Collection[int]) -> set[str]:
        """The terms that stand in the passages of these versions of sources."""
        rows = self._connection.execute(
            "SELECT p.heading_terms || ' ' || p.text_terms FROM json_each(?) one CROSS JOIN passages p"
            " ON p.version = one.value",
            (json.dumps(list(versions)),),
        )
        return {term for row in rows for term in str(row[0]).split()}

    def live_versions(self, scope: Scope) -> frozenset[int]:
        """The versions of sources that can be found in a scope."""
        rows = self._connection.execute(
            f"SELECT version FROM sources WHERE state = 'live' AND visibility IN ({placeholders(scope.visibilities)})",
            scope.visibilities,
        )
        return frozenset(row[0] for row in rows)

    def terms(self, scope: Scope) -> list[str]:
        """All terms that stand in passages of a scope. It reads all of full text: 45 ms for 61,580 of them."""
        return [str(row[0]) for row in self._connection.execute(f"SELECT term FROM {FULL_TEXT[scope]}_terms")]


def _phrase(terms: str) -> str:
    return f'"{terms}"'
