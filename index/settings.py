"""Settings of the corpus side, each declared once; built by the command line and by tests, and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import platformdirs
from pydantic import AfterValidator, Field, SecretStr

from index.setting_table import EnvironmentSettings, Setting, is_not_no

EMBEDDED_MODEL = "multilingual-e5-small"


def base_address(url: str) -> str:
    """Return the address of a server, without the slashes that it may end with. Raises `ValueError` for anything else,
    and for an address that carries a password."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise ValueError("no address of a server")
    return url.rstrip("/")


def _chroma_address(url: str) -> str:
    """Return the address of a Chroma server. Raises `ValueError` as `base_address`, and for a query or a fragment."""
    address, parts = base_address(url), urlsplit(url)
    if parts.port == 0 or parts.query or parts.fragment:
        raise ValueError("no address of a server")
    return address


def _header_value(key: SecretStr) -> SecretStr:
    """Return a key that a header can carry. Raises `ValueError` for characters other than printable ASCII."""
    if not all(" " <= char <= "~" for char in key.get_secret_value()):
        raise ValueError("not to be sent in a header")
    return key


class ChromaServer(EnvironmentSettings):
    """A Chroma server that holds the copy of the vectors, in the place of the data folder."""

    url: Annotated[
        str,
        AfterValidator(_chroma_address),
        Setting(
            "ASSISTANT_CHROMA",
            "Donnez l'adresse du serveur Chroma, sans mot de passe, par exemple http://127.0.0.1:8000.",
            str.strip,
        ),
    ]
    """Its address: http://127.0.0.1:8000."""
    tenant: Annotated[
        str,
        Field(min_length=1),
        Setting("ASSISTANT_CHROMA_TENANT", "Donnez le nom du « tenant », tel que le serveur le connaît.", str.strip),
    ] = "default_tenant"
    database: Annotated[
        str,
        Field(min_length=1),
        Setting("ASSISTANT_CHROMA_DATABASE", "Donnez le nom de la base, tel que le serveur le connaît.", str.strip),
    ] = "default_database"
    key: Annotated[
        SecretStr,
        AfterValidator(_header_value),
        Setting(
            "ASSISTANT_CHROMA_KEY",
            "Donnez la clé du serveur, sur une ligne et sans accent, ou retirez cette variable.",
            str.strip,
        ),
    ] = SecretStr("")
    """Secret sent in `header` as it is; no message and no log shows it."""
    header: Annotated[
        str,
        Field(pattern=r"^[A-Za-z0-9-]+$"),
        Setting(
            "ASSISTANT_CHROMA_HEADER",
            "Donnez le nom d'un en-tête, par exemple X-Chroma-Token ou Authorization.",
            str.strip,
        ),
    ] = "X-Chroma-Token"
    timeout: Annotated[
        float,
        Field(gt=0, le=600),
        Setting("ASSISTANT_CHROMA_TIMEOUT", "Donnez un nombre de secondes, jusqu'à 600.", str.strip),
    ] = 3.0
    """Seconds that the server has to answer a question's query, after which an exact scan answers it."""

    @property
    def place(self) -> str:
        """Server, tenant and database of the copy, without the key: it may be shown."""
        return f"{self.url} {self.tenant}/{self.database}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ChromaServer | None:
        """Read `ASSISTANT_CHROMA` and its companions; return nothing where it is absent. Raises `BadSetting`."""
        return cls.load_if_set("url", environment)


class IndexSettings(EnvironmentSettings):
    """Places of the data and of the models, and weights that rank passages."""

    data_dir: Annotated[Path, Setting("ASSISTANT_DATA_DIR", "Donnez le chemin d'un dossier.", Path)] = Path("data")
    models_dir: Annotated[Path, Setting("ASSISTANT_MODELS", "Donnez le chemin d'un dossier.", Path)] = (
        Path(platformdirs.user_cache_dir("assistant-corpus")) / "models"
    )
    embedding_model: Annotated[
        str,
        Setting("ASSISTANT_EMBEDDING_MODEL", "Donnez un dossier ou un nom de modèle sentence-transformers."),
    ] = EMBEDDED_MODEL
    """The embedded model, or the name or folder of any sentence-transformers model present on this machine."""
    pseudonyms: Annotated[
        Path | None, Setting("ASSISTANT_PSEUDONYMS", "Donnez le chemin de la table des noms, un fichier CSV.", Path)
    ] = None
    """The table of the names that interviews must not show."""
    chroma: ChromaServer | None = None
    """The server that holds the copy of the vectors; without one, the data folder does."""
    find_names: Annotated[
        bool, Setting("ASSISTANT_FIND_NAMES", "Donnez « non », ou retirez cette variable.", is_not_no)
    ] = True
    """Whether names that the table lacks are looked for in interviews, and replaced too."""
    ray: Annotated[str, Setting("ASSISTANT_RAY", "Donnez « local », « local:4 » ou l'adresse d'un cluster Ray.")] = ""
    """Where passages are embedded over Ray: `local`, `local:N` (a cluster of N workers on this machine), or the address
    of a cluster that there is; empty: in this process, without Ray."""
    dense_weight: float = 0.8
    """Share of the dense ranking in the fused score; the lexical one has the rest."""
    form_weight: float = 0.7
    """What a passage gains, in standard deviations, by holding all words of the question in the very form typed."""
    order_weight: float = 0.7
    """What a passage gains by holding neighbours of the question together."""
    site_bonus: float = 0.5
    """What a passage gains, in standard deviations, by speaking of a site that the question names."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], data_dir: Path | None = None) -> IndexSettings:
        """Read the variables declared above and those of `ChromaServer`; `data_dir` wins when given. Raises
        `BadSetting`."""
        given: dict[str, object] = {"chroma": ChromaServer.from_environment(environment)}
        return cls.load(environment, given if data_dir is None else {**given, "data_dir": data_dir})
