"""Labelled transcripts. The samples mention « Les Jardins du Pont », an association that does not exist."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from index.reading.paragraphs import Paragraph
from index.reading.transcripts.labelled import find_transcript
from index.reading.transcripts.turns import Transcript
from tests.index.reading.transcripts.builders import paragraphs, spoken, table, times, word_paragraphs

QUESTIONS = ("Depuis quand jardinez-vous ?", "Et les graines ?", "Qui tient la caisse ?")
ANSWERS = ("Depuis dix ans, au bord du pont.", "On les échange le samedi.", "C'est Odile, la trésorière.")


def interview(form: str) -> str:
    """Return three questions and answers in a form with the fields `{q}` and `{a}`, below a title."""
    pairs = zip(QUESTIONS, ANSWERS, strict=True)
    return "Entretien aux Jardins du Pont\n" + "\n".join(form.format(q=q, a=a) for q, a in pairs)


def read_text(text: str, **given: str) -> Transcript:
    transcript = find_transcript(paragraphs(text), given)
    assert transcript is not None
    return transcript


@pytest.mark.parametrize(
    ("number", "turns"), [("24.10.03 01", (18, 18)), ("24.10.04 02", (28, 27)), ("25.01.15 04", (24, 23))]
)
def test_every_turn_of_the_real_files_is_read(shared: Path, number: str, turns: tuple[int, int]) -> None:
    """Compare with a count on the paragraphs: one that begins with `[` and holds a `]` opens a turn, and the text up
    to the next is its text; the two times are the numbers around its colons."""
    found = word_paragraphs(shared / f"data/transcripts/docx/Entretien 01 {number}_traitement_A.docx")
    expected: list[tuple[str | None, str, float | None, float | None, int | None]] = []
    for paragraph in found:
        text = re.sub(" +", " ", paragraph.text).strip()
        if text.startswith("["):
            minutes = [int(number) for number in re.findall(r"\d+", text)]
            start, end = minutes[0] * 60 + minutes[1], minutes[2] * 60 + minutes[3]
            name = text[1 : text.index("]")].replace("Checheur", "Chercheur")
            expected.append((name, "", start, end if end >= start else None, paragraph.line))
        elif text:
            speaker, before, *rest = expected.pop() if expected else (None, "", None, None, paragraph.line)
            expected.append((speaker, f"{before}\n{text}".strip(), *rest))  # type: ignore[arg-type]
    transcript = find_transcript(found, {})
    assert transcript is not None
    assert [(t.speaker, t.text, t.start_s, t.end_s, t.line) for t in transcript.turns] == expected
    counts = Counter(turn.speaker for turn in transcript.turns)
    assert (counts["Chercheur"], counts["Interviewe"]) == turns and counts[None] == 1 and len(counts) == 3
    assert transcript.notes[0] == (
        "Tours repérés par «\u00a0[Étiquette] (début - fin)\u00a0», 2 locuteurs (Chercheur, Interviewe)."
    )
    assert ["Checheur" in note for note in transcript.notes[1:]] == ([True] if number.startswith("25") else [])
    assert transcript.interviewers == frozenset({"Chercheur"})


def test_the_slip_of_a_real_file_can_be_kept(shared: Path) -> None:
    found = word_paragraphs(shared / "data/transcripts/docx/Entretien 01 25.01.15 04_traitement_A.docx")
    transcript = find_transcript(found, {"Checheur": "Checheur", "Interviewe": "Artisan 4"})
    assert transcript is not None and {turn.speaker for turn in transcript.turns} == {None, "Checheur", "Artisan 4"}
    assert len(transcript.notes) == 1


@pytest.mark.parametrize(
    ("form", "first", "second"),
    [
        ("[Sociologue] (0:01 - 0:04)\n{q}\n\n[Odile] (0:05- 0:09)\n{a}\n", ("Sociologue", 1, 4), ("Odile", 5, 9)),
        ("[Chercheuse] {q}\n[Odile] : {a}", ("Chercheuse",), ("Odile",)),
        ("Enquêtrice : {q}\nOdile : {a}", ("Enquêtrice",), ("Odile",)),
        ("Enquêtrice: {q}\nOdile:\n{a}", ("Enquêtrice",), ("Odile",)),
        ("Enquêtrice\u00a0: {q}\nOdile\u00a0: {a}", ("Enquêtrice",), ("Odile",)),
        ("  Enquêteur·trice : {q}\n  Enquêté·e : {a}", ("Enquêteur·trice",), ("Enquêté·e",)),
        ("Mme Brun : {q}\nM. Colibri : {a}", ("Mme Brun",), ("M. Colibri",)),
        ("Sonia Brun-Colibri (ENQ) : {q}\n001LOC1 : {a}", ("Sonia Brun-Colibri (ENQ)",), ("001LOC1",)),
        ("SPEAKER_00: {q}\nSPEAKER_01: {a}", ("SPEAKER_00",), ("SPEAKER_01",)),
        ("E1 – {q}\nE2 – {a}", ("E1",), ("E2",)),
        ("E1 - {q}\nE2 - {a}", ("E1",), ("E2",)),
        ("E1- {q}\nE2- {a}", ("E1",), ("E2",)),
        ("E1. {q}\nE2. {a}", ("E1",), ("E2",)),
        ("00:12:30 Marie : {q}\n00:12:40 Odile : {a}", ("Marie", 750), ("Odile", 760)),
        ("[00:12:30] Marie : {q}\n[00:12:40] Odile : {a}", ("Marie", 750), ("Odile", 760)),
        ("#00:12:30-4# Marie : {q}\n#00:12:40-0# Odile : {a}", ("Marie", 750), ("Odile", 760)),
        ("Marie (00:12:30) : {q}\nOdile (00:12:40) : {a}", ("Marie", 750), ("Odile", 760)),
        ("Marie 00:12:30\n{q}\nOdile 00:12:40\n{a}", ("Marie", 750), ("Odile", 760)),
        ("00:12:30 Marie\n{q}\n00:12:40 Odile\n{a}", ("Marie", 750), ("Odile", 760)),
        ("0:01 - 0:04 Marie : {q}\n0:05 → 0:09 Odile : {a}", ("Marie", 1, 4), ("Odile", 5, 9)),
        ("(00:12) Marie - {q}\n(00:14) Odile - {a}", ("Marie", 12), ("Odile", 14)),
        ("1h02 Marie : {q}\n12'30 Odile : {a}", ("Marie", 3720), ("Odile", 750)),
        ("<Marie>{q}\n<Odile> {a}", ("Marie",), ("Odile",)),
        ("Marie\t{q}\nOdile\t{a}", ("Marie",), ("Odile",)),
        ("Enquêteur\n{q}\nEnquêtée\n{a}", ("Enquêteur",), ("Enquêtée",)),
    ],
)  # fmt: skip
def test_each_form_of_labels_is_read(form: str, first: tuple[object, ...], second: tuple[object, ...]) -> None:
    transcript = read_text(interview(form))
    expected: list[tuple[str | None, str]] = [(None, "Entretien aux Jardins du Pont")]
    for question, answer in zip(QUESTIONS, ANSWERS, strict=True):
        expected += [(str(first[0]), question), (str(second[0]), answer)]
    assert spoken(transcript) == expected
    start, end = (*first[1:], None, None)[:2]
    assert times(transcript)[1] == (start, end)
    start, end = (*second[1:], None, None)[:2]
    assert times(transcript)[2] == (start, end)
    assert "2 locuteurs" in transcript.notes[0]


@pytest.mark.parametrize("after", ["", " :", "\u00a0: ", " – "])
def test_labels_in_bold_are_read(after: str) -> None:
    found = [
        Paragraph(f"{name}{after} {text}", bold=len(f"{name}{after}"), line=2 * number + place)
        for number, pair in enumerate(zip(QUESTIONS, ANSWERS, strict=True))
        for place, (name, text) in enumerate(zip(("Marie", "Odile Brun"), pair, strict=True))
    ]
    transcript = find_transcript(found, {})
    assert transcript is not None
    assert spoken(transcript) == [
        (name, text)
        for pair in zip(QUESTIONS, ANSWERS, strict=True)
        for name, text in zip(("Marie", "Odile Brun"), pair, strict=True)
    ]


def test_labels_inside_a_paragraph_are_read() -> None:
    transcript = find_transcript([Paragraph(interview("Marie : {q}\nOdile : {a}"), line=7)], {})
    assert transcript is not None and len(transcript.turns) == 7 and {turn.line for turn in transcript.turns} == {7}


@pytest.mark.parametrize("timed", [True, False])
def test_a_table_is_read_as_turns(timed: bool) -> None:
    rows = [["Temps", "Locuteur", "Texte"]]
    for question, answer in zip(QUESTIONS, ANSWERS, strict=True):
        rows += [["00:01", "Enquêtrice :", question], ["00:02 - 00:09", "Odile", answer], ["", "", "Voilà, voilà."]]
    transcript = find_transcript([Paragraph("Entretien"), *table(rows if timed else [row[1:] for row in rows])], {})
    assert transcript is not None
    expected: list[tuple[str | None, str]] = [(None, "Entretien")]
    for question, answer in zip(QUESTIONS, ANSWERS, strict=True):
        expected += [("Enquêtrice", question), ("Odile", answer), ("Odile", "Voilà, voilà.")]
    assert spoken(transcript) == expected
    assert times(transcript)[1:3] == ([(1.0, None), (2.0, 9.0)] if timed else [(None, None)] * 2)
    assert transcript.notes == ("Tours repérés par un tableau, 2 locuteurs (Enquêtrice, Odile).",)


def test_a_table_of_data_is_no_transcript() -> None:
    rows = [["Site", "Constat"], ["Brumeval", "Vingt membres."], ["Sourcelles", "Neuf."], ["Brumeval", "Des poules."],
            ["Sourcelles", "Des courges."]]  # fmt: skip
    assert find_transcript(table(rows), {}) is None


def test_paragraphs_below_a_label_are_its_turn_and_headings_have_no_speaker() -> None:
    answer = "Odile : Je sème.\n\nDeux choses : les fèves et les courges.\nThème\nEncore."
    found = paragraphs(f"Enquêtrice : Et vous ?\n{answer}\nEnquêtrice : Ah ?\nOdile : Oui.")
    found[4] = Paragraph("Thème", heading=2, line=5)
    transcript = find_transcript(found, {})
    assert transcript is not None
    assert spoken(transcript)[1:4] == [
        ("Odile", "Je sème.\nDeux choses : les fèves et les courges."), (None, "Thème"), ("Odile", "Encore.")
    ]  # fmt: skip


def test_a_header_has_no_speaker() -> None:
    header = "Date : 12 mai\nLieu : cabane\nEnquêteur : Paul\nEnquêtée : Odile, 45 ans\n\n"
    transcript = read_text(header + interview("Enquêteur : {q}\nEnquêtée : {a}"))
    assert transcript.turns[0].speaker is None and "45 ans" in transcript.turns[0].text and len(transcript.turns) == 7


def test_a_speaker_who_speaks_once_is_not_taken_for_another() -> None:
    text = interview("Enquêtrice : {q}\nOdile : {a}")
    transcript = read_text(f"{text}\nBernard : Et moi alors.\nRésultat : on a semé.\nConclusion : oui.")
    assert spoken(transcript)[-1] == ("Bernard", "Et moi alors.\nRésultat : on a semé.\nConclusion : oui.")
    assert read_text(f"{text}\ntrésorière : Oui.", trésorière="X").turns[-1].text.endswith("trésorière : Oui.")


def test_a_given_label_counts_even_once() -> None:
    transcript = read_text(
        interview("Enquêtrice : {q}\nOdile : {a}") + "\nLe Voisin : Bonjour.", **{"Le Voisin": "Voisin 1"}
    )
    assert spoken(transcript)[-1] == ("Voisin 1", "Bonjour.")


def test_noises_are_not_speakers() -> None:
    transcript = read_text(interview("[Chercheuse] (0:01)\n{q}\n[Rires]\n[Odile] (0:05)\n{a}\n[Silence]"))
    assert {turn.speaker for turn in transcript.turns} == {None, "Chercheuse", "Odile"}


def test_times_may_be_missing_or_reversed() -> None:
    transcript = read_text(interview("[Chercheuse] (0:09 - 0:01)\n{q}\n[Odile]\n{a}"))
    assert times(transcript)[1:3] == [(9.0, None), (None, None)] and "avant de commencer" in transcript.notes[1]


def test_answers_are_not_attributed_to_the_interviewer() -> None:
    assert find_transcript(paragraphs(interview("Enquêtrice : {q}\n{a}")), {}) is None
