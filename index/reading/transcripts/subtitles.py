"""Reader of subtitles: SubRip (`.srt`) and WebVTT (`.vtt`).

WebVTT is a W3C standard (w3.org/TR/webvtt1): a header, blocks between blank lines, cues whose first or second line
holds `start --> end`, with voices `<v Name>`. SubRip has no standard; programs write a number, the times with a
comma, the text. In both, typists mark the speaker by « Marie : », or a change of speaker by a dash."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.errors import UnreadableFile
from index.reading.text import decode
from index.reading.transcripts import label_forms, roles
from index.reading.transcripts.segments import join_segments
from index.reading.transcripts.turns import Transcript, Turn, build_transcript, one_line, transcript_reader

_CLOCK = r"(?:\d{1,4}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?"
_TIMING = re.compile(rf"^\s{{0,20}}({_CLOCK})\s{{0,20}}-->\s{{0,20}}({_CLOCK})(?!\S)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,40})?\s{1,5}([^<>]{1,80})>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<\d[\d:.]{0,15}>|\{\\[^{}]{0,40}\}")
_DASH = re.compile(r"^(?:[-–—]|>>)\s{0,5}(?=\S)")
_PREFIX_FORM = "colon"


@dataclass(slots=True)
class _SubtitleCue:
    """A cue as in the file: times in seconds, the line number of its times from 1, its lines of text."""

    start_s: float | None
    end_s: float | None
    line: int
    lines: list[str] = field(default_factory=list)


@transcript_reader("de sous-titres (.srt, .vtt)")
def read_transcript(data: bytes) -> Transcript:
    """Return the turns: consecutive cues of one speaker are one turn until a sentence ends. A voice names the
    speaker of its cue; a prefix « Marie : » that recurs, or is a role, names the speaker until another prefix or a
    dash. Raise `UnreadableFile`."""
    cues = list(_read_cues(decode(data).split("\n")))
    if not cues:
        raise UnreadableFile(
            "Ce fichier ne contient aucun sous-titre minuté (00:00:01,000 --> 00:00:04,000).",
            "Vérifiez qu'il est au format SRT ou WebVTT.",
        )
    return build_transcript(join_segments(_cue_turns(cues, _speaker_prefixes(cues))))


def _read_cues(lines: list[str]) -> Iterator[_SubtitleCue]:
    """Yield the cues in order, without the text between them (header, notes, styles, numbers)."""
    cue: _SubtitleCue | None = None
    for number, line in enumerate(lines, 1):
        timing = _TIMING.match(line)
        if timing is not None:
            if cue is not None:
                if cue.lines and cue.lines[-1].strip().isdecimal():
                    cue.lines.pop()  # the number of the next cue, without a blank line before it
                yield cue
            cue = _SubtitleCue(_clock_seconds(timing[1]), _clock_seconds(timing[2]), number)
        elif cue is not None and line.strip():
            cue.lines.append(line)
        elif cue is not None:
            yield cue
            cue = None
    if cue is not None:
        yield cue


def _speaker_prefixes(cues: list[_SubtitleCue]) -> frozenset[str]:
    """Return the labels at the start of cues, folded: those that recur or are a role, and names that occur once
    beside them."""
    found = [label for cue in cues for line in cue.lines if (label := _find_prefix(_plain_text(line))) is not None]
    counts = Counter(label.key for label in found)
    sure = frozenset(key for key, count in counts.items() if count > 1 or roles.is_role(key))
    if not sure:
        return sure
    lower = label_forms.lowercase_words(line for cue in cues for line in cue.lines)
    return sure | {label.key for label in found if label_forms.may_speak_once(label.name, lower)}


def _find_prefix(text: str) -> label_forms.Label | None:
    return next(
        (label for label in label_forms.candidate_labels(_DASH.sub("", text)) if label.form == _PREFIX_FORM), None
    )


def _cue_turns(cues: list[_SubtitleCue], prefixes: frozenset[str]) -> Iterator[Turn]:
    """Yield a turn for each line of the cues, with its speaker."""
    labelled: str | None = None  # speaker named by a prefix, also for the cues that follow
    for cue in cues:
        voice: str | None = None
        for line in cue.lines:
            for index, part in enumerate(_VOICE.split(line)):
                if index % 2:
                    voice = _unescape(part)
                    continue
                text = _plain_text(part)
                dash = _DASH.match(text)
                label = _find_prefix(text)
                text = text[dash.end() :] if dash else text
                if label is not None and label.key in prefixes:
                    labelled, text = label.name, text[label.rest :]
                elif dash:
                    labelled = None
                yield Turn(voice or labelled, text, cue.start_s, cue.end_s, cue.line)


def _plain_text(text: str) -> str:
    return one_line(_unescape(_TAG.sub("", text)))


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a character of thousands of digits
        return text


def _clock_seconds(clock: str) -> float:
    total = 0.0
    for part in clock.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total
