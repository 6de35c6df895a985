"""Draw plots as HTML that needs no script (see `macros/plots.html`): bars in the rows of a table, and columns over time
as an SVG above a folded table of the same figures. Colours come from the style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from assistant.ui.pages.templates import macros

STYLE = Path(__file__).with_name("plots.css").read_text(encoding="utf-8")
"""Style sheet to add to that of a page that shows plots."""
_MACROS = macros("macros/plots.html")
_WIDTH, _HEIGHT, _FOOT, _HEAD = 640, 220, 28, 20  # of the columns, in units of their SVG
_LEAST_STEP = 24  # width per column, in the same units, below which numbers would run into each other
_MOST_NAMES = 8  # columns that carry a name, or names would run into each other


@dataclass(frozen=True, slots=True)
class _Column:
    """A column and its labels; lengths are in units of the SVG."""

    name: str
    number: int
    left: float
    middle: float
    top: float
    width: float
    height: float
    shows_number: bool
    shows_name: bool


@dataclass(frozen=True, slots=True)
class _Drawing:
    """An SVG of columns: its size, the height of the line that they rest on, and the columns in order."""

    columns: Sequence[_Column]
    width: int = _WIDTH
    height: int = _HEIGHT
    ground: int = _HEIGHT - _FOOT


def bars(caption: str, rows: Sequence[tuple[str, int]], unit: str) -> Markup:
    """Return a table of figures, each with a bar of proportional length. `unit` is the French plural of the things
    counted."""
    if not rows:
        return _empty(caption)
    most = max(1, *(number for _, number in rows))
    html: Markup = _MACROS.bars(caption, [(name, number, 100 * number / most) for name, number in rows], unit)
    return html


def columns(caption: str, points: Sequence[tuple[str, int]], unit: str) -> Markup:
    """Return columns in the order of `points`, such as dates, above the folded table of their figures."""
    if not points:
        return _empty(caption)
    most = max(1, *(number for _, number in points))
    step = _WIDTH / len(points)
    width = min(step * 0.75, 48)
    names_every = -(-len(points) // _MOST_NAMES)
    drawn = []
    for index, (name, number) in enumerate(points):
        height = (_HEIGHT - _FOOT - _HEAD) * number / most
        drawn.append(
            _Column(
                name,
                number,
                left=index * step + (step - width) / 2,
                middle=index * step + step / 2,
                top=_HEIGHT - _FOOT - height,
                width=width,
                height=height,
                shows_number=bool(number) and step >= _LEAST_STEP,
                shows_name=index % names_every == 0,
            )
        )
    html: Markup = _MACROS.columns(caption, _Drawing(drawn), bars(caption, points, unit))
    return html


def _empty(caption: str) -> Markup:
    html: Markup = _MACROS.empty(caption)
    return html
