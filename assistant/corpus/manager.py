"""All that the « Corpus » page does, over one corpus folder and one data folder. Each act is recorded before it is
done: what cannot be recorded is not done."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assistant.corpus import folder
from assistant.corpus.adding import Additions, Record
from assistant.corpus.bin import Bin, path_of
from assistant.corpus.entry_store import Entry
from assistant.corpus.inbox import Inbox
from assistant.corpus.run_result import RunKind as RunAct
from assistant.corpus.runs import IndexRuns
from assistant.corpus.sandbox import SandboxClient
from assistant.errors import CorpusRefused
from assistant.people.audit import AuditAction
from index.errors import UnreadableFile, os_reason
from index.indexing.status import SourceState, SourceStatus, source_statuses
from index.privacy.withdrawals import WithdrawalList
from index.reading.read import source_id
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.schema import BIN, HOLDING, RUNS


@dataclass(frozen=True, slots=True)
class Removal:
    """A file that may be taken out: its title, and whether somebody has left the study who speaks in it, so that it is
    erased rather than kept in the bin; `unread` says why nobody can tell (empty: that is known)."""

    path: str
    title: str
    withdrawn: bool
    with_it: tuple[str, ...]
    unread: str = ""


class CorpusManager:
    """The work of the page. `command` starts the programs beside it (see `assistant.cli.background`); `elsewhere`
    is the corpus folder where the indexed one is not there any more. Threads may share it."""

    def __init__(
        self, catalog: Catalog, settings: IndexSettings, elsewhere: Path, record: Record, command: Sequence[str]
    ) -> None:
        self._catalog, self._settings, self._elsewhere = catalog, settings, elsewhere
        self._record, self._command = record, tuple(command)
        data = settings.data_dir
        # Who changes the corpus folder does it alone: what describes a file and the file itself are two writings.
        self._lock = threading.Lock()
        self._examiners = weakref.WeakSet[SandboxClient]()
        self._closed = False
        self.bin = Bin(data / BIN, self.root)
        holding = Inbox(data / HOLDING, self.root, self.examiner, self._withdrawn)
        self.adding = Additions(holding, self.bin, self.root, record, self.holds_withdrawn, self._lock)
        for kept in (self.bin.kept, self.adding.holding.kept):
            kept.sweep()
        self.updating = IndexRuns(lambda: [*self._command, *self._options()], data / RUNS)

    def root(self) -> Path:
        """The corpus folder."""
        indexed = Path(self._catalog.meta("corpus"))
        return indexed if os.path.isdir(indexed) else self._elsewhere

    def examiner(self) -> SandboxClient:
        """Whoever reads files, in a process of its own."""
        made = SandboxClient([*self._command, "examine", *self._options()])
        self._examiners.add(made)
        if self._closed:
            made.close()
        return made

    def close(self) -> None:
        """End what goes on beside the server: whoever reads a file, whatever it does to them, and the run."""
        self._closed = True
        for one in list(self._examiners):
            one.close()
        self.updating.close()

    def holds_withdrawn(self, path: PurePosixPath) -> bool:
        """Whether a file of the corpus holds what was withdrawn from the study. Raises `UnreadableFile` when nobody can
        tell, or another `CorpusError`."""
        if not self._withdrawn():
            return False
        with self.examiner() as examiner:
            return examiner.holds_withdrawn(path)

    def _withdrawn(self) -> frozenset[str]:
        return WithdrawalList.read(self.root(), self._settings.data_dir).ids

    # — what is there —

    def standings(self) -> list[SourceStatus]:
        """Every source and file. Raises `CorpusError`."""
        return source_statuses(self._catalog, self.root(), self._settings)

    def standing(self, path: str) -> SourceStatus | None:
        """The source, or file, at this path. Raises `CorpusError`."""
        return next(
            (one for one in self.standings() if one.path == path and one.state is not SourceState.EXCERPT), None
        )

    # — taking out —

    def removal(self, path: str) -> Removal | None:
        """What taking a file out would do; `None` when the corpus has no such file. Raises `CorpusError`."""
        found = self.standing(path)
        if found is None or found.state is SourceState.GONE:
            return None
        full = folder.inside(self.root(), PurePosixPath(path))
        withdrawn, unread = False, ""
        try:
            withdrawn = self.holds_withdrawn(PurePosixPath(path))
        except UnreadableFile as error:
            unread = error.reason
        title = found.source.title if found.source else full.name
        return Removal(path, title, withdrawn, tuple(one.name for one in folder.belongings(full)), unread)

    def remove(self, removal: Removal, who: str, *, erased: bool = False) -> None:
        """Take a file out of the corpus, into the bin unless it holds what was withdrawn, or, where nobody can read it,
        is to be `erased`. Raises `AuditRefused` or `CorpusRefused`."""
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
            self.bin.kept.erase(entry.id)
        except OSError as error:
            raise CorpusRefused(f"Ce fichier n’a pas pu être effacé ({os_reason(error)}).", "Réessayez.") from error

    # — the index —

    def run(self, act: RunAct, who: str, *, confirmed: bool = False) -> bool:
        """Begin a run; whether it did: not while another goes on. Raises `AuditRefused` or `CorpusRefused`."""
        if self.updating.now() is not None:
            return False
        self._record(who, AuditAction.ROLLED_BACK if act is RunAct.BACK else AuditAction.UPDATED, ())
        try:
            return self.updating.start(act, *(["--yes"] if confirmed else []))
        except OSError as error:
            raise CorpusRefused(f"La mise à jour n’a pas pu commencer ({os_reason(error)}).", "Réessayez.") from error

    def _options(self) -> list[str]:
        return ["--data-dir", str(self._settings.data_dir.resolve()), "--corpus", str(self.root().resolve())]
