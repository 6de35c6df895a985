"""Gradio's page, where an event costs what it changes.

Gradio 6 builds a component anew for each output of each state of the screen, even one that is skipped; walks through
all that is sent in search of files; and hands each value to another thread: 150 ms of an answer, where ours took 20.
Its queue tells all who wait their place each time that one begins, and sums up all its past events with pandas each
time that one ends. None of it is shown here: our components hold text alone, and what is visible is the browser's to
know."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.blocks import BlockContext
from gradio.components import Component
from gradio.data_classes import GradioModel, GradioRootModel
from gradio.state_holder import SessionState

from assistant.ui.asking import Screen

_NEVER = str(10**9)
_PLACES_TOLD_S = 3600.0  # between two times that those who wait are told their place, which the page does not show


class ChatBlocks(gr.Blocks):
    """Blocks of components without files, whose events give each a `Screen`, or one after another."""

    def queued(self, at_once: int, at_most: int, threads: int) -> None:
        """Answer so many at once, by so many threads, and let so many wait."""
        self._workers = ThreadPoolExecutor(threads, "answers")
        # How long events took, of those alone that are kept: what Gradio sums up of them nobody asks.
        os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", _NEVER)
        os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
        self.queue(
            default_concurrency_limit=at_once, max_size=at_most, status_update_rate=_PLACES_TOLD_S, api_open=False
        )

    def stepped(self, screens: Callable[..., Generator[Screen, None, None]]) -> Callable[..., AsyncIterator[Screen]]:
        """`screens`, each of whose states is made by one of the page's own threads: Gradio would have any of forty do
        it, which keep each a connection and its memory. A visitor who leaves is not waited for."""

        async def step(*given: Any) -> AsyncIterator[Screen]:
            left = screens(*given)
            making = self._workers.submit(next, left, None)
            try:
                while (screen := await asyncio.wrap_future(making)) is not None:
                    yield screen
                    making = self._workers.submit(next, left, None)
            finally:
                making.add_done_callback(lambda made: left.close())

        return step

    async def preprocess_data(
        self, block_fn: BlockFunction, inputs: list[Any], state: SessionState | None, explicit_call: bool = False
    ) -> list[Any]:
        """What the browser sent for each input, as its component reads it."""
        state = state or SessionState(self)
        self.validate_inputs(block_fn, inputs)
        return [
            state[block._id] if block.stateful else block.preprocess(value)  # type: ignore[union-attr]
            for block, value in zip(block_fn.inputs, inputs, strict=False)  # what is sent too much is left out
        ]

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: list[Any] | dict[str, Any], state: SessionState | None
    ) -> list[Any]:
        """What is sent to the browser for each output, and is kept for the visit where the output is a `gr.State`."""
        if not isinstance(predictions, Screen):  # the end of several states is told by a value of Gradio's own
            return await super().postprocess_data(block_fn, predictions, state)
        state = state or SessionState(self)
        return [_sent(block, value, state) for block, value in zip(block_fn.outputs, predictions, strict=True)]


def _sent(block: Component | BlockContext, value: Any, state: SessionState) -> Any:
    changes = isinstance(value, dict) and value.get("__type__") == "update"
    if block.stateful:
        if not changes:
            state[block._id] = value
        return None
    if changes:
        return value if "value" not in value else {**value, "value": _shown(block, value["value"])}
    return _shown(block, value)


def _shown(block: Component | BlockContext, value: Any) -> Any:
    """A value as the component of the browser takes it."""
    shown = block.postprocess(value)  # type: ignore[no-untyped-call]
    return shown.model_dump() if isinstance(shown, (GradioModel, GradioRootModel)) else shown
