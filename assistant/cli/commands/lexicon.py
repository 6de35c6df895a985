"""`assistant lexicon`: the gaps of the lexicon."""

from __future__ import annotations

import argparse

from assistant.cli.commands.common import DONE, open_parts, write_json
from index.types import Scope


def run(options: argparse.Namespace) -> int:
    """Print the words that the lexicon may lack."""
    from assistant.cli import json_output, terminal
    from assistant.team.lexicon_review import review

    parts, scope = open_parts(options), Scope(options.scope)
    names = [name for site in parts.description.sites for name in site.names]
    found = review(parts.passages(scope), parts.lexicon, names, options.limit)
    if options.json:
        write_json(json_output.review(found))
    else:
        print("\n".join(terminal.review_lines(found)))
    return DONE
