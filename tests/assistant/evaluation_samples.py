"""Sample answers and golden questions, all invented, with their scores."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.team import evaluation
from assistant.team.evaluation import Score
from assistant.team.question_files import Golden
from assistant.types import Answer
from tests.assistant.samples import citation, passage

HENS, DUCKS, GEESE, GOATS = "Les poules dorment.", "Les canards nagent.", "Les oies crient.", "Les chèvres grimpent."


def answer(*quotes: str, notices: Sequence[str] = (), refused: bool = False) -> Answer:
    """Return an invented answer that cites these quotations, in a quarter of a second."""
    citations = tuple(citation(number, passage(quote)) for number, quote in enumerate(quotes, 1))
    return Answer("", "", "", citations, (), tuple(notices), refused, "extractive", 0.25)


REFUSED = answer(refused=True)


def scored(golden: Golden, given: Answer) -> Score:
    """Return the score of a file of one question."""
    return evaluation.score([golden], lambda question: given)


def four() -> Score:
    """Return the score of four questions with different outcomes."""
    questions = [
        Golden("bien", "poules ?", (HENS,)),
        Golden("deuxième", "canards ?", (DUCKS,), notice="étang"),
        Golden("refusée", "oies ?", (GEESE,)),
        Golden("ailleurs", "Australie ?", refused=True),
    ]
    given: Mapping[str, Answer] = {
        "poules ?": answer(HENS),
        "canards ?": answer(HENS, DUCKS, notices=["Rien sur l’étang."]),
        "oies ?": REFUSED,
        "Australie ?": REFUSED,
    }
    return evaluation.score(questions, given.__getitem__)


def write_golden(tmp_path: Path, *lines: object) -> Path:
    """Write a golden file of these lines. A line that is not a text is written as JSON."""
    path = tmp_path / "questions.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(text + "\n", encoding="utf-8")
    return path
