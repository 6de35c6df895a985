"""The program that a server starts beside itself: `python -m assistant.cli.background ACT OPTIONS`.

`update` indexes, and `back` rolls the last run back. Each step is a line of JSON on the standard output, and the result
is stored in the data folder. They stop at SIGINT, and when their standard input closes, since the server that started
them is then gone. `examine` answers requests on its standard input, a line of JSON each: the kind of a file, or whether
a file holds withdrawn words."""

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
from assistant.cli.commands.common import print_messages
from assistant.cli.interrupts import InterruptHandler
from assistant.cli.priority import lower_priority
from assistant.compose.workspace import open_workspace
from assistant.corpus import run_result
from assistant.corpus.run_result import RunEnd, RunKind
from index.errors import CorpusError, IndexBusy, TooManyRemoved
from index.settings import IndexSettings
from index.store.schema import RUNS

if TYPE_CHECKING:
    from index.indexing.build import IndexState
    from index.progress import Progress, Step
    from index.store.workspace import EmbedderFactory, Workspace

logger = logging.getLogger(__name__)
_INTERVAL_S = 0.2  # between two lines on the same step
_REQUEST_TIMEOUT_S = 150  # for a request on a file
MOST_MEMORY = 1792 * 1024**2
"""The most bytes of address space of a process that reads files, so that a file which unfolds without end fails alone:
they fit in what the service may take. The readers take 200 MB, 270 MB for an interview of 4 MB, and 1,100 MB where
names are looked for."""


def main(arguments: Sequence[str] | None = None, embedder_factory: EmbedderFactory | None = None) -> int:
    """Run an act and return its exit status. The embedder is the one that the settings name, unless another
    `embedder_factory` is given."""
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
    lower_priority()
    workspace = open_workspace(settings, embedder_factory)
    return _run(RunKind(options.act), options.corpus, workspace, stop, confirmed=options.yes)


def _run(kind: RunKind, root: Path, workspace: Workspace, stop: InterruptHandler, *, confirmed: bool) -> int:
    """Update the index or roll it back, and store the result."""
    from index.indexing.build import IndexState as State
    from index.indexing.build import index_state

    message, report, before = "", None, State()
    try:
        before = index_state(workspace)
        if kind is RunKind.UPDATE:
            report = _update(root, workspace, stop, confirmed=confirmed)
            end, message = RunEnd.DONE, _finish_retractions(workspace)
        else:
            end, message = _roll_back(workspace, stop)
    except KeyboardInterrupt:
        stop.end()
        end, message = RunEnd.STOPPED, _interrupted(workspace, before)
    except TooManyRemoved as error:
        end, message = RunEnd.TOO_MANY, error.reason
    except IndexBusy as error:
        end = RunEnd.REFUSED
        message = f"{error.reason} Elle a été lancée d’ailleurs, d’un terminal par exemple. Attendez sa fin."
    except CorpusError as error:
        end, message = RunEnd.REFUSED, str(error)
    except Exception as error:  # shown by the page, rather than lost with this process
        logger.exception("a run failed")
        end = RunEnd.REFUSED
        message = (
            f"La mise à jour a échoué ({type(error).__name__}). L’index répond comme avant. "
            "Relancez-la\u00a0; si elle échoue encore, lancez «\u00a0assistant doctor\u00a0» sur le serveur."
        )
    stop.end()
    run_result.write(workspace.data_dir / RUNS, kind, end, time.time(), message, report)
    _write_line(sys.stdout, ended=end.value)
    return 0


def _update(root: Path, workspace: Workspace, stop: InterruptHandler, *, confirmed: bool) -> dict[str, Any]:
    from assistant.cli import json_output
    from index.indexing.build import build

    return json_output.report(build(root, workspace, _progress_writer(stop), confirmed=confirmed))


def _finish_retractions(workspace: Workspace) -> str:
    """Erase what was withdrawn from what is kept beside the index; return a French line when that could not be done.
    The update is done all the same."""
    from assistant.corpus import retraction

    why = "un commentaire ou une question ne peut pas être réécrit"
    try:
        with workspace:
            finished = retraction.finish_retractions(workspace, retraction.Occasion.UPDATE)
        print_messages(finished.messages)
        if finished.feedback_erased:
            return ""
    except CorpusError as error:
        why = str(error).rstrip(".")
    except Exception as error:
        logger.exception("the files kept beside the index could not be searched for withdrawn words")
        why = type(error).__name__
    return (
        "L’index est à jour, mais ce qui a été retiré de l’étude n’a pas pu être cherché partout dans ce qui est gardé "
        f"à côté ({why}). Relancez la mise à jour."
    )


def _roll_back(workspace: Workspace, stop: InterruptHandler) -> tuple[RunEnd, str]:
    from index.indexing.build import roll_back_run

    result = roll_back_run(workspace, _progress_writer(stop))
    if result is None:
        return RunEnd.REFUSED, "Il n’y a pas d’état antérieur auquel revenir."
    not_copied = f" {result.not_copied}" if result.not_copied is not None else ""
    return RunEnd.DONE, f"L’index est revenu à son état d’avant la dernière mise à jour.{not_copied}"


def _interrupted(workspace: Workspace, before: IndexState) -> str:
    from assistant.cli.terminal import interrupted
    from index.indexing.build import index_state

    try:
        return str(interrupted(before, index_state(workspace))).replace(
            "Relancez assistant index", "Relancez la mise à jour"
        )
    except CorpusError as error:
        return str(error)


def _progress_writer(stop: InterruptHandler) -> Progress:
    """Return the progress of a run, which writes each step on the standard output, and checks for a stop."""
    from assistant.cli.progress_bar import counts

    out = sys.stdout  # the real one: a run over Ray redirects it later
    last: tuple[str, float] = ("", 0.0)

    def progress(step: Step) -> None:
        nonlocal last
        stop.check()
        now = time.monotonic()
        if step.name == last[0] and now < last[1] + _INTERVAL_S and step.done < step.total:
            return
        last = step.name, now
        done, total = (step.passages, step.expected) if step.expected else (step.done, step.total)
        running = total > 0 and step.done < step.total  # after the end of a step, the share of the next is not known
        _write_line(out, step=step.name, share=min(1.0, done / total) if running else None, counted=counts(step))

    return progress


def _write_line(out: TextIO, **fields: object) -> None:
    try:
        print(json.dumps(fields), file=out, flush=True)
    except OSError:  # the server is gone: the run is about to be stopped, or is done
        pass


def _exit_with_parent() -> None:
    # Not by `sys.stdin`, whose lock a waiting thread would hold at the end of the program.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGINT)


def _examine(root: Path, settings: IndexSettings) -> int:
    """Answer the requests on the standard input until it closes, within bounds of memory and time."""
    from assistant.corpus.inspection import FileInspector

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    bound = MOST_MEMORY if most == resource.RLIM_INFINITY else min(MOST_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (bound, most))
    inspector: FileInspector | None = None
    for line in sys.stdin:
        # The client gives up and kills this process before that, unless it is gone itself.
        signal.alarm(_REQUEST_TIMEOUT_S)
        try:
            inspector = inspector or FileInspector(root, settings, datetime.date.today())
            reply = inspector.answer(json.loads(line))
        except CorpusError as error:
            reply = {"reason": error.reason, "remedy": error.remedy}
        signal.alarm(0)
        print(json.dumps(reply), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
