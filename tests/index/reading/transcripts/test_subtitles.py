from __future__ import annotations

import pytest

from index.errors import UnreadableFile
from index.reading.transcripts.subtitles import read_transcript
from tests.index.reading.transcripts.builders import INVENTED, spoken, times

SRT = (INVENTED / "jardins.srt").read_text(encoding="utf-8")
VTT = (INVENTED / "jardins.vtt").read_text(encoding="utf-8")


def cues(*texts: str, gap: float = 0.1) -> bytes:
    """Return subtitles with a cue of a second for each text."""
    blocks = []
    for number, text in enumerate(texts):
        start = number * (1 + gap)
        blocks.append(f"{number + 1}\n00:00:{start:06.3f} --> 00:00:{start + 1:06.3f}\n{text}\n".replace(".", ",", 2))
    return "\n".join(blocks).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_an_srt_file_is_read(encoding: str, ends: str) -> None:
    """Read an invented interview; its sixth cue has no blank line before its number."""
    transcript = read_transcript(SRT.replace("\n", ends).encode(encoding))
    assert spoken(transcript) == [
        ("Enquêtrice", "Depuis quand venez-vous aux Jardins du Pont ?"),
        ("Odile", "Depuis dix ans, j'ai commencé avec deux rangs de fèves."),
        ("Odile", "On échangeait déjà les graines le samedi."),
        ("Enquêtrice", "Et maintenant ?"),
        (None, "Nous sommes quarante."),
        (None, "Quarante-deux !"),
    ]
    assert times(transcript)[:3] == [(1.0, 3.5), (4.0, 9.0), (9.5, 12.0)]
    assert [turn.line for turn in transcript.turns][:3] == [2, 7, 16]


def test_a_vtt_file_is_read() -> None:
    transcript = read_transcript(VTT.encode())
    assert spoken(transcript) == [
        ("Enquêtrice", "Qui tient la caisse ?"),
        ("Odile", "Moi, avec le trésorier & parfois sa fille."),
        (None, "Une voix au loin"),
        (None, "que nous n'avons pas reconnue"),
    ]
    assert times(transcript) == [(1.0, 3.5), (4.0, 9.0), (3600.0, 3602.0), (3630.0, 3632.0)]


def test_cues_join_until_a_sentence_ends_a_gap_or_a_minute() -> None:
    assert len(read_transcript(cues("les fèves", "et les courges.", "Le samedi")).turns) == 2
    assert len(read_transcript(cues("les fèves", "les courges", gap=2.5)).turns) == 2
    transcript = read_transcript(cues(*["et encore"] * 53, gap=0.1))
    assert len(transcript.turns) == 1
    long = b"".join(
        b"00:%02d:%02d,000 --> 00:%02d:%02d,900\nencore\n\n" % (*divmod(n, 60), *divmod(n, 60)) for n in range(150)
    )
    assert [(turn.start_s, turn.end_s) for turn in read_transcript(long).turns] == [
        (0.0, 59.9),
        (60.0, 119.9),
        (120.0, 149.9),
    ]


def test_a_prefix_names_a_speaker_only_when_it_recurs() -> None:
    transcript = read_transcript(cues("Résultat : rien.", "Marie : oui.", "Marie : non.", "Bernard : deux choses."))
    assert [turn.speaker for turn in transcript.turns] == [None, "Marie", "Marie", "Bernard"]


def test_reversed_times_and_a_truncated_end_are_read() -> None:
    transcript = read_transcript(b"00:00:05,000 --> 00:00:02,000\nles f\xc3\xa8ves.\n\n2\n00:00:0")
    assert spoken(transcript) == [(None, "les fèves.")] and times(transcript) == [(5.0, None)] and transcript.notes


@pytest.mark.parametrize("data", [b"", b"WEBVTT\n\nNOTE rien", b"bonjour", b"1\n00:00:01,000 --> 00:00:02,000\n\n"])
def test_a_file_without_subtitles_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_transcript(data)


def test_a_character_reference_of_thousands_of_digits_is_kept_as_written() -> None:
    number = f"&#{'9' * 5000};"
    transcript = read_transcript(f"00:01.000 --> 00:02.000\n<v O{number[:60]}>les fèves {number}".encode())
    assert transcript.turns[0].text == f"les fèves {number}"
