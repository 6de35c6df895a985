"""The adapters for llama-index: node parser, embedding, retriever. Its types stay in this file.

Indexing runs through an `IngestionPipeline` made of the first two; the third lets anyone who knows llama-index build
on our search: `RetrieverQueryEngine.from_args(CorpusRetriever(searcher, Scope.PUBLIC), llm=…)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, Document, NodeWithScore, QueryBundle, TextNode

from index.embed import Embedder
from index.reading.chunk import passages, source_text, windows
from index.reading.read import Reading
from index.search.search import Query, Searcher
from index.types import Passage, Place, Scope, Source

FloatArray = npt.NDArray[np.float32]
_BATCH = 512
_PART = 64  # passages embedded between two tellings of how far it is
_HIDDEN = ("passage", "title", "path", "place", "visibility", "nature")


def ingest(
    readings: Sequence[Reading],
    embedder: Embedder,
    cut: Callable[[Sequence[int]], None] = lambda sizes: None,
    embedded: Callable[[int], None] = lambda done: None,
) -> list[tuple[list[Passage], list[FloatArray]]]:
    """Cut readings into passages and embed them: for each reading its passages in order and the vectors of the windows
    of each, shape (windows, dimensions).

    `cut(sizes)` is told how many passages each reading gave, then `embedded(done)` how many of all are embedded."""
    parser = WindowParser()
    pipeline = IngestionPipeline(
        transformations=[
            PassageParser(cut),
            parser,
            PassageEmbedding(embedder, lambda done: embedded(done * parser.of // parser.made)),
        ],
        disable_cache=True,
        docstore=None,
    )
    nodes = pipeline.run(documents=[_document(reading) for reading in readings], show_progress=False)
    gathered: dict[str, dict[str, tuple[Passage, list[list[float]]]]] = {r.source.id: {} for r in readings}
    for node in nodes:
        values = node.metadata["passage"]
        found = gathered[values["source"]["id"]]
        if values["id"] not in found:
            found[values["id"]] = (_passage(values), [])
        found[values["id"]][1].append(node.embedding or [])
    return [
        (
            [passage for passage, _ in gathered[r.source.id].values()],
            [np.asarray(vectors, dtype=np.float32) for _, vectors in gathered[r.source.id].values()],
        )
        for r in readings
    ]


class PassageParser(NodeParser):
    """Documents made of our sections to nodes made of our passages. `told`, if given, learns how many each gave."""

    _told: Callable[[Sequence[int]], None]

    def __init__(self, told: Callable[[Sequence[int]], None] = lambda sizes: None) -> None:
        super().__init__()
        self._told = told

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        made = [
            [node_of(passage) for passage in passages(document.metadata["source"], document.metadata["sections"])]
            for document in nodes
        ]
        self._told([len(found) for found in made])
        return [node for found in made for node in found]

    @classmethod
    def class_name(cls) -> str:
        return "PassageParser"


class WindowParser(NodeParser):
    """Nodes made of our passages to a node for each window, whose text is what is embedded. `made` counts them, and
    `of` the passages."""

    made: int = 0
    of: int = 0

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        found = [
            TextNode(
                id_=f"{node.node_id}-{number}",
                text=text,
                metadata={"passage": node.metadata["passage"]},
                excluded_embed_metadata_keys=["passage"],
                excluded_llm_metadata_keys=["passage"],
            )
            for node in nodes
            for number, text in enumerate(windows(_passage(node.metadata["passage"])))
        ]
        self.made, self.of = self.made + len(found), self.of + len(nodes)
        return list(found)

    @classmethod
    def class_name(cls) -> str:
        return "WindowParser"


class PassageEmbedding(BaseEmbedding):
    """Our embedder as llama-index's: `query` texts by the question engine, the others by the document engine."""

    _embedder: Embedder
    _told: Callable[[int], None]
    _done: int

    def __init__(self, embedder: Embedder, told: Callable[[int], None] = lambda done: None) -> None:
        super().__init__(model_name=embedder.identity, embed_batch_size=_BATCH)
        self._embedder = embedder
        self._told, self._done = told, 0

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embedder.embed_question(query).tolist()  # type: ignore[no-any-return]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        # By parts, longest first: whoever watches sees it move, and texts of one length still go together.
        order = (
            sorted(range(len(texts)), key=lambda number: -len(texts[number]))
            if len(texts) > _PART
            else range(len(texts))
        )
        vectors: dict[int, list[float]] = {}
        for start in range(0, len(texts), _PART):
            part = order[start : start + _PART]
            vectors.update(zip(part, self._embedder.embed_passages([texts[n] for n in part]).tolist(), strict=True))
            self._done += len(part)
            self._told(self._done)
        return [vectors[number] for number in range(len(texts))]

    @classmethod
    def class_name(cls) -> str:
        return "PassageEmbedding"


class CorpusRetriever(BaseRetriever):
    """Our search as a llama-index retriever, in the scope of whoever asks."""

    def __init__(self, searcher: Searcher, scope: Scope, limit: int = 6) -> None:
        self._searcher = searcher
        self._scope = scope
        self._limit = limit
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._searcher.search(Query(query_bundle.query_str), self._scope, self._limit)
        return [NodeWithScore(node=node_of(hit.passage), score=hit.score) for hit in hits]


def node_of(passage: Passage) -> TextNode:
    """A passage as a node. What an LLM reads is its context and its text."""
    source = passage.source
    return TextNode(
        id_=passage.id,
        text=passage.text,
        metadata={
            "context": "\n".join(passage.context),
            "title": source.title,
            "path": source.path,
            "place": passage.place.label(),
            "visibility": source.visibility,
            "nature": source.nature,
            "passage": asdict(passage),
        },
        excluded_embed_metadata_keys=list(_HIDDEN),
        excluded_llm_metadata_keys=[key for key in _HIDDEN if key not in ("title", "place")],
        metadata_template="{value}",
        text_template="{metadata_str}\n{content}" if passage.context else "{content}",
    )


def _document(reading: Reading) -> Document:
    return Document(
        id_=reading.source.id,
        text=source_text(reading.sections),
        metadata={"source": reading.source, "sections": list(reading.sections)},
    )


def _passage(values: Mapping[str, Any]) -> Passage:
    values = dict(values)
    source, place = Source(**values.pop("source")), dict(values.pop("place"))
    place["heading"] = tuple(place["heading"])
    return Passage(source=source, place=Place(**place), **{**values, "context": tuple(values["context"])})
