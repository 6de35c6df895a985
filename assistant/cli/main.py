"""The entry point of the command line: it runs a command and turns its errors into one line and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.cli.commands import (
    ask,
    audit,
    backup,
    doctor,
    evaluate,
    export,
    feedback,
    index,
    lexicon,
    privacy,
    search,
    serve,
    status,
    user,
)
from assistant.cli.commands.common import DONE, INTERRUPTED, REFUSED
from assistant.cli.interrupts import InterruptHandler
from assistant.cli.options import parser
from assistant.errors import AssistantError, Interrupted
from index.errors import CorpusError

if TYPE_CHECKING:
    from index.store.workspace import EmbedderFactory


def main(arguments: Sequence[str] | None = None, embedder_factory: EmbedderFactory | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 done in part, 2 refused, 130 interrupted; one line on the
    standard error gives the reason. Without `arguments` they are those of this process, which then stops at Ctrl-C. The
    embedder is the one that the settings name, unless another `embedder_factory` is given."""
    stop = InterruptHandler()
    try:
        if arguments is None:
            stop.listen()
        _stay_offline()
        options = parser(_COMMANDS).parse_args(arguments)
        options.stop, options.embedder_factory = stop, embedder_factory
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except Interrupted as error:
        print(error, file=sys.stderr)
        return INTERRUPTED
    except (CorpusError, AssistantError) as error:
        print(error, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        stop.end()  # first: another Ctrl-C must not cut this line short
        print("Interrompu. Rien n'a été modifié.", file=sys.stderr)
        return INTERRUPTED
    finally:
        stop.end()  # a late Ctrl-C has nothing left to stop


def _stay_offline() -> None:
    """Turn telemetry and model hubs off, before the libraries that would use them are imported."""
    for name, value in {
        "ANONYMIZED_TELEMETRY": "False",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "DO_NOT_TRACK": "1",
    }.items():
        os.environ.setdefault(name, value)


_COMMANDS = {
    "index": index.run,
    "ask": ask.run,
    "search": search.run,
    "export": export.run,
    "eval": evaluate.run,
    "lexicon": lexicon.run,
    "status": status.run,
    "doctor": doctor.run,
    "serve": serve.run,
    "user": user.run,
    "audit": audit.run,
    "feedback": feedback.run,
    "privacy": privacy.run,
    "backup": backup.run,
    "restore": backup.run_restore,
}
