"""Tests of the corpus page in a browser, at the widths of a desktop and of a phone: files are added and described,
and the index is updated while the conversation goes on. axe-core checks each state in both widths."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Browser, Page, expect

from index.store import lock
from tests.browser.axe import HALF, looking, magnified
from tests.browser.chromium import DESK, PHONE, enter
from tests.browser.corpus.study import ENCRYPTED, INTERVIEW, SMALL, TRAP, Study, ask, files, look, row, send

pytestmark = pytest.mark.browser


def test_an_interview_is_added_among_bad_files_updated_and_found_by_the_team(page: Page, study: Study) -> None:
    look(page)
    page.get_by_role("link", name="Ajouter des fichiers").click()
    look(page)
    huge = study.sent / "enorme.txt"
    study.sent.mkdir(exist_ok=True)
    with huge.open("wb") as made:
        made.truncate(100_000_001)
    bad = files(study, vide__txt="", notes__pages="x", protege__docx=ENCRYPTED)
    send(page, study, [*files(study, **{"Entretien Sourcelles mars 2022__txt": INTERVIEW}), *bad, str(huge)])
    huge.unlink()
    expect(page.get_by_role("alert")).to_contain_text("4 fichiers n’ont pas été reçus")
    refusals = page.get_by_role("alert").inner_text()
    assert all(word in refusals for word in ("vide", "docx", "mot de passe", "trop gros"))
    assert page.get_by_label("Site").input_value() == "Sourcelles"
    assert (page.get_by_label("Date").input_value(), page.get_by_label("Genre").input_value()) == (
        "2022-03",
        "transcript",
    )
    assert page.get_by_role("radio", name="L’équipe seulement").is_checked()
    look(page)
    page.get_by_label("Titre").fill("Les cognassiers <script>alert(1)</script>")
    page.get_by_label("Date").fill("demain")
    page.get_by_role("button", name="Ajouter au corpus").click()
    expect(page.get_by_role("alert").first).to_contain_text("rien n’a encore été ajouté")
    expect(page.get_by_label("Date")).to_have_attribute("aria-invalid", "true")
    look(page)
    page.get_by_label("Date").fill("2022-04")
    page.get_by_role("button", name="Ajouter au corpus").click()
    expect(page.get_by_role("status").first).to_contain_text("Les fichiers sont dans le corpus")
    assert "Pas encore indexé" in row(page, "Entretien Sourcelles mars 2022.txt")

    study.hold.touch()
    page.get_by_role("button", name="Mettre à jour", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("#counted")).to_contain_text("fichier")
    expect(page.locator("#again")).to_be_hidden()
    look(page)
    with page.context.expect_page() as opened:  # the conversation goes on during the update
        page.evaluate("url => open(url)", f"{study.address}equipe/")
    other = opened.value
    ask(other, "Qui anime les ateliers ?")
    other.close()
    page.goto("about:blank")  # closing the page does not stop it
    page.goto(study.corpus)
    expect(page.get_by_role("progressbar")).to_be_visible()
    study.hold.unlink()
    expect(page.get_by_text("La mise à jour est terminée")).to_be_visible(timeout=60_000)
    page.get_by_text("1 ajouté").last.click()
    expect(page.locator("#mise-a-jour .lines").first).to_contain_text("Entretien Sourcelles mars 2022.txt")
    look(page)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        look(page, DESK)
    cells = row(page, "Entretien Sourcelles mars 2022.txt")
    assert "À jour" in cells and "Les cognassiers <script>" in cells and "Équipe" in cells and "2022-04" in cells
    page.goto(f"{study.address}equipe/")
    assert "cognassiers" in ask(page, "Combien de cognassiers ont été plantés au bord du chemin ?")


def test_a_single_update_runs_at_a_time_and_is_followed_and_stopped_without_script(
    page: Page, browser: Browser, study: Study
) -> None:
    (study.root / "documents/arrosage.md").write_text("# L'arrosage\n\nLe soir, à l'arrosoir.\n", encoding="utf-8")
    study.hold.touch()
    with page.context.expect_page() as opened:
        page.evaluate("url => open(url)", study.corpus)
    second = opened.value
    second.get_by_role("button", name="Mettre à jour", exact=True).wait_for()
    page.get_by_role("button", name="Mettre à jour", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("#counted")).to_contain_text("fichier")
    second.get_by_role("button", name="Mettre à jour", exact=True).click()
    expect(second.get_by_role("status").first).to_contain_text("déjà en cours")

    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    without = plain.new_page()
    without.goto(study.corpus)
    without.get_by_role("link", name="Actualiser").click()
    expect(without.get_by_role("progressbar")).to_be_visible()
    without.get_by_role("button", name="Arrêter").click()
    expect(without.get_by_role("status").first).to_contain_text("L’arrêt est demandé")
    expect(page.locator("#mise-a-jour")).to_contain_text("répond comme avant", timeout=60_000)
    plain.close()
    study.hold.unlink()

    with lock.only_run(study.data / lock.RUN):  # as the command line does
        page.get_by_role("button", name="Mettre à jour", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Une autre indexation", timeout=60_000)
    look(page, DESK)


def test_names_that_hold_markup_are_escaped(page: Page, study: Study) -> None:
    title = "<script>alert(1)</script>"
    send(
        page, study, files(study, **{TRAP.replace(".md", "__md"): f"---\ntitle: '{title}'\n---\nUn texte assez long."})
    )
    expect(page.locator("fieldset.card legend").first).to_have_text("_img src=x onerror=alert(1)_.md")
    expect(page.get_by_text(title)).to_be_visible()
    look(page, PHONE)
    page.get_by_role("button", name="Ajouter au corpus").click()
    expect(page.locator("table.sources")).to_contain_text("_img src=x onerror=alert(1)_.md")
    page.locator("tr", has_text="_img src=x").get_by_role("link", name="Mettre à la corbeille").click()
    page.get_by_role("button", name="Mettre à la corbeille").click()
    page.get_by_role("status").first.wait_for()


def test_a_corpus_that_is_read_only_or_empty_is_explained(page: Page, study: Study) -> None:
    folders = [study.root, study.root / "documents", study.root / "transcripts"]
    for folder in folders:
        folder.chmod(0o555)
    try:
        page.reload()
        expect(page.get_by_text("ne peut pas être écrit par l’assistant")).to_be_visible()
        look(page, PHONE)
        page.get_by_role("link", name="Ajouter des fichiers").click()
        expect(page.get_by_text("ne peut pas être écrit par l’assistant")).to_contain_text("docs/deploy.md")
        expect(page.locator("#files")).to_have_count(0)
        page.goto(f"{study.corpus}/retirer?fichier=documents/charte.md")
        page.get_by_role("button", name="Mettre à la corbeille").click()
        expect(page.get_by_role("alert")).to_contain_text("est resté dans le corpus")
    finally:
        for folder in folders:
            folder.chmod(0o755)
    aside = study.root.parent / "aside"
    aside.mkdir()
    moved = [path for folder in folders[1:] for path in folder.iterdir()]
    try:
        for path in moved:
            shutil.move(path, aside / path.name)
        page.goto(study.corpus)
        expect(page.get_by_text("ne contient plus aucun fichier")).to_be_visible()
        page.get_by_role("button", name="Mettre à jour", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("aucun fichier à indexer", timeout=60_000)
        look(page, PHONE)
    finally:
        for path in moved:
            shutil.move(aside / path.name, path)


def test_text_at_twice_its_size_needs_no_sideways_scroll_and_targets_are_large_enough(page: Page, study: Study) -> None:
    page.set_viewport_size({"width": HALF[0], "height": HALF[1]})
    for path in ("", "/depot", "/corbeille", "/revenir"):
        page.goto(f"{study.corpus}{path}")
        assert page.evaluate(SMALL) == [], path
        assert magnified(page), path


def test_the_content_security_policy_lets_the_script_of_the_page_run(browser: Browser, study: Study) -> None:
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    enter(page, study.address)
    complaints.clear()
    page.goto(f"{study.corpus}/depot")
    page.evaluate("document.querySelector('form[data-most]').dataset.most = 10")
    page.locator("#files").set_input_files(files(study, compost__txt="Le compost du verger est retourné en mars."))
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#sending")).to_contain_text(
        "Envoyez ces fichiers en plusieurs fois"
    )  # refused before it is sent
    page.evaluate("document.querySelector('form[data-most]').dataset.most = 1000000")
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_role("button", name="Ajouter au corpus").click()
    expect(page.get_by_role("status").first).to_contain_text("Les fichiers sont dans le corpus")
    study.hold.touch()
    page.get_by_role("button", name="Mettre à jour", exact=True).click()
    expect(page.locator("#counted")).to_contain_text("fichier")
    study.hold.unlink()
    expect(page.get_by_text("La mise à jour est terminée")).to_be_visible(timeout=60_000)
    context.close()
    assert complaints == []


def test_visitors_are_sent_to_the_login_page_and_change_nothing(browser: Browser, study: Study) -> None:
    before = sorted(path.name for path in study.root.rglob("*"))
    with looking(browser) as page:
        for path in ("", "/depot", "/corbeille", "/revenir", "/etat"):
            page.goto(f"{study.corpus}{path}")
            assert page.url.split("?")[0] == f"{study.address}connexion"
        for path in ("/depot", "/mise-a-jour", "/retirer", "/revenir", "/corbeille/effacer"):
            answer = page.request.post(f"{study.corpus}{path}", form={"fichier": "documents/charte.md"})
            assert answer.status == 401
    assert sorted(path.name for path in study.root.rglob("*")) == before
