"""Adding to the corpus: what a person says of the files that wait is checked, then the files are put in their place."""

from __future__ import annotations

import os
import threading
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from assistant.corpus import folder, sidecar
from assistant.corpus.bin import Bin
from assistant.corpus.entry_store import Entry
from assistant.corpus.inbox import Inbox, RefusedFile
from assistant.corpus.safe import safe_name
from assistant.errors import CorpusRefused
from assistant.formatting import read_date
from assistant.people.audit import AuditAction
from index.errors import UnreadableFile, os_reason
from index.reading.metadata import SIDECAR, read_description
from index.reading.read import describes_corpus, source_id
from index.reading.text import tidy

Record = Callable[[str, AuditAction, Sequence[str]], None]
"""Notes who does what to which sources. Raises `AuditRefused`."""
HoldsWithdrawn = Callable[[PurePosixPath], bool]
"""Whether a file of the corpus holds what was withdrawn from the study. Raises `CorpusError` when nobody can tell."""
ADDED_NOTHING = "Rien n’a été ajouté\u00a0: les fichiers reçus attendent ici."
SEE = "Regardez la liste des sources."


@dataclass(frozen=True, slots=True)
class PlannedAddition:
    """What a person says of a file that waits: the name it is to have, its metadata, and whether it may take the place
    of one that is there."""

    entry: Entry
    name: str
    described: sidecar.SidecarMetadata
    replaces: bool = False

    @property
    def path(self) -> PurePosixPath:
        kind = self.described.kind if self.described.kind in folder.FOLDERS else "transcript"
        return folder.target(kind, self.name)


class Additions:
    """What is added over one corpus folder, `root`; what it replaces goes to the bin, unless it holds what was
    withdrawn. Threads may share it: `lock` is held by whoever changes the folder."""

    def __init__(
        self,
        holding: Inbox,
        kept: Bin,
        root: Callable[[], Path],
        record: Record,
        holds_withdrawn: HoldsWithdrawn,
        lock: threading.Lock,
    ) -> None:
        self.holding, self._bin, self.root, self._record = holding, kept, root, record
        self._holds_withdrawn, self._lock = holds_withdrawn, lock

    def sites(self) -> tuple[str, ...]:
        """The sites of the study. Raises `CorpusError`."""
        return tuple(site.name for site in read_description(self.root()).sites)

    def receive(self, sent: Sequence[tuple[str, BinaryIO]], who: str) -> tuple[list[Entry], list[RefusedFile]]:
        """Take in files that wait to be described. Raises `CorpusRefused` when nothing can be kept."""
        try:
            return self.holding.receive(sent, who)
        except OSError as error:
            raise CorpusRefused(
                f"Les fichiers n’ont pas pu être gardés ({os_reason(error)}).",
                "Rien n’a été ajouté. Réessayez.",
            ) from error

    def wanted(self, entry: Entry, given: Mapping[str, str]) -> PlannedAddition:
        """What a form says of an entry; what the file itself says wins, as it will when it is indexed."""
        guess, said = _texts(entry.said.get("guess")), _texts(entry.said.get("said"))
        values = {key: " ".join(tidy(given.get(key, guess.get(key, ""))).split()) for key in sidecar.FIELDS}
        values["date"] = read_date(values["date"]) or values["date"]
        name = safe_name(given.get("name", "") or entry.name)
        if PurePosixPath(name).suffix.lower() != PurePosixPath(entry.name).suffix.lower():
            name = safe_name(f"{name}{PurePosixPath(entry.name).suffix}")
        return PlannedAddition(
            entry, name, sidecar.SidecarMetadata(**{**values, **said}), given.get("replace") == "oui"
        )

    def troubles(self, wanted: Sequence[PlannedAddition]) -> dict[str, dict[str, str]]:
        """A French line for each field that is not as it should be, by entry. Raises `CorpusError`."""
        sites, told = frozenset(self.sites()), {}
        stems = {PurePosixPath(one.entry.name).stem: one for one in wanted if not one.entry.said.get("sound")}
        taken: dict[PurePosixPath, str] = {}
        for one in wanted:
            said = _texts(one.entry.said.get("said"))
            found = {} if one.entry.said.get("sound") else one.described.troubles(sites)
            found = {field: line for field, line in found.items() if field not in said}  # nobody can mend these here
            path = self._path_of(one, stems)
            if path is None:
                found["name"] = "Aucun entretien ne porte plus le nom de cet enregistrement. Écartez-le."
            elif describes_corpus(one.name, at_root=True):
                found["name"] = "Ce nom est celui d’un fichier qui décrit le corpus. Donnez-en un autre."
            elif path in taken:
                found["name"] = "Deux fichiers auraient le même nom. Donnez-en un autre à celui-ci."
            elif not one.replaces and self._is_taken(one, self.root() / path):
                found["replace"] = "Un autre fichier porte ce nom. Changez le nom, ou cochez «\u00a0Remplacer\u00a0»."
            if path is not None:
                taken[path] = one.entry.id
            if found:
                told[one.entry.id] = found
        return told

    def conflicts(self, wanted: PlannedAddition) -> bool:
        """Whether another file, or the same otherwise described, has the place that this one is to take."""
        path = self._path_of(wanted, {})
        return path is not None and self._is_taken(wanted, self.root() / path)

    def _is_taken(self, wanted: PlannedAddition, full: Path) -> bool:
        """The same file under the same description is what an adding that was cut short has left: it is done again."""
        if not os.path.lexists(full):
            return False
        side = full.with_name(f"{full.name}{SIDECAR}")
        sound = bool(wanted.entry.said.get("sound"))
        told = sound or not side.exists() or sidecar.read(side) == tomllib.loads(sidecar.text_of(wanted.described, {}))
        return not (told and folder.same(wanted.entry.file, full))

    def add(self, wanted: Sequence[PlannedAddition], who: str) -> list[PurePosixPath]:
        """Put into the corpus files whose form shows no trouble; those that they replace go to the bin, or are gone for
        good where they hold what was withdrawn. Raises `AuditRefused`, `CorpusError` or `CorpusRefused`: what was not
        added then waits still."""
        with self._lock:
            wait = [one for one in wanted if self.holding.kept.get(one.entry.id) is not None]
            if wanted and not wait:  # a form sent twice
                raise CorpusRefused("Ces fichiers n’attendent plus\u00a0: ils ont été ajoutés, ou écartés.", SEE)
            return self._add(wait, who)

    def _add(self, wanted: Sequence[PlannedAddition], who: str) -> list[PurePosixPath]:
        root = self.root()
        stems = {PurePosixPath(one.entry.name).stem: one for one in wanted if not one.entry.said.get("sound")}
        paths = {one.entry.id: path for one in wanted if (path := self._path_of(one, stems)) is not None}
        if reason := folder.closed(root):
            raise CorpusRefused(reason, ADDED_NOTHING)
        gone = self._to_erase([paths[one.entry.id] for one in wanted if one.replaces and one.entry.id in paths])
        self._record(
            who, AuditAction.ADDED, [source_id(paths[one.entry.id]) for one in wanted if one.entry.id in paths]
        )
        added: list[PurePosixPath] = []
        for one in sorted(wanted, key=lambda one: bool(one.entry.said.get("sound"))):
            path = paths.get(one.entry.id)
            if path is None:
                continue
            full = folder.inside(root, path)
            try:
                taken = self._is_taken(one, full)
                if taken and not one.replaces:
                    raise FileExistsError(full)
                kept = full.exists() and path not in gone
                before = sidecar.read(full.with_name(f"{full.name}{SIDECAR}")) if kept else {}
                if taken and path in gone:
                    self._record(who, AuditAction.ERASED, [source_id(path)])
                elif taken:
                    self._bin.keep(path, str(before.get("title") or full.name), who)
                text = None if one.entry.said.get("sound") else sidecar.text_of(one.described, before)
                public = one.described.visibility == "public"
                folder.put(one.entry.file, full, text, is_public=public, replacing=one.replaces)
            except FileExistsError as error:
                raise CorpusRefused(
                    f"Un autre fichier a pris le nom «\u00a0{path}\u00a0» entre-temps.", "Donnez un autre nom au vôtre."
                ) from error
            except OSError as error:
                done = f"{len(added)} sur {len(wanted)} sont ajoutés, les autres attendent ici" if added else ""
                raise folder.refused(root, error, done or ADDED_NOTHING.rstrip(".")) from error
            added.append(path)
            self.holding.kept.erase(one.entry.id)
        return added

    def _to_erase(self, paths: Sequence[PurePosixPath]) -> set[PurePosixPath]:
        """Those of these files, which are to be replaced, that hold what was withdrawn. Raises `CorpusRefused` when
        nobody can tell."""
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
        """Let go of files that wait. Raises `CorpusRefused`."""
        try:
            for name in ids:
                self.holding.kept.erase(name)
            self.holding.forget_refused()
        except OSError as error:
            raise CorpusRefused(
                f"Ces fichiers n’ont pas pu être effacés ({os_reason(error)}).", "Réessayez."
            ) from error

    def _path_of(self, one: PlannedAddition, stems: Mapping[str, PlannedAddition]) -> PurePosixPath | None:
        """Where a file is to lie: a recording, beside its transcript, whatever name that is given."""
        if not one.entry.said.get("sound"):
            return one.path
        stem, suffix = PurePosixPath(one.entry.name).stem, PurePosixPath(one.entry.name).suffix
        beside = stems[stem].path if stem in stems else self.holding.transcript_of(stem)
        return None if beside is None else beside.with_name(f"{beside.stem}{suffix}")


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(one) for key, one in value.items()} if isinstance(value, dict) else {}
