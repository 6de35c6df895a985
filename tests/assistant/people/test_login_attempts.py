"""Tests of the rate limit of login attempts: repeated failures wait longer and longer, a few typing errors do not."""

from __future__ import annotations

from assistant.people.login_attempts import LoginAttempts


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_few_failures_have_no_delay_and_the_next_ones_a_growing_one() -> None:
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


def test_the_wait_is_bounded_passes_and_is_reset_by_a_success() -> None:
    clock = Clock()
    attempts = LoginAttempts(clock)
    for _ in range(100):
        attempts.fail("ici", "ada ici")
    assert attempts.wait("ada ici") == attempts.wait("ici") == 900
    clock.now += 899
    assert attempts.wait("ici") == 1
    attempts.succeed("ici", "ada ici")
    assert attempts.wait("ici", "ada ici") == 0


def test_the_number_of_remembered_keys_is_bounded() -> None:
    attempts = LoginAttempts(Clock())
    for number in range(20_000):
        attempts.fail(f"adresse {number}")
    assert len(attempts._failures) == 10_000
