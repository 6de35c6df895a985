"""Excerpts of interviews that everyone may read: chosen sentences, with the consent that was given, as a source of
their own. Nothing else of the interview becomes public, and an excerpt lasts no longer than the words it was taken
from."""

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
from index.reading.units import spans
from index.store import erase
from index.store.catalog import Catalog
from index.store.runs import add_live, stored_passages
from index.store.workspace import Workspace
from index.types import EXCERPT, Passage, Place, Scope, Source

_KEPT = "excerpts"  # key of `meta`
TITLE = "Extrait d’un entretien"
_CHOICE = re.compile(r"(\d{1,6})(?:-(\d{1,6})|\.(\d{1,3})(?:-(\d{1,3}))?)?")
_MOST = 20  # passages of an excerpt
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
    """All that is published, oldest first."""
    return [Excerpt(**one) for one in json.loads(catalog.meta(_KEPT) or "[]")]


def ids(catalog: Catalog) -> frozenset[str]:
    """The ids of the sources that are excerpts: no file of the corpus stands for them."""
    return frozenset(excerpt.id for excerpt in excerpts(catalog))


def interview(catalog: Catalog, name: str) -> Source:
    """The interview of this path or id. Raises `PublicationRefused`."""
    found = next((one for one in catalog.sources(Scope.TEAM) if name in (one.path, one.id)), None)
    if found is None:
        raise PublicationRefused(f"Aucune source « {name} » dans l'index.", "Donnez son chemin dans le corpus.")
    if found.kind != "transcript" or found.visibility == "public":
        raise PublicationRefused(f"« {name} » est déjà public ou n'est pas un entretien.", "Il n'y a rien à publier.")
    return found


def selected_passages(passages: Sequence[Passage], choices: str) -> list[Passage]:
    """The pieces of an interview that `choices` names: « 12 » a passage by its number, « 12-14 » several, « 12.2 » or
    « 12.2-4 » sentences of one. Raises `PublicationRefused`."""
    by_number = {passage.order: passage for passage in passages}
    found = [piece for choice in choices.split(",") for piece in _piece(by_number, choice.strip())]
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
    """An excerpt as everyone would read it: its pieces, with the site, and under the question that each answers, where
    these are to be shown. Raises `PublicationRefused` when something in it may tell who someone is."""
    asked = [(piece.question,) if with_question and piece.question else () for piece in pieces]
    _refuse_what_identifies(pieces, {question for one in asked for question in one}, excerpt, harmless)
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
            context=(excerpt.title, *question),
            start=0,
        )
        for number, (piece, question) in enumerate(zip(pieces, asked, strict=True))
    ]


def publish(workspace: Workspace, excerpt: Excerpt, copies: Sequence[Passage]) -> VectorsNotCopied | None:
    """Add an excerpt, as it was checked, to the public passages, at once; return why the copy of its vectors could not
    follow. Raises `DataFolderRefused` for an index of another model. The caller holds the lock of runs."""
    catalog, embedder = workspace.catalog, workspace.embedder
    catalog.refuse_other_model(embedder.identity)
    prepare(embedder, no_progress)
    kept = json.dumps([asdict(one) for one in (*excerpts(catalog), excerpt)], ensure_ascii=False)
    add_live(catalog, copies[0].source, stored_passages(copies, embed_windows(embedder, copies)), **{_KEPT: kept})
    return workspace.vectors.follow()


def new_id() -> str:
    """A name for an excerpt, which says nothing of what it is taken from."""
    return f"{EXCERPT}{secrets.token_hex(5)}"


def revoke(catalog: Catalog, names: Collection[str]) -> None:
    """Take excerpts back, out of every state of the index and of the bytes of its catalog; the copy of its vectors is
    then to be made again. To be called under the lock of runs."""
    if not names:
        return

    def left(source: Source, passages: Sequence[Passage]) -> tuple[str, Sequence[Passage]]:
        return ("", []) if source.id in names else (source.title, passages)

    erase.carry_out(catalog, erase.plan(catalog, left), None)
    kept = [asdict(one) for one in excerpts(catalog) if one.id not in names]
    catalog.set_meta(**{_KEPT: json.dumps(kept, ensure_ascii=False)})
    erase.finish(catalog)


def outdated(catalog: Catalog) -> list[Excerpt]:
    """The excerpts whose words do not stand in their interview any more: it has changed, is gone, was withdrawn, or
    hides a name that they show."""
    return [excerpt for excerpt in excerpts(catalog) if not _stands(catalog, excerpt)]


def _stands(catalog: Catalog, excerpt: Excerpt) -> bool:
    """Return whether the interview still holds the words of an excerpt, and the questions that it shows."""
    held = catalog.whole(excerpt.interview, Scope.TEAM)
    said, asked = "\n".join(one.text for one in held), {above for one in held for above in one.context}
    pieces = catalog.whole(excerpt.id, Scope.PUBLIC)
    return bool(pieces) and all(piece.text in said and set(piece.context[1:]) <= asked for piece in pieces)


def _piece(by_number: dict[int, Passage], choice: str) -> Iterator[Passage]:
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
    sentences = spans(passage.text)[int(match[3]) - 1 : int(match[4] or match[3])] if int(match[3]) else []
    if not sentences:
        raise PublicationRefused(
            f"Le passage {first} n'a pas de phrase {match[3]}.", "Voir : assistant privacy read SOURCE."
        )
    start, end = sentences[0][0], sentences[-1][1]
    yield replace(passage, text=passage.text[start:end], start=passage.start + start)


def _refuse_what_identifies(
    pieces: Sequence[Passage], questions: Collection[str], excerpt: Excerpt, harmless: Collection[str]
) -> None:
    """Raises `PublicationRefused` when something that would be read may tell who someone is: what is said or asked, who
    says it, or the title."""
    called = {piece.place.speaker for piece in pieces if piece.place.speaker}
    more = [replace(pieces[0], text=text, place=Place()) for text in (excerpt.title, *questions, *called)]
    found = list(check.identifiers(pieces, harmless, roles.is_role))
    found += [one for alone in more for one in check.identifiers([alone], harmless, roles.is_role)]
    if found:
        told = ", ".join(f"{one.kind}\u00a0: «\u00a0{one.text}\u00a0»" for one in found[:_SHOWN])
        raise PublicationRefused(
            f"Cet extrait peut faire reconnaître quelqu'un ({told}{'…' if len(found) > _SHOWN else ''}).",
            "Choisissez d'autres phrases, ou remplacez ces mots par la table des noms et indexez de nouveau ; un mot "
            "qui n'identifie personne va dans « harmless » de corpus.toml.",
        )
