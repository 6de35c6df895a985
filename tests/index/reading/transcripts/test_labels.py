from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from index.reading.transcripts.labels import is_one_edit, join_labels, rename_speakers
from index.reading.transcripts.turns import Transcript, Turn


def joined(**counts: int) -> dict[str, str]:
    return join_labels(Counter(counts), {})[0]


def test_a_slip_of_a_role_word_is_corrected_with_a_note_on_how_to_avoid_it() -> None:
    mapping, notes = join_labels(Counter({"Checheur": 24, "Interviewe": 23}), {})
    assert mapping == {"Checheur": "Chercheur", "Interviewe": "Interviewe"}
    assert notes == (
        "[Checheur] (24 tours) est lu comme «\u00a0Chercheur\u00a0»\u00a0; pour l'éviter, écrivez "
        'speakers = { "Checheur" = "Checheur" } dans les métadonnées.',
    )


def test_the_spelling_of_the_file_is_used_for_a_role_it_holds() -> None:
    assert joined(Chercheur=3, Checheur=1)["Checheur"] == "Chercheur"
    assert joined(enqueteur=9, enquteur=1)["enquteur"] == "enqueteur"


def test_the_metadata_that_the_note_suggests_undo_the_join() -> None:
    labels = Counter({'Checheur "A"': 1, "Checheur": 2})
    written = tomllib.loads('speakers = { "Checheur" = "Checheur" }')["speakers"]
    assert join_labels(labels, written) == ({label: label for label in labels}, ())


def test_given_names_win_and_apply_to_joined_labels() -> None:
    labels = Counter({"Chercheur": 9, "Checheur": 1, "chercheur": 2})
    mapping, notes = join_labels(labels, {"Chercheur": "Amélie"})
    assert set(mapping.values()) == {"Amélie"} and "«\u00a0Amélie\u00a0»" in notes[0]


@pytest.mark.parametrize(
    "rare", ["Chercheuse", "Enquêtée", "Enquêtés", "Interviewée", "Interview", "Intervieweur", "Locateur"]
)
def test_another_word_is_no_slip(rare: str) -> None:
    frequent = {"Chercheur": 40, "Enquêté": 40, "Interviewer": 40, "Locuteur": 40}
    mapping, notes = join_labels(Counter({**frequent, rare: 1}), {})
    assert mapping[rare] == rare and notes == ()


@pytest.mark.parametrize(
    ("rare", "frequent"),
    [("E2", "E1"), ("Enquêtée 2", "Enquêtée 1"), ("Maria", "Marie"), ("Louise", "Louis"), ("Karine", "Marine"),
     ("Odil", "Odile"), ("Alice", "Aline")],
)  # fmt: skip
def test_similar_names_stay_apart(rare: str, frequent: str) -> None:
    count = 3 if rare == "Alice" else 1
    assert join_labels(Counter({frequent: 40, rare: count}), {})[0][rare] == rare


@pytest.mark.parametrize("rare", ["Bernrad", "Benard", "Bernnard", "Bermard"])
def test_a_slip_of_a_frequent_name_is_joined(rare: str) -> None:
    assert join_labels(Counter({"Bernard": 8, rare: 2}), {})[0][rare] == "Bernard"
    assert join_labels(Counter({"Bernard": 7, rare: 2}), {})[0][rare] == rare, "not four times as frequent"


def test_the_number_after_a_slip_is_kept() -> None:
    assert joined(**{"Enquétée 1": 5, "Enqutée 2": 3})["Enqutée 2"] == "Enquêtée 2"


def test_accents_and_case_are_one_label_under_the_most_frequent_spelling() -> None:
    mapping, notes = join_labels(Counter({"Interviewe": 5, "INTERVIEWÉ": 1, "Interviewé": 2}), {})
    assert set(mapping.values()) == {"Interviewe"} and notes == ()


@pytest.mark.long
def test_many_labels_are_not_compared() -> None:
    labels = Counter({f"Personne{number:05d}": 1 for number in range(50_000)})
    assert join_labels(labels, {})[0] == {label: label for label in labels}


def test_renaming_keeps_the_interviewers() -> None:
    transcript = Transcript((Turn("Checheur", "Et vous ?"), Turn("Odile", "Moi.")), ("une note",))
    renamed = rename_speakers(transcript, {"Chercheur": "Amélie"})
    assert [turn.speaker for turn in renamed.turns] == ["Amélie", "Odile"]
    assert renamed.interviewers == frozenset({"Amélie"}) and len(renamed.notes) == 2


@pytest.mark.parametrize(("a", "b"), [("abc", "abd"), ("abc", "ab"), ("abc", "acb"), ("", "a"), ("abc", "xabc")])
def test_a_single_edit_is_recognised(a: str, b: str) -> None:
    assert is_one_edit(a, b) and is_one_edit(b, a) and not is_one_edit(a, a) and not is_one_edit(a, b + "zz")
