"""The invented corpus of « Les Jardins du Pont », indexed once with the real model, and smaller indexes without one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.compose.parts import Components, compose
from assistant.settings import AssistantSettings
from index.indexing.build import build
from index.settings import IndexSettings
from tests.assistant.samples import write_corpus
from tests.conftest import DATA
from tests.doubles import FakeEmbedder

JARDINS = DATA / "jardins"
MakeParts = Callable[[Mapping[str, str]], Components]


@dataclass(frozen=True)
class Run:
    """The result of a run of the command line."""

    status: int
    out: str
    err: str


Assistant = Callable[..., Run]


@pytest.fixture(scope="session")
def jardins_data(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """Data folder of the invented corpus, indexed with the embedded model."""
    folder = tmp_path_factory.mktemp("jardins") / "data"
    report = build(JARDINS, IndexSettings(data_dir=folder, models_dir=models_dir))
    assert not report.failed
    return folder


@pytest.fixture(scope="session")
def jardins(jardins_data: Path, models_dir: Path) -> Components:
    """The real components over the invented corpus."""
    return compose(IndexSettings(data_dir=jardins_data, models_dir=models_dir), AssistantSettings())


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> FakeEmbedder:
    """Replace the embedding model by a test double, for the components built in a test."""
    embedder = FakeEmbedder()
    for module in ("index.indexing.build", "assistant.compose.parts"):
        monkeypatch.setattr(f"{module}.open_embedder", lambda settings: embedder)
    return embedder


@pytest.fixture
def parts_over(tmp_path: Path, no_model: FakeEmbedder) -> MakeParts:
    """Return a function that builds components over a few invented files, without the model."""

    def make(files: Mapping[str, str]) -> Components:
        settings = IndexSettings(data_dir=tmp_path / "data")
        report = build(write_corpus(tmp_path / "corpus", files), settings)
        assert not report.failed
        return compose(settings, AssistantSettings(corpus=tmp_path / "none"))

    return make


@pytest.fixture
def assistant(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, models_dir: Path) -> Assistant:
    """Return a function that runs the command line in this process: `assistant("ask", "Qui ?", data_dir=…)`."""
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ASSISTANT_MODELS", str(models_dir))
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str, data_dir: Path | None = None) -> Run:
        capsys.readouterr()
        try:
            status = main([*arguments, *(["--data-dir", str(data_dir)] if data_dir else [])])
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 1
        captured = capsys.readouterr()
        return Run(status, captured.out, captured.err)

    return run
