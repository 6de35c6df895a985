"""Tests of removing sources from the corpus page, putting them back, erasing them, and discarding files that wait.
axe-core checks each state in both widths."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from index.privacy.withdrawals import Withdrawal, WithdrawalList
from tests.browser.chromium import PHONE
from tests.browser.corpus.study import INTERVIEW, SMALL, Study, files, look, row, send, update

pytestmark = pytest.mark.browser
SETTLED_S = 2.5  # seconds after which an update trusts the date of a file that was just written


def test_a_source_is_removed_and_put_back_and_the_update_undone_on_a_phone(page: Page, study: Study) -> None:
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    time.sleep(SETTLED_S)
    update(page)
    path = "transcripts/temoignage-public.md"
    page.get_by_label("Titre ou chemin").fill("témoignage")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("table.sources tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Mettre à la corbeille").click()
    look(page)
    page.get_by_role("button", name="Mettre à la corbeille").click()
    expect(page.get_by_role("status").first).to_contain_text("dans la corbeille")
    assert "Fichier disparu" in row(page, path) and not (study.root / path).exists()
    update(page)
    expect(page.locator("table.sources tr", has_text=path)).to_have_count(0)

    page.get_by_role("link", name="Corbeille (1)").click()
    look(page)
    page.get_by_role("link", name="Effacer pour de bon").click()
    look(page)
    page.get_by_role("link", name="Ne rien effacer").click()
    page.get_by_role("button", name="Remettre").click()
    expect(page.get_by_role("status").first).to_contain_text("de nouveau dans le corpus")
    assert "Pas encore indexé" in row(page, path) and (study.root / path).exists()

    page.get_by_role("link", name="Annuler la dernière mise à jour").click()
    look(page)
    page.get_by_role("button", name="Annuler la dernière mise à jour").click()
    expect(page.locator("#mise-a-jour")).to_contain_text("revenu à son état d’avant", timeout=60_000)
    expect(page.locator("table.sources tr", has_text=path)).to_contain_text("Modifié depuis")  # its date changed
    page.get_by_role("link", name="Corbeille (0)").click()
    expect(page.get_by_text("La corbeille est vide.")).to_be_visible()
    look(page)


def test_removing_an_unreadable_file_after_a_withdrawal_asks_whether_to_erase_it(page: Page, study: Study) -> None:
    gone = WithdrawalList((Withdrawal.of("une-autre", ["Nous avons planté les haies du chemin creux"], "2026-01-01"),))
    (study.root / "documents/abime.docx").write_bytes(b"PK coupe")
    gone.write(study.data)
    try:
        page.reload()
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.goto(f"{study.corpus}/retirer?fichier=documents/abime.docx")
            expect(page.locator("p.wrong")).to_contain_text("ne peut donc pas dire")
            look(page)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert page.evaluate(SMALL) == []
        page.get_by_role("button", name="Effacer pour de bon").click()
        expect(page.get_by_role("status").first).to_contain_text("effacé pour de bon")
        assert not (study.root / "documents/abime.docx").exists()
        assert not list((study.data / "corbeille").rglob("abime*"))
    finally:
        (study.data / "retraits.jsonl").unlink()


def test_all_waiting_files_are_discarded_by_keyboard(page: Page, study: Study) -> None:
    send(page, study, files(study, un__txt=INTERVIEW, deux__txt=INTERVIEW))
    page.get_by_label("Titre").first.fill("")  # the form need not be valid
    page.get_by_role("button", name="Tout écarter").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Les fichiers sont écartés")
    expect(page.locator("fieldset.card")).to_have_count(0)
