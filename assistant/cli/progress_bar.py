"""The progress bars of a run in a terminal. The one file that imports tqdm."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from tqdm import tqdm

from index.progress import Progress, Step, no_progress

_SOON_S = 0.5  # after which the pace of a step can predict its end


@contextmanager
def progress_bars(file: TextIO | None = None) -> Iterator[Progress]:
    """Show the steps of a run on the standard error, one bar a step, when that is a terminal. When the run ends early,
    the last bar stays where it was, and the next output begins on a line of its own."""
    out = sys.stderr if file is None else file
    if not out.isatty():
        yield no_progress
        return
    bar: _Bar | None = None

    def progress(step: Step) -> None:
        nonlocal bar
        if bar is None or bar.step.name != step.name:
            if bar is not None:
                bar.close()
            bar = _Bar(step, out)
        if not bar.disable:  # closed when its step was done
            bar.show(step)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.close()


class _Bar(tqdm):  # type: ignore[type-arg]
    """A bar in French: the part of a step that is done, and how long the rest may take."""

    def __init__(self, step: Step, file: TextIO) -> None:
        self.step = step
        super().__init__(
            desc=f"{step.name}\u00a0:", bar_format="{desc} {bar} {summary}", file=file, leave=True, dynamic_ncols=True,
            total=_weights(step)[1], miniters=1, mininterval=0.1,
        )  # fmt: skip

    @property
    def is_done(self) -> bool:
        """Return whether the step is done to its end."""
        return self.step.done >= self.step.total

    def show(self, step: Step) -> None:
        """Show the state of the step."""
        self.step = step
        done, self.total = _weights(step)
        self.update(done - self.n)
        if self.is_done:
            self.close()

    @property
    def format_dict(self) -> dict[str, Any]:
        known = super().format_dict
        if self.is_done:
            time = f" en {duration(known['elapsed'])}"
        else:
            left = _left(known["n"], known["total"], known["elapsed"], known["rate"])
            time = "" if left is None else f" · reste {duration(left)}"
        return {**known, "summary": f"{counts(self.step)}{time}"}


def _weights(step: Step) -> tuple[int, int]:
    """Return how much of a step is done and how much there is, in the unit that takes the time: passages where they are
    counted."""
    return (step.passages, step.expected) if step.expected else (step.done, step.total)


def _left(done: float, total: float, elapsed: float, pace: float | None) -> float | None:
    """Return the seconds left, by the recent `pace` (units a second), or by that since the beginning; `None` when it is
    too soon to predict."""
    if done <= 0 or elapsed < _SOON_S:
        return None
    return (total - done) / (pace or done / elapsed)


def counts(step: Step) -> str:
    """Return the progress of a step in French: « 12 fichiers sur 40 · 340 passages », or a percentage."""
    if not step.unit:
        return f"{100 * step.done // max(1, step.total)}\u00a0%"
    files = f"{_many(step.done, step.unit)} sur {_number(step.total)}"
    return f"{files} · {_many(step.passages, 'passage')}" if step.expected else files


def duration(seconds: float) -> str:
    """Return a duration in French: « 0 min 10 s », « 1 h 05 min »."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}\u00a0min {rest:02d}\u00a0s"
    return f"{minutes // 60}\u00a0h {minutes % 60:02d}\u00a0min"


def _many(number: int, word: str) -> str:
    return f"{_number(number)} {word}{'s' if number > 1 else ''}"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")
