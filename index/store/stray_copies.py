"""Stray copies of the vectors, which a withdrawal does not reach: on a server that is no longer configured, or under
the name that the data folder had before it was moved or restored.

They are never opened, and may belong to another folder. The catalog records each until a check of its server shows that
it is gone, so that a withdrawal can report it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import NamedTuple, Protocol

from index.store.catalog import Catalog

_STRAY_KEY = "vectors_elsewhere"  # of `meta`


class StrayCopy(NamedTuple):
    """A copy: its server, as it may be displayed, and the prefix of its collection names."""

    place: str
    name: str


class CopyLocation(Protocol):
    """Storage of the current copy."""

    place: str

    def holds(self, name: str) -> bool:
        """Return whether a copy with this name exists and is ours."""


def stray_copies(catalog: Catalog, ours: CopyLocation | None) -> list[StrayCopy]:
    """Return the copies on servers that may hold deleted vectors, except the one in `ours`."""
    known = _recorded_copies(catalog)
    last = StrayCopy(catalog.meta("vectors_place"), catalog.meta("vectors_folder"))
    if last.place and last.name and not (ours is not None and last.place == ours.place and ours.holds(last.name)):
        known.append(last)
    return list(dict.fromkeys(known))


def forgotten_copy_row(catalog: Catalog, ours: CopyLocation | None = None) -> dict[str, str]:
    """Return the `meta` row to write before the catalog forgets its current copy. Without `ours`, that copy belongs to
    another folder."""
    return _meta_row(stray_copies(catalog, ours))


def record_server_check(
    catalog: Catalog, place: str, left: Collection[str], deleted: Collection[str], drawn: str
) -> None:
    """Record a check of the server `place`: `left` are the names of the copies still there, of which those with the
    prefix `drawn` belong to this index; `deleted` are the names of the deleted ones."""
    known = _recorded_copies(catalog)
    # The original of a moved or restored folder may have renumbered its copy since.
    prefixes = (drawn, *(f"{copy.name.rpartition('-')[0]}-" for copy in known if copy.place == place))
    still = [copy for copy in known if copy.place != place and copy.name not in deleted]
    still += [StrayCopy(place, name) for name in sorted(left) if name.startswith(prefixes)]
    rows = _meta_row(still) if set(still) != set(known) else {}
    if catalog.meta("vectors_folder") in deleted and catalog.meta("vectors_place") != place:
        rows["vectors_place"] = ""  # the same server under another address
    if rows:
        catalog.set_meta(**rows)


def _recorded_copies(catalog: Catalog) -> list[StrayCopy]:
    return [StrayCopy(*fields) for fields in json.loads(catalog.meta(_STRAY_KEY) or "[]")]


def _meta_row(copies: Iterable[StrayCopy]) -> dict[str, str]:
    return {_STRAY_KEY: json.dumps(list(dict.fromkeys(copies)))}
