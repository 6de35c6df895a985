"""Settings of the people side; built by the command line and by tests, and passed down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from assistant import addresses
from assistant.errors import BadRequest
from index.settings import base_address


class LanguageModelSettings(BaseModel):
    """Where a language model answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    """The base address of an OpenAI-compatible server, with its version: http://127.0.0.1:11434/v1."""
    name: str = Field(min_length=1)
    """What the server calls the model."""
    key: SecretStr = SecretStr("")
    """Shown by nothing: not by an error, not by a log, not by this object."""
    timeout: float = Field(default=60.0, gt=0, le=3600)
    """Seconds for a whole answer."""

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        return base_address(url)

    @property
    def place(self) -> str:
        """The server, as it may be shown."""
        return urlsplit(self.url).netloc


class AssistantSettings(BaseModel):
    """How answers are made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    corpus: Path = Path("corpus")
    """Where the lexicon and the sites are read when the indexed folder has none."""
    hits: int = 30
    """Passages looked at for one answer."""
    citations: int = 5
    """Quotations in an answer that is no list."""
    site_citations: int = 3
    """Quotations for each site of a comparison."""
    list_citations: int = 20
    """Quotations in an answer that is a list of the corpus."""
    threshold: float = 0.44
    """Probability from which the corpus is held to answer; see `assistant.understand.judge`."""

    model: LanguageModelSettings | None = None
    """Who writes the answers; without one, they are the passages themselves."""
    secret_file: Path | None = None
    """Where the secret that signs sessions is read, in the place of the data folder."""
    trusted_header: str = ""
    """The header by which a proxy on this machine names who it has let in; none is believed by default."""
    root_path: str = ""
    """The sub-path under which a proxy gives the pages, as `checked_root_path` wants it; empty for none."""
    model_units: int = 12
    """Units given to the language model, at most, unless the default answer quotes more."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> AssistantSettings:
        """Read `ASSISTANT_CORPUS`, `ASSISTANT_SECRET_FILE`, `ASSISTANT_TRUSTED_HEADER`, `ASSISTANT_ROOT_PATH`, and the
        language model from `ASSISTANT_LLM_URL` and its companions. Raises `BadRequest`."""
        given: dict[str, object] = {"model": _model(environment)}
        for field, variable in (
            ("corpus", "CORPUS"),
            ("secret_file", "SECRET_FILE"),
            ("trusted_header", "TRUSTED_HEADER"),
        ):
            if value := environment.get(f"ASSISTANT_{variable}"):
                given[field] = value
        given["root_path"] = checked_root_path(environment.get("ASSISTANT_ROOT_PATH", ""))
        return cls.model_validate(given)


def checked_root_path(text: str) -> str:
    """A sub-path such as `/corpus`, or nothing. Raises `BadRequest` for what a proxy could not serve, or what would be
    taken for an address of ours."""
    first, *rest = text.removeprefix("/").split("/")
    well = not text or (_ROOT_PATH.fullmatch(text) and not {".", ".."} & {first, *rest})
    if not well:
        raise BadRequest(
            f"Le sous-chemin « {text} » ne convient pas.",
            "Donnez-le sous la forme /corpus : une barre au début, aucune à la fin, ni espace, ni accent, ni « .. ».",
        )
    if first in addresses.first_segments():
        raise BadRequest(
            f"Le sous-chemin « {text} » commence comme une adresse de l'assistant.",
            "Prenez un autre nom, par exemple /corpus.",
        )
    return text


_ROOT_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+){1,8}")


def _model(environment: Mapping[str, str]) -> LanguageModelSettings | None:
    given = {name: environment.get(f"ASSISTANT_LLM_{name}", "") for name in ("URL", "MODEL", "KEY", "TIMEOUT")}
    if not given["URL"]:
        return None
    values: dict[str, str] = {"url": given["URL"], "name": given["MODEL"], "key": given["KEY"]}
    if given["TIMEOUT"]:
        values["timeout"] = given["TIMEOUT"]
    try:
        return LanguageModelSettings.model_validate(values)
    except ValidationError as error:
        wrong = str(error.errors()[0]["loc"][0])
        variable, wanted = _WANTED[wrong]
        raise BadRequest(f"Le réglage {variable} du modèle de langage ne convient pas.", wanted) from None


_WANTED = {
    "url": (
        "ASSISTANT_LLM_URL",
        "Donnez l'adresse du serveur avec sa version, sans mot de passe, par exemple http://127.0.0.1:11434/v1.",
    ),
    "name": ("ASSISTANT_LLM_MODEL", "Donnez le nom du modèle, tel que le serveur le connaît."),
    "key": ("ASSISTANT_LLM_KEY", "Donnez la clé du serveur, ou retirez cette variable."),
    "timeout": ("ASSISTANT_LLM_TIMEOUT", "Donnez un nombre de secondes, de 1 à 3600."),
}
