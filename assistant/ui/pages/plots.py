"""Plots as HTML that needs no script: bars in the rows of a table, and columns over time as an SVG, with the table of
its figures below. Colours are the sheet of style's; every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

STYLE = Path(__file__).with_name("plots.css").read_text(encoding="utf-8")
"""To be added to the style of a page that shows plots."""
_WIDTH, _HEIGHT, _FOOT, _HEAD = 640, 220, 28, 20  # of the columns, in units of their SVG
_NAMED = 8  # columns at most that carry a name, or names would run into each other


def bars(caption: str, rows: Sequence[tuple[str, int]], unit: str) -> str:
    """A table of figures, each with a bar as long as it is large. `unit` is the French plural of what is counted."""
    if not rows:
        return _nothing(caption)
    most = max(1, *(number for _, number in rows))
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="number">{number}</td>'
        f'<td class="bar" aria-hidden="true">{_bar(100 * number / most)}</td></tr>'
        for name, number in rows
    )
    head = f'<thead><tr class="unseen"><td></td><th scope="col">{escape(unit)}</th><td></td></tr></thead>'
    return f'<table class="plot"><caption>{escape(caption)}</caption>{head}<tbody>{lines}</tbody></table>'


def _bar(width: float) -> str:
    return f'<svg viewBox="0 0 100 10" preserveAspectRatio="none"><rect width="{width:.1f}" height="10" rx="1"/></svg>'


def columns(caption: str, points: Sequence[tuple[str, int]], unit: str) -> str:
    """Columns in the order given, as over time, and below them, folded, the table of their figures."""
    if not points:
        return _nothing(caption)
    most = max(1, *(number for _, number in points))
    step = _WIDTH / len(points)
    width = min(step * 0.75, 48)
    every = -(-len(points) // _NAMED)
    drawn = []
    for at, (name, number) in enumerate(points):
        left = at * step + (step - width) / 2
        height = (_HEIGHT - _FOOT - _HEAD) * number / most
        top, middle = _HEIGHT - _FOOT - height, at * step + step / 2
        drawn.append(f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"/>')
        if number and step >= 24:
            drawn.append(f'<text x="{middle:.1f}" y="{top - 5:.1f}">{number}</text>')
        if at % every == 0:
            drawn.append(f'<text x="{middle:.1f}" y="{_HEIGHT - 8}">{escape(name)}</text>')
    ground = f'<line x1="0" x2="{_WIDTH}" y1="{_HEIGHT - _FOOT}" y2="{_HEIGHT - _FOOT}"/>'
    table = bars(caption, points, unit)
    said = escape(caption)
    plot = f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{said}">{ground}{"".join(drawn)}</svg>'
    folded = f"<details><summary>Lire les chiffres</summary>{table}</details>"
    return f'<figure class="plot"><figcaption>{said}</figcaption>{plot}{folded}</figure>'


def _nothing(caption: str) -> str:
    return f'<p class="plot"><strong>{escape(caption)}</strong><br>Rien à compter pour l’instant.</p>'
