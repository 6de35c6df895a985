"""Settings of the corpus side; built by the command line and by tests, and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from index.errors import BadSetting

EMBEDDED_MODEL = "multilingual-e5-small"


def base_address(url: str) -> str:
    """The address of a server, without the slashes that it may end with. Raises `ValueError` for anything else, and for
    one that carries a password."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise ValueError("no address of a server")
    return url.rstrip("/")


class ChromaServer(BaseModel):
    """A Chroma server that holds the copy of the vectors, in the place of the data folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    """Its address: http://127.0.0.1:8000."""
    tenant: str = Field(default="default_tenant", min_length=1)
    database: str = Field(default="default_database", min_length=1)
    key: SecretStr = SecretStr("")
    """Shown by nothing; sent in `header` as it is."""
    header: str = Field(default="X-Chroma-Token", pattern=r"^[A-Za-z0-9-]+$")
    timeout: float = Field(default=3.0, gt=0, le=600)
    """Seconds that it has to answer what a question asks of it, after which an exact scan does."""

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        address, parts = base_address(url), urlsplit(url)
        if parts.port == 0 or parts.query or parts.fragment:
            raise ValueError("no address of a server")
        return address

    @field_validator("key")
    @classmethod
    def _is_sent(cls, key: SecretStr) -> SecretStr:
        if not all(" " <= char <= "~" for char in key.get_secret_value()):
            raise ValueError("not to be sent in a header")
        return key

    @property
    def place(self) -> str:
        """Where it keeps the copy, as it may be shown."""
        return f"{self.url} {self.tenant}/{self.database}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ChromaServer | None:
        """Read `ASSISTANT_CHROMA` and its companions. Raises `BadSetting`."""
        given = {field: environment.get(variable, "").strip() for field, variable in _CHROMA.items()}
        if not given["url"]:
            return None
        try:
            return cls.model_validate({field: value for field, value in given.items() if value})
        except ValidationError as error:
            wrong = str(error.errors()[0]["loc"][0])
            raise BadSetting(f"Le réglage {_CHROMA[wrong]} ne convient pas.", _WANTED[wrong]) from None


_CHROMA = {
    "url": "ASSISTANT_CHROMA",
    "tenant": "ASSISTANT_CHROMA_TENANT",
    "database": "ASSISTANT_CHROMA_DATABASE",
    "key": "ASSISTANT_CHROMA_KEY",
    "header": "ASSISTANT_CHROMA_HEADER",
    "timeout": "ASSISTANT_CHROMA_TIMEOUT",
}
_WANTED = {
    "url": "Donnez l'adresse du serveur Chroma, sans mot de passe, par exemple http://127.0.0.1:8000.",
    "tenant": "Donnez le nom du « tenant », tel que le serveur le connaît.",
    "database": "Donnez le nom de la base, tel que le serveur le connaît.",
    "key": "Donnez la clé du serveur, sur une ligne et sans accent, ou retirez cette variable.",
    "header": "Donnez le nom d'un en-tête, par exemple X-Chroma-Token ou Authorization.",
    "timeout": "Donnez un nombre de secondes, jusqu'à 600.",
}


class IndexSettings(BaseModel):
    """Where things lie and how passages are ranked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("data")
    models_dir: Path = Path(platformdirs.user_cache_dir("assistant-corpus")) / "models"
    embedding_model: str = EMBEDDED_MODEL
    """The embedded model, or the name or folder of any sentence-transformers model present on this machine."""
    pseudonyms: Path | None = None
    """The table of the names that interviews must not show."""
    chroma: ChromaServer | None = None
    """The server that holds the copy of the vectors; without one, the data folder does."""
    find_names: bool = True
    """Whether names that the table lacks are looked for in interviews, and replaced too."""
    ray: str = ""
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
        """Read `ASSISTANT_DATA_DIR`, `ASSISTANT_MODELS`, `ASSISTANT_EMBEDDING_MODEL`,
        `ASSISTANT_PSEUDONYMS`, `ASSISTANT_RAY` and `ASSISTANT_FIND_NAMES` (« non »: only those of the table are
        replaced); `ASSISTANT_CHROMA` and its companions name a Chroma server; `data_dir` wins when given. Raises
        `BadSetting`."""
        values: dict[str, object] = {"chroma": ChromaServer.from_environment(environment)}
        if data_dir is not None:
            values["data_dir"] = data_dir
        elif environment.get("ASSISTANT_DATA_DIR"):
            values["data_dir"] = Path(environment["ASSISTANT_DATA_DIR"])
        if environment.get("ASSISTANT_MODELS"):
            values["models_dir"] = Path(environment["ASSISTANT_MODELS"])
        if environment.get("ASSISTANT_PSEUDONYMS"):
            values["pseudonyms"] = Path(environment["ASSISTANT_PSEUDONYMS"])
        if environment.get("ASSISTANT_EMBEDDING_MODEL"):
            values["embedding_model"] = environment["ASSISTANT_EMBEDDING_MODEL"]
        if environment.get("ASSISTANT_RAY"):
            values["ray"] = environment["ASSISTANT_RAY"]
        if environment.get("ASSISTANT_FIND_NAMES", "").strip().lower() in ("non", "0", "no", "false"):
            values["find_names"] = False
        return cls.model_validate(values)
