"""Tests of the chat page with answers of a language model: a scripted server, over the invented corpus."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import PHONE, find_chromium, visiting
from tests.forked import serving_fork
from tests.processes import environment
from tests.scripted_llm import Script, event, number_of, scripted

pytestmark = pytest.mark.browser
QUESTION = "Combien d’adhérents à Brumeval ?"


def begins_and_stalls(prompt: str) -> Sequence[bytes]:
    """A true sentence and a false one, then nothing more."""
    number = number_of("compte 48 adhérents", prompt)
    text = f"L’association compte 48 adhérents à Brumeval {number}. Elle compte 480 adhérents {number}. Elle"
    return [event(text)]


@dataclass
class Served:
    """A page, and what the language model behind it does."""

    address: str
    script: Script


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, jardins_data: Path, models_dir: Path) -> Iterator[Served]:
    find_chromium()
    folder = tmp_path_factory.mktemp("written")
    shutil.copytree(jardins_data, folder / "data")
    script = Script(reply=begins_and_stalls, stalls=True)
    with scripted(script) as url:
        env = environment(
            folder / "reached.log",
            ASSISTANT_MODELS=str(models_dir),
            ASSISTANT_LLM_URL=url,
            ASSISTANT_LLM_MODEL="essai",
            ASSISTANT_LLM_TIMEOUT="8",
        )
        with serving_fork("assistant", "serve", "--port", "0", "--data-dir", folder / "data", env=env) as address:
            yield Served(address, script)
    assert not (folder / "reached.log").exists(), (folder / "reached.log").read_text()


def test_a_checked_sentence_is_shown_while_the_model_writes_and_the_passages_when_it_stalls(
    browser: Browser, served: Served
) -> None:
    with visiting(browser, served.address, PHONE) as visit:
        field = visit.page.locator("input[type=text], textarea").first
        field.fill(QUESTION)
        field.press("Enter")
        bubble = visit.page.locator("#conversation .bot.message").last
        bubble.get_by_text("compte 48 adhérents à Brumeval").wait_for()
        assert visit.page.locator("[aria-busy=true]").count() == 1  # the answer is not whole yet
        assert "passages du corpus" not in bubble.inner_text()
        visit.wait(QUESTION)
        answer = visit.answer()
        assert "480" not in answer
        assert "s’est interrompu" in answer
        assert "Une phrase du modèle de langage n’a pas été retrouvée" in answer
        assert "« À Brumeval, l’association compte 48 adhérents" in answer.replace("\u00a0", " ")
        assert "verbatim" in visit.cards()[0]
        assert visit.strangers == [] and visit.complaints == []


def test_a_stopped_answer_keeps_its_checked_sentences(browser: Browser, served: Served) -> None:
    served.script.left.clear()
    with visiting(browser, served.address, PHONE) as visit:
        field = visit.page.locator("#question textarea")
        field.fill(QUESTION)
        field.press("Enter")
        bubble = visit.page.locator("#conversation .bot.message").last
        bubble.get_by_text("compte 48 adhérents à Brumeval").wait_for()
        field.fill("La suite ?")  # the page is never blocked
        visit.page.get_by_role("button", name="Arrêter").click()
        bubble.get_by_text("Vous avez arrêté cette réponse").wait_for()
        assert "compte 48 adhérents à Brumeval" in visit.answer() and visit.cards() == []
        assert field.input_value() == "La suite ?"
        assert visit.page.get_by_role("button", name="Envoyer").is_visible()
        assert visit.page.locator("[aria-busy=true]").count() == 0
        assert served.script.left.wait(7)  # sooner than the model is given up, and nothing goes on behind the page
        assert "480" not in visit.answer() and "s’est interrompu" not in visit.answer()
        assert visit.strangers == [] and visit.complaints == []
