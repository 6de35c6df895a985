"""What may tell who someone is in an interview: names, numbers and addresses, and what only a few people are.

It reads texts as a stranger who wants to know would, and says where to look; what it finds is for a person to judge.
What it does not find may identify someone all the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.privacy import names
from index.types import Passage


class IdentifierKind(StrEnum):
    """What was found. The value is what a researcher sees."""

    NAME = "nom"
    PHONE = "téléphone"
    MAIL = "courriel"
    ADDRESS = "adresse"
    JOB = "fonction rare et lieu"
    GROUP = "groupe de moins de cinq"


@dataclass(frozen=True, slots=True)
class Identifier:
    """Something in a passage that may tell who someone is: `text`, as it stands there."""

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
# Functions that one person, or few, hold at a place.
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
    """What may tell who someone is in the passages of one source, in order; each thing once in a passage. `harmless`
    words name nobody; `is_role` tells what a speaker may be called."""
    called = [
        passage.place.speaker for passage in passages if passage.place.speaker and not is_role(passage.place.speaker)
    ]
    spans = names.find([passage.text for passage in passages], called, harmless, eager=True)
    for passage, of_text in zip(passages, spans, strict=True):
        found = [(start, end, IdentifierKind.NAME) for start, end in of_text]
        found += [(*match.span(), kind) for kind, form in _FORMS for match in form.finditer(passage.text)]
        seen = set()
        for start, end, kind in sorted(found):
            text = passage.text[start:end]
            if (kind, text) not in seen:
                seen.add((kind, text))
                yield Identifier(kind, passage, text)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses and streets stand in a text, in characters."""
    yield from (
        match.span() for kind, form in _FORMS if kind is IdentifierKind.ADDRESS for match in form.finditer(text)
    )


def names_in_words(text: str, harmless: Collection[str]) -> list[str]:
    """The names in a title, or in the name of a file."""
    plain = re.sub(r"[_\-.]+", " ", text)
    return [plain[start:end] for start, end in names.find([plain], (), harmless, eager=True)[0]]
