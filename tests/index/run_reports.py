"""A small invented corpus to index, and views of the report and the index that a run leaves."""

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


def report_paths(report: IndexReport) -> dict[str, list[str]]:
    """Return the paths of each kind in a report, empty kinds left out."""
    kinds = ("added", "changed", "renamed", "removed", "unchanged", "failed")
    return {kind: [str(line["path"]) for line in getattr(report, kind)] for kind in kinds if getattr(report, kind)}


def indexed_passages(workspace: Workspace) -> dict[str, list[tuple[str, str]]]:
    """Return the passages of an index, id and text, by path."""
    catalog = Catalog.open(workspace.data_dir)
    found = {
        one.path: [(made.id, made.text) for made in catalog.passages_between(one.id, 0, 99, Scope.TEAM)]
        for one in catalog.sources(Scope.TEAM)
    }
    catalog.close()
    return found
