"""The invented corpus of « Les Jardins du Pont », indexed once with the real model, and smaller indexes without one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.compose.parts import Components, compose
from assistant.compose.workspace import open_workspace
from assistant.settings import AssistantSettings
from index.indexing.build import build
from index.settings import IndexSettings
from index.store.workspace import EmbedderFactory
from tests.assistant.samples import write_corpus
from tests.doubles import FakeEmbedder, fake_factory, fake_workspace

MakeParts = Callable[[Mapping[str, str]], Components]


@dataclass(frozen=True)
class Run:
    """The result of a run of the command line."""

    status: int
    out: str
    err: str


Assistant = Callable[..., Run]


@pytest.fixture(scope="session")
def jardins(jardins_data: Path, models_dir: Path) -> Components:
    """The real parts over the invented corpus."""
    workspace = open_workspace(IndexSettings(data_dir=jardins_data, models_dir=models_dir))
    return compose(workspace, AssistantSettings())


@pytest.fixture
def no_model() -> FakeEmbedder:
    """The stand-in for the model, of which the command line makes use in the tests that use this fixture."""
    return FakeEmbedder()


@pytest.fixture
def embedder_factory(request: pytest.FixtureRequest) -> EmbedderFactory | None:
    """The factory of the embedder of the command line: that of `no_model` where a test uses it, otherwise `None`, for
    the model that the settings name."""
    return fake_factory(request.getfixturevalue("no_model")) if "no_model" in request.fixturenames else None


@pytest.fixture
def parts_over(tmp_path: Path, no_model: FakeEmbedder) -> MakeParts:
    """Parts over a few invented files, without the model."""

    def make(files: Mapping[str, str]) -> Components:
        workspace = fake_workspace(IndexSettings(data_dir=tmp_path / "data"), no_model)
        report = build(write_corpus(tmp_path / "corpus", files), workspace)
        assert not report.failed
        return compose(workspace, AssistantSettings(corpus=tmp_path / "none"))

    return make


@pytest.fixture
def assistant(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    models_dir: Path,
    embedder_factory: EmbedderFactory | None,
) -> Assistant:
    """Run the command line in this process: `assistant("ask", "Qui ?", data_dir=…)`."""
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ASSISTANT_MODELS", str(models_dir))
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str, data_dir: Path | None = None) -> Run:
        capsys.readouterr()
        try:
            status = main([*arguments, *(["--data-dir", str(data_dir)] if data_dir else [])], embedder_factory)
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 1
        captured = capsys.readouterr()
        return Run(status, captured.out, captured.err)

    return run
