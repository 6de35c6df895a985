"""Zipped documents: archives that are refused before decompression. All texts are invented."""

from __future__ import annotations

import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.reading.documents.archive import Archive, find_nested
from index.reading.documents.signature import detect_format
from tests.index.reading.documents.builders import refusal, zipped


def open_archive(data: bytes) -> Archive:
    return Archive(data, "un document Word", ".docx")


def refusal_message(data: bytes, member: str = "a.xml") -> str:
    """Return the message of the refusal of an archive, or of one of its members."""
    return str(refusal(lambda data: open_archive(data).parse_xml(member, {}), data))


def test_members_are_read_and_named_by_prefix() -> None:
    archive = open_archive(zipped({"a.xml": b'<x:a xmlns:x="urn:jardin" x:b="1" c="2"><x:d/></x:a>'}))
    assert "a.xml" in archive
    assert "b.xml" not in archive
    tree = archive.parse_xml("a.xml", {"urn:jardin": "j"})
    assert (tree.tag, tree.attrib) == ("j:a", {"j:b": "1", "c": "2"})
    assert find_nested(tree, "j:d") is tree[0]
    assert find_nested(tree, "j:d", "j:e") is None


def test_paths_of_members_are_only_keys() -> None:
    assert open_archive(zipped({"../../etc/passwd": b"x"})).read("../../etc/passwd") == b"x"


@pytest.mark.parametrize("size", [50_000_000, 201_000_000])
def test_a_zip_bomb_is_not_decompressed(size: int) -> None:
    assert "démesuré" in refusal_message(zipped({"a.xml": b" " * size}))


def test_many_small_zip_bombs_are_refused() -> None:
    text = bytes(range(256)) * 40 + b" " * 900_000  # below the ratio's floor
    assert "démesuré" in refusal_message(zipped({f"{number}.xml": text for number in range(230)}))


def test_too_many_members_are_refused() -> None:
    assert "démesuré" in refusal_message(zipped({str(number): b"" for number in range(10_001)}))


def test_a_false_declared_size_is_detected() -> None:
    data = bytearray(zipped({"a.xml": b"<a>" + b" " * 5000 + b"</a>"}))
    for header, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(header) + place
        data[start : start + 4] = struct.pack("<I", 10)
    assert "abîmé" in refusal_message(bytes(data))


def test_other_compression_methods_are_refused() -> None:
    assert "abîmé" in refusal_message(zipped({"a.xml": b"<a/>"}, zipfile.ZIP_LZMA))


def test_encrypted_members_are_reported_as_locked() -> None:
    data = bytearray(zipped({"a.xml": b"<a/>"}))
    for header, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + place] |= 1
    assert "mot de passe" in refusal_message(bytes(data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE a [<!ENTITY e "eau"><!ENTITY f "&e;&e;&e;">]>',
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://localhost/a.dtd">',
        "<!DOCTYPE a>",
    ],
)
def test_document_types_are_refused(dtd: str, encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?>{dtd}<a>&e;</a>'.encode(encoding)
    assert "DTD" in refusal_message(zipped({"a.xml": data}))


def test_deep_nesting_is_bounded() -> None:
    assert "imbriqués" in refusal_message(zipped({"a.xml": b"<a>" * 100_000}))
    assert open_archive(zipped({"a.xml": b"<a>" * 199 + b"</a>" * 199})).parse_xml("a.xml", {}).tag == "a"


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.reading.documents.archive._MAX_ELEMENTS", 10)
    assert "trop d'éléments" in refusal_message(zipped({"a.xml": b"<a>" + b"<b/>" * 10 + b"</a>"}))


@pytest.mark.parametrize("xml", [b"", b"<a>", b"<a></b>", b"\xff", b'<?xml version="1.0" encoding="klingon"?><a/>'])
def test_broken_xml_is_reported_as_damage(xml: bytes) -> None:
    assert "abîmé" in refusal_message(zipped({"a.xml": xml}))


def test_a_missing_member_is_reported_as_damage() -> None:
    assert "abîmé" in refusal_message(zipped({"b.xml": b"<a/>"}))


@pytest.mark.parametrize("data", [b"", b"\x00\x00", b" \n"])
def test_an_empty_file_is_reported_as_empty(data: bytes) -> None:
    assert "vide" in refusal_message(data)


def test_an_encrypted_office_file_is_locked() -> None:
    assert "mot de passe" in refusal_message(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    )


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n", "un PDF"),
        (b"{\\rtf1 x}", "un document RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "un document Office d'avant 2007 (.doc)"),
        (b"\x89PNG\r\n\x1a\n", "une image PNG"),
        (b"\x00\x00\x00\x20ftypM4A ", "une vidéo ou un enregistrement sonore"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>a", "une page web"),
        (b"<?xml version='1.0'?><a/>", "un fichier XML"),
        ("Les bénévoles sèment.".encode(), "un texte brut"),
        ("é".encode() * 3000, "un texte brut"),
        (b"x" + "é".encode() * 3000, "un texte brut"),
        (b"\x01\x02\x00\xff", ""),
        (b"\xff\xfeabc\xe9", ""),
        (zipped({"word/document.xml": b""}), "un document Word (.docx)"),
        (zipped({"xl/workbook.xml": b""}), "un classeur Excel (.xlsx)"),
        (zipped({"ppt/presentation.xml": b""}), "une présentation PowerPoint (.pptx)"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "un document LibreOffice (.odt)"),
        (zipped({"mimetype": b"application/epub+zip"}), "un livre EPUB"),
        (zipped({"photos/a.jpg": b""}), "une archive zip"),
        (b"PK\x03\x04", "une archive zip abîmée"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_formats_are_detected_by_their_first_bytes(data: bytes, name: str) -> None:
    assert detect_format(data) == name


@given(st.binary(max_size=300), st.integers(0, 200))
def test_any_bytes_open_or_are_refused(noise: bytes, cut: int) -> None:
    good = zipped({"a.xml": b"<a/>"})
    for data in (noise, b"PK\x03\x04" + noise, good[:cut] + noise + good[cut:]):
        try:
            open_archive(data).parse_xml("a.xml", {})
        except UnreadableFile as error:
            assert error.reason and error.remedy
