"""Inspection of files by the readers that will index them: the kind of a file, and whether it holds withdrawn words.
It runs in a process of its own (see `sandbox`)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from assistant.corpus.guessed_metadata import guess_date, guess_site, guess_title, says_interview
from assistant.corpus.sidecar import FIELDS, LONGEST_TITLE
from index.errors import SourceWithdrawn
from index.indexing.build import read_protection
from index.privacy.protection import Protection
from index.privacy.withdrawals import WithdrawalList
from index.reading import formats
from index.reading.metadata import Description, read_description
from index.reading.read import open_file, source_id
from index.settings import IndexSettings


class FileInspector:
    """Reads files that are to be added to the corpus `root`. Raises `CorpusError` when the description of the corpus,
    its table of names or its withdrawals cannot be read."""

    def __init__(self, root: Path, settings: IndexSettings, today: datetime.date) -> None:
        self._root = root
        self._description = read_description(root)
        self._indexing = read_protection(root, self._description, settings)
        # Names that the table lacks are looked for when the file is indexed: that takes long, and the person who adds
        # the file, of the team, may read them.
        self._protection = replace(self._indexing, finds=False)
        self._today = today

    def answer(self, request: Mapping[str, str]) -> dict[str, Any]:
        """Answer a request of `SandboxClient`. Raises `UnreadableFile`."""
        if "corpus" in request:
            return {"withdrawn": self.holds_withdrawn(PurePosixPath(request["corpus"]))}
        if "kept" in request:
            file, name = Path(request["kept"]), source_id(PurePosixPath(request["path"]))
            return {"withdrawn": holds(file.parent, PurePosixPath(file.name), name, Description(), self._indexing)}
        return self.examine(Path(request["file"]))

    def examine(self, file: Path) -> dict[str, Any]:
        """Return the guesses on a file, and the metadata of its own header, which wins over every other. Raises
        `UnreadableFile`."""
        root, path = file.parent, PurePosixPath(file.name)
        likely_id = source_id(PurePosixPath("transcripts", file.name))
        opened = open_file(root, path, self._description, self._protection)
        reading = opened.read(source_id(path))
        if self._protection.withdrawn.withdrawals and holds(root, path, likely_id, self._description, self._protection):
            raise SourceWithdrawn(
                "Ce fichier contient des propos retirés de l'étude.", "Ôtez-les du fichier, puis ajoutez-le de nouveau."
            )
        header = formats.read_front_matter(file.read_bytes(), path.suffix.lower())
        from_header = {key: getattr(opened.metadata, key) for key in FIELDS if header.get(key) is not None}
        texts = [section.text for section in reading.sections]
        # A document that calls itself an interview: its turns were not recognised, nor is its first line a title. As an
        # interview it is protected as one.
        named_interview = reading.source.kind == "document" and says_interview(path.stem)
        guess = {
            "title": (guess_title(path.stem) if named_interview else reading.source.title)[:LONGEST_TITLE],
            "kind": "transcript" if named_interview else reading.source.kind,
            "site": guess_site(path.stem, texts, self._description.sites),
            "date": guess_date(path.stem, "\n".join(texts[:20]), self._today),
            "visibility": "team",
            "nature": "original",
        }
        return {"guess": {**guess, **from_header}, "said": from_header, "notes": list(reading.notes)}

    def holds_withdrawn(self, path: PurePosixPath) -> bool:
        """Return whether a file of the corpus holds withdrawn words; for a recording, whether a transcript of its name
        does. Raises `UnreadableFile` when the file cannot be read."""
        withdrawn = self._protection.withdrawn
        if not withdrawn.withdrawals:
            return False
        if formats.is_recording(path.suffix.lower()):
            names = sorted(file.name for file in (self._root / path).parent.glob("*") if file.stem == path.stem)
            texts = [path.with_name(name) for name in names if PurePosixPath(name).suffix.lower() in formats.SUFFIXES]
            return names_recording(withdrawn, path) or any(map(self.holds_withdrawn, texts))
        if withdrawn.names(source_id(path)):
            return True
        return holds(self._root, path, source_id(path), self._description, self._protection)


def names_recording(withdrawn: WithdrawalList, path: PurePosixPath) -> bool:
    """Return whether something was withdrawn of a transcript that a recording at `path` would go with."""
    return any(withdrawn.names(source_id(path.with_name(f"{path.stem}{suffix}"))) for suffix in formats.SUFFIXES)


def holds(root: Path, path: PurePosixPath, name: str, description: Description, protection: Protection) -> bool:
    """Return whether the file at `path` below `root`, as the source of the id `name`, holds withdrawn words. Raises
    `UnreadableFile`."""
    reading = open_file(root, path, description, replace(protection, withdrawn=WithdrawalList())).read(name)
    title, left = protection.withdrawn.left(name, reading.source.title, reading.sections)
    return len(left) < len(reading.sections) or title != reading.source.title
