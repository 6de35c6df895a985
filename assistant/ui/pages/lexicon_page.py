"""The pages of the lexicon: the words of the study with their definitions, searched by a form, and for each word the
passages that hold it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.addresses import TEAM, WORDS
from assistant.answer.write import basis, senses
from assistant.formatting import joined
from assistant.types import Term
from assistant.ui.links import of_passage, root_of
from assistant.ui.pages import plain
from assistant.ui.pages.templates import render
from index.language.french import fold
from index.types import Passage, Scope

NAME = "Lexique"
_LONGEST = 100  # characters of a search
_EXCERPT = 220  # characters of a passage


@dataclass(frozen=True, slots=True)
class LexiconServices:
    """The services behind the pages: the terms of the lexicon, and a function that returns the passages of a scope that
    hold a term."""

    terms: Sequence[Term]
    find_passages: Callable[[Term, Scope], Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """A word of the lexicon as the templates show it; `address` is that of its own page."""

    word: str
    definition: str
    senses: tuple[str, ...]
    notes: tuple[str, ...]
    address: str


@dataclass(frozen=True, slots=True)
class DefinitionExcerpt:
    """The start of a passage that holds a word, and the address of the passage in its source."""

    place: str
    excerpt: str
    address: str


def routes(services: LexiconServices, title: str) -> APIRouter:
    """Return the public lexicon and that of the team: the same words, with the passages of each scope."""
    router = APIRouter()
    for prefix, scope in (("", Scope.PUBLIC), (TEAM, Scope.TEAM)):
        _add_route(router, services, title, prefix, scope)
    return router


def _add_route(router: APIRouter, services: LexiconServices, title: str, prefix: str, scope: Scope) -> None:
    def show(request: Request) -> Response:
        root = root_of(request)
        base = f"{root}{prefix}"
        if word := request.query_params.get("mot", "")[:_LONGEST]:
            term = next((term for term in services.terms if term.word == word), None)
            passages = services.find_passages(term, scope) if term else ()
            return _word_page(term, word, passages, title, base, root)
        query = " ".join(request.query_params.get("q", "")[:_LONGEST].split())
        return _list_page(services.terms, query, title, base, root)

    router.add_api_route(f"{prefix}{WORDS}", show, methods=["GET"])


def _list_page(terms: Sequence[Term], query: str, title: str, base: str, root: str) -> Response:
    """Return the page of the words whose text holds `query`, however it is accented; all for an empty query."""
    folded = fold(query)
    found = sorted((term for term in terms if folded in fold(_searchable_text(term))), key=lambda term: fold(term.word))
    body = render(
        "lexicon.html",
        study=title,
        heading=NAME,
        address=f"{base}{WORDS}",
        query=query,
        terms=terms,
        entries=[_entry(term, base) for term in found],
        base=base,
    )
    return plain.page(f"{NAME} — {title}", body, root, kind="text", here=_place_in_navigation(base, root))


def _word_page(term: Term | None, word: str, passages: Sequence[Passage], title: str, base: str, root: str) -> Response:
    """Return the page of a word; status 404 for a word that the lexicon does not hold."""
    body = render(
        "lexicon_word.html",
        study=title,
        word=word,
        entry=_entry(term, base) if term else None,
        passages=[_excerpt(passage, base) for passage in passages],
        base=base,
        lexicon=f"{base}{WORDS}",
    )
    here = _place_in_navigation(base, root)
    return plain.page(f"{word} — {title}", body, root, kind="text", status=200 if term else 404, here=here)


def _place_in_navigation(base: str, root: str) -> str | None:
    return None if base == root else WORDS


def _entry(term: Term, base: str) -> LexiconEntry:
    others = [form for form in (*term.variants, *term.synonyms) if fold(form) != fold(term.word)]
    also = [f"On dit aussi\u00a0: {', '.join(dict.fromkeys(others))}"] if others else []
    address = f"{base}{WORDS}?{urlencode({'mot': term.word})}"
    return LexiconEntry(term.word, term.definition, tuple(senses(term)), (*also, *basis(term)), address)


def _excerpt(passage: Passage, base: str) -> DefinitionExcerpt:
    text = " ".join(passage.text.split())
    text = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rsplit(' ', 1)[0]}…"
    return DefinitionExcerpt(joined(passage.source.title, passage.place.label()), text, of_passage(passage, base))


def _searchable_text(term: Term) -> str:
    return "\n".join((term.word, term.definition, *term.variants, *term.synonyms, term.everyday, term.study))
