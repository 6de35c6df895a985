"""`assistant export`: the passages of a search, in a file for another program."""

from __future__ import annotations

import argparse
import datetime
import os
from getpass import getuser
from pathlib import Path

from assistant.cli.commands.common import DONE, open_parts, query_of, read_settings, write_json
from assistant.errors import BadRequest
from index.errors import os_reason
from index.files import PRIVATE, SHARED, write_atomic
from index.types import Scope


def run(options: argparse.Namespace) -> int:
    from assistant.export import wording
    from assistant.export.formats import FORMATS
    from assistant.people.audit import Audit, AuditAction

    made_as, out, scope = FORMATS[options.format], options.out, Scope(options.scope)
    _refuse_overwriting(out, options.force)
    query = query_of(options)
    passages = [hit.passage for hit in open_parts(options).searcher.search(query, scope, options.limit)]
    if not passages:
        _tell(options, None, 0, "Aucun passage trouvé\u00a0: rien n'a été écrit.")
        return DONE
    today = datetime.date.today()
    title = f"Passages sur «\u00a0{options.query}\u00a0»"
    content = made_as.export(passages, title=title, made_on=today)
    reserved = sorted({one.source.id for one in passages if one.source.visibility == "team"})
    if reserved:
        Audit(read_settings(options)[0].data_dir).record(getuser(), AuditAction.EXPORTED, reserved)
    write(out, content, private=scope is Scope.TEAM, force=options.force)
    told = [f"{out} écrit\u00a0: {wording.summary(passages, today)}"]
    if reserved:
        told.append(wording.WARNING)
    _tell(options, out, len(passages), " ".join(told))
    return DONE


def write(file: Path, content: bytes, *, private: bool, force: bool = False) -> None:
    """Write a file whole or not at all; when it is `private`, for its owner only. Raises `BadRequest` when it cannot be
    written, or is there already and nobody said that it may go."""
    if file.is_dir():  # « . » has no name to put another beside
        raise _not_written(file, "c'est un dossier")
    try:
        write_atomic(file, content, mode=PRIVATE if private else SHARED, replacing=force)
    except FileExistsError as error:
        raise _already_there(file) from error
    except OSError as error:
        raise _not_written(file, os_reason(error)) from error


def _not_written(file: Path, reason: str) -> BadRequest:
    return BadRequest(
        f"Le fichier « {file} » n'a pas pu être écrit ({reason}).",
        "Donnez un fichier dans un dossier qui existe, où vous pouvez écrire et où il reste de la place.",
    )


def _refuse_overwriting(file: Path, force: bool) -> None:
    if not force and os.path.lexists(file):
        raise _already_there(file)


def _already_there(file: Path) -> BadRequest:
    return BadRequest(f"Le fichier « {file} » existe déjà.", "Donnez un autre nom, ou --force pour le remplacer.")


def _tell(options: argparse.Namespace, file: Path | None, passages: int, told: str) -> None:
    if options.json:
        write_json({"file": str(file) if file else None, "format": options.format, "passages": passages})
    else:
        print(told)
