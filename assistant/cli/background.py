"""The program that a server starts beside itself: `python -m assistant.cli.background ACT OPTIONS`.

`update` and `back` index, and take the last run back; each step is a line of JSON on the standard output, and how it
ended is kept in the data folder. They stop at Ctrl-C, and when their standard input closes, since who started them is
gone. `examine` reads questions on its input, a line of JSON each: what a file is, or
whether one of the corpus holds what was withdrawn."""

from __future__ import annotations

import argparse
import datetime
import json
import logging
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from assistant.cli import logs
from assistant.cli.commands.common import give_way
from assistant.cli.interrupts import InterruptHandler
from assistant.corpus import run_result
from assistant.corpus.run_result import RunEnd, RunKind
from index.errors import CorpusError, IndexBusy, TooManyRemoved
from index.settings import IndexSettings
from index.store.schema import RUNS

if TYPE_CHECKING:
    from index.indexing.build import IndexState
    from index.progress import Progress, Step

logger = logging.getLogger(__name__)
_EVERY_S = 0.2  # between two lines on the same step
_LONGEST_ANSWER_S = 150  # of a question on a file
MOST_MEMORY = 1792 * 1024**2
"""Bytes of addresses for whoever reads files, so that one which unfolds without end fails alone: they fit what the
service may take. The readers take 200 MB, 270 MB for an interview of 4 MB, and 1,100 MB where names are looked for."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=[*RunKind, "examine"])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--yes", action="store_true")
    options = parser.parse_args(arguments)
    logs.listen(os.environ)
    settings = IndexSettings.from_environment(os.environ, options.data_dir)
    if options.act == "examine":
        return _examine(options.corpus, settings)
    stop = InterruptHandler()
    stop.listen()
    signal.signal(signal.SIGTERM, lambda number, frame: os.kill(os.getpid(), signal.SIGINT))
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    give_way()
    return _run(RunKind(options.act), options.corpus, settings, stop, confirmed=options.yes)


def _run(act: RunKind, root: Path, settings: IndexSettings, stop: InterruptHandler, *, confirmed: bool) -> int:
    """Do what was asked, and keep how it ended."""
    from index.indexing.build import IndexState as Before
    from index.indexing.build import index_state

    told, report, before = "", None, Before()
    try:
        before = index_state(settings)
        if act is RunKind.UPDATE:
            report = _update(root, settings, stop, confirmed=confirmed)
            end, told = RunEnd.DONE, _forget(settings)  # done, whatever becomes of what is kept beside it
        else:
            end, told = _take_back(settings, stop)
    except KeyboardInterrupt:
        stop.end()
        end, told = RunEnd.STOPPED, _interrupted(settings, before)
    except TooManyRemoved as error:
        end, told = RunEnd.TOO_MANY, error.reason
    except IndexBusy as error:
        end = RunEnd.REFUSED
        told = f"{error.reason} Elle a été lancée d’ailleurs, d’un terminal par exemple. Attendez sa fin."
    except CorpusError as error:
        end, told = RunEnd.REFUSED, str(error)
    except Exception as error:  # said, rather than lost with this process
        logger.exception("a run failed")
        end = RunEnd.REFUSED
        told = (
            f"La mise à jour a échoué ({type(error).__name__}). L’index répond comme avant. "
            "Relancez-la\u00a0; si elle échoue encore, lancez «\u00a0assistant doctor\u00a0» sur le serveur."
        )
    stop.end()
    run_result.write(settings.data_dir / RUNS, act, end, time.time(), told, report)
    _write_line(sys.stdout, ended=end.value)
    return 0


def _update(root: Path, settings: IndexSettings, stop: InterruptHandler, *, confirmed: bool) -> dict[str, Any]:
    from assistant.cli import json_output
    from index.indexing.build import build

    return json_output.report(build(root, settings, _progress_writer(stop), confirmed=confirmed))


def _forget(settings: IndexSettings) -> str:
    """Take what was withdrawn out of what is kept beside the index; a French line when that could not be done."""
    from assistant.cli.commands.index import forget

    why = "un commentaire ou une question ne peut pas être réécrit"
    try:
        if forget(settings):
            return ""
    except CorpusError as error:
        why = str(error).rstrip(".")
    except Exception as error:
        logger.exception("what was withdrawn could not be looked for in what is kept")
        why = type(error).__name__
    return (
        "L’index est à jour, mais ce qui a été retiré de l’étude n’a pas pu être cherché partout dans ce qui est gardé "
        f"à côté ({why}). Relancez la mise à jour."
    )


def _take_back(settings: IndexSettings, stop: InterruptHandler) -> tuple[RunEnd, str]:
    from index.indexing.build import roll_back_run

    done = roll_back_run(settings, _progress_writer(stop))
    if done is None:
        return RunEnd.REFUSED, "Il n’y a pas d’état antérieur auquel revenir."
    also = f" {done.not_copied}" if done.not_copied is not None else ""
    return RunEnd.DONE, f"L’index est revenu à son état d’avant la dernière mise à jour.{also}"


def _interrupted(settings: IndexSettings, before: IndexState) -> str:
    from assistant.cli.terminal import interrupted
    from index.indexing.build import index_state

    try:
        return str(interrupted(before, index_state(settings))).replace(
            "Relancez assistant index", "Relancez la mise à jour"
        )
    except CorpusError as error:
        return str(error)


def _progress_writer(stop: InterruptHandler) -> Progress:
    """The progress that writes each step on the standard output, and where a stop is heard at the latest."""
    from assistant.cli.progress_bar import counts

    out = sys.stdout  # where it is now: a run over Ray sends what is printed nowhere
    last: tuple[str, float] = ("", 0.0)

    def progress(step: Step) -> None:
        nonlocal last
        stop.check()
        now = time.monotonic()
        if step.name == last[0] and now < last[1] + _EVERY_S and step.done < step.total:
            return
        last = step.name, now
        done, total = (step.passages, step.expected) if step.expected else (step.done, step.total)
        going = total > 0 and step.done < step.total  # what comes after a step that is done cannot be told yet
        _write_line(out, step=step.name, share=min(1.0, done / total) if going else None, counted=counts(step))

    return progress


def _write_line(out: TextIO, **said: object) -> None:
    try:
        print(json.dumps(said), file=out, flush=True)
    except OSError:  # nobody listens any more: the run is about to be stopped, or is done
        pass


def _exit_with_parent() -> None:
    # Not by `sys.stdin`, whose lock a thread that waits would hold at the end of the program.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGINT)


def _examine(root: Path, settings: IndexSettings) -> int:
    from assistant.corpus.inspection import FileInspector

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    bound = MOST_MEMORY if most == resource.RLIM_INFINITY else min(MOST_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (bound, most))
    reader: FileInspector | None = None
    for line in sys.stdin:
        # Whoever asked stops waiting before that, and ends this process, unless they are gone themselves.
        signal.alarm(_LONGEST_ANSWER_S)
        try:
            reader = reader or FileInspector(root, settings, datetime.date.today())
            answer = reader.answer(json.loads(line))
        except CorpusError as error:
            answer = {"reason": error.reason, "remedy": error.remedy}
        signal.alarm(0)
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
