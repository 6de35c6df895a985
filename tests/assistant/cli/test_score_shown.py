"""A score as JSON and for people."""

from __future__ import annotations

import json

from assistant.cli import json_output, terminal
from assistant.team import evaluation
from assistant.team.question_files import Golden
from tests.assistant.evaluation_samples import DUCKS, GEESE, HENS, answer, four, scored


def test_the_score_as_json() -> None:
    assert json.loads(json.dumps(json_output.score(four()))) == {
        "questions": 4,
        "answerable": 3,
        "first": 0.3333,
        "first_three": 0.6667,
        "wrongly_refused": 0.3333,
        "refusals": 1.0,
        "notices": 1.0,
        "seconds": 1.0,
        "failures": [
            {
                "id": "deuxième",
                "question": "canards ?",
                "why": evaluation.NOT_FIRST,
                "expected": [DUCKS],
                "cited": [HENS, DUCKS],
            },
            {
                "id": "refusée",
                "question": "oies ?",
                "why": evaluation.WRONGLY_REFUSED,
                "expected": [GEESE],
                "cited": [],
            },
        ],
    }


def test_the_score_for_people() -> None:
    figures, failures = "\n".join(terminal.score_lines(four())).split("\n\n")
    rows = dict(line.strip().split("  ", 1) for line in figures.splitlines())
    assert {name: figure.strip() for name, figure in rows.items()} == {
        "Questions": "4",
        "Le corpus répond": "3",
        "bon passage cité en premier": "33,3\u00a0% (1 sur 3)",
        "bon passage dans les trois premiers, ou liste entière": "66,7\u00a0% (2 sur 3)",
        "refusées à tort": "33,3\u00a0% (1 sur 3)",
        "Le corpus ne répond pas": "1",
        "refusées avec raison": "100,0\u00a0% (1 sur 1)",
        "Avis attendus": "1",
        "présents": "100,0\u00a0% (1 sur 1)",
        "Durée des réponses": "1,0\u00a0s",
    }
    assert failures.splitlines() == [
        "Questions à revoir\u00a0: 2",
        f"  deuxième — canards ? — {evaluation.NOT_FIRST} — attendu\u00a0: «\u00a0{DUCKS}\u00a0» — cité\u00a0: "
        f"«\u00a0{HENS}\u00a0», «\u00a0{DUCKS}\u00a0»",
        f"  refusée — oies ? — {evaluation.WRONGLY_REFUSED} — attendu\u00a0: «\u00a0{GEESE}\u00a0» — cité\u00a0: rien",
    ]


def test_a_failure_stays_on_one_short_line() -> None:
    long = "un mot\n" * 200
    score = scored(Golden("a", "qui ?\nquoi ?", (HENS,)), answer(long, long, long, long, long))
    *_, line = terminal.score_lines(score)
    assert "\n" not in line and len(line) < 500
    assert "et 2 de plus" in line and "un mot…" in line


def test_without_failure_there_is_only_the_table() -> None:
    shown = list(terminal.score_lines(scored(Golden("a", "qui ?", (HENS,)), answer(HENS))))
    assert len(shown) == 10
    assert [line.endswith("  —") for line in shown].count(True) == 2, "there was nothing to refuse, and no notice"


def test_a_share_is_never_rounded_up_to_the_whole() -> None:
    assert evaluation.percent(1) == "100,0\u00a0%"
    assert evaluation.percent(9999 / 10000) == "99,9\u00a0%"
