"""The jargon of the study: find it in a text, define it, and lead plain words to it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import BadLexicon
from assistant.types import Term
from index.errors import why
from index.language import french
from index.reading.metadata import error_line

FILE = "lexique.toml"
_SUFFIX = 3  # letters from which an ending makes another word
_ACRONYM = 2  # letters up to which an acronym is told from a word by its capitals: CA, not « ça »


@dataclass(frozen=True, slots=True)
class Expansion:
    """Other ways to say something that a question says: `stems` of its words, and the `forms` that mean the same."""

    stems: frozenset[str]
    forms: tuple[str, ...]


class Lexicon:
    """The terms of a study. Empty when the study has none."""

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
        """Read a `lexique.toml`; empty where there is none. Raises `BadLexicon`."""
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            return cls()
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadLexicon(
                f"{path.name} n'est pas un fichier TOML valide{error_line(error)}.", "Corrigez-le."
            ) from error
        except OSError as error:
            raise BadLexicon(f"{path.name} ne peut pas être lu ({why(error)}).", "Rendez-le lisible.") from error
        entries = values.get("terms", [])
        if not isinstance(entries, list):
            raise BadLexicon(f"{path.name} : « terms » n'est pas une suite de tables.", "Écrivez [[terms]].")
        return cls([_term(entry, path.name) for entry in entries])

    def find(self, *texts: str) -> list[Term]:
        """The terms met in these texts, in order of appearance, each once."""
        found: dict[str, Term] = {}
        for text in texts:
            for _, term in self._matches(text):
                found.setdefault(term.word, term)
        return list(found.values())

    def expand(self, question: str) -> list[Expansion]:
        """What a question names, in the other forms the study may use: a term by its variants, a plain word by the
        terms it is a synonym of."""
        expansions: dict[tuple[str, frozenset[str]], Expansion] = {}
        for words, term in self._matches(question):
            named = frozenset(french.terms(" ".join(words)))
            forms = tuple(form for form in (term.word, *term.variants) if frozenset(french.terms(form)) - named)
            if forms:
                expansions.setdefault((term.word, named), Expansion(named, forms))
        typed = french.words(question)
        stems = [french.stem(word) for word in typed]
        inside = {at for start, end in self._longer(typed) for at in range(start, end)}
        for start, stem in enumerate(stems):
            for wanted, synonym, term in self._synonyms.get(stem, ()):
                same = stems[start : start + len(wanted)] == wanted
                if (
                    same
                    and not (len(wanted) == 1 and start in inside)
                    and all(map(_is_form, typed[start : start + len(wanted)], synonym))
                ):
                    if not any(map(french.carries_meaning, typed[start : start + len(wanted)])):
                        continue  # « ne » is no form of « nés »
                    named = frozenset(french.terms(" ".join(synonym)))
                    expansions.setdefault((term.word, named), Expansion(named, (term.word, *term.variants)))
        return list(expansions.values())

    def _longer(self, words: Sequence[str]) -> Iterable[tuple[int, int]]:
        """Where the terms of several words stand: a word inside one says nothing by itself."""
        for start, word in enumerate(words):
            for wanted, _, _ in self._candidates(word):
                if len(wanted) > 1 and _same(words[start : start + len(wanted)], wanted):
                    yield start, start + len(wanted)

    def _matches(self, text: str) -> Iterable[tuple[list[str], Term]]:
        """The forms of terms that stand in a text, the longest first where several begin at the same word."""
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

    def names(self, text: str) -> bool:
        """Whether `text` is, as a whole, a term of the lexicon."""
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
    """The forms that a word found in a text may be listed under."""
    return [word, *(word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending) and len(word) > 4)]


def _same(found: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the words are those of a form, in the plural or the feminine too."""
    return len(found) == len(wanted) and all(b in _singulars(a) for a, b in zip(found, wanted, strict=True))


def _is_form(one: str, other: str) -> bool:
    """Whether two words of one stem are forms of one word, and not two that were derived from it: « gouvernance » and
    « gouvernement »."""
    if _kind(one) != _kind(other):
        return False
    shortest = min(len(one), len(other))
    shared = next((at for at in range(shortest) if one[at] != other[at]), shortest)
    return shortest - shared < _SUFFIX


def _kind(word: str) -> str:
    """What the end of a word makes of it: what is done, « coopération », or what does it, « coopérative »."""
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
