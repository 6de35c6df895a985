"""Worker of a cluster: the model, loaded once, turns batches of texts into vectors."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import ray
from ray.exceptions import RayError

from index.embedding.model import Embedder, FloatArray
from index.errors import ClusterUnavailable, CorpusError, ModelUnavailable
from index.settings import IndexSettings

_MAX_TRIES = 4  # in a row, of a worker, or of a batch
_ANSWER = pa.schema([("number", pa.int64()), ("vectors", pa.binary()), ("refused", pa.list_(pa.string()))])


class Worker:
    """Actor of Ray Data. When it cannot embed, it answers with an error instead of vectors: an actor whose constructor
    fails, or that dies on a batch, would be restarted again and again."""

    def __init__(
        self,
        feed: Any,
        settings: IndexSettings,
        opener: Callable[[IndexSettings], Embedder],
        identity: str,
        is_local: bool,
    ) -> None:
        # Set before torch is imported: a worker has one processor, and more threads would only compete for it.
        os.environ["OMP_NUM_THREADS"] = "1"
        self._feed, self._name = feed, str(ray.get_runtime_context().get_actor_id())
        self._refused: tuple[str, str] | None = None
        try:
            self._check_tries(self._name)
            if not is_local:  # the models folder of the machine that it runs on
                here = IndexSettings.from_environment(os.environ)
                settings = settings.model_copy(update={"models_dir": here.models_dir})
            self._embedder = opener(settings)
            if self._embedder.identity != identity:
                raise ModelUnavailable(
                    f"Le modèle n'est pas le même ({self._embedder.identity}, et non {identity}).",
                    "Mettez les mêmes modèles et la même version de l'assistant sur toutes les machines.",
                )
            self._embedder.prepare()
        except RayError:  # the feed is gone, and the dataset with it: the driver starts another
            raise
        except CorpusError as error:
            self._refused = error.reason, error.remedy
        except Exception as error:  # any error of the model's libraries, or of their installation on this machine
            self._refused = (
                f"Le modèle ne se charge pas ({type(error).__name__}).",
                "Vérifiez que l'assistant y est installé en entier, ou indexez sans --ray.",
            )

    def __call__(self, batches: pa.Table) -> pa.Table:
        rows = [self._answer(row["number"], row["texts"]) for row in batches.to_pylist()]
        return pa.Table.from_pylist(rows, schema=_ANSWER)

    def _answer(self, number: int, texts: list[str]) -> dict[str, object]:
        """Return the row that answers a batch: its number, and vectors or the cause and remedy of a refusal."""
        refused, vectors = self._refused, np.empty((0, 0), dtype=np.float32)
        if texts and not refused:
            try:
                self._check_tries(str(number))
                vectors = self._embedder.embed_passages(texts)
                self._feed.reset_attempts.remote(self._name)
            except RayError:  # as in the constructor
                raise
            except CorpusError as error:
                refused = error.reason, error.remedy
            except Exception as error:  # any error of the model's libraries
                refused = f"Le modèle a échoué ({type(error).__name__}).", "Relancez, ou indexez sans --ray."
        refusal = (
            [f"Sur la machine «\u00a0{socket.gethostname()}\u00a0»\u00a0: {refused[0]}", refused[1]] if refused else []
        )
        return {"number": number, "vectors": vectors.astype("<f4").tobytes(), "refused": refusal}

    def _check_tries(self, name: str) -> None:
        """Raise `ClusterUnavailable` after too many attempts to start this worker, or to compute a batch on any
        worker."""
        if ray.get(self._feed.count_attempt.remote(name)) > _MAX_TRIES:
            raise ClusterUnavailable(
                f"Un processus du cluster Ray s'est arrêté {_MAX_TRIES} fois de suite sans finir ce qu'il faisait.",
                "Chacun demande environ 1,5\u00a0Go de mémoire\u00a0: donnez-en plus, ou prenez moins de processus. "
                "Ce qui était préparé est gardé.",
            )


def read_answer(row: dict[str, Any], texts: int) -> FloatArray:
    """Return the vectors of an answer, shape (texts, dimensions). Raises `ClusterUnavailable` when the worker refused,
    or when the vectors do not match the number of texts."""
    if row["refused"]:
        raise ClusterUnavailable(*row["refused"])
    flat: FloatArray = np.frombuffer(row["vectors"], dtype="<f4")
    if texts and (not flat.size or flat.size % texts):
        raise ClusterUnavailable(
            "Un processus du cluster Ray a rendu des vecteurs qui ne sont pas ceux de ses textes.",
            "Mettez la même version de l'assistant sur toutes les machines, puis relancez.",
        )
    return flat.reshape(texts, -1) if texts else np.empty((0, 0), dtype=np.float32)
