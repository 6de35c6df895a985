"""Reads and checks the prompt templates of `prompts/`. No other module reads this folder."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

from assistant.errors import BadPrompt
from index.errors import os_reason

FOLDER = Path(__file__).resolve().parents[2] / "prompts"


def read_prompt(name: str, variables: frozenset[str], folder: Path = FOLDER) -> str:
    """Return the template `name`.md, for `str.format` with exactly these variables. Raise `BadPrompt`."""
    path = folder / f"{name}.md"
    try:
        template = path.read_text(encoding="utf-8")
        found = {field for _, field, _, _ in Formatter().parse(template) if field is not None}
    except OSError as error:
        raise BadPrompt(
            f"Le texte « {path.name} » ne peut pas être lu ({os_reason(error)}).",
            "Remettez le dossier prompts/ en place.",
        ) from error
    except (ValueError, UnicodeDecodeError) as error:
        raise BadPrompt(
            f"Le texte « {path.name} » a une accolade seule.",
            "Fermez-la, ou doublez-la si elle n'est pas une variable.",
        ) from error
    if found != variables:
        wanted = ", ".join(sorted(variables))
        raise BadPrompt(
            f"Le texte « {path.name} » n'a pas les variables attendues ({', '.join(sorted(found)) or 'aucune'}).",
            f"Il lui faut : {wanted}.",
        )
    return template
