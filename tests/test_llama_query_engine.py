"""Test of the llama-index integration: its query engine works with our retriever and our prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer.prompts import read_prompt
from assistant.compose.workspace import open_workspace
from index.embedding.model import BundledModel
from index.indexing.build import build
from index.reading.metadata import read_description
from index.search.search import Searcher
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.types import Scope

pytestmark = pytest.mark.long

REPORT = """# Une réunion inventée

Ce compte rendu parle des Jardins du Pont, une association qui n'existe pas.

## Les bénévoles

- Douze bénévoles arrosent les semis le samedi.
- Une bénévole tient la caisse du marché.

## Le toit

Le toit de la serre fuit depuis l'hiver.
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_query_engine_answers_from_our_passages(tmp_path: Path, models_dir: Path) -> None:
    from llama_index.core import PromptTemplate
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine

    from index.indexing.llama_index_adapters import CorpusRetriever

    (tmp_path / "corpus" / "documents").mkdir(parents=True)
    (tmp_path / "corpus" / "documents" / "reunion.md").write_text(REPORT, encoding="utf-8")
    settings = IndexSettings(data_dir=tmp_path / "data", models_dir=models_dir)
    build(tmp_path / "corpus", open_workspace(settings))
    catalog = Catalog.open(settings.data_dir)
    searcher = Searcher(
        catalog, VectorIndex(catalog), BundledModel(models_dir), settings, read_description(tmp_path / "corpus").sites
    )
    template = PromptTemplate(
        read_prompt("answer", frozenset({"passages", "question"})),
        template_var_mappings={"context_str": "passages", "query_str": "question"},
    )
    engine = RetrieverQueryEngine.from_args(
        CorpusRetriever(searcher, Scope.PUBLIC, limit=2), llm=MockLLM(), text_qa_template=template
    )
    response = engine.query("Que font les bénévoles ?")
    assert len(response.source_nodes) == 2
    assert all("bénévole" in node.node.get_content() for node in response.source_nodes)
    prompt = str(response)  # MockLLM returns its prompt: the text that a model would read
    assert "Douze bénévoles arrosent les semis le samedi." in prompt
    assert "Question : Que font les bénévoles ?" in prompt
    assert "{" not in prompt
    catalog.close()
