"""The sandbox: files are read by the readers of the index in a process of its own, so that a file which harms its
reader does not harm the server, and so that the conversation goes on meanwhile."""

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

_TIMEOUT_S = 120.0  # for one file
_LONGEST = 4_000_000  # bytes of a reply


class SandboxClient:
    """Reads files one after the other in a sandboxed process, which it starts at the first request. A context manager,
    whose exit ends the process. `command` starts the process, which answers each line of its input by a line of its
    output, both JSON (see `assistant.cli.background`)."""

    def __init__(self, command: Sequence[str], timeout_s: float = _TIMEOUT_S) -> None:
        self._command = list(command)
        self._timeout_s = timeout_s
        self._process: subprocesses.Process | None = None
        self._closed = False

    def __enter__(self) -> SandboxClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def examine(self, file: Path) -> dict[str, Any]:
        """Return the guesses on a file (`guess`: title, kind, site, date…), the metadata of its own header (`said`) and
        the notes of its reader (`notes`). Raises `UnreadableFile`."""
        return self._request(file=str(file))

    def holds_withdrawn(self, path: PurePosixPath) -> bool:
        """Return whether a file of the corpus holds withdrawn words; for a recording, whether its transcript does.
        Raises `UnreadableFile` when it cannot be read."""
        return bool(self._request(corpus=str(path)).get("withdrawn", True))

    def kept_holds_withdrawn(self, file: Path, path: PurePosixPath) -> bool:
        """Return whether a file kept outside the corpus, which was or would be at `path` in it, holds withdrawn words.
        Raises `UnreadableFile`."""
        return bool(self._request(kept=str(file), path=str(path)).get("withdrawn", True))

    def close(self) -> None:
        """End the process, even while another thread waits for it, and refuse every later request."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()

    def _request(self, **request: str) -> dict[str, Any]:
        """Return the reply to a request. Raises `UnreadableFile` with a reason and a remedy."""
        process = self._start()
        assert process.stdin is not None and process.stdout is not None
        late, reply = False, None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            reply = json.loads(_read_line(process.stdout.fileno(), self._timeout_s))
        except TimeoutError:
            late = True
        except (OSError, ValueError, RecursionError):
            pass
        if not isinstance(reply, dict):
            self._end()
            if self._closed:
                raise _stopping()
            if late:
                raise UnreadableFile("La lecture de ce fichier dure trop.", "Coupez-le en plusieurs fichiers.")
            raise UnreadableFile("Ce fichier a fait échouer sa lecture.", "Convertissez-le en texte brut.")
        if "reason" in reply:
            raise UnreadableFile(str(reply["reason"]), str(reply["remedy"]))
        return reply

    def _start(self) -> subprocesses.Process:
        if self._closed:
            raise _stopping()
        if self._process is None:
            self._process = subprocesses.start(self._command)
            if self._closed:  # by another thread, meanwhile
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


def open_sandbox(command: Sequence[str], data_dir: Path, root: Path) -> SandboxClient:
    """Return a client of a process that reads files for one data folder and the corpus folder `root`; `command` starts
    the program beside the server (see `subprocesses.background_command`)."""
    return SandboxClient([*command, "examine", *folder_options(data_dir, root)])


def folder_options(data_dir: Path, root: Path) -> list[str]:
    """Return the options that name a data folder and a corpus folder to the program beside the server."""
    return ["--data-dir", str(data_dir.resolve()), "--corpus", str(root.resolve())]


def _read_line(pipe: int, timeout_s: float) -> bytes:
    """Return a line of a reply, without its end. Raises `TimeoutError`, or `ValueError` when it ends or is too long."""
    until, read = time.monotonic() + timeout_s, b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while not read.endswith(b"\n"):
            if not waiting.select(max(0.0, until - time.monotonic())):
                raise TimeoutError
            block = os.read(pipe, 1 << 16)
            read += block
            if not block or len(read) > _LONGEST:
                raise ValueError("no reply")
    return read[:-1]


def _stopping() -> UnreadableFile:
    return UnreadableFile("Le serveur s’arrête.", "Recommencez quand il sera relancé.")
