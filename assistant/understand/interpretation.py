"""Describes to the visitor the words under which a question was searched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.understand.coverage import spelling_similarity
from assistant.understand.lexicon import Expansion
from index.language import french

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_MOST_BETWEEN = 4  # other words between those of one expression
_LEAST_SIMILARITY = 0.35  # from which a word is too similar to another to explain it


def searched_for(question: str, expansions: Sequence[Expansion]) -> str:
    """Return the question, followed by the meaning given to its expressions: « sont-ils payés ? (payés →
    rétribution) ». Expressions that lead to another form of themselves are left out."""
    expanded: dict[str, list[str]] = {}
    for expansion in expansions:
        typed = expression(question, expansion.stems)
        form = next((form for form in expansion.forms if french.terms(form) != french.terms(typed)), None)
        if typed and form and not _alike(typed, form):
            expanded.setdefault(form, []).append(typed)
    meanings = (f"{', '.join(_without_contained(typed))} → {form}" for form, typed in expanded.items())
    explanation = "\u00a0; ".join(meanings)
    return f"{question} ({explanation})" if explanation else question


def expression(question: str, stems: frozenset[str]) -> str:
    """Return the words of a question that have these stems, with the small words between them when they are close
    together."""
    found = [word for word in _WORD.finditer(question) if stems & set(french.terms(word[0]))]
    if not found:
        return ""
    whole = question[found[0].start() : found[-1].end()]
    together = len(_WORD.findall(whole)) <= len(found) + _MOST_BETWEEN
    return _without_elision(whole if together else " ".join(word[0] for word in found))


def _without_elision(words: str) -> str:
    return re.sub(r"^(?:[cdjlmnst]|qu)['’]", "", words, flags=re.IGNORECASE)


def _without_contained(expressions: Sequence[str]) -> list[str]:
    """Return each expression once, except those contained in another."""
    unique = list(dict.fromkeys(expressions))
    return [text for text in unique if not any(text != other and text in other for other in unique)]


def _alike(typed: str, form: str) -> bool:
    """Return True when an expression and a form are the same words, spelt or derived differently."""
    typed_words, form_words = french.words(typed), french.words(form)
    return bool(typed_words) and all(
        any(spelling_similarity(word, other) >= _LEAST_SIMILARITY for other in form_words) for word in typed_words
    )
