"""What was withdrawn is known again, and nothing else is. Everything here is invented."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import WithdrawalsUnreadable
from index.privacy.withdrawn import FILE, Withdrawal, Withdrawn
from index.types import Passage, Place
from tests.index.making import passage

WORDS = (
    "graine pluie sentier cabane poule courge semis banc fête voisin dimanche outil eau haie tomate mare four".split()
)
_DRAWN = random.Random(7)


def said(length: int = 25) -> str:
    return " ".join(_DRAWN.choices(WORDS, k=length))


def turn(text: str, speaker: str, order: int, *context: str) -> Passage:
    made = passage(text, order=order, kind="turn", context=context)
    return replace(made, place=Place(speaker=speaker))


INTERVIEW = [said() for _ in range(12)]


def whole(*more: str) -> Withdrawn:
    return Withdrawn((Withdrawal.of([*INTERVIEW, *more], "2026-01-01"),))


def texts(left: list[Passage]) -> list[str]:
    return [one.text for one in left]


def test_a_withdrawn_source_is_known_under_another_form() -> None:
    again = [passage(f"« {text.capitalize()} ! »", order=n) for n, text in enumerate(INTERVIEW)]
    joined = [passage("\n".join(INTERVIEW))]
    short = [*again, passage("Oui.", order=50), passage("Merci à vous", order=51)]
    for form in (again, joined, short):
        assert whole().left(form) == []


def test_another_source_is_left_whole() -> None:
    others = [passage(said(), order=n) for n in range(40)]
    assert whole().left(others) == others
    assert Withdrawn().left(others) == others


def test_a_source_that_quotes_a_part_loses_that_part_alone() -> None:
    report = [passage(said(60), order=n) for n in range(60)]
    quoting = [*report[:30], *(passage(text, order=100 + n) for n, text in enumerate(INTERVIEW[:6])), *report[30:]]
    assert whole().left(quoting) == report


def test_one_sentence_quoted_elsewhere_is_not_enough() -> None:
    report = [passage(said(60), order=n) for n in range(60)]
    quoting = [*report, passage(INTERVIEW[0], order=100)]
    assert whole().left(quoting) == quoting


def test_what_one_person_says_goes_with_their_short_words_and_what_stood_above_others() -> None:
    mine, others = [said() for _ in range(5)], [said() for _ in range(5)]
    group = [turn(text, "Habitante 2", 2 * n) for n, text in enumerate(mine)]
    group += [turn(text, "Habitant 1", 2 * n + 1) for n, text in enumerate(others)]
    group += [turn("oui", "Habitante 2", 20), turn(said(), "Habitant 1", 21, mine[0], "Fête")]
    withdrawn = Withdrawn((Withdrawal.of(mine, "2026-01-01", "Habitante 2"),))
    left = withdrawn.left(group)
    assert {one.place.speaker for one in left} == {"Habitant 1"}
    assert len(left) == 6
    assert left[-1].context == ("Fête",)
    elsewhere = [turn(said(), "Habitante 2", 0)]
    assert withdrawn.left(elsewhere) == elsewhere


def test_a_withdrawal_keeps_no_word_and_two_of_one_text_have_nothing_in_common(tmp_path: Path) -> None:
    first, second = (Withdrawal.of(INTERVIEW, "2026-01-01", "Habitante 2") for _ in range(2))
    assert not first.shingles & second.shingles
    Withdrawn((first, second)).write(tmp_path)
    kept = (tmp_path / FILE).read_text(encoding="utf-8").lower()
    assert not [word for word in (*WORDS, "habitante") if len(word) > 4 and word in kept]


def test_they_are_kept_and_read_again_for_their_owner_only(tmp_path: Path) -> None:
    first, second = whole(), whole("autre chose que nous disons ici")
    first.write(tmp_path)
    second.write(tmp_path)
    read = Withdrawn.read(tmp_path, tmp_path / "absent", tmp_path)
    assert set(read.withdrawals) == {*first.withdrawals, *second.withdrawals}
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "line", ["", "{", "[]", '{"id": "a"}', "\x00", '{"id":1,"date":"","key":"","speaker":"","shingles":""}']
)
def test_a_file_that_cannot_be_read_stops_all_rather_than_bring_back(line: str, tmp_path: Path) -> None:
    whole().write(tmp_path)
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(WithdrawalsUnreadable, match="ligne 2"):
        Withdrawn.read(tmp_path)
    with pytest.raises(WithdrawalsUnreadable):
        whole().write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
