"""What is expected of an indexing, by what was read of it."""

from __future__ import annotations

from pathlib import PurePosixPath

from index.progress import PassageEstimate

SMALL = [(PurePosixPath(f"documents/{number}.md"), 100) for number in range(10)]
LARGE = (PurePosixPath("documents/grand.md"), 9_000)


def test_a_large_file_weighs_what_its_size_says() -> None:
    outlook = PassageEstimate([*SMALL, LARGE])
    for path, size in SMALL:
        outlook.record_done(path, size, 2)
    assert outlook.expected() == 20 + 180, "ten files of eleven are read, and a tenth of the work is done"


def test_what_a_suffix_gave_tells_nothing_of_another() -> None:
    outlook = PassageEstimate([*SMALL, (PurePosixPath("a.pdf"), 100_000), (PurePosixPath("b.PDF"), 100_000)])
    before = outlook.expected()
    outlook.record_done(*SMALL[0], 50)
    assert outlook.expected() - before in range(495, 500)
    outlook.record_done(PurePosixPath("a.pdf"), 100_000, 10)
    assert outlook.expected() == 500 + 20


def test_at_the_end_what_was_expected_is_what_there_is() -> None:
    outlook = PassageEstimate([*SMALL, LARGE])
    for path, size in SMALL:
        outlook.record_done(path, size)  # none of them could be read
    outlook.record_done(*LARGE, 7)
    assert outlook.expected() == 7
