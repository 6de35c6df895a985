"""The receipt of a withdrawal, to be given to the person who asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.errors import VectorsNotCopied
from index.files import PRIVATE, write_atomic
from index.store import byte_search
from index.store.schema import RECEIPTS
from index.store.stray_copies import StrayCopy
from index.types import Source


@dataclass(frozen=True, slots=True)
class WithdrawalTarget:
    """The target of a withdrawal: a source, or with `speaker` the words of one person in it."""

    source: Source
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The effects of a withdrawal. `passages` and `former` count the passages erased from the index and from its former
    states; `others` are sources that were not named and held the same words; `in_corpus` the files of the corpus that
    may hold them, which are not ours to delete; `kept_in` the folders whose list of withdrawals will keep them out;
    `server` the Chroma server that holds the copy of the vectors, and `server_failed` why it could not follow;
    `elsewhere` the copies on other servers, or of other folders, which cannot be deleted from here; `not_copied` why
    there is no fast copy of the vectors now, wherever it is kept."""

    ids: tuple[str, ...]
    date: str
    targets: tuple[WithdrawalTarget, ...]
    others: tuple[Source, ...]
    passages: int
    former: int
    searched: byte_search.RawSearchResult
    in_corpus: tuple[Path, ...]
    kept_in: tuple[Path, ...]
    server: str = ""
    server_failed: str = ""
    elsewhere: tuple[StrayCopy, ...] = ()
    not_copied: VectorsNotCopied | None = None

    @property
    def remaining(self) -> tuple[str, ...]:
        """The files of the data folder that still hold some of the words, or that could not be read."""
        return (*self.searched.holding, *self.searched.unread)


def write_receipt(receipt: Receipt, folder: Path) -> Path:
    """Write the receipt to a file of the data folder, in French, without a word, a name or a path of what was
    withdrawn; return the file. Raises `OSError`."""
    path = folder / RECEIPTS / f"retrait-{receipt.date[:10]}-{receipt.ids[0]}.md"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_atomic(path, "\n".join(receipt_lines(receipt)) + "\n", mode=PRIVATE)
    return path


def receipt_lines(receipt: Receipt) -> list[str]:
    """Return the lines of the receipt, in French."""
    searched = receipt.searched
    withdrawn = ", ".join(
        f"{'les propos d’une personne dans la source' if target.speaker else 'la source'} {target.source.id}"
        for target in receipt.targets
    )
    others = f"\u00a0; et les mêmes mots dans {len(receipt.others)} autres sources" if receipt.others else ""
    verdict = (
        "rien n’en a été retrouvé"
        if not receipt.remaining
        else f"il peut en rester dans {len(receipt.remaining)} fichiers\u00a0: le retrait n’est pas complet"
    )
    also = len(searched.also_in)
    shared = f"- Les morceaux qui sont dits aussi ailleurs ({also} sources) n’ont pas été cherchés." if also else ""
    return [
        "# Reçu de retrait",
        "",
        f"- Date\u00a0: {receipt.date}",
        f"- Numéro\u00a0: {', '.join(receipt.ids)}",
        f"- Retiré\u00a0: {withdrawn}{others}.",
        f"- Passages retirés de l’index\u00a0: {receipt.passages}\u00a0; de ses états antérieurs\u00a0: "
        f"{receipt.former}.",
        f"- Vérification\u00a0: {searched.files} fichiers ({searched.size} octets) du dossier de données lus octet par "
        f"octet, à la recherche de {searched.pieces} morceaux du texte\u00a0: {verdict}.",
        *filter(None, (shared,)),
        *_server_lines(receipt),
        "- Tant que la liste des retraits est gardée, une nouvelle indexation, un retour en arrière ou la restauration "
        "d’une sauvegarde ne le ramèneront pas.",
        "- Ce reçu ne contient rien de ce qui a été retiré.",
    ]


def _server_lines(receipt: Receipt) -> list[str]:
    """Return the lines on the vectors outside the data folder, from which the subject of a text may be guessed."""
    lines = []
    if receipt.server_failed:
        lines.append(
            "- Le serveur qui garde les vecteurs des passages n’a pas encore supprimé ceux du retrait : le retrait "
            "n’est pas complet."
        )
    elif receipt.server:
        lines.append(
            "- Le serveur qui garde les vecteurs des passages (aucun mot) a supprimé ceux du retrait ; son disque "
            "peut en garder des octets jusqu’à ce qu’on l’ait nettoyé."
        )
    if receipt.elsewhere:
        count = len(receipt.elsewhere)
        copies = "une autre copie" if count == 1 else f"{count} autres copies"
        lines.append(
            f"- D’anciens vecteurs peuvent rester dans {copies}, sur un serveur qui n’était pas à la portée du "
            "retrait : il n’est pas complet tant qu’on ne les y a pas supprimés."
        )
    return lines
