"""The command line, which scripts rely on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.cli.test_argparse_fr import english
from tests.assistant.cli.test_json_output import ANSWER, CITATION, HIT, PLACE, REPORT, SOURCE
from tests.assistant.conftest import Assistant
from tests.assistant.samples import write_corpus
from tests.conftest import JARDINS
from tests.doubles import FakeEmbedder
from tests.processes import ROOT, environment
from tests.processes import assistant as run_assistant

pytestmark = pytest.mark.long

LIST = "Qui fait partie du CA ?"
ORDERS = ("Voir", "Donnez", "Ajoutez", "Vérifiez", "Indexez", "Choisissez", "Corrigez", "Écrivez", "Rendez", "Remettez")
TEXT = "# A\n\nLes poules dorment.\n"


def value(text: str) -> Any:
    """Return the value of a single line of JSON; nothing else may be printed beside it."""
    assert text.count("\n") == 1
    return json.loads(text)


# — ask —


def test_an_answer_in_json_is_alone_and_has_the_documented_fields(assistant: Assistant, jardins_data: Path) -> None:
    run = assistant("ask", LIST, "--json", data_dir=jardins_data)
    answer = value(run.out)
    assert (run.status, run.err) == (0, "")
    assert set(answer) == ANSWER
    assert [citation["number"] for citation in answer["citations"]] == [1, 2, 3, 4]
    for citation in answer["citations"]:
        assert (set(citation), set(citation["source"]), set(citation["place"])) == (CITATION, SOURCE, PLACE)
        assert citation["verified"] is True
        assert citation["place"]["label"] == "Le conseil d’administration"
    assert [set(term) for term in answer["terms"]] == [{"term", "definition", "source", "everyday", "study"}]


def test_an_answer_as_text_names_its_passages_and_explains_its_words(assistant: Assistant, jardins_data: Path) -> None:
    run = assistant("ask", LIST, data_dir=jardins_data)
    assert run.status == 0
    assert run.out.startswith(f"Question comprise\u00a0: {LIST} (CA → conseil d’administration)\n")
    assert "«\u00a0Odalie Perrachou, présidente\u00a0» [1]" in run.out
    assert "  [1] à [4] Rapport annuel des Jardins du Pont — Le conseil d’administration\n" in run.out
    assert "  CA\u00a0: Conseil d’administration" in run.out


def test_a_question_may_follow_another(assistant: Assistant, jardins_data: Path) -> None:
    run = assistant("ask", "et à Sourcelles ?", "--after", "Combien d’adhérents à Brumeval ?", data_dir=jardins_data)
    assert run.out.startswith("Question comprise\u00a0: Combien d’adhérents à Sourcelles ?\n")
    assert "31 adhérents" in run.out and "48 adhérents" not in run.out
    (questions := jardins_data.parent / "suite.txt").write_text("et là ?\n", encoding="utf-8")
    run = assistant("ask", "--questions", str(questions), "--json", "--after", "Qui ?", data_dir=jardins_data)
    assert (run.status, run.out) == (2, "") and "Retirez --after" in run.err


def test_a_reformulation_and_a_notice_are_printed(assistant: Assistant, jardins_data: Path) -> None:
    out = assistant("ask", "Quel est le rôle des bénévoles à Sourcelles ?", data_dir=jardins_data).out
    assert "— reformulation, non l’original" in out
    assert "\n⚠ Aucun passage trouvé ne parle de" in out


@pytest.mark.parametrize("question", ["Quelle est la capitale de l’Australie ?", "", "  "])
def test_a_refused_answer_is_done(assistant: Assistant, jardins_data: Path, question: str) -> None:
    run = assistant("ask", question, "--json", data_dir=jardins_data)
    answer = value(run.out)
    assert run.status == 0
    assert (answer["refused"], answer["citations"]) == (True, [])


@pytest.mark.parametrize(("who", "found"), [([], False), (["--as", "public"], False), (["--as", "team"], True)])
def test_the_scope_is_the_public_by_default(
    assistant: Assistant, jardins_data: Path, who: list[str], found: bool
) -> None:
    run = assistant("ask", "Qui a volé la courge ?", *who, data_dir=jardins_data)
    assert ("zibeline" in run.out) is found


def test_a_file_of_questions_gives_a_line_each_in_order(
    assistant: Assistant, jardins_data: Path, tmp_path: Path
) -> None:
    questions = [LIST, "", "Où est la grainothèque ?", "   ", "Australie ?", LIST]
    path = tmp_path / "questions.txt"
    path.write_text("\n".join(questions) + "\n", encoding="utf-8")
    run = assistant("ask", "--questions", str(path), "--json", data_dir=jardins_data)
    answers = [json.loads(line) for line in run.out.splitlines()]
    assert (run.status, run.err) == (0, "")
    assert [answer["question"] for answer in answers] == [question.strip() for question in questions]
    assert [answer["refused"] for answer in answers] == [False, True, False, True, True, False]
    assert without_seconds(answers[0]) == without_seconds(answers[5])


def without_seconds(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "seconds"}


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfQui ?\r\nQuand ?\r\n", b"Qui ?\nQuand ?"], ids=["windows", "no end"])
def test_a_file_of_questions_from_any_machine(
    assistant: Assistant, jardins_data: Path, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "q.txt").write_bytes(content)
    run = assistant("ask", "--questions", str(tmp_path / "q.txt"), "--json", data_dir=jardins_data)
    assert [json.loads(line)["question"] for line in run.out.splitlines()] == ["Qui ?", "Quand ?"]


def test_an_empty_file_of_questions_gives_nothing(assistant: Assistant, jardins_data: Path, tmp_path: Path) -> None:
    (tmp_path / "q.txt").touch()
    run = assistant("ask", "--questions", str(tmp_path / "q.txt"), "--json", data_dir=jardins_data)
    assert (run.status, run.out, run.err) == (0, "", "")


@pytest.mark.parametrize("char", ["\u2028", "\x85", "\x0c", "\x1c"], ids=ascii)
def test_a_line_ends_at_a_line_feed_only(assistant: Assistant, jardins_data: Path, tmp_path: Path, char: str) -> None:
    (tmp_path / "q.txt").write_text(f"Qui anime{char}les ateliers ?\n", encoding="utf-8")
    run = assistant("ask", "--questions", str(tmp_path / "q.txt"), "--json", data_dir=jardins_data)
    assert run.out.count("\n") == 1


# — search and status —


def test_a_search_in_json_has_the_documented_fields(assistant: Assistant, jardins_data: Path) -> None:
    run = assistant("search", "poules", "--limit", "3", "--json", data_dir=jardins_data)
    found = value(run.out)
    assert set(found) == {"hits"}
    assert len(found["hits"]) == 3
    assert "poules" in found["hits"][0]["text"]
    assert all((set(hit), set(hit["source"]), set(hit["place"])) == (HIT, SOURCE, PLACE) for hit in found["hits"])


def test_a_search_keeps_to_a_site_and_a_kind(assistant: Assistant, jardins_data: Path) -> None:
    options = ("--site", "Sourcelles", "--kind", "transcript", "--as", "team", "--json")
    hits = value(assistant("search", "jardin", *options, data_dir=jardins_data).out)["hits"]
    assert {(hit["source"]["site"], hit["source"]["kind"]) for hit in hits} == {("Sourcelles", "transcript")}


def test_an_empty_search_is_done(assistant: Assistant, jardins_data: Path) -> None:
    run = assistant("search", "poules", "--site", "Nulle-Part", data_dir=jardins_data)
    assert (run.status, run.out) == (0, "Aucun passage trouvé.\n")
    assert value(assistant("search", " ", "--json", data_dir=jardins_data).out) == {"hits": []}


def test_the_state_of_the_index(assistant: Assistant, jardins_data: Path) -> None:
    state = value(assistant("status", "--json", data_dir=jardins_data).out)
    assert (state["sources"], state["by_visibility"]) == (7, {"public": 4, "team": 3})
    assert state["by_kind"] == {"document": 4, "transcript": 3}
    assert 0 < state["public_passages"] < state["passages"]
    assert state["corpus"] == str(JARDINS.resolve())


# — index —

NICE = """
import os, sys
from pathlib import Path
from assistant.cli.main import main
def session(file=Path("/proc/self/autogroup")):
    return int(file.read_text().rpartition(" ")[2]) if file.exists() else 0
before = os.nice(0)
status = main(None if ALONE else sys.argv[1:])
print(status, os.nice(0) - before, session())
"""
SESSIONS = 10 if os.access("/proc/self/autogroup", os.W_OK) else 0


@pytest.mark.process
@pytest.mark.parametrize(
    ("alone", "leads", "nicer", "session"), [(True, True, 10, SESSIONS), (True, False, 10, 0), (False, True, 0, 0)]
)
def test_an_index_run_in_its_own_process_lowers_its_priority(
    tmp_path: Path, alone: bool, leads: bool, nicer: int, session: int
) -> None:
    code = NICE.replace("ALONE", str(alone))
    command = [sys.executable, "-c", code, "index", "--rollback", "--data-dir", str(tmp_path)]
    with subprocess.Popen(
        command if leads else ["sh", "-c", '"$@"; true', "sh", *command],
        env=environment(tmp_path / "log"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        printed, error = run.communicate(timeout=120)
    assert printed == f"2 {nicer} {session}\n" and "Aucun index" in error


def test_an_index_run_reports_and_exits_done_or_in_part(
    assistant: Assistant, tmp_path: Path, no_model: FakeEmbedder
) -> None:
    corpus, data = write_corpus(tmp_path / "corpus", {"documents/a.md": TEXT}), tmp_path / "data"
    run = assistant("index", str(corpus), "--json", data_dir=data)
    report = value(run.out)
    assert (run.status, set(report)) == (0, REPORT)
    assert [entry["path"] for entry in report["added"]] == ["documents/a.md"]
    write_corpus(corpus, {"documents/b.xyz": "?", "documents/c.md": TEXT.replace("poules", "canards")})
    run = assistant("index", str(corpus), "--json", data_dir=data)
    report = value(run.out)
    assert run.status == 1
    assert [set(entry) for entry in report["failed"]] == [{"path", "reason", "remedy"}]
    assert [entry["path"] for entry in (*report["added"], *report["unchanged"])] == ["documents/c.md", "documents/a.md"]


def test_an_index_run_prints_its_report(assistant: Assistant, tmp_path: Path, no_model: FakeEmbedder) -> None:
    files = {"documents/a.md": TEXT, "documents/b.xyz": "?"}
    run = assistant("index", str(write_corpus(tmp_path / "corpus", files)), data_dir=tmp_path / "data")
    assert run.status == 1
    assert run.out.startswith(
        "1 ajouté\u00a0:\n  documents/a.md\n1 en échec\u00a0:\n  documents/b.xyz — Le format « .xyz »"
    )
    assert run.out.splitlines()[-1].startswith("1 passages dans l'index, en 0,")


def test_the_environment_gives_the_folders(
    assistant: Assistant, tmp_path: Path, no_model: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_CORPUS", str(write_corpus(tmp_path / "corpus", {"documents/a.md": TEXT})))
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    assert assistant("index").status == 0
    assert value(assistant("status", "--json").out)["data_dir"] == str(tmp_path / "data")


# — what is refused —


def refused(assistant: Assistant, *arguments: str, data_dir: Path | None = None) -> str:
    """The one line that a refused command gives."""
    run = assistant(*arguments, data_dir=data_dir)
    assert (run.status, run.out) == (2, "")
    assert run.err.count("\n") == 1
    *_, remedy = run.err.removesuffix(".\n").split(". ")
    assert remedy.startswith(ORDERS)
    return run.err


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["nope"], ["ask", "--nope"], ["ask", "a", "b"], ["ask", "a", "--as", "admin"], ["ask"], ["search"],
        ["ask", "a", "--questions", "f", "--json"], ["ask", "--questions", "f"], ["search", "a", "--limit", "0"],
        ["search", "a", "--limit", "deux"], ["search", "a", "--kind", "livre"], ["serve", "--port", "70000"],
        ["serve", "--port"], ["status", "--jso"], ["ask", "a", "--json=oui"], ["index", "/nulle/part"],
        ["index", __file__],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_refusal_is_one_french_line_that_ends_with_the_remedy(
    assistant: Assistant, arguments: list[str], tmp_path: Path
) -> None:
    assert english(refused(assistant, *arguments, data_dir=tmp_path if arguments[1:] else None)) == set()


@pytest.mark.parametrize("arguments", [["ask", "Qui ?"], ["search", "Qui"], ["status"], ["serve"]], ids=" ".join)
def test_without_index_the_remedy_is_to_index(assistant: Assistant, arguments: list[str], tmp_path: Path) -> None:
    assert english(refused(assistant, *arguments, data_dir=tmp_path)) == set()
    assert list(tmp_path.iterdir()) == []


def test_another_corpus_into_a_data_folder_is_refused(assistant: Assistant, jardins_data: Path, tmp_path: Path) -> None:
    other = write_corpus(tmp_path / "autre", {"documents/a.md": TEXT})
    assert "autre corpus" in refused(assistant, "index", str(other), data_dir=jardins_data)
    assert value(assistant("status", "--json", data_dir=jardins_data).out)["sources"] == 7


def test_a_file_of_questions_that_is_no_text_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_bytes(b"\xff\xfe\xe9")
    assert "UTF-8" in refused(assistant, "ask", "--questions", str(tmp_path / "q.txt"), "--json")


@pytest.mark.parametrize("path", ["/nulle/part.txt", "/"])
def test_a_file_of_questions_that_cannot_be_read_is_told_in_french(assistant: Assistant, path: str) -> None:
    assert english(refused(assistant, "ask", "--questions", path, "--json")) == set()


def test_a_path_of_two_lines_still_gives_one(assistant: Assistant) -> None:
    assert assistant("ask", "--questions", "/nulle\npart", "--json").err.count("\n") == 1


# — as a process —


@pytest.mark.process
def test_as_a_process_it_answers_in_utf_8(jardins_data: Path, tmp_path: Path) -> None:
    run = run_assistant("ask", LIST, "--data-dir", jardins_data, "--json", env=environment(tmp_path / "log"))
    assert (run.returncode, run.stderr) == (0, "")
    assert "Odalie Perrachou, présidente" in value(run.stdout)["answer"]


@pytest.mark.process
def test_as_a_process_it_refuses_with_one_line(tmp_path: Path) -> None:
    run = run_assistant("ask", "Qui ?", "--data-dir", tmp_path, env=environment(tmp_path / "log"))
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)


@pytest.mark.process
def test_as_a_process_it_survives_bytes_that_are_no_text(jardins_data: Path, tmp_path: Path) -> None:
    log = environment(tmp_path / "log")
    run = run_assistant("ask", "b\udce9n\udce9voles ?", "--data-dir", jardins_data, "--json", env=log)
    assert "Traceback" not in run.stderr
