"""Writes the notices under an answer: what the quotations do not cover, in plain French.

To add a notice: yield its text from `notices`, which receives the analysed question, the ranked candidates and the
quoted units. Notices about a text written by a language model are in `assistant/answer/draft.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answer.select import Candidate
from assistant.understand.coverage import Topic
from assistant.understand.interpretation import expression
from assistant.understand.question import Question, QuestionForm
from index.types import Unit

_LEAST_AT_SITE = 0.6  # of the best share of the topic, from which a passage about a site is on the subject


def notices(question: Question, topic: Topic, ranked: Sequence[Candidate], units: Sequence[Unit]) -> Iterator[str]:
    """Yield a notice for each site of the question that no candidate covers, and one for the names and numbers of the
    question that no quoted unit holds. Other missing words get no notice, since a passage may express them differently:
    of thirty such words shown to readers of the golden questions, twenty-six were in the passage under another form."""
    for site, named in zip(question.sites, question.named, strict=True) if ranked else ():
        best = max(candidate.overall for candidate in ranked)
        is_covered = any(
            site in candidate.at_sites and candidate.overall >= _LEAST_AT_SITE * best > 0 for candidate in ranked
        )
        if not is_covered and topic.words:
            about = expression(question.text, frozenset(topic.words))
            yield (
                f"Aucun passage trouvé ne parle de «\u00a0{about}\u00a0» {named} en particulier\u00a0: "
                "ce qui est cité en parle en général."
            )
    covered = frozenset[str]().union(*(topic.covered_by(unit.passage) for unit in units))
    missing = [word for stem, word in topic.words.items() if stem not in covered and _is_exact(word)]
    if missing and question.form is not QuestionForm.DEFINITION:
        opening = "Les passages cités ne parlent" if len(units) > 1 else "Le passage cité ne parle"
        yield f"{opening} pas de\u00a0: {', '.join(missing)}."


def defined_only(is_used: bool) -> str:
    """Return the notice that only the lexicon answers; `is_used` is True when a passage of the corpus uses the word."""
    ending = "n’est cité" if is_used else "du corpus n’emploie ce mot"
    return f"Aucun passage {ending}\u00a0: seule la définition du lexique est donnée."


def _is_exact(word: str) -> bool:
    """Return True for a word that can be written in one way only: a name, or a number of several digits."""
    return word[0].isupper() or (word.isdigit() and len(word) > 1)
