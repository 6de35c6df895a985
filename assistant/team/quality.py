"""Measures the answers to the team's golden questions on the current index, and compares them with those on the
previous one."""

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
"""Questions measured, at most."""
_TRIES = 3  # when the index changes during a measurement
_COMPARED = 3  # first citations whose change is reported


class Fault(StrEnum):
    """The fault of an answer, worst first. The value is the stored one."""

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
    """Progress of a measurement: `done` questions out of `total`; `failed` gives in French the reason of the last
    failure."""

    done: int = 0
    total: int = 0
    running: bool = False
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A question with its current and previous results."""

    now: QuestionResult
    before: QuestionResult


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes between two measurements, among their common questions: `lost` were right and no longer are, `won`
    have become right, `otherwise` are right or wrong in another way, `recited` have the same outcome with other
    citations. `others` counts the questions that cannot be compared, since they were added or rewritten."""

    lost: tuple[Change, ...]
    won: tuple[Change, ...]
    otherwise: tuple[Change, ...]
    recited: tuple[Change, ...]
    others: int


@dataclass(frozen=True, slots=True)
class QualityStatus:
    """The status of the measurements. `questions` is `None` when there is no file; `fault` gives in French the error of
    the file; `now` holds the results on the current index, `before` the last results on another state of it;
    `is_edited` is True when the questions changed since `now`."""

    questions: tuple[Golden, ...] | None
    fault: str
    now: Measurement | None
    before: Measurement | None
    is_edited: bool
    progress: Progress


def is_right(result: QuestionResult) -> bool:
    """Return True when an answer is the expected one, with its passage within the first three."""
    as_expected = result.first_three if result.answerable else result.refused
    return as_expected and result.noticed is not False


def compare(now: Measurement, before: Measurement) -> Comparison:
    """Compare the current measurement with the previous one."""
    previous = {result.id: result for result in before.results}
    comparable = [
        Change(result, previous[result.id])
        for result in now.results
        if result.id in previous and previous[result.id].digest == result.digest
    ]
    lost = [change for change in comparable if is_right(change.before) and not is_right(change.now)]
    won = [change for change in comparable if is_right(change.now) and not is_right(change.before)]
    unchanged = [change for change in comparable if is_right(change.now) == is_right(change.before)]
    otherwise = [change for change in unchanged if change.now.fault != change.before.fault]
    recited = [
        change
        for change in unchanged
        if change.now.fault == change.before.fault and _first(change.now) != _first(change.before)
    ]
    return Comparison(tuple(lost), tuple(won), tuple(otherwise), tuple(recited), len(now.results) - len(comparable))


def _first(result: QuestionResult) -> tuple[tuple[str, str], ...]:
    return result.cited[:_COMPARED]


class Quality:
    """Measures in a separate thread, one measurement at a time. `ask` answers a question without a language model, in
    the team's scope; `known` returns True when the corpus holds an excerpt, in the same scope."""

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

    def status(self) -> QualityStatus:
        """Return the current status. Raise `MeasuresFailed` or `CorpusError`."""
        questions, fault = self._read()
        state, last = self.state(), self._measures.last(2)
        now = last[0] if last and last[0].state == state else None
        before = next((measurement for measurement in last if measurement.state != state), None)
        is_edited = now is not None and questions is not None and now.questions != _digest_of(questions)
        return QualityStatus(questions, fault, now, before, is_edited, self.progress)

    def state(self) -> str:
        """Return an identifier of the state of the index: its generation, and a digest of its sources."""
        with self._catalog.snapshot():
            contents = [(source.id, source.digest, source.visibility) for source in self._catalog.sources(Scope.TEAM)]
            return f"{self._catalog.generation}-{_digest(repr(sorted(contents)))}"

    @property
    def progress(self) -> Progress:
        """Progress of the running measurement, or the outcome of the last one."""
        with self._lock:
            return self._progress

    def start(self) -> bool:
        """Start a measurement. Return False when one is running, or when there is no question."""
        questions, _ = self._read()
        with self._lock:
            if self._progress.running or not questions:
                return False
            self._progress = Progress(0, len(questions), running=True)
            self._thread = threading.Thread(target=self._run, args=(questions,), name="qualité", daemon=True)
            self._thread.start()
        return True

    def wait(self, seconds: float) -> None:
        """Wait for the running measurement, if any."""
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
        finally:  # an unexpected error propagates to the log
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
        assessment = evaluation.assess(golden, answer, self._known)
        fault = next((_FAULTS[message] for message in assessment.faults if message in _FAULTS), "")
        if assessment.noticed is False and fault in ("", Fault.NOT_FIRST):
            fault = Fault.NO_NOTICE
        with self._lock:
            self._progress = replace(self._progress, done=number + 1)
        cited = tuple((citation.source.id, citation.passage.id) for citation in answer.citations)
        return QuestionResult(
            golden.id,
            _digest_of([golden]),
            golden.kind,
            str(fault),
            evaluation.UNKNOWN in assessment.faults,
            assessment.answerable,
            assessment.refused,
            assessment.first,
            assessment.first_three,
            assessment.noticed,
            cited,
        )


def _digest_of(questions: Sequence[Golden]) -> str:
    """Return a digest of the content of questions. It ignores their `kind`, which does not change a result."""
    return _digest(
        repr(
            [
                (question.id, question.question, question.answers, question.whole, question.refused, question.notice)
                for question in questions
            ]
        )
    )


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
