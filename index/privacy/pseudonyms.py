"""The table of pseudonyms: the names that interviews must not show, and their replacements. A researcher keeps it
outside the corpus, readable by its owner only. No name of it is ever indexed."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import stat
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from index.errors import PseudonymsRefused, os_reason
from index.types import Section

FORM = r"[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:[ '’-][^\W\d_]+)* (?:\d+|[A-Z])"
"""The form of a replacement, which is shown in square brackets: a kind and a number or a letter, « Personne 3 »."""
_HEADER = ("nom", "remplacement")
_YES, _NO = ("oui", "o", "x", "1"), ("", "non", "n", "0")
_OPEN = stat.S_IRWXG | stat.S_IRWXO
_BETWEEN = r"[\s'’ʼ\-‐‑]+"  # separates the words of a name
_JOINING = re.compile(_BETWEEN)


@dataclass(frozen=True)
class Pseudonyms:
    """The replacement of each name. Case, accents, and the shape of apostrophes and hyphens do not matter: a transcript
    may be typed in haste, or by a machine."""

    by_name: Mapping[str, str] = field(default_factory=dict)
    in_documents: frozenset[str] = frozenset()
    """The names that are replaced in documents too, whose authors and places are otherwise shown."""

    @classmethod
    def read(cls, path: Path, corpus: Path) -> Pseudonyms:
        """Read the table of a CSV file: a name and its replacement a line, after an optional line of headings; a third
        column is « oui » where documents must not show the name either. Raises `PseudonymsRefused` when others may read
        the file, when it lies in the corpus, or when a line is wrong."""
        try:
            if path.resolve().is_relative_to(corpus.resolve()):
                raise PseudonymsRefused(f"La table des noms « {path} » est dans le corpus.", "Rangez-la ailleurs.")
            if path.stat().st_mode & _OPEN:
                raise PseudonymsRefused(
                    f"La table des noms « {path} » peut être lue par d'autres que vous.",
                    f"Fermez-la : chmod 600 {path}",
                )
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = os_reason(error) if isinstance(error, OSError) else "ce n'est pas de l'UTF-8"
            raise PseudonymsRefused(
                f"La table des noms « {path} » ne peut pas être lue ({reason}).",
                "Corrigez ASSISTANT_PSEUDONYMS, ou enregistrez-la en CSV UTF-8.",
            ) from error
        return cls(*_rows(text, path))

    @cached_property
    def digest(self) -> str:
        """A digest of the table; empty for an empty one."""
        if not self.by_name:
            return ""
        rows = "\n".join(f"{name}\t{other}" for name, other in sorted(self.by_name.items()))
        return hashlib.sha256(rows.encode()).hexdigest()

    @cached_property
    def everywhere(self) -> Pseudonyms:
        """The part of the table that applies to documents too."""
        return Pseudonyms({name: other for name, other in self.by_name.items() if name in self.in_documents})

    def hide(self, text: str) -> str:
        """Return a text with each name replaced, in square brackets; the longest of several that begin at one place."""
        if self._pattern is None or not text:
            return text
        text = unicodedata.normalize("NFC", text)
        shown, end = [], 0
        for found in self._pattern.finditer(_plain(text)):
            shown += [text[end : found.start()], f"[{self._replacements[_key(found[0])]}]"]
            end = found.end()
        return "".join((*shown, text[end:]))

    def hide_in(self, section: Section) -> Section:
        """Return a section without the names: in its text, its headings, its context and the label of its speaker."""
        place = section.place
        hidden_place = replace(
            place,
            heading=tuple(map(self.hide, place.heading)),
            speaker=self.hide(place.speaker) if place.speaker else place.speaker,
        )
        return replace(
            section, text=self.hide(section.text), place=hidden_place, context=tuple(map(self.hide, section.context))
        )

    @cached_property
    def _replacements(self) -> dict[str, str]:
        return {_key(_plain(unicodedata.normalize("NFC", name))): other for name, other in self.by_name.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = sorted(self._replacements, key=len, reverse=True)
        if not names:
            return None
        loose = (_BETWEEN.join(map(_loosely, name.split(" "))) for name in names)
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(loose)})(?![^\W_])")


def _rows(text: str, path: Path) -> tuple[dict[str, str], frozenset[str]]:
    """Return the names and replacements of a table, and the names that apply to documents too. Two names may share a
    replacement; a name has only one. Raises `PseudonymsRefused`."""
    separator = ";" if text.partition("\n")[0].count(";") else ","
    lines = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    found: dict[str, str] = {}
    in_documents = set()
    try:
        for number, row in enumerate(lines, 1):
            cells = [" ".join(cell.split()) for cell in row]
            if not any(cells) or (number == 1 and tuple(map(str.casefold, cells[:2])) == _HEADER):
                continue
            _check(cells, number, path)
            other = cells[1].removeprefix("[").removesuffix("]")
            if found.setdefault(cells[0], other) != other:
                raise _refused(path, number, "le même nom a deux remplacements")
            if cells[2:] and cells[2].casefold() in _YES:
                in_documents.add(cells[0])
    except csv.Error as error:
        raise _refused(path, lines.line_num, "un guillemet n'est pas fermé") from error
    return found, frozenset(in_documents)


def _check(cells: list[str], number: int, path: Path) -> None:
    """Raise `PseudonymsRefused` for a line that is not a name and its replacement."""
    if len(cells) < 2 or not cells[0] or not re.search(r"[^\W\d_]", cells[0]):
        raise _refused(path, number, "il y faut un nom et son remplacement")
    if cells[2:] and cells[2].casefold() not in (*_YES, *_NO):
        raise _refused(path, number, "la troisième colonne, « documents », dit oui ou non")
    if not re.fullmatch(FORM, cells[1].removeprefix("[").removesuffix("]")):
        raise _refused(path, number, "un remplacement est un mot et un numéro, comme « Personne 3 »")


def _refused(path: Path, number: int, reason: str) -> PseudonymsRefused:
    return PseudonymsRefused(
        f"La table des noms « {path} » a une ligne {number} qui ne convient pas ({reason}).",
        "Corrigez-la, puis relancez l'indexation.",
    )


def _plain(text: str) -> str:
    """Return a text of the same length without capitals or accents."""
    return "".join(unicodedata.normalize("NFD", char)[0].lower()[0] for char in text)


def _key(plain: str) -> str:
    return _JOINING.sub(" ", plain).strip().replace("œ", "oe").replace("æ", "ae").replace("\u00ad", "")


def _loosely(word: str) -> str:
    """Return the pattern of a word of a name, with its ligatures joined or apart."""
    return re.escape(word).replace("oe", "(?:oe|œ)").replace("ae", "(?:ae|æ)")
