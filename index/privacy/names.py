"""Recognition of names of persons in interviews: by a French model of named entities (spaCy's `fr_core_news_md`), by
first names, by the words before a name, and by the labels of speakers.

The one file that imports spaCy and the list of first names (Faker's, of French-speaking countries). Figures on real
interviews, against a list made by hand, are in the README."""

from __future__ import annotations

import importlib.metadata
import re
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import simplemma

from index.language import word_frequency

if TYPE_CHECKING:
    from spacy.language import Language

VERSION = 2  # an index made with another version is made again
_MODEL = "fr_core_news_md"
_TITLES = frozenset(
    "m mr mme mlle monsieur madame mademoiselle messieurs mesdames docteur dr maître me professeur pr monseigneur père "
    "frère sœur soeur tonton tata".split()
)
_THINGS = frozenset(  # places and institutions that bear the name of a person
    "rue avenue av boulevard bd place quai square impasse allée chemin cours passage lycée collège école maternelle "
    "métro station gare hôpital clinique musée théâtre cinéma stade gymnase salle fondation prix parc pont centre "
    "résidence cité tour porte saint sainte st ste bibliothèque médiathèque université faculté fac église hôtel foyer "
    "librairie éditions fosse puits terril".split()
)
_ARTICLES = frozenset("l' la le les en un une des au aux du cette ces".split())
_WITHIN = frozenset("de d' du des la le von van ben el al".split())  # small words inside a name
_TOKEN = re.compile(
    r"(?:[dljmtsncDLJMTSNC]|[Qq]u|[Jj]usqu)['’](?=[^\W\d_])|[^\W\d_]+(?:[-‐‑’'][^\W\d_]+)*|[.?!…:;\[\]]"
)
# Zipf frequencies from which a word alone is no name, belongs to the language, and may name a place.
_COMMON, _RARE, _WELL_KNOWN = 4.8, 3.0, 4.0
_SHORTEST_IN_CAPITALS = 3  # letters
_MARKS = ".?!…:;[]"
_LONGEST = 50_000  # characters that the model takes at once; it refuses a million
_guard = threading.Lock()
_Entity = tuple[int, int, str]


class Span(NamedTuple):
    """The span of a name in a text, in characters."""

    start: int
    end: int


class _Word(NamedTuple):
    """A word, or a punctuation mark, of a text."""

    text: str
    start: int
    end: int
    first: bool
    """It begins a sentence, where a capital is no sign of a name."""

    @property
    def is_capitalised(self) -> bool:
        return len(self.text) > 1 and self.text[0].isupper()

    @property
    def is_all_capitals(self) -> bool:
        """Return whether the word is in capitals: an acronym or a surname."""
        return self.text.isupper()

    @property
    def plain(self) -> str:
        return self.text.lower().replace("’", "'")


@cache  # the versions of packages are read from files, which took as long as reading the texts
def identity() -> str:
    """Return the identity of the recognition: the versions of this file, of the model and of the list."""
    return "/".join((str(VERSION), *_versions()))


@cache
def _versions() -> tuple[str, ...]:
    """Return the versions of the model and of the list. They are cached: read three times a file, they took a sixth of
    the processor time of indexing short files, embedding left out."""
    return tuple(importlib.metadata.version(name) for name in ("fr-core-news-md", "faker"))


def find(
    texts: Sequence[str], speakers: Iterable[str] = (), harmless: Collection[str] = (), *, eager: bool = False
) -> list[list[Span]]:
    """Return the spans of the names in each text of one source, in order. `speakers` are the names in the labels of its
    speakers; `harmless` words are no names of persons (places, subjects of the study), whatever they look like.
    `eager` also takes what only may be a name: a capitalised word that the language does not have."""
    entities = _entities(texts)
    spared = {word.plain for text in harmless for word in _words(text)}
    called = {word.plain for name in speakers for word in _words(name) if word.is_capitalised} - spared
    words = [list(_words(text)) for text in texts]
    kinds = _kinds(words, entities)
    return [
        list(_joined(text, text_words, _judged(text_words, text_entities, called, spared, kinds, eager)))
        for text, text_words, text_entities in zip(texts, words, entities, strict=True)
    ]


def is_first_name(word: str) -> bool:
    """Return whether this is a first name of a French-speaking country."""
    return word in _first_names()


def _entities(texts: Sequence[str]) -> list[list[_Entity]]:
    """Return the named entities of each text, in order: the start, the end and the kind of each."""
    pieces = [(number, start, end) for number, text in enumerate(texts) for start, end in _pieces(text)]
    found: list[list[_Entity]] = [[] for _ in texts]
    with _guard:  # one model for all threads
        docs = _model().pipe((texts[number][start:end] for number, start, end in pieces), batch_size=64)
        for (number, start, _), doc in zip(pieces, docs, strict=True):
            found[number] += [
                (start + entity.start_char, start + entity.end_char, entity.label_) for entity in doc.ents
            ]
    return found


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the pieces of a text that the model takes at once, cut at white space where there is some."""
    start = 0
    while len(text) - start > _LONGEST:
        cut = max(text.rfind(space, start, start + _LONGEST) for space in " \n")
        end = cut if cut > start else start + _LONGEST
        yield start, end
        start = end
    yield start, len(text)


def _judged(
    words: Sequence[_Word],
    entities: Sequence[_Entity],
    called: Collection[str],
    spared: Collection[str],
    kinds: Counter[tuple[str, bool]],
    eager: bool,
) -> list[bool]:
    """Return for each word whether it is part of a name."""
    persons = [(start, end) for start, end, kind in entities if kind == "PER"]
    starts = [start for start, _ in persons]
    marked, inside, begun = [False] * len(words), False, (0, 0)
    for number, word in enumerate(words):
        if word.text in "[]":  # a word in brackets has already been replaced
            inside = word.text == "["
        if inside or not word.is_capitalised or word.plain in spared:
            continue
        before = [other.plain for other in words[max(0, number - 3) : number]]
        last = before[-1] if before else ""
        titled = last in _TITLES or (last == "." and len(before) > 1 and before[-2] in _TITLES)
        if not titled and any(other in _THINGS for other in before):
            continue
        if word.is_all_capitals and len(word.text) < _SHORTEST_IN_CAPITALS:
            continue
        if number and marked[number - 1] and not (word.first or words[number - 1].text in _MARKS):
            marked[number] = True
        elif titled or word.plain in called:
            marked[number] = True
        elif word.is_all_capitals:
            known = simplemma.is_known(word.plain, "fr") or word_frequency.zipf_frequency(word.plain) >= _RARE
            follows = number + 1 < len(words) and is_first_name(words[number + 1].text)
            name = is_first_name(word.text.title()) and not simplemma.is_known(word.plain, "fr")
            marked[number] = name or (not known and (follows or eager))
        else:
            at = bisect_left(starts, word.end) - 1  # the last person that begins before the end of the word
            entity = persons[at] if at >= 0 and word.start < persons[at][1] else None
            is_person = entity is not None
            place = kinds[word.plain, False] > kinds[word.plain, True]
            marked[number] = (is_person and entity == begun) or (
                last not in _ARTICLES and _is_unannounced_name(word, is_person, place, after=last)
            )
            if eager and not marked[number]:
                unlikely = word.first and simplemma.is_known(word.plain, "fr")
                marked[number] = not place and ((is_person and not unlikely) or _is_unknown(word))
            if marked[number] and entity is not None:
                begun = entity
    return marked


def _is_unannounced_name(word: _Word, is_person: bool, place: bool, after: str) -> bool:
    """Return whether a capitalised word is a name, without a title or a known speaker before it. `is_person` is the
    verdict of the model on this word, `place` whether the model finds it more often to be a place, `after` the word
    before."""
    commonness = word_frequency.zipf_frequency(word.plain)
    if is_first_name(word.text):
        if word.first and not is_person and simplemma.is_known(word.plain, "fr"):
            return False
        return not place or commonness < _WELL_KNOWN
    if not is_person or place or after in ("à", "chez"):
        return False
    return commonness < (_RARE if word.first else _COMMON)


def _is_unknown(word: _Word) -> bool:
    """Return whether a word is not in the language."""
    rare = word_frequency.zipf_frequency(word.plain) < (_RARE if word.first else _COMMON)
    return rare and not simplemma.is_known(word.plain, "fr")


def _kinds(words: Sequence[Sequence[_Word]], entities: Sequence[Sequence[_Entity]]) -> Counter[tuple[str, bool]]:
    """Count how often the model takes each word of a source for a part of a person's name, and of another name."""
    kinds: Counter[tuple[str, bool]] = Counter()
    for text_words, found in zip(words, entities, strict=True):
        starts = [word.start for word in text_words]
        for start, end, kind in found:
            if kind != "MISC":
                inside = text_words[bisect_left(starts, start) : bisect_left(starts, end)]
                kinds.update((word.plain, kind == "PER") for word in inside)
    return kinds


def _joined(text: str, words: Sequence[_Word], marked: Sequence[bool]) -> Iterator[Span]:
    """Yield the whole names: words in a row, with the small words that join them."""
    number = 0
    while number < len(words):
        if not marked[number]:
            number += 1
            continue
        last = number
        while last + 1 < len(words):
            following = next((n for n in range(last + 1, min(last + 4, len(words))) if marked[n]), None)
            if following is None or any(words[n].plain not in _WITHIN for n in range(last + 1, following)):
                break
            if "\n" in text[words[last].end : words[following].start]:
                break
            last = following
        yield Span(words[number].start, words[last].end)
        number = last + 1


def _words(text: str) -> Iterator[_Word]:
    """Yield the words and punctuation marks of a text."""
    first = True
    for found in _TOKEN.finditer(text):
        yield _Word(found[0], found.start(), found.end(), first)
        first = found[0] in ".?!…:;" or (first and found[0] in "[]")


@cache
def _model() -> Language:
    """Load the model, less the components that named entities do not need (3 s)."""
    import spacy

    return spacy.load(_MODEL, exclude=["parser", "lemmatizer", "attribute_ruler", "morphologizer"])


@cache
def _first_names() -> frozenset[str]:
    from faker.providers.person import fr_BE, fr_CH, fr_FR

    return frozenset(name for country in (fr_FR, fr_CH, fr_BE) for name in country.Provider.first_names)
