"""The functions that every command shares: exit statuses, settings, the objects that it opens, JSON output."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from assistant.settings import AssistantSettings
from index.settings import IndexSettings

if TYPE_CHECKING:
    from assistant.compose.parts import Components
    from index.errors import VectorsNotCopied
    from index.store.workspace import Workspace

DONE, IN_PART, REFUSED, INTERRUPTED = 0, 1, 2, 130


def read_settings(options: argparse.Namespace) -> tuple[IndexSettings, AssistantSettings]:
    """Return the settings of both packages, from the options and the environment. Raises `BadRequest`."""
    return (
        IndexSettings.from_environment(os.environ, options.data_dir),
        AssistantSettings.from_environment(os.environ),
    )


def open_workspace(options: argparse.Namespace, settings: IndexSettings | None = None) -> Workspace:
    """Return the workspace over the data folder that the options name, or over that of `settings`. Nothing is opened
    yet. Raises `BadRequest`."""
    from assistant.compose import workspace

    return workspace.open_workspace(settings or read_settings(options)[0], options.embedder_factory)


def open_parts(options: argparse.Namespace, *, writes: bool = False) -> Components:
    """Return the services that answer questions; with `writes`, a language model writes the answers if one is set.
    They stay open until the process ends. Raises `CorpusError` or `AssistantError`."""
    from assistant.compose.parts import compose

    index_settings, settings = read_settings(options)
    workspace = open_workspace(options, index_settings)
    return compose(workspace, settings if writes else settings.model_copy(update={"model": None}))


def exit_status(not_copied: VectorsNotCopied | None) -> int:
    """Return the exit status of a change that is done, whether or not the copy of the vectors could follow; print why
    it could not."""
    if not_copied is None:
        return DONE
    print(not_copied, file=sys.stderr)
    return IN_PART


def print_messages(messages: Iterable[str]) -> None:
    """Print lines on the standard error."""
    for message in messages:
        print(message, file=sys.stderr)


def write_json(value: object) -> None:
    """Print a value as JSON, alone on a line of the standard output."""
    print(json.dumps(value, ensure_ascii=False))
