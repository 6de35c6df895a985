"""The invented allotments of « Valombre »: any number of plots, each with a unique word."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from tests.conftest import JARDINS

TEAM_WORD = "gorvalune"
"""A word of every team-only text of the allotments."""
_FIRST = "bra bre bri bro cla cli clo dra dri dro fla fli flo gra gri gro pla pli plo tra tri tro".split()
_SECOND = "bal bel bol cam com dan den don far fer for gal gel lam lem man men nar nor pal pel ran ron sal sol".split()
_LAST = "dique nelle sotte vrine zandre louse".split()
_TEXT = """
# La parcelle {name}

Ce texte est inventé, comme l’association « Les Parcelles de Valombre » dont il parle. {kept}

## La récolte

On récolte la {mark} sur la parcelle {name}, et nulle part ailleurs. La {mark} est une plante qui n’existe pas.

## Le numéro

La parcelle {name}, connue pour sa {mark}, porte le numéro {number}.
"""
_KEPT = f"Il est réservé à l’équipe, qui le range sous le mot {TEAM_WORD}."


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot and its text. `mark` is a word of every answer about this plot, and of no answer about another."""

    number: int
    name: str
    mark: str
    for_team: bool = False

    @property
    def questions(self) -> tuple[str, ...]:
        """Questions about the plot. The answer to each holds the mark, and the question does not."""
        return (
            f"Que récolte-t-on sur la parcelle {self.name} ?",
            f"Quel est le numéro de la parcelle {self.name} ?",
            f"Pourquoi la parcelle {self.name} est-elle connue ?",
        )

    def write(self, corpus: Path) -> None:
        """Write its text in a corpus: `documents/` is public, `transcripts/` is for the team."""
        folder = corpus / ("transcripts" if self.for_team else "documents")
        kept = f"{_KEPT}" if self.for_team else ""
        text = _TEXT.format(name=self.name, mark=self.mark, number=self.number, kept=kept)
        (folder / f"parcelle-{self.number}.md").write_text(text.lstrip(), encoding="utf-8")


def plots(count: int, *, for_team: int = 0, first: int = 1000) -> list[Plot]:
    """Return plots numbered from `first` on, those of the team first. A number always gives the same plot."""
    words = ["".join(parts) for parts in product(_FIRST, _SECOND, _LAST)]
    random.Random(0).shuffle(words)  # similar words would be merged by the spelling correction
    numbers = range(first, first + count)
    return [Plot(n, words[2 * (n - 1000)], words[2 * (n - 1000) + 1], n < first + for_team) for n in numbers]


def write_corpus(corpus: Path, known: list[Plot]) -> None:
    """Write the invented corpus of the other tests, with these plots."""
    shutil.copytree(JARDINS, corpus)
    for plot in known:
        plot.write(corpus)
