"""Golden questions: does the assistant cite what it should, and say so when the corpus does not answer?

A golden file is UTF-8 text, a JSON object a line (blank lines are skipped):

    {"id": "aide-1", "question": "qui aide ?", "answers": ["les voisins aident"]}
    {"id": "liste-1", "question": "qui est au bureau ?", "answers": ["Odalie", "Firmin"], "all": true}
    {"id": "ailleurs-1", "question": "quelle est la capitale de l'Australie ?", "refused": true}

- `id`        names the question in the report; no two are the same.
- `question`  as a person would type it.
- `answers`   excerpts of the corpus, letter for letter, each short enough to stand in one quotation; any one of them
              answers, unless `all` is true: then the question wants a list, and each must be quoted.
- `refused`   true when the corpus does not answer; there are no `answers` then.
- `notice`    words that some notice of the answer must hold, capitals aside (a place that no passage speaks of).

Other fields are the writer's own and are not read. An excerpt is found where `is_verbatim` finds it in a quotation:
white space, the shape of apostrophes and quotation marks, and `**` aside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

from assistant.answer.verify import is_verbatim
from assistant.errors import BadRequest
from assistant.types import Answer
from index.errors import one_line, why
from index.reading.text import tidy

FIRST = 3  # citations that count as the first ones of an answer
_SHOWN = 70  # characters of a quotation on the line of a failure

ANSWERED = "répondue, alors que le corpus ne répond pas"
WRONGLY_REFUSED = "refusée, alors que le corpus répond"
ABSENT = "passage attendu absent des trois premiers"
INCOMPLETE = "liste incomplète"
NOT_FIRST = "passage attendu cité, mais pas en premier"
NO_NOTICE = "avis attendu absent"
UNKNOWN = "extrait introuvable dans le corpus"


@dataclass(frozen=True, slots=True)
class Golden:
    """A question whose answer is known. `whole`: all the `answers` are wanted, not any one of them."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    whole: bool = False
    refused: bool = False
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """`met` of `of` questions."""

    met: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; `None` when the file holds no question of the sort."""
        return self.met / self.of if self.of else None

    def __str__(self) -> str:
        return "—" if self.value is None else f"{percent(self.value)} ({self.met} sur {self.of})"


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that some share counts against. `why` is French; `expected` holds the excerpts that were missing,
    `cited` all the quotations of the answer."""

    id: str
    question: str
    why: str
    expected: tuple[str, ...]
    cited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The shares, each over the questions that it is about:

    - `first`            of the answerable: the first citation holds one of the answers
    - `first_three`      of the answerable: one of the first three citations does; for a list, the citations together
                         hold all the answers
    - `wrongly_refused`  of the answerable: refused (neither `first` nor `first_three` then)
    - `refusals`         of those that the corpus does not answer: refused
    - `notices`          of those that expect a notice: some notice holds it

    `seconds` is the time that the answers took, in all."""

    questions: int
    first: Share
    first_three: Share
    wrongly_refused: Share
    refusals: Share
    notices: Share
    seconds: float
    failures: tuple[Failure, ...]


def read(path: Path) -> list[Golden]:
    """The questions of a golden file. Raises `BadRequest`, naming the line, for what is no golden file."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = why(error) if isinstance(error, OSError) else "ce n'est pas un texte UTF-8"
        raise BadRequest(
            f"Le fichier de questions «\u00a0{path}\u00a0» ne peut pas être lu ({reason}).",
            "Donnez un fichier texte en UTF-8, un objet JSON par ligne.",
        ) from error
    questions: list[Golden] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
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
    )


def _text(values: dict[str, Any], field: str, number: int) -> str:
    value = values.get(field)
    text = tidy(value) if isinstance(value, str) else ""
    if not text:
        said = "est vide ou n'est pas un texte" if field in values else "manque"
        raise BadRequest(
            f"À la ligne {number} du fichier de questions, «\u00a0{field}\u00a0» {said}.",
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


def score(
    questions: Sequence[Golden],
    ask: Callable[[str], Answer],
    known: Callable[[str], bool] = lambda excerpt: True,
) -> Score:
    """Ask every question and count. `known` says whether an excerpt stands in the corpus at all: when none of those
    expected does, the fault lies with the file, and the failure says so."""
    first = three = wrongly = refused = noticed = 0
    seconds = 0.0
    failures = []
    for golden in questions:
        answer = ask(golden.question)
        quotes = [citation.quote for citation in answer.citations]
        seconds += answer.seconds
        faults: list[str] = []
        expected: tuple[str, ...] = ()
        if golden.refused:
            refused += answer.refused
            faults += [] if answer.refused else [ANSWERED]
        else:
            is_first = _holds(quotes[:1], golden.answers)
            missing = _missing(golden, quotes)
            first += is_first
            three += not missing
            wrongly += answer.refused
            expected = missing or (() if is_first else golden.answers)
            faults += _faults(golden, answer, missing, is_first)
            faults += [UNKNOWN] if missing and not _any_known(golden, missing, known) else []
        if golden.notice:
            there = any(_plain(golden.notice) in _plain(notice) for notice in answer.notices)
            noticed += there
            faults += [] if there else [f"{NO_NOTICE} ({golden.notice})"]
        if faults:
            said = "\u00a0; ".join(faults)
            failures.append(Failure(golden.id, golden.question, said, expected, tuple(quotes)))
    answerable = sum(not golden.refused for golden in questions)
    return Score(
        questions=len(questions),
        first=Share(first, answerable),
        first_three=Share(three, answerable),
        wrongly_refused=Share(wrongly, answerable),
        refusals=Share(refused, len(questions) - answerable),
        notices=Share(noticed, sum(bool(golden.notice) for golden in questions)),
        seconds=seconds,
        failures=tuple(failures),
    )


def _holds(quotes: Iterable[str], excerpts: Sequence[str]) -> bool:
    return any(is_verbatim(excerpt, quote.replace("**", "")) for quote in quotes for excerpt in excerpts)


def _missing(golden: Golden, quotes: Sequence[str]) -> tuple[str, ...]:
    """The excerpts that had to be cited and were not: nothing when the answer is the one expected."""
    if golden.whole:
        return tuple(excerpt for excerpt in golden.answers if not _holds(quotes, [excerpt]))
    return () if _holds(quotes[:FIRST], golden.answers) else golden.answers


def _faults(golden: Golden, answer: Answer, missing: Sequence[str], is_first: bool) -> list[str]:
    if answer.refused:
        return [WRONGLY_REFUSED]
    if missing:
        return [INCOMPLETE if golden.whole else ABSENT]
    return [] if is_first else [NOT_FIRST]


def _any_known(golden: Golden, missing: Sequence[str], known: Callable[[str], bool]) -> bool:
    """Whether the corpus could have answered: for a list it must hold every excerpt."""
    return all(map(known, missing)) if golden.whole else any(map(known, missing))


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())


def is_short(value: Score, first_three: float, refusals: float) -> bool:
    """Whether a share is below the least that is asked of it. One that cannot be measured is, unless nothing is."""
    return any(
        least > 0 if share.value is None else share.value < least
        for share, least in ((value.first_three, first_three), (value.refusals, refusals))
    )


def form(value: Score) -> dict[str, Any]:
    """The score as JSON; a share that cannot be measured is null."""
    names = ("first", "first_three", "wrongly_refused", "refusals", "notices")
    shares = {name: getattr(value, name).value for name in names}
    return {
        "questions": value.questions,
        "answerable": value.first.of,
        **{name: None if share is None else round(share, 4) for name, share in shares.items()},
        "seconds": round(value.seconds, 4),
        "failures": [
            {
                "id": failure.id,
                "question": failure.question,
                "why": failure.why,
                "expected": list(failure.expected),
                "cited": list(failure.cited),
            }
            for failure in value.failures
        ],
    }


def lines(value: Score) -> Iterator[str]:
    """The score for people: the figures, then a line for each question that failed."""
    rows = [
        ("Questions", str(value.questions)),
        ("Le corpus répond", str(value.first.of)),
        ("  bon passage cité en premier", str(value.first)),
        ("  bon passage dans les trois premiers, ou liste entière", str(value.first_three)),
        ("  refusées à tort", str(value.wrongly_refused)),
        ("Le corpus ne répond pas", str(value.refusals.of)),
        ("  refusées avec raison", str(value.refusals)),
        ("Avis attendus", str(value.notices.of)),
        ("  présents", str(value.notices)),
        ("Durée des réponses", f"{value.seconds:.1f}\u00a0s".replace(".", ",")),
    ]
    width = max(len(name) for name, _ in rows)
    yield from (f"{name:<{width}}  {figure}" for name, figure in rows)
    if value.failures:
        yield f"\nQuestions à revoir\u00a0: {len(value.failures)}"
    for failure in value.failures:
        expected = f" — attendu\u00a0: {_quoted(failure.expected)}" if failure.expected else ""
        cited = _quoted(failure.cited) if failure.cited else "rien"
        yield f"  {failure.id} — {one_line(failure.question)} — {failure.why}{expected} — cité\u00a0: {cited}"


def _quoted(texts: Sequence[str]) -> str:
    shown = [f"«\u00a0{shorten(one_line(text), _SHOWN, placeholder='…')}\u00a0»" for text in texts[:FIRST]]
    more = f" et {len(texts) - FIRST} de plus" if len(texts) > FIRST else ""
    return f"{', '.join(shown)}{more}"


def percent(share: float) -> str:
    """« 95,2 % »; never rounded up to a whole that was not reached."""
    shown = f"{100 * share:.1f}"
    return f"{'99.9' if shown == '100.0' and share < 1 else shown}\u00a0%".replace(".", ",")
