"""Analyses a question: its form, its topic, the sites that it names and the type of its answer.

To add a kind of question: a member of `QuestionForm`, then its pattern in `_FORMS`, above those that must yield to it.
If its passages hold typical words, list them in `assistant/understand/question_cues.py`; if its answer must hold a
particular form, such as a date, see `assistant/understand/answer_type.py`. Selection and presentation by form are in
`assistant/answer/select.py` and `assistant/answer/write.py`."""

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
    """An analysed question. `topic` holds the words of its topic, as they were typed, without interrogative words and
    names of sites; `named` is the name that the question gives to each of `sites`, with its preposition;
    `expected_type` is the type of its answer, when the form of the answer is not free; `typed` is the question before
    its spelling was corrected; `compares` is True when the question compares the sites; `vague` is True when it holds
    only sites and interrogative words."""

    text: str
    form: QuestionForm
    topic: str
    sites: tuple[Site, ...]
    named: tuple[str, ...]
    expected_type: AnswerType | None = None
    typed: str = ""
    compares: bool = False
    vague: bool = False


# Matched against folded words, with apostrophes and hyphens as spaces; the first pattern that matches wins.
_FORMS: tuple[tuple[QuestionForm, re.Pattern[str]], ...] = tuple(
    (form, re.compile(pattern))
    for form, pattern in (
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
# Interrogative expressions: removed from the topic, unless no word is left.
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
_ONE_THING = re.compile(r"\w+(?: d(?:e|es|u)?(?: la| l)? \w+)?")  # a noun with its complement
_WHERE = re.compile(
    r"\boù\b|^ou\b|\bou(?: ca)?$|\bquel(?:le)?s? (?:est (?:le |la ))?(?:lieux?|endroits?|villes?)\b", re.IGNORECASE
)
_PREPOSITION = (
    r"(?:(?:\bà|\bau|\baux|\ben|\bdans|\bchez|\bsur|\bpour|\bpar|\bde|\bdu|\bdes)\s+(?:la\s+|le\s+|les\s+)?|"
    r"\b[dl]['’]\s*|\bà\s+l['’]\s*)?"
)


def understand(text: str, sites: Sequence[Site], lexicon: Lexicon) -> Question:
    """Analyse a question in French, with or without accents and question mark. A site whose name is a term of the
    lexicon stays part of the topic, as do words that the lexicon expands into its terms."""
    text = " ".join(text.split())
    composed = unicodedata.normalize("NFC", text)
    folded = " ".join(french.words(text))
    form = next((form for form, pattern in _FORMS if pattern.search(folded)), QuestionForm.OPEN)
    named_thing = _WHAT_IS.match(folded)
    if named_thing and (lexicon.is_term(named_thing[1]) or _ONE_THING.fullmatch(named_thing[1])):
        form = QuestionForm.DEFINITION
    if form is QuestionForm.OPEN and _WHERE.search(composed):
        form = QuestionForm.WHERE
    named = site_names.named_sites(text, sites)
    if not named and form is not QuestionForm.DEFINITION and _COMPARING.search(folded):
        named = tuple(sites)
    compares = len(named) > 1 and form is not QuestionForm.DEFINITION
    places = [name for site in named for name in site.names if not lexicon.is_term(name)]
    expansions = lexicon.expand(text)
    meant = frozenset[str]().union(*(expansion.stems for expansion in expansions))
    typed = {french.fold(word): word for word in re.findall(r"[^\W_]+", text)}
    strong = _topic(folded, places, meant)
    words = strong or (" ".join(site.name for site in named) if compares else "")
    topic = " ".join(typed.get(word, word) for word in (words or _content_words(folded, places)).split())
    in_words = tuple(_as_named(composed, site) for site in named)
    answer_type = _answer_type(folded, form, expansions)
    return Question(text, form, topic, named, in_words, answer_type, compares=compares, vague=not strong)


def _answer_type(folded: str, form: QuestionForm, expansions: Sequence[Expansion]) -> AnswerType | None:
    """Return the expected type of the answer. A counted noun also counts under the terms of the study for it."""
    if form is QuestionForm.WHERE:
        return AnswerType(AnswerForm.PLACE)
    found = expected_type(folded) if form is not QuestionForm.DEFINITION else None
    if found is None or found.form is not AnswerForm.NUMBER:
        return found
    also = (form for expansion in expansions if expansion.stems & found.of for form in expansion.forms)
    return replace(found, of=found.of.union(*map(french.terms, also)))


def _topic(folded: str, places: Sequence[str], meant: frozenset[str]) -> str:
    """Return the words of the topic of a question; empty when it has none."""
    without_sites = site_names.remove_names(folded, places)
    asked_about = _ASKING.sub(" ", without_sites)
    for candidate in (asked_about, without_sites):
        strong = [word for word in candidate.split() if _carries_topic(word, meant)]
        if strong:
            return " ".join(strong)
    return ""


def _content_words(folded: str, places: Sequence[str]) -> str:
    """Return the content words of a question without a topic; all its words when none has content."""
    content = [word for word in site_names.remove_names(folded, places).split() if french.terms(word)]
    return " ".join(content) or folded


def _carries_topic(word: str, meant: frozenset[str]) -> bool:
    stems = french.terms(word)
    return bool(stems) and (stems[0] not in _WEAK or stems[0] in meant)


def _as_named(text: str, site: Site) -> str:
    """Return a site as the question names it, « à Ville », or « au sujet de Ville » when no preposition precedes its
    name."""
    for name in sorted(site.names, key=len, reverse=True):
        loose = re.escape(name).replace("'", "['’]")
        match = re.search(rf"{_PREPOSITION}{loose}(?!\w)", text, re.IGNORECASE)
        if match:
            found = match[0].strip()
            return found if found.lower() != name.lower() else _with_au_sujet(found)
    return _with_au_sujet(site.name)


def _with_au_sujet(name: str) -> str:
    if name.lower().startswith("le "):
        return f"au sujet du {name[3:]}"
    if name.lower().startswith("les "):
        return f"au sujet des {name[4:]}"
    return f"au sujet d’{name}" if french.fold(name)[:1] in _VOWELS else f"au sujet de {name}"
