"""What the elements of a web page are for: those that part blocks, those that are left out, and which tables hold
data."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

DROPPED = frozenset(
    """head script style template noscript nav header footer aside form button select option textarea input label
    datalist iframe object embed audio video canvas svg del dialog rt rp map area""".split()
)
RANKS = {f"h{rank}": rank for rank in range(1, 7)}
LISTS = frozenset(("ul", "ol", "menu", "dir", "dl", "dd"))  # `dd` goes one deeper than its `dt`
ITEMS = frozenset(("li", "dt", "dd"))
SECTIONS = frozenset(("article", "main", "section"))
BLOCKS = frozenset(
    """html body address article aside blockquote caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre search section summary
    table tbody td tfoot th thead tr ul""".split()
)
# A new one ends the last one, or they hold nothing: left open, they do not nest.
NEVER_NESTED = frozenset(
    """a nobr p li dd dt option optgroup tr td th tbody thead tfoot colgroup html head body area base br col embed hr
    img input link meta param source track wbr""".split()
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_FURNITURE = frozenset(("navigation", "banner", "contentinfo", "search", "complementary"))
_LAYOUT = frozenset(("table", *RANKS))


def is_hidden(node: LexborNode) -> bool:
    """Whether an element is not shown, or is the furniture of a site by its role."""
    said = node.attributes
    return (
        (node.tag == "div" and said.get("title") in ("header", "footer"))  # pages exported by LibreOffice
        or "hidden" in said
        or said.get("aria-hidden") == "true"
        or said.get("role") in _FURNITURE
        or _HIDDEN.search(said.get("style") or "") is not None
    )


def is_data_table(table: LexborNode) -> bool:
    """Whether a table has rows of several cells; one that holds headings or tables lays out a page."""
    cells = widest = 0
    for node in table.traverse():
        if node.tag in _LAYOUT and node.mem_id != table.mem_id:
            return False
        if node.tag == "tr":
            cells = 0
        elif node.tag in ("td", "th"):
            cells += 1
            widest = max(widest, cells)
    return widest > 1 and (table.attributes.get("role") or "") not in ("presentation", "none")
