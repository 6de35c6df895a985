"""Decoding of bytes to clean text, and parsing of the front matter at the head of a text."""

from __future__ import annotations

import codecs
import re
import tomllib
from typing import Any

import yaml

from index.errors import BadMetadata, UnreadableFile

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FENCES = {"---": "YAML", "+++": "TOML"}
_SPACES = re.compile(r"[ \t\f\v]+")
# Control characters, and marks that change the direction of text or hide it.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]"
)


def decode(data: bytes) -> str:
    """Return the text of a file in any encoding, with `\\n` line ends. Raise `UnreadableFile` for binary data."""
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "")
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        text = "" if encoding else _decode_by_guess(data)
        if not text:
            raise UnreadableFile(
                "Ce fichier n'est pas un texte lisible.", "Réenregistrez-le en texte brut, encodage UTF-8."
            ) from None
    if text.count("\x00") > 0:
        raise UnreadableFile("Ce fichier contient des données binaires.", "Réenregistrez-le en texte brut, UTF-8.")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")


def _decode_by_guess(data: bytes) -> str:
    """Return the text in the most probable encoding, empty when none fits."""
    import charset_normalizer

    best = charset_normalizer.from_bytes(data, cp_isolation=["cp1252", "latin_1", "mac_roman", "cp850"]).best()
    return "" if best is None else str(best)


def tidy(text: str) -> str:
    """Return `text` without invisible characters and with single spaces. Line breaks and non-breaking spaces are
    kept."""
    lines = (_SPACES.sub(" ", _INVISIBLE.sub("", line)).strip() for line in text.split("\n"))
    return "\n".join(lines).strip()


def split_front_matter(text: str) -> tuple[dict[str, Any], str, int]:
    """Return the metadata at the head of a text (YAML between `---`, TOML between `+++`), its body, and the number
    of the body's first line. Raise `BadMetadata` when the block is there but cannot be parsed."""
    lines = text.split("\n")
    language = _FENCES.get(lines[0].rstrip())
    if language is None:
        return {}, text, 1
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == lines[0].rstrip()), None)
    if end is None:
        return {}, text, 1
    head = "\n".join(lines[1:end])
    try:
        values = tomllib.loads(head) if language == "TOML" else yaml.safe_load(head)
    except Exception as error:  # PyYAML does not wrap the errors of its constructors: `!!bool x` raises KeyError
        raise BadMetadata(
            f"L'en-tête {language} du fichier n'est pas valide.",
            f"Corrigez les lignes 1 à {end + 1}, entre les deux « {lines[0].rstrip()} ».",
        ) from error
    if not isinstance(values, dict):  # a text between two horizontal rules: not metadata
        return {}, text, 1
    return values, "\n".join(lines[end + 1 :]), end + 2
