from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.reading.transcripts.tei import read_transcript
from index.reading.transcripts.turn_sections import guess_interviewers
from tests.index.reading.transcripts.builders import spoken, times

TEI = """\ufeff<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><profileDesc><particDesc>
<person xml:id="SPK0"><persName><forename>Odile</forename> <surname>Brun</surname></persName></person>
<person xml:id="SPK1" n="Enquêtrice"/><person xml:id="SPK2"/></particDesc></profileDesc></teiHeader>
<text><timeline unit="{unit}"><when xml:id="T0" absolute="10:00:00"/><when xml:id="T1" interval="{step}" since="#T0"/>
<when xml:id="T2" interval="{step}" since="#T1"/><when xml:id="T3"/><when xml:id="T4" interval="1" since="#T5"/>
<when xml:id="T5" interval="1" since="#T4"/><when xml:id="T6" absolute="10:00:30.5"/></timeline><body>{body}</body>
</text></TEI>"""


def tei(body: str, unit: str = "s", step: str = "1.5") -> bytes:
    return TEI.format(body=body, unit=unit, step=step).encode()


@pytest.mark.parametrize(
    ("name", "block", "who", "turns"),
    [
        ("Raphael_Lariviere_H_23_7e-v2.xml", "annotatedU", "wh", 1831),
        ("Lea_Samvarian_F_55_2e.xml", "annotationGrp", "wh", 502),
    ],
)
def test_every_turn_of_the_real_files_is_read(shared: Path, name: str, block: str, who: str, turns: int) -> None:
    """Compare with a count on the raw text: each block `<annotatedU …>…</annotatedU>`, without its `<incident>` and
    `<spanGrp>` elements and their content, then without tags; a block where visible characters remain is one turn."""
    data = (shared / "data/transcripts/tei" / name).read_bytes()
    raw = data.decode()
    names = {
        code: re.sub(r'.* name="([^"]*)".*', r"\1", rest) if " name=" in rest else code
        for code, rest in re.findall(r'<person [^>]*?code="(\w+)"([^>]*)>', raw)
    }
    since = {
        code: float(value) for value, code in re.findall(r'interval="\s*([\d.]+)" since="#T0" xml:id="(\w+)"', raw)
    }
    since["T0"] = 0.0
    expected = []
    for end, start, speaker, body in re.findall(
        rf'<{block} end="#(\w+)" start="#(\w+)" {who}="(\w+)"[^>]*>(.*?)</{block}>', raw, re.DOTALL
    ):
        words = re.sub(r"<incident.*?</incident>|<spanGrp>.*?</spanGrp>", "", body, flags=re.DOTALL)
        if text := " ".join(re.sub(r"<[^>]*>", "", words).split()):
            expected.append((names[speaker], text, since[start], since[end]))
    transcript = read_transcript(data)
    assert [
        (turn.speaker, " ".join(turn.text.split()), turn.start_s, turn.end_s) for turn in transcript.turns
    ] == expected
    assert len(expected) == turns
    assert len(guess_interviewers(transcript.turns)) == 1


def test_speech_of_tei_p5_is_read() -> None:
    transcript = read_transcript(tei(
        '<u who="#SPK1" start="#T0" end="#T1">Et <pause/>les <incident><desc>vent</desc></incident>fèves ?</u>'
        '<u who="#SPK0"><anchor synch="#T1"/>Il y en a <gap/><anchor synch="#T2"/></u>'
        '<u who="#SPK0 #SPK2" start="#T3" end="#T6">oui</u><u/>'
    ))  # fmt: skip
    assert spoken(transcript) == [
        ("Enquêtrice", "Et les fèves ?"), ("Odile Brun", "Il y en a [inaudible]"), ("Odile Brun, SPK2", "oui")
    ]  # fmt: skip
    assert times(transcript) == [(0.0, 1.5), (1.5, 3.0), (None, 30.5)]


def test_annotation_blocks_of_iso_24624_are_read() -> None:
    transcript = read_transcript(tei(
        '<annotationBlock who="#SPK0" start="#T1" end="#T2"><u><seg><w>j\'</w><w>ai</w><w>semé</w><pc>,</pc>'
        "<w>oui</w></seg></u><spanGrp type='pos'><span>VER</span></spanGrp></annotationBlock>"
    ))  # fmt: skip
    assert spoken(transcript) == [("Odile Brun", "j'ai semé, oui")] and times(transcript) == [(1.5, 3.0)]


def test_milliseconds_are_converted_and_circular_points_ignored() -> None:
    body = '<u who="#SPK0" start="#T1" end="#T2">a</u><u who="#SPK0" start="#T4" end="#T5">b</u>'
    assert times(read_transcript(tei(body, "ms", "1500"))) == [(1.5, 3.0), (None, None)]


def test_reversed_times_are_noted() -> None:
    transcript = read_transcript(tei('<u who="#SPK0" start="#T2" end="#T1">a</u>'))
    assert times(transcript) == [(3.0, None)] and "avant de commencer" in transcript.notes[0]
