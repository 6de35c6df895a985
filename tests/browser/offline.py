"""Index a corpus, serve the page, ask a question and print the answer as JSON.

Run in a network namespace with nothing but loopback:
`unshare --net python -m tests.browser.offline CORPUS DATA LOG`."""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import sys
from pathlib import Path

from tests.browser.chromium import browsing, visiting
from tests.processes import assistant, environment, serving

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP
QUESTION = "rôle des bénévoles à Lens ?"


def main(corpus: str, data_dir: str, log: str) -> None:
    """Print as JSON the answer, the attempted connections to other machines (from `log`), and the error they give."""
    _bring_loopback_up()
    reach = _error_of_reaching("192.0.2.1")
    env = environment(Path(log))
    indexed = assistant("index", corpus, "--data-dir", data_dir, "--json", env=env)
    command = [sys.executable, "-m", "assistant", "serve", "--data-dir", data_dir, "--port", "0"]
    with serving(command, env) as address, browsing() as browser, visiting(browser, address) as visit:
        visit.ask(QUESTION)
        result = {
            "unreachable": reach,
            "indexed": indexed.returncode,
            "answer": visit.answer(),
            "cards": visit.cards(),
            "strangers": visit.strangers,
            "tried": Path(log).read_text() if Path(log).exists() else "",
        }
    print(json.dumps(result))


def _bring_loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(control, _GET_FLAGS, request))[1]
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def _error_of_reaching(host: str) -> str:
    try:
        with socket.create_connection((host, 80), timeout=3):
            return ""
    except OSError as error:
        return type(error).__name__ + " " + str(error)


if __name__ == "__main__":
    main(*sys.argv[1:])
