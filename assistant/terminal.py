"""What a person reads in a terminal: progress bars, the report of an indexing, an answer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from assistant.answer.write import unescape
from assistant.types import Answer
from index.errors import one_line

if TYPE_CHECKING:  # with it would come the readers of every format
    from index.build import Report


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
