"""Whoever guesses waits longer and longer; whoever mistypes does not."""

from __future__ import annotations

from assistant.people.login_attempts import LoginAttempts


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_few_failures_cost_nothing_and_the_next_ones_more_and_more() -> None:
    clock = Clock()
    attempts = LoginAttempts(clock)
    waits = []
    for _ in range(9):
        attempts.fail("ici")
        waits.append(attempts.wait("ici"))
        clock.now += waits[-1]
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8]
    assert attempts.wait("ailleurs") == 0
    assert attempts.wait("ailleurs", "ici") == 0


def test_the_wait_passes_has_an_end_and_is_forgotten_by_success() -> None:
    clock = Clock()
    attempts = LoginAttempts(clock)
    for _ in range(100):
        attempts.fail("ici", "ada ici")
    assert attempts.wait("ada ici") == attempts.wait("ici") == 900
    clock.now += 899
    assert attempts.wait("ici") == 1
    attempts.succeed("ici", "ada ici")
    assert attempts.wait("ici", "ada ici") == 0


def test_what_it_remembers_is_bounded() -> None:
    attempts = LoginAttempts(Clock())
    for number in range(20_000):
        attempts.fail(f"adresse {number}")
    assert len(attempts._failures) == 10_000
