from __future__ import annotations

from index.reading.transcripts.eaf import read_transcript
from tests.index.reading.transcripts.builders import INVENTED, spoken, times

DATA = (INVENTED / "jardins.eaf").read_bytes()


def test_tiers_are_speakers_and_turns_are_sorted_by_time() -> None:
    """Read an invented interview: « Les Jardins du Pont » do not exist."""
    transcript = read_transcript(DATA)
    assert spoken(transcript) == [
        ("Enquêtrice", "Vous jardinez depuis longtemps ?"),
        ("Odile", "Depuis l'ouverture des Jardins du Pont."),
        ("Odile", "Et j'y viens encore."),
    ]
    assert times(transcript) == [(0.0, 2.5), (2.4, 7.0), (None, 9.0)], "what hangs on an annotation has its times"


def test_ignored_tiers_are_named_in_a_note() -> None:
    assert read_transcript(DATA).notes == (
        "Pistes ELAN laissées de côté (commentaires, ou dépendantes d'une autre)\u00a0: "
        "«\u00a0Commentaires\u00a0», «\u00a0mots@Odile\u00a0».",
    )


def test_the_speaker_of_a_tier_without_participant_is_its_name() -> None:
    assert read_transcript(DATA.replace(b' PARTICIPANT="Odile"', b"")).turns[1].speaker == "T2"


def test_tiers_that_refer_to_each_other_are_read() -> None:
    transcript = read_transcript(DATA.replace(b'PARENT_REF="T2"', b'PARENT_REF="mots@Odile"'))
    assert len(transcript.turns) == 3
