"""Role words in the labels of speakers, compared without accents, case or number."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

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
_COMBINING = re.compile("[\u0300-\u036f]")
_LETTERS = re.compile(r"[a-z]+")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return `text` without accents, case, character variants and double spaces: two spellings of one label fold to
    the same text."""
    plain = _COMBINING.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return " ".join(plain.replace("œ", "oe").replace("’", "'").split())


NAMES = {fold(name): name for name in _NAMES.split()}
"""Role words, folded, and their usual spelling."""
_PLURALS = frozenset(f"{word}s" for word in NAMES)
_CODES = frozenset({"enq", "enqr", "enquete", "q"})


def words(label: str) -> list[str]:
    """Return the folded words of a label without digits and punctuation: `001ENQ` gives `enq`."""
    return _LETTERS.findall(fold(label))


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
    wanted = fold(role)
    return wanted in (fold(label), fold(role_of(label)), fold(ASKER if is_interviewer(label) else ASKED))
