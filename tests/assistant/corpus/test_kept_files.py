"""A withdrawal erases its words from the bin and the inbox, whatever the format."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.corpus import retraction
from tests.assistant.conftest import Assistant
from tests.assistant.corpus.conftest import FILES, InProcessSandbox, Place
from tests.assistant.corpus.test_recycle_bin import remove
from tests.index.builders import write
from tests.index.reading.documents.word_builders import package

pytestmark = pytest.mark.process

PATH = "transcripts/serre.md"
SAID = FILES[PATH].partition("\n\n")[2]
WORD = f"<w:p><w:r><w:t>{SAID}</w:t></w:r></w:p>"


@pytest.fixture
def withdraw(assistant: Assistant, place: Place, monkeypatch: pytest.MonkeyPatch, no_model: object) -> Assistant:
    """The command line over the place, without a model, with a sandbox in this process."""
    monkeypatch.setattr(
        retraction, "open_sandbox", lambda command, data_dir, root: InProcessSandbox(root, place.settings)
    )
    monkeypatch.setenv("ASSISTANT_FIND_NAMES", "non")
    return lambda *arguments: assistant(*arguments, data_dir=place.data)


def kept(place: Place) -> list[Path]:
    return [path for name in ("corbeille", "depot") for path in (place.data / name).rglob("*") if path.is_file()]


def test_a_withdrawal_erases_copies_in_the_bin_and_the_inbox(place: Place, withdraw: Assistant) -> None:
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


def test_an_unreadable_kept_file_is_reported(place: Place, withdraw: Assistant) -> None:
    write(place.root, {"documents/abime.pdf": b"%PDF-1.7 coupe"})
    remove(place, "documents/abime.pdf")
    run = withdraw("privacy", "withdraw", PATH)
    assert run.status == 1 and "abime.pdf (la corbeille) n'a pas pu être lu" in run.out
    assert len(place.manager.bin.store.entries()) == 1


def test_the_refusal_of_a_source_that_left_the_index_says_that_it_is_in_the_bin(
    place: Place, withdraw: Assistant
) -> None:
    remove(place, "documents/charte.md")
    for text in ("# Deux\n\nUn texte de plus.", "# Trois\n\nEncore un texte."):
        write(place.root, {"documents/plus.md": text})
        withdraw("index", str(place.root), "--yes")
    refused = withdraw("privacy", "withdraw", "documents/charte.md")
    assert refused.status == 2 and "est dans la corbeille" in refused.err and "page Corpus" in refused.err
    assert "Regardez aussi la corbeille" in withdraw("privacy", "withdraw", "personne").err


def test_a_withdrawn_file_is_refused_by_the_inbox_and_erased_when_it_is_taken_out(
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


def test_an_unfinished_withdrawal_is_finished_by_the_next_update(
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


def test_a_withdrawal_erases_the_report_of_the_last_run(place: Place, withdraw: Assistant) -> None:
    from assistant.corpus.run_result import RunKind

    place.manager.run(RunKind.UPDATE, "ada")
    place.wait()
    withdraw("privacy", "withdraw", PATH)
    assert place.manager.runs.last() is None
