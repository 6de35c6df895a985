"""Which reader a file has, and what it makes of it: sections in order, with notes on what was guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from index.errors import UnreadableFile
from index.reading.documents import markdown, opendocument, pdf, plain, rich_text, web, word
from index.reading.documents.blocks import blocks as blocks_of
from index.reading.outline import Block, sections
from index.reading.paragraphs import Paragraph
from index.reading.text import decode, split_front_matter, tidy
from index.reading.transcripts import eaf, labelled, labels, subtitles, tei, textgrid, trs, turns, whisper
from index.reading.transcripts.turns import Transcript
from index.types import Kind, Section

_TEXT: dict[str, Callable[[str, int], list[Block]]] = {
    ".md": markdown.blocks,
    ".markdown": markdown.blocks,
    ".txt": plain.blocks,
    ".text": plain.blocks,
}
_PARAGRAPHS: dict[str, Callable[[bytes], list[Paragraph]]] = {
    ".docx": word.paragraphs,
    ".odt": opendocument.paragraphs,
    ".rtf": rich_text.paragraphs,
}
_BLOCKS: dict[str, Callable[[bytes], list[Block]]] = {
    ".html": web.blocks,
    ".htm": web.blocks,
    ".xhtml": web.blocks,
    ".pdf": pdf.blocks,
}
_TRANSCRIPTS: dict[str, Callable[[bytes], Transcript]] = {
    ".srt": subtitles.read,
    ".vtt": subtitles.read,
    ".trs": trs.read,
    ".textgrid": textgrid.read,
    ".eaf": eaf.read,
    ".xml": tei.read,
    ".tei": tei.read,
    ".json": whisper.read,
}
SUFFIXES = tuple(sorted({*_TEXT, *_PARAGRAPHS, *_BLOCKS, *_TRANSCRIPTS}))
"""The formats that are read, in lower case."""
_REMEDIES = {
    ".doc": "Ouvrez-le dans un traitement de texte et enregistrez-le au format docx.",
    ".pages": "Ouvrez-le et exportez-le au format docx.",
    ".ppt": "Exportez-le au format PDF.",
    ".pptx": "Exportez-le au format PDF.",
    ".epub": "Convertissez-le en HTML ou en PDF.",
}
_SOUND = (".mp3", ".wav", ".m4a", ".ogg", ".flac", ".mp4", ".mov")


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds. `kind` is what its content shows it to be, `None` when either would do."""

    sections: tuple[Section, ...]
    kind: Kind | None = None
    notes: tuple[str, ...] = ()


def check_suffix(suffix: str) -> None:
    """Raise `UnreadableFile`, with the remedy, for a format that has no reader."""
    if suffix in SUFFIXES:
        return
    known = ", ".join(SUFFIXES)
    remedy = _REMEDIES.get(suffix, f"Convertissez ce fichier (formats lus : {known}).")
    raise UnreadableFile(f"Le format « {suffix or 'sans suffixe'} » n'est pas lu.", remedy)


def is_sound(suffix: str) -> bool:
    """Whether a file is a recording: it may lie beside its transcript, and is not read."""
    return suffix in _SOUND


def front_matter(data: bytes, suffix: str) -> dict[str, object]:
    """The metadata at the head of a file, for formats that may have some. Raises `UnreadableFile`."""
    return split_front_matter(decode(data))[0] if suffix in _TEXT else {}


def read(data: bytes, suffix: str, source: str, kind: Kind | None, speakers: Mapping[str, str]) -> Content:
    """The content of a file. `kind` says whether to look for labelled turns in formats that may hold either (`None`:
    look); `speakers` gives the names to use for labels. Raises `UnreadableFile`."""
    if suffix in _TRANSCRIPTS:
        found = labels.named(_TRANSCRIPTS[suffix](data), speakers)
        return _spoken(found, source)
    if suffix in _BLOCKS:
        return Content(tuple(sections(_BLOCKS[suffix](data), source)))
    if suffix in _PARAGRAPHS:
        paragraphs = _PARAGRAPHS[suffix](data)
        blocks = partial(blocks_of, paragraphs)
    else:
        _, body, first_line = split_front_matter(decode(data))
        paragraphs = _lines(body, first_line)
        blocks = partial(_TEXT[suffix], body, first_line)
    transcript = None if kind == "document" else labelled.read(paragraphs, speakers)
    return _spoken(transcript, source) if transcript else Content(tuple(sections(blocks(), source)))


def _spoken(transcript: Transcript, source: str) -> Content:
    return Content(tuple(turns.sections(transcript, source)), "transcript", transcript.notes)


def _lines(body: str, first_line: int) -> list[Paragraph]:
    """The lines of a text as paragraphs; a run in Markdown's bold at the start of one is bold."""
    found = []
    for number, raw in enumerate(body.split("\n"), first_line):
        line = tidy(raw)
        bold = 0
        if line.startswith("**") and "**" in line[2:]:
            start, _, rest = line[2:].partition("**")
            line, bold = f"{start}{rest}", len(start)
        found.append(Paragraph(line, bold=bold, line=number))
    return found
