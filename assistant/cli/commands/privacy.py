"""`assistant privacy`: the protection of participants: identifiers, published excerpts, withdrawals."""

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
    open_workspace,
    print_messages,
    read_settings,
    write_json,
)
from assistant.errors import BadRequest

if TYPE_CHECKING:
    from index.privacy.protection import Protection
    from index.store.workspace import Workspace

_CHANGING = ("publish", "revoke", "withdraw")


def run(options: argparse.Namespace) -> int:
    """Run an action of `assistant privacy`."""
    from assistant.compose.parts import protection_of, refuse_unfollowed

    index_settings, settings = read_settings(options)
    with open_workspace(options, index_settings) as workspace:
        protection = protection_of(workspace, settings)
        if options.action in _CHANGING:
            return _change(options, workspace, protection)
        refuse_unfollowed(workspace.catalog, protection.withdrawn)
        return _ACTIONS[options.action](options, workspace, protection)


def _change(options: argparse.Namespace, workspace: Workspace, protection: Protection) -> int:
    """Run an action that changes the index, under the lock of runs, after what earlier retractions left to do."""
    from assistant.corpus.retraction import Occasion, finish_retractions
    from index.store import lock

    with lock.only_run(workspace.data_dir / lock.RUN):
        finished = finish_retractions(workspace, Occasion.CHANGE, protection.withdrawn)
        exit_status(finished.not_copied)  # printed alone: the action copies the vectors again, and gives the status
        if finished.index_changed:
            print("Un retrait ou une dépublication interrompus sont maintenant finis.", file=sys.stderr)
        print_messages(finished.messages)
        return _ACTIONS[options.action](options, workspace, protection)


def _check(options: argparse.Namespace, workspace: Workspace, protection: Protection) -> int:
    from index.disclosure import check, publish
    from index.reading.transcripts.roles import is_role
    from index.types import Scope

    catalog = workspace.catalog
    sources = [source for source in catalog.sources(Scope.TEAM) if source.kind == "transcript"]
    if options.source:
        sources = [publish.interview(catalog, options.source)]
    found = []
    for source in sources:
        named = check.names_in_words(Path(source.path).stem, protection.harmless)
        found += [_line(source.path, "nom du fichier", check.IdentifierKind.NAME, name) for name in named]
        passages = catalog.source_passages(source.id, Scope.TEAM)
        for identifier in check.identifiers(passages, protection.harmless, is_role):
            place = f"passage {identifier.passage.order}"
            if label := identifier.passage.place.label():
                place = f"{place}, {label}"
            found.append(_line(source.path, place, identifier.kind, identifier.text))
    if options.json:
        write_json({"interviews": len(sources), "findings": found})
    else:
        for line in found:
            print(f"{line['path']} ({line['place']})\u00a0: {line['kind']}\u00a0: «\u00a0{line['text']}\u00a0»")
        print(f"{len(found)} à regarder dans {len(sources)} entretiens. Ce qui n'est pas repéré peut identifier aussi.")
    return DONE


def _line(path: str, place: str, kind: str, text: str) -> dict[str, str]:
    return {"path": path, "place": place, "kind": str(kind), "text": text}


def _read(options: argparse.Namespace, workspace: Workspace, protection: Protection) -> int:
    from index.disclosure import check, publish
    from index.reading.transcripts.roles import is_role
    from index.reading.units import sentence_spans
    from index.types import Scope

    catalog = workspace.catalog
    source = publish.interview(catalog, options.source)
    passages = catalog.source_passages(source.id, Scope.TEAM)
    marked: dict[int, list[str]] = {}
    for identifier in check.identifiers(passages, protection.harmless, is_role):
        marks = marked.setdefault(identifier.passage.order, [])
        marks.append(f"{identifier.kind}\u00a0: {identifier.text}")
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


def _publish(options: argparse.Namespace, workspace: Workspace, protection: Protection) -> int:
    from assistant.people.audit import Audit, AuditAction
    from index.disclosure import publish
    from index.types import Scope

    if not options.consent.strip() or not options.by.strip():
        raise BadRequest("L'accord de la personne, ou qui publie, n'est pas dit.", "Écrivez --consent et --by.")
    catalog = workspace.catalog
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
    catalog.refuse_other_model(workspace.embedder.identity)
    Audit(workspace.data_dir).record(getuser(), AuditAction.PUBLISHED, [source.id, excerpt.id])
    not_copied = publish.publish(workspace, excerpt, copies)
    if options.json:
        write_json({**asdict(excerpt), "site": copies[0].source.site, "texts": [copy.text for copy in copies]})
        return exit_status(not_copied)
    print(f"Extrait publié\u00a0: {excerpt.id}. Tout le monde peut lire\u00a0:")
    print("   " + " — ".join(filter(None, (title, copies[0].source.site))))
    for copy in copies:
        quotation = f"«\u00a0{' '.join(copy.text.split())}\u00a0»"
        print(
            "   "
            + " ".join((*copy.context[1:], f"{copy.place.speaker}\u00a0:" if copy.place.speaker else "", quotation))
        )
    print(f"Pour le retirer\u00a0: assistant privacy revoke {excerpt.id}")
    return exit_status(not_copied)


def _published(options: argparse.Namespace, workspace: Workspace, _: Protection) -> int:
    from index.disclosure import publish

    found = publish.excerpts(workspace.catalog)
    if options.json:
        write_json({"excerpts": [asdict(excerpt) for excerpt in found]})
        return DONE
    for excerpt in found:
        published = f"publié le {excerpt.date[:10]} par {excerpt.by}. Accord\u00a0: {excerpt.consent}"
        print(f"{excerpt.id}  {excerpt.title} — {published}")
    print(f"{len(found)} extraits publiés." if len(found) != 1 else "1 extrait publié.")
    return DONE


def _revoke(options: argparse.Namespace, workspace: Workspace, _: Protection) -> int:
    from assistant.people.audit import Audit, AuditAction
    from index.disclosure import publish
    from index.errors import PublicationRefused

    catalog = workspace.catalog
    if options.excerpt not in publish.ids(catalog):
        raise PublicationRefused(
            f"Aucun extrait « {options.excerpt} » n'est publié.", "Voir : assistant privacy published."
        )
    Audit(workspace.data_dir).record(getuser(), AuditAction.REVOKED, [options.excerpt])
    publish.revoke(catalog, {options.excerpt})
    vectors = workspace.vectors
    not_copied, elsewhere = vectors.try_synchronise(), vectors.stray_copies()
    if options.json:
        write_json({"revoked": options.excerpt})
    else:
        print("Extrait retiré : plus personne ne peut le lire.")
    for copy in elsewhere:
        line = withdraw.stray_copy_line(copy)
        print(f"{line[0].upper()}{line[1:]}.", file=sys.stderr)
    return max(exit_status(not_copied), IN_PART if elsewhere else DONE)


_ACTIONS: dict[str, Callable[[argparse.Namespace, Workspace, Protection], int]]
_ACTIONS = {
    "check": _check,
    "read": _read,
    "publish": _publish,
    "published": _published,
    "revoke": _revoke,
    "withdraw": withdraw.run,
}
