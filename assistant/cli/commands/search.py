"""`assistant search`: passages, without an answer."""

from __future__ import annotations

import argparse

from assistant.cli.commands.common import DONE, open_parts, write_json
from assistant.cli.options import search_query
from index.types import Scope


def run(options: argparse.Namespace) -> int:
    """Print the passages that a query finds."""
    from assistant.cli import json_output

    query = search_query(options)
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
