"""One person leaves: all their words are erased, and those of the others stay."""

from __future__ import annotations

import pytest

from index.errors import WithdrawalRefused
from index.privacy.pseudonyms import Pseudonyms
from index.privacy.withdrawals import FILE
from tests.index.disclosure.study import GROUP, Study, assert_nowhere


def test_one_person_of_a_group_leaves_and_the_others_stay(study: Study) -> None:
    receipt = study.withdraw("habitante 2", "transcripts/groupe.txt")
    assert receipt.targets[0].speaker == "Habitante 2"
    assert receipt.others == () and receipt.passages >= 1
    left = study.texts()
    assert not any("abeilles noires" in text and "verger" in text for text in left)
    assert any("réparer la serre" in text for text in left)
    assert any("familles du lotissement" in text for text in left)  # less what stood above it
    assert any("arroser les semis" in text for text in left)  # another source, another person
    assert_nowhere(study.settings.data_dir, "au bout du verger")
    assert study.index() == {"added": [], "changed": [], "failed": []}
    path = study.corpus / "transcripts" / "groupe.txt"
    path.write_text(GROUP + "\nHabitante 2 : Voilà.\n\nHabitant 1 : Bonne journée à toutes.\n", encoding="utf-8")
    assert study.index()["changed"] == ["transcripts/groupe.txt"]
    assert_nowhere(study.settings.data_dir, "au bout du verger", "Voilà.")
    assert any("Bonne journée" in text for text in study.texts())


def test_the_only_interviewee_withdraws_the_whole_interview(study: Study) -> None:
    receipt = study.withdraw("Enquêtée 1")
    assert receipt.targets[0].speaker == ""
    assert receipt.passages >= 2


def test_a_name_of_the_table_is_one_person_everywhere(study: Study) -> None:
    table = Pseudonyms({"Odile Perrachou": "Habitante 2"})
    receipt = study.withdraw("Odile Perrachou", table=table)
    assert len(receipt.targets) == 2
    assert not any("abeilles noires" in text or "arroser les semis" in text for text in study.texts())


@pytest.mark.parametrize(
    ("name", "within", "reason"),
    [
        ("personne", "", "ni une source"),
        ("", "", "ni une source"),
        ("Habitante 2", "", "2 sources"),
        ("Habitante 2", "transcripts/x.txt", "Aucune source"),
        ("Habitante 2", "transcripts/seule.txt", "ni une source"),
    ],
)
def test_an_unknown_or_ambiguous_name_is_refused_and_nothing_changes(
    name: str, within: str, reason: str, study: Study
) -> None:
    before = study.texts()
    with pytest.raises(WithdrawalRefused, match=reason):
        study.withdraw(name, within)
    assert study.texts() == before
    assert not (study.corpus / FILE).exists()


def test_a_person_who_says_little_leaves_no_word(study: Study) -> None:
    talk = GROUP + "\nHabitante 9 : Je suis Zoé.\n\nHabitant 1 : Bonjour Zoé.\n\nHabitante 9 : Deux rangs.\n"
    (study.corpus / "transcripts" / "groupe.txt").write_text(talk, encoding="utf-8")
    study.index()
    assert any("Deux rangs" in text for text in study.texts())
    study.withdraw("Habitante 9")
    assert_nowhere(study.settings.data_dir, "Je suis Zo", "Deux rangs")
    (study.corpus / "transcripts" / "groupe.txt").write_text(f"{talk}\nHabitant 1 : Voilà.\n", encoding="utf-8")
    study.index()
    assert_nowhere(study.settings.data_dir, "Je suis Zo", "Deux rangs")
