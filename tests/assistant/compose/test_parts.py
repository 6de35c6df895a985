"""The parts wired over a data folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.compose.parts import Components, compose
from assistant.compose.workspace import open_workspace
from assistant.errors import BadLexicon
from assistant.settings import AssistantSettings
from index.errors import BadMetadata, CorpusError, DataFolderRefused, NothingIndexed
from index.indexing.build import build
from index.reading.metadata import Description
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.types import Scope
from tests.assistant.conftest import MakeParts
from tests.assistant.samples import write_corpus
from tests.conftest import JARDINS
from tests.doubles import fake_workspace

TEXT = "# Le jardin\n\nLes poules de Brumeval dorment dans la cabane.\n"
LEXICON = '[[terms]]\nterm = "cabane"\ndefinition = "Petite maison : {}."\n'
SITES = 'title = "{}"\n[[sites]]\nname = "Brumeval"\n'


def test_lexicon_and_sites_come_from_the_indexed_folder(jardins: Components) -> None:
    assert jardins.description.title == "Les Jardins du Pont"
    assert [site.name for site in jardins.searcher.sites] == ["Brumeval", "Sourcelles"]
    assert jardins.engine.ask("Le CA ?", Scope.PUBLIC).terms[0].word == "CA"


@pytest.mark.parametrize("own", [{"lexique.toml"}, {"corpus.toml"}, {"lexique.toml", "corpus.toml"}, set()])
def test_a_file_absent_from_the_corpus_is_read_from_the_fallback(tmp_path: Path, own: set[str]) -> None:
    def files(title: str) -> dict[str, str]:
        return {"lexique.toml": LEXICON.format(title), "corpus.toml": SITES.format(title)}

    kept = {name: text for name, text in files("indexé").items() if name in own}
    indexed = write_corpus(tmp_path / "indexed", {"documents/a.md": TEXT, **kept})
    fallback = write_corpus(tmp_path / "fallback", files("ailleurs"))
    workspace = fake_workspace(IndexSettings(data_dir=tmp_path / "data"))
    build(indexed, workspace)
    parts = compose(workspace, AssistantSettings(corpus=fallback))
    assert parts.description.title == ("indexé" if "corpus.toml" in own else "ailleurs")
    (term,) = parts.engine.ask("C’est quoi la cabane ?", Scope.PUBLIC).terms
    assert ("indexé" if "lexique.toml" in own else "ailleurs") in term.definition


def test_without_lexicon_and_sites_it_still_answers(parts_over: MakeParts) -> None:
    parts = parts_over({"documents/a.md": TEXT, "documents/b.md": "# B\n\nLe puits est sec.\n\nIl pleut.\n"})
    assert parts.description == Description()
    answer = parts.engine.ask("Où dorment les poules ?", Scope.PUBLIC)
    assert "dorment dans la cabane" in answer.text
    assert answer.terms == ()


def test_examples_are_those_of_the_corpus_at_most_three(jardins: Components) -> None:
    assert jardins.examples(Scope.PUBLIC) == jardins.description.examples
    answered = tuple(f"Que font les bénévoles {when} ?" for when in ("", "au jardin", "le samedi", "à Brumeval"))
    many = replace(jardins, description=Description(examples=answered))
    assert many.examples(Scope.PUBLIC) == answered[:3]


def test_an_example_that_the_corpus_does_not_answer_is_not_offered(jardins: Components) -> None:
    written = ("Quelle est la capitale de l’Australie ?", "Que font les bénévoles ?")
    offered = replace(jardins, description=Description(examples=written)).examples(Scope.PUBLIC)
    assert written[0] not in offered and offered[0] == written[1] and len(offered) == 3


def test_an_example_on_reserved_texts_is_offered_to_the_team_only(jardins: Components) -> None:
    secret = replace(jardins, description=Description(examples=("Qui parle de zibeline ?",)))
    assert "Qui parle de zibeline ?" in secret.examples(Scope.TEAM)
    assert "Qui parle de zibeline ?" not in secret.examples(Scope.PUBLIC)


def test_each_scope_is_offered_its_own_examples_and_where_nothing_is_reserved_the_same(
    jardins: Components, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = replace(jardins, description=Description(examples=("Qui parle de zibeline ?",)))
    offered = secret.offered()
    assert list(offered) == [Scope.PUBLIC, Scope.TEAM]
    assert offered == {scope: secret.examples(scope) for scope in offered}
    assert offered[Scope.PUBLIC] != offered[Scope.TEAM]
    monkeypatch.setattr(Catalog, "passage_count", lambda catalog, scope: 7)  # as many for everyone as for the team
    assert set(secret.offered().values()) == {offered[Scope.PUBLIC]}


def test_examples_are_else_drawn_from_headings(jardins: Components) -> None:
    drawn = replace(jardins, description=Description()).examples(Scope.PUBLIC)
    assert drawn
    for example in drawn:
        assert example.startswith("Que dit le corpus sur «\u00a0")
        assert example.endswith("\u00a0»\u00a0?")
        assert not jardins.engine.ask(example, Scope.PUBLIC).refused


def test_a_folder_without_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingIndexed, match="assistant index"):
        compose(fake_workspace(IndexSettings(data_dir=tmp_path)), AssistantSettings())


def test_an_index_of_another_model_is_refused(jardins_data: Path) -> None:
    with pytest.raises(DataFolderRefused, match="autre modèle d'embedding"):
        compose(fake_workspace(IndexSettings(data_dir=jardins_data)), AssistantSettings())


@pytest.mark.parametrize(("name", "error"), [("lexique.toml", BadLexicon), ("corpus.toml", BadMetadata)])
def test_a_file_damaged_after_indexing_is_reported(tmp_path: Path, name: str, error: type[Exception]) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"documents/a.md": TEXT})
    workspace = fake_workspace(IndexSettings(data_dir=tmp_path / "data"))
    build(corpus, workspace)
    (corpus / name).write_text("= rien", encoding="utf-8")
    with pytest.raises(error, match=name):
        compose(workspace, AssistantSettings())


def test_an_unknown_model_is_refused(jardins_data: Path, tmp_path: Path) -> None:
    workspace = open_workspace(IndexSettings(data_dir=jardins_data, models_dir=tmp_path, embedding_model="rien/de-tel"))
    with pytest.raises(CorpusError, match="ASSISTANT_EMBEDDING_MODEL"):
        compose(workspace, AssistantSettings())


def test_a_moved_corpus_falls_back_too(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"documents/a.md": TEXT, "corpus.toml": SITES.format("avant")})
    workspace = fake_workspace(IndexSettings(data_dir=tmp_path / "data"))
    build(corpus, workspace)
    corpus.rename(tmp_path / "elsewhere")
    assert compose(workspace, AssistantSettings(corpus=JARDINS)).description.title == "Les Jardins du Pont"


def test_an_index_that_cannot_be_read_any_more_is_not_well(parts_over: MakeParts, tmp_path: Path) -> None:
    parts = parts_over({"documents/a.md": "# Les poules\n\nLes poules dorment."})
    assert parts.is_well()
    parts.catalog.close()
    (tmp_path / "data" / "catalog.db").write_bytes(b"abime" * 1000)
    assert not parts.is_well()
