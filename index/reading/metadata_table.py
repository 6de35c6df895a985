"""`metadonnees.csv`: one line a file, for whoever describes sixty interviews in a spreadsheet.

Any of `;`, `,` and tabs may part the columns, in any encoding a spreadsheet writes. The first line names them, in
French or in English, in any order; columns of other names are left alone."""

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
    """What the tables in the folders above a file say of it, the nearest winning. Raises `BadMetadata`."""
    values: dict[str, object] = {}
    for depth in range(len(path.parts)):
        folder = PurePosixPath(*path.parts[:depth])
        table = root / folder / FILE
        try:
            stat = table.stat()
        except OSError:
            continue
        rows = _rows(table, stat.st_mtime_ns, stat.st_size)
        inside = path.relative_to(folder)
        for name in (inside.stem, inside.name, str(inside)):
            values.update(rows.get(fold_cell(name), {}))
    return values


@lru_cache(maxsize=32)
def _rows(table: Path, modified_ns: int, size: int) -> dict[str, dict[str, object]]:
    """The lines of a table by the name of the file they describe; read again when it was written again."""
    try:
        text = decode(table.read_bytes())
    except OSError as error:
        raise BadMetadata(f"{FILE} ne peut pas être lu ({os_reason(error)}).", "Rendez-le lisible.") from error
    except UnreadableFile as error:
        raise BadMetadata(f"{FILE} n'est pas un texte lisible.", "Réenregistrez-le au format CSV UTF-8.") from error
    head = text.partition("\n")[0]
    parted_by = max(";,\t", key=head.count)
    lines = csv.reader(io.StringIO(text), delimiter=parted_by)
    try:
        names = [_key(cell) for cell in next(lines, [])]
        if "file" not in names:
            raise BadMetadata(
                f"{FILE} : la première ligne n'a pas de colonne « fichier ».",
                "Nommez les colonnes : fichier, titre, date, genre, site, visibilité, locuteurs, rôles.",
            )
        found: dict[str, dict[str, object]] = {}
        for cells in lines:
            row = dict(zip(names, cells, strict=False))
            if row.get("file", "").strip():
                found[fold_cell(row["file"])] = _values(row)
    except csv.Error as error:
        raise BadMetadata(f"{FILE} n'est pas un tableau lisible.", "Réenregistrez-le au format CSV.") from error
    return found


def _values(row: dict[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, cell in row.items():
        cell = cell.strip()
        if not cell or key in ("file", ""):
            continue
        if key in ("speakers", "roles"):
            pairs = (pair.partition("=") for pair in re.split(r"[;,|\n]", cell) if "=" in pair)
            values[key] = {name.strip(): meant.strip() for name, _, meant in pairs}
        elif key == "date":
            values[key] = _FRENCH_DATE.sub(lambda found: f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}", cell)
        else:
            values[key] = _VALUES.get(key, {}).get(fold_cell(cell), cell)
    return values


def _key(cell: str) -> str:
    folded = fold_cell(cell)
    return next((key for key, names in _COLUMNS.items() if folded in names), "")
