"""Writes an answer without a language model: a short lead that claims no more than the quotations under it, and the
quotations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from assistant.answer.compare import SiteEvidence
from assistant.answer.select import Choice
from assistant.answer.verify import badges
from assistant.types import Answer, Citation, Term
from assistant.understand.answer_type import AnswerForm
from assistant.understand.question import Question, QuestionForm
from index.types import Unit

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&])")
_ESCAPED = re.compile(r"\\" + _MARKUP.pattern)
REFUSAL = "Je n’ai rien trouvé dans le corpus qui réponde à cette question."
OTHERWISE = "Mais ceci va dans un autre sens\u00a0:"
NOTHING = "Rien dans le corpus sur ce sujet."
EMPTY = "Écrivez une question : par exemple, qui fait quoi, où, quand ou pourquoi."


def cite(units: Sequence[Unit]) -> tuple[Citation, ...]:
    """Number the units, and verify each quotation against its passage again; a failed quotation is left out."""
    verified = [(unit, found) for unit in units if (found := badges(unit.text, unit.passage.text))]
    return tuple(Citation(number, unit.text, unit, found) for number, (unit, found) in enumerate(verified, 1))


def blocks(
    question: Question, citations: Sequence[Citation], choice: Choice, defined: Sequence[Term], breadth: str = ""
) -> Iterator[str]:
    """Yield the answer in Markdown, block by block: the definition of the lexicon when the question asks for one, a
    lead, then the quotations grouped by heading in the given order, and the count of sources on the topic."""
    if question.form is QuestionForm.DEFINITION and defined:
        yield "Le lexique de l’étude l’explique ainsi\u00a0:\n\n"
        for term in defined:
            yield f"- **{escape(term.word)}**\u00a0: {escape(term.definition)}\n"
            yield from (f"  - {escape(line)}\n" for line in (*senses(term), *basis(term)))
        if citations:
            yield "\nLe corpus emploie ce mot ici\u00a0:\n"
    elif citations:
        yield _lead(question, citations, choice)
    same_way = [citation for citation in citations if citation.unit not in choice.against]
    yield from _grouped(same_way)
    if len(same_way) < len(citations):
        yield f"\n{OTHERWISE}\n"
        yield from _grouped([citation for citation in citations if citation.unit in choice.against])
    if citations and breadth:
        yield f"\n{breadth}\n"


def _grouped(citations: Sequence[Citation]) -> Iterator[str]:
    """Yield the quotations under their headers, with nested list items indented."""
    quoted_here = {citation.quote for citation in citations}
    for header, group in groupby(citations, key=lambda citation: _quotation_header(citation, quoted_here)):
        yield f"\n{header}\n\n"
        together = list(group)
        outermost = min(len(citation.passage.context) for citation in together)
        for citation in together:
            indent = "  " * (len(citation.passage.context) - outermost) if citation.passage.kind == "item" else ""
            yield f"{indent}{quoted(citation)}"


def _quotation_header(citation: Citation, quoted_here: Collection[str]) -> str:
    """Return the header of a quotation: its heading, with the lines that introduce a list item when they are not quoted
    beside it; for a speech turn, the speaker, the place and the date, and the question that it answers."""
    passage = citation.passage
    shown_above = (citation.source.title, *passage.place.heading, *quoted_here)
    intro_lines = [line for line in passage.context if line not in shown_above]
    if passage.kind == "turn":
        source = citation.source
        header = " — ".join(part for part in (source.title, source.site, passage.place.label()) if part)
        answered_question = "".join(
            f"\n\nQuestion posée\u00a0: {escape(_one_paragraph(line))}" for line in intro_lines[-1:]
        )
        return f"**{escape(header)}**{answered_question}"
    path = (passage.subject, *(line.rstrip(" :\u00a0\u202f") for line in intro_lines if passage.kind == "item"))
    return f"**{escape(' › '.join(path))}**"


def side_by_side(citations: Sequence[Citation], sides: Sequence[SiteEvidence]) -> Iterator[str]:
    """Yield a comparison in Markdown, block by block: under the name of each site, its quotations or a line that the
    corpus has none."""
    yield "Voici ce que le corpus en dit, lieu par lieu\u00a0:\n"
    numbered = {citation.unit: citation for citation in citations}
    for side in sides:
        yield f"\n**{_site_names(side)}**\n\n"
        cited = [numbered[unit] for unit in side.units if unit in numbered]
        yield from (quoted(citation) for citation in cited)
        if not cited:
            yield f"{NOTHING}\n"


def empty_sides(sides: Sequence[SiteEvidence]) -> Iterator[str]:
    """Yield the part of a comparison that names the sites for which the corpus has no passage."""
    for side in sides:
        if not side.units:
            yield f"**{_site_names(side)}**\n\n{NOTHING}\n"


def quoted(citation: Citation) -> str:
    """Return a quotation and its number, as a Markdown list item."""
    return f"- «\u00a0{escape(_one_paragraph(citation.quote))}\u00a0» [{citation.number}]\n"


def refusal(near: Sequence[str], lacking: AnswerForm | None = None) -> str:
    """Return the text of a refusal. `lacking` is the expected form, when its absence is the reason of the refusal;
    `near` are the nearest subjects of the corpus."""
    parts = [REFUSAL]
    if lacking is not None:
        parts.append(f"Des passages parlent de ce sujet, mais aucun ne donne de {lacking}.")
    if near:
        subjects = ", ".join(f"«\u00a0{escape(subject)}\u00a0»" for subject in near)
        parts.append(f"Ce qui s’en approche le plus dans le corpus\u00a0: {subjects}.")
    parts.append("Essayez avec d’autres mots, ou avec une question plus précise.")
    return " ".join(parts)


def senses(term: Term) -> Iterator[str]:
    """Yield the meanings of a term in daily life and in the study, when the lexicon distinguishes them."""
    if term.everyday:
        yield f"Dans la vie courante\u00a0: {term.everyday}"
    if term.study:
        yield f"Dans l’étude\u00a0: {term.study}"


def basis(term: Term) -> Iterator[str]:
    """Yield the source of a definition, when the lexicon gives it."""
    if term.source:
        yield f"D’après\u00a0: {term.source}"


def terms_to_define(answer: Answer) -> tuple[Term, ...]:
    """Return the terms to define beside an answer: those that its text does not define."""
    text = unescape(answer.text)
    return tuple(term for term in answer.terms if term.definition not in text)


def escape(text: str) -> str:
    """Return `text` escaped for Markdown: a transcript may hold any character."""
    return _MARKUP.sub(r"\\\1", text)


def unescape(text: str) -> str:
    """Return the plain text of Markdown made by `escape`, for a terminal."""
    return _ESCAPED.sub(r"\1", text)


def _lead(question: Question, citations: Sequence[Citation], choice: Choice) -> str:
    direct = min(choice.direct, len(citations))
    if choice.whole_list and question.form is QuestionForm.NUMBER:
        return f"Le corpus en donne la liste, qui en compte {len(citations)}\u00a0:\n"
    if choice.whole_list:
        return "Voici ce que le corpus en dit, en liste\u00a0:\n"
    if direct == 1:
        return "Un passage du corpus en parle\u00a0:\n"
    return f"{direct} passages du corpus en parlent\u00a0:\n"


def _site_names(side: SiteEvidence) -> str:
    return escape(" et ".join(site.name for site in side.sites))


def _one_paragraph(text: str) -> str:
    return " ".join(text.split("\n"))
