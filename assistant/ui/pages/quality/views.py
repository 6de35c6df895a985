"""What the page of quality shows of measures: figures now and before, what changed, and every question with its state.
Every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.formatting import french_date, joined
from assistant.people.measures import Measurement, QuestionResult
from assistant.team.evaluation import Share, percent, shares
from assistant.team.quality import Change, Comparison, Fault, is_right
from assistant.team.question_files import Golden
from assistant.ui import addresses
from index.types import Passage, Source

CHANGED_AT_MOST = 8  # questions of each sort of change
_TOLD = {
    "": "Juste",
    Fault.NOT_FIRST: "Juste, mais pas citée en premier",
    Fault.REFUSED: "Laissée sans réponse, alors que le corpus répond",
    Fault.ANSWERED: "A reçu une réponse, alors que le corpus ne répond pas",
    Fault.ABSENT: "Passage attendu absent des trois premiers",
    Fault.INCOMPLETE: "Liste incomplète",
    Fault.NO_NOTICE: "Avis attendu absent",
}
WHAT_IS_RIGHT = (
    "Une question est juste quand le bon passage est parmi les trois premiers cités (tous, pour une liste), ou quand "
    "elle est refusée avec raison\u00a0; et, s’il est attendu, quand l’avis est là."
)
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
    """The sources and the passages that results name, where they are still in the corpus, by their ids."""

    sources: Mapping[str, Source]
    passages: Mapping[tuple[str, str], Passage]


def figures(now: Measurement, before: Measurement | None) -> str:
    """The shares, now and before, and how they moved."""
    rows = [("Questions justes", _right(now.results), _right(before.results) if before else None)]
    said, earlier = shares(now.results), shares(before.results) if before else {}
    rows += [(label, said[name], earlier.get(name)) for name, label in _FIGURES]
    return _table("Sur toutes les questions", "Mesure", rows, before)


def by_kind(now: Measurement, before: Measurement | None) -> str:
    """The questions that are right, by the sort that the file gives them, or else by what they ask."""
    kinds = dict.fromkeys(map(_kind, now.results))
    rows = [
        (kind, _right(one for one in now.results if _kind(one) == kind), _of_kind(before, kind) if before else None)
        for kind in kinds
    ]
    return _table("Questions justes, par sorte de question", "Sorte", rows, before)


def _kind(result: QuestionResult) -> str:
    return result.kind or ("Le corpus répond" if result.answerable else "Le corpus ne répond pas")


def _of_kind(measured: Measurement, kind: str) -> Share | None:
    held = [one for one in measured.results if _kind(one) == kind]
    return _right(held) if held else None


def _right(results: Iterable[QuestionResult]) -> Share:
    held = list(results)
    return Share(sum(map(is_right, held)), len(held))


def _table(caption: str, of: str, rows: Iterable[tuple[str, Share, Share | None]], before: Measurement | None) -> str:
    head = (
        '<th scope="col" class="number">Avant</th><th scope="col" class="number">Écart, en points</th>'
        if before
        else ""
    )
    lines = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td class="number">{_share(now)}</td>'
        f"{_before(now, earlier) if before else ''}</tr>"
        for label, now, earlier in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table class="figures">'
        f'<caption>{caption}</caption><thead><tr><th scope="col">{of}</th>'
        f'<th scope="col" class="number">Maintenant</th>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def _share(share: Share | None) -> str:
    if share is None or share.value is None:
        return "—"
    return f"{percent(share.value)} <small>{share.met}/{share.of}</small>"


def _before(now: Share, before: Share | None) -> str:
    moved = "—"
    if before is not None and now.value is not None and before.value is not None:
        points = round(100 * (now.value - before.value), 1)
        sign = "+" if points > 0 else "−"
        moved = f"{sign}{abs(points):.1f}".replace(".", ",") if points else "="
    return f'<td class="number">{_share(before)}</td><td class="number">{moved}</td>'


def changes(compared: Comparison, golden: Mapping[str, Golden], shelved: HeldPassages, base: str) -> str:
    """What changed, what was lost first."""
    sorts = (
        ("Perdues", "Justes avant, et plus maintenant.", compared.lost),
        ("Retrouvées", "Justes maintenant, et pas avant.", compared.won),
        ("Changées d’une autre façon", "Justes ou fausses comme avant, mais d’une autre façon.", compared.otherwise),
        ("Autres passages cités", "Même résultat, mais d’autres passages sont cités d’abord.", compared.recited),
    )
    told = []
    for name, what, listed in sorts:
        if listed:
            items = "".join(_change(one, golden, shelved, base) for one in listed[:CHANGED_AT_MOST])
            more = len(listed) - CHANGED_AT_MOST
            rest = f'<p><a href="?etat=changees#toutes">Et {more} de plus</a></p>' if more > 0 else ""
            told.append(
                f'<h3>{name} ({len(listed)})</h3><p class="note">{what}</p><ul class="cards">{items}</ul>{rest}'
            )
    return "".join(told) or "<p>Rien n’a changé\u00a0: chaque question reçoit la même réponse qu’avant.</p>"


def _change(change: Change, golden: Mapping[str, Golden], shelved: HeldPassages, base: str) -> str:
    now, before = change.now, change.before
    return (
        f'<li class="card">{_head(now, golden.get(now.id), "h4")}'
        f'<dl class="then"><div><dt>Maintenant</dt><dd>{_state(now)}{_cited(now, shelved, base)}</dd></div>'
        f"<div><dt>Avant</dt><dd>{_state(before)}{_cited(before, shelved, base)}</dd></div></dl></li>"
    )


def questions(
    results: Sequence[QuestionResult],
    golden: Mapping[str, Golden],
    before: Mapping[str, QuestionResult],
    shelved: HeldPassages,
    base: str,
) -> str:
    """Questions with their state, what was expected and what is cited."""
    items = []
    for one in results:
        asked = golden.get(one.id)
        expected = "".join(f"<blockquote>{escape(text)}</blockquote>" for text in (asked.answers if asked else ()))
        wanted = f"<p><strong>Attendu</strong></p>{expected}" if expected else ""
        if asked and asked.notice:
            wanted += f"<p><strong>Avis attendu</strong>\u00a0: {escape(asked.notice)}</p>"
        cited = _cited(one, shelved, base) or "<p>Rien n’est cité.</p>"
        then = before.get(one.id)
        moved = then is not None and then.digest == one.digest and then.fault != one.fault
        was = f'<p class="note">Avant\u00a0: {_TOLD.get(then.fault, "—").lower()}</p>' if then and moved else ""
        items.append(
            f'<li><div>{_head(one, asked, "h3")}</div><div class="told">{_state(one)}{was}</div>'
            f"<details><summary>Attendu et cité</summary>{wanted}<p><strong>Cité</strong></p>{cited}</details></li>"
        )
    return f'<ul class="cards rows card">{"".join(items)}</ul>'


def _head(result: QuestionResult, golden: Golden | None, tag: str) -> str:
    question = f"«\u00a0{escape(golden.question)}\u00a0»" if golden else "Question retirée du fichier"
    return f'<{tag}>{question}</{tag}><p class="note">{escape(result.id)} · {escape(_kind(result))}</p>'


def _state(result: QuestionResult) -> str:
    sort = "right" if is_right(result) else "fault"
    if result.unknown:
        told, remedy = _UNKNOWN, '<p class="note">Corrigez la question, ou remettez le texte dans le corpus.</p>'
    else:
        told, remedy = _TOLD.get(result.fault, result.fault), ""
    return f'<p class="state {sort}">{told}</p>{remedy}'


def shown(results: Iterable[QuestionResult]) -> list[tuple[str, str]]:
    """The sources and passages that these results name, each once."""
    return list(dict.fromkeys(pair for one in results for pair in one.cited))


def _cited(result: QuestionResult, shelved: HeldPassages, base: str) -> str:
    items = "".join(f"<li>{_place(pair, shelved, base)}</li>" for pair in result.cited)
    return f'<ol class="cited">{items}</ol>' if items else ""


def _place(pair: tuple[str, str], shelved: HeldPassages, base: str) -> str:
    source, passage = shelved.sources.get(pair[0]), shelved.passages.get(pair)
    if source is None:
        return "Une source qui n’est plus dans le corpus"
    if passage is None:
        address = addresses.of_source(source.id, base)
        return f'<a href="{escape(address)}">{escape(source.title)}</a> (un passage qui n’y est plus)'
    where = joined(source.title, passage.place.label())
    return f'<a href="{escape(addresses.of_passage(passage, base))}">{escape(where)}</a>'


def when(measured: Measurement) -> str:
    """« le 2 mars 2026 »."""
    return f"le {french_date(measured.day.isoformat())}"
