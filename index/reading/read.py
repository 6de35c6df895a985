"""A file of the corpus to its Source and Sections; every failure is one clear line."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath

from index.errors import CorpusUnavailable, SourceWithdrawn, UnreadableFile, os_reason
from index.privacy.protection import Protection
from index.privacy.withdrawals import FILE as WITHDRAWN
from index.reading import formats
from index.reading.metadata import DESCRIPTION, NOTICE, QUESTIONS, SIDECAR, Description, Metadata, describe
from index.reading.metadata_table import FILE as TABLE
from index.reading.outline import short
from index.reading.text import tidy
from index.reading.transcripts import roles
from index.types import Kind, Section, Source

READER_VERSION = 2  # a source read by another version is read again
LEXICON = "lexique.toml"
LARGEST = 100_000_000
"""Bytes of a file."""
_JUST_NOW_S = 2.0
UNPROTECTED = Protection()


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file whose metadata and digest are known. Its bytes are not kept: they are read again with its structure, and
    the digest of what was really read is that of the source."""

    root: Path
    path: PurePosixPath
    metadata: Metadata
    digest: str
    size: int
    stamp: str = ""
    protection: Protection = UNPROTECTED

    def read(self, source_id: str) -> Reading:
        """Read its structure. Raises `UnreadableFile` when it holds no text, or `SourceWithdrawn`."""
        data, said = _bytes(self.root, self.path), self.metadata
        look_for = _look_for(self.path, said)
        try:
            content = formats.read(data, self.path.suffix.lower(), source_id, look_for, dict(said.speakers))
        except UnreadableFile:
            raise
        except Exception as error:  # whatever a file does to its reader, the others are indexed
            raise UnreadableFile(
                f"La structure de ce fichier n'a pas pu être lue ({type(error).__name__}).",
                "Réenregistrez-le, ou convertissez-le en texte brut.",
            ) from error
        if not content.sections:
            raise UnreadableFile("Ce fichier ne contient pas de texte.", "Complétez-le ou retirez-le du corpus.")
        title = said.title or _first_heading(content.sections) or self.path.stem
        sections = tuple(_under_title(section, title) for section in content.sections)
        kind = said.kind if said.kind_is_said else content.kind or said.kind
        # Before names are looked for in vain, and after, as it was known then.
        title, left = _left(self.protection, source_id, title, sections)
        title, left = self.protection.hide(kind, title, left, roles.is_role)
        title, left = _left(self.protection, source_id, title, left)
        source = Source(
            id=source_id,
            path=str(self.path),
            title=title or self.path.stem,
            kind=kind,
            site=said.site,
            date=said.date,
            visibility=said.visibility,
            nature=said.nature,
            digest=_digest(data, self.path, said, self.protection),
        )
        return Reading(source, left, content.notes)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read: its source, its sections in order, and French lines on what was guessed."""

    source: Source
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()


def list_files(root: Path) -> list[PurePosixPath]:
    """The files of the corpus, relative to its root, sorted; what describes the corpus is left out. Raises
    `CorpusUnavailable` when the folder is missing, closed to us or holds no file."""
    found = found_files(root)
    if not found:
        raise CorpusUnavailable(
            f"Le dossier du corpus « {root} » ne contient aucun fichier à indexer.",
            "Ajoutez des documents dans documents/ ou des entretiens dans transcripts/.",
        )
    return found


def found_files(root: Path) -> list[PurePosixPath]:
    """As `list_files`, of a folder that may hold none."""
    try:
        if not root.exists():
            raise CorpusUnavailable(f"Le dossier du corpus « {root} » n'existe pas.", "Vérifiez son chemin.")
        if not root.is_dir():
            raise CorpusUnavailable(f"« {root} » n'est pas un dossier.", "Donnez le dossier qui contient les fichiers.")
        return [PurePosixPath(name) for name in sorted(_walk(str(root), ""))]
    except PermissionError as error:
        raise CorpusUnavailable(
            f"Le dossier « {error.filename or root} » ne peut pas être lu : permission refusée.",
            "Donnez-vous le droit de lecture (chmod -R u+rX) ou demandez-le à son propriétaire.",
        ) from error


def _walk(folder: str, before: str) -> Iterator[str]:
    """The names of the files below a folder, `before` put in front of each."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith((".", "~$")):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{before}{name}/")
            elif not describes(name, at_root=not before) and not formats.is_sound(os.path.splitext(name)[1].lower()):
                yield f"{before}{name}"


def describes(name: str, *, at_root: bool = False) -> bool:
    """Whether a file of this name describes the corpus, or a file of it, and is no source."""
    if name in (NOTICE, WITHDRAWN, QUESTIONS):
        return at_root  # further down it is a document like others
    return name in (DESCRIPTION, LEXICON, TABLE) or name.endswith(SIDECAR) or name.upper().partition(".")[0] == "README"


def open_file(
    root: Path, path: PurePosixPath, description: Description, protection: Protection = UNPROTECTED
) -> OpenedFile:
    """Open one file of the corpus. Raises `UnreadableFile` (`BadMetadata` for its metadata) with reason and remedy."""
    if str(path) != tidy(str(path)) or "\n" in str(path):
        raise UnreadableFile("Le nom de ce fichier contient des caractères illisibles.", "Renommez-le.")
    formats.check_suffix(path.suffix.lower())
    seen = Stamps(root, protection).of(path)
    data = _bytes(root, path)
    metadata = describe(root, path, formats.front_matter(data, path.suffix.lower()), description)
    return OpenedFile(root, path, metadata, _digest(data, path, metadata, protection), len(data), seen, protection)


class Stamps:
    """What files and all that describes them look like from outside: sizes and times. While that stays the same, there
    is nothing to open. What several files share is looked at once: a new one is made for each comparison."""

    def __init__(self, root: Path, protection: Protection = UNPROTECTED) -> None:
        self._root = str(root)
        self._made_with = f"{READER_VERSION}{protection.digest(None)}{protection.digest('document')}"
        self._shared: dict[str, str | None] = {}

    def of(self, path: PurePosixPath) -> str:
        """The stamp of a file. Empty for one written within the last moments, or described by something that was: its
        next change might leave the same times."""
        name = str(path)
        folder = name.rpartition("/")[0]
        if folder not in self._shared:
            tables = [str(PurePosixPath(*path.parts[:depth]) / TABLE) for depth in range(len(path.parts))]
            self._shared[folder] = self._look(DESCRIPTION, *tables)
        shared, own = self._shared[folder], self._look(name, f"{name}{SIDECAR}")
        if shared is None or own is None:
            return ""
        return hashlib.sha256(f"{self._made_with}\n{shared}\n{own}".encode("utf-8", "surrogateescape")).hexdigest()

    def _look(self, *names: str) -> str | None:
        latest, parts = time.time() - _JUST_NOW_S, []
        for name in names:
            try:
                stat = os.stat(f"{self._root}/{name}")
            except OSError:
                continue
            if stat.st_mtime > latest or stat.st_ctime > latest:
                return None
            parts.append(f"{name} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_ino}")
        return "\n".join(parts)


def source_id(path: PurePosixPath) -> str:
    """A short name for the file first met at `path`, stable from one run to the next."""
    return hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _bytes(root: Path, path: PurePosixPath) -> bytes:
    full = root / path
    try:
        if not full.resolve(strict=True).is_relative_to(root.resolve()):
            raise UnreadableFile("Ce lien mène hors du corpus.", "Copiez le fichier dans le corpus.")
        if not full.is_file():
            raise UnreadableFile("Ce n'est pas un fichier ordinaire.", "Retirez-le du corpus.")
        if full.stat().st_size > LARGEST:
            raise UnreadableFile(
                f"Ce fichier est trop gros (plus de {LARGEST // 1_000_000} Mo).", "Coupez-le en plusieurs fichiers."
            )
        return full.read_bytes()
    except RuntimeError as error:  # a link to itself, before Python 3.13
        raise UnreadableFile("Ce lien tourne en rond.", "Retirez-le du corpus.") from error
    except OSError as error:
        raise UnreadableFile(
            f"Ce fichier ne peut pas être lu ({os_reason(error)}).", "Vérifiez qu'il existe et que vous pouvez le lire."
        ) from error


def _left(
    protection: Protection, source_id: str, title: str, sections: Sequence[Section]
) -> tuple[str, tuple[Section, ...]]:
    """What was not withdrawn of a title and its sections. Raises `SourceWithdrawn` when that is nothing."""
    title, left = protection.withdrawn.left(source_id, title, sections)
    if len(left) < len(sections) and not any(section.quotable for section in left):
        raise SourceWithdrawn(
            "Ce que contient ce fichier a été retiré de l'étude.",
            "Supprimez-le du corpus ; si c'est un autre texte, donnez-lui un autre nom.",
        )
    return title, tuple(left)


def _first_heading(found: Sequence[Section]) -> str:
    return next((" ".join(short(section.text).split()) for section in found if section.kind == "heading"), "")


def _under_title(section: Section, title: str) -> Section:
    """The section with its place told from the title of the document downwards: readers see the title beside it."""
    heading = section.place.heading
    if not heading or heading[0].casefold() != title.casefold():
        return section
    return replace(section, place=replace(section.place, heading=heading[1:]))


def _look_for(path: PurePosixPath, said: Metadata) -> Kind | None:
    """The kind of a file that needs no guess."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    return said.kind if said.kind_is_said or folder == "documents" else None


def _digest(data: bytes, path: PurePosixPath, metadata: Metadata, protection: Protection) -> str:
    """What a source is known by: its content, what is said of it, and what is replaced in it."""
    said = [READER_VERSION, asdict(metadata)]
    if replaced := protection.digest(_look_for(path, metadata)):
        said.append(replaced)
    digest = hashlib.sha256(data)
    digest.update(json.dumps(said, sort_keys=True).encode())
    return digest.hexdigest()
