"""Drive the pages of a served corpus, which is invented; the model is a fake."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import faults, fits
from tests.browser.chromium import DESK, PHONE

INTERVIEW = (
    "Enquêtrice : Comment êtes-vous arrivée ici ?\n\n"
    "Habitante 1 : Par ma voisine. Nous avons planté quarante cognassiers au bord du chemin.\n\n"
    "Enquêtrice : Et ensuite ?\n\n"
    "Habitante 1 : Nous avons gardé les semences dans la cave, pour le printemps suivant, sans rien dire.\n"
)
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
SMALL = """() => [...document.querySelectorAll('a, button, select, summary, input:not([type=hidden]), label.tick')]
  .filter((one) => one.checkVisibility() && !one.matches('label *') && one.getBoundingClientRect().height < 43.5)
  .map((one) => one.outerHTML.slice(0, 80))"""
TRAP = "<img src=x onerror=alert(1)>.md"


@dataclass
class Study:
    """A served corpus that tests may change; an update waits while the file `hold` exists."""

    address: str
    root: Path
    data: Path
    sent: Path
    hold: Path

    @property
    def corpus(self) -> str:
        return f"{self.address}equipe/corpus"


def files(study: Study, **contents: bytes | str) -> list[str]:
    """Write files to send, and return their paths; `a__txt` stands for « a.txt »."""
    study.sent.mkdir(exist_ok=True)
    paths = []
    for name, content in contents.items():
        path = study.sent / name.replace("__", ".")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(str(path))
    return paths


def send(page: Page, study: Study, paths: list[str]) -> None:
    page.goto(f"{study.corpus}/depot")
    page.locator("#files").set_input_files(paths)
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_function("() => !document.querySelector('#sending')?.textContent")


def look(page: Page, *sizes: tuple[int, int]) -> None:
    """Check a state of the page for accessibility and sideways scrolling, in both widths unless `sizes` gives others,
    and restore the width."""
    before = page.viewport_size
    for size in sizes or (PHONE, DESK):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert faults(page) == [], (page.url, size)
        assert fits(page), (page.url, size)
    assert before is not None
    page.set_viewport_size(before)


def update(page: Page) -> None:
    page.get_by_role("button", name="Mettre à jour", exact=True).click()
    expect(page.get_by_text("La mise à jour est terminée")).to_be_visible(timeout=60_000)


def row(page: Page, path: str) -> str:
    return page.locator("table.sources tr", has_text=path).inner_text()


def ask(page: Page, question: str) -> str:
    """Ask a question, and return the text of the passages that answer it."""
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator("#passages .card").first.wait_for()
    page.wait_for_function("() => !document.querySelector('.waiting')")
    return page.locator("#passages").inner_text()
