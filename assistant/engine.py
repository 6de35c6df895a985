"""The one path of a question: understand, search, judge, answer, verify."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer import select, write
from assistant.lexicon import Expansion, Lexicon
from assistant.settings import AssistantSettings
from assistant.types import Answer, Term
from assistant.understand import judge
from assistant.understand.coverage import Topic
from assistant.understand.question import Asked, Question, understand
from index.reading.text import tidy
from index.search.search import Query, Searcher
from index.types import Hit, Scope, Unit

_QUESTION = 2000  # characters read of a question
_FORM_NAMES = {Asked.NUMBER: "nombre", Asked.WHEN: "date"}
_TERMS = 8  # definitions shown beside an answer


@dataclass(frozen=True, slots=True)
class Found:
    """A question as understood, and the passages found for it."""

    asked: Question
    expansions: tuple[Expansion, ...]
    topic: Topic
    hits: tuple[Hit, ...]

    @property
    def evidence(self) -> judge.Evidence:
        """What the passages say of whether there is an answer."""
        return judge.weigh(self.topic, self.hits)


class Engine:
    """Answers questions over one index. Threads may share one: it holds no conversation."""

    def __init__(self, searcher: Searcher, lexicon: Lexicon, settings: AssistantSettings) -> None:
        self._searcher = searcher
        self._lexicon = lexicon
        self._settings = settings

    def ask(self, question: str, scope: Scope) -> Answer:
        """The whole answer to a question."""
        for piece in self.stream(question, scope):
            if isinstance(piece, Answer):
                return piece
        raise AssertionError("a stream ends with its answer")

    def stream(self, question: str, scope: Scope) -> Iterator[str | Answer]:
        """The answer's text in pieces, each checked before it is given, then the answer itself."""
        began = time.monotonic()
        asked = self._understand(question)
        if not asked.text:
            yield write.EMPTY
            yield replace(_refusal(asked, write.EMPTY), seconds=time.monotonic() - began)
            return
        with self._searcher.snapshot():  # one state of the index for the whole answer; nothing is given out meanwhile
            answer, pieces = self._answer(asked, scope)
        yield from pieces
        yield replace(answer, seconds=time.monotonic() - began)

    def find(self, question: str, scope: Scope) -> Found:
        """What is found for a question before anything is judged or written: the benchmarks measure this."""
        return self._find(self._understand(question), scope)

    def _understand(self, question: str) -> Question:
        return understand(tidy(question[:_QUESTION]), self._searcher.sites, self._lexicon)

    def _find(self, asked: Question, scope: Scope) -> Found:
        expansions = self._lexicon.expand(asked.text)
        topic = Topic.of(asked.topic, self._searcher.rarity(asked.topic, scope), expansions)
        also = tuple(dict.fromkeys(form for expansion in expansions for form in expansion.forms))
        hits = self._searcher.search(Query(asked.text, asked.topic, also), scope, self._settings.hits)
        return Found(asked, tuple(expansions), topic, tuple(hits))

    def _answer(self, asked: Question, scope: Scope) -> tuple[Answer, list[str]]:
        """The answer, and its text in pieces."""
        found = self._find(asked, scope)
        topic, hits = found.topic, found.hits
        defined = self._lexicon.find(asked.text) if asked.asked is Asked.DEFINITION else []
        answers = judge.probability(found.evidence) >= self._settings.threshold
        if not answers and not defined:
            return _refusal(asked, write.REFUSAL), [write.REFUSAL]
        ranked = select.candidates(asked, topic, hits, self._searcher.sites) if answers else []
        choice = select.choose(
            asked,
            ranked,
            self._searcher,
            scope,
            limit=self._settings.citations,
            list_limit=self._settings.list_citations,
        )
        citations = write.cite(choice.units)
        pieces = list(write.blocks(asked, citations, choice, defined))
        answer = Answer(
            question=asked.text,
            searched_for=_searched_for(asked, found.expansions),
            text="".join(pieces).strip(),
            citations=citations,
            terms=tuple(self._met(asked, [citation.unit for citation in citations])),
            notices=tuple(self._notices(asked, topic, ranked, choice.units, scope)),
            refused=False,
            engine="extractive",
            seconds=0.0,
        )
        return answer, pieces

    def _met(self, asked: Question, units: Sequence[Unit]) -> list[Term]:
        """The jargon met in the question and the quotations."""
        return self._lexicon.find(asked.text, *(unit.text for unit in units))[:_TERMS]

    def _notices(
        self,
        asked: Question,
        topic: Topic,
        ranked: Sequence[select.Candidate],
        units: Sequence[Unit],
        scope: Scope,
    ) -> Iterator[str]:
        """What the quotations leave open, said in plain words."""
        if not units:
            said = any(self._searcher.holds(term.word, scope) for term in self._lexicon.find(asked.text))
            what = "n’est cité" if said else "du corpus n’emploie ce mot"
            yield f"Aucun passage {what}\u00a0: seule la définition du lexique est donnée."
            return
        for site, named in zip(asked.sites, asked.named, strict=True):
            best = max((candidate.overall for candidate in ranked), default=0.0)
            there = any(site in candidate.at_sites and candidate.overall >= 0.6 * best > 0 for candidate in ranked)
            if not there and topic.words:
                about = " ".join(topic.words.values())
                yield (
                    f"Aucun passage trouvé ne parle de «\u00a0{about}\u00a0» {named} en particulier\u00a0: "
                    "ce qui est cité en parle en général."
                )
        if asked.asked in _FORM_NAMES:
            sites = self._searcher.sites
            if not any(select.fits(asked.asked, unit.text, sites) for unit in units):
                yield f"Aucun des passages cités ne donne de {_FORM_NAMES[asked.asked]}."
        spoken = frozenset[str]().union(*(_spoken(topic, unit) for unit in units))
        missing = [word for stem, word in topic.words.items() if stem not in spoken]
        if missing and asked.asked is not Asked.DEFINITION:
            yield f"Les passages cités ne parlent pas de\u00a0: {', '.join(missing)}."


def _spoken(topic: Topic, unit: Unit) -> frozenset[str]:
    """The stems of the topic that a unit or its headings speak of."""
    return topic.covered("\n".join((*unit.passage.context, unit.passage.text)))


def _searched_for(asked: Question, expansions: Sequence[Expansion]) -> str:
    """The question, with the study's words that were looked for beside its own."""
    also = list(dict.fromkeys(expansion.forms[0] for expansion in expansions))
    return f"{asked.text} (aussi\u00a0: {', '.join(also)})" if also else asked.text


def _refusal(asked: Question, text: str) -> Answer:
    return Answer(asked.text, asked.text, text, (), (), (), True, "extractive", 0.0)
