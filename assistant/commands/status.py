"""`assistant status`: what the index holds."""

from __future__ import annotations

import argparse
from collections import Counter

from assistant.commands.common import DONE, read_settings, write_json
from index.types import Scope


def run(options: argparse.Namespace) -> int:
    from index.store.catalog import Catalog

    index_settings, _ = read_settings(options)
    catalog = Catalog.open(index_settings.data_dir)
    sources = catalog.sources(Scope.TEAM)
    state: dict[str, object] = {
        "data_dir": str(index_settings.data_dir),
        "corpus": catalog.meta("corpus"),
        "model": catalog.meta("model"),
        "generation": catalog.generation,
        "sources": len(sources),
        "passages": catalog.count(Scope.TEAM),
        "public_passages": catalog.count(Scope.PUBLIC),
        "by_kind": dict(Counter(source.kind for source in sources)),
        "by_site": dict(Counter(source.site for source in sources if source.site)),
        "by_visibility": dict(Counter(source.visibility for source in sources)),
    }
    if options.json:
        write_json(state)
    else:
        print(f"Index de «\u00a0{state['corpus']}\u00a0» dans «\u00a0{state['data_dir']}\u00a0»")
        print(f"{state['sources']} sources, {state['passages']} passages, dont {state['public_passages']} publics")
        print(f"Modèle\u00a0: {state['model']}")
    return DONE
