"""« Qualité »: the golden questions of the team on the index as it is, and what changed since the one before. What is
cited of reserved sources is put on record before it is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from assistant.errors import AssistantError
from assistant.formatting import counted
from assistant.team.quality import Progress, QualityStatus
from assistant.team.question_files import FILE
from assistant.ui import identity
from assistant.ui.addresses import QUALITY, TEAM, root_of, team
from assistant.ui.pages import plain
from assistant.ui.pages.quality import results, views
from index.errors import CorpusError

NAME = "Qualité"
_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_SCRIPT = plain.FOLLOW + Path(__file__).with_name("page.js").read_text(encoding="utf-8")
_PROGRESS = f"{QUALITY}/avancement"
_EXAMPLE = (
    {"id": "ateliers", "question": "qui anime les ateliers ?", "answers": ["animés par des bénévoles"]},
    {"id": "outils", "question": "quels outils en prêt ?", "answers": ["la grelinette", "le sécateur"], "all": True},
    {"id": "ailleurs", "question": "quelle est la capitale de l’Australie ?", "refused": True},
)
_FIELDS = (
    ("id", "un nom court, différent pour chaque question"),
    ("question", "la question, comme une personne la taperait"),
    ("answers", "des extraits du corpus, mot pour mot et courts\u00a0; un seul suffit"),
    ("all", "true quand la réponse est une liste, dont chaque extrait doit être cité"),
    ("refused", "true quand le corpus ne répond pas\u00a0; il n’y a alors pas d’extraits"),
    ("notice", "facultatif\u00a0: des mots qu’un avis de la réponse doit contenir"),
    ("kind", "facultatif\u00a0: la sorte de question, par laquelle les résultats sont comptés"),
)


@dataclass(frozen=True, slots=True)
class QualityServices:
    """What the page is made of: where the measures stand, the beginning of one, how far it is, what results name (ids
    of sources and passages), and who is to be told that someone of the team sees these sources named (it raises when
    that cannot be kept)."""

    standing: Callable[[], QualityStatus]
    start: Callable[[], object]
    progress: Callable[[], Progress]
    shelved: Callable[[Sequence[tuple[str, str]]], views.HeldPassages]
    opened: Callable[[str, Sequence[str]], None]


def routes(desk: QualityServices, title: str) -> APIRouter:
    """The page, the button that measures, and how far that is, behind the team's door only."""
    router = APIRouter()

    def show(request: Request) -> Response:
        root = root_of(request)
        try:
            standing = desk.standing()
            body, named = _body(desk, standing, request, root + TEAM)
            if named:
                desk.opened(identity.name_of(request.headers), named)
        except (AssistantError, CorpusError) as error:
            return _refused(error, title, root)
        return _page(title, body, root)

    def measure(request: Request) -> Response:
        try:
            desk.start()
        except (AssistantError, CorpusError) as error:
            return _refused(error, title, root_of(request))
        return RedirectResponse(team(request, QUALITY), 303)

    def progress() -> Response:
        now = desk.progress()
        return JSONResponse({"done": now.done, "total": now.total, "running": now.running})

    router.add_api_route(f"{TEAM}{QUALITY}", show, methods=["GET"])
    router.add_api_route(f"{TEAM}{QUALITY}", measure, methods=["POST"])
    router.add_api_route(f"{TEAM}{_PROGRESS}", progress, methods=["GET"])
    return router


def _page(title: str, body: str, root: str, status: int = 200) -> Response:
    return plain.team_page(f"{NAME} — {title}", body, root, here=QUALITY, status=status, style=_STYLE, script=_SCRIPT)


def _refused(error: AssistantError | CorpusError, title: str, root: str) -> Response:
    return _page(title, f"<h1>{NAME}</h1>{plain.error_box(error)}", root, 503)


def _body(desk: QualityServices, standing: QualityStatus, request: Request, base: str) -> tuple[str, Sequence[str]]:
    """The page, and the ids of the reserved sources that it names."""
    head = (
        f"<h1>{NAME}</h1><p>Les questions dont l’équipe connaît la bonne réponse, posées à l’assistant, et "
        "comparées à ce que donnait l’index précédent.</p>"
    )
    latest = standing.now or standing.before
    parts = [head, _about(standing, base)]
    named: Sequence[str] = ()
    if latest is not None and not standing.progress.running:
        shown, named = results.page(standing, latest, desk.shelved, request.query_params, base)
        parts.append(shown)
    parts.append(_writing(is_open=standing.questions is None or bool(standing.fault)))
    return "".join(parts), named


def _about(standing: QualityStatus, base: str) -> str:
    """The file, the last measure, and the button, or how far the measure is."""
    now, before, progress = standing.now, standing.before, standing.progress
    if progress.running:
        return (
            f'<section class="card" aria-label="Mesure en cours"><p><label for="avancement">Mesure en cours</label></p>'
            f'<progress id="avancement" max="{max(1, progress.total)}" value="{progress.done}" '
            f'data-address="{escape(base + _PROGRESS)}"></progress><p role="status">Questions posées\u00a0: '
            f'<span id="avancement-dit">{progress.done} sur {progress.total}</span>.</p>{plain.SILENT}'
            '<p class="note">Vous pouvez '
            f'quitter cette page\u00a0: la mesure continue.</p><p><a class="button second" '
            f'href="{escape(base + QUALITY)}">Actualiser</a></p></section>'
        )
    told = []
    if progress.failed:
        told.append(plain.error_box(progress.failed))
    if standing.fault:
        told.append(plain.error_box(standing.fault))
    if standing.questions is None:
        told.append(
            '<p class="notice" role="status">Aucun fichier de questions. Écrivez <code>questions.jsonl</code> à la '
            "racine du corpus, à côté de <code>corpus.toml</code>\u00a0: l’exemple ci-dessous dit comment.</p>"
        )
    elif not standing.fault:
        told.append(_offer(standing, len(standing.questions), base))
    if now is None and before is not None:
        told.append(f"<p>Les résultats ci-dessous sont ceux de l’index précédent, mesurés {views.when(before)}.</p>")
    return "".join(told)


def _offer(standing: QualityStatus, many: int, base: str) -> str:
    """The button, and why to press it."""
    held = f"{counted(many, 'question')} dans <code>{FILE}</code>."
    if standing.now is None:
        why = "L’index a changé depuis la dernière mesure." if standing.before else "Rien n’a encore été mesuré."
    elif standing.is_edited:
        why = "Le fichier de questions a changé depuis la dernière mesure."
    else:
        why = f"Mesuré {views.when(standing.now)}, sur l’index actuel."
    is_due = standing.now is None or standing.is_edited
    sort, button = ("notice", "") if is_due else ("card", ' class="second"')
    name = "Mesurer les réponses" if is_due else "Mesurer de nouveau"
    return (
        f'<div class="{sort}"><p role="status">{why} {held}</p>'
        f'<form method="post" action="{escape(base + QUALITY)}"><button{button}>{name}</button></form></div>'
    )


def _writing(*, is_open: bool) -> str:
    """How to write the file, with an example of an invented association."""
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in _EXAMPLE)
    fields = "".join(f"<div><dt><code>{name}</code></dt><dd>{what}</dd></div>" for name, what in _FIELDS)
    return (
        f"<details{' open' if is_open else ''}><summary>Comment écrire questions.jsonl</summary>"
        "<p>C’est un fichier texte en UTF-8, posé à la racine du corpus, à côté de <code>corpus.toml</code>. Chaque "
        "ligne est une question, entre accolades. Voici trois questions sur une association inventée\u00a0:</p>"
        f'<pre tabindex="0" role="region" aria-label="Exemple">{escape(lines)}</pre><dl class="fields-of">{fields}</dl>'
        "<p>Les extraits restent dans ce fichier\u00a0: après un retrait de l’étude, ôtez ceux de la personne. Les "
        "résultats gardés ici n’en contiennent aucun.</p></details>"
    )
