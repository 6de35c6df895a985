"""Connection to a cluster for the time of a run; with a local address, the cluster itself."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ray

from index.cluster.address import ClusterAddress
from index.errors import ClusterUnavailable

_OBJECT_STORE_BYTES = 100 * 2**20  # of a local cluster: it holds only the batches in flight
_PREFIX = "assistant-ray-"
_DEAD_PROXY = "http://127.0.0.1:9"
_PROXIES = {
    **dict.fromkeys(("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"), _DEAD_PROXY),
    **dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1,localhost,::1"),
}
_POLL_S = 0.25  # between two polls of the number of free processors
_MAX_POLLS, _STABLE_POLLS = 20, 8  # polls at most, and polls without a rise before stopping
_CONNECT_TIMEOUT_S = 3.0  # to open a TCP connection


def connect(address: ClusterAddress) -> int:
    """Connect to a cluster, or start a local one, and return the number of workers that it has room for, one per
    processor. Raises `ClusterUnavailable`."""
    for name in ("ray", "ray.data"):  # each logger has its own level
        logging.getLogger(name).setLevel(logging.CRITICAL)
    main = threading.current_thread() is threading.main_thread()
    former = signal.getsignal(signal.SIGTERM) if main else None
    try:
        with _silenced_stderr():
            if address.is_local:
                _start_local_cluster(address.workers)
            else:
                if address.server:  # Ray waits for ever for a missing server
                    socket.create_connection(address.server, timeout=_CONNECT_TIMEOUT_S).close()
                ray.init(address.name, log_to_driver=False, logging_level=logging.CRITICAL)
    except Exception as error:  # Ray raises many kinds: ConnectionError, RuntimeError, ValueError, OSError…
        disconnect()
        remedy = "Vérifiez l'adresse, le jeton (RAY_AUTH_TOKEN) et que ray est en marche sur cette machine aussi."
        if address.is_local:
            remedy = "Vérifiez la place qui reste en mémoire et sur le disque, ou relancez sans --ray."
        raise ClusterUnavailable(
            f"Le cluster Ray «\u00a0{address.name}\u00a0» ne répond pas ({type(error).__name__}).", remedy
        ) from error
    finally:
        if main:
            signal.signal(signal.SIGTERM, former)  # Ray replaces the handler
    room = address.workers or _free_processors()
    if not room:
        raise ClusterUnavailable(
            f"Le cluster Ray «\u00a0{address.name}\u00a0» n'a pas de processeur libre.",
            "Ajoutez-lui une machine, ou attendez la fin des autres travaux.",
        )
    return room


def _free_processors() -> int:
    """Return the number of free processors of a cluster, once it stops rising: a previous connection, even a failed
    one, releases its processors some time after it is closed."""
    free = still = 0
    for _ in range(_MAX_POLLS):
        total = int(ray.cluster_resources().get("CPU", 0))  # type: ignore[no-untyped-call]
        now = int(ray.available_resources().get("CPU", 0))  # type: ignore[no-untyped-call]
        free, still = now, 0 if now > free else still + 1
        if free >= total or (free and still >= _STABLE_POLLS):
            break
        time.sleep(_POLL_S)
    return free


@dataclass(frozen=True, slots=True)
class ServerProbe:
    """Probe of the two servers that a connection depends on. Without one of them Ray ends this process, a few seconds
    later and without a message, so this process watches them itself."""

    servers: tuple[tuple[str, int], ...]

    @classmethod
    def of_connection(cls) -> ServerProbe:
        """Return the probe of the cluster's head and of its node manager on this machine."""
        context = ray.get_runtime_context()
        head, _, port = context.gcs_address.rpartition(":")
        known = ray.nodes()  # type: ignore[no-untyped-call]
        here = next(node for node in known if node["NodeID"] == context.get_node_id())
        return cls(((head.strip("[]"), int(port)), (here["NodeManagerAddress"], here["NodeManagerPort"])))

    def is_reachable(self) -> bool:
        """Return whether both servers accept connections."""
        try:
            for server in self.servers:
                socket.create_connection(server, timeout=_CONNECT_TIMEOUT_S).close()
        except OSError:
            return False
        return True


def disconnect() -> None:
    """Disconnect from the cluster: the work of this process ends there, and so does a local cluster, with its files."""
    ray.shutdown()
    _delete_stale_folders()


def _delete_stale_folders() -> None:
    """Delete the folders of the clusters of this process, and of processes that no longer exist."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner == str(os.getpid()) or (owner.isdecimal() and _is_gone(int(owner))):
            shutil.rmtree(folder, ignore_errors=True)


def _is_gone(process: int) -> bool:
    """Return whether no process has this id; false when that cannot be known."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # another user's process, or not a process id
        return False
    return False


@contextmanager
def _silenced_stderr() -> Iterator[None]:
    """Silence the non-Python code of Ray while it starts, and its processes for good."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _start_local_cluster(workers: int) -> None:
    """Start a cluster of this machine, in its own temporary folder."""
    _delete_stale_folders()
    # A private folder: it receives the logs, and the texts too if the object store ever overflows.
    folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
    with _unreachable_proxy():
        ray.init(
            "local",
            num_cpus=workers,
            num_gpus=0,
            object_store_memory=_OBJECT_STORE_BYTES,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.CRITICAL,
            _temp_dir=folder,
        )


@contextmanager
def _unreachable_proxy() -> Iterator[None]:
    """Give the processes started inside the block an unreachable proxy. Even without usage statistics, Ray asks three
    clouds whether it runs there (`get_cloud_from_metadata_requests`), at 169.254.169.254 and at
    metadata.google.internal."""
    before = {name: os.environ.get(name) for name in _PROXIES}
    os.environ.update(_PROXIES)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
