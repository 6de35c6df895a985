"""Withdrawn words are recognised, and no others. Everything here is invented."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import WithdrawalsUnreadable
from index.privacy.withdrawals import FILE, Withdrawal, WithdrawalList
from index.types import Passage, Place
from tests.index.builders import passage

WORDS = (
    "graine pluie sentier cabane poule courge semis banc fête voisin dimanche outil eau haie tomate mare four".split()
)
_DRAWN = random.Random(7)


def random_text(length: int = 25) -> str:
    return " ".join(_DRAWN.choices(WORDS, k=length))


def turn(text: str, speaker: str, order: int, *context: str) -> Passage:
    made = passage(text, order=order, kind="turn", context=context)
    return replace(made, place=Place(speaker=speaker))


INTERVIEW = [random_text() for _ in range(12)]


def whole(*more: str) -> WithdrawalList:
    return WithdrawalList((Withdrawal.of("a", [*INTERVIEW, *more], "2026-01-01"),))


def left(withdrawn: WithdrawalList, pieces: Sequence[Passage], name: str = "b") -> list[Passage]:
    return withdrawn.left(name, "Titre", pieces)[1]


def prose(*texts: str) -> list[Passage]:
    return [passage(text, order=number) for number, text in enumerate(texts)]


def test_a_withdrawn_source_is_recognised_under_another_name_and_form() -> None:
    again = prose(*(f"« {text.capitalize()} ! »" for text in INTERVIEW))
    joined = prose("\n".join(INTERVIEW))
    with_short_turns = [*again, passage("Oui.", order=50), passage("Merci à vous", order=51)]
    for form in (again, joined, with_short_turns):
        assert left(whole(), form) == []


def test_another_source_is_left_whole() -> None:
    others = prose(*(random_text() for _ in range(40)))
    assert left(whole(), others) == others
    assert left(WithdrawalList(), others) == others


def test_a_text_that_has_taken_the_name_of_another_is_left_whole() -> None:
    others = prose(*(random_text() for _ in range(40)))
    assert left(whole(), others, "a") == others


def test_a_source_with_a_long_quotation_loses_only_the_quotation() -> None:
    report = [passage(random_text(60), order=n) for n in range(60)]
    quoting = [*report[:30], *(passage(text, order=100 + n) for n, text in enumerate(INTERVIEW)), *report[30:]]
    assert left(whole(), quoting) == report
    short_report = [*report[:4], passage(INTERVIEW[0], order=100)]
    assert left(whole(), short_report) == report[:4]


def test_a_shared_interview_guide_does_not_identify_an_interview() -> None:
    script = [random_text() for _ in range(10)]
    mine, other = [random_text() for _ in range(6)], [random_text() for _ in range(6)]
    made = Withdrawal.of("a", [*script, *mine], "2026-01-01").without([*script, *other])
    interview = prose(*script, *other)
    assert left(WithdrawalList((made,)), interview) == interview
    assert left(WithdrawalList((made,)), prose(*mine)) == []


def test_short_common_words_of_others_are_kept() -> None:
    short = "oui je suis tout à fait d’accord"
    made = WithdrawalList((Withdrawal.of("a", [short], "2026-01-01", "Habitante 9"),))
    group = [
        turn(short, "Habitante 4", 0),
        turn(random_text(), "Habitante 4", 1),
        turn(random_text(), "Habitante 9", 2),
    ]
    assert left(made, group) == group
    assert [piece.place.speaker for piece in left(made, group, "a")] == ["Habitante 4"]


def test_the_short_turns_of_a_person_and_their_words_in_context_are_withdrawn() -> None:
    mine, others = [random_text() for _ in range(5)], [random_text() for _ in range(30)]
    group = [turn(text, "Habitante 2", 2 * n) for n, text in enumerate(mine)]
    group += [turn(text, "Habitant 1", 2 * n + 1) for n, text in enumerate(others)]
    group += [turn("oui", "Habitante 2", 90), turn(random_text(), "Habitant 1", 91, mine[0], "Fête")]
    withdrawn = WithdrawalList((Withdrawal.of("a", mine, "2026-01-01", "Habitante 2"),))
    for name in ("a", "copie"):  # here, and in another file of the same talk
        stays = left(withdrawn, group, name)
        assert {stay.place.speaker for stay in stays} == {"Habitant 1"}
        assert len(stays) == 31
        assert stays[-1].context == ("Fête",)
    elsewhere = [turn(random_text(), "Habitante 2", 0)]
    assert left(withdrawn, elsewhere) == elsewhere


def test_titles_and_headings_with_withdrawn_words_are_removed() -> None:
    texts = [f"{text} encore" for text in INTERVIEW]
    kept = passage(random_text(), order=99)
    kept = replace(kept, place=Place((INTERVIEW[0], "Fête")), context=(INTERVIEW[0], "Fête"))
    report = [*prose(*(random_text(60) for _ in range(60))), *prose(*texts), kept]
    title, stays = whole().left("b", INTERVIEW[1], report)
    assert title == ""
    assert stays[-1].place.heading == stays[-1].context == ("Fête",)


def test_a_withdrawal_keeps_no_word_and_two_of_one_text_have_nothing_in_common(tmp_path: Path) -> None:
    first, second = (Withdrawal.of("a", INTERVIEW, "2026-01-01", "Habitante 2") for _ in range(2))
    assert not first.shingles & second.shingles
    assert not first.marks & second.marks
    WithdrawalList((first, second)).write(tmp_path)
    kept = (tmp_path / FILE).read_text(encoding="utf-8").lower()
    assert not [word for word in (*WORDS, "habitante") if len(word) > 4 and word in kept]


def test_the_list_is_readable_like_its_folder(tmp_path: Path) -> None:
    first, second = whole(), whole("autre chose que nous disons ici")
    tmp_path.chmod(0o750)
    first.write(tmp_path)
    second.write(tmp_path)
    read = WithdrawalList.read(tmp_path, tmp_path / "absent", tmp_path)
    assert set(read.withdrawals) == {*first.withdrawals, *second.withdrawals}
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", '{"id": "a"}', "\x00", "[" * 100_000, '{"id":1,"date":"","key":"","speaker":"","shingles":""}'],
)
def test_an_unreadable_list_stops_the_run(line: str, tmp_path: Path) -> None:
    whole().write(tmp_path)
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(WithdrawalsUnreadable, match="ligne 2"):
        WithdrawalList.read(tmp_path)
    with pytest.raises(WithdrawalsUnreadable):
        whole().write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
