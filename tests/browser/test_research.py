"""Research in a phone and a desktop browser of the team. The corpus is invented, and searched with the fake
embedder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.export.formats import FORMATS
from assistant.people.accounts import Accounts
from assistant.people.audit import Audit, AuditAction
from assistant.people.baskets import Baskets
from assistant.ui.identity import COOKIE
from index.types import Passage, Scope
from tests.assistant.export.readers import assert_holds
from tests.assistant.research_corpus import HOSTILE, SECRET
from tests.assistant.ui.pages.research_pages import index_allotment
from tests.browser.axe import HALF, faults, fits, looking, magnified
from tests.browser.chromium import DESK, NAME, PASSWORD, PHONE, SIZES, find_chromium
from tests.forked import serving_fork
from tests.processes import environment

pytestmark = pytest.mark.browser
HEADER = "X-Remote-User"


class Served:
    """A server of the invented corpus, and the data that it keeps."""

    def __init__(self, address: str, folder: Path, passages: list[Passage]) -> None:
        self.address = address
        self.page = f"{address}equipe/recherche"
        self.baskets, self.audit = Baskets(folder), Audit(folder)
        self.passages = passages

        form = {"name": NAME, "password": PASSWORD}
        self.session = httpx.post(f"{address}connexion", data=form, timeout=20).cookies[COOKIE]

    def exported(self) -> list[str]:
        return [entry.who for entry in self.audit.last(1000) if entry.act is AuditAction.EXPORTED]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    find_chromium()
    folder = tmp_path_factory.mktemp("allotment")
    parts = index_allotment(folder)
    passages = list(parts.passages(Scope.TEAM))
    parts.catalog.close()
    Accounts(folder / "data").add(NAME, PASSWORD)
    env = environment(folder / "reached.log", ASSISTANT_TRUSTED_HEADER=HEADER)
    options = ("serve", "--port", "0", "--data-dir", folder / "data")
    with serving_fork("tests.stub_cli", *options, env=env) as address:
        yield Served(address, folder / "data", passages)
    assert not (folder / "reached.log").exists(), (folder / "reached.log").read_text()


@pytest.fixture
def page(browser: Browser, served: Served, size: tuple[int, int]) -> Iterator[Page]:
    """Open a browser with a session of the team and an empty basket."""
    served.baskets.erase(NAME)
    with looking(browser, size) as opened:
        sign_in(opened, served)
        yield opened


def sign_in(page: Page, served: Served) -> None:
    """Set the cookie of the session that the sign-in form returned."""
    page.context.add_cookies([{"name": COOKIE, "value": served.session, "url": served.address}])


def shown(page: Page) -> list[str]:
    return page.locator(".passage blockquote").all_inner_texts()


@SIZES
def test_a_search_is_typed_filtered_sorted_paged_and_read(page: Page, served: Served) -> None:
    found = {}
    page.goto(served.page)
    found["start"] = faults(page)
    page.get_by_label("Mots ou question").fill("bénévoles")
    page.get_by_label("Seulement les passages qui ont un de ces mots").check()
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche?q=*")
    expect(page.get_by_role("heading", name="6 passages")).to_be_visible()
    assert set(page.locator("mark").all_inner_texts()) == {"bénévoles"}
    found["found"] = faults(page)

    page.get_by_label("Ordre").select_option("Du plus ancien")
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator(".passage .where").first).to_contain_text("3 avril 2018")
    expect(page.locator(".passage .where").last).to_contain_text("sans date")

    page.locator(".filters summary").click()
    page.get_by_label("Qui parle").select_option("Trésorier")
    page.get_by_label("Depuis").fill("01/2021")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", name="1 passage")).to_be_visible()
    expect(page.locator(".filters summary")).to_have_text("Filtres\u00a0: depuis janvier 2021 · trésorier")
    found["held"] = faults(page)
    page.get_by_text("Voir le contexte").click()
    expect(page.locator(".context")).to_contain_text("C’est moi, depuis que la caisse est vide.")
    found["context"] = faults(page)
    assert fits(page)
    page.get_by_role("link", name="Lire dans le texte").click()
    page.wait_for_url("**/equipe/source/**")
    expect(page.locator("#cite-1")).to_have_text("Les bénévoles ne voient jamais les comptes, et c’est dommage.")

    page.goto(f"{served.page}?site=Sourcelles")
    first = shown(page)
    page.get_by_role("link", name="Page suivante").click()
    page.wait_for_url("**page=2*")
    assert len(first) == len(shown(page)) == 20 and not set(first) & set(shown(page))
    found["second"] = faults(page)
    assert {name: listed for name, listed in found.items() if listed} == {}


@SIZES
def test_wrong_dates_and_empty_results_explain_how_to_continue(page: Page, served: Served) -> None:
    page.goto(f"{served.page}?q=serre&depuis=hier&jusqua=99/99/2020")
    expect(page.get_by_label("Depuis")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Depuis")).to_have_value("hier")
    expect(page.get_by_role("alert")).to_contain_text("une date est à corriger")
    found = {"dates": faults(page)}
    assert fits(page)
    page.goto(f"{served.page}?q=fèves&mots=1&role=trésorier")
    expect(page.get_by_role("heading", name="Aucun passage trouvé")).to_be_visible()
    found["nothing"] = faults(page)
    page.get_by_role("link", name="sans qui parle").click()
    expect(page.locator(".passage mark").first).to_have_text("fèves")
    page.goto(f"{served.page}?q=<script>document.title='pris'</script>+hangar&mots=1")
    assert HOSTILE in shown(page)
    assert page.title().startswith("Recherche — ")
    found["hostile"] = faults(page)
    assert {name: listed for name, listed in found.items() if listed} == {}


@SIZES
def test_passages_are_checked_added_and_ordered_with_the_keyboard(page: Page, served: Served) -> None:
    page.goto(f"{served.page}?q=bénévoles&mots=1&ordre=ancien")
    chosen = shown(page)[:3]
    page.get_by_role("button", name="Ajouter au panier", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Aucun passage n’est coché")
    found = {"none": faults(page)}
    for box in page.get_by_role("checkbox", name=re.compile("Choisir")).all()[:3]:
        box.focus()
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    message = page.locator("#message")
    expect(message).to_contain_text("3 passages ajoutés à votre panier.")
    found["added"] = faults(page)
    assert served.baskets.of(NAME) and "q=b%C3%A9n%C3%A9voles" in page.url
    message.get_by_role("link", name="Voir le panier").click()
    page.wait_for_url("**/panier")
    assert shown(page) == chosen
    assert fits(page)
    found["basket"] = faults(page)
    page.get_by_role("button", name=re.compile("Descendre.*passage 1")).press("Enter")
    expect(page.locator("#message")).to_have_text(re.compile("Passage déplacé"))
    assert shown(page) == [chosen[1], chosen[0], chosen[2]]
    page.get_by_role("button", name=re.compile("Retirer.*passage 3")).click()
    expect(page.get_by_role("heading", name="2 passages de")).to_be_visible()
    served.baskets.add(NAME, ["parti"])
    page.reload()
    expect(page.get_by_text("1 passage de votre panier n’est plus dans le corpus.")).to_be_visible()
    found["gone"] = faults(page)
    page.get_by_role("button", name="Retirer du panier").click()
    expect(page.get_by_text("n’est plus dans le corpus.")).to_have_count(0)
    page.locator("summary", has_text="Vider le panier").click()
    page.get_by_role("button", name="Vider le panier").click()
    expect(page.get_by_role("heading", name="Le panier est vide")).to_be_visible()
    found["empty"] = faults(page)
    assert served.baskets.of(NAME) == []
    assert {name: listed for name, listed in found.items() if listed} == {}


@SIZES
def test_each_format_is_downloaded_from_a_search_and_from_the_basket(page: Page, served: Served) -> None:
    page.goto(f"{served.page}?q={SECRET}&mots=1")
    expect(page.locator("#exporter .notice")).to_contain_text("réservé à l’équipe")
    page.get_by_label("le passage trouvé").check()
    expected = [passage for passage in served.passages if passage.text == shown(page)[0]]
    for export_format in FORMATS.values():
        before = len(served.exported())
        with page.expect_download() as download:
            page.locator("#exporter").get_by_role("button", name=export_format.label).click()
        assert download.value.suggested_filename.startswith(f"passages-{SECRET}-20")
        assert download.value.suggested_filename.endswith(export_format.suffix)
        assert_holds(export_format.name, Path(download.value.path()).read_bytes(), expected)
        assert served.exported()[before:] == [NAME]
    kept = [passage for passage in served.passages if passage.source.title == "Entretien d’un trésorier"]
    served.baskets.add(NAME, [passage.id for passage in reversed(kept)])
    page.goto(f"{served.page}/panier")
    for export_format in FORMATS.values():
        with page.expect_download() as download:
            page.locator("#exporter").get_by_role("button", name=export_format.label).click()
        assert download.value.suggested_filename.startswith("panier-20")
        assert_holds(export_format.name, Path(download.value.path()).read_bytes(), list(reversed(kept)))


@pytest.mark.parametrize("size", [PHONE])
def test_an_expired_session_keeps_the_search_and_the_basket(page: Page, served: Served) -> None:
    page.goto(f"{served.page}?q=bénévoles&mots=1")
    page.get_by_role("button", name="Ajouter toute la page au panier").click()
    expect(page.locator("#message")).to_contain_text("6 passages ajoutés")
    page.context.clear_cookies(name=COOKIE)
    page.reload()
    page.wait_for_url("**/connexion*")
    page.get_by_label("Nom").fill(NAME)
    page.get_by_label("Mot de passe").fill("faux")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche?q=*")
    expect(page.get_by_label("Mots ou question")).to_have_value("bénévoles")
    expect(page.get_by_role("link", name=re.compile(r"Panier \(6 passages"))).to_be_visible()


def test_research_is_accessible_in_the_dark_scheme(browser: Browser, served: Served) -> None:
    served.baskets.erase(NAME)
    served.baskets.add(NAME, [served.passages[0].id, "parti"])
    with looking(browser, DESK, "dark") as page:
        sign_in(page, served)
        found = {}
        for name in ("", "?q=bénévoles&mots=1", "?depuis=hier", "?q=fèves&mots=1&role=trésorier", "/panier"):
            page.goto(served.page + name)
            found[name] = faults(page)
        assert {name: listed for name, listed in found.items() if listed} == {}


def test_text_at_twice_its_size_is_read_without_scrolling_sideways(browser: Browser, served: Served) -> None:
    served.baskets.add(NAME, [served.passages[0].id])
    with looking(browser, HALF) as page:
        sign_in(page, served)
        for name in ("", "?q=bénévoles&mots=1", "?depuis=hier", "/panier"):
            page.goto(served.page + name)
            assert magnified(page), name


def test_a_person_named_by_the_proxy_has_a_basket_and_others_are_refused(served: Served) -> None:
    chosen = served.passages[0].id
    with httpx.Client(base_url=served.address, timeout=20) as client:
        for path in ("", "?q=serre", "/panier"):
            answer = client.get(f"/equipe/recherche{path}")
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/connexion")
        for path in ("/panier/ajouter", "/export", "/panier", "/panier/export"):
            answer = client.post(f"/equipe/recherche{path}", data={"p": chosen, "format": "csv", "vider": "1"})
            assert (answer.status_code, answer.content) == (401, b"")
        named = {HEADER: "zoé".encode()}
        answer = client.post("/equipe/recherche/panier/ajouter", data={"p": chosen}, headers=named)  # type: ignore[arg-type]
        assert answer.status_code == 303
        assert "1 passage de 1 source" in client.get("/equipe/recherche/panier", headers=named).text  # type: ignore[arg-type]
        forged = {HEADER: "zoé".encode(), "origin": "http://ailleurs.invalid"}
        assert client.post("/equipe/recherche/panier", data={"vider": "1"}, headers=forged).status_code == 403  # type: ignore[arg-type]
        assert "1 passage de 1 source" in client.get("/equipe/recherche/panier", headers=named).text  # type: ignore[arg-type]
