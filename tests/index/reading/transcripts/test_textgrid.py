from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.errors import UnreadableFile
from index.reading.transcripts.textgrid import read_transcript, without_noises
from tests.index.reading.transcripts.builders import INVENTED, spoken, times

SHORT = (INVENTED / "jardins_court.TextGrid").read_text(encoding="utf-8")


def long_format(*texts: str) -> str:
    """Return a TextGrid with one tier, « Odile », and an interval of a second for each text, a second apart."""
    intervals = "".join(
        f"        intervals [{number}]:\n            xmin = {2 * number}\n            xmax = {2 * number + 1}\n"
        f'            text = "{text}" \n'
        for number, text in enumerate(texts, 1)
    )
    return (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 9\ntiers? <exists>\nsize = 1\n'
        'item []:\n    item [1]:\n        class = "IntervalTier"\n        name = "Odile"\n        xmin = 0\n'
        f"        xmax = 9\n        intervals: size = {len(texts)}\n{intervals}"
    )


def test_every_interval_of_the_real_file_is_read(shared: Path) -> None:
    """Compare with a count on the lines of the raw file: an interval is its `xmin`, `xmax`, `text`; without noise
    tags, those with a letter are kept and sorted by start. Adjacent intervals of one tier are one turn, up to 60 s."""
    data = (shared / "data/transcripts/textgrid/Younes_Belkacem_H_59_Mo-v2.TextGrid").read_bytes()
    intervals = []
    for tier in data.decode().split('class = "IntervalTier"')[1:]:
        name = re.findall(r'name = "(.*)"', tier)[0]
        for start, end, text in re.findall(r'xmin = ([\d.]+)\s+xmax = ([\d.]+)\s+text = "(.*)"', tier):
            words = re.sub(r"\[[^\]]*\b(pause|rires?|toux)\b[^\]]*\]", "", text.replace('""', '"'))
            if re.search(r"\w", words):
                intervals.append((float(start), float(end), name, " ".join(words.split())))
    intervals.sort(key=lambda interval: interval[0])
    runs = [[intervals[0]]]
    for interval in intervals[1:]:
        first, last = runs[-1][0], runs[-1][-1]
        if interval[2] == last[2] and interval[0] - last[1] <= 0.05 and interval[1] - first[0] <= 60:
            runs[-1].append(interval)
        else:
            runs.append([interval])
    transcript = read_transcript(data)
    assert [(t.speaker, t.text, t.start_s, t.end_s) for t in transcript.turns] == [
        (run[0][2], " ".join(interval[3] for interval in run), run[0][0], run[-1][1]) for run in runs
    ]
    assert (len(intervals), len(runs)) == (931, 809)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_the_short_format_is_read_in_every_encoding(encoding: str, ends: str) -> None:
    """Read an invented interview: « Les Jardins du Pont » do not exist."""
    transcript = read_transcript(SHORT.replace("\n", ends).encode(encoding))
    assert spoken(transcript) == [
        ("Enquêtrice (ENQ)", "que cultivez-vous !"),
        ("Odile", '« les "fèves" du pont et les courges » le samedi [inaudible]'),
    ]
    assert times(transcript) == [(0.0, 4.0), (4.0, 9.0)]


def test_the_long_format_is_read() -> None:
    transcript = read_transcript(long_format("les fèves", "", "", "a 12 ans !\nou 13").replace("4 ", "4 ").encode())
    assert times(transcript)[0] == (2.0, 3.0) and len(transcript.turns) == 2
    assert spoken(read_transcript(long_format("fèves").replace("item [1]:", "item[1]:").encode())) == [
        ("Odile", "fèves")
    ]


def test_comments_and_units_are_ignored() -> None:
    text = '"ooTextFile" "TextGrid" ! note "x"\n0s 1s <exists> 1 "IntervalTier" "A" 0s 1s 1 ! "y" 5\n0s 1s "oui ! non"'
    assert spoken(read_transcript(text.encode())) == [("A", "oui ! non")]


def test_noises_are_removed_and_tags_in_place_of_words_kept() -> None:
    text = "bon [pause] alors [rire de Marie] les [voix rieuse] fèves [inaudible] [petit rire]"
    assert without_noises(text) == "bon alors les [voix rieuse] fèves [inaudible]"


@pytest.mark.parametrize("cut", [40, 120, 200, len(SHORT) - 90])
def test_a_truncated_file_is_refused(cut: int) -> None:
    with pytest.raises(UnreadableFile, match="tronqué"):
        read_transcript(SHORT[:cut].encode())


@pytest.mark.parametrize("number", ["1.2.3", "1e999", "-1e999", "9" * 5000])
def test_invalid_numbers_are_refused(number: str) -> None:
    """Try numbers of intervals, of tiers, and of a time: an impossible one is damage, or counts as none."""
    good = '"ooTextFile" "TextGrid" 0 9 <exists> 1 "IntervalTier" "A" 0 9 1 0 1 "oui"'
    for place in (" 1 ", " 9 1 ", " 0 1 "):
        with pytest.raises(UnreadableFile, match=r"tronqué|aucun tour"):
            read_transcript(good.replace(place, f" {number} ").encode())


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"ooBinaryFile\x08TextGrid", "binaire"), (SHORT.replace("TextGrid", "PitchTier", 1).encode(), "pas un TextGrid"),
     (b"bonjour", "pas un TextGrid"), (long_format("[pause]").encode(), "aucun tour"),
     (b'"ooTextFile\x00"', "binaires")],
)  # fmt: skip
def test_other_files_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_transcript(data)
