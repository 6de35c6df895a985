"""Writes a project for qualitative analysis software (REFI-QDA 1.5: NVivo, MAXQDA, ATLAS.ti, QualCoder…).

The archive holds `project.qde` and a plain text for each source. This text holds only the chosen passages, in their
order, each under its place: an export of three passages of an interview must not include the whole interview. Each
passage is a selection to which the code « Passages choisis » is applied. Positions count Unicode code points from 0,
with an exclusive end; texts are UTF-8 without a byte order mark and with `\\n` line ends, since a mark or other line
ends would shift the positions in some programs.

Standard: REFI, « Exchange of processed data between qualitative data analysis software packages », 2019
(qdasoftware.org, MIT)."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from assistant.export.word import zip_archive
from assistant.export.wording import WARNING, by_source, clean, is_reserved, one_line, reference, summary
from index.types import Passage, Source

CODE = "Passages choisis"
CUT = "[…]"
_NAMESPACE = "urn:QDA-XML:project:1.0"
_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "assistant-corpus/export/qdpx")
_NAME = 60  # characters of a passage that name its selection
_HEAD = "Seulement les passages choisis, non le texte entier."


class _SourceText(NamedTuple):
    """The text of a source, with the start and end of its passages in it."""

    text: str
    spans: list[tuple[Passage, int, int]]


def export(passages: Sequence[Passage], *, title: str, made_on: datetime.date) -> bytes:
    """Return a project with the sources of the passages. The same passages give the same identifiers."""
    user = {"creatingUser": _guid("user"), "creationDateTime": f"{made_on.isoformat()}T00:00:00Z"}
    project = Element(
        "Project",
        xmlns=_NAMESPACE,
        name=one_line(title),
        origin="assistant-corpus",
        creatingUserGUID=user["creatingUser"],
        creationDateTime=user["creationDateTime"],
    )
    SubElement(SubElement(project, "Users"), "User", guid=user["creatingUser"], name="Assistant")
    codes = SubElement(SubElement(project, "CodeBook"), "Codes")
    SubElement(codes, "Code", guid=_guid("code"), name=CODE, isCodable="true", color="#2F6B4F")
    files = {"project.qde": ""}  # first in the archive, and filled last
    groups = by_source(passages)
    sources = SubElement(project, "Sources") if groups else project  # the schema has no empty list of sources
    names = _names([source for source, _ in groups])
    for name, (source, chosen) in zip(names, groups, strict=True):
        source_text = _lay_out(source, chosen)
        # The identifier depends on the text too: another export of the source has another text, with other positions.
        guid = _guid("source", source.id, source_text.text)
        files[f"sources/{guid}.txt"] = source_text.text
        _add_source(sources, guid, name, source_text, user)
    description = [summary(passages, made_on), *([WARNING] if is_reserved(passages) else [])]
    SubElement(project, "Description").text = " ".join(description)
    files["project.qde"] = f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(project, encoding="unicode")}\n'
    return zip_archive(files, made_on)


def _lay_out(source: Source, passages: Sequence[Passage]) -> _SourceText:
    pieces = [f"{one_line(source.title)}\n{_HEAD}"]
    length, spans = len(pieces[0]), []
    before = -1
    for passage in passages:
        place = one_line(passage.place.label())
        head = (f"\n\n{CUT}" if passage.order > before + 1 else "") + "\n\n" + (f"[{place}]\n" if place else "")
        text = clean(passage.text)
        start = length + len(head)
        spans.append((passage, start, start + len(text)))
        pieces += [head, text]
        length, before = start + len(text), passage.order
    return _SourceText("".join((*pieces, "\n")), spans)


def _add_source(sources: Element, guid: str, name: str, source_text: _SourceText, user: dict[str, str]) -> None:
    identity = {"guid": guid, "name": name, "plainTextPath": f"internal://{guid}.txt"}
    text_source = SubElement(sources, "TextSource", {**identity, **user})
    SubElement(text_source, "Description").text = _HEAD
    for passage, start, end in source_text.spans:
        identity = {"guid": _guid("selection", guid, passage.id), "name": one_line(passage.text)[:_NAME]}
        where = {"startPosition": str(start), "endPosition": str(end)}
        selection = SubElement(text_source, "PlainTextSelection", {**identity, **where, **user})
        SubElement(selection, "Description").text = reference(passage)
        coding = SubElement(selection, "Coding", {"guid": _guid("coding", guid, passage.id), **user})
        SubElement(coding, "CodeRef", targetGUID=_guid("code"))


def _names(sources: Sequence[Source]) -> list[str]:
    """Return a unique name for each source, without a folder: programs may use it as a file name."""
    names: list[str] = []
    for source in sources:
        name = one_line(source.title).replace("/", "-").replace("\\", "-") or "source"
        number, wanted = 1, name
        while name in names:
            number += 1
            name = f"{wanted} ({number})"
        names.append(name)
    return names


def _guid(*parts: str) -> str:
    return str(uuid.uuid5(_OURS, "\x1f".join(parts)))
