"""The states of the page while someone reacts to an answer: a reaction of four is chosen, with a comment or without,
and kept without a name. A failure becomes a line on the page."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from assistant.errors import FeedbackFailed, FeedbackRefused
from assistant.people.reactions import Reaction
from assistant.ui.asking import Screen, hidden, shown
from assistant.ui.conversation import Exchange
from assistant.ui.pages.templates import macros
from assistant.ui.services import ChatServices

THANKS = "Merci. Votre réaction est gardée sans votre nom, avec la question et la réponse."
FAILED = "Votre réaction n’a pas pu être gardée. Réessayez dans un instant, ou dites-la à l’équipe."

_MACROS = macros("chat.html")
logger = logging.getLogger(__name__)


def choose(reaction: Reaction) -> Screen:
    """Return the page once a reaction is chosen: a comment may be written."""
    heard = str(_MACROS.chosen_reaction(reaction.label))
    return Screen(reactions=hidden(), chosen=reaction.value, saying=shown(), heard=heard, thanks="")


def give_up() -> Screen:
    """Return the page once the reaction is cancelled."""
    return _offered(thanks="")


def keep(services: ChatServices, reaction: str | None, comment: str, turns: Sequence[Exchange]) -> Screen:
    """Keep a reaction to the last answer, and return the page after it."""
    answer = turns[-1].answer if turns else None
    if reaction is None or answer is None:
        return give_up()
    try:
        services.keep(Reaction(reaction), answer, comment or "")
    except FeedbackRefused as error:
        return Screen(thanks=status(f"{error.reason} {error.remedy}".replace("'", "’"), failed=True))
    except FeedbackFailed as error:
        logger.error("%s", error)
        return Screen(thanks=status(FAILED, failed=True))
    return _offered(comment="", thanks=status(THANKS))


def status(text: str, *, failed: bool = False) -> str:
    """Return a line under the answer, which the page's script has read aloud."""
    return str(_MACROS.status(text, failed))


def _offered(**more: Any) -> Screen:
    """Return the page with the four reactions again."""
    return Screen(reactions=shown(), chosen=None, saying=hidden(), heard="", **more)
