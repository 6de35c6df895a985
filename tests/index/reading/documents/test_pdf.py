"""PDFs, laid out by fpdf2 to the point. All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from index.errors import UnreadableFile
from index.reading.documents import pdf
from index.reading.documents.pdf_words import Mender
from index.reading.outline import Block

WIDTH, HEIGHT = 595, 842
BODY = 10


@dataclass(frozen=True)
class Put:
    """A line of text at a place (points from the top left, to its baseline)."""

    x: float
    y: float
    text: str
    size: float = BODY
    style: str = ""


def made(pages: Iterable[Sequence[Put]], protect: str | None = None, turn: int = 0, plain: bool = False) -> bytes:
    """A PDF of these lines; `protect` is the password to open it, `turn` the angle that text is drawn at, and `plain`
    leaves its streams as they are."""
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


def column(x: float, y: float, lines: Iterable[str], size: float = BODY, leading: float = 12) -> list[Put]:
    """Lines below each other."""
    return [Put(x, y + leading * number, line, size) for number, line in enumerate(lines)]


def wrapped(text: str, width: int) -> list[str]:
    """A text cut into lines of so many characters at most."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def texts(data: bytes) -> list[str]:
    return [block.text for block in pdf.blocks(data)]


PROSE = (
    "Les bénévoles se retrouvent chaque samedi matin près de la serre pour semer, arroser et cueillir. Au printemps, "
    "ils préparent les lits de terre, puis les habitants du quartier viennent choisir leur parcelle et leurs graines. "
    "À la fin de l'été, une fête réunit tout le monde autour d'un repas préparé avec les légumes du jardin."
)
OTHER = (
    "La réunion de rentrée a décidé de trois chantiers : une citerne, un abri et un chemin. Personne ne voulait d'une "
    "cotisation plus élevée, mais chacun a promis une journée de travail. Le compost, lui, reste ouvert à tous."
)


def test_two_columns_under_a_title_of_full_width() -> None:
    left, right = wrapped(PROSE + " " + OTHER, 44), wrapped(OTHER + " " + PROSE, 44)
    page = [Put(60, 80, "Les Jardins du Pont : bilan de la quatrième année de culture", 18)]
    page += [line for pair in zip(column(60, 120, left), column(310, 120, right), strict=False) for line in pair]
    page += [Put(60, 320, "Une ligne de pleine largeur qui sépare les deux colonnes d'en haut de ce qui suit, en bas.")]
    assert pdf.blocks(made([page])) == [
        Block("heading", "Les Jardins du Pont : bilan de la quatrième année de culture", page=1, inferred=True),
        Block("prose", f"{PROSE} {OTHER}", page=1),
        Block("prose", f"{OTHER} {PROSE}", page=1),
        Block("prose", page[-1].text, page=1),
    ]


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    lines = wrapped(PROSE + " " + PROSE, 44)
    half = len(lines) // 2
    data = made([column(60, 100, lines[:half]) + column(310, 100, lines[half:])])
    assert texts(data) == [PROSE + " " + PROSE]


def test_three_columns() -> None:
    page = [
        put
        for number in range(3)
        for put in column(50 + 170 * number, 100, wrapped(PROSE.replace("Les", f"{number} Les"), 28))
    ]
    assert [text[:5] for text in texts(made([page]))] == ["0 Les", "1 Les", "2 Les"]


def test_paragraphs_by_white_space_by_indent_and_by_short_lines() -> None:
    first, second = wrapped(PROSE, 90), wrapped(OTHER, 90)
    spaced = column(60, 100, first) + column(60, 100 + 12 * len(first) + 8, second)
    indented = column(60, 100, [*first, *second])
    indented[len(first)] = Put(75, indented[len(first)].y, second[0])
    short = column(60, 100, [*first[:-1], "au jardin.", *second])
    assert texts(made([spaced])) == texts(made([indented])) == [PROSE, OTHER]
    assert len(texts(made([short]))) == 2


def framed(pages: int, header: str = "Les Jardins du Pont - rapport {0}", footer: str = "Page {1} sur {2}") -> bytes:
    """Pages of different prose between a header and a footer; paragraphs go on from page to page."""
    result = []
    for number in range(1, pages + 1):
        words = [f"mot{chr(97 + (number * 7 + place * 3) % 26)}{'e' * (place % 5)}" for place in range(300)]
        body = wrapped(" ".join(words), 90)
        result.append(
            [
                Put(60, 40, header.format(2024, number, pages)),
                Put(280, 810, footer.format(2024, number, pages)),
                *column(60, 90, body),
            ]
        )
    return made(result)


@pytest.mark.parametrize("footer", ["Page {1} sur {2}", "- {1} -", "{1}", "{1} / {2}", "Rapport, page {1}"])
@pytest.mark.parametrize("pages", [2, 3, 6])
def test_headers_footers_and_page_numbers_go(pages: int, footer: str) -> None:
    found = texts(framed(pages, footer=footer))
    assert len(found) == 1
    assert not any(word in found[0] for word in ("rapport", "Rapport", "Page", "2024", "sur"))
    assert len(found[0].split()) == 300 * pages


def test_headers_of_odd_and_even_pages_and_none_on_the_first() -> None:
    pages = []
    for number in range(1, 9):
        body = column(60, 90, wrapped(f"{number} {PROSE}", 90))
        header = [] if number == 1 else [Put(60, 40, "Rapport" if number % 2 else "Les Jardins du Pont")]
        pages.append([*header, Put(280, 810, str(number)), *body])
    assert texts(made(pages)) == [f"{number} {PROSE}" for number in range(1, 9)]


def test_what_recurs_inside_pages_stays() -> None:
    pages = [[Put(60, 300, "Question ouverte"), *column(60, 330, [f"Réponse {number}."])] for number in "abc"]
    assert sum("Question ouverte" in text for text in texts(made(pages))) == 3


def test_numbered_titles_at_the_top_of_pages_stay() -> None:
    pages = [[Put(60, 60, f"Atelier {number}", 20), *column(60, 100, wrapped(PROSE, 90))] for number in range(1, 6)]
    headings = [block for block in pdf.blocks(made(pages)) if block.kind == "heading"]
    assert [block.text for block in headings] == [f"Atelier {number}" for number in range(1, 6)]
    assert [block.page for block in headings] == [1, 2, 3, 4, 5]


def test_a_sentence_goes_on_over_the_page_past_a_note() -> None:
    lines = wrapped(PROSE, 90)
    first = [*column(60, 100, lines[:2]), Put(60, 780, "1 Une note de bas de page, en petit.", 7)]
    found = pdf.blocks(made([first, column(60, 100, lines[2:])]))
    assert [(block.text, block.page) for block in found] == [(PROSE, 1), ("1 Une note de bas de page, en petit.", 1)]


def test_headings_rank_by_size_then_bold() -> None:
    page = [
        Put(60, 60, "Bilan", 24),
        Put(60, 100, "Un titre de partie si long qu'il", 16),
        Put(60, 118, "tient sur deux lignes", 16),
        *column(60, 150, wrapped(PROSE, 90)),
        Put(60, 220, "La serre", BODY, "B"),
        *column(60, 234, wrapped(OTHER, 90)),
        Put(60, 300, "Le verger", 16),
        *column(60, 330, wrapped(PROSE, 90)),
    ]
    headings = [block for block in pdf.blocks(made([page])) if block.kind == "heading"]
    assert [(block.text, block.level, block.inferred) for block in headings] == [
        ("Bilan", 1, True),
        ("Un titre de partie si long qu'il tient sur deux lignes", 2, True),
        ("La serre", 3, True),
        ("Le verger", 2, True),
    ]


def test_bold_words_in_a_paragraph_are_no_heading() -> None:
    lines = wrapped(PROSE, 90)
    page = column(60, 100, lines)
    page[1] = Put(60, page[1].y, lines[1], BODY, "B")
    assert texts(made([page])) == [PROSE]


def test_items_nest_by_their_indent() -> None:
    lines = wrapped("arroser le soir, quand la terre a refroidi et que l'eau ne brûle plus les feuilles " * 2, 80)
    page = [
        Put(60, 100, "Il faut :"),
        Put(60, 114, "- semer"),
        Put(80, 128, "- des fèves"),
        Put(80, 142, "-"), Put(100, 142, "des pois"),
        Put(60, 156, f"- {lines[0]}"),
        *column(68, 168, lines[1:]),
        Put(60, 220, "1. cueillir"),
        Put(60, 234, "a) le matin"),
    ]  # fmt: skip
    assert [(block.kind, block.level, block.text) for block in pdf.blocks(made([page]))] == [
        ("prose", 1, "Il faut :"),
        ("item", 1, "semer"),
        ("item", 2, "des fèves"),
        ("item", 2, "des pois"),
        ("item", 1, " ".join(lines)),
        ("item", 1, "cueillir"),
        ("item", 1, "le matin"),
    ]


def test_rows_of_a_table() -> None:
    rows = [("Lieu", "Lits", "Depuis"), ("Brumeval", "12", "2019"), ("Sourcelles", "7", "2021")]
    page = column(60, 100, wrapped(PROSE, 90))
    for number, row in enumerate(rows):
        page += [Put(60 + 150 * place, 200 + 16 * number, cell) for place, cell in enumerate(row)]
    page.append(Put(210, 244, "environ"))
    assert texts(made([page]))[1:] == ["Lieu | Lits | Depuis", "Brumeval | 12 | 2019", "Sourcelles | 7 environ | 2021"]


def test_stretched_lines_are_no_rows() -> None:
    document = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    document.add_page()
    document.set_font("Times", "", BODY)
    text = f"{PROSE} pareillement extraordinairement collectivement perpétuellement particulièrement. {OTHER}"
    document.multi_cell(110, 12, text, align="J")
    assert texts(bytes(document.output())) == [text]


def test_tables_of_contents_are_left_out() -> None:
    page = [Put(60, 100, "Bilan ............................. 3"), Put(60, 114, "Suites . . . . . . . . . . . . . 12")]
    assert texts(made([page + column(60, 150, wrapped(PROSE, 90))])) == [PROSE]


def test_calls_of_notes_go() -> None:
    document = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    document.add_page()
    document.set_font("Times", "", 12)
    document.set_xy(60, 100)
    document.write(14, "Les bénévoles")
    document.char_vpos = "SUP"
    document.write(14, "12")
    document.char_vpos = "LINE"
    document.write(14, " sèment en 2024 sur 30m2.")
    assert texts(bytes(document.output())) == ["Les bénévoles sèment en 2024 sur 30m2."]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_text_drawn_sideways_is_read(turn: int) -> None:
    assert texts(made([column(60, 300, wrapped(PROSE, 80))], turn=turn)) == [PROSE]


def test_watermarks_go() -> None:
    document = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    document.add_page()
    document.set_font("Times", "", BODY)
    for put in column(60, 100, wrapped(PROSE, 90)):
        document.text(put.x, put.y, put.text)
    with document.rotation(45, 300, 400):
        document.text(200, 400, "BROUILLON")
    assert texts(bytes(document.output())) == [PROSE]


HYPHENS = [
    ("organi-", "sation", (), "organisation"),
    ("Nord-", "Pas-de-Calais", (), "Nord-Pas-de-Calais"),
    ("plates-", "bandes", ("des plates-bandes",), "plates-bandes"),
    ("contre-", "sens", ("un contresens",), "contresens"),
    ("contre-", "sens", ("contre-sens", "contre-sens", "contresens"), "contre-sens"),
    ("celui-", "là", (), "celui-là"),
    ("dit-", "il", (), "dit-il"),
    ("a-t-", "elle", (), "a-t-elle"),
    ("c'est-", "à-dire", (), "c'est-à-dire"),
    ("c'est-à-", "dire", (), "c'est-à-dire"),
    ("peut-", "être", (), "peut-être"),
    ("va-", "leur", (), "valeur"),
    ("l'inter-", "vention", (), "l'intervention"),
    ("ORGANI-", "SATION", ("l'organisation",), "ORGANISATION"),
    ("NORD-", "PAS", (), "NORD-PAS"),
    ("fin -", "reprise", (), "fin - reprise"),
    ("2019-", "2021", (), "2019- 2021"),
    ("réor\u00ad", "ganiser", (), "réorganiser"),
    ("deux", "mots", (), "deux mots"),
]


@pytest.mark.parametrize(("end", "start", "elsewhere", "whole"), HYPHENS)
def test_words_cut_at_the_end_of_lines(end: str, start: str, elsewhere: Sequence[str], whole: str) -> None:
    assert Mender([*elsewhere, end, start]).join([end, start]) == whole


def test_words_are_mended_in_columns_and_over_pages() -> None:
    text = "La réorgani- sation du Nord- Pas-de-Calais et des plates- bandes a surpris. Les plates-bandes tiennent."
    lines = [*wrapped(PROSE, 80), *text.replace("- ", "-\n").split("\n")]
    mended = "La réorganisation du Nord-Pas-de-Calais et des plates-bandes a surpris. Les plates-bandes tiennent."
    whole = f"{PROSE} {mended}"
    assert " ".join(texts(made([column(60, 100, lines)]))) == whole
    assert " ".join(texts(made([column(60, 100, lines[:-3]), column(60, 100, lines[-3:])]))) == whole


def raw_pdf(content: bytes, rotate: int = 0, differences: bytes = b"") -> bytes:
    """A PDF of one page, written by hand."""
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


def test_ligatures_are_expanded() -> None:
    data = raw_pdf(b"BT /F 12 Tf 60 700 Td (en\001n la \002eur) Tj ET", differences=b"1 /fi /fl")
    assert texts(data) == ["enfin la fleur"]


def test_a_page_shown_sideways_is_read() -> None:
    data = raw_pdf(b"BT /F 12 Tf 0 1 -1 0 100 60 Tm (On seme) Tj 0 1 -1 0 114 60 Tm (des feves.) Tj ET", rotate=90)
    assert texts(data) == ["On seme des feves."]


def test_the_scale_of_the_page_counts_in_the_size() -> None:
    text = b"BT /F 1 Tf 12 0 0 12 60 %d Tm (%s) Tj ET "
    content = text % (700, b"Les benevoles sement toute la matinee") + text.replace(b"12 0 0 12", b"24 0 0 24") % (
        750,
        b"Bilan",
    )
    assert next((block.kind, block.text) for block in pdf.blocks(raw_pdf(content))) == ("heading", "Bilan")


def test_text_out_of_the_page_is_not_read() -> None:
    assert texts(raw_pdf(b"BT /F 12 Tf 60 700 Td (vu) Tj 0 900 Td (hors) Tj ET")) == ["vu"]


@functools.cache
def sample() -> bytes:
    """Two pages with a bit of everything."""
    return made([[Put(60, 60, "Bilan", 24), *column(60, 100, wrapped(PROSE, 90))], column(60, 100, wrapped(OTHER, 90))])


def scanned(stamp: str = "") -> bytes:
    document = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    document.add_page()
    document.image(Image.new("L", (60, 80), 200), 0, 0, WIDTH, HEIGHT)
    document.set_font("Times", "", BODY)
    document.text(60, 60, stamp)
    return bytes(document.output())


def test_an_empty_user_password_opens() -> None:
    assert texts(made([column(60, 100, wrapped(PROSE, 90))], protect="")) == [PROSE]


@pytest.mark.parametrize(
    ("data", "reason", "remedy"),
    [
        (scanned(), "est une image (document scanné)", "ocrmypdf"),
        (scanned("Scan 0001"), "est une image (document scanné)", "ocrmypdf"),
        (made([[]]), "ne contient pas de texte", "ocrmypdf"),
        (made([[Put(60, 60, "a")]], protect="secret"), "mot de passe", "sans mot de passe"),
        (sample()[:-400], "tronqué", "Copiez-le"),
        (b"%PDF-1.4\nrien\n%%EOF", "abîmé", "Copiez-le"),
        (sample().replace(b"/Type /Page\n", b"/Type /Gape\n").replace(b"/Kids", b"/Sdik"), "abîmé", "Copiez-le"),
        (b"PK\x03\x04", "archive zip", "suffixe"),
        (b"Bonjour.", "texte brut", "suffixe"),
        (b"", "vide", "Retirez-le"),
    ],
    ids=["scan", "stamped", "blank", "password", "cut", "hollow", "pages", "zip", "text", "empty"],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str, remedy: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        pdf.blocks(data)
    assert reason in caught.value.reason
    assert remedy in caught.value.remedy


def test_letters_that_nobody_knows() -> None:
    data = raw_pdf(b"BT /F 12 Tf 60 700 Td (\001\002\001\002 ab) Tj ET", differences=b"1 /uniE001 /uniE002")
    with pytest.raises(UnreadableFile, match="polices"):
        pdf.blocks(data)


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MOST_PAGES", 1)
    with pytest.raises(UnreadableFile, match="démesuré"):
        pdf.blocks(sample())


def test_too_many_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.reading.documents.pdf_page.MOST_CHARACTERS", 10)
    with pytest.raises(UnreadableFile, match="démesuré"):
        pdf.blocks(sample())


def test_bytes_before_the_header_are_passed_over() -> None:
    assert texts(b"\r\n junk \n" + sample()) == texts(sample())


def test_threads_take_turns() -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(texts, [sample(), framed(3)] * 6))
    assert results[::2] == [results[0]] * 6
    assert results[1::2] == [results[1]] * 6


@given(st.data())
def test_damage_is_an_error_or_a_reading(data: st.DataObject) -> None:
    good = sample()
    bad = bytearray(good)
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(good) - 4))
        bad[place : place + 4] = data.draw(
            st.one_of(st.binary(max_size=6), st.sampled_from([b"9999", b"-1 0", b"<<[("]))
        )
    if data.draw(st.booleans()):
        del bad[data.draw(st.integers(0, len(bad))) : data.draw(st.integers(0, len(bad)))]
    read_or_refused(bytes(bad))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(noise: bytes) -> None:
    read_or_refused(noise)
    read_or_refused(b"%PDF-1.4\n" + noise + b"\n%%EOF")


@given(st.lists(st.binary(max_size=20), max_size=8))
def test_any_page_content_is_read_or_refused(pieces: list[bytes]) -> None:
    read_or_refused(
        raw_pdf(b"BT /F 12 Tf 60 700 Td " + b" Tj (a) Tj 1e9 0 0 -7 0 nan Tm ".join(pieces) + b" (b) Tj ET")
    )


def read_or_refused(data: bytes) -> None:
    try:
        found = pdf.blocks(data)
    except UnreadableFile as error:
        assert error.reason and error.remedy
    else:
        assert all(block.text and block.page for block in found)
