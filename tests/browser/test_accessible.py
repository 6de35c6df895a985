"""Accessibility tests of every screen by axe-core against WCAG 2.1 AA: on a phone and on a desktop, in light and dark,
at normal and double text size, and by the keyboard alone. The corpus is invented."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import HALF, Scheme, faults, looking, magnified
from tests.browser.chromium import NAME, PASSWORD, SIZES, enter

pytestmark = pytest.mark.browser
QUESTION = "Que font les bénévoles ?"
PLAIN = (
    *("lexique", "lexique?q=zzz", "lexique?mot=CA", "lexique?mot=absent"),
    *("mentions", "connexion", "source/absent"),
)


def ask(page: Page) -> None:
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#passages .card .open").first.wait_for()
    page.wait_for_function("() => !document.querySelector('.waiting')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@SIZES
def test_public_screens_have_no_serious_violation(
    size: tuple[int, int], scheme: Scheme, browser: Browser, gardens: str
) -> None:
    with looking(browser, size, scheme) as page:
        findings = {}
        for name in PLAIN:
            page.goto(gardens + name)
            findings[name] = faults(page)
        page.goto(gardens)
        page.locator("#question textarea").wait_for()
        findings["empty"] = faults(page)
        ask(page)
        findings["answered"] = faults(page)
        page.locator("#simpler").click()
        expect(page.locator("#simpler")).to_have_text("Réponse entière")
        findings["simpler"] = faults(page)
        page.locator("#question textarea").fill("Quelle est la capitale de l’Australie ?")
        page.keyboard.press("Enter")
        page.locator("#passages .empty").wait_for()
        findings["refused"] = faults(page)
        page.goto(gardens)
        ask(page)
        page.goto(gardens.rstrip("/") + str(page.locator("#passages .card .open").first.get_attribute("href")))
        findings["source"] = faults(page)
        assert {name: found for name, found in findings.items() if found} == {}


@SIZES
def test_screens_of_the_team_have_no_serious_violation(size: tuple[int, int], browser: Browser, gardens: str) -> None:
    with looking(browser, size) as page:
        page.goto(f"{gardens}connexion")
        page.get_by_label("Nom").fill(NAME)
        page.get_by_label("Mot de passe").fill("faux")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        findings = {"refused": faults(page)}
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("#question textarea").wait_for()
        findings["empty"] = faults(page)
        ask(page)
        findings["answered"] = faults(page)
        page.goto(f"{gardens}equipe/lexique?mot=CA")
        findings["word"] = faults(page)
        page.locator(".found a").first.click()
        page.wait_for_url("**/equipe/source/*")
        findings["source"] = faults(page)
        assert {name: found for name, found in findings.items() if found} == {}


def test_text_at_twice_its_size_is_read_without_scrolling_sideways(browser: Browser, gardens: str) -> None:
    with looking(browser, HALF) as page:
        for name in ("", "lexique", "lexique?mot=CA", "mentions", "accessibilite", "connexion"):
            page.goto(gardens + name)
            assert magnified(page), name
        enter(page, gardens)
        page.goto(f"{gardens}equipe/lexique?mot=CA")
        source = str(page.locator(".found a").first.get_attribute("href")).removeprefix("/")
        for name in ("equipe/", "equipe/qualite", "equipe/retours/reactions", source, source.removeprefix("equipe/")):
            page.goto(gardens + name)
            assert magnified(page), name


def test_the_keyboard_alone_goes_from_the_question_to_the_source(browser: Browser, gardens: str) -> None:
    with looking(browser) as page:
        page.goto(gardens)
        page.locator("#question textarea").focus()
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        page.locator("#passages .card .open").first.wait_for()
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('#passages .open')"):
                break
        assert page.evaluate("document.activeElement.matches('#passages .open')")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        with page.context.expect_page() as opened:
            page.keyboard.press("Enter")
        opened.value.wait_for_load_state()
        assert "/source/" in opened.value.url
