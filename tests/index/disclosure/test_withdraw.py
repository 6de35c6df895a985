"""A participant leaves: their words are left in no file, and nothing brings them back. The interviews are
invented, and so is the association they speak of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.disclosure.receipt import receipt_lines, write_receipt
from index.disclosure.withdraw import RemovedContent, targets, withdraw
from index.errors import WithdrawalRefused
from index.indexing.build import roll_back_run
from index.privacy.pseudonyms import Pseudonyms
from index.privacy.withdrawals import FILE
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.types import Scope
from tests.doubles import FakeEmbedder
from tests.index.disclosure.study import ALONE, NOW, WORDS, Study, assert_nowhere, raw

JULIE = """Julie : Pour commencer, comment êtes-vous arrivée dans cette association de jardinage, et par qui ?

{name} : {first}

Julie : Et qu'est-ce qui vous donne envie de revenir chaque semaine depuis ce jour, malgré la distance ?

{name} : {second}

Julie : Enfin, que diriez-vous à quelqu'un qui hésite à pousser la porte du jardin pour la première fois ?

{name} : {third}
"""


def test_a_source_is_erased_from_every_file_and_from_searches(study: Study) -> None:
    assert any(b"fenugrec" in content for _, content in raw(study.settings.data_dir))  # the search can see it
    receipt = study.withdraw("transcripts/seule.txt")
    assert_nowhere(study.settings.data_dir, "fenugrec", "pommier", "brouettes", "seule.txt")
    assert not any("pommier" in text for text in study.texts())
    assert (receipt.others, receipt.remaining) == ((), ())
    assert receipt.passages >= 2 and receipt.searched.pieces > 5
    catalog = Catalog.open(study.settings.data_dir)
    assert catalog.frequencies(["fenugrec", "pommi"], Scope.TEAM) == {"fenugrec": 0, "pommi": 0}
    assert VectorIndex(catalog).count_differences() == (0, 0)
    catalog.close()


def test_former_versions_are_erased_too_and_a_rollback_restores_nothing(study: Study) -> None:
    path = study.corpus / "transcripts" / "seule.txt"
    path.write_text(ALONE.replace("pommier", "noyer"), encoding="utf-8")
    study.index()
    receipt = study.withdraw("transcripts/seule.txt")
    assert receipt.former >= 2
    assert_nowhere(study.settings.data_dir, "fenugrec", "pommier", "noyer")
    roll_back_run(study.workspace)
    roll_back_run(study.workspace)
    assert not any("noyer" in text or "pommier" in text for text in study.texts())


def test_a_removed_source_that_is_kept_for_a_rollback_can_be_withdrawn(study: Study) -> None:
    (study.corpus / "transcripts" / "seule.txt").unlink()
    study.index()
    study.withdraw("transcripts/seule.txt")
    assert_nowhere(study.settings.data_dir, "fenugrec", "pommier")


def test_a_later_run_refuses_it_under_any_name_and_format(study: Study) -> None:
    study.withdraw("transcripts/seule.txt")
    names = ("transcripts/seule.txt", "transcripts/reçu par courriel.txt", "documents/copie.md")
    for name in names:
        (study.corpus / name).write_text(ALONE, encoding="utf-8")
    assert sorted(study.index()["failed"]) == sorted(names)
    assert_nowhere(study.settings.data_dir, "fenugrec", "pommier")
    fresh = replace(study, settings=study.settings.model_copy(update={"data_dir": study.corpus.parent / "neuf"}))
    assert sorted(fresh.index()["failed"]) == sorted(names)
    assert_nowhere(fresh.settings.data_dir, "fenugrec", "pommier")


def test_a_run_finishes_an_interrupted_withdrawal(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(catalog: Catalog, patience_s: float = 0) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Catalog, "compact", killed)
        with pytest.raises(KeyboardInterrupt):
            study.withdraw("transcripts/seule.txt")
    study.index()
    assert_nowhere(study.settings.data_dir, "fenugrec", "pommier")


def test_a_run_applies_the_withdrawals_made_in_another_index_of_the_corpus(study: Study) -> None:
    other = replace(study, settings=study.settings.model_copy(update={"data_dir": study.corpus.parent / "autre"}))
    other.index()
    other.withdraw("transcripts/seule.txt")
    (study.corpus / "transcripts" / "seule.txt").unlink()
    study.index()
    assert_nowhere(study.settings.data_dir, "fenugrec", "pommier")


def test_the_receipt_describes_the_withdrawal_without_any_withdrawn_word(study: Study) -> None:
    receipt = study.withdraw("transcripts/seule.txt")
    assert receipt.in_corpus == (study.corpus / "transcripts" / "seule.txt",)
    assert receipt.kept_in == (study.settings.data_dir, study.corpus)
    path = write_receipt(receipt, study.settings.data_dir)
    text = path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    assert "rien n’en a été retrouvé" in text and receipt.ids[0] in text
    assert "seule" not in text and "pommier" not in text
    held = replace(receipt, searched=replace(receipt.searched, holding=("vectors-1/x",)))
    assert "le retrait n’est pas complet" in "\n".join(receipt_lines(held))


def test_the_questions_of_a_shared_interview_guide_withdraw_no_other_interview(study: Study) -> None:
    for name, about in (("Ana", "pommes"), ("Bob", "outils"), ("Cyd", "poules")):
        words = {
            "first": f"Par une affiche sur les {about} vue à la poste.",
            "second": f"Les {about} et les gens.",
            "third": f"De venir voir les {about} un samedi matin, sans rien promettre à personne.",
        }
        (study.corpus / "transcripts" / f"{name}.txt").write_text(JULIE.format(name=name, **words), encoding="utf-8")
    study.index()
    receipt = study.withdraw("transcripts/Ana.txt")
    assert receipt.others == ()
    assert any("voir les outils" in text for text in study.texts())
    assert any("voir les poules" in text for text in study.texts())
    assert not any("voir les pommes" in text for text in study.texts())
    assert study.index()["failed"] == ["transcripts/Ana.txt"]


def test_a_withdrawal_that_touches_other_sources_asks_for_a_confirmation(study: Study) -> None:
    (study.corpus / "documents" / "copie.md").write_text(f"# Extraits\n\n{ALONE}", encoding="utf-8")
    study.index()
    with pytest.raises(WithdrawalRefused, match=r"1 autres sources.*documents/copie\.md.*--yes"):
        study.withdraw("transcripts/seule.txt")
    assert any("pommier" in text for text in study.texts())
    receipt = study.withdraw("transcripts/seule.txt", confirmed=True)
    assert [source.path for source in receipt.others] == ["documents/copie.md"]
    assert_nowhere(study.settings.data_dir, "fenugrec", "pommier")


def test_a_withdrawal_made_during_a_run_is_not_undone_by_it(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    path = study.corpus / "transcripts" / "seule.txt"
    path.write_text(f"{ALONE}\nEnquêtrice : Merci.\n", encoding="utf-8")
    import index.indexing.build as building

    opening = building._open_files

    def meanwhile(*arguments: Any) -> Any:
        opened = list(opening(*arguments))
        study.withdraw("transcripts/seule.txt")
        return opened

    monkeypatch.setattr(building, "_open_files", meanwhile)
    assert study.index()["failed"] == ["transcripts/seule.txt"]
    assert_nowhere(study.settings.data_dir, "fenugrec", "pommier")


def test_the_search_of_bytes_sees_words_left_in_a_title(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    (study.corpus / "documents" / "titre.md").write_text(f"# {WORDS}\n\nLe reste est autre.\n", encoding="utf-8")
    study.index()
    receipt = study.withdraw("transcripts/seule.txt", confirmed=True)
    held = b"grand pommier" in (study.settings.data_dir / "catalog.db").read_bytes()
    assert held is bool(receipt.remaining or receipt.searched.also_in)


def test_an_index_of_another_model_applies_a_withdrawal_without_mixing_vectors(study: Study) -> None:
    study.withdraw("Habitante 2", "transcripts/groupe.txt")
    other = replace(study, settings=study.settings.model_copy(update={"data_dir": study.corpus.parent / "vieux"}))
    (study.corpus / FILE).rename(study.corpus.parent / FILE)
    other.index()
    (study.corpus.parent / FILE).rename(study.corpus / FILE)
    replace(other, embedder=FakeEmbedder("autre")).index()
    catalog = Catalog.open(other.settings.data_dir)
    assert VectorIndex(catalog).count_differences() == (0, 0)
    catalog.close()
    assert_nowhere(other.settings.data_dir, "au bout du verger")


def test_a_file_that_still_holds_withdrawn_words_is_named(study: Study) -> None:
    stray = study.settings.data_dir / "people" / "notes.txt"
    stray.parent.mkdir()
    stray.write_text(f"à relire : {WORDS}", encoding="utf-8")
    assert study.withdraw("transcripts/seule.txt").remaining == ("people/notes.txt",)


def test_other_parts_erase_their_copies_before_the_files_are_searched(study: Study) -> None:
    (study.corpus / "documents" / "copie.md").write_text(f"# Extraits\n\n{ALONE}", encoding="utf-8")
    study.index()
    stray = study.settings.data_dir / "people" / "notes.txt"
    stray.parent.mkdir()
    stray.write_text(f"à relire : {WORDS}", encoding="utf-8")
    removed: list[RemovedContent] = []

    def forget(gone: RemovedContent) -> None:
        removed.append(gone)
        assert gone.is_in(stray.read_text(encoding="utf-8"))
        stray.write_text("à relire", encoding="utf-8")

    with study.workspace as workspace:
        held = {source.path: source.id for source in workspace.catalog.held_sources()}
        chosen = targets(workspace.catalog, "transcripts/seule.txt", Pseudonyms())
        receipt = withdraw(workspace, chosen, study.corpus, NOW, confirmed=True, also=forget)
    assert receipt.remaining == ()
    (gone,) = removed
    assert gone.sources == {held["transcripts/seule.txt"], held["documents/copie.md"]}
    assert gone.withdrawn.are_quoted_in(f"Il a dit : {WORDS.lower()} !")
    assert gone.withdrawn.names(held["transcripts/seule.txt"]) and not gone.withdrawn.names(held["documents/a.md"])
    assert not gone.is_in("Chacun range les outils.") and not gone.withdrawn.are_quoted_in("Chacun range les outils.")


def test_a_corpus_that_cannot_be_written_is_reported(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    import index.privacy.withdrawals as module

    written = module.WithdrawalList.write

    def closed(self: module.WithdrawalList, folder: Path) -> None:
        if folder == study.corpus:
            raise PermissionError
        written(self, folder)

    monkeypatch.setattr(module.WithdrawalList, "write", closed)
    receipt = study.withdraw("transcripts/seule.txt")
    assert receipt.kept_in == (study.settings.data_dir,)
    assert study.index()["failed"] == ["transcripts/seule.txt"]


def test_the_index_records_the_withdrawals_that_it_followed(study: Study) -> None:
    receipt = study.withdraw("transcripts/seule.txt")
    catalog = Catalog.open(study.settings.data_dir)
    assert json.loads(catalog.meta("withdrawn")) == list(receipt.ids)
    catalog.close()
