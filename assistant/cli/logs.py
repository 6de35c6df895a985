"""The log of the server: the place and the kind of its errors, without their message, which may hold a question or a
passage, unless `ASSISTANT_LOG_DETAILS` asks for it. Requests are not logged at all."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from assistant.settings import LogSettings

_TALKATIVE = ("asyncio", "py.warnings")
_FORM = "%(asctime)s %(levelname)s %(name)s : %(message)s"
_ExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)  # as the standard library has it

logger = logging.getLogger(__name__)


class PrivateFormatter(logging.Formatter):
    """Formats an error by its kind and the places that it went through."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name in _TALKATIVE:  # their message holds the error itself
            record = logging.makeLogRecord({**record.__dict__, "msg": "une erreur n'a pas été attendue", "args": ()})
        return super().format(record)

    def formatException(self, ei: _ExcInfo) -> str:
        return where(ei[1]) if ei[1] is not None else ""


def where(error: BaseException) -> str:
    """Return « KeyError (engine.py:12 ← chat.py:33) », and the same of the errors that it came from."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = " ← ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    description = f"{type(error).__name__} ({places})"
    return description if cause is None else f"{description}, après {where(cause)}"


def listen(environment: Mapping[str, str]) -> None:
    """Write the warnings and errors of this process on its standard error, including those that libraries print by
    themselves: without their messages, unless `ASSISTANT_LOG_DETAILS` is « oui »."""
    if LogSettings.load(environment).details:
        logging.basicConfig(format=_FORM, level=logging.WARNING)
        return
    handler = logging.StreamHandler()
    handler.setFormatter(PrivateFormatter(_FORM))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    traceback.print_exc = _print_exc  # Gradio calls it
    logging.captureWarnings(True)
    sys.unraisablehook = lambda unraisable: _log_error(unraisable.exc_value)
    sys.excepthook = lambda kind, error, trace: _log_error(error)
    threading.excepthook = lambda uncaught: _log_error(uncaught.exc_value)


def _print_exc(*_: object, **__: object) -> None:
    _log_error(sys.exception())


def _log_error(error: BaseException | None) -> None:
    if error is not None:
        logger.error("une erreur n'a pas été attendue : %s", where(error))
