"""The page of a source, opened at a cited passage with the passages around it, and the recording of an interview. The
address sets the scope, and the services return only sources of that scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from assistant.addresses import SOURCE, TEAM
from assistant.answer.source_view import BEFORE, SourceView
from assistant.formatting import KINDS, joined
from assistant.ui import identity
from assistant.ui.links import MOST_CITED, CitedSpan, citation_query, of_source, root_of
from assistant.ui.pages import paging, plain
from assistant.ui.pages.templates import render
from index.types import Passage, PassageKind, Scope, Source

GONE = "Ce texte n’est pas, ou n’est plus, dans ce que vous pouvez lire."
_DEEPEST = 4  # level of the HTML headings


@dataclass(frozen=True, slots=True)
class ViewerServices:
    """The services behind the pages of sources. `view` returns the part of a source (id) around a passage (order), or
    `None` outside the scope; `recording` returns the sound file of a source; `record_opened` writes to the audit trail
    that a member of the team (name) opens a source, and raises when it cannot."""

    view: Callable[[str, int, Scope], SourceView | None]
    recording: Callable[[Source], Path | None]
    record_opened: Callable[[str, Source], None]


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the text of a passage; `number` is that of the citation that it holds, 0 outside citations."""

    text: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage as the template shows it; `place` is empty where it adds nothing for the reader."""

    order: int
    kind: PassageKind
    place: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class ViewPart:
    """A block of the page: a list (`items`), a passage, a heading (`text` at `level`) or an interviewer's question
    (`text` alone)."""

    text: str = ""
    level: int = 0
    passage: ShownPassage | None = None
    items: list[ShownPassage] = field(default_factory=list)


def routes(services: ViewerServices, title: str) -> APIRouter:
    """Return the public pages of sources, and those of the team with the recordings."""
    router = APIRouter()
    for prefix, scope in (("", Scope.PUBLIC), (TEAM, Scope.TEAM)):
        _add_routes(router, services, title, prefix, scope)
    return router


def _add_routes(router: APIRouter, services: ViewerServices, title: str, prefix: str, scope: Scope) -> None:
    def read(request: Request, source_id: str) -> Response:
        root = root_of(request)
        cited = _cited_spans(request.query_params.get("cite", ""))
        number = paging.number(request.query_params.get("n", ""), most=max(1, len(cited)))
        at = paging.number(request.query_params.get("p", ""), 0, otherwise=cited[number - 1].order if cited else 0)
        found = services.view(source_id, at, scope)
        if found is None:
            return _missing_page(title, root, prefix)
        record_opened(request, found.source)
        sound = scope is Scope.TEAM and services.recording(found.source) is not None
        return page(found, cited, number, title, f"{root}{prefix}", root, sound=sound)

    def listen(request: Request, source_id: str) -> Response:
        found = services.view(source_id, 0, scope)
        recording = services.recording(found.source) if found else None
        if found is None or recording is None:
            return Response(status_code=404)
        record_opened(request, found.source)
        return FileResponse(recording, headers={"cache-control": "no-store"})

    def record_opened(request: Request, source: Source) -> None:
        if source.visibility == "team":
            services.record_opened(identity.name_of(request.headers), source)

    router.add_api_route(f"{prefix}{SOURCE}{{source_id}}", read, methods=["GET"])
    # A voice, and the names spoken in a recording, identify people more than a text whose names are replaced.
    if scope is Scope.TEAM:
        router.add_api_route(f"{prefix}{SOURCE}{{source_id}}/son", listen, methods=["GET"])


def page(
    view: SourceView, cited: Sequence[CitedSpan], number: int, title: str, base: str, root: str, *, sound: bool = False
) -> Response:
    """Return the page of a part of a source, opened at citation `number` (from 1). `title` is that of the study, `base`
    the start of the addresses of the scope; `sound` adds the recording."""
    source = view.source
    own = of_source(source.id, base)

    def citation(at: int) -> str:
        return f"{own}?{citation_query(cited, at)}#cite-{at}" if 1 <= at <= len(cited) else ""

    def part(order: int) -> str:
        return f"{own}?{citation_query(cited, number, p=order)}"

    body = render(
        "viewer.html",
        study=title,
        source=source,
        where=joined(KINDS[source.kind], source.site, source.date),
        recording=f"{own}/son{_start_of_sound(view, cited, number)}" if sound else "",
        number=number,
        citations=len(cited),
        previous_citation=citation(number - 1),
        next_citation=citation(number + 1),
        before=part(max(0, view.first - BEFORE)) if view.first > 0 else "",
        blocks=_blocks(view, cited),
        after=part(view.next + BEFORE) if view.passages and view.next < view.total else "",
        questions=f"{base}/",
    )
    return plain.page(f"{source.title} — {title}", body, root, kind="text", here=None if base == root else SOURCE)


def _missing_page(title: str, root: str, prefix: str) -> Response:
    body = render("viewer_missing.html", study=title, reason=GONE, questions=f"{root}{prefix}/")
    return plain.page(
        f"Texte introuvable — {title}", body, root, kind="text", status=404, here=SOURCE if prefix else None
    )


def _blocks(view: SourceView, cited: Sequence[CitedSpan]) -> list[ViewPart]:
    """Return the blocks of the page: headings where they change, paragraphs, lists, and turns after the interviewer's
    question, shown once."""
    blocks: list[ViewPart] = []
    asked, speaker = "", None
    above: tuple[str, ...] = ()
    for passage in view.passages:
        headings = passage.place.heading
        changed = [n for n in range(len(headings)) if headings[: n + 1] != above[: n + 1]]
        blocks += [ViewPart(headings[n], level=min(n + 2, _DEEPEST)) for n in changed]
        above = headings
        question = passage.question
        if passage.kind == "turn" and question and question != asked:
            blocks.append(ViewPart(question))
            speaker = None
        asked = question
        shown = _shown_passage(passage, cited, new_speaker=passage.place.speaker != speaker)
        speaker = passage.place.speaker
        if passage.kind != "item":
            blocks.append(ViewPart(passage=shown))
        elif blocks and blocks[-1].items:
            blocks[-1].items.append(shown)
        else:
            blocks.append(ViewPart(items=[shown]))
    return blocks


def _shown_passage(passage: Passage, cited: Sequence[CitedSpan], *, new_speaker: bool) -> ShownPassage:
    place = passage.place.label() if _shows_place(passage, new_speaker) else ""
    return ShownPassage(passage.order, passage.kind, place, tuple(_segments(passage, cited)))


def _shows_place(passage: Passage, new_speaker: bool) -> bool:
    """Return whether the place of a passage adds something for its reader: a new speaker, a time, or a page."""
    place = passage.place
    return bool((passage.kind == "turn" and (new_speaker or place.start_s is not None)) or place.page is not None)


def _segments(passage: Passage, cited: Sequence[CitedSpan]) -> list[Segment]:
    """Return the text of a passage cut at its citations; a span that is out of bounds or overlaps the one before it is
    skipped."""
    segments, end = [], 0
    for number, span in enumerate(cited, 1):
        if span.order == passage.order and end <= span.start < span.end <= len(passage.text):
            segments.append(Segment(passage.text[end : span.start]))
            segments.append(Segment(passage.text[span.start : span.end], number))
            end = span.end
    return [*segments, Segment(passage.text[end:])]


def _start_of_sound(view: SourceView, cited: Sequence[CitedSpan], number: int) -> str:
    """Return the fragment of an address that starts the recording at the citation `number`, in seconds; empty where its
    time is unknown."""
    order = cited[number - 1].order if cited else -1
    starts = [passage.place.start_s for passage in view.passages if passage.order == order]
    return f"#t={starts[0]:.1f}" if starts and starts[0] is not None else ""


def _cited_spans(text: str) -> list[CitedSpan]:
    """Read the citations of an address, `order.start.end` separated by `_`; malformed ones are skipped."""
    found = []
    for part in text.split("_")[:MOST_CITED]:
        numbers = part.split(".")
        if len(numbers) == 3 and all(number.isascii() and number.isdigit() and len(number) < 9 for number in numbers):
            found.append(CitedSpan(*map(int, numbers)))
    return found
