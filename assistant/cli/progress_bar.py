"""The bars that show in a terminal how far a run is. The one file that meets tqdm."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from tqdm import tqdm

from index.progress import Progress, Step, no_progress

_SOON_S = 0.5  # after which the pace of a step tells something of its end


@contextmanager
def progress_bars(file: TextIO | None = None) -> Iterator[Progress]:
    """Show the steps of a run on standard error, one bar a step, when that is a terminal. Left early, the last bar
    stays where it was, and what is written next begins on a line of its own."""
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
        if not bar.disable:  # closed when all was done
            bar.show(step)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.close()


class _Bar(tqdm):  # type: ignore[type-arg]
    """A bar in French: what is done of what, and how long it may still take."""

    def __init__(self, step: Step, file: TextIO) -> None:
        self.step = step
        super().__init__(
            desc=f"{step.name}\u00a0:", bar_format="{desc} {bar} {told}", file=file, leave=True, dynamic_ncols=True,
            total=_weights(step)[1], miniters=1, mininterval=0.1,
        )  # fmt: skip

    @property
    def is_done(self) -> bool:
        """Whether all of the step was done."""
        return self.step.done >= self.step.total

    def show(self, step: Step) -> None:
        """Move to a step's state."""
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
        return {**known, "told": f"{counts(self.step)}{time}"}


def _weights(step: Step) -> tuple[int, int]:
    """What of a step is done and what there is, in what takes its time."""
    return (step.passages, step.expected) if step.expected else (step.done, step.total)


def _left(done: float, total: float, elapsed: float, pace: float | None) -> float | None:
    """The seconds left, by the pace of late (a second) or since the beginning; `None` when it is too soon to tell."""
    if done <= 0 or elapsed < _SOON_S:
        return None
    return (total - done) / (pace or done / elapsed)


def counts(step: Step) -> str:
    """What is done of a step: « 12 fichiers sur 40 · 340 passages », or a share."""
    if not step.unit:
        return f"{100 * step.done // max(1, step.total)}\u00a0%"
    told = f"{_many(step.done, step.unit)} sur {_number(step.total)}"
    return f"{told} · {_many(step.passages, 'passage')}" if step.expected else told


def duration(seconds: float) -> str:
    """« 0 min 10 s », « 1 h 05 min »."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}\u00a0min {rest:02d}\u00a0s"
    return f"{minutes // 60}\u00a0h {minutes % 60:02d}\u00a0min"


def _many(number: int, word: str) -> str:
    return f"{_number(number)} {word}{'s' if number > 1 else ''}"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")
