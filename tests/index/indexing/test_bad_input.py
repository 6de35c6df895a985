"""Bad input is expected input: each bad file gets one French line with its remedy, and hides no other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.indexing.build import build
from index.reading import read as reading
from tests.doubles import fake_workspace
from tests.index.builders import settings, write
from tests.index.reading.documents.builders import zipped

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE Trans [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><Trans><Episode><Section><Turn>&c;</Turn></Section></Episode></Trans>'
)


def deep_document(levels: int) -> bytes:
    body = b"<w:sdt><w:sdtContent>" * levels + b"<w:p/>" + b"</w:sdtContent></w:sdt>" * levels
    return (
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        + body
        + b"</w:body></w:document>"
    )


BAD: dict[str, bytes] = {
    "bombe.docx": zipped({"word/document": b"0" * 400_000_000}),
    "profond.docx": zipped({"word/document.xml": deep_document(100_000)}),
    "tronque.docx": zipped({"word/document.xml": b"<a/>" * 5000})[:300],
    "entites.trs": BOMB.encode(),
    "profond.html": b"<div>" * 200_000,
    "tronque.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
    "un-pdf.docx": b"%PDF-1.7\n",
    "un-docx.pdf": zipped({"word/document.xml": b"<a/>"}),
    "ancien.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
    "bruit.txt": os.urandom(4000) + b"\x00",
    "bruit.json": os.urandom(4000),
    "bruit.TextGrid": b"\x00" * 1000,
    "vide.md": b"",
    "espaces.txt": b" \n\t\n",
    "sans-suffixe": b"x",
    "tete.md": b"---\ntitle: [\n---\nTexte.",
    "deux\nlignes.md": b"Texte.",
    "sens\u202einverse.md": b"Texte.",
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_each_bad_file_gets_one_line_and_the_rest_is_indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 150_000_000)
    root = write(tmp_path / "corpus", {"documents/bon.md": "Les bénévoles sèment.", **BAD})
    with (root / "enorme.txt").open("wb") as huge:
        huge.truncate(200_000_000)
    secret = tmp_path / "secret.md"
    secret.write_text("Ce qui est hors du corpus.", encoding="utf-8")
    (root / "dehors.md").symlink_to(secret)
    (root / "boucle.md").symlink_to(root / "boucle.md")
    (root / "nulle-part.md").symlink_to(root / "absent.md")
    workspace = fake_workspace(settings(tmp_path))
    report = build(root, workspace)
    assert [entry["path"] for entry in report.added] == ["documents/bon.md"]
    failed = {str(entry["path"]): (str(entry["reason"]), str(entry["remedy"])) for entry in report.failed}
    assert set(failed) == {*BAD, "enorme.txt", "dehors.md", "boucle.md", "nulle-part.md"}
    for path, (reason, remedy) in failed.items():
        assert reason and remedy.endswith((".", ")")), path
        assert "\n" not in reason + remedy and len(reason + remedy) < 400, path
    assert "docx" in failed["ancien.doc"][1]
    again = build(root, workspace)
    assert {str(entry["path"]) for entry in again.failed} == set(failed), "failed files are tried again"
    assert report.passages == again.passages == 1
