"""Retraction: everything that a withdrawal from the study must reach, in the right order.

A withdrawal reaches the index and its former states, the published excerpts, the copy of the vectors (in the data
folder or on a Chroma server), the reactions to answers, the files that wait to be added, and the bin. The recordings
and the other files of the corpus are not ours to delete: the receipt names them. The baskets and the audit trail keep
ids alone, so they have nothing to erase.

Each step may be done again: killed at any moment, a retraction is finished by the next call of either entry point.
Nothing is printed here: the results carry the lines to show."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from assistant.corpus import kept_files, subprocesses
from assistant.corpus.kept_files import KeptFilesResult
from assistant.corpus.sandbox import open_sandbox
from assistant.errors import FeedbackFailed, Interrupted
from assistant.people.audit import Audit, AuditAction
from assistant.people.feedback import Feedback
from index.disclosure import withdraw
from index.disclosure.receipt import Receipt, write_receipt
from index.disclosure.withdraw import RemovedContent
from index.errors import NothingIndexed, VectorsNotCopied, WithdrawalRefused, os_reason
from index.privacy.pseudonyms import Pseudonyms
from index.privacy.withdrawals import WithdrawalList
from index.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Retraction:
    """The outcome of a retraction: its receipt, the file that it was written to (`None`: it could not be, for the
    reason `receipt_failure`), and the files that were kept outside the corpus. `messages` are French lines on what
    was erased beside the index or could not be, in order."""

    receipt: Receipt
    receipt_file: Path | None
    receipt_failure: str
    kept_files: KeptFilesResult
    messages: tuple[str, ...]
    feedback_erased: bool

    @property
    def is_partial(self) -> bool:
        """Return whether some of what was withdrawn may still lie somewhere, or the receipt could not be written."""
        receipt = self.receipt
        remains = receipt.remaining or self.kept_files.unread or receipt.server_failed or receipt.elsewhere
        return bool(remains or self.receipt_failure) or not self.feedback_erased


class Occasion(Enum):
    """The event after which unfinished retractions are finished."""

    UPDATE = "update"
    """An index run has ended: it has followed the withdrawals in the index itself."""
    CHANGE = "change"
    """A publication, a revocation or a withdrawal is about to begin."""
    RESTORE = "restore"
    """A backup was restored, of before some withdrawals perhaps."""


@dataclass(frozen=True, slots=True)
class FinishedRetractions:
    """The outcome of finishing what earlier retractions left to do. `index_changed` tells whether the index still held
    something of them; `messages` are French lines, in order; `not_copied` is why the copy of the vectors could not
    follow."""

    index_changed: bool = False
    not_copied: VectorsNotCopied | None = None
    messages: tuple[str, ...] = ()
    feedback_erased: bool = True


def retract(
    workspace: Workspace,
    table: Pseudonyms,
    name: str,
    within: str,
    *,
    who: str,
    now: datetime.datetime,
    confirmed: bool,
) -> Retraction:
    """Withdraw the source, or the person, that `name` designates, for `who` of the team; `within` limits a person to
    one source. The caller holds the lock of runs.

    Raises `WithdrawalRefused` when nothing has that name, or when other sources would lose the same words, unless
    `confirmed`; `DataFolderRefused` for an index of another model; `AuditRefused`; `Interrupted` for Ctrl-C."""
    catalog = workspace.catalog
    try:
        targets = withdraw.targets(catalog, name, table, within)
    except WithdrawalRefused as error:
        raise kept_files.with_locations(error, name, workspace.data_dir) from error
    catalog.refuse_other_model(workspace.embedder.identity)
    Audit(workspace.data_dir).record(who, AuditAction.WITHDREW, [target.source.id for target in targets])
    corpus = Path(catalog.meta("corpus"))
    messages, kept, feedback_erased = list[str](), KeptFilesResult(), True

    def erase_beside(removed: RemovedContent) -> None:
        nonlocal kept, feedback_erased
        feedback_erased = _erase_feedback(workspace, removed.withdrawn, messages, removed.sources, removed.is_in)
        kept = _erase_kept_files(workspace, corpus, messages)

    try:
        receipt = withdraw.withdraw(workspace, targets, corpus, now, confirmed=confirmed, also=erase_beside)
    except KeyboardInterrupt:
        raise Interrupted(
            "Interrompu pendant le retrait, qui n'est peut-être pas fini.", "Finissez-le : assistant index."
        ) from None
    file, failure = _write_receipt(receipt, workspace.data_dir)
    return Retraction(receipt, file, failure, kept, tuple(messages), feedback_erased)


def finish_retractions(
    workspace: Workspace, occasion: Occasion, withdrawn: WithdrawalList | None = None
) -> FinishedRetractions:
    """Finish what earlier retractions, made here or in another index of the corpus, left to do. `withdrawn` are all
    the withdrawals; without them, those that the data folder keeps. The caller holds the lock of runs when the occasion
    is a change. Raises `CorpusError`."""
    messages = list[str]()
    if occasion is Occasion.UPDATE:
        try:
            catalog = workspace.catalog
        except NothingIndexed:
            return FinishedRetractions()
        held = {source.id for source in catalog.held_sources()}
        withdrawn = workspace.withdrawals() if withdrawn is None else withdrawn
        _erase_kept_files(workspace, Path(catalog.meta("corpus")), messages)
        feedback_erased = _erase_feedback(workspace, withdrawn, messages, held=held)
        return FinishedRetractions(messages=tuple(messages), feedback_erased=feedback_erased)
    catalog, embedder = workspace.catalog, workspace.embedder
    withdrawn = workspace.withdrawals() if withdrawn is None else withdrawn
    if occasion is Occasion.CHANGE:
        index_changed = withdraw.apply_withdrawals(catalog, withdrawn, embedder)
        not_copied = workspace.vectors.try_synchronise() if index_changed else None
        feedback_erased = _erase_feedback(workspace, withdrawn, messages)
        _erase_kept_files(workspace, Path(catalog.meta("corpus")), messages)
    else:
        same_model = catalog.meta("model") == embedder.identity
        index_changed = withdraw.apply_withdrawals(catalog, withdrawn, embedder if same_model else None)
        held = {source.id for source in catalog.held_sources()}
        feedback_erased = _erase_feedback(workspace, withdrawn, messages, held=held)
        not_copied = workspace.vectors.try_synchronise()
    return FinishedRetractions(index_changed, not_copied, tuple(messages), feedback_erased)


def _erase_feedback(
    workspace: Workspace,
    withdrawn: WithdrawalList,
    messages: list[str],
    sources: Collection[str] = (),
    is_in: Callable[[str], bool] = lambda text: False,
    held: Collection[str] | None = None,
) -> bool:
    """Erase what was withdrawn from the reactions to answers (see `Feedback.forget`); return whether that could be
    done, after adding a line on why not. What was done before holds all the same."""
    try:
        Feedback(workspace.data_dir).forget(withdrawn, sources, is_in, held)
    except FeedbackFailed as error:
        messages.append(str(error))
        return False
    return True


def _erase_kept_files(workspace: Workspace, root: Path, messages: list[str]) -> KeptFilesResult:
    """Erase what was withdrawn from the files that wait to be added and from the bin, after adding a line for each;
    `root` is the corpus folder, which need not be there. Raises `WithdrawalsUnreadable`."""
    data_dir = workspace.data_dir
    try:
        result = kept_files.erase_withdrawn(
            data_dir,
            workspace.withdrawals(),
            lambda: open_sandbox(subprocesses.background_command(), data_dir, root),
        )
    except OSError as error:
        messages.append(
            f"Les fichiers gardés dans « {data_dir} » n'ont pas pu être regardés ({os_reason(error)}). Regardez-les."
        )
        return KeptFilesResult(unread=(str(data_dir),))
    messages += [f"Effacé, puisqu'il contenait ce qui est retiré\u00a0: {file}." for file in result.erased]
    return result


def _write_receipt(receipt: Receipt, data_dir: Path) -> tuple[Path | None, str]:
    """Return the file that the receipt was written to, or the reason why it could not be: the retraction is done all
    the same."""
    try:
        return write_receipt(receipt, data_dir), ""
    except OSError as error:
        return None, os_reason(error)
