"""Tests of the language model client over a scripted server: streaming, and failures reported on one French line."""

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

pytestmark = pytest.mark.long

KEY = "sk-clef-secrete-0123456789"


@contextmanager
def model(script: Script, timeout: float = 20.0) -> Iterator[LanguageModel]:
    with scripted(script) as url:
        settings = {"url": url, "name": "essai", "key": KEY, "timeout": timeout}
        yield LanguageModel(LanguageModelSettings.model_validate(settings))


def test_the_text_is_streamed_in_pieces() -> None:
    script = Script(says("Les béné", "voles ", "aident."), stalls=True)
    with model(script) as language_model:
        writing = language_model.write("Qui aide ?")
        assert [next(writing) for _ in range(3)] == ["Les béné", "voles ", "aident."]
        writing.close()
    assert script.prompt == "Qui aide ?"
    assert script.asked[0]["model"] == "essai"
    assert script.headers[0]["authorization"] == f"Bearer {KEY}"


def test_a_character_split_between_two_chunks_is_decoded() -> None:
    whole = b"".join(says("Élodie a planté un cerisier à côté."))
    at = whole.index("é".encode()) + 1
    with model(Script([whole[:at], whole[at:]])) as language_model:
        assert "".join(language_model.write("?")) == "Élodie a planté un cerisier à côté."


def test_half_a_character_at_the_end_is_ignored() -> None:
    half = event("été")
    with model(Script([event("Un "), half[: half.index("é".encode()) + 1]])) as language_model:
        pieces: list[str] = []
        try:
            pieces.extend(language_model.write("?"))
        except ModelFailed as error:
            assert "\n" not in str(error)
        assert "".join(pieces) in ("", "Un ")


@pytest.mark.parametrize("chunks", [[], [event("Les bénévoles")], [b": ping\n\n"] * 3])
def test_a_stalled_server_is_abandoned_after_the_timeout(chunks: list[bytes]) -> None:
    began = time.monotonic()
    with model(Script(chunks, stalls=True), timeout=0.5) as language_model, pytest.raises(ModelFailed) as caught:
        list(language_model.write("?"))
    assert time.monotonic() - began < 10  # a timeout restarted at each byte would never end
    assert "n'a pas fini en 0.5 s" in caught.value.reason
    assert "ASSISTANT_LLM_TIMEOUT" in caught.value.remedy


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed(status: int) -> None:
    """Refuse redirections, with which a server could send requests to services of this machine (SSRF)."""
    elsewhere = Script(says("Les bénévoles."))
    with (
        scripted(elsewhere) as other,
        model(Script([b""], status, location=f"{other}/chat/completions")) as language_model,
    ):
        with pytest.raises(ModelFailed):
            list(language_model.write("?"))
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("script", "message"),
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
def test_a_failure_is_reported_on_one_french_line_without_the_key(
    script: Script, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with model(script) as language_model, pytest.raises(ModelFailed) as caught:
        list(language_model.write("?"))
    assert message in str(caught.value)
    assert caught.value.remedy
    assert KEY not in str(caught.value)
    assert KEY not in caplog.text
    assert len(script.asked) == 1  # no retry: each would restart the timeout


def test_an_unreachable_server_is_reported() -> None:
    with scripted(Script()) as url:
        pass
    language_model = LanguageModel(LanguageModelSettings(url=url, name="essai"))
    with pytest.raises(ModelFailed, match="ne peut pas être joint"):
        list(language_model.write("?"))


def test_a_web_page_instead_of_an_answer_gives_no_text() -> None:
    with model(Script([b"<html>Bienvenue</html>"], kind="text/html")) as language_model:
        try:
            assert "".join(language_model.write("?")) == ""
        except ModelFailed as error:
            assert "Bienvenue" not in str(error)


def test_the_doctor_distinguishes_a_model_that_answers() -> None:
    with model(Script(says("Oui"), stalls=True)) as language_model:
        assert language_model.examine().well
    with model(Script([DONE])) as language_model:
        assert not language_model.examine().well
    with model(Script([b"{}"], 404, "application/json")) as language_model:
        finding = language_model.examine()
    assert not finding.well
    assert "ASSISTANT_LLM_MODEL" in finding.remedy


def test_the_key_appears_in_no_representation() -> None:
    with model(Script()) as language_model:
        assert KEY not in repr(language_model)
        assert KEY not in str(vars(language_model).get("settings", ""))
    settings = LanguageModelSettings.model_validate({"url": "http://127.0.0.1/v1", "name": "essai", "key": KEY})
    assert KEY not in f"{settings!r} {settings} {settings.model_dump_json()}"
