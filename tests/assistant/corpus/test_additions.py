"""Files received, refused one by one, described and put into the corpus."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.corpus import inbox
from assistant.corpus.additions import PlannedAddition
from assistant.corpus.sandbox import SandboxClient
from assistant.errors import AuditRefused, CorpusRefused
from assistant.people.audit import AuditAction
from index.errors import UnreadableFile
from tests.assistant.corpus.conftest import COMMAND, FILES, INTERVIEW, MakePlace, Place
from tests.index.builders import write
from tests.index.reading.documents.word_builders import package

pytestmark = pytest.mark.process

REFUSED_AUDIT = AuditRefused("Le journal est fermé.", "Ouvrez-le.")


def wanted(place: Place, **given: str) -> list[PlannedAddition]:
    """Return the additions of all waiting files, described by their guesses and these values."""
    entries = place.manager.additions.inbox.store.entries()
    return [place.manager.additions.plan(entry, given) for entry in entries]


def guess(place: Place, name: str) -> Mapping[str, str]:
    entry = next(entry for entry in place.manager.additions.inbox.store.entries() if entry.name == name)
    found: Mapping[str, str] = entry.metadata["guess"]
    return found


def test_good_and_bad_files_sent_together_are_taken_or_refused_one_by_one(
    make_place: MakePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_place([*COMMAND])
    monkeypatch.setattr(inbox, "LARGEST", 2_000)
    encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    taken = place.send(
        bon__txt=INTERVIEW, vide__txt=b"", gros__txt="x" * 2_001, notes__pages=b"x", protege__docx=encrypted,
        abime__pdf=b"%PDF-1.7 coupe", corpus__toml="", LISEZ="sans suffixe", muet__mp3=b"ID3",
    )  # fmt: skip
    assert len(taken) == 1
    refusals = {
        refusal.name: f"{refusal.reason} {refusal.remedy}" for refusal in place.manager.additions.inbox.refused("ada")
    }
    assert set(refusals) == {
        "vide.txt", "gros.txt", "notes.pages", "protege.docx", "abime.pdf", "corpus.toml", "LISEZ", "muet.mp3"
    }  # fmt: skip
    for name, words in {
        "vide.txt": "vide", "gros.txt": "trop gros", "notes.pages": "docx", "protege.docx": "mot de passe",
        "corpus.toml": "décrit le corpus", "LISEZ": "sans suffixe", "muet.mp3": "Aucun entretien",
    }.items():  # fmt: skip
        assert words in refusals[name]
    assert place.manager.additions.inbox.refused("bea") == []
    assert place.files() == set(FILES), "nothing is in the corpus before it was confirmed"
    assert [entry.name for entry in place.manager.additions.inbox.store.entries()] == ["bon.txt"]


def test_guesses_are_those_of_the_readers(place: Place) -> None:
    place.send(**{"Entretien Brumeval 2022-03-14__txt": INTERVIEW, "note__md": "# Les outils\n\nÀ Sourcelles, rien."})
    metadata = guess(place, "Entretien Brumeval 2022-03-14.txt")
    assert metadata == {
        "title": "Entretien Brumeval 2022-03-14", "kind": "transcript", "site": "Brumeval", "date": "2022-03-14",
        "visibility": "team", "nature": "original",
    }  # fmt: skip
    note = guess(place, "note.md")
    assert (note["title"], note["kind"], note["site"], note["visibility"]) == (
        "Les outils", "document", "Sourcelles", "team"
    )  # fmt: skip


def test_a_confirmed_file_is_in_the_corpus_with_its_metadata(place: Place) -> None:
    place.send(entretien__txt=INTERVIEW)
    (addition,) = wanted(place, title="Une habitante", date="2022-05", site="Brumeval")
    assert place.manager.additions.problems([addition]) == {}
    assert [str(path) for path in place.manager.additions.add([addition], "ada")] == ["transcripts/entretien.txt"]
    assert (place.root / "transcripts/entretien.txt").read_text() == INTERVIEW
    metadata = tomllib.loads((place.root / "transcripts/entretien.txt.meta.toml").read_text())
    assert metadata == {
        "title": "Une habitante", "kind": "transcript", "site": "Brumeval", "date": "2022-05", "visibility": "team",
        "nature": "original",
    }  # fmt: skip
    assert place.manager.additions.inbox.store.entries() == [] and place.acts() == [AuditAction.ADDED]
    assert place.states()["transcripts/entretien.txt"] == "new"


def test_a_document_is_reserved_to_the_team_by_default(place: Place) -> None:
    place.send(note__md="# Note\n\nLe compost est mûr depuis la fin de l’été.")
    place.manager.additions.add(wanted(place), "ada")
    assert 'visibility = "team"' in (place.root / "documents/note.md.meta.toml").read_text()


def test_the_header_of_the_file_wins_over_the_form(place: Place) -> None:
    place.send(note__md='---\nvisibility: public\nsite: "Autre lieu"\n---\n# Note\n\nLe compost est mûr maintenant.')
    (addition,) = wanted(place, visibility="team", site="Brumeval")
    assert (addition.sidecar.visibility, addition.sidecar.site) == ("public", "Autre lieu")
    assert place.manager.additions.problems([addition]) == {}
    place.send(autre__md="---\nvisibility: tous\n---\nUn texte.")
    assert "visibility" in place.manager.additions.inbox.refused("ada")[0].reason


def test_a_file_is_replaced_only_on_request_and_goes_to_the_bin(place: Place) -> None:
    place.send(charte__md="# Une autre charte\n\nChacun fait comme il l’entend, désormais.")
    write(place.root, {"documents/charte.md.meta.toml": 'title = "x"\nspeakers = { "E1" = "Marie" }\n'})
    (addition,) = wanted(place)
    assert (
        place.manager.additions.conflicts(addition)
        and "replace" in place.manager.additions.problems([addition])[addition.entry.id]
    )
    (addition,) = wanted(place, name="charte-2.md")
    assert place.manager.additions.problems([addition]) == {}
    (addition,) = wanted(place, replace="oui")
    place.manager.additions.add([addition], "ada")
    assert "Une autre charte" in (place.root / "documents/charte.md").read_text()
    assert "Marie" in (place.root / "documents/charte.md.meta.toml").read_text()
    (kept,) = place.manager.bin.store.entries()
    assert kept.file.read_text() == FILES["documents/charte.md"]


def test_two_files_cannot_have_one_path_nor_the_name_of_a_file_that_describes_the_corpus(place: Place) -> None:
    place.send(un__txt="Un texte assez long pour être lu.")
    place.send(deux__txt="Un autre texte, tout aussi long.")
    troubles = place.manager.additions.problems(wanted(place, name="trois.txt"))
    assert [list(found) for found in troubles.values()] == [["name"]]
    assert len(place.manager.additions.problems(wanted(place, name="README.txt"))) == 2
    kept = wanted(place, name="../../dehors.exe")
    assert {str(addition.path) for addition in kept} == {"documents/dehors.exe.txt"}


def test_a_file_sent_again_replaces_its_first_upload(place: Place) -> None:
    place.send(a__txt="Le premier envoi, avec une faute.")
    place.send(a__txt="Le second envoi, corrigé depuis.")
    place.send("bea", a__txt="Celui de quelqu’un d’autre.")
    texts = {entry.file.read_text() for entry in place.manager.additions.inbox.store.entries()}
    assert texts == {"Le second envoi, corrigé depuis.", "Celui de quelqu’un d’autre."}


def test_a_file_beyond_the_most_that_wait_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST", 1)
    place.send(a__txt="Un texte assez long.", b__txt="Un autre texte assez long.")
    assert [refusal.name for refusal in place.manager.additions.inbox.refused("ada")] == ["b.txt"]


def test_a_recording_is_put_beside_its_transcript_whatever_its_new_name(place: Place) -> None:
    place.send(oral__mp3=b"ID3 du son", oral__txt=INTERVIEW, serre__wav=b"RIFF du son")
    entries = {entry.name: entry for entry in place.manager.additions.inbox.store.entries()}
    assert set(entries) == {"oral.mp3", "oral.txt", "serre.wav"}
    adding = place.manager.additions
    chosen = [adding.plan(entry, {"name": "e1.txt"} if name == "oral.txt" else {}) for name, entry in entries.items()]
    assert adding.problems(chosen) == {}
    assert {str(path) for path in adding.add(chosen, "ada")} == {
        "transcripts/e1.txt", "transcripts/e1.mp3", "transcripts/serre.wav"
    }  # fmt: skip


def test_what_cannot_be_recorded_is_not_added(place: Place) -> None:
    place.send(note__md="# Note\n\nLe compost est mûr depuis l’été.")
    place.refused.append(REFUSED_AUDIT)
    with pytest.raises(AuditRefused):
        place.manager.additions.add(wanted(place), "ada")
    assert place.files() == set(FILES) and len(place.manager.additions.inbox.store.entries()) == 1


def test_a_corpus_that_cannot_be_written_leaves_the_files_waiting(place: Place) -> None:
    place.send(note__md="# Note\n\nLe compost est mûr depuis l’été.")
    (place.root / "documents" / "charte.md").unlink()
    (place.root / "documents").rmdir()
    (place.root / "documents").write_text("ce n’est pas un dossier")
    with pytest.raises(CorpusRefused, match=r"ne peut pas être écrit.*docs/deploy.md"):
        place.manager.additions.add(wanted(place), "ada")
    assert len(place.manager.additions.inbox.store.entries()) == 1


def test_discarded_files_are_erased(place: Place) -> None:
    ids = place.send(a__txt="Un texte assez long.", b__txt="")
    place.manager.additions.discard(ids)
    assert place.manager.additions.inbox.store.entries() == [] and place.manager.additions.inbox.refused("ada") == []


def test_a_word_processor_s_file_is_read_too(place: Place) -> None:
    place.send(rapport__docx=package("<w:p><w:r><w:t>Les bénévoles arrosent chaque soir.</w:t></w:r></w:p>"))
    assert place.manager.additions.inbox.refused("ada") == []


def test_a_reader_that_hangs_or_dies_is_killed_and_the_next_file_is_read(tmp_path: Path) -> None:
    script = tmp_path / "reader.sh"
    answers = "*lent.txt*) sleep 60;; *fatal.txt*) exit 1;; *) echo '{\"guess\": {}}';;"
    script.write_text(f"while read line; do case $line in {answers} esac; done\n")
    with SandboxClient(["sh", str(script)], timeout_s=0.5) as examiner:
        with pytest.raises(UnreadableFile, match="dure trop"):
            examiner.examine(tmp_path / "lent.txt")
        with pytest.raises(UnreadableFile, match="fait échouer"):
            examiner.examine(tmp_path / "fatal.txt")
        assert examiner.examine(tmp_path / "bon.txt") == {"guess": {}}


def test_the_same_file_under_another_description_needs_a_confirmation(place: Place) -> None:
    place.send(note__txt="Un texte assez long pour être lu.")
    place.manager.additions.add(wanted(place, title="La note"), "ada")
    place.send(note__txt="Un texte assez long pour être lu.")
    (addition,) = wanted(place, title="La note")
    assert place.manager.additions.problems([addition]) == {}, "as when it was cut short, and is done again"
    (addition,) = wanted(place, title="La note", visibility="public")
    assert list(place.manager.additions.problems([addition])[addition.entry.id]) == ["replace"]


def test_the_sidecar_of_a_missing_file_does_not_describe_the_next_one(place: Place) -> None:
    write(place.root, {"documents/note.txt.meta.toml": 'speakers = { "E1" = "Marie" }\n'})
    place.send(note__txt="Un texte assez long pour être lu.")
    place.manager.additions.add(wanted(place), "ada")
    assert "Marie" not in (place.root / "documents/note.txt.meta.toml").read_text()
