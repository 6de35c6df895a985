"""A language model behind an OpenAI-compatible server: a prompt in, text out, within a time. The one file that meets an
LLM client, llama-index's `OpenAILike`."""

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
_ANY_KEY = "none"  # the client wants one, a server at home does not


class LanguageModel:
    """One model of one server. Threads may share one."""

    def __init__(self, settings: LanguageModelSettings) -> None:
        self.name, self._place, self._timeout = settings.name, settings.place, settings.timeout
        self._answering = threading.local()  # the response that each thread reads
        http = httpx.Client(timeout=settings.timeout, event_hooks={"response": [self._remember]})
        over: dict[str, Any] = {"http_client": http}  # not in the class's signature as type checkers read it
        self._client = OpenAILike(
            model=settings.name,
            api_base=settings.url,
            api_key=settings.key.get_secret_value() or _ANY_KEY,
            is_chat_model=True,
            is_function_calling_model=False,
            temperature=0.0,
            max_tokens=_LONGEST,
            timeout=settings.timeout,
            max_retries=0,  # each would begin the time again
            **over,
        )

    def write(self, prompt: str) -> Generator[str, None, None]:
        """The text that the model goes on with, in pieces as they come. Raises `ModelFailed` when it cannot, or when
        the whole has not come in the seconds of the settings, wherever the server stopped."""
        pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        given_up = threading.Event()
        # In a thread of its own: the client's time is counted anew at each byte that a server sends.
        threading.Thread(target=self._read, args=(prompt, pieces, given_up), name="language-model", daemon=True).start()
        until = time.monotonic() + self._timeout
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(0.0, until - time.monotonic()))
                except queue.Empty:
                    raise self._late() from None
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise self._failed(piece) from None
                yield piece
        finally:
            given_up.set()

    def examine(self) -> HealthCheck:
        """Whether the model answers, for who looks after the assistant."""
        began = time.monotonic()
        try:
            written = any(piece.strip() for piece in self.write("Réponds par un seul mot : oui."))
        except ModelFailed as error:
            return HealthCheck(_WHAT, False, error.reason, error.remedy)
        if not written:
            return HealthCheck(_WHAT, False, f"{self._who} répond, mais rien.", "Choisissez un autre modèle.")
        seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
        return HealthCheck(_WHAT, True, f"{self._who} répond, en {seconds} s.")

    def _remember(self, response: httpx.Response) -> None:
        self._answering.response = response

    @property
    def _who(self) -> str:
        return f"« {self.name} » ({self._place})"

    def _read(self, prompt: str, pieces: queue.SimpleQueue[str | Exception | None], given_up: threading.Event) -> None:
        try:
            for said in self._client.stream_chat([ChatMessage(role=MessageRole.USER, content=prompt)]):
                if given_up.is_set():
                    return
                if said.delta:
                    pieces.put(said.delta)
            pieces.put(None)
        except Exception as error:  # whatever a server, the network and the client can do
            pieces.put(error)
        finally:
            # The client's own generators keep it open for a while, and a server at home writes on for nobody.
            if response := getattr(self._answering, "response", None):
                response.close()

    def _late(self) -> ModelFailed:
        return ModelFailed(
            f"Le modèle de langage {self._who} n'a pas fini en {self._timeout:g} s.",
            "Vérifiez son serveur, ou donnez-lui plus de temps avec ASSISTANT_LLM_TIMEOUT.",
        )

    def _failed(self, error: Exception) -> ModelFailed:
        """The error of a client in our words: what a server writes may repeat the key, or be anything."""
        if isinstance(error, openai.APITimeoutError):
            return self._late()
        for kinds, reason, remedy in _FAILURES:
            if isinstance(error, kinds):
                return ModelFailed(f"Le modèle de langage {self._who} {reason}.", remedy)
        if isinstance(error, openai.APIStatusError):
            reason = f"répond par l'erreur {error.status_code}"
            return ModelFailed(f"Le modèle de langage {self._who} {reason}.", "Voyez le journal de son serveur.")
        return ModelFailed(
            f"La réponse du modèle de langage {self._who} ne peut pas être lue ({type(error).__name__}).",
            "Vérifiez que l'adresse de ASSISTANT_LLM_URL est celle d'un serveur compatible avec OpenAI.",
        )


_WHAT = "Modèle de langage"
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
