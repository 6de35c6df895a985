"""Tests of the chat page that `make serve` serves, as a visitor uses it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import PHONE, SIZES, find_chromium, visiting
from tests.processes import environment, free_port, serving

pytestmark = pytest.mark.browser
QUESTION = "rôle des bénévoles à Lens ?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[str]:
    """The page of the repository's own corpus, as `make serve` indexes and serves it."""
    find_chromium()
    folder = tmp_path_factory.mktemp("served")
    env = environment(folder / "reached.log", ASSISTANT_DATA_DIR=str(folder / "data"), ASSISTANT_MODELS=str(models_dir))
    make = shutil.which("make")
    assert make, "make is missing"
    installed = ["-o", "install"]  # the environment that runs this test is the installed one
    with serving(
        [make, *installed, "serve", f"PORT={free_port()}", f"BIN={Path(sys.executable).parent}"], env
    ) as found:
        yield found
    assert not (folder / "reached.log").exists(), (folder / "reached.log").read_text()


def test_answers_the_first_question_with_its_passages(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        visit.ask(QUESTION)
        answer, cards = visit.answer(), visit.cards()
        assert "bénévol" in answer and "[1]" in answer
        assert "à Lens en particulier" in answer
        assert "bénévol" in cards[0]
        assert "verbatim" in cards[0]
        assert all("reformulation, non l’original" in card for card in cards)
        marked = visit.page.locator("#passages .card mark").first.inner_text()
        assert " ".join(marked.split()) in " ".join(answer.split())
        assert visit.strangers == [] and visit.complaints == []


@SIZES
def test_a_citation_leads_to_its_source_and_to_the_next_citation(
    size: tuple[int, int], browser: Browser, address: str
) -> None:
    with visiting(browser, address, size) as visit:
        visit.ask(QUESTION)
        marked = " ".join(visit.page.locator("#passages .card mark").first.inner_text().split())
        with visit.page.context.expect_page() as opened:
            visit.page.locator("#passages .card .open").first.click()
        source = opened.value
        source.wait_for_load_state()
        number = source.url.rpartition("#cite-")[2]
        cited = source.locator(f"#cite-{number}")
        assert " ".join(cited.inner_text().split()) == marked
        assert cited.evaluate(
            "one => one.getBoundingClientRect().top >= 0 && one.getBoundingClientRect().top < innerHeight"
        )
        assert source.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert source.locator("h1").count() == 1 and source.locator("html").get_attribute("lang") == "fr"
        way = source.get_by_role("link", name="Passage cité suivant")
        if way.count():
            way.click()
            source.wait_for_load_state()
            assert int(source.url.rpartition("#cite-")[2]) == int(number) + 1
        source.get_by_role("link", name="Poser une question").click()
        source.locator("#question textarea").wait_for()
        assert visit.strangers == [] and visit.complaints == []


@SIZES
def test_a_word_of_the_lexicon_leads_to_its_passages(size: tuple[int, int], browser: Browser, address: str) -> None:
    with visiting(browser, address, size) as visit:
        page = visit.page
        page.goto(f"{address}lexique")
        words = page.locator("dt").count()
        assert words > 10 and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_label("Chercher un mot").fill("bénévole")
        page.keyboard.press("Enter")
        page.wait_for_url("**/lexique?q=*")
        assert 0 < page.locator("dt").count() < words
        page.get_by_role("link", name="apparaît").first.click()
        page.wait_for_url("**/lexique?mot=*")
        page.locator(".found a").first.click()
        page.wait_for_url("**/source/*")
        assert page.locator("h1").inner_text()
        assert visit.strangers == [] and visit.complaints == []


def test_the_first_text_field_is_the_question(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        first = visit.page.locator("input:visible, textarea:visible").first
        assert first.evaluate("field => field.closest('[id]').id") == "question"


def test_offers_three_example_questions_that_answer(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        examples = visit.page.locator("#examples .example")
        texts = examples.all_inner_texts()
        assert len(texts) == 3
    for number, text in enumerate(texts):
        with visiting(browser, address) as visit:
            visit.page.locator("#examples .example").nth(number).click()
            visit.wait(text)
            assert visit.cards(), text


def test_a_follow_up_is_understood_and_its_reading_is_shown(browser: Browser, address: str) -> None:
    with visiting(browser, address, PHONE) as visit:
        visit.ask("Quand a eu lieu l’atelier à Lens ?")
        assert "23 mai 2023" in visit.answer() and "15 mai" not in visit.answer()
        visit.ask("et à Valenciennes ?")
        answer = " ".join(visit.answer().split())
        assert answer.startswith("Question comprise : Quand a eu lieu l’atelier à Valenciennes ?")
        assert "15 mai 2023" in answer and "23 mai" not in answer


def test_an_answer_becomes_simpler_and_whole_again(browser: Browser, address: str) -> None:
    with visiting(browser, address, PHONE) as visit:
        button = visit.page.locator("#simpler")
        assert not button.is_visible()
        visit.ask("Quelle est la problématique ?")
        whole = visit.answer()
        button.click()
        visit.page.locator("#conversation .bot.message", has_text="Plus facile à lire").wait_for()
        assert "[…]" in visit.answer() and len(whole) > 100
        assert "abrégé" in visit.cards()[0]
        button.click()
        visit.page.locator("#conversation .bot.message", has_text="auprès des parties prenantes").wait_for()
        assert visit.answer() == whole
        assert button.inner_text() == "Plus simple"
        assert visit.strangers == [] and visit.complaints == []


def test_a_question_outside_the_corpus_is_refused_on_the_page(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        visit.ask("quelle est la capitale de l'Australie ?")
        assert "rien trouvé" in visit.answer()
        assert visit.cards() == []


@SIZES
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, size: tuple[int, int]) -> None:
    with visiting(browser, address, size) as visit:
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        visit.ask(QUESTION)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        box = visit.page.locator("#question textarea").bounding_box()
        assert box is not None and box["x"] + box["width"] <= size[0]


def test_two_visitors_do_not_see_each_other(browser: Browser, address: str) -> None:
    with visiting(browser, address) as first, visiting(browser, address) as second:
        first.ask("qui fait partie de l'équipe de recherche ?")
        second.ask("combien d'heures d'entretiens ?")
        assert "57" in second.answer() and "57" not in first.answer()
        assert first.page.locator("#conversation .user.message").count() == 1
        assert second.page.locator("#conversation .user.message").count() == 1


def test_a_number_in_the_answer_leads_to_its_passage(browser: Browser, address: str) -> None:
    with visiting(browser, address, PHONE) as visit:
        visit.ask(QUESTION)
        visit.page.locator("#conversation .bot.message a.cite", has_text="[2]").first.click()
        card = visit.page.locator("#passage-2")
        visit.page.wait_for_function(
            "() => { const box = document.querySelector('#passage-2').getBoundingClientRect();"
            " return box.top >= 0 && box.top < innerHeight; }"
        )
        assert "bénévoles" in card.inner_text()


def test_a_script_in_a_question_is_shown_as_text(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        question = "<script>document.title='pris'</script> bénévoles"
        visit.ask(question)
        assert visit.page.title() != "pris"
        assert question in visit.page.locator("#conversation .user.message").last.inner_text()
