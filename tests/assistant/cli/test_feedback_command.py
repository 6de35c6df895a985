"""`assistant feedback` as a researcher types it, and what a withdrawal, an indexing and a restoration leave of
reactions. The interviews are invented, and so is the association."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from assistant.compose.parts import compose
from assistant.export.feedback import as_csv
from assistant.people.audit import Audit, AuditAction
from assistant.people.feedback import Feedback
from assistant.people.reactions import Reaction
from assistant.settings import AssistantSettings
from assistant.types import Answer, Badge, Citation
from index.indexing.build import build
from index.settings import IndexSettings
from index.store.byte_search import RawTextSearch
from index.types import Passage, Scope, Unit
from tests.assistant.conftest import Assistant
from tests.assistant.samples import write_corpus
from tests.doubles import FakeEmbedder, fake_workspace

ONE = "transcripts/seule.txt"
WORDS = "La rivière déborde souvent près du grand pommier où nous rangeons les brouettes"
INTERVIEW = (
    "Enquêtrice : Comment avez-vous connu Les Jardins du Pont ?\n\n"
    "Enquêtée 1 : Par ma soeur, qui semait du fenugrec derrière la vieille chapelle depuis longtemps.\n\n"
    "Enquêtrice : Et ensuite ?\n\n"
    f"Enquêtée 1 : {WORDS}.\n"
)
SHORT = "fenugrec"  # too short a quotation to be known by its words


@pytest.fixture
def study(tmp_path: Path, no_model: FakeEmbedder, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A corpus and its data folder."""
    monkeypatch.setenv("ASSISTANT_FIND_NAMES", "non")
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    write_corpus(corpus, {ONE: INTERVIEW, "documents/a.md": "# La charte\n\nChacun range les outils le samedi soir."})
    build(corpus, fake_workspace(IndexSettings(data_dir=data, find_names=False)))
    return corpus, data


def said_in(data: Path, path: str, words: str) -> Passage:
    parts = compose(
        fake_workspace(IndexSettings(data_dir=data, find_names=False)), AssistantSettings(corpus=data / "none")
    )
    try:
        (source,) = (source for source in parts.catalog.sources(Scope.TEAM) if source.path == path)
        return next(
            passage for passage in parts.catalog.passages_between(source.id, 0, 99, Scope.TEAM) if words in passage.text
        )
    finally:
        parts.catalog.close()


def react(data: Path, comment: str = "", quote: str = "") -> None:
    held = said_in(data, ONE, quote or WORDS)
    start = held.text.index(quote or WORDS)
    cited = Citation(1, quote or WORDS, Unit(held, start, start + len(quote or WORDS)), (Badge.VERBATIM,))
    answer = Answer(
        "Où sont les outils ?", "Où sont les outils ?", f"« {cited.quote} » [1]", (cited,), (), (), False,
        "extractive", 0.0,
    )  # fmt: skip
    Feedback(data).keep(Reaction.SURPRISES, answer, Scope.TEAM, comment)


def ask_in_vain(data: Path, question: str) -> None:
    answer = Answer(question, question, "Rien.", (), (), (), True, "extractive", 0.0)
    Feedback(data).keep_unanswered(answer, Scope.PUBLIC)


def holding(folder: Path, words: str = WORDS) -> list[str]:
    return list(RawTextSearch([words], ()).search(folder).holding)


def test_nothing_is_listed_where_nobody_reacted(assistant: Assistant, tmp_path: Path) -> None:
    run = assistant("feedback", "list", data_dir=tmp_path / "data")
    assert (run.status, run.out, run.err) == (0, "Aucune réaction.\n", "")


def test_reactions_and_unanswered_questions_are_listed_in_french(
    assistant: Assistant, study: tuple[Path, Path]
) -> None:
    _, data = study
    react(data, "Vraiment ?\nMême l'hiver ?")
    for _ in range(2):
        ask_in_vain(data, "Qui a creusé la mare ?")
    out = assistant("feedback", "list", data_dir=data).out
    assert (
        "page de l'équipe, cela me surprend\u00a0: «\u00a0Où sont les outils ?\u00a0» — Vraiment ? Même l'hiver ?"
        in out
    )
    assert "1 réaction\u00a0: 1 «\u00a0cela me surprend\u00a0»." in out
    assert "page de tous, 2 fois\u00a0: «\u00a0Qui a creusé la mare ?\u00a0»" in out
    output = json.loads(assistant("feedback", "list", "--json", data_dir=data).out)
    assert output["reactions"][0]["citations"][0]["source"] == ONE
    assert output["unanswered"][0]["count"] == 2
    for options, many in (
        (("--text", "hiver"), 1), (("--text", "printemps"), 0), (("--reaction", "surprend"), 1),
        (("--reaction", "creuser"), 0), (("--since", "2020-01-01"), 1), (("--until", "2020-01-01"), 0),
    ):  # fmt: skip
        assert (
            len(json.loads(assistant("feedback", "list", "--json", *options, data_dir=data).out)["reactions"]) == many
        )


def test_an_export_is_private_complete_inert_and_audited(
    assistant: Assistant, study: tuple[Path, Path], tmp_path: Path
) -> None:
    _, data = study
    react(data, '=HYPERLINK("http://mauvais.exemple";"cliquez")')
    ask_in_vain(data, "  @SUM(1+1) ?")
    file = tmp_path / "réactions.csv"
    run = assistant("feedback", "export", "--out", str(file), data_dir=data)
    assert (run.status, run.err) == (0, "")
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(encoding="utf-8-sig", newline="") as read:
        reaction, asked = csv.DictReader(read, delimiter=";")
    assert reaction["réaction"] == "cela me surprend" and reaction["sources"] == ONE and WORDS in reaction["citations"]
    assert reaction["commentaire"].startswith("'=HYPERLINK")
    assert (asked["question"], asked["fois"]) == ("'@SUM(1+1) ?", "1")
    last = Audit(data).last(1)[0]
    assert last.act is AuditAction.EXPORTED and len(last.sources) == 1
    assert f"a exporté\u00a0: {ONE}" in assistant("audit", data_dir=data).out

    before = file.read_bytes()
    react(data)
    again = assistant("feedback", "export", "--out", str(file), data_dir=data)
    assert (again.status, again.out, again.err.count("\n")) == (2, "", 1) and "--force" in again.err
    assert file.read_bytes() == before
    forced = assistant("feedback", "export", "--out", str(file), "--force", "--json", data_dir=data)
    assert json.loads(forced.out)["reactions"] == 2 and file.read_bytes() != before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    "options",
    [("export",), ("export", "--out", "absent/x.csv"), ("export", "--out", ".", "--force"), ("list", "--since", "hier"),
     ("list", "--reaction", "aime"), ("autre",)],
)  # fmt: skip
def test_a_wrong_command_is_refused_in_one_line(
    options: tuple[str, ...], assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = assistant("feedback", *options, data_dir=tmp_path / "data")
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)


def test_an_export_that_cannot_be_audited_is_not_written(
    assistant: Assistant, study: tuple[Path, Path], tmp_path: Path
) -> None:
    react(study[1])
    (study[1] / "people" / "audit.db").write_bytes(b"no database" * 500)
    run = assistant("feedback", "export", "--out", str(tmp_path / "x.csv"), data_dir=study[1])
    assert run.status == 2 and not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@A1", " =1", "\n=1", "＝1", "\u00a0=1", "\ttexte"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert f'"\'{cell}"'.encode() in as_csv([[cell]])


def test_a_cell_that_is_no_formula_is_unchanged() -> None:
    assert as_csv([['dit « oui » ; "non"', ""]]).splitlines()[1].decode() == '"dit « oui » ; ""non""";""'


def test_a_withdrawal_erases_its_quotations_from_the_reactions(
    assistant: Assistant, study: tuple[Path, Path], tmp_path: Path
) -> None:
    _, data = study
    react(data, f"Elle dit « {WORDS} » !")
    react(data, quote=SHORT)
    ask_in_vain(data, f"{WORDS} ?")
    assert "people/feedback.db" in holding(data)
    assert assistant("backup", str(tmp_path / "avant"), data_dir=data).status == 0
    run = assistant("privacy", "withdraw", ONE, data_dir=data)
    assert run.status == 0, run.err
    assert "rien n’en a été retrouvé" in run.out
    assert holding(data) == []
    kept = (data / "people" / "feedback.db").read_bytes()
    assert b"fenugrec" not in kept and b"cela me surprend" in kept
    listed = assistant("feedback", "list", data_dir=data).out
    assert listed.count("en partie retirée de l'étude") == 2 and "mare" not in listed

    assert assistant("index", "--rollback", data_dir=data).status in (0, 2)
    assert holding(data) == []

    assert assistant("restore", str(tmp_path / "avant"), data_dir=tmp_path / "rendu").status == 0
    assert holding(tmp_path / "rendu") == []
    assert b"fenugrec" not in (tmp_path / "rendu" / "people" / "feedback.db").read_bytes()
    assert (tmp_path / "rendu" / "people" / "feedback.db").stat().st_mode & 0o777 == 0o600
    assert "2 réactions" in assistant("feedback", "list", data_dir=tmp_path / "rendu").out


def test_another_index_applies_a_withdrawal_to_its_reactions_too(
    assistant: Assistant, study: tuple[Path, Path], tmp_path: Path
) -> None:
    corpus, data = study
    react(data, f"Elle dit « {WORDS} » !")
    other = shutil.copytree(data, tmp_path / "autre")
    assert assistant("privacy", "withdraw", ONE, data_dir=data).status == 0
    (corpus / ONE).unlink()
    assert "people/feedback.db" in holding(other)
    assert assistant("index", str(corpus), "--yes", data_dir=other).status == 0
    assert holding(other) == []


def test_a_removed_source_has_its_quotations_erased(assistant: Assistant, study: tuple[Path, Path]) -> None:
    corpus, data = study
    react(data)
    (corpus / ONE).unlink()
    for number in range(3):  # a former version is held for a rollback, and can be withdrawn
        (corpus / "documents" / "b.md").write_text(f"# Notes\n\nIl pleut {number} fois.", encoding="utf-8")
        assert assistant("index", str(corpus), "--yes", data_dir=data).status == 0
    assert assistant("privacy", "withdraw", ONE, data_dir=data).status == 2
    assert holding(data) == []


def test_a_damaged_feedback_file_does_not_stop_a_withdrawal_and_is_reported(
    assistant: Assistant, study: tuple[Path, Path]
) -> None:
    _, data = study
    (data / "people").mkdir(exist_ok=True)
    (data / "people" / "feedback.db").write_bytes(b"no database " * 500 + WORDS.encode())
    run = assistant("privacy", "withdraw", ONE, data_dir=data)
    assert run.status == 1 and "du texte est resté dans people/feedback.db" in run.out
    assert run.err.count("\n") == 1 and "ne peuvent pas être tenues" in run.err
    assert holding(data) == ["people/feedback.db"]
