"""Indexing of a corpus folder: the files that changed are read, cut, embedded and staged, then committed at once.

Killed before the commit, a run leaves the index as it was, and the next one resumes from what was staged; killed after
it, the next one finishes the fast copy of the vectors, without which answers are slower but exact."""

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

_MANY = 0.1  # share of the sources above which a removal asks for a confirmation


def build(
    root: Path,
    workspace: Workspace,
    progress: Progress = no_progress,
    *,
    confirmed: bool = False,
) -> IndexReport:
    """Update the index of `workspace` from the folder `root`.

    Raises `CorpusError`, and then nothing was changed; among them, `TooManyRemoved` unless `confirmed`. A file that
    cannot be read is reported, and the index keeps the source that it had made of it. When the run is interrupted
    (`KeyboardInterrupt`), the index is as before or as after, which `index_state` tells, and the next run resumes."""
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
    context: StagingContext, root: Path, files: Sequence[PurePosixPath], workspace: Workspace, confirmed: bool
) -> None:
    """Read those of `files` that may have changed, and commit those that did."""
    embedder, report, progress, protection = context.embedder, context.report, context.progress, context.protection
    catalog = workspace.find_catalog()
    untouched = _untouched(root, files, catalog, embedder, protection)
    to_open = [path for path in files if str(path) not in untouched]
    opened = list(_open_files(root, to_open, context.description, protection, report, progress))
    is_new = catalog is None
    if catalog is None and opened:
        prepare(context.workers, progress)  # first: should it fail, there is no data folder yet
        catalog = workspace.create_catalog({"corpus": str(root.resolve())})
    if catalog is not None:
        with lock.only_run(workspace.data_dir / lock.RUN):
            _check_corpus(catalog, root, opened)
            protection = replace(protection, withdrawn=workspace.withdrawals(root))  # as they are under the lock
            apply_withdrawals(catalog, protection.withdrawn, None if needs_rebuild(catalog, embedder) else embedder)
            anew = needs_rebuild(catalog, embedder)
            changes = compare(_file_sources(catalog), files, opened, anew, untouched)
            _check_removed(catalog, changes, confirmed)
            _apply(replace(context, protection=protection), catalog, root, changes, opened)
            _revoke_outdated(catalog, report)
            if (not_copied := _copy_vectors(workspace, progress)) is not None:
                report.fail(str(workspace.data_dir), not_copied)
        report.passages = catalog.passage_count(Scope.TEAM)
        if is_new and catalog.generation == 0:
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
    """Return how the sources of a corpus are protected. Raises `PseudonymsRefused` or `WithdrawalsUnreadable`."""
    table = Pseudonyms.read(settings.pseudonyms, root) if settings.pseudonyms else Pseudonyms()
    named = (name for site in description.sites for name in site.names)
    harmless = tuple(sorted({*named, *description.harmless}))
    return Protection(table, settings.find_names, harmless, WithdrawalList.read(root, settings.data_dir))


@dataclass(frozen=True, slots=True)
class IndexState:
    """The state of a data folder: the generation of its index, which grows with each change (0: there is none yet), the
    number of files that are staged for the next run, and whether the fast copy of its vectors is whole."""

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
            return IndexState(catalog.generation, catalog.staged_count(), workspace.vectors.is_up_to_date())


@dataclass(frozen=True, slots=True)
class RollbackResult:
    """The result of a rollback: the index is as it was before the last run; `not_copied` is why the copy of its vectors
    could not follow."""

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
    """Make the copy of the vectors follow the catalog; return why it could not."""
    if not workspace.catalog.generation:
        return None
    return workspace.vectors.try_synchronise(
        lambda done, total: progress(Step("Copie des vecteurs", done, total, "passage"))
    )


def _untouched(
    root: Path,
    files: Sequence[PurePosixPath],
    catalog: Catalog | None,
    embedder: Embedder,
    protection: Protection,
) -> frozenset[str]:
    """Return the paths of the files whose stamps are those of when they were indexed: they are not opened."""
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
    """Yield the files that can be opened, and report the others."""
    for number, path in enumerate(files, 1):
        try:
            yield open_file(root, path, description, protection)
        except UnreadableFile as error:
            report.fail(str(path), error)
        progress(Step("Lecture des fichiers", number, len(files), "fichier"))


def _file_sources(catalog: Catalog) -> list[Source]:
    """Return the sources that were made of files of the corpus."""
    return [source for source in catalog.sources(Scope.TEAM) if not source.is_excerpt]


def _revoke_outdated(catalog: Catalog, report: IndexReport) -> None:
    """Revoke the excerpts whose words the corpus does not hold any more."""
    revoked = publish.outdated(catalog)
    publish.revoke(catalog, {excerpt.id for excerpt in revoked})
    report.removed += [{"path": f"extraits/{excerpt.id}", "title": excerpt.title} for excerpt in revoked]


def _check_corpus(catalog: Catalog, root: Path, opened: Sequence[OpenedFile]) -> None:
    """Raise `DataFolderRefused` for another corpus than the indexed one; a corpus that was moved keeps most of its
    files."""
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
    """Raise `TooManyRemoved` when too many sources would be removed, unless `confirmed`."""
    total = catalog.source_count()
    if not confirmed and len(changes.gone) > max(1, _MANY * total):
        raise TooManyRemoved(
            f"Cette indexation retirerait {len(changes.gone)} sources sur {total}, qui ne sont plus dans le dossier.",
            "Si c'est voulu, relancez avec --yes.",
        )


def _identity(embedder: Embedder) -> dict[str, str]:
    """Return the `meta` values that two sources must share to be in one index."""
    return {"model": embedder.identity, "chunking": CHUNKING, "words": french.VERSION}


def needs_rebuild(catalog: Catalog, embedder: Embedder) -> bool:
    """Return whether the index was made with another model, another chunking or other words, and so must be
    rebuilt."""
    return any(catalog.meta(key) != value for key, value in _identity(embedder).items())


def _apply(
    context: StagingContext, catalog: Catalog, root: Path, changes: Changes, opened: Sequence[OpenedFile]
) -> None:
    """Stage the changes, commit them, and report them. Nothing is committed when nothing differs."""
    report, run = context.report, Run(catalog, _identity(context.embedder))
    report.unchanged += [{"path": source.path} for source in changes.unchanged]
    already = {name: staged.digest for name, staged in run.staged().items()}
    kept = {pending.id for pending in changes.to_read if already.get(pending.id) == pending.file.digest}
    run.drop(keep=kept)
    notes = context.stage(run, [pending for pending in changes.to_read if pending.id not in kept], len(kept))
    kept |= notes.keys()
    staged = run.staged()
    for pending in changes.to_read:
        if pending.id in kept:
            line: dict[str, object] = {
                "path": str(pending.file.path),
                "title": staged[pending.id].title,
                "passages": staged[pending.id].size,
            }
            if notes.get(pending.id):
                line["notes"] = list(notes[pending.id])
            (report.changed if pending.replaces else report.added).append(line)
    stamps = {str(file.path): file.stamp for file in opened}
    for _, after in changes.moved:
        run.stage_copy(after, stamps[after.path])
    run.restamp({source.id: stamps[source.path] for source in changes.unchanged if source.path in stamps})
    if needs_rebuild(catalog, context.embedder):
        gone = {source.id for source in changes.gone}
        for source in catalog.sources(Scope.TEAM):
            if source.id not in kept and source.id not in gone:
                context.stage_again(run, catalog, source)
    meta = {"corpus": str(root.resolve())}
    if not catalog.meta(calibration.KEY) or catalog.meta("model") != context.embedder.identity:
        meta[calibration.KEY] = str(Calibration.measure(context.embedder))
    if kept or changes.moved or changes.gone:
        context.progress(Step("Enregistrement", 0, 1))
        run.commit([source.id for source in changes.gone], **meta)
        context.progress(Step("Enregistrement", 1, 1))
    elif any(catalog.meta(key) != value for key, value in meta.items()):
        catalog.set_meta(**meta)
    report.renamed += [{"path": after.path, "from": before.path} for before, after in changes.moved]
    report.removed += [{"path": source.path, "title": source.title} for source in changes.gone]
