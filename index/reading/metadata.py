"""What is said about a file: in its front matter, in a `.meta.toml` beside it, in the `metadonnees.csv` of a folder, or
in `corpus.toml` at the root.

The file's own front matter wins over its sidecar, that over the table, that over `corpus.toml`, and that over what
its folders say: `documents/` is public, `transcripts/` holds interviews, one named after a site is of that site."""

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
"""At the root of a corpus: the legal notice of who holds it, which is no document."""
_KEYS = ("title", "date", "kind", "site", "visibility", "nature")
_CHOICES = {"kind": get_args(Kind), "visibility": get_args(Visibility), "nature": get_args(Nature)}
_HIGHEST = 10**18  # of a number taken for a text
_SHOWN = 80  # characters of a value that is refused
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a source besides its text. Empty strings are unknown."""

    title: str
    date: str
    kind: Kind
    site: str
    visibility: Visibility
    nature: Nature
    kind_is_said: bool = False
    """Whether something besides the folder says the kind."""
    speakers: tuple[tuple[str, str], ...] = ()
    """The names to use for the labels of a transcript, with the role of each where one is said."""


@dataclass(frozen=True, slots=True)
class Description:
    """What `corpus.toml` says of the whole corpus. `defaults` are metadata of every file that says nothing else."""

    title: str = ""
    sites: tuple[Site, ...] = ()
    examples: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    """Words that look like names of persons and are none."""
    defaults: Mapping[str, str] = field(default_factory=dict)


def read_description(root: Path) -> Description:
    """`corpus.toml` at the root of a corpus; an empty description where there is none. Raises `BadMetadata`."""
    values = _read_toml(root / DESCRIPTION)
    sites = []
    for entry in _entries(values, "sites"):
        name, aliases = entry.get("name"), entry.get("aliases", [])
        texts = isinstance(aliases, list) and all(isinstance(alias, str) for alias in aliases)
        if not isinstance(name, str) or not texts or not all(map(_says_something, (name, *aliases))):
            raise BadMetadata(
                f"{DESCRIPTION} : une entrée [[sites]] n'a pas la forme attendue.",
                'Écrivez name = "…" et, au besoin, aliases = ["…", "…"].',
            )
        sites.append(Site(name, tuple(aliases)))
    examples, harmless = (_texts(values, key) for key in ("examples", "harmless"))
    shared = {key: values[key] for key in _KEYS if key in values and key != "title"}
    return Description(
        title=str(values.get("title", "")),
        sites=tuple(sites),
        examples=examples,
        harmless=harmless,
        defaults=_checked(shared, DESCRIPTION),
    )


def describe(root: Path, path: PurePosixPath, front_matter: Mapping[str, Any], description: Description) -> Metadata:
    """The metadata of the file at `path`, relative to `root`. The title is empty where nothing gives one. Raises
    `BadMetadata` for a value that its key does not take."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    table, sidecar = read_table(root, path), _read_toml(root / f"{path}{SIDECAR}")
    said = {
        **description.defaults,
        **_checked(table, TABLE),
        **_checked(sidecar, f"{path.name}{SIDECAR}"),
        **_checked(front_matter, "l'en-tête"),
    }
    values = {
        "title": "",
        "date": "",
        "kind": "transcript" if folder == "transcripts" else "document",
        "site": _site_of(path, description.sites),
        "visibility": "public" if folder == "documents" else "team",
        "nature": "original",
        **said,
    }
    speakers = _speakers((table, TABLE), (sidecar, f"{path.name}{SIDECAR}"), (front_matter, "l'en-tête"))
    return Metadata(**values, kind_is_said="kind" in said, speakers=speakers)  # type: ignore[arg-type]


def _site_of(path: PurePosixPath, sites: Sequence[Site]) -> str:
    """The site that a folder on the way to a file is named after, the innermost winning."""
    found = ""
    for part in path.parts[:-1]:
        name = part.casefold().replace("-", " ").replace("_", " ")
        found = next(
            (site.name for site in sites if name in (one.casefold().replace("-", " ") for one in site.names)), found
        )
    return found


def _speakers(*said: tuple[Mapping[str, Any], str]) -> tuple[tuple[str, str], ...]:
    """Labels with the names to use, « Marie (bénévole) » where a role is said; what comes later wins."""
    names: dict[str, str] = {}
    roles: dict[str, str] = {}
    for values, where in said:
        for key, into in (("speakers", names), ("roles", roles)):
            table = values.get(key, {})
            if not isinstance(table, Mapping) or not all(isinstance(one, str) for one in (*table, *table.values())):
                raise BadMetadata(
                    f"Dans {where}, « {key} » n'est pas une suite de noms.", f'Écrivez {key} = {{ "E1" = "…" }}.'
                )
            into.update({tidy(label): tidy(meant) for label, meant in table.items()})
    for label in [label for label in roles if label not in names and label not in names.values()]:
        names[label] = label
    told = {label: f"{name} ({role})" if (role := roles.get(label) or roles.get(name)) else name
            for label, name in names.items()}  # fmt: skip
    return tuple(sorted(told.items()))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMetadata(f"{path.name} n'est pas un fichier TOML valide{line_of(error)}.", "Corrigez-le.") from error
    except OSError as error:
        raise BadMetadata(f"{path.name} ne peut pas être lu ({os_reason(error)}).", "Rendez-le lisible.") from error


def _says_something(name: str) -> bool:
    return any(char.isalnum() for char in name)


def is_date(text: str) -> bool:
    """Whether a text is a year, a month of a year or a day of a month that exists."""
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def line_of(error: Exception) -> str:
    """« (ligne 3) » when a parser says where a file goes wrong, else nothing."""
    found = re.search(r"line (\d+)", str(error))
    return f" (ligne {found[1]})" if found else ""


def _texts(values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts of a list of `corpus.toml`."""
    found = values.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise BadMetadata(f"{DESCRIPTION} : « {key} » n'est pas une liste.", f'Écrivez {key} = ["…", "…"].')
    return tuple(found)


def _entries(values: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    entries = values.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise BadMetadata(f"{DESCRIPTION} : « {key} » n'est pas une suite de tables.", f"Écrivez [[{key}]].")
    return entries


def _checked(values: Mapping[str, Any], where: str) -> dict[str, str]:
    """The keys we know, as text; keys of others' making are left alone."""
    result = {}
    for key in _KEYS:
        value = values.get(key)
        if value is None:
            continue
        if isinstance(value, datetime.datetime):
            value = value.date()
        if isinstance(value, datetime.date) or (
            isinstance(value, int) and not isinstance(value, bool) and abs(value) < _HIGHEST
        ):
            value = str(value)
        if not isinstance(value, str):
            raise BadMetadata(f"Dans {where}, « {key} » n'est pas un texte.", f'Écrivez {key} = "…".')
        value = " ".join(tidy(value).split())
        if key in _CHOICES and value not in _CHOICES[key]:
            allowed = " ou ".join(_CHOICES[key])
            raise BadMetadata(f"Dans {where}, « {key} » vaut « {_shown(value)} ».", f"Valeurs possibles : {allowed}.")
        if key == "date" and value and not is_date(value):
            raise BadMetadata(
                f"Dans {where}, la date « {_shown(value)} » n'est pas lisible.", "Écrivez AAAA-MM-JJ ou AAAA-MM."
            )
        result[key] = value
    return result


def _shown(value: str) -> str:
    """A value as a message shows it."""
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
