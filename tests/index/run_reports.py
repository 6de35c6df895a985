"""A small invented corpus to index, and helpers to read the report and the index of a run."""

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


def reported_paths(report: IndexReport) -> dict[str, list[str]]:
    """Return the paths of each list of a report, empty lists left out."""
    kinds = ("added", "changed", "renamed", "removed", "unchanged", "failed")
    return {kind: [str(line["path"]) for line in getattr(report, kind)] for kind in kinds if getattr(report, kind)}


def held(wanted: Workspace) -> dict[str, list[tuple[str, str]]]:
    """Return the passages of an index: id and text, by path."""
    catalog = Catalog.open(wanted.data_dir)
    found = {
        one.path: [(made.id, made.text) for made in catalog.around(one.id, 0, 99, Scope.TEAM)]
        for one in catalog.sources(Scope.TEAM)
    }
    catalog.close()
    return found
