"""Estimate of the passages of an indexing run."""

from __future__ import annotations

from pathlib import PurePosixPath

from index.progress import PassageEstimate

SMALL = [(PurePosixPath(f"documents/{number}.md"), 100) for number in range(10)]
LARGE = (PurePosixPath("documents/grand.md"), 9_000)


def test_a_large_file_counts_by_its_size() -> None:
    estimate = PassageEstimate([*SMALL, LARGE])
    for path, size in SMALL:
        estimate.record_done(path, size, 2)
    assert estimate.expected() == 20 + 180, "ten files of eleven are read, and a tenth of the work is done"


def test_estimates_of_two_suffixes_are_independent() -> None:
    estimate = PassageEstimate([*SMALL, (PurePosixPath("a.pdf"), 100_000), (PurePosixPath("b.PDF"), 100_000)])
    before = estimate.expected()
    estimate.record_done(*SMALL[0], 50)
    assert estimate.expected() - before in range(495, 500)
    estimate.record_done(PurePosixPath("a.pdf"), 100_000, 10)
    assert estimate.expected() == 500 + 20


def test_the_estimate_is_exact_at_the_end() -> None:
    estimate = PassageEstimate([*SMALL, LARGE])
    for path, size in SMALL:
        estimate.record_done(path, size)  # none of them could be read
    estimate.record_done(*LARGE, 7)
    assert estimate.expected() == 7
