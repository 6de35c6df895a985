"""Damaged files of one format read one after the other, in a process of its own: what hangs, fills the memory or
crashes in a library written in C is then a failure like another.

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
from tests.index.reading.fuzzing.byte_mutations import LARGEST
from tests.index.reading.fuzzing.seeds import Seeds, seeds
from tests.index.reading.memory import peak_mb
from tests.index.reading.round_trip import check

MOST_CPU_S = 10.0  # of one read; of the processor, other programs being none of its business
MOST_MEMORY_MB = 700  # of the whole process
_ADDRESSES = 8_000_000_000  # bytes: an allocation above fails at once and harms nobody
_FOLDERS = ("", "documents/", "transcripts/")
_IN_ORDER_OF_TIME = (".eaf", ".textgrid")


@dataclass
class Figures:
    """What a run did."""

    reads: int = 0
    read: int = 0
    refused: int = 0
    units: int = 0
    slowest_s: float = 0.0
    memory_mb: int = 0


def damaged(random: random.Random, good: Seeds) -> bytes:
    """A good file, damaged once or several times. Short ones come more often: each takes as much time in all."""
    weights = list(accumulate(1 / len(data) for data in good.files))
    (data,) = random.choices(good.files, cum_weights=weights)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        data = random.choice(good.ways)(random, data)[:LARGEST]
    return data


def read(root: Path, path: str, data: bytes, figures: Figures) -> None:
    """Read one file as the product does, and check what comes of it. Raises `AssertionError`."""
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
        figures.units += check(reading)
        if path.endswith(_IN_ORDER_OF_TIME):
            starts = [one.place.start_s for one in reading.sections if one.place.start_s is not None]
            assert starts == sorted(starts), "turns are not in the order of time"
    spent = time.process_time() - started
    figures.slowest_s = max(figures.slowest_s, round(spent, 2))
    assert spent <= MOST_CPU_S, f"{spent:.1f} s"
    figures.memory_mb = peak_mb()
    assert figures.memory_mb <= MOST_MEMORY_MB, f"{figures.memory_mb} MB"


def _check_refusal(error: UnreadableFile) -> None:
    """One line, with a remedy, by a reader that knew what it refused: not by the net under all of them, which names the
    exception that it caught."""
    said = str(error)[:1000]
    assert error.reason.endswith(".") and error.remedy.endswith((".", ")")), said
    assert said.isprintable() or said.replace("\u00a0", "").isprintable(), said
    assert len(said) < 400, said
    said.encode()
    caught = error.__cause__
    if caught is not None and f"({type(caught).__name__})" in error.reason:
        raise AssertionError(said) from caught


def main() -> None:
    """Read for so many seconds, at least once; say on the error output which case fails, and the figures at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suffix")
    parser.add_argument("shared", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--progress", type=Path, help="a file that always holds the number of the case being read")
    parser.add_argument("--keep", type=Path, help="where to write the last damaged file")
    given = parser.parse_args()
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    good, figures, case = seeds(given.suffix, given.shared), Figures(), given.first
    warnings.simplefilter("error")
    progress = os.open(given.progress or os.devnull, os.O_WRONLY | os.O_CREAT)
    memory = Path("/dev/shm")  # a file there costs a hundredth of one on a disk
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        for data in good.files:
            read(Path(folder), f"good{given.suffix}", data, figures)
        if figures.refused:
            sys.exit("a good file is refused")
        end = time.monotonic() + given.seconds
        while case == given.first or time.monotonic() < end:
            os.pwrite(progress, f"{case:20d}".encode(), 0)
            chance = random.Random(f"{given.suffix} {case}")
            data = damaged(chance, good)
            if given.keep:
                given.keep.write_bytes(data)
            read(Path(folder), f"{chance.choice(_FOLDERS)}bad{given.suffix}", data, figures)
            case += 1
    print(json.dumps(asdict(figures)))


if __name__ == "__main__":
    main()
