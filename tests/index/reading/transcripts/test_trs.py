from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from index.reading.transcripts.trs import read_transcript
from tests.index.reading.transcripts.builders import spoken, times

HEAD = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<!DOCTYPE Trans SYSTEM "trans-14.dtd">\n'


def trs(body: str) -> bytes:
    speakers = '<Speaker id="spk1" name="Enquêtrice"/><Speaker id="spk2" name="Odile"/><Speaker id="spk3" name=""/>'
    return (
        f"{HEAD}<Trans><Topics><Topic id='to1' desc='fèves'/></Topics><Speakers>{speakers}</Speakers><Episode>"
        f"<Section type='report' topic='to1'>{body}</Section></Episode></Trans>"
    ).encode("latin-1")


@pytest.mark.parametrize("name", ["ESLO1_ENT_001_C.trs", "ESLO1_INTPERS_401_C.trs"])
def test_every_turn_of_the_real_files_is_read(shared: Path, name: str) -> None:
    """Compare with a count on the raw text: cut at `<Turn`, without tags; a turn of two speakers is cut at its `<Who
    nb>`s, and each part that holds a visible character is one turn of the speaker of that rank."""
    data = (shared / "data/transcripts/trs" / name).read_bytes()
    raw = data.decode("iso-8859-1")
    names = dict(re.findall(r'<Speaker id="(\w+)" name="(\w+)"', raw))
    expected = []
    for attributes, body in re.findall(r"<Turn ([^>]*)>(.*?)</Turn>", raw, re.DOTALL):
        attributes_found = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        parts = re.split(r"<Who nb=", body)
        for speaker, part in zip(attributes_found.get("speaker", "").split() or [""], parts[1:] or parts, strict=True):
            text = re.sub(r"^\"\d\"/>|<[^>]*>", "", part.strip())
            if text.strip():
                start, end = float(attributes_found["startTime"]), float(attributes_found["endTime"])
                expected.append((names.get(speaker), " ".join(text.split()), start, end))
    found = [(turn.speaker, turn.text, turn.start_s, turn.end_s) for turn in read_transcript(data).turns]
    assert found == expected
    assert len(found) == {"ESLO1_ENT_001_C.trs": 1298, "ESLO1_INTPERS_401_C.trs": 414}[name]
    assert set(Counter(speaker for speaker, *_ in found)) == set(names.values())


def test_overlapping_speakers_have_a_turn_each() -> None:
    transcript = read_transcript(trs(
        '<Turn speaker="spk2 spk1" startTime="3" endTime="4"><Sync time="3"/>\n<Who nb="1"/>\nles fèves\n'
        '<Who nb="2"/>\n<Event desc="rire" type="noise" extent="instantaneous"/>\noui\n</Turn>'
    ))  # fmt: skip
    assert (
        spoken(transcript) == [("Odile", "les fèves"), ("Enquêtrice", "oui")] and times(transcript) == [(3.0, 4.0)] * 2
    )


def test_noises_comments_and_empty_turns_are_left_out() -> None:
    transcript = read_transcript(trs(
        '<Turn startTime="0" endTime="1"><Sync time="0"/>\n</Turn>'
        '<Turn speaker="spk2" startTime="1" endTime="9"><Sync time="1"/>\nles <Event desc="pi" type="pronounce" '
        'extent="previous"/> graines\n<Sync time="5"/>\n<Comment desc="vent"/><Background time="6" type="music"/>'
        "du samedi</Turn>"
    ))  # fmt: skip
    assert spoken(transcript) == [("Odile", "les graines du samedi")]


def test_missing_and_reversed_times_and_unknown_speakers_are_accepted() -> None:
    transcript = read_transcript(trs(
        '<Turn speaker="spk9"><Sync time="2.5"/>a</Turn><Turn speaker="spk3" startTime="5" endTime="4">b</Turn>'
        '<Turn>c</Turn><Turn speaker="spk1 spk2" startTime="6" endTime="7"><Who nb="7"/>d</Turn>'
    ))  # fmt: skip
    assert spoken(transcript) == [("spk9", "a"), ("spk3", "b"), (None, "c"), (None, "d")]
    assert times(transcript) == [(2.5, None), (5.0, None), (None, None), (6.0, 7.0)] and len(transcript.notes) == 1


def test_a_file_saved_in_another_encoding_than_declared_is_read() -> None:
    latin = trs('<Turn speaker="spk1">été</Turn>')
    assert (
        spoken(read_transcript(latin))
        == spoken(read_transcript(latin.decode("latin-1").encode()))
        == [("Enquêtrice", "été")]
    )
    declared = latin.decode("latin-1").replace("ISO-8859-1", "UTF-16").encode("utf-16")
    assert spoken(read_transcript(declared)) == [("Enquêtrice", "été")]
    windows = latin.replace(b"ISO-8859-1", b"windows-1252").replace(b"\xe9t\xe9", b"\x9cuf")
    assert spoken(read_transcript(windows))[0][1] == "œuf"


def test_a_rank_of_many_digits_is_no_speaker() -> None:
    transcript = read_transcript(trs(f'<Turn speaker="spk1 spk2"><Who nb="{"9" * 5000}"/>d</Turn>'))
    assert spoken(transcript) == [(None, "d")]
