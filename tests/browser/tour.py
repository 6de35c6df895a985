"""The pictures of the README's tour, taken of the pages themselves: `make tour`.

    python -m tests.browser.tour FOLDER

The pages of everyone are those of the repository's corpus, asked its own examples; those of the team, of the invented
corpus, with reactions that are invented too."""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from assistant.compose.parts import compose
from assistant.compose.workspace import open_workspace
from assistant.people.accounts import Accounts
from assistant.people.feedback import Feedback
from assistant.people.reactions import Reaction
from assistant.settings import AssistantSettings
from index.indexing.build import build
from index.settings import IndexSettings
from index.types import Scope
from tests.browser.chromium import DESK, NAME, PASSWORD, PHONE, browsing, enter
from tests.conftest import JARDINS
from tests.processes import ROOT, environment, serving

_WEEK = 7 * 24 * 3600
_COLOURS = 96  # of a picture: text stays sharp, and the file small
_SAID = ("", "Et les enfants ?", "", "Il faudrait les horaires.", "")


def main(folder: str) -> None:
    """Index, serve, look."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, browsing() as browser:
        with _served(ROOT / "corpus", Path(scratch) / "everyone") as (address, _):
            _everyone(browser, address, out)
        with _served(JARDINS, Path(scratch) / "team") as (address, data_dir):
            _react(data_dir)
            _team(browser, address, out)


@contextmanager
def _served(corpus: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    folder.mkdir()
    data_dir = folder / "data"
    build(corpus, open_workspace(IndexSettings(data_dir=data_dir)))
    Accounts(data_dir).add(NAME, PASSWORD)
    command = [sys.executable, "-m", "assistant", "serve", "--port", "0", "--data-dir", str(data_dir)]
    with serving(command, environment(folder / "reached.log")) as address:
        yield address, data_dir


def _everyone(browser: Browser, address: str, out: Path) -> None:
    with _looking(browser, PHONE) as page:
        page.goto(address)
        page.locator("#examples .example").first.wait_for()
        _picture(page, out / "accueil-telephone.png")
        _answer(page)
        page.locator("#conversation a.term").first.click()
        _picture(page, out / "reponse-telephone.png")
    with _looking(browser, DESK) as page:
        page.goto(address)
        _answer(page)
        page.locator("#conversation a.term").first.hover()
        page.get_by_role("tooltip").wait_for()
        _picture(page, out / "reponse.png")
        page.goto(address.rstrip("/") + str(page.locator("#passages .open").first.get_attribute("href")))
        _picture(page, out / "source.png")


def _team(browser: Browser, address: str, out: Path) -> None:
    with _looking(browser, DESK) as page:
        enter(page, address)
        for name, part in (("recherche", "recherche?q=compost"), ("corpus", "corpus"), ("retours", "retours")):
            page.goto(f"{address}equipe/{part}")
            _picture(page, out / f"{name}.png")


def _react(data_dir: Path) -> None:
    parts = compose(open_workspace(IndexSettings(data_dir=data_dir)), AssistantSettings())
    answers = [parts.engine.ask(question, Scope.PUBLIC) for question in parts.examples(Scope.PUBLIC)]
    unanswered = parts.engine.ask("Quelle est la capitale de l’Australie ?", Scope.PUBLIC)
    for week in range(10):
        feedback = Feedback(data_dir, clock=_weeks_ago(week))
        for number in range(week * 7 % 5):
            reaction = list(Reaction)[(number + week) % len(Reaction)]
            feedback.keep(reaction, answers[(number + week) % len(answers)], Scope.PUBLIC, _SAID[(number + week) % 5])
        if week % 3 == 0:
            feedback.keep_unanswered(unanswered, Scope.PUBLIC)


def _weeks_ago(weeks: int) -> Callable[[], float]:
    return lambda: time.time() - weeks * _WEEK


@contextmanager
def _looking(browser: Browser, size: tuple[int, int]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="fr-FR")
    yield context.new_page()
    context.close()


def _answer(page: Page) -> None:
    page.locator("#examples .example").first.click()
    page.locator("#passages .card").first.wait_for()
    page.locator("#reactions").wait_for()


def _picture(page: Page, file: Path) -> None:
    page.wait_for_timeout(500)  # what moves has stopped
    with Image.open(io.BytesIO(page.screenshot())) as taken:
        taken.convert("RGB").quantize(_COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
