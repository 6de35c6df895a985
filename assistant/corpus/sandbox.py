"""Files tried with the readers of the index, in a process of its own: what a file does to its reader, it does not do to
the server, and the conversation goes on meanwhile."""

from __future__ import annotations

import json
import os
import selectors
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from assistant.corpus import subprocesses
from index.errors import UnreadableFile

_PATIENCE_S = 120.0  # for a file, after which it takes too long to be read here
_LONGEST = 4_000_000  # bytes of an answer


class SandboxClient:
    """Reads files one after the other; a context, at whose end its process is gone. `command` starts the process, which
    answers each line of its input by a line of its output, both JSON (see `assistant.cli.background`)."""

    def __init__(self, command: Sequence[str], patience_s: float = _PATIENCE_S) -> None:
        self._command = list(command)
        self._patience_s = patience_s
        self._process: subprocesses.Process | None = None
        self._closed = False

    def __enter__(self) -> SandboxClient:
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
        """Whether a file of the corpus holds what was withdrawn from the study; a recording, whether its transcript
        does. Raises `UnreadableFile` when that cannot be told."""
        return bool(self._asked(corpus=str(path)).get("withdrawn", True))

    def kept_holds_withdrawn(self, file: Path, path: PurePosixPath) -> bool:
        """The same of a file that is kept elsewhere, and was in the corpus, or would be, at `path`. Raises
        `UnreadableFile`."""
        return bool(self._asked(kept=str(file), path=str(path)).get("withdrawn", True))

    def close(self) -> None:
        """End what goes on, whoever waits for it, and read nothing any more."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()

    def _asked(self, **question: str) -> dict[str, Any]:
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        late, answer = False, None
        try:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            answer = json.loads(_line(process.stdout.fileno(), self._patience_s))
        except TimeoutError:
            late = True
        except (OSError, ValueError, RecursionError):
            pass
        if not isinstance(answer, dict):
            self._end()
            if self._closed:
                raise _stopping()
            if late:
                raise UnreadableFile("La lecture de ce fichier dure trop.", "Coupez-le en plusieurs fichiers.")
            raise UnreadableFile("Ce fichier a fait échouer sa lecture.", "Convertissez-le en texte brut.")
        if "reason" in answer:
            raise UnreadableFile(str(answer["reason"]), str(answer["remedy"]))
        return answer

    def _running(self) -> subprocesses.Process:
        if self._closed:
            raise _stopping()
        if self._process is None:
            self._process = subprocesses.start(self._command)
            if self._closed:  # meanwhile
                self._process.kill()
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()


def _line(pipe: int, patience_s: float) -> bytes:
    """A line of an answer, without its end. Raises `TimeoutError`, or `ValueError` for what is no line."""
    until, read = time.monotonic() + patience_s, b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while not read.endswith(b"\n"):
            if not waiting.select(max(0.0, until - time.monotonic())):
                raise TimeoutError
            block = os.read(pipe, 1 << 16)
            read += block
            if not block or len(read) > _LONGEST:
                raise ValueError("no answer")
    return read[:-1]


def _stopping() -> UnreadableFile:
    return UnreadableFile("Le serveur s’arrête.", "Recommencez quand il sera relancé.")
