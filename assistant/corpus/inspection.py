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
from index.errors import SourceWithdrawn
from index.indexing.build import read_protection
from index.privacy.protection import Protection
from index.privacy.withdrawals import WithdrawalList
from index.reading import formats
from index.reading.metadata import Description, read_description
from index.reading.read import open_file, source_id
from index.settings import IndexSettings

SAID = ("title", "kind", "site", "date", "visibility", "nature")


class FileInspector:
    """Reads files that are to be added to the corpus `root`. Raises `CorpusError` when the corpus' own description, its
    table of names or its withdrawals cannot be read."""

    def __init__(self, root: Path, settings: IndexSettings, today: datetime.date) -> None:
        self._root = root
        self._description = read_description(root)
        self._indexing = read_protection(root, self._description, settings)
        # Names that no table has are looked for when it is indexed: it takes long, and the team is about to read it.
        self._protection = replace(self._indexing, finds=False)
        self._today = today

    def answer(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The answer to a question of `Examiner`. Raises `UnreadableFile`."""
        if "corpus" in asked:
            return {"withdrawn": self.holds_withdrawn(PurePosixPath(asked["corpus"]))}
        if "kept" in asked:
            file, name = Path(asked["kept"]), source_id(PurePosixPath(asked["path"]))
            return {"withdrawn": holds(file.parent, PurePosixPath(file.name), name, Description(), self._indexing)}
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
        header = formats.read_front_matter(file.read_bytes(), path.suffix.lower())
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
        """Whether a file of the corpus holds words of somebody who has left the study, and a recording, whether a
        transcript of its name does. Raises `UnreadableFile` when nobody can tell."""
        withdrawn = self._protection.withdrawn
        if not withdrawn.withdrawals:
            return False
        if formats.is_recording(path.suffix.lower()):
            beside = sorted(one.name for one in (self._root / path).parent.glob("*") if one.stem == path.stem)
            texts = [path.with_name(name) for name in beside if PurePosixPath(name).suffix.lower() in formats.SUFFIXES]
            return names_recording(withdrawn, path) or any(map(self.holds_withdrawn, texts))
        if withdrawn.names(source_id(path)):
            return True
        return holds(self._root, path, source_id(path), self._description, self._protection)


def names_recording(withdrawn: WithdrawalList, path: PurePosixPath) -> bool:
    """Whether something was withdrawn of a transcript that a recording at `path` would go with."""
    return any(withdrawn.names(source_id(path.with_name(f"{path.stem}{suffix}"))) for suffix in formats.SUFFIXES)


def holds(root: Path, path: PurePosixPath, name: str, description: Description, protection: Protection) -> bool:
    """Whether the file at `path` below `root`, as the source of the id `name`, holds words that were withdrawn. Raises
    `UnreadableFile`."""
    reading = open_file(root, path, description, replace(protection, withdrawn=WithdrawalList())).read(name)
    title, left = protection.withdrawn.left(name, reading.source.title, reading.sections)
    return len(left) < len(reading.sections) or title != reading.source.title
