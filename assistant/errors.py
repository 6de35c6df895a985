"""Exceptions of the `assistant` package.

AssistantError          base: one French line that gives the fact and the remedy
├── BadLexicon          lexique.toml is not valid TOML, or an entry of it is not valid
├── BadPrompt           a file of prompts/ lacks a variable, or names an unknown variable
├── BadRequest          an option or a file given to the command line cannot be used
├── AccountRefused      an account or the secret key of the sessions cannot be created, changed or read
├── AuditRefused        the audit trail cannot be kept
├── BasketRefused       a basket is full, or cannot be written or read
├── CorpusRefused       a file cannot be added to the corpus, removed from it or restored; nothing was changed
├── FeedbackRefused     a reaction is too long, exceeds the daily limit, or is not readable in the caller's scope
├── FeedbackFailed      the file of reactions cannot be written or read
├── MeasuresFailed      the results of the golden questions cannot be written or read
├── Interrupted         Ctrl-C stopped a command that had begun to change something
├── ModelFailed         the language model gave no answer, or an incomplete one
└── AddressInUse        the page cannot be served at the requested address
"""

from __future__ import annotations

from index.errors import one_line


class AssistantError(Exception):
    """Base of the errors of `assistant/`. `reason` and `remedy` are in French; `str()` gives both on one line."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = one_line(reason), one_line(remedy)
        super().__init__(self.reason, self.remedy)

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}".rstrip()


class BadLexicon(AssistantError):
    """The lexicon cannot be read or is not valid."""


class BadPrompt(AssistantError):
    """A prompt file cannot be used as it is written."""


class BadRequest(AssistantError):
    """Refusal of a command-line option, or of a file given to a command."""


class AccountRefused(AssistantError):
    """Refusal of an operation on the accounts or on the secret key of the sessions."""


class AuditRefused(AssistantError):
    """The audit trail cannot be written."""


class BasketRefused(AssistantError):
    """Refusal of an operation on a basket. The text may be shown to the visitor."""


class CorpusRefused(AssistantError):
    """Refusal of an operation on the files of the corpus; nothing was changed."""


class FeedbackRefused(AssistantError):
    """Refusal of an operation on the reactions. The text may be shown to the visitor."""


class FeedbackFailed(AssistantError):
    """The reactions cannot be written or read. The text names a file, so only the team may see it."""


class MeasuresFailed(AssistantError):
    """The results of the golden questions cannot be written or read. The text names a file, so only the team may see
    it."""


class Interrupted(AssistantError):
    """Ctrl-C stopped a command; `reason` lists the work that was kept."""


class ModelFailed(AssistantError):
    """The language model could not be called, or stopped midway. `reason` and `remedy` hold no text sent by its
    server."""


class AddressInUse(AssistantError):
    """Another program already listens at this address."""
