"""`assistant backup` and `assistant restore`: a data folder into one file, and back on another machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from assistant.cli.commands.common import (
    DONE,
    IN_PART,
    exit_status,
    open_workspace,
    print_messages,
    read_settings,
    write_json,
)
from assistant.cli.secret_input import read_secret_line


def run(options: argparse.Namespace) -> int:
    """Write a backup of the data folder."""
    from assistant.compose.parts import describing_files
    from index.store.backup import back_up

    index_settings, settings = read_settings(options)
    passphrase = read_secret_line("Phrase de passe", options.passphrase_stdin) if options.encrypt else ""
    with open_workspace(options, index_settings) as workspace:
        describing = describing_files(workspace, settings)
    size = back_up(index_settings.data_dir, options.file, describing, passphrase)
    if options.json:
        write_json({"file": str(options.file), "bytes": size, "encrypted": bool(passphrase)})
    else:
        kind = "chiffrée" if passphrase else "en clair : gardez-la comme les entretiens"
        print(f"Sauvegarde faite, {kind} ({max(size // 1000, 1)} ko) : {options.file}")
    return DONE


def run_restore(options: argparse.Namespace) -> int:
    """Restore a backup, then apply the withdrawals that are known, those of after the backup included."""
    from assistant.compose.parts import protection_of
    from assistant.corpus.retraction import Occasion, finish_retractions
    from index.privacy.withdrawals import WithdrawalList
    from index.store.backup import restore

    index_settings, settings = read_settings(options)
    passphrase = read_secret_line("Phrase de passe", True) if options.passphrase_stdin else ""
    given = WithdrawalList.read_file(options.withdrawals) if options.withdrawals else WithdrawalList()
    restore(options.file, index_settings.data_dir, passphrase)
    with open_workspace(options, index_settings) as workspace:
        known = protection_of(workspace, settings).withdrawn
        withdrawn = WithdrawalList((*known.withdrawals, *given.withdrawals))
        if withdrawn.withdrawals:
            withdrawn.write(index_settings.data_dir)
        finished = finish_retractions(workspace, Occasion.RESTORE, withdrawn)
        corpus = Path(workspace.catalog.meta("corpus"))
    print_messages(finished.messages)
    corpus_missing = not options.withdrawals and not corpus.is_dir() and not settings.corpus.is_dir()
    if options.json:
        write_json({"restored": True, "withdrawals_known": not corpus_missing})
        return max(exit_status(finished.not_copied), DONE if finished.feedback_erased else IN_PART)
    print("Sauvegarde restaurée : l'index répond comme celui dont elle vient.")
    if corpus_missing:
        print(
            "Attention : le corpus n'est pas là. Si quelqu'un s'est retiré depuis cette sauvegarde, restaurez-la "
            "ailleurs avec --withdrawals et le fichier retraits.jsonl du corpus ou de l'ancien dossier de données."
        )
    return max(exit_status(finished.not_copied), DONE if finished.feedback_erased else IN_PART)
