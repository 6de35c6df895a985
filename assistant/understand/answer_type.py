"""Recognises the type of answer that a factual question expects (Li and Roth, 2002): a number, a date, a place, a name.

A text on the topic that gives no date does not answer « quand ».

To add an expected type: a member of `AnswerForm`, a pattern of the questions that ask for it in `_ASKED`, and either a
pattern of the texts that hold it in `_SEEN` or a method of `AnswerType` in `_SPECIAL`. A test belongs in
`tests/assistant/understand/test_answer_type.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.language import french
from index.language.months import PLAIN_MONTHS
from index.search.site_names import named_sites
from index.types import Site


class AnswerForm(StrEnum):
    """A form of answer that can be recognised in a text. The value is its French name in a notice, after « de »."""

    NUMBER = "nombre"
    SHARE = "proportion"
    AMOUNT = "montant"
    DURATION = "durée"
    DATE = "date"
    TIME = "date ou de moment"
    HOURS = "horaire"
    PLACE = "lieu"
    MAIL = "courriel"
    PHONE = "numéro de téléphone"
    ADDRESS = "rue ni de numéro"
    LINK = "adresse de site"
    NAME = "nom"


_UNITS = "minutes?|heures?|jours?|journees?|nuits?|semaines?|mois|ans?|annees?|siecles?"
_COUNTS = frozenset(
    (
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt vingts "
        "trente quarante cinquante soixante cent cents mille million millions dizaine dizaines douzaine douzaines "
        "quinzaine vingtaine trentaine quarantaine cinquantaine soixantaine centaine centaines millier milliers "
        "moitie tiers quart plusieurs unique seul seule aucun aucune"
    ).split()
)
_PEOPLE = frozenset(
    french.stem(word)
    for word in (
        "personne personnes gens individu membre participant participante adherent adherente habitant habitante "
        "salarie salariee benevole volontaire femme homme enfant jeune eleve etudiant usager beneficiaire "
        "chercheur chercheuse enquete enquetee interroge interrogee temoin invite convive collegue"
    ).split()
)
_ANYONE = frozenset(french.stem(word) for word in "personne personnes gens monde membre individu participant".split())
_MONEY = r"coute|cout|prix|tarif|budget|salaire|montant|somme"
_SPENDING = r"coute\w*|gagn\w*|paye\w*|paie\w*|touch\w*|vaut|valent|depens\w*|rapporte\w*|factur\w*"
_SHARES = "(?:taux|pourcentage|proportion|part) d"

_DATE = re.compile(
    r"\b(?:1\d|20)\d\d\b|\ben (?:l['’ ]an )?\d{2,3}\b|\b[ivx]+e siecle\b"
    r"|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{1,2} ?h(?: ?\d\d)?\b"
    r"|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?\b"
    rf"|\b(?:{'|'.join(PLAIN_MONTHS)})\b"
)
_MOMENT = (
    r"\b(?:avant|apres|pendant|lors|lorsque?|matins?|soirs?|nuits?|printemps|automne|hiver|chaque|tous les|des que)\b"
)
_SEEN: Mapping[AnswerForm, re.Pattern[str]] = {
    AnswerForm.SHARE: re.compile(r"\d ?%|\bpour ?cent\b|\b(?:moitie|tiers|quarts?)\b|\b\d+ sur \d+\b"),
    AnswerForm.AMOUNT: re.compile(
        r"\d[\d .,]*(?:[€£$]|k€|m€|(?:euros?|francs?|livres?|dollars?)\b)"
        r"|\b(?:mille|cents?|millions? d['’ ])\s*euros?\b"
    ),
    AnswerForm.DURATION: re.compile(rf"\bdemi[e ]?-?(?:{_UNITS})|\b(?:\d+|{'|'.join(_COUNTS)}|une?) (?:{_UNITS})\b"),
    AnswerForm.DATE: _DATE,
    AnswerForm.TIME: re.compile(rf"{_DATE.pattern}|{_MOMENT}"),
    AnswerForm.HOURS: re.compile(r"\b\d{1,2} ?(?:h|heures?)\b"),
    AnswerForm.MAIL: re.compile(r"\S@\S"),
    AnswerForm.PHONE: re.compile(r"\b0\d(?:[ .]?\d\d){4}\b|\+\d\d"),
    AnswerForm.ADDRESS: re.compile(r"\b(?:rue|avenue|boulevard|allee|chemin|impasse|quai|route)\b|\b\d{5}\b"),
    AnswerForm.LINK: re.compile(r"https?://|\bwww\.|\b\w+\.(?:fr|org|com|net)\b"),
}
_CAPITALISED = re.compile(
    r"\b(?:Mme|M\.|Mlle|Dr)\s+[A-ZÀ-ÖØ-Þ]|\b[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:[ -][A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+)+"
)
_LOCATED = re.compile(
    r"\b(?:dans|chez|devant|derrière|sous|près)\b|\b(?:à|au|aux|en|sur)\s+(?:la\s+|les?\s+|l['’])?[A-ZÀ-ÖØ-Þ]"
)

_HOLDER = r"\bqui (?:est|etait) (?:le|la|l|votre|leur) (\w{4,})"
# Matched against folded words, with apostrophes and hyphens as spaces; the first pattern that matches wins.
_ASKED: tuple[tuple[AnswerForm, re.Pattern[str]], ...] = tuple(
    (form, re.compile(pattern))
    for form, pattern in (
        (
            AnswerForm.DURATION,
            r"\bcombien de (?:temps?|minutes|jours|semaines|mois|annees)\b|\bdur\w+ combien\b"
            r"|^(?:la )?duree d|\bquelle (?:est |etait |a ete |fut )?(?:la )?duree\b",
        ),
        (
            AnswerForm.AMOUNT,
            rf"\b(?:{_SPENDING})\b.*\bcombien\b(?! d)|\bcombien\b(?! d).*\b(?:{_SPENDING})\b"
            r"|\bcombien d (?:euros|argent)\b"
            rf"|\bquel(?:le)?s? (?:(?:est|etait|sera) )?(?:(?:l|le|la|les|son|leur) )?(?:{_MONEY})\b"
            rf"|\b(?:{_MONEY})\b.*\beuros?\b",
        ),
        (AnswerForm.SHARE, rf"^(?:le |la )?{_SHARES}|\bquel(?:le)? (?:est |etait )?(?:le |la )?{_SHARES}"),
        (
            AnswerForm.MAIL,
            r"\badresses? (?:e ?)?mails?\b|\badresses? electroniques?\b|\b(?:mail|courriel) d"
            r"|\bquel (?:est )?(?:le )?(?:e ?mail|courriel)\b",
        ),
        (AnswerForm.PHONE, r"\bnumeros? de tel\w*|\btelephone d|\bquel (?:est )?(?:le |son |leur )?telephone\b"),
        (
            AnswerForm.LINK,
            r"\badresse (?:du |de leur |de son )?site\b|\bquel (?:est )?(?:le |leur |son )?site (?:web|internet)\b",
        ),
        (AnswerForm.ADDRESS, r"(?:^|\b(?:l|une|son|leur|quelle) )adresse\b|\bquelle rue\b|\bcode postal\b"),
        (
            AnswerForm.HOURS,
            r"\bquels (?:sont )?(?:les |leurs )?horaires\b|^(?:les )?horaires?(?: d[eu]? |$)|\bhoraires? d ouverture\b"
            r"|\ba quelles? heures?\b",
        ),
        (AnswerForm.NUMBER, r"\bcombien\b|\bquel(?:le)? (?:est le |est la )?(?:nombre|quantite)\b|^(?:le )?nombre d"),
        (
            AnswerForm.DATE,
            r"\b(?:quel jour|quelle date|quelle annee|quels jours|quelles dates)\b|\bquelle est la date\b"
            r"|^(?:les? |la )?dates? (?:de|du|des|d)\b",
        ),
        (
            AnswerForm.TIME,
            r"^(?:et |mais |depuis |jusqu a )*quand\b(?! meme)|\bc (?:est|etait|sera) quand\b"
            r"|\bquand (?:est ce|a|ont|est|sont|etait|etaient|aura|auront|sera) |\bquand$",
        ),
        (AnswerForm.NAME, _HOLDER),
    )
)  # fmt: skip
_COUNTED = re.compile(r"\b(?:combien|nombre|quantite) (?:de |d |des |du )(?:la |l |les )?(\w+)")
_HOW_MANY_ARE = re.compile(r"\b(?:on|ils|elles|nous|vous) \w+ (?:\w+ )?combien\b|\bcombien (?:etaient|sont|etions)\b")


@dataclass(frozen=True, slots=True)
class AnswerType:
    """The form that an answer must have. `of` holds the stems of the counted noun, or of the role of a person, when the
    question names it."""

    form: AnswerForm
    of: frozenset[str] = frozenset()

    @property
    def decisive(self) -> bool:
        """True when a text without this form cannot be the answer. False for a place, which can be expressed in too
        many ways."""
        return self.form is not AnswerForm.PLACE

    def fits(self, text: str, sites: Sequence[Site]) -> bool:
        """Return True when a text has the form. `sites` are the sites of the corpus."""
        special = _SPECIAL.get(self.form)
        if special is not None:
            return special(self, text, sites)
        return _SEEN[self.form].search(french.fold(text)) is not None

    def is_answered_by_list(self, heading: str, items: Sequence[str]) -> bool:
        """Return True when a list under `heading` gives the requested number, because its items are the things to
        count."""
        if self.form is not AnswerForm.NUMBER or not items:
            return False
        if self.of >= _PEOPLE:
            return name_people(items)
        return bool(self.of & set(french.terms(heading)))

    def _counts(self, text: str, sites: Sequence[Site]) -> bool:
        words = french.words(text)
        places = [place for place, word in enumerate(words) if word in _COUNTS or word.isdigit()]
        near = (frozenset(map(french.stem, words[place + 1 : place + 4])) for place in places)
        return any(not self.of or after & self.of for after in near)

    def _locates(self, text: str, sites: Sequence[Site]) -> bool:
        return bool(named_sites(text, sites)) or _LOCATED.search(text) is not None

    def _names(self, text: str, sites: Sequence[Site]) -> bool:
        return _CAPITALISED.search(text) is not None or bool(self.of & set(french.terms(text)))


_SPECIAL: Mapping[AnswerForm, Callable[[AnswerType, str, Sequence[Site]], bool]] = {
    AnswerForm.NUMBER: AnswerType._counts,
    AnswerForm.PLACE: AnswerType._locates,
    AnswerForm.NAME: AnswerType._names,
}


def name_people(texts: Sequence[str]) -> bool:
    """Return True when more than half of the texts, and at least one, hold a likely name of a person or of an
    organisation."""
    return 2 * sum(_CAPITALISED.search(text) is not None for text in texts) > len(texts)


def expected_type(folded: str) -> AnswerType | None:
    """Return the type of answer that a question expects; `None` when the form of its answer is free. `folded` holds the
    folded words of the question, with apostrophes and hyphens as spaces."""
    form = next((form for form, pattern in _ASKED if pattern.search(folded)), None)
    if form is None:
        return None
    if form is AnswerForm.NAME:
        return AnswerType(form, frozenset(french.stem(holder) for holder in re.findall(_HOLDER, folded)))
    return AnswerType(form, _counted(folded) if form is AnswerForm.NUMBER else frozenset())


def _counted(folded: str) -> frozenset[str]:
    named = _COUNTED.search(folded)
    if named:
        stem = french.stem(named[1])
        return _PEOPLE if stem in _ANYONE else frozenset((stem,))
    return _PEOPLE if _HOW_MANY_ARE.search(folded) else frozenset()
