"""Who leaves the study is not found again in the bin, nor in what waits, whatever the format."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.corpus import retraction
from tests.assistant.conftest import Assistant
from tests.assistant.corpus.conftest import FILES, Here, Place
from tests.assistant.corpus.test_bin import remove
from tests.index.builders import write
from tests.index.reading.documents.word_builders import package

PATH = "transcripts/serre.md"
SAID = FILES[PATH].partition("\n\n")[2]
WORD = f"<w:p><w:r><w:t>{SAID}</w:t></w:r></w:p>"


@pytest.fixture
def withdraw(assistant: Assistant, place: Place, monkeypatch: pytest.MonkeyPatch, no_model: object) -> Assistant:
    """The command line over the place, without a model, which reads files in this process."""
    monkeypatch.setattr(retraction, "open_sandbox", lambda command, data_dir, root: Here(root, place.settings))
    monkeypatch.setenv("ASSISTANT_FIND_NAMES", "non")
    return lambda *said: assistant(*said, data_dir=place.data)


def kept(place: Place) -> list[Path]:
    return [path for name in ("corbeille", "depot") for path in (place.data / name).rglob("*") if path.is_file()]


def test_a_withdrawal_erases_its_copies_in_the_bin_and_in_what_waits(place: Place, withdraw: Assistant) -> None:
    write(place.root, {"documents/copie.docx": package(WORD)})
    remove(place, "documents/copie.docx")
    place.send(envoi__docx=package(WORD), autre__txt="Un autre texte, qui ne dit rien de cela.")
    remove(place)
    run = withdraw("privacy", "withdraw", PATH)
    assert run.status == 0, run.err
    assert "copie.docx (la corbeille)" in run.err and "envoi.docx" in run.err and "serre.md (la corbeille)" in run.err
    assert place.manager.bin.store.entries() == []
    assert [entry.name for entry in place.manager.additions.inbox.store.entries()] == ["autre.txt"]
    assert "rien n’en a été retrouvé" in run.out


def test_what_nobody_can_read_is_told(place: Place, withdraw: Assistant) -> None:
    write(place.root, {"documents/abime.pdf": b"%PDF-1.7 coupe"})
    remove(place, "documents/abime.pdf")
    run = withdraw("privacy", "withdraw", PATH)
    assert run.status == 1 and "abime.pdf (la corbeille) n'a pas pu être lu" in run.out
    assert len(place.manager.bin.store.entries()) == 1


def test_what_the_index_holds_no_more_is_told_to_be_in_the_bin(place: Place, withdraw: Assistant) -> None:
    remove(place, "documents/charte.md")
    for text in ("# Deux\n\nUn texte de plus.", "# Trois\n\nEncore un texte."):
        write(place.root, {"documents/plus.md": text})
        withdraw("index", str(place.root), "--yes")
    refused = withdraw("privacy", "withdraw", "documents/charte.md")
    assert refused.status == 2 and "est dans la corbeille" in refused.err and "page Corpus" in refused.err
    assert "Regardez aussi la corbeille" in withdraw("privacy", "withdraw", "personne").err


def test_what_was_withdrawn_is_refused_when_it_is_sent_and_erased_when_it_is_taken_out(
    place: Place, withdraw: Assistant
) -> None:
    assert withdraw("privacy", "withdraw", PATH).status == 0
    assert place.send(encore__docx=package(WORD)) == []
    (refused,) = place.manager.additions.inbox.refused("ada")
    assert "retiré" in refused.reason and kept(place) == [place.data / "depot" / "refused.json"]
    removal = place.manager.removal(PATH)
    assert removal is not None and removal.withdrawn
    place.manager.remove(removal, "ada")
    assert not (place.root / PATH).exists() and place.manager.bin.store.entries() == []
    other = place.manager.removal("documents/charte.md")
    assert other is not None and not other.withdrawn


def copied(into: Path) -> dict[str, object]:
    (into / "copie.docx").write_bytes(package(WORD))
    return {"name": "copie.docx", "who": ""}


def test_a_withdrawal_that_came_from_elsewhere_is_followed_by_the_next_update(
    place: Place, withdraw: Assistant, tmp_path: Path
) -> None:
    write(place.root, {"documents/copie.docx": package(WORD)})
    remove(place, "documents/copie.docx")
    run = withdraw("privacy", "withdraw", PATH)
    assert run.status == 0 and place.manager.bin.store.entries() == []
    (place.data / "mises-a-jour" / "retraits.json").unlink()  # as where it was cut short before it was looked for
    write(place.root, {"documents/plus.md": "# Plus\n\nUn texte de plus."})
    place.manager.bin.store.add(copied)
    withdraw("index", str(place.root), "--yes")
    assert place.manager.bin.store.entries() == []


def test_the_last_report_may_name_what_is_gone_and_is_forgotten(place: Place, withdraw: Assistant) -> None:
    from assistant.corpus.run_result import RunKind

    place.manager.run(RunKind.UPDATE, "ada")
    place.wait()
    withdraw("privacy", "withdraw", PATH)
    assert place.manager.runs.last() is None
