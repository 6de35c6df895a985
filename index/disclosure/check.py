"""The search for identifiers and quasi-identifiers in interviews: names, phone numbers, addresses, and traits that only
a few people share.

It shows where a person should look, and leaves the judgement to that person. A text in which it finds nothing may still
identify someone."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.privacy import names
from index.types import Passage


class IdentifierKind(StrEnum):
    """The kind of an identifier. The value is shown to researchers."""

    NAME = "nom"
    PHONE = "téléphone"
    MAIL = "courriel"
    ADDRESS = "adresse"
    JOB = "fonction rare et lieu"
    GROUP = "groupe de moins de cinq"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A part of a passage that may identify someone: `text`, as it is written there."""

    kind: IdentifierKind
    passage: Passage
    text: str


_NUMBER = (
    "(?:zéro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|"
    "quarante|cinquante|soixante|cent)"
)
_ROAD = (
    "(?:rue|avenue|boulevard|impasse|allées?|chemin|place|quai|square|ruelle|sentier|cité|résidence|lotissement|route|"
    "passage|bd|av\\.)"
)
_FEW = "(?:deux|trois|quatre|[2-4])\\b(?! (?:mille|cents?))"
_UPPER = "[A-ZÀ-ÖØ-Þ]"
_WORD = "[\\w'’-]{1,30}"
# Functions that one person, or a few, hold at a place.
_JOBS = (
    "(?:maires?|adjointe?s?|conseill(?:er|ère)s? municipa(?:l|le|ux|les)|direct(?:eur|rice)s?|(?:vice-)?présidente?s?|"
    "trésori(?:er|ère)s?|secrétaires? (?:de mairie|générale?s?)|curés?|pasteurs?|imams?|notaires?|"
    "pharmacien(?:ne)?s?|médecins?|sages?-femmes?|vétérinaires?|institut(?:eur|rice)s?|proviseure?s?|principale?|"
    "boulang(?:er|ère)s?|bouch(?:er|ère)s?|coiffeu(?:r|se)s?|fact(?:eur|rice)s?|gardien(?:ne)?s?|concierges?|"
    "coordinat(?:eur|rice)s?|fondat(?:eur|rice)s?|gérante?s?|entraîneu(?:r|se)s?|députée?s?|sénat(?:eur|rice)s?)"
)
_PEOPLE = (
    "(?:personnes?|gens|salariée?s|bénévoles|habitante?s|femmes|hommes|jeunes|collègues|frères|sœurs|soeurs|enfants|"
    "filles|garçons|animat(?:eur|rice)s|élue?s|associée?s|stagiaires|apprentie?s|mamans|papas|amie?s|voisine?s)"
)
_OF = "(?i:de la|de l['’]|des|du|de|d['’]|à la|à|au|aux|en|sur)"
_FORMS: tuple[tuple[IdentifierKind, re.Pattern[str]], ...] = (
    (IdentifierKind.MAIL, re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6}")),
    (IdentifierKind.MAIL, re.compile(r"\b[\w.-]{1,64} arobase [\w.-]{1,64}", re.I)),
    (
        IdentifierKind.PHONE,
        re.compile(r"(?<![\d+])(?:(?:\+|00)33[ .\-]?(?:\(0\)[ .\-]?)?|0)[1-9](?:[ .\-]?\d{2}){4}(?!\d)"),
    ),
    (IdentifierKind.PHONE, re.compile(rf"\bzéro[ ,.-]+{_NUMBER}(?:[ ,.-]+(?:et[ -])?{_NUMBER}){{3,14}}", re.I)),
    (
        IdentifierKind.ADDRESS,
        re.compile(rf"\b\d{{1,4}}(?: ?(?:bis|ter))?,? {_ROAD} [^\W\d_]{_WORD}(?: {_WORD}){{0,3}}", re.I),
    ),
    (
        IdentifierKind.ADDRESS,
        re.compile(
            rf"\b(?i:{_ROAD}) (?:(?i:de la|de l['’]|des|du|de|d['’]|à|aux?|la|le|les) ?)?{_UPPER}{_WORD}"
            rf"(?:[ -]{_UPPER}{_WORD}){{0,3}}"
        ),
    ),
    (IdentifierKind.ADDRESS, re.compile(rf"(?<!\d)\d{{2}} ?\d{{3}},? {_UPPER}{_WORD}")),
    (IdentifierKind.JOB, re.compile(rf"\b(?i:{_JOBS})\b(?: {_WORD}){{0,4}}? {_OF} ?{_UPPER}{_WORD}")),
    (IdentifierKind.JOB, re.compile(rf"\b(?:seule?s?|unique|premi(?:er|ère)) (?:{_WORD} ){{0,2}}?{_JOBS}\b", re.I)),
    (
        IdentifierKind.GROUP,
        re.compile(
            rf"\b(?:nous|on)(?: n['’]| ne)? ?(?:étions|sommes|est|était|étaient)(?: {_WORD}){{0,2}}? {_FEW}", re.I
        ),
    ),
    (
        IdentifierKind.GROUP,
        re.compile(rf"\b(?:groupe|équipe|noyau|comité|collectif|famille|foyer|bande|bureau) de {_FEW}", re.I),
    ),
    (
        IdentifierKind.GROUP,
        re.compile(rf"\b(?:les|des|ces|nos|mes|que|seulement|il y avait|il y a) {_FEW} (?:{_WORD} )?{_PEOPLE}\b", re.I),
    ),
)


def identifiers(
    passages: Sequence[Passage], harmless: Collection[str], is_role: Callable[[str], bool]
) -> Iterator[Identifier]:
    """Yield the identifiers in the passages of one source, in order, each once a passage. `harmless` words identify no
    person; `is_role` tells whether a speaker's label is a role rather than a name."""
    named_speakers = [
        passage.place.speaker for passage in passages if passage.place.speaker and not is_role(passage.place.speaker)
    ]
    spans = names.find([passage.text for passage in passages], named_speakers, harmless, eager=True)
    for passage, name_spans in zip(passages, spans, strict=True):
        found = [(start, end, IdentifierKind.NAME) for start, end in name_spans]
        found += [(*match.span(), kind) for kind, form in _FORMS for match in form.finditer(passage.text)]
        seen = set()
        for start, end, kind in sorted(found):
            text = passage.text[start:end]
            if (kind, text) not in seen:
                seen.add((kind, text))
                yield Identifier(kind, passage, text)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the addresses and streets in a text, in characters."""
    yield from (
        match.span() for kind, form in _FORMS if kind is IdentifierKind.ADDRESS for match in form.finditer(text)
    )


def names_in_words(text: str, harmless: Collection[str]) -> list[str]:
    """Return the names of persons in a title, or in the name of a file."""
    plain = re.sub(r"[_\-.]+", " ", text)
    return [plain[start:end] for start, end in names.find([plain], (), harmless, eager=True)[0]]
