"""A project for software of qualitative analysis (REFI-QDA 1.5: NVivo, MAXQDA, ATLAS.ti, QualCoder…).

The archive holds `project.qde` and a plain text for each source: its chosen passages alone, in their order, under the
place of each, for exporting three passages of an interview must not take the interview along. Each passage is a
selection to which the code « Passages choisis » is applied. Positions count Unicode code points from 0, the end not
included; texts are UTF-8 without a mark and with `\\n` line ends, either of which would shift them in some programs.

The standard: REFI, « Exchange of processed data between qualitative data analysis software packages », 2019
(qdasoftware.org, MIT)."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from assistant.export.packing import pack
from assistant.export.wording import WARNING, by_source, clean, is_reserved, one_line, reference, summary
from index.types import Passage, Source

CODE = "Passages choisis"
CUT = "[…]"
_NAMESPACE = "urn:QDA-XML:project:1.0"
_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "assistant-corpus/export/qdpx")
_NAME = 60  # characters of a passage that name its selection
_HEAD = "Seulement les passages choisis, non le texte entier."


class _Text(NamedTuple):
    """The text of a source, and where its passages stand in it."""

    text: str
    spans: list[tuple[Passage, int, int]]


def export(passages: Sequence[Passage], *, title: str, made: datetime.date) -> bytes:
    """A project of the sources that the passages come from. Identifiers are the same for the same passages."""
    user = {"creatingUser": _guid("user"), "creationDateTime": f"{made.isoformat()}T00:00:00Z"}
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
    files = {"project.qde": ""}  # first, and filled last
    groups = by_source(passages)
    sources = SubElement(project, "Sources") if groups else project  # the schema has no empty list of sources
    names = _names([source for source, _ in groups])
    for name, (source, chosen) in zip(names, groups, strict=True):
        laid = _lay_out(source, chosen)
        # Of its text too: what another export holds of the source is another text, with other positions.
        guid = _guid("source", source.id, laid.text)
        files[f"sources/{guid}.txt"] = laid.text
        _add_source(sources, guid, name, laid, user)
    told = [summary(passages, made), *([WARNING] if is_reserved(passages) else [])]
    SubElement(project, "Description").text = " ".join(told)
    files["project.qde"] = f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(project, encoding="unicode")}\n'
    return pack(files, made)


def _lay_out(source: Source, passages: Sequence[Passage]) -> _Text:
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
    return _Text("".join((*pieces, "\n")), spans)


def _add_source(sources: Element, guid: str, name: str, laid: _Text, user: dict[str, str]) -> None:
    told = {"guid": guid, "name": name, "plainTextPath": f"internal://{guid}.txt"}
    made = SubElement(sources, "TextSource", {**told, **user})
    SubElement(made, "Description").text = _HEAD
    for passage, start, end in laid.spans:
        told = {"guid": _guid("selection", guid, passage.id), "name": one_line(passage.text)[:_NAME]}
        where = {"startPosition": str(start), "endPosition": str(end)}
        selection = SubElement(made, "PlainTextSelection", {**told, **where, **user})
        SubElement(selection, "Description").text = reference(passage)
        coding = SubElement(selection, "Coding", {"guid": _guid("coding", guid, passage.id), **user})
        SubElement(coding, "CodeRef", targetGUID=_guid("code"))


def _names(sources: Sequence[Source]) -> list[str]:
    """A name for each source, all different, which programs may make files of: no folder in it."""
    names: list[str] = []
    for source in sources:
        name = one_line(source.title).replace("/", "-").replace("\\", "-") or "source"
        number, wanted = 1, name
        while name in names:
            number += 1
            name = f"{wanted} ({number})"
        names.append(name)
    return names


def _guid(*what: str) -> str:
    return str(uuid.uuid5(_OURS, "\x1f".join(what)))
