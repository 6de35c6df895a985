"""Pieces that a program cut by time, put together into turns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.reading.transcripts.turns import Turn

_GAP_S, _LONGEST_S, _LONGEST_CHARS = 2.0, 60.0, 1200
_SENTENCE_END = re.compile(r"[.!?…][\s\u00a0»”\")\]]*$")


def join_segments(pieces: Iterable[Turn], gap_s: float = _GAP_S) -> Iterator[Turn]:
    """The pieces in their order, those of one speaker in a row (or of none) made one turn until a sentence ends, more
    than `gap_s` seconds pass, or the turn has lasted 60 s or 1,200 characters. Empty pieces are left out."""
    run: list[Turn] = []
    size = 0
    for piece in pieces:
        if not piece.text.strip():
            continue
        if run and (size > _LONGEST_CHARS or not _continues_run(run[0], run[-1], piece, gap_s)):
            yield _join_run(run)
            run, size = [], 0
        run.append(piece)
        size += len(piece.text)
    if run:
        yield _join_run(run)


def sort_by_time(pieces: Iterable[Turn]) -> list[Turn]:
    """Pieces of several tiers, each in order, in the order of time; one without a time stays behind the one before."""
    keyed = []
    last = 0.0
    for piece in pieces:
        last = piece.start_s if piece.start_s is not None else last
        keyed.append((last, piece))
    return [piece for _, piece in sorted(keyed, key=lambda pair: pair[0])]


def _continues_run(first: Turn, last: Turn, piece: Turn, gap_s: float) -> bool:
    if piece.speaker != first.speaker or _SENTENCE_END.search(last.text[-10:]):
        return False
    if piece.start_s is None:
        return True
    if last.end_s is not None and piece.start_s - last.end_s > gap_s:
        return False
    if last.start_s is not None and piece.start_s < last.start_s:  # time runs back: another part of the recording
        return False
    until = piece.end_s if piece.end_s is not None else piece.start_s
    return first.start_s is None or until - first.start_s <= _LONGEST_S


def _join_run(run: list[Turn]) -> Turn:
    return Turn(
        run[0].speaker, " ".join(piece.text.strip() for piece in run), run[0].start_s, run[-1].end_s, run[0].line
    )
