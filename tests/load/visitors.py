"""Simulated visitors: each keeps asking about their own plot, and checks that the answer is about it."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Set
from dataclasses import dataclass, field

import httpx

from assistant.addresses import LOGIN, TEAM
from assistant.ui.conversation import FAILURE
from index.language.french import fold
from tests.load.corpus import TEAM_WORD, Plot
from tests.server_probe import HIDDEN, PASSWORD, ask

NAME = "ada"
A_VISIT = 5  # questions, after which the page is opened again
_READING_S = 1.0  # at most, between an answer and the next question
_PATIENCE_S = 120.0
_WORDS = re.compile(r"[a-z]+")


@dataclass
class Responses:
    """The answers received. Each list holds one line per failure."""

    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    """Questions whose answer leaked team-only content to a public visitor."""

    def __iadd__(self, other: Responses) -> Responses:
        self.seconds += other.seconds
        self.failed += other.failed
        self.mixed += other.mixed
        self.leaked += other.leaked
        return self


class Visitor:
    """A simulated visitor. `marks` are those of all possible plots."""

    def __init__(self, address: str, plot: Plot, marks: Set[str]) -> None:
        self._address = address
        self._plot = plot
        self._others = marks - {plot.mark}
        self._pauses = random.Random(plot.number)
        self._session = ""
        self.heard = Responses()

    def stay(self, is_over: Callable[[], bool]) -> Responses:
        """Ask until `is_over` returns True, at least once."""
        asked = 0
        with httpx.Client(base_url=self._address, timeout=_PATIENCE_S) as client:
            while self._open_page(client):
                for _ in range(A_VISIT):
                    self._ask(client, asked)
                    asked += 1
                    if is_over():
                        return self.heard
                    time.sleep(self._pauses.uniform(0, _READING_S))
        return self.heard

    def _open_page(self, client: httpx.Client) -> bool:
        """Open the page, after a login on the team's. Return False on failure."""
        try:
            if self._plot.for_team and not client.cookies:
                client.post(LOGIN, data={"name": NAME, "password": PASSWORD})
            page = client.get(f"{self._prefix}/")
        except httpx.HTTPError as error:
            self.heard.failed.append(f"the page of {self._plot}: {error!r}")
            return False
        if page.status_code != 200:
            self.heard.failed.append(f"the page of {self._plot}: {page.status_code}")
            return False
        self._session = f"{self._plot.mark}{time.monotonic_ns()}"
        return True

    @property
    def _prefix(self) -> str:
        return TEAM if self._plot.for_team else ""

    def _ask(self, client: httpx.Client, number: int) -> None:
        question = self._plot.questions[number % len(self._plot.questions)]
        began = time.monotonic()
        try:
            response = ask(client, question, self._prefix, self._session)
        except httpx.HTTPError as error:
            self.heard.failed.append(f"{question}: {error!r}")
            return
        self.heard.seconds.append(time.monotonic() - began)
        self.read(question, response)

    def read(self, question: str, response: str) -> None:
        """Check the response to a question."""
        response = response.replace(self._session, "")
        words = set(_WORDS.findall(response.lower()))
        if "process_completed" not in response or FAILURE[:40] in response or '"success":false' in response:
            self.heard.failed.append(f"{question}: {response[-500:]}")
        elif self._plot.mark not in words:
            self.heard.failed.append(f"{question}: not answered: {response[-500:]}")
        if foreign := words & self._others:
            self.heard.mixed.append(f"{question}: {foreign}")
        if not self._plot.for_team and (TEAM_WORD in words or any(fold(word) in fold(response) for word in HIDDEN)):
            self.heard.leaked.append(question)
