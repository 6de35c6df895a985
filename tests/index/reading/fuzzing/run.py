"""Fuzzer of one format, in a process of its own: a hang, a memory overflow or a crash of a C library is then a failure
like another.

`python -m tests.index.reading.fuzzing.run .docx ../shared --first 12 --seconds 0` reads case 12 again."""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import random
import resource
import sys
import tempfile
import time
import warnings
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path, PurePosixPath

from index.errors import UnreadableFile
from index.reading.metadata import Description
from index.reading.read import open_file
from tests.index.reading.fuzzing.byte_mutations import MAX_BYTES
from tests.index.reading.fuzzing.seeds import Seeds, seeds
from tests.index.reading.memory import peak_mb
from tests.index.reading.round_trip import check_reading

MAX_CPU_S = 10.0  # processor time of one read, which other programs do not affect
MAX_MEMORY_MB = 700  # of the whole process
_ADDRESS_SPACE = 8_000_000_000  # bytes: a larger allocation fails at once without harm
_FOLDERS = ("", "documents/", "transcripts/")
_SORTED_BY_TIME = (".eaf", ".textgrid")


@dataclass
class Figures:
    """Counts and measures of a run."""

    reads: int = 0
    read: int = 0
    refused: int = 0
    units: int = 0
    slowest_s: float = 0.0
    memory_mb: int = 0


def damage_file(random: random.Random, good: Seeds) -> bytes:
    """Return a good file, mutated once or several times. Short files are chosen more often: each takes the same
    total time."""
    cumulative_weights = list(accumulate(1 / len(data) for data in good.files))
    (data,) = random.choices(good.files, cum_weights=cumulative_weights)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        data = random.choice(good.mutations)(random, data)[:MAX_BYTES]
    return data


def read_case(root: Path, path: str, data: bytes, figures: Figures) -> None:
    """Read one file as the product does, and check the result. Raise `AssertionError`."""
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_bytes(data)
    started = time.process_time()
    figures.reads += 1
    try:
        reading = open_file(root, PurePosixPath(path), Description()).read("fuzz")
    except UnreadableFile as error:
        figures.refused += 1
        _check_refusal(error)
    else:
        figures.read += 1
        figures.units += check_reading(reading)
        if path.endswith(_SORTED_BY_TIME):
            starts = [section.place.start_s for section in reading.sections if section.place.start_s is not None]
            assert starts == sorted(starts), "turns are not in the order of time"
    spent = time.process_time() - started
    figures.slowest_s = max(figures.slowest_s, round(spent, 2))
    assert spent <= MAX_CPU_S, f"{spent:.1f} s"
    figures.memory_mb = peak_mb()
    assert figures.memory_mb <= MAX_MEMORY_MB, f"{figures.memory_mb} MB"


def _check_refusal(error: UnreadableFile) -> None:
    """Check that a refusal is one line with a remedy, raised by a reader that recognised the problem, and not by the
    general guard, which names the exception that it caught."""
    message = str(error)[:1000]
    assert error.reason.endswith(".") and error.remedy.endswith((".", ")")), message
    assert message.isprintable() or message.replace("\u00a0", "").isprintable(), message
    assert len(message) < 400, message
    message.encode()
    caught = error.__cause__
    if caught is not None and f"({type(caught).__name__})" in error.reason:
        raise AssertionError(message) from caught


def read_cases(suffix: str, arguments: argparse.Namespace, folder: Path, progress: int) -> Figures:
    """Read the good files of a format, then damaged ones for the given time, at least one."""
    good, figures, case = seeds(suffix, arguments.shared), Figures(), arguments.first
    for data in good.files:
        read_case(folder, f"good{suffix}", data, figures)
    if figures.refused:
        sys.exit(f"a good file is refused: {suffix}")
    end = time.monotonic() + arguments.seconds
    while case == arguments.first or time.monotonic() < end:
        os.pwrite(progress, f"{suffix:>12}{case:20d}".encode(), 0)
        random_source = random.Random(f"{suffix} {case}")
        data = damage_file(random_source, good)
        if arguments.keep:
            arguments.keep.write_bytes(data)
        read_case(folder, f"{random_source.choice(_FOLDERS)}bad{suffix}", data, figures)
        case += 1
    return figures


def main() -> None:
    """Read cases of one or more formats, the given time each; print the figures of each at the end. A failure ends with
    its traceback."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suffixes", help="the suffixes of the formats, separated by commas")
    parser.add_argument("shared", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--progress", type=Path, help="a file that always holds the format and number of the case")
    parser.add_argument("--keep", type=Path, help="where to write the last damaged file")
    arguments = parser.parse_args()
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    warnings.simplefilter("error")
    progress = os.open(arguments.progress or os.devnull, os.O_WRONLY | os.O_CREAT)
    memory = Path("/dev/shm")  # a file there costs a hundredth of one on a disk
    figures = {}
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        for suffix in arguments.suffixes.split(","):
            figures[suffix] = asdict(read_cases(suffix, arguments, Path(folder), progress))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
