"""The sidecar of a file, `.meta.toml` beside it: the metadata that a person confirmed."""

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
"""The most characters of a title."""
FIELDS = ("title", "kind", "site", "date", "visibility", "nature")


@dataclass(frozen=True, slots=True)
class SidecarMetadata:
    """The metadata of a file, as its sidecar is to give it; `site` and `date` may be empty."""

    title: str
    kind: str
    site: str
    date: str
    visibility: str
    nature: str

    def problems(self, sites: frozenset[str]) -> dict[str, str]:
        """Return a French line for each field whose value is refused, by the name of the field."""
        problems = {}
        if not self.title:
            problems["title"] = "Donnez un titre."
        elif len(self.title) > LONGEST_TITLE:
            problems["title"] = f"Donnez un titre de {LONGEST_TITLE} caractères au plus (il en a {len(self.title)})."
        if self.date and not is_date(self.date):
            problems["date"] = "Cette date n’est pas lisible. Écrivez AAAA, MM/AAAA ou JJ/MM/AAAA."
        if self.site and self.site not in sites:
            problems["site"] = "Ce site n’est pas un de ceux de l’étude. Choisissez-en un dans la liste."
        for field, allowed in (("kind", KINDS), ("visibility", VISIBILITIES), ("nature", NATURES)):
            if getattr(self, field) not in allowed:
                problems[field] = "Choisissez une des deux réponses."
        return problems


def text_of(metadata: SidecarMetadata, before: Mapping[str, Any]) -> str:
    """Return the text of a sidecar. Of the sidecar that it replaces, `before`, the other keys stay (speakers…)."""
    lines = [f"{key} = {_quoted(getattr(metadata, key))}" for key in FIELDS]
    for key, value in before.items():
        if key in FIELDS:
            continue
        if isinstance(value, str):
            lines.append(f"{_quoted(key)} = {_quoted(value)}")
        elif isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            pairs = ", ".join(f"{_quoted(name)} = {_quoted(text)}" for name, text in value.items())
            lines.append(f"{_quoted(key)} = {{ {pairs} }}")
    return "\n".join(lines) + "\n"


def read(path: Path) -> dict[str, Any]:
    """Return the keys and values of a sidecar; none where there is no sidecar that can be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def _quoted(text: str) -> str:
    """Return a TOML string. JSON's escapes are those of TOML, once the characters that TOML refuses and JSON leaves
    as they are have been removed."""
    return json.dumps(tidy(text).replace("\x7f", ""), ensure_ascii=False)
