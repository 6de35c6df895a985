"""PDF files, laid out to the point by fpdf2 or written by hand.

All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fpdf import FPDF

from index.reading.documents import pdf

WIDTH, HEIGHT = 595, 842
BODY = 10
PROSE = (
    "Les bénévoles se retrouvent chaque samedi matin près de la serre pour semer, arroser et cueillir. Au printemps, "
    "ils préparent les lits de terre, puis les habitants du quartier viennent choisir leur parcelle et leurs graines. "
    "À la fin de l'été, une fête réunit tout le monde autour d'un repas préparé avec les légumes du jardin."
)
OTHER = (
    "La réunion de rentrée a décidé de trois chantiers : une citerne, un abri et un chemin. Personne ne voulait d'une "
    "cotisation plus élevée, mais chacun a promis une journée de travail. Le compost, lui, reste ouvert à tous."
)


@dataclass(frozen=True)
class PlacedText:
    """A line of text and its position (points from the top left to its baseline)."""

    x: float
    y: float
    text: str
    size: float = BODY
    style: str = ""


def make_pdf(
    pages: Iterable[Sequence[PlacedText]], protect: str | None = None, turn: int = 0, plain: bool = False
) -> bytes:
    """Return a PDF of these lines; `protect` is the password to open it, `turn` the angle of the text in degrees,
    and `plain` leaves the streams uncompressed."""
    document = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    document.set_creation_date(datetime(2024, 5, 3, tzinfo=UTC))
    document.set_compression(not plain)
    document.set_auto_page_break(False)
    if protect is not None:
        document.set_encryption(owner_password="maître", user_password=protect)
    for page in pages:
        document.add_page()
        for put in page:
            document.set_font("Times", put.style, put.size)
            with document.rotation(turn, WIDTH / 2, HEIGHT / 2):
                document.text(put.x, put.y, put.text)
    return bytes(document.output())


def column(x: float, y: float, lines: Iterable[str], size: float = BODY, leading: float = 12) -> list[PlacedText]:
    """Return lines placed below each other."""
    return [PlacedText(x, y + leading * number, line, size) for number, line in enumerate(lines)]


def wrap_text(text: str, width: int) -> list[str]:
    """Return a text cut into lines of at most `width` characters."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def pages_with_furniture(
    pages: int, header: str = "Les Jardins du Pont - rapport {0}", footer: str = "Page {1} sur {2}"
) -> bytes:
    """Return a PDF of pages of different prose between a header and a footer; paragraphs continue from page to page."""
    result = []
    for number in range(1, pages + 1):
        words = [f"mot{chr(97 + (number * 7 + place * 3) % 26)}{'e' * (place % 5)}" for place in range(300)]
        body = wrap_text(" ".join(words), 90)
        result.append(
            [
                PlacedText(60, 40, header.format(2024, number, pages)),
                PlacedText(280, 810, footer.format(2024, number, pages)),
                *column(60, 90, body),
            ]
        )
    return make_pdf(result)


def raw_pdf(content: bytes, rotate: int = 0, differences: bytes = b"") -> bytes:
    """Return a PDF of one page, written by hand."""
    encoding = b"/Encoding << /Type /Encoding /Differences [" + differences + b"] >>" if differences else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Rotate %d "
        b"/Resources << /Font << /F 5 0 R >> >> >>" % rotate,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman " + encoding + b" >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(data)
    return data + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer


@functools.cache
def sample() -> bytes:
    """Return a PDF of two pages with a heading and prose."""
    return make_pdf(
        [
            [PlacedText(60, 60, "Bilan", 24), *column(60, 100, wrap_text(PROSE, 90))],
            column(60, 100, wrap_text(OTHER, 90)),
        ]
    )


def texts(data: bytes) -> list[str]:
    return [block.text for block in pdf.read_blocks(data)]
