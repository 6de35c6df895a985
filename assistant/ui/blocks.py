"""A Gradio page whose events send only what they change.

For each output of each state of the screen, even a skipped one, Gradio 6 builds the component again, searches the value
for files, and hands it to another thread: 150 ms of an answer, of which this package takes 20 ms. Its queue sends every
waiting visitor their rank each time an event starts, and aggregates all past events with pandas each time one ends.
This page needs none of it: its components hold text alone, the browser keeps track of what is visible, and ranks and
statistics are not shown."""

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
_RANK_UPDATES_S = 3600.0  # between two messages to waiting visitors on their rank, which the page does not show


class ChatBlocks(gr.Blocks):
    """Blocks of components without files, whose event handlers return a `Screen` or yield several."""

    def configure_queue(self, at_once: int, at_most: int, threads: int) -> None:
        """Answer `at_once` events at the same time, in `threads` threads, and let `at_most` wait."""
        self._workers = ThreadPoolExecutor(threads, "answers")
        # Gradio's statistics on the duration of past events, which this page does not read, are limited to one event.
        os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", _NEVER)
        os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
        self.queue(
            default_concurrency_limit=at_once, max_size=at_most, status_update_rate=_RANK_UPDATES_S, api_open=False
        )

    def in_own_threads(
        self, screens: Callable[..., Generator[Screen, None, None]]
    ) -> Callable[..., AsyncIterator[Screen]]:
        """Return `screens` as an asynchronous generator whose states are computed by the threads of this page. Gradio
        would use any of its forty threads, each of which keeps a database connection and its memory. When the visitor
        leaves, the generator is closed once its current state is computed, without waiting for it."""

        async def step(*inputs: Any) -> AsyncIterator[Screen]:
            states = screens(*inputs)
            pending = self._workers.submit(next, states, None)
            try:
                while (screen := await asyncio.wrap_future(pending)) is not None:
                    yield screen
                    pending = self._workers.submit(next, states, None)
            finally:
                pending.add_done_callback(lambda done: states.close())

        return step

    async def preprocess_data(
        self, block_fn: BlockFunction, inputs: list[Any], state: SessionState | None, explicit_call: bool = False
    ) -> list[Any]:
        """Return the value that the browser sent for each input, preprocessed by its component."""
        state = state or SessionState(self)
        self.validate_inputs(block_fn, inputs)
        return [
            state[block._id] if block.stateful else block.preprocess(value)  # type: ignore[union-attr]
            for block, value in zip(block_fn.inputs, inputs, strict=False)  # extra values are ignored
        ]

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: list[Any] | dict[str, Any], state: SessionState | None
    ) -> list[Any]:
        """Return the value to send to the browser for each output; that of a `gr.State` is kept in the session."""
        if not isinstance(predictions, Screen):  # the end of a generator, which Gradio marks with a value of its own
            return await super().postprocess_data(block_fn, predictions, state)
        state = state or SessionState(self)
        return [_output(block, value, state) for block, value in zip(block_fn.outputs, predictions, strict=True)]


def _output(block: Component | BlockContext, value: Any, state: SessionState) -> Any:
    """Return the value to send for an output, and store in the session that of a `gr.State`."""
    is_update = isinstance(value, dict) and value.get("__type__") == "update"
    if block.stateful:
        if not is_update:
            state[block._id] = value
        return None
    if is_update:
        return value if "value" not in value else {**value, "value": _serialised(block, value["value"])}
    return _serialised(block, value)


def _serialised(block: Component | BlockContext, value: Any) -> Any:
    """Return a value in the form that the component of the browser expects."""
    processed = block.postprocess(value)  # type: ignore[no-untyped-call]
    return processed.model_dump() if isinstance(processed, (GradioModel, GradioRootModel)) else processed
