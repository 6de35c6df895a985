"""Text of a PDF page: the words that PDFium finds, grouped into segments along their lines."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from index.errors import UnreadableFile

MAX_CHARACTERS = 500_000  # on one page
_WIDE_GAP = 0.7  # of the font size: a wider gap begins another segment of the line
_HYPHEN = 0x02  # mark of PDFium for the hyphen of a word cut at the end of a line
_FORCE_BOLD = 1 << 18  # font flag (PDF 1.7, table 123)
_BOLD_NAMES = re.compile(r"bold|black|heavy|demi|gras", re.IGNORECASE)
_FILL_AND_STROKE = 2  # rendering mode that looks bold
_NOTE_CALL = re.compile(r"([^\W\d_][»”’)\]]?[.,;:!?…]?)(\d{1,3})([.,;:!?…)»]*)$")
_LIGATURES = {ord(char): unicodedata.normalize("NFKC", char) for char in "ﬀﬁﬂﬃﬄﬅﬆ"}
_MIN_SLANT = 5  # degrees off the right angle: slanted text is a watermark


@dataclass(frozen=True, slots=True)
class PdfBox:
    """Text and its position. Lengths are in points, from the top left of the page as its text is read; `size` is the
    font size of most letters, `bold` is true when all letters are bold."""

    page: int
    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class PdfSegment(PdfBox):
    """Words close to each other on one line."""

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class PdfPageText:
    """The segments of a page and its height (points); `has_image` is only determined for pages with little text."""

    number: int
    height: float
    segments: list[PdfSegment]
    has_image: bool


@dataclass(frozen=True, slots=True)
class _PdfFont:
    """Font of a text object: its size (points), weight and rotation."""

    size: float
    bold: bool
    rotation: int  # quarter turns, counter-clockwise; -1 for slanted text


@dataclass(frozen=True, slots=True)
class _PdfWord:
    """A word with its font and position."""

    text: str
    font: _PdfFont
    box: tuple[float, float, float, float]  # left, top, right, bottom; y grows downwards from the top left


def read_page(page: pdfium.PdfPage, number: int) -> PdfPageText:
    """Return the text of a page. Text rotated otherwise than most of the page (watermarks, margins) is left out.
    Raise `UnreadableFile` when the page holds more characters than a real page can."""
    text_page = page.get_textpage()
    try:
        found = list(_read_words(text_page.raw))
    finally:
        text_page.close()
    rotations = Counter({rotation: 0 for rotation in range(4)})
    for _, font, _ in found:
        rotations[font.rotation] += font.rotation >= 0
    rotation = rotations.most_common(1)[0][0]
    left, top, right, bottom = _rotate_box(_visible_box(page), rotation)
    words = []
    for text, font, box in found:
        x0, y0, x1, y1 = _rotate_box(box, rotation)
        inside = left <= (x0 + x1) / 2 <= right and top <= (y0 + y1) / 2 <= bottom
        if font.rotation == rotation and inside:
            words.append(_PdfWord(text, font, (x0 - left, y0 - top, x1 - left, y1 - top)))
    segments = _group_segments(words, number)
    letters = sum(len(segment.text) for segment in segments)
    return PdfPageText(number, bottom - top, segments, letters < 200 and _has_image(page))


def _read_words(page: raw.FPDF_TEXTPAGE) -> Iterator[tuple[str, _PdfFont, tuple[float, float, float, float]]]:
    """Yield words, fonts and boxes (left, bottom, right, top; y grows upwards) in the order of the file. A call of
    PDFium costs about a microsecond, so that boxes are requested for the ends of words only."""
    count = raw.FPDFText_CountChars(page)
    if count > MAX_CHARACTERS:
        raise UnreadableFile(
            "Une page de ce PDF contient un nombre démesuré de caractères.", "Convertissez-le en texte brut."
        )
    fonts: dict[int, _PdfFont] = {}
    code_at = raw.FPDFText_GetUnicode
    start, chars = 0, list[str]()
    for index in range(count + 1):
        code = code_at(page, index) if index < count else 0x20
        if code > 0x20:
            if not chars:
                start = index
            chars.append(chr(code) if code < 0x110000 else "\ufffd")
            continue
        if code == _HYPHEN:
            chars.append("-")
        if chars:
            end = index if code == _HYPHEN else index - 1
            text = _strip_note_call(page, start, chars)
            yield text, _font_at(page, start, fonts), _word_box(page, start, end)
            chars = []


def _strip_note_call(page: raw.FPDF_TEXTPAGE, start: int, chars: list[str]) -> str:
    """Return the text of a word without the small number of a note reference."""
    text = "".join(chars)
    call = _NOTE_CALL.search(text)
    if call and len(text) == len(chars):
        size, word_size = (_font_at(page, start + index, {}).size for index in (call.start(2), 0))
        if size < 0.8 * word_size:
            text = text[: call.start(2)] + call[3]
    return unicodedata.normalize("NFC", text.translate(_LIGATURES))


def _visible_box(page: pdfium.PdfPage) -> tuple[float, float, float, float]:
    """Return the box of a page that viewers show, inherited ones included, which pypdfium2's own boxes are not."""
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page.raw, box)
    return box.left, box.bottom, box.right, box.top


def _word_box(page: raw.FPDF_TEXTPAGE, start: int, end: int) -> tuple[float, float, float, float]:
    first, last = raw.FS_RECTF(), raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(page, start, first)
    raw.FPDFText_GetLooseCharBox(page, end, last)
    return (
        min(first.left, last.left), min(first.bottom, last.bottom),
        max(first.right, last.right), max(first.top, last.top),
    )  # fmt: skip


def _font_at(page: raw.FPDF_TEXTPAGE, index: int, known: dict[int, _PdfFont]) -> _PdfFont:
    """Return the font of a character; all characters of one text object share it, and `known` caches it."""
    text_object = raw.FPDFText_GetTextObject(page, index)
    key = ctypes.addressof(text_object.contents) if text_object else 0
    if key not in known:
        matrix, flags, name = raw.FS_MATRIX(), ctypes.c_int(), ctypes.create_string_buffer(256)
        raw.FPDFText_GetMatrix(page, index, matrix)
        raw.FPDFText_GetFontInfo(page, index, name, len(name), flags)
        bold = (
            _BOLD_NAMES.search(name.value.decode("utf-8", "replace")) is not None
            or bool(flags.value & _FORCE_BOLD)
            or (bool(key) and raw.FPDFTextObj_GetTextRenderMode(text_object) == _FILL_AND_STROKE)
        )
        size = abs(raw.FPDFText_GetFontSize(page, index)) * math.hypot(matrix.c, matrix.d)
        angle = math.degrees(math.atan2(matrix.b, matrix.a)) % 360 if matrix.a or matrix.b else 0.0
        quarter = round(angle / 90)
        rotation = quarter % 4 if abs(angle - 90 * quarter) < _MIN_SLANT else -1
        known[key] = _PdfFont(round(size, 1) if math.isfinite(size) else 0.0, bold, rotation)
    return known[key]


def _rotate_box(box: tuple[float, float, float, float], rotation: int) -> tuple[float, float, float, float]:
    """Return a box (left, bottom, right, top; y grows upwards) as left, top, right, bottom with y downwards, for
    text of that rotation."""
    left, bottom, right, top = box
    if rotation == 1:
        return bottom, left, top, right
    if rotation == 2:
        return -right, bottom, -left, top
    if rotation == 3:
        return -top, -right, -bottom, -left
    return left, -top, right, -bottom


def _group_segments(words: Sequence[_PdfWord], page: int) -> list[PdfSegment]:
    runs: list[list[_PdfWord]] = []
    for word in words:
        if runs and _is_adjacent(runs[-1][-1], word):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [_make_segment(run, page) for run in _join_runs(runs)]


def _join_runs(runs: list[list[_PdfWord]]) -> list[list[_PdfWord]]:
    """Return runs drawn in any order, those adjacent on one line joined."""
    lines: list[list[list[_PdfWord]]] = []
    for run in sorted(runs, key=lambda run: run[0].box[1] + run[0].box[3]):
        if lines and _is_same_line(lines[-1][0][0], run[0]):
            lines[-1].append(run)
        else:
            lines.append([run])
    result: list[list[_PdfWord]] = []
    for line in lines:
        fresh = len(result)
        for run in sorted(line, key=lambda run: run[0].box[0]):
            if len(result) > fresh and _is_adjacent(result[-1][-1], run[0]):
                result[-1].extend(run)
            else:
                result.append(run)
    return result


def _is_adjacent(word: _PdfWord, other: _PdfWord) -> bool:
    size = max(word.font.size, other.font.size)
    return _is_same_line(word, other) and -0.5 * size <= other.box[0] - word.box[2] <= _WIDE_GAP * size


def _is_same_line(word: _PdfWord, other: _PdfWord) -> bool:
    overlap = min(word.box[3], other.box[3]) - max(word.box[1], other.box[1])
    return overlap > 0.5 * min(word.box[3] - word.box[1], other.box[3] - other.box[1])


def _make_segment(words: list[_PdfWord], page: int) -> PdfSegment:
    """Return the segment of adjacent words, with their most frequent font size."""
    sizes: Counter[float] = Counter()
    light = 0
    for word in words:
        sizes[word.font.size] += len(word.text)
        light += 0 if word.font.bold else sum(char.isalnum() for char in word.text)
    boxes = [word.box for word in words]
    return PdfSegment(
        page,
        " ".join(word.text for word in words),
        min(box[0] for box in boxes),
        max(box[2] for box in boxes),
        min(box[1] for box in boxes),
        max(box[3] for box in boxes),
        sizes.most_common(1)[0][0],
        light == 0,
    )


def _has_image(page: pdfium.PdfPage) -> bool:
    return next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None
