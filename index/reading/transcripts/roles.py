"""Role words in the labels of speakers, compared without accents, case or number."""

from __future__ import annotations

import re

from index.language.folding import fold_label

ASKING = frozenset(
    "chercheur chercheuse chercheure enqueteur enqueteuse enquetrice enqueteure intervieweur intervieweuse interviewer "
    "interviewers enq enqr".split()
)
"""Words of an interviewer anywhere in a label: « Sonia Branca-Rosoff (ENQ) », « 001ENQ »."""
LEADING = frozenset("animateur animatrice moderateur moderatrice facilitateur facilitatrice question q".split())
"""Words of an interviewer only as the whole label, and without an interviewer above: an « animatrice » may also be
interviewed."""

_NAMES = (
    "Chercheur Chercheuse Chercheure Enquêteur Enquêteuse Enquêtrice Enquêteure Enquêté Enquêtée Intervieweur "
    "Intervieweuse Interviewer Interviewé Interviewée Animateur Animatrice Modérateur Modératrice Facilitateur "
    "Facilitatrice Participant Participante Répondant Répondante Témoin Locuteur Locutrice Intervenant Intervenante "
    "Sociologue Journaliste Question Réponse"
)
_LETTERS = re.compile(r"[a-z]+")


NAMES = {fold_label(name): name for name in _NAMES.split()}
"""Role words, folded, and their usual spelling."""
_PLURALS = frozenset(f"{word}s" for word in NAMES)
_CODES = frozenset({"enq", "enqr", "enquete", "q"})


def words(label: str) -> list[str]:
    """Return the folded words of a label without digits and punctuation: `001ENQ` gives `enq`."""
    return _LETTERS.findall(fold_label(label))


def is_role(label: str) -> bool:
    """Return whether a label names a role, alone or beside a name or a number."""
    return any(word in NAMES or word in _PLURALS or word in _CODES for word in words(label))


_IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")
ASKER, ASKED = "personne qui interroge", "personne interrogée"
"""The two sides of an interview: every label belongs to one of them."""


def is_interviewer(label: str) -> bool:
    """Return whether a label, by itself, is that of an interviewer."""
    label_words = words(label)
    return not ASKING.isdisjoint(label_words) or (len(label_words) == 1 and label_words[0] in LEADING)


def role_of(label: str) -> str:
    """Return the role that a label names: « bénévole » for « Marie (bénévole) », « Enquêtée » for « Enquêtée 2 »;
    empty where it names none."""
    in_brackets = _IN_BRACKETS.search(label)
    return in_brackets[1].strip() if in_brackets else next((NAMES[word] for word in words(label) if word in NAMES), "")


def has_role(label: str, role: str) -> bool:
    """Return whether a label has a role, given as `role_of` returns it or as `ASKER` or `ASKED`, or is itself the
    text given."""
    wanted = fold_label(role)
    return wanted in (
        fold_label(label),
        fold_label(role_of(label)),
        fold_label(ASKER if is_interviewer(label) else ASKED),
    )
