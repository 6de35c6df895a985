"""Reader of JSON from speech recognition.

It reads `segments` with `start`, `end` (seconds) and `text`, as openai-whisper and faster-whisper write them, to
which WhisperX adds `speaker`; or `chunks` with `timestamp: [start, end]`, as the pipeline of transformers writes
them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from index.errors import UnreadableFile
from index.reading.text import decode
from index.reading.transcripts.segments import join_segments
from index.reading.transcripts.turns import (
    Transcript,
    Turn,
    build_transcript,
    one_line,
    parse_seconds,
    transcript_reader,
)

_FORM = "Whisper (.json)"
_NOTE = "Transcription automatique (Whisper)\u00a0: les mots n'ont peut-être pas été relus."


@transcript_reader(_FORM)
def read_transcript(data: bytes) -> Transcript:
    """Return the segments as turns, those of a speaker joined until a sentence ends. Raise `UnreadableFile`."""
    try:
        value = json.loads(decode(data))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile("Ce fichier JSON est tronqué ou mal formé.", "Exportez-le à nouveau.") from error
    entries = next((value[key] for key in ("segments", "chunks") if key in value), None) if _is_object(value) else value
    if not isinstance(entries, list):
        raise UnreadableFile(
            "Ce fichier JSON n'est pas une transcription de Whisper (ni « segments » ni « chunks »).",
            "Exportez-le au format « verbose_json », ou en SRT.",
        )
    return build_transcript(join_segments(_segment_turns(entries)), (_NOTE,))


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _segment_turns(entries: list[object]) -> Iterator[Turn]:
    """Yield a turn for each segment. Raise `UnreadableFile` for one without text."""
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
            raise UnreadableFile(
                "Un segment de ce fichier JSON n'a pas de texte.", "Exportez-le à nouveau depuis Whisper."
            )
        times = entry.get("timestamp")
        start, end = (
            times[:2] if isinstance(times, list) and len(times) >= 2 else (entry.get("start"), entry.get("end"))
        )
        speaker = entry.get("speaker")
        yield Turn(
            speaker if isinstance(speaker, str) else None,
            one_line(entry["text"]),
            parse_seconds(start),
            parse_seconds(end),
        )
