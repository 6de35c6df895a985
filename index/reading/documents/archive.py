"""Zipped XML formats (docx, odt), opened with care: a file of a few kilobytes must not fill the memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from index.errors import UnreadableFile
from index.reading.documents.signature import damaged, locked, other_format

_LARGEST = 200_000_000  # bytes, all members inflated
_MOST_MEMBERS = 10_000
_RATIO, _RATIO_FROM = 300, 1_000_000  # inflated over packed; only members above so many bytes
_DEEPEST = 200  # elements inside each other; Python allows 1,000 calls
_MOST_ELEMENTS = 3_000_000  # about 1 GB of tree
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what both standards allow
_ENCRYPTED = 0x1  # bit of a member's flags


class Archive:
    """The members of a zipped document. Names are keys only, nothing is ever written to disk."""

    def __init__(self, data: bytes, expected: str, suffix: str) -> None:
        """`expected` is a French name (« un document Word »). Raises `UnreadableFile` when `data` is no zip archive,
        is damaged, locked, or would inflate beyond bounds."""
        self._suffix = suffix
        if not data.startswith(b"PK\x03\x04"):
            raise other_format(data, expected, suffix)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except Exception as error:  # zipfile raises a dozen kinds on broken data
            raise damaged(suffix) from error
        _check(self._zip.infolist(), suffix)

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def read(self, name: str) -> bytes:
        """The bytes of a member. Raises `UnreadableFile` when it is missing or damaged."""
        try:
            return self._zip.read(name)  # never more than the size declared, which was checked
        except Exception as error:
            raise damaged(self._suffix) from error

    def xml(self, name: str, prefixes: Mapping[str, str]) -> Element:
        """The tree of a member, tags and attributes named `prefix:name`; `prefixes` maps namespaces to prefixes.
        Raises `UnreadableFile` when it is missing, broken, declares a DTD (and so entities) or nests too deep."""
        # The builder refuses a DTD.
        parser = XMLParser(target=_Builder(prefixes))  # nosec B314
        try:
            parser.feed(self.read(name))
            tree: Element = parser.close()
        except (ParseError, ValueError, LookupError) as error:
            raise damaged(self._suffix) from error
        return tree


def inner(element: Element, *names: str) -> Element | None:
    """The first child of the first name, of it the first of the second name, and so on. ElementTree's own paths would
    read the prefix of a name as a namespace to look up."""
    found: Element | None = element
    for name in names:
        found = None if found is None else found.find(name)
    return found


def _check(members: list[zipfile.ZipInfo], suffix: str) -> None:
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise locked()
    if any(member.compress_type not in _PLAIN_METHODS for member in members):
        raise damaged(suffix)
    inflated = (
        member.file_size > _RATIO_FROM and member.file_size > _RATIO * member.compress_size for member in members
    )
    if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _LARGEST or any(inflated):
        raise _too_large(suffix)


def _too_large(suffix: str) -> UnreadableFile:
    return UnreadableFile(
        "Ce fichier est démesuré une fois décompressé.",
        f"Retirez-en les images ou coupez-le en plusieurs, puis réenregistrez-le en {suffix}.",
    )


class _Builder(TreeBuilder):
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
        if self._depth > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise UnreadableFile(
                "La structure de ce fichier est démesurée (trop d'éléments, ou trop imbriqués).",
                "Ouvrez-le dans votre traitement de texte, simplifiez-le et réenregistrez-le.",
            )
        return super().start(self._short(tag), {self._short(name): value for name, value in attrs.items()})

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(self._short(tag))

    def _short(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            namespace, _, local = name.rpartition("}")
            prefix = self._prefixes.get(namespace[1:], "")
            known = self._names[name] = f"{prefix}:{local}" if prefix else local if not namespace else name
        return known
