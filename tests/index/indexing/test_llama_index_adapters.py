"""The adapters for llama-index. The texts are invented."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np
import pytest

from index.embedding.batches import LocalBackend, PassageGroup
from index.reading.chunk import passages, source_text, windows
from index.reading.metadata import Description
from index.reading.read import Reading, open_file
from index.search.search import Searcher
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.types import Passage, Place, Scope
from tests.doubles import FakeEmbedder, FloatArray
from tests.index.builders import passage, put, put_passages, settings, source, write

with warnings.catch_warnings():  # llama-index warns of its own past when it is imported
    warnings.simplefilter("ignore", DeprecationWarning)
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine
    from llama_index.core.schema import Document, MetadataMode, TextNode

    from index.indexing.llama_index_adapters import CorpusRetriever, PassageEmbedding, PassageParser, cut, node_of

TEXT = "# Les Jardins\n\nVoici :\n\n- Brumeval\n- Sourcelles\n"


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    root = write(tmp_path / "corpus", {"documents/a.md": TEXT})
    return open_file(root, PurePosixPath("documents/a.md"), Description()).read("a")


def ingest(readings: list[Reading], embedder: FakeEmbedder) -> list[tuple[list[Passage], list[FloatArray]]]:
    """Cut and embed readings, as a run does."""
    group = PassageGroup(cut(readings))
    for vectors in LocalBackend(embedder).embed(group.batches(), lambda: None):
        group.add_vectors(vectors)
    return list(group.vectors_by_source())


@pytest.fixture
def searcher(catalog: Catalog, tmp_path: Path) -> Iterator[Searcher]:
    put(catalog, source(), ["Les bénévoles sèment.", "Le gel a détruit les plants."])
    secret = source("entretien", "team", title="Zibeline")
    put_passages(catalog, [passage("La zibeline des bénévoles.", secret, context=["Zibeline"])])
    vectors = VectorIndex(catalog)
    yield Searcher(catalog, vectors, FakeEmbedder(), settings(tmp_path), [])
    vectors.close()


def test_ingestion_gives_our_passages_and_their_vectors(reading: Reading, fake_embedder: FakeEmbedder) -> None:
    ((made, vectors),) = ingest([reading], fake_embedder)
    expected = passages(reading.source, reading.sections)
    assert made == expected
    for cut_passage, of_windows in zip(expected, vectors, strict=True):
        assert of_windows.dtype == np.float32
        np.testing.assert_allclose(of_windows, fake_embedder.embed_passages(windows(cut_passage)), atol=1e-7)


def test_ingestion_keeps_documents_apart_and_in_order(reading: Reading, fake_embedder: FakeEmbedder) -> None:
    other = Reading(replace(reading.source, id="b"), reading.sections[-1:])
    silent = Reading(replace(reading.source, id="c"), (replace(reading.sections[0], quotable=False),))
    found = ingest([other, silent, reading], fake_embedder)
    assert [[cut_passage.source.id for cut_passage in made] for made, _ in found] == [["b"], [], ["a"] * 3]
    assert [len(vectors) for _, vectors in found] == [1, 0, 3]


def test_the_parser_makes_a_node_a_passage(reading: Reading) -> None:
    document = Document(
        text=source_text(reading.sections),
        metadata={"source": reading.source, "sections": list(reading.sections)},
    )
    nodes = PassageParser().get_nodes_from_documents([document])
    assert [node.get_content() for node in nodes] == ["Voici :", "Brumeval", "Sourcelles"]
    assert [node.id_ for node in nodes] == [
        cut_passage.id for cut_passage in passages(reading.source, reading.sections)
    ]


def test_the_embedding_asks_each_engine_for_its_texts(fake_embedder: FakeEmbedder) -> None:
    embedding = PassageEmbedding(fake_embedder)
    assert embedding.model_name == "fake-64"
    question = embedding.get_query_embedding("Qui sème ?")
    assert question == embedding.get_text_embedding("Qui sème ?") == pytest.approx(question)
    assert len(embedding.get_text_embedding_batch(["a", "b", "c"])) == 3
    assert asyncio.run(embedding.aget_query_embedding("Qui sème ?")) == question
    assert fake_embedder.questions == ["Qui sème ?"] * 2
    assert fake_embedder.passages == ["Qui sème ?", "a", "b", "c"]


def test_braces_in_a_text_are_text(reading: Reading, fake_embedder: FakeEmbedder) -> None:
    section = replace(reading.sections[-1], text="{content} {0}", context=("{metadata_str}",))
    ingest([Reading(reading.source, (section,))], fake_embedder)
    assert fake_embedder.passages == ["{metadata_str}\n{content} {0}"]


def test_a_model_reads_where_a_passage_stands_and_no_more() -> None:
    place = Place(heading=("Lieux",), page=12)
    made = replace(passage("On sème.", context=["Lieux"]), place=place)
    read = node_of(made).get_content(MetadataMode.LLM)
    assert "On sème." in read
    assert "p.\u00a012" in read
    assert "Les Jardins du Pont" in read
    assert "documents/" not in read
    assert made.id not in read


def test_a_node_carries_what_is_needed_to_cite() -> None:
    node = node_of(passage("On sème."))
    assert (node.text, node.id_) == ("On sème.", "jardins-public-0")
    assert node.metadata["path"] == "documents/jardins.md"
    assert node.metadata["nature"] == "original"
    assert TextNode.from_json(node.to_json()).metadata["passage"]["id"] == "jardins-public-0"


@pytest.mark.parametrize("scope", Scope)
def test_the_retriever_searches_in_its_scope(searcher: Searcher, scope: Scope) -> None:
    nodes = CorpusRetriever(searcher, scope, limit=10).retrieve("La zibeline des bénévoles")
    found = {node.node.metadata["visibility"] for node in nodes}
    assert found == set(scope.visibilities)
    scores = [node.score or 0.0 for node in nodes]
    assert scores == sorted(scores, reverse=True)


def test_the_retriever_keeps_to_its_limit(searcher: Searcher) -> None:
    assert len(CorpusRetriever(searcher, Scope.TEAM, limit=2).retrieve("bénévoles")) == 2


def test_a_query_engine_runs_on_our_retriever(searcher: Searcher) -> None:
    engine = RetrieverQueryEngine.from_args(CorpusRetriever(searcher, Scope.PUBLIC), llm=MockLLM())
    response = engine.query("Que font les bénévoles ?")
    prompt = str(response)  # the mock model gives its prompt back
    assert "Les bénévoles sèment." in prompt
    assert "Que font les bénévoles ?" in prompt
    assert "ibeline" not in prompt
    assert {node.node.id_ for node in response.source_nodes} == {"jardins-public-0", "jardins-public-1"}
