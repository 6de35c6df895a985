"""Files that were received and wait for a person to say what they are: tried with the real readers, described by
guesses, then put into the corpus or let go."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from assistant.corpus.entry_store import Entry, EntryStore
from assistant.corpus.folder import FOLDERS
from assistant.corpus.safe import safe_name
from assistant.corpus.sandbox import SandboxClient
from index.errors import SourceWithdrawn, UnreadableFile, os_reason
from index.files import PRIVATE, write_atomic
from index.reading import formats
from index.reading.read import LARGEST, describes_corpus

MOST = 25
"""Files that wait at once: the form that describes them must fit what a request may hold."""
REFUSED = "refused.json"


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was not received, under the name it was sent with; `reason` and `remedy` are French."""

    name: str
    reason: str
    remedy: str


class Inbox:
    """What waits in a folder of the data folder. `examiner` makes whoever reads the files of one sending; `withdrawn`
    gives the ids of all that was withdrawn from the study, and may raise `CorpusError`."""

    def __init__(
        self,
        folder: Path,
        root: Callable[[], Path],
        examiner: Callable[[], SandboxClient],
        withdrawn: Callable[[], Collection[str]],
    ) -> None:
        self.kept = EntryStore(folder)
        self._root = root
        self._examiner = examiner
        self._withdrawn = withdrawn

    def receive(self, sent: Sequence[tuple[str, BinaryIO]], who: str) -> tuple[list[Entry], list[RefusedFile]]:
        """Take in files, each on its own: the names they were sent with, and their bytes. What was refused is kept too,
        to be told. Raises `OSError` when nothing can be written, or `CorpusError`."""
        taken, refused = [], []
        known = self._withdrawn()  # before anyone reads a file by them
        in_order = sorted(sent, key=lambda one: _is_sound(one[0]))  # a recording needs its transcript
        with self._examiner() as examiner:
            for given, data in in_order:
                try:
                    taken.append(self._take(given, data, who, examiner, known))
                except UnreadableFile as error:
                    refused.append(RefusedFile(given[:200], error.reason, error.remedy))
        told = [{"name": one.name, "reason": one.reason, "remedy": one.remedy} for one in refused]
        self.kept.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(self.kept.path / REFUSED, json.dumps({"who": who, "refused": told}), mode=PRIVATE)
        return taken, refused

    def refused(self, who: str) -> list[RefusedFile]:
        """What was refused of the last sending, for who sent it."""
        try:
            told = json.loads((self.kept.path / REFUSED).read_text(encoding="utf-8"))
            return [RefusedFile(**one) for one in told["refused"]] if told["who"] == who else []
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def forget_refused(self) -> None:
        (self.kept.path / REFUSED).unlink(missing_ok=True)

    def _take(self, given: str, data: BinaryIO, who: str, examiner: SandboxClient, known: Collection[str]) -> Entry:
        name = safe_name(given)
        suffix = PurePosixPath(name).suffix.lower()
        sound = formats.is_recording(suffix)
        if describes_corpus(name, at_root=True):
            raise UnreadableFile("Ce nom est celui d’un fichier qui décrit le corpus.", "Renommez le fichier.")
        if not sound:
            formats.check_suffix(suffix)
        waiting = self.kept.entries()
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
        if sound and examiner.holds_withdrawn(self._place_of(name)):
            raise SourceWithdrawn(
                "Des propos de cet enregistrement ont été retirés de l’étude.", "Ne le gardez pas, même ailleurs."
            )

        def fill(folder: Path) -> Mapping[str, Any]:
            _write(data, folder / name, None if sound else LARGEST)
            shown = {} if sound else examiner.examine(folder / name)
            return {"name": name, "who": who, "sound": sound, **shown}

        try:
            entry = self.kept.add(fill)
        except OSError as error:
            if self._withdrawn() != known:  # it was erased on its way
                raise _received_meanwhile() from error
            raise
        if self._withdrawn() != known:  # and whoever withdrew may have looked here before this was whole
            self.kept.erase(entry.id)
            raise _received_meanwhile()
        for one in before:  # sent again, mended
            self.kept.erase(one.id)
        return entry

    def _has_transcript(self, name: str, waiting: Iterable[Entry]) -> bool:
        stem = PurePosixPath(name).stem
        if any(PurePosixPath(entry.name).stem == stem and not entry.said.get("sound") for entry in waiting):
            return True
        return self.transcript_of(stem) is not None

    def _place_of(self, sound: str) -> PurePosixPath:
        """Where a recording of this name would lie."""
        beside = self.transcript_of(PurePosixPath(sound).stem)
        return PurePosixPath(FOLDERS["transcript"], sound) if beside is None else beside.with_name(sound)

    def transcript_of(self, stem: str) -> PurePosixPath | None:
        """The transcript of the corpus that a recording of this name would lie beside."""
        folder = self._root() / FOLDERS["transcript"]
        found = sorted(
            path for path in folder.rglob("*") if path.stem == stem and path.suffix.lower() in formats.SUFFIXES
        )
        return PurePosixPath(found[0].relative_to(self._root()).as_posix()) if found else None


def _received_meanwhile() -> UnreadableFile:
    return UnreadableFile("Quelqu’un s’est retiré de l’étude pendant l’envoi.", "Envoyez ce fichier de nouveau.")


def _is_sound(name: str) -> bool:
    return formats.is_recording(PurePosixPath(safe_name(name)).suffix.lower())


def _write(data: BinaryIO, path: Path, most: int | None) -> None:
    """Write what was sent, up to so many bytes. Raises `UnreadableFile`."""
    size = 0
    try:
        with path.open("xb") as out:
            while block := data.read(1 << 20):
                size += len(block)
                if most is not None and size > most:
                    raise UnreadableFile(
                        f"Ce fichier est trop gros (plus de {most // 1_000_000}\u00a0Mo).",
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
