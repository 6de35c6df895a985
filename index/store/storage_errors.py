"""What is said when a data folder cannot be written, or its index not read."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import tempfile
from pathlib import Path

from index.errors import DataFolderRefused, os_reason

_LOW_SPACE = 1_000_000  # bytes free under which a disk that fails is full
_DISK_FULL_REASONS = tuple(os_reason(OSError(code, "")) for code in (errno.ENOSPC, errno.EDQUOT))


def unwritable_folder(folder: Path, error: Exception) -> DataFolderRefused:
    """The refusal of a folder that could not be written, by what was raised then."""
    reason = write_failure_reason(folder, error)
    if reason in _DISK_FULL_REASONS:
        remedy = "Libérez de la place, puis relancez\u00a0: ce qui était enregistré est intact."
    else:
        remedy = "Vérifiez les droits et le disque, ou choisissez un autre dossier avec --data-dir."
    return DataFolderRefused(f"Le dossier de données «\u00a0{folder}\u00a0» ne peut pas être écrit ({reason}).", remedy)


def unreadable_index(path: Path, error: object) -> DataFolderRefused:
    """The refusal of a file that is no index, or a damaged one."""
    return DataFolderRefused(
        f"«\u00a0{path}\u00a0» n'est pas un index lisible ({error}).",
        "Restaurez une sauvegarde, choisissez un autre dossier avec --data-dir, ou retirez ce fichier et indexez de "
        "nouveau.",
    )


def write_failure_reason(folder: Path, error: Exception) -> str:
    """Why something could not be written in a folder, in French."""
    while error.__cause__ is not None and isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, OSError):
        return os_reason(error)
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    kind = primary_code(error) if isinstance(error, sqlite3.Error) else 0
    if kind == sqlite3.SQLITE_FULL or shutil.disk_usage(there).free < _LOW_SPACE:
        return _DISK_FULL_REASONS[0]
    try:
        with tempfile.TemporaryFile(dir=there):
            return (
                "son index est en lecture seule"
                if kind == sqlite3.SQLITE_READONLY
                else f"erreur {type(error).__name__}"
            )
    except OSError as said:  # the system says more than a library does
        return os_reason(said)


def primary_code(error: sqlite3.Error) -> int:
    """The wide kind of an error of SQLite, which the last byte of its code tells."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF
