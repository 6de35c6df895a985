"""Names of `assistant.addresses` and `assistant.ui.links` for pages that are not yet moved to them."""

from assistant.addresses import (
    CORPUS,
    DESCRIBED,
    FEEDBACK,
    HEALTH,
    LEGAL,
    LOGIN,
    LOGOUT,
    QUALITY,
    RESEARCH,
    SOURCE,
    STATEMENT,
    TEAM,
    UPLOAD,
    WORDS,
)  # fmt: skip
from assistant.ui.links import (
    MOST_CITED,
    CitedSpan,
    after_login,
    citation_query,
    of_citation,
    of_passage,
    of_source,
    root_of,
    team,
)  # fmt: skip

__all__ = [
    "CORPUS", "DESCRIBED", "FEEDBACK", "HEALTH", "LEGAL", "LOGIN", "LOGOUT", "MOST_CITED", "QUALITY", "RESEARCH",
    "SOURCE", "STATEMENT", "TEAM", "UPLOAD", "WORDS", "CitedSpan", "after_login", "citation_query", "of_citation",
    "of_passage", "of_source", "root_of", "team", ]  # fmt: skip
