"""The files that a command writes for its user: whole or not at all, and never over another unless the user says so."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.errors import BadRequest
from index.errors import os_reason
from index.files import PRIVATE, SHARED, write_atomic


def write_file(file: Path, content: bytes, *, private: bool, force: bool = False) -> None:
    """Write a file by an atomic rename; when it is `private`, for its owner only. Raises `BadRequest` when it cannot
    be written, or when it exists already and `force` is not given."""
    if file.is_dir():  # « . » has no name to put another beside
        raise _not_written(file, "c'est un dossier")
    try:
        write_atomic(file, content, mode=PRIVATE if private else SHARED, replacing=force)
    except FileExistsError as error:
        raise _already_exists(file) from error
    except OSError as error:
        raise _not_written(file, os_reason(error)) from error


def refuse_overwriting(file: Path, force: bool) -> None:
    """Raise `BadRequest` when the file exists already, unless `force` is given."""
    if not force and os.path.lexists(file):
        raise _already_exists(file)


def _already_exists(file: Path) -> BadRequest:
    return BadRequest(f"Le fichier « {file} » existe déjà.", "Donnez un autre nom, ou --force pour le remplacer.")


def _not_written(file: Path, reason: str) -> BadRequest:
    return BadRequest(
        f"Le fichier « {file} » n'a pas pu être écrit ({reason}).",
        "Donnez un fichier dans un dossier qui existe, où vous pouvez écrire et où il reste de la place.",
    )
