"""Every screen, read by axe-core against WCAG 2.1 AA: on a phone and at a desk, in light and dark, at its size and at
twice its size, and used by the keyboard alone. The corpus is invented."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from assistant.people.accounts import Accounts
from index.build import build
from index.settings import IndexSettings
from tests.assistant.conftest import JARDINS
from tests.browser.page import DESK, PHONE, browsing, find_chromium
from tests.running import environment, serving

pytestmark = pytest.mark.browser
PASSWORD = "une phrase de passe"
QUESTION = "Que font les bénévoles ?"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
PLAIN = (
    *("lexique", "lexique?q=zzz", "lexique?mot=CA", "lexique?mot=absent"),
    *("mentions", "connexion", "source/absent"),
)
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[str]:
    find_chromium()
    folder = tmp_path_factory.mktemp("accessible")
    build(JARDINS, IndexSettings(data_dir=folder / "data", models_dir=models_dir))
    Accounts(folder / "data").add("ada", PASSWORD)
    env = environment(folder / "reached.log", ASSISTANT_MODELS=str(models_dir))
    command = [sys.executable, "-m", "assistant", "serve", "--port", "0", "--data-dir", str(folder / "data")]
    with serving(command, env) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


@contextmanager
def looking(browser: Browser, size: tuple[int, int] = DESK, scheme: Scheme = "light") -> Iterator[Page]:
    """A page whose own policy does not keep the examiner's script out."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="fr-FR", color_scheme=scheme, bypass_csp=True
    )
    yield context.new_page()
    context.close()


def faults(page: Page) -> list[str]:
    """What axe finds serious or critical on a page, once what moves has stopped."""
    page.wait_for_timeout(300)
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
    ]


def ask(page: Page) -> None:
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#passages .card .open").first.wait_for()
    page.wait_for_function("() => !document.querySelector('.waiting')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_serious_on_any_screen_of_everyone_s(
    size: tuple[int, int], scheme: Scheme, browser: Browser, address: str
) -> None:
    with looking(browser, size, scheme) as page:
        told = {}
        for name in PLAIN:
            page.goto(address + name)
            told[name] = faults(page)
        page.goto(address)
        page.locator("#question textarea").wait_for()
        told["empty"] = faults(page)
        ask(page)
        told["answered"] = faults(page)
        page.locator("#simpler").click()
        expect(page.locator("#simpler")).to_have_text("Réponse entière")
        told["simpler"] = faults(page)
        page.locator("#question textarea").fill("Quelle est la capitale de l’Australie ?")
        page.keyboard.press("Enter")
        page.locator("#passages .empty").wait_for()
        told["refused"] = faults(page)
        page.goto(address)
        ask(page)
        page.goto(address.rstrip("/") + str(page.locator("#passages .card .open").first.get_attribute("href")))
        told["source"] = faults(page)
        assert {name: found for name, found in told.items() if found} == {}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_serious_on_the_team_s_screens(size: tuple[int, int], browser: Browser, address: str) -> None:
    with looking(browser, size) as page:
        page.goto(f"{address}connexion")
        page.get_by_label("Nom").fill("ada")
        page.get_by_label("Mot de passe").fill("faux")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        told = {"refused": faults(page)}
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("#question textarea").wait_for()
        told["empty"] = faults(page)
        ask(page)
        told["answered"] = faults(page)
        page.goto(f"{address}equipe/lexique?mot=CA")
        told["word"] = faults(page)
        page.locator(".found a").first.click()
        page.wait_for_url("**/equipe/source/*")
        told["source"] = faults(page)
        assert {name: found for name, found in told.items() if found} == {}


def test_text_at_twice_its_size_is_read_without_scrolling_sideways(browser: Browser, address: str) -> None:
    with looking(browser, (640, 800)) as page:  # 1280 px at 200 %
        for name in ("", "lexique", "lexique?mot=CA", "mentions", "connexion"):
            page.goto(address + name)
            page.add_style_tag(content="html { font-size: 200% !important; }")
            page.wait_for_timeout(300)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_the_keyboard_alone_goes_from_the_question_to_the_source(browser: Browser, address: str) -> None:
    with looking(browser) as page:
        page.goto(address)
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
