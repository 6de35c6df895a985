"""Settings of the people side; built by the command line and by tests, and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict


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

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> AssistantSettings:
        """Read `ASSISTANT_CORPUS`."""
        corpus = environment.get("ASSISTANT_CORPUS")
        return cls(corpus=Path(corpus)) if corpus else cls()
