"""What a person reads in a terminal: progress bars, the report of an indexing, an answer, a score."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from assistant.answer.write import unescape
from assistant.types import Answer
from index.errors import one_line

if TYPE_CHECKING:  # with it would come the readers of every format
    from assistant.evaluate import Score, Share
    from index.build import Report

_SHOWN_QUOTES, _SHOWN_CHARS = 3, 70  # of those on the line of a failure


def progress_bars() -> Callable[[str, int, int], None]:
    """A bar a step on standard error, when a person watches."""
    from tqdm import tqdm

    bars: dict[str, Any] = {}

    def progress(step: str, done: int, total: int) -> None:
        if step not in bars:
            bars[step] = tqdm(desc=step, total=total, file=sys.stderr, disable=not sys.stderr.isatty(), leave=True)
        bar = bars[step]
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return progress


def report_lines(report: Report) -> Iterator[str]:
    names = {
        "added": ("ajouté", "ajoutés"),
        "changed": ("modifié", "modifiés"),
        "renamed": ("renommé", "renommés"),
        "removed": ("retiré", "retirés"),
        "unchanged": ("inchangé", "inchangés"),
        "failed": ("en échec", "en échec"),
    }
    for key, (one, many) in names.items():
        entries: list[dict[str, object]] = getattr(report, key)
        if not entries:
            continue
        yield f"{len(entries)} {one if len(entries) == 1 else many}\u00a0:"
        for entry in entries[: 5 if key == "unchanged" else None]:
            detail = f" — {entry['reason']} {entry['remedy']}" if key == "failed" else ""
            detail = f" (auparavant {entry['from']})" if key == "renamed" else detail
            yield f"  {one_line(str(entry['path']))}{detail}"
            notes = entry.get("notes")
            yield from (f"    {note}" for note in notes) if isinstance(notes, list) else ()
        if key == "unchanged" and len(entries) > 5:
            yield "  …"
    yield f"{report.passages} passages dans l'index, en {report.seconds:.1f}\u00a0s.".replace(".", ",", 1)


def answer_lines(answer: Answer) -> Iterator[str]:
    if answer.searched_for != answer.question:
        yield f"Recherché\u00a0: {answer.searched_for}\n"
    yield unescape(answer.text)
    for notice in answer.notices:
        yield f"\n⚠ {notice}"
    if answer.citations:
        yield "\nPassages cités\u00a0:"
        for citation in answer.citations:
            place = citation.place.label()
            nature = " — reformulation, non l’original" if citation.source.nature == "reformulation" else ""
            yield f"  [{citation.number}] {citation.source.title}{f' — {place}' if place else ''}{nature}"
    if answer.terms:
        yield "\nMots expliqués\u00a0:"
        for term in answer.terms:
            yield f"  {term.word}\u00a0: {term.definition}"


def score_lines(value: Score) -> Iterator[str]:
    """The score for people: the figures, then a line for each question that failed."""
    rows = [
        ("Questions", str(value.questions)),
        ("Le corpus répond", str(value.first.of)),
        ("  bon passage cité en premier", _share(value.first)),
        ("  bon passage dans les trois premiers, ou liste entière", _share(value.first_three)),
        ("  refusées à tort", _share(value.wrongly_refused)),
        ("Le corpus ne répond pas", str(value.refusals.of)),
        ("  refusées avec raison", _share(value.refusals)),
        ("Avis attendus", str(value.notices.of)),
        ("  présents", _share(value.notices)),
        ("Durée des réponses", f"{value.seconds:.1f}\u00a0s".replace(".", ",")),
    ]
    width = max(len(name) for name, _ in rows)
    yield from (f"{name:<{width}}  {figure}" for name, figure in rows)
    if value.failures:
        yield f"\nQuestions à revoir\u00a0: {len(value.failures)}"
    for failure in value.failures:
        expected = f" — attendu\u00a0: {_quoted(failure.expected)}" if failure.expected else ""
        cited = _quoted(failure.cited) if failure.cited else "rien"
        yield f"  {failure.id} — {one_line(failure.question)} — {failure.why}{expected} — cité\u00a0: {cited}"


def _quoted(texts: Sequence[str]) -> str:
    shown = [
        f"«\u00a0{shorten(one_line(text), _SHOWN_CHARS, placeholder='…')}\u00a0»" for text in texts[:_SHOWN_QUOTES]
    ]
    more = f" et {len(texts) - _SHOWN_QUOTES} de plus" if len(texts) > _SHOWN_QUOTES else ""
    return f"{', '.join(shown)}{more}"


def _share(share: Share) -> str:
    return "—" if share.value is None else f"{percent(share.value)} ({share.met} sur {share.of})"


def percent(share: float) -> str:
    """« 95,2 % »; never rounded up to a whole that was not reached."""
    shown = f"{100 * share:.1f}"
    return f"{'99.9' if shown == '100.0' and share < 1 else shown}\u00a0%".replace(".", ",")
