"""Publication of excerpts of interviews: chosen sentences, with the consent that was given, become a public source of
their own. Nothing else of the interview becomes public, and an excerpt is revoked when its words leave the
interview."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from index.disclosure import check
from index.embedding.passage_vectors import embed_windows, prepare
from index.errors import PublicationRefused, VectorsNotCopied
from index.progress import no_progress
from index.reading.transcripts import roles
from index.reading.units import sentence_spans
from index.store import erase
from index.store.catalog import Catalog
from index.store.runs import add_live, stored_passages
from index.store.workspace import Workspace
from index.types import EXCERPT_ID_PREFIX, Passage, Place, Scope, Source

_META_KEY = "excerpts"
TITLE = "Extrait d’un entretien"
"""The title of an excerpt that was given none."""
_CHOICE = re.compile(r"(\d{1,6})(?:-(\d{1,6})|\.(\d{1,3})(?:-(\d{1,3}))?)?")
_MOST = 20  # passages in an excerpt
_SHOWN = 5  # findings in a message


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A published excerpt: the id of the source made of it, that of the interview, the consent as it was noted, who
    published it, and when (ISO 8601)."""

    id: str
    interview: str
    title: str
    consent: str
    by: str
    date: str


def excerpts(catalog: Catalog) -> list[Excerpt]:
    """Return the published excerpts, oldest first."""
    return [Excerpt(**fields) for fields in json.loads(catalog.meta(_META_KEY) or "[]")]


def ids(catalog: Catalog) -> frozenset[str]:
    """Return the ids of the sources that are excerpts, which are made of no file of the corpus."""
    return frozenset(excerpt.id for excerpt in excerpts(catalog))


def interview(catalog: Catalog, name: str) -> Source:
    """Return the interview of this path or id. Raises `PublicationRefused`."""
    found = next((source for source in catalog.sources(Scope.TEAM) if name in (source.path, source.id)), None)
    if found is None:
        raise PublicationRefused(f"Aucune source « {name} » dans l'index.", "Donnez son chemin dans le corpus.")
    if found.kind != "transcript" or found.visibility == "public":
        raise PublicationRefused(f"« {name} » est déjà public ou n'est pas un entretien.", "Il n'y a rien à publier.")
    return found


def selected_passages(passages: Sequence[Passage], choices: str) -> list[Passage]:
    """Return the pieces of an interview that `choices` names: « 12 » a passage by its number, « 12-14 » several, « 12.2
    » or « 12.2-4 » sentences of one. Raises `PublicationRefused`."""
    by_number = {passage.order: passage for passage in passages}
    found = [piece for choice in choices.split(",") for piece in _chosen(by_number, choice.strip())]
    if not found or len(found) > _MOST:
        raise PublicationRefused(f"Un extrait a de 1 à {_MOST} passages.", "Choisissez-en moins.")
    return found


def public_copies(
    source: Source,
    pieces: Sequence[Passage],
    excerpt: Excerpt,
    harmless: Collection[str],
    *,
    with_question: bool = False,
    with_site: bool = False,
) -> list[Passage]:
    """Return the public passages of an excerpt: its pieces, with the site and the question that each answers where
    these are to be shown. Raises `PublicationRefused` when something in them may identify someone."""
    contexts = [(piece.question,) if with_question and piece.question else () for piece in pieces]
    _refuse_identifiers(pieces, {question for context in contexts for question in context}, excerpt, harmless)
    public = replace(
        source,
        id=excerpt.id,
        path=f"extraits/{excerpt.id}",
        title=excerpt.title,
        site=source.site if with_site else "",
        date="",
        visibility="public",
        digest=excerpt.id,
    )
    return [
        Passage(
            id=f"{excerpt.id}-{number}",
            source=public,
            text=piece.text,
            place=Place(speaker=piece.place.speaker),
            order=number,
            kind=piece.kind,
            context=(excerpt.title, *context),
            start=0,
        )
        for number, (piece, context) in enumerate(zip(pieces, contexts, strict=True))
    ]


def publish(workspace: Workspace, excerpt: Excerpt, copies: Sequence[Passage]) -> VectorsNotCopied | None:
    """Add an excerpt, as it was checked, to the public passages, at once; return why the copy of its vectors could not
    follow. Raises `DataFolderRefused` for an index of another model. The caller holds the lock of runs."""
    catalog, embedder = workspace.catalog, workspace.embedder
    catalog.refuse_other_model(embedder.identity)
    prepare(embedder, no_progress)
    kept = json.dumps([asdict(published) for published in (*excerpts(catalog), excerpt)], ensure_ascii=False)
    add_live(catalog, copies[0].source, stored_passages(copies, embed_windows(embedder, copies)), **{_META_KEY: kept})
    return workspace.vectors.try_synchronise()


def new_id() -> str:
    """Return a random id for an excerpt, which reveals nothing of its interview."""
    return f"{EXCERPT_ID_PREFIX}{secrets.token_hex(5)}"


def revoke(catalog: Catalog, names: Collection[str]) -> None:
    """Erase excerpts from every state of the index and from the bytes of its catalog; the copy of the vectors must then
    be made again. The caller holds the lock of runs."""
    if not names:
        return

    def left(source: Source, passages: Sequence[Passage]) -> tuple[str, Sequence[Passage]]:
        return ("", []) if source.id in names else (source.title, passages)

    erase.apply(catalog, erase.plan(catalog, left), None)
    kept = [asdict(excerpt) for excerpt in excerpts(catalog) if excerpt.id not in names]
    catalog.set_meta(**{_META_KEY: json.dumps(kept, ensure_ascii=False)})
    erase.finish(catalog)


def outdated(catalog: Catalog) -> list[Excerpt]:
    """Return the excerpts whose words are not in their interview any more: it has changed, was removed or withdrawn, or
    now hides a name that they show."""
    return [excerpt for excerpt in excerpts(catalog) if not _is_current(catalog, excerpt)]


def _is_current(catalog: Catalog, excerpt: Excerpt) -> bool:
    """Return whether the interview still holds the words of an excerpt, and the questions that it shows."""
    held = catalog.source_passages(excerpt.interview, Scope.TEAM)
    text = "\n".join(passage.text for passage in held)
    contexts = {line for passage in held for line in passage.context}
    pieces = catalog.source_passages(excerpt.id, Scope.PUBLIC)
    return bool(pieces) and all(piece.text in text and set(piece.context[1:]) <= contexts for piece in pieces)


def _chosen(by_number: dict[int, Passage], choice: str) -> Iterator[Passage]:
    """Yield the pieces that one choice names. Raises `PublicationRefused`."""
    match = _CHOICE.fullmatch(choice)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    numbers = range(first, last + 1)
    if match is None or not numbers or len(numbers) > _MOST or any(number not in by_number for number in numbers):
        raise PublicationRefused(
            f"« {choice} » ne désigne aucun passage de cet entretien.",
            "Voir leurs numéros : assistant privacy read SOURCE ; par exemple 12, 12-14, ou 12.2 pour une phrase.",
        )
    if match[3] is None:
        yield from (by_number[number] for number in numbers)
        return
    passage = by_number[first]
    sentences = sentence_spans(passage.text)[int(match[3]) - 1 : int(match[4] or match[3])] if int(match[3]) else []
    if not sentences:
        raise PublicationRefused(
            f"Le passage {first} n'a pas de phrase {match[3]}.", "Voir : assistant privacy read SOURCE."
        )
    start, end = sentences[0][0], sentences[-1][1]
    yield replace(passage, text=passage.text[start:end], start=passage.start + start)


def _refuse_identifiers(
    pieces: Sequence[Passage], questions: Collection[str], excerpt: Excerpt, harmless: Collection[str]
) -> None:
    """Raise `PublicationRefused` when a part of an excerpt may identify someone: its text, its questions, the labels of
    its speakers, or its title."""
    speakers = {piece.place.speaker for piece in pieces if piece.place.speaker}
    others = [replace(pieces[0], text=text, place=Place()) for text in (excerpt.title, *questions, *speakers)]
    found = list(check.identifiers(pieces, harmless, roles.is_role))
    found += [identifier for other in others for identifier in check.identifiers([other], harmless, roles.is_role)]
    if found:
        listed = ", ".join(f"{shown.kind}\u00a0: «\u00a0{shown.text}\u00a0»" for shown in found[:_SHOWN])
        raise PublicationRefused(
            f"Cet extrait peut faire reconnaître quelqu'un ({listed}{'…' if len(found) > _SHOWN else ''}).",
            "Choisissez d'autres phrases, ou remplacez ces mots par la table des noms et indexez de nouveau ; un mot "
            "qui n'identifie personne va dans « harmless » de corpus.toml.",
        )
