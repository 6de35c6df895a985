"""Calls a language model behind an OpenAI-compatible server, within a time limit.

The only module that imports an LLM client, llama-index's `OpenAILike`. Another OpenAI-compatible server needs settings
only (`ASSISTANT_LLM_URL`, `ASSISTANT_LLM_MODEL`, `ASSISTANT_LLM_KEY`). To add a provider with another protocol: write a
class with the interface `assistant.answer.draft.Writer` and an `examine` method beside `LanguageModel`, and build it
where `LanguageModel` is built, in `assistant/compose/parts.py` and `assistant/cli/commands/doctor.py`."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Generator
from typing import Any

import httpx
import openai
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.llms.openai_like import OpenAILike

from assistant.errors import ModelFailed
from assistant.settings import LanguageModelSettings
from index.indexing.doctor import HealthCheck

_LONGEST = 700  # tokens of an answer
_ANY_KEY = "none"  # the client requires a key, a local server does not


class LanguageModel:
    """One model of one server. Thread-safe."""

    def __init__(self, settings: LanguageModelSettings) -> None:
        self.name, self._server_place, self._timeout = settings.name, settings.place, settings.timeout
        self._answering = threading.local()  # the HTTP response that each thread reads
        http = httpx.Client(timeout=settings.timeout, event_hooks={"response": [self._remember]})
        client_options: dict[str, Any] = {"http_client": http}  # not in the class's signature as type checkers read it
        self._client = OpenAILike(
            model=settings.name,
            api_base=settings.url,
            api_key=settings.key.get_secret_value() or _ANY_KEY,
            is_chat_model=True,
            is_function_calling_model=False,
            temperature=0.0,
            max_tokens=_LONGEST,
            timeout=settings.timeout,
            max_retries=0,  # each retry would restart the timeout
            **client_options,
        )

    def write(self, prompt: str) -> Generator[str, None, None]:
        """Yield the text that follows `prompt`, in pieces as they arrive. Raise `ModelFailed` when the model fails, or
        when the text is not complete within the timeout of the settings, wherever the server stopped."""
        pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        cancelled = threading.Event()
        # In a separate thread: the client restarts its timeout at each byte that a server sends.
        threading.Thread(
            target=self._read, args=(prompt, pieces, cancelled), name="language-model", daemon=True
        ).start()
        deadline = time.monotonic() + self._timeout
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    raise self._timed_out() from None
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise self._failure(piece) from None
                yield piece
        finally:
            cancelled.set()

    def examine(self) -> HealthCheck:
        """Check that the model answers, for the administrator."""
        began = time.monotonic()
        try:
            has_text = any(piece.strip() for piece in self.write("Réponds par un seul mot : oui."))
        except ModelFailed as error:
            return HealthCheck(_CHECK_NAME, False, error.reason, error.remedy)
        if not has_text:
            return HealthCheck(_CHECK_NAME, False, f"{self._label} répond, mais rien.", "Choisissez un autre modèle.")
        seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
        return HealthCheck(_CHECK_NAME, True, f"{self._label} répond, en {seconds} s.")

    def _remember(self, response: httpx.Response) -> None:
        self._answering.response = response

    @property
    def _label(self) -> str:
        return f"« {self.name} » ({self._server_place})"

    def _read(self, prompt: str, pieces: queue.SimpleQueue[str | Exception | None], cancelled: threading.Event) -> None:
        try:
            for chunk in self._client.stream_chat([ChatMessage(role=MessageRole.USER, content=prompt)]):
                if cancelled.is_set():
                    return
                if chunk.delta:
                    pieces.put(chunk.delta)
            pieces.put(None)
        except Exception as error:  # any failure of the server, the network or the client
            pieces.put(error)
        finally:
            # The client's generators keep the response open for a while, and a local server would go on generating.
            if response := getattr(self._answering, "response", None):
                response.close()

    def _timed_out(self) -> ModelFailed:
        return ModelFailed(
            f"Le modèle de langage {self._label} n'a pas fini en {self._timeout:g} s.",
            "Vérifiez son serveur, ou donnez-lui plus de temps avec ASSISTANT_LLM_TIMEOUT.",
        )

    def _failure(self, error: Exception) -> ModelFailed:
        """Return the `ModelFailed` for an error of the client, without the text of the server, which may repeat the
        key."""
        if isinstance(error, openai.APITimeoutError):
            return self._timed_out()
        for kinds, reason, remedy in _FAILURES:
            if isinstance(error, kinds):
                return ModelFailed(f"Le modèle de langage {self._label} {reason}.", remedy)
        if isinstance(error, openai.APIStatusError):
            reason = f"répond par l'erreur {error.status_code}"
            return ModelFailed(f"Le modèle de langage {self._label} {reason}.", "Voyez le journal de son serveur.")
        return ModelFailed(
            f"La réponse du modèle de langage {self._label} ne peut pas être lue ({type(error).__name__}).",
            "Vérifiez que l'adresse de ASSISTANT_LLM_URL est celle d'un serveur compatible avec OpenAI.",
        )


_CHECK_NAME = "Modèle de langage"
_FAILURES: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    (
        (openai.APIConnectionError,),
        "ne peut pas être joint",
        "Démarrez son serveur, ou corrigez ASSISTANT_LLM_URL.",
    ),
    (
        (openai.AuthenticationError, openai.PermissionDeniedError),
        "refuse la clé",
        "Corrigez ASSISTANT_LLM_KEY.",
    ),
    (
        (openai.NotFoundError,),
        "est inconnu du serveur",
        "Corrigez ASSISTANT_LLM_MODEL, ou l'adresse, qui finit souvent par /v1.",
    ),
    (
        (openai.RateLimitError,),
        "est trop demandé, ou son quota est atteint",
        "Attendez, ou voyez votre abonnement.",
    ),
    (
        (openai.BadRequestError, openai.UnprocessableEntityError),
        "refuse la demande, peut-être trop longue pour lui",
        "Choisissez un modèle dont le contexte est plus grand.",
    ),
)
