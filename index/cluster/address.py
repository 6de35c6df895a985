"""Which cluster is asked for, and what is set before Ray is imported: it reads its environment then, and only then."""

from __future__ import annotations

import re
import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import cache

from index.embedding.question_engine import available_cores
from index.errors import ClusterUnavailable

_LOCAL = re.compile(r"local(?::([1-9][0-9]{0,3}))?")
_REMOTE = re.compile(r"auto|(?!local:)[A-Za-z0-9._-]+:[0-9]{1,5}|\[[0-9A-Fa-f:.]+\]:[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Address:
    """A cluster: of `workers` processes on this machine, begun and ended with the run, or the one at `name`, whose
    processors say how many workers it has."""

    name: str
    workers: int = 0

    @classmethod
    def read(cls, text: str) -> Address:
        """What `--ray` takes. Raises `ClusterUnavailable` for anything else."""
        if local := _LOCAL.fullmatch(text):
            return cls("local", int(local[1] or available_cores()))
        if _REMOTE.fullmatch(text):
            return cls(text)
        raise ClusterUnavailable(
            f"«\u00a0{text}\u00a0» n'est pas l'adresse d'un cluster Ray.",
            "Donnez local, local:2 (deux processus sur cette machine), auto, ou une adresse comme 192.0.2.10:6379.",
        )

    @property
    def is_local(self) -> bool:
        return self.name == "local"

    @property
    def server(self) -> tuple[str, int] | None:
        """The host and port of a cluster's head, where the address says them."""
        host, _, port = self.name.rpartition(":")
        return (host.strip("[]"), int(port)) if host else None


def configure_ray_environment(address: Address, environment: MutableMapping[str, str]) -> None:
    """Set what Ray reads when it is imported: nothing of its use is told to anyone, nothing is written of what it does
    but for its own logs, and a cluster of this machine is reached from this machine alone, by who knows its secret."""
    environment["RAY_USAGE_STATS_ENABLED"] = "0"
    environment["RAY_ENABLE_AUTO_CONNECT"] = "0"  # or what comes late would begin another cluster
    environment.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    if address.is_local:
        # Named after the systems where it is the default: every server then listens on the loopback address alone, and
        # the address of this machine is not looked for, which Ray does by a route to 8.8.8.8.
        environment["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        environment["RAY_AUTH_MODE"] = "token"
        environment["RAY_AUTH_TOKEN"] = _secret()  # else kept in a file of the home folder


@cache
def _secret() -> str:
    """The secret of the clusters of this process, one after the other: Ray keeps the first that it reads."""
    return secrets.token_hex(32)
