"""`assistant backup` and `assistant restore`: a data folder into one file, and back on another machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from assistant.cli.commands.common import (
    DONE,
    IN_PART,
    exit_status,
    forget_reactions,
    read_secret_line,
    read_settings,
    write_json,
)


def run(options: argparse.Namespace) -> int:
    from assistant.compose.parts import describing
    from index.store.backup import back_up

    index_settings, settings = read_settings(options)
    passphrase = read_secret_line("Phrase de passe", options.passphrase_stdin) if options.encrypt else ""
    size = back_up(index_settings.data_dir, options.file, describing(index_settings, settings), passphrase)
    if options.json:
        write_json({"file": str(options.file), "bytes": size, "encrypted": bool(passphrase)})
    else:
        kind = "chiffrée" if passphrase else "en clair : gardez-la comme les entretiens"
        print(f"Sauvegarde faite, {kind} ({max(size // 1000, 1)} ko) : {options.file}")
    return DONE


def run_restore(options: argparse.Namespace) -> int:
    from assistant.compose.parts import protection_of
    from index.disclosure.withdraw import apply_withdrawals
    from index.embedding.model import open_embedder
    from index.privacy.withdrawals import WithdrawalList
    from index.store.backup import restore
    from index.store.catalog import Catalog
    from index.store.vectors import VectorIndex

    index_settings, settings = read_settings(options)
    passphrase = read_secret_line("Phrase de passe", True) if options.passphrase_stdin else ""
    given = WithdrawalList.read_file(options.withdrawals) if options.withdrawals else WithdrawalList()
    restore(options.file, index_settings.data_dir, passphrase)
    catalog = Catalog.open(index_settings.data_dir)
    known = protection_of(catalog, index_settings, settings).withdrawn
    withdrawn = WithdrawalList((*known.withdrawals, *given.withdrawals))
    withdrawn.write(index_settings.data_dir) if withdrawn.withdrawals else None
    same = catalog.meta("model") == (embedder := open_embedder(index_settings)).identity
    apply_withdrawals(catalog, withdrawn, embedder if same else None)
    held = {source.id for source in catalog.held_sources()}
    forgotten = forget_reactions(index_settings.data_dir, withdrawn, held=held)
    vectors = VectorIndex(catalog, index_settings.chroma)
    not_copied = vectors.try_synchronise()
    vectors.close()
    alone = not options.withdrawals and not Path(catalog.meta("corpus")).is_dir() and not settings.corpus.is_dir()
    if options.json:
        write_json({"restored": True, "withdrawals_known": not alone})
        return max(exit_status(not_copied), DONE if forgotten else IN_PART)
    print("Sauvegarde restaurée : l'index répond comme celui dont elle vient.")
    if alone:
        print(
            "Attention : le corpus n'est pas là. Si quelqu'un s'est retiré depuis cette sauvegarde, restaurez-la "
            "ailleurs avec --withdrawals et le fichier retraits.jsonl du corpus ou de l'ancien dossier de données."
        )
    return max(exit_status(not_copied), DONE if forgotten else IN_PART)
