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
    forget_kept,
    forget_reactions,
    give_way,
    read_settings,
    write_json,
)
from assistant.errors import BadRequest
from index.settings import IndexSettings

if TYPE_CHECKING:
    from index.progress import Progress, Step


def run(options: argparse.Namespace) -> int:
    if options.stop.listens:
        give_way()
    index_settings, settings = read_settings(options)
    if options.ray:
        index_settings = index_settings.model_copy(update={"ray": options.ray})
    if options.rollback:
        return _roll_back(options, index_settings)
    root = options.corpus or settings.corpus
    return (_follow if options.watch else _index_once)(options, root, index_settings)


def _index_once(options: argparse.Namespace, root: Path, settings: IndexSettings) -> int:
    from assistant.cli import json_output, terminal
    from index.indexing.build import build

    with _watched(options, settings) as progress:
        report = build(root, settings, progress, confirmed=options.yes)
    if options.json:
        write_json(json_output.report(report))
    else:
        print("\n".join(terminal.report_lines(report)), flush=True)
    forgotten = forget(settings)
    return IN_PART if report.failed or not forgotten else DONE


def forget(settings: IndexSettings) -> bool:
    """Take out of the reactions what a withdrawal took away that was cut short, or made in another index, and what the
    corpus does not hold any more, and out of the files kept beside it; whether that could be done of the reactions."""
    from index.errors import NothingIndexed
    from index.privacy.withdrawals import WithdrawalList
    from index.store.catalog import Catalog

    try:
        catalog = Catalog.open(settings.data_dir)
    except NothingIndexed:
        return True
    held, root = {source.id for source in catalog.held_sources()}, Path(catalog.meta("corpus"))
    catalog.close()
    withdrawn = WithdrawalList.read(settings.data_dir)
    if withdrawn.withdrawals:
        forget_kept(settings.data_dir, root)
    return forget_reactions(settings.data_dir, withdrawn, held=held)


def _follow(options: argparse.Namespace, root: Path, settings: IndexSettings) -> int:
    """Index each time that the folder has changed, until Ctrl-C, which is how following it ends."""
    from index.indexing.watch import changes

    status = DONE
    try:
        for _ in changes(root):
            status = _index_once(options, root, settings)
    except KeyboardInterrupt:
        options.stop.end()
        print("Suivi arrêté. L'index garde tout ce qui a été enregistré.", file=sys.stderr)
    return status


@contextmanager
def _watched(options: argparse.Namespace, settings: IndexSettings) -> Iterator[Progress]:
    """The progress of a run: shown to whoever watches, and where Ctrl-C is heard at the latest. Raises `Interrupted`
    for Ctrl-C, with what was kept."""
    from assistant.cli import progress_bar, terminal
    from index.indexing.build import index_state

    before = index_state(settings)
    try:
        with progress_bar.progress_bars() as show:

            def progress(step: Step) -> None:
                options.stop.check()
                show(step)

            yield progress
    except KeyboardInterrupt:
        options.stop.end()
        raise terminal.interrupted(before, index_state(settings)) from None


def _roll_back(options: argparse.Namespace, settings: IndexSettings) -> int:
    from index.indexing.build import roll_back_run

    with _watched(options, settings) as progress:
        done = roll_back_run(settings, progress)
    if done is None:
        raise BadRequest(
            "Il n'y a pas d'index antérieur auquel revenir.", "Seule la dernière mise à jour peut être reprise."
        )
    if options.json:
        write_json({"rolled_back": True})
    else:
        print("L'index est revenu à son état d'avant la dernière mise à jour. Relancer l'indexation la refera.")
    return exit_status(done.not_copied)
