"""`assistant audit`: who opened or exported what the team alone may read."""

from __future__ import annotations

import argparse
import datetime

from assistant.cli.commands.common import DONE, read_settings, write_json
from index.errors import NothingIndexed


def run(options: argparse.Namespace) -> int:
    from assistant.people.audit import Audit
    from index.store.catalog import Catalog
    from index.types import Scope

    index_settings, _ = read_settings(options)
    entries = Audit(index_settings.data_dir).last(options.limit)
    try:
        catalog = Catalog.open(index_settings.data_dir)
        paths = {source.id: source.path for source in catalog.sources(Scope.TEAM)}
        catalog.close()
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
        told = f"\u00a0: {', '.join(line['sources'])}" if line["sources"] else ""
        print(f"{line['at']}  {line['who']} {line['act']}{told}")
    if not shown:
        print("Rien n'a encore été ouvert.")
    return DONE
