"""What the quotations leave open, said in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answer.select import Candidate
from assistant.understand.coverage import Topic
from assistant.understand.interpretation import expression
from assistant.understand.question import Question, QuestionForm
from index.types import Unit

_THERE = 0.6  # of the best share of the topic, from which what is said at a site is on the subject


def notices(asked: Question, topic: Topic, ranked: Sequence[Candidate], units: Sequence[Unit]) -> Iterator[str]:
    """The sites asked about that no candidate speaks of, and the names and numbers asked about that no unit quoted
    holds. A passage may say any other word in words of its own: of thirty such words named to readers of the golden
    questions, twenty-six were in the passage under another form."""
    for site, named in zip(asked.sites, asked.named, strict=True) if ranked else ():
        best = max(candidate.overall for candidate in ranked)
        there = any(site in candidate.at_sites and candidate.overall >= _THERE * best > 0 for candidate in ranked)
        if not there and topic.words:
            about = expression(asked.text, frozenset(topic.words))
            yield (
                f"Aucun passage trouvé ne parle de «\u00a0{about}\u00a0» {named} en particulier\u00a0: "
                "ce qui est cité en parle en général."
            )
    spoken = frozenset[str]().union(*(topic.covered_by(unit.passage) for unit in units))
    missing = [word for stem, word in topic.words.items() if stem not in spoken and _is_exact(word)]
    if missing and asked.asked is not QuestionForm.DEFINITION:
        none = "Les passages cités ne parlent" if len(units) > 1 else "Le passage cité ne parle"
        yield f"{none} pas de\u00a0: {', '.join(missing)}."


def defined_only(said: bool) -> str:
    """That only the lexicon answers; `said` tells whether some passage uses the word at all."""
    what = "n’est cité" if said else "du corpus n’emploie ce mot"
    return f"Aucun passage {what}\u00a0: seule la définition du lexique est donnée."


def _is_exact(word: str) -> bool:
    """Whether a word can be said in one way only: a name, or a number of several figures."""
    return word[0].isupper() or (word.isdigit() and len(word) > 1)
