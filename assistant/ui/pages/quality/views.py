"""Turn measurements into the values of the templates of « Qualité » (see `macros.html`): figures now and before,
questions that changed, and every question with its state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.formatting import french_date, joined
from assistant.people.measures import Measurement, QuestionResult
from assistant.team.evaluation import Share, percent, shares
from assistant.team.quality import Change, Comparison, Fault, is_right
from assistant.team.question_files import Golden
from assistant.ui import links
from index.types import Passage, Source

MOST_CHANGES = 8
"""Questions shown for each sort of change."""
_STATES = {
    "": "Juste",
    Fault.NOT_FIRST: "Juste, mais pas citée en premier",
    Fault.REFUSED: "Laissée sans réponse, alors que le corpus répond",
    Fault.ANSWERED: "A reçu une réponse, alors que le corpus ne répond pas",
    Fault.ABSENT: "Passage attendu absent des trois premiers",
    Fault.INCOMPLETE: "Liste incomplète",
    Fault.NO_NOTICE: "Avis attendu absent",
}
_UNKNOWN = "L’extrait attendu n’est pas, ou n’est plus, dans le corpus"
_FIGURES = (
    ("first_three", "Bon passage dans les trois premiers, ou liste entière"),
    ("first", "Bon passage cité en premier"),
    ("wrongly_refused", "Laissées sans réponse, alors que le corpus répond"),
    ("refusals", "Laissées sans réponse avec raison"),
    ("notices", "Avis attendus présents"),
)


@dataclass(frozen=True, slots=True)
class HeldPassages:
    """The sources and the passages that results cite and that the corpus still holds, by their ids; a passage by that
    of its source and its own."""

    sources: Mapping[str, Source]
    passages: Mapping[tuple[str, str], Passage]


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of the questions: a percentage, and « 2/3 »."""

    percent: str
    counts: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A share now and before, each `None` where no question counts for it, and the change in points."""

    label: str
    now: Figure | None
    before: Figure | None
    change: str


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of shares; `has_before` adds the columns of the measurement before."""

    caption: str
    row_heading: str
    has_before: bool
    rows: Sequence[FigureRow]


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A citation: the name of its source and place, and its address, empty where the source is not in the corpus any
    more; `is_gone` where the source is, without the passage."""

    name: str
    address: str = ""
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class ResultView:
    """The result of a question: the question and its sort, its state, and its citations. `is_unknown` is true where the
    corpus does not hold the excerpt expected."""

    id: str
    kind: str
    question: str
    state: str
    is_right: bool
    is_unknown: bool
    cited: Sequence[CitedPlace]


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """A question whose result changed."""

    now: ResultView
    before: ResultView


@dataclass(frozen=True, slots=True)
class ChangeList:
    """The questions that changed in the same way: the first ones, and how many there are in all."""

    name: str
    about: str
    total: int
    more: int
    questions: Sequence[ChangedQuestion]


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with its result, the excerpts and the notice expected, and its state before where it was another."""

    result: ResultView
    expected: Sequence[str]
    expected_notice: str
    state_before: str


class ResultViews:
    """A maker of views of results: `golden` are the questions by id, `held` the passages that may be cited, `base` the
    start of the addresses of sources."""

    def __init__(self, golden: Mapping[str, Golden], held: HeldPassages, base: str) -> None:
        self._golden, self._held, self._base = golden, held, base

    def changes(self, comparison: Comparison) -> list[ChangeList]:
        """Return the questions that changed, those that are not right any more first."""
        lists = (
            ("Perdues", "Justes avant, et plus maintenant.", comparison.lost),
            ("Retrouvées", "Justes maintenant, et pas avant.", comparison.won),
            (
                "Changées d’une autre façon",
                "Justes ou fausses comme avant, mais d’une autre façon.",
                comparison.otherwise,
            ),
            ("Autres passages cités", "Même résultat, mais d’autres passages sont cités d’abord.", comparison.recited),
        )
        return [
            ChangeList(name, about, len(changes), max(0, len(changes) - MOST_CHANGES), self._changed(changes))
            for name, about, changes in lists
            if changes
        ]

    def questions(self, results: Sequence[QuestionResult], before: Mapping[str, QuestionResult]) -> list[QuestionView]:
        """Return questions with their state, the excerpts expected and the passages cited. `before` are the results of
        the measurement before, by id."""
        return [self._question(result, before.get(result.id)) for result in results]

    def _changed(self, changes: Sequence[Change]) -> list[ChangedQuestion]:
        shown = changes[:MOST_CHANGES]
        return [ChangedQuestion(self._result(change.now), self._result(change.before)) for change in shown]

    def _question(self, result: QuestionResult, before: QuestionResult | None) -> QuestionView:
        golden = self._golden.get(result.id)
        state_before = ""
        if before is not None and before.digest == result.digest and before.fault != result.fault:
            state_before = f"Avant\u00a0: {_STATES.get(before.fault, '—').lower()}"
        return QuestionView(
            self._result(result), golden.answers if golden else (), golden.notice if golden else "", state_before
        )

    def _result(self, result: QuestionResult) -> ResultView:
        golden = self._golden.get(result.id)
        return ResultView(
            id=result.id,
            kind=_kind(result),
            question=f"«\u00a0{golden.question}\u00a0»" if golden else "Question retirée du fichier",
            state=_UNKNOWN if result.unknown else _STATES.get(result.fault, result.fault),
            is_right=is_right(result),
            is_unknown=result.unknown,
            cited=[self._place(*ids) for ids in result.cited],
        )

    def _place(self, source_id: str, passage_id: str) -> CitedPlace:
        source = self._held.sources.get(source_id)
        passage = self._held.passages.get((source_id, passage_id))
        if source is None:
            return CitedPlace("Une source qui n’est plus dans le corpus")
        if passage is None:
            return CitedPlace(source.title, links.of_source(source.id, self._base), is_gone=True)
        return CitedPlace(joined(source.title, passage.place.label()), links.of_passage(passage, self._base))


def figures(now: Measurement, before: Measurement | None) -> FigureTable:
    """Return the shares over all questions, now and before."""
    shares_now, shares_before = shares(now.results), shares(before.results) if before else {}
    rows = [_row("Questions justes", _right(now.results), _right(before.results) if before else None)]
    rows += [_row(label, shares_now[name], shares_before.get(name)) for name, label in _FIGURES]
    return FigureTable("Sur toutes les questions", "Mesure", before is not None, rows)


def figures_by_kind(now: Measurement, before: Measurement | None) -> FigureTable:
    """Return the shares of questions that are right, by the sort that the file gives them, or else by whether the
    corpus answers them."""
    rows = []
    for kind in dict.fromkeys(map(_kind, now.results)):
        results_before = [result for result in before.results if _kind(result) == kind] if before else []
        share = _right(result for result in now.results if _kind(result) == kind)
        rows.append(_row(kind, share, _right(results_before) if results_before else None))
    return FigureTable("Questions justes, par sorte de question", "Sorte", before is not None, rows)


def cited_ids(results: Iterable[QuestionResult]) -> list[tuple[str, str]]:
    """Return the ids of the sources and passages that these results cite, each pair once."""
    return list(dict.fromkeys(ids for result in results for ids in result.cited))


def day_of(measurement: Measurement) -> str:
    """Return « le 2 mars 2026 »."""
    return f"le {french_date(measurement.day.isoformat())}"


def _kind(result: QuestionResult) -> str:
    return result.kind or ("Le corpus répond" if result.answerable else "Le corpus ne répond pas")


def _right(results: Iterable[QuestionResult]) -> Share:
    answers = [is_right(result) for result in results]
    return Share(sum(answers), len(answers))


def _row(label: str, now: Share, before: Share | None) -> FigureRow:
    change = "—"
    if before is not None and now.value is not None and before.value is not None:
        points = round(100 * (now.value - before.value), 1)
        sign = "+" if points > 0 else "−"
        change = f"{sign}{abs(points):.1f}".replace(".", ",") if points else "="
    return FigureRow(label, _figure(now), _figure(before), change)


def _figure(share: Share | None) -> Figure | None:
    if share is None or share.value is None:
        return None
    return Figure(percent(share.value), f"{share.met}/{share.of}")
