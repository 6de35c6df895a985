"""The one place that opens a data folder. It imports neither the search nor the writing of answers, which the commands
that index, report or withdraw do not need."""

from __future__ import annotations

from index.settings import IndexSettings
from index.store.workspace import EmbedderFactory, Workspace


def open_workspace(settings: IndexSettings, embedder_factory: EmbedderFactory | None = None) -> Workspace:
    """Return the workspace over the data folder of `settings`, of which nothing is opened yet. Without a factory, the
    embedder is the one that the settings name."""
    return Workspace(settings, embedder_factory)
