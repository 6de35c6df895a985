"""How a question was searched, for whoever typed it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.understand.coverage import likeness
from assistant.understand.lexicon import Expansion
from index.language import french

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_FAR = 4  # words of a question between two that are one expression
_ALIKE = 0.35  # from which two words look so much alike that one tells nothing of the other


def searched_for(question: str, expansions: Sequence[Expansion]) -> str:
    """The question, and after it what its expressions were understood as, those left out that were led to a form of
    themselves: « sont-ils payés ? (payés → rétribution) »."""
    led: dict[str, list[str]] = {}
    for expansion in expansions:
        typed = expression(question, expansion.stems)
        form = next((one for one in expansion.forms if french.terms(one) != french.terms(typed)), None)
        if typed and form and not _alike(typed, form):
            led.setdefault(form, []).append(typed)
    also = "\u00a0; ".join(f"{', '.join(_apart(expressions))} → {form}" for form, expressions in led.items())
    return f"{question} ({also})" if also else question


def expression(question: str, stems: frozenset[str]) -> str:
    """The words of a question that have these stems, with the small words between them when they stand together."""
    found = [word for word in _WORD.finditer(question) if stems & set(french.terms(word[0]))]
    if not found:
        return ""
    whole = question[found[0].start() : found[-1].end()]
    together = len(_WORD.findall(whole)) <= len(found) + _FAR
    return _without_elision(whole if together else " ".join(word[0] for word in found))


def _without_elision(words: str) -> str:
    return re.sub(r"^(?:[cdjlmnst]|qu)['’]", "", words, flags=re.IGNORECASE)


def _apart(expressions: Sequence[str]) -> list[str]:
    """Each expression once, those left out that another holds."""
    once = list(dict.fromkeys(expressions))
    return [one for one in once if not any(one != other and one in other for other in once)]


def _alike(typed: str, form: str) -> bool:
    """Whether an expression and a form are the same words otherwise written or derived."""
    here, there = french.words(typed), french.words(form)
    return bool(here) and all(any(likeness(word, other) >= _ALIKE for other in there) for word in here)
