"""An answer written by a language model from numbered units, shown a checked sentence at a time.

Nothing that was shown is taken back: where the model fails, or too much of what it wrote cannot be shown, the default
answer follows."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.answer import write
from assistant.answer.prompt_injection import is_instruction
from assistant.answer.sentences import Near, check, sentences
from assistant.errors import ModelFailed
from assistant.types import Answer, Citation
from index.language import french
from index.types import Unit

VARIABLES = frozenset(("passages", "question"))
"""What the prompt must hold."""
NEAR = 0.88
"""Cosine under which a sentence does not mean what its unit does; see `tests.benchmarks.nearness`."""
_ENOUGH_DROPPED = 6  # sentences, from which a model that is mostly wrong is no longer listened to
_REPEATED = 3  # times that a model says what it said, from which it is going round
_LONGEST = 4000  # characters of an answer
_NOTHING = re.compile(
    r"\bpassages? (?:fournis |cites |donnes )?ne (?:le |la |les )?(?:dis|mention|precis|parl|repond)\w+"
)
_POINTED = re.compile(r"(?<!\\)\[(\d+)\]")

WRITTEN = (
    "Texte rédigé par un modèle de langage ({name})\u00a0: chaque phrase a été comparée aux passages qu’elle cite."
)
FAILED = "Le modèle de langage n’a pas pu rédiger la réponse\u00a0: les passages sont donnés tels quels."
STOPPED = "Le modèle de langage s’est interrompu\u00a0: les passages sont donnés à la suite."
SILENT = "Le modèle de langage n’a rien tiré de ces passages\u00a0: ils sont donnés tels quels."

logger = logging.getLogger(__name__)


class Writer(Protocol):
    """What is asked of a language model. Each call of `write` raises `ModelFailed` when it cannot go on."""

    name: str

    def write(self, prompt: str) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Grounding:
    """What an answer is written from: the question as it was understood, the default answer, its text in pieces, the
    units to give to a model (none: it is not asked), what is said at the end of any answer, and what gives an answer
    the notices and terms that follow from what it quotes."""

    question: str
    answer: Answer
    pieces: tuple[str, ...]
    units: tuple[Unit, ...] = ()
    closing: str = ""
    quoting: Callable[[Answer], Answer] = lambda answer: answer


class Drafter:
    """Has a model write. Threads may share one."""

    def __init__(self, model: Writer, prompt: str, near: Near, least: float = NEAR) -> None:
        self._model, self._prompt, self._near, self._least = model, prompt, near, least

    def stream(self, ground: Grounding) -> Iterator[str | Answer]:
        """The answer's text in pieces, each checked before it is given, then the answer itself."""
        numbered = dict(enumerate((unit for unit in ground.units if not is_instruction(unit.passage.text)), 1))
        draft = _Draft()
        if numbered:
            yield from self._write(draft, ground.question, numbered)
        if draft.is_enough:
            if ground.closing:
                draft.text += (closing := f"\n\n{ground.closing}")
                yield closing
            cited = _cited(draft.shown)
            answer = ground.quoting(replace(ground.answer, text=draft.text, citations=cited, engine="model"))
            yield replace(answer, notices=(WRITTEN.format(name=self._model.name), *answer.notices, *draft.notices))
        else:
            yield from _default(ground, draft)

    def _write(self, draft: _Draft, question: str, numbered: Mapping[int, Unit]) -> Iterator[str]:
        draft.asked = True
        passages = "\n".join(_shown(number, unit) for number, unit in numbered.items())
        try:
            for sentence in sentences(self._model.write(self._prompt.format(passages=passages, question=question))):
                if not _NOTHING.search(french.fold(sentence.words)):
                    resting = check(sentence, numbered, self._near, self._least)
                    yield from draft.take(sentence.words, resting, sentence.is_item)
                if draft.is_over:
                    return
        except ModelFailed as error:
            logger.warning("%s", error)
            draft.failed = True


class _Draft:
    """What was shown of what a model wrote, and what was not."""

    def __init__(self) -> None:
        self.text = ""
        self.shown: dict[Unit, int] = {}
        self.asked = False
        self.failed = False
        self._said: set[str] = set()
        self._dropped = 0
        self._repeated = 0

    @property
    def is_enough(self) -> bool:
        """Whether what was shown is an answer by itself."""
        return bool(self._said) and not self.failed and self._dropped <= len(self._said)

    @property
    def is_over(self) -> bool:
        going_round = self._repeated >= _REPEATED
        astray = self._dropped >= _ENOUGH_DROPPED and self._dropped > len(self._said)
        return going_round or astray or len(self.text) > _LONGEST

    @property
    def notices(self) -> tuple[str, ...]:
        if not self._dropped:
            return ()
        one = "Une phrase du modèle de langage n’a pas été retrouvée dans les passages\u00a0: elle n’est pas montrée."
        many = (
            f"{self._dropped} phrases du modèle de langage n’ont pas été retrouvées dans les passages\u00a0: "
            "elles ne sont pas montrées."
        )
        return (one if self._dropped == 1 else many,)

    def take(self, words: str, resting: Sequence[Unit], is_item: bool) -> Iterator[str]:
        """The piece that shows a sentence, if it rests on something and is new."""
        key = " ".join(french.words(words))
        if not resting:
            self._dropped += 1
        elif key in self._said:
            self._repeated += 1
        else:
            self._said.add(key)
            numbers = "".join(f"\u00a0[{self.shown.setdefault(unit, len(self.shown) + 1)}]" for unit in resting)
            apart = ("\n- " if is_item else " ") if self.text else ("- " if is_item else "")
            piece = f"{apart}{write.escape(words)}{numbers}"
            self.text += piece
            yield piece


def _default(ground: Grounding, draft: _Draft) -> Iterator[str | Answer]:
    """The default answer, under what was shown already, whose numbers it keeps."""
    if not draft.text:
        yield from ground.pieces
        why = (FAILED if draft.failed else SILENT,) if draft.asked else ()
        yield replace(ground.answer, notices=(*ground.answer.notices, *why, *draft.notices))
        return
    shown = dict(draft.shown)
    for citation in ground.answer.citations:
        shown.setdefault(citation.unit, len(shown) + 1)
    numbers = {citation.number: shown[citation.unit] for citation in ground.answer.citations}
    pieces = [_POINTED.sub(lambda pointed: f"[{numbers[int(pointed[1])]}]", piece) for piece in ground.pieces]
    yield from ("\n\n", *pieces)
    text = f"{draft.text}\n\n{''.join(pieces)}".strip()
    answer = ground.quoting(replace(ground.answer, text=text, citations=_cited(shown), engine="model"))
    stopped = (STOPPED,) if draft.failed else ()
    yield replace(answer, notices=(*answer.notices, *stopped, *draft.notices))


def _cited(shown: Mapping[Unit, int]) -> tuple[Citation, ...]:
    """The units in the order of their numbers, as citations."""
    return write.cite(sorted(shown, key=lambda unit: shown[unit]))


def _shown(number: int, unit: Unit) -> str:
    """A unit as a model reads it: on one line, after what tells where it stands and who speaks."""
    passage = unit.passage
    told = (passage.source.title, passage.source.site, *passage.context, passage.place.speaker or "")
    above = " — ".join(
        dict.fromkeys(" ".join(text.split()) for text in told if text.strip() and not is_instruction(text))
    )
    return f"[{number}] ({_unbracketed(above)}) {_unbracketed(' '.join(unit.text.split()))}"


def _unbracketed(text: str) -> str:
    """Square brackets are the numbers' alone."""
    return text.replace("[", "(").replace("]", ")")
