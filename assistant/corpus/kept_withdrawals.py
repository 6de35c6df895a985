"""What somebody who leaves the study said, sought in the files that wait to be added and in the bin: a search of bytes
does not see it in a compressed file, and neither is in the index."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assistant.corpus import run_result
from assistant.corpus.bin import path_of
from assistant.corpus.entry_store import Entry, EntryStore
from assistant.corpus.inbox import REFUSED
from assistant.corpus.inspection import names_recording
from assistant.corpus.sandbox import SandboxClient
from index.errors import UnreadableFile, WithdrawalRefused
from index.files import PRIVATE, write_atomic
from index.privacy.withdrawals import WithdrawalList
from index.reading import formats
from index.reading.metadata import SIDECAR
from index.store.schema import BIN, HOLDING, RUNS

_FOLLOWED = "retraits.json"
WHERE = {HOLDING: "les fichiers qui attendent d’être ajoutés", BIN: "la corbeille"}
"""What the page calls each place."""


@dataclass(frozen=True, slots=True)
class KeptFilesResult:
    """What was found in files that are kept: names of those that were erased, and of those that nobody can read, each
    with where it was."""

    erased: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """An entry, where it is, and whether it is whole."""

    place: str
    kept: EntryStore
    entry: Entry
    is_whole: bool = True

    @property
    def key(self) -> str:
        return f"{self.place}/{self.entry.id}"

    @property
    def path(self) -> PurePosixPath:
        """Where it was in the corpus, or would be: a transcript, as far as anyone can tell."""
        if self.place == BIN and self.is_whole:
            return path_of(self.entry)
        return PurePosixPath("transcripts", self.entry.name)

    def told(self) -> str:
        return f"{self.entry.name} ({WHERE[self.place]})"

    def erase(self) -> None:
        """Raises `OSError`."""
        if self.is_whole:
            self.kept.erase(self.entry.id)
        else:
            self.kept.erase_unfinished(self.entry)


def forget(data_dir: Path, withdrawn: WithdrawalList, examiner: Callable[[], SandboxClient]) -> KeptFilesResult:
    """Erase, of all that is kept, or is being received, the files that hold what was withdrawn, all of which is
    `withdrawn`; each is read by an `examiner`, since it may be made to harm whoever reads it, once for the same
    withdrawals. The report of the last run and what was refused, which may name it, go too. Raises `OSError`."""
    if not withdrawn.withdrawals:
        return KeptFilesResult()
    known, seen = _followed(data_dir)
    if not withdrawn.ids <= known:
        run_result.forget(data_dir / RUNS)
        (data_dir / HOLDING / REFUSED).unlink(missing_ok=True)
        seen = set()
    erased, unread, clean, sounds = list[_Kept](), list[_Kept](), list[_Kept](), list[_Kept]()
    with examiner() as reader:
        for one in _all(data_dir):
            if one.is_whole and one.key in seen:
                clean.append(one)
                continue
            texts = _texts(one.entry)
            if not texts:
                sounds.append(one)
                continue
            found = _found(reader, texts, one.path)
            (unread if found is None else erased if found else clean).append(one)
    stems = {file.stem for one in erased for file in _texts(one.entry)}
    for one in sounds:  # nobody reads a recording: it is known by the transcript that it goes with
        gone = PurePosixPath(one.entry.name).stem in stems or names_recording(withdrawn, one.path)
        (erased if gone else unread).append(one)
    for one in erased:
        one.erase()
    (data_dir / RUNS).mkdir(mode=0o700, exist_ok=True)
    followed = {"withdrawals": sorted(withdrawn.ids), "clean": sorted(one.key for one in clean if one.is_whole)}
    write_atomic(data_dir / RUNS / _FOLLOWED, json.dumps(followed), mode=PRIVATE)
    return KeptFilesResult(tuple(one.told() for one in erased), tuple(one.told() for one in unread))


def told_of_kept(error: WithdrawalRefused, what: str, data_dir: Path) -> WithdrawalRefused:
    """The refusal of what is in no index, with where files lie that no index holds either."""
    named, others = [], set()
    for one in _all(data_dir):
        others.add(WHERE[one.place])
        if what in (one.entry.name, str(one.entry.said.get("path", ""))):
            named.append(f"« {one.entry.name} » est dans {WHERE[one.place]} : effacez-le dans la page Corpus.")
    if not others:
        return error
    there = " et ".join(sorted(others))
    remedy = " ".join(named) or f"{error.remedy} Regardez aussi {there} (page Corpus), que l'index ne tient pas."
    return WithdrawalRefused(error.reason, remedy)


def _all(data_dir: Path) -> Iterator[_Kept]:
    """All that is kept in a data folder, and what is on its way there."""
    for place in WHERE:
        kept = EntryStore(data_dir / place)
        kept.sweep()
        unfinished = kept.unfinished()  # first: what is whole meanwhile is met again
        yield from (_Kept(place, kept, entry) for entry in kept.entries())
        yield from (_Kept(place, kept, entry, is_whole=False) for entry in unfinished if entry.folder.is_dir())


def _found(reader: SandboxClient, texts: list[Path], path: PurePosixPath) -> bool | None:
    """Whether one of the texts of an entry holds what was withdrawn; `None` when nobody can tell."""
    told: bool | None = False
    for file in texts:
        try:
            if reader.kept_holds_withdrawn(file, path):
                return True
        except UnreadableFile:
            told = None
    return told


def _texts(entry: Entry) -> list[Path]:
    """The files of an entry that a reader reads; recordings go with them."""
    with suppress(OSError):
        return [
            path
            for path in sorted(entry.folder.iterdir())
            if path.is_file() and not path.name.endswith(SIDECAR) and not formats.is_recording(path.suffix.lower())
        ]
    return []


def _followed(data_dir: Path) -> tuple[Set[str], Set[str]]:
    """The ids of the withdrawals that were looked for, and the keys of the entries where none of them is."""
    try:
        found = json.loads((data_dir / RUNS / _FOLLOWED).read_text(encoding="utf-8"))
        known, clean = found["withdrawals"], found["clean"]
        return {str(one) for one in known}, {str(one) for one in clean}
    except (OSError, ValueError, TypeError, KeyError):
        return set(), set()
