"""What reacting to an answer does to the page: one of four reactions is chosen, with a comment or without, and kept
without a name. Failing is told, not raised."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from html import escape
from typing import Any

from assistant.errors import FeedbackFailed, FeedbackRefused
from assistant.people.reactions import Reaction
from assistant.ui.asking import Screen, hidden, shown
from assistant.ui.conversation import Exchange
from assistant.ui.services import ChatServices

THANKS = "Merci. Votre réaction est gardée sans votre nom, avec la question et la réponse."
FAILED = "Votre réaction n’a pas pu être gardée. Réessayez dans un instant, ou dites-la à l’équipe."

logger = logging.getLogger(__name__)


def label(reaction: Reaction) -> str:
    """A reaction as a button says it."""
    return reaction.label


def choose(reaction: Reaction) -> Screen:
    """A reaction is chosen: a comment may be written."""
    heard = f"<p data-said>Votre réaction\u00a0: <strong>«\u00a0{escape(label(reaction))}\u00a0»</strong></p>"
    return Screen(reactions=hidden(), chosen=reaction.value, saying=shown(), heard=heard, thanks="")


def give_up() -> Screen:
    """No reaction after all."""
    return _offered(thanks="")


def keep(behind: ChatServices, reaction: str | None, comment: str, turns: Sequence[Exchange]) -> Screen:
    """Keep a reaction to the last answer."""
    answer = turns[-1].answer if turns else None
    if reaction is None or answer is None:
        return give_up()
    try:
        behind.keep(Reaction(reaction), answer, comment or "")
    except FeedbackRefused as error:
        return Screen(thanks=told(f"{error.reason} {error.remedy}".replace("'", "’"), failed=True))
    except FeedbackFailed as error:
        logger.error("%s", error)
        return Screen(thanks=told(FAILED, failed=True))
    return _offered(comment="", thanks=told(THANKS))


def told(text: str, *, failed: bool = False) -> str:
    """A line under the answer, which the page's script has said aloud."""
    return f'<p class="{"failure" if failed else "thanks"}" data-said>{escape(text)}</p>'


def _offered(**more: Any) -> Screen:
    """The four reactions again."""
    return Screen(reactions=shown(), chosen=None, saying=hidden(), heard="", **more)
