"""Settings read from environment variables: each is declared once, beside the field that it sets.

A field annotated with `Setting` names its variable, how its text is read and the remedy shown when its value is
refused; pydantic checks the value by the type and the validators of the field. `settings_of` lists the declarations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import BadSetting

YES = frozenset({"oui", "1", "yes", "true"})
NO = frozenset({"non", "0", "no", "false"})


@dataclass(frozen=True, slots=True)
class Setting:
    """Environment variable that sets a field, with the French remedy shown when its value is refused.

    `read` turns the text of the variable into the value to validate. An empty text, before or after `read`, leaves the
    default of the field."""

    variable: str
    remedy: str
    read: Callable[[str], object] = str


class EnvironmentSettings(BaseModel):
    """Frozen group of settings, of which some are read from environment variables (see `Setting`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    refusal: ClassVar[type[Exception]] = BadSetting
    """Error of a refused value, made from its reason and its remedy."""
    reason: ClassVar[str] = "Le réglage {variable} ne convient pas."

    @classmethod
    def load(cls, environment: Mapping[str, str], given: Mapping[str, object] | None = None) -> Self:
        """Return the settings of `environment`; the fields of `given` win over their variables. Raises
        `refusal` for the first field, in the order of the class, whose variable has a refused value or is missing."""
        settings = settings_of(cls)
        try:
            return cls.model_validate({**_values(settings, environment), **(given or {})})
        except ValidationError as error:
            field = str(error.errors()[0]["loc"][0])
            if field not in settings or field in (given or {}):
                raise
            setting = settings[field]
            raise cls.refusal(cls.reason.format(variable=setting.variable), setting.remedy) from None

    @classmethod
    def load_if_set(cls, field: str, environment: Mapping[str, str]) -> Self | None:
        """Return the settings of `environment`, or nothing where the variable of `field` is absent or empty, whatever
        the others hold. Raises as `load`."""
        return cls.load(environment) if field in _values(settings_of(cls), environment) else None


def settings_of(group: type[EnvironmentSettings]) -> dict[str, Setting]:
    """Return the declaration of each field that a variable sets, by field, in the order of the class."""
    return {
        field: declared
        for field, described in group.model_fields.items()
        for declared in described.metadata
        if isinstance(declared, Setting)
    }


def _values(settings: Mapping[str, Setting], environment: Mapping[str, str]) -> dict[str, object]:
    """Return the values of the variables that are neither absent nor empty, by field."""
    values = {
        field: setting.read(text)
        for field, setting in settings.items()
        if (text := environment.get(setting.variable, ""))
    }
    return {field: value for field, value in values.items() if value != ""}


def is_yes(text: str) -> bool:
    """Return whether a text says yes; any other word means no."""
    return text.strip().lower() in YES


def is_not_no(text: str) -> bool:
    """Return whether a text says anything but no."""
    return text.strip().lower() not in NO
