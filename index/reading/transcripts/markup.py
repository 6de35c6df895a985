"""XML parsing of untrusted files: no entity is expanded, no external resource is fetched, depth is bounded."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import defusedxml.ElementTree  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

from index.errors import UnreadableFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_DEPTH = 100
_DECLARED_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def parse_xml(data: bytes, root: str, form: str) -> Element:
    """Return the tree of an XML file, elements named without namespaces. Raise `UnreadableFile` when it is not well
    formed, declares entities, nests too deep, or its root is not `root`; `form` is the French name of the format in
    messages."""
    parser = defusedxml.ElementTree.XMLParser(encoding=_actual_encoding(data))
    depth = 0
    try:
        for event, element in defusedxml.ElementTree.iterparse(BytesIO(data.lstrip()), ("start", "end"), parser):
            if event == "end":
                depth -= 1
                element.tag = _local_name(element.tag)
                continue
            depth += 1
            if depth == 1:
                top: Element = element
                _check_root(_local_name(element.tag), root, form)
            if depth > _MAX_DEPTH:
                raise UnreadableFile("Ce fichier XML imbrique trop d'éléments.", f"Exportez-le à nouveau en {form}.")
    except defusedxml.ElementTree.ParseError as error:
        line, column = getattr(error, "position", (0, 0))
        raise UnreadableFile(
            f"Ce fichier XML est tronqué ou mal formé (ligne {line}, colonne {column + 1}).",
            f"Ouvrez-le dans son logiciel et exportez-le à nouveau en {form}.",
        ) from error
    except DefusedXmlException as error:
        raise UnreadableFile(
            "Ce fichier XML définit des entités, ce qui est refusé par sécurité.", f"Exportez-le à nouveau en {form}."
        ) from error
    except (LookupError, ValueError) as error:
        raise UnreadableFile(
            "L'encodage que déclare ce fichier XML n'est pas connu.", "Réenregistrez-le en UTF-8."
        ) from error
    return top


def iter_text(element: Element, dropped: frozenset[str]) -> Iterator[str]:
    """Yield the pieces of text below an element, in order, without those of the elements named in `dropped` (the
    text after them is kept). The tail of `element` is not included."""
    if element.text:
        yield element.text
    for child in element:
        if child.tag not in dropped:
            yield from iter_text(child, dropped)
        if child.tail:
            yield child.tail


def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _check_root(found: str, root: str, form: str) -> None:
    if found != root:
        raise UnreadableFile(
            f"Ce fichier n'est pas une transcription {form} (élément « {found[:40]} » au lieu de « {root} »).",
            "Vérifiez son suffixe, ou exportez-le à nouveau.",
        )


def _actual_encoding(data: bytes) -> str | None:
    """Return `utf-8` for a file that declares an older encoding but is valid UTF-8, since it was saved again; else
    `None`, to use the declared encoding."""
    declared = _DECLARED_ENCODING.match(data.lstrip()[:200])
    if data.startswith(codecs.BOM_UTF8) or declared is None or data.isascii():
        return None
    if declared[1].lower().startswith((b"iso-8859", b"windows-125", b"latin")):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return None
        return "utf-8"
    return None
