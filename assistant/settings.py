"""Settings of the people side, each declared once; built by the command line and by tests, and passed down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from assistant import addresses
from assistant.errors import BadRequest
from index.setting_table import EnvironmentSettings, Setting, is_yes
from index.settings import base_address

_ROOT_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+){1,8}")
_ROOT_PATH_FORM = (
    "Donnez-le sous la forme /corpus : une barre au début, aucune à la fin, ni espace, ni accent, ni « .. »."
)


def checked_root_path(text: str) -> str:
    """Return a sub-path such as `/corpus`, or nothing. Raises `BadRequest` for a path that a proxy cannot serve, and
    for one that begins as an address of the assistant."""
    first, *rest = text.removeprefix("/").split("/")
    is_path = not text or (_ROOT_PATH.fullmatch(text) and not {".", ".."} & {first, *rest})
    if not is_path:
        raise BadRequest(f"Le sous-chemin « {text} » ne convient pas.", _ROOT_PATH_FORM)
    if first in addresses.first_segments():
        raise BadRequest(
            f"Le sous-chemin « {text} » commence comme une adresse de l'assistant.",
            "Prenez un autre nom, par exemple /corpus.",
        )
    return text


class LanguageModelSettings(EnvironmentSettings):
    """Server and name of the language model that writes answers."""

    refusal = BadRequest
    reason = "Le réglage {variable} du modèle de langage ne convient pas."

    url: Annotated[
        str,
        AfterValidator(base_address),
        Setting(
            "ASSISTANT_LLM_URL",
            "Donnez l'adresse du serveur avec sa version, sans mot de passe, par exemple http://127.0.0.1:11434/v1.",
        ),
    ]
    """The base address of an OpenAI-compatible server, with its version: http://127.0.0.1:11434/v1."""
    name: Annotated[
        str,
        Field(min_length=1),
        Setting("ASSISTANT_LLM_MODEL", "Donnez le nom du modèle, tel que le serveur le connaît."),
    ]
    """Name by which the server knows the model."""
    key: Annotated[SecretStr, Setting("ASSISTANT_LLM_KEY", "Donnez la clé du serveur, ou retirez cette variable.")] = (
        SecretStr("")
    )
    """Secret that no error, no log and no text of this object shows."""
    timeout: Annotated[
        float,
        Field(gt=0, le=3600),
        Setting("ASSISTANT_LLM_TIMEOUT", "Donnez un nombre de secondes, de 1 à 3600."),
    ] = 60.0
    """Seconds for a whole answer."""

    @property
    def place(self) -> str:
        """Host and port of the server: they may be shown."""
        return urlsplit(self.url).netloc


class LogSettings(EnvironmentSettings):
    """Detail with which a process logs its own failures."""

    refusal = BadRequest

    details: Annotated[bool, Setting("ASSISTANT_LOG_DETAILS", "Donnez « oui », ou retirez cette variable.", is_yes)] = (
        False
    )
    """Whether the message of an error is logged too: it may hold a question or a passage."""


class AssistantSettings(EnvironmentSettings):
    """Sizes, thresholds and sources of answers, and how the pages are served."""

    refusal = BadRequest

    corpus: Annotated[Path, Setting("ASSISTANT_CORPUS", "Donnez le chemin du dossier du corpus.")] = Path("corpus")
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
    """Probability from which the corpus is held to answer; see `assistant.understand.answerability`."""

    model: LanguageModelSettings | None = None
    """The language model that writes the answers; without one, they are the passages themselves."""
    secret_file: Annotated[
        Path | None, Setting("ASSISTANT_SECRET_FILE", "Donnez le chemin d'un fichier lisible par vous seul.")
    ] = None
    """Where the secret that signs sessions is read, in the place of the data folder."""
    trusted_header: Annotated[
        str, Setting("ASSISTANT_TRUSTED_HEADER", "Donnez le nom de l'en-tête que le proxy remplit.")
    ] = ""
    """The header by which a proxy on this machine names the person it has let in; none is trusted by default."""
    root_path: Annotated[str, AfterValidator(checked_root_path), Setting("ASSISTANT_ROOT_PATH", _ROOT_PATH_FORM)] = ""
    """The sub-path under which a proxy gives the pages, as `checked_root_path` wants it; empty for none."""
    model_units: int = 12
    """Units given to the language model, at most, unless the default answer quotes more."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> AssistantSettings:
        """Read the variables declared above and those of `LanguageModelSettings`, without which no language model
        writes. Raises `BadRequest`."""
        return cls.load(environment, {"model": LanguageModelSettings.load_if_set("url", environment)})
