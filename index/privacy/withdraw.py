"""A participant's wish to leave the study: what they said is taken out of the index, of its former states, of the copy
of its vectors and of the bytes of its files, does not come back, and a receipt says so."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.embed import Embedder
from index.errors import WithdrawalRefused
from index.privacy import publish
from index.privacy.pseudonyms import Pseudonyms
from index.privacy.withdrawn import FOLLOWED, Withdrawal, Withdrawn, followed
from index.progress import unwatched
from index.reading.transcripts import roles
from index.staging import embed_windows, prepare
from index.store import erase, raw_search
from index.store.catalog import Catalog, FloatArray
from index.store.schema import RECEIPTS
from index.store.vectors import VectorIndex
from index.types import Passage, Source

_SHOWN = 5  # names in a message


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be withdrawn: a source, or with `speaker` what one person says in it."""

    source: Source
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a withdrawal did. `remaining` are the files of the data folder in which some of its text was still found,
    `in_corpus` those of the corpus, which are not ours to delete, that may hold it."""

    ids: tuple[str, ...]
    date: str
    targets: tuple[Target, ...]
    sources: int
    passages: int
    former: int
    searched: raw_search.Search
    in_corpus: tuple[Path, ...]
    kept_in: tuple[Path, ...]
    """The folders that will keep it from coming back."""

    @property
    def remaining(self) -> tuple[str, ...]:
        return self.searched.holding


def targets(catalog: Catalog, what: str, table: Pseudonyms, within: str = "") -> list[Target]:
    """What `what` names: a source by its path or id, someone who speaks as they are called in the source `within`, or
    in any where that says who it is, or a name of the table. Raises `WithdrawalRefused`."""
    sources = catalog.held_sources()
    named = [source for source in sources if what in (source.path, source.id)]
    if named:
        return [Target(named[0])]
    chosen = [source for source in sources if not within or within in (source.path, source.id)]
    if not chosen:
        raise WithdrawalRefused(f"Aucune source « {within} » dans l'index.", "Voir : assistant status.")
    called = roles.fold(_bare(table.hide(what)))
    found = [target for source in chosen if (target := _speaking(catalog, source, called)) is not None]
    everywhere = called in {roles.fold(other) for other in table.by_name.values()}
    if not found:
        raise WithdrawalRefused(
            f"« {what} » n'est ni une source de l'index, ni quelqu'un qui y parle.",
            "Donnez le chemin d'une source, ou le nom d'une personne tel que l'assistant le montre.",
        )
    if len(found) > 1 and not everywhere:
        paths = ", ".join(target.source.path for target in found[:_SHOWN])
        raise WithdrawalRefused(
            f"« {what} » parle dans {len(found)} sources ({paths}{'…' if len(found) > _SHOWN else ''}), qui ne disent "
            "pas si c'est la même personne.",
            "Dites dans laquelle avec --in.",
        )
    return found


def withdraw(
    catalog: Catalog,
    chosen: Sequence[Target],
    embedder: Embedder,
    corpus: Path | None,
    now: datetime.datetime,
) -> Receipt:
    """Withdraw what was chosen; `corpus` is the folder that was indexed, where it is still there. To be called under
    the lock of runs. Killed in the middle, the next run or `follow` ends it."""
    withdrawn = Withdrawn(tuple(_withdrawal(catalog, target, now) for target in chosen))
    kept_in = _keep(withdrawn, catalog.folder, corpus)
    erased = follow(catalog, withdrawn, embedder)
    VectorIndex(catalog).synchronise()
    searched = raw_search.search(catalog.folder, erased.texts, catalog.all_texts())
    paths = [] if corpus is None else [corpus / target.source.path for target in chosen]
    return Receipt(
        ids=tuple(one.id for one in withdrawn.withdrawals),
        date=now.isoformat(timespec="seconds"),
        targets=tuple(chosen),
        sources=len(erased.whole),
        passages=erased.passages,
        former=erased.former,
        searched=searched,
        in_corpus=tuple(path for path in paths if path.exists()),
        kept_in=tuple(kept_in),
    )


def follow(catalog: Catalog, withdrawn: Withdrawn, embedder: Embedder) -> erase.Erased:
    """Take out of an index, and of the bytes of its catalog, what was withdrawn and it has not followed yet. The copy
    of its vectors is dirty then, and is to be made again."""
    done = followed(catalog.meta(FOLLOWED))
    new = Withdrawn(tuple(one for one in withdrawn.withdrawals if one.id not in done))
    erased = erase.Erased()
    if new.withdrawals:
        erased = erase.erase(catalog, new.left, lambda passages: _embedded(embedder, passages))
        new.write(catalog.folder)
        catalog.set_meta(**{FOLLOWED: json.dumps([*done, *new.ids])})
    publish.revoke(catalog, {excerpt.id for excerpt in publish.outdated(catalog)})  # too short to be known by its words
    erase.finish(catalog)
    return erased


def write_receipt(receipt: Receipt, folder: Path) -> Path:
    """The receipt as a file of the data folder, in French, without a word, a name or a path of what is gone. Raises
    `OSError`."""
    path = folder / RECEIPTS / f"retrait-{receipt.date[:10]}-{receipt.ids[0]}.md"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text("\n".join(receipt_lines(receipt)) + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def receipt_lines(receipt: Receipt) -> list[str]:
    """What the receipt says."""
    searched = receipt.searched
    what = ", ".join(
        f"{'les propos d’une personne dans la source' if target.speaker else 'la source'} {target.source.id}"
        for target in receipt.targets
    )
    verdict = (
        "rien n’en a été retrouvé"
        if not receipt.remaining
        else f"il en reste dans {len(receipt.remaining)} fichiers\u00a0: le retrait n’est pas complet"
    )
    return [
        "# Reçu de retrait",
        "",
        f"- Date\u00a0: {receipt.date}",
        f"- Numéro\u00a0: {', '.join(receipt.ids)}",
        f"- Retiré\u00a0: {what}.",
        f"- Passages retirés de l’index\u00a0: {receipt.passages}\u00a0; de ses états antérieurs\u00a0: "
        f"{receipt.former}.",
        f"- Vérification\u00a0: {searched.files} fichiers ({searched.size} octets) du dossier de données lus octet par "
        f"octet, à la recherche de {searched.pieces} morceaux du texte\u00a0: {verdict}.",
        "- Une nouvelle indexation, un retour en arrière ou la restauration d’une sauvegarde ne le ramèneront pas.",
        "- Ce reçu ne contient rien de ce qui a été retiré.",
    ]


def _embedded(embedder: Embedder, passages: Sequence[Passage]) -> list[FloatArray]:
    prepare(embedder, unwatched)
    return embed_windows(embedder, passages)


def _withdrawal(catalog: Catalog, target: Target, now: datetime.datetime) -> Withdrawal:
    passages = catalog.held_passages(target.source.id)
    date = now.date().isoformat()
    if target.speaker:
        called = roles.fold(target.speaker)
        said = [passage.text for passage in passages if _called(passage) == called]
        return Withdrawal.of(said, date, target.speaker)
    answered = [passage.text for passage in passages if not _asks(passage.place.speaker)]
    return Withdrawal.of(answered or [passage.text for passage in passages], date)


def _speaking(catalog: Catalog, source: Source, called: str) -> Target | None:
    """What this person says in a source: all of it where nobody else but who asks does."""
    passages = catalog.held_passages(source.id)
    speakers = {passage.place.speaker for passage in passages if passage.place.speaker}
    own = {speaker for speaker in speakers if roles.fold(_bare(speaker)) == called}
    if not own:
        return None
    alone = all(map(_asks, speakers - own)) and not any(map(_asks, own))
    return Target(source, "" if alone else sorted(own)[0])


def _keep(withdrawn: Withdrawn, data_dir: Path, corpus: Path | None) -> list[Path]:
    withdrawn.write(data_dir)
    kept = [data_dir]
    if corpus is not None and corpus.is_dir():
        try:
            withdrawn.write(corpus)
            kept.append(corpus)
        except OSError:
            pass  # a corpus that is closed to us: the receipt tells
    return kept


def _called(passage: Passage) -> str:
    return roles.fold(passage.place.speaker or "")


def _asks(speaker: str | None) -> bool:
    words = roles.words(speaker or "")
    return any(word in roles.ASKING or word in roles.LEADING for word in words)


def _bare(label: str) -> str:
    return label.strip().removeprefix("[").removesuffix("]")
