"""What an answer to a question of role, reason or opinion often holds. None of these marks is sure: a passage that has
one is preferred, and none is left out for want of it."""

from __future__ import annotations

import re

from assistant.understand.question import QuestionForm
from index.language import french

# Over folded words, apostrophes read as spaces.
_MARKS = {
    QuestionForm.ROLE: re.compile(
        r"\b(?:role|mission|fonction|place|tache|responsabilite|statut)s?\b|\b(?:sert|servent|sers) a\b"
        r"|\b(?:charge|chargee|charges|chargees|responsable|responsables) d|\bs occup\w+|\bpermet\w*|\bconsiste\w*"
        r"|\b(?:anim|accueill|organis|gere|gerent|prepar|encadr|accompagn)\w*\b|\btiennent\b"
    ),
    QuestionForm.REASON: re.compile(
        r"\b(?:parce qu\w*|car|puisqu\w*|afin|grace a|faute de|a cause d\w*|en raison d\w*|c est pourquoi|du fait)\b"
        r"|\b(?:raison|motif|mobile|motivation|cause|but|objectif|ambition|objet)s?\b"
        r"|\b(?:vise|visent|cherche a|veut)\b"
        r"|\bpour (?:qu|\w+(?:er|ir|re)\b)|\ba pousse\b|\bpousse a\b"
    ),
    QuestionForm.OPINION: re.compile(
        r"\b(?:je|j|moi|nous|mon|ma|mes|notre|nos)\b|\b(?:pens|trouv|estim|regrett|souhait|prefer|appreci|reproch)\w*\b"
        r"|\b(?:crois|croit|croient|aime|aiment|content|decu|surpris|difficile|facile|important|bien|mal)\w*\b"
        r"|\bselon (?:moi|nous|eux|elle|lui)\b|\ba mon avis\b"
    ),
}
_APART = re.compile(r"['’\-]")


def suits(asked: QuestionForm, text: str, is_speech: bool) -> bool:
    """Whether a text has a mark of what is asked; an opinion is best told by whoever holds it."""
    marks = _MARKS.get(asked)
    if marks is None:
        return False
    return (asked is QuestionForm.OPINION and is_speech) or marks.search(_APART.sub(" ", french.fold(text))) is not None
