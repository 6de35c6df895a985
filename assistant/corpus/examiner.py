"""Files tried with the readers of the index, in a process of its own: what a file does to its reader, it does not do to
the server, and the conversation goes on meanwhile."""

from __future__ import annotations

import json
import selectors
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from assistant.corpus import beside
from index.errors import UnreadableFile

_PATIENCE_S = 120.0  # for a file, after which it takes too long to be read here


class Examiner:
    """Reads files one after the other; a context, at whose end its process is gone. `command` starts the process, which
    answers each line of its input by a line of its output, both JSON (see `assistant.commands.background`)."""

    def __init__(self, command: Sequence[str], patience_s: float = _PATIENCE_S) -> None:
        self._command = list(command)
        self._patience_s = patience_s
        self._process: beside.Process | None = None

    def __enter__(self) -> Examiner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def examine(self, file: Path) -> dict[str, Any]:
        """What a file shows itself to be: `guess` (title, kind, site, date) and `said`, what its own header says.
        Raises `UnreadableFile` with reason and remedy."""
        return self._asked(file=str(file))

    def holds_withdrawn(self, path: PurePosixPath) -> bool:
        """Whether a file of the corpus holds what was withdrawn from the study. Raises `UnreadableFile` when that
        cannot be told."""
        return bool(self._asked(corpus=str(path)).get("withdrawn", True))

    def _asked(self, **question: str) -> dict[str, Any]:
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            with selectors.DefaultSelector() as waiting:
                waiting.register(process.stdout, selectors.EVENT_READ)
                ready = bool(waiting.select(self._patience_s))
            line = process.stdout.readline() if ready else b""
            answer = json.loads(line) if line else None
        except (OSError, ValueError):
            ready, answer = True, None
        if not isinstance(answer, dict):
            self._end()
            if not ready:
                raise UnreadableFile("La lecture de ce fichier dure trop.", "Coupez-le en plusieurs fichiers.")
            raise UnreadableFile("Ce fichier a fait échouer sa lecture.", "Convertissez-le en texte brut.")
        if "reason" in answer:
            raise UnreadableFile(str(answer["reason"]), str(answer["remedy"]))
        return answer

    def _running(self) -> beside.Process:
        if self._process is None:
            self._process = beside.start(self._command)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()
