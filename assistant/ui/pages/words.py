"""The words of the study, explained, and where each stands: a plain page, searched by its own form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.answer.write import basis, senses
from assistant.formatting import counted, joined
from assistant.types import Term
from assistant.ui.addresses import TEAM, WORDS, of_passage, root_of
from assistant.ui.pages import plain
from index.language.french import fold
from index.types import Passage, Scope

NAME = "Lexique"
_LONGEST = 100  # characters of a search
_EXCERPT = 220  # of a passage

Standing = Callable[[Term, Scope], Sequence[Passage]]


def link(base: str, more: str = "") -> str:
    """A link to the lexicon, with more attributes."""
    return f'<a href="{escape(base)}{WORDS}"{more}>{NAME}</a>'


def routes(terms: Sequence[Term], standing: Standing, title: str) -> APIRouter:
    """Everyone's lexicon, and the team's behind its door: the same words, which stand in more texts."""
    router = APIRouter()
    for prefix, scope in (("", Scope.PUBLIC), (TEAM, Scope.TEAM)):
        _add(router, terms, standing, title, prefix, scope)
    return router


def _add(router: APIRouter, terms: Sequence[Term], standing: Standing, title: str, prefix: str, scope: Scope) -> None:
    def show(request: Request) -> Response:
        root = root_of(request)
        word = request.query_params.get("mot", "")[:_LONGEST]
        if word:
            term = next((one for one in terms if one.word == word), None)
            found = standing(term, scope) if term else ()
            return _of_one(term, word, found, title, f"{root}{prefix}", root)
        asked = " ".join(request.query_params.get("q", "")[:_LONGEST].split())
        return page(terms, asked, title, f"{root}{prefix}", root)

    router.add_api_route(f"{prefix}{WORDS}", show, methods=["GET"])


def page(terms: Sequence[Term], asked: str, title: str, base: str, root: str) -> Response:
    """All the words, or those that a search finds in what is written of them."""
    wanted = fold(asked)
    found = sorted((term for term in terms if wanted in fold(_all_of(term))), key=lambda term: fold(term.word))
    told = counted(len(found), "mot")
    if not found:
        told = "Aucun mot ne correspond. Essayez le début d’un mot, ou un mot plus courant."
    if not terms:
        told = "L’équipe n’a pas encore écrit de lexique."
    entries = "".join(f"{_entry(term)}{_where(term, base)}" for term in found)
    body = (
        f'<p class="study">{escape(title)}</p><h1>{NAME}</h1><p>Les mots de l’étude, expliqués simplement.</p>'
        f'<form class="search" role="search" method="get" action="{escape(base)}{WORDS}">'
        f'<label for="q">Chercher un mot</label><input id="q" name="q" type="search" value="{escape(asked)}">'
        f'<button>Chercher</button></form><p class="where" role="status">{told}</p><dl>{entries}</dl>{_back(base)}'
    )
    return plain.page(f"{NAME} — {title}", body, root, kind="text", here=_here(base, root))


def _of_one(term: Term | None, word: str, found: Sequence[Passage], title: str, base: str, root: str) -> Response:
    """One word, and passages where it stands."""
    study = f'<p class="study">{escape(title)}</p>'
    if term is None:
        body = f"{study}<h1>{escape(word)}</h1><p>Ce mot n’est pas dans le lexique.</p>{_back(base, words=True)}"
        return plain.page(f"{word} — {title}", body, root, kind="text", status=404, here=_here(base, root))
    items = "".join(_standing(passage, base) for passage in found)
    where = (
        f'<h2>Où ce mot apparaît</h2><ul class="found">{items}</ul>'
        if found
        else "<h2>Où ce mot apparaît</h2><p>Dans aucun des textes que vous pouvez lire.</p>"
    )
    body = f"{study}<h1>{escape(term.word)}</h1>{_explained(term, 'p')}{where}{_back(base, words=True)}"
    return plain.page(f"{term.word} — {title}", body, root, kind="text", here=_here(base, root))


def _here(base: str, root: str) -> str | None:
    return None if base == root else WORDS


def _entry(term: Term) -> str:
    return f"<dt>{escape(term.word)}</dt>{_explained(term, 'dd')}"


def _explained(term: Term, tag: str) -> str:
    """What is written of a word, each thing in a `tag` of its own."""
    also = [form for form in (*term.variants, *term.synonyms) if fold(form) != fold(term.word)]
    said = [f"On dit aussi\u00a0: {', '.join(dict.fromkeys(also))}"] if also else []
    told = "".join(f'<{tag} class="sense">{escape(sense)}</{tag}>' for sense in senses(term))
    rest = "".join(f'<{tag} class="where">{escape(line)}</{tag}>' for line in (*said, *basis(term)))
    return f"<{tag}>{escape(term.definition)}</{tag}>{told}{rest}"


def _where(term: Term, base: str) -> str:
    asked = escape(f"{base}{WORDS}?{urlencode({'mot': term.word})}")
    return f'<dd class="links"><a href="{asked}">Où «\u00a0{escape(term.word)}\u00a0» apparaît</a></dd>'


def _standing(passage: Passage, base: str) -> str:
    place = joined(passage.source.title, passage.place.label())
    text = " ".join(passage.text.split())
    text = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rsplit(' ', 1)[0]}…"
    return f'<li><a href="{escape(of_passage(passage, base))}">{escape(place)}</a><p>{escape(text)}</p></li>'


def _back(base: str, *, words: bool = False) -> str:
    all_words = f'<a href="{escape(base)}{WORDS}">Tout le lexique</a> ' if words else ""
    return f'<p class="links">{all_words}<a href="{escape(base)}/">Poser une question</a></p>'


def _all_of(term: Term) -> str:
    return "\n".join((term.word, term.definition, *term.variants, *term.synonyms, term.everyday, term.study))
