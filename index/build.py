"""A corpus folder to an index: what changed is read, cut, embedded and committed, a source at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from index.embed import Embedder, open_embedder
from index.errors import DataFolderRefused, UnreadableFile
from index.reading.chunk import CHUNKING
from index.reading.metadata import Description, read_description
from index.reading.read import OpenedFile, Reading, list_files, open_file, source_id
from index.search import french
from index.settings import IndexSettings
from index.store import lock
from index.store.catalog import Catalog, Entry
from index.store.schema import FILE
from index.store.vectors import VectorIndex
from index.types import Scope, Source

Progress = Callable[[str, int, int], None]
_GROUP_CHARS = 200_000  # of text read before it is embedded and committed


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


def build(root: Path, settings: IndexSettings, progress: Progress = lambda step, done, total: None) -> Report:
    """Make the index in `settings.data_dir` say what the folder `root` says.

    `progress(step, done, total)` is called along the way, `step` in French. Raises `CorpusError`: then nothing was
    changed. A file that cannot be read is reported, keeps what the index already held of it, and hides no other."""
    began = time.monotonic()
    files = list_files(root)
    description = read_description(root)
    embedder = open_embedder(settings)
    catalog = _open(settings.data_dir)
    report = Report()
    opened = list(_open_files(root, files, description, report, progress))
    if catalog is None and opened:
        _prepare(embedder, progress)  # what can fail does so before there is a data folder
        catalog = Catalog.create(settings.data_dir, {"corpus": str(root.resolve()), **_identity(embedder)})
    if catalog is not None:
        with lock.only_run(settings.data_dir / "index.lock"):
            _check_identity(catalog, root, embedder, opened)
            plan = _plan(catalog, files, opened, report)
            if plan.to_read:
                _prepare(embedder, progress)
            _apply(plan, catalog, embedder, report, progress)
            catalog.set_meta(corpus=str(root.resolve()))
            VectorIndex(catalog).synchronise(lambda done, total: progress("Copie des vecteurs", done, total))
        report.passages = catalog.count(Scope.TEAM)
        catalog.close()
    report.seconds = time.monotonic() - began
    return report


def _prepare(embedder: Embedder, progress: Progress) -> None:
    """Make the embedding model ready. Raises `ModelUnavailable`."""
    embedder.prepare(lambda done, total: progress("Préparation du modèle", done, total))


def _open(data_dir: Path) -> Catalog | None:
    return Catalog.open(data_dir) if (data_dir / FILE).exists() else None


def _open_files(
    root: Path, files: Sequence[PurePosixPath], description: Description, report: Report, progress: Progress
) -> Iterator[OpenedFile]:
    for number, path in enumerate(files, 1):
        try:
            yield open_file(root, path, description)
        except UnreadableFile as error:
            report.failed.append({"path": str(path), "reason": error.reason, "remedy": error.remedy})
        progress("Lecture des fichiers", number, len(files))


def _check_identity(catalog: Catalog, root: Path, embedder: Embedder, opened: Sequence[OpenedFile]) -> None:
    """Refuse to mix two corpora, two models or two ways of cutting in one data folder."""
    stored = Path(catalog.meta("corpus"))
    if stored != root.resolve():
        known = {source.digest for source in catalog.sources(Scope.TEAM)}
        same = known & {file.digest for file in opened}
        if known and 2 * len(same) < len(known):  # a corpus that was moved keeps most of its files
            raise DataFolderRefused(
                f"Le dossier de données « {catalog.folder} » contient l'index d'un autre corpus ({stored}).",
                "Choisissez un autre dossier avec --data-dir.",
            )
    for key, wanted in _identity(embedder).items():
        if catalog.meta(key) != wanted:
            raise DataFolderRefused(
                f"Le dossier de données « {catalog.folder} » a été écrit avec {_PARTS[key]} ({catalog.meta(key)}).",
                "Indexez dans un autre dossier avec --data-dir, ou remettez le réglage d'avant.",
            )


_PARTS = {
    "model": "un autre modèle d'embedding",
    "chunking": "un autre découpage",
    "words": "une autre analyse des mots",
}


def _identity(embedder: Embedder) -> dict[str, str]:
    """What must be the same for two indexes to be mixed."""
    return {"model": embedder.identity, "chunking": CHUNKING, "words": french.VERSION}


@dataclass(slots=True)
class _Plan:
    """What differs between the catalog and the folder. `to_read` holds each new or changed file with the id of its
    source, and the source that it replaces."""

    to_read: list[tuple[OpenedFile, str, Source | None]] = field(default_factory=list)
    moved: list[tuple[Source, OpenedFile]] = field(default_factory=list)
    gone: list[Source] = field(default_factory=list)


def _plan(catalog: Catalog, files: Sequence[PurePosixPath], opened: Sequence[OpenedFile], report: Report) -> _Plan:
    """Compare, and report what has not changed."""
    plan = _Plan()
    present = {str(path) for path in files}
    stored = {source.path: source for source in catalog.sources(Scope.TEAM)}
    plan.gone = [source for path, source in stored.items() if path not in present]
    taken = {source.id for source in stored.values()}
    for file in opened:
        path = str(file.path)
        before = stored.get(path)
        alike = next((source for source in plan.gone if source.digest == file.digest), None)
        if before is not None and before.digest == file.digest:
            report.unchanged.append({"path": path})
        elif before is None and alike is not None:
            plan.gone.remove(alike)
            plan.moved.append((alike, file))
        else:
            name = before.id if before else _new_id(file, taken)
            taken.add(name)
            plan.to_read.append((file, name, before))
    return plan


def _apply(plan: _Plan, catalog: Catalog, embedder: Embedder, report: Report, progress: Progress) -> None:
    """Bring the catalog to what the folder says, a transaction a source, and report it."""
    for source, file in plan.moved:
        catalog.rename(source.id, str(file.path), _title_after_move(source, file))
        report.renamed.append({"path": str(file.path), "from": source.path})
    _read_and_store(catalog, embedder, plan.to_read, report, progress)
    for source in plan.gone:
        catalog.remove(source.id)
        report.removed.append({"path": source.path, "title": source.title})


def _title_after_move(source: Source, file: OpenedFile) -> str:
    """A title that was the file's name follows it; one that was said or read stays."""
    named_after_file = source.title == PurePosixPath(source.path).stem
    return file.path.stem if named_after_file else source.title


def _new_id(file: OpenedFile, taken: set[str]) -> str:
    plain = source_id(file.path)
    return plain if plain not in taken else source_id(PurePosixPath(f"{file.path}\x1f{file.digest}"))


def _read_and_store(
    catalog: Catalog,
    embedder: Embedder,
    to_read: Sequence[tuple[OpenedFile, str, Source | None]],
    report: Report,
    progress: Progress,
) -> None:
    group: list[Reading] = []
    before: Mapping[str, Source | None] = {name: source for _, name, source in to_read}
    size = 0
    for number, (file, name, _) in enumerate(to_read, 1):
        try:
            group.append(file.read(name))
            size += len(file.body)
        except UnreadableFile as error:
            report.failed.append({"path": str(file.path), "reason": error.reason, "remedy": error.remedy})
        if size >= _GROUP_CHARS or number == len(to_read):
            _store(catalog, embedder, group, before, report)
            group, size = [], 0
        progress("Indexation", number, len(to_read))


def _store(
    catalog: Catalog,
    embedder: Embedder,
    group: Sequence[Reading],
    before: Mapping[str, Source | None],
    report: Report,
) -> None:
    if not group:
        return
    from index.llama import ingest  # imports llama-index, which nothing else of a run needs

    for reading, (passages, vectors) in zip(group, ingest(group, embedder), strict=True):
        entries = [
            Entry(passage, french.lexical(" ".join(passage.context)), french.lexical(passage.text), vector)
            for passage, vector in zip(passages, vectors, strict=True)
        ]
        replaced = before[reading.source.id]
        catalog.put(reading.source, entries, replaces=replaced.id if replaced else None)
        line: dict[str, object] = {
            "path": reading.source.path,
            "title": reading.source.title,
            "passages": len(entries),
        }
        (report.changed if replaced else report.added).append(line)
