"""Helpers of the tests of vector copies: a catalog's exact answers, and the copies in its folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.store.catalog import Catalog
from index.store.chroma import CopyUnusable
from index.types import Scope
from tests.doubles import FakeEmbedder

QUESTION = FakeEmbedder().embed_question("Que font les bénévoles de la serre ?")
WORDS = "pont serre cave semis bénévole samedi marché graine toit hiver pluie arrosoir lavoir pot atelier".split()


def phrases(seed: int, count: int) -> list[str]:
    pick = np.random.default_rng(seed)
    return [" ".join(pick.choice(WORDS, 4)) for _ in range(count)]


def exact(catalog: Catalog, scope: Scope, limit: int) -> list[float]:
    """Return the best cosines, computed from the catalog alone."""
    by_visibility = [catalog.vectors(visibility)[1] for visibility in scope.visibilities]
    best = [float(value) for vectors in by_visibility if len(vectors) for value in vectors @ QUESTION]
    return sorted(best, reverse=True)[:limit]


def copies(catalog: Catalog) -> list[str]:
    return sorted(path.name for path in catalog.folder.glob("vectors-*"))


def opened_copies(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make any opening of a copy fail, and return the growing list of the names tried."""
    opened: list[str] = []

    def refuse(folder: Path) -> None:
        opened.append(folder.name)
        raise CopyUnusable

    monkeypatch.setattr("index.store.folder_copies.open_folder", refuse)
    return opened
