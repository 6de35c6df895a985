"""Names made safe, metadata guessed and written: small pure parts."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.corpus.folder import safe_name
from assistant.corpus.guessed_metadata import guess_date, guess_site, guess_title, says_interview
from assistant.corpus.sidecar import SidecarMetadata, text_of
from index.reading.text import tidy
from index.types import Site

SITES = (Site("Brumeval", ("le Jardin des Lavoirs", "JL")), Site("Sourcelles"))
TODAY = datetime.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Entretien 3.docx", "Entretien 3.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\note.txt", "note.txt"),
        ("<img src=x onerror=alert(1)>.md", "_img src=x onerror=alert(1)_.md"),
        ("a\x00b\nc\u202e.txt", "a_b_c.txt"),
        (".caché.md", "caché.md"),
        ("e\u0301te\u0301.TXT", "été.TXT"),
        ("...", "fichier"),
        ("", "fichier"),
        (".md", "md"),
        ("é" * 300 + ".pdf", "é" * 58 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@given(st.text(max_size=300))
def test_any_given_name_becomes_the_name_of_a_file_in_its_folder(text: str) -> None:
    name = safe_name(text)
    assert name and len(name.encode()) <= 130 and name == tidy(name) and not name.startswith(".")
    assert PurePosixPath("x", name).name == name and not set(name) & set('<>:"|?*\\/\x00\n')


@pytest.mark.parametrize(
    ("name", "text", "date"),
    [
        ("entretien-2022-03-14", "", "2022-03-14"),
        ("entretien 14.03.2022", "", "2022-03-14"),
        ("20220314_brumeval", "", "2022-03-14"),
        ("notes mars 2022", "", "2022-03"),
        ("entretien", "Entretien du 1er août 2021, au jardin", "2021-08-01"),
        ("entretien", "fait le 03/02/2020.", "2020-02-03"),
        ("rapport-2019", "rien", "2019"),
        ("entretien", "en 2019, on plantait", ""),
        ("12345678", "le 99/99/2020, le 1 mars 3020", ""),
        ("2022-13-45", "", "2022"),
    ],
)
def test_a_date_is_guessed_from_the_name_then_from_the_head(name: str, text: str, date: str) -> None:
    assert guess_date(name, text, TODAY) == date


@pytest.mark.parametrize(
    ("name", "texts", "site"),
    [
        ("entretien-sourcelles-2", ["À Brumeval, à Brumeval."], "Sourcelles"),
        ("entretien", ["À Brumeval.", "Puis le Jardin des Lavoirs.", "À Sourcelles."], "Brumeval"),
        ("brumeval et sourcelles", [], ""),
        ("entretien", ["À Brumeval.", "À Sourcelles."], ""),
        ("entretien", [], ""),
    ],
)
def test_a_site_is_guessed_from_the_name_then_from_most_of_the_text(name: str, texts: list[str], site: str) -> None:
    assert guess_site(name, texts, SITES) == site


@given(st.text(max_size=80), st.text(max_size=20))
def test_a_sidecar_holds_the_confirmed_metadata_and_keeps_the_speakers(title: str, label: str) -> None:
    described = SidecarMetadata(title, "transcript", "", "2022", "team", "original")
    before = {"title": "Ancien", "speakers": {label: "Marie"}, "original": "Le rapport", "nombre": 3}
    metadata = tomllib.loads(text_of(described, before))
    assert metadata.pop("speakers") == {tidy(label): "Marie"} and metadata.pop("original") == "Le rapport"
    assert metadata == {"title": tidy(title), "kind": "transcript", "site": "", "date": "2022", "visibility": "team",
                    "nature": "original"}  # fmt: skip


def test_wrong_metadata_is_reported_field_by_field() -> None:
    troubles = SidecarMetadata("", "livre", "Ailleurs", "demain", "tous", "copie").problems(frozenset({"Brumeval"}))
    assert set(troubles) == {"title", "kind", "site", "date", "visibility", "nature"}
    assert set(SidecarMetadata("t" * 201, "document", "", "", "team", "original").problems(frozenset())) == {"title"}
    assert (
        SidecarMetadata("t", "document", "Brumeval", "2020-01", "public", "original").problems(frozenset({"Brumeval"}))
        == {}
    )


@pytest.mark.parametrize("name", ["Entretien 3", "2024-05-02_INTERVIEW_bénévole", "retranscription-mars"])
def test_a_name_may_say_that_a_file_is_an_interview(name: str) -> None:
    assert says_interview(name)
    assert not says_interview("rapport annuel 2024")


@pytest.mark.parametrize(
    "name, title",
    [
        ("2024-05-02_entretien_bénévole", "entretien bénévole"),
        ("Entretien 3", "Entretien 3"),
        ("2024-05-02", "2024-05-02"),
    ],
)
def test_a_title_is_guessed_from_a_name_without_its_date(name: str, title: str) -> None:
    assert guess_title(name) == title
