"""A corpus of a few invented files, indexed without a model, and its manager."""

from __future__ import annotations

import datetime
import io
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from assistant.corpus.inspection import FileInspector
from assistant.corpus.manager import CorpusManager
from assistant.corpus.run_result import RunResult
from assistant.corpus.sandbox import SandboxClient
from assistant.people.audit import Audit, AuditAction
from index.indexing.build import build
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.types import Scope
from tests.assistant.samples import write_corpus
from tests.doubles import FakeEmbedder, fake_workspace

FILES = {
    "corpus.toml": 'title = "Étude"\n[[sites]]\nname = "Brumeval"\naliases = ["le Jardin des Lavoirs"]\n'
    '[[sites]]\nname = "Sourcelles"\n',
    "documents/charte.md": "# La charte\n\nChacun rend les outils propres et ferme le portail en partant.",
    "transcripts/serre.md": "# La serre\n\nOn chauffe la serre avec le compost, tout l’hiver, à tour de rôle.",
}
COMMAND = [sys.executable, "-m", "tests.stub_background"]
INTERVIEW = (
    "Enquêtrice : Comment êtes-vous arrivée ici ?\n\n"
    "Habitante 1 : Par ma voisine. Nous avons planté quarante cognassiers au bord du chemin.\n\n"
    "Enquêtrice : Et ensuite ?\n\n"
    "Habitante 1 : Nous avons gardé les semences dans la cave, pour le printemps suivant, sans rien dire.\n"
)


@dataclass
class Place:
    """The manager of a corpus of its own, with the corpus, the settings and the audit trail."""

    manager: CorpusManager
    root: Path
    settings: IndexSettings
    audit: Audit
    refused: list[Exception] = field(default_factory=list)
    """The errors that the audit trail raises from now on, if any."""

    @property
    def data(self) -> Path:
        return self.settings.data_dir

    def send(self, who: str = "ada", **files: str | bytes) -> list[str]:
        """Send files, `a__txt` for « a.txt »; return the ids of the entries that were received."""
        sent = [(name.replace("__", "."), stream(content)) for name, content in files.items()]
        return [entry.id for entry in self.manager.additions.receive(sent, who)[0]]

    def acts(self) -> list[AuditAction]:
        return [entry.act for entry in self.audit.last(20)]

    def states(self) -> dict[str, str]:
        return {status.path: status.state.value for status in self.manager.statuses()}

    def wait(self) -> RunResult:
        """Wait for the end of the run that goes on, and return its result."""
        until = time.monotonic() + 100
        while self.manager.runs.now() is not None:
            assert time.monotonic() < until
            time.sleep(0.02)
        last = self.manager.runs.last()
        assert last is not None
        return last

    def files(self) -> set[str]:
        return {path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file()}


def stream(content: str | bytes) -> BinaryIO:
    return io.BytesIO(content.encode() if isinstance(content, str) else content)


class InProcessSandbox(SandboxClient):
    """Reads files in this process: starting another takes a second, which one test spends."""

    def __init__(self, root: Path, settings: IndexSettings) -> None:
        super().__init__(())
        self._made_of = root, settings

    def _request(self, **question: str) -> dict[str, Any]:
        return FileInspector(*self._made_of, datetime.date(2026, 11, 26)).answer(question)


MakePlace = Callable[..., Place]


@pytest.fixture
def make_place(tmp_path: Path, no_model: FakeEmbedder, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakePlace]:
    """Make a place, whose run is stopped at the end of the test."""
    made: list[Place] = []

    def make(command: Sequence[str] = COMMAND) -> Place:
        root = write_corpus(tmp_path / "corpus", FILES)
        settings = IndexSettings(data_dir=tmp_path / "data", find_names=False)
        monkeypatch.setenv("ASSISTANT_FIND_NAMES", "non")
        workspace = fake_workspace(settings, no_model)
        build(root, workspace)
        audit, refused = Audit(settings.data_dir), list[Exception]()

        def record(who: str, act: AuditAction, sources: Sequence[str]) -> None:
            if refused:
                raise refused[0]
            audit.record(who, act, sources)

        manager = CorpusManager(workspace, root, record, command)
        if command is COMMAND:
            monkeypatch.setattr(manager, "open_sandbox", lambda: InProcessSandbox(root, settings))
            monkeypatch.setattr(manager.additions.inbox, "_open_sandbox", lambda: InProcessSandbox(root, settings))
        made.append(Place(manager, root, settings, audit, refused))
        return made[-1]

    yield make
    for place in made:
        place.manager.close()


@pytest.fixture
def place(make_place: MakePlace) -> Place:
    return make_place()


def found(place: Place, words: str) -> list[str]:
    """Return the paths of the sources that hold these words."""
    catalog = Catalog.open(place.data)
    try:
        return [
            source.path
            for source in catalog.sources(Scope.TEAM)
            if any(words in passage.text for passage in catalog.source_passages(source.id, Scope.TEAM))
        ]
    finally:
        catalog.close()
