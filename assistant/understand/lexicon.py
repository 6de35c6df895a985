"""Finds the terms of the study in texts, defines them, and maps plain words to them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import BadLexicon
from assistant.types import Term
from index.errors import os_reason
from index.language import french
from index.reading.metadata import error_line

FILE = "lexique.toml"
_SUFFIX = 3  # from this many letters, an ending makes another word
_ACRONYM = 2  # up to this many letters, only capitals distinguish an acronym from a word: CA, not « ça »


@dataclass(frozen=True, slots=True)
class Expansion:
    """Other expressions for some words of a question: the `stems` of these words, and the `forms` of the same
    meaning."""

    stems: frozenset[str]
    forms: tuple[str, ...]


class Lexicon:
    """The terms of a study. Empty when the study has no lexicon."""

    def __init__(self, terms: Sequence[Term] = ()) -> None:
        self.terms = tuple(terms)
        self._starts: dict[str, list[tuple[list[str], Term, str]]] = {}
        self._synonyms: dict[str, list[tuple[list[str], list[str], Term]]] = {}
        for term in self.terms:
            for form in (term.word, *term.variants):
                words = french.words(form)
                if words:
                    self._starts.setdefault(words[0], []).append((words, term, form))
            for synonym in term.synonyms:
                words = french.words(synonym)
                if words:
                    stems = [french.stem(word) for word in words]
                    self._synonyms.setdefault(stems[0], []).append((stems, words, term))

    @classmethod
    def read(cls, path: Path) -> Lexicon:
        """Read a `lexique.toml`; return an empty lexicon when the file does not exist. Raise `BadLexicon`."""
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            return cls()
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadLexicon(
                f"{path.name} n'est pas un fichier TOML valide{error_line(error)}.", "Corrigez-le."
            ) from error
        except OSError as error:
            raise BadLexicon(f"{path.name} ne peut pas être lu ({os_reason(error)}).", "Rendez-le lisible.") from error
        entries = values.get("terms", [])
        if not isinstance(entries, list):
            raise BadLexicon(f"{path.name} : « terms » n'est pas une suite de tables.", "Écrivez [[terms]].")
        return cls([_term(entry, path.name) for entry in entries])

    def find(self, *texts: str) -> list[Term]:
        """Return the terms found in these texts, in order of appearance, each once."""
        found: dict[str, Term] = {}
        for text in texts:
            for _, term in self._matches(text):
                found.setdefault(term.word, term)
        return list(found.values())

    def expand(self, question: str) -> list[Expansion]:
        """Return the other forms that the study may use for the words of a question: the variants of a term, the terms
        of which a plain word is a synonym."""
        expansions: dict[tuple[str, frozenset[str]], Expansion] = {}
        for words, term in self._matches(question):
            named = frozenset(french.terms(" ".join(words)))
            forms = tuple(form for form in (term.word, *term.variants) if frozenset(french.terms(form)) - named)
            if forms:
                expansions.setdefault((term.word, named), Expansion(named, forms))
        typed = french.words(question)
        stems = [french.stem(word) for word in typed]
        inside = {at for start, end in self._multiword_spans(typed) for at in range(start, end)}
        for start, stem in enumerate(stems):
            for wanted, synonym, term in self._synonyms.get(stem, ()):
                same = stems[start : start + len(wanted)] == wanted
                if (
                    same
                    and not (len(wanted) == 1 and start in inside)
                    and all(map(_is_form, typed[start : start + len(wanted)], synonym))
                ):
                    if not any(map(french.carries_meaning, typed[start : start + len(wanted)])):
                        continue  # « ne » is not a form of « nés »
                    named = frozenset(french.terms(" ".join(synonym)))
                    expansions.setdefault((term.word, named), Expansion(named, (term.word, *term.variants)))
        return list(expansions.values())

    def _multiword_spans(self, words: Sequence[str]) -> Iterable[tuple[int, int]]:
        """Yield the start and end of each term of several words. A word inside such a term has no meaning by itself."""
        for start, word in enumerate(words):
            for wanted, _, _ in self._candidates(word):
                if len(wanted) > 1 and _same(words[start : start + len(wanted)], wanted):
                    yield start, start + len(wanted)

    def _matches(self, text: str) -> Iterable[tuple[list[str], Term]]:
        """Yield the words of each term found in a text, with the term. When several terms begin at the same word, keep
        the longest."""
        words = french.words(text)
        capitals = None
        position = 0
        while position < len(words):
            step = 1
            for wanted, term, form in sorted(self._candidates(words[position]), key=lambda entry: -len(entry[0])):
                if not _same(words[position : position + len(wanted)], wanted):
                    continue
                if len(form) <= _ACRONYM and form.isupper():
                    capitals = capitals or _capitals(text)
                    if form not in capitals:
                        continue
                yield words[position : position + len(wanted)], term
                step = len(wanted)
                break
            position += step

    def _candidates(self, word: str) -> list[tuple[list[str], Term, str]]:
        return [entry for form in _singulars(word) for entry in self._starts.get(form, ())]

    def is_term(self, text: str) -> bool:
        """Return True when the whole of `text` is a term of the lexicon."""
        words = french.words(text)
        words = words[1:] if words[:1] and words[0] in _ARTICLES else words
        return any(_same(words, wanted) for wanted, _, _ in self._candidates(words[0])) if words else False


_ARTICLES = frozenset(("l", "le", "la", "les", "un", "une", "des"))
_KINDS = {
    "deed": re.compile(r"(?:[st]ion|ment|ance|ence)s?$"),
    "quality": re.compile(r"(?:tif|tive|ente|iste)s?$"),
    "doer": re.compile(r"(?:teur|trice)s?$"),
}
_ENDINGS = ("s", "x", "e", "es")  # of a plural or a feminine


def _singulars(word: str) -> list[str]:
    """Return the forms under which a word of a text may be listed."""
    return [word, *(word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending) and len(word) > 4)]


def _same(found: Sequence[str], wanted: Sequence[str]) -> bool:
    """Return True when the words are those of a form, including in the plural or the feminine."""
    return len(found) == len(wanted) and all(b in _singulars(a) for a, b in zip(found, wanted, strict=True))


def _is_form(word: str, other: str) -> bool:
    """Return True when two words of the same stem are inflections of one word. « gouvernance » and « gouvernement » are
    not: each is derived from the same word."""
    if _kind(word) != _kind(other):
        return False
    shortest = min(len(word), len(other))
    shared = next((at for at in range(shortest) if word[at] != other[at]), shortest)
    return shortest - shared < _SUFFIX


def _kind(word: str) -> str:
    """Return the kind of noun that the ending of a word marks: a deed, « coopération », or a quality,
    « coopérative »."""
    return next((kind for kind, ending in _KINDS.items() if ending.search(word)), "")


def _capitals(text: str) -> set[str]:
    spaced = "".join(char if char.isalnum() else " " for char in french.undotted(text))
    return {word for word in spaced.split() if word.isupper()}


def _term(entry: Any, where: str) -> Term:
    if not isinstance(entry, Mapping):
        raise BadLexicon(f"{where} : une entrée de « terms » n'est pas une table.", "Écrivez [[terms]].")
    word, definition = entry.get("term"), entry.get("definition")
    if not isinstance(word, str) or not isinstance(definition, str) or not word.strip() or not definition.strip():
        raise BadLexicon(
            f"{where} : une entrée n'a pas de terme ou pas de définition ({word or 'sans nom'}).",
            'Écrivez term = "…" et definition = "…".',
        )
    lists = {}
    for key in ("variants", "synonyms"):
        values = entry.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise BadLexicon(f"{where} : dans « {word} », « {key} » n'est pas une liste de textes.", "Corrigez-la.")
        lists[key] = tuple(values)
    return Term(
        " ".join(word.split()),
        " ".join(definition.split()),
        lists["variants"],
        lists["synonyms"],
        *(" ".join(str(entry.get(key, "")).split()) for key in ("source", "everyday", "study")),
    )
