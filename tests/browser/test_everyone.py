"""Tests of the public page in a browser, on a phone and on a desktop: what a visitor can do with an answer. The
corpus is invented."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.people.audit import Audit
from assistant.people.feedback import Feedback
from assistant.people.reactions import Reaction, ReactionFilter
from index.types import Scope
from tests.browser.axe import faults, looking
from tests.browser.chromium import SIZES, Visit, enter, visiting

pytestmark = pytest.mark.browser
QUESTION = "Que font les bénévoles ?"
NOT_THERE = "Quelle est la capitale de l’Australie ?"


@contextmanager
def calm(visit: Visit) -> Iterator[Page]:
    """Yield the page of a visit, and check that it sent no request to other machines and raised no error."""
    yield visit.page
    assert visit.strangers == [] and visit.complaints == []


def kept(page: Page, part: str) -> object:
    """Return the entries of the local storage whose name holds `part`."""
    return page.evaluate("part => Object.entries(localStorage).filter(([name]) => name.includes(part))", part)


@SIZES
def test_a_reaction_with_a_comment_reaches_the_team_without_a_name(
    size: tuple[int, int], browser: Browser, gardens: str, gardens_folder: Path
) -> None:
    comment = f"Et les enfants ? (écran de {size[0]} points)"
    with visiting(browser, gardens, size) as visit, calm(visit) as page:
        assert not page.locator("#reactions").is_visible()
        visit.ask(QUESTION)
        answer = visit.answer()
        page.get_by_role("button", name="Il manque quelque chose").click()
        field = page.get_by_label("Un commentaire")
        field.fill("à effacer")
        page.get_by_role("button", name="Annuler").click()
        field.wait_for(state="detached")
        page.get_by_role("button", name="Je m’y retrouve").click()
        expect(page.locator("#heard")).to_have_text("Votre réaction : « Je m’y retrouve »")
        field.fill(comment)
        page.get_by_role("button", name="Envoyer ma réaction").click()
        expect(page.locator("#thanks")).to_contain_text("Merci. Votre réaction est gardée sans votre nom")
        expect(page.locator("#said")).to_contain_text("Merci")
        expect(page.get_by_role("button", name="À creuser")).to_be_visible()
        assert visit.answer() == answer
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    (entry,) = Feedback(gardens_folder / "data").entries(Scope.TEAM, ReactionFilter(text=comment))
    assert (entry.reaction, entry.question, entry.scope) == (Reaction.RECOGNISED, QUESTION, Scope.PUBLIC)
    assert entry.citations and entry.comment == comment


@SIZES
def test_a_word_shows_its_definition_by_pointer_and_by_keyboard(
    size: tuple[int, int], browser: Browser, gardens: str
) -> None:
    with visiting(browser, gardens, size) as visit, calm(visit) as page:
        visit.ask("Que dit la charte sur la grainothèque ?")
        word = page.locator("#conversation a.term").first
        definition = page.get_by_role("tooltip")
        expect(definition).to_have_count(0)
        word.hover()
        expect(definition).to_be_visible()
        text = definition.inner_text()
        assert text in page.locator(".glossary .definition").all_inner_texts()
        assert word.get_attribute("aria-describedby") == "definition"
        box = definition.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= size[0]
        definition.hover()  # may be read under the pointer
        expect(definition).to_be_visible()
        page.keyboard.press("Escape")
        expect(definition).to_be_hidden()
        page.locator("#question textarea").hover()
        word.focus()
        expect(definition).to_have_text(text)
        page.locator("#question textarea").focus()
        expect(definition).to_be_hidden()
        word.click()
        expect(definition).to_have_text(text)
        page.locator("h1").click()
        expect(definition).to_be_hidden()
        assert page.url == gardens


def test_a_touch_shows_a_definition(browser: Browser, gardens: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR", has_touch=True)
    page = context.new_page()
    page.goto(gardens)
    page.locator("#question textarea").fill("Que dit la charte sur la grainothèque ?")
    page.keyboard.press("Enter")
    page.locator("#conversation a.term").first.tap()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.locator("h1").tap()
    expect(page.get_by_role("tooltip")).to_be_hidden()
    context.close()


@SIZES
def test_past_conversations_are_in_this_browser_only_and_are_asked_again(
    size: tuple[int, int], browser: Browser, gardens: str
) -> None:
    with visiting(browser, gardens, size) as visit, calm(visit) as page:
        visit.ask(QUESTION)
        visit.ask("et le compost ?")
        page.get_by_role("button", name="Nouvelle conversation").click()
        expect(page.locator("#conversation .user.message")).to_have_count(0)
        visit.ask("Qu’est-ce que la grainothèque ?")
        stored = json.dumps(kept(page, "conversations"), ensure_ascii=False)
        assert QUESTION in stored and visit.answer().splitlines()[0] not in stored  # no answer is kept
        page.reload()
        page.locator("#question textarea").wait_for()
        page.get_by_role("button", name="Historique").click()
        dialog = page.get_by_role("dialog", name="Historique")
        box = dialog.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= size[0]
        lines = dialog.locator("li .resume")
        questions = [text.splitlines()[0] for text in lines.all_inner_texts()]
        assert questions == ["Qu’est-ce que la grainothèque ?", QUESTION]
        assert "2 questions" in lines.nth(1).inner_text()
        lines.nth(1).click()
        visit.wait("et le compost ?")
        assert page.locator("#conversation .user.message").all_inner_texts() == [QUESTION, "et le compost ?"]
        assert visit.cards()
        page.get_by_role("button", name="Historique").click()
        assert dialog.locator("li").count() == 2  # resumed, not doubled
        dialog.get_by_role("button", name="Effacer\u00a0: Qu’est-ce").click()
        expect(dialog.locator("li")).to_have_count(1)
        dialog.get_by_label("Ne pas garder mes questions ici").check()
        expect(dialog.locator("li")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        visit.ask("Qu’est-ce que le paillis ?")
        assert QUESTION not in json.dumps(kept(page, "conversations"), ensure_ascii=False)
    with visiting(browser, gardens, size) as other:
        other.page.get_by_role("button", name="Historique").click()
        expect(other.page.get_by_role("dialog")).to_contain_text("Aucune conversation n’est gardée")


def test_the_browser_forgets_the_questions_of_the_team_at_logout(browser: Browser, gardens: str) -> None:
    with visiting(browser, gardens) as visit, calm(visit) as page:
        visit.ask(QUESTION)
        enter(page, gardens)
        page.locator("#question textarea").wait_for()
        visit.ask("Que dit l’entretien ?")
        assert "entretien" in json.dumps(kept(page, "equipe"))
        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url(gardens)
        assert kept(page, "equipe") == []
        assert QUESTION in json.dumps(kept(page, "conversations"), ensure_ascii=False)


@SIZES
def test_a_link_opens_a_conversation_and_its_questions_reach_no_log(
    size: tuple[int, int], browser: Browser, gardens: str
) -> None:
    with visiting(browser, gardens, size) as visit, calm(visit) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visit.ask(QUESTION)
        visit.ask("et le compost ?")
        cards = visit.cards()
        page.get_by_role("button", name="Copier un lien").click()
        expect(page.locator("#said")).to_have_text("Lien vers ces questions copié.")
        link = page.evaluate("navigator.clipboard.readText()")
        assert link == f"{gardens}#question={quote(QUESTION)}&question={quote('et le compost ?')}"
        context = browser.new_context(locale="fr-FR")
        other = Visit(context.new_page())
        urls: list[str] = []
        other.page.on("request", lambda request: urls.append(request.url))
        other.page.goto(link)
        other.wait("et le compost ?")
        assert other.cards() == cards
        assert other.page.url == gardens and not [url for url in urls if "question" in url]
        other.page.evaluate("location.hash = 'question=Que%20font%20les%20b%C3%A9n%C3%A9voles%20%3F'")
        expect(other.page.locator("#conversation .user.message")).to_have_count(1)
        context.close()


def test_a_link_to_the_team_page_asks_for_confirmation_first(
    browser: Browser, gardens: str, gardens_folder: Path
) -> None:
    audit = Audit(gardens_folder / "data")
    with visiting(browser, gardens) as visit, calm(visit) as page:
        enter(page, gardens)
        page.locator("#question textarea").wait_for()
        before = len(audit.last(1000))
        page.evaluate("question => { location.hash = 'question=' + encodeURIComponent(question) }", QUESTION)
        dialog = page.get_by_role("dialog", name="Ce lien pose des questions en votre nom")
        expect(dialog).to_contain_text(QUESTION)
        dialog.get_by_role("button", name="Ne rien demander").click()
        expect(dialog).to_have_count(0)
        assert page.locator("#conversation .user.message").count() == 0 and len(audit.last(1000)) == before
        page.evaluate("question => { location.hash = 'question=' + encodeURIComponent(question) }", QUESTION)
        dialog.get_by_role("button", name="Poser ces questions").click()
        visit.wait(QUESTION)
        assert visit.cards() and len(audit.last(1000)) > before


def test_questions_of_a_link_are_not_kept_when_the_visitor_refuses(
    browser: Browser, gardens: str, gardens_folder: Path
) -> None:
    with visiting(browser, gardens) as visit, calm(visit) as page:
        page.get_by_role("checkbox", name="Garder, sans mon nom").uncheck()
        question = "Quelle est la capitale de la Papouasie ?"
        page.goto(f"{gardens}lexique")
        page.goto(f"{gardens}#question={quote(question)}")
        visit.wait(question)
        assert "gardée" not in visit.answer()
    assert Feedback(gardens_folder / "data").unanswered(Scope.TEAM, ReactionFilter(text="Papouasie")) == []


def test_an_answer_is_copied_with_the_places_of_its_passages(browser: Browser, gardens: str) -> None:
    with visiting(browser, gardens) as visit, calm(visit) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visit.ask(QUESTION)
        button = page.locator("#copy")
        button.click()
        expect(button).to_have_text("Copié")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"{QUESTION}\n\n") and visit.answer().strip() in copied
        title = page.locator("#passages .card h3").first.inner_text()
        assert f"[1] {title} — " in copied
        expect(button).to_have_text("Copier la réponse")


def test_copying_works_without_the_clipboard_api(browser: Browser, gardens: str) -> None:
    with visiting(browser, gardens) as visit, calm(visit) as page:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        visit.ask(QUESTION)
        page.locator("#copy").click()
        expect(page.locator("#said")).to_have_text("Réponse copiée.")


@SIZES
def test_a_question_without_an_answer_is_kept_with_a_notice_unless_refused(
    size: tuple[int, int], browser: Browser, gardens: str, gardens_folder: Path
) -> None:
    question = f"{NOT_THERE[:-2]} vue de {size[0]} points ?"

    def times() -> int:
        found = Feedback(gardens_folder / "data").unanswered(Scope.TEAM, ReactionFilter(text=f"Australie {size[0]}"))
        return sum(question.count for question in found)

    with visiting(browser, gardens, size) as visit, calm(visit) as page:
        visit.ask(question)
        assert "est gardée, sans votre nom" in visit.answer() and times() == 1
        box = page.get_by_role("checkbox", name="Garder, sans mon nom")
        box.uncheck()
        visit.ask(question)
        assert "gardée" not in visit.answer()
        page.reload()
        expect(box).not_to_be_checked()
        visit.ask(question)
        assert "gardée" not in visit.answer() and times() == 1
        box.check()
        visit.ask(question)
        assert "est gardée" in visit.answer() and times() == 2


@SIZES
def test_reactions_definitions_and_history_are_accessible(
    size: tuple[int, int], browser: Browser, gardens: str
) -> None:
    with looking(browser, size) as page:
        page.goto(gardens)
        page.locator("#question textarea").fill("Que dit la charte sur la grainothèque ?")
        page.keyboard.press("Enter")
        page.locator("#passages .card").first.wait_for()
        page.get_by_role("button", name="À creuser").click()
        page.get_by_label("Un commentaire").wait_for()
        findings = {"saying": faults(page)}
        page.get_by_role("button", name="Envoyer ma réaction").click()
        page.locator("#thanks p").wait_for()
        findings["thanks"] = faults(page)
        page.locator("#conversation a.term").first.focus()
        findings["word"] = faults(page)
        page.get_by_role("button", name="Historique").click()
        page.get_by_role("dialog").wait_for()
        findings["past"] = faults(page)
        page.goto(f"{gardens}accessibilite")
        findings["statement"] = faults(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert {name: found for name, found in findings.items() if found} == {}


def test_reactions_and_history_work_with_the_keyboard_alone(browser: Browser, gardens: str) -> None:
    with visiting(browser, gardens) as visit, calm(visit) as page:
        visit.ask(QUESTION)
        page.get_by_role("button", name="Cela me surprend").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Un commentaire").focus()
        page.keyboard.type("Au clavier")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#thanks")).to_contain_text("Merci")
        page.get_by_role("button", name="Historique").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        assert page.evaluate("document.activeElement.id") == "past"


VISIBLE_TEXTS = """() => {
  const found = [];
  for (const node of document.querySelectorAll('*'))
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description'])
      if (node.getAttribute(name)) found.push(node.getAttribute(name));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode())
    if (text.parentElement && !text.parentElement.closest('script, style')) found.push(text.data);
  return found;
}"""
ENGLISH = frozenset(
    "the and your message messages send clear loading scroll copy copied retry submit error undo edit close chatbot "
    "like dislike share upload drop file stop cancel search settings built with use via of to".split()
)


def test_no_english_word_is_shown_to_an_english_browser(browser: Browser, gardens: str) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(gardens)
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="À creuser").click()
    page.get_by_label("Un commentaire").wait_for()
    page.get_by_role("button", name="Historique").click()
    page.get_by_role("dialog").wait_for()
    visible_words = [word for text in page.evaluate(VISIBLE_TEXTS) for word in re.findall(r"[^\W\d_]+", text.lower())]
    assert "bénévoles" in visible_words and ENGLISH & set(visible_words) == set()
    assert page.locator("html").get_attribute("lang") == "fr"
    context.close()
