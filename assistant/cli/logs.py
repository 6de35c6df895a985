"""What the server writes of its own troubles: where and of what kind, never of what. The message of an error may hold a
question or a passage, so it is left out unless asked for; requests are not logged at all."""

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
    """Writes an error by its kind and the places that it went through."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name in _TALKATIVE:  # they put the error itself into their message
            record = logging.makeLogRecord({**record.__dict__, "msg": "une erreur n'a pas été attendue", "args": ()})
        return super().format(record)

    def formatException(self, ei: _ExcInfo) -> str:
        return where(ei[1]) if ei[1] is not None else ""


def where(error: BaseException) -> str:
    """« KeyError (engine.py:12 ← chat.py:33) », and those that it came from."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = " ← ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told = f"{type(error).__name__} ({places})"
    return told if cause is None else f"{told}, après {where(cause)}"


def listen(environment: Mapping[str, str]) -> None:
    """Write the warnings and errors of this process on its standard error, those that libraries print by themselves
    too: discreetly, unless `ASSISTANT_LOG_DETAILS` says « oui »."""
    if LogSettings.load(environment).details:
        logging.basicConfig(format=_FORM, level=logging.WARNING)
        return
    handler = logging.StreamHandler()
    handler.setFormatter(PrivateFormatter(_FORM))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    traceback.print_exc = _print_exc  # Gradio calls it
    logging.captureWarnings(True)
    sys.unraisablehook = lambda told: _tell(told.exc_value)
    sys.excepthook = lambda kind, error, trace: _tell(error)
    threading.excepthook = lambda told: _tell(told.exc_value)


def _print_exc(*_: object, **__: object) -> None:
    _tell(sys.exception())


def _tell(error: BaseException | None) -> None:
    if error is not None:
        logger.error("une erreur n'a pas été attendue : %s", where(error))
