"""« Retours » in a desktop and a phone browser: figures, lists, filters, the agenda and exports. The corpus is
invented."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import docx
import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.people.audit import Audit, AuditAction
from tests.assistant.feedback_samples import fill
from tests.browser.axe import HALF, Scheme, faults, fits, looking, magnified
from tests.browser.chromium import DESK, PHONE, enter
from tests.browser.stub_server import Garden

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize(
    ("size", "scheme"),
    [pytest.param(PHONE, "dark", id="phone"), pytest.param(DESK, "light", id="desk", marks=pytest.mark.slow)],
)
VIEWS = ("", "/reactions", "/questions", "/ordre-du-jour")
EXPORTS = ("tableau.csv", "ordre-du-jour.md", "ordre-du-jour.docx")


@pytest.fixture
def empty(changing: Garden) -> Garden:
    (changing.data / "people" / "feedback.db").unlink(missing_ok=True)
    return changing


@pytest.fixture
def filled(changing: Garden) -> Garden:
    if not (changing.data / "people" / "feedback.db").exists():
        fill(changing.data)
    return changing


def check(page: Page, address: str, found: dict[str, object]) -> None:
    """Add the accessibility faults of a page to `found`, and whether it scrolls sideways."""
    page.goto(address)
    found[address] = faults(page)
    found[f"{address} fits"] = [] if fits(page) else ["scrolls sideways"]


@BOTH
def test_every_view_reports_a_study_without_feedback(
    size: tuple[int, int], scheme: Scheme, browser: Browser, empty: Garden
) -> None:
    with looking(browser, size, scheme) as page:
        enter(page, empty.address)
        found: dict[str, object] = {}
        for view in VIEWS:
            page.goto(f"{empty.address}equipe/retours{view}")
            expect(page.get_by_text("pour l’instant")).to_be_visible()
        check(page, f"{empty.address}equipe/retours", found)
        assert {name: listed for name, listed in found.items() if listed} == {}


@BOTH
def test_every_view_and_every_error_is_accessible(
    size: tuple[int, int], scheme: Scheme, browser: Browser, filled: Garden
) -> None:
    with looking(browser, size, scheme) as page:
        enter(page, filled.address)
        found: dict[str, object] = {}
        queries = ("?du=hier&reaction=aime", "/reactions?q=zzz", "/questions?reaction=manque", "/reactions?p=2")
        for view in (*VIEWS, *queries):
            check(page, f"{filled.address}equipe/retours{view}", found)
        page.goto(f"{filled.address}equipe/retours/reactions")
        page.locator("summary").first.click()
        found["unfolded"] = faults(page)
        assert {name: listed for name, listed in found.items() if listed} == {}
        page.goto(f"{filled.address}equipe/retours?du=hier")
        expect(page.get_by_role("alert")).to_have_text(
            "La date «\u00a0hier\u00a0» n’est pas comprise\u00a0: écrivez-la comme 31/12/2026."
        )


@BOTH
def test_a_researcher_goes_from_the_figures_to_the_cited_passage(
    size: tuple[int, int], scheme: Scheme, browser: Browser, filled: Garden
) -> None:
    with looking(browser, size, scheme) as page:
        enter(page, filled.address)
        page.goto(f"{filled.address}equipe/retours")
        expect(page.get_by_role("status")).to_contain_text("24 réactions et 3 questions restées sans réponse")
        expect(page.locator("figure.plot > svg")).to_have_count(2)
        page.get_by_label("Mots").fill("dimanche")
        page.get_by_label("Mots").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("3 réactions et aucune question restée sans réponse")
        page.get_by_role("link", name="Réactions (3)").click()
        expect(page.locator(".cards h3")).to_have_text(["«\u00a0Que font les bénévoles ?\u00a0»"] * 3)
        page.get_by_label("Du", exact=True).fill("2026-03-10")
        page.get_by_label("Réaction", exact=True).select_option("Il manque quelque chose")
        page.get_by_role("button", name="Chercher").click()
        expect(page.locator(".cards h3")).to_have_count(2)
        expect(page.get_by_label("Mots")).to_have_value("dimanche")
        page.locator("summary").first.click()
        page.locator(".cited a").first.click()
        page.wait_for_url("**/equipe/source/**")
        expect(page.locator("mark").first).to_be_visible()
        page.go_back()
        page.get_by_role("link", name="Tout voir").click()
        expect(page.locator(".cards > li")).to_have_count(20)
        page.get_by_role("link", name="Page suivante").click()
        expect(page.locator(".cards > li")).to_have_count(4)
        expect(page.get_by_text("Page 2 sur 2")).to_be_visible()
        expect(page.locator(".cards blockquote", has_text="<script>").first).to_be_visible()
        assert page.title().startswith("Retours"), "comments are escaped"


@BOTH
def test_the_agenda_and_the_table_are_downloaded(
    size: tuple[int, int], scheme: Scheme, browser: Browser, filled: Garden, tmp_path: Path
) -> None:
    with looking(browser, size, scheme) as page:
        enter(page, filled.address)
        page.goto(f"{filled.address}equipe/retours/ordre-du-jour")
        expect(page.locator(".agenda h3")).to_have_text(
            ["Serre partagée", "Les bénévoles", "La grainothèque", "La fatigue", "Sans thème"]
        )
        saved = {}
        for name in ("Télécharger en Word", "Télécharger en Markdown", "Tableau (CSV)"):
            with page.expect_download() as download:
                page.get_by_role("button", name=name).click()
            suggested = download.value.suggested_filename
            saved[suggested.rpartition(".")[2]] = tmp_path / suggested
            download.value.save_as(tmp_path / suggested)
    word = docx.Document(str(saved["docx"]))
    assert "Les bénévoles" in [line.text for line in word.paragraphs if line.style and line.style.name == "Heading 1"]
    text = saved["md"].read_text(encoding="utf-8")
    assert "### Questions restées sans réponse" in text and "<script>" not in text
    with saved["csv"].open(encoding="utf-8-sig", newline="") as read:
        rows = list(csv.DictReader(read, delimiter=";"))
    assert len(rows) == 27 and {row["page"] for row in rows} == {"de tous", "de l'équipe"}
    acts = [entry.act for entry in Audit(filled.data).last(3)]
    assert acts == [AuditAction.EXPORTED] * 3


def test_only_the_agenda_is_printed(browser: Browser, filled: Garden) -> None:
    with looking(browser) as page:
        enter(page, filled.address)
        page.goto(f"{filled.address}equipe/retours/ordre-du-jour")
        page.emulate_media(media="print")
        expect(page.locator(".agenda h2")).to_be_visible()
        for hidden in (".ways", ".views", ".filters", "button"):
            expect(page.locator(hidden).first).to_be_hidden()


def test_text_at_twice_its_size_is_read_without_scrolling_sideways(browser: Browser, filled: Garden) -> None:
    with looking(browser, HALF) as page:
        enter(page, filled.address)
        for view in VIEWS:
            page.goto(f"{filled.address}equipe/retours{view}")
            assert magnified(page), view


def test_visitors_without_a_session_read_and_export_nothing(filled: Garden) -> None:
    before = Audit(filled.data).last(1_000)
    with httpx.Client(base_url=filled.address, timeout=20) as client:
        for view in (*VIEWS, "?q=dimanche", "/reactions?p=2"):
            answer = client.get(f"/equipe/retours{view}")
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (
                303,
                "/connexion",
            ) and not answer.text
            assert client.get(f"/retours{view}").status_code == 404
        for name in EXPORTS:
            answer = client.post(f"/equipe/retours/{name}")
            assert (answer.status_code, answer.text) == (401, "")
            assert client.post(f"/retours/{name}").status_code == 404
    assert Audit(filled.data).last(1_000) == before


def test_a_form_of_another_site_exports_nothing(browser: Browser, filled: Garden) -> None:
    with looking(browser) as page:
        enter(page, filled.address)
        cookies = {str(cookie["name"]): str(cookie["value"]) for cookie in page.context.cookies()}
    with httpx.Client(base_url=filled.address, timeout=20, cookies=cookies) as client:
        assert (
            client.post("/equipe/retours/tableau.csv", headers={"origin": "http://mauvais.exemple"}).status_code == 403
        )
        mine = client.post("/equipe/retours/tableau.csv", headers={"origin": filled.address.rstrip("/")})
    assert mine.status_code == 200 and re.search("^attachment", mine.headers["content-disposition"])
