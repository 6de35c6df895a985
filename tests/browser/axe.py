"""A page read by axe-core, against WCAG 2.1 AA and what its makers hold good."""

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
    """A page whose own policy does not keep the examiner's script out."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="fr-FR", color_scheme=scheme, bypass_csp=True
    )
    yield context.new_page()
    context.close()


def fits(page: Page) -> bool:
    """Whether a page is read without scrolling sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def magnified(page: Page) -> bool:
    """Whether it still is with letters of twice their size, which they have from then on."""
    page.add_style_tag(content="html { font-size: 200% !important; }")
    page.wait_for_timeout(100)
    return fits(page)


def faults(page: Page) -> list[str]:
    """What axe finds serious or critical on a page, once what moves has stopped."""
    page.wait_for_timeout(300)
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
    ]
