"""Withdrawn words are kept nowhere: neither by a replacement, nor by a recording, nor by a file on its way, nor by one
that harms its reader."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from assistant.corpus import retraction, sandbox
from assistant.corpus.entry_store import EntryStore
from assistant.corpus.kept_files import erase_withdrawn
from assistant.corpus.retraction import Occasion, finish_retractions
from assistant.corpus.sandbox import SandboxClient
from assistant.errors import CorpusRefused
from assistant.people.audit import AuditAction
from index.privacy.withdrawals import WithdrawalList
from tests.assistant.conftest import Assistant
from tests.assistant.corpus.conftest import FILES, InProcessSandbox, Place
from tests.assistant.corpus.test_additions import wanted
from tests.assistant.corpus.test_kept_files import PATH, SAID, WORD, kept
from tests.assistant.corpus.test_kept_files import withdraw as withdraw
from tests.assistant.corpus.test_recycle_bin import remove
from tests.doubles import fake_workspace
from tests.index.builders import write
from tests.index.reading.documents.word_builders import package

pytestmark = pytest.mark.process

OTHER = "# Autre chose\n\nLes outils sont rangés chaque soir dans la remise, derrière les ruches."
PART = "0123456789abcdef.part"
REAL = sandbox.open_sandbox


def late(into: Path) -> dict[str, object]:
    (into / "tard.docx").write_bytes(package(WORD))
    return {"name": "tard.docx", "who": "ada"}


def test_a_replaced_file_with_withdrawn_words_is_erased(place: Place, withdraw: Assistant) -> None:
    write(place.root, {f"{PATH}.meta.toml": 'speakers = { "E1" = "Marie" }\n'})
    assert withdraw("privacy", "withdraw", PATH).status == 0
    place.send(neuf__md=OTHER)
    place.manager.additions.add(wanted(place, name="serre.md", kind="transcript", replace="oui"), "ada")
    assert (place.root / PATH).read_text() == OTHER
    assert place.manager.bin.store.entries() == [] and place.acts()[-2:] == [AuditAction.ADDED, AuditAction.ERASED]
    assert "Marie" not in (place.root / f"{PATH}.meta.toml").read_text()


def test_an_unreadable_file_is_not_replaced_after_a_withdrawal(place: Place, withdraw: Assistant) -> None:
    write(place.root, {"documents/abime.docx": b"PK coupe"})
    place.send(neuf__docx=package("<w:p><w:r><w:t>Les outils sont dans la remise.</w:t></w:r></w:p>"))
    chosen = wanted(place, name="abime.docx", replace="oui")
    assert withdraw("privacy", "withdraw", PATH).status == 0
    with pytest.raises(CorpusRefused, match=r"ne peut pas être lu.*corbeille"):
        place.manager.additions.add(chosen, "ada")
    assert (place.root / "documents/abime.docx").read_bytes() == b"PK coupe" and AuditAction.ADDED not in place.acts()
    assert len(place.manager.additions.inbox.store.entries()) == 1


def test_a_kept_recording_is_erased_with_its_transcript_or_reported(place: Place, withdraw: Assistant) -> None:
    write(
        place.root, {"transcripts/autre.md": "# Autre\n\nLes abeilles sont arrivées au printemps dernier, en essaim."}
    )
    place.send(serre__wav=b"RIFF du son", autre__wav=b"RIFF", oral__docx=package(WORD), oral__mp3=b"ID3 du son")
    assert len(place.manager.additions.inbox.store.entries()) == 4
    run = withdraw("privacy", "withdraw", PATH)
    assert run.status == 1 and "autre.wav (les fichiers qui attendent d’être ajoutés) n'a pas pu être lu" in run.out
    assert [entry.name for entry in place.manager.additions.inbox.store.entries()] == ["autre.wav"]


def test_a_recording_of_withdrawn_words_is_refused(place: Place, withdraw: Assistant) -> None:
    write(place.root, {"transcripts/copie.docx": package(WORD)})
    assert withdraw("privacy", "withdraw", PATH).status == 0
    assert place.send(serre__mp3=b"ID3 du son", copie__mp3=b"ID3 du son") == []
    assert all("retirés" in refusal.reason for refusal in place.manager.additions.inbox.refused("ada"))
    (place.root / PATH).unlink()
    assert len(place.send(serre__txt=OTHER, serre__mp3=b"ID3 du son")) == 1, (
        "another text of that name brings it not back"
    )
    assert not any(path.suffix == ".mp3" for path in kept(place))


def test_a_file_left_half_received_is_erased_too(place: Place, withdraw: Assistant) -> None:
    for folder, name in (("depot", "envoi.docx"), ("corbeille", "serre.docx")):
        (place.data / folder / PART / "files").mkdir(parents=True)
        (place.data / folder / PART / "files" / name).write_bytes(package(WORD))
    (place.data / "depot" / "0123456789abcdee.part" / "files").mkdir(parents=True)
    (place.data / "depot" / "0123456789abcdee.part" / "files" / "coupe.docx").write_bytes(b"PK")
    run = withdraw("privacy", "withdraw", PATH)
    assert "envoi.docx" in run.err and "serre.docx (la corbeille)" in run.err
    assert [path.name for path in kept(place)] == ["coupe.docx"] and "coupe.docx" in run.out


def test_a_file_received_during_a_withdrawal_does_not_escape_it(
    place: Place, withdraw: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Meanwhile(InProcessSandbox):
        def examine(self, file: Path) -> dict[str, object]:
            inspected = super().examine(file)
            if file.name == "envoi.docx":
                withdraw("privacy", "withdraw", PATH)
            return inspected

    inbox = place.manager.additions.inbox
    monkeypatch.setattr(inbox, "_open_sandbox", lambda: Meanwhile(place.root, place.settings))
    assert place.send(envoi__docx=package(WORD), autre__txt=OTHER) == []
    assert [refusal.name for refusal in inbox.refused("ada")] == ["envoi.docx", "autre.txt"]
    assert "de nouveau" in inbox.refused("ada")[0].remedy and kept(place) == [place.data / "depot" / "refused.json"]
    known = iter([frozenset("a"), frozenset("b")])  # looked for before the file was even there
    monkeypatch.setattr(inbox, "_withdrawals", lambda: next(known))
    monkeypatch.setattr(inbox, "_open_sandbox", lambda: InProcessSandbox(place.root, place.settings))
    assert place.send(autre__txt=OTHER) == [] and inbox.store.entries() == []


def test_only_files_kept_since_the_last_search_are_read_again(
    place: Place, withdraw: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove(place, "documents/charte.md")
    assert withdraw("privacy", "withdraw", PATH).status == 0
    asked = list[str]()

    class Counted(InProcessSandbox):
        def kept_holds_withdrawn(self, file: Path, path: object) -> bool:
            asked.append(file.name)
            return bool(self._request(kept=str(file), path=str(path))["withdrawn"])

    monkeypatch.setattr(retraction, "open_sandbox", lambda command, data_dir, root: Counted(root, place.settings))

    place.manager.bin.store.add(late)
    withdraw("index", str(place.root), "--yes")
    assert asked == ["tard.docx"] and [entry.name for entry in place.manager.bin.store.entries()] == ["charte.md"]


def test_a_file_that_kills_or_blocks_its_reader_affects_no_other(
    place: Place, withdraw: Assistant, tmp_path: Path
) -> None:
    assert withdraw("privacy", "withdraw", PATH).status == 0
    for name in ("fatal.txt", "lent.txt", "serre.txt"):

        def fill(into: Path, name: str = name) -> dict[str, object]:
            (into / name).write_text(SAID)
            return {"name": name, "who": "ada"}

        EntryStore(place.data / "corbeille").add(fill)
    script = tmp_path / "reader.sh"
    answers = "*lent.txt*) sleep 60;; *fatal.txt*) exit 1;; *) echo '{\"withdrawn\": true}';;"
    script.write_text(f"while read line; do case $line in {answers} esac; done\n")
    sought = erase_withdrawn(
        place.data, WithdrawalList.read(place.data), lambda: SandboxClient(["sh", str(script)], timeout_s=0.5)
    )
    assert sought.erased == ("serre.txt (la corbeille)",)
    assert set(sought.unread) == {"fatal.txt (la corbeille)", "lent.txt (la corbeille)"}


def test_the_command_reads_kept_files_in_a_process_of_its_own(
    place: Place, withdraw: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove(place, "documents/charte.md")
    assert withdraw("privacy", "withdraw", PATH).status == 0
    place.manager.bin.store.add(late)
    monkeypatch.setattr(retraction, "open_sandbox", REAL)
    place.root.rename(place.root.with_name("ailleurs"))  # what was withdrawn is known without the corpus too
    finished = finish_retractions(fake_workspace(place.settings), Occasion.UPDATE)
    assert finished.messages == ("Effacé, puisqu'il contenait ce qui est retiré\u00a0: tard.docx (la corbeille).",)
    assert [entry.name for entry in place.manager.bin.store.entries()] == ["charte.md"]


def test_an_unreadable_file_is_not_taken_for_free_of_withdrawn_words(place: Place, withdraw: Assistant) -> None:
    write(place.root, {"documents/copie.docx": package(WORD)[:-40]})
    before = place.manager.removal("documents/copie.docx")
    assert before is not None and before.unread == "", "nobody has left yet"
    assert withdraw("privacy", "withdraw", PATH).status == 0
    removal = place.manager.removal("documents/copie.docx")
    assert removal is not None and not removal.withdrawn and removal.unread
    place.manager.remove(removal, "ada", erased=True)
    assert kept(place) == [] and place.acts()[-1] is AuditAction.ERASED
    assert place.files() == {*FILES, "retraits.jsonl"}


def test_a_withdrawal_erases_the_names_of_refused_files(place: Place, withdraw: Assistant) -> None:
    place.send(**{"Entretien de Marie__txt": ""})
    assert place.manager.additions.inbox.refused("ada")
    with suppress(CorpusRefused):
        withdraw("privacy", "withdraw", PATH)
    assert kept(place) == [] and place.manager.additions.inbox.refused("ada") == []
