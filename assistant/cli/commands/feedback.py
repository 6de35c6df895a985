"""`assistant feedback`: what people answered to the answers, and what they asked in vain."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.commands.common import DONE, read_settings, write_json
from assistant.cli.commands.export import write
from assistant.errors import BadRequest

if TYPE_CHECKING:
    from assistant.people.reactions import Reaction, ReactionEntry, Unanswered

_PAGES = {"public": "de tous", "team": "de l'équipe"}


def run(options: argparse.Namespace) -> int:
    from assistant.people.feedback import Feedback
    from assistant.people.reactions import Reaction, ReactionFilter
    from index.types import Scope

    index_settings, _ = read_settings(options)
    reaction = next((one for one in Reaction if options.reaction and options.reaction in one.value), None)
    sought = ReactionFilter(options.since, options.until, reaction, text=options.text)
    feedback = Feedback(index_settings.data_dir)
    entries = feedback.entries(Scope.TEAM, sought)
    unanswered = [] if reaction else feedback.unanswered(Scope.TEAM, sought)
    paths = _paths(index_settings.data_dir)
    if options.action == "export":
        return _export(options, index_settings.data_dir, entries, unanswered, paths)
    if options.json:
        write_json(
            {
                "reactions": [_entry_as_json(one, paths) for one in entries],
                "unanswered": [_unanswered_as_json(one) for one in unanswered],
            }
        )
    else:
        print("\n".join(_lines(entries, unanswered, feedback.counts(Scope.TEAM, {}, sought).by_reaction)))
    return DONE


def _paths(data_dir: Path) -> dict[str, str]:
    """The paths of the sources that are still there, by id."""
    from index.errors import NothingIndexed
    from index.store.catalog import Catalog
    from index.types import Scope

    try:
        catalog = Catalog.open(data_dir)
    except NothingIndexed:
        return {}
    try:
        return {source.id: source.path for source in catalog.sources(Scope.TEAM)}
    finally:
        catalog.close()


def _lines(
    entries: Sequence[ReactionEntry], unanswered: Sequence[Unanswered], by_reaction: Mapping[Reaction, int]
) -> Iterator[str]:
    from index.errors import one_line

    for entry in entries:
        comment = f" — {one_line(entry.comment)}" if entry.comment else ""
        question = f"\u00a0: «\u00a0{one_line(entry.question)}\u00a0»" if entry.question else ""
        notes = ["sans réponse"] * entry.refused + ["en partie retirée de l'étude"] * entry.cut
        told = f" ({', '.join(notes)})" if notes else ""
        yield f"{entry.day}  page {_PAGES[entry.scope]}, {entry.reaction}{question}{told}{comment}"
    counted = ", ".join(f"{times} «\u00a0{reaction}\u00a0»" for reaction, times in by_reaction.items() if times)
    many = "1 réaction" if len(entries) == 1 else f"{len(entries)} réactions"
    yield f"{many}\u00a0: {counted}." if entries else "Aucune réaction."
    if unanswered:
        yield "\nQuestions restées sans réponse\u00a0:"
    for one in unanswered:
        yield f"{one.last}  page {_PAGES[one.scope]}, {one.count} fois\u00a0: «\u00a0{one_line(one.question)}\u00a0»"


def _export(
    options: argparse.Namespace,
    data_dir: Path,
    entries: Sequence[ReactionEntry],
    unanswered: Sequence[Unanswered],
    paths: Mapping[str, str],
) -> int:
    from assistant.export import feedback
    from assistant.people.audit import Audit, AuditAction

    if options.out is None:
        raise BadRequest("Il manque le fichier à écrire.", "Écrivez : assistant feedback export --out FICHIER.")
    if options.out.exists() and not options.force:  # before it is recorded
        raise BadRequest(f"« {options.out} » existe déjà.", "Donnez un autre nom, ou remplacez-le avec --force.")
    Audit(data_dir).record(getuser(), AuditAction.EXPORTED, feedback.cited(entries))
    content = feedback.export(entries, unanswered, paths)
    write(options.out, content, private=True, force=options.force)
    if options.json:
        write_json({"file": str(options.out), "reactions": len(entries), "unanswered": len(unanswered)})
    else:
        print(f"{len(entries)} réactions et {len(unanswered)} questions sans réponse écrites dans {options.out}.")
        print("Ce fichier peut contenir des citations d'entretiens\u00a0: gardez-le comme eux.")
    return DONE


def _entry_as_json(entry: ReactionEntry, paths: Mapping[str, str]) -> dict[str, object]:
    return {
        "day": entry.day.isoformat(),
        "page": entry.scope.value,
        "reaction": entry.reaction.value,
        "comment": entry.comment,
        "question": entry.question,
        "searched_for": entry.searched_for,
        "answer": entry.answer,
        "refused": entry.refused,
        "citations": [
            {"source": paths.get(one.source, one.source), "passage": one.passage, "quote": one.quote}
            for one in entry.citations
        ],
        "cut": entry.cut,
    }


def _unanswered_as_json(one: Unanswered) -> dict[str, object]:
    return {
        "question": one.question,
        "page": one.scope.value,
        "count": one.count,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
    }
