"""Scoring golden questions: what counts for which share, and which files are refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant import evaluate
from assistant.errors import BadRequest
from assistant.evaluate import Golden, Score, Share
from assistant.types import Answer
from tests.assistant.conftest import Assistant, MakeParts
from tests.assistant.samples import citation, passage
from tests.assistant.test_french_parser import english
from tests.fakes import FakeEmbedder

HENS, DUCKS, GEESE, GOATS = "Les poules dorment.", "Les canards nagent.", "Les oies crient.", "Les chèvres grimpent."


def answer(*quotes: str, notices: Sequence[str] = (), refused: bool = False) -> Answer:
    """An invented answer that cites these quotations, in a quarter of a second."""
    citations = tuple(citation(number, passage(quote)) for number, quote in enumerate(quotes, 1))
    return Answer("", "", "", citations, (), tuple(notices), refused, "extractive", 0.25)


REFUSED = answer(refused=True)


def scored(golden: Golden, given: Answer) -> Score:
    """The score of a file of one question."""
    return evaluate.score([golden], lambda question: given)


def whys(score: Score) -> list[str]:
    return [failure.why for failure in score.failures]


# — one question —


def test_any_one_of_the_answers_cited_first_is_right() -> None:
    for quote in (HENS, DUCKS):
        score = scored(Golden("a", "qui ?", (HENS, DUCKS)), answer(quote, GEESE))
        assert (score.first, score.first_three, score.wrongly_refused) == (Share(1, 1), Share(1, 1), Share(0, 1))
        assert (score.refusals, score.notices, score.failures) == (Share(0, 0), Share(0, 0), ())


@pytest.mark.parametrize(("place", "three"), [(1, 1), (2, 1), (3, 0)])
def test_the_right_passage_counts_within_the_first_three(place: int, three: int) -> None:
    quotes = [DUCKS, GEESE, GOATS]
    quotes.insert(place, HENS)
    score = scored(Golden("a", "qui ?", (HENS,)), answer(*quotes))
    assert (score.first, score.first_three) == (Share(0, 1), Share(three, 1))
    (failure,) = score.failures
    assert failure.why == (evaluate.NOT_FIRST if three else evaluate.ABSENT)
    assert (failure.id, failure.question, failure.expected, failure.cited) == ("a", "qui ?", (HENS,), tuple(quotes))


@pytest.mark.parametrize(
    ("excerpt", "quote", "found"),
    [
        ("l’eau dort", "À midi, l'eau\u00a0 dort.", True),
        ("« l'eau »", "il dit «\u00a0l’eau\u00a0»", True),
        ("poules dorment", "Les **poules** dorment.", True),
        ("poules", "Les poulets dorment.", False),
        ("le poulet", "Les poulets dorment.", False),
        ("Les poules dorment bien", "Les poules dorment", False),
        ("poules dorment", "Poules Dorment", False),
    ],
)
def test_an_excerpt_must_stand_letter_for_letter_in_the_quotation(excerpt: str, quote: str, found: bool) -> None:
    assert scored(Golden("a", "qui ?", (excerpt,)), answer(quote)).first == Share(int(found), 1)


def test_a_list_wants_all_its_answers_wherever_they_are_cited() -> None:
    golden = Golden("a", "qui ?", (HENS, GOATS), whole=True)
    score = scored(golden, answer(HENS, DUCKS, GEESE, GOATS))
    assert (score.first, score.first_three, score.failures) == (Share(1, 1), Share(1, 1), ())
    score = scored(golden, answer(HENS, DUCKS))
    assert (score.first, score.first_three, whys(score)) == (Share(1, 1), Share(0, 1), [evaluate.INCOMPLETE])
    assert score.failures[0].expected == (GOATS,), "what was missing"
    score = scored(golden, answer(DUCKS, HENS, GOATS))
    assert (score.first, score.first_three, whys(score)) == (Share(0, 1), Share(1, 1), [evaluate.NOT_FIRST])


def test_one_quotation_may_hold_a_whole_list() -> None:
    assert scored(Golden("a", "qui ?", (HENS, GOATS), whole=True), answer(f"{HENS} {GOATS}")).first_three.value == 1


def test_what_the_corpus_answers_must_not_be_refused() -> None:
    score = scored(Golden("a", "qui ?", (HENS,)), REFUSED)
    assert (score.first, score.first_three, score.wrongly_refused) == (Share(0, 1), Share(0, 1), Share(1, 1))
    assert (whys(score), score.failures[0].cited) == ([evaluate.WRONGLY_REFUSED], ())


def test_what_the_corpus_does_not_answer_must_be_refused() -> None:
    golden = Golden("a", "qui ?", refused=True)
    score = scored(golden, REFUSED)
    assert (score.first, score.wrongly_refused, score.refusals, score.failures) == (
        Share(0, 0),
        Share(0, 0),
        Share(1, 1),
        (),
    )
    score = scored(golden, answer(HENS))
    assert (score.refusals, whys(score), score.failures[0].expected) == (Share(0, 1), [evaluate.ANSWERED], ())


def test_a_definition_without_citation_is_no_refusal_and_cites_nothing() -> None:
    assert scored(Golden("a", "qui ?", refused=True), answer()).refusals == Share(0, 1)
    assert whys(scored(Golden("a", "qui ?", (HENS,)), answer())) == [evaluate.ABSENT]


def test_an_expected_notice_is_found_in_any_notice_capitals_aside() -> None:
    golden = Golden("a", "qui ?", (HENS,), notice="à l’étang")
    score = scored(golden, answer(HENS, notices=["Autre chose.", "Rien ne parle de poules À\u00a0l'étang."]))
    assert (score.notices, score.failures) == (Share(1, 1), ())
    score = scored(golden, answer(HENS, notices=["Autre chose."]))
    assert (score.first, score.notices) == (Share(1, 1), Share(0, 1))
    assert (whys(score), score.failures[0].expected) == ([f"{evaluate.NO_NOTICE} (à l’étang)"], ())


def test_a_question_fails_once_with_every_reason() -> None:
    golden = Golden("a", "qui ?", (HENS,), notice="étang")
    assert whys(scored(golden, REFUSED)) == [f"{evaluate.WRONGLY_REFUSED}\u00a0; {evaluate.NO_NOTICE} (étang)"]


@pytest.mark.parametrize(
    ("whole", "corpus", "told"),
    [(False, {HENS}, False), (False, set(), True), (True, {HENS}, True), (True, {HENS, DUCKS}, False)],
)
def test_an_excerpt_that_the_corpus_lacks_is_told(whole: bool, corpus: set[str], told: bool) -> None:
    golden = Golden("a", "qui ?", (HENS, DUCKS), whole=whole)
    score = evaluate.score([golden], lambda question: answer(GOATS), corpus.__contains__)
    assert (evaluate.UNKNOWN in whys(score)[0]) is told


# — a whole file —


def four() -> Score:
    """Four questions, each with another fate."""
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
    return evaluate.score(questions, given.__getitem__)


def test_each_share_is_over_the_questions_it_is_about() -> None:
    score = four()
    assert (score.questions, score.seconds) == (4, 1.0)
    assert (score.first, score.first_three, score.wrongly_refused) == (Share(1, 3), Share(2, 3), Share(1, 3))
    assert (score.refusals, score.notices) == (Share(1, 1), Share(1, 1))
    assert [failure.id for failure in score.failures] == ["deuxième", "refusée"]


def test_the_score_as_json() -> None:
    assert json.loads(json.dumps(evaluate.form(four()))) == {
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
                "why": evaluate.NOT_FIRST,
                "expected": [DUCKS],
                "cited": [HENS, DUCKS],
            },
            {
                "id": "refusée",
                "question": "oies ?",
                "why": evaluate.WRONGLY_REFUSED,
                "expected": [GEESE],
                "cited": [],
            },
        ],
    }


def test_the_score_for_people() -> None:
    figures, failures = "\n".join(evaluate.lines(four())).split("\n\n")
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
        f"  deuxième — canards ? — {evaluate.NOT_FIRST} — attendu\u00a0: «\u00a0{DUCKS}\u00a0» — cité\u00a0: "
        f"«\u00a0{HENS}\u00a0», «\u00a0{DUCKS}\u00a0»",
        f"  refusée — oies ? — {evaluate.WRONGLY_REFUSED} — attendu\u00a0: «\u00a0{GEESE}\u00a0» — cité\u00a0: rien",
    ]


def test_a_failure_stays_on_one_short_line() -> None:
    long = "un mot\n" * 200
    score = scored(Golden("a", "qui ?\nquoi ?", (HENS,)), answer(long, long, long, long, long))
    *_, line = evaluate.lines(score)
    assert "\n" not in line and len(line) < 500
    assert "et 2 de plus" in line and "un mot…" in line


def test_without_failure_there_is_only_the_table() -> None:
    shown = list(evaluate.lines(scored(Golden("a", "qui ?", (HENS,)), answer(HENS))))
    assert len(shown) == 10
    assert [line.endswith("  —") for line in shown].count(True) == 2, "there was nothing to refuse, and no notice"


def test_a_share_is_never_rounded_up_to_the_whole() -> None:
    assert evaluate.percent(1) == "100,0\u00a0%"
    assert evaluate.percent(9999 / 10000) == "99,9\u00a0%"


@pytest.mark.parametrize(
    ("first_three", "refusals", "short"),
    [(0.66, 1, False), (0.67, 1, True), (2 / 3, 1, False), (0, 0, False)],
)
def test_a_least_is_reached_or_not(first_three: float, refusals: float, short: bool) -> None:
    assert evaluate.is_short(four(), first_three, refusals) is short


def test_what_cannot_be_measured_reaches_nothing_that_is_asked() -> None:
    score = scored(Golden("a", "qui ?", (HENS,)), answer(HENS))
    assert evaluate.is_short(score, 1, 0.1)
    assert not evaluate.is_short(score, 1, 0)


# — the file —


def written(tmp_path: Path, *lines: object) -> Path:
    """A golden file of these lines; what is no text is written as JSON."""
    path = tmp_path / "questions.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(text + "\n", encoding="utf-8")
    return path


GOOD: dict[str, Any] = {"id": "a", "question": "qui ?", "answers": [HENS]}


def test_a_file_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {**GOOD, "kind": "essai", "audience": 3},
        "",
        {"id": "b", "question": " qui ? ", "answers": ["**Les** poules", "oies"], "all": True, "notice": "étang"},
        {"id": "c", "question": "Australie ?", "answers": [], "refused": True},
    )
    assert evaluate.read(path) == [
        Golden("a", "qui ?", (HENS,)),
        Golden("b", "qui ?", ("Les poules", "oies"), whole=True, notice="étang"),
        Golden("c", "Australie ?", refused=True),
    ]


def test_a_file_from_any_machine_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n\r\n")
    assert [question.id for question in evaluate.read(path)] == ["a"]


BAD = {
    "not json": ([GOOD, "{"], "ligne 2", "JSON"),
    "deep": (["[" * 100_000], "ligne 1", "JSON"),
    "no object": (["[1]"], "ligne 1", "objet"),
    "no id": ([{"question": "qui ?", "answers": [HENS]}], "ligne 1", "«\u00a0id\u00a0» manque"),
    "no question": ([GOOD, {"id": "b", "answers": [HENS]}], "ligne 2", "«\u00a0question\u00a0» manque"),
    "empty question": ([{**GOOD, "question": " "}], "ligne 1", "est vide"),
    "question of another kind": ([{**GOOD, "question": 3}], "ligne 1", "pas un texte"),
    "no answers": ([{"id": "a", "question": "qui ?"}], "ligne 1", "pas d'«\u00a0answers\u00a0»"),
    "empty answers": ([{**GOOD, "answers": []}], "ligne 1", "refused"),
    "one answer": ([{**GOOD, "answers": HENS}], "ligne 1", "liste"),
    "null answers": ([{**GOOD, "answers": None}], "ligne 1", "liste"),
    "answers of another kind": ([{**GOOD, "answers": [HENS, 3]}], "ligne 1", "liste"),
    "empty answer": ([{**GOOD, "answers": [HENS, ""]}], "ligne 1", "liste"),
    "answers and refused": ([{**GOOD, "refused": True}], "ligne 1", "à la fois"),
    "refused of another kind": ([{**GOOD, "refused": "oui"}], "ligne 1", "true ni false"),
    "all of another kind": ([{**GOOD, "all": 1}], "ligne 1", "true ni false"),
    "empty notice": ([{**GOOD, "notice": ""}], "ligne 1", "notice"),
    "twice the same id": ([GOOD, "", GOOD], "lignes 1 et 3", "id"),
    "empty": ([], "vide", "JSON"),
    "only blank lines": (["", "  "], "vide", "JSON"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_is_no_golden_file_is_refused_by_its_line(tmp_path: Path, bad: tuple[list[object], str, str]) -> None:
    lines, *said = bad
    with pytest.raises(BadRequest) as refusal:
        evaluate.read(written(tmp_path, *lines))
    text = str(refusal.value)
    assert all(words in text for words in said), text
    assert "\n" not in text and refusal.value.remedy.endswith(".")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xe9"], ids=["absent", "no text"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "q.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadRequest, match="ne peut pas être lu"):
        evaluate.read(path)


# — the command —

TEXT = "# La ferme\n\nLes poules dorment au village.\n\nLes canards nagent.\n\nLes oies crient.\n"
KNOWN = {"id": "poules", "question": "Où dorment les poules ?", "answers": ["poules dorment au village"]}
ELSEWHERE = {"id": "ailleurs", "question": "Quelle est la capitale de l’Australie ?", "refused": True}


@pytest.fixture
def data(parts_over: MakeParts, tmp_path: Path) -> Path:
    """The data folder of a small invented corpus, indexed without the model."""
    parts_over({"documents/ferme.md": TEXT, "transcripts/e.md": "Le renard est passé mardi.\n"})
    return tmp_path / "data"


def test_the_command_scores_a_file_in_json(
    assistant: Assistant, data: Path, tmp_path: Path, no_model: FakeEmbedder
) -> None:
    run = assistant("eval", str(written(tmp_path, KNOWN, ELSEWHERE)), "--json", data_dir=data)
    assert (run.status, run.err, run.out.count("\n")) == (0, "", 1)
    result = json.loads(run.out)
    assert set(result) == set(evaluate.form(four()))
    assert (result["questions"], result["answerable"], result["first"], result["refusals"]) == (2, 1, 1.0, 1.0)
    assert result["failures"] == []


def test_the_command_is_done_whatever_the_scores(assistant: Assistant, data: Path, tmp_path: Path) -> None:
    wrong = {**KNOWN, "answers": ["Les poules volent"]}
    run = assistant("eval", str(written(tmp_path, wrong)), data_dir=data)
    assert (run.status, run.err) == (0, "")
    assert "bon passage cité en premier" in run.out and "0,0\u00a0% (0 sur 1)" in run.out
    assert f"{evaluate.ABSENT}\u00a0; {evaluate.UNKNOWN}" in run.out


def test_who_asks_decides_what_is_known(assistant: Assistant, data: Path, tmp_path: Path) -> None:
    path = written(tmp_path, {"id": "r", "question": "Quand le renard est-il passé ?", "answers": ["passé mardi"]})
    assert evaluate.UNKNOWN in assistant("eval", str(path), data_dir=data).out
    team = json.loads(assistant("eval", str(path), "--as", "team", "--json", data_dir=data).out)
    assert team["first"] == 1.0


@pytest.mark.parametrize("least", ["1,1", "0,0", "0.5, 1"])
def test_a_least_that_is_reached_is_done(assistant: Assistant, data: Path, tmp_path: Path, least: str) -> None:
    path = written(tmp_path, KNOWN, ELSEWHERE)
    assert assistant("eval", str(path), "--at-least", least, data_dir=data).status == 0


@pytest.mark.parametrize("json_too", [False, True])
def test_a_least_that_is_not_reached_gives_one(
    assistant: Assistant, data: Path, tmp_path: Path, json_too: bool
) -> None:
    path = written(tmp_path, {**KNOWN, "answers": ["Les oies crient"]}, ELSEWHERE)
    options = ["--json"] if json_too else []
    run = assistant("eval", str(path), "--at-least", "1,1", *options, data_dir=data)
    assert (run.status, run.err) == (1, "")
    assert json.loads(run.out)["first_three"] == 0 if json_too else "En dessous" in run.out


@pytest.mark.parametrize("least", ["1", "1,2", "nan,1", "a,b", "1,1,1", "-1,1"])
def test_a_least_of_another_form_is_refused(assistant: Assistant, tmp_path: Path, least: str) -> None:
    run = assistant("eval", str(written(tmp_path, KNOWN)), f"--at-least={least}", data_dir=tmp_path)
    assert (run.status, run.out, run.err.count("\n"), english(run.err)) == (2, "", 1, set())


def test_a_bad_file_is_refused_before_the_index_is_opened(assistant: Assistant, tmp_path: Path) -> None:
    run = assistant("eval", str(written(tmp_path, "{")), data_dir=tmp_path / "absent")
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert "ligne 1" in run.err and english(run.err) == set()
    run = assistant("eval", str(written(tmp_path, KNOWN)), data_dir=tmp_path / "absent")
    assert run.status == 2 and "Aucun index" in run.err
