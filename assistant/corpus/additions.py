"""Adding files to the corpus: the form that describes each waiting file is checked, then the files are put in place."""

from __future__ import annotations

import os
import threading
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from assistant.corpus import folder, sidecar
from assistant.corpus.entry_store import Entry
from assistant.corpus.folder import safe_name
from assistant.corpus.inbox import Inbox, RefusedFile
from assistant.corpus.recycle_bin import Bin
from assistant.corpus.sidecar import SidecarMetadata
from assistant.errors import CorpusRefused
from assistant.formatting import read_date
from assistant.people.audit import AuditAction
from index.errors import UnreadableFile, os_reason
from index.reading.metadata import SIDECAR, read_description
from index.reading.read import describes_corpus, source_id
from index.reading.text import tidy

Record = Callable[[str, AuditAction, Sequence[str]], None]
"""Records in the audit trail who acts on which sources, given by id. Raises `AuditRefused`."""
HoldsWithdrawn = Callable[[PurePosixPath], bool]
"""Tells whether a file of the corpus holds withdrawn words. Raises `CorpusError` when it cannot be read."""
_ADDED_NOTHING = "Rien n’a été ajouté\u00a0: les fichiers reçus attendent ici."
_SEE_SOURCES = "Regardez la liste des sources."


@dataclass(frozen=True, slots=True)
class PlannedAddition:
    """A waiting file as a person described it: the name it is to have, its metadata, and whether it may replace a file
    that is there."""

    entry: Entry
    name: str
    sidecar: SidecarMetadata
    replaces: bool = False

    @property
    def path(self) -> PurePosixPath:
        """The path that the file is to have in the corpus."""
        kind = self.sidecar.kind if self.sidecar.kind in folder.FOLDERS else "transcript"
        return folder.target(kind, self.name)


class Additions:
    """The additions to one corpus folder, which `root` gives. A replaced file goes to the bin, unless it holds
    withdrawn words. Threads may share it: `lock` is held while the folder changes."""

    def __init__(
        self,
        inbox: Inbox,
        replaced: Bin,
        root: Callable[[], Path],
        record: Record,
        holds_withdrawn: HoldsWithdrawn,
        lock: threading.Lock,
    ) -> None:
        self.inbox, self._bin, self.root, self._record = inbox, replaced, root, record
        self._holds_withdrawn, self._lock = holds_withdrawn, lock

    def sites(self) -> tuple[str, ...]:
        """Return the names of the sites of the study. Raises `CorpusError`."""
        return tuple(site.name for site in read_description(self.root()).sites)

    def receive(self, sent: Sequence[tuple[str, BinaryIO]], who: str) -> tuple[list[Entry], list[RefusedFile]]:
        """Receive files, which then wait to be described; return the entries and the refusals. Raises `CorpusRefused`
        when nothing can be stored."""
        try:
            return self.inbox.receive(sent, who)
        except OSError as error:
            raise CorpusRefused(
                f"Les fichiers n’ont pas pu être gardés ({os_reason(error)}).",
                "Rien n’a été ajouté. Réessayez.",
            ) from error

    def plan(self, entry: Entry, form: Mapping[str, str]) -> PlannedAddition:
        """Return the addition that a form describes. The file's own header wins over the form, as it will when it is
        indexed; guesses fill what the form lacks."""
        guess, header = _texts(entry.metadata.get("guess")), _texts(entry.metadata.get("said"))
        values = {key: " ".join(tidy(form.get(key, guess.get(key, ""))).split()) for key in sidecar.FIELDS}
        values["date"] = read_date(values["date"]) or values["date"]
        name = safe_name(form.get("name", "") or entry.name)
        if PurePosixPath(name).suffix.lower() != PurePosixPath(entry.name).suffix.lower():
            name = safe_name(f"{name}{PurePosixPath(entry.name).suffix}")
        return PlannedAddition(entry, name, SidecarMetadata(**{**values, **header}), form.get("replace") == "oui")

    def problems(self, additions: Sequence[PlannedAddition]) -> dict[str, dict[str, str]]:
        """Return a French line for each field of the forms that must be corrected, by field, by entry id. Raises
        `CorpusError`."""
        sites, problems = frozenset(self.sites()), {}
        by_stem = _texts_by_stem(additions)
        taken: dict[PurePosixPath, str] = {}
        for addition in additions:
            found = self._field_problems(addition, sites)
            path = self._path_of(addition, by_stem)
            if path is None:
                found["name"] = "Aucun entretien ne porte plus le nom de cet enregistrement. Écartez-le."
            elif describes_corpus(addition.name, at_root=True):
                found["name"] = "Ce nom est celui d’un fichier qui décrit le corpus. Donnez-en un autre."
            elif path in taken:
                found["name"] = "Deux fichiers auraient le même nom. Donnez-en un autre à celui-ci."
            elif not addition.replaces and self._is_taken(addition, self.root() / path):
                found["replace"] = "Un autre fichier porte ce nom. Changez le nom, ou cochez «\u00a0Remplacer\u00a0»."
            if path is not None:
                taken[path] = addition.entry.id
            if found:
                problems[addition.entry.id] = found
        return problems

    def _field_problems(self, addition: PlannedAddition, sites: frozenset[str]) -> dict[str, str]:
        """Return the problems of the metadata, less those of the file's own header, which a form cannot correct."""
        if _is_sound(addition.entry):
            return {}
        header = _texts(addition.entry.metadata.get("said"))
        return {field: line for field, line in addition.sidecar.problems(sites).items() if field not in header}

    def conflicts(self, addition: PlannedAddition) -> bool:
        """Return whether another file, or the same file under another description, has the path of this addition."""
        path = self._path_of(addition, {})
        return path is not None and self._is_taken(addition, self.root() / path)

    def _is_taken(self, addition: PlannedAddition, full: Path) -> bool:
        """Return whether another file is at `full`. The same file under the same description is what an addition that
        was cut short has left: it may be done again."""
        if not os.path.lexists(full):
            return False
        side = full.with_name(f"{full.name}{SIDECAR}")
        same_description = (
            _is_sound(addition.entry)
            or not side.exists()
            or sidecar.read(side) == tomllib.loads(sidecar.text_of(addition.sidecar, {}))
        )
        return not (same_description and folder.same(addition.entry.file, full))

    def add(self, additions: Sequence[PlannedAddition], who: str) -> list[PurePosixPath]:
        """Put files into the corpus, whose forms show no problem, and return their paths. A file that is replaced goes
        to the bin, or is erased for good where it holds withdrawn words. Raises `AuditRefused`, `CorpusError` or
        `CorpusRefused`: the files that were not added then still wait."""
        with self._lock:
            waiting = [addition for addition in additions if self.inbox.store.get(addition.entry.id) is not None]
            if additions and not waiting:  # a form sent twice
                raise CorpusRefused(
                    "Ces fichiers n’attendent plus\u00a0: ils ont été ajoutés, ou écartés.", _SEE_SOURCES
                )
            return self._add(waiting, who)

    def _add(self, additions: Sequence[PlannedAddition], who: str) -> list[PurePosixPath]:
        root = self.root()
        by_stem = _texts_by_stem(additions)
        paths = {
            addition.entry.id: path for addition in additions if (path := self._path_of(addition, by_stem)) is not None
        }
        if reason := folder.closed(root):
            raise CorpusRefused(reason, _ADDED_NOTHING)
        placed = [addition for addition in additions if addition.entry.id in paths]
        withdrawn = self._withdrawn_among([paths[addition.entry.id] for addition in placed if addition.replaces])
        self._record(who, AuditAction.ADDED, [source_id(paths[addition.entry.id]) for addition in placed])
        added: list[PurePosixPath] = []
        for addition in sorted(placed, key=lambda addition: _is_sound(addition.entry)):
            path = paths[addition.entry.id]
            full = folder.inside(root, path)
            try:
                taken = self._is_taken(addition, full)
                if taken and not addition.replaces:
                    raise FileExistsError(full)
                kept = full.exists() and path not in withdrawn
                before = sidecar.read(full.with_name(f"{full.name}{SIDECAR}")) if kept else {}
                if taken and path in withdrawn:
                    self._record(who, AuditAction.ERASED, [source_id(path)])
                elif taken:
                    self._bin.keep(path, str(before.get("title") or full.name), who)
                text = None if _is_sound(addition.entry) else sidecar.text_of(addition.sidecar, before)
                public = addition.sidecar.visibility == "public"
                folder.put(addition.entry.file, full, text, is_public=public, replacing=addition.replaces)
            except FileExistsError as error:
                raise CorpusRefused(
                    f"Un autre fichier a pris le nom «\u00a0{path}\u00a0» entre-temps.", "Donnez un autre nom au vôtre."
                ) from error
            except OSError as error:
                done = f"{len(added)} sur {len(additions)} sont ajoutés, les autres attendent ici" if added else ""
                raise folder.refused(root, error, done or _ADDED_NOTHING.rstrip(".")) from error
            added.append(path)
            self.inbox.store.erase(addition.entry.id)
        return added

    def _withdrawn_among(self, paths: Sequence[PurePosixPath]) -> set[PurePosixPath]:
        """Return those of these files, which are to be replaced, that hold withdrawn words. Raises `CorpusRefused` when
        one cannot be read."""
        found = set()
        for path in paths:
            try:
                if os.path.lexists(self.root() / path) and self._holds_withdrawn(path):
                    found.add(path)
            except UnreadableFile as error:
                raise CorpusRefused(
                    f"«\u00a0{path}\u00a0» ne peut pas être lu, et contient peut-être ce qui a été retiré de "
                    "l’étude\u00a0: rien n’a été ajouté.",
                    "Mettez-le d’abord à la corbeille, ou effacez-le, depuis la liste des sources.",
                ) from error
        return found

    def discard(self, ids: Sequence[str]) -> None:
        """Erase waiting files, by the ids of their entries, and the refusals of the last upload. Raises
        `CorpusRefused`."""
        try:
            for entry_id in ids:
                self.inbox.store.erase(entry_id)
            self.inbox.forget_refused()
        except OSError as error:
            raise CorpusRefused(
                f"Ces fichiers n’ont pas pu être effacés ({os_reason(error)}).", "Réessayez."
            ) from error

    def _path_of(self, addition: PlannedAddition, by_stem: Mapping[str, PlannedAddition]) -> PurePosixPath | None:
        """Return the path that a file is to have. A recording lies beside its transcript, whatever name that is given;
        `None` where it has none, neither among the additions `by_stem` nor in the corpus."""
        if not _is_sound(addition.entry):
            return addition.path
        name = PurePosixPath(addition.entry.name)
        beside = by_stem[name.stem].path if name.stem in by_stem else self.inbox.transcript_of(name.stem)
        return None if beside is None else beside.with_name(f"{beside.stem}{name.suffix}")


def _is_sound(entry: Entry) -> bool:
    """Return whether a waiting file is a recording."""
    return bool(entry.metadata.get("sound"))


def _texts_by_stem(additions: Sequence[PlannedAddition]) -> dict[str, PlannedAddition]:
    """Return the additions that are no recordings, by the stem of the name that they were received under."""
    return {
        PurePosixPath(addition.entry.name).stem: addition for addition in additions if not _is_sound(addition.entry)
    }


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(text) for key, text in value.items()} if isinstance(value, dict) else {}
