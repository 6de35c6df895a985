"""The log says where an error is, and nothing of the questions."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.process

SECRET = "la réserve de topinambours"
PROGRAM = f"""
import asyncio, gc, logging, os, threading, traceback, warnings
from assistant.cli.logs import listen
listen(os.environ)
def fail():
    raise KeyError("{SECRET}")
def again():
    try:
        fail()
    except KeyError as error:
        raise ValueError("{SECRET}") from error
try:
    again()
except ValueError:
    logging.getLogger("une.piece").exception("raté")
    traceback.print_exc()
warnings.warn("{SECRET}")
class Heavy:
    def __del__(self):
        raise KeyError("{SECRET}")
Heavy()
async def forgotten():
    asyncio.get_running_loop().create_task(failing())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gc.collect()
async def failing():
    raise KeyError("{SECRET}")
asyncio.run(forgotten())
gc.collect()
thread = threading.Thread(target=fail)
thread.start()
thread.join()
again()
"""


def logged(**environment: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": ".", **environment},
    )
    assert run.returncode == 1
    return run.stdout + run.stderr


def test_an_error_is_logged_by_its_kind_and_place_without_its_message() -> None:
    output = logged()
    assert SECRET not in output
    assert output.count("ValueError (") == 3 and output.count("après KeyError (") == 3
    assert "une.piece : raté" in output and "KeyError (<string>:6" in output
    assert "asyncio : une erreur" in output and "py.warnings : une erreur" in output


@pytest.mark.parametrize("text", ["oui", "1"])
def test_details_are_logged_on_request(text: str) -> None:
    assert SECRET in logged(ASSISTANT_LOG_DETAILS=text)
