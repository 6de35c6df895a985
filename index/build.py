"""A corpus folder to an index: what changed is read, cut, embedded and staged, then committed at once.

Killed before the commit, a run leaves the index as it was, and the next one takes up what was staged; killed after it,
the next one finishes the fast copy of the vectors, without which answers are exact all the same."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from index.changes import Changes, ToRead, compare
from index.embed import Embedder, FloatArray, open_embedder
from index.errors import DataFolderRefused, TooManyRemoved, UnreadableFile, VectorsNotCopied
from index.reading.chunk import CHUNKING
from index.reading.metadata import Description, read_description
from index.reading.read import OpenedFile, Reading, Stamps, list_files, open_file
from index.search import french
from index.settings import IndexSettings
from index.store import lock
from index.store.catalog import Catalog
from index.store.runs import Entry, Run, roll_back
from index.store.schema import FILE, discard
from index.store.vectors import VectorIndex
from index.types import Passage, Scope, Source

Progress = Callable[[str, int, int], None]
_GROUP_CHARS = 200_000  # of text read before it is embedded and staged
_TRIES = 4  # at a file that changes while it is read
_MANY = 0.1  # of the sources, more than which are not removed without asking


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


def build(
    root: Path,
    settings: IndexSettings,
    progress: Progress = lambda step, done, total: None,
    *,
    confirmed: bool = False,
) -> Report:
    """Make the index in `settings.data_dir` say what the folder `root` says.

    `progress(step, done, total)` is called along the way, `step` in French. Raises `CorpusError`: then nothing was
    changed; `TooManyRemoved` unless `confirmed`. A file that cannot be read is reported, keeps what the index already
    held of it, and hides no other."""
    began = time.monotonic()
    files = list_files(root)
    description = read_description(root)
    embedder = open_embedder(settings)
    catalog = _open(settings.data_dir)
    report = Report()
    untouched = _untouched(root, files, catalog, embedder)
    opened = list(
        _open_files(root, [path for path in files if str(path) not in untouched], description, report, progress)
    )
    begun = catalog is None
    if catalog is None and opened:
        _prepare(embedder, progress)  # what can fail does so before there is a data folder
        catalog = Catalog.create(settings.data_dir, {"corpus": str(root.resolve())})
    if catalog is not None:
        try:
            with lock.only_run(settings.data_dir / "index.lock"):
                _check_corpus(catalog, root, opened)
                anew = _made_otherwise(catalog, embedder)
                changes = compare(catalog.sources(Scope.TEAM), files, opened, anew, untouched)
                _check_removed(catalog, changes, confirmed)
                _follow(catalog, root, embedder, changes, opened, description, report, progress)
                try:
                    _copy_vectors(catalog, progress)
                except VectorsNotCopied as error:
                    where = str(settings.data_dir)
                    report.failed.append({"path": where, "reason": error.reason, "remedy": error.remedy})
            report.passages = catalog.count(Scope.TEAM)
            nothing = begun and catalog.generation == 0
        finally:
            catalog.close()
        if nothing:
            discard(settings.data_dir)
    report.failed.sort(key=lambda entry: str(entry["path"]))
    report.seconds = time.monotonic() - began
    return report


def take_back(settings: IndexSettings, progress: Progress = lambda step, done, total: None) -> bool:
    """Go back to the index as it was before the last run; once more undoes it. False when there is no former one."""
    catalog = Catalog.open(settings.data_dir)
    try:
        with lock.only_run(settings.data_dir / "index.lock"):
            done = roll_back(catalog)
            _copy_vectors(catalog, progress)
        return done
    finally:
        catalog.close()


def _copy_vectors(catalog: Catalog, progress: Progress) -> None:
    if catalog.generation:
        VectorIndex(catalog).synchronise(lambda done, total: progress("Copie des vecteurs", done, total))


def _prepare(embedder: Embedder, progress: Progress) -> None:
    """Make the embedding model ready. Raises `ModelUnavailable`."""
    embedder.prepare(lambda done, total: progress("Préparation du modèle", done, total))


def _open(data_dir: Path) -> Catalog | None:
    return Catalog.open(data_dir) if (data_dir / FILE).exists() else None


def _untouched(
    root: Path, files: Sequence[PurePosixPath], catalog: Catalog | None, embedder: Embedder
) -> frozenset[str]:
    """The paths of files that look from outside as they did when they were indexed: they are not opened."""
    if catalog is None or catalog.meta("corpus") != str(root.resolve()) or _made_otherwise(catalog, embedder):
        return frozenset()
    known, now = catalog.stamps(), Stamps(root)
    return frozenset(name for path in files if known.get(name := str(path)) and known[name] == now.of(path))


def _open_files(
    root: Path, files: Sequence[PurePosixPath], description: Description, report: Report, progress: Progress
) -> Iterator[OpenedFile]:
    for number, path in enumerate(files, 1):
        try:
            yield open_file(root, path, description)
        except UnreadableFile as error:
            report.failed.append({"path": str(path), "reason": error.reason, "remedy": error.remedy})
        progress("Lecture des fichiers", number, len(files))


def _check_corpus(catalog: Catalog, root: Path, opened: Sequence[OpenedFile]) -> None:
    """Refuse to mix two corpora in one data folder; one that was moved keeps most of its files."""
    stored = Path(catalog.meta("corpus"))
    if stored == root.resolve():
        return
    known = {source.digest for source in catalog.sources(Scope.TEAM)}
    same = known & {file.digest for file in opened}
    if known and 2 * len(same) < len(known):
        raise DataFolderRefused(
            f"Le dossier de données « {catalog.folder} » contient l'index d'un autre corpus ({stored}).",
            "Choisissez un autre dossier avec --data-dir.",
        )


def _check_removed(catalog: Catalog, changes: Changes, confirmed: bool) -> None:
    total = catalog.source_count()
    if not confirmed and len(changes.gone) > max(1, _MANY * total):
        raise TooManyRemoved(
            f"Cette indexation retirerait {len(changes.gone)} sources sur {total}, qui ne sont plus dans le dossier.",
            "Si c'est voulu, relancez avec --yes.",
        )


def _identity(embedder: Embedder) -> dict[str, str]:
    """What two sources must share to be in one index."""
    return {"model": embedder.identity, "chunking": CHUNKING, "words": french.VERSION}


def _made_otherwise(catalog: Catalog, embedder: Embedder) -> bool:
    """Whether the index was made with another model, another chunking or other words, and so must be made anew."""
    return any(catalog.meta(key) != value for key, value in _identity(embedder).items())


def _follow(
    catalog: Catalog,
    root: Path,
    embedder: Embedder,
    changes: Changes,
    opened: Sequence[OpenedFile],
    description: Description,
    report: Report,
    progress: Progress,
) -> None:
    """Stage what is new and commit it, and report it. Nothing is committed when nothing differs."""
    report.unchanged += [{"path": source.path} for source in changes.unchanged]
    run = Run(catalog, _identity(embedder))
    already = {name: staged.digest for name, staged in run.staged().items()}
    kept = {one.id for one in changes.to_read if already.get(one.id) == one.file.digest}
    run.drop(keep=kept)
    to_read = [one for one in changes.to_read if one.id not in kept]
    notes: dict[str, tuple[str, ...]] = {}
    if to_read:
        _prepare(embedder, progress)
        notes = _stage(run, embedder, to_read, description, report, progress)
        kept |= notes.keys()
    staged = run.staged()
    for one in changes.to_read:
        if one.id in kept:
            line: dict[str, object] = {
                "path": str(one.file.path),
                "title": staged[one.id].title,
                "passages": staged[one.id].size,
            }
            if notes.get(one.id):
                line["notes"] = list(notes[one.id])
            (report.changed if one.replaces else report.added).append(line)
    seen = {str(file.path): file.stamp for file in opened}
    for _, after in changes.moved:
        run.stage_copy(after, seen[after.path])
    run.restamp({source.id: seen[source.path] for source in changes.unchanged if source.path in seen})
    if _made_otherwise(catalog, embedder):
        gone = {source.id for source in changes.gone}
        for source in catalog.sources(Scope.TEAM):
            if source.id not in kept and source.id not in gone:
                _embed_again(run, catalog, embedder, source)
    moved_root = {"corpus": str(root.resolve())}
    if kept or changes.moved or changes.gone:
        progress("Enregistrement", 0, 1)
        run.commit([source.id for source in changes.gone], **moved_root)
        progress("Enregistrement", 1, 1)
    elif catalog.meta("corpus") != moved_root["corpus"]:
        catalog.set_meta(**moved_root)
    report.renamed += [{"path": after.path, "from": before.path} for before, after in changes.moved]
    report.removed += [{"path": source.path, "title": source.title} for source in changes.gone]


def _stage(
    run: Run,
    embedder: Embedder,
    to_read: Sequence[ToRead],
    description: Description,
    report: Report,
    progress: Progress,
) -> dict[str, tuple[str, ...]]:
    """Read files by groups, embed each group at once, and stage its sources; returns the ids of what was staged, with
    what was guessed of each."""
    staged: dict[str, tuple[str, ...]] = {}
    group: list[tuple[ToRead, Reading]] = []
    size = 0
    for number, one in enumerate(to_read, 1):
        try:
            group.append(_read(one, description))
            size += group[-1][0].file.size
        except UnreadableFile as error:
            report.failed.append({"path": str(one.file.path), "reason": error.reason, "remedy": error.remedy})
        if group and (size >= _GROUP_CHARS or number == len(to_read)):
            _stage_group(run, embedder, group)
            staged |= {read.id: reading.notes for read, reading in group}
            group, size = [], 0
        progress("Indexation", number, len(to_read))
    return staged


def _read(one: ToRead, description: Description) -> tuple[ToRead, Reading]:
    """A file as it was at one moment: read again when its content or what describes it is not what was opened, so that
    a text is never shown under the visibility of another. Raises `UnreadableFile`."""
    for _ in range(_TRIES):
        reading = one.file.read(one.id)
        if reading.source.digest == one.file.digest:
            return one, reading
        one = replace(one, file=open_file(one.file.root, one.file.path, description))
    raise UnreadableFile("Ce fichier change pendant qu'il est lu.", "Relancez quand il ne change plus.")


def _embed_again(run: Run, catalog: Catalog, embedder: Embedder, source: Source) -> None:
    """Stage what the index holds of a source whose file cannot be read any more, under the new model."""
    from index.llama import embedded_text

    passages = catalog.around(source.id, 0, sys.maxsize, Scope.TEAM)
    vectors = embedder.embed_passages([embedded_text(passage) for passage in passages])
    run.stage(source, _entries(passages, vectors))


def _entries(passages: Sequence[Passage], vectors: FloatArray) -> list[Entry]:
    return [
        Entry(passage, french.lexical(" ".join(passage.context)), french.lexical(passage.text), vector)
        for passage, vector in zip(passages, vectors, strict=True)
    ]


def _stage_group(run: Run, embedder: Embedder, group: Sequence[tuple[ToRead, Reading]]) -> None:
    from index.llama import ingest  # imports llama-index, which nothing else of a run needs

    readings = [reading for _, reading in group]
    for (one, reading), (passages, vectors) in zip(group, ingest(readings, embedder), strict=True):
        run.stage(reading.source, _entries(passages, vectors), one.file.stamp)
