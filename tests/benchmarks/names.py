"""Recall and precision of the names found in interviews: `python -m tests.benchmarks.names TRANSCRIPTS`, the folder of
the real transcripts.

The gold standard was annotated by hand: eight interviews (70,294 words) read line by line for every mention of a person
and every street. `tests/data/noms.json` keeps their positions, and not the names: numbers of sections, and of
characters in their text as it is read, with white space collapsed."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from index.disclosure import check
from index.privacy import names
from index.reading.metadata import Description
from index.reading.read import open_file
from index.reading.transcripts.roles import is_role

GOLD = Path(__file__).parents[1] / "data" / "noms.json"
Spans = list[tuple[int, int]]
_PERSONS = ("person", "public")


def read(transcripts: Path, name: str) -> tuple[list[str], list[str]]:
    """Return the texts of a transcript's sections and the names of its speakers."""
    (path,) = transcripts.rglob(name)
    root = transcripts.resolve().parent
    sections = open_file(root, PurePosixPath(path.resolve().relative_to(root)), Description()).read("x").sections
    labels = {section.place.speaker for section in sections if section.place.speaker}
    named = [
        label for label in labels if not is_role(label) and not any(char.isdigit() or label.isupper() for char in label)
    ]
    return [" ".join(section.text.split()) for section in sections], sorted(named)


def digest(texts: Iterable[str]) -> str:
    """Return a digest that identifies the texts in which positions are counted."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def score(transcripts: Path, *, eager: bool) -> dict[str, Any]:
    """Return recall by kind of person, and precision, over mentions; uncertain mentions (a dictionary named after its
    author, a name that was replaced before) count for neither. Raises `AssertionError` when a transcript is not read as
    it was when annotated."""
    gold = json.loads(GOLD.read_text(encoding="utf-8"))
    found_of, there = Counter[str](), Counter[str]()
    right = wrong = 0
    for name, marked in gold.items():
        texts, speakers = read(transcripts, name)
        assert digest(texts) == marked["digest"], f"{name} is not read as it was when its names were marked"
        spans = names.find(texts, speakers, eager=eager)
        for number, found in enumerate(spans):
            mentions = [mention for mention in marked["mentions"] if mention[0] == number]
            for _, start, end, kind in mentions:
                if kind in _PERSONS:
                    there[kind] += 1
                    found_of[kind] += _overlaps((start, end), found)
            persons = [(start, end) for _, start, end, kind in mentions if kind in _PERSONS]
            unsure = [(start, end) for _, start, end, kind in mentions if kind == "unsure"]
            right += sum(_overlaps(span, persons) for span in found)
            wrong += sum(not _overlaps(span, (*persons, *unsure)) for span in found)
    return {
        "recall": {kind: f"{found_of[kind]}/{there[kind]}" for kind in _PERSONS},
        "precision": f"{right}/{right + wrong}",
    }


def score_streets(transcripts: Path) -> dict[str, str]:
    """Return recall and precision of the addresses that `check` finds, over mentions."""
    gold = json.loads(GOLD.read_text(encoding="utf-8"))
    there = found_of = right = found = 0
    for name, marked in gold.items():
        texts, _ = read(transcripts, name)
        for number, text in enumerate(texts):
            streets = [(start, end) for at, start, end, kind in marked["mentions"] if at == number and kind == "street"]
            spans = list(check.addresses(text))
            there += len(streets)
            found_of += sum(_overlaps(span, spans) for span in streets)
            found += len(spans)
            right += sum(_overlaps(span, streets) for span in spans)
    return {"recall": f"{found_of}/{there}", "precision": f"{right}/{found}"}


def _overlaps(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("transcripts", type=Path)
    folder = parser.parse_args().transcripts
    print(json.dumps({"replaced": score(folder, eager=False), "checked": score(folder, eager=True)}))
    print(json.dumps({"streets": score_streets(folder)}))


if __name__ == "__main__":
    main()
