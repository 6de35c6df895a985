"""The results of the golden questions as a page tells them: the figures, what changed, and every question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from assistant.people.measures import Measurement, QuestionResult
from assistant.team.quality import Change, Comparison, QualityStatus, compare, is_right
from assistant.ui.addresses import QUALITY
from assistant.ui.pages import paging
from assistant.ui.pages.quality import views

Sort = tuple[str, str, Sequence[QuestionResult]]  # a key, a name, and the results that it holds


def page(
    standing: QualityStatus,
    latest: Measurement,
    shelved: Callable[[Sequence[tuple[str, str]]], views.HeldPassages],
    query: Mapping[str, str],
    base: str,
) -> tuple[str, Sequence[str]]:
    """The last results, and the ids of the reserved sources that they name here: none where the questions cannot be
    read, since figures alone say little of what is asked. `query` chooses a list and a page of it."""
    before = standing.before if standing.now is not None else None
    figures = (
        f'<h2>Chiffres</h2><div class="tables">{views.figures(latest, before)}{views.by_kind(latest, before)}</div>'
        f'<p class="note">{views.WHAT_IS_RIGHT}</p>'
    )
    if not standing.questions:
        return figures, ()
    compared = compare(latest, before) if before else None
    sorts = _sorts(latest, compared)
    key, _, kept = next((one for one in sorts if one[0] == query.get("etat", "")), sorts[0])
    listed = sorted(kept, key=lambda one: (is_right(one), not one.fault))  # the wrong first, each in the file's order
    shown, number, pages = paging.cut(listed, paging.number(query.get("p", "")))
    told = views.shown((*shown, *_told(compared)))
    held = shelved(told)
    cited = dict.fromkeys(source for source, _ in told)
    reserved = [one for one in cited if one in held.sources and held.sources[one].visibility == "team"]
    golden = {one.id: one for one in standing.questions}
    then = {one.id: one for one in before.results} if before else {}
    changed = ""
    if compared is not None and before is not None:
        changed = (
            f"<h2>Ce qui a changé depuis l’index précédent, mesuré {views.when(before)}</h2>{_others(compared.others)}"
            f"{views.changes(compared, golden, held, base)}"
        )
    elif standing.now is not None:
        changed = "<p>Pas encore d’index précédent à comparer\u00a0: il y en aura un à la prochaine mise à jour.</p>"
    every = views.questions(shown, golden, then, held, base) if shown else "<p>Aucune question.</p>"
    way = paging.pager(number, pages, lambda one: f"{base}{QUALITY}?etat={key}&p={one}#toutes")
    return (
        f'{figures}{changed}<h2 id="toutes">Toutes les questions</h2>{_lists(sorts, key, base)}{every}{way}',
        reserved,
    )


def _sorts(latest: Measurement, compared: Comparison | None) -> list[Sort]:
    """The lists of questions that there are to choose from."""
    results = latest.results
    sorts: list[Sort] = [("", "Toutes", results), ("a-revoir", "À revoir", [one for one in results if one.fault])]
    if compared is not None:
        moved = {change.now.id for sort in _changes(compared) for change in sort}
        sorts.append(("changees", "Ont changé", [one for one in results if one.id in moved]))
    return sorts


def _changes(compared: Comparison) -> tuple[tuple[Change, ...], ...]:
    return compared.lost, compared.won, compared.otherwise, compared.recited


def _told(compared: Comparison | None) -> list[QuestionResult]:
    """The results that the list of what changed shows."""
    told = [one for sort in _changes(compared) for one in sort[: views.CHANGED_AT_MOST]] if compared else []
    return [result for one in told for result in (one.now, one.before)]


def _others(many: int) -> str:
    """How many questions cannot be compared."""
    if not many:
        return ""
    said = (
        "1 question du fichier ne se compare pas\u00a0: elle a été ajoutée ou récrite depuis."
        if many == 1
        else f"{many} questions du fichier ne se comparent pas\u00a0: elles ont été ajoutées ou récrites depuis."
    )
    return f'<p class="note">{said}</p>'


def _lists(sorts: Sequence[Sort], chosen: str, base: str) -> str:
    """The way between the lists."""
    links = "".join(
        f'<a href="{escape(base + QUALITY)}{f"?etat={key}" if key else ""}#toutes"'
        f"{' aria-current=true' if key == chosen else ''}>{name} ({len(results)})</a>"
        for key, name, results in sorts
    )
    return f'<nav class="views" aria-label="Questions montrées">{links}</nav>'
