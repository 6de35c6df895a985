"""Tests of plots: every figure is in a table, drawings are in proportion, and texts are escaped."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from assistant.ui.pages import plots


def test_bars_are_proportional_to_their_figures() -> None:
    html = LexborHTMLParser(plots.bars("Sources par site", [("Brumeval", 4), ("<b>Ailleurs</b>", 1)], "sources"))
    assert [row.text(strip=True) for row in html.css("tbody th")] == ["Brumeval", "<b>Ailleurs</b>"]
    assert [row.text() for row in html.css("tbody td.number")] == ["4", "1"]
    assert [rect.attributes["width"] for rect in html.css("rect")] == ["100.0", "25.0"]
    assert html.css("b") == []


def test_columns_are_in_order_with_their_figures_below() -> None:
    html = LexborHTMLParser(plots.columns("Par mois", [("mars", 2), ("avril", 0), ("mai", 8)], "réactions"))
    columns = html.css("figure > svg > rect")
    heights = [float(column.attributes["height"] or 0) for column in columns]
    assert heights[1] == 0 and heights[2] == 4 * heights[0] > 0
    lefts = [float(column.attributes["x"] or 0) for column in columns]
    assert lefts == sorted(lefts)
    assert [row.text() for row in html.css("details tbody th")] == ["mars", "avril", "mai"]
    assert [drawing.attributes["aria-label"] for drawing in html.css("figure > svg")] == ["Par mois"]


def test_among_many_columns_a_few_are_named_and_all_lie_within_the_plot() -> None:
    html = plots.columns("Par semaine", [(f"semaine {n}", n) for n in range(104)], "réactions")
    assert len(re.findall(r"<text[^>]*>semaine", html)) <= 8
    assert all(0 <= float(x) <= 640 for x in re.findall(r'<rect x="([\d.]+)"', html))


def test_an_empty_plot_has_a_message() -> None:
    assert "Rien à compter" in plots.bars("Par site", [], "sources")
    assert "Rien à compter" in plots.columns("Par mois", [], "sources")
