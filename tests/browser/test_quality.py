"""Tests of « Qualité » in a browser, on a desktop and on a phone: no file, an invalid file, a measurement, an index
that changed, a question that is lost. The corpus is invented."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from assistant.people.audit import Audit, AuditAction
from index.store.catalog import Catalog
from index.types import Scope
from tests.browser.axe import faults, fits, looking
from tests.browser.chromium import DESK, PHONE, enter
from tests.browser.stub_server import Garden

pytestmark = pytest.mark.browser
SCRIPT = "<script>document.title = 'pris'</script>"
WATER = {"id": "eau", "question": "D’où vient l’eau ?", "answers": ["L’eau vient d’une citerne"], "kind": "rapport"}
DOGS = {"id": "chiens", "question": "Les chiens sont-ils admis ?", "answers": ["Les chiens sont admis"]}
ELSEWHERE = {"id": "loin", "question": "Quelle est la capitale de l’Australie ?", "refused": True}
PUMPKIN = {"id": "courge", "question": f"Qui a volé la courge {SCRIPT} ?", "answers": ["volée pendant la nuit"]}


def write(made: Garden, *lines: object) -> None:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    (made.corpus / "questions.jsonl").write_text(text + "\n", encoding="utf-8")


@dataclass
class Walk:
    """The page opened by an account of the team on a desktop, light, and on a phone, dark; `findings` are the faults of
    each state."""

    address: str
    pages: tuple[Page, ...]
    findings: dict[str, list[str]] = field(default_factory=dict)

    @property
    def desktop(self) -> Page:
        return self.pages[0]

    def examine(self, state: str) -> None:
        """Check both pages in their present state."""
        for page in self.pages:
            page.goto(self.address)
            for folded in page.locator("details:not([open]) > summary").all()[:1]:
                folded.click()
            name = f"{state}, {page.viewport_size}"
            self.findings[name] = faults(page)
            if not fits(page):
                self.findings[name].append("scrolls sideways")


def measure(page: Page) -> None:
    """Press the button, and wait until the page shows the measurement by itself."""
    page.get_by_role("button", name="Mesurer les réponses").click()
    expect(page.get_by_text("sur l’index actuel")).to_be_visible(timeout=60_000)


def test_the_page_from_a_missing_file_to_a_lost_question(browser: Browser, changing: Garden) -> None:
    with ExitStack() as opened:
        pages = (opened.enter_context(looking(browser, DESK)), opened.enter_context(looking(browser, PHONE, "dark")))
        for page in pages:
            enter(page, changing.address)
        walk = Walk(f"{changing.address}equipe/qualite", pages)
        page = walk.desktop

        (changing.corpus / "questions.jsonl").unlink(missing_ok=True)
        walk.examine("no file")
        expect(page.get_by_role("status")).to_contain_text("Aucun fichier de questions")
        expect(page.get_by_label("Exemple")).to_contain_text('"refused": true')
        expect(page.get_by_role("button", name="Mesurer les réponses")).to_have_count(0)

        write(changing, WATER, "{")
        walk.examine("bad file")
        expect(page.get_by_role("alert")).to_contain_text("La ligne 2 du fichier de questions n’est pas du JSON")

        many = [{**DOGS, "id": f"chiens-{number}"} for number in range(60)]
        write(changing, *many, WATER)
        page.goto(walk.address)
        page.route("**/avancement", lambda route: answer_progress(route))
        page.get_by_role("button", name="Mesurer les réponses").click()
        expect(page.get_by_label("Mesure en cours")).to_have_count(2)  # the part of the page, and its bar
        for width, height in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            walk.findings[f"running, {width} px"] = faults(page) + ([] if fits(page) else ["scrolls sideways"])
        expect(page.get_by_text("7 sur 9")).to_be_visible()
        check_silent_server_and_ended_session(page)
        page.goto(walk.address)
        expect(page.get_by_text("sur l’index actuel. 61 questions")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Page 1 sur 4")).to_be_visible()

        write(changing, WATER, DOGS, ELSEWHERE, PUMPKIN)
        page.goto(walk.address)
        expect(page.get_by_role("status")).to_contain_text("Le fichier de questions a changé")
        measure(page)
        expect(page.get_by_text("Pas encore d’index précédent")).to_be_visible()
        expect(page.locator("h3", has_text="courge <script>")).to_be_visible()
        assert page.title().startswith("Qualité")

        report = changing.corpus / "documents" / "rapport-annuel.md"
        report.write_text(report.read_text(encoding="utf-8").split("## L’eau")[0], encoding="utf-8")
        changing.index()
        walk.examine("index changed")
        expect(page.get_by_role("status")).to_contain_text("L’index a changé depuis la dernière mesure.")
        measure(page)
        walk.examine("compared")
        lost = page.locator("h3:text-is('Perdues (1)') ~ ul").first
        expect(lost.locator("h4")).to_have_text(["«\u00a0D’où vient l’eau ?\u00a0»"])
        expect(lost.get_by_text("n’est plus, dans le corpus")).to_be_visible()
        expect(lost.get_by_text("(un passage qui n’y est plus)").first).to_be_visible()
        page.get_by_role("link", name="À revoir").click()
        expect(page.locator(".rows h3", has_text="eau")).to_be_visible()
        expect(page.locator(".rows h3", has_text="chiens")).to_have_count(0)
        assert {name: found for name, found in walk.findings.items() if found} == {}

    catalog = Catalog.open(changing.data)
    (interview,) = (
        source.id for source in catalog.sources(Scope.TEAM) if source.path == "transcripts/entretien-sourcelles.md"
    )
    catalog.close()
    assert any(line.act is AuditAction.OPENED and interview in line.sources for line in Audit(changing.data).last(20))


def check_silent_server_and_ended_session(page: Page) -> None:
    """Check a page that follows a measurement: the server stops answering, answers again, then the session ends.
    Restore the session at the end."""
    silent, counted = page.get_by_text("Le serveur ne répond pas pour l’instant."), page.get_by_text("7 sur 9")
    expect(silent).to_be_hidden()
    page.route("**/avancement", abort)
    expect(silent).to_be_visible()
    expect(counted).to_have_text("7 sur 9")
    assert faults(page) == [] and fits(page)
    page.unroute("**/avancement", abort)
    expect(silent).to_be_hidden()
    expect(counted).to_be_visible()
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.unroute("**/avancement")
    page.wait_for_url("**/connexion?vers=%2Fequipe%2Fqualite")
    page.context.add_cookies(
        [{"name": cookie["name"], "value": cookie["value"], "url": page.url} for cookie in cookies]
    )


def abort(route: Route) -> None:
    route.abort()


def answer_progress(route: Route) -> None:
    route.fulfill(json={"done": 7, "total": 9, "running": True})


def test_the_content_security_policy_lets_the_script_of_the_page_run(browser: Browser, changing: Garden) -> None:
    write(changing, DOGS, PUMPKIN)
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    enter(page, changing.address)
    complaints.clear()
    page.goto(f"{changing.address}equipe/qualite")
    page.get_by_role("button", name="Mesurer les réponses").click()
    expect(page.get_by_text("sur l’index actuel")).to_be_visible(timeout=60_000)
    context.close()
    assert complaints == []


def test_a_measurement_is_started_and_followed_without_a_script(browser: Browser, changing: Garden) -> None:
    write(changing, DOGS, ELSEWHERE)
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    enter(page, changing.address)
    state = context.storage_state()
    context.close()
    context = browser.new_context(locale="fr-FR", java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{changing.address}equipe/qualite")
    page.get_by_role("button", name="Mesurer les réponses").click()
    for _ in range(100):
        if page.get_by_role("link", name="Actualiser").count() == 0:
            break
        page.get_by_role("link", name="Actualiser").click()
    expect(page.get_by_text("sur l’index actuel. 2 questions")).to_be_visible()
    context.close()


def test_visitors_read_and_measure_nothing(changing: Garden) -> None:
    before = Audit(changing.data).last(1_000)
    with httpx.Client(base_url=changing.address, timeout=20) as client:
        for path in ("qualite", "qualite/avancement", "qualite?etat=a-revoir"):
            answer = client.get(f"/equipe/{path}")
            assert (answer.status_code, answer.headers["location"].split("?")[0], answer.text) == (
                303,
                "/connexion",
                "",
            )
            assert client.get(f"/{path}").status_code == 404
        assert client.post("/equipe/qualite").status_code == 401
        assert client.post("/qualite").status_code == 404
    assert Audit(changing.data).last(1_000) == before
