"""The search for withdrawn words in the files of the inbox and of the bin. A search of bytes does not see them in a
compressed file, and the index holds neither."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assistant.corpus import run_result
from assistant.corpus.entry_store import Entry, EntryStore
from assistant.corpus.inbox import REFUSED
from assistant.corpus.inspection import names_recording
from assistant.corpus.recycle_bin import path_of
from assistant.corpus.sandbox import SandboxClient
from index.errors import UnreadableFile, WithdrawalRefused
from index.files import PRIVATE, write_atomic
from index.privacy.withdrawals import WithdrawalList
from index.reading import formats
from index.reading.metadata import SIDECAR
from index.store.schema import BIN, HOLDING, RUNS

_SEARCHED = "retraits.json"
_FRENCH_NAMES = {HOLDING: "les fichiers qui attendent d’être ajoutés", BIN: "la corbeille"}
"""The name that the page gives to each folder of kept files."""


@dataclass(frozen=True, slots=True)
class KeptFilesResult:
    """The outcome of a search of the kept files: the names of those that were erased, and of those that cannot be read,
    each with where it was."""

    erased: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _KeptEntry:
    """An entry of the inbox or of the bin, and whether it is whole."""

    place: str
    store: EntryStore
    entry: Entry
    is_whole: bool = True

    @property
    def key(self) -> str:
        return f"{self.place}/{self.entry.id}"

    @property
    def path(self) -> PurePosixPath:
        """The path that the file had in the corpus, or would have, which is that of a transcript."""
        if self.place == BIN and self.is_whole:
            return path_of(self.entry)
        return PurePosixPath("transcripts", self.entry.name)

    @property
    def label(self) -> str:
        """Its name and its place, in French."""
        return f"{self.entry.name} ({_FRENCH_NAMES[self.place]})"

    def erase(self) -> None:
        """Erase the entry. Raises `OSError`."""
        if self.is_whole:
            self.store.erase(self.entry.id)
        else:
            self.store.erase_unfinished(self.entry)


def erase_withdrawn(
    data_dir: Path, withdrawn: WithdrawalList, open_sandbox: Callable[[], SandboxClient]
) -> KeptFilesResult:
    """Erase the files of the inbox and of the bin, or on their way there, that hold withdrawn words; `withdrawn` is
    the whole list. Each is read in a sandbox, since it may be made to harm its reader, once for the same withdrawals.
    The report of the last run and the refusals of the last upload, which may name it, are erased too. Raises
    `OSError`."""
    if not withdrawn.withdrawals:
        return KeptFilesResult()
    known, searched = _already_searched(data_dir)
    if not withdrawn.ids <= known:
        run_result.forget(data_dir / RUNS)
        (data_dir / HOLDING / REFUSED).unlink(missing_ok=True)
        searched = set()
    erased, unread = list[_KeptEntry](), list[_KeptEntry]()
    clean, sounds = list[_KeptEntry](), list[_KeptEntry]()
    with open_sandbox() as sandbox:
        for kept in _all_kept(data_dir):
            if kept.is_whole and kept.key in searched:
                clean.append(kept)
                continue
            texts = _texts(kept.entry)
            if not texts:
                sounds.append(kept)
                continue
            found = _holds_withdrawn(sandbox, texts, kept.path)
            (unread if found is None else erased if found else clean).append(kept)
    stems = {file.stem for kept in erased for file in _texts(kept.entry)}
    for kept in sounds:  # a recording is not read: it is known by the transcript that it goes with
        gone = PurePosixPath(kept.entry.name).stem in stems or names_recording(withdrawn, kept.path)
        (erased if gone else unread).append(kept)
    for kept in erased:
        kept.erase()
    (data_dir / RUNS).mkdir(mode=0o700, exist_ok=True)
    done = {"withdrawals": sorted(withdrawn.ids), "clean": sorted(kept.key for kept in clean if kept.is_whole)}
    write_atomic(data_dir / RUNS / _SEARCHED, json.dumps(done), mode=PRIVATE)
    return KeptFilesResult(tuple(kept.label for kept in erased), tuple(kept.label for kept in unread))


def with_locations(error: WithdrawalRefused, name: str, data_dir: Path) -> WithdrawalRefused:
    """Return the refusal of a name that is in no index, with the places of the kept files of that name, or of others,
    which no index holds either."""
    remedies, places = [], set()
    for kept in _all_kept(data_dir):
        place = _FRENCH_NAMES[kept.place]
        places.add(place)
        if name in (kept.entry.name, str(kept.entry.metadata.get("path", ""))):
            remedies.append(f"« {kept.entry.name} » est dans {place} : effacez-le dans la page Corpus.")
    if not places:
        return error
    listed = " et ".join(sorted(places))
    remedy = " ".join(remedies) or f"{error.remedy} Regardez aussi {listed} (page Corpus), que l'index ne tient pas."
    return WithdrawalRefused(error.reason, remedy)


def _all_kept(data_dir: Path) -> Iterator[_KeptEntry]:
    """Yield the entries of the inbox and of the bin of a data folder, unfinished ones included."""
    for place in _FRENCH_NAMES:
        store = EntryStore(data_dir / place)
        store.sweep()
        unfinished = store.unfinished()  # listed first: an entry that is finished meanwhile is met again, whole
        yield from (_KeptEntry(place, store, entry) for entry in store.entries())
        yield from (_KeptEntry(place, store, entry, is_whole=False) for entry in unfinished if entry.folder.is_dir())


def _holds_withdrawn(sandbox: SandboxClient, texts: list[Path], path: PurePosixPath) -> bool | None:
    """Return whether a text of an entry holds withdrawn words; `None` when one cannot be read and no other does."""
    found: bool | None = False
    for file in texts:
        try:
            if sandbox.kept_holds_withdrawn(file, path):
                return True
        except UnreadableFile:
            found = None
    return found


def _texts(entry: Entry) -> list[Path]:
    """Return the files of an entry that are neither recordings nor sidecars."""
    with suppress(OSError):
        return [
            path
            for path in sorted(entry.folder.iterdir())
            if path.is_file() and not path.name.endswith(SIDECAR) and not formats.is_recording(path.suffix.lower())
        ]
    return []


def _already_searched(data_dir: Path) -> tuple[Set[str], Set[str]]:
    """Return the ids of the withdrawals that were searched for, and the keys of the entries that hold none of them."""
    try:
        done = json.loads((data_dir / RUNS / _SEARCHED).read_text(encoding="utf-8"))
        return {str(name) for name in done["withdrawals"]}, {str(key) for key in done["clean"]}
    except (OSError, ValueError, TypeError, KeyError):
        return set(), set()
