"""Tests of the access gate: which addresses answer, and to whom. The answers of each chat page tell which page gave
them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from assistant.addresses import FORM_BYTES, LEGAL, LOGIN, LOGOUT, TEAM
from assistant.people.accounts import Accounts
from assistant.people.audit import Audit, AuditAction
from assistant.ui.identity import COOKIE
from assistant.ui.pages import legal
from assistant.ui.pages.login import UNKNOWN
from tests.assistant.ui.two_pages import SECRET
from tests.forked import serving_fork
from tests.processes import ROOT, environment

pytestmark = pytest.mark.process

PASSWORD = "une phrase de passe"
BOUNDED = """
import sys
from pathlib import Path
from starlette.testclient import TestClient
from assistant.people.accounts import Accounts, Sessions
from assistant.people.audit import Audit
from assistant.ui import chat, server
from assistant.ui.gate import TeamAccess
from tests.assistant.ui.two_pages import page
audit = Audit(Path(sys.argv[1]))
pages = page(False, audit), page(True, audit)
app = server.application(*pages, TeamAccess(Sessions(Accounts(Path(sys.argv[1])), b"x" * 32)), "")
print(*[mounted.state_holder.capacity == chat.VISITS for mounted in server._mounted(app)])
print(*[page._queue.max_size == chat.WAITING_AT_MOST for page in pages])
for stopped in (False, True):
    pages[0]._queue.stopped = stopped
    print(TestClient(app).get("/healthz").status_code)
"""


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    made = Accounts(tmp_path_factory.mktemp("comptes"))
    made.add("ada", PASSWORD)
    made.add("bea", PASSWORD)
    return made


@contextmanager
def served(accounts: Accounts, *more: str) -> Iterator[str]:
    folder = accounts.folder
    env = environment(folder / "reached.log")
    with serving_fork("tests.assistant.ui.two_pages", folder, *more, env=env) as url:
        yield url
    assert not (folder / "reached.log").exists()


@pytest.fixture(scope="module")
def address(accounts: Accounts) -> Iterator[str]:
    with served(accounts) as url:
        yield url


@pytest.fixture
def visitor(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=20) as client:
        yield client


def enter(client: httpx.Client, name: str = "ada", password: str = PASSWORD) -> httpx.Response:
    return client.post(LOGIN, data={"name": name, "password": password})


def ask(client: httpx.Client, prefix: str) -> str:
    """Ask a question on the page at a prefix, through the queue as a browser does, and return the events."""
    config = client.get(f"{prefix}/").text
    assert "Les Jardins du Pont" in config
    joined = client.post(
        f"{prefix}/gradio_api/queue/join",
        json={"data": ["Quoi ?", None, True], "fn_index": 0, "session_hash": "abcdefgh", "trigger_id": None},
    )
    if joined.status_code != 200:
        return f"{joined.status_code} {joined.text}"
    heard = []
    with client.stream("GET", f"{prefix}/gradio_api/queue/data", params={"session_hash": "abcdefgh"}) as stream:
        for line in stream.iter_lines():
            heard.append(line)
            if line.startswith("data:") and json.loads(line[5:]).get("msg") in ("process_completed", "close_stream"):
                break
    return "\n".join(heard)


def test_the_public_page_gives_public_answers_alone(visitor: httpx.Client) -> None:
    assert "tomate" in (events := ask(visitor, ""))
    assert SECRET not in events
    assert SECRET not in visitor.get("/").text


def test_the_health_check_exposes_nothing_but_the_health(visitor: httpx.Client) -> None:
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"well": True})
    assert visitor.get("/equipe/healthz").status_code == 401


def test_the_team_page_redirects_a_visitor_to_the_login(visitor: httpx.Client) -> None:
    for path in (TEAM, f"{TEAM}/"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, LOGIN)
        assert answer.content == b""
    form = visitor.get(LOGIN)
    assert "Mot de passe" in form.text
    assert "default-src 'none'" in form.headers["content-security-policy"]


def test_no_address_of_the_team_answers_a_visitor(visitor: httpx.Client) -> None:
    for path in (
        "/config",
        "/gradio_api/info",
        "/gradio_api/queue/data?session_hash=abcdefgh",
        "/assets/index.js",
        "/x",
    ):
        answer = visitor.get(f"{TEAM}{path}")
        assert answer.status_code == 401, path
        assert answer.content == b""
    body = {"data": ["Quoi ?", None, True], "fn_index": 0, "session_hash": "abcdefgh"}
    assert visitor.post(f"{TEAM}/gradio_api/queue/join", json=body).status_code == 401


def test_a_member_of_the_team_logs_in_asks_and_logs_out(visitor: httpx.Client) -> None:
    entered = enter(visitor)
    assert (entered.status_code, entered.headers["location"]) == (303, f"{TEAM}/")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    page_ = visitor.get(f"{TEAM}/")
    assert page_.status_code == 200
    assert page_.headers["cache-control"] == "no-store"
    assert "Se déconnecter" in page_.text
    assert SECRET in ask(visitor, TEAM)
    assert SECRET not in ask(visitor, "")  # everyone's page is the same for all
    assert visitor.post(LOGOUT).status_code == 303
    assert visitor.get(f"{TEAM}/").status_code == 303


def test_logins_and_opened_sources_are_in_the_audit_trail(address: str, accounts: Accounts) -> None:
    accounts.add("dora", PASSWORD)
    with httpx.Client(base_url=address, timeout=20, headers={"X-Assistant-Name": "ada"}) as client:
        enter(client, "dora", "faux mot de passe")
        enter(client, "un mot de passe tapé là", "dora")
        enter(client, "dora")
        assert SECRET in ask(client, TEAM)
        ask(client, "")  # everyone's page: nothing is kept of it
        client.post(LOGOUT)
    kept = [(entry.who, entry.act) for entry in Audit(accounts.folder).last(5)]
    assert kept == [
        ("dora", AuditAction.WAS_REFUSED),
        (UNKNOWN, AuditAction.WAS_REFUSED),
        ("dora", AuditAction.CAME_IN),
        ("dora", AuditAction.OPENED),
        ("dora", AuditAction.LEFT),
    ]
    trail = (accounts.folder / "people" / "audit.db").read_bytes()
    assert b"Quoi" not in trail and b"topinambour" not in trail and b"tap" not in trail and b"127.0.0.1" not in trail


def test_a_removed_account_loses_access_at_once(address: str, accounts: Accounts) -> None:
    with httpx.Client(base_url=address, timeout=20) as client:
        enter(client, "bea")
        assert client.get(f"{TEAM}/").status_code == 200
        accounts.remove("bea")
        assert client.get(f"{TEAM}/").status_code == 303
        assert "401" in ask_anyway(client)


def ask_anyway(client: httpx.Client) -> str:
    body = {"data": ["Quoi ?", None, True], "fn_index": 0, "session_hash": "abcdefgh"}
    return str(client.post(f"{TEAM}/gradio_api/queue/join", json=body).status_code)


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", '"', "\\", f"ada; {COOKIE}=ada", "é".encode().decode("latin-1")])
def test_a_forged_cookie_gives_no_access(cookie: str, visitor: httpx.Client) -> None:
    answer = visitor.get(f"{TEAM}/", headers={b"cookie": f"{COOKIE}={cookie}".encode("latin-1")})
    assert answer.status_code == 303


def test_a_form_posted_from_another_site_is_refused(visitor: httpx.Client, address: str) -> None:
    data = {"name": "ada", "password": PASSWORD}
    for path in (LOGIN, LOGOUT, "/gradio_api/queue/join", f"{TEAM}/gradio_api/queue/join"):
        for origin in ("http://ailleurs.invalid", "null", "http://127.0.0.1:1", "http://[::1"):
            assert visitor.post(path, data=data, headers={"origin": origin}).status_code == 403
    assert visitor.post(LOGIN, data=data, headers={"origin": address.rstrip("/")}).status_code == 303


def test_every_response_has_the_security_headers(visitor: httpx.Client) -> None:
    for path in ("/", LOGIN, TEAM, "/nulle-part", "/assets/nulle-part"):
        headers = visitor.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["referrer-policy"] == "same-origin"


def test_a_name_typed_in_the_form_is_escaped(visitor: httpx.Client) -> None:
    answer = enter(visitor, '"><script>alert(1)</script>', "faux")
    assert answer.status_code == 401
    assert "<script>" not in answer.text
    assert "ne vont pas ensemble" in answer.text


def test_both_pages_and_the_login_link_to_the_legal_notice(visitor: httpx.Client) -> None:
    notice = visitor.get(LEGAL)
    assert notice.status_code == 200 and "n’a pas encore écrit ses mentions légales" in notice.text
    assert "default-src 'none'" in notice.headers["content-security-policy"]
    assert f'<a href="{LEGAL}">{legal.NAME}</a>' in visitor.get(LOGIN).text
    enter(visitor)
    for path in ("/", f"{TEAM}/"):
        assert f'href=\\"{LEGAL}\\"' in visitor.get(path).text


def test_malformed_forms_are_answered_in_french(visitor: httpx.Client) -> None:
    attached = visitor.post(LOGIN, files={"name": ("a.txt", b"ada"), "password": ("b.txt", b"x")})
    assert attached.status_code == 400
    long = enter(visitor, "a" * 5000, "x")
    assert long.status_code == 401 and "a" * 100 not in long.text
    for answer in (attached, long, visitor.post(LOGIN, content=b"\xff", headers={"content-type": "text/plain"})):
        assert "ne vont pas ensemble" in answer.text


def test_repeated_wrong_passwords_are_slowed_down(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("ada", PASSWORD)
    with served(accounts) as url, httpx.Client(base_url=url, timeout=20) as client:
        for _ in range(6):
            assert enter(client, "ada", "au hasard").status_code == 401
        slowed = enter(client, "ada", PASSWORD)
    assert slowed.status_code == 429
    assert "Attendez" in slowed.text
    assert "set-cookie" not in slowed.headers


def test_parallel_guesses_are_slowed_down_as_much(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("ada", PASSWORD)
    with served(accounts) as url, httpx.Client(base_url=url, timeout=60) as client, ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda number: enter(client, "ada", f"au hasard {number}").status_code, range(24)))
    assert Counter(answers) == {401: 6, 429: 18}


def test_events_that_no_page_sends_are_refused(visitor: httpx.Client) -> None:
    join = "/gradio_api/queue/join"
    event = {"data": ["Quoi ?", None, True], "fn_index": 0, "session_hash": "abcdefgh"}
    for body in (
        {**event, "fn_index": 99},
        {**event, "data": ["\ud800"]},
        {**event, "session_hash": "x" * 1000},
        [event],
    ):
        refused = visitor.post(join, content=json.dumps(body))
        assert (refused.status_code, refused.content) == (400, b""), body
    for path in (join, LOGIN):
        too_long = visitor.post(path, data={"name": "x" * FORM_BYTES})
        assert (too_long.status_code, too_long.content) == (413, b"")
    assert "tomate" in ask(visitor, "")


def test_sessions_and_queues_are_bounded_and_a_stopped_queue_is_unhealthy(tmp_path: Path) -> None:
    """Run in a separate process, since importing Gradio changes global state."""
    printed = subprocess.run(
        [sys.executable, "-c", BOUNDED, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert printed.stdout.split() == [*["True"] * 4, "200", "503"]


def test_the_name_header_of_a_proxy_is_trusted_only_when_configured(visitor: httpx.Client, tmp_path: Path) -> None:
    named = {"x-remote-user": "ada"}
    assert visitor.get(f"{TEAM}/", headers=named).status_code == 303
    with served(Accounts(tmp_path), "X-Remote-User") as url, httpx.Client(base_url=url, timeout=20) as client:
        assert client.get(f"{TEAM}/", headers=named).status_code == 200
        assert client.get(f"{TEAM}/", headers={"x-remote-user": ""}).status_code == 303
        twice = [("x-remote-user", "ada"), ("x-remote-user", "bea")]
        assert client.get(f"{TEAM}/", headers=twice).status_code == 303
        assert client.get(f"{TEAM}/").status_code == 303
