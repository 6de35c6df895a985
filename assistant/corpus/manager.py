"""The service behind the « Corpus » page, over one corpus folder and one data folder. Each act is recorded in the audit
trail before it is done: an act that cannot be recorded is not done."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assistant.corpus import folder
from assistant.corpus.additions import Additions, Record
from assistant.corpus.entry_store import Entry
from assistant.corpus.inbox import Inbox
from assistant.corpus.recycle_bin import Bin, path_of
from assistant.corpus.run_result import RunKind
from assistant.corpus.runs import IndexRuns
from assistant.corpus.sandbox import SandboxClient, folder_options, open_sandbox
from assistant.errors import CorpusRefused
from assistant.people.audit import AuditAction
from index.errors import UnreadableFile, os_reason
from index.indexing.status import SourceState, SourceStatus, source_statuses
from index.reading.read import source_id
from index.store.schema import BIN, HOLDING, RUNS
from index.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Removal:
    """A file that may be taken out of the corpus: its title, the names of the files that go with it, and whether it
    holds withdrawn words, so that it is erased rather than kept in the bin; `unread` is why that is not known (empty:
    it is known)."""

    path: str
    title: str
    withdrawn: bool
    with_it: tuple[str, ...]
    unread: str = ""


class CorpusManager:
    """The service behind the page. `command` starts the programs beside the server (see `assistant.cli.background`);
    `fallback_root` is the corpus folder where the indexed one is not there any more. Threads may share it."""

    def __init__(self, workspace: Workspace, fallback_root: Path, record: Record, command: Sequence[str]) -> None:
        self._workspace, self._fallback_root = workspace, fallback_root
        self._record, self._command = record, tuple(command)
        data_dir = workspace.data_dir
        # Held while the corpus folder changes: a file and its sidecar are written in two steps.
        self._lock = threading.Lock()
        self._sandboxes = weakref.WeakSet[SandboxClient]()
        self._closed = False
        self.bin = Bin(data_dir / BIN, self.root)
        inbox = Inbox(data_dir / HOLDING, self.root, self.open_sandbox, self._withdrawal_ids)
        self.additions = Additions(inbox, self.bin, self.root, record, self.holds_withdrawn, self._lock)
        for store in (self.bin.store, self.additions.inbox.store):
            store.sweep()
        self.runs = IndexRuns(lambda: [*self._command, *folder_options(data_dir, self.root())], data_dir / RUNS)

    def root(self) -> Path:
        """Return the corpus folder."""
        indexed = Path(self._workspace.catalog.meta("corpus"))
        return indexed if os.path.isdir(indexed) else self._fallback_root

    def open_sandbox(self) -> SandboxClient:
        """Return a client of a process that reads files, which `close` ends."""
        sandbox = open_sandbox(self._command, self._workspace.data_dir, self.root())
        self._sandboxes.add(sandbox)
        if self._closed:
            sandbox.close()
        return sandbox

    def close(self) -> None:
        """End the processes beside the server: the readers of files, and the index run."""
        self._closed = True
        for sandbox in list(self._sandboxes):
            sandbox.close()
        self.runs.close()

    def holds_withdrawn(self, path: PurePosixPath) -> bool:
        """Return whether a file of the corpus holds withdrawn words. Raises `UnreadableFile` when it cannot be read, or
        another `CorpusError`."""
        if not self._withdrawal_ids():
            return False
        with self.open_sandbox() as sandbox:
            return sandbox.holds_withdrawn(path)

    def _withdrawal_ids(self) -> frozenset[str]:
        return self._workspace.withdrawals(self.root()).ids

    # — sources —

    def statuses(self) -> list[SourceStatus]:
        """Return the status of every source and file. Raises `CorpusError`."""
        return source_statuses(self._workspace, self.root())

    def status(self, path: str) -> SourceStatus | None:
        """Return the status of the source, or file, at this path. Raises `CorpusError`."""
        return next(
            (status for status in self.statuses() if status.path == path and status.state is not SourceState.EXCERPT),
            None,
        )

    # — removal —

    def removal(self, path: str) -> Removal | None:
        """Return what taking a file out would do; `None` when the corpus has no such file. Raises `CorpusError`."""
        status = self.status(path)
        if status is None or status.state is SourceState.GONE:
            return None
        full = folder.inside(self.root(), PurePosixPath(path))
        withdrawn, unread = False, ""
        try:
            withdrawn = self.holds_withdrawn(PurePosixPath(path))
        except UnreadableFile as error:
            unread = error.reason
        title = status.source.title if status.source else full.name
        return Removal(path, title, withdrawn, tuple(file.name for file in folder.belongings(full)), unread)

    def remove(self, removal: Removal, who: str, *, erased: bool = False) -> None:
        """Take a file out of the corpus: into the bin, unless it holds withdrawn words, or cannot be read and is to be
        `erased`. Raises `AuditRefused` or `CorpusRefused`."""
        path = PurePosixPath(removal.path)
        for_good = removal.withdrawn or (erased and bool(removal.unread))
        with self._lock:
            if reason := folder.closed(self.root()):
                raise CorpusRefused(reason, "Le fichier est resté dans le corpus.")
            self._record(who, AuditAction.ERASED if for_good else AuditAction.REMOVED, [source_id(path)])
            if for_good:
                self.bin.take_out(path)
            else:
                self.bin.remove(path, removal.title, who)

    def put_back(self, entry: Entry, who: str) -> PurePosixPath:
        """Put a file of the bin back into the corpus. Raises `AuditRefused` or `CorpusRefused`."""
        with self._lock:
            self._record(who, AuditAction.PUT_BACK, [source_id(path_of(entry))])
            return self.bin.put_back(entry)

    def erase(self, entry: Entry, who: str) -> None:
        """Erase a file of the bin for good. Raises `AuditRefused` or `CorpusRefused`."""
        self._record(who, AuditAction.ERASED, [source_id(path_of(entry))])
        try:
            self.bin.store.erase(entry.id)
        except OSError as error:
            raise CorpusRefused(f"Ce fichier n’a pas pu être effacé ({os_reason(error)}).", "Réessayez.") from error

    # — index runs —

    def run(self, kind: RunKind, who: str, *, confirmed: bool = False) -> bool:
        """Start an index run; return whether it started: it does not while another goes on. Raises `AuditRefused` or
        `CorpusRefused`."""
        if self.runs.now() is not None:
            return False
        self._record(who, AuditAction.ROLLED_BACK if kind is RunKind.BACK else AuditAction.UPDATED, ())
        try:
            return self.runs.start(kind, *(["--yes"] if confirmed else []))
        except OSError as error:
            raise CorpusRefused(f"La mise à jour n’a pas pu commencer ({os_reason(error)}).", "Réessayez.") from error
