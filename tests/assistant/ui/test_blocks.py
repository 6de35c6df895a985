"""Tests of the Gradio page that sends only what an event changes, in the form that Gradio itself would send."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from typing import Any

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from assistant.ui import asking, chat
from assistant.ui.asking import Screen, hide
from assistant.ui.blocks import ChatBlocks
from assistant.ui.conversation import Exchange, messages
from assistant.ui.services import ChatServices


@pytest.fixture(scope="module")
def page() -> ChatBlocks:
    services = ChatServices(lambda *request: iter(()), lambda answer: answer, lambda *kept: None, lambda answer: False)

    async def built() -> ChatBlocks:  # in a running event loop: without one, Gradio creates loops that it never closes
        return chat.build(services, title="t", examples=("Qui ?",), threads=2)

    return asyncio.run(built())


EXCHANGES = (Exchange("Qui *sème* ?", "Les <b>jardiniers</b> [1]."),)
SCREENS = [
    Screen(question="", exchanges=EXCHANGES, chat=messages(EXCHANGES), passages="<p>é</p>", examples=hide(), thanks=""),
    asking.last(EXCHANGES, ""),
    asking.restart(),
    Screen(),
]


def sent(page: ChatBlocks, screen: object, *, by_gradio: bool = False) -> tuple[list[Any], SessionState]:
    state = SessionState(page)
    make = gr.Blocks.postprocess_data if by_gradio else ChatBlocks.postprocess_data
    given = tuple(screen) if by_gradio else screen  # type: ignore[arg-type]
    return asyncio.run(make(page, page.fns[0], given, state)), state  # type: ignore[arg-type]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_is_sent_as_gradio_would(page: ChatBlocks, screen: Screen) -> None:
    ours, kept = sent(page, screen)
    theirs, theirs_kept = sent(page, screen, by_gradio=True)
    for output in theirs:  # for a skipped HTML component, Gradio adds the update itself as a property
        if isinstance(output, dict) and output.get("props") == gr.skip():
            del output["props"]
    assert ours == theirs
    number = page.fns[0].outputs[Screen._fields.index("exchanges")]._id
    assert kept[number] == theirs_kept[number]


def test_the_end_of_a_generator_is_left_to_gradio(page: ChatBlocks) -> None:
    from gradio.components.base import _Keywords

    outputs = len(page.fns[0].outputs)
    assert sent(page, (_Keywords.FINISHED_ITERATING,) * outputs)[0] == [None] * outputs


def test_inputs_are_read_as_gradio_would(page: ChatBlocks) -> None:
    for given in (["Qui ?", None, True], [7, {"path": "/etc/passwd"}, None], [None, "ignored", False, "too much"]):
        ours = asyncio.run(page.preprocess_data(page.fns[0], list(given), SessionState(page)))
        theirs = asyncio.run(gr.Blocks.preprocess_data(page, page.fns[0], list(given), SessionState(page)))
        assert ours == theirs
    with pytest.raises(ValueError, match="enough input"):
        asyncio.run(page.preprocess_data(page.fns[0], ["Qui ?"], SessionState(page)))


def test_ranks_and_statistics_of_the_queue_are_disabled(page: ChatBlocks) -> None:
    queue = page._queue
    assert not queue.live_updates and queue.ANALYTICS_MAX_EVENTS == 1
    queue.events_recorded = 1000
    assert queue.compute_analytics_summary([{"function": "f"}]) == {"functions": {}}  # type: ignore[no-untyped-call]


def test_screens_are_computed_in_order_by_the_threads_of_the_page(page: ChatBlocks) -> None:
    made: list[str] = []

    def screens(first: str) -> Generator[Screen, None, None]:
        for text in (first, "b", "c"):
            made.append(threading.current_thread().name)
            yield Screen(heard=text)

    async def read() -> list[str]:
        return [screen.heard async for screen in page.in_own_threads(screens)("a")]

    assert asyncio.run(read()) == ["a", "b", "c"]
    assert all(name.startswith("answers") for name in made)


def test_errors_are_raised_and_a_cancelled_generator_is_closed_after_its_current_screen(page: ChatBlocks) -> None:
    going, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def failing() -> Generator[Screen, None, None]:
        yield Screen()
        raise OSError("full")

    def long() -> Generator[Screen, None, None]:
        try:
            yield Screen()
            going.set()
            go_on.wait(20)
            yield Screen()
        finally:
            closed.set()

    async def read() -> None:
        with pytest.raises(OSError, match="full"):
            [screen async for screen in page.in_own_threads(failing)()]

        async def listen() -> None:
            async for _ in page.in_own_threads(long)():
                pass

        listening = asyncio.create_task(listen())
        await asyncio.to_thread(going.wait, 20)
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        assert not closed.is_set()  # its state is still being made
        go_on.set()
        assert await asyncio.to_thread(closed.wait, 20)

    asyncio.run(read())
