"""What is to read is read, cut, embedded and staged, ready to be committed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

import numpy as np

from index.changes import ToRead
from index.embed import Embedder, FloatArray
from index.errors import UnreadableFile, VectorsNotCopied
from index.privacy.protection import Protection
from index.progress import Outlook, Progress, Step
from index.reading.chunk import windows
from index.reading.metadata import Description
from index.reading.read import UNPROTECTED, Reading, open_file
from index.search import french
from index.store.catalog import Catalog
from index.store.runs import Entry, Run
from index.types import Passage, Scope, Source

_GROUP_CHARS = 200_000  # of text read before it is embedded and staged
_TRIES = 4  # at a file that changes while it is read
_Group = Sequence[tuple[ToRead, Reading]]


@dataclass(slots=True)
class Report:
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
class Making:
    """With what the sources of a run are made, and to whom it is told."""

    embedder: Embedder
    description: Description
    report: Report
    progress: Progress
    protection: Protection = UNPROTECTED

    def stage(self, run: Run, to_read: Sequence[ToRead], already: int) -> dict[str, tuple[str, ...]]:
        """Read files by groups, embed each group at once, and stage its sources; returns the ids of what was staged,
        with what was guessed of each. `already` counts the files that another run has staged."""
        staged: dict[str, tuple[str, ...]] = {}
        if not to_read:
            return staged
        prepare(self.embedder, self.progress)
        group: list[tuple[ToRead, Reading]] = []
        outlook = Outlook((one.file.path, one.file.size) for one in to_read)
        size = embedded = failed = 0

        def tell(in_group: int = 0) -> None:
            done, total, passages = already + len(staged) + failed, already + len(to_read), embedded + in_group
            self.progress(Step("Indexation", done, total, "fichier", passages, max(passages, outlook.expected())))

        tell()
        for number, one in enumerate(to_read, 1):
            try:
                group.append(_read(one, self.description, self.protection))
                size += group[-1][0].file.size
            except UnreadableFile as error:
                failed += 1
                outlook.pass_over(one.file.path, one.file.size)
                self.report.fail(str(one.file.path), error)
            if group and (size >= _GROUP_CHARS or number == len(to_read)):
                embedded += self._stage_group(run, group, outlook, tell)
                staged |= {read.id: reading.notes for read, reading in group}
                group, size = [], 0
            tell()
        return staged

    def stage_again(self, run: Run, catalog: Catalog, source: Source) -> None:
        """Stage what the index holds of a source whose file cannot be read any more, under the new model."""
        passages = catalog.whole(source.id, Scope.TEAM)
        run.stage(source, entries(passages, embed_windows(self.embedder, passages)))

    def _stage_group(self, run: Run, group: _Group, outlook: Outlook, tell: Callable[[int], None]) -> int:
        """Stage the sources of a group; returns how many passages they have."""
        from index.llama import ingest  # imports llama-index, which nothing else of a run needs

        def cut(sizes: Sequence[int]) -> None:
            for (one, _), size in zip(group, sizes, strict=True):
                outlook.pass_over(one.file.path, one.file.size, size)

        readings = [reading for _, reading in group]
        total = 0
        for (one, reading), (passages, vectors) in zip(group, ingest(readings, self.embedder, cut, tell), strict=True):
            run.stage(reading.source, entries(passages, vectors), one.file.stamp)
            total += len(passages)
        return total


def prepare(embedder: Embedder, progress: Progress) -> None:
    """Make the embedding model ready. Raises `ModelUnavailable`."""
    embedder.prepare(lambda done, total: progress(Step("Préparation du modèle", done, total)))


def _read(one: ToRead, description: Description, protection: Protection) -> tuple[ToRead, Reading]:
    """A file as it was at one moment: read again when its content or what describes it is not what was opened, so that
    a text is never shown under the visibility of another. Raises `UnreadableFile`."""
    one = replace(one, file=replace(one.file, protection=protection))  # what was withdrawn since it was opened too
    for _ in range(_TRIES):
        reading = one.file.read(one.id)
        if reading.source.digest == one.file.digest:
            return one, reading
        one = replace(one, file=open_file(one.file.root, one.file.path, description, protection))
    raise UnreadableFile("Ce fichier change pendant qu'il est lu.", "Relancez quand il ne change plus.")


def embed_windows(embedder: Embedder, passages: Sequence[Passage]) -> list[FloatArray]:
    """The vectors of the windows of each passage, shape (windows, dimensions)."""
    pieces = [windows(passage) for passage in passages]
    vectors = embedder.embed_passages([text for texts in pieces for text in texts])
    return np.split(vectors, list(accumulate(map(len, pieces)))[:-1])


def entries(passages: Sequence[Passage], vectors: Sequence[FloatArray]) -> list[Entry]:
    """Passages as they are stored."""
    return [
        Entry(passage, french.lexical(" ".join(passage.context)), french.lexical(passage.text), of_windows)
        for passage, of_windows in zip(passages, vectors, strict=True)
    ]
