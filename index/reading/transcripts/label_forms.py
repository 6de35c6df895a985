"""Forms of speaker labels at the start of a line, and the tests of what may be a label.

Every pattern looks at the first 160 characters of a line, so that reading takes linear time whatever the line holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.language.folding import fold_label
from index.reading.text import tidy
from index.reading.transcripts import roles

_HEAD_CHARS = 160
_MAX_LABEL_CHARS, _MAX_LABEL_WORDS = 40, 4

_TIME_PATTERN = (
    r"(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?|\d{1,2}h\d{2}(?:m(?:in)?\d{2}s?)?|\d{1,3}['’′]\d{2}(?:''|’’|[\"″])?"
)


def _time_pattern(suffix: str) -> str:
    """Return the pattern of a time or a span of times, in brackets or not, with groups `start` and `end` plus
    `suffix`."""
    return (
        rf"[\[(<{{#]?[ \u00a0]*(?P<start{suffix}>{_TIME_PATTERN})"
        rf"(?:[ \u00a0]*(?:-->|[-–—→à/])[ \u00a0]*(?P<end{suffix}>{_TIME_PATTERN}))?(?:-\d)?[ \u00a0]*[\])>}}#]?"
    )


_TIME_SPAN = re.compile(_time_pattern(""))
_TIME_BEFORE = rf"(?:{_time_pattern('_before')}[ \u00a0\t]*(?:[-–—:][ \u00a0]+)?)?"
_TIME_AFTER = rf"(?:[ \u00a0]*{_time_pattern('_after')})?"
_LABEL_PATTERN = r"(?P<label>[^\W_][^:\[\]<>{}|\t]{0,50}?)"
_DASH = r"(?:[ \u00a0]+[-–—](?:[ \u00a0]+|(?=[^\W\d_])|$)|(?<=\d)[-–—][ \u00a0]+)"
_SEPARATOR = r"[ \u00a0]*[:–—-]?[ \u00a0]*"

BOLD = "bold"
ALONE = "alone"
_FORM_PATTERNS = {
    "bracket": rf"\[[ \u00a0]*{_LABEL_PATTERN}[ \u00a0]*\]{_TIME_AFTER}{_SEPARATOR}",
    "angle": rf"<[ \u00a0]*{_LABEL_PATTERN}[ \u00a0]*>{_TIME_AFTER}{_SEPARATOR}",
    "colon": rf"{_TIME_BEFORE}{_LABEL_PATTERN}{_TIME_AFTER}[ \u00a0]*:(?!//)(?!(?<=\d:)\d)[ \u00a0]*",
    "dash": rf"{_TIME_BEFORE}{_LABEL_PATTERN}{_TIME_AFTER}{_DASH}",
    "dot": r"(?P<label>[A-Z]{1,4}\d{1,3}|[QR])\.[ \u00a0]+(?=\S)",
    "tab": rf"{_TIME_BEFORE}{_LABEL_PATTERN}{_TIME_AFTER}[ \u00a0]*\t+[ \u00a0]*",
    ALONE: rf"{_TIME_BEFORE}{_LABEL_PATTERN}{_TIME_AFTER}[ \u00a0]*$",
}
_FORMS = {name: re.compile(pattern) for name, pattern in _FORM_PATTERNS.items()}
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
"""Forms that prose does not use by chance."""

_ALLOWED = re.compile(r"[\w '’.()·/&#\u00a0-]+")
_WORD = re.compile(r"[^\W_]+")
_LOWERCASE_WORD = re.compile(r"\b[a-zà-öø-ÿœ]\w*")
_SENTENCE = re.compile(r"\w{4,}\. ")
_CODE = re.compile(r"[A-Z]{1,4}\d{1,3}|\d{1,4}[A-Z]{1,10}\d{0,3}|[A-Z]{1,4}")
# Words of sentences: a label that holds any of them, and no role word, is prose.
_PROSE_WORDS = frozenset(
    "je j tu il elle on nous vous ils elles ce cela ca ceci c qui que qu quoi dont est sont etait etaient ont avons "
    "avez ai fait font faut peut peuvent doit doivent y ne n pas plus voici voila mais donc car alors puis ensuite "
    "enfin ainsi autrement par pour dans sur avec sans selon comme si quand lorsque deux trois quatre cinq premier "
    "premiere premierement second seconde secondement deuxieme deuxiemement troisieme troisiemement cette cet ces "
    "mes ses leur leurs notre nos votre vos les des au aux en oui non bref accord etc ni or tout tous toute "
    "toutes autre autres plusieurs chaque certains certaines aujourd hier demain moi toi mon ma ton ta son sa "
    "was the and".split()
)
# First words of fields in forms, lists and minutes of meetings.
_FIELD_WORDS = frozenset(
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
    """A label at the start of a line: its form, its times in seconds, and the offset of the words after it in the
    line."""

    name: str
    form: str
    start_s: float | None
    end_s: float | None
    rest: int

    @property
    def key(self) -> str:
        return fold_label(self.name)


def candidate_labels(line: str, bold: int = 0) -> list[Label]:
    """Return every reading of the start of a line as a label, at most one for each form. `bold` is the length in
    characters of the bold run at the start of the line."""
    head = line[:_HEAD_CHARS]
    candidates = []
    for form, pattern in _FORMS.items():
        if form == ALONE and len(line) > _HEAD_CHARS:
            continue
        match = pattern.match(head)
        if match is not None and is_label(match["label"]) and (form != ALONE or _may_stand_alone(match)):
            candidates.append(_make_label(match, form))
    if 0 < bold <= _HEAD_CHARS:
        match = re.match(rf"{_LABEL_PATTERN}{_TIME_AFTER}{_SEPARATOR}$", line[:bold].rstrip())
        if match is not None and is_label(match["label"]):
            rest = len(line) - len(line[bold:].lstrip(" \u00a0:–—-"))
            candidates.append(_make_label(match, BOLD, rest))
    return candidates


def is_label(text: str) -> bool:
    """Return whether a text may name a speaker: at most four words and forty characters, with a role word, a name or
    a code, and without words typical of sentences and forms."""
    text = tidy(text)
    words = _WORD.findall(fold_label(text))
    if not text or len(text) > _MAX_LABEL_CHARS or len(text.split()) > _MAX_LABEL_WORDS or not _ALLOWED.fullmatch(text):
        return False
    if roles.is_role(text):
        return True
    if not any(char.isalpha() for char in text) or _SENTENCE.search(text) or not _NOISES.isdisjoint(words):
        return False
    if text[0].isdigit():
        return _CODE.fullmatch(text) is not None
    first = words[0]
    if first in _FIELD_WORDS or first.removesuffix("s") in _FIELD_WORDS or first.removesuffix("x") in _FIELD_WORDS:
        return False
    return text[0].isupper() and (len(text) == 1 or _PROSE_WORDS.isdisjoint(words))


def is_code(text: str) -> bool:
    """Return whether a label is a code such as `E1` or `001LOC1`."""
    return _CODE.fullmatch(text) is not None


def lowercase_words(lines: Iterable[str]) -> frozenset[str]:
    """Return the folded words that lines hold in lower case."""
    return frozenset(fold_label(word) for line in lines for word in _LOWERCASE_WORD.findall(line))


def is_name(text: str, lower: frozenset[str]) -> bool:
    """Return whether a label looks like a name or a code: none of its words occurs in lower case in the file."""
    return is_code(text) or lower.isdisjoint(_WORD.findall(fold_label(text)))


def may_speak_once(text: str, lower: frozenset[str]) -> bool:
    """Return whether a label that occurs once is a speaker. The test is strict: attributing the words of one person
    to another is worse than a doubt, and so is taking « Résultat : » for a person."""
    words = text.split()
    return roles.is_role(text) or (
        len(words) <= 2 and all(word[0].isupper() for word in words) and is_name(text, lower)
    )


def is_field(line: str) -> bool:
    """Return whether a line fills in a form: « Date : 12 mai », « Durée : 1 h »."""
    name, colon, _ = line[:_MAX_LABEL_CHARS].partition(":")
    words = fold_label(name).split()
    return bool(colon and words) and (words[0] in _FIELD_WORDS or words[0].removesuffix("s") in _FIELD_WORDS)


def clock_seconds(text: str | None) -> float | None:
    """Return the seconds of `0:11`, `00:12:30,5`, `1h02` or `12'30`; the first of two numbers are minutes, or hours
    before an « h »."""
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
    """Return the start and end, in seconds, of a text that is only a time or a span of times; else `None`."""
    match = _TIME_SPAN.fullmatch(text.strip()[:_HEAD_CHARS])
    return None if match is None else (clock_seconds(match["start"]), clock_seconds(match["end"]))


def _may_stand_alone(match: re.Match[str]) -> bool:
    """Return whether a label alone on its line is credible: beside a time, or a single role word."""
    label_words = roles.words(match["label"])
    return bool(match["start_before"] or match["start_after"]) or (
        len(label_words) == 1 and roles.is_role(label_words[0])
    )


def _make_label(match: re.Match[str], form: str, rest: int | None = None) -> Label:
    groups = match.groupdict()
    start = (
        clock_seconds(groups.get("start_before"))
        if groups.get("start_before")
        else clock_seconds(groups.get("start_after"))
    )
    end = clock_seconds(groups.get("end_before") or groups.get("end_after"))
    return Label(tidy(match["label"]).strip(" \u00a0-–"), form, start, end, match.end() if rest is None else rest)
