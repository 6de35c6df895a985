"""Fixtures of the tests of withdrawals."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.settings import IndexSettings
from tests.assistant.samples import write_corpus
from tests.doubles import FakeEmbedder
from tests.index.disclosure.study import ALONE, GROUP, OTHER, Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A study of three interviews and a document, indexed without a model."""
    files = {
        "transcripts/seule.txt": ALONE,
        "transcripts/groupe.txt": GROUP,
        "transcripts/autre.txt": OTHER,
        "documents/a.md": "# La charte\n\nChacun range les outils.\n",
    }
    made = Study(
        write_corpus(tmp_path / "corpus", files),
        IndexSettings(data_dir=tmp_path / "data", find_names=False),
        FakeEmbedder(),
    )
    made.index()
    return made
