"""French error messages for a data folder that cannot be written, or an index that cannot be read."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import tempfile
from pathlib import Path

from index.errors import DataFolderRefused, os_reason

_LOW_SPACE = 1_000_000  # bytes: a failing disk with less free space counts as full
_DISK_FULL_REASONS = tuple(os_reason(OSError(code, "")) for code in (errno.ENOSPC, errno.EDQUOT))


def unwritable_folder(folder: Path, error: Exception) -> DataFolderRefused:
    """Return the error for a folder that could not be written, given the exception raised then."""
    reason = write_failure_reason(folder, error)
    if reason in _DISK_FULL_REASONS:
        remedy = "Libérez de la place, puis relancez\u00a0: ce qui était enregistré est intact."
    else:
        remedy = "Vérifiez les droits et le disque, ou choisissez un autre dossier avec --data-dir."
    return DataFolderRefused(f"Le dossier de données «\u00a0{folder}\u00a0» ne peut pas être écrit ({reason}).", remedy)


def unreadable_index(path: Path, error: object) -> DataFolderRefused:
    """Return the error for a file that is not an index, or is damaged."""
    return DataFolderRefused(
        f"«\u00a0{path}\u00a0» n'est pas un index lisible ({error}).",
        "Restaurez une sauvegarde, choisissez un autre dossier avec --data-dir, ou retirez ce fichier et indexez de "
        "nouveau.",
    )


def write_failure_reason(folder: Path, error: Exception) -> str:
    """Return the reason why a folder could not be written, in French."""
    while error.__cause__ is not None and isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, OSError):
        return os_reason(error)
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    kind = primary_code(error) if isinstance(error, sqlite3.Error) else 0
    if kind == sqlite3.SQLITE_FULL or shutil.disk_usage(existing).free < _LOW_SPACE:
        return _DISK_FULL_REASONS[0]
    try:
        with tempfile.TemporaryFile(dir=existing):
            return (
                "son index est en lecture seule"
                if kind == sqlite3.SQLITE_READONLY
                else f"erreur {type(error).__name__}"
            )
    except OSError as system_error:  # more precise than the error of a library
        return os_reason(system_error)


def primary_code(error: sqlite3.Error) -> int:
    """Return the primary result code of an SQLite error: the last byte of its extended code."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF
