"""Visits of the pages in Debian's Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = (390, 844)
TABLET = (768, 1024)
DESK = (1440, 900)
SIZES = pytest.mark.parametrize(
    "size", [pytest.param(PHONE, id="phone"), pytest.param(DESK, id="desk", marks=pytest.mark.slow)]
)
"""A test on a phone, and again at a desk in the slow lane."""
NAME, PASSWORD = "ada", "une phrase de passe"
"""The only account of the invented corpus."""


def find_chromium() -> str:
    """Return the path of Chromium. Without it, the test fails in CI and is skipped elsewhere."""
    found = shutil.which("chromium")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing")
        pytest.skip("chromium is missing")
    return found


@dataclass
class Visit:
    """An open page, with its requests to other machines and its JavaScript errors."""

    page: Page
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Type a question, press Enter, and wait for the whole answer."""
        questions = self.page.locator("#conversation .user.message")
        before = questions.count()
        field_ = self.page.locator("input[type=text], textarea").first
        field_.fill(question)
        field_.press("Enter")
        questions.nth(before).wait_for()
        self.wait(question)

    def wait(self, question: str) -> None:
        """Wait for the whole answer to a question that was sent."""
        self.page.locator("#conversation .user.message", has_text=question).last.wait_for()
        self.page.wait_for_function(
            "() => document.querySelector('#conversation .bot.message') && !document.querySelector('.waiting')"
            " && !document.querySelector('[aria-busy=true]')"
        )

    def answer(self) -> str:
        """Return the text of the last answer."""
        return self.page.locator("#conversation .bot.message").last.inner_text()

    def cards(self) -> list[str]:
        """Return the texts of the cited passages beside it."""
        return self.page.locator("#passages .card").all_inner_texts()


@contextmanager
def browsing() -> Iterator[Browser]:
    """Yield a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def visiting(browser: Browser, address: str, size: tuple[int, int] = DESK) -> Iterator[Visit]:
    """Open the page in a new browser session."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="fr-FR")
    visit = Visit(context.new_page())

    def note(url: str) -> None:
        if not url.startswith((address, address.replace("http", "ws", 1), "data:", "blob:")):
            visit.strangers.append(url)

    visit.page.on("request", lambda request: note(request.url))
    visit.page.on("websocket", lambda socket: note(socket.url))
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.goto(address)
    visit.page.locator("#question textarea").wait_for()
    yield visit
    context.close()


def enter(page: Page, address: str) -> None:
    """Log in as a member of the team, by the form."""
    page.goto(f"{address}connexion")
    page.get_by_label("Nom").fill(NAME)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}equipe/")
