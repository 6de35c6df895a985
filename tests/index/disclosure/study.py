"""A study that a participant leaves. The interviews are invented, and so is the association."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.disclosure.receipt import Receipt
from index.disclosure.withdraw import targets, withdraw
from index.indexing.build import build
from index.privacy.pseudonyms import Pseudonyms
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.workspace import Workspace
from index.types import Scope
from tests.doubles import FakeEmbedder, fake_workspace

WORDS = "La rivière déborde souvent près du grand pommier où nous rangeons les brouettes"
ALONE = (
    "Enquêtrice : Comment avez-vous connu Les Jardins du Pont ?\n\n"
    "Enquêtée 1 : Par ma soeur, qui semait du fenugrec derrière la vieille chapelle depuis longtemps.\n\n"
    "Enquêtrice : Et ensuite ?\n\n"
    f"Enquêtée 1 : {WORDS}.\n"
)
GROUP = (
    "Animatrice : Que faut-il au jardin cette année ?\n\n"
    "Habitant 1 : Il faudrait réparer la serre avant que le gel ne casse encore les vitres du fond.\n\n"
    "Habitante 2 : Moi je voudrais un rucher avec des abeilles noires tout au bout du verger communal ?\n\n"
    "Habitant 1 : Les abeilles, pourquoi pas, mais il faut en parler avec les familles du lotissement.\n\n"
    "Habitante 2 : Oui.\n\n"
    "Animatrice : Merci.\n"
)
OTHER = (
    "Animatrice : Qui vient le samedi matin ?\n\n"
    "Habitante 2 : Je viens arroser les semis avec ma fille quand il ne pleut pas trop.\n\n"
    "Habitant 1 : Je passe surtout pour boire le café et donner des nouvelles du quartier.\n\n"
    "Animatrice : Et le dimanche ?\n\n"
    "Habitante 2 : Le dimanche je me repose.\n\n"
    "Habitant 1 : Moi de même.\n"
)
NOW = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)


@dataclass
class Study:
    """A corpus, the settings of its index, and the embedder."""

    corpus: Path
    settings: IndexSettings
    embedder: FakeEmbedder

    @property
    def workspace(self) -> Workspace:
        """A workspace of its own at each use, as another process has."""
        return fake_workspace(self.settings, self.embedder)

    def index(self) -> dict[str, list[str]]:
        """Index the corpus; return the paths that were added, changed, or failed."""
        report = build(self.corpus, self.workspace, confirmed=True)
        return {key: [str(line["path"]) for line in getattr(report, key)] for key in ("added", "changed", "failed")}

    def withdraw(
        self, name: str, within: str = "", table: Pseudonyms | None = None, *, confirmed: bool = False
    ) -> Receipt:
        with self.workspace as workspace:
            chosen = targets(workspace.catalog, name, table or Pseudonyms(), within)
            return withdraw(workspace, chosen, self.corpus, NOW, confirmed=confirmed)

    def texts(self) -> list[str]:
        """Return the texts of the index, each with its context."""
        catalog = Catalog.open(self.settings.data_dir)
        try:
            return [
                "\n".join((passage.text, *passage.context))
                for source in catalog.sources(Scope.TEAM)
                for passage in catalog.passages_between(source.id, 0, 1000, Scope.TEAM)
            ]
        finally:
            catalog.close()


def raw(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the files of a folder with their bytes."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


def assert_nowhere(folder: Path, *words: str) -> None:
    """Assert that no byte of a folder holds these words, neither as written nor as full text stores them."""
    for path, content in raw(folder):
        assert not [word for word in words if word.encode() in content], path
