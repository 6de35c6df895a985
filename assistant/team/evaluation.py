"""Scores the answers to golden questions: the expected passage is cited, and a question without an answer is refused.

A quotation holds an excerpt when `is_verbatim` finds it: white space, the shape of apostrophes and quotation marks, and
`**` are ignored."""

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
    """A share of questions: `met` out of `of`."""

    met: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; `None` when the file holds no question of this kind."""
        return self.met / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that lowers a share. `why` is French; `expected` holds the missing excerpts, `cited` all the
    quotations of the answer."""

    id: str
    question: str
    why: str
    expected: tuple[str, ...]
    cited: tuple[str, ...]


class AnswerOutcome(Protocol):
    """The outcome of a question, as the shares count it: True when the corpus answers it, when the assistant refused
    it, cited one of the answers first, cited one within the first three (all of them for a list), and gave the expected
    notice (`None`: no notice was expected)."""

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
    """The assessment of an answer (see `AnswerOutcome`). `faults` are French, and empty when the answer is right;
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
    """The shares, each over the questions that it concerns:

    - `first`            of the answerable: the first citation holds one of the answers
    - `first_three`      of the answerable: one of the first three citations does; for a list, the citations together
                         hold all the answers
    - `wrongly_refused`  of the answerable: refused (then neither `first` nor `first_three`)
    - `refusals`         of those that the corpus does not answer: refused
    - `notices`          of those that expect a notice: some notice holds it

    `seconds` is the total time of the answers."""

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
    """Ask every question and compute the shares. `known` returns True when the corpus holds an excerpt: when it holds
    none of those expected, the question file is wrong, and the failure says so."""
    answers = [(golden, ask(golden.question)) for golden in questions]
    assessed = [assess(golden, answer, known) for golden, answer in answers]
    return Score(
        questions=len(questions),
        **shares(assessed),
        seconds=sum(answer.seconds for _, answer in answers),
        failures=tuple(
            Failure(
                golden.id,
                golden.question,
                "\u00a0; ".join(assessment.faults),
                assessment.expected,
                tuple(_quotes(answer)),
            )
            for (golden, answer), assessment in zip(answers, assessed, strict=True)
            if assessment.faults
        ),
    )


def assess(golden: Golden, answer: Answer, known: Callable[[str], bool] = lambda excerpt: True) -> Assessment:
    """Assess the answer to a golden question. `known` is as in `score`."""
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
    """Return the shares of a `Score`, by name."""
    answerable = [outcome for outcome in assessed if outcome.answerable]
    unanswerable = [outcome for outcome in assessed if not outcome.answerable]
    noticed = [outcome for outcome in assessed if outcome.noticed is not None]
    return {
        "first": Share(sum(outcome.first for outcome in answerable), len(answerable)),
        "first_three": Share(sum(outcome.first_three for outcome in answerable), len(answerable)),
        "wrongly_refused": Share(sum(outcome.refused for outcome in answerable), len(answerable)),
        "refusals": Share(sum(outcome.refused for outcome in unanswerable), len(unanswerable)),
        "notices": Share(sum(bool(outcome.noticed) for outcome in noticed), len(noticed)),
    }


def _quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


def _holds(quotes: Iterable[str], excerpts: Sequence[str]) -> bool:
    return any(is_verbatim(excerpt, quote.replace("**", "")) for quote in quotes for excerpt in excerpts)


def _missing(golden: Golden, quotes: Sequence[str]) -> tuple[str, ...]:
    """Return the expected excerpts that were not cited; an empty tuple when the answer is the expected one."""
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
    """Return True when the corpus can answer: for a list, it must hold every excerpt."""
    return all(map(known, missing)) if golden.whole else any(map(known, missing))


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())


def percent(share: float) -> str:
    """Format a share as « 95,2 % »; a share under 1 is never rounded up to 100."""
    shown = f"{100 * share:.1f}"
    return f"{'99.9' if shown == '100.0' and share < 1 else shown}\u00a0%".replace(".", ",")


def is_short(value: Score, first_three: float, refusals: float) -> bool:
    """Return True when a share is below its required minimum. A share that cannot be measured is below any minimum
    above 0."""
    return any(
        least > 0 if share.value is None else share.value < least
        for share, least in ((value.first_three, first_three), (value.refusals, refusals))
    )
