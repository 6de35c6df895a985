"""Reading of `metadonnees.csv`, a spreadsheet that describes sixty interviews. Its content here is invented."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from index.errors import BadMetadata
from index.reading.metadata import Description, Metadata, resolve_metadata
from index.types import Site
from tests.index.builders import write

TABLE = "transcripts/metadonnees.csv"
HEAD = "Fichier;Titre;Date;Genre;Site;Visibilité;Locuteurs;Rôles\n"
LINE = (
    "e1.docx;Entretien avec Colette;12/03/2023;Entretien;Brumeval;Publique;E1=Enquêtrice|C=Colette;Colette=bénévole\n"
)
SITES = Description(sites=(Site("Brumeval"), Site("Sourcelles", ("le Vieux Pont",))))


def resolve(root: Path, path: str = "transcripts/e1.docx", **front_matter: object) -> Metadata:
    return resolve_metadata(root, PurePosixPath(path), front_matter, SITES)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_line_describes_its_file(tmp_path: Path, encoding: str, delimiter: str) -> None:
    root = write(tmp_path, {TABLE: (HEAD + LINE).replace(";", delimiter).encode(encoding)})
    metadata = resolve(root)
    assert (metadata.title, metadata.date, metadata.kind) == ("Entretien avec Colette", "2023-03-12", "transcript")
    assert (metadata.site, metadata.visibility, metadata.kind_is_said) == ("Brumeval", "public", True)
    assert dict(metadata.speakers) == {"E1": "Enquêtrice", "C": "Colette (bénévole)"}


def test_a_file_without_a_line_has_the_metadata_of_its_folder(tmp_path: Path) -> None:
    metadata = resolve(write(tmp_path, {TABLE: HEAD + LINE}), "transcripts/e2.docx")
    assert (metadata.title, metadata.visibility, metadata.kind_is_said) == ("", "team", False)


@pytest.mark.parametrize("name", ["e1.docx", "E1", "e1", "lens/e1.docx"])
def test_a_file_may_be_named_in_several_ways(tmp_path: Path, name: str) -> None:
    root = write(tmp_path, {TABLE: f"fichier,titre\n{name},Le titre\n"})
    path = "transcripts/lens/e1.docx" if "/" in name else "transcripts/e1.docx"
    assert resolve(root, path).title == "Le titre"


def test_the_nearest_table_wins_then_the_sidecar_then_the_front_matter(tmp_path: Path) -> None:
    files = {
        "metadonnees.csv": "fichier,titre,site,date\ne1.docx,De loin,Brumeval,2020\n",
        TABLE: "fichier,titre,site\ne1.docx,De près,Sourcelles\n",
    }
    root = write(tmp_path, files)
    assert (resolve(root).title, resolve(root).site, resolve(root).date) == ("De près", "Sourcelles", "2020")
    write(tmp_path, {"transcripts/e1.docx.meta.toml": 'title = "À côté"'})
    assert (resolve(root).title, resolve(root).site) == ("À côté", "Sourcelles")
    assert resolve(root, title="Dedans").title == "Dedans"


def test_a_table_that_changes_is_read_again(tmp_path: Path) -> None:
    root = write(tmp_path, {TABLE: "fichier,titre\ne1.docx,Avant\n"})
    assert resolve(root).title == "Avant"
    write(tmp_path, {TABLE: "fichier,titre\ne1.docx,Après coup\n"})
    assert resolve(root).title == "Après coup"


@pytest.mark.parametrize("folder", ["sourcelles", "Sourcelles", "le-vieux-pont"])
def test_a_folder_named_after_a_site_gives_the_site(tmp_path: Path, folder: str) -> None:
    assert resolve(tmp_path, f"transcripts/{folder}/e1.docx").site == "Sourcelles"
    assert resolve(tmp_path, "transcripts/ailleurs/e1.docx").site == ""


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"titre,date\nx,2020\n", "fichier"),
        (b"fichier,date\ne1.docx,hier\n", "date"),
        (b"fichier,visibilite\ne1.docx,secret\n", "visibility"),
        (b"\x00\x01\x02", "lisible"),
    ],
)
def test_an_invalid_table_is_refused_on_one_line(tmp_path: Path, content: bytes, word: str) -> None:
    root = write(tmp_path, {TABLE: content})
    with pytest.raises(BadMetadata, match=word) as refused:
        resolve(root)
    assert "\n" not in str(refused.value)
