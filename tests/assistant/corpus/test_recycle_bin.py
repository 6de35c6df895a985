"""Sources taken out of the corpus, put back, erased for good."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from assistant.errors import AuditRefused, CorpusRefused
from assistant.people.audit import AuditAction
from tests.assistant.corpus.conftest import FILES, Place
from tests.assistant.corpus.test_additions import REFUSED_AUDIT
from tests.index.builders import write

pytestmark = pytest.mark.process

PATH = "transcripts/serre.md"
MORE: dict[str, str | bytes] = {
    "transcripts/serre.md.meta.toml": 'title = "La serre"\n',
    "transcripts/serre.mp3": b"ID3 du son",
}


def remove(place: Place, path: str = PATH) -> None:
    removal = place.manager.removal(path)
    assert removal is not None and not removal.withdrawn
    place.manager.remove(removal, "ada")


def test_a_source_goes_to_the_bin_with_its_belongings_and_back(place: Place) -> None:
    write(place.root, MORE)
    before = place.files()
    remove(place)
    assert place.files() == before - {PATH, *MORE} and place.states()[PATH] == "gone"
    (entry,) = place.manager.bin.store.entries()
    assert (entry.who, entry.metadata["path"], entry.metadata["title"]) == ("ada", PATH, "La serre")
    assert {path.name for path in entry.folder.iterdir()} == {"serre.md", "serre.md.meta.toml", "serre.mp3"}
    assert str(place.manager.put_back(entry, "bea")) == PATH
    assert place.files() == before and place.manager.bin.store.entries() == []
    assert place.acts() == [AuditAction.REMOVED, AuditAction.PUT_BACK]


def test_a_source_is_not_put_back_over_another(place: Place) -> None:
    remove(place)
    (entry,) = place.manager.bin.store.entries()
    write(place.root, {PATH: "Un autre."})
    with pytest.raises(CorpusRefused, match="Un autre fichier"):
        place.manager.put_back(entry, "ada")
    assert (place.root / PATH).read_text() == "Un autre." and place.manager.bin.store.entries() == [entry]
    write(place.root, {PATH: FILES[PATH]})  # the very same: there is nothing left to do
    place.manager.put_back(entry, "ada")
    assert place.manager.bin.store.entries() == []


def test_a_source_is_not_put_back_under_a_description_that_is_not_its_own(place: Place) -> None:
    remove(place)
    (entry,) = place.manager.bin.store.entries()
    side = write(place.root, {f"{PATH}.meta.toml": 'visibility = "public"\n'}) / f"{PATH}.meta.toml"
    with pytest.raises(CorpusRefused, match=r"n’est pas la sienne.*Ôtez-la"):
        place.manager.put_back(entry, "ada")
    assert not (place.root / PATH).exists() and place.manager.bin.store.entries() == [entry]
    side.unlink()
    place.manager.put_back(entry, "ada")
    assert (place.root / PATH).read_text() == FILES[PATH]


def test_an_erased_file_leaves_no_byte_in_the_data_folder(place: Place) -> None:
    remove(place)
    (entry,) = place.manager.bin.store.entries()
    place.manager.erase(entry, "ada")
    assert [path for path in (place.data / "corbeille").rglob("*")] == []
    assert place.acts()[-1] is AuditAction.ERASED


def test_what_cannot_be_recorded_is_not_done(place: Place) -> None:
    removal = place.manager.removal(PATH)
    assert removal is not None
    place.refused.append(REFUSED_AUDIT)
    with pytest.raises(AuditRefused):
        place.manager.remove(removal, "ada")
    assert place.files() == set(FILES) and place.manager.bin.store.entries() == []
    place.refused.clear()
    place.manager.remove(removal, "ada")
    (entry,) = place.manager.bin.store.entries()
    place.refused.append(REFUSED_AUDIT)
    for act in (place.manager.put_back, place.manager.erase):
        with pytest.raises(AuditRefused):
            act(entry, "ada")
    assert place.manager.bin.store.entries() == [entry]


def test_a_corpus_that_cannot_be_written_keeps_its_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    removal = place.manager.removal(PATH)
    assert removal is not None

    def closed(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", closed)
        with pytest.raises(CorpusRefused, match="est resté dans le corpus"):
            place.manager.bin.remove(PurePosixPath(PATH), "La serre", "ada")
    assert place.files() == set(FILES) and place.manager.bin.store.entries() == []


@pytest.mark.parametrize(
    "path", ["", "absent.md", "../corpus.toml", "/etc/passwd", "corpus.toml", "extraits/x", "transcripts"]
)
def test_nothing_but_a_source_of_the_corpus_can_be_taken_out(path: str, place: Place) -> None:
    assert place.manager.removal(path) is None
    assert place.files() == set(FILES)


def test_a_source_whose_file_is_gone_already_has_nothing_to_take_out(place: Place) -> None:
    os.unlink(place.root / PATH)
    assert place.manager.removal(PATH) is None
