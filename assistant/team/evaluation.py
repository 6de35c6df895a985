"""Golden questions: does the assistant cite what it should, and say so when the corpus does not answer?

An excerpt is found where `is_verbatim` finds it in a quotation: white space, the shape of apostrophes and quotation
marks, and `**` aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer.verify import is_verbatim
from assistant.team.question_files import Golden
from assistant.types import Answer

FIRST = 3  # citations that count as the first ones of an answer

ANSWERED = "répondue, alors que le corpus ne répond pas"
WRONGLY_REFUSED = "refusée, alors que le corpus répond"
ABSENT = "passage attendu absent des trois premiers"
INCOMPLETE = "liste incomplète"
NOT_FIRST = "passage attendu cité, mais pas en premier"
NO_NOTICE = "avis attendu absent"
UNKNOWN = "extrait introuvable dans le corpus"


@dataclass(frozen=True, slots=True)
class Share:
    """`met` of `of` questions."""

    met: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; `None` when the file holds no question of the sort."""
        return self.met / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that some share counts against. `why` is French; `expected` holds the excerpts that were missing,
    `cited` all the quotations of the answer."""

    id: str
    question: str
    why: str
    expected: tuple[str, ...]
    cited: tuple[str, ...]


class AnswerOutcome(Protocol):
    """What the shares count of a question: whether the corpus answers it, and whether the assistant refused, cited one
    of the answers first, within the first three (all of a list), and gave the notice expected (`None`: none was)."""

    @property
    def answerable(self) -> bool: ...
    @property
    def refused(self) -> bool: ...
    @property
    def first(self) -> bool: ...
    @property
    def first_three(self) -> bool: ...
    @property
    def noticed(self) -> bool | None: ...


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the answer to a question is worth (see `AnswerOutcome`). `faults` are French, none when it is right;
    `expected` holds the excerpts that were missing, or that should have come first."""

    answerable: bool
    refused: bool
    first: bool
    first_three: bool
    noticed: bool | None
    faults: tuple[str, ...]
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The shares, each over the questions that it is about:

    - `first`            of the answerable: the first citation holds one of the answers
    - `first_three`      of the answerable: one of the first three citations does; for a list, the citations together
                         hold all the answers
    - `wrongly_refused`  of the answerable: refused (neither `first` nor `first_three` then)
    - `refusals`         of those that the corpus does not answer: refused
    - `notices`          of those that expect a notice: some notice holds it

    `seconds` is the time that the answers took, in all."""

    questions: int
    first: Share
    first_three: Share
    wrongly_refused: Share
    refusals: Share
    notices: Share
    seconds: float
    failures: tuple[Failure, ...]


def score(
    questions: Sequence[Golden],
    ask: Callable[[str], Answer],
    known: Callable[[str], bool] = lambda excerpt: True,
) -> Score:
    """Ask every question and count. `known` says whether an excerpt stands in the corpus at all: when none of those
    expected does, the fault lies with the file, and the failure says so."""
    given = [(golden, ask(golden.question)) for golden in questions]
    assessed = [assess(golden, answer, known) for golden, answer in given]
    return Score(
        questions=len(questions),
        **shares(assessed),
        seconds=sum(answer.seconds for _, answer in given),
        failures=tuple(
            Failure(golden.id, golden.question, "\u00a0; ".join(one.faults), one.expected, tuple(_quotes(answer)))
            for (golden, answer), one in zip(given, assessed, strict=True)
            if one.faults
        ),
    )


def assess(golden: Golden, answer: Answer, known: Callable[[str], bool] = lambda excerpt: True) -> Assessment:
    """What an answer is worth, the question being known; `known` as in `score`."""
    quotes = _quotes(answer)
    faults: list[str] = []
    expected: tuple[str, ...] = ()
    is_first = is_three = False
    if golden.refused:
        faults += [] if answer.refused else [ANSWERED]
    else:
        is_first, missing = _holds(quotes[:1], golden.answers), _missing(golden, quotes)
        is_three = not missing
        expected = missing or (() if is_first else golden.answers)
        faults += _faults(golden, answer, missing, is_first)
        faults += [UNKNOWN] if missing and not _any_known(golden, missing, known) else []
    noticed = bool(golden.notice) and any(_plain(golden.notice) in _plain(notice) for notice in answer.notices)
    if golden.notice and not noticed:
        faults.append(f"{NO_NOTICE} ({golden.notice})")
    return Assessment(
        not golden.refused,
        answer.refused,
        is_first,
        is_three,
        noticed if golden.notice else None,
        tuple(faults),
        expected,
    )


def shares(assessed: Sequence[AnswerOutcome]) -> dict[str, Share]:
    """The shares of a `Score`, by name."""
    answerable = [one for one in assessed if one.answerable]
    hopeless = [one for one in assessed if not one.answerable]
    noticed = [one for one in assessed if one.noticed is not None]
    return {
        "first": Share(sum(one.first for one in answerable), len(answerable)),
        "first_three": Share(sum(one.first_three for one in answerable), len(answerable)),
        "wrongly_refused": Share(sum(one.refused for one in answerable), len(answerable)),
        "refusals": Share(sum(one.refused for one in hopeless), len(hopeless)),
        "notices": Share(sum(bool(one.noticed) for one in noticed), len(noticed)),
    }


def _quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


def _holds(quotes: Iterable[str], excerpts: Sequence[str]) -> bool:
    return any(is_verbatim(excerpt, quote.replace("**", "")) for quote in quotes for excerpt in excerpts)


def _missing(golden: Golden, quotes: Sequence[str]) -> tuple[str, ...]:
    """The excerpts that had to be cited and were not: nothing when the answer is the one expected."""
    if golden.whole:
        return tuple(excerpt for excerpt in golden.answers if not _holds(quotes, [excerpt]))
    return () if _holds(quotes[:FIRST], golden.answers) else golden.answers


def _faults(golden: Golden, answer: Answer, missing: Sequence[str], is_first: bool) -> list[str]:
    if answer.refused:
        return [WRONGLY_REFUSED]
    if missing:
        return [INCOMPLETE if golden.whole else ABSENT]
    return [] if is_first else [NOT_FIRST]


def _any_known(golden: Golden, missing: Sequence[str], known: Callable[[str], bool]) -> bool:
    """Whether the corpus could have answered: for a list it must hold every excerpt."""
    return all(map(known, missing)) if golden.whole else any(map(known, missing))


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())


def percent(share: float) -> str:
    """« 95,2 % »; never rounded up to a whole that was not reached."""
    shown = f"{100 * share:.1f}"
    return f"{'99.9' if shown == '100.0' and share < 1 else shown}\u00a0%".replace(".", ",")


def is_short(value: Score, first_three: float, refusals: float) -> bool:
    """Whether a share is below the least that is asked of it. One that cannot be measured is, unless nothing is."""
    return any(
        least > 0 if share.value is None else share.value < least
        for share, least in ((value.first_three, first_three), (value.refusals, refusals))
    )
