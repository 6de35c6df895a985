"""Recognition of the sites of a corpus (places and groups), in questions and passages, under any of their names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language.french import fold, stem, words
from index.types import Passage, Site

_EXACT_LENGTH = 4  # letters of the longest words compared without stemming
_ACRONYM_LENGTH = 3  # letters of the longest acronyms, matched in upper case only: « tc » may be anything


def named_sites(text: str, sites: Sequence[Site]) -> tuple[Site, ...]:
    """Return the sites that `text` names, in the order of `sites`."""
    return tuple(site for site in sites if any(_contains_name(text, name) for name in site.names))


def is_about_site(passage: Passage, site: Site, text: str | None = None) -> bool:
    """Return whether a passage, or the part `text` of it, is about a site: its source belongs to the site, or its
    headings or text name it."""
    if passage.source.site and fold(passage.source.site) == fold(site.name):
        return True
    return bool(named_sites("\n".join((*passage.context, passage.text if text is None else text)), [site]))


def remove_names(text: str, names: Sequence[str]) -> str:
    """Return `text`, folded, without these names; the longest are removed first."""
    left, forms = words(text), _forms(text)
    for name in sorted(names, key=len, reverse=True):
        wanted = _forms(name)
        while (start := _find(forms, wanted)) is not None:
            del left[start : start + len(wanted)], forms[start : start + len(wanted)]
    return " ".join(left)


def _contains_name(text: str, name: str) -> bool:
    """Return whether a text contains a name, as an upper-case acronym or word by word."""
    if len(name) <= _ACRONYM_LENGTH and name.isupper():
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
    return _find(_forms(text), _forms(name)) is not None


def _find(forms: Sequence[str], wanted: Sequence[str]) -> int | None:
    """Return the index of `wanted` in `forms`, or `None`."""
    starts = range(len(forms) - len(wanted) + 1) if wanted else ()
    return next((start for start in starts if forms[start : start + len(wanted)] == wanted), None)


def _forms(text: str) -> list[str]:
    """Return the words of a text, long ones as stems: « Valence » may be typed « valences »."""
    return [stem(word) if len(word) > _EXACT_LENGTH else word for word in words(text)]
