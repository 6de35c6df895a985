"""What reactions, and questions asked in vain, are about.

The theme of a reaction is the heading under which the passages that its answer cites stand, or the title of their
source where there is none. A question without an answer cites nothing: its themes are the words of the lexicon that it
holds. Two names of the same words are one theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from assistant.people.reactions import CitedPassage, ReactionEntry, clean
from assistant.understand.lexicon import Lexicon
from index.language import french
from index.types import Passage

_LONGEST = 200  # characters of a name


class Themes:
    """The themes of what was kept. `passages` are those cited that are still in the corpus, by the ids of their source
    and of their own."""

    def __init__(self, passages: Mapping[tuple[str, str], Passage], lexicon: Lexicon) -> None:
        self.passages = passages
        self._lexicon = lexicon
        self._names: dict[str, str] = {}
        self._by_subject: dict[str, str] = {}
        self.sources: dict[str, set[str]] = {}
        """The ids of the sources whose headings a theme is."""
        for passage in sorted(passages.values(), key=lambda one: (one.source.path, one.order)):
            self.sources.setdefault(self._named(passage.subject), set()).add(passage.source.id)

    def passage(self, cited: CitedPassage) -> Passage | None:
        """What is cited, if it is still in the corpus."""
        return self.passages.get((cited.source, cited.passage))

    def of(self, entry: ReactionEntry) -> tuple[str, ...]:
        """The themes of a reaction, the one most cited first; none when nothing of what it cites is left."""
        found = Counter(self._named(passage.subject) for one in entry.citations if (passage := self.passage(one)))
        return tuple(name for name, _ in found.most_common())

    def of_question(self, question: str) -> tuple[str, ...]:
        """The themes of a question without an answer, in the order in which it names them."""
        return tuple(dict.fromkeys(self._named(term.word) for term in self._lexicon.find(question)))

    def _named(self, subject: str) -> str:
        """The name of a theme: the first that was met of those made of the same words."""
        if subject not in self._by_subject:
            key = " ".join(french.terms(subject)) or subject
            name = " ".join(clean(subject).split())
            name = f"{name[:1].upper()}{name[1:]}"
            name = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
            self._by_subject[subject] = self._names.setdefault(key, name)
        return self._by_subject[subject]


def ranked(found: Iterable[tuple[str, ...]]) -> list[tuple[str, int]]:
    """How many times each theme was met, the most first, then by name."""
    counted = Counter(name for names in found for name in names)
    return sorted(counted.items(), key=lambda pair: (-pair[1], french.fold(pair[0])))
