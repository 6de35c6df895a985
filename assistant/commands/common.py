"""What every command needs: its exit statuses, its settings, the parts it asks, JSON out."""

from __future__ import annotations

import argparse
import json
import os
from typing import TYPE_CHECKING

from assistant.settings import AssistantSettings
from index.settings import IndexSettings

if TYPE_CHECKING:
    from assistant.compose import Parts

DONE, IN_PART, REFUSED, INTERRUPTED = 0, 1, 2, 130


def read_settings(options: argparse.Namespace) -> tuple[IndexSettings, AssistantSettings]:
    """The settings of both sides, from the options and the environment. Raises `BadRequest`."""
    return (
        IndexSettings.from_environment(os.environ, options.data_dir),
        AssistantSettings.from_environment(os.environ),
    )


def open_parts(options: argparse.Namespace, *, writes: bool = False) -> Parts:
    """The parts; with who `writes`, if a language model is set."""
    from assistant.compose import compose

    index_settings, settings = read_settings(options)
    return compose(index_settings, settings if writes else settings.model_copy(update={"model": None}))


def write_json(value: object) -> None:
    """A value alone on a line of the standard output."""
    print(json.dumps(value, ensure_ascii=False))
