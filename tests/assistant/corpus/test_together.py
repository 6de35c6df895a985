"""Two people, or a form sent twice, at once."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from assistant.corpus.entry_store import EntryStore
from assistant.errors import CorpusRefused
from index import files
from tests.assistant.corpus.conftest import FILES, Place
from tests.assistant.corpus.test_additions import wanted
from tests.assistant.corpus.test_entry_store import fill
from tests.assistant.corpus.test_recycle_bin import PATH

pytestmark = pytest.mark.process

OPEN, RESERVED = "# Note\n\nLe portail ouvre à huit heures le samedi.", "# Note\n\nElle a dit cela à l’équipe seule."


def test_two_people_who_add_the_same_name_at_once_never_open_each_other_s_text(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.send("ada", note__md=OPEN)
    place.send("bea", note__md=RESERVED)
    first, second = wanted(place, visibility="public")[0], wanted(place, visibility="team")[1]
    assert first.entry.file.read_text() == OPEN and second.entry.file.read_text() == RESERVED
    written, done, refused = threading.Event(), threading.Event(), list[CorpusRefused]()

    def add_second() -> None:
        try:
            place.manager.additions.add([second], "bea")
        except CorpusRefused as error:
            refused.append(error)

    other, sync = threading.Thread(target=add_second), files._sync

    def interleaved(aside: IO[bytes]) -> None:
        sync(aside)
        text = Path(aside.name).read_text()
        if text == OPEN:
            other.start()
            written.wait(1)
        elif text == RESERVED:
            written.set()
            done.wait(1)

    monkeypatch.setattr(files, "_sync", interleaved)
    place.manager.additions.add([first], "ada")
    done.set()
    other.join(10)
    assert (place.root / "documents/note.md").read_text() == OPEN
    assert 'visibility = "public"' in (place.root / "documents/note.md.meta.toml").read_text()
    assert len(refused) == 1 and "entre-temps" in str(refused[0])
    assert [entry.file.read_text() for entry in place.manager.additions.inbox.store.entries()] == [RESERVED]
    assert {path.name for path in (place.root / "documents").iterdir()} == {
        "charte.md", "note.md", "note.md.meta.toml"
    }  # fmt: skip


def test_a_form_sent_twice_adds_once_and_says_so(place: Place) -> None:
    place.send(note__md=OPEN)
    chosen = wanted(place)
    place.manager.additions.add(chosen, "ada")
    with pytest.raises(CorpusRefused, match="n’attendent plus"):
        place.manager.additions.add(chosen, "ada")
    assert len(place.acts()) == 1 and place.files() == {*FILES, "documents/note.md", "documents/note.md.meta.toml"}


def test_the_same_file_described_otherwise_meanwhile_does_not_become_public(place: Place) -> None:
    place.send("ada", note__md=OPEN)
    place.send("bea", note__md=OPEN)
    first, second = wanted(place)[0], wanted(place, visibility="public")[1]
    assert place.manager.additions.problems([second]) == {}
    place.manager.additions.add([first], "ada")
    with pytest.raises(CorpusRefused, match="entre-temps"):
        place.manager.additions.add([second], "bea")
    assert 'visibility = "team"' in (place.root / "documents/note.md.meta.toml").read_text()


def adding(place: Place) -> Callable[[], object]:
    place.send(note__md=OPEN)
    chosen = wanted(place)
    return lambda: place.manager.additions.add(chosen, "ada")


def removing(place: Place) -> Callable[[], object]:
    removal = place.manager.removal("documents/charte.md")
    assert removal is not None
    return lambda: place.manager.remove(removal, "ada")


def putting_back(place: Place) -> Callable[[], object]:
    removal = place.manager.removal(PATH)
    assert removal is not None
    place.manager.remove(removal, "ada")
    (entry,) = place.manager.bin.store.entries()
    return lambda: place.manager.put_back(entry, "ada")


@pytest.mark.parametrize("make", [adding, removing, putting_back])
def test_one_thread_changes_the_folder_at_a_time(make: Callable[[Place], Callable[[], object]], place: Place) -> None:
    act = make(place)
    before = place.files()
    thread = threading.Thread(target=act)
    with place.manager._lock:
        thread.start()
        thread.join(0.2)
        assert thread.is_alive() and place.files() == before
    thread.join(10)
    assert not thread.is_alive() and place.files() != before


def test_two_processes_may_erase_an_entry_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, erase = EntryStore(tmp_path / "depot"), shutil.rmtree
    entry, later = kept.add(fill), kept.add(fill)

    def both(path: Path, ignore_errors: bool = False) -> None:
        erase(path, ignore_errors=True)  # the other is faster
        erase(path, ignore_errors=ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", both)
    kept.erase(entry.id)
    assert kept.entries() == [later]

    def refused(path: Path, ignore_errors: bool = False) -> Any:
        if not ignore_errors:
            raise PermissionError(13, "")

    monkeypatch.setattr(shutil, "rmtree", refused)
    with pytest.raises(PermissionError):
        kept.erase(later.id)
