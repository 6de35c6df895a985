"""The forms that labels take at the head of a line, and what may be a label.

Every pattern looks at the first 160 characters of a line, so that reading is linear whatever the line holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.reading.text import tidy
from index.reading.transcripts import roles
from index.reading.transcripts.roles import fold

_HEAD = 160
_LONGEST, _MOST_WORDS = 40, 4

_TIME = (
    r"(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?|\d{1,2}h\d{2}(?:m(?:in)?\d{2}s?)?|\d{1,3}['’′]\d{2}(?:''|’’|[\"″])?"
)


def _time_pattern(suffix: str) -> str:
    """A time or a span of times, in brackets or not."""
    return (
        rf"[\[(<{{#]?[ \u00a0]*(?P<start{suffix}>{_TIME})"
        rf"(?:[ \u00a0]*(?:-->|[-–—→à/])[ \u00a0]*(?P<end{suffix}>{_TIME}))?(?:-\d)?[ \u00a0]*[\])>}}#]?"
    )


_SPAN = re.compile(_time_pattern(""))
_BEFORE = rf"(?:{_time_pattern('_before')}[ \u00a0\t]*(?:[-–—:][ \u00a0]+)?)?"
_AFTER = rf"(?:[ \u00a0]*{_time_pattern('_after')})?"
_LABEL = r"(?P<label>[^\W_][^:\[\]<>{}|\t]{0,50}?)"
_SEPARATOR = r"[ \u00a0]*[:–—-]?[ \u00a0]*"

BOLD = "bold"
ALONE = "alone"
_PATTERNS = {
    "bracket": rf"\[[ \u00a0]*{_LABEL}[ \u00a0]*\]{_AFTER}{_SEPARATOR}",
    "angle": rf"<[ \u00a0]*{_LABEL}[ \u00a0]*>{_AFTER}{_SEPARATOR}",
    "colon": rf"{_BEFORE}{_LABEL}{_AFTER}[ \u00a0]*:(?!//)(?!(?<=\d:)\d)[ \u00a0]*",
    "dash": rf"{_BEFORE}{_LABEL}{_AFTER}(?:[ \u00a0]+[-–—](?:[ \u00a0]+|(?=[^\W\d_])|$)|(?<=\d)[-–—][ \u00a0]+)",
    "dot": r"(?P<label>[A-Z]{1,4}\d{1,3}|[QR])\.[ \u00a0]+(?=\S)",
    "tab": rf"{_BEFORE}{_LABEL}{_AFTER}[ \u00a0]*\t+[ \u00a0]*",
    ALONE: rf"{_BEFORE}{_LABEL}{_AFTER}[ \u00a0]*$",
}
_FORMS = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}
SHOWN = {
    "bracket": "[Étiquette]",
    "angle": "<Étiquette>",
    "colon": "Étiquette\u00a0:",
    "dash": "Étiquette –",
    "dot": "E1.",
    "tab": "Étiquette, tabulation",
    ALONE: "Étiquette seule sur sa ligne",
    BOLD: "Étiquette en gras",
}
MARKED = frozenset({"bracket", "angle"})
"""Forms that prose does not take by chance."""

_ALLOWED = re.compile(r"[\w '’.()·/&#\u00a0-]+")
_WORD = re.compile(r"[^\W_]+")
_LOWER = re.compile(r"\b[a-zà-öø-ÿœ]\w*")
_SENTENCE = re.compile(r"\w{4,}\. ")
_CODE = re.compile(r"[A-Z]{1,4}\d{1,3}|\d{1,4}[A-Z]{1,10}\d{0,3}|[A-Z]{1,4}")
# Words of sentences: a label that holds one, and no role word, is prose.
_OF_PROSE = frozenset(
    "je j tu il elle on nous vous ils elles ce cela ca ceci c qui que qu quoi dont est sont etait etaient ont avons "
    "avez ai fait font faut peut peuvent doit doivent y ne n pas plus voici voila mais donc car alors puis ensuite "
    "enfin ainsi autrement par pour dans sur avec sans selon comme si quand lorsque deux trois quatre cinq premier "
    "premiere premierement second seconde secondement deuxieme deuxiemement troisieme troisiemement cette cet ces "
    "mes ses leur leurs notre nos votre vos les des au aux en oui non bref accord etc ni or tout tous toute "
    "toutes autre autres plusieurs chaque certains certaines aujourd hier demain moi toi mon ma ton ta son sa "
    "was the and".split()
)
# What fields of forms, lists and records of meetings begin with.
_FIELDS = frozenset(
    "accueil acces action activite adresse age annexe annee article atout attention auteur avantage beneficiaire "
    "besoin bilan budget but calendrier chapitre cible citation conclusion condition constat contact contexte "
    "contrainte cout date debut decision definition delai departement description difficulte document donnee duree "
    "effectif effet element email enjeu entretien enregistrement etape evaluation exemple exercice faiblesse fax "
    "figure fin financement fonction force forme frein genre heure horaire http https idee impact inconvenient "
    "indicateur information internet introduction jour lecture levier lieu limite liste mail materiel menace "
    "methode mission modalite montant moyen mot nature niveau nom note nota nb numero objectif objet observation "
    "opportunite ordre organisation origine page paragraphe partie partenaire perspective phase piste place point "
    "population porteur ps prenom presentation principe priorite prix probleme proces procedure profession projet "
    "proposition public rappel recommandation reference regle remarque resultat resume risque role rubrique scene "
    "section secteur sexe signature site situation solution sommaire source sous-titre statut suite sujet synthese "
    "tableau tache tarif tel telephone temps terrain texte thematique theme titre total transcription transcripteur "
    "type url valeur variante version ville voir web".split()
)
_NOISES = frozenset(
    "rire rires pause silence toux inaudible incomprehensible musique applaudissements brouhaha bruit bruits soupir "
    "coupure rupture interruption".split()
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label met at the head of a line: its form, its times in seconds, and where the words begin in the line."""

    name: str
    form: str
    start_s: float | None
    end_s: float | None
    rest: int

    @property
    def key(self) -> str:
        return fold(self.name)


def candidate_labels(line: str, bold: int = 0) -> list[Label]:
    """Every reading of the head of a line as a label, one a form at most. `bold` is the length of the bold run that
    the line begins with, in characters."""
    head = line[:_HEAD]
    found = []
    for form, pattern in _FORMS.items():
        if form == ALONE and len(line) > _HEAD:
            continue
        match = pattern.match(head)
        if match is not None and is_label(match["label"]) and (form != ALONE or _may_stand_alone(match)):
            found.append(_make_label(match, form))
    if 0 < bold <= _HEAD:
        match = re.match(rf"{_LABEL}{_AFTER}{_SEPARATOR}$", line[:bold].rstrip())
        if match is not None and is_label(match["label"]):
            rest = len(line) - len(line[bold:].lstrip(" \u00a0:–—-"))
            found.append(_make_label(match, BOLD, rest))
    return found


def is_label(text: str) -> bool:
    """Whether a text may name who speaks: at most four words and forty characters, a role word, a name or a code, and
    none of the words that sentences and forms are made of."""
    text = tidy(text)
    words = _WORD.findall(fold(text))
    if not text or len(text) > _LONGEST or len(text.split()) > _MOST_WORDS or not _ALLOWED.fullmatch(text):
        return False
    if roles.is_role(text):
        return True
    if not any(char.isalpha() for char in text) or _SENTENCE.search(text) or not _NOISES.isdisjoint(words):
        return False
    if text[0].isdigit():
        return _CODE.fullmatch(text) is not None
    first = words[0]
    if first in _FIELDS or first.removesuffix("s") in _FIELDS or first.removesuffix("x") in _FIELDS:
        return False
    return text[0].isupper() and (len(text) == 1 or _OF_PROSE.isdisjoint(words))


def is_code(text: str) -> bool:
    """Whether a label is a code such as `E1` or `001LOC1`."""
    return _CODE.fullmatch(text) is not None


def lowercase_words(lines: Iterable[str]) -> frozenset[str]:
    """The folded words that lines hold in lower case."""
    return frozenset(fold(word) for line in lines for word in _LOWER.findall(line))


def is_name(text: str, lower: frozenset[str]) -> bool:
    """Whether a label looks like a name or a code: none of its words occurs in lower case in the file."""
    return is_code(text) or lower.isdisjoint(_WORD.findall(fold(text)))


def may_speak_once(text: str, lower: frozenset[str]) -> bool:
    """Whether a label met once is a speaker: taking a third person's words for the second's is worse than a doubt, so
    is taking « Résultat : » for a person."""
    words = text.split()
    return roles.is_role(text) or (
        len(words) <= 2 and all(word[0].isupper() for word in words) and is_name(text, lower)
    )


def is_field(line: str) -> bool:
    """Whether a line fills in a form: « Date : 12 mai », « Durée : 1 h »."""
    name, colon, _ = line[:_LONGEST].partition(":")
    words = fold(name).split()
    return bool(colon and words) and (words[0] in _FIELDS or words[0].removesuffix("s") in _FIELDS)


def clock_seconds(text: str | None) -> float | None:
    """The seconds of `0:11`, `00:12:30,5`, `1h02` or `12'30`; of two numbers the first are minutes, but before an h."""
    if not text:
        return None
    numbers = [float(number.replace(",", ".")) for number in re.findall(r"\d+(?:[.,]\d+)?", text)]
    if "h" in text:
        numbers = [*numbers, 0.0][:3]
    total = 0.0
    for number in numbers:
        total = total * 60 + number
    return total


def time_span(text: str) -> tuple[float | None, float | None] | None:
    """The times, in seconds, of a text that is nothing but a time or a span of times; else `None`."""
    match = _SPAN.fullmatch(text.strip()[:_HEAD])
    return None if match is None else (clock_seconds(match["start"]), clock_seconds(match["end"]))


def _may_stand_alone(match: re.Match[str]) -> bool:
    said = roles.words(match["label"])
    return bool(match["start_before"] or match["start_after"]) or (len(said) == 1 and roles.is_role(said[0]))


def _make_label(match: re.Match[str], form: str, rest: int | None = None) -> Label:
    groups = match.groupdict()
    start = (
        clock_seconds(groups.get("start_before"))
        if groups.get("start_before")
        else clock_seconds(groups.get("start_after"))
    )
    end = clock_seconds(groups.get("end_before") or groups.get("end_after"))
    return Label(tidy(match["label"]).strip(" \u00a0-–"), form, start, end, match.end() if rest is None else rest)
