"""Tests of the pages under a sub-path, behind a reverse proxy, used by a visitor on a phone and by the team."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assistant.people.accounts import Accounts
from tests.assistant.questions import SECRET
from tests.browser.chromium import NAME, PASSWORD, PHONE, SIZES, find_chromium, visiting
from tests.forked import behind_proxy, serving_fork
from tests.processes import environment

pytestmark = pytest.mark.browser
ROOT_PATH = "/corpus"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, jardins_data: Path) -> Path:
    find_chromium()
    folder = Path(shutil.copytree(jardins_data, tmp_path_factory.mktemp("proxied") / "data"))
    Accounts(folder).add(NAME, PASSWORD)
    return folder


@pytest.fixture(scope="module", params=["strip", "keep"])
def address(request: pytest.FixtureRequest, data_dir: Path, models_dir: Path) -> Iterator[str]:
    log = data_dir.parent / "reached.log"
    env = environment(log, ASSISTANT_MODELS=str(models_dir))
    options = ["--port", "0", "--data-dir", str(data_dir), "--root-path", ROOT_PATH]
    with (
        serving_fork("assistant", "serve", *options, env=env) as pages,
        behind_proxy(pages.removesuffix(f"{ROOT_PATH}/"), ROOT_PATH, request.param, env=env) as url,
    ):
        yield f"{url}/"
    assert not log.exists(), log.read_text()


def test_a_question_asked_on_a_phone_is_answered_below_the_sub_path(browser: Browser, address: str) -> None:
    with visiting(browser, address, PHONE) as visit:
        visit.ask("Que font les bénévoles ?")
        assert "bénévole" in visit.answer() and visit.cards()
        assert SECRET not in visit.answer()
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        assert visit.strangers == [] and visit.complaints == []


def test_a_member_of_the_team_logs_in_asks_and_logs_out(browser: Browser, address: str) -> None:
    with visiting(browser, address, PHONE) as visit:
        page = visit.page
        page.get_by_role("link", name="Espace de l’équipe").click()
        page.get_by_label("Nom").fill(NAME)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url(f"{address}equipe/")
        page.locator("#question textarea").wait_for()
        visit.ask("Que font les bénévoles ?")
        assert visit.cards()
        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url(address)
        page.goto(f"{address}equipe/")
        page.wait_for_url(f"{address}connexion")
        assert visit.strangers == [] and visit.complaints == []


@SIZES
def test_the_legal_notice_opens_without_losing_the_conversation(
    browser: Browser, address: str, size: tuple[int, int]
) -> None:
    with visiting(browser, address, size) as visit:
        visit.ask("Que font les bénévoles ?")
        answer = visit.answer()
        link = visit.page.get_by_role("link", name="Mentions légales et vie privée")
        with visit.page.context.expect_page() as opened:
            link.click()
        notice = opened.value
        notice.wait_for_load_state()
        assert notice.url == f"{address}mentions"
        expect(notice.get_by_role("heading", level=1)).to_have_text("Mentions légales et vie privée")
        assert notice.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert visit.answer() == answer
        assert visit.strangers == [] and visit.complaints == []
