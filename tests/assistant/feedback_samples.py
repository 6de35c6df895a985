"""Sample reactions to the invented corpus and unanswered questions, for the tests of the team's pages."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.people.feedback import Feedback
from assistant.people.reactions import Reaction
from assistant.types import Answer, Badge, Citation
from index.store.catalog import Catalog
from index.types import Passage, Scope, Unit

SCRIPT = "<script>document.title = 'pris'</script>"
DAY = datetime.date(2026, 3, 4)


def at(day: datetime.date) -> Callable[[], float]:
    """Return a clock stopped at noon of a day."""
    return lambda: datetime.datetime.combine(day, datetime.time(12)).timestamp()


def answer(question: str, cited: Sequence[Passage] = (), text: str = "Voici ce que dit le corpus [1].") -> Answer:
    """Return an answer that quotes these passages whole; a refusal without passages."""
    units = [Unit(passage, 0, len(passage.text)) for passage in cited]
    citations = tuple(Citation(n, unit.text, unit, (Badge.VERBATIM,)) for n, unit in enumerate(units, 1))
    return Answer(question, question, text if cited else "", citations, (), (), not cited, "extractive", 0.0)


def under(data_dir: Path, heading: str) -> list[Passage]:
    """Return the passages of an index under a heading."""
    catalog = Catalog.open(data_dir)
    found = [
        passage
        for source in catalog.sources(Scope.TEAM)
        for passage in catalog.source_passages(source.id, Scope.TEAM)
        if passage.subject == heading and passage.kind != "heading"
    ]
    catalog.close()
    return found


def react(
    data_dir: Path,
    reaction: Reaction,
    question: str,
    cited: Sequence[Passage] = (),
    comment: str = "",
    day: datetime.date = DAY,
    scope: Scope = Scope.PUBLIC,
) -> None:
    """Store a reaction on a day."""
    Feedback(data_dir, at(day)).keep(reaction, answer(question, cited), scope, comment)


def ask_in_vain(data_dir: Path, question: str, times: int = 1, day: datetime.date = DAY) -> None:
    """Store an unanswered question, asked `times` times on a day."""
    for _ in range(times):
        Feedback(data_dir, at(day)).keep_unanswered(answer(question), Scope.PUBLIC)


def fill(data_dir: Path) -> None:
    """Store the feedback of some visitors over a few weeks, on four themes, one of which comes from an interview."""
    volunteers, seeds, tired = (under(data_dir, name) for name in ("Les bénévoles", "La grainothèque", "La fatigue"))
    week = datetime.timedelta(days=7)
    for number in range(3):
        react(
            data_dir, Reaction.MISSING, "Que font les bénévoles ?", volunteers[:2],
            f"Rien sur le dimanche ({number}).", DAY + number * week,
        )  # fmt: skip
    react(data_dir, Reaction.TO_EXPLORE, "Qui range les graines ?", seeds[:1], f"Et {SCRIPT} ?\nEt l’hiver ?")
    react(data_dir, Reaction.SURPRISES, f"Une grainothèque {SCRIPT} ?", seeds[1:2], "", DAY + week)
    react(data_dir, Reaction.RECOGNISED, "Qui porte le jardin ?", tired[:1], "Nous aussi.", DAY + 3 * week, Scope.TEAM)
    for number in range(18):
        react(data_dir, Reaction.RECOGNISED, f"Que plante-t-on la semaine {number} ?", seeds[:1], "", DAY + 2 * week)
    ask_in_vain(data_dir, "Qui paie la serre partagée ?", 4)
    ask_in_vain(data_dir, "Combien de graines à Brumeval ?", 2, DAY + 2 * week)
    ask_in_vain(data_dir, f"Que dit {SCRIPT} ?", 1, DAY + 4 * week)
