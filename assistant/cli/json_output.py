"""Records as JSON, in the form that scripts rely on (see the README)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from assistant.team.evaluation import Score
from assistant.team.lexicon_review import LexiconReview
from assistant.types import Answer, Citation, Term
from index.indexing.staging import IndexReport
from index.types import Hit, Place, Source


def answer(value: Answer) -> dict[str, Any]:
    """Return an answer, with its citations, terms and notices."""
    return {
        "question": value.question,
        "searched_for": value.searched_for,
        "answer": value.text,
        "refused": value.refused,
        "citations": [_citation(citation) for citation in value.citations],
        "terms": [_term(term) for term in value.terms],
        "notices": list(value.notices),
        "engine": value.engine,
        "seconds": round(value.seconds, 4),
    }


def hits(values: list[Hit]) -> dict[str, Any]:
    """Return the hits of a search, best first."""
    return {
        "hits": [
            {
                "passage": hit.passage.id,
                "text": hit.passage.text,
                "score": round(hit.score, 4),
                "found_by": hit.found_by,
                "source": _source(hit.passage.source),
                "place": _place(hit.passage.place),
            }
            for hit in values
        ]
    }


def report(value: IndexReport) -> dict[str, Any]:
    """Return the report of an index run."""
    return {**asdict(value), "seconds": round(value.seconds, 2)}


def review(value: LexiconReview) -> dict[str, Any]:
    """Return the gaps of a lexicon."""
    return {
        "candidates": [
            {
                "word": candidate.word,
                "acronym": candidate.is_acronym,
                "passages": candidate.passages,
                "examples": [
                    {
                        "text": unit.text,
                        "source": _source(unit.passage.source),
                        "place": _place(unit.passage.place),
                        "passage": unit.passage.id,
                    }
                    for unit in candidate.examples
                ],
            }
            for candidate in value.candidates
        ],
        "without_source": [term.word for term in value.without_source],
        "unused": [term.word for term in value.unused],
    }


def _citation(value: Citation) -> dict[str, Any]:
    return {
        "number": value.number,
        "quote": value.quote,
        "verified": value.verified,
        "badges": [str(badge) for badge in value.badges],
        "source": _source(value.source),
        "place": _place(value.place),
        "passage": value.passage.id,
    }


def _term(value: Term) -> dict[str, Any]:
    kept = ("definition", "source", "everyday", "study")
    return {"term": value.word, **{key: getattr(value, key) for key in kept}}


def _source(value: Source) -> dict[str, Any]:
    kept = ("id", "title", "path", "site", "kind", "visibility", "nature")
    return {key: getattr(value, key) for key in kept}


def _place(value: Place) -> dict[str, Any]:
    return {**asdict(value), "heading": list(value.heading), "label": value.label()}


def score(value: Score) -> dict[str, Any]:
    """Return the score; a share that cannot be measured is null."""
    names = ("first", "first_three", "wrongly_refused", "refusals", "notices")
    shares = {name: getattr(value, name).value for name in names}
    return {
        "questions": value.questions,
        "answerable": value.first.of,
        **{name: None if share is None else round(share, 4) for name, share in shares.items()},
        "seconds": round(value.seconds, 4),
        "failures": [
            {
                "id": failure.id,
                "question": failure.question,
                "why": failure.why,
                "expected": list(failure.expected),
                "cited": list(failure.cited),
            }
            for failure in value.failures
        ],
    }
