"""What a file is, by the very readers that will index it, and what was withdrawn from the study told again. Run in a
process of its own (see `examiner`)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from assistant.corpus.guesses import guess_date, guess_site, guess_title, says_interview
from assistant.corpus.sidecar import LONGEST_TITLE
from assistant.corpus.withdrawing import holds
from index.build import protect
from index.errors import SourceWithdrawn, UnreadableFile
from index.reading import formats
from index.reading.metadata import read_description
from index.reading.read import open_file, source_id
from index.settings import IndexSettings

SAID = ("title", "kind", "site", "date", "visibility", "nature")


class Reader:
    """Reads files that are to be added to the corpus `root`. Raises `CorpusError` when the corpus' own description, its
    table of names or its withdrawals cannot be read."""

    def __init__(self, root: Path, settings: IndexSettings, today: datetime.date) -> None:
        self._root = root
        self._description = read_description(root)
        # Names that no table has are looked for when it is indexed: it takes long, and the team is about to read it.
        self._protection = replace(protect(root, self._description, settings), finds=False)
        self._today = today

    def answer(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The answer to a question of `Examiner`. Raises `UnreadableFile`."""
        if "corpus" in asked:
            return {"withdrawn": self.holds_withdrawn(PurePosixPath(asked["corpus"]))}
        return self.examine(Path(asked["file"]))

    def examine(self, file: Path) -> dict[str, Any]:
        """The guesses on a file, and what its own header says, which wins over all that is said beside it. Raises
        `UnreadableFile`."""
        root, path = file.parent, PurePosixPath(file.name)
        likely = source_id(PurePosixPath("transcripts", file.name))
        opened = open_file(root, path, self._description, self._protection)
        reading = opened.read(source_id(path))
        if self._protection.withdrawn.withdrawals and holds(root, path, likely, self._description, self._protection):
            raise SourceWithdrawn(
                "Ce fichier contient des propos retirés de l'étude.", "Ôtez-les du fichier, puis ajoutez-le de nouveau."
            )
        header = formats.front_matter(file.read_bytes(), path.suffix.lower())
        said = {key: getattr(opened.metadata, key) for key in SAID if header.get(key) is not None}
        texts = [section.text for section in reading.sections]
        # A document that calls itself an interview: its turns were not recognised, nor is its first line a title. As an
        # interview it is protected as one.
        named = reading.source.kind == "document" and says_interview(path.stem)
        guess = {
            "title": (guess_title(path.stem) if named else reading.source.title)[:LONGEST_TITLE],
            "kind": "transcript" if named else reading.source.kind,
            "site": guess_site(path.stem, texts, self._description.sites),
            "date": guess_date(path.stem, "\n".join(texts[:20]), self._today),
            "visibility": "team",
            "nature": "original",
        }
        return {"guess": {**guess, **said}, "said": said, "notes": list(reading.notes)}

    def holds_withdrawn(self, path: PurePosixPath) -> bool:
        """Whether a file of the corpus holds words of somebody who has left the study; a file that cannot be read
        does, as far as anyone can tell, where something was withdrawn of a source of its name."""
        withdrawn = self._protection.withdrawn
        if not withdrawn.withdrawals:
            return False
        if withdrawn.names(source_id(path)):
            return True
        try:
            return holds(self._root, path, source_id(path), self._description, self._protection)
        except UnreadableFile:
            return False
