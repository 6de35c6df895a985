"""A small invented corpus to index, and what a run on it reports and leaves."""

from __future__ import annotations

from index.indexing.staging import IndexReport
from index.store.catalog import Catalog
from index.store.workspace import Workspace
from index.types import Scope

FILES: dict[str, str | bytes] = {
    "documents/jardins.md": "# Les Jardins\n\n- semer\n- arroser",
    "documents/pont.txt": "Le pont enjambe la rivière.",
    "transcripts/entretien.txt": "Je suis bénévole depuis un an.",
}


def told(report: IndexReport) -> dict[str, list[str]]:
    """What a report says: the paths of each kind, empty kinds left out."""
    kinds = ("added", "changed", "renamed", "removed", "unchanged", "failed")
    return {kind: [str(line["path"]) for line in getattr(report, kind)] for kind in kinds if getattr(report, kind)}


def held(wanted: Workspace) -> dict[str, list[tuple[str, str]]]:
    """The passages of an index: id and text, by path."""
    catalog = Catalog.open(wanted.data_dir)
    found = {
        one.path: [(made.id, made.text) for made in catalog.around(one.id, 0, 99, Scope.TEAM)]
        for one in catalog.sources(Scope.TEAM)
    }
    catalog.close()
    return found
