"""Address of the cluster, and the environment that Ray reads once, when it is imported."""

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
class ClusterAddress:
    """A cluster: `local`, of `workers` processes on this machine, started and stopped with the run; or the one at
    `name`, whose free processors give the number of workers."""

    name: str
    workers: int = 0

    @classmethod
    def read(cls, text: str) -> ClusterAddress:
        """Parse the value of `--ray`. Raises `ClusterUnavailable` for an invalid one."""
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
        """Host and port of the cluster's head, when the address gives them."""
        host, _, port = self.name.rpartition(":")
        return (host.strip("[]"), int(port)) if host else None


def configure_ray_environment(address: ClusterAddress, environment: MutableMapping[str, str]) -> None:
    """Set the environment variables that Ray reads when imported: no usage statistics, no output except its own logs,
    and a local cluster that only this machine can reach, with a secret token."""
    environment["RAY_USAGE_STATS_ENABLED"] = "0"
    environment["RAY_ENABLE_AUTO_CONNECT"] = "0"  # otherwise a late call would start another cluster
    environment.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    if address.is_local:
        # With this value every server listens on the loopback address only, and Ray does not look for the address of
        # this machine, which it does by a route to 8.8.8.8. The variable is named after the systems where it applies.
        environment["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        environment["RAY_AUTH_MODE"] = "token"
        environment["RAY_AUTH_TOKEN"] = _secret()  # otherwise stored in a file of the home folder


@cache
def _secret() -> str:
    """Return the secret of all clusters of this process: Ray keeps the first one that it reads."""
    return secrets.token_hex(32)
