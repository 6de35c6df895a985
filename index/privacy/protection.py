"""Protection of a source before any of it is embedded or stored: the names of the table are replaced, then, in an
interview, those that are recognised; withdrawn words are left out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import simplemma

from index.privacy import names
from index.privacy.pseudonyms import Pseudonyms
from index.privacy.withdrawals import WithdrawalList
from index.types import Kind, Section

FOUND = "Nom"
"""The kind in the replacement of a name that the table lacks."""
_SHORTEST_IN_CAPITALS = 4  # letters: « ENQ », « INT » and « LOC » are codes
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Protection:
    """The protection of the sources of a corpus. With `finds`, names that the table lacks are looked for in interviews;
    `harmless` words are no names."""

    table: Pseudonyms = field(default_factory=Pseudonyms)
    finds: bool = False
    harmless: tuple[str, ...] = ()
    withdrawn: WithdrawalList = field(default_factory=WithdrawalList)

    def digest(self, kind: Kind | None) -> str:
        """Return a digest of what would be replaced in a source of this kind (`None`: not known yet); empty for
        nothing."""
        if kind == "document":
            return self.table.everywhere.digest
        if not self.finds:
            return self.table.digest
        return hashlib.sha256("\n".join((self.table.digest, names.identity(), *self.harmless)).encode()).hexdigest()

    def hide(
        self, kind: Kind, title: str, sections: Sequence[Section], is_role: Callable[[str], bool]
    ) -> tuple[str, tuple[Section, ...]]:
        """Return a title and sections without the names: in their text, their headings, their context and the labels of
        their speakers. `is_role` tells whether a word is the role of a speaker, such as « Enquêtée »."""
        table = self.table if kind == "transcript" else self.table.everywhere
        title, shown = table.hide(title), [table.hide_in(section) for section in sections]
        if kind == "document" or not self.finds:
            return title, tuple(shown)
        labels = sorted({section.place.speaker for section in shown if section.place.speaker})
        called = list(_named(labels, is_role))
        texts = list(dict.fromkeys(text for section in shown for text in _texts(section)))
        spans = names.find([title, *texts], called, self.harmless)
        numbers = _numbered(
            [
                *called,
                *(
                    text[start:end]
                    for text, name_spans in zip([title, *texts], spans, strict=True)
                    for start, end in name_spans
                ),
            ],
            self._taken,
        )
        hidden = {
            text: _replaced(text, name_spans, numbers) for text, name_spans in zip([title, *texts], spans, strict=True)
        }
        speakers = {label: _without(label, called, numbers) for label in labels}
        return hidden[title], tuple(_as_shown(section, hidden, speakers) for section in shown)

    @cached_property
    def _taken(self) -> int:
        """The highest number that the table gives to a name of the kind `FOUND`."""
        given = (other.rpartition(" ") for other in self.table.by_name.values())
        return max((int(number) for kind, _, number in given if kind == FOUND and number.isdigit()), default=0)


def _texts(section: Section) -> Iterator[str]:
    yield from (section.text, *section.context, *section.place.heading)


def _as_shown(section: Section, hidden: dict[str, str], speakers: dict[str, str]) -> Section:
    place = section.place
    hidden_place = replace(
        place,
        heading=tuple(hidden[text] for text in place.heading),
        speaker=speakers[place.speaker] if place.speaker else place.speaker,
    )
    return replace(
        section, text=hidden[section.text], place=hidden_place, context=tuple(hidden[text] for text in section.context)
    )


def _named(labels: Iterable[str], is_role: Callable[[str], bool]) -> Iterator[str]:
    """Yield the names in the labels of speakers: words in a row that are neither a role, nor a word of the language,
    nor in brackets."""
    for label in labels:
        words = [
            (found[0], found.start(), found.end())
            for found in _WORD.finditer(re.sub(r"\[[^\]]*\]", lambda held: " " * len(held[0]), label))
        ]
        is_name = [_may_name(word, label, start, end) and not is_role(word) for word, start, end in words]
        start = None
        for number, named in enumerate([*is_name, False]):
            if named and start is None:
                start = number
            elif not named and start is not None:
                yield label[words[start][1] : words[number - 1][2]]
                start = None


def _may_name(word: str, label: str, start: int, end: int) -> bool:
    """Return whether a word of a label may be a name: it is neither a code, nor a word of the language that is no first
    name."""
    if len(word) < 2 or not word[0].isupper():
        return False
    if word.isupper():
        beside = label[max(0, start - 1) : start] + label[end : end + 1]
        if len(word) < _SHORTEST_IN_CAPITALS or any(char.isdigit() for char in beside):
            return False
    return names.is_first_name(word.title()) or not simplemma.is_known(word.lower(), "fr")


def _without(label: str, called: Iterable[str], numbers: dict[str, int]) -> str:
    for name in sorted(called, key=len, reverse=True):
        label = re.sub(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", f"[{FOUND} {numbers[_key(name)]}]", label)
    return label


def _numbered(found: Iterable[str], taken: int) -> dict[str, int]:
    """Return a number for each name, from `taken` upwards, in order of appearance. A name that is part of exactly one
    other name has its number: it is the same person's."""
    keys = list(dict.fromkeys(map(_key, found)))
    parts = {key: frozenset(key.split()) for key in keys}
    wholes = {key: [other for other in keys if parts[key] < parts[other]] for key in keys}
    same = {key: longer[0] if len(longer) == 1 else key for key, longer in wholes.items()}
    order = list(dict.fromkeys(same[key] for key in keys))
    return {key: taken + 1 + order.index(same[key]) for key in keys}


def _key(name: str) -> str:
    return " ".join(word.lower() for word in _WORD.findall(name))


def _replaced(text: str, spans: Sequence[names.Span], numbers: dict[str, int]) -> str:
    shown, end = [], 0
    for span in spans:
        shown += [text[end : span.start], f"[{FOUND} {numbers[_key(text[span.start : span.end])]}]"]
        end = span.end
    return "".join((*shown, text[end:]))
