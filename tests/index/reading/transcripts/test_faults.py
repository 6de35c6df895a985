"""Damaged and hostile files: the result is `UnreadableFile` with a reason and a remedy, or a transcript, nothing
else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.reading.paragraphs import Paragraph
from index.reading.transcripts import eaf, labelled, subtitles, tei, textgrid, trs, turns, whisper
from index.reading.transcripts.turn_sections import sections_from_turns
from index.reading.transcripts.turns import Transcript, TranscriptReader
from tests.index.reading.transcripts.builders import INVENTED
from tests.index.reading.transcripts.test_tei import tei as tei_file
from tests.index.reading.transcripts.test_trs import trs as trs_file

READERS: dict[str, TranscriptReader] = {
    "trs": trs.read_transcript,
    "tei": tei.read_transcript,
    "eaf": eaf.read_transcript,
    "textgrid": textgrid.read_transcript,
    "subtitles": subtitles.read_transcript,
    "whisper": whisper.read_transcript,
}
XML = ["trs", "tei", "eaf"]
ROOTS = {"trs": "Trans", "tei": "TEI", "eaf": "ANNOTATION_DOCUMENT"}
GOOD = {
    "trs": trs_file('<Turn speaker="spk2" startTime="1" endTime="2"><Sync time="1"/>les fèves</Turn>'),
    "tei": tei_file('<u who="#SPK0" start="#T0" end="#T1">les fèves</u>'),
    "eaf": (INVENTED / "jardins.eaf").read_bytes(),
    "textgrid": (INVENTED / "jardins_court.TextGrid").read_bytes(),
    "subtitles": (INVENTED / "jardins.vtt").read_bytes(),
    "whisper": (INVENTED / "jardins.json").read_bytes(),
}
every_reader = pytest.mark.parametrize("name", sorted(READERS))
every_xml = pytest.mark.parametrize("name", XML)


def read_or_refuse(read: TranscriptReader, data: bytes) -> Transcript | None:
    try:
        transcript = read(data)
    except UnreadableFile as error:
        assert error.reason and error.remedy and "\n" not in str(error)
        return None
    assert transcript.turns and all(turn.text.strip() for turn in transcript.turns)
    assert sections_from_turns(transcript, "s")
    return transcript


@every_reader
def test_the_good_file_is_read(name: str) -> None:
    assert read_or_refuse(READERS[name], GOOD[name]) is not None


@every_reader
@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 50, b"\xff\xfe", b"\xff\xfe\x00", b"PK\x03\x04rien", b"<html><body>a</body></html>", b"null", b"{",
     b"\xef\xbb\xbf", b"\x80\x81 \xfe"],
)  # fmt: skip
def test_a_file_of_another_format_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        READERS[name](data)


@every_reader
def test_nul_bytes_are_refused(name: str) -> None:
    with pytest.raises(UnreadableFile):
        READERS[name](GOOD[name].replace(b"e", b"\x00", 30))


@every_xml
@pytest.mark.parametrize("part", [0.3, 0.6, 0.99])
def test_truncated_xml_is_refused(name: str, part: float) -> None:
    with pytest.raises(UnreadableFile, match="tronqué"):
        READERS[name](GOOD[name][: int(len(GOOD[name]) * part)])


@every_xml
def test_xml_with_another_root_is_refused(name: str) -> None:
    for other in XML:
        if other != name:
            with pytest.raises(UnreadableFile, match="au lieu de"):
                READERS[name](GOOD[other])


@every_xml
def test_entity_bombs_and_external_entities_are_refused(name: str, tmp_path: Path) -> None:
    root = ROOTS[name]
    laughs = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};&a{n - 1};">' for n in range(1, 30))
    secret = tmp_path / "secret.txt"
    secret.write_text("ne pas lire")
    for inside in (
        f'<!ENTITY a0 "ha">{laughs}',
        f'<!ENTITY a29 SYSTEM "{secret.as_uri()}">',
        "<!ENTITY % a29 SYSTEM 'x'>",
    ):
        with pytest.raises(UnreadableFile, match="entités"):
            READERS[name](f"<!DOCTYPE {root} [{inside}]><{root}>&a29;</{root}>".encode())


@every_xml
def test_a_tree_too_deep_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFile, match="imbrique"):
        READERS[name](f"<{ROOTS[name]}>{'<a>' * 200_000}".encode())


@every_xml
def test_an_unknown_encoding_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFile, match="encodage"):
        READERS[name](f'<?xml version="1.0" encoding="klingon"?><{ROOTS[name]}/>'.encode())


COUNT = 20_000


@pytest.mark.long
def test_very_many_turns_of_each_format_are_read() -> None:
    many = range(COUNT)
    files = {
        "trs": trs_file("".join(f'<Turn speaker="spk{n % 2 + 1}" startTime="{n}">a</Turn>' for n in many)),
        "tei": tei_file("".join(f'<u who="#SPK{n % 2}" start="#T0">a</u>' for n in many)),
        "eaf": (
            '<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="t" TIME_VALUE="1"/></TIME_ORDER>'
            '<TIER TIER_ID="A">'
            + '<ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="t"><ANNOTATION_VALUE>a</ANNOTATION_VALUE>'
            "</ALIGNABLE_ANNOTATION></ANNOTATION>" * COUNT + "</TIER></ANNOTATION_DOCUMENT>"
        ).encode(),
        "textgrid": (
            f'"ooTextFile" "TextGrid" 0 {2 * COUNT} <exists> 1 "IntervalTier" "A" 0 {2 * COUNT} {COUNT}\n'
            + "".join(f'{2 * n} {2 * n + 1} "a"\n' for n in many)
        ).encode(),
        "subtitles": b"00:00:01,000 --> 00:00:02,000\na.\n\n" * COUNT,
        "whisper": b'{"segments": [' + b'{"text": "a."},' * (COUNT - 1) + b'{"text": "a."}]}',
    }
    for name, data in files.items():
        assert len(sections_from_turns(READERS[name](data), "s")) == COUNT, name


@pytest.mark.long
def test_very_many_labelled_turns_are_read() -> None:
    found = [Paragraph(f"{'Marie' if n % 2 else 'Odile'} : a", line=n) for n in range(COUNT)]
    transcript = labelled.find_transcript(found, {})
    assert transcript is not None and len(sections_from_turns(transcript, "s")) == COUNT


def test_long_lines_take_linear_time() -> None:
    for text in (
        "A" + " " * 300_000,
        "a\u00a0" * 200_000,
        "[" * 300_000,
        "-" * 300_000,
        "1:" * 200_000,
        "É " * 200_000,
    ):
        assert labelled.find_transcript([Paragraph(text)] * 3, {}) is None
        read_or_refuse(subtitles.read_transcript, f"00:01.000 --> 00:02.000\n<v {text}\n{text}".encode())
        read_or_refuse(textgrid.read_transcript, f'ooTextFile "{text}'.encode())


_pieces = st.sampled_from(
    ["<Trans>", "</Trans>", "<Turn speaker='a b'>", "</Turn>", "<Who nb='2'/>", "<TEI>", "<u who='#a'>", "</u>",
     "</TEI>", '"ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "A" 0 1 1 ', '0 1 "a"', '"', "WEBVTT\n\n",
     "00:01.0 --> 00:02.0\n", "<v Odile>", "Marie : ", "- ", "\n", '{"segments": [', '{"text": "a", "start": -1},',
     "]}", "é", "\x00", "<!ENTITY", "&a;"]
).map(str.encode)  # fmt: skip
_bytes = st.one_of(
    st.binary(max_size=200), st.lists(st.one_of(_pieces, st.binary(max_size=4)), max_size=20).map(b"".join)
)


@every_reader
@settings(max_examples=100, deadline=None)
@given(data=_bytes)
def test_arbitrary_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    read_or_refuse(READERS[name], data)


@every_reader
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(name: str, data: st.DataObject) -> None:
    good = GOOD[name]
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(start + 40, len(good))))
    read_or_refuse(READERS[name], good[:start] + data.draw(st.binary(max_size=8)) + good[end:])


_lines = st.lists(
    st.tuples(
        st.sampled_from(
            ["", "Marie : ", "[Odile] (0:01 - 0:02)", "E1 – ", "E1.", "Enquêtrice:", "(00:12) Marie -", "<A>"]
        ),
        st.text(max_size=20),
        st.integers(0, 12),
        st.integers(0, 1),
        st.none() | st.tuples(st.just(0), st.integers(0, 5), st.integers(0, 3)),
    ),
    max_size=30,
)


@settings(max_examples=200, deadline=None)
@given(lines=_lines, names=st.dictionaries(st.text(max_size=6), st.text(max_size=6), max_size=3))
def test_arbitrary_paragraphs_lose_and_gain_no_words(
    lines: list[tuple[str, str, int, int, tuple[int, int, int] | None]], names: dict[str, str]
) -> None:
    found = [Paragraph(label + text, bold=bold, heading=rank, cell=cell) for label, text, bold, rank, cell in lines]
    transcript = labelled.find_transcript(found, names)
    if transcript is not None:
        words = sorted(char for paragraph in found for char in paragraph.text if char.isalpha())
        assert all(turn.text.strip() for turn in transcript.turns)
        assert set(char for turn in transcript.turns for char in turn.text if char.isalpha()) <= set(words), (
            "nothing is added"
        )


def test_an_unexpected_error_of_a_reader_becomes_unreadable_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> turns.Transcript:
        raise KeyError("x")

    monkeypatch.setattr(trs, "build_transcript", fails)
    with pytest.raises(UnreadableFile, match="KeyError"):
        trs.read_transcript(GOOD["trs"])
