"""Withdrawal of a participant from the study: their words are erased from the index, from its former states, from the
copy of its vectors and from the bytes of its files, and are kept out from then on. A receipt is made."""

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
from index.language.folding import fold_label
from index.privacy.pseudonyms import Pseudonyms
from index.privacy.withdrawals import APPLIED, Withdrawal, WithdrawalList, applied_ids
from index.progress import no_progress
from index.reading.transcripts import roles
from index.store import byte_search, erase
from index.store.catalog import Catalog
from index.store.stored_vectors import FloatArray
from index.store.workspace import Workspace
from index.types import EXCERPT_ID_PREFIX, Passage, Source

_SHOWN = 5  # paths in a message


@dataclass(frozen=True, slots=True)
class RemovedContent:
    """The content just erased from an index, for the parts of the data folder that keep copies of some of it. `sources`
    are the ids of those that lost something, published excerpts included; `is_in` tells whether a text holds words that
    the search of all files would find."""

    withdrawn: WithdrawalList
    sources: frozenset[str]
    is_in: Callable[[str], bool]


def targets(catalog: Catalog, name: str, table: Pseudonyms, within: str = "") -> list[WithdrawalTarget]:
    """Return the targets that `name` designates: a source by its path or id, or a speaker by the label shown in the
    source `within`, or in any source when only one has it, or by a name of the table. Raises `WithdrawalRefused`."""
    if name.startswith(EXCERPT_ID_PREFIX):
        raise WithdrawalRefused(f"« {name} » est un extrait publié.", f"Retirez-le : assistant privacy revoke {name}.")
    sources = [source for source in catalog.held_sources() if not source.is_excerpt]
    named = [source for source in sources if name in (source.path, source.id)]
    if named:
        return [WithdrawalTarget(named[0])]
    chosen = [source for source in sources if not within or within in (source.path, source.id)]
    if within and not chosen:
        raise WithdrawalRefused(f"Aucune source « {within} » dans l'index.", "Voir : assistant status.")
    label = fold_label(_without_brackets(table.hide(name)))
    found = [target for source in chosen if (target := _speaker_target(catalog, source, label)) is not None]
    everywhere = label in {fold_label(other) for other in table.by_name.values()}
    if not found:
        raise WithdrawalRefused(
            f"« {name} » n'est ni une source de l'index, ni quelqu'un qui y parle.",
            "Donnez le chemin d'une source, ou le nom d'une personne tel que l'assistant le montre.",
        )
    if len(found) > 1 and not everywhere:
        paths = ", ".join(target.source.path for target in found[:_SHOWN])
        raise WithdrawalRefused(
            f"« {name} » parle dans {len(found)} sources ({paths}{'…' if len(found) > _SHOWN else ''}), qui ne disent "
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
    touched = {**planned.reduced_sources, **planned.removed_sources}
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
    not_copied = vectors.try_synchronise()  # a failure here hides nothing: the catalog does not hold the words any more
    search = byte_search.RawTextSearch(texts, catalog.all_texts())
    if also is not None:
        lost = before - {source.id for source in catalog.held_sources()}
        also(RemovedContent(withdrawn, frozenset({*named, *touched, *lost}), search.matches))
    paths_of = (
        [] if corpus is None else [corpus / source.path for source in (*(target.source for target in chosen), *others)]
    )
    return Receipt(
        ids=tuple(withdrawal.id for withdrawal in withdrawn.withdrawals),
        date=now.isoformat(timespec="seconds"),
        targets=tuple(chosen),
        others=others,
        passages=planned.passages,
        former=planned.former,
        searched=search.search(catalog.folder),
        in_corpus=tuple(path for path in dict.fromkeys(paths_of) if path.exists()),
        kept_in=tuple(kept_in),
        server=vectors.place,
        server_failed=not_copied.reason if not_copied is not None and vectors.place else "",
        not_copied=not_copied,
        elsewhere=tuple(vectors.stray_copies()),
    )


def apply_withdrawals(catalog: Catalog, withdrawn: WithdrawalList, embedder: Embedder | None) -> bool:
    """Erase from an index, and from the bytes of its catalog, the withdrawals that it has not followed yet, or not to
    the end; return whether there was any. Without an `embedder`, passages that lose a part of their context keep their
    vectors, until the index is rebuilt. The copy of the vectors is then dirty, and must be made again."""
    done = applied_ids(catalog.meta(APPLIED))
    new = WithdrawalList(tuple(withdrawal for withdrawal in withdrawn.withdrawals if withdrawal.id not in done))
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
    """Erase the planned content, and record that the index has followed these withdrawals."""

    def embed(passages: Sequence[Passage]) -> list[FloatArray]:
        assert embedder is not None
        prepare(embedder, no_progress)
        return embed_windows(embedder, passages)

    erase.apply(catalog, planned, embed if embedder is not None else None)
    done = applied_ids(catalog.meta(APPLIED))
    catalog.set_meta(**{APPLIED: json.dumps([*done, *withdrawn.ids])})
    # An excerpt may be too short to be recognised by its words.
    publish.revoke(catalog, {excerpt.id for excerpt in publish.outdated(catalog)})
    erase.finish(catalog)


def _withdrawal(catalog: Catalog, target: WithdrawalTarget, now: datetime.datetime) -> Withdrawal:
    """Return the withdrawal of a target. Only the words that no other source holds identify it: an interview guide that
    all interviews follow, or the quotations of a report, do not."""
    passages = catalog.held_passages(target.source.id)
    date, source_id = now.date().isoformat(), target.source.id
    if target.speaker:
        made = Withdrawal.of(source_id, _words_of(catalog, target), date, target.speaker)
    else:
        everything = [passage.text for passage in passages]
        answered = [passage.text for passage in passages if not _is_interviewer(passage.place.speaker)]
        made = Withdrawal.of(source_id, answered or everything, date, all_texts=everything)
    others = [source for source in catalog.held_sources() if source.id != source_id and not source.is_excerpt]
    held = {source.id: catalog.held_passages(source.id) for source in others}
    made = made.without_shared_runs([[passage.text for passage in passages] for passages in held.values()])
    copies = {name for name, passages in held.items() if made.is_in(name, passages)}  # which share all its words
    return made.without(passage.text for name, passages in held.items() if name not in copies for passage in passages)


def _words_of(catalog: Catalog, target: WithdrawalTarget) -> list[str]:
    """Return the texts of a target, in all the versions of its source."""
    label = fold_label(target.speaker)
    passages = catalog.held_passages(target.source.id)
    return [passage.text for passage in passages if not label or _label(passage) == label]


def _speaker_target(catalog: Catalog, source: Source, label: str) -> WithdrawalTarget | None:
    """Return the target of a speaker in a source, if they speak in it: the whole source where only the interviewer
    speaks beside them."""
    passages = catalog.held_passages(source.id)
    speakers = {passage.place.speaker for passage in passages if passage.place.speaker}
    own = {speaker for speaker in speakers if fold_label(_without_brackets(speaker)) == label}
    if not own:
        return None
    alone = all(map(_is_interviewer, speakers - own)) and not any(map(_is_interviewer, own))
    return WithdrawalTarget(source, "" if alone else sorted(own)[0])


def _keep(withdrawn: WithdrawalList, data_dir: Path, corpus: Path | None) -> list[Path]:
    """Add withdrawals to the lists of the data folder and of the corpus; return the folders that have them."""
    withdrawn.write(data_dir)
    kept = [data_dir]
    if corpus is not None and corpus.is_dir():
        try:
            withdrawn.write(corpus)
            kept.append(corpus)
        except OSError:
            pass  # a corpus that cannot be written: the receipt says so
    return kept


def _label(passage: Passage) -> str:
    return fold_label(passage.place.speaker or "")


def _is_interviewer(speaker: str | None) -> bool:
    words = roles.words(speaker or "")
    return any(word in roles.ASKING or word in roles.LEADING for word in words)


def _without_brackets(label: str) -> str:
    return label.strip().removeprefix("[").removesuffix("]")
