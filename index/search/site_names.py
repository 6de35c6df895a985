"""Sites: the places and groups a corpus is about, found in questions and in passages under any of their names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language.french import fold, stem, words
from index.types import Passage, Site

_EXACT_LENGTH = 4  # letters up to which a word is compared as it is
_ACRONYM_LENGTH = 3  # an alias of so few letters is an acronym, and « tc » in lower case may be anything


def named_sites(text: str, sites: Sequence[Site]) -> tuple[Site, ...]:
    """The sites that `text` names, in the order of `sites`."""
    return tuple(site for site in sites if any(_contains_name(text, name) for name in site.names))


def is_about_site(passage: Passage, site: Site, text: str | None = None) -> bool:
    """Whether a passage (or the part `text` of it) is about a site: its source is, its headings say so, or it names
    it."""
    if passage.source.site and fold(passage.source.site) == fold(site.name):
        return True
    return bool(named_sites("\n".join((*passage.context, passage.text if text is None else text)), [site]))


def remove_names(text: str, names: Sequence[str]) -> str:
    """`text`, folded, with these names taken out, longest first."""
    left, forms = words(text), _forms(text)
    for name in sorted(names, key=len, reverse=True):
        wanted = _forms(name)
        while (start := _find(forms, wanted)) is not None:
            del left[start : start + len(wanted)], forms[start : start + len(wanted)]
    return " ".join(left)


def _contains_name(text: str, name: str) -> bool:
    if len(name) <= _ACRONYM_LENGTH and name.isupper():
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
    return _find(_forms(text), _forms(name)) is not None


def _find(forms: Sequence[str], wanted: Sequence[str]) -> int | None:
    """Where `wanted` begins in `forms`."""
    starts = range(len(forms) - len(wanted) + 1) if wanted else ()
    return next((start for start in starts if forms[start : start + len(wanted)] == wanted), None)


def _forms(text: str) -> list[str]:
    """The words of a text, long ones by their stems: « Valence » may be typed « valences »."""
    return [stem(word) if len(word) > _EXACT_LENGTH else word for word in words(text)]
