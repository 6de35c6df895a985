"""A source as it is read around a passage, and the passages where a word of the lexicon stands: what the pages beside
the conversation show. Everything is asked in the scope of whoever reads."""

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

BEFORE, AFTER = 20, 40  # passages shown around one
_TRIED, _SHOWN = 200, 12  # passages looked at for a word, and shown


@dataclass(frozen=True, slots=True)
class SourceView:
    """A part of a source: its passages from `first` on, out of `total`."""

    source: Source
    passages: tuple[Passage, ...]
    first: int
    total: int

    @property
    def next(self) -> int:
        """The order of the passage after the last one shown."""
        return self.passages[-1].order + 1 if self.passages else 0


def source_view(catalog: Catalog, source_id: str, at: int, scope: Scope) -> SourceView | None:
    """The passages of a source around the one whose order is `at`; `None` when the scope has no such source."""
    with catalog.snapshot():
        found = catalog.source(source_id, scope)
        if found is None:
            return None
        last = catalog.last_order(source_id, scope)
        at = max(0, min(at, last))
        first = max(0, at - BEFORE)
        return SourceView(found, tuple(catalog.around(source_id, first, at + AFTER, scope)), first, last + 1)


def named_passages(
    catalog: Catalog, wanted: Iterable[tuple[str, str]], scope: Scope
) -> tuple[dict[str, Source], dict[tuple[str, str], Passage]]:
    """The sources of a scope by id and, of the passages whose ids are wanted, each with that of its source, those that
    are still there."""
    pairs = set(wanted)
    with catalog.snapshot():
        sources = {source.id: source for source in catalog.sources(scope)}
        held = catalog.named(sorted({passage for _, passage in pairs}), scope)
    passages = {(one.source.id, one.id): one for one in held if (one.source.id, one.id) in pairs}
    return sources, passages


def recording(catalog: Catalog, source: Source) -> Path | None:
    """The recording that lies beside a transcript under its name, if there is one."""
    if source.kind != "transcript" or source.is_excerpt:
        return None
    root = Path(catalog.meta("corpus"))
    transcript = root / source.path
    try:
        beside = sorted(transcript.parent.iterdir())
    except OSError:
        return None
    alike = (path for path in beside if path.stem == transcript.stem and formats.is_recording(path.suffix.lower()))
    return next((path for path in alike if path.is_file() and path.resolve().is_relative_to(root.resolve())), None)


def term_passages(catalog: Catalog, lexicon: Lexicon, term: Term, scope: Scope) -> list[Passage]:
    """Some passages of a scope where a term stands, those that say the most of it first."""
    keys: list[int] = []
    for form in (term.word, *term.variants):
        stems = french.terms(form)
        keys += [key for key, _ in catalog.match(stems, scope, _TRIED, in_text=stems)] if stems else []
    passages = catalog.passages(list(dict.fromkeys(keys)), scope)
    held = (passages[key] for key in dict.fromkeys(keys) if key in passages)
    return list(islice((passage for passage in held if term in lexicon.find(passage.text)), _SHOWN))
