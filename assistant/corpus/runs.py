"""The index runs that a page starts: one at a time, each in a process of its own, so that the server loads no model and
goes on answering. A run is stopped by SIGINT, as Ctrl-C stops it."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.corpus import run_result, subprocesses
from assistant.corpus.run_result import RunEnd, RunKind, RunResult

_TIMEOUT_S = 15.0  # for a run to stop by itself
_CUT = "La mise à jour s’est arrêtée sans dire pourquoi. Relancez-la\u00a0: ce qui était prêt est gardé."
_STOPPED = "Arrêtée avant d’avoir rien changé."


@dataclass(frozen=True, slots=True)
class RunProgress:
    """The progress of the run that goes on: the French name of its step, the share of it that is done, from 0 to 1
    (`None`: not known yet), and the same in French words."""

    act: RunKind
    step: str = "Démarrage"
    share: float | None = None
    counted: str = ""
    stopping: bool = False


class IndexRuns:
    """The runs over one data folder. `command` gives the command of a run, to which its kind and options are added (see
    `assistant.cli.background`); `folder` keeps the result of the last one. Threads may share it."""

    def __init__(
        self, command: Callable[[], Sequence[str]], folder: Path, clock: Callable[[], float] = time.time
    ) -> None:
        self._command = command
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._process: subprocesses.Process | None = None
        self._listener: threading.Thread | None = None
        self._now: RunProgress | None = None

    def start(self, act: RunKind, *options: str) -> bool:
        """Start a run; return whether it started: it does not while another goes on. Raises `OSError`."""
        with self._lock:
            if self._process is not None:
                return False
            # Its input stays open as long as this process lives: when it closes, the run stops by itself.
            process = subprocesses.start([*self._command(), act.value, *options])
            self._process, self._now = process, RunProgress(act)
            self._listener = threading.Thread(target=self._listen, args=(process, act), daemon=True)
            self._listener.start()
            return True

    def stop(self) -> bool:
        """Ask the run that goes on to stop; return whether there is one."""
        with self._lock:
            if self._process is None or self._now is None:
                return False
            self._now = replace(self._now, stopping=True)
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)
            return True

    def now(self) -> RunProgress | None:
        """Return the progress of the run that goes on, if there is one."""
        with self._lock:
            return self._now

    def last(self) -> RunResult | None:
        """Return the result of the last run, whichever server started it."""
        return run_result.read(self._folder)

    def close(self) -> None:
        """Stop the run that goes on, and wait for its end; kill it when it does not stop in time."""
        if not self.stop():
            return
        with self._lock:
            process, listener = self._process, self._listener
        if process is not None and not subprocesses.ends_within(process, _TIMEOUT_S):
            process.kill()
        if listener is not None:
            listener.join(_TIMEOUT_S)

    def _listen(self, process: subprocesses.Process, act: RunKind) -> None:
        """Follow the steps that a run writes, until it ends; store a result where it could not."""
        assert process.stdout is not None and process.stdin is not None
        ended = False
        with process.stdout:
            for line in process.stdout:
                message = _parsed(line)
                ended = ended or "ended" in message
                with self._lock:
                    if self._now is not None and "step" in message:
                        self._now = replace(
                            self._now,
                            step=str(message["step"]),
                            share=message.get("share"),
                            counted=str(message["counted"]),
                        )
        process.wait()
        with suppress(OSError):
            process.stdin.close()
        if not ended:  # killed, or crashed
            with self._lock:
                asked = self._now is not None and self._now.stopping
            with suppress(OSError):
                run_result.write(self._folder, act, RunEnd.STOPPED, self._clock(), _STOPPED if asked else _CUT)
        with self._lock:
            self._process = self._now = None


def _parsed(line: bytes) -> dict[str, Any]:
    """Return the object that a line of JSON holds; an empty one for any other line."""
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
