"""`assistant feedback`: the reactions to answers, and the questions that got none."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from getpass import getuser
from typing import TYPE_CHECKING

from assistant.cli.commands.common import DONE, open_workspace, write_json
from assistant.cli.file_output import write_file
from assistant.errors import BadRequest

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.people.reactions import Reaction, ReactionEntry, Unanswered
    from index.store.workspace import Workspace

_PAGES = {"public": "de tous", "team": "de l'équipe"}


def run(options: argparse.Namespace) -> int:
    """List the reactions and the unanswered questions, or export them to a file."""
    from assistant.people.feedback import Feedback
    from assistant.people.reactions import Reaction, ReactionFilter
    from index.types import Scope

    workspace = open_workspace(options)
    reaction = next((each for each in Reaction if options.reaction and options.reaction in each.value), None)
    sought = ReactionFilter(options.since, options.until, reaction, text=options.text)
    feedback = Feedback(workspace.data_dir)
    entries = feedback.entries(Scope.TEAM, sought)
    unanswered = [] if reaction else feedback.unanswered(Scope.TEAM, sought)
    paths = _paths(workspace)
    if options.action == "export":
        return _export(options, workspace.data_dir, entries, unanswered, paths)
    if options.json:
        write_json(
            {
                "reactions": [_entry_as_json(entry, paths) for entry in entries],
                "unanswered": [_unanswered_as_json(question) for question in unanswered],
            }
        )
    else:
        print("\n".join(_lines(entries, unanswered, feedback.counts(Scope.TEAM, {}, sought).by_reaction)))
    return DONE


def _paths(workspace: Workspace) -> dict[str, str]:
    """Return the paths of the sources of the index, by id; none where there is no index."""
    from index.errors import NothingIndexed
    from index.types import Scope

    try:
        with workspace:
            return {source.id: source.path for source in workspace.catalog.sources(Scope.TEAM)}
    except NothingIndexed:
        return {}


def _lines(
    entries: Sequence[ReactionEntry], unanswered: Sequence[Unanswered], by_reaction: Mapping[Reaction, int]
) -> Iterator[str]:
    from index.errors import one_line

    for entry in entries:
        comment = f" — {one_line(entry.comment)}" if entry.comment else ""
        question = f"\u00a0: «\u00a0{one_line(entry.question)}\u00a0»" if entry.question else ""
        notes = ["sans réponse"] * entry.refused + ["en partie retirée de l'étude"] * entry.cut
        noted = f" ({', '.join(notes)})" if notes else ""
        yield f"{entry.day}  page {_PAGES[entry.scope]}, {entry.reaction}{question}{noted}{comment}"
    counted = ", ".join(f"{times} «\u00a0{reaction}\u00a0»" for reaction, times in by_reaction.items() if times)
    many = "1 réaction" if len(entries) == 1 else f"{len(entries)} réactions"
    yield f"{many}\u00a0: {counted}." if entries else "Aucune réaction."
    if unanswered:
        yield "\nQuestions restées sans réponse\u00a0:"
    for asked in unanswered:
        times = f"{asked.count} fois\u00a0: «\u00a0{one_line(asked.question)}\u00a0»"
        yield f"{asked.last}  page {_PAGES[asked.scope]}, {times}"


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
    write_file(options.out, content, private=True, force=options.force)
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
            {"source": paths.get(cited.source, cited.source), "passage": cited.passage, "quote": cited.quote}
            for cited in entry.citations
        ],
        "cut": entry.cut,
    }


def _unanswered_as_json(asked: Unanswered) -> dict[str, object]:
    return {
        "question": asked.question,
        "page": asked.scope.value,
        "count": asked.count,
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
    }
