"""Recognises words that often appear in answers about a role, a reason or an opinion.

No cue is certain: a passage that has one is preferred, and a passage without one is not excluded."""

from __future__ import annotations

import re

from assistant.understand.question import QuestionForm
from index.language import french

# Matched against folded words, with apostrophes and hyphens as spaces.
_CUES = {
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
_SEPARATORS = re.compile(r"['’\-]")


def suits(form: QuestionForm, text: str, is_speech: bool) -> bool:
    """Return True when a text has a cue for this form of question. Any speech turn suits an opinion: it comes from the
    person who holds it."""
    cues = _CUES.get(form)
    if cues is None:
        return False
    return (form is QuestionForm.OPINION and is_speech) or cues.search(
        _SEPARATORS.sub(" ", french.fold(text))
    ) is not None
