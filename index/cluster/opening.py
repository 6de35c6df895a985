"""Entry point: open the cluster that the settings name. Ray is imported only then."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager

from index.cluster.address import ClusterAddress, configure_ray_environment
from index.embedding.batches import EmbeddingBackend
from index.embedding.model import Embedder
from index.errors import ClusterUnavailable
from index.settings import IndexSettings


def open_cluster(
    settings: IndexSettings, opener: Callable[[IndexSettings], Embedder], identity: str
) -> AbstractContextManager[EmbeddingBackend]:
    """Return the backend for the cluster in `settings.ray`, whose workers embed with the model that `opener(settings)`
    returns there and that must have this `identity`. Nothing is started yet. Raises `ClusterUnavailable`."""
    address = ClusterAddress.read(settings.ray)
    configure_ray_environment(address, os.environ)
    try:
        from index.cluster.driver import RayBackend
    except ModuleNotFoundError as error:
        if error.name not in ("ray", "pyarrow"):
            raise
        raise ClusterUnavailable(
            "L'indexation sur un cluster demande le paquet ray, qui n'est pas installé.",
            "Installez-le (pip install 'ray[data]>=2.60,<2.61'), ou retirez --ray et ASSISTANT_RAY.",
        ) from error
    return RayBackend(address, settings, opener, identity)
