"""Tests of a source around a passage, its recording, and the passages of a term, always in the scope of the reader."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from assistant.answer.source_view import AFTER, BEFORE, named_passages, recording, source_view, term_passages
from assistant.compose.parts import Components
from index.indexing.build import build
from index.settings import IndexSettings
from index.types import Scope, Source
from tests.assistant.conftest import MakeParts
from tests.conftest import JARDINS
from tests.doubles import fake_workspace


def source(parts: Components, path: str) -> Source:
    return next(source for source in parts.catalog.sources(Scope.TEAM) if source.path == path)


def test_a_source_is_read_in_its_scope_alone(jardins: Components) -> None:
    hidden = source(jardins, "transcripts/entretien-zibeline.md")
    assert source_view(jardins.catalog, hidden.id, 0, Scope.PUBLIC) is None
    found = source_view(jardins.catalog, hidden.id, 0, Scope.TEAM)
    assert found is not None and found.source == hidden
    assert [passage.order for passage in found.passages] == list(range(found.total))
    assert source_view(jardins.catalog, "absent", 0, Scope.TEAM) is None
    assert source_view(jardins.catalog, "%' OR 1=1 --", 0, Scope.PUBLIC) is None


def test_passages_are_found_again_by_their_ids_in_their_scope_alone(jardins: Components) -> None:
    hidden, charter = source(jardins, "transcripts/entretien-zibeline.md"), source(jardins, "documents/charte.md")
    held = [jardins.catalog.source_passages(passage.id, Scope.TEAM)[1] for passage in (hidden, charter)]
    wanted = [(passage.source.id, passage.id) for passage in held]
    wanted += [(hidden.id, held[1].id), (charter.id, "absent"), ("absent", held[1].id), ("' OR 1=1 --", "' OR 1=1 --")]
    sources, passages = named_passages(jardins.catalog, wanted, Scope.TEAM)
    assert passages == {(passage.source.id, passage.id): passage for passage in held} and sources[hidden.id] == hidden
    sources, passages = named_passages(jardins.catalog, wanted, Scope.PUBLIC)
    assert list(passages.values()) == [held[1]] and hidden.id not in sources
    many = [(charter.id, f"absent-{number}") for number in range(2_000)]  # more than one query may name
    assert list(named_passages(jardins.catalog, [*many, wanted[1]], Scope.TEAM)[1].values()) == [held[1]]


@pytest.mark.parametrize("at", [0, 50, 119, 5000])
def test_a_part_of_a_long_source_is_read(at: int, parts_over: MakeParts) -> None:
    text = "\n\n".join(f"Le rang {number} porte des fèves et des pois." for number in range(120))
    parts = parts_over({"documents/long.md": f"# Les rangs\n\n{text}"})
    (held,) = parts.catalog.sources(Scope.PUBLIC)
    found = source_view(parts.catalog, held.id, at, Scope.PUBLIC)
    assert found is not None
    orders = [passage.order for passage in found.passages]
    at = min(at, 119)
    assert orders == [n for n in range(max(0, at - BEFORE), at + AFTER + 1) if n < found.total]
    assert found.total == 120


def test_a_recording_is_the_one_beside_its_transcript(tmp_path: Path, models_dir: Path) -> None:
    from assistant.compose.parts import compose
    from assistant.settings import AssistantSettings

    corpus = copytree(JARDINS, tmp_path / "corpus")
    for name in ("entretien-zibeline.mp3", "entretien-zibeline.bak", "autre.mp3"):
        (corpus / "transcripts" / name).write_bytes(b"sound")
    (tmp_path / "elsewhere.mp3").write_bytes(b"sound")
    (corpus / "transcripts" / "entretien-sourcelles.mp3").symlink_to(tmp_path / "elsewhere.mp3")
    (corpus / "documents" / "charte.mp3").write_bytes(b"sound")
    settings = IndexSettings(data_dir=tmp_path / "data", models_dir=models_dir)
    build(corpus, fake_workspace(settings))
    parts = compose(fake_workspace(settings), AssistantSettings())
    found = recording(parts.catalog, source(parts, "transcripts/entretien-zibeline.md"))
    assert found == corpus.resolve() / "transcripts" / "entretien-zibeline.mp3"
    for path in ("transcripts/entretien-sourcelles.md", "documents/charte.md", "transcripts/temoignage-public.md"):
        assert recording(parts.catalog, source(parts, path)) is None


def test_the_passages_of_a_term_are_limited_to_the_scope(jardins: Components) -> None:
    term = next(passage for passage in jardins.lexicon.terms if passage.word == "CA")
    public, team = (
        term_passages(jardins.catalog, jardins.lexicon, term, scope) for scope in (Scope.PUBLIC, Scope.TEAM)
    )
    assert public and {passage.source.visibility for passage in public} == {"public"}
    assert len(team) > len(public)
    assert all(term in jardins.lexicon.find(passage.text) for passage in team)
