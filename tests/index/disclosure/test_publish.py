"""An excerpt of an interview becomes public, and nothing else of it does. Everything here is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.disclosure import publish
from index.disclosure.publish import Excerpt
from index.disclosure.withdraw import targets, withdraw
from index.errors import DataFolderRefused, PublicationRefused
from index.indexing.build import build, roll_back_run
from index.privacy.pseudonyms import Pseudonyms
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.store.workspace import Workspace
from index.types import Passage, Place, Scope
from tests.assistant.samples import write_corpus
from tests.doubles import FakeEmbedder, fake_workspace
from tests.index.disclosure.study import NOW

INTERVIEW = (
    "Enquêtrice : Que retenez-vous du jardin ?\n\n"
    "Enquêtée 1 : Le silence du matin quand la brume monte. J’y ai repris confiance en moi.\n\n"
    "Enquêtrice : Et les autres ?\n\n"
    "Enquêtée 1 : Le trésorier cache la clé sous la pierre plate. Appelez-moi au 06 00 00 00 00.\n"
)
PATH = "transcripts/entretien.txt"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    corpus = write_corpus(
        tmp_path / "corpus",
        {
            PATH: INTERVIEW,
            f"{PATH}.meta.toml": 'site = "Brumeval"\ndate = "2026-01"\n',
            "documents/a.md": "# La charte\n\nChacun range les outils.\n",
        },
    )
    made = fake_workspace(IndexSettings(data_dir=tmp_path / "data", find_names=False))
    build(corpus, made)
    return made


@pytest.fixture
def catalog(workspace: Workspace) -> Iterator[Catalog]:
    opened = Catalog.open(workspace.data_dir)
    yield opened
    opened.close()


def workspace_of(catalog: Catalog, embedder: FakeEmbedder | None = None) -> Workspace:
    """Return another workspace over the data folder of a catalog."""
    return fake_workspace(IndexSettings(data_dir=catalog.folder), embedder)


def passages(catalog: Catalog) -> list[Passage]:
    return catalog.passages_between(publish.interview(catalog, PATH).id, 0, 1000, Scope.TEAM)


def number(catalog: Catalog, word: str) -> int:
    return next(passage.order for passage in passages(catalog) if word in passage.text)


def put(catalog: Catalog, choices: str, title: str = publish.TITLE, **shown: bool) -> str:
    source = publish.interview(catalog, PATH)
    excerpt = Excerpt(publish.new_id(), source.id, title, "accord écrit", "ada", "2026-03-01")
    pieces = publish.selected_passages(passages(catalog), choices)
    publish.publish(workspace_of(catalog), excerpt, publish.public_copies(source, pieces, excerpt, (), **shown))
    return excerpt.id


def public(catalog: Catalog) -> str:
    return repr(
        [catalog.passages_between(source.id, 0, 1000, Scope.PUBLIC) for source in catalog.sources(Scope.PUBLIC)]
    )


def test_only_the_sentences_that_were_chosen_become_public(catalog: Catalog) -> None:
    turn = number(catalog, "brume")
    name = put(catalog, f"{turn}.2")
    output = public(catalog)
    assert "repris confiance" in output and "Enquêtée 1" in output and publish.TITLE in output
    for hidden in ("brume", "trésorier", "Que retenez-vous", PATH, "2026", "accord", "ada", "06 00"):
        assert hidden not in output
    assert catalog.frequencies(["confianc", "brum"], Scope.PUBLIC) == {"confianc": 1, "brum": 0}
    vector = FakeEmbedder().embed_question("confiance")
    keys = [key for key, _ in VectorIndex(catalog).nearest(vector, Scope.PUBLIC, 50)]
    assert any("confiance" in passage.text for passage in catalog.passages(keys, Scope.PUBLIC).values())
    assert publish.excerpts(catalog)[0].consent == "accord écrit"
    assert catalog.source_counts(Scope.PUBLIC) == {"document": 1}  # an excerpt is no interview more
    assert name in publish.ids(catalog)


def test_the_question_is_shown_on_request_and_checked_like_the_text(catalog: Catalog, workspace: Workspace) -> None:
    put(catalog, f"{number(catalog, 'brume')}.2", with_question=True)
    output = public(catalog)
    assert "Que retenez-vous du jardin ?" in output and "brume" not in output
    asked = [replace(passage, context=("Et Fatima, elle vient ?",)) for passage in passages(catalog)[:1]]
    excerpt = Excerpt(publish.new_id(), "x", publish.TITLE, "accord", "ada", "2026-03-01")
    with pytest.raises(PublicationRefused, match=r"nom.*Fatima"):
        publish.public_copies(publish.interview(catalog, PATH), asked, excerpt, (), with_question=True)
    corpus = Path(catalog.meta("corpus"))
    changed = INTERVIEW.replace("Que retenez-vous du jardin ?", "Que retenez-vous de tout cela ?")
    (corpus / PATH).write_text(changed, encoding="utf-8")
    build(corpus, workspace)
    assert publish.excerpts(catalog) == []  # its question does not stand any more


def test_an_excerpt_with_an_identifier_is_refused(catalog: Catalog) -> None:
    before = public(catalog)
    with pytest.raises(PublicationRefused, match="téléphone"):
        put(catalog, str(number(catalog, "trésorier")))
    for title in ("Le témoignage de Fatima", "La pharmacienne de Brumeval", "Au 06 00 00 00 00"):
        with pytest.raises(PublicationRefused):
            put(catalog, f"{number(catalog, 'brume')}.2", title=title)
    assert public(catalog) == before
    assert publish.excerpts(catalog) == []


def test_only_the_text_and_the_label_of_the_speaker_become_public(catalog: Catalog) -> None:
    piece = f"{number(catalog, 'brume')}.2"
    for with_site in (False, True):
        name = put(catalog, piece, with_site=with_site)
        (source,) = [source for source in catalog.sources(Scope.PUBLIC) if source.id == name]
        assert source.site == ("Brumeval" if with_site else "")
        assert (source.date, source.path, source.title, source.digest) == ("", f"extraits/{name}", publish.TITLE, name)
        (shown,) = catalog.passages_between(name, 0, 1000, Scope.PUBLIC)
        assert shown.place == Place(speaker="Enquêtée 1")
        assert (shown.start, shown.order, shown.context) == (0, 0, (publish.TITLE,))


def test_publication_into_an_index_of_another_model_is_refused(catalog: Catalog) -> None:
    source = publish.interview(catalog, PATH)
    excerpt = Excerpt(publish.new_id(), source.id, publish.TITLE, "accord", "ada", "2026-03-01")
    copies = publish.public_copies(source, passages(catalog)[:1], excerpt, ())
    with pytest.raises(DataFolderRefused, match="autre modèle"):
        publish.publish(workspace_of(catalog, FakeEmbedder("autre")), excerpt, copies)
    assert publish.excerpts(catalog) == []


def test_a_rollback_revokes_the_excerpts_whose_words_it_removes(catalog: Catalog, workspace: Workspace) -> None:
    corpus = Path(catalog.meta("corpus"))
    (corpus / PATH).write_text(INTERVIEW.replace("brume", "rosée"), encoding="utf-8")
    build(corpus, workspace)
    put(catalog, f"{number(catalog, 'rosée')}.1")
    put(catalog, f"{number(catalog, 'rosée')}.2")
    roll_back_run(workspace)
    assert "rosée" not in public(catalog) and "repris confiance" in public(catalog)


@pytest.mark.parametrize("choices", ["", "x", "999", "3-1", "1.0", "1.99", "1,", "-1", "1.1.1", "0-500", "1;2"])
def test_a_malformed_choice_of_passages_is_refused(choices: str, catalog: Catalog) -> None:
    with pytest.raises(PublicationRefused):
        publish.selected_passages(passages(catalog), choices)


def test_passages_and_sentences_are_chosen_by_number(catalog: Catalog) -> None:
    held = passages(catalog)
    turn = number(catalog, "brume")
    assert publish.selected_passages(held, f"{turn}-{turn + 1}") == held[turn : turn + 2]
    assert [selected_passage.text for selected_passage in publish.selected_passages(held, f"{turn}.1, {turn}.1-2")] == [
        "Le silence du matin quand la brume monte.",
        held[turn].text,
    ]


@pytest.mark.parametrize("name", ["documents/a.md", "absent.txt"])
def test_only_an_interview_reserved_to_the_team_is_published(name: str, catalog: Catalog) -> None:
    with pytest.raises(PublicationRefused):
        publish.interview(catalog, name)


def test_a_revoked_excerpt_is_erased_and_no_rollback_restores_it(catalog: Catalog, workspace: Workspace) -> None:
    name = put(catalog, f"{number(catalog, 'brume')}.2")
    publish.revoke(catalog, {name})
    VectorIndex(catalog).synchronise()
    assert "repris confiance" not in public(catalog)
    assert catalog.frequencies(["confianc"], Scope.PUBLIC) == {"confianc": 0}
    assert publish.excerpts(catalog) == []
    roll_back_run(workspace)
    roll_back_run(workspace)
    assert "repris confiance" not in public(catalog)
    assert "repris confiance" in repr(passages(catalog))  # the interview itself is the team's as before


def test_an_excerpt_survives_runs_and_rollbacks_of_other_files(catalog: Catalog, workspace: Workspace) -> None:
    put(catalog, f"{number(catalog, 'brume')}.2")
    corpus = Path(catalog.meta("corpus"))
    (corpus / "documents" / "b.md").write_text("# Outils\n\nLa bêche est neuve.\n", encoding="utf-8")
    report = build(corpus, workspace)
    assert report.removed == []
    roll_back_run(workspace)
    assert "repris confiance" in public(catalog)


@pytest.mark.parametrize("change", ["reworded", "removed", "withdrawn", "renamed"])
def test_an_excerpt_is_revoked_when_its_words_leave_the_interview(
    change: str, catalog: Catalog, workspace: Workspace, tmp_path: Path
) -> None:
    put(catalog, f"{number(catalog, 'brume')}.2")
    corpus = Path(catalog.meta("corpus"))
    path = corpus / PATH
    if change == "reworded":
        path.write_text(INTERVIEW.replace("repris confiance", "repris courage"), encoding="utf-8")
    elif change == "removed":
        path.unlink()
    elif change == "renamed":
        table = tmp_path / "noms.csv"
        table.write_text("confiance en moi;Personne 3\n", encoding="utf-8")
        table.chmod(0o600)
        workspace = fake_workspace(workspace.settings.model_copy(update={"pseudonyms": table}))
    else:
        withdraw(workspace_of(catalog), targets(catalog, PATH, Pseudonyms()), corpus, NOW)
        assert "repris confiance" not in public(catalog)
    build(corpus, workspace, confirmed=True)
    assert "repris confiance" not in public(catalog)
    assert publish.excerpts(catalog) == []
