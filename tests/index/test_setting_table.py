"""Settings declared on the fields of a model and read from environment variables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from index.errors import BadSetting
from index.setting_table import EnvironmentSettings, Setting, is_not_no, is_yes, settings_of


class Refused(Exception):
    """Error of the group below."""


class Kitchen(EnvironmentSettings):
    """Group with a required setting, a parsed one, and a field that no variable sets."""

    refusal = Refused
    reason = "Refusé : {variable}."

    name: Annotated[str, Field(min_length=2), Setting("KITCHEN", "Donnez un nom.", str.strip)]
    plates: Annotated[int, Field(gt=0), Setting("KITCHEN_PLATES", "Donnez un nombre.")] = 4
    folder: Annotated[Path, Setting("KITCHEN_FOLDER", "Donnez un dossier.", Path)] = Path("cuisine")
    spoons: int = 12


class Garden(EnvironmentSettings):
    """Group that keeps the common error and reason."""

    rows: Annotated[int, Setting("GARDEN_ROWS", "Donnez un nombre de rangs.")] = 1


def test_each_declared_variable_sets_its_field_as_its_text_is_read() -> None:
    environment = {"KITCHEN": " pont ", "KITCHEN_PLATES": "6", "KITCHEN_FOLDER": "/c", "KITCHEN_SPOONS": "1"}
    assert Kitchen.load(environment) == Kitchen(name="pont", plates=6, folder=Path("/c"), spoons=12)


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_text_leaves_the_default(text: str) -> None:
    assert Kitchen.load({"KITCHEN": "pont", "KITCHEN_FOLDER": "", "KITCHEN_PLATES": ""}) == Kitchen(name="pont")
    assert Kitchen.load_if_set("name", {"KITCHEN": text, "KITCHEN_PLATES": "zéro"}) is None


def test_given_fields_win_over_their_variables() -> None:
    assert Kitchen.load({"KITCHEN": "pont", "KITCHEN_PLATES": "zéro"}, {"plates": 2}).plates == 2


@pytest.mark.parametrize(
    ("environment", "variable", "remedy"),
    [
        ({}, "KITCHEN", "Donnez un nom."),
        ({"KITCHEN": "p"}, "KITCHEN", "Donnez un nom."),
        ({"KITCHEN": "pont", "KITCHEN_PLATES": "zéro"}, "KITCHEN_PLATES", "Donnez un nombre."),
        ({"KITCHEN": "p", "KITCHEN_PLATES": "zéro"}, "KITCHEN", "Donnez un nom."),
    ],
)
def test_the_first_refused_setting_is_named_with_its_remedy(
    environment: dict[str, str], variable: str, remedy: str
) -> None:
    with pytest.raises(Refused) as refused:
        Kitchen.load(environment)
    assert refused.value.args == (f"Refusé : {variable}.", remedy)


def test_a_group_refuses_with_the_common_error_unless_it_declares_another() -> None:
    with pytest.raises(BadSetting) as refused:
        Garden.load({"GARDEN_ROWS": "beaucoup"})
    assert str(refused.value) == "Le réglage GARDEN_ROWS ne convient pas. Donnez un nombre de rangs."


def test_a_wrong_value_given_by_the_code_is_no_trouble_of_the_environment() -> None:
    for given_fields in ({"spoons": "beaucoup"}, {"plates": 0}, {"forks": 1}):
        with pytest.raises(ValidationError):
            Kitchen.load({"KITCHEN": "pont"}, given_fields)


def test_the_table_follows_the_order_of_the_class() -> None:
    assert [(field, setting.variable) for field, setting in settings_of(Kitchen).items()] == [
        ("name", "KITCHEN"),
        ("plates", "KITCHEN_PLATES"),
        ("folder", "KITCHEN_FOLDER"),
    ]


@given(st.text())
def test_yes_and_no_are_each_said_by_a_few_words(text: str) -> None:
    word = text.strip().lower()
    assert is_yes(text) == (word in ("oui", "1", "yes", "true"))
    assert is_not_no(text) == (word not in ("non", "0", "no", "false"))


@pytest.mark.parametrize("text", ["non", " NON ", "0", "No", "false"])
def test_the_words_that_mean_no(text: str) -> None:
    assert not is_not_no(text) and not is_yes(text)


@pytest.mark.parametrize("text", ["oui", " OUI ", "1", "Yes", "true"])
def test_the_words_that_mean_yes(text: str) -> None:
    assert is_yes(text) and is_not_no(text)
