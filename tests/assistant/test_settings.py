"""Tests of the settings of the assistant."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.settings import AssistantSettings


def test_the_corpus_folder_comes_from_the_environment() -> None:
    assert AssistantSettings.from_environment({"ASSISTANT_CORPUS": "/srv/étude"}).corpus == Path("/srv/étude")


@pytest.mark.parametrize("environment", [{}, {"ASSISTANT_CORPUS": ""}])
def test_the_corpus_folder_is_local_by_default(environment: dict[str, str]) -> None:
    assert AssistantSettings.from_environment(environment) == AssistantSettings(corpus=Path("corpus"))


def test_settings_are_immutable() -> None:
    with pytest.raises(ValidationError):
        AssistantSettings().threshold = 0.0


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValidationError):
        AssistantSettings.model_validate({"treshold": 0.5})


def test_the_quotations_are_limited_by_the_number_of_hits() -> None:
    settings = AssistantSettings()
    assert 0 < settings.citations <= settings.list_citations <= settings.hits
    assert 0 < settings.threshold < 1
