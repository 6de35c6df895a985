"""Zipped XML formats (docx, odt), opened within limits: a file of a few kilobytes must not fill the memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from index.errors import UnreadableFile
from index.reading.documents.signature import damaged_error, locked_error, wrong_format_error

_MAX_INFLATED = 200_000_000  # bytes, all members decompressed
_MAX_MEMBERS = 10_000
_MAX_RATIO, _RATIO_FROM = 300, 1_000_000  # decompressed over compressed size; checked above so many bytes
_MAX_DEPTH = 200  # nested elements; Python allows 1,000 nested calls
_MAX_ELEMENTS = 3_000_000  # about 1 GB of tree
_ALLOWED_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the methods that both standards allow
_ENCRYPTED = 0x1  # bit of a member's flags


class Archive:
    """The members of a zipped document. Names are keys only: nothing is written to disk."""

    def __init__(self, data: bytes, expected: str, suffix: str) -> None:
        """Open the archive `data`; `expected` is a French name of the format (« un document Word »). Raise
        `UnreadableFile` when `data` is no zip archive, is damaged, is locked, or would decompress beyond the limits."""
        self._suffix = suffix
        if not data.startswith(b"PK\x03\x04"):
            raise wrong_format_error(data, expected, suffix)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except Exception as error:  # zipfile raises a dozen kinds of errors on broken data
            raise damaged_error(suffix) from error
        _check_members(self._zip.infolist(), suffix)

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def read(self, name: str) -> bytes:
        """Return the bytes of a member. Raise `UnreadableFile` when it is missing or damaged."""
        try:
            return self._zip.read(name)  # at most the declared size, which was checked
        except Exception as error:
            raise damaged_error(self._suffix) from error

    def parse_xml(self, name: str, prefixes: Mapping[str, str]) -> Element:
        """Return the tree of a member, tags and attributes named `prefix:name`; `prefixes` maps namespaces to
        prefixes. Raise `UnreadableFile` when the member is missing, broken, declares a DTD (and so entities) or
        nests too deep."""
        # The tree builder refuses a DTD.
        parser = XMLParser(target=_BoundedTreeBuilder(prefixes))  # nosec B314
        try:
            parser.feed(self.read(name))
            tree: Element = parser.close()
        except (ParseError, ValueError, LookupError) as error:
            raise damaged_error(self._suffix) from error
        return tree


def find_nested(element: Element, *names: str) -> Element | None:
    """Return the descendant reached through the first child of each name in turn, `None` where one is missing.
    ElementTree's own paths would read the prefix of a name as a namespace to look up."""
    found: Element | None = element
    for name in names:
        found = None if found is None else found.find(name)
    return found


def _check_members(members: list[zipfile.ZipInfo], suffix: str) -> None:
    """Raise `UnreadableFile` for encrypted members, unknown compression methods and sizes beyond the limits (zip
    bombs)."""
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise locked_error()
    if any(member.compress_type not in _ALLOWED_METHODS for member in members):
        raise damaged_error(suffix)
    suspicious = (
        member.file_size > _RATIO_FROM and member.file_size > _MAX_RATIO * member.compress_size for member in members
    )
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > _MAX_INFLATED or any(suspicious):
        raise _too_large_error(suffix)


def _too_large_error(suffix: str) -> UnreadableFile:
    return UnreadableFile(
        "Ce fichier est démesuré une fois décompressé.",
        f"Retirez-en les images ou coupez-le en plusieurs, puis réenregistrez-le en {suffix}.",
    )


class _BoundedTreeBuilder(TreeBuilder):
    """Builds a tree of bounded size and depth, and refuses a document type before its entities are read."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._prefixes = prefixes
        self._names: dict[str, str] = {}
        self._depth = self._count = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise UnreadableFile(
            "Ce fichier contient une déclaration DTD, refusée par sécurité.",
            "Ouvrez-le dans votre traitement de texte et réenregistrez-le.",
        )

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise UnreadableFile(
                "La structure de ce fichier est démesurée (trop d'éléments, ou trop imbriqués).",
                "Ouvrez-le dans votre traitement de texte, simplifiez-le et réenregistrez-le.",
            )
        return super().start(self._prefixed(tag), {self._prefixed(name): value for name, value in attrs.items()})

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(self._prefixed(tag))

    def _prefixed(self, name: str) -> str:
        prefixed = self._names.get(name)
        if prefixed is None:
            namespace, _, local = name.rpartition("}")
            prefix = self._prefixes.get(namespace[1:], "")
            prefixed = self._names[name] = f"{prefix}:{local}" if prefix else local if not namespace else name
        return prefixed
