"""The corpus folder, as files are put into it and taken out of it: one at a time, whole or not at all, and never for a
moment under a visibility wider than the one that was confirmed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePosixPath

from assistant.errors import CorpusRefused
from index.errors import os_reason
from index.files import atomic_file, write_atomic
from index.reading import formats
from index.reading.metadata import SIDECAR

FOLDERS = {"document": "documents", "transcript": "transcripts"}
"""Where a source of each kind is put."""
_BLOCK = 1 << 20  # bytes read at a time
HOW = (
    "Demandez à la personne qui s’occupe de l’assistant de l’y autoriser (docs/deploy.md, «\u00a0Ajouter des fichiers "
    "depuis la page\u00a0»)."
)


def target(kind: str, name: str) -> PurePosixPath:
    """Where a file of this kind and name is put, relative to the corpus."""
    return PurePosixPath(FOLDERS[kind], name)


def closed(root: Path) -> str:
    """Why files cannot be added to this folder, as one French line; empty when they can, as far as can be told
    without writing."""
    if not os.path.isdir(root):
        return f"Le dossier du corpus «\u00a0{root}\u00a0» n’est pas là. Vérifiez son chemin (ASSISTANT_CORPUS)."
    for folder in (root, *(root / name for name in FOLDERS.values())):
        if os.path.lexists(folder) and not os.access(folder, os.W_OK | os.X_OK):
            return f"Le dossier «\u00a0{folder}\u00a0» ne peut pas être écrit par l’assistant. {HOW}"
    return ""


def refused(root: Path, error: OSError, what: str = "Rien n’a été ajouté") -> CorpusRefused:
    """What is said of a corpus folder that could not be written."""
    return CorpusRefused(
        f"Le dossier du corpus «\u00a0{root}\u00a0» ne peut pas être écrit ({os_reason(error)}).", f"{what}. {HOW}"
    )


def inside(root: Path, path: PurePosixPath) -> Path:
    """The full path of a file of the corpus. Raises `CorpusRefused` for one that lies elsewhere."""
    full = root / path
    if path.is_absolute() or ".." in path.parts or not full.parent.resolve().is_relative_to(root.resolve()):
        raise CorpusRefused("Ce fichier n’est pas dans le dossier du corpus.", "Revenez à la liste des sources.")
    return full


def belongings(full: Path) -> list[Path]:
    """What goes with a file when it leaves: its sidecar, and the recording of its name where no other source bears
    that name."""
    found = [side] if (side := full.with_name(f"{full.name}{SIDECAR}")).is_file() else []
    beside = [full.parent / name for name in sorted(os.listdir(full.parent))]
    alike = [path for path in beside if path.stem == full.stem and path != full and path.is_file()]
    sounds = [path for path in alike if formats.is_recording(path.suffix.lower())]
    others = [path for path in alike if path.suffix.lower() in formats.SUFFIXES]
    return found + ([] if others else sounds)


def put(file: Path, full: Path, sidecar: str | None, *, is_public: bool, replacing: bool) -> None:
    """Put a copy of `file` at `full`, with its sidecar (`None`: it has none, and one that is there is left). The same
    file already there is no trouble, so that what was cut short can be done again. Raises `FileExistsError` when
    another is there, unless `replacing`, or another `OSError`."""
    full.parent.mkdir(exist_ok=True)
    if full.exists() and not replacing and not same(file, full):
        raise FileExistsError(full)
    side = full.with_name(f"{full.name}{SIDECAR}")
    # What reserves a text comes before it, and what opens one comes after: between the two, it is read by the team.
    if sidecar is not None and not is_public:
        write_atomic(side, sidecar)
    _copy(file, full, replacing=replacing)
    if sidecar is not None and is_public:
        write_atomic(side, sidecar)


def same(one: Path, other: Path) -> bool:
    """Whether two files hold the same bytes."""
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
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
