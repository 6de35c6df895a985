"""Settings of the corpus side; built by the command line and by tests, and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict

EMBEDDED_MODEL = "multilingual-e5-small"


class IndexSettings(BaseModel):
    """Where things lie and how passages are ranked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("data")
    models_dir: Path = Path(platformdirs.user_cache_dir("assistant-corpus")) / "models"
    embedding_model: str = EMBEDDED_MODEL
    """The embedded model, or the name or folder of any sentence-transformers model present on this machine."""
    pseudonyms: Path | None = None
    """The table of the names that interviews must not show."""
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
        replaced); `data_dir` wins when given."""
        values: dict[str, object] = {}
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
