"""`assistant audit`: the accounts that opened, exported or changed what only the team may read."""

from __future__ import annotations

import argparse
import datetime

from assistant.cli.commands.common import DONE, open_workspace, write_json
from index.errors import NothingIndexed


def run(options: argparse.Namespace) -> int:
    """Print the last entries of the audit trail."""
    from assistant.people.audit import Audit
    from index.types import Scope

    workspace = open_workspace(options)
    entries = Audit(workspace.data_dir).last(options.limit)
    try:
        with workspace:
            paths = {source.id: source.path for source in workspace.catalog.sources(Scope.TEAM)}
    except NothingIndexed:
        paths = {}
    shown = [
        {
            "at": datetime.datetime.fromtimestamp(entry.at).astimezone().isoformat(timespec="seconds"),
            "who": entry.who,
            "act": entry.act.value,
            "sources": [paths.get(source, source) for source in entry.sources],
        }
        for entry in entries
    ]
    if options.json:
        write_json({"entries": shown})
        return DONE
    for line in shown:
        sources = f"\u00a0: {', '.join(line['sources'])}" if line["sources"] else ""
        print(f"{line['at']}  {line['who']} {line['act']}{sources}")
    if not shown:
        print("Rien n'a encore été ouvert.")
    return DONE
