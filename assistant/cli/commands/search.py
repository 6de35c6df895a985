"""`assistant search`: passages, without an answer."""

from __future__ import annotations

import argparse

from assistant.cli.commands.common import DONE, open_parts, query_of, write_json
from index.types import Scope


def run(options: argparse.Namespace) -> int:
    from assistant.cli import json_output

    query = query_of(options)
    hits = open_parts(options).searcher.search(query, Scope(options.scope), options.limit)
    if options.json:
        write_json(json_output.hits(hits))
        return DONE
    if not hits:
        print("Aucun passage trouvé.")
    for number, hit in enumerate(hits, 1):
        place = hit.passage.place.label()
        print(f"{number}. {hit.passage.source.title}{f' — {place}' if place else ''}\n   {hit.passage.text}")
    return DONE
