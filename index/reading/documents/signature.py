"""Detection of file formats by their first bytes, and the errors for files of another format."""

from __future__ import annotations

import io
import zipfile

from index.errors import UnreadableFile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound files: Office before 2007, and encrypted Office files since
_SIGNATURES = (
    (b"%PDF-", "un PDF"),
    (b"{\\rtf", "un document RTF"),
    (b"\x89PNG", "une image PNG"),
    (b"\xff\xd8\xff", "une image JPEG"),
    (b"GIF8", "une image GIF"),
    (b"II*\x00", "une image TIFF"),
    (b"MM\x00*", "une image TIFF"),
    (b"ID3", "un enregistrement sonore MP3"),
    (b"RIFF", "un enregistrement sonore ou une vidéo"),
    (b"OggS", "un enregistrement sonore"),
    (b"fLaC", "un enregistrement sonore"),
    (b"\x1f\x8b", "une archive gzip"),
    (b"7z\xbc\xaf", "une archive 7z"),
    (b"Rar!", "une archive RAR"),
    (b"MIME-Version:", "une page web archivée (.mht)"),
)
_ZIP_MEMBERS = (
    ("word/", "un document Word (.docx)"),
    ("xl/", "un classeur Excel (.xlsx)"),
    ("ppt/", "une présentation PowerPoint (.pptx)"),
    ("Index/Document.iwa", "un document Pages"),
)
_MEDIA_TYPES = {
    b"application/vnd.oasis.opendocument.text": "un document LibreOffice (.odt)",
    b"application/vnd.oasis.opendocument.spreadsheet": "un classeur LibreOffice (.ods)",
    b"application/vnd.oasis.opendocument.presentation": "une présentation LibreOffice (.odp)",
    b"application/epub+zip": "un livre EPUB",
}


def detect_format(data: bytes) -> str:
    """Return a French name for the format of `data` (« un PDF »), empty when no signature matches."""
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:512]
    if data.startswith(_OLE):
        return "un document Office d'avant 2007 (.doc)"
    if data.startswith(b"PK\x03\x04"):
        return _detect_zip_format(data)
    if data[4:8] == b"ftyp":
        return "une vidéo ou un enregistrement sonore"
    for start, name in _SIGNATURES:
        if head.startswith(start):
            return name
    lower = head.lower()
    if lower.startswith((b"<!doctype html", b"<html")) or b"<html" in lower:
        return "une page web"
    if lower.startswith(b"<?xml"):
        return "un fichier XML"
    return "" if b"\x00" in head or not head else _detect_text(data[:4096])


def wrong_format_error(data: bytes, expected: str, suffix: str) -> UnreadableFile:
    """Return the error for `data` that is not `expected` (« un document Word »), with the format that it looks like."""
    if not data.strip(b"\x00 \t\r\n"):
        return UnreadableFile("Ce fichier est vide.", "Retirez-le du corpus ou remplacez-le par une copie complète.")
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        return locked_error()
    detected = detect_format(data)
    resemblance = f" : il ressemble à {detected}" if detected else ""
    return UnreadableFile(
        f"Ce fichier n'est pas {expected} ({suffix}){resemblance}.",
        f"Donnez-lui le suffixe de son vrai format, ou réenregistrez-le en {suffix}.",
    )


def damaged_error(suffix: str) -> UnreadableFile:
    """Return the error for a truncated or broken file."""
    return UnreadableFile(
        "Ce fichier est tronqué ou abîmé.", f"Copiez-le de nouveau, ou ouvrez-le et réenregistrez-le en {suffix}."
    )


def locked_error() -> UnreadableFile:
    """Return the error for a file protected by a password."""
    return UnreadableFile(
        "Ce fichier est protégé par un mot de passe.", "Enregistrez-en une copie sans mot de passe, puis indexez-la."
    )


def _detect_zip_format(data: bytes) -> str:
    """Return a French name for the format of a zip archive, by its media type or its members."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            media_type = archive.open("mimetype").read(100).strip() if "mimetype" in names else b""
    except Exception:  # a broken archive is still an archive
        return "une archive zip abîmée"
    if media_type in _MEDIA_TYPES:
        return _MEDIA_TYPES[media_type]
    return next(
        (found for start, found in _ZIP_MEMBERS if any(name.startswith(start) for name in names)), "une archive zip"
    )


def _detect_text(head: bytes) -> str:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return "un texte brut" if error.start > len(head) - 4 else ""
    return "un texte brut"
