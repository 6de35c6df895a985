"""Tests of the pages under a sub-path, behind a reverse proxy that strips or keeps it: every address is below it, and
only a proxy on this machine is trusted for the address, scheme and host of a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from assistant.addresses import LEGAL, LOGIN, LOGOUT, TEAM
from assistant.people.accounts import Accounts
from assistant.ui.identity import COOKIE
from assistant.ui.pages.login import LEFT
from tests.assistant.ui.test_gate import PASSWORD, ask, enter
from tests.assistant.ui.two_pages import SECRET
from tests.forked import behind_proxy, serving_fork
from tests.processes import environment

pytestmark = pytest.mark.process

ROOT_PATH = "/etudes/corpus"
ELSEWHERE = "127.0.0.2"  # an address of this machine that no trusted proxy has


@dataclass(frozen=True)
class Site:
    """The addresses of the pages, direct and through the proxy, both with the sub-path."""

    direct: str
    proxied: str


@contextmanager
def site(folder: Path, mode: str, *more: str) -> Iterator[Site]:
    env = environment(folder / "reached.log")
    with (
        serving_fork("tests.assistant.ui.two_pages", folder, "", ROOT_PATH, env=env) as upstream,
        behind_proxy(upstream, ROOT_PATH, mode, *more, env=env) as url,
    ):
        yield Site(f"{upstream.rstrip('/')}{ROOT_PATH}", url)
    assert not (folder / "reached.log").exists()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("comptes")
    Accounts(folder).add("ada", PASSWORD)
    return folder


@pytest.fixture(scope="module", params=["strip", "keep"])
def behind(request: pytest.FixtureRequest, data_dir: Path) -> Iterator[Site]:
    with site(data_dir, request.param) as found:
        yield found


@pytest.fixture(scope="module")
def secured(data_dir: Path) -> Iterator[Site]:
    """Yield the pages behind a proxy that terminates TLS."""
    with site(data_dir, "strip", "https") as found:
        yield found


@contextmanager
def visiting(url: str, coming_from: str = "127.0.0.1") -> Iterator[httpx.Client]:
    transport = httpx.HTTPTransport(local_address=coming_from)
    with httpx.Client(base_url=url, timeout=20, transport=transport) as client:
        yield client


@pytest.fixture
def visitor(behind: Site) -> Iterator[httpx.Client]:
    with visiting(behind.proxied) as client:
        yield client


def test_both_pages_answer_below_the_sub_path(visitor: httpx.Client) -> None:
    assert "tomate" in (events := ask(visitor, ""))
    assert SECRET not in events
    entered = enter(visitor)
    assert (entered.status_code, entered.headers["location"]) == (303, f"{ROOT_PATH}{TEAM}/")
    cookie = entered.headers["set-cookie"]
    assert f"Path={ROOT_PATH};" in cookie and "HttpOnly" in cookie and "Secure" not in cookie
    assert SECRET in ask(visitor, TEAM)
    assert SECRET not in ask(visitor, "")
    left = visitor.post(LOGOUT)
    assert (left.status_code, left.headers["location"]) == (303, f"{ROOT_PATH}/{LEFT}")
    assert f"Path={ROOT_PATH};" in left.headers["set-cookie"]
    assert visitor.get(f"{TEAM}/").status_code == 303


def test_no_link_leads_outside_the_sub_path(visitor: httpx.Client, behind: Site) -> None:
    enter(visitor)
    for path in ("/", f"{TEAM}/", LOGIN, LEGAL):
        answer = visitor.get(path)
        assert answer.status_code == 200
        links = re.findall(r"""(?:href|src|action)=\\?["']([^"'\\]+)""", answer.text)
        links += re.findall(r'"root":"([^"]+)"', answer.text)
        here = behind.proxied.removesuffix(ROOT_PATH)
        absolute = [to.removeprefix(here) for to in links if to.startswith(("/", here))]
        assert absolute, path
        assert [to for to in absolute if not to.startswith(ROOT_PATH)] == [], path


def test_the_access_rules_hold_below_the_sub_path(visitor: httpx.Client) -> None:
    for path in (TEAM, f"{TEAM}/"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["location"], answer.content) == (303, f"{ROOT_PATH}{LOGIN}", b"")
    for path in ("/config", "/gradio_api/queue/data?session_hash=abcdefgh", "/assets/index.js"):
        assert visitor.get(f"{TEAM}{path}").status_code == 401
    for path in ("/config", "/gradio_api/info", "/docs"):
        assert visitor.get(path).status_code == 404, path
    for path in ("/", "/config"):  # the sub-path twice, which a proxy that strips it once cannot tell from once
        assert visitor.get(f"{ROOT_PATH}{TEAM}{path}").status_code in (303, 401, 404)
    assert visitor.get("/healthz").json() == {"well": True}


def test_the_bare_sub_path_redirects_to_the_page(behind: Site) -> None:
    answer = httpx.get(behind.direct)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ROOT_PATH}/")
    assert httpx.get(f"{behind.direct}x/").status_code == 404


def test_a_form_posted_from_another_site_is_refused(visitor: httpx.Client, behind: Site) -> None:
    data = {"name": "ada", "password": PASSWORD}
    for origin in ("http://ailleurs.invalid", "null", behind.direct.removesuffix(ROOT_PATH)):
        for path in (LOGIN, LOGOUT, "/gradio_api/queue/join", f"{TEAM}/gradio_api/queue/join"):
            assert visitor.post(path, data=data, headers={"origin": origin}).status_code == 403
    own = behind.proxied.removesuffix(ROOT_PATH)
    assert visitor.post(LOGIN, data=data, headers={"origin": own}).status_code == 303


def test_the_cookie_is_secure_behind_a_proxy_that_terminates_tls(secured: Site) -> None:
    with visiting(secured.proxied) as client:
        assert "Secure" in enter(client).headers["set-cookie"]
        root = re.search(r'"root":"([^"]+)"', client.get("/").text)
        assert root and root[1].startswith("https://")


def test_wrong_passwords_count_by_the_visitor_s_address_and_not_the_proxy_s(data_dir: Path) -> None:
    with site(data_dir, "strip") as here:
        with visiting(here.proxied, ELSEWHERE) as guesser:
            for number in range(6):
                assert enter(guesser, f"nom{number}", "au hasard").status_code == 401
            assert enter(guesser).status_code == 429
        with visiting(here.proxied, "127.0.0.3") as other:
            assert enter(other).status_code == 303


FORGED = {
    "x-forwarded-for": "192.0.2.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "ailleurs.invalid",
    "x-gradio-server": "http://ailleurs.invalid",
    "forwarded": "for=192.0.2.7;host=ailleurs.invalid",
}


def test_forwarded_headers_of_another_machine_are_ignored(data_dir: Path) -> None:
    with site(data_dir, "strip") as here, visiting(here.direct, ELSEWHERE) as client:
        page = client.get("/", headers=FORGED).text
        assert "ailleurs.invalid" not in page and "https://127" not in page
        answer = client.post(
            LOGIN, data={"name": "ada", "password": PASSWORD}, headers={**FORGED, "origin": "http://ailleurs.invalid"}
        )
        assert answer.status_code == 403
        for number in range(6):
            forged = {**FORGED, "x-forwarded-for": f"192.0.2.{number}"}
            sent = {"name": f"nom{number}", "password": "au hasard"}
            assert client.post(LOGIN, data=sent, headers=forged).status_code == 401
        assert enter(client).status_code == 429
        client.cookies.clear()
    with site(data_dir, "strip") as here, visiting(here.direct, ELSEWHERE) as client:
        answer = client.post(LOGIN, data={"name": "ada", "password": PASSWORD}, headers=FORGED)
        assert answer.status_code == 303 and "Secure" not in answer.headers["set-cookie"]


def test_a_proxy_on_this_machine_may_set_a_valid_host(behind: Site) -> None:
    forwarded = {"x-forwarded-host": "faux.invalid, etude.invalid", "origin": "https://etude.invalid"}
    with visiting(behind.direct) as client:
        page = client.get("/", headers=forwarded).text
        assert f'"root":"http://etude.invalid{ROOT_PATH}"' in page
        data = {"name": "ada", "password": PASSWORD}
        answer = client.post(LOGIN, data=data, headers=forwarded)
        assert answer.status_code == 303 and "Secure" in answer.headers["set-cookie"]
        for wrong in ('etude.invalid/"><script>', "etude.invalid/chemin", "a@etude.invalid", ""):
            page = client.get("/", headers={"x-forwarded-host": wrong}).text
            assert "etude.invalid" not in page


def test_a_proxy_without_a_sub_path_works(data_dir: Path) -> None:
    env = environment(data_dir / "reached.log")
    with (
        serving_fork("tests.assistant.ui.two_pages", data_dir, env=env) as upstream,
        behind_proxy(upstream, "", "keep", "https", env=env) as url,
        visiting(url) as client,
    ):
        assert "tomate" in ask(client, "")
        cookie = enter(client).headers["set-cookie"]
        assert "Path=/;" in cookie and "Secure" in cookie and COOKIE in cookie
