"""Event handlers of the chat page that keep a reaction to an answer: one of four, with an optional comment, without the
name of the visitor. A failure becomes a line on the page."""

from __future__ import annotations

import logging
from typing import Any

from assistant.errors import FeedbackFailed, FeedbackRefused
from assistant.people.reactions import Reaction
from assistant.ui.asking import Exchanges, Screen, hide, show
from assistant.ui.pages.templates import macros
from assistant.ui.services import ChatServices

THANKS = "Merci. Votre réaction est gardée sans votre nom, avec la question et la réponse."
FAILED = "Votre réaction n’a pas pu être gardée. Réessayez dans un instant, ou dites-la à l’équipe."

_MACROS = macros("chat.html")
logger = logging.getLogger(__name__)


def choose(reaction: Reaction) -> Screen:
    """Return the screen once a reaction is chosen, with the field of its comment."""
    heard = str(_MACROS.chosen_reaction(reaction.label))
    return Screen(reactions=hide(), chosen=reaction.value, saying=show(), heard=heard, thanks="")


def cancel() -> Screen:
    """Return the screen once the reaction is cancelled."""
    return _with_reactions(thanks="")


def keep(services: ChatServices, reaction: str | None, comment: str, exchanges: Exchanges) -> Screen:
    """Keep a reaction to the last answer, and return the screen after it."""
    answer = exchanges[-1].answer if exchanges else None
    if reaction is None or answer is None:
        return cancel()
    try:
        services.keep(Reaction(reaction), answer, comment or "")
    except FeedbackRefused as error:
        return Screen(thanks=status(f"{error.reason} {error.remedy}".replace("'", "’"), failed=True))
    except FeedbackFailed as error:
        logger.error("%s", error)
        return Screen(thanks=status(FAILED, failed=True))
    return _with_reactions(comment="", thanks=status(THANKS))


def status(text: str, *, failed: bool = False) -> str:
    """Return a line under the answer, which the page's script has read aloud."""
    return str(_MACROS.status(text, failed))


def _with_reactions(**more: Any) -> Screen:
    """Return the screen with the four reactions again."""
    return Screen(reactions=show(), chosen=None, saying=hide(), heard="", **more)
