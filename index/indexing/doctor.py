"""Health checks of an index: each gives what was seen, and how to repair it. They change nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import CorpusError
from index.language import french
from index.reading.chunk import CHUNKING
from index.reading.metadata import read_description
from index.reading.read import list_files
from index.store.catalog import Catalog
from index.store.chroma import CopyUnusable
from index.store.schema import FULL_TEXT, VERSION
from index.store.workspace import Workspace
from index.types import Scope

_ROOM = 1_000_000_000  # free bytes under which an index run may fail


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """The result of a check: its subject, whether it is well, what was seen, and how to repair it (empty when it is
    well). All texts are French."""

    subject: str
    well: bool
    seen: str
    remedy: str = ""


def run_checks(workspace: Workspace) -> list[HealthCheck]:
    """Check the data folder, the catalog, the copy of its vectors, the model and the corpus."""
    settings = workspace.settings
    findings = [_room(settings.data_dir, "Dossier de données"), _room(settings.models_dir, "Dossier des modèles")]
    with workspace:
        try:
            catalog = workspace.catalog
        except CorpusError as error:
            return [*findings, HealthCheck("Index", False, error.reason, error.remedy)]
        if not catalog.generation:
            seen = "Aucune indexation n'est encore allée à son terme."
            return [*findings, HealthCheck("Index", False, seen, "Relancez : assistant index.")]
        for subject, check in (
            ("Fichier de l'index", lambda: _file(catalog)),
            ("Passages et sources", lambda: _orphans(catalog)),
            ("Recherche par mots", lambda: _full_text(catalog)),
            ("Copie des vecteurs", lambda: _copy(workspace)),
            ("Copies sur un serveur", lambda: _elsewhere(workspace)),
            ("Dernière indexation", lambda: _run(catalog)),
            ("Modèle d'embedding", lambda: _model(workspace)),
            ("Version de l'index", lambda: _version(catalog)),
            ("Dossier du corpus", lambda: _corpus(catalog)),
        ):
            findings += _checked(subject, check)
    return findings


def _checked(subject: str, check: Callable[[], Iterator[HealthCheck]]) -> list[HealthCheck]:
    """Return the results of a check; an error that it raises is one of them."""
    try:
        return list(check())
    except CorpusError as error:
        return [HealthCheck(subject, False, error.reason, error.remedy)]
    except CopyUnusable:
        seen = "Ne s'ouvre pas (abîmée, ou dans un dossier en lecture seule) ; les réponses restent exactes."
        return [HealthCheck(subject, False, seen, "Rendez le dossier inscriptible, puis relancez : assistant index.")]
    except sqlite3.DatabaseError as error:
        return [
            HealthCheck(
                subject, False, f"Illisible ({error}).", "Indexez de nouveau dans un autre dossier (--data-dir)."
            )
        ]


def _room(folder: Path, subject: str) -> HealthCheck:
    """Check that a folder, or the first one above it that exists, can be written and has room."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(there, os.W_OK):
        return HealthCheck(subject, False, f"« {there} » ne peut pas être écrit.", "Donnez-vous le droit d'écriture.")
    free = shutil.disk_usage(there).free
    seen = f"{free // 1_000_000} Mo libres."
    return HealthCheck(subject, free >= _ROOM, seen, "" if free >= _ROOM else "Libérez de la place sur ce disque.")


def _file(catalog: Catalog) -> Iterator[HealthCheck]:
    with catalog.snapshot() as connection:
        verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
    well = verdict == "ok"
    remedy = "" if well else "Restaurez une sauvegarde, ou indexez de nouveau dans un autre dossier (--data-dir)."
    yield HealthCheck("Fichier de l'index", well, "Sain." if well else f"Abîmé ({verdict}).", remedy)


def _orphans(catalog: Catalog) -> Iterator[HealthCheck]:
    with catalog.snapshot() as connection:
        alone = len(connection.execute("PRAGMA foreign_key_check").fetchall())
    seen = f"Sans source : {alone}." if alone else "Tous les passages ont leur source."
    remedy = "Indexez de nouveau dans un autre dossier (--data-dir)." if alone else ""
    yield HealthCheck("Passages et sources", not alone, seen, remedy)


def _full_text(catalog: Catalog) -> Iterator[HealthCheck]:
    with catalog.snapshot() as connection:
        for scope, table in FULL_TEXT.items():
            held = connection.execute(f"SELECT count(*) FROM {table}_docsize").fetchone()[0]
            live = catalog.passage_count(scope)
            well = held == live
            remedy = "" if well else "Indexez de nouveau dans un autre dossier (--data-dir)."
            yield HealthCheck(f"Recherche par mots ({scope.value})", well, f"{held} passages sur {live}.", remedy)


def _copy(workspace: Workspace) -> Iterator[HealthCheck]:
    vectors = workspace.vectors
    try:
        compared, waiting = vectors.count_differences(), vectors.queued_count()
    except CopyUnusable as error:
        if not vectors.place:
            raise
        seen, remedy = vectors.failure_reason(error)
        sentence = f"{seen[0].upper()}{seen[1:]}\u00a0; les réponses restent exactes, mais plus lentes."
        yield HealthCheck("Copie des vecteurs", False, sentence, remedy)
        return
    if compared is None:
        seen, well = "À refaire ; les réponses restent exactes, mais plus lentes.", False
    else:
        seen, well = f"Vecteurs manquants : {compared[0]} ; en trop : {compared[1]}.", compared == (0, 0)
        seen += f" Sur le serveur Chroma {vectors.place}." if vectors.place else ""
        seen += f" En attente\u00a0: {waiting}, que chaque question parcourt." if waiting else ""
    yield HealthCheck("Copie des vecteurs", well, seen, "" if well else "Relancez : assistant index.")


def _elsewhere(workspace: Workspace) -> Iterator[HealthCheck]:
    for place, name in workspace.vectors.stray_copies():
        seen = f"Le serveur Chroma {place} garde peut-être d’anciens vecteurs, dans les collections {name}-…"
        remedy = (
            "Si aucun autre dossier ne s’en sert, supprimez-les (voir docs/chroma.md), puis lancez assistant index "
            "avec les réglages de ce serveur."
        )
        yield HealthCheck("Copies sur un serveur", False, seen, remedy)


def _run(catalog: Catalog) -> Iterator[HealthCheck]:
    waiting = catalog.staged_count()
    seen = f"Interrompue : {waiting} sources attendent d'être enregistrées." if waiting else "Terminée."
    yield HealthCheck("Dernière indexation", not waiting, seen, "Relancez : assistant index." if waiting else "")


def _model(workspace: Workspace) -> Iterator[HealthCheck]:
    catalog, embedder = workspace.catalog, workspace.embedder
    size = embedder.embed_question("essai").size
    if catalog.meta("model") != embedder.identity:
        seen = f"L'index a été fait avec {catalog.meta('model') or 'un autre modèle'}."
        yield HealthCheck("Modèle d'embedding", False, seen, "Relancez assistant index, ou remettez ce modèle.")
        return
    _, stored = catalog.sample_vectors(Scope.TEAM, 1)
    well = not stored.size or stored.shape[1] == size
    seen = f"{embedder.identity}, {size} dimensions."
    yield HealthCheck("Modèle d'embedding", well, seen, "" if well else "Relancez assistant index avec ce modèle.")


def _version(catalog: Catalog) -> Iterator[HealthCheck]:
    now = {"chunking": CHUNKING, "words": french.VERSION}
    old = [
        f"{catalog.meta(key) or 'inconnu'} au lieu de {value}"
        for key, value in now.items()
        if catalog.meta(key) != value
    ]
    seen = f"Passages ou mots d'une autre version ({', '.join(old)})." if old else f"Format {VERSION}, {CHUNKING}."
    yield HealthCheck("Version de l'index", not old, seen, "Relancez : assistant index." if old else "")


def _corpus(catalog: Catalog) -> Iterator[HealthCheck]:
    root = Path(catalog.meta("corpus"))
    files = list_files(root)
    read_description(root)
    yield HealthCheck("Dossier du corpus", True, f"{len(files)} fichiers dans « {root} ».")
