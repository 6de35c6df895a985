"""Tests of the baskets: private to a person, ordered, bounded, and limited to ids."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.errors import BasketRefused
from assistant.people.baskets import MOST, Baskets


@pytest.fixture
def baskets(tmp_path: Path) -> Baskets:
    return Baskets(tmp_path)


def test_an_empty_basket_creates_no_file(baskets: Baskets, tmp_path: Path) -> None:
    assert baskets.of("ada") == []
    assert baskets.remove("ada", ["a"]) == 0
    baskets.erase("ada")
    assert list(tmp_path.iterdir()) == []
    assert baskets.add("ada", ["a"]) == 1
    assert (tmp_path / "people" / "baskets.db").stat().st_mode & 0o777 == 0o600


def test_each_person_has_their_own_in_their_order(baskets: Baskets) -> None:
    assert baskets.add("ada", ["b", "a", "b"]) == 2
    assert baskets.add("béa", ["c"]) == 1
    assert baskets.add("ADA", ["a", "c"]) == 1  # as accounts are compared
    assert (baskets.of("ada"), baskets.of("béa"), baskets.of("")) == (["b", "a", "c"], ["c"], [])
    baskets.erase("Ada")
    assert (baskets.of("ada"), baskets.of("béa")) == ([], ["c"])


def test_two_passages_are_swapped(baskets: Baskets) -> None:
    baskets.add("ada", ["a", "b", "c"])
    assert baskets.swap("ada", "a", "c") and baskets.of("ada") == ["c", "b", "a"]
    assert not baskets.swap("ada", "a", "absent")
    assert not baskets.swap("béa", "a", "b")
    assert baskets.remove("ada", ["b", "absent"]) == 1
    assert baskets.add("ada", ["b"]) == 1
    assert baskets.of("ada") == ["c", "a", "b"]


def test_a_basket_is_bounded_and_refuses_all_or_nothing(baskets: Baskets) -> None:
    baskets.add("ada", [str(n) for n in range(MOST - 1)])
    with pytest.raises(BasketRefused, match="rien n’a été ajouté"):
        baskets.add("ada", ["x", "y"])
    assert "x" not in baskets.of("ada")
    assert baskets.add("ada", ["x", "1"]) == 1
    assert len(baskets.of("ada")) == MOST


def test_concurrent_additions_are_all_kept(baskets: Baskets) -> None:
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda n: baskets.add("ada", [f"{n}", "same"]), range(24)))
    kept = baskets.of("ada")
    assert sum(added) == len(kept) == 25
    assert len(set(kept)) == 25


def test_a_file_that_is_not_a_database_is_reported_on_one_line(baskets: Baskets, tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "baskets.db").write_bytes(b"no database " * 500)
    for do in (
        lambda: baskets.of("ada"),
        lambda: baskets.add("ada", ["a"]),
        lambda: baskets.remove("ada", ["a"]),
        lambda: baskets.erase("ada"),
    ):
        with pytest.raises(BasketRefused, match="ne peut pas être enregistré"):
            do()
