"""What is to read is read, cut, embedded and staged, ready to be committed."""

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
_TRIES = 4  # at a file that changes while it is read
_Files = Sequence[tuple[PendingFile, Reading]]


@dataclass(slots=True)
class IndexReport:
    """What a run did: the paths concerned, each with what there is to say of it."""

    added: list[dict[str, object]] = field(default_factory=list)
    changed: list[dict[str, object]] = field(default_factory=list)
    renamed: list[dict[str, object]] = field(default_factory=list)
    removed: list[dict[str, object]] = field(default_factory=list)
    unchanged: list[dict[str, object]] = field(default_factory=list)
    failed: list[dict[str, object]] = field(default_factory=list)
    seconds: float = 0.0
    passages: int = 0

    def fail(self, path: str, error: UnreadableFile | VectorsNotCopied) -> None:
        self.failed.append({"path": path, "reason": error.reason, "remedy": error.remedy})


@dataclass(frozen=True, slots=True)
class StagingContext:
    """With what the sources of a run are made, and to whom it is told."""

    embedder: Embedder
    workers: EmbeddingBackend
    description: Description
    report: IndexReport
    progress: Progress
    protection: Protection = UNPROTECTED

    def stage(self, run: Run, to_read: Sequence[PendingFile], already: int) -> dict[str, tuple[str, ...]]:
        """Read files by groups, cut them, have them embedded, and stage each source when its group is; returns the ids
        of what was staged, with what was guessed of each. `already` counts the files that another run has staged. The
        workers are left then: what follows can take long, and nobody would notice that they are gone."""
        if not to_read:
            self.workers.close()
            return {}
        prepare(self.workers, self.progress)
        staging = _Staging(self, run, to_read, already)
        for vectors in self.workers.embed(staging.batches(), staging.tell):
            staging.take(vectors)
        self.workers.close()
        return staging.staged

    def stage_again(self, run: Run, catalog: Catalog, source: Source) -> None:
        """Stage what the index holds of a source whose file cannot be read any more, under the new model."""
        passages = catalog.source_passages(source.id, Scope.TEAM)
        run.stage(source, stored_passages(passages, embed_windows(self.embedder, passages)))


class _Staging:
    """The files of a run on their way: read, cut and given to embed a group after the other, as fast as batches are
    asked for; staged in the same order."""

    def __init__(self, making: StagingContext, run: Run, to_read: Sequence[PendingFile], already: int) -> None:
        self.staged: dict[str, tuple[str, ...]] = {}
        self._making, self._run, self._to_read, self._already = making, run, to_read, already
        self._outlook = PassageEstimate((one.file.path, one.file.size) for one in to_read)
        self._waiting: deque[tuple[_Files, PassageGroup]] = deque()  # cut, and not yet staged
        self._remembered = VectorCache()
        self._passages = self._failed = 0

    def batches(self) -> Iterator[list[str]]:
        """The batches of all that is to be read. Nothing is read ahead of what is asked for."""
        self.tell()
        for files in self._groups():
            group = self._cut(files)
            self._waiting.append((files, group))
            self._stage_whole()
            yield from group.batches()

    def take(self, vectors: FloatArray) -> None:
        """Take the vectors of the next batch."""
        self._waiting[0][1].add_vectors(vectors)
        self.tell()
        self._stage_whole()

    def tell(self) -> None:
        """Say how far it is."""
        done = self._already + len(self.staged) + self._failed
        passages = self._passages + sum(group.embedded for _, group in self._waiting)
        total, expected = self._already + len(self._to_read), max(passages, self._outlook.expected())
        self._making.progress(Step("Indexation", done, total, "fichier", passages, expected))

    def _groups(self) -> Iterator[_Files]:
        files: list[tuple[PendingFile, Reading]] = []
        size = 0
        for one in self._to_read:
            try:
                files.append(_read(one, self._making.description, self._making.protection))
                size += files[-1][0].file.size
            except UnreadableFile as error:
                self._failed += 1
                self._outlook.record_done(one.file.path, one.file.size)
                self._making.report.fail(str(one.file.path), error)
            if size >= _GROUP_CHARS:
                yield files
                files, size = [], 0
            self.tell()
        if files:
            yield files

    def _cut(self, files: _Files) -> PassageGroup:
        from index.indexing.llama import cut  # imports llama-index, which nothing else of a run needs

        group = PassageGroup(cut([reading for _, reading in files]), self._remembered)
        for (one, _), of_source in zip(files, group.cuts, strict=True):
            self._outlook.record_done(one.file.path, one.file.size, len(of_source))
        return group

    def _stage_whole(self) -> None:
        """Stage the groups that wait for nothing."""
        while self._waiting and self._waiting[0][1].is_complete:
            files, group = self._waiting.popleft()
            for (one, reading), (passages, vectors) in zip(files, group.vectors_by_source(), strict=True):
                self._run.stage(reading.source, stored_passages(passages, vectors), one.file.stamp)
                self.staged[one.id] = reading.notes
            self._passages += group.passages
            self.tell()


def _read(one: PendingFile, description: Description, protection: Protection) -> tuple[PendingFile, Reading]:
    """A file as it was at one moment: read again when its content or what describes it is not what was opened, so that
    a text is never shown under the visibility of another. Raises `UnreadableFile`."""
    one = replace(one, file=replace(one.file, protection=protection))  # what was withdrawn since it was opened too
    for _ in range(_TRIES):
        reading = one.file.read(one.id)
        if reading.source.digest == one.file.digest:
            return one, reading
        one = replace(one, file=open_file(one.file.root, one.file.path, description, protection))
    raise UnreadableFile("Ce fichier change pendant qu'il est lu.", "Relancez quand il ne change plus.")
