"""The adapters for llama-index: node parsers, embedding, retriever. Its types stay in this file.

Indexing cuts texts with an `IngestionPipeline` of the node parsers. The other adapters let developers build on this
model and this search: `RetrieverQueryEngine.from_args(CorpusRetriever(searcher, Scope.PUBLIC), llm=…)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, Document, NodeWithScore, QueryBundle, TextNode

from index.embedding.batches import split_batches
from index.embedding.model import Embedder
from index.reading.chunk import passages, source_text, windows
from index.reading.read import Reading
from index.search.search import Query, Searcher
from index.types import Passage, Place, Scope, Source

_BATCH = 512
_HIDDEN = ("passage", "title", "path", "place", "visibility", "nature")


def cut(readings: Sequence[Reading]) -> list[list[tuple[Passage, list[str]]]]:
    """Cut readings into passages, and these into the windows that are embedded; return for each reading its passages in
    order, each with the texts of its windows."""
    pipeline = IngestionPipeline(transformations=[PassageParser(), WindowParser()], disable_cache=True, docstore=None)
    nodes = pipeline.run(documents=[_document(reading) for reading in readings], show_progress=False)
    gathered: dict[str, dict[str, tuple[Passage, list[str]]]] = {r.source.id: {} for r in readings}
    for node in nodes:
        values = node.metadata["passage"]
        found = gathered[values["source"]["id"]]
        if values["id"] not in found:
            found[values["id"]] = (_passage(values), [])
        assert isinstance(node, TextNode)
        found[values["id"]][1].append(node.text)
    return [list(gathered[reading.source.id].values()) for reading in readings]


class PassageParser(NodeParser):
    """Parses documents, made of sections, into nodes, made of passages."""

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        return [
            node_of(passage)
            for document in nodes
            for passage in passages(document.metadata["source"], document.metadata["sections"])
        ]

    @classmethod
    def class_name(cls) -> str:
        return "PassageParser"


class WindowParser(NodeParser):
    """Parses nodes made of passages into a node for each window, whose text is embedded."""

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        return [
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

    @classmethod
    def class_name(cls) -> str:
        return "WindowParser"


class PassageEmbedding(BaseEmbedding):
    """An embedder as llama-index's: it embeds `query` texts with the question engine, the others with the document
    engine."""

    _embedder: Embedder

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.identity, embed_batch_size=_BATCH)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embedder.embed_question(query).tolist()  # type: ignore[no-any-return]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: dict[int, list[float]] = {}
        for part in split_batches(texts):
            vectors.update(zip(part, self._embedder.embed_passages([texts[n] for n in part]).tolist(), strict=True))
        return [vectors[number] for number in range(len(texts))]

    @classmethod
    def class_name(cls) -> str:
        return "PassageEmbedding"


class CorpusRetriever(BaseRetriever):
    """The search as a llama-index retriever, in one scope."""

    def __init__(self, searcher: Searcher, scope: Scope, limit: int = 6) -> None:
        self._searcher = searcher
        self._scope = scope
        self._limit = limit
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._searcher.search(Query(query_bundle.query_str), self._scope, self._limit)
        return [NodeWithScore(node=node_of(hit.passage), score=hit.score) for hit in hits]


def node_of(passage: Passage) -> TextNode:
    """Return a passage as a node, of which a language model reads the context and the text."""
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
