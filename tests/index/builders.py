"""Builders of small corpora, sources and passages. Their content is invented: « Les Jardins du Pont » is an
association that does not exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from index.language import french
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.runs import Run, StoredPassage
from index.types import Passage, PassageKind, Place, Source, Visibility
from tests.doubles import FakeEmbedder

ORIGINAL = Source(
    "jardins", "documents/jardins.md", "Les Jardins du Pont", "document", "", "", "public", "original", "0"
)


def source(name: str = "jardins", visibility: Visibility = "public", **changes: str) -> Source:
    """Return a public source named `name`, with these changes."""
    made = replace(ORIGINAL, id=name, path=f"documents/{name}.md", visibility=visibility, digest=f"digest of {name}")
    return replace(made, **changes)  # type: ignore[arg-type]


def passage(
    text: str,
    of: Source = ORIGINAL,
    order: int = 0,
    kind: PassageKind = "prose",
    context: Sequence[str] = (),
    start: int = 0,
) -> Passage:
    """Return a passage of a source; `context` also serves as its headings."""
    context = tuple(context)
    return Passage(f"{of.id}-{of.visibility}-{order}", of, text, Place(context), order, kind, context, start)


def entry(made: Passage, embedder: FakeEmbedder) -> StoredPassage:
    """Return a passage as it is stored, with its vectors."""
    context = " ".join(made.context)
    vectors = embedder.embed_passages([f"{context}\n{made.text}"])
    return StoredPassage(made, french.terms_line(context), french.terms_line(made.text), vectors)


AT_ONCE = {"_MIN_QUEUED": 0, "_QUEUED_SHARE": 0.0, "_REBUILD_SHARE": 2.0}
"""Of `index.store.copy_merging`: whatever a run brings is merged, however little."""


def put(catalog: Catalog, of: Source, texts: Sequence[str], replaces: str | None = None) -> list[Passage]:
    """Store a source with passages of these texts; return the passages."""
    made = [passage(text, of, order) for order, text in enumerate(texts)]
    put_passages(catalog, made, replaces)
    return made


IDENTITY = {"model": FakeEmbedder().identity, "chunking": "test", "words": french.VERSION}


def put_passages(catalog: Catalog, made: Sequence[Passage], replaces: str | None = None) -> None:
    """Store passages and their source, in a run of their own."""
    embedder = FakeEmbedder()
    run = Run(catalog, IDENTITY)
    run.stage(made[0].source, [entry(passage, embedder) for passage in made])
    run.commit([replaces] if replaces and replaces != made[0].source.id else [])


def remove(catalog: Catalog, source_id: str) -> None:
    """Remove a source, in a run of its own."""
    Run(catalog, IDENTITY).commit([source_id])


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below `root`, folders included, and return `root`."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def settings(folder: Path) -> IndexSettings:
    """Return settings that keep data and models below `folder`."""
    return IndexSettings(data_dir=folder / "data", models_dir=folder / "models")
