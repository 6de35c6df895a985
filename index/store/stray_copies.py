"""Copies of the vectors that a withdrawal does not reach: on a server that is not set any more, or under the name
that a data folder had before it was moved or restored. They are never opened, and may be another folder's: each is
noted in the catalog until a look at its server shows that it is gone, so that whoever withdraws something hears of
it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import NamedTuple, Protocol

from index.store.catalog import Catalog

_STRAY_KEY = "vectors_elsewhere"  # of `meta`


class StrayCopy(NamedTuple):
    """A copy: its server, as it may be shown, and what the names of its collections begin with."""

    place: str
    name: str


class CopyLocation(Protocol):
    """Where the copy lies now."""

    place: str

    def holds(self, name: str) -> bool:
        """Whether a copy of this name is there, and ours."""


def stray_copies(catalog: Catalog, ours: CopyLocation | None) -> list[StrayCopy]:
    """The copies on servers that may hold what the catalog holds no more, but for the one that is `ours`."""
    known = _recorded_copies(catalog)
    last = StrayCopy(catalog.meta("vectors_place"), catalog.meta("vectors_folder"))
    if last.place and last.name and not (ours is not None and last.place == ours.place and ours.holds(last.name)):
        known.append(last)
    return list(dict.fromkeys(known))


def forgotten_copy_row(catalog: Catalog, ours: CopyLocation | None = None) -> dict[str, str]:
    """The row of `meta` to write when the copy that the catalog names is about to be forgotten. Without `ours`, it is
    another folder's."""
    return _meta_row(stray_copies(catalog, ours))


def record_server_check(
    catalog: Catalog, place: str, left: Collection[str], deleted: Collection[str], drawn: str
) -> None:
    """Note what a look at the server `place` showed: the names of copies that are `left` there, of which those that
    begin with `drawn` are of this index, and of those that were deleted."""
    known = _recorded_copies(catalog)
    # A folder that was left may have given its copy other numbers since.
    beginnings = (drawn, *(f"{one.name.rpartition('-')[0]}-" for one in known if one.place == place))
    still = [one for one in known if one.place != place and one.name not in deleted]
    still += [StrayCopy(place, name) for name in sorted(left) if name.startswith(beginnings)]
    rows = _meta_row(still) if set(still) != set(known) else {}
    if catalog.meta("vectors_folder") in deleted and catalog.meta("vectors_place") != place:
        rows["vectors_place"] = ""  # the same server, by another address
    if rows:
        catalog.set_meta(**rows)


def _recorded_copies(catalog: Catalog) -> list[StrayCopy]:
    return [StrayCopy(*one) for one in json.loads(catalog.meta(_STRAY_KEY) or "[]")]


def _meta_row(ones: Iterable[StrayCopy]) -> dict[str, str]:
    return {_STRAY_KEY: json.dumps(list(dict.fromkeys(ones)))}
