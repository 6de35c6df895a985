"""`assistant export` as a researcher types it. The association is invented."""

from __future__ import annotations

import json
import os
from getpass import getuser
from pathlib import Path
from shutil import copytree

import pytest

from assistant.cli.file_output import write_file
from assistant.errors import BadRequest
from assistant.export.formats import FORMATS
from assistant.people.audit import Audit, AuditAction, AuditEntry
from index.language.french import fold
from index.store.catalog import Catalog
from index.types import Scope
from tests.assistant.cli.test_argparse_fr import english
from tests.assistant.conftest import Assistant
from tests.assistant.questions import SECRET

ASKED = "zibeline brouille courge plainte"


@pytest.fixture
def data(jardins_data: Path, tmp_path: Path) -> Path:
    """A data folder of its own: an export is written in its trail."""
    return copytree(jardins_data, tmp_path / "data")


def text_of(file: Path) -> str:
    """All the words of an export, those of archives too."""
    import zipfile

    if not zipfile.is_zipfile(file):
        return file.read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(file) as archive:
        return "".join(name + archive.read(name).decode() for name in archive.namelist())


def exports(data: Path) -> list[AuditEntry]:
    return [entry for entry in Audit(data).last(100) if entry.act is AuditAction.EXPORTED]


@pytest.mark.parametrize("name", FORMATS)
def test_a_public_export_holds_nothing_reserved_and_is_not_audited(
    assistant: Assistant, data: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / f"jardins.{name}"
    run = assistant("export", "courge plainte brouille", "--format", name, "--out", str(out), data_dir=data)
    assert (run.status, run.err) == (0, "")
    assert run.out.startswith(f"{out} écrit\u00a0: ") and "équipe" not in run.out
    assert SECRET not in fold(text_of(out))
    assert "réservé" not in text_of(out)
    assert exports(data) == []
    assert out.stat().st_mode & 0o777 == 0o666 & ~umask()


@pytest.mark.parametrize("name", FORMATS)
def test_a_team_export_is_private_and_its_sources_are_audited(
    assistant: Assistant, data: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / f"jardins.{name}"
    run = assistant("export", ASKED, "--format", name, "--out", str(out), "--as", "team", data_dir=data)
    assert (run.status, run.err) == (0, "")
    assert "gardez-le comme les entretiens" in run.out
    assert SECRET in fold(text_of(out))
    assert out.stat().st_mode & 0o777 == 0o600
    (entry,) = exports(data)
    catalog = Catalog.open(data)
    reserved = {source.id for source in catalog.sources(Scope.TEAM) if source.visibility == "team"}
    catalog.close()
    assert entry.who == getuser()
    assert set(entry.sources) == reserved
    output = assistant("audit", data_dir=data).out
    assert f"{getuser()} a exporté\u00a0: " in output and "documents/budget-interne.md" in output


def test_what_cannot_be_recorded_is_not_written(assistant: Assistant, data: Path, tmp_path: Path) -> None:
    (data / "people").mkdir(exist_ok=True)
    (data / "people" / "audit.db").write_bytes(b"this is no database, and too long to be an empty one" * 50)
    out = tmp_path / "jardins.md"
    run = assistant("export", ASKED, "--format", "md", "--out", str(out), "--as", "team", data_dir=data)
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert "journal d'accès" in run.err
    assert sorted(tmp_path.iterdir()) == [data]
    assert assistant("export", ASKED, "--format", "md", "--out", str(out), data_dir=data).status == 0


def test_an_existing_file_is_replaced_only_with_force(assistant: Assistant, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "jardins.md"
    out.write_text("à moi")
    options = ("export", "jardin", "--format", "md", "--out", str(out), "--as", "team")
    run = assistant(*options, data_dir=data)
    assert (run.status, run.out) == (2, "")
    assert run.err == f"Le fichier « {out} » existe déjà. Donnez un autre nom, ou --force pour le remplacer.\n"
    assert out.read_text() == "à moi"
    assert exports(data) == []
    assert assistant(*options, "--force", data_dir=data).status == 0
    assert out.read_text().startswith("# Passages sur «\u00a0jardin\u00a0»\n")
    assert out.stat().st_mode & 0o777 == 0o600
    assert sorted(tmp_path.iterdir()) == [data, out]


@pytest.mark.parametrize("where", ["absent/jardins.md", ".", "data/catalog.db/jardins.md"])
def test_a_file_that_cannot_be_written_is_refused_in_one_french_line(
    assistant: Assistant, data: Path, tmp_path: Path, where: str
) -> None:
    out = tmp_path / where
    run = assistant("export", "jardin", "--format", "md", "--out", str(out), "--force", data_dir=data)
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert str(out) in run.err and "n'a pas pu être écrit" in run.err
    assert not english(run.err)
    assert sorted(tmp_path.iterdir()) == [data]


def test_a_write_that_fails_leaves_the_former_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "jardins.md"
    write_file(out, b"avant", private=False)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("assistant.cli.file_output.os.fsync", full)
    with pytest.raises(BadRequest, match="le disque est plein"):
        write_file(out, "après".encode(), private=True, force=True)
    assert out.read_bytes() == b"avant"
    assert list(tmp_path.iterdir()) == [out]


def test_a_file_created_meanwhile_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "jardins.md"
    out.symlink_to("nowhere")
    with pytest.raises(BadRequest, match="existe déjà"):
        write_file(out, b"x", private=False)
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("name", ["", ".", "/"])
def test_a_folder_is_refused_as_a_file(name: str) -> None:
    with pytest.raises(BadRequest, match="c'est un dossier"):
        write_file(Path(name), b"x", private=False, force=True)


def test_nothing_found_writes_nothing(assistant: Assistant, data: Path, tmp_path: Path) -> None:
    options = ("export", "jardin", "--format", "ris", "--out", str(tmp_path / "x.ris"), "--site", "Nulle-Part")
    run = assistant(*options, "--as", "team", data_dir=data)
    assert (run.status, run.out) == (0, "Aucun passage trouvé\u00a0: rien n'a été écrit.\n")
    output = json.loads(assistant(*options, "--json", data_dir=data).out)
    assert output == {"file": None, "format": "ris", "passages": 0}
    assert sorted(tmp_path.iterdir()) == [data]
    assert exports(data) == []


def test_site_kind_and_limit_filter_as_in_a_search(assistant: Assistant, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "jardins.csv"
    chosen = ("jardin", "--site", "Sourcelles", "--kind", "transcript", "--limit", "2", "--as", "team", "--json")
    output = json.loads(assistant("export", *chosen, "--format", "csv", "--out", str(out), data_dir=data).out)
    assert output == {"file": str(out), "format": "csv", "passages": 2}
    hits = json.loads(assistant("search", *chosen, data_dir=data).out)["hits"]
    rows = out.read_text(encoding="utf-8-sig").splitlines()
    assert [hit["passage"] in row for hit, row in zip(hits, rows[1:], strict=True)] == [True, True]


@pytest.mark.parametrize("missing", ["--format", "--out"])
def test_format_and_file_are_required(assistant: Assistant, missing: str) -> None:
    given = {"--format": "md", "--out": "x.md"}
    given.pop(missing)
    run = assistant("export", "jardin", *(word for pair in given.items() for word in pair))
    assert (run.status, run.out) == (2, "")
    assert missing in run.err and not english(run.err)


def umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
