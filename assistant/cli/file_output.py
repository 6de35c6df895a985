"""The files that a command writes for its user: whole or not at all, and never over another unless the user says so."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.errors import BadRequest
from index.errors import why


def write_file(file: Path, content: bytes, *, private: bool, force: bool = False) -> None:
    """Write a file by an atomic rename; when it is `private`, for its owner only. Raises `BadRequest` when it cannot
    be written, or when it exists already and `force` is not given."""
    if file.is_dir():  # « . » has no name to put another beside
        raise _not_written(file, "c'est un dossier")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        try:
            with os.fdopen(
                os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if private else 0o666), "wb"
            ) as new:
                new.write(content)
                new.flush()
                os.fsync(new.fileno())
            refuse_overwriting(file, force)
            os.replace(part, file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(file, why(error)) from error


def refuse_overwriting(file: Path, force: bool) -> None:
    """Raise `BadRequest` when the file exists already, unless `force` is given."""
    if not force and os.path.lexists(file):
        raise BadRequest(f"Le fichier « {file} » existe déjà.", "Donnez un autre nom, ou --force pour le remplacer.")


def _not_written(file: Path, reason: str) -> BadRequest:
    return BadRequest(
        f"Le fichier « {file} » n'a pas pu être écrit ({reason}).",
        "Donnez un fichier dans un dossier qui existe, où vous pouvez écrire et où il reste de la place.",
    )
