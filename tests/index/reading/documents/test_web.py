"""Web pages. All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.reading.documents import web
from index.reading.outline import Block
from tests.index import strategies
from tests.index.reading.documents.builders import refusal

PAGE = """<!DOCTYPE html><html lang=fr><head><meta charset="utf-8"><title>Accueil</title><style>p{}</style></head><body>
<header><h1>Bandeau</h1></header><nav><ul><li>Menu</li></ul></nav>
<main><article><header><h1>Les Jardins du <em>Pont</em></h1></header>
<p>Les béné<b>voles</b> sè&shy;ment&nbsp;:
   tout.<br>Même &lt;l'hiver&gt; &amp; l&#x27;&eacute;t&eacute;.</p>
<ul><li>semer<ul><li>fèves</li><li><p>pois</p><p>chiches</p></li></ul></li><li>arroser</li></ul>
<dl><dt>Paillage</dt><dd>couche de paille</dd></dl>
<h2>Lieux</h2>
<table><caption>Deux lieux</caption><thead><tr><th>Lieu<th>Lits</thead>
<tr><td>Serre<p>bis</p></td><td>2</td></tr><tr><td></td><td></td></tr></table>
<pre>
un
  deux</pre><blockquote>Cité.</blockquote><figure><img src=x alt=y><figcaption>La serre</figcaption></figure>
<aside>Publicité</aside><form><input value=a><label>Nom</label></form><p hidden>h</p><p style="display : none">n</p>
<p aria-hidden="true">i</p><script>var x = "<p>non</p>";</script><del>effacé</del></article></main>
<footer>Mentions</footer></body></html>"""


def read_page(page: str) -> list[Block]:
    return web.read_blocks(page.encode())


def test_a_page_is_read_into_blocks() -> None:
    assert read_page(PAGE) == [
        Block("heading", "Les Jardins du Pont"),
        Block("prose", "Les bénévoles sèment\u00a0: tout.\nMême <l'hiver> & l'été."),
        Block("item", "semer"),
        Block("item", "fèves", level=2),
        Block("item", "pois\nchiches", level=2),
        Block("item", "arroser"),
        Block("item", "Paillage"),
        Block("item", "couche de paille", level=2),
        Block("heading", "Lieux", level=2),
        Block("prose", "Deux lieux"),
        Block("item", "Lieu | Lits"),
        Block("item", "Serre bis | 2"),
        Block("prose", "un\ndeux"),
        Block("prose", "Cité."),
        Block("prose", "La serre"),
    ]


def test_bare_text_in_divisions_is_split_into_paragraphs() -> None:
    page = "<div>Un<br><br>deux<br>bis<div>trois</div>quatre <span>cinq</span></div>six"
    assert [block.text for block in read_page(page)] == ["Un", "deux\nbis", "trois", "quatre cinq", "six"]


def test_text_without_any_tag_is_read() -> None:
    assert read_page("Les bénévoles sèment.") == [Block("prose", "Les bénévoles sèment.")]


def test_layout_tables_are_not_read_as_rows() -> None:
    page = "<table><tr><td><h2>Bilan</h2><p>On sème.</p><td><table><tr><td>a<td>b</table></table>"
    assert read_page(page) == [Block("heading", "Bilan", level=2), Block("prose", "On sème."), Block("item", "a | b")]


def test_a_page_that_is_one_form_is_read() -> None:
    assert [block.text for block in read_page("<form><p>On sème.</p><select><option>a</select></form>")] == ["On sème."]


def test_inline_tags_never_break_words() -> None:
    assert read_page("<p>jar<i>di</i><span>ni</span><a href=x>er</a><wbr>s<!-- c --> !</p>")[0].text == "jardiniers !"


def test_self_closing_elements_of_xhtml_are_closed() -> None:
    page = '<?xml version="1.0"?><html xmlns="x"><head><script src="a"/><title/></head><body><p>On <b/>sème.</p></body>'
    assert [block.text for block in read_page(page)] == ["On sème."]


def test_entities_of_a_document_type_are_not_expanded() -> None:
    page = '<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>a&e;b</p>'
    assert "root" not in str(read_page(page))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252", "mac_roman"])
def test_common_encodings_are_read(codec: str) -> None:
    declared = codec if codec in ("iso-8859-1", "mac_roman") else "windows-1252"
    meta_tag = (
        "" if codec.startswith("utf") else f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    )
    text = "L'été, les bénévoles sèment à Brumeval."
    assert web.read_blocks(f"<html>{meta_tag}<p>{text}</p>".encode(codec))[0].text == text


def test_valid_utf8_is_read_as_such_despite_another_declared_encoding() -> None:
    assert web.read_blocks('<meta charset="iso-8859-1"><p>été</p>'.encode())[0].text == "été"


def test_an_unknown_or_wrong_encoding_is_guessed() -> None:
    text = "<p>L'été dernier, les bénévoles ont semé des fèves près de la rivière.</p>"
    for charset in ("klingon", "utf-8"):
        assert "bénévoles" in web.read_blocks((f"<meta charset={charset}>" + text).encode("cp1252"))[0].text


def test_a_page_without_text_has_no_blocks() -> None:
    assert read_page("<html><body><img src=x></body></html>") == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.4", "un PDF"),
        (b"\x89PNG\r\n", "une image PNG"),
        (b"MIME-Version: 1.0\n", "archivée"),
        (b"", "vide"),
        (b"<p>a\x00b", "binaires"),
        (b"<div>" * 100_000, "imbrique"),
        (b"<div><x></x>" * 100_000, "imbrique"),
        (b"<p " + b"a=1 " * 50_000 + b">", "imbrique"),
    ],
    ids=["pdf", "png", "mht", "empty", "nul", "deep", "deeper", "attributes"],
)
def test_an_unreadable_page_gives_its_reason(data: bytes, reason: str) -> None:
    assert reason in refusal(web.read_blocks, data).reason


def test_a_page_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_MAX_BYTES", 10)
    with pytest.raises(UnreadableFile, match="démesurée"):
        web.read_blocks(b"<p>Bonjour</p>")


def test_moderately_deep_pages_are_read() -> None:
    assert read_page("<div>" * 500 + "fond" + "</div>" * 500) == [Block("prose", "fond")]
    assert len(read_page("<p>a" * 20_000)) == 20_000


TAGS = """p div li ul ol dl dt dd table tr td th h1 h2 pre br b a span header article form blockquote script !--
?xml""".split()


@given(st.lists(st.tuples(st.sampled_from(TAGS), st.booleans(), strategies.texts), max_size=15))
def test_any_soup_of_tags_is_read(soup: list[tuple[str, bool, str]]) -> None:
    found = read_page("".join(f"<{'/' if closing else ''}{tag}>{text}" for tag, closing, text in soup) or " x")
    assert all(block.text.strip() for block in found)


@given(st.binary(max_size=200), st.integers(0, 1200))
def test_a_damaged_page_is_read_or_refused(noise: bytes, place: int) -> None:
    good = PAGE.encode()
    for data in (noise, good[:place], good[:place] + noise + good[place:]):
        try:
            web.read_blocks(data)
        except UnreadableFile as error:
            assert error.reason and error.remedy
