"""Reader of `metadonnees.csv`, a spreadsheet with one line for each file: metadata of sixty interviews fit in one
table.

Columns may be separated by `;`, `,` or tabs, in any encoding that a spreadsheet writes. The first line names the
columns, in French or in English, in any order; columns of other names are ignored."""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache
from pathlib import Path, PurePosixPath

from index.errors import BadMetadata, UnreadableFile, os_reason
from index.language.folding import fold_cell
from index.reading.text import decode

FILE = "metadonnees.csv"
_COLUMNS = {
    "file": ("fichier", "file", "nom", "nom du fichier", "chemin", "document"),
    "title": ("titre", "title"),
    "date": ("date",),
    "kind": ("kind", "genre", "type", "nature du fichier"),
    "site": ("site", "lieu", "terrain"),
    "visibility": ("visibilite", "visibility", "acces"),
    "nature": ("nature",),
    "speakers": ("locuteurs", "speakers", "intervenants", "personnes"),
    "roles": ("roles", "role"),
}
_VALUES = {
    "kind": {"entretien": "transcript", "transcription": "transcript", "transcrit": "transcript"},
    "visibility": {"equipe": "team", "interne": "team", "prive": "team", "publique": "public"},
    "nature": {"originale": "original", "reformule": "reformulation"},
}
_FRENCH_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


def read_table(root: Path, path: PurePosixPath) -> dict[str, object]:
    """Return the values that the tables in the parent folders of a file give for it, the nearest winning. Raise
    `BadMetadata`."""
    values: dict[str, object] = {}
    for depth in range(len(path.parts)):
        folder = PurePosixPath(*path.parts[:depth])
        table = root / folder / FILE
        try:
            stat = table.stat()
        except OSError:
            continue
        rows = _read_rows(table, stat.st_mtime_ns, stat.st_size)
        inside = path.relative_to(folder)
        for name in (inside.stem, inside.name, str(inside)):
            values.update(rows.get(fold_cell(name), {}))
    return values


@lru_cache(maxsize=32)
def _read_rows(table: Path, modified_ns: int, size: int) -> dict[str, dict[str, object]]:
    """Return the lines of a table by the name of the file they describe. The cache key includes time and size, so
    that a table written again is read again."""
    try:
        text = decode(table.read_bytes())
    except OSError as error:
        raise BadMetadata(f"{FILE} ne peut pas être lu ({os_reason(error)}).", "Rendez-le lisible.") from error
    except UnreadableFile as error:
        raise BadMetadata(f"{FILE} n'est pas un texte lisible.", "Réenregistrez-le au format CSV UTF-8.") from error
    head = text.partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    lines = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        names = [_column_key(cell) for cell in next(lines, [])]
        if "file" not in names:
            raise BadMetadata(
                f"{FILE} : la première ligne n'a pas de colonne « fichier ».",
                "Nommez les colonnes : fichier, titre, date, genre, site, visibilité, locuteurs, rôles.",
            )
        rows: dict[str, dict[str, object]] = {}
        for cells in lines:
            row = dict(zip(names, cells, strict=False))
            if row.get("file", "").strip():
                rows[fold_cell(row["file"])] = _row_values(row)
    except csv.Error as error:
        raise BadMetadata(f"{FILE} n'est pas un tableau lisible.", "Réenregistrez-le au format CSV.") from error
    return rows


def _row_values(row: dict[str, str]) -> dict[str, object]:
    """Return the values of one line, French words and dates converted to those of metadata."""
    values: dict[str, object] = {}
    for key, cell in row.items():
        cell = cell.strip()
        if not cell or key in ("file", ""):
            continue
        if key in ("speakers", "roles"):
            pairs = (pair.partition("=") for pair in re.split(r"[;,|\n]", cell) if "=" in pair)
            values[key] = {name.strip(): value.strip() for name, _, value in pairs}
        elif key == "date":
            values[key] = _FRENCH_DATE.sub(lambda found: f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}", cell)
        else:
            values[key] = _VALUES.get(key, {}).get(fold_cell(cell), cell)
    return values


def _column_key(cell: str) -> str:
    folded = fold_cell(cell)
    return next((key for key, names in _COLUMNS.items() if folded in names), "")
