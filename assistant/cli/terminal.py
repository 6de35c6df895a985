"""The texts printed in a terminal: the report of an index run, the state that an interrupted one left, an answer, a
score, the gaps of a lexicon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import shorten
from typing import TYPE_CHECKING

from assistant.answer.write import senses, terms_to_define, unescape
from assistant.errors import Interrupted
from assistant.types import Answer, Citation
from index.errors import one_line

if TYPE_CHECKING:  # these import the readers of every format
    from assistant.team.evaluation import Score, Share
    from assistant.team.lexicon_review import LexiconReview
    from index.indexing.build import IndexState
    from index.indexing.staging import IndexReport

_SHOWN_QUOTES, _SHOWN_CHARS = 3, 70  # quotations on the line of a failed question, and characters of each
_SHOWN_EXAMPLE = 110  # characters of the sentence that shows a word


def report_lines(report: IndexReport) -> Iterator[str]:
    """Yield the report of an index run."""
    names = {
        "added": ("ajouté", "ajoutés"),
        "changed": ("modifié", "modifiés"),
        "renamed": ("renommé", "renommés"),
        "removed": ("retiré", "retirés"),
        "unchanged": ("inchangé", "inchangés"),
        "failed": ("en échec", "en échec"),
    }
    for key, (singular, plural) in names.items():
        entries: list[dict[str, object]] = getattr(report, key)
        if not entries:
            continue
        yield f"{len(entries)} {singular if len(entries) == 1 else plural}\u00a0:"
        for entry in entries[: 5 if key == "unchanged" else None]:
            detail = f" — {entry['reason']} {entry['remedy']}" if key == "failed" else ""
            detail = f" (auparavant {entry['from']})" if key == "renamed" else detail
            yield f"  {one_line(str(entry['path']))}{detail}"
            notes = entry.get("notes")
            yield from (f"    {note}" for note in notes) if isinstance(notes, list) else ()
        if key == "unchanged" and len(entries) > 5:
            yield "  …"
    yield f"{report.passages} passages dans l'index, en {report.seconds:.1f}\u00a0s.".replace(".", ",", 1)


def interrupted(before: IndexState, after: IndexState) -> Interrupted:
    """Return the error of an index run that was interrupted, which says what was kept, by the states of the data folder
    before and after it."""
    if after.generation != before.generation:
        remedy = "" if after.copied else "Relancez assistant index pour finir la copie rapide de ses vecteurs."
        return Interrupted("Interrompu. Le changement est enregistré\u00a0: l'index répond d'après lui.", remedy)
    answers = "L'index répond comme avant" if before.generation else "Il n'y a pas encore d'index"
    if not after.prepared:
        return Interrupted(
            f"Interrompu. {answers}\u00a0; aucun fichier n'était encore prêt.", "Relancez assistant index."
        )
    many = after.prepared > 1
    ready = f"{after.prepared} fichiers déjà prêts sont gardés" if many else "1 fichier déjà prêt est gardé"
    return Interrupted(f"Interrompu. {answers}\u00a0; {ready}.", "Relancez assistant index pour faire les autres.")


def answer_lines(answer: Answer) -> Iterator[str]:
    """Yield an answer, its citations and the words that it explains."""
    if answer.searched_for != answer.question:
        yield f"Question comprise\u00a0: {answer.searched_for}\n"
    yield unescape(answer.text)
    for notice in answer.notices:
        yield f"\n⚠ {notice}"
    if answer.citations:
        yield "\nPassages cités\u00a0:"
        for where, together in groupby(answer.citations, key=_where):
            group = list(together)
            yield f"  {_numbers([citation.number for citation in group])} {where}"
            if answer.engine == "model":  # its text holds no quotation
                yield from (f"      [{cited.number}] «\u00a0{one_line(cited.quote)}\u00a0»" for cited in group)
    terms = terms_to_define(answer)
    if terms:
        yield "\nMots expliqués\u00a0:"
        for term in terms:
            yield f"  {term.word}\u00a0: {term.definition}"
            yield from (f"    {sense}" for sense in senses(term))


def _where(citation: Citation) -> str:
    place = citation.place.label()
    nature = " — reformulation, non l’original" if citation.source.nature == "reformulation" else ""
    return f"{citation.source.title}{f' — {place}' if place else ''}{nature}"


def _numbers(numbers: Sequence[int]) -> str:
    return f"[{numbers[0]}]" if len(numbers) == 1 else f"[{numbers[0]}] à [{numbers[-1]}]"


def review_lines(value: LexiconReview) -> Iterator[str]:
    """Yield the gaps of a lexicon."""
    yield f"Mots à définir, peut-être\u00a0: {len(value.candidates) or 'aucun'}"
    for candidate in value.candidates:
        count = f"{candidate.passages} passage{'s' * (candidate.passages > 1)}"
        yield f"\n{candidate.word} ({'sigle, ' if candidate.is_acronym else ''}{count})"
        for unit in candidate.examples:
            place = unit.passage.place.label()
            shown = shorten(one_line(unit.text), _SHOWN_EXAMPLE, placeholder="…")
            yield f"  «\u00a0{shown}\u00a0» {unit.passage.source.title}{f' — {place}' if place else ''}"
    for terms, label in ((value.without_source, "Sans source"), (value.unused, "Que le corpus n'emploie pas")):
        if terms:
            yield f"\n{label}\u00a0: {', '.join(term.word for term in terms)}"


def score_lines(value: Score) -> Iterator[str]:
    """Yield the figures of a score, then a line for each question that failed."""
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
    from assistant.team.evaluation import percent

    return "—" if share.value is None else f"{percent(share.value)} ({share.met} sur {share.of})"
