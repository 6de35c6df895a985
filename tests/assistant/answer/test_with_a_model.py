"""Tests of the command line with a language model set, over the invented corpus and a scripted server."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.answer import draft
from assistant.compose.parts import compose
from assistant.compose.workspace import open_workspace
from assistant.settings import AssistantSettings
from index.settings import IndexSettings
from index.types import Scope
from tests.assistant.conftest import Assistant
from tests.scripted_llm import Script, number_of, says, scripted

pytestmark = pytest.mark.long

SetModel = Callable[..., None]
KEY = "sk-clef-secrete-0123456789"
QUESTION = "Combien d’adhérents à Brumeval ?"


def writes(prompt: str) -> Sequence[bytes]:
    """A scripted server that writes two true sentences and a false one."""
    number = number_of("compte 48 adhérents", prompt)
    return says(
        f"L’association compte 48 adhérents à Brumeval {number}. ",
        f"Elle compte 480 adhérents à Brumeval {number}. ",
        f"Parmi eux, 12 ont rejoint le jardin dans l’année {number}.",
    )


@pytest.fixture
def set_model(monkeypatch: pytest.MonkeyPatch, assistant: Assistant) -> SetModel:
    """Set the language model in the environment, after `assistant`, which clears it."""

    def at(url: str, timeout: str = "20") -> None:
        for name, value in {"URL": url, "MODEL": "essai", "KEY": KEY, "TIMEOUT": timeout}.items():
            monkeypatch.setenv(f"ASSISTANT_LLM_{name}", value)

    return at


def test_an_answer_is_written_from_checked_sentences(
    assistant: Assistant, set_model: SetModel, jardins_data: Path
) -> None:
    script = Script(reply=writes)
    with scripted(script) as url:
        set_model(url)
        run = assistant("ask", QUESTION, "--json", data_dir=jardins_data)
        shown = assistant("ask", QUESTION, data_dir=jardins_data)
    answer = json.loads(run.out)
    assert answer["engine"] == "model"
    assert answer["answer"].startswith(
        "L’association compte 48 adhérents à Brumeval.\u00a0[1] Parmi eux, 12 ont rejoint"
    )
    assert "480" not in answer["answer"]
    assert answer["citations"][0]["verified"]
    assert answer["notices"][0] == draft.WRITTEN.format(name="essai")
    assert any(notice.startswith("Une phrase du modèle") for notice in answer["notices"])
    assert f"«\u00a0{answer['citations'][0]['quote']}\u00a0»" in shown.out  # the text does not quote it
    for text in (run.out, run.err, shown.out, shown.err):
        assert KEY not in text


def test_team_only_passages_are_not_sent_to_the_model_from_the_public_scope(
    assistant: Assistant, set_model: SetModel, jardins_data: Path
) -> None:
    script = Script(says("Rien."))
    with scripted(script) as url:
        set_model(url)
        assistant("ask", "À combien s’élève la réserve ?", "--as", "team", data_dir=jardins_data)
        assert "7 777" in script.prompt
        asked = len(script.asked)
        assistant("ask", "À combien s’élève la réserve ?", data_dir=jardins_data)
        assistant("ask", "Combien d’euros ?", data_dir=jardins_data)
    assert all("7 777" not in json.dumps(body, ensure_ascii=False) for body in script.asked[asked:])


def test_a_refusal_and_a_definition_call_no_model(
    assistant: Assistant, set_model: SetModel, jardins_data: Path
) -> None:
    script = Script(reply=writes)
    with scripted(script) as url:
        set_model(url)
        refused = json.loads(
            assistant("ask", "Quelle est la capitale de l’Australie ?", "--json", data_dir=jardins_data).out
        )
        defined = json.loads(assistant("ask", "C’est quoi une grainothèque ?", "--json", data_dir=jardins_data).out)
        alone = json.loads(assistant("ask", QUESTION, "--no-model", "--json", data_dir=jardins_data).out)
    assert script.asked == []
    assert refused["refused"]
    assert defined["answer"].startswith("Le lexique de l’étude")
    assert alone["engine"] == "extractive"


@pytest.mark.parametrize("script", [Script(status=500), Script(stalls=True)], ids=["error", "stall"])
def test_a_broken_server_gives_the_default_answer_with_a_notice(
    script: Script, assistant: Assistant, set_model: SetModel, jardins_data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    default = json.loads(assistant("ask", QUESTION, "--json", data_dir=jardins_data).out)
    with scripted(script) as url:
        set_model(url, "1")
        began = time.monotonic()
        run = assistant("ask", QUESTION, "--json", data_dir=jardins_data)
        assert time.monotonic() - began < 30
    answer = json.loads(run.out)
    assert run.status == 0
    assert (answer["answer"], answer["citations"]) == (default["answer"], default["citations"])
    assert answer["engine"] == "extractive"
    assert answer["notices"][-1] == draft.FAILED
    assert "Le modèle de langage « essai » (127.0.0.1:" in caplog.text
    assert KEY not in caplog.text


def test_the_golden_questions_are_measured_without_a_model(
    assistant: Assistant, set_model: SetModel, jardins_data: Path, tmp_path: Path
) -> None:
    golden = tmp_path / "golden.jsonl"
    line = {"id": "a", "question": QUESTION, "answers": ["compte 48 adhérents"], "refused": False}
    golden.write_text(json.dumps(line), encoding="utf-8")
    script = Script(reply=writes)
    with scripted(script) as url:
        set_model(url)
        run = assistant("eval", str(golden), "--json", data_dir=jardins_data)
    assert json.loads(run.out)["first"] == 1.0
    assert script.asked == []


def test_a_server_measures_its_golden_questions_without_its_model(
    set_model: SetModel, jardins_data: Path, models_dir: Path
) -> None:
    script = Script(reply=writes)
    with scripted(script) as url:
        set_model(url)
        settings = AssistantSettings.from_environment(os.environ)
        engine = compose(open_workspace(IndexSettings(data_dir=jardins_data, models_dir=models_dir)), settings).engine
        assert engine.without_a_model().ask(QUESTION, Scope.TEAM).engine == "extractive"
        assert script.asked == []
        assert engine.ask(QUESTION, Scope.TEAM).engine == "model"


def test_the_doctor_checks_the_model(assistant: Assistant, set_model: SetModel, jardins_data: Path) -> None:
    def found(run_out: str) -> dict[str, object]:
        return next(finding for finding in json.loads(run_out)["findings"] if finding["what"] == "Modèle de langage")

    without = found(assistant("doctor", "--json", data_dir=jardins_data).out)
    assert without["well"] and "ce qui est permis" in str(without["seen"])
    with scripted(Script(says("oui"))) as url:
        set_model(url)
        well = found(assistant("doctor", "--json", data_dir=jardins_data).out)
    assert well["well"] and "répond" in str(well["seen"])
    ill = assistant("doctor", data_dir=jardins_data)  # the server is gone
    assert ill.status == 1
    assert "✗ Modèle de langage\u00a0: Le modèle de langage « essai »" in ill.out
    assert "Démarrez son serveur" in ill.out
    assert KEY not in ill.out


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL", "127.0.0.1:8080"),
        ("URL", "ftp://127.0.0.1/v1"),
        ("URL", "http://nom:secret@127.0.0.1/v1"),
        ("MODEL", ""),
        ("TIMEOUT", "bientôt"),
        ("TIMEOUT", "0"),
        ("TIMEOUT", "nan"),
        ("TIMEOUT", "inf"),
    ],
)
def test_an_invalid_setting_is_refused_on_one_line(
    name: str,
    value: str,
    assistant: Assistant,
    set_model: SetModel,
    jardins_data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_model("http://127.0.0.1:9/v1")
    monkeypatch.setenv(f"ASSISTANT_LLM_{name}", value)
    run = assistant("ask", QUESTION, data_dir=jardins_data)
    assert run.status == 2
    assert run.err.count("\n") == 1
    assert f"ASSISTANT_LLM_{name}" in run.err
    assert KEY not in run.err and "secret@" not in run.err
