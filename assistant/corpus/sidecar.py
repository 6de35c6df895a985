"""The `.meta.toml` beside a file: what a person confirmed of it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from index.reading.metadata import is_date
from index.reading.text import tidy
from index.types import Kind, Nature, Visibility

KINDS, VISIBILITIES, NATURES = get_args(Kind), get_args(Visibility), get_args(Nature)
LONGEST_TITLE = 200
"""Characters of a title."""
FIELDS = ("title", "kind", "site", "date", "visibility", "nature")


@dataclass(frozen=True, slots=True)
class SidecarMetadata:
    """The metadata of a file, as they are to be written; `site` and `date` may be empty."""

    title: str
    kind: str
    site: str
    date: str
    visibility: str
    nature: str

    def troubles(self, sites: frozenset[str]) -> dict[str, str]:
        """A French line for each field that does not hold what it should."""
        told = {}
        if not self.title:
            told["title"] = "Donnez un titre."
        elif len(self.title) > LONGEST_TITLE:
            told["title"] = f"Donnez un titre de {LONGEST_TITLE} caractères au plus (il en a {len(self.title)})."
        if self.date and not is_date(self.date):
            told["date"] = "Cette date n’est pas lisible. Écrivez AAAA, MM/AAAA ou JJ/MM/AAAA."
        if self.site and self.site not in sites:
            told["site"] = "Ce site n’est pas un de ceux de l’étude. Choisissez-en un dans la liste."
        for field, allowed in (("kind", KINDS), ("visibility", VISIBILITIES), ("nature", NATURES)):
            if getattr(self, field) not in allowed:
                told[field] = "Choisissez une des deux réponses."
        return told


def text_of(described: SidecarMetadata, before: Mapping[str, Any]) -> str:
    """The sidecar's text. `before` is what one held already: what it says of speakers and the like stays."""
    lines = [f"{key} = {_quoted(getattr(described, key))}" for key in FIELDS]
    for key, value in before.items():
        if key in FIELDS:
            continue
        if isinstance(value, str):
            lines.append(f"{_quoted(key)} = {_quoted(value)}")
        elif isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
            pairs = ", ".join(f"{_quoted(name)} = {_quoted(meant)}" for name, meant in value.items())
            lines.append(f"{_quoted(key)} = {{ {pairs} }}")
    return "\n".join(lines) + "\n"


def read(path: Path) -> dict[str, Any]:
    """What a sidecar says; nothing where there is none that can be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's, once what JSON leaves as it is and TOML refuses is gone."""
    return json.dumps(tidy(text).replace("\x7f", ""), ensure_ascii=False)
