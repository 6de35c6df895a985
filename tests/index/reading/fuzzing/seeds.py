"""Seeds for the fuzzer: good files of every format and the mutations to damage them. All texts are invented, except
the real transcripts that lie beside the project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import DATA
from tests.index.reading.documents import opendocument_builders as odt
from tests.index.reading.documents import pdf_builders as pdf
from tests.index.reading.documents import test_rich_text as rtf
from tests.index.reading.documents import test_web as web
from tests.index.reading.documents import word_builders as word
from tests.index.reading.fuzzing.byte_mutations import ANY_FORMAT, Mutation, insert_pieces
from tests.index.reading.fuzzing.fragments import CUES, GRID, HEADS, HTML, INLINE, PDF, STARTS
from tests.index.reading.fuzzing.structure_mutations import (
    MEMBERS,
    VALUES,
    XML,
    change_encoding,
    change_lines,
    insert_front_matter,
    prefix_lines,
    read_members,
    zip_members,
)
from tests.index.reading.transcripts.builders import INVENTED
from tests.index.reading.transcripts.test_tei import tei
from tests.index.reading.transcripts.test_textgrid import long_format
from tests.index.reading.transcripts.test_trs import trs

YAML = """---
title: "Entretien"
date: 2024-05-03
kind: transcript
site: Brumeval
visibility: public
nature: original
speakers: {E1: Marie, E2: "Odile"}
roles:
  Marie: bénévole
---
"""
TOML = '+++\ntitle = "Entretien"\ndate = 2024-05-03\nspeakers = { E1 = "Marie" }\n+++\n'


@dataclass(frozen=True)
class Seeds:
    """Good files of one format, and the mutations that damage them."""

    files: Sequence[bytes]
    mutations: Sequence[Mutation]


def seeds(suffix: str, shared: Path) -> Seeds:
    """Return the seeds of the format of `suffix`; `shared` holds the real transcripts. Raise `KeyError` for an
    unknown suffix."""
    make_files, mutations = _FORMATS[suffix]
    paths = sorted((shared / "data" / "transcripts").rglob("*"))
    real = [path.read_bytes() for path in paths if path.suffix.lower() == suffix]
    return Seeds([*make_files(), *real], mutations)


def _text() -> list[bytes]:
    files = sorted((DATA / "jardins").rglob("*.md"))
    bodies = [path.read_text(encoding="utf-8") for path in files]
    talk = "\n".join(
        f"{speaker} : {words}\n"
        for speaker, words in zip(("E1", "E2") * 4, ("Et vous ?", "Oui, un peu.") * 4, strict=True)
    )
    bracketed = "\n".join(f"[Odile] (0:{n:02d} - 0:{n + 1:02d}) Les fèves.\n[Marie] Et ?" for n in range(6))
    texts = [
        *bodies,
        YAML + talk,
        TOML + talk,
        YAML + bodies[0],
        bracketed,
        (DATA / "lignes.txt").read_text("utf-8")[:900],
    ]
    tables = (
        "| Lieu | Lits |\n|---|---|\n| Serre | 2 |\n\n1. un\n   - deux\n\n     trois\n\n> cité\n\n```\ncode\n```\n<p>x"
    )
    return [text.encode() for text in [*texts, tables]]


def _word() -> list[bytes]:
    note = f'<w:footnote w:id="2">{word.para(word.run("Fèves."))}</w:footnote>'
    call = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    box = f"<w:r><w:drawing><w:txbxContent>{word.para(word.run('encadré'))}</w:txbxContent></w:drawing></w:r>"
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{word.para(word.run("a"))}</w:tc>'
    merged = f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{word.para(word.run("b"))}</w:tc>'
    body = (
        word.para(word.run("Bilan"), '<w:pStyle w:val="T1"/>')
        + word.para(word.run("Marie : ", "<w:b/>") + word.run("on a semé") + call + box)
        + word.para(word.run("semer"), '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr>')
        + f"<w:tbl><w:tr>{cell}{cell}</w:tr><w:tr>{merged}{merged}</w:tr></w:tbl>"
        + word.para(word.run("Odile : ", "<w:b/>") + word.run("oui", "<w:vanish/>") + word.run("<w:br/>"))
    )
    small = word.package(body, styles=word.STYLES, footnotes=note)
    return [zip_members(read_members(data)) for data in (small, word.sample())]


def _opendocument() -> list[bytes]:
    number, inside = "<text:note-citation>1</text:note-citation>", odt.p("Fèves.")
    note = f"<text:note>{number}<text:note-body>{inside}</text:note-body></text:note>"
    nested = f"<text:list><text:list-item>{odt.p('pois')}</text:list-item></text:list>"
    cell = f'<table:table-cell table:number-columns-repeated="2">{odt.p("a")}</table:table-cell>'
    body = (
        '<text:h text:outline-level="2">Bilan</text:h>'
        + odt.p(f'Marie : <text:span text:style-name="N">on<text:s text:c="3"/>a</text:span> semé{note}', "P1")
        + f"<text:list><text:list-item>{odt.p('semer')}{nested}</text:list-item></text:list>"
        + f"<table:table><table:table-row>{cell}{cell}</table:table-row></table:table>"
        + odt.p(f"<draw:frame><draw:text-box>{odt.p('encadré')}</draw:text-box></draw:frame>")
    )
    styles = (
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="P1"/>'
        '<style:style style:name="N" style:family="text">'
        '<style:text-properties fo:font-weight="400" text:display="none"/></style:style>'
    )
    return [zip_members(read_members(data)) for data in (odt.package(body, styles), odt.sample())]


def _pdf() -> list[bytes]:
    lines = pdf.wrap_text(f"{pdf.PROSE} {pdf.OTHER}", 44)
    page = [pdf.PlacedText(60, 60, "Bilan", 24), *pdf.column(60, 100, lines[:12]), *pdf.column(310, 100, lines[12:])]
    page += [
        pdf.PlacedText(60, 400, "- semer"),
        pdf.PlacedText(60, 420, "Lieu"),
        pdf.PlacedText(210, 420, "Lits"),
        pdf.PlacedText(60, 436, "Serre"),
        pdf.PlacedText(210, 436, "2"),
    ]
    other = pdf.column(60, 100, [f"Marie : {text}" for text in lines[:4]])
    byhand = pdf.raw_pdf(
        b"BT /F 12 Tf 60 700 Td (On s\\350me) Tj 0 -14 Td [(des) -300 (f\\350ves.)] TJ ET", differences=b"1 /fi /fl"
    )
    return [
        byhand,
        pdf.make_pdf([page, other], plain=True),
        pdf.make_pdf([page, other]),
        pdf.make_pdf([page], protect=""),
    ]


def _web() -> list[bytes]:
    body = "<body><h1>Bilan</h1><p>On sème.</p><script/><ul><li>a</li></ul></body>"
    plain = f"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>{body}</html>"
    return [web.PAGE.encode(), plain.encode()]


def _rich_text() -> list[bytes]:
    return [rtf.SAMPLE, rb"{\rtf1\ansi {\b Marie :} oui\par{\b Odile :} non\par{\b Marie :} si\par{\b Odile :} ah\par}"]


def _subtitles() -> list[bytes]:
    return [(INVENTED / name).read_bytes() for name in ("jardins.srt", "jardins.vtt")]


def _trs() -> list[bytes]:
    together = '<Sync time="3"/>\n<Who nb="1"/>\nles fèves\n<Who nb="2"/><Event desc="rire" type="noise"/>oui'
    alone = '<Turn speaker="spk1"><Sync time="5"/>et ?</Turn>'
    return [trs(f'<Turn speaker="spk2 spk1" startTime="3" endTime="4">{together}</Turn>{alone}')]


def _tei() -> list[bytes]:
    p5 = '<u who="#SPK0" start="#T0" end="#T1">les <gap/> fèves<anchor synch="#T2"/></u>'
    p5 += '<u who="#SPK1 #SPK0"><w>oui</w> <w>,</w></u>'
    old = '<annotatedU wh="SPK1" start="#T1" end="#T2"><u>et ?<incident><desc>rire</desc></incident></u></annotatedU>'
    return [tei(p5), tei(p5 + old)]


def _textgrid() -> list[bytes]:
    return [
        (INVENTED / "jardins_court.TextGrid").read_bytes(),
        long_format("les fèves", "", "[pause] oui", 'le ""pont""').encode(),
    ]


def _invented(name: str) -> Callable[[], list[bytes]]:
    return lambda: [(INVENTED / name).read_bytes()]


def _whisper() -> list[bytes]:
    chunks = (
        b'{"text": "x", "chunks": [{"timestamp": [0.0, 1.5], "text": " les"}, {"timestamp": [1.5, null], "text": "f"}]}'
    )
    return [(INVENTED / "jardins.json").read_bytes(), chunks]


_TEXT = (
    change_lines,
    change_lines,
    change_encoding,
    prefix_lines(*STARTS),
    insert_pieces(*INLINE),
    insert_front_matter(*HEADS),
    insert_front_matter(*HEADS),
    *ANY_FORMAT,
)
_MARKDOWN = (_text, _TEXT)
_PAGE = (_web, (*XML, insert_pieces(*HTML), insert_pieces(*HTML)))
_RTF_WORDS = tuple(piece.decode() + " " for piece in rtf.PIECES)
_TIMED = (
    _subtitles,
    (change_lines, change_encoding, insert_pieces(*CUES), insert_pieces(*CUES), prefix_lines(*CUES), *ANY_FORMAT),
)
_SPEECH = (_tei, XML)
_FORMATS: dict[str, tuple[Callable[[], list[bytes]], Sequence[Mutation]]] = {
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".txt": _MARKDOWN,
    ".text": _MARKDOWN,
    ".docx": (_word, MEMBERS),
    ".odt": (_opendocument, MEMBERS),
    ".rtf": (_rich_text, (insert_pieces(*_RTF_WORDS), insert_pieces(*_RTF_WORDS), *ANY_FORMAT)),
    ".html": _PAGE,
    ".htm": _PAGE,
    ".xhtml": _PAGE,
    ".pdf": (_pdf, (insert_pieces(*PDF), insert_pieces(*PDF), *ANY_FORMAT)),
    ".srt": _TIMED,
    ".vtt": _TIMED,
    ".trs": (_trs, XML),
    ".textgrid": (_textgrid, (change_lines, change_encoding, insert_pieces(*GRID), *ANY_FORMAT)),
    ".eaf": (_invented("jardins.eaf"), XML),
    ".xml": _SPEECH,
    ".tei": _SPEECH,
    ".json": (_whisper, VALUES),
}
