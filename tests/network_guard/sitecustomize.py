"""Put first on PYTHONPATH of a program under test: writes down each address off this machine that it tries to reach, in
the file named by NETWORK_GUARD_LOG, and refuses it."""

import os
import sys

_LOCAL = ("127.", "::1", "localhost", "0.0.0.0", "::")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = str(address[0]) if isinstance(address, tuple) else ""
    elif event == "socket.getaddrinfo":
        host = str(arguments[0] or "")
    else:
        return
    if host and not host.startswith(_LOCAL):
        with open(os.environ["NETWORK_GUARD_LOG"], "a", encoding="utf-8") as log:
            log.write(f"{event} {host}\n")
        raise OSError(f"no network in tests: {host}")


if os.environ.get("NETWORK_GUARD_LOG"):
    sys.addaudithook(_watch)
