"""Joining of segments that a program cut by time into turns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.reading.transcripts.turns import Turn

_MAX_GAP_S, _MAX_TURN_S, _MAX_TURN_CHARS = 2.0, 60.0, 1200
_SENTENCE_END = re.compile(r"[.!?…][\s\u00a0»”\")\]]*$")


def join_segments(segments: Iterable[Turn], max_gap_s: float = _MAX_GAP_S) -> Iterator[Turn]:
    """Yield turns made of consecutive segments of one speaker (or of none), joined until a sentence ends, more than
    `max_gap_s` seconds pass, or the turn exceeds 60 s or 1,200 characters. Empty segments are left out."""
    run: list[Turn] = []
    size = 0
    for segment in segments:
        if not segment.text.strip():
            continue
        if run and (size > _MAX_TURN_CHARS or not _continues_run(run[0], run[-1], segment, max_gap_s)):
            yield _join_run(run)
            run, size = [], 0
        run.append(segment)
        size += len(segment.text)
    if run:
        yield _join_run(run)


def sort_by_time(segments: Iterable[Turn]) -> list[Turn]:
    """Return the segments of several tiers, each tier in order, sorted by time; a segment without a time stays after
    the one before it."""
    keyed = []
    last = 0.0
    for segment in segments:
        last = segment.start_s if segment.start_s is not None else last
        keyed.append((last, segment))
    return [segment for _, segment in sorted(keyed, key=lambda pair: pair[0])]


def _continues_run(first: Turn, last: Turn, segment: Turn, max_gap_s: float) -> bool:
    """Return whether a segment belongs to the turn that begins with `first` and ends with `last` so far."""
    if segment.speaker != first.speaker or _SENTENCE_END.search(last.text[-10:]):
        return False
    if segment.start_s is None:
        return True
    if last.end_s is not None and segment.start_s - last.end_s > max_gap_s:
        return False
    if last.start_s is not None and segment.start_s < last.start_s:
        return False  # time goes backwards: another part of the recording
    until = segment.end_s if segment.end_s is not None else segment.start_s
    return first.start_s is None or until - first.start_s <= _MAX_TURN_S


def _join_run(run: list[Turn]) -> Turn:
    return Turn(
        run[0].speaker, " ".join(segment.text.strip() for segment in run), run[0].start_s, run[-1].end_s, run[0].line
    )
