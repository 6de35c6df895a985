"""Choose the results that « Qualité » shows: figures, questions that changed, and a page of a list of questions (see
`results.html`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.addresses import QUALITY
from assistant.people.measures import Measurement, QuestionResult
from assistant.team.quality import Change, Comparison, QualityStatus, compare, is_right
from assistant.ui.pages import paging
from assistant.ui.pages.quality import views

_ResultList = tuple[str, str, Sequence[QuestionResult]]  # a key, a French name, and the results


@dataclass(frozen=True, slots=True)
class ListLink:
    """A link to a list of questions."""

    address: str
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """The changes since another state of the index, measured on `day`; `incomparable` counts the questions that were
    added or rewritten since."""

    day: str
    incomparable: int
    changes: Sequence[views.ChangeList]


@dataclass(frozen=True, slots=True)
class QuestionList:
    """A page of a list of questions, links to the lists, and the addresses of the pages around."""

    links: Sequence[ListLink]
    questions: Sequence[views.QuestionView]
    page: int
    pages: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ResultsView:
    """The results: tables of figures, and, where the questions can be read, a list of them and what changed since the
    index before. `is_first` is true where the present index has no other to be compared with."""

    tables: Sequence[views.FigureTable]
    comparison: ComparisonView | None = None
    is_first: bool = False
    list: QuestionList | None = None


def view(
    status: QualityStatus,
    latest: Measurement,
    held_passages: Callable[[Sequence[tuple[str, str]]], views.HeldPassages],
    query: Mapping[str, str],
    base: str,
) -> tuple[ResultsView, Sequence[str]]:
    """Return the last results, and the ids of the reserved sources that they name. These are none where the questions
    cannot be read, since the figures alone are then shown. `query` chooses a list and a page of it."""
    before = status.before if status.now is not None else None
    tables = (views.figures(latest, before), views.figures_by_kind(latest, before))
    if not status.questions:
        return ResultsView(tables), ()
    comparison = compare(latest, before) if before else None
    lists = _lists(latest, comparison)
    key, _, results = next((item for item in lists if item[0] == query.get("etat", "")), lists[0])
    # The wrong ones first, each group in the order of the file.
    ordered = sorted(results, key=lambda result: (is_right(result), not result.fault))
    shown, page, pages = paging.cut(ordered, paging.number(query.get("p", "")))
    cited = views.cited_ids((*shown, *_changed_results(comparison)))
    held = held_passages(cited)
    makes = views.ResultViews({golden.id: golden for golden in status.questions}, held, base)
    results_before = {result.id: result for result in before.results} if before else {}

    def address(number: int) -> str:
        return f"{base}{QUALITY}?etat={key}&p={number}#toutes"

    results_view = ResultsView(
        tables,
        comparison=(
            ComparisonView(views.day_of(before), comparison.others, makes.changes(comparison))
            if comparison is not None and before is not None
            else None
        ),
        is_first=comparison is None and status.now is not None,
        list=QuestionList(
            links=[_link(item, key, base) for item in lists],
            questions=makes.questions(shown, results_before),
            page=page,
            pages=pages,
            before=address(page - 1),
            after=address(page + 1),
        ),
    )
    return results_view, _reserved(cited, held)


def _reserved(cited: Sequence[tuple[str, str]], held: views.HeldPassages) -> list[str]:
    """Return the ids of the reserved sources among those cited, each once."""
    sources = dict.fromkeys(source_id for source_id, _ in cited)
    return [name for name in sources if name in held.sources and held.sources[name].visibility == "team"]


def _lists(latest: Measurement, comparison: Comparison | None) -> list[_ResultList]:
    """Return the lists of questions to choose from."""
    results = latest.results
    lists: list[_ResultList] = [
        ("", "Toutes", results),
        ("a-revoir", "À revoir", [result for result in results if result.fault]),
    ]
    if comparison is not None:
        changed = {change.now.id for changes in _changes(comparison) for change in changes}
        lists.append(("changees", "Ont changé", [result for result in results if result.id in changed]))
    return lists


def _changes(comparison: Comparison) -> tuple[tuple[Change, ...], ...]:
    return comparison.lost, comparison.won, comparison.otherwise, comparison.recited


def _changed_results(comparison: Comparison | None) -> list[QuestionResult]:
    """Return the results, now and before, of the changes that are shown."""
    if comparison is None:
        return []
    shown = [change for changes in _changes(comparison) for change in changes[: views.MOST_CHANGES]]
    return [result for change in shown for result in (change.now, change.before)]


def _link(item: _ResultList, chosen: str, base: str) -> ListLink:
    key, name, results = item
    query = f"?etat={key}" if key else ""
    return ListLink(f"{base}{QUALITY}{query}#toutes", f"{name} ({len(results)})", key == chosen)
