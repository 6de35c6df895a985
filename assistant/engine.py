"""The one path of a question: understand, search, judge, answer, verify."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer import select, write
from assistant.answer.breadth import breadth
from assistant.answer.compare import Side, compare
from assistant.answer.simplify import simplify
from assistant.lexicon import Expansion, Lexicon
from assistant.settings import AssistantSettings
from assistant.types import Answer, Term
from assistant.understand import judge, spelling
from assistant.understand.condense import REMEMBERED, condense
from assistant.understand.coverage import Topic
from assistant.understand.question import Asked, Question, understand
from index.reading.text import tidy
from index.search import french
from index.search.search import Query, Searcher
from index.types import Hit, Scope, Site, Unit

_WORD = re.compile(r"[^\W_]+")
_QUESTION = 2000  # characters read of a question
_ON_THE_SUBJECT = 0.5  # share of its topic, from which a passage is said to be on the subject of a question
_SUBJECTS = 3  # named when the corpus does not answer
_TERMS = 8  # definitions shown beside an answer


@dataclass(frozen=True, slots=True)
class Found:
    """A question as understood, and the passages found for it."""

    asked: Question
    expansions: tuple[Expansion, ...]
    topic: Topic
    hits: tuple[Hit, ...]
    sites: tuple[Site, ...]

    @property
    def evidence(self) -> judge.Evidence:
        """What the passages say of whether there is an answer."""
        in_form = select.in_form(self.asked, self.topic, self.hits, self.sites)
        return judge.weigh(self.topic, self.hits, in_form)


class Engine:
    """Answers questions over one index. Threads may share one: it holds no conversation."""

    def __init__(self, searcher: Searcher, lexicon: Lexicon, settings: AssistantSettings) -> None:
        self._searcher = searcher
        self._lexicon = lexicon
        self._settings = settings

    def ask(self, question: str, scope: Scope, before: Sequence[str] = ()) -> Answer:
        """The whole answer to a question; `before` holds those asked before it in the conversation, oldest first."""
        for piece in self.stream(question, scope, before):
            if isinstance(piece, Answer):
                return piece
        raise AssertionError("a stream ends with its answer")

    def stream(self, question: str, scope: Scope, before: Sequence[str] = ()) -> Iterator[str | Answer]:
        """As `ask`: the answer's text in pieces, each checked before it is given, then the answer itself."""
        began = time.monotonic()
        asked = self._understand(question, scope, before)
        if not asked.text:
            yield write.EMPTY
            yield replace(_refusal(asked, write.EMPTY), seconds=time.monotonic() - began)
            return
        with self._searcher.snapshot():  # one state of the index for the whole answer; nothing is given out meanwhile
            answer, pieces = self._answer(asked, scope)
        yield from pieces
        yield replace(answer, seconds=time.monotonic() - began)

    def simplify(self, answer: Answer) -> Answer:
        """The same answer, easier to read."""
        return simplify(answer, self._lexicon)

    def find(self, question: str, scope: Scope) -> Found:
        """What is found for a question before anything is judged or written: the benchmarks measure this."""
        return self._find(self._understand(question, scope), scope)

    def _understand(self, question: str, scope: Scope, before: Sequence[str] = ()) -> Question:
        typed, *earlier = (" ".join(tidy(text[:_QUESTION]).split()) for text in (question, *before[-REMEMBERED:]))
        vocabulary, sites = self._searcher.vocabulary(scope), self._searcher.sites
        meant, *earlier = (spelling.correct(text, vocabulary) for text in (typed, *earlier))
        return replace(understand(condense(meant, earlier, sites, self._lexicon), sites, self._lexicon), typed=typed)

    def _find(self, asked: Question, scope: Scope) -> Found:
        expansions = self._lexicon.expand(asked.text)
        rarity = self._searcher.rarity(asked.topic, scope)
        absent = frozenset(stem for stem in rarity if not self._searcher.vocabulary(scope).has(stem))
        topic = Topic.of(asked.topic, rarity, expansions, absent)
        query = Query(asked.text, asked.topic, _forms(expansions))
        hits = self._searcher.search(query, scope, self._settings.hits)
        return Found(asked, tuple(expansions), topic, tuple(hits), self._searcher.sites)

    def _answer(self, asked: Question, scope: Scope) -> tuple[Answer, list[str]]:
        """The answer, and its text in pieces."""
        found = self._find(asked, scope)
        defined = self._lexicon.find(asked.text) if asked.asked is Asked.DEFINITION else []
        evidence = found.evidence
        answers = judge.probability(evidence) >= self._settings.threshold
        ranked = select.candidates(asked, found.topic, found.hits, found.sites) if answers else []
        if not ranked and not defined:
            return _refused(found, evidence)
        sides = self._compare(found, scope) if asked.compares and ranked else ()
        if sides:
            citations = write.cite([unit for side in sides for unit in side.units])
            pieces = list(write.side_by_side(citations, sides))
        else:
            choice = select.choose(
                asked,
                ranked,
                self._searcher,
                scope,
                limit=self._settings.citations,
                list_limit=self._settings.list_citations,
            )
            citations = write.cite(choice.units)
            spread = breadth(found.topic, [citation.source for citation in citations], self._searcher, scope)
            pieces = list(write.blocks(asked, citations, choice, defined, spread))
        units = [citation.unit for citation in citations]
        answer = Answer(
            question=asked.typed,
            searched_for=_searched_for(asked, found.expansions),
            text="".join(pieces).strip(),
            citations=citations,
            terms=tuple(self._met(asked, units)),
            notices=tuple(self._notices(asked, found.topic, [] if sides else ranked, units, scope)),
            refused=False,
            engine="extractive",
            seconds=0.0,
        )
        return answer, pieces

    def _compare(self, found: Found, scope: Scope) -> tuple[Side, ...]:
        """What each site that the question compares has on its topic."""
        asked, hits = found.asked, {}
        also = _forms(found.expansions)
        for site in asked.sites:
            query = Query(f"{asked.topic} {site.name}", f"{asked.topic} {site.name}", also)
            hits[site] = self._searcher.search(query, scope, self._settings.hits)
        return compare(asked, found.topic, hits, found.sites, limit=self._settings.site_citations)

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
        for site, named in zip(asked.sites, asked.named, strict=True) if ranked else ():
            best = max((candidate.overall for candidate in ranked), default=0.0)
            there = any(site in candidate.at_sites and candidate.overall >= 0.6 * best > 0 for candidate in ranked)
            if not there and topic.words:
                about = " ".join(topic.words.values())
                yield (
                    f"Aucun passage trouvé ne parle de «\u00a0{about}\u00a0» {named} en particulier\u00a0: "
                    "ce qui est cité en parle en général."
                )
        spoken = frozenset[str]().union(*(_spoken(topic, unit) for unit in units))
        missing = [word for stem, word in topic.words.items() if stem not in spoken]
        if missing and asked.asked is not Asked.DEFINITION:
            yield f"Les passages cités ne parlent pas de\u00a0: {', '.join(missing)}."


def _forms(expansions: Sequence[Expansion]) -> tuple[str, ...]:
    """The other words to look for, each once."""
    return tuple(dict.fromkeys(form for expansion in expansions for form in expansion.forms))


def _spoken(topic: Topic, unit: Unit) -> frozenset[str]:
    """The stems of the topic that a unit or its headings speak of."""
    return topic.covered("\n".join((*unit.passage.context, unit.passage.text)))


def _searched_for(asked: Question, expansions: Sequence[Expansion]) -> str:
    """The question, with the study's word that each of its own was understood as."""
    typed = [(word, frozenset(french.terms(word))) for word in _WORD.findall(asked.text)]
    led: dict[str, list[str]] = {}
    for expansion in expansions:
        words = " ".join(word for word, stems in typed if stems & expansion.stems)
        other = next((form for form in expansion.forms if french.terms(form) != french.terms(words)), None)
        if other:  # a word is not led to another form of itself
            led.setdefault(other, []).append(words)
    also = "\u00a0; ".join(f"{', '.join(dict.fromkeys(words))} → {form}" for form, words in led.items())
    return f"{asked.text} ({also})" if also else asked.text


def _subjects(hits: Sequence[Hit]) -> list[str]:
    """What the first passages are about, each once."""
    return list(dict.fromkeys(hit.passage.subject for hit in hits))[:_SUBJECTS]


def _refused(found: Found, evidence: judge.Evidence) -> tuple[Answer, list[str]]:
    """The refusal of a question that the corpus does not answer, and its text in pieces."""
    asked = found.asked
    on_subject = evidence.coverage >= _ON_THE_SUBJECT
    lacking = asked.expected.form if asked.expected and evidence.lacking and on_subject else None
    text = write.refusal(_subjects(found.hits), lacking)
    return replace(_refusal(asked, text), searched_for=_searched_for(asked, found.expansions)), [text]


def _refusal(asked: Question, text: str) -> Answer:
    return Answer(asked.typed, asked.text, text, (), (), (), True, "extractive", 0.0)
