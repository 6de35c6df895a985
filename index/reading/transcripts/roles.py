"""The words by which transcripts call those who speak, compared without accents, case or number."""

from __future__ import annotations

import re

from index.language.folding import fold_label

ASKING = frozenset(
    "chercheur chercheuse chercheure enqueteur enqueteuse enquetrice enqueteure intervieweur intervieweuse interviewer "
    "interviewers enq enqr".split()
)
"""Who asks, wherever the word stands in a label: « Sonia Branca-Rosoff (ENQ) », « 001ENQ »."""
LEADING = frozenset("animateur animatrice moderateur moderatrice facilitateur facilitatrice question q".split())
"""Who asks when nobody above does and the word is the whole label: an « animatrice » may also be interviewed."""

_NAMES = (
    "Chercheur Chercheuse Chercheure Enquêteur Enquêteuse Enquêtrice Enquêteure Enquêté Enquêtée Intervieweur "
    "Intervieweuse Interviewer Interviewé Interviewée Animateur Animatrice Modérateur Modératrice Facilitateur "
    "Facilitatrice Participant Participante Répondant Répondante Témoin Locuteur Locutrice Intervenant Intervenante "
    "Sociologue Journaliste Question Réponse"
)
_LETTERS = re.compile(r"[a-z]+")


NAMES = {fold_label(name): name for name in _NAMES.split()}
"""Role words, folded, with their usual spelling."""
_PLURALS = frozenset(f"{word}s" for word in NAMES)
_CODES = frozenset({"enq", "enqr", "enquete", "q"})


def words(label: str) -> list[str]:
    """The folded words of a label, digits and punctuation aside: `001ENQ` gives `enq`."""
    return _LETTERS.findall(fold_label(label))


def is_role(label: str) -> bool:
    """Whether a label says a role, alone or beside a name or a number."""
    return any(word in NAMES or word in _PLURALS or word in _CODES for word in words(label))


_IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")
ASKER, ASKED = "personne qui interroge", "personne interrogée"
"""Two roles that every label has one of."""


def asks(label: str) -> bool:
    """Whether a label, by itself, is that of someone who asks."""
    said = words(label)
    return not ASKING.isdisjoint(said) or (len(said) == 1 and said[0] in LEADING)


def role_of(label: str) -> str:
    """The role that a label says: « bénévole » of « Marie (bénévole) », « Enquêtée » of « Enquêtée 2 »; empty where it
    says none."""
    told = _IN_BRACKETS.search(label)
    return told[1].strip() if told else next((NAMES[word] for word in words(label) if word in NAMES), "")


def answers_to(label: str, role: str) -> bool:
    """Whether a label is of a role, as `role_of` says it or one of `ASKER` and `ASKED`, or is what is given itself."""
    wanted = fold_label(role)
    return wanted in (fold_label(label), fold_label(role_of(label)), fold_label(ASKER if asks(label) else ASKED))
