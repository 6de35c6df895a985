"""The inbox: files that were received and wait to be described. Each is read by the real readers, in a sandbox, and
described by guesses; then it is put into the corpus or discarded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from assistant.corpus.entry_store import Entry, EntryStore
from assistant.corpus.folder import FOLDERS, safe_name
from assistant.corpus.sandbox import SandboxClient
from index.errors import SourceWithdrawn, UnreadableFile, os_reason
from index.files import PRIVATE, write_atomic
from index.reading import formats
from index.reading.read import LARGEST, describes_corpus

MOST = 25
"""Files that wait at once: the form that describes them must fit in a request."""
REFUSED = "refused.json"
"""The file of the inbox that keeps the refusals of the last upload."""


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was not received, under the name it was sent with; `reason` and `remedy` are French."""

    name: str
    reason: str
    remedy: str


class Inbox:
    """The inbox of one data folder. `root` gives the corpus folder; `open_sandbox` opens a reader for the files of one
    upload; `withdrawals` gives the ids of the withdrawals from the study, and may raise `CorpusError`."""

    def __init__(
        self,
        folder: Path,
        root: Callable[[], Path],
        open_sandbox: Callable[[], SandboxClient],
        withdrawals: Callable[[], Collection[str]],
    ) -> None:
        self.store = EntryStore(folder)
        self._root = root
        self._open_sandbox = open_sandbox
        self._withdrawals = withdrawals

    def receive(self, sent: Sequence[tuple[str, BinaryIO]], who: str) -> tuple[list[Entry], list[RefusedFile]]:
        """Receive files, each on its own, by the names they were sent with and their bytes; return the entries and the
        refusals, which are kept too, to be shown. Raises `OSError` when nothing can be written, or `CorpusError`."""
        received, refused = [], []
        known = self._withdrawals()  # before the sandbox reads them
        in_order = sorted(sent, key=lambda file: _is_sound(file[0]))  # a recording needs its transcript
        with self._open_sandbox() as sandbox:
            for name, data in in_order:
                try:
                    received.append(self._receive(name, data, who, sandbox, known))
                except UnreadableFile as error:
                    refused.append(RefusedFile(name[:200], error.reason, error.remedy))
        lines = [{"name": file.name, "reason": file.reason, "remedy": file.remedy} for file in refused]
        self.store.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(self.store.path / REFUSED, json.dumps({"who": who, "refused": lines}), mode=PRIVATE)
        return received, refused

    def refused(self, who: str) -> list[RefusedFile]:
        """Return the refusals of the last upload, if `who` sent it."""
        try:
            upload = json.loads((self.store.path / REFUSED).read_text(encoding="utf-8"))
            return [RefusedFile(**file) for file in upload["refused"]] if upload["who"] == who else []
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def forget_refused(self) -> None:
        """Erase the refusals of the last upload. Raises `OSError`."""
        (self.store.path / REFUSED).unlink(missing_ok=True)

    def _receive(
        self, sent_name: str, data: BinaryIO, who: str, sandbox: SandboxClient, known: Collection[str]
    ) -> Entry:
        """Receive one file. `known` are the ids of the withdrawals when the upload began: the file is refused if there
        are others by the time it is stored. Raises `UnreadableFile`."""
        name = safe_name(sent_name)
        suffix = PurePosixPath(name).suffix.lower()
        sound = formats.is_recording(suffix)
        if describes_corpus(name, at_root=True):
            raise UnreadableFile("Ce nom est celui d’un fichier qui décrit le corpus.", "Renommez le fichier.")
        if not sound:
            formats.check_suffix(suffix)
        waiting = self.store.entries()
        before = [entry for entry in waiting if entry.name == name and entry.who == who]
        if len(waiting) - len(before) >= MOST:
            raise UnreadableFile(
                f"Déjà {MOST} fichiers attendent.", "Ajoutez-les au corpus ou écartez-les, puis recommencez."
            )
        if sound and not self._has_transcript(name, waiting):
            raise UnreadableFile(
                "Aucun entretien ne porte le nom de cet enregistrement.",
                "Donnez-lui le nom de sa transcription, et ajoutez-les ensemble.",
            )
        if sound and sandbox.holds_withdrawn(self._recording_path(name)):
            raise SourceWithdrawn(
                "Des propos de cet enregistrement ont été retirés de l’étude.", "Ne le gardez pas, même ailleurs."
            )

        def fill(folder: Path) -> Mapping[str, Any]:
            _write(data, folder / name, None if sound else LARGEST)
            inspected = {} if sound else sandbox.examine(folder / name)
            return {"name": name, "who": who, "sound": sound, **inspected}

        try:
            entry = self.store.add(fill)
        except OSError as error:
            if self._withdrawals() != known:  # a retraction erased it while it was stored
                raise _withdrawn_meanwhile() from error
            raise
        if self._withdrawals() != known:  # a retraction may have searched the inbox before this entry was whole
            self.store.erase(entry.id)
            raise _withdrawn_meanwhile()
        for earlier in before:  # the same file sent again, corrected
            self.store.erase(earlier.id)
        return entry

    def _has_transcript(self, name: str, waiting: Iterable[Entry]) -> bool:
        """Return whether a recording of this name has a transcript, waiting or in the corpus."""
        stem = PurePosixPath(name).stem
        if any(PurePosixPath(entry.name).stem == stem and not entry.metadata.get("sound") for entry in waiting):
            return True
        return self.transcript_of(stem) is not None

    def _recording_path(self, name: str) -> PurePosixPath:
        """Return the path that a recording of this name would have in the corpus."""
        beside = self.transcript_of(PurePosixPath(name).stem)
        return PurePosixPath(FOLDERS["transcript"], name) if beside is None else beside.with_name(name)

    def transcript_of(self, stem: str) -> PurePosixPath | None:
        """Return the path of the transcript of the corpus that a recording of this stem goes with, if there is one."""
        folder = self._root() / FOLDERS["transcript"]
        found = sorted(
            path for path in folder.rglob("*") if path.stem == stem and path.suffix.lower() in formats.SUFFIXES
        )
        return PurePosixPath(found[0].relative_to(self._root()).as_posix()) if found else None


def _withdrawn_meanwhile() -> UnreadableFile:
    return UnreadableFile("Quelqu’un s’est retiré de l’étude pendant l’envoi.", "Envoyez ce fichier de nouveau.")


def _is_sound(name: str) -> bool:
    return formats.is_recording(PurePosixPath(safe_name(name)).suffix.lower())


def _write(data: BinaryIO, path: Path, limit: int | None) -> None:
    """Write an uploaded file, up to `limit` bytes. Raises `UnreadableFile`."""
    size = 0
    try:
        with path.open("xb") as out:
            while block := data.read(1 << 20):
                size += len(block)
                if limit is not None and size > limit:
                    raise UnreadableFile(
                        f"Ce fichier est trop gros (plus de {limit // 1_000_000}\u00a0Mo).",
                        "Coupez-le en plusieurs.",
                    )
                out.write(block)
    except OSError as error:
        raise UnreadableFile(
            f"Ce fichier n’a pas pu être gardé ({os_reason(error)}).",
            "Faites de la place sur le serveur, puis recommencez.",
        ) from error
    if not size:
        raise UnreadableFile("Ce fichier est vide.", "Prenez-en une copie complète.")


def copy_into(files: Iterable[Path], folder: Path) -> None:
    """Copy files into a folder, with their times. Raises `OSError`."""
    for path in files:
        shutil.copy2(path, folder / path.name)
