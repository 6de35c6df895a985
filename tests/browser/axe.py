"""Accessibility checks of a page by axe-core, against WCAG 2.1 AA and the best practices of its authors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.chromium import DESK

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
Scheme = Literal["light", "dark"]
HALF = (640, 800)
"""A window of 1280 px at 200 %."""


@contextmanager
def looking(browser: Browser, size: tuple[int, int] = DESK, scheme: Scheme = "light") -> Iterator[Page]:
    """Yield a page without its content security policy, which would block the script of axe-core."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="fr-FR", color_scheme=scheme, bypass_csp=True
    )
    yield context.new_page()
    context.close()


def fits(page: Page) -> bool:
    """Return whether a page fits in its width, without horizontal scrolling."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def magnified(page: Page) -> bool:
    """Double the size of the text of a page for good, and return whether the page still fits in its width."""
    page.add_style_tag(content="html { font-size: 200% !important; }")
    page.wait_for_timeout(100)
    return fits(page)


def faults(page: Page) -> list[str]:
    """Return the serious and critical violations that axe-core finds on a page, once its animations are over."""
    page.wait_for_timeout(300)
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:120]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
