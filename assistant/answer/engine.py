"""Runs the pipeline of a question: understand, search, judge, answer, verify."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer import notices, select, write
from assistant.answer.breadth import breadth
from assistant.answer.compare import SiteEvidence, compare
from assistant.answer.draft import Drafter, Grounding
from assistant.answer.simplify import simplify
from assistant.settings import AssistantSettings
from assistant.types import Answer, Citation, Term
from assistant.understand import answerability, spelling
from assistant.understand.condense import REMEMBERED, condense
from assistant.understand.coverage import Topic
from assistant.understand.interpretation import searched_for
from assistant.understand.lexicon import Expansion, Lexicon
from assistant.understand.question import Question, QuestionForm, understand
from index.reading.text import tidy
from index.search.search import Query, Searcher
from index.types import Hit, Scope, Site, Source, Unit

Opening = Callable[[Sequence[Source]], None]

_MOST_CHARACTERS = 2000  # characters read of a question
_ON_THE_SUBJECT = 0.8  # share of the topic, from which a passage is considered to be on the subject
_SUBJECTS = 3  # named when the corpus does not answer
_TERMS = 8  # definitions shown beside an answer


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """An analysed question, and the passages found for it."""

    question: Question
    expansions: tuple[Expansion, ...]
    topic: Topic
    hits: tuple[Hit, ...]
    sites: tuple[Site, ...]

    @property
    def evidence(self) -> answerability.Evidence:
        """Evidence from the passages that there is an answer."""
        in_form = select.in_form(self.question, self.topic, self.hits, self.sites)
        return answerability.weigh(self.topic, self.hits, in_form)


class Engine:
    """Answers questions over one index. Thread-safe: it holds no conversation."""

    def __init__(
        self, searcher: Searcher, lexicon: Lexicon, settings: AssistantSettings, drafter: Drafter | None = None
    ) -> None:
        self._searcher = searcher
        self._lexicon = lexicon
        self._settings = settings
        self._drafter = drafter

    @property
    def drafts(self) -> bool:
        """True when a language model writes the answers."""
        return self._drafter is not None

    def without_a_model(self) -> Engine:
        """Return an engine that answers the same questions with passages only."""
        return Engine(self._searcher, self._lexicon, self._settings)

    def ask(self, question: str, scope: Scope, before: Sequence[str] = ()) -> Answer:
        """Return the complete answer to a question. `before` holds the previous questions of the conversation, oldest
        first."""
        for piece in self.stream(question, scope, before):
            if isinstance(piece, Answer):
                return piece
        raise AssertionError("a stream ends with its answer")

    def stream(
        self, question: str, scope: Scope, before: Sequence[str] = (), opening: Opening = lambda sources: None
    ) -> Iterator[str | Answer]:
        """Yield the text of the answer in pieces, each checked before it is given, then the answer itself (see `ask`).
        Call `opening` with the sources that the answer may show, before the first piece."""
        began = time.monotonic()
        analysed = self._understand(question, scope, before)
        if not analysed.text:
            yield write.EMPTY
            yield replace(_refusal(analysed, write.EMPTY), seconds=time.monotonic() - began)
            return
        with self._searcher.snapshot():  # one state of the index for the whole answer; no piece is yielded inside
            ground = self._ground(analysed, scope)
        cited = [citation.source for citation in ground.answer.citations]
        opening(list(dict.fromkeys((*cited, *(unit.passage.source for unit in ground.units)))))
        if self._drafter is None or not ground.units:
            yield from ground.pieces
            yield replace(ground.answer, seconds=time.monotonic() - began)
            return
        for piece in self._drafter.stream(ground):
            yield replace(piece, seconds=time.monotonic() - began) if isinstance(piece, Answer) else piece

    def quotes(self, question: str, scope: Scope) -> bool:
        """Return True when a question has passages to quote. Calls no language model."""
        with self._searcher.snapshot():
            return bool(self._ground(self._understand(question, scope), scope).answer.citations)

    def simplify(self, answer: Answer) -> Answer:
        """Return the same answer, easier to read."""
        return simplify(answer, self._lexicon)

    def find(self, question: str, scope: Scope) -> SearchOutcome:
        """Return the passages found for a question, before any judgement or writing. The benchmarks measure this
        step."""
        return self._find(self._understand(question, scope), scope)

    def _understand(self, question: str, scope: Scope, before: Sequence[str] = ()) -> Question:
        typed, *earlier = (
            " ".join(tidy(text[:_MOST_CHARACTERS]).split()) for text in (question, *before[-REMEMBERED:])
        )
        vocabulary, sites = self._searcher.vocabulary(scope), self._searcher.sites
        meant, *earlier = (spelling.correct(text, vocabulary) for text in (typed, *earlier))
        return replace(understand(condense(meant, earlier, sites, self._lexicon), sites, self._lexicon), typed=typed)

    def _find(self, question: Question, scope: Scope) -> SearchOutcome:
        expansions = self._lexicon.expand(question.text)
        rarity = self._searcher.rarity(question.topic, scope)
        absent = frozenset(stem for stem in rarity if not self._searcher.vocabulary(scope).has(stem))
        topic = Topic.of(question.topic, rarity, expansions, absent)
        query = Query(question.text, question.topic, _forms(expansions))
        hits = self._searcher.search(query, scope, self._settings.hits)
        return SearchOutcome(question, tuple(expansions), topic, tuple(hits), self._searcher.sites)

    def _ground(self, question: Question, scope: Scope) -> Grounding:
        """Return the default answer, made of passages, and the units from which a language model may write another."""
        found = self._find(question, scope)
        defined = self._lexicon.find(question.text) if question.form is QuestionForm.DEFINITION else []
        evidence = found.evidence
        answers = answerability.probability(evidence) >= self._settings.threshold
        ranked = select.candidates(question, found.topic, found.hits, found.sites) if answers else []
        if not ranked and not defined:
            return _refused(found, evidence)
        sides = self._compare(found, scope) if question.compares and ranked else ()
        if sides:
            citations = write.cite([unit for side in sides for unit in side.units])
            pieces = tuple(write.side_by_side(citations, sides))
            closing = "".join(write.empty_sides(sides))
        else:
            choice = select.choose(
                question,
                found.topic,
                ranked,
                self._searcher,
                scope,
                limit=self._settings.citations,
                list_limit=self._settings.list_citations,
            )
            citations = write.cite(choice.units)
            closing = breadth(found.topic, [citation.source for citation in citations], self._searcher, scope)
            pieces = tuple(write.blocks(question, citations, choice, defined, closing))

        def with_notices(answer: Answer) -> Answer:
            units = [citation.unit for citation in answer.citations]
            found_notices = notices.notices(question, found.topic, () if sides else ranked, units)
            return replace(answer, terms=self._terms_in(question, units), notices=tuple(found_notices))

        answer = Answer(
            question=question.typed,
            searched_for=searched_for(question.text, found.expansions),
            text="".join(pieces).strip(),
            citations=citations,
            terms=(),
            notices=(),
            refused=False,
            engine="extractive",
            seconds=0.0,
        )
        if not citations and not defined:
            return _refused(found, evidence)
        if not citations:
            terms = self._terms_in(question, ())
            is_used = any(self._searcher.has_all_terms(term.word, scope) for term in terms)
            return Grounding(
                question.text, replace(answer, terms=terms, notices=(notices.defined_only(is_used),)), pieces
            )
        given = () if defined else self._units_for_model(citations, ranked)
        return Grounding(question.text, with_notices(answer), pieces, given, closing, with_notices)

    def _units_for_model(self, citations: Sequence[Citation], ranked: Sequence[select.Candidate]) -> tuple[Unit, ...]:
        """Return the units to give to a language model: the quoted ones, then the best of the others."""
        nearby = [candidate.unit for candidate in ranked if candidate.score >= select.NEAR * ranked[0].score]
        limit = max(len(citations), self._settings.model_units)
        return tuple(select.unique((*(citation.unit for citation in citations), *nearby))[:limit])

    def _compare(self, found: SearchOutcome, scope: Scope) -> tuple[SiteEvidence, ...]:
        """Return the evidence on the topic for each site that the question compares."""
        question, hits = found.question, {}
        also = _forms(found.expansions)
        for site in question.sites:
            query = Query(f"{question.topic} {site.name}", f"{question.topic} {site.name}", also)
            hits[site] = self._searcher.search(query, scope, self._settings.hits)
        return compare(question, found.topic, hits, found.sites, limit=self._settings.site_citations)

    def _terms_in(self, question: Question, units: Sequence[Unit]) -> tuple[Term, ...]:
        """Return the lexicon terms found in the question and the quotations."""
        return tuple(self._lexicon.find(question.text, *(unit.text for unit in units))[:_TERMS])


def _forms(expansions: Sequence[Expansion]) -> tuple[str, ...]:
    """Return the forms of all expansions, each once."""
    return tuple(dict.fromkeys(form for expansion in expansions for form in expansion.forms))


def _subjects(topic: Topic, hits: Sequence[Hit]) -> list[str]:
    """Return the subjects of the passages that hold the largest share of the topic, each once; those of the first hits
    when no passage holds any."""
    shares = [(topic.share(topic.covered_by(hit.passage)), hit) for hit in hits]
    holding = [pair for pair in shares if pair[0] > 0] or shares
    near = sorted(holding, key=lambda pair: -pair[0])
    return list(dict.fromkeys(hit.passage.subject for _, hit in near))[:_SUBJECTS]


def _refused(found: SearchOutcome, evidence: answerability.Evidence) -> Grounding:
    """Return the refusal of a question that the corpus does not answer."""
    question = found.question
    on_subject = evidence.coverage >= _ON_THE_SUBJECT
    lacking = question.expected_type.form if question.expected_type and evidence.lacking and on_subject else None
    text = write.refusal(_subjects(found.topic, found.hits), lacking)
    answer = replace(_refusal(question, text), searched_for=searched_for(question.text, found.expansions))
    return Grounding(question.text, answer, (text,))


def _refusal(question: Question, text: str) -> Answer:
    return Answer(question.typed, question.text, text, (), (), (), True, "extractive", 0.0)
