"""`assistant status`: the contents of the index."""

from __future__ import annotations

import argparse
from collections import Counter

from assistant.cli.commands.common import DONE, open_workspace, write_json
from index.types import Scope


def run(options: argparse.Namespace) -> int:
    """Print the contents and the state of the index."""
    workspace = open_workspace(options)
    catalog = workspace.catalog
    sources = catalog.sources(Scope.TEAM)
    state: dict[str, object] = {
        "data_dir": str(workspace.data_dir),
        "corpus": catalog.meta("corpus"),
        "model": catalog.meta("model"),
        "generation": catalog.generation,
        "sources": len(sources),
        "passages": catalog.passage_count(Scope.TEAM),
        "public_passages": catalog.passage_count(Scope.PUBLIC),
        "by_kind": dict(Counter(source.kind for source in sources)),
        "by_site": dict(Counter(source.site for source in sources if source.site)),
        "by_visibility": dict(Counter(source.visibility for source in sources)),
    }
    vectors = workspace.vectors
    trouble = vectors.trouble()
    state["vectors"] = {
        "server": vectors.place or None,
        "whole": vectors.is_up_to_date(),
        "waiting": vectors.queued_count(),
        "trouble": " ".join(trouble) if trouble else None,
    }
    if options.json:
        write_json(state)
    else:
        print(f"Index de «\u00a0{state['corpus']}\u00a0» dans «\u00a0{state['data_dir']}\u00a0»")
        print(f"{state['sources']} sources, {state['passages']} passages, dont {state['public_passages']} publics")
        print(f"Modèle\u00a0: {state['model']}")
        if trouble:
            print(f"Les réponses sont exactes, mais plus lentes\u00a0: {trouble[0]}. {trouble[1]}")
        elif vectors.place:
            print(f"Copie des vecteurs\u00a0: serveur Chroma {vectors.place}")
    return DONE
