"""What is asked: the form of a question, what it is about, and the words it is about it with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.understand.answer_type import AnswerForm, AnswerType, expected_type
from assistant.understand.lexicon import Expansion, Lexicon
from index.language import french
from index.search import site_names
from index.types import Site


class QuestionForm(StrEnum):
    """The kind of answer that a question expects."""

    DEFINITION = "definition"
    WHO = "who"
    LIST = "list"
    NUMBER = "number"
    WHEN = "when"
    WHERE = "where"
    ROLE = "role"
    REASON = "reason"
    OPINION = "opinion"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood. `topic` holds the words that say what it is about, as they were typed, without those
    that only ask and without names of sites; `named` is what the question itself calls each of `sites`, with its
    preposition; `expected_type` is what the answer must hold, where its form is not free; `typed` is the question
    before its spelling was mended; `compares` says that each of the sites is to be told apart from the others; `vague`
    that nothing is said but sites and words that only ask."""

    text: str
    asked: QuestionForm
    topic: str
    sites: tuple[Site, ...]
    named: tuple[str, ...]
    expected_type: AnswerType | None = None
    typed: str = ""
    compares: bool = False
    vague: bool = False


# Over folded words, apostrophes and hyphens read as spaces; the first form that fits wins.
_FORMS: tuple[tuple[QuestionForm, re.Pattern[str]], ...] = tuple(
    (asked, re.compile(pattern))
    for asked, pattern in (
        (
            QuestionForm.DEFINITION,
            r"\b(?:c est quoi|qu est ce qu un\w*|qu est ce que c est|definitions? d\w*|defini(?:r|s|t|ssent|ssez)?)\b",
        ),
        (
            QuestionForm.DEFINITION,
            r"\b(?:veut|veulent|voulait) dire\b|\bsignifi(?:e|ent|ait|er)\b|\bqu (?:entend|appelle) ?t? on\b"
            r"|^definition\b|\bdefinition$",
        ),
        (
            QuestionForm.NUMBER,
            r"\bcombien\b|\bquel(?:le)? (?:est le |est la )?(?:nombre|quantite|pourcentage|part|montant)\b",
        ),
        (
            QuestionForm.WHEN,
            r"\bquand\b|\b(?:quel jour|quelle date|quelle annee|quels jours|quelles dates|quelle est la date)\b",
        ),
        (
            QuestionForm.OPINION,
            r"\b(?:pens\w+|trouv(?:e|es|ent|ait|aient|ez)|disent|croi\w+) .*\bquoi\b"
            r"|\b(?:que|qu|quoi|comment) .*\bpens\w+"
            r"|\b(?:avis|opinions?|ressenti\w*|point de vue|points de vue|satisfait\w*|reproch\w+|vecu\w*)\b"
            r"|\bd accord\b|\bcomment (?:vivent|jugent|voient|percoivent|trouvent)\b",
        ),
        (
            QuestionForm.ROLE,
            r"\broles?\b|\ba quoi (?:ca |cela )?(?:sert|servent)\b|\bservent a quoi\b|\bsert a quoi\b|\bmissions?\b"
            r"|\bque (?:fait|font)\b|\b(?:fait|font) quoi\b|\bs occupent? de quoi\b",
        ),
        (QuestionForm.REASON, r"\bpourquoi\b|\b(?:quelles?|pour) (?:sont les |est la )?raisons?\b|\ba cause de quoi\b"),
        (QuestionForm.LIST, r"\bqu est ce qu[ie]?\b"),
        (
            QuestionForm.WHO,
            r"^(?:et )?(?:avec |par |pour |de |a |chez )?qui\b|"
            r"\bqui (?:est|sont|fait|font|a|ont)\b|\bquelles? personnes?\b|\bc (?:est|etait|etaient) qui\b",
        ),
        (QuestionForm.LIST, r"\b(?:quels|quelles|liste\w*|lesquels|lesquelles)\b|^(?:que|qu)\b"),
    )
)
# What only asks: taken out of the topic, unless nothing is left.
_ASKING = re.compile(
    r"\b(?:c est quoi|qu est ce qu\w*|qu est ce|est ce qu\w*|(?:fait|font|faire|faisait) partie|"
    r"(?:a|ont|avoir|avait|avaient) (?:eu )?lieu|"
    r"(?:se|s est|se sont) (?:passe\w*|deroule\w*|situe\w*|trouve\w*)|dans quelles? villes?|c (?:est|etait) qui|"
    r"(?:veut|veulent|voulait) dire|"
    r"il y a|y a t il|il y a t il|que dit|que disent|parle\w* (?:moi )?d\w*|dis moi|dites moi|peux tu|pouvez vous|"
    r"(?:differences?|points? communs?|ressemblances?) (?:entre|avec|de|d|des|du)|"
    r"je (?:veux|voudrais|cherche)|en quoi consiste\w*|a quoi sert|"
    r"(?:dans|selon|d apres) (?:l |le |la |les |cette |cet |ce |ces |votre |vos )?"
    r"(?:etude|enquete|recherche|rapport|corpus|compte rendu|entretiens?|documents?|textes?|passages?))\b"
)
_WEAK = frozenset(
    french.stem(word)
    for word in (
        "role roles place fonction exactement concretement corpus document documents passage passages question nombre "
        "liste definition definir signifie signifier signification mot terme expression date jour annee moment lieu "
        "endroit chose choses savoir connaitre expliquer explique dire dit disent parle parlent existe existent "
        "appelle s'appelle entend bonjour merci stp svp quelqu'un gens personne personnes principaux principales "
        "participant participants participante participantes enquete enquetes interroge interroges interviewe "
        "pense pensent penser avis opinion ressenti ressentent trouvent sigle acronyme abreviation initiales nom "
        "comprend comprennent comporte comportent contient contiennent fais faite faites faits "
        "element elements point points aspect aspects difference differences ressemblance ressemblances"
    ).replace("'", " ").split()
)  # fmt: skip
_COMPARING = re.compile(
    r"\b(?:differences?|differents?|points? communs?|ressembl\w+|d un \w+ a l autre)\b"
    r".*\b(?:sites?|terrains?|lieux|villes|territoires|cas)\b"
)
_VOWELS = frozenset("aeiouy")
_WHAT_IS = re.compile(r"qu est ce que (?:l |la |le |les )?(.+)$")
_ONE_THING = re.compile(r"\w+(?: d(?:e|es|u)?(?: la| l)? \w+)?")  # a noun, and what it is of
_WHERE = re.compile(
    r"\boù\b|^ou\b|\bou(?: ca)?$|\bquel(?:le)?s? (?:est (?:le |la ))?(?:lieux?|endroits?|villes?)\b", re.IGNORECASE
)
_PREPOSITION = (
    r"(?:(?:\bà|\bau|\baux|\ben|\bdans|\bchez|\bsur|\bpour|\bpar|\bde|\bdu|\bdes)\s+(?:la\s+|le\s+|les\s+)?|"
    r"\b[dl]['’]\s*|\bà\s+l['’]\s*)?"
)


def understand(text: str, sites: Sequence[Site], lexicon: Lexicon) -> Question:
    """Read a question asked in French, with or without accents and question mark. A site that the question names by a
    term of the lexicon stays part of the topic, as do words that the lexicon leads to its terms."""
    text = " ".join(text.split())
    composed = unicodedata.normalize("NFC", text)
    folded = " ".join(french.words(text))
    asked = next((asked for asked, pattern in _FORMS if pattern.search(folded)), QuestionForm.OPEN)
    named_thing = _WHAT_IS.match(folded)
    if named_thing and (lexicon.names(named_thing[1]) or _ONE_THING.fullmatch(named_thing[1])):
        asked = QuestionForm.DEFINITION
    if asked is QuestionForm.OPEN and _WHERE.search(composed):
        asked = QuestionForm.WHERE
    named = site_names.named_sites(text, sites)
    if not named and asked is not QuestionForm.DEFINITION and _COMPARING.search(folded):
        named = tuple(sites)
    compares = len(named) > 1 and asked is not QuestionForm.DEFINITION
    places = [name for site in named for name in site.names if not lexicon.names(name)]
    expansions = lexicon.expand(text)
    meant = frozenset[str]().union(*(expansion.stems for expansion in expansions))
    typed = {french.fold(word): word for word in re.findall(r"[^\W_]+", text)}
    strong = _topic(folded, places, meant)
    words = strong or (" ".join(site.name for site in named) if compares else "")
    topic = " ".join(typed.get(word, word) for word in (words or _anything(folded, places)).split())
    in_words = tuple(_as_named(composed, site) for site in named)
    form = _form(folded, asked, expansions)
    return Question(text, asked, topic, named, in_words, form, compares=compares, vague=not strong)


def _form(folded: str, asked: QuestionForm, expansions: Sequence[Expansion]) -> AnswerType | None:
    """What the answer must hold; what is counted is counted under the study's words for it too."""
    if asked is QuestionForm.WHERE:
        return AnswerType(AnswerForm.PLACE)
    found = expected_type(folded) if asked is not QuestionForm.DEFINITION else None
    if found is None or found.form is not AnswerForm.NUMBER:
        return found
    also = (form for expansion in expansions if expansion.stems & found.of for form in expansion.forms)
    return replace(found, of=found.of.union(*map(french.terms, also)))


def _topic(folded: str, places: Sequence[str], meant: frozenset[str]) -> str:
    """The words that say what a question is about; empty when none does."""
    without_sites = site_names.remove_names(folded, places)
    asked_about = _ASKING.sub(" ", without_sites)
    for candidate in (asked_about, without_sites):
        strong = [word for word in candidate.split() if _strong(word, meant)]
        if strong:
            return " ".join(strong)
    return ""


def _anything(folded: str, places: Sequence[str]) -> str:
    """What is left to go by in a question without a topic."""
    content = [word for word in site_names.remove_names(folded, places).split() if french.terms(word)]
    return " ".join(content) or folded


def _strong(word: str, meant: frozenset[str]) -> bool:
    stems = french.terms(word)
    return bool(stems) and (stems[0] not in _WEAK or stems[0] in meant)


def _as_named(text: str, site: Site) -> str:
    """How the question puts a site, « à Ville », or « au sujet de Ville » when no preposition stands before it."""
    for name in sorted(site.names, key=len, reverse=True):
        loose = re.escape(name).replace("'", "['’]")
        match = re.search(rf"{_PREPOSITION}{loose}(?!\w)", text, re.IGNORECASE)
        if match:
            found = match[0].strip()
            return found if found.lower() != name.lower() else _about(found)
    return _about(site.name)


def _about(name: str) -> str:
    if name.lower().startswith("le "):
        return f"au sujet du {name[3:]}"
    if name.lower().startswith("les "):
        return f"au sujet des {name[4:]}"
    return f"au sujet d’{name}" if french.fold(name)[:1] in _VOWELS else f"au sujet de {name}"
