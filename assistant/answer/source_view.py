"""Reads a source around a passage, and the passages that hold a term of the lexicon, for the pages beside the
conversation. Every query is limited to the scope of the reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from assistant.types import Term
from assistant.understand.lexicon import Lexicon
from index.language import french
from index.reading import formats
from index.store.catalog import Catalog
from index.types import Passage, Scope, Source

BEFORE, AFTER = 20, 40  # passages shown before and after the one opened
_TRIED, _SHOWN = 200, 12  # passages examined for a term, and passages shown


@dataclass(frozen=True, slots=True)
class SourceView:
    """A part of a source: its passages from `first` on, out of `total`."""

    source: Source
    passages: tuple[Passage, ...]
    first: int
    total: int

    @property
    def next(self) -> int:
        """Order of the passage after the last one shown."""
        return self.passages[-1].order + 1 if self.passages else 0


def source_view(catalog: Catalog, source_id: str, at: int, scope: Scope) -> SourceView | None:
    """Return the passages of a source around the one of order `at`; `None` when the scope has no such source."""
    with catalog.snapshot():
        found = catalog.source(source_id, scope)
        if found is None:
            return None
        last = catalog.last_order(source_id, scope)
        at = max(0, min(at, last))
        first = max(0, at - BEFORE)
        return SourceView(found, tuple(catalog.passages_between(source_id, first, at + AFTER, scope)), first, last + 1)


def named_passages(
    catalog: Catalog, wanted: Iterable[tuple[str, str]], scope: Scope
) -> tuple[dict[str, Source], dict[tuple[str, str], Passage]]:
    """Return the sources of a scope by id, and the passages that still exist among the `wanted` pairs of source id and
    passage id, by these pairs."""
    pairs = set(wanted)
    with catalog.snapshot():
        sources = {source.id: source for source in catalog.sources(scope)}
        held = catalog.passages_by_id(sorted({passage for _, passage in pairs}), scope)
    passages = {
        (passage.source.id, passage.id): passage for passage in held if (passage.source.id, passage.id) in pairs
    }
    return sources, passages


def recording(catalog: Catalog, source: Source) -> Path | None:
    """Return the recording of the same name in the folder of a transcript; `None` when there is none."""
    if source.kind != "transcript" or source.is_excerpt:
        return None
    root = Path(catalog.meta("corpus"))
    transcript = root / source.path
    try:
        beside = sorted(transcript.parent.iterdir())
    except OSError:
        return None
    recordings = (path for path in beside if path.stem == transcript.stem and formats.is_recording(path.suffix.lower()))
    return next((path for path in recordings if path.is_file() and path.resolve().is_relative_to(root.resolve())), None)


def term_passages(catalog: Catalog, lexicon: Lexicon, term: Term, scope: Scope) -> list[Passage]:
    """Return some passages of a scope that hold a term, most relevant first."""
    keys: list[int] = []
    for form in (term.word, *term.variants):
        stems = french.terms(form)
        keys += [key for key, _ in catalog.match(stems, scope, _TRIED, in_text=stems)] if stems else []
    passages = catalog.passages(list(dict.fromkeys(keys)), scope)
    held = (passages[key] for key in dict.fromkeys(keys) if key in passages)
    return list(islice((passage for passage in held if term in lexicon.find(passage.text)), _SHOWN))
