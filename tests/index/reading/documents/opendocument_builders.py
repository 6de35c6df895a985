"""OpenDocument texts, made by odfpy or by hand.

All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import functools
import io

from odf import style, table, text
from odf.opendocument import OpenDocumentText

from tests.index.reading.documents.builders import zipped

TYPE = "application/vnd.oasis.opendocument.text"
ROOT = "urn:oasis:names:tc:opendocument:xmlns:"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{ROOT}{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("manifest", "manifest"), ("svg", "svg-compatible"), ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip


def package(body: str, styles: str = "", shared: str = "", media_type: str = TYPE, **more: str) -> bytes:
    """Return a document with this body, its own styles and shared styles."""
    members = {
        "mimetype": media_type,
        "content.xml": f"<office:document-content {NAMESPACES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
        "styles.xml": f"<office:document-styles {NAMESPACES}><office:styles>{shared}</office:styles>"
        "</office:document-styles>",
        **{name.replace("__", "/").replace("_", "."): content for name, content in more.items()},
    }
    return zipped(members)


def p(inside: str, style_name: str = "") -> str:
    return f'<text:p text:style-name="{style_name}">{inside}</text:p>'


@functools.cache
def sample() -> bytes:
    """Return a document with every construct that odfpy can write."""
    document = OpenDocumentText()
    bold = style.Style(name="T1", family="text")
    bold.addElement(style.TextProperties(fontweight="bold"))
    document.automaticstyles.addElement(bold)
    document.styles.addElement(style.Style(name="Title", family="paragraph"))
    add = document.text.addElement
    add(text.P(stylename="Title", text="Les Jardins du Pont"))
    add(text.H(outlinelevel=2, text="Bilan"))
    paragraph = text.P()
    paragraph.addElement(text.Span(stylename=bold, text="Colette :"))
    paragraph.addText(" on a")
    paragraph.addElement(text.S(c=3))
    paragraph.addText("semé")
    paragraph.addElement(text.Tab())
    paragraph.addText("des fèves.")
    paragraph.addElement(text.LineBreak())
    paragraph.addText("Et des pois.")
    add(paragraph)
    outer, inside = text.List(), text.List()
    item, nested = text.ListItem(), text.ListItem()
    item.addElement(text.P(text="la serre"))
    nested.addElement(text.P(text="les châssis"))
    inside.addElement(nested)
    item.addElement(inside)
    outer.addElement(item)
    add(outer)
    grid = table.Table()
    for row in ("ab", "cd"):
        row_element = table.TableRow()
        for cell in row:
            cell_element = table.TableCell()
            cell_element.addElement(text.P(text=cell))
            row_element.addElement(cell_element)
        grid.addElement(row_element)
    add(grid)
    buffer = io.BytesIO()
    document.write(buffer)
    return buffer.getvalue()
