"""Staging of the files of a run: they are read, cut, embedded and stored in the catalog, ready to be committed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.embedding.batches import EmbeddingBackend, PassageGroup, VectorCache
from index.embedding.model import Embedder, FloatArray
from index.embedding.passage_vectors import embed_windows, prepare
from index.errors import UnreadableFile, VectorsNotCopied
from index.indexing.changes import PendingFile
from index.privacy.protection import Protection
from index.progress import PassageEstimate, Progress, Step
from index.reading.metadata import Description
from index.reading.read import UNPROTECTED, Reading, open_file
from index.store.catalog import Catalog
from index.store.runs import Run, stored_passages
from index.types import Scope, Source

_GROUP_CHARS = 400_000  # of text embedded and staged together
_TRIES = 4  # to read a file that changes while it is read
_Files = Sequence[tuple[PendingFile, Reading]]


@dataclass(slots=True)
class IndexReport:
    """The report of a run: in each list, the paths concerned with their details. Its fields are JSON keys that scripts
    rely on."""

    added: list[dict[str, object]] = field(default_factory=list)
    changed: list[dict[str, object]] = field(default_factory=list)
    renamed: list[dict[str, object]] = field(default_factory=list)
    removed: list[dict[str, object]] = field(default_factory=list)
    unchanged: list[dict[str, object]] = field(default_factory=list)
    failed: list[dict[str, object]] = field(default_factory=list)
    seconds: float = 0.0
    passages: int = 0

    def fail(self, path: str, error: UnreadableFile | VectorsNotCopied) -> None:
        """Add a failure to the report."""
        self.failed.append({"path": path, "reason": error.reason, "remedy": error.remedy})


@dataclass(frozen=True, slots=True)
class StagingContext:
    """The objects that the staging of a run needs: the model, the workers, the protection of names, the report…"""

    embedder: Embedder
    workers: EmbeddingBackend
    description: Description
    report: IndexReport
    progress: Progress
    protection: Protection = UNPROTECTED

    def stage(self, run: Run, to_read: Sequence[PendingFile], already: int) -> dict[str, tuple[str, ...]]:
        """Read files by groups, cut them, have them embedded, and stage each source when its group is whole; return the
        notes of each staged source, on what was guessed, by its id. `already` counts the files that an earlier run has
        staged. The workers are then released: what follows can take long, and their loss would go unnoticed."""
        if not to_read:
            self.workers.close()
            return {}
        prepare(self.workers, self.progress)
        staging = _Staging(self, run, to_read, already)
        for vectors in self.workers.embed(staging.batches(), staging.report_progress):
            staging.take(vectors)
        self.workers.close()
        return staging.staged

    def stage_again(self, run: Run, catalog: Catalog, source: Source) -> None:
        """Embed and stage again, with the new model, the stored passages of a source whose file cannot be read any
        more."""
        passages = catalog.source_passages(source.id, Scope.TEAM)
        run.stage(source, stored_passages(passages, embed_windows(self.embedder, passages)))


class _Staging:
    """The staging of the files of a run as a stream: groups of files are read, cut and handed to the workers one after
    the other, as fast as batches are asked for, and staged in the same order."""

    def __init__(self, context: StagingContext, run: Run, to_read: Sequence[PendingFile], already: int) -> None:
        self.staged: dict[str, tuple[str, ...]] = {}
        self._context, self._run, self._to_read, self._already = context, run, to_read, already
        self._estimate = PassageEstimate((pending.file.path, pending.file.size) for pending in to_read)
        self._waiting: deque[tuple[_Files, PassageGroup]] = deque()  # groups that are cut, and not staged yet
        self._cache = VectorCache()
        self._passages = self._failed = 0

    def batches(self) -> Iterator[list[str]]:
        """Yield the batches of texts to embed. Files are read only when a batch is asked for."""
        self.report_progress()
        for files in self._groups():
            group = self._cut(files)
            self._waiting.append((files, group))
            self._stage_whole()
            yield from group.batches()

    def take(self, vectors: FloatArray) -> None:
        """Receive the vectors of the next batch."""
        self._waiting[0][1].add_vectors(vectors)
        self.report_progress()
        self._stage_whole()

    def report_progress(self) -> None:
        """Report how many files and passages are done."""
        done = self._already + len(self.staged) + self._failed
        passages = self._passages + sum(group.embedded for _, group in self._waiting)
        total, expected = self._already + len(self._to_read), max(passages, self._estimate.expected())
        self._context.progress(Step("Indexation", done, total, "fichier", passages, expected))

    def _groups(self) -> Iterator[_Files]:
        """Yield the files, read, in groups of `_GROUP_CHARS`; report those that cannot be read."""
        files: list[tuple[PendingFile, Reading]] = []
        size = 0
        for pending in self._to_read:
            try:
                files.append(_read(pending, self._context.description, self._context.protection))
                size += files[-1][0].file.size
            except UnreadableFile as error:
                self._failed += 1
                self._estimate.record_done(pending.file.path, pending.file.size)
                self._context.report.fail(str(pending.file.path), error)
            if size >= _GROUP_CHARS:
                yield files
                files, size = [], 0
            self.report_progress()
        if files:
            yield files

    def _cut(self, files: _Files) -> PassageGroup:
        from index.indexing.llama_index_adapters import cut  # imports llama-index, which nothing else of a run needs

        group = PassageGroup(cut([reading for _, reading in files]), self._cache)
        for (pending, _), cuts in zip(files, group.cuts, strict=True):
            self._estimate.record_done(pending.file.path, pending.file.size, len(cuts))
        return group

    def _stage_whole(self) -> None:
        """Stage the first groups whose vectors are all there."""
        while self._waiting and self._waiting[0][1].is_complete:
            files, group = self._waiting.popleft()
            for (pending, reading), (passages, vectors) in zip(files, group.vectors_by_source(), strict=True):
                self._run.stage(reading.source, stored_passages(passages, vectors), pending.file.stamp)
                self.staged[pending.id] = reading.notes
            self._passages += group.passages
            self.report_progress()


def _read(pending: PendingFile, description: Description, protection: Protection) -> tuple[PendingFile, Reading]:
    """Return a file as it was at one moment. It is read again when its content, or what describes it, is not that of
    when it was opened, so that a text is never shown under the visibility of another. Raises `UnreadableFile`."""
    # The protection includes the withdrawals made since the file was opened.
    pending = replace(pending, file=replace(pending.file, protection=protection))
    for _ in range(_TRIES):
        reading = pending.file.read(pending.id)
        if reading.source.digest == pending.file.digest:
            return pending, reading
        pending = replace(pending, file=open_file(pending.file.root, pending.file.path, description, protection))
    raise UnreadableFile("Ce fichier change pendant qu'il est lu.", "Relancez quand il ne change plus.")
