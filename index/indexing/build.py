"""A corpus folder to an index: what changed is read, cut, embedded and staged, then committed at once.

Killed before the commit, a run leaves the index as it was, and the next one takes up what was staged; killed after it,
the next one finishes the fast copy of the vectors, without which answers are exact all the same."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from index.disclosure import publish
from index.disclosure.withdraw import apply_withdrawals
from index.embedding import calibration
from index.embedding.batches import EmbeddingBackend, LocalBackend
from index.embedding.calibration import Calibration
from index.embedding.model import Embedder
from index.embedding.passage_vectors import prepare
from index.errors import DataFolderRefused, TooManyRemoved, UnreadableFile, VectorsNotCopied
from index.indexing.changes import Changes, compare
from index.indexing.staging import IndexReport, StagingContext
from index.language import french
from index.privacy.protection import Protection
from index.privacy.pseudonyms import Pseudonyms
from index.privacy.withdrawals import WithdrawalList
from index.progress import Progress, Step, no_progress
from index.reading.chunk import CHUNKING
from index.reading.metadata import Description, read_description
from index.reading.read import OpenedFile, Stamps, list_files, open_file
from index.settings import IndexSettings
from index.store import lock
from index.store.catalog import Catalog
from index.store.runs import Run, roll_back
from index.store.schema import discard
from index.store.workspace import Workspace
from index.types import Scope, Source

_MANY = 0.1  # of the sources, more than which are not removed without asking


def build(
    root: Path,
    workspace: Workspace,
    progress: Progress = no_progress,
    *,
    confirmed: bool = False,
) -> IndexReport:
    """Make the index of `workspace` say what the folder `root` says.

    Raises `CorpusError`: then nothing was changed; `TooManyRemoved` unless `confirmed`. A file that cannot be read is
    reported, keeps what the index already held of it, and hides no other. Interrupted (`KeyboardInterrupt`), the index
    is as before or as after, which `index_state` tells, and the next run goes on."""
    began = time.monotonic()
    files = list_files(root)
    description = read_description(root)
    protection = read_protection(root, description, workspace.settings)
    report = IndexReport()
    with workspace, _embedding_backend(workspace) as workers:
        _update(
            StagingContext(workspace.embedder, workers, description, report, progress, protection),
            root,
            files,
            workspace,
            confirmed,
        )
    report.failed.sort(key=lambda entry: str(entry["path"]))
    report.seconds = time.monotonic() - began
    return report


def _update(
    making: StagingContext, root: Path, files: Sequence[PurePosixPath], workspace: Workspace, confirmed: bool
) -> None:
    """Read what of `files` may have changed, and commit what did."""
    embedder, report, progress, protection = making.embedder, making.report, making.progress, making.protection
    catalog = workspace.find_catalog()
    untouched = _untouched(root, files, catalog, embedder, protection)
    to_open = [path for path in files if str(path) not in untouched]
    opened = list(_open_files(root, to_open, making.description, protection, report, progress))
    begun = catalog is None
    if catalog is None and opened:
        prepare(making.workers, progress)  # what can fail does so before there is a data folder
        catalog = workspace.create_catalog({"corpus": str(root.resolve())})
    if catalog is not None:
        with lock.only_run(workspace.data_dir / lock.RUN):
            _check_corpus(catalog, root, opened)
            protection = replace(protection, withdrawn=workspace.withdrawals(root))  # as they are under the lock
            apply_withdrawals(catalog, protection.withdrawn, None if needs_rebuild(catalog, embedder) else embedder)
            anew = needs_rebuild(catalog, embedder)
            changes = compare(_of_files(catalog), files, opened, anew, untouched)
            _check_removed(catalog, changes, confirmed)
            _follow(replace(making, protection=protection), catalog, root, changes, opened)
            _revoke_outdated(catalog, report)
            if (not_copied := _copy_vectors(workspace, progress)) is not None:
                report.fail(str(workspace.data_dir), not_copied)
        report.passages = catalog.count(Scope.TEAM)
        if begun and catalog.generation == 0:
            workspace.close()
            discard(workspace.data_dir)


def _embedding_backend(workspace: Workspace) -> AbstractContextManager[EmbeddingBackend]:
    """Return the backend that embeds the passages of a run: this process, or the cluster that the settings name.
    Nothing is started yet. Raises `ClusterUnavailable` or `ModelUnavailable`."""
    if not workspace.settings.ray:
        return nullcontext(LocalBackend(workspace.embedder))
    from index.cluster.opening import open_cluster  # imports Ray, which nothing else needs

    return open_cluster(workspace.settings, workspace.embedder_factory, workspace.embedder.identity)


def read_protection(root: Path, description: Description, settings: IndexSettings) -> Protection:
    """How the sources of a corpus are protected. Raises `PseudonymsRefused` or `WithdrawalsUnreadable`."""
    table = Pseudonyms.read(settings.pseudonyms, root) if settings.pseudonyms else Pseudonyms()
    named = (name for site in description.sites for name in site.names)
    harmless = tuple(sorted({*named, *description.harmless}))
    return Protection(table, settings.find_names, harmless, WithdrawalList.read(root, settings.data_dir))


@dataclass(frozen=True, slots=True)
class IndexState:
    """What a data folder holds: how often its index has changed (0: there is none yet), how many files are prepared for
    the next run to take up, and whether the fast copy of its vectors is whole."""

    generation: int = 0
    prepared: int = 0
    copied: bool = True


def index_state(workspace: Workspace) -> IndexState:
    """Return the state of a data folder. Raises `CorpusError` when it cannot be read."""
    with workspace:
        catalog = workspace.find_catalog()
        if catalog is None:
            return IndexState()
        with catalog.snapshot():
            return IndexState(catalog.generation, catalog.staged_count(), workspace.vectors.is_whole())


@dataclass(frozen=True, slots=True)
class RollbackResult:
    """The index is as it was before the last run; `not_copied` tells why the copy of its vectors could not follow."""

    not_copied: VectorsNotCopied | None


def roll_back_run(workspace: Workspace, progress: Progress = no_progress) -> RollbackResult | None:
    """Restore the index as it was before the last run; a second call undoes the first. Return `None` when there is no
    former state. Raises `CorpusError`."""
    with workspace:
        catalog = workspace.catalog
        with lock.only_run(workspace.data_dir / lock.RUN):
            model = catalog.meta("model")
            done = roll_back(catalog)
            # Excerpts embedded by another model than the former state's go: vectors of two models are never compared.
            excerpts = publish.excerpts(catalog) if model == catalog.meta("model") else []
            kept = {excerpt.id for excerpt in excerpts} - {excerpt.id for excerpt in publish.outdated(catalog)}
            publish.revoke(catalog, publish.ids(catalog) - kept)
            not_copied = _copy_vectors(workspace, progress)
        return RollbackResult(not_copied) if done else None


def _copy_vectors(workspace: Workspace, progress: Progress) -> VectorsNotCopied | None:
    if not workspace.catalog.generation:
        return None
    return workspace.vectors.follow(lambda done, total: progress(Step("Copie des vecteurs", done, total, "passage")))


def _untouched(
    root: Path,
    files: Sequence[PurePosixPath],
    catalog: Catalog | None,
    embedder: Embedder,
    protection: Protection,
) -> frozenset[str]:
    """The paths of files that look from outside as they did when they were indexed: they are not opened."""
    if catalog is None or catalog.meta("corpus") != str(root.resolve()) or needs_rebuild(catalog, embedder):
        return frozenset()
    known, now = catalog.stamps(), Stamps(root, protection)
    return frozenset(name for path in files if known.get(name := str(path)) and known[name] == now.of(path))


def _open_files(
    root: Path,
    files: Sequence[PurePosixPath],
    description: Description,
    protection: Protection,
    report: IndexReport,
    progress: Progress,
) -> Iterator[OpenedFile]:
    for number, path in enumerate(files, 1):
        try:
            yield open_file(root, path, description, protection)
        except UnreadableFile as error:
            report.fail(str(path), error)
        progress(Step("Lecture des fichiers", number, len(files), "fichier"))


def _of_files(catalog: Catalog) -> list[Source]:
    """The sources that files of the corpus stand for."""
    return [source for source in catalog.sources(Scope.TEAM) if not source.is_excerpt]


def _revoke_outdated(catalog: Catalog, report: IndexReport) -> None:
    """Take back the excerpts whose words the corpus does not hold any more."""
    gone = publish.outdated(catalog)
    publish.revoke(catalog, {excerpt.id for excerpt in gone})
    report.removed += [{"path": f"extraits/{excerpt.id}", "title": excerpt.title} for excerpt in gone]


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


def needs_rebuild(catalog: Catalog, embedder: Embedder) -> bool:
    """Return whether the index was made with another model, another chunking or other words, and so must be made
    anew."""
    return any(catalog.meta(key) != value for key, value in _identity(embedder).items())


def _follow(
    making: StagingContext, catalog: Catalog, root: Path, changes: Changes, opened: Sequence[OpenedFile]
) -> None:
    """Stage what is new and commit it, and report it. Nothing is committed when nothing differs."""
    report, run = making.report, Run(catalog, _identity(making.embedder))
    report.unchanged += [{"path": source.path} for source in changes.unchanged]
    already = {name: staged.digest for name, staged in run.staged().items()}
    kept = {one.id for one in changes.to_read if already.get(one.id) == one.file.digest}
    run.drop(keep=kept)
    notes = making.stage(run, [one for one in changes.to_read if one.id not in kept], len(kept))
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
    if needs_rebuild(catalog, making.embedder):
        gone = {source.id for source in changes.gone}
        for source in catalog.sources(Scope.TEAM):
            if source.id not in kept and source.id not in gone:
                making.stage_again(run, catalog, source)
    known = {"corpus": str(root.resolve())}
    if not catalog.meta(calibration.KEY) or catalog.meta("model") != making.embedder.identity:
        known[calibration.KEY] = str(Calibration.measure(making.embedder))
    if kept or changes.moved or changes.gone:
        making.progress(Step("Enregistrement", 0, 1))
        run.commit([source.id for source in changes.gone], **known)
        making.progress(Step("Enregistrement", 1, 1))
    elif any(catalog.meta(key) != value for key, value in known.items()):
        catalog.set_meta(**known)
    report.renamed += [{"path": after.path, "from": before.path} for before, after in changes.moved]
    report.removed += [{"path": source.path, "title": source.title} for source in changes.gone]
