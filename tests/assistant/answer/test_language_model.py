"""A language model's server in all its states: what it says comes as it comes, what goes wrong is one French line."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from assistant.answer.language_model import LanguageModel
from assistant.errors import ModelFailed
from assistant.settings import LanguageModelSettings
from tests.scripted_llm import DONE, Script, event, says, scripted

KEY = "sk-clef-secrete-0123456789"


@contextmanager
def model(script: Script, timeout: float = 20.0) -> Iterator[LanguageModel]:
    with scripted(script) as url:
        settings = {"url": url, "name": "essai", "key": KEY, "timeout": timeout}
        yield LanguageModel(LanguageModelSettings.model_validate(settings))


def test_what_it_says_comes_in_pieces_as_it_comes() -> None:
    script = Script(says("Les béné", "voles ", "aident."), stalls=True)
    with model(script) as one:
        writing = one.write("Qui aide ?")
        assert [next(writing) for _ in range(3)] == ["Les béné", "voles ", "aident."]
        writing.close()
    assert script.prompt == "Qui aide ?"
    assert script.asked[0]["model"] == "essai"
    assert script.headers[0]["authorization"] == f"Bearer {KEY}"


def test_a_character_cut_in_two_is_one() -> None:
    whole = b"".join(says("Élodie a planté un cerisier à côté."))
    at = whole.index("é".encode()) + 1
    with model(Script([whole[:at], whole[at:]])) as one:
        assert "".join(one.write("?")) == "Élodie a planté un cerisier à côté."


def test_half_a_character_at_the_end_does_no_harm() -> None:
    half = event("été")
    with model(Script([event("Un "), half[: half.index("é".encode()) + 1]])) as one:
        pieces: list[str] = []
        try:
            pieces.extend(one.write("?"))
        except ModelFailed as error:
            assert "\n" not in str(error)
        assert "".join(pieces) in ("", "Un ")


@pytest.mark.parametrize("chunks", [[], [event("Les bénévoles")], [b": ping\n\n"] * 3])
def test_a_server_that_stalls_is_waited_for_no_longer_than_the_time_given(chunks: list[bytes]) -> None:
    began = time.monotonic()
    with model(Script(chunks, stalls=True), timeout=0.5) as one, pytest.raises(ModelFailed) as caught:
        list(one.write("?"))
    assert time.monotonic() - began < 10  # a server that is waited for at each byte would never be given up
    assert "n'a pas fini en 0.5 s" in caught.value.reason
    assert "ASSISTANT_LLM_TIMEOUT" in caught.value.remedy


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_server_that_sends_elsewhere_is_not_followed(status: int) -> None:
    """Or it could make this machine ask for what only this machine may."""
    elsewhere = Script(says("Les bénévoles."))
    with scripted(elsewhere) as other, model(Script([b""], status, location=f"{other}/chat/completions")) as one:
        with pytest.raises(ModelFailed):
            list(one.write("?"))
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (Script([KEY.encode()], 401, "application/json"), "refuse la clé"),
        (Script([KEY.encode()], 403, "application/json"), "refuse la clé"),
        (Script([b"{}"], 404, "application/json"), "est inconnu du serveur"),
        (Script([b"{}"], 400, "application/json"), "refuse la demande"),
        (Script([b"{}"], 429, "application/json"), "trop demandé"),
        (Script([b"oups"], 500, "text/plain"), "l'erreur 500"),
        (Script([b"data: {pas du JSON}\n\n"]), "ne peut pas être lue"),
        (Script([event("Les béné")], cut=True), "ne peut pas être"),
        (Script([b"data: \xff\xfe\n\n", DONE]), "ne peut pas être lue"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_goes_wrong_is_one_french_line_without_the_key(
    script: Script, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with model(script) as one, pytest.raises(ModelFailed) as caught:
        list(one.write("?"))
    assert said in str(caught.value)
    assert caught.value.remedy
    assert KEY not in str(caught.value)
    assert KEY not in caplog.text
    assert len(script.asked) == 1  # not tried again: each try would begin the time anew


def test_a_server_that_is_not_there_is_said() -> None:
    with scripted(Script()) as url:
        pass
    one = LanguageModel(LanguageModelSettings(url=url, name="essai"))
    with pytest.raises(ModelFailed, match="ne peut pas être joint"):
        list(one.write("?"))


def test_a_page_in_the_place_of_an_answer_says_nothing() -> None:
    with model(Script([b"<html>Bienvenue</html>"], kind="text/html")) as one:
        try:
            assert "".join(one.write("?")) == ""
        except ModelFailed as error:
            assert "Bienvenue" not in str(error)


def test_the_doctor_tells_a_model_that_answers_from_one_that_does_not() -> None:
    with model(Script(says("Oui"), stalls=True)) as one:
        assert one.examine().well
    with model(Script([DONE])) as one:
        assert not one.examine().well
    with model(Script([b"{}"], 404, "application/json")) as one:
        finding = one.examine()
    assert not finding.well
    assert "ASSISTANT_LLM_MODEL" in finding.remedy


def test_the_key_is_shown_by_nothing() -> None:
    with model(Script()) as one:
        assert KEY not in repr(one)
        assert KEY not in str(vars(one).get("settings", ""))
    settings = LanguageModelSettings.model_validate({"url": "http://127.0.0.1/v1", "name": "essai", "key": KEY})
    assert KEY not in f"{settings!r} {settings} {settings.model_dump_json()}"
