"""Reader of Transcriber transcripts (`.trs`).

The format is that of `trans-14.dtd`, distributed with Transcriber 1.5 (trans.sourceforge.net): Trans > Speakers >
Speaker, and Episode > Section > Turn, whose text lies between `Sync` (time, seconds), `Who` (which of the turn's
speakers says the text that follows, from 1), `Event`, `Comment` and `Background`, all empty elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.reading.transcripts import markup
from index.reading.transcripts.turns import (
    Transcript,
    Turn,
    build_transcript,
    one_line,
    parse_seconds,
    transcript_reader,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_FORM = "Transcriber (.trs)"


@transcript_reader(_FORM)
def read_transcript(data: bytes) -> Transcript:
    """Return a turn for each speaker of each `Turn`: two for simultaneous speakers. Noises, comments and topics are
    left out. Raise `UnreadableFile`."""
    root = markup.parse_xml(data, "Trans", _FORM)
    names = {speaker.get("id", ""): speaker.get("name") or speaker.get("id") or "" for speaker in root.iter("Speaker")}
    return build_transcript(turn for element in root.iter("Turn") for turn in _speaker_turns(element, names))


def _speaker_turns(element: Element, names: dict[str, str]) -> Iterator[Turn]:
    """Yield the turns of the speakers of a `Turn` element, then the words of unknown speakers."""
    speakers: list[str | None] = [names.get(code, code) for code in element.get("speaker", "").split()]
    speakers = speakers or [None]
    texts: list[list[str]] = [[] for _ in speakers]
    unattributed: list[str] = []
    current = texts[0]
    current.append(element.text or "")
    for child in element:
        if child.tag == "Who":
            number = child.get("nb", "").strip()
            is_known = number.isdecimal() and len(number) < 9 and 1 <= int(number) <= len(texts)
            current = texts[int(number) - 1] if is_known else unattributed
        current.append(child.tail or "")
    start = parse_seconds(element.get("startTime"))
    if start is None:
        start = next(
            (time for sync in element.iter("Sync") if (time := parse_seconds(sync.get("time"))) is not None), None
        )
    end = parse_seconds(element.get("endTime"))
    for speaker, pieces in [*zip(speakers, texts, strict=True), (None, unattributed)]:
        yield Turn(speaker, one_line(" ".join(pieces)), start, end)
