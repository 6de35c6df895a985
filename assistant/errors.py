"""What can go wrong on the people side.

AssistantError          base: one French line, what happened and the remedy
├── BadLexicon          lexique.toml does not say what it should
├── BadPrompt           a file of prompts/ misses a variable, or names one that nobody gives
├── BadRequest          an option or a file given to the command line cannot be used
├── AccountRefused      an account or the secret of the sessions cannot be made, changed or read
├── AuditRefused        the audit trail cannot be kept
├── BasketRefused       a basket is full, or cannot be kept or read
├── CorpusRefused       a file cannot be added to the corpus, taken out of it or put back; nothing was changed
├── FeedbackRefused     a reaction is too long, one too many, or not for who asks to read it
├── FeedbackFailed      the file of the reactions cannot be written or read
├── MeasuresFailed      the results of the golden questions cannot be kept or read
├── Interrupted         somebody stopped a command that had begun to change something
├── ModelFailed         the language model gave no answer, or not a whole one
└── AddressInUse        the page cannot be served at the address asked for
"""

from __future__ import annotations

from index.errors import one_line


class AssistantError(Exception):
    """Base of the errors of `assistant/`. `reason` and `remedy` are French; `str()` gives both on one line."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = one_line(reason), one_line(remedy)
        super().__init__(self.reason, self.remedy)

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}".rstrip()


class BadLexicon(AssistantError):
    """The lexicon cannot be read."""


class BadPrompt(AssistantError):
    """A prompt cannot be used as it is written."""


class BadRequest(AssistantError):
    """What was asked on the command line cannot be done."""


class AccountRefused(AssistantError):
    """What was asked of the accounts cannot be done."""


class AuditRefused(AssistantError):
    """The audit trail cannot be kept."""


class BasketRefused(AssistantError):
    """What was asked of a basket cannot be done. The text may be shown to whoever asked."""


class CorpusRefused(AssistantError):
    """What was asked of the files of the corpus cannot be done, and nothing was changed."""


class FeedbackRefused(AssistantError):
    """What was asked of the reactions cannot be done. The text may be shown to whoever asked."""


class FeedbackFailed(AssistantError):
    """The reactions cannot be written or read. The text names a file: for the team."""


class MeasuresFailed(AssistantError):
    """The results of the golden questions cannot be written or read. The text names a file: for the team."""


class Interrupted(AssistantError):
    """Ctrl-C; the reason says what was kept."""


class ModelFailed(AssistantError):
    """The language model could not be asked, or stopped. Neither text holds anything that its server sent."""


class AddressInUse(AssistantError):
    """Another program listens at this address."""
