"""All performance figures, in one table.

    python -m tests.benchmarks.results [PART…] [--folder FOLDER]

Measures the given parts, or all, each in a process of its own, and writes the figures to `results.json` and, with their
targets, to `RESULTS.md`, both beside this file. A part that is not measured keeps its former figures, with their commit
and machine. Generated corpora and indexes are kept in FOLDER, by default a temporary one. Takes about an hour on two
cores; the machine should do nothing else."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from index.settings import IndexSettings
from tests.benchmarks import abstention, crowd, indexing, memory, million, retrieval, speed, starting
from tests.benchmarks.corpora import first_lines, read_lines
from tests.benchmarks.table import SETS, Figures, table
from tests.processes import ROOT

HERE = Path(__file__).parent
KEPT, TABLE = HERE / "results.json", HERE / "RESULTS.md"
_LINES = 6_750  # of the set, which make about 20,000 passages
_QUESTIONS = 200


def _served_index(folder: Path) -> Path:
    """Return the index of about 20,000 passages to query, built when missing."""
    root = folder / "served"
    settings = IndexSettings.from_environment(os.environ, root / "data")
    if not (root / "made").exists():
        shutil.rmtree(root, ignore_errors=True)  # left by an interrupted run
        root.mkdir(parents=True)
        speed.index_without_embedding(first_lines(speed.SCALE, _LINES, root / "lines.jsonl"), root, settings)
        (root / "made").touch()
    return settings.data_dir


def _measure_question(folder: Path) -> Figures:
    questions = [line["text"] for line in read_lines(speed.SHARED / "retrieval" / "servicepublic" / "queries.jsonl")]
    return speed.measure(_served_index(folder), questions[:_QUESTIONS])


def _measure_quality(_: Path) -> Figures:
    found: Figures = {}
    for name in SETS:
        arms = retrieval.measure(speed.SHARED / "retrieval" / name, ["assistant"])["arms"]
        found[name] = arms["assistant"]["ndcg10"]  # type: ignore[index]
    judged = abstention.measure(speed.SHARED / "abstention" / "piaf_half")
    return {**found, "auroc": judged["auroc"], "balanced_accuracy": judged["balanced_accuracy"]}


PARTS: Mapping[str, Callable[[Path], Figures]] = {
    "starting": lambda folder: starting.measure(_served_index(folder)),
    "memory": lambda folder: memory.measure(_served_index(folder)),
    "question": _measure_question,
    "crowd": lambda folder: crowd.measure(_served_index(folder)),
    "indexing": lambda folder: indexing.measure(speed.SCALE),
    "quality": _measure_quality,
    "million": lambda folder: million.measure(keep=folder / "million"),
}


def _machine() -> str:
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        flags = info.read_text()
        named = [name for name in ("amx_bf16", "avx512_bf16", "avx512f", "avx2") if name in flags][:1]
        model = f"{(found or [model])[0]} ({', '.join(named)})"
    return f"{os.cpu_count()} cœurs, {model}, Python {platform.python_version()}"


def _commit() -> str:
    """Return the measured commit, with a mark when the files differ from it."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    others = f":!{KEPT.relative_to(ROOT)}", f":!{TABLE.relative_to(ROOT)}"
    return (git("rev-parse", "--short", "HEAD") or "?") + (
        "+" if git("status", "--porcelain", "--", ".", *others) else ""
    )


def _measure(names: Sequence[str], folder: Path) -> None:
    for name in names:
        print(f"{name}…", file=sys.stderr, flush=True)
        commit = _commit()  # read first: the files may change meanwhile
        command = [sys.executable, "-m", "tests.benchmarks.results", "--alone", name, "--folder", str(folder)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
        kept[name] = {
            "commit": commit, "date": time.strftime("%Y-%m-%d"), "machine": _machine(),
            "figures": json.loads(done.stdout),
        }  # fmt: skip
        ordered = {part: kept[part] for part in PARTS if part in kept}
        KEPT.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        TABLE.write_text(table(ordered), encoding="utf-8")


def main() -> None:
    """Measure, write, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--alone", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        if options.alone:
            print(json.dumps(PARTS[options.alone](folder)))
            return
        _measure(options.parts or list(PARTS), folder)
    print(TABLE.read_text(encoding="utf-8").partition("```json")[0])


if __name__ == "__main__":
    main()
