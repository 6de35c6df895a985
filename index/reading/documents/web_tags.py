"""Roles of HTML elements: which separate blocks, which are dropped, and which tables hold data."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

DROPPED = frozenset(
    """head script style template noscript nav header footer aside form button select option textarea input label
    datalist iframe object embed audio video canvas svg del dialog rt rp map area""".split()
)
RANKS = {f"h{rank}": rank for rank in range(1, 7)}
LISTS = frozenset(("ul", "ol", "menu", "dir", "dl", "dd"))  # `dd` is one level deeper than its `dt`
ITEMS = frozenset(("li", "dt", "dd"))
SECTIONS = frozenset(("article", "main", "section"))
BLOCKS = frozenset(
    """html body address article aside blockquote caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre search section summary
    table tbody td tfoot th thead tr ul""".split()
)
# Elements closed by their next sibling, or empty ones: when left open, they do not nest.
NEVER_NESTED = frozenset(
    """a nobr p li dd dt option optgroup tr td th tbody thead tfoot colgroup html head body area base br col embed hr
    img input link meta param source track wbr""".split()
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_FURNITURE_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary"))
_LAYOUT_CONTENT = frozenset(("table", *RANKS))


def is_hidden(node: LexborNode) -> bool:
    """Return whether an element is not shown, or is navigation or another part of the site by its role."""
    attributes = node.attributes
    return (
        (node.tag == "div" and attributes.get("title") in ("header", "footer"))  # pages exported by LibreOffice
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or attributes.get("role") in _FURNITURE_ROLES
        or _HIDDEN.search(attributes.get("style") or "") is not None
    )


def is_data_table(table: LexborNode) -> bool:
    """Return whether a table has rows of several cells; a table that holds headings or tables is page layout."""
    cells = widest = 0
    for node in table.traverse():
        if node.tag in _LAYOUT_CONTENT and node.mem_id != table.mem_id:
            return False
        if node.tag == "tr":
            cells = 0
        elif node.tag in ("td", "th"):
            cells += 1
            widest = max(widest, cells)
    return widest > 1 and (table.attributes.get("role") or "") not in ("presentation", "none")
