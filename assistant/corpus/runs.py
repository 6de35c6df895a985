"""The index runs that a page starts: each in a process of its own, so that the server loads no model and goes on
answering; one at a time; stopped as Ctrl-C stops one."""

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

_PATIENCE_S = 15.0  # for a run to stop by itself
_CUT = "La mise à jour s’est arrêtée sans dire pourquoi. Relancez-la\u00a0: ce qui était prêt est gardé."
_STOPPED = "Arrêtée avant d’avoir rien changé."


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far the run that goes on is: the French name of its step, and how much of it is done, from 0 to 1 (`None`:
    not known yet), with the same in words."""

    act: RunKind
    step: str = "Démarrage"
    share: float | None = None
    counted: str = ""
    stopping: bool = False


class IndexRuns:
    """The runs over one data folder. `command` gives what starts one, to which the act and its options are added (see
    `assistant.cli.background`); `folder` keeps how the last ended. Threads may share it."""

    def __init__(
        self, command: Callable[[], Sequence[str]], folder: Path, clock: Callable[[], float] = time.time
    ) -> None:
        self._command = command
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._process: subprocesses.Process | None = None
        self._reading: threading.Thread | None = None
        self._now: RunProgress | None = None

    def start(self, act: RunKind, *options: str) -> bool:
        """Begin a run; whether it did: not while another goes on. Raises `OSError`."""
        with self._lock:
            if self._process is not None:
                return False
            # Its input stays open as long as we live: at its end, it stops by itself.
            process = subprocesses.start([*self._command(), act.value, *options])
            self._process, self._now = process, RunProgress(act)
            self._reading = threading.Thread(target=self._listen, args=(process, act), daemon=True)
            self._reading.start()
            return True

    def stop(self) -> bool:
        """Ask the run that goes on to stop; whether there is one."""
        with self._lock:
            if self._process is None or self._now is None:
                return False
            self._now = replace(self._now, stopping=True)
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)
            return True

    def now(self) -> RunProgress | None:
        """The run that goes on."""
        with self._lock:
            return self._now

    def last(self) -> RunResult | None:
        """How the last one ended, whichever server started it."""
        return run_result.read(self._folder)

    def close(self) -> None:
        """End what goes on, cleanly, and wait for it."""
        if not self.stop():
            return
        with self._lock:
            process, reading = self._process, self._reading
        if process is not None and not subprocesses.ends_within(process, _PATIENCE_S):
            process.kill()
        if reading is not None:
            reading.join(_PATIENCE_S)

    def _listen(self, process: subprocesses.Process, act: RunKind) -> None:
        assert process.stdout is not None and process.stdin is not None
        ended = False
        with process.stdout:
            for line in process.stdout:
                said = _said(line)
                ended = ended or "ended" in said
                with self._lock:
                    if self._now is not None and "step" in said:
                        self._now = replace(
                            self._now, step=str(said["step"]), share=said.get("share"), counted=str(said["counted"])
                        )
        process.wait()
        with suppress(OSError):
            process.stdin.close()
        if not ended:  # killed, or worse
            with self._lock:
                asked = self._now is not None and self._now.stopping
            with suppress(OSError):
                run_result.write(self._folder, act, RunEnd.STOPPED, self._clock(), _STOPPED if asked else _CUT)
        with self._lock:
            self._process = self._now = None


def _said(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
