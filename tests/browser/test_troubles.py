"""Tests of failures as a visitor of the page meets them, with a fake embedder, which starts fast. Every corpus is
invented."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from index.indexing.build import build
from index.settings import IndexSettings
from tests.browser.axe import faults, looking
from tests.browser.chromium import PHONE, SIZES, visiting
from tests.doubles import fake_workspace
from tests.forked import served_fork
from tests.processes import Served, environment, running
from tests.scripted_llm import Script, event, scripted

pytestmark = pytest.mark.browser
STUB = "tests.stub_cli"
QUESTION = "Que font les bénévoles ?"
RUNS = "<script>document.title = 'pris'</script><img src=x onerror=\"document.title = 'pris'\">"
# « Les Jardins du Pont » is an invented association.
MARKED_UP = f"""---
title: "Entretien {RUNS.replace('"', "'")}"
visibility: public
---
Enquêtrice : Que faites-vous du compost ?

Enquêtée : Le compost des Jardins du Pont {RUNS} nourrit les massifs de dahlias.
"""


def settings_of(folder: Path) -> IndexSettings:
    """Return the settings of the index that is made in a folder."""
    return IndexSettings(data_dir=folder / "data", find_names=False)


@contextmanager
def serving(data_dir: Path, **more: str) -> Iterator[Served]:
    env = environment(data_dir.parent / "reached.log", **more)
    with served_fork(STUB, "serve", "--port", "0", "--data-dir", data_dir, env=env) as found:
        yield found


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    """The data folder of one interview, made of markup."""
    transcripts = tmp_path / "corpus" / "transcripts"
    transcripts.mkdir(parents=True)
    (transcripts / "compost.txt").write_text(MARKED_UP, encoding="utf-8")
    report = build(tmp_path / "corpus", fake_workspace(settings_of(tmp_path)))
    assert not report.failed
    return tmp_path / "data"


@SIZES
def test_markup_in_an_interview_is_shown_as_text_everywhere(
    size: tuple[int, int], browser: Browser, garden: Path
) -> None:
    with serving(garden) as server, visiting(browser, server.address, size) as visit:
        title = visit.page.title()
        visit.ask("Que nourrit le compost ?")
        assert "<script>document.title" in visit.answer()
        assert "<script>document.title" in visit.cards()[0]
        assert visit.page.title() == title
        with visit.page.context.expect_page() as opened:
            visit.page.locator("#passages .open").first.click()
        opened.value.wait_for_load_state()
        assert "<script>document.title" in opened.value.locator("main").inner_text()
        assert "pris" not in (opened.value.title(), visit.page.title())
        assert opened.value.locator("main img, main script").count() == 0
        assert visit.page.locator("#conversation img, #passages img").count() == 0
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert visit.strangers == [] and visit.complaints == []


@SIZES
def test_a_server_that_stops_during_an_answer_is_reported_in_french(
    size: tuple[int, int], browser: Browser, garden: Path
) -> None:
    script = Script(reply=lambda prompt: [event("Le compost")], stalls=True)
    with scripted(script) as url:
        model = {"ASSISTANT_LLM_URL": url, "ASSISTANT_LLM_MODEL": "essai", "ASSISTANT_LLM_TIMEOUT": "60"}
        with serving(garden, **model) as server, visiting(browser, server.address, size) as visit:
            field = visit.page.locator("#question textarea")
            field.fill("Que nourrit le compost ?")
            field.press("Enter")
            visit.page.locator("[aria-busy=true]").wait_for()
            os.kill(server.pid, signal.SIGKILL)
            message = visit.page.locator(".toast-wrap")
            expect(message).to_contain_text("Le serveur ne répond plus", timeout=30_000)
            assert not any(word in message.inner_text() for word in ("Connection", "Error", "error", "lost"))
            visit.page.wait_for_timeout(300)
            assert "Que nourrit le compost ?" in visit.page.locator("#conversation").inner_text()


def test_the_message_about_a_stopped_server_is_accessible(browser: Browser, garden: Path) -> None:
    with serving(garden) as server, looking(browser, PHONE) as page:
        page.goto(server.address)
        page.locator("#question textarea").wait_for()
        os.kill(server.pid, signal.SIGKILL)
        page.locator("#question textarea").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".toast-wrap")).to_contain_text("Le serveur ne répond plus", timeout=30_000)
        assert faults(page) == []


@SIZES
def test_a_question_that_is_too_long_is_cut_by_the_field_and_answered(
    size: tuple[int, int], browser: Browser, gardens: str
) -> None:
    with visiting(browser, gardens, size) as visit:
        field = visit.page.locator("#question textarea")
        field.focus()
        visit.page.keyboard.insert_text(f"{QUESTION} {'et encore des bénévoles ' * 300}")
        assert len(field.input_value()) == 1000
        field.press("Enter")
        visit.wait(QUESTION)
        assert visit.answer() and "erreur" not in visit.answer()
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert visit.strangers == [] and visit.complaints == []


def test_questions_are_answered_during_an_update_and_from_the_new_index_after_it(
    browser: Browser, tmp_path: Path, garden: Path
) -> None:
    env = environment(tmp_path / "reached.log", ASSISTANT_FIND_NAMES="non")
    with serving(garden) as server, visiting(browser, server.address, PHONE) as visit:
        for crop, where in (("tomates séchées", "la cantine"), ("courges", "l’école"), ("haricots", "le marché")):
            question = f"Que deviennent les {crop} ?"
            visit.ask(question)
            assert visit.cards() == []
            text = f"Les {crop} des Jardins du Pont vont vers {where} chaque automne."
            (tmp_path / "corpus" / "transcripts" / f"{crop}.md").write_text(
                f"---\nvisibility: public\n---\nEnquêtée : {text}\n", encoding="utf-8"
            )
            with running("index", tmp_path / "corpus", "--data-dir", garden, env=env, program=STUB) as update:
                while update.poll() is None:
                    visit.ask("Que nourrit le compost ?")
                    assert "dahlias" in visit.answer()
                    visit.page.wait_for_timeout(1500)  # an update gives way to questions
            assert update.returncode == 0
            visit.ask(question)
            assert where in visit.answer()
        assert visit.strangers == [] and visit.complaints == []


@SIZES
def test_an_emptied_corpus_gives_no_example_and_no_answer(
    size: tuple[int, int], browser: Browser, tmp_path: Path, garden: Path
) -> None:
    (tmp_path / "corpus" / "transcripts" / "compost.txt").write_text(
        "---\nvisibility: team\n---\nEnquêtée : Rien de public.\n", encoding="utf-8"
    )
    build(tmp_path / "corpus", fake_workspace(settings_of(tmp_path)), confirmed=True)
    own = {"ASSISTANT_CORPUS": str(tmp_path / "corpus")}
    with serving(garden, **own) as server, visiting(browser, server.address, size) as visit:
        assert visit.page.locator("#examples .example").count() == 0
        assert "Par exemple" not in visit.page.locator("body").inner_text()
        visit.ask(QUESTION)
        assert "rien" in visit.answer().lower() and visit.cards() == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert visit.strangers == [] and visit.complaints == []


def test_too_many_questions_at_once_are_refused_in_french(browser: Browser, gardens: str) -> None:
    """Fake the refusal of the queue; `tests/load` floods a real server."""
    with visiting(browser, gardens) as visit:
        full = '{"detail": "Queue is full. Max size is 500 and size is 500."}'
        visit.page.route(
            "**/queue/join*", lambda route: route.fulfill(status=503, body=full, content_type="application/json")
        )
        field = visit.page.locator("#question textarea")
        field.fill(QUESTION)
        field.press("Enter")
        expect(visit.page.locator(".toast-wrap")).to_contain_text("Réessayez dans un instant")
        assert "Queue" not in visit.page.locator(".toast-wrap").inner_text()
