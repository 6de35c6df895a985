"""A participant's wish to leave the study: what they said is taken out of the index, of its former states, of the copy
of its vectors and of the bytes of its files, does not come back, and a receipt says so."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.disclosure import publish
from index.disclosure.receipt import Receipt, WithdrawalTarget
from index.embedding.model import Embedder
from index.embedding.passage_vectors import embed_windows, prepare
from index.errors import WithdrawalRefused
from index.privacy.pseudonyms import Pseudonyms
from index.privacy.withdrawals import APPLIED, Withdrawal, WithdrawalList, applied_ids
from index.progress import no_progress
from index.reading.transcripts import roles
from index.store import erase, raw_search
from index.store.catalog import Catalog
from index.store.stored_vectors import FloatArray
from index.store.workspace import Workspace
from index.types import EXCERPT, Passage, Source

_SHOWN = 5  # names in a message


@dataclass(frozen=True, slots=True)
class RemovedContent:
    """What was just taken out of an index, for whoever keeps copies of some of it elsewhere in the data folder.
    `sources` are the ids of those that lost something, published excerpts included; `is_in` tells whether a text holds
    words that the search of all files will find."""

    withdrawn: WithdrawalList
    sources: frozenset[str]
    is_in: Callable[[str], bool]


def targets(catalog: Catalog, what: str, table: Pseudonyms, within: str = "") -> list[WithdrawalTarget]:
    """What `what` names: a source by its path or id, someone who speaks as they are called in the source `within`, or
    in any where that says who it is, or a name of the table. Raises `WithdrawalRefused`."""
    if what.startswith(EXCERPT):
        raise WithdrawalRefused(f"« {what} » est un extrait publié.", f"Retirez-le : assistant privacy revoke {what}.")
    sources = [source for source in catalog.held_sources() if not source.is_excerpt]
    named = [source for source in sources if what in (source.path, source.id)]
    if named:
        return [WithdrawalTarget(named[0])]
    chosen = [source for source in sources if not within or within in (source.path, source.id)]
    if within and not chosen:
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
    workspace: Workspace,
    chosen: Sequence[WithdrawalTarget],
    corpus: Path | None,
    now: datetime.datetime,
    *,
    confirmed: bool = False,
    also: Callable[[RemovedContent], None] | None = None,
) -> Receipt:
    """Withdraw the chosen targets; `corpus` is the indexed folder, where it is still there; `also` erases what other
    parts of the data folder keep of them, before all its files are searched. Raises `WithdrawalRefused` when other
    sources hold the same words and would lose them, unless `confirmed`. The caller holds the lock of runs. Killed in
    the middle, the next run or `apply_withdrawals` finishes it."""
    catalog = workspace.catalog
    withdrawn = WithdrawalList(tuple(_withdrawal(catalog, target, now) for target in chosen))
    planned = erase.plan(catalog, lambda source, passages: withdrawn.left(source.id, source.title, passages))
    named = {target.source.id for target in chosen}
    touched = {**planned.in_part, **planned.whole}
    others = tuple(source for name, source in touched.items() if name not in named and not source.is_excerpt)
    if others and not confirmed:
        paths = ", ".join(source.path for source in others[:_SHOWN])
        raise WithdrawalRefused(
            f"Les mêmes mots sont dans {len(others)} autres sources, qui les perdraient ({paths}).",
            "Si c'est voulu, relancez avec --yes.",
        )
    texts = [text for target in chosen for text in _words_of(catalog, target)]
    before = {source.id for source in catalog.held_sources()}
    kept_in = _keep(withdrawn, catalog.folder, corpus)
    _carry_out(catalog, withdrawn, planned, workspace.embedder)
    vectors = workspace.vectors
    not_copied = vectors.follow()  # what was withdrawn is out of the catalog: nobody finds it there any more
    sought = raw_search.RawTextSearch(texts, catalog.said())
    if also is not None:
        lost = before - {source.id for source in catalog.held_sources()}
        also(RemovedContent(withdrawn, frozenset({*named, *touched, *lost}), sought.is_in))
    paths_of = [] if corpus is None else [corpus / source.path for source in (*(one.source for one in chosen), *others)]
    return Receipt(
        ids=tuple(one.id for one in withdrawn.withdrawals),
        date=now.isoformat(timespec="seconds"),
        targets=tuple(chosen),
        others=others,
        passages=planned.passages,
        former=planned.former,
        searched=sought.search(catalog.folder),
        in_corpus=tuple(path for path in dict.fromkeys(paths_of) if path.exists()),
        kept_in=tuple(kept_in),
        server=vectors.place,
        server_failed=not_copied.reason if not_copied is not None and vectors.place else "",
        not_copied=not_copied,
        elsewhere=tuple(vectors.elsewhere()),
    )


def apply_withdrawals(catalog: Catalog, withdrawn: WithdrawalList, embedder: Embedder | None) -> bool:
    """Take out of an index, and of the bytes of its catalog, what was withdrawn and it has not followed yet, or not to
    the end; whether there was anything. Without an `embedder`, passages that now stand under less keep their vectors,
    for whoever makes all anew. The copy of the vectors is dirty then, and is to be made again."""
    done = applied_ids(catalog.meta(APPLIED))
    new = WithdrawalList(tuple(one for one in withdrawn.withdrawals if one.id not in done))
    if new.withdrawals:
        new.write(catalog.folder)
        planned = erase.plan(catalog, lambda source, passages: new.left(source.id, source.title, passages))
        _carry_out(catalog, new, planned, embedder)
        return True
    publish.revoke(catalog, {excerpt.id for excerpt in publish.outdated(catalog)})
    return erase.finish(catalog)


def _carry_out(
    catalog: Catalog, withdrawn: WithdrawalList, planned: erase.ErasurePlan, embedder: Embedder | None
) -> None:
    def embed(passages: Sequence[Passage]) -> list[FloatArray]:
        assert embedder is not None
        prepare(embedder, no_progress)
        return embed_windows(embedder, passages)

    erase.carry_out(catalog, planned, embed if embedder is not None else None)
    done = applied_ids(catalog.meta(APPLIED))
    catalog.set_meta(**{APPLIED: json.dumps([*done, *withdrawn.ids])})
    publish.revoke(catalog, {excerpt.id for excerpt in publish.outdated(catalog)})  # too short to be known by its words
    erase.finish(catalog)


def _withdrawal(catalog: Catalog, target: WithdrawalTarget, now: datetime.datetime) -> Withdrawal:
    """The withdrawal of a target, known by what no other source says: a script that all interviews follow, or what a
    report quotes, is no mark of it."""
    passages = catalog.held_passages(target.source.id)
    date, source_id = now.date().isoformat(), target.source.id
    if target.speaker:
        made = Withdrawal.of(source_id, _words_of(catalog, target), date, target.speaker)
    else:
        everything = [passage.text for passage in passages]
        answered = [passage.text for passage in passages if not _asks(passage.place.speaker)]
        made = Withdrawal.of(source_id, answered or everything, date, all_texts=everything)
    others = [source for source in catalog.held_sources() if source.id != source_id and not source.is_excerpt]
    held = {source.id: catalog.held_passages(source.id) for source in others}
    made = made.without_what_many_say([[one.text for one in passages] for passages in held.values()])
    copies = {name for name, passages in held.items() if made.is_in(name, passages)}  # they have all of it in common
    return made.without(one.text for name, passages in held.items() if name not in copies for one in passages)


def _words_of(catalog: Catalog, target: WithdrawalTarget) -> list[str]:
    """All that is said in what is to go, in any of its versions."""
    called = roles.fold(target.speaker)
    passages = catalog.held_passages(target.source.id)
    return [passage.text for passage in passages if not called or _called(passage) == called]


def _speaking(catalog: Catalog, source: Source, called: str) -> WithdrawalTarget | None:
    """What this person says in a source: all of it where nobody else but who asks does."""
    passages = catalog.held_passages(source.id)
    speakers = {passage.place.speaker for passage in passages if passage.place.speaker}
    own = {speaker for speaker in speakers if roles.fold(_bare(speaker)) == called}
    if not own:
        return None
    alone = all(map(_asks, speakers - own)) and not any(map(_asks, own))
    return WithdrawalTarget(source, "" if alone else sorted(own)[0])


def _keep(withdrawn: WithdrawalList, data_dir: Path, corpus: Path | None) -> list[Path]:
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
