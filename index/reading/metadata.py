"""Metadata of a file: from its front matter, a `.meta.toml` beside it, the `metadonnees.csv` of a folder, or
`corpus.toml` at the root.

By precedence: the file's own front matter, its sidecar, the table, `corpus.toml`, then its folders: `documents/` is
public, `transcripts/` holds interviews, a folder named after a site gives that site."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, get_args

from index.errors import BadMetadata, os_reason
from index.reading.metadata_table import FILE as TABLE
from index.reading.metadata_table import read_table
from index.reading.text import tidy
from index.types import Kind, Nature, Site, Visibility

SIDECAR = ".meta.toml"
DESCRIPTION = "corpus.toml"
QUESTIONS = "questions.jsonl"
NOTICE = "mentions.md"
"""Legal notice of the holder of the corpus, at its root; not a document."""
_KEYS = ("title", "date", "kind", "site", "visibility", "nature")
_CHOICES = {"kind": get_args(Kind), "visibility": get_args(Visibility), "nature": get_args(Nature)}
_MAX_NUMBER = 10**18  # a smaller number is accepted as a text
_SHOWN_CHARS = 80  # characters of a rejected value shown in the message
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata of a source. Empty strings are unknown values. The digest of a source covers every field by name."""

    title: str
    date: str
    kind: Kind
    site: str
    visibility: Visibility
    nature: Nature
    kind_is_said: bool = False
    """Whether metadata, and not only the folder, give the kind."""
    speakers: tuple[tuple[str, str], ...] = ()
    """Labels of a transcript and the names to show for them, each with its role where metadata give one."""


@dataclass(frozen=True, slots=True)
class Description:
    """Description of the whole corpus by `corpus.toml`. `defaults` are the metadata of every file that gives none of
    its own."""

    title: str = ""
    sites: tuple[Site, ...] = ()
    examples: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    """Words that look like names of persons but are not."""
    defaults: Mapping[str, str] = field(default_factory=dict)


def read_description(root: Path) -> Description:
    """Return the content of `corpus.toml` at the root of a corpus, empty where there is no such file. Raise
    `BadMetadata`."""
    values = _read_toml(root / DESCRIPTION)
    sites = []
    for entry in _table_list(values, "sites"):
        name, aliases = entry.get("name"), entry.get("aliases", [])
        texts = isinstance(aliases, list) and all(isinstance(alias, str) for alias in aliases)
        if not isinstance(name, str) or not texts or not all(map(_has_letters, (name, *aliases))):
            raise BadMetadata(
                f"{DESCRIPTION} : une entrée [[sites]] n'a pas la forme attendue.",
                'Écrivez name = "…" et, au besoin, aliases = ["…", "…"].',
            )
        sites.append(Site(name, tuple(aliases)))
    examples, harmless = (_text_list(values, key) for key in ("examples", "harmless"))
    shared = {key: values[key] for key in _KEYS if key in values and key != "title"}
    return Description(
        title=str(values.get("title", "")),
        sites=tuple(sites),
        examples=examples,
        harmless=harmless,
        defaults=_checked_values(shared, DESCRIPTION),
    )


def resolve_metadata(
    root: Path, path: PurePosixPath, front_matter: Mapping[str, Any], description: Description
) -> Metadata:
    """Return the metadata of the file at `path`, relative to `root`. The title is empty where no source gives one.
    Raise `BadMetadata` for a value that its key does not accept."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    table, sidecar = read_table(root, path), _read_toml(root / f"{path}{SIDECAR}")
    given = {
        **description.defaults,
        **_checked_values(table, TABLE),
        **_checked_values(sidecar, f"{path.name}{SIDECAR}"),
        **_checked_values(front_matter, "l'en-tête"),
    }
    values = {
        "title": "",
        "date": "",
        "kind": "transcript" if folder == "transcripts" else "document",
        "site": _folder_site(path, description.sites),
        "visibility": "public" if folder == "documents" else "team",
        "nature": "original",
        **given,
    }
    speakers = _speaker_names((table, TABLE), (sidecar, f"{path.name}{SIDECAR}"), (front_matter, "l'en-tête"))
    return Metadata(**values, kind_is_said="kind" in given, speakers=speakers)  # type: ignore[arg-type]


def _folder_site(path: PurePosixPath, sites: Sequence[Site]) -> str:
    """Return the site that a parent folder of a file is named after, the innermost folder winning."""
    site_name = ""
    for part in path.parts[:-1]:
        name = part.casefold().replace("-", " ").replace("_", " ")
        site_name = next(
            (site.name for site in sites if name in (alias.casefold().replace("-", " ") for alias in site.names)),
            site_name,
        )
    return site_name


def _speaker_names(*tables: tuple[Mapping[str, Any], str]) -> tuple[tuple[str, str], ...]:
    """Return labels with the names to show, « Marie (bénévole) » where a role is given; later tables win."""
    names: dict[str, str] = {}
    roles: dict[str, str] = {}
    for values, where in tables:
        for key, into in (("speakers", names), ("roles", roles)):
            table = values.get(key, {})
            if not isinstance(table, Mapping) or not all(isinstance(text, str) for text in (*table, *table.values())):
                raise BadMetadata(
                    f"Dans {where}, « {key} » n'est pas une suite de noms.", f'Écrivez {key} = {{ "E1" = "…" }}.'
                )
            into.update({tidy(label): tidy(value) for label, value in table.items()})
    for label in [label for label in roles if label not in names and label not in names.values()]:
        names[label] = label
    shown = {label: f"{name} ({role})" if (role := roles.get(label) or roles.get(name)) else name
            for label, name in names.items()}  # fmt: skip
    return tuple(sorted(shown.items()))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMetadata(
            f"{path.name} n'est pas un fichier TOML valide{error_line(error)}.", "Corrigez-le."
        ) from error
    except OSError as error:
        raise BadMetadata(f"{path.name} ne peut pas être lu ({os_reason(error)}).", "Rendez-le lisible.") from error


def _has_letters(name: str) -> bool:
    """Return whether a name holds a letter or a digit."""
    return any(char.isalnum() for char in name)


def is_date(text: str) -> bool:
    """Return whether a text is a year, a month of a year or an existing day of a month."""
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def error_line(error: Exception) -> str:
    """Return « (ligne 3) » when the message of a parser gives a line number, else an empty text."""
    found = re.search(r"line (\d+)", str(error))
    return f" (ligne {found[1]})" if found else ""


def _text_list(values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the texts of a list of `corpus.toml`."""
    texts = values.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadMetadata(f"{DESCRIPTION} : « {key} » n'est pas une liste.", f'Écrivez {key} = ["…", "…"].')
    return tuple(texts)


def _table_list(values: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    entries = values.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise BadMetadata(f"{DESCRIPTION} : « {key} » n'est pas une suite de tables.", f"Écrivez [[{key}]].")
    return entries


def _checked_values(values: Mapping[str, Any], where: str) -> dict[str, str]:
    """Return the values of the known keys, as text; other keys are ignored."""
    result = {}
    for key in _KEYS:
        value = values.get(key)
        if value is None:
            continue
        if isinstance(value, datetime.datetime):
            value = value.date()
        if isinstance(value, datetime.date) or (
            isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MAX_NUMBER
        ):
            value = str(value)
        if not isinstance(value, str):
            raise BadMetadata(f"Dans {where}, « {key} » n'est pas un texte.", f'Écrivez {key} = "…".')
        value = " ".join(tidy(value).split())
        if key in _CHOICES and value not in _CHOICES[key]:
            allowed = " ou ".join(_CHOICES[key])
            raise BadMetadata(
                f"Dans {where}, « {key} » vaut « {_truncated(value)} ».", f"Valeurs possibles : {allowed}."
            )
        if key == "date" and value and not is_date(value):
            raise BadMetadata(
                f"Dans {where}, la date « {_truncated(value)} » n'est pas lisible.", "Écrivez AAAA-MM-JJ ou AAAA-MM."
            )
        result[key] = value
    return result


def _truncated(value: str) -> str:
    """Return a value as an error message shows it."""
    return value if len(value) <= _SHOWN_CHARS else f"{value[:_SHOWN_CHARS]}…"
