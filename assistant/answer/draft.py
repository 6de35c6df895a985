"""Has a language model write an answer from numbered units, and streams each sentence once it is checked.

A sentence that was shown is never removed: when the model fails, or too many of its sentences are rejected, the default
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
"""The variables that the prompt must contain."""
NEAR = 0.88
"""Cosine similarity under which a sentence does not have the meaning of its unit; see `tests.benchmarks.nearness`."""
_ENOUGH_DROPPED = 6  # sentences, from which a model that is mostly wrong is stopped
_REPEATED = 3  # repeated sentences, from which a model is considered to loop
_LONGEST = 4000  # characters of an answer
_NO_ANSWER = re.compile(
    r"\bpassages? (?:fournis |cites |donnes )?ne (?:le |la |les )?(?:dis|mention|precis|parl|repond)\w+"
)
_CITATION = re.compile(r"(?<!\\)\[(\d+)\]")

WRITTEN = (
    "Texte rédigé par un modèle de langage ({name})\u00a0: chaque phrase a été comparée aux passages qu’elle cite."
)
FAILED = "Le modèle de langage n’a pas pu rédiger la réponse\u00a0: les passages sont donnés tels quels."
STOPPED = "Le modèle de langage s’est interrompu\u00a0: les passages sont donnés à la suite."
SILENT = "Le modèle de langage n’a rien tiré de ces passages\u00a0: ils sont donnés tels quels."

logger = logging.getLogger(__name__)


class Writer(Protocol):
    """The interface of a language model. `name` appears in a notice. `write` yields the text that follows a prompt, in
    pieces; it raises `ModelFailed` when the model cannot go on."""

    name: str

    def write(self, prompt: str) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Grounding:
    """The material of an answer. `question` is the question as it was understood; `answer` is the default answer and
    `pieces` its text in pieces; `units` are the units to give to a model, which is not called when there are none;
    `closing` is the last line of any answer; `quoting` adds to an answer the notices and terms that its quotations call
    for."""

    question: str
    answer: Answer
    pieces: tuple[str, ...]
    units: tuple[Unit, ...] = ()
    closing: str = ""
    quoting: Callable[[Answer], Answer] = lambda answer: answer


class Drafter:
    """Writes answers with a language model. Thread-safe."""

    def __init__(self, model: Writer, prompt: str, near: Near, least: float = NEAR) -> None:
        self._model, self._prompt, self._near, self._least = model, prompt, near, least

    def stream(self, ground: Grounding) -> Iterator[str | Answer]:
        """Yield the text of the answer in pieces, each checked before it is shown, then the answer itself."""
        numbered = dict(enumerate((unit for unit in ground.units if not is_instruction(unit.passage.text)), 1))
        draft = _DraftState()
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

    def _write(self, draft: _DraftState, question: str, numbered: Mapping[int, Unit]) -> Iterator[str]:
        draft.is_model_asked = True
        passages = "\n".join(_prompt_line(number, unit) for number, unit in numbered.items())
        try:
            for sentence in sentences(self._model.write(self._prompt.format(passages=passages, question=question))):
                if not _NO_ANSWER.search(french.fold(sentence.words)):
                    supporting = check(sentence, numbered, self._near, self._least)
                    yield from draft.take(sentence.words, supporting, sentence.is_item)
                if draft.is_over:
                    return
        except ModelFailed as error:
            logger.warning("%s", error)
            draft.failed = True


class _DraftState:
    """State of an answer that a model writes: the sentences shown, and the counts of those rejected or repeated."""

    def __init__(self) -> None:
        self.text = ""
        self.shown: dict[Unit, int] = {}
        self.is_model_asked = False
        self.failed = False
        self._accepted: set[str] = set()
        self._dropped = 0
        self._repeated = 0

    @property
    def is_enough(self) -> bool:
        """True when the sentences shown make an answer by themselves."""
        return bool(self._accepted) and not self.failed and self._dropped <= len(self._accepted)

    @property
    def is_over(self) -> bool:
        repeats_itself = self._repeated >= _REPEATED
        mostly_wrong = self._dropped >= _ENOUGH_DROPPED and self._dropped > len(self._accepted)
        return repeats_itself or mostly_wrong or len(self.text) > _LONGEST

    @property
    def notices(self) -> tuple[str, ...]:
        if not self._dropped:
            return ()
        singular = (
            "Une phrase du modèle de langage n’a pas été retrouvée dans les passages\u00a0: elle n’est pas montrée."
        )
        plural = (
            f"{self._dropped} phrases du modèle de langage n’ont pas été retrouvées dans les passages\u00a0: "
            "elles ne sont pas montrées."
        )
        return (singular if self._dropped == 1 else plural,)

    def take(self, words: str, supporting: Sequence[Unit], is_item: bool) -> Iterator[str]:
        """Yield the Markdown of a sentence, if a unit supports it and it is new."""
        key = " ".join(french.words(words))
        if not supporting:
            self._dropped += 1
        elif key in self._accepted:
            self._repeated += 1
        else:
            self._accepted.add(key)
            numbers = "".join(f"\u00a0[{self.shown.setdefault(unit, len(self.shown) + 1)}]" for unit in supporting)
            separator = ("\n- " if is_item else " ") if self.text else ("- " if is_item else "")
            piece = f"{separator}{write.escape(words)}{numbers}"
            self.text += piece
            yield piece


def _default(ground: Grounding, draft: _DraftState) -> Iterator[str | Answer]:
    """Yield the default answer, after the sentences already shown, whose citation numbers it keeps."""
    if not draft.text:
        yield from ground.pieces
        why = (FAILED if draft.failed else SILENT,) if draft.is_model_asked else ()
        yield replace(ground.answer, notices=(*ground.answer.notices, *why, *draft.notices))
        return
    shown = dict(draft.shown)
    for citation in ground.answer.citations:
        shown.setdefault(citation.unit, len(shown) + 1)
    numbers = {citation.number: shown[citation.unit] for citation in ground.answer.citations}
    pieces = [_CITATION.sub(lambda match: f"[{numbers[int(match[1])]}]", piece) for piece in ground.pieces]
    yield from ("\n\n", *pieces)
    text = f"{draft.text}\n\n{''.join(pieces)}".strip()
    answer = ground.quoting(replace(ground.answer, text=text, citations=_cited(shown), engine="model"))
    stopped = (STOPPED,) if draft.failed else ()
    yield replace(answer, notices=(*answer.notices, *stopped, *draft.notices))


def _cited(shown: Mapping[Unit, int]) -> tuple[Citation, ...]:
    """Return the units as citations, in the order of their numbers."""
    return write.cite(sorted(shown, key=lambda unit: shown[unit]))


def _prompt_line(number: int, unit: Unit) -> str:
    """Return a unit as the model reads it: on one line, after its source, site, headings and speaker."""
    passage = unit.passage
    header_parts = (passage.source.title, passage.source.site, *passage.context, passage.place.speaker or "")
    header = " — ".join(
        dict.fromkeys(" ".join(text.split()) for text in header_parts if text.strip() and not is_instruction(text))
    )
    return f"[{number}] ({_without_brackets(header)}) {_without_brackets(' '.join(unit.text.split()))}"


def _without_brackets(text: str) -> str:
    """Return `text` with parentheses for square brackets, which are reserved for citation numbers."""
    return text.replace("[", "(").replace("]", ")")
