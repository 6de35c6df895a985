"""Finds the themes of reactions and of unanswered questions.

The theme of a reaction is the heading of the passages that its answer cites, or the title of their source when they
have none. An unanswered question cites nothing: its themes are the lexicon terms that it holds. Two names made of the
same words are one theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from assistant.people.reactions import CitedPassage, ReactionEntry, clean
from assistant.understand.lexicon import Lexicon
from index.language import french
from index.types import Passage

_LONGEST = 200  # characters of a name


class Themes:
    """The themes of stored entries. `passages` are the cited passages that are still in the corpus, by source id and
    passage id."""

    def __init__(self, passages: Mapping[tuple[str, str], Passage], lexicon: Lexicon) -> None:
        self.passages = passages
        self._lexicon = lexicon
        self._names: dict[str, str] = {}
        self._by_subject: dict[str, str] = {}
        self.sources: dict[str, set[str]] = {}
        """The ids of the sources that have a theme as a heading, by theme."""
        for passage in sorted(passages.values(), key=lambda passage: (passage.source.path, passage.order)):
            self.sources.setdefault(self._theme_name(passage.subject), set()).add(passage.source.id)

    def passage(self, cited: CitedPassage) -> Passage | None:
        """Return the cited passage; `None` when it is no longer in the corpus."""
        return self.passages.get((cited.source, cited.passage))

    def of(self, entry: ReactionEntry) -> tuple[str, ...]:
        """Return the themes of a reaction, most cited first; none when its cited passages are no longer in the
        corpus."""
        found = Counter(
            self._theme_name(passage.subject) for citation in entry.citations if (passage := self.passage(citation))
        )
        return tuple(name for name, _ in found.most_common())

    def of_question(self, question: str) -> tuple[str, ...]:
        """Return the themes of an unanswered question, in the order in which it names them."""
        return tuple(dict.fromkeys(self._theme_name(term.word) for term in self._lexicon.find(question)))

    def _theme_name(self, subject: str) -> str:
        """Return the name of a theme: the first one found among those made of the same words."""
        if subject not in self._by_subject:
            key = " ".join(french.terms(subject)) or subject
            name = " ".join(clean(subject).split())
            name = f"{name[:1].upper()}{name[1:]}"
            name = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
            self._by_subject[subject] = self._names.setdefault(key, name)
        return self._by_subject[subject]


def ranked(found: Iterable[tuple[str, ...]]) -> list[tuple[str, int]]:
    """Return the number of occurrences of each theme, most frequent first, then by name."""
    counted = Counter(name for names in found for name in names)
    return sorted(counted.items(), key=lambda pair: (-pair[1], french.fold(pair[0])))
