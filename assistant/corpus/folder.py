"""The corpus folder: files are put into it and taken out of it one at a time, atomically, and never for a moment under
a visibility wider than the one that was confirmed."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from pathlib import Path, PurePosixPath

from assistant.errors import CorpusRefused
from index.errors import os_reason
from index.files import atomic_file, write_atomic
from index.reading import formats
from index.reading.metadata import SIDECAR
from index.reading.text import tidy

_LONGEST_NAME = 120  # bytes of a file's name: its sidecar's name must fit a file system too
_BLOCK = 1 << 20  # bytes read at a time
_UNSAFE = re.compile(r'[<>:"|?*\\/\x00-\x1f]+')
FOLDERS = {"document": "documents", "transcript": "transcripts"}
"""The folder in which sources of each kind are put."""
PERMISSION_REMEDY = (
    "Demandez à la personne qui s’occupe de l’assistant de l’y autoriser (docs/deploy.md, «\u00a0Ajouter des fichiers "
    "depuis la page\u00a0»)."
)


def safe_name(given: str) -> str:
    """Return a file's name, as a browser gives it, without folders, control characters, or characters that a page, a
    shell or another system would interpret. The suffix stays; an empty name becomes « fichier »."""
    last = re.split(r"[\\/]", given)[-1]
    name = " ".join(tidy(unicodedata.normalize("NFC", _UNSAFE.sub("_", last))).split()).lstrip(".~$ ")
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    suffix = _first_bytes(suffix, 20)
    stem = _first_bytes(stem.strip(" ."), _LONGEST_NAME - len(suffix.encode()) - 1).strip(" .")
    return f"{stem or 'fichier'}{dot}{suffix}"


def _first_bytes(text: str, limit: int) -> str:
    """Return at most `limit` bytes of a text, whole characters only."""
    return text.encode("utf-8", "ignore")[: max(0, limit)].decode("utf-8", "ignore")


def target(kind: str, name: str) -> PurePosixPath:
    """Return the path of a file of this kind and name, relative to the corpus."""
    return PurePosixPath(FOLDERS[kind], name)


def closed(root: Path) -> str:
    """Return why files cannot be added to this folder, as a French line; empty when they can, as far as that is known
    without writing."""
    if not os.path.isdir(root):
        return f"Le dossier du corpus «\u00a0{root}\u00a0» n’est pas là. Vérifiez son chemin (ASSISTANT_CORPUS)."
    for folder in (root, *(root / name for name in FOLDERS.values())):
        if os.path.lexists(folder) and not os.access(folder, os.W_OK | os.X_OK):
            return f"Le dossier «\u00a0{folder}\u00a0» ne peut pas être écrit par l’assistant. {PERMISSION_REMEDY}"
    return ""


def refused(root: Path, error: OSError, outcome: str = "Rien n’a été ajouté") -> CorpusRefused:
    """Return the error of a corpus folder that could not be written; `outcome` is a French sentence."""
    return CorpusRefused(
        f"Le dossier du corpus «\u00a0{root}\u00a0» ne peut pas être écrit ({os_reason(error)}).",
        f"{outcome}. {PERMISSION_REMEDY}",
    )


def inside(root: Path, path: PurePosixPath) -> Path:
    """Return the full path of a file of the corpus. Raises `CorpusRefused` for a path that leaves it."""
    full = root / path
    if path.is_absolute() or ".." in path.parts or not full.parent.resolve().is_relative_to(root.resolve()):
        raise CorpusRefused("Ce fichier n’est pas dans le dossier du corpus.", "Revenez à la liste des sources.")
    return full


def belongings(full: Path) -> list[Path]:
    """Return the files that go with a file when it leaves: its sidecar, and the recording of its name where no other
    source has that name."""
    sidecars = [side] if (side := full.with_name(f"{full.name}{SIDECAR}")).is_file() else []
    beside = [full.parent / name for name in sorted(os.listdir(full.parent))]
    alike = [path for path in beside if path.stem == full.stem and path != full and path.is_file()]
    sounds = [path for path in alike if formats.is_recording(path.suffix.lower())]
    others = [path for path in alike if path.suffix.lower() in formats.SUFFIXES]
    return sidecars + ([] if others else sounds)


def put(file: Path, full: Path, sidecar: str | None, *, is_public: bool, replacing: bool) -> None:
    """Put a copy of `file` at `full`, with its sidecar's text (`None`: it has none, and one that is there is left). The
    same file may already be there, so that an addition that was cut short can be done again. Raises `FileExistsError`
    when another file is there, unless `replacing`, or another `OSError`."""
    full.parent.mkdir(exist_ok=True)
    if full.exists() and not replacing and not same(file, full):
        raise FileExistsError(full)
    side = full.with_name(f"{full.name}{SIDECAR}")
    # A sidecar that reserves a text is written before it, one that makes it public after it: in between, only the team
    # may read it.
    if sidecar is not None and not is_public:
        write_atomic(side, sidecar)
    _copy(file, full, replacing=replacing)
    if sidecar is not None and is_public:
        write_atomic(side, sidecar)


def same(file: Path, other: Path) -> bool:
    """Return whether two files hold the same bytes."""
    if not other.is_file() or file.stat().st_size != other.stat().st_size:
        return False
    with file.open("rb") as left, other.open("rb") as right:
        while block := left.read(_BLOCK):
            if block != right.read(len(block)):
                return False
    return True


def _copy(file: Path, full: Path, *, replacing: bool) -> None:
    try:
        with file.open("rb") as read, atomic_file(full, replacing=replacing) as written:
            shutil.copyfileobj(read, written, _BLOCK)
    except FileExistsError:
        if not same(file, full):
            raise
