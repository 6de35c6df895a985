"""`assistant privacy withdraw`: a source or a person out of the index for good, and what is left to do."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Sequence
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.commands.common import DONE, IN_PART, exit_status, forget_kept, forget_reactions, write_json
from assistant.errors import Interrupted

if TYPE_CHECKING:
    from index.disclosure.receipt import Receipt
    from index.disclosure.withdraw import RemovedContent
    from index.privacy.protection import Protection
    from index.settings import IndexSettings
    from index.store.catalog import Catalog
    from index.store.stray_copies import StrayCopy


def run(options: argparse.Namespace, catalog: Catalog, protection: Protection, index_settings: IndexSettings) -> int:
    """Withdraw what the options name, and say what was done and what is left to do."""
    from assistant.corpus.kept_withdrawals import KeptFilesResult, told_of_kept
    from assistant.people.audit import Audit, AuditAction
    from index.disclosure import withdraw
    from index.disclosure.receipt import receipt_lines
    from index.embedding.model import open_embedder
    from index.errors import WithdrawalRefused

    forgotten, kept = True, KeptFilesResult()

    def forget(gone: RemovedContent) -> None:
        nonlocal forgotten, kept
        forgotten = forget_reactions(index_settings.data_dir, gone.withdrawn, gone.sources, gone.is_in)
        kept = forget_kept(index_settings.data_dir, corpus)

    try:
        chosen = withdraw.targets(catalog, options.what, protection.table, options.within)
    except WithdrawalRefused as error:
        raise told_of_kept(error, options.what, index_settings.data_dir) from error
    embedder = open_embedder(index_settings)
    catalog.refuse_other_model(embedder.identity)
    Audit(index_settings.data_dir).record(getuser(), AuditAction.WITHDREW, [target.source.id for target in chosen])
    now, corpus = datetime.datetime.now().astimezone(), Path(catalog.meta("corpus"))
    try:
        receipt = withdraw.withdraw(
            catalog,
            chosen,
            embedder,
            corpus,
            now,
            confirmed=options.yes,
            also=forget,
            chroma=index_settings.chroma,
        )
    except KeyboardInterrupt:
        options.stop.end()
        raise Interrupted(
            "Interrompu pendant le retrait, qui n'est peut-être pas fini.", "Finissez-le : assistant index."
        ) from None
    path, trouble = _written(receipt, index_settings.data_dir)
    if options.json:
        write_json({**_as_json(receipt, path), "erased": list(kept.erased), "kept_unread": list(kept.unread)})
    else:
        todo = _left_to_do(receipt, path, trouble, kept.unread)
        print("\n".join((*receipt_lines(receipt)[2:-1], *todo)))
    in_part = _is_in_part(receipt, kept.unread) or trouble or not forgotten
    return max(exit_status(receipt.not_copied), IN_PART if in_part else DONE)


def _is_in_part(receipt: Receipt, kept_unread: Sequence[str]) -> bool:
    """Whether some of what was withdrawn may still lie somewhere."""
    return bool(receipt.remaining or kept_unread or receipt.server_failed or receipt.elsewhere)


def _written(receipt: Receipt, data_dir: Path) -> tuple[Path | None, str]:
    """Where the receipt was written, or why it could not be: what it tells is done all the same."""
    from index.disclosure.receipt import write_receipt
    from index.errors import os_reason

    try:
        return write_receipt(receipt, data_dir), ""
    except OSError as error:
        return None, os_reason(error)


def _as_json(receipt: Receipt, path: Path | None) -> dict[str, object]:
    return {
        "ids": list(receipt.ids),
        "date": receipt.date,
        "withdrawn": [{"path": one.source.path, "speaker": one.speaker} for one in receipt.targets],
        "others": [source.path for source in receipt.others],
        "passages": receipt.passages,
        "former": receipt.former,
        "searched": {
            "files": receipt.searched.files,
            "bytes": receipt.searched.size,
            "pieces": receipt.searched.pieces,
            "holding": list(receipt.searched.holding),
            "unread": list(receipt.searched.unread),
            "also_in": list(receipt.searched.also_in),
        },
        "in_corpus": [str(one) for one in receipt.in_corpus],
        "kept_in": [str(one) for one in receipt.kept_in],
        "receipt": str(path) if path else None,
        "chroma": receipt.server or None,
        "chroma_failed": receipt.server_failed or None,
        "chroma_elsewhere": [{"server": one.place, "collections": f"{one.name}-…"} for one in receipt.elsewhere],
    }


def _left_to_do(receipt: Receipt, path: Path | None, trouble: str, kept_unread: Sequence[str]) -> list[str]:
    """What the command cannot do by itself."""
    lines = [f"Reçu à donner à la personne\u00a0: {path}"] if path else [f"Le reçu n'a pas pu être écrit ({trouble})."]
    lines.append("Reste à faire\u00a0:")
    lines += [f"- supprimez ou corrigez {one}, qui n'est plus indexé mais existe encore ;" for one in receipt.in_corpus]
    lines += [f"- du texte est resté dans {one} : effacez-le ;" for one in receipt.searched.holding]
    lines += [f"- {one} n'a pas pu être lu : regardez s'il en contient ;" for one in receipt.searched.unread]
    lines += [f"- {one} n'a pas pu être lu : effacez-le s'il peut en contenir ;" for one in kept_unread]
    lines += [
        f"- {one} dit aussi une partie de ces mots : regardez si c'est voulu ;" for one in receipt.searched.also_in
    ]
    if len(receipt.kept_in) < 2:
        lines.append("- le corpus n'a pas pu noter ce retrait : copiez-y retraits.jsonl, du dossier de données ;")
    if receipt.server_failed:
        lines.append(
            f"- le serveur Chroma {receipt.server} n'a pas pu supprimer ses vecteurs : relancez assistant index quand "
            "il répond ;"
        )
    if receipt.server:
        lines.append(
            f"- le serveur Chroma {receipt.server} garde les octets de ce qu'il supprime : arrêtez-le, et effacez les "
            "dossiers qu'il laisse (voir docs/chroma.md) ;"
        )
    lines += [f"- {line} ;" for line in map(stray_copy_line, receipt.elsewhere)]
    lines.append("- relancez assistant serve, dont la mémoire peut garder d'anciennes réponses ;")
    lines.append("- détruisez ou refaites les sauvegardes antérieures, dont les fichiers contiennent encore ce texte.")
    return lines


def stray_copy_line(copy: StrayCopy) -> str:
    """What may be left in a copy that is out of reach, and the remedy."""
    return (
        f"le serveur Chroma {copy.place} garde peut-être d'anciens vecteurs, dans les collections {copy.name}-…\u00a0: "
        "si aucun autre dossier ne s'en sert, supprimez-les (voir docs/chroma.md), puis lancez assistant index avec "
        "les réglages de ce serveur"
    )
