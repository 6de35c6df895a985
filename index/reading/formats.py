"""Registry of the file formats: one reader for each suffix, and the conversion of a file to sections.

To add a format, write a reader in its own module and register its suffixes, in lower case, in one of the four tables
below; the suffix then appears in `SUFFIXES`, in error messages and in the pages.

- A document format: a module of `documents/` with `read_blocks(data)` that returns headings, prose and items as `Block`
  (`_BLOCK_READERS`). A word processor format returns `Paragraph` from `read_paragraphs(data)` instead
  (`_PARAGRAPH_READERS`): interviews are typed in word processors too, so labelled turns are looked for in it.
- A plain text format: `read_blocks(text, first_line)`, given the text after its front matter (`_TEXT_READERS`).
- A transcript format: a module of `transcripts/` with `read_transcript(data)` that returns the turns, decorated with
  `turns.transcript_reader` (`_TRANSCRIPT_READERS`).

A reader raises `UnreadableFile`, with a French reason and remedy, for a file that it cannot read. Add an example to
`tests/index/indexing/test_every_format.py` and a seed to `tests/index/reading/fuzzing/seeds.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from index.errors import UnreadableFile
from index.reading.documents import markdown, opendocument, pdf, plain, rich_text, web, word
from index.reading.documents.blocks import blocks_from_paragraphs
from index.reading.outline import Block, sections_from_blocks
from index.reading.paragraphs import Paragraph
from index.reading.text import decode, split_front_matter, tidy
from index.reading.transcripts import eaf, labelled, labels, subtitles, tei, textgrid, trs, turn_sections, whisper
from index.reading.transcripts.turns import Transcript
from index.types import Kind, Section

_TEXT_READERS: dict[str, Callable[[str, int], list[Block]]] = {
    ".md": markdown.read_blocks,
    ".markdown": markdown.read_blocks,
    ".txt": plain.read_blocks,
    ".text": plain.read_blocks,
}
_PARAGRAPH_READERS: dict[str, Callable[[bytes], list[Paragraph]]] = {
    ".docx": word.read_paragraphs,
    ".odt": opendocument.read_paragraphs,
    ".rtf": rich_text.read_paragraphs,
}
_BLOCK_READERS: dict[str, Callable[[bytes], list[Block]]] = {
    ".html": web.read_blocks,
    ".htm": web.read_blocks,
    ".xhtml": web.read_blocks,
    ".pdf": pdf.read_blocks,
}
_TRANSCRIPT_READERS: dict[str, Callable[[bytes], Transcript]] = {
    ".srt": subtitles.read_transcript,
    ".vtt": subtitles.read_transcript,
    ".trs": trs.read_transcript,
    ".textgrid": textgrid.read_transcript,
    ".eaf": eaf.read_transcript,
    ".xml": tei.read_transcript,
    ".tei": tei.read_transcript,
    ".json": whisper.read_transcript,
}
SUFFIXES = tuple(sorted({*_TEXT_READERS, *_PARAGRAPH_READERS, *_BLOCK_READERS, *_TRANSCRIPT_READERS}))
"""Suffixes of the formats that have a reader, in lower case."""
_REMEDIES = {
    ".doc": "Ouvrez-le dans un traitement de texte et enregistrez-le au format docx.",
    ".pages": "Ouvrez-le et exportez-le au format docx.",
    ".ppt": "Exportez-le au format PDF.",
    ".pptx": "Exportez-le au format PDF.",
    ".epub": "Convertissez-le en HTML ou en PDF.",
}
_RECORDINGS = (".mp3", ".wav", ".m4a", ".ogg", ".flac", ".mp4", ".mov")


@dataclass(frozen=True, slots=True)
class FileContent:
    """Sections of a file. `kind` is the kind that the content reveals, `None` when it reveals none; `notes` are French
    lines about the guesses made."""

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


def is_recording(suffix: str) -> bool:
    """Return whether a file is a recording: it may lie beside its transcript, and has no reader."""
    return suffix in _RECORDINGS


def read_front_matter(data: bytes, suffix: str) -> dict[str, object]:
    """Return the metadata at the head of a file, empty for formats that have none. Raise `UnreadableFile`."""
    return split_front_matter(decode(data))[0] if suffix in _TEXT_READERS else {}


def read(data: bytes, suffix: str, source: str, kind: Kind | None, speakers: Mapping[str, str]) -> FileContent:
    """Return the content of a file as sections of `source`.

    Text and word processor formats hold either documents or transcripts: labelled turns are looked for unless `kind` is
    "document" (`None`: unknown). `speakers` maps the labels of a transcript to the names to show. Raise
    `UnreadableFile`."""
    if suffix in _TRANSCRIPT_READERS:
        return _transcript_content(labels.rename_speakers(_TRANSCRIPT_READERS[suffix](data), speakers), source)
    if suffix in _BLOCK_READERS:
        return _document_content(_BLOCK_READERS[suffix](data), source)
    if suffix in _PARAGRAPH_READERS:
        paragraphs = _PARAGRAPH_READERS[suffix](data)
        read_blocks = partial(blocks_from_paragraphs, paragraphs)
    else:
        _, body, first_line = split_front_matter(decode(data))
        paragraphs = _line_paragraphs(body, first_line)
        read_blocks = partial(_TEXT_READERS[suffix], body, first_line)
    transcript = None if kind == "document" else labelled.find_transcript(paragraphs, speakers)
    return _transcript_content(transcript, source) if transcript else _document_content(read_blocks(), source)


def _transcript_content(transcript: Transcript, source: str) -> FileContent:
    return FileContent(tuple(turn_sections.sections_from_turns(transcript, source)), "transcript", transcript.notes)


def _document_content(blocks: list[Block], source: str) -> FileContent:
    return FileContent(tuple(sections_from_blocks(blocks, source)))


def _line_paragraphs(body: str, first_line: int) -> list[Paragraph]:
    """Return the lines of a text as paragraphs; `bold` is the length of a Markdown bold run at the start of a line."""
    paragraphs = []
    for number, raw in enumerate(body.split("\n"), first_line):
        line = tidy(raw)
        bold = 0
        if line.startswith("**") and "**" in line[2:]:
            start, _, rest = line[2:].partition("**")
            line, bold = f"{start}{rest}", len(start)
        paragraphs.append(Paragraph(line, bold=bold, line=number))
    return paragraphs
