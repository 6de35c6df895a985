from __future__ import annotations

import json

import pytest

from index.errors import UnreadableFile
from index.reading.transcripts.whisper import read_transcript
from tests.index.reading.transcripts.builders import INVENTED, spoken, times

DATA = (INVENTED / "jardins.json").read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_segments_of_whisperx_are_read(encoding: str) -> None:
    """Read an invented interview: « Les Jardins du Pont » do not exist."""
    transcript = read_transcript(DATA.decode().encode(encoding))
    assert spoken(transcript) == [
        ("SPEAKER_00", "Qui arrose les Jardins du Pont ?"),
        ("SPEAKER_01", "Le samedi, c'est Odile."),
        ("SPEAKER_01", "Le dimanche, personne."),
        ("SPEAKER_01", "Voilà"),
        (None, "tout"),
    ]
    assert times(transcript) == [(0.5, 3.0), (3.5, 5.0), (5.1, 6.0), (9.5, 10.0), (13.0, 14.0)]
    assert "automatique" in transcript.notes[0]


def test_chunks_of_transformers_are_read() -> None:
    chunks = [{"timestamp": [0.0, 1.5], "text": " les fèves"}, {"timestamp": [1.5, None], "text": " et les courges"}]
    transcript = read_transcript(json.dumps({"text": "…", "chunks": chunks}).encode())
    assert spoken(transcript) == [(None, "les fèves et les courges")] and times(transcript) == [(0.0, None)]


def test_invalid_times_are_dropped() -> None:
    odd = '{"start": NaN, "end": 1e999, "text": "a."}, {"start": true, "text": "b."}'
    assert times(read_transcript(f'{{"segments": [{odd}, {{"start": 3, "end": 2, "text": "c"}}]}}'.encode())) == [
        (None, None),
        (None, None),
        (3.0, None),
    ]


@pytest.mark.parametrize(
    "data",
    [DATA[:300], b"{}", b'{"text": "a"}', b"[1]", b'{"segments": [{"text": 3}]}', b'{"segments": {}}', b"[" * 100_000,
     b'{"segments": []}', b'{"segments": [{"text": " "}]}',
     b'{"segments": [{"start": 1' + b"0" * 9000 + b', "text": 1}]}'],
)  # fmt: skip
def test_other_json_files_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_transcript(data)
