"""A source as its reader finds it: opened at a cited passage, with what stands before and after it. Plain HTML, so that
any browser reads it; every text is escaped, and only what the scope of the address allows is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from assistant.answer.source_view import BEFORE, SourceView
from assistant.formatting import KINDS, joined
from assistant.ui import identity
from assistant.ui.addresses import MOST_CITED, SOURCE, TEAM, CitedSpan, citation_query, of_source, root_of
from assistant.ui.pages import paging, plain
from index.types import Passage, Scope, Source

GONE = "Ce texte n’est pas, ou n’est plus, dans ce que vous pouvez lire."


@dataclass(frozen=True, slots=True)
class ViewerServices:
    """What the pages of sources are read from: a part of a source around a passage, its recording, and who is to be
    told that someone of the team opens one (it raises when that cannot be kept)."""

    view: Callable[[str, int, Scope], SourceView | None]
    recording: Callable[[Source], Path | None]
    opened: Callable[[str, Source], None]


def routes(shelf: ViewerServices, title: str) -> APIRouter:
    """The pages of sources, and their recordings: everyone's, and the team's behind its door."""
    router = APIRouter()
    for prefix, scope in (("", Scope.PUBLIC), (TEAM, Scope.TEAM)):
        _add(router, shelf, title, prefix, scope)
    return router


def _add(router: APIRouter, shelf: ViewerServices, title: str, prefix: str, scope: Scope) -> None:
    def read(request: Request, source_id: str) -> Response:
        root = root_of(request)
        cited = _cited(request.query_params.get("cite", ""))
        number = paging.number(request.query_params.get("n", ""), most=max(1, len(cited)))
        at = paging.number(request.query_params.get("p", ""), 0, otherwise=cited[number - 1].order if cited else 0)
        found = shelf.view(source_id, at, scope)
        if found is None:
            return _gone(title, root, prefix)
        _tell(request, found.source)
        sound = scope is Scope.TEAM and shelf.recording(found.source) is not None
        return page(found, cited, number, title, f"{root}{prefix}", root, sound=sound)

    def listen(request: Request, source_id: str) -> Response:
        found = shelf.view(source_id, 0, scope)
        recording = shelf.recording(found.source) if found else None
        if found is None or recording is None:
            return Response(status_code=404)
        _tell(request, found.source)
        return FileResponse(recording, headers={"cache-control": "no-store"})

    def _tell(request: Request, source: Source) -> None:
        if source.visibility == "team":
            shelf.opened(identity.name_of(request.headers), source)

    router.add_api_route(f"{prefix}{SOURCE}{{source_id}}", read, methods=["GET"])
    if scope is Scope.TEAM:  # a voice, and the names that it says, tell more than a text whose names are replaced
        router.add_api_route(f"{prefix}{SOURCE}{{source_id}}/son", listen, methods=["GET"])


def page(
    view: SourceView, cited: Sequence[CitedSpan], number: int, title: str, base: str, root: str, *, sound: bool = False
) -> Response:
    """The page of a part of a source. `number` is that of the citation it opens at, from 1."""
    source = view.source
    own = of_source(source.id, base)
    where = joined(KINDS[source.kind], source.site, source.date)
    head = [f'<p class="study">{escape(title)}</p>', f"<h1>{escape(source.title)}</h1>"]
    head.append(f'<p class="where">{escape(where)}</p>')
    if source.nature == "reformulation":
        head.append('<p class="notice">Ce texte est une reformulation, non l’original.</p>')
    if source.is_excerpt:
        head.append('<p class="notice">Extrait d’un entretien, publié avec l’accord de la personne.</p>')
    if sound:
        head.append(_player(view, cited, number, own))
    if len(cited) > 1:
        head.append(_between(cited, number, own))
    body = [*head, *_more(view, cited, number, own, above=True), *_passages(view, cited)]
    body += _more(view, cited, number, own, above=False)
    body.append(f'<p class="links"><a href="{escape(base)}/">Poser une question</a></p>')
    return plain.page(
        f"{source.title} — {title}", "\n".join(body), root, kind="text", here=None if base == root else SOURCE
    )


def _passages(view: SourceView, cited: Sequence[CitedSpan]) -> list[str]:
    """Passages as they stand: headings, paragraphs, lists, and turns under who speaks."""
    shown, asked, speaker, listed = [], "", None, False
    above: tuple[str, ...] = ()
    for passage in view.passages:
        item, headings = passage.kind == "item", passage.place.heading
        new = [n for n in range(len(headings)) if headings[: n + 1] != above[: n + 1]]
        if new and listed:
            shown.append("</ul>")
            listed = False
        shown += [f"<h{min(n + 2, 4)}>{escape(headings[n])}</h{min(n + 2, 4)}>" for n in new]
        above = headings
        if listed != item:
            shown.append("<ul>" if item else "</ul>")
            listed = item
        question = passage.question
        if passage.kind == "turn" and question and question != asked:
            shown.append(f'<p class="asked">{escape(question)}</p>')
            speaker = None
        asked = question
        shown.append(_passage(passage, cited, new_speaker=passage.place.speaker != speaker))
        speaker = passage.place.speaker
    return [*shown, "</ul>"] if listed else shown


def _passage(passage: Passage, cited: Sequence[CitedSpan], *, new_speaker: bool) -> str:
    text = _marked(passage, cited)
    place = f'<span class="place">{escape(passage.place.label())}</span> ' if _tells(passage, new_speaker) else ""
    name = f' id="p-{passage.order}"'
    if passage.kind == "heading":
        return f"<h2{name}>{text}</h2>"
    if passage.kind == "item":
        return f"<li{name}>{text}</li>"
    return f'<p{name} class="{passage.kind}">{place}{text}</p>'


def _tells(passage: Passage, new_speaker: bool) -> bool:
    """Whether the place of a passage says something that its reader does not see: who speaks now, when, or the page."""
    place = passage.place
    return bool((passage.kind == "turn" and (new_speaker or place.start_s is not None)) or place.page is not None)


def _marked(passage: Passage, cited: Sequence[CitedSpan]) -> str:
    """A passage with what is cited of it marked, each mark with its number."""
    shown, end = "", 0
    for number, one in enumerate(cited, 1):
        if one.order == passage.order and end <= one.start < one.end <= len(passage.text):
            before, inside = passage.text[end : one.start], passage.text[one.start : one.end]
            shown += f'{escape(before)}<mark id="cite-{number}" tabindex="-1">{escape(inside)}</mark>'
            end = one.end
    return (shown + escape(passage.text[end:])).replace("\n", "<br>")


def _between(cited: Sequence[CitedSpan], number: int, own: str) -> str:
    """The way to the citations before and after."""
    links = [f"Passage cité {number} sur {len(cited)}"]
    if number > 1:
        links.append(f'<a rel="prev" href="{_at(cited, number - 1, own)}">Passage cité précédent</a>')
    if number < len(cited):
        links.append(f'<a rel="next" href="{_at(cited, number + 1, own)}">Passage cité suivant</a>')
    return f'<nav class="links" aria-label="Passages cités">{" ".join(links)}</nav>'


def _at(cited: Sequence[CitedSpan], number: int, own: str) -> str:
    return escape(f"{own}?{citation_query(cited, number)}#cite-{number}")


def _more(view: SourceView, cited: Sequence[CitedSpan], number: int, own: str, *, above: bool) -> list[str]:
    """The way to what stands further up, or down."""
    if above and view.first > 0:
        p, words = max(0, view.first - BEFORE), "Lire ce qui précède"
        return [f'<p class="links"><a href="{escape(f"{own}?{citation_query(cited, number, p=p)}")}">{words}</a></p>']
    if not above and view.passages and view.next < view.total:
        p, words = view.next + BEFORE, "Lire la suite"
        return [f'<p class="links"><a href="{escape(f"{own}?{citation_query(cited, number, p=p)}")}">{words}</a></p>']
    return []


def _player(view: SourceView, cited: Sequence[CitedSpan], number: int, own: str) -> str:
    """The recording, from the moment that is cited."""
    order = cited[number - 1].order if cited else -1
    moments = [one.place.start_s for one in view.passages if one.order == order]
    start = f"#t={moments[0]:.1f}" if moments and moments[0] is not None else ""
    return f'<audio controls preload="none" src="{escape(own)}/son{start}" aria-label="Enregistrement"></audio>'


def _gone(title: str, root: str, prefix: str) -> Response:
    back = f'<p class="links"><a href="{escape(root + prefix)}/">Poser une question</a></p>'
    body = f'<p class="study">{escape(title)}</p><h1>Texte introuvable</h1><p>{GONE}</p>{back}'
    return plain.page(
        f"Texte introuvable — {title}", body, root, kind="text", status=404, here=SOURCE if prefix else None
    )


def _cited(text: str) -> list[CitedSpan]:
    """What an address says is cited; nothing where it says it badly."""
    found = []
    for part in text.split("_")[:MOST_CITED]:
        numbers = part.split(".")
        if len(numbers) == 3 and all(number.isascii() and number.isdigit() and len(number) < 9 for number in numbers):
            found.append(CitedSpan(*map(int, numbers)))
    return found
