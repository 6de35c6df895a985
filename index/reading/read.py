"""Reading of a corpus file: its metadata, its source and its sections. Every failure is one French line with a
remedy."""

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
from index.reading.metadata import DESCRIPTION, NOTICE, QUESTIONS, SIDECAR, Description, Metadata, resolve_metadata
from index.reading.metadata_table import FILE as TABLE
from index.reading.outline import shorten
from index.reading.text import tidy
from index.reading.transcripts import roles
from index.types import Kind, Section, Source

READER_VERSION = 2  # a source read by another version of the readers is read again
LEXICON = "lexique.toml"
LARGEST = 100_000_000
"""Maximum size of a file, in bytes."""
_JUST_NOW_S = 2.0
UNPROTECTED = Protection()


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file whose metadata and digest are known. Its bytes are not kept in memory: `read` reads them again, and the
    digest of the source is that of the bytes really read."""

    root: Path
    path: PurePosixPath
    metadata: Metadata
    digest: str
    size: int
    stamp: str = ""
    protection: Protection = UNPROTECTED

    def read(self, source_id: str) -> Reading:
        """Read the structure of the file. Raise `UnreadableFile` when it holds no text, `SourceWithdrawn` when all
        of it was withdrawn."""
        data, metadata = _read_bytes(self.root, self.path), self.metadata
        kind_hint = _known_kind(self.path, metadata)
        try:
            content = formats.read(data, self.path.suffix.lower(), source_id, kind_hint, dict(metadata.speakers))
        except UnreadableFile:
            raise
        except Exception as error:  # a failure of a reader must not stop the indexing of the other files
            raise UnreadableFile(
                f"La structure de ce fichier n'a pas pu être lue ({type(error).__name__}).",
                "Réenregistrez-le, ou convertissez-le en texte brut.",
            ) from error
        if not content.sections:
            raise UnreadableFile("Ce fichier ne contient pas de texte.", "Complétez-le ou retirez-le du corpus.")
        title = metadata.title or _first_heading(content.sections) or self.path.stem
        sections = tuple(_without_title(section, title) for section in content.sections)
        kind = metadata.kind if metadata.kind_is_said else content.kind or metadata.kind
        # Withdrawn text is removed twice: before pseudonymisation, to save the search for names in it, and after, since
        # a withdrawal may know the text only with its pseudonyms.
        title, sections_left = _remove_withdrawn(self.protection, source_id, title, sections)
        title, sections_left = self.protection.hide(kind, title, sections_left, roles.is_role)
        title, sections_left = _remove_withdrawn(self.protection, source_id, title, sections_left)
        source = Source(
            id=source_id,
            path=str(self.path),
            title=title or self.path.stem,
            kind=kind,
            site=metadata.site,
            date=metadata.date,
            visibility=metadata.visibility,
            nature=metadata.nature,
            digest=_source_digest(data, self.path, metadata, self.protection),
        )
        return Reading(source, sections_left, content.notes)


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a file: its source, its sections in order, and French lines about the guesses made."""

    source: Source
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()


def list_files(root: Path) -> list[PurePosixPath]:
    """Return the files of the corpus, relative to its root, sorted, without those that describe the corpus. Raise
    `CorpusUnavailable` when the folder is missing, is not readable or holds no file."""
    files = scan_files(root)
    if not files:
        raise CorpusUnavailable(
            f"Le dossier du corpus « {root} » ne contient aucun fichier à indexer.",
            "Ajoutez des documents dans documents/ ou des entretiens dans transcripts/.",
        )
    return files


def scan_files(root: Path) -> list[PurePosixPath]:
    """Return the files of a corpus folder as `list_files` does, but allow a folder without any."""
    try:
        if not root.exists():
            raise CorpusUnavailable(f"Le dossier du corpus « {root} » n'existe pas.", "Vérifiez son chemin.")
        if not root.is_dir():
            raise CorpusUnavailable(f"« {root} » n'est pas un dossier.", "Donnez le dossier qui contient les fichiers.")
        return [PurePosixPath(name) for name in sorted(_walk_files(str(root), ""))]
    except PermissionError as error:
        raise CorpusUnavailable(
            f"Le dossier « {error.filename or root} » ne peut pas être lu : permission refusée.",
            "Donnez-vous le droit de lecture (chmod -R u+rX) ou demandez-le à son propriétaire.",
        ) from error


def _walk_files(folder: str, prefix: str) -> Iterator[str]:
    """Yield the names of the files below a folder, each prefixed with `prefix`."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith((".", "~$")):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk_files(entry.path, f"{prefix}{name}/")
            elif not describes_corpus(name, at_root=not prefix) and not formats.is_recording(
                os.path.splitext(name)[1].lower()
            ):
                yield f"{prefix}{name}"


def describes_corpus(name: str, *, at_root: bool = False) -> bool:
    """Return whether a file of this name describes the corpus or another file, and so is no source."""
    if name in (NOTICE, WITHDRAWN, QUESTIONS):
        return at_root  # in a subfolder it is an ordinary document
    return name in (DESCRIPTION, LEXICON, TABLE) or name.endswith(SIDECAR) or name.upper().partition(".")[0] == "README"


def open_file(
    root: Path, path: PurePosixPath, description: Description, protection: Protection = UNPROTECTED
) -> OpenedFile:
    """Open one file of the corpus. Raise `UnreadableFile` (`BadMetadata` for its metadata) with reason and remedy."""
    if str(path) != tidy(str(path)) or "\n" in str(path):
        raise UnreadableFile("Le nom de ce fichier contient des caractères illisibles.", "Renommez-le.")
    formats.check_suffix(path.suffix.lower())
    stamp = Stamps(root, protection).of(path)
    data = _read_bytes(root, path)
    metadata = resolve_metadata(root, path, formats.read_front_matter(data, path.suffix.lower()), description)
    return OpenedFile(
        root, path, metadata, _source_digest(data, path, metadata, protection), len(data), stamp, protection
    )


class Stamps:
    """Stamps of files: digests of the sizes and times of a file and of the files that describe it. While the stamp
    stays the same, the file need not be opened. The instance caches the part that files of a folder share, so that
    each comparison needs a new instance."""

    def __init__(self, root: Path, protection: Protection = UNPROTECTED) -> None:
        self._root = str(root)
        self._settings_key = f"{READER_VERSION}{protection.digest(None)}{protection.digest('document')}"
        self._folder_states: dict[str, str | None] = {}

    def of(self, path: PurePosixPath) -> str:
        """Return the stamp of a file. It is empty when the file, or a file that describes it, was written within the
        last moments: its next change might leave the same times."""
        name = str(path)
        folder = name.rpartition("/")[0]
        if folder not in self._folder_states:
            tables = [str(PurePosixPath(*path.parts[:depth]) / TABLE) for depth in range(len(path.parts))]
            self._folder_states[folder] = self._state(DESCRIPTION, *tables)
        shared, own = self._folder_states[folder], self._state(name, f"{name}{SIDECAR}")
        if shared is None or own is None:
            return ""
        return hashlib.sha256(f"{self._settings_key}\n{shared}\n{own}".encode("utf-8", "surrogateescape")).hexdigest()

    def _state(self, *names: str) -> str | None:
        """Return the sizes, times and inodes of files, missing files left out; `None` when one was written just now."""
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
    """Return a short id for the file first met at `path`, stable from one run to the next."""
    return hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _read_bytes(root: Path, path: PurePosixPath) -> bytes:
    """Return the bytes of a file. Raise `UnreadableFile` for a link out of the corpus, a special file or one above
    `LARGEST`."""
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
    except RuntimeError as error:  # a link to itself (Python before 3.13)
        raise UnreadableFile("Ce lien tourne en rond.", "Retirez-le du corpus.") from error
    except OSError as error:
        raise UnreadableFile(
            f"Ce fichier ne peut pas être lu ({os_reason(error)}).", "Vérifiez qu'il existe et que vous pouvez le lire."
        ) from error


def _remove_withdrawn(
    protection: Protection, source_id: str, title: str, sections: Sequence[Section]
) -> tuple[str, tuple[Section, ...]]:
    """Return a title and its sections without the text that was withdrawn. Raise `SourceWithdrawn` when the removal
    leaves no quotable section."""
    title, left = protection.withdrawn.left(source_id, title, sections)
    if len(left) < len(sections) and not any(section.quotable for section in left):
        raise SourceWithdrawn(
            "Ce que contient ce fichier a été retiré de l'étude.",
            "Supprimez-le du corpus ; si c'est un autre texte, donnez-lui un autre nom.",
        )
    return title, tuple(left)


def _first_heading(found: Sequence[Section]) -> str:
    return next((" ".join(shorten(section.text).split()) for section in found if section.kind == "heading"), "")


def _without_title(section: Section, title: str) -> Section:
    """Return the section with its path of headings starting below the title of the document: readers see the title
    beside it."""
    heading = section.place.heading
    if not heading or heading[0].casefold() != title.casefold():
        return section
    return replace(section, place=replace(section.place, heading=heading[1:]))


def _known_kind(path: PurePosixPath, metadata: Metadata) -> Kind | None:
    """Return the kind of a file where its metadata or folder settles it, `None` where its content must be examined."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    return metadata.kind if metadata.kind_is_said or folder == "documents" else None


def _source_digest(data: bytes, path: PurePosixPath, metadata: Metadata, protection: Protection) -> str:
    """Return the digest that identifies a version of a source: its content, its metadata, and the replacements made
    in it."""
    identity = [READER_VERSION, asdict(metadata)]
    if replacements := protection.digest(_known_kind(path, metadata)):
        identity.append(replacements)
    digest = hashlib.sha256(data)
    digest.update(json.dumps(identity, sort_keys=True).encode())
    return digest.hexdigest()
