"""`assistant export`: the passages of a search, in a file for another program."""

from __future__ import annotations

import argparse
import datetime
from getpass import getuser
from pathlib import Path

from assistant.cli.commands.common import DONE, open_parts, read_settings, write_json
from assistant.cli.file_output import refuse_overwriting, write_file
from assistant.cli.options import search_query
from index.types import Scope


def run(options: argparse.Namespace) -> int:
    """Write the passages of a search to a file."""
    from assistant.export import wording
    from assistant.export.formats import FORMATS
    from assistant.people.audit import Audit, AuditAction

    made_as, out, scope = FORMATS[options.format], options.out, Scope(options.scope)
    refuse_overwriting(out, options.force)
    query = search_query(options)
    passages = [hit.passage for hit in open_parts(options).searcher.search(query, scope, options.limit)]
    if not passages:
        _print_outcome(options, None, 0, "Aucun passage trouvé\u00a0: rien n'a été écrit.")
        return DONE
    today = datetime.date.today()
    title = f"Passages sur «\u00a0{options.query}\u00a0»"
    content = made_as.export(passages, title=title, made_on=today)
    reserved = sorted({passage.source.id for passage in passages if passage.source.visibility == "team"})
    if reserved:
        Audit(read_settings(options)[0].data_dir).record(getuser(), AuditAction.EXPORTED, reserved)
    write_file(out, content, private=scope is Scope.TEAM, force=options.force)
    summary = [f"{out} écrit\u00a0: {wording.summary(passages, today)}"]
    if reserved:
        summary.append(wording.WARNING)
    _print_outcome(options, out, len(passages), " ".join(summary))
    return DONE


def _print_outcome(options: argparse.Namespace, file: Path | None, passages: int, summary: str) -> None:
    if options.json:
        write_json({"file": str(file) if file else None, "format": options.format, "passages": passages})
    else:
        print(summary)
