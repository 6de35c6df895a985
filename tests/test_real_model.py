"""Tests of the checks with a real language model, small and not instruction-tuned: over forty questions, no sentence is
shown that its passage does not support. A sentence without a citation gets the number of the best passage, so that none
is dropped only for lack of a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pytest

from assistant.answer.draft import VARIABLES, Drafter
from assistant.answer.engine import Engine
from assistant.answer.language_model import LanguageModel
from assistant.answer.prompts import read_prompt
from assistant.answer.sentences import sentences
from assistant.compose.parts import compose
from assistant.compose.workspace import open_workspace
from assistant.settings import AssistantSettings, LanguageModelSettings
from assistant.types import Answer
from index.embedding.model import open_embedder
from index.indexing.build import build
from index.settings import IndexSettings
from index.types import Scope
from tests.conftest import JARDINS
from tests.llama_server import NAME, serving
from tests.processes import free_port

pytestmark = [pytest.mark.process, pytest.mark.model]

QUESTIONS = [
    line.strip()
    for line in """
    Combien d’adhérents à Brumeval ?
    Combien coûte la cotisation ?
    Quand l’association a-t-elle été fondée ?
    Qui a fondé l’association ?
    Que font les bénévoles ?
    Qui siège au conseil d’administration ?
    Comment se prennent les décisions ?
    Quand viennent les adhérents ?
    Quels outils sont prêtés ?
    À quoi s’engage chaque personne ?
    Les chiens sont-ils admis ?
    À qui appartiennent les poules ?
    Que se passe-t-il quand deux jardiniers ne s’entendent plus ?
    Quelqu’un a-t-il été exclu ?
    Pourquoi la tondeuse est-elle réservée ?
    Quand a eu lieu le premier atelier de compostage ?
    Qui anime les ateliers ?
    Où est la grainothèque ?
    Que fixe le PAJEP ?
    Qu’est-ce qui a surpris les participants ?
    Que pensent les adhérents du jardin ?
    Pourquoi certains ne jardinent-ils pas ?
    Combien de fois se réunit le CA ?
    Qui est la présidente ?
    Qui est le trésorier ?
    Que fait la médiatrice ?
    Quelle est la différence entre Brumeval et Sourcelles ?
    Que font les adhérents le samedi ?
    Comment apprend-on à jardiner ?
    Quels sont les ateliers ?
    Que reproche-t-on au trésorier ?
    Comment sont partagées les récoltes ?
    Que dit la charte des pesticides ?
    Qui peut recevoir la clé de la cabane ?
    Que devient la réserve ?
    Quelles sont les difficultés ?
    Que souhaitent les adhérents pour la suite ?
    Comment sont accueillis les nouveaux ?
    Que représente le jardin pour les gens ?
    Qui prévient quand une personne ne vient plus ?
    """.strip().splitlines()
]
_NEGATIONS = frozenset("pas plus jamais aucun aucune rien personne ni sans".split())


@dataclass
class Cited:
    """The real model, with the number of the passage that shares the most words added to sentences without a valid
    citation."""

    model: LanguageModel
    name: str = NAME
    written: list[str] = field(default_factory=list)

    def write(self, prompt: str) -> Iterator[str]:
        numbered = {int(number): text for number, text in re.findall(r"^\[(\d+)\] (.*)$", prompt, re.MULTILINE)}
        for sentence in sentences(self.model.write(prompt)):
            self.written.append(sentence.words)
            words = set(re.findall(r"\w+", sentence.words.lower()))
            best = max(numbered, key=lambda number: len(words & set(re.findall(r"\w+", numbered[number].lower()))))
            known = [number for number in sentence.numbers if number in numbered] or [best]
            yield f"{sentence.words} {''.join(f'[{number}]' for number in known)}\n"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[tuple[Engine, Cited]]:
    """An engine over the invented corpus with the real model as its writer, and this writer."""
    settings = IndexSettings(data_dir=tmp_path_factory.mktemp("jardins") / "data", models_dir=models_dir)
    build(JARDINS, open_workspace(settings))
    parts = compose(open_workspace(settings), AssistantSettings())
    embedder = open_embedder(settings)
    with serving(free_port()) as url:
        writer = Cited(LanguageModel(LanguageModelSettings(url=url, name=NAME, timeout=60)))
        drafter = Drafter(
            writer,
            read_prompt("answer", VARIABLES),
            lambda first, second: float(embedder.embed_question(first) @ embedder.embed_question(second)),
        )
        # A threshold of 0 finds passages for any question, so that the model always writes.
        limits = AssistantSettings(threshold=0.0, model_units=6)
        yield Engine(parts.searcher, parts.lexicon, limits, drafter), writer


def test_there_are_forty_questions() -> None:
    assert len(set(QUESTIONS)) == 40


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_shown_sentence_is_supported_by_its_passage(question: str, asked: tuple[Engine, Cited]) -> None:
    engine, writer = asked
    before = len(writer.written)
    answer = engine.ask(question, Scope.TEAM)
    print(f"\n{question}\n  écrit : {writer.written[before:]}\n  montré : {answer.engine} {answer.text!r}")
    assert answer.citations or answer.refused
    if answer.engine == "model":
        for words, numbers in shown(answer):
            assert_supported(
                words, [answer.citations[number - 1].unit.text for number in numbers], above(answer, numbers)
            )


def test_the_model_wrote_and_most_of_its_text_was_rejected(asked: tuple[Engine, Cited]) -> None:
    _, writer = asked
    if not writer.written:
        pytest.skip("the questions were not asked in this run")
    assert len(writer.written) > 40


def shown(answer: Answer) -> list[tuple[str, list[int]]]:
    """Return the sentences of the model in an answer, before the passages that may follow them."""
    text = answer.text.split("\n\n")[0]
    found = re.findall(r"(.+?)((?:\u00a0\[\d+\])+)(?=\s|$)", text, re.DOTALL)
    assert found
    return [(words.strip(" -\n"), [int(number) for number in re.findall(r"\d+", numbers)]) for words, numbers in found]


def above(answer: Answer, numbers: list[int]) -> str:
    """Return the headings, speakers, titles and dates of the cited passages."""
    passages = [answer.citations[number - 1].passage for number in numbers]
    parts = (
        (*passage.context, passage.place.speaker or "", passage.source.title, passage.source.date)
        for passage in passages
    )
    return " ".join(chain.from_iterable(parts))


def assert_supported(sentence: str, cited: list[str], headings: str) -> None:
    """Assert, independently of the product's own check, that a sentence holds no number, name, negation or long word
    absent from the cited passages."""
    text = " ".join(cited)
    there = set(re.findall(r"\w+", f"{text} {headings}".lower()))
    words = re.findall(r"\w+", sentence.lower())
    assert {word for word in words if word.isdigit()} <= there, (sentence, cited)
    assert {word.lower() for word in re.findall(r"(?<!^)(?<![.!?] )\b[A-ZÀ-Þ]\w+", sentence)} <= there, (
        sentence,
        cited,
    )
    assert _NEGATIONS & set(words) <= set(re.findall(r"\w+", text.lower())), (sentence, cited)
    beginnings = {word[:4] for word in there}
    assert {word for word in words if len(word) > 6 and word[:4] not in beginnings} == set(), (sentence, cited)
