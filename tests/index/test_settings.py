"""Settings from the environment, and the one line of an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from index.errors import BadMetadata, BadSetting, CorpusError, UnreadableFile
from index.settings import EMBEDDED_MODEL, IndexSettings


def test_without_environment_the_defaults_stand() -> None:
    found = IndexSettings.from_environment({})
    assert found == IndexSettings()
    assert found.embedding_model == EMBEDDED_MODEL
    assert found.models_dir.is_absolute()


def test_the_environment_is_read() -> None:
    variables = {"ASSISTANT_DATA_DIR": "/d", "ASSISTANT_MODELS": "/m", "ASSISTANT_EMBEDDING_MODEL": "autre"}
    found = IndexSettings.from_environment(variables)
    assert (found.data_dir, found.models_dir, found.embedding_model) == (Path("/d"), Path("/m"), "autre")


def test_what_is_given_wins_over_the_environment() -> None:
    assert IndexSettings.from_environment({"ASSISTANT_DATA_DIR": "/d"}, Path("/e")).data_dir == Path("/e")


def test_empty_variables_are_absent() -> None:
    names = ("ASSISTANT_DATA_DIR", "ASSISTANT_MODELS", "ASSISTANT_EMBEDDING_MODEL")
    assert IndexSettings.from_environment(dict.fromkeys(names, "")) == IndexSettings()


def test_unknown_settings_are_refused_and_known_ones_are_frozen() -> None:
    with pytest.raises(ValidationError):
        IndexSettings.model_validate({"dense_wheight": 0.5})
    with pytest.raises(ValidationError):
        IndexSettings().dense_weight = 0.5


@given(st.text(), st.text())
def test_an_error_is_one_line_whatever_it_names(reason: str, remedy: str) -> None:
    said = str(CorpusError(reason, remedy))
    assert len(said.splitlines()) <= 1
    assert not any(ord(char) < 32 for char in said)


def test_an_error_says_what_happened_then_the_remedy() -> None:
    error = BadMetadata("La\u00a0date « x »\nn'est pas lisible.", "Écrivez AAAA.")
    assert str(error) == "La\u00a0date « x » n'est pas lisible. Écrivez AAAA."
    assert isinstance(error, UnreadableFile)


def test_a_server_of_vectors_is_read_from_the_environment() -> None:
    variables = {
        "ASSISTANT_CHROMA": "https://vecteurs.example/",
        "ASSISTANT_CHROMA_TENANT": "etude",
        "ASSISTANT_CHROMA_DATABASE": "pont",
        "ASSISTANT_CHROMA_KEY": "secret-du-pont",
        "ASSISTANT_CHROMA_HEADER": "Authorization",
        "ASSISTANT_CHROMA_TIMEOUT": "1.5",
    }
    found = IndexSettings.from_environment(variables).chroma
    assert found is not None
    assert (found.place, found.header, found.timeout) == ("https://vecteurs.example etude/pont", "Authorization", 1.5)
    assert found.key.get_secret_value() == "secret-du-pont" and "secret" not in f"{found} {found!r}"
    assert IndexSettings.from_environment({"ASSISTANT_CHROMA_TENANT": "etude"}).chroma is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("", "vecteurs.example:8000"),
        ("", "ftp://vecteurs.example"),
        ("", "http://nom:mot@vecteurs.example"),
        ("", "http://vecteurs.example:port"),
        ("_KEY", "jeton\nX-Autre: oui"),
        ("_KEY", "jéton"),
        ("_HEADER", "X: y"),
        ("_TIMEOUT", "demain"),
        ("_TIMEOUT", "-1"),
        ("_TIMEOUT", "nan"),
    ],
)
def test_a_setting_of_that_server_that_does_not_do_is_refused_with_its_name(variable: str, value: str) -> None:
    given = {"ASSISTANT_CHROMA": "http://127.0.0.1:8000", f"ASSISTANT_CHROMA{variable}": value}
    with pytest.raises(BadSetting) as refused:
        IndexSettings.from_environment(given)
    assert f"ASSISTANT_CHROMA{variable} " in refused.value.reason and value not in str(refused.value)
