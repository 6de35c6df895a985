"""`assistant privacy withdraw`: the withdrawal of a source or a person for good, and the steps left to a person."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Sequence
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.commands.common import DONE, IN_PART, exit_status, print_messages, write_json
from assistant.errors import Interrupted

if TYPE_CHECKING:
    from index.disclosure.receipt import Receipt
    from index.privacy.protection import Protection
    from index.store.stray_copies import StrayCopy
    from index.store.workspace import Workspace


def run(options: argparse.Namespace, workspace: Workspace, protection: Protection) -> int:
    """Withdraw the source or the person that the options name, and print what was done and what is left to do."""
    from assistant.corpus.retraction import retract
    from index.disclosure.receipt import receipt_lines

    try:
        retraction = retract(
            workspace,
            protection.table,
            options.what,
            options.within,
            who=getuser(),
            now=datetime.datetime.now().astimezone(),
            confirmed=options.yes,
        )
    except Interrupted:
        options.stop.end()
        raise
    print_messages(retraction.messages)
    receipt, file, kept = retraction.receipt, retraction.receipt_file, retraction.kept_files
    if options.json:
        write_json({**_as_json(receipt, file), "erased": list(kept.erased), "kept_unread": list(kept.unread)})
    else:
        todo = _left_to_do(receipt, file, retraction.receipt_failure, kept.unread)
        print("\n".join((*receipt_lines(receipt)[2:-1], *todo)))
    return max(exit_status(receipt.not_copied), IN_PART if retraction.is_partial else DONE)


def _as_json(receipt: Receipt, path: Path | None) -> dict[str, object]:
    return {
        "ids": list(receipt.ids),
        "date": receipt.date,
        "withdrawn": [{"path": target.source.path, "speaker": target.speaker} for target in receipt.targets],
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
        "in_corpus": [str(file) for file in receipt.in_corpus],
        "kept_in": [str(folder) for folder in receipt.kept_in],
        "receipt": str(path) if path else None,
        "chroma": receipt.server or None,
        "chroma_failed": receipt.server_failed or None,
        "chroma_elsewhere": [{"server": copy.place, "collections": f"{copy.name}-…"} for copy in receipt.elsewhere],
    }


def _left_to_do(receipt: Receipt, receipt_file: Path | None, failure: str, kept_unread: Sequence[str]) -> list[str]:
    """Return the lines on the steps that the command cannot do by itself; `failure` is why the receipt has no file."""
    lines = (
        [f"Reçu à donner à la personne\u00a0: {receipt_file}"]
        if receipt_file
        else [f"Le reçu n'a pas pu être écrit ({failure})."]
    )
    lines.append("Reste à faire\u00a0:")
    lines += [
        f"- supprimez ou corrigez {file}, qui n'est plus indexé mais existe encore ;" for file in receipt.in_corpus
    ]
    lines += [f"- du texte est resté dans {file} : effacez-le ;" for file in receipt.searched.holding]
    lines += [f"- {file} n'a pas pu être lu : regardez s'il en contient ;" for file in receipt.searched.unread]
    lines += [f"- {file} n'a pas pu être lu : effacez-le s'il peut en contenir ;" for file in kept_unread]
    lines += [
        f"- {path} dit aussi une partie de ces mots : regardez si c'est voulu ;" for path in receipt.searched.also_in
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
    """Return a line on the vectors that may be left in a copy out of reach, and the remedy."""
    return (
        f"le serveur Chroma {copy.place} garde peut-être d'anciens vecteurs, dans les collections {copy.name}-…\u00a0: "
        "si aucun autre dossier ne s'en sert, supprimez-les (voir docs/chroma.md), puis lancez assistant index avec "
        "les réglages de ce serveur"
    )
