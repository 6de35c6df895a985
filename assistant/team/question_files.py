"""Reads files of questions: plain ones, with one question per line, and golden ones, whose answers are known.

A golden file is UTF-8 text, with one JSON object per line (blank lines are skipped):

    {"id": "aide-1", "question": "qui aide ?", "answers": ["les voisins aident"]}
    {"id": "liste-1", "question": "qui est au bureau ?", "answers": ["Odalie", "Firmin"], "all": true}
    {"id": "ailleurs-1", "question": "quelle est la capitale de l'Australie ?", "refused": true}

- `id`        names the question in the report; must be unique.
- `question`  as a person would type it.
- `answers`   excerpts of the corpus, letter for letter, each short enough to fit in one quotation; any one of them
              is an answer, unless `all` is true: then the question expects a list, and each must be quoted.
- `refused`   true when the corpus does not answer; then there are no `answers`.
- `notice`    words that a notice of the answer must hold, in any case (a place that no passage mentions).
- `kind`      a free category of questions, by which results are counted.

Other fields are ignored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import BadRequest
from index.errors import one_line, os_reason
from index.reading.metadata import QUESTIONS
from index.reading.text import tidy

FILE = QUESTIONS
"""File name of the golden questions, at the root of the corpus."""


@dataclass(frozen=True, slots=True)
class Golden:
    """A question whose answer is known. `whole` is True when all the `answers` are expected, not any one of them."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    whole: bool = False
    refused: bool = False
    notice: str = ""
    kind: str = ""


def read_lines(path: Path, each: str) -> list[str]:
    """Return the lines of a file of questions. `each` is the French name of the content of a line, for the remedy.
    Raise `BadRequest`."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else "ce n'est pas un texte UTF-8"
        raise BadRequest(
            f"Le fichier de questions «\u00a0{path}\u00a0» ne peut pas être lu ({reason}).",
            f"Donnez un fichier texte en UTF-8, {each} par ligne.",
        ) from error
    return lines if lines[-1] else lines[:-1]


def read_golden(path: Path) -> list[Golden]:
    """Return the questions of a golden file. Raise `BadRequest`, which names the line, when the file is not valid."""
    questions: list[Golden] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(read_lines(path, "un objet JSON"), 1):
        if not line.strip():
            continue
        question = _golden(line, number)
        if question.id in seen:
            raise BadRequest(
                f"Les lignes {seen[question.id]} et {number} ont le même «\u00a0id\u00a0» ({question.id}).",
                "Donnez à chaque question le sien.",
            )
        seen[question.id] = number
        questions.append(question)
    if not questions:
        raise BadRequest(
            f"Le fichier de questions «\u00a0{path}\u00a0» est vide.",
            "Écrivez-y un objet JSON par ligne, avec id, question et answers.",
        )
    return questions


def _golden(line: str, number: int) -> Golden:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        place = f", vers le caractère {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadRequest(
            f"La ligne {number} du fichier de questions n'est pas du JSON{place}.",
            "Corrigez-la\u00a0: un objet JSON entier par ligne.",
        ) from error
    if not isinstance(values, dict):
        raise BadRequest(
            f"La ligne {number} du fichier de questions n'est pas un objet JSON.",
            'Écrivez {"id": …, "question": …, "answers": […]}.',
        )
    refused = _flag(values, "refused", number)
    answers = _texts(values, number)
    if refused and answers:
        raise BadRequest(
            f"La ligne {number} a des «\u00a0answers\u00a0» et «\u00a0refused\u00a0» à la fois.",
            "Gardez l'un ou l'autre\u00a0: une question à refuser n'a pas de réponse.",
        )
    if not refused and not answers:
        raise BadRequest(
            f"La ligne {number} n'a pas d'«\u00a0answers\u00a0».",
            'Ajoutez les extraits qui répondent, ou "refused": true si le corpus ne répond pas.',
        )
    return Golden(
        id=one_line(_text(values, "id", number)),
        question=_text(values, "question", number),
        answers=answers,
        whole=_flag(values, "all", number),
        refused=refused,
        notice=_text(values, "notice", number) if "notice" in values else "",
        kind=one_line(_text(values, "kind", number)) if "kind" in values else "",
    )


def _text(values: dict[str, Any], field: str, number: int) -> str:
    value = values.get(field)
    text = tidy(value) if isinstance(value, str) else ""
    if not text:
        problem = "est vide ou n'est pas un texte" if field in values else "manque"
        raise BadRequest(
            f"À la ligne {number} du fichier de questions, «\u00a0{field}\u00a0» {problem}.",
            f"Écrivez-y un texte entre guillemets après «\u00a0{field}\u00a0».",
        )
    return text


def _texts(values: dict[str, Any], number: int) -> tuple[str, ...]:
    value = values.get("answers", [])
    texts = [tidy(text.replace("**", "")) for text in value if isinstance(text, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(texts) < len(value) or not all(texts):
        raise BadRequest(
            f"À la ligne {number} du fichier de questions, «\u00a0answers\u00a0» n'est pas une liste de textes.",
            'Écrivez "answers": ["un extrait du corpus", …].',
        )
    return tuple(texts)


def _flag(values: dict[str, Any], field: str, number: int) -> bool:
    value = values.get(field, False)
    if not isinstance(value, bool):
        raise BadRequest(
            f"À la ligne {number} du fichier de questions, «\u00a0{field}\u00a0» n'est ni true ni false.",
            "Écrivez l'un des deux, sans guillemets.",
        )
    return value
