"""`assistant privacy`: what may tell who spoke, what is published of it, and what is withdrawn."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Callable
from dataclasses import asdict
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.commands import withdraw
from assistant.cli.commands.common import (
    DONE,
    IN_PART,
    exit_status,
    forget_kept,
    forget_reactions,
    read_settings,
    write_json,
)
from assistant.errors import BadRequest

if TYPE_CHECKING:
    from index.privacy.protection import Protection
    from index.settings import IndexSettings
    from index.store.catalog import Catalog

_CHANGING = ("publish", "revoke", "withdraw")


def run(options: argparse.Namespace) -> int:
    from assistant.compose.parts import protection_of, refuse_unfollowed
    from index.store.catalog import Catalog

    index_settings, settings = read_settings(options)
    catalog = Catalog.open(index_settings.data_dir)
    try:
        protection = protection_of(catalog, index_settings, settings)
        if options.action in _CHANGING:
            return _change(options, catalog, protection, index_settings)
        refuse_unfollowed(catalog, protection.withdrawn)
        return _ACTIONS[options.action](options, catalog, protection, index_settings)
    finally:
        catalog.close()


def _change(options: argparse.Namespace, catalog: Catalog, protection: Protection, settings: IndexSettings) -> int:
    """Do what changes the index, alone, after what an interrupted withdrawal has left to do."""
    from index.disclosure.withdraw import apply_withdrawals
    from index.embedding.model import open_embedder
    from index.store import lock
    from index.store.vectors import VectorIndex

    with lock.only_run(settings.data_dir / lock.RUN):
        if apply_withdrawals(catalog, protection.withdrawn, open_embedder(settings)):
            exit_status(
                VectorIndex(catalog, settings.chroma).try_synchronise()
            )  # what was asked then copies again, and has the status
            print("Un retrait ou une dépublication interrompus sont maintenant finis.", file=sys.stderr)
        forget_reactions(settings.data_dir, protection.withdrawn)
        forget_kept(settings.data_dir, Path(catalog.meta("corpus")))
        return _ACTIONS[options.action](options, catalog, protection, settings)


def _check(options: argparse.Namespace, catalog: Catalog, protection: Protection, _: IndexSettings) -> int:
    from index.disclosure import check, publish
    from index.reading.transcripts.roles import is_role
    from index.types import Scope

    sources = [one for one in catalog.sources(Scope.TEAM) if one.kind == "transcript"]
    if options.source:
        sources = [publish.interview(catalog, options.source)]
    found = []
    for source in sources:
        named = check.names_in_words(Path(source.path).stem, protection.harmless)
        found += [_line(source.path, "nom du fichier", check.IdentifierKind.NAME, name) for name in named]
        passages = catalog.source_passages(source.id, Scope.TEAM)
        for one in check.identifiers(passages, protection.harmless, is_role):
            place = f"passage {one.passage.order}"
            if label := one.passage.place.label():
                place = f"{place}, {label}"
            found.append(_line(source.path, place, one.kind, one.text))
    if options.json:
        write_json({"interviews": len(sources), "findings": found})
    else:
        for line in found:
            print(f"{line['path']} ({line['place']})\u00a0: {line['kind']}\u00a0: «\u00a0{line['text']}\u00a0»")
        print(f"{len(found)} à regarder dans {len(sources)} entretiens. Ce qui n'est pas repéré peut identifier aussi.")
    return DONE


def _line(path: str, place: str, kind: str, text: str) -> dict[str, str]:
    return {"path": path, "place": place, "kind": str(kind), "text": text}


def _read(options: argparse.Namespace, catalog: Catalog, protection: Protection, _: IndexSettings) -> int:
    from index.disclosure import check, publish
    from index.reading.transcripts.roles import is_role
    from index.reading.units import sentence_spans
    from index.types import Scope

    source = publish.interview(catalog, options.source)
    passages = catalog.source_passages(source.id, Scope.TEAM)
    marked: dict[int, list[str]] = {}
    for one in check.identifiers(passages, protection.harmless, is_role):
        marked.setdefault(one.passage.order, []).append(f"{one.kind}\u00a0: {one.text}")
    shown = [
        {
            "number": passage.order,
            "place": passage.place.label(),
            "sentences": [passage.text[start:end] for start, end in sentence_spans(passage.text)],
            "marked": marked.get(passage.order, []),
        }
        for passage in passages
    ]
    if options.json:
        write_json({"path": source.path, "passages": shown})
        return DONE
    for passage, lines in zip(passages, shown, strict=True):
        print(f"{passage.order}. {lines['place']}".rstrip())
        for number, (start, end) in enumerate(sentence_spans(passage.text), 1):
            print(f"   {passage.order}.{number}  {' '.join(passage.text[start:end].split())}")
        for mark in marked.get(passage.order, []):
            print(f"   à ne pas publier — {mark}")
    return DONE


def _publish(
    options: argparse.Namespace, catalog: Catalog, protection: Protection, index_settings: IndexSettings
) -> int:
    from assistant.people.audit import Audit, AuditAction
    from index.disclosure import publish
    from index.embedding.model import open_embedder
    from index.types import Scope

    if not options.consent.strip() or not options.by.strip():
        raise BadRequest("L'accord de la personne, ou qui publie, n'est pas dit.", "Écrivez --consent et --by.")
    source = publish.interview(catalog, options.source)
    title = options.title.strip() or publish.TITLE
    now = datetime.datetime.now().isoformat(timespec="seconds")
    excerpt = publish.Excerpt(publish.new_id(), source.id, title, options.consent.strip(), options.by.strip(), now)
    pieces = publish.selected_passages(catalog.source_passages(source.id, Scope.TEAM), options.passages)
    copies = publish.public_copies(
        source,
        pieces,
        excerpt,
        protection.harmless,
        with_question=options.with_question,
        with_site=options.with_site,
    )
    embedder = open_embedder(index_settings)
    catalog.refuse_other_model(embedder.identity)
    Audit(index_settings.data_dir).record(getuser(), AuditAction.PUBLISHED, [source.id, excerpt.id])
    not_copied = publish.publish(catalog, excerpt, copies, embedder, index_settings.chroma)
    if options.json:
        write_json({**asdict(excerpt), "site": copies[0].source.site, "texts": [copy.text for copy in copies]})
        return exit_status(not_copied)
    print(f"Extrait publié\u00a0: {excerpt.id}. Tout le monde peut lire\u00a0:")
    print("   " + " — ".join(filter(None, (title, copies[0].source.site))))
    for copy in copies:
        said = f"«\u00a0{' '.join(copy.text.split())}\u00a0»"
        print("   " + " ".join((*copy.context[1:], f"{copy.place.speaker}\u00a0:" if copy.place.speaker else "", said)))
    print(f"Pour le retirer\u00a0: assistant privacy revoke {excerpt.id}")
    return exit_status(not_copied)


def _published(options: argparse.Namespace, catalog: Catalog, _: Protection, __: IndexSettings) -> int:
    from index.disclosure import publish

    found = publish.excerpts(catalog)
    if options.json:
        write_json({"excerpts": [asdict(one) for one in found]})
        return DONE
    for one in found:
        print(f"{one.id}  {one.title} — publié le {one.date[:10]} par {one.by}. Accord\u00a0: {one.consent}")
    print(f"{len(found)} extraits publiés." if len(found) != 1 else "1 extrait publié.")
    return DONE


def _revoke(options: argparse.Namespace, catalog: Catalog, _: Protection, index_settings: IndexSettings) -> int:
    from assistant.people.audit import Audit, AuditAction
    from index.disclosure import publish
    from index.errors import PublicationRefused
    from index.store.vectors import VectorIndex

    if options.excerpt not in publish.ids(catalog):
        raise PublicationRefused(
            f"Aucun extrait « {options.excerpt} » n'est publié.", "Voir : assistant privacy published."
        )
    Audit(index_settings.data_dir).record(getuser(), AuditAction.REVOKED, [options.excerpt])
    publish.revoke(catalog, {options.excerpt})
    vectors = VectorIndex(catalog, index_settings.chroma)
    not_copied, elsewhere = vectors.try_synchronise(), vectors.stray_copies()
    if options.json:
        write_json({"revoked": options.excerpt})
    else:
        print("Extrait retiré : plus personne ne peut le lire.")
    for one in elsewhere:
        line = withdraw.stray_copy_line(one)
        print(f"{line[0].upper()}{line[1:]}.", file=sys.stderr)
    return max(exit_status(not_copied), IN_PART if elsewhere else DONE)


_ACTIONS: dict[str, Callable[[argparse.Namespace, Catalog, Protection, IndexSettings], int]]
_ACTIONS = {
    "check": _check,
    "read": _read,
    "publish": _publish,
    "published": _published,
    "revoke": _revoke,
    "withdraw": withdraw.run,
}
