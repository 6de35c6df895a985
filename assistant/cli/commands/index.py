"""`assistant index`: a corpus folder into the index."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.commands.common import (
    DONE,
    IN_PART,
    exit_status,
    open_workspace,
    print_messages,
    read_settings,
    write_json,
)
from assistant.cli.priority import lower_priority
from assistant.errors import BadRequest

if TYPE_CHECKING:
    from index.progress import Progress, Step
    from index.store.workspace import Workspace


def run(options: argparse.Namespace) -> int:
    """Update the index, once or each time that the folder changes, or roll its last run back."""
    if options.stop.listens:
        lower_priority()
    index_settings, settings = read_settings(options)
    if options.ray:
        index_settings = index_settings.model_copy(update={"ray": options.ray})
    workspace = open_workspace(options, index_settings)
    if options.rollback:
        return _roll_back(options, workspace)
    root = options.corpus or settings.corpus
    return (_watch if options.watch else _index_once)(options, root, workspace)


def _index_once(options: argparse.Namespace, root: Path, workspace: Workspace) -> int:
    from assistant.cli import json_output, terminal
    from assistant.corpus.retraction import Occasion, finish_retractions
    from index.indexing.build import build

    with _interruptible(options, workspace) as progress:
        report = build(root, workspace, progress, confirmed=options.yes)
    if options.json:
        write_json(json_output.report(report))
    else:
        print("\n".join(terminal.report_lines(report)), flush=True)
    with workspace:
        finished = finish_retractions(workspace, Occasion.UPDATE)
    print_messages(finished.messages)
    return IN_PART if report.failed or not finished.feedback_erased else DONE


def _watch(options: argparse.Namespace, root: Path, workspace: Workspace) -> int:
    """Index each time that the folder has changed, until Ctrl-C."""
    from index.indexing.watch import changes

    status = DONE
    try:
        for _ in changes(root):
            status = _index_once(options, root, workspace)
    except KeyboardInterrupt:
        options.stop.end()
        print("Suivi arrêté. L'index garde tout ce qui a été enregistré.", file=sys.stderr)
    return status


@contextmanager
def _interruptible(options: argparse.Namespace, workspace: Workspace) -> Iterator[Progress]:
    """Give the progress of a run: it shows each step, and checks for Ctrl-C. Raises `Interrupted` for Ctrl-C, with
    what was kept."""
    from assistant.cli import progress_bar, terminal
    from index.indexing.build import index_state

    before = index_state(workspace)
    try:
        with progress_bar.progress_bars() as show:

            def progress(step: Step) -> None:
                options.stop.check()
                show(step)

            yield progress
    except KeyboardInterrupt:
        options.stop.end()
        raise terminal.interrupted(before, index_state(workspace)) from None


def _roll_back(options: argparse.Namespace, workspace: Workspace) -> int:
    from index.indexing.build import roll_back_run

    with _interruptible(options, workspace) as progress:
        result = roll_back_run(workspace, progress)
    if result is None:
        raise BadRequest(
            "Il n'y a pas d'index antérieur auquel revenir.", "Seule la dernière mise à jour peut être reprise."
        )
    if options.json:
        write_json({"rolled_back": True})
    else:
        print("L'index est revenu à son état d'avant la dernière mise à jour. Relancer l'indexation la refera.")
    return exit_status(result.not_copied)
