"""The golden questions of the team on the index as it is, and what changed since the index before it."""

from __future__ import annotations

import datetime
import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from assistant.errors import AssistantError, BadRequest
from assistant.people.measures import Measurement, Measures, QuestionResult
from assistant.team import evaluation
from assistant.team.question_files import Golden, read_golden
from assistant.types import Answer
from index.errors import CorpusError
from index.store.catalog import Catalog
from index.types import Scope

MOST = 2_000
"""Questions that are measured at most."""
_TRIES = 3  # while the index changes under a measure
_COMPARED = 3  # citations whose change is told


class Fault(StrEnum):
    """What is wrong with an answer, the worst first. The value is what is kept."""

    REFUSED = "refused"
    ANSWERED = "answered"
    ABSENT = "absent"
    INCOMPLETE = "incomplete"
    NO_NOTICE = "no_notice"
    NOT_FIRST = "not_first"


_FAULTS = {
    evaluation.WRONGLY_REFUSED: Fault.REFUSED,
    evaluation.ANSWERED: Fault.ANSWERED,
    evaluation.ABSENT: Fault.ABSENT,
    evaluation.INCOMPLETE: Fault.INCOMPLETE,
    evaluation.NOT_FIRST: Fault.NOT_FIRST,
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a measure is: questions answered of how many; `failed` says in French why the last one gave nothing."""

    done: int = 0
    total: int = 0
    running: bool = False
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose result is another than before."""

    now: QuestionResult
    before: QuestionResult


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed, question by question, among those that are the same in both: right before and no more, right now,
    wrong or right in another way, and right but cited from elsewhere. `others` counts the questions that cannot be
    compared, since they were added or written anew."""

    lost: tuple[Change, ...]
    won: tuple[Change, ...]
    otherwise: tuple[Change, ...]
    recited: tuple[Change, ...]
    others: int


@dataclass(frozen=True, slots=True)
class QualityStatus:
    """Where the measures stand. `questions` is `None` where there is no file, and `fault` says in French what is wrong
    with it; `now` are the results on the index as it is, `before` the last on another state of it."""

    questions: tuple[Golden, ...] | None
    fault: str
    now: Measurement | None
    before: Measurement | None
    is_edited: bool
    progress: Progress


def is_right(result: QuestionResult) -> bool:
    """Whether an answer is the one expected, its passage within the first three."""
    as_expected = result.first_three if result.answerable else result.refused
    return as_expected and result.noticed is not False


def compare(now: Measurement, before: Measurement) -> Comparison:
    """What changed from one to the other."""
    known = {one.id: one for one in before.results}
    same = [Change(one, known[one.id]) for one in now.results if one.id in known and known[one.id].digest == one.digest]
    lost = [one for one in same if is_right(one.before) and not is_right(one.now)]
    won = [one for one in same if is_right(one.now) and not is_right(one.before)]
    left = [one for one in same if is_right(one.now) == is_right(one.before)]
    otherwise = [one for one in left if one.now.fault != one.before.fault]
    recited = [one for one in left if one.now.fault == one.before.fault and _first(one.now) != _first(one.before)]
    return Comparison(tuple(lost), tuple(won), tuple(otherwise), tuple(recited), len(now.results) - len(same))


def _first(result: QuestionResult) -> tuple[tuple[str, str], ...]:
    return result.cited[:_COMPARED]


class Quality:
    """Measures in a thread of its own, one measure at a time. `ask` answers a question without a language model, in the
    team's scope, as does `known`, which says whether an excerpt stands in the corpus."""

    def __init__(
        self,
        file: Callable[[], Path],
        catalog: Catalog,
        ask: Callable[[str], Answer],
        known: Callable[[str], bool],
        measures: Measures,
        today: Callable[[], datetime.date] = datetime.date.today,
    ) -> None:
        self._file = file
        self._catalog = catalog
        self._ask = ask
        self._known = known
        self._measures = measures
        self._today = today
        self._lock = threading.Lock()
        self._progress = Progress()
        self._thread: threading.Thread | None = None

    def standing(self) -> QualityStatus:
        """Where the measures stand now. Raises `MeasuresFailed` or `CorpusError`."""
        questions, fault = self._read()
        state, last = self.state(), self._measures.last(2)
        now = last[0] if last and last[0].state == state else None
        before = next((one for one in last if one.state != state), None)
        is_edited = now is not None and questions is not None and now.questions != _digest_of(questions)
        return QualityStatus(questions, fault, now, before, is_edited, self.progress)

    def state(self) -> str:
        """What tells one state of the index from another: its generation, and the digests of what it holds."""
        with self._catalog.snapshot():
            held = [(one.id, one.digest, one.visibility) for one in self._catalog.sources(Scope.TEAM)]
            return f"{self._catalog.generation}-{_digest(repr(sorted(held)))}"

    @property
    def progress(self) -> Progress:
        """How far the measure that runs is, or how the last one ended."""
        with self._lock:
            return self._progress

    def start(self) -> bool:
        """Begin to measure; false where one is running, or where there is nothing to ask."""
        questions, _ = self._read()
        with self._lock:
            if self._progress.running or not questions:
                return False
            self._progress = Progress(0, len(questions), running=True)
            self._thread = threading.Thread(target=self._run, args=(questions,), name="qualité", daemon=True)
            self._thread.start()
        return True

    def wait(self, seconds: float) -> None:
        """Wait for the measure that runs, if there is one."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _read(self) -> tuple[tuple[Golden, ...] | None, str]:
        path = self._file()
        try:
            if not path.exists():
                return None, ""
            questions = read_golden(path)
        except OSError:
            return None, ""
        except BadRequest as error:
            return (), str(error)
        if len(questions) > MOST:
            return (), f"Le fichier a {len(questions)} questions\u00a0: gardez-en {MOST} au plus."
        return tuple(questions), ""

    def _run(self, questions: Sequence[Golden]) -> None:
        failed = "La mesure s’est arrêtée sur une erreur. Le journal de l’assistant dit laquelle\u00a0; relancez-la."
        try:
            failed = self._measure(questions)
        except (AssistantError, CorpusError) as error:
            failed = str(error)
        finally:  # an error that nobody expected goes on to the log
            with self._lock:
                self._progress = replace(self._progress, running=False, failed=failed)
            self._catalog.close()

    def _measure(self, questions: Sequence[Golden]) -> str:
        for _ in range(_TRIES):
            state = self.state()
            results = tuple(self._result(golden, number) for number, golden in enumerate(questions))
            if self.state() == state:
                self._measures.keep(Measurement(state, self._today(), _digest_of(questions), results))
                return ""
        return "Le corpus a changé pendant la mesure. Attendez la fin de la mise à jour, puis relancez-la."

    def _result(self, golden: Golden, number: int) -> QuestionResult:
        answer = self._ask(golden.question)
        one = evaluation.assess(golden, answer, self._known)
        fault = next((_FAULTS[said] for said in one.faults if said in _FAULTS), "")
        if one.noticed is False and fault in ("", Fault.NOT_FIRST):
            fault = Fault.NO_NOTICE
        with self._lock:
            self._progress = replace(self._progress, done=number + 1)
        cited = tuple((citation.source.id, citation.passage.id) for citation in answer.citations)
        return QuestionResult(
            golden.id, _digest_of([golden]), golden.kind, str(fault), evaluation.UNKNOWN in one.faults, one.answerable,
            one.refused, one.first, one.first_three, one.noticed, cited,
        )  # fmt: skip


def _digest_of(questions: Sequence[Golden]) -> str:
    """What tells questions that ask or expect something else; their `kind` is a name, and changes nothing."""
    return _digest(repr([(one.id, one.question, one.answers, one.whole, one.refused, one.notice) for one in questions]))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
