"""A file of the corpus to its Source and Sections: the suffix picks the reader, and every failure is one clear line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath

from index.errors import CorpusUnavailable, UnreadableFile, why
from index.reading import markdown, plain
from index.reading.metadata import DESCRIPTION, SIDECAR, Description, Metadata, describe
from index.reading.outline import Block, sections
from index.reading.text import decode, split_front_matter, tidy
from index.types import Section, Source

READER_VERSION = 1  # a source read by another version is read again
LEXICON = "lexique.toml"
_READERS: dict[str, Callable[[str, int], list[Block]]] = {
    ".md": markdown.blocks,
    ".markdown": markdown.blocks,
    ".txt": plain.blocks,
    ".text": plain.blocks,
}


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file whose bytes and metadata are known, and whose structure is not read yet."""

    path: PurePosixPath
    metadata: Metadata
    digest: str
    body: str
    first_line: int

    def read(self, source_id: str) -> Reading:
        """Read its structure. Raises `UnreadableFile` when it holds no text."""
        try:
            found = sections(_READERS[self.path.suffix.lower()](self.body, self.first_line), source_id)
        except Exception as error:  # whatever a file does to its reader, the others are indexed
            raise UnreadableFile(
                f"La structure de ce fichier n'a pas pu être lue ({type(error).__name__}).",
                "Réenregistrez-le, ou convertissez-le en texte brut.",
            ) from error
        if not found:
            raise UnreadableFile("Ce fichier ne contient pas de texte.", "Complétez-le ou retirez-le du corpus.")
        said = self.metadata
        title = said.title or _first_heading(found) or self.path.stem
        source = Source(
            id=source_id,
            path=str(self.path),
            title=title,
            kind=said.kind,
            site=said.site,
            date=said.date,
            visibility=said.visibility,
            nature=said.nature,
            digest=self.digest,
        )
        return Reading(source, tuple(_under_title(section, title) for section in found))


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read: its source and its sections in order."""

    source: Source
    sections: tuple[Section, ...]


def list_files(root: Path) -> list[PurePosixPath]:
    """The files of the corpus, relative to its root, sorted; what describes the corpus is left out. Raises
    `CorpusUnavailable` when the folder is missing, closed to us or holds no file."""
    try:
        if not root.exists():
            raise CorpusUnavailable(f"Le dossier du corpus « {root} » n'existe pas.", "Vérifiez son chemin.")
        if not root.is_dir():
            raise CorpusUnavailable(f"« {root} » n'est pas un dossier.", "Donnez le dossier qui contient les fichiers.")
        found = sorted(PurePosixPath(path.relative_to(root).as_posix()) for path in _walk(root))
    except PermissionError as error:
        raise CorpusUnavailable(
            f"Le dossier « {error.filename or root} » ne peut pas être lu : permission refusée.",
            "Donnez-vous le droit de lecture (chmod -R u+rX) ou demandez-le à son propriétaire.",
        ) from error
    if not found:
        raise CorpusUnavailable(
            f"Le dossier du corpus « {root} » ne contient aucun fichier à indexer.",
            "Ajoutez des documents dans documents/ ou des entretiens dans transcripts/.",
        )
    return found


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif not _describes(path.name):
            yield path


def _describes(name: str) -> bool:
    return name in (DESCRIPTION, LEXICON) or name.endswith(SIDECAR) or name.upper().partition(".")[0] == "README"


def open_file(root: Path, path: PurePosixPath, description: Description) -> OpenedFile:
    """Open one file of the corpus. Raises `UnreadableFile` (`BadMetadata` for its metadata) with reason and remedy."""
    if str(path) != tidy(str(path)) or "\n" in str(path):
        raise UnreadableFile("Le nom de ce fichier contient des caractères illisibles.", "Renommez-le.")
    if path.suffix.lower() not in _READERS:
        known = ", ".join(_READERS)
        raise UnreadableFile(
            f"Le format « {path.suffix or 'sans suffixe'} » n'est pas lu.", f"Convertissez ce fichier ({known})."
        )
    data = _bytes(root, path)
    front_matter, body, first_line = split_front_matter(decode(data))
    metadata = describe(root, path, front_matter, description)
    return OpenedFile(path, metadata, _digest(data, metadata), body, first_line)


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
        return full.read_bytes()
    except RuntimeError as error:  # a link to itself, before Python 3.13
        raise UnreadableFile("Ce lien tourne en rond.", "Retirez-le du corpus.") from error
    except OSError as error:
        raise UnreadableFile(
            f"Ce fichier ne peut pas être lu ({why(error)}).", "Vérifiez qu'il existe et que vous pouvez le lire."
        ) from error


def _first_heading(found: list[Section]) -> str:
    return next((" ".join(section.text.split()) for section in found if section.kind == "heading"), "")


def _under_title(section: Section, title: str) -> Section:
    """The section with its place told from the title of the document downwards: readers see the title beside it."""
    heading = section.place.heading
    if not heading or heading[0].casefold() != title.casefold():
        return section
    return replace(section, place=replace(section.place, heading=heading[1:]))


def _digest(data: bytes, metadata: Metadata) -> str:
    digest = hashlib.sha256(data)
    digest.update(json.dumps([READER_VERSION, asdict(metadata)], sort_keys=True).encode())
    return digest.hexdigest()
