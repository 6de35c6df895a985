"""Guesses on a file that is added, from its name and its text, for a person to confirm."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from index.language.french import fold
from index.language.months import PLAIN_MONTHS
from index.reading.metadata import is_date
from index.search.site_names import named_sites
from index.types import Site

_HEAD = 1_500  # characters of a text in which its date is looked for
_EARLIEST = 1900
_NUMERIC = (
    re.compile(r"(?<!\d)(?P<y>\d{4})[-_./ ](?P<m>\d{1,2})[-_./ ](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})[-_./ ](?P<m>\d{1,2})[-_./ ](?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})[-_.](?P<m>\d{1,2})(?!\d)"),
)
_WRITTEN = re.compile(
    rf"(?:(?<!\d)(?P<d>\d{{1,2}})(?:er)?[ _-]+)?(?P<month>{'|'.join(PLAIN_MONTHS)})[ _-]+(?P<y>\d{{4}})(?!\d)"
)
_INTERVIEW = re.compile(r"entretien|interview|transcript|retranscri|verbatim")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


def says_interview(name: str) -> bool:
    """Return whether a file's name calls it an interview, whatever form its turns have."""
    return _INTERVIEW.search(fold(name)) is not None


def guess_title(name: str) -> str:
    """Return a title made of the words of a file's name."""
    return " ".join(re.sub(r"[-_.]+", " ", _NUMERIC[0].sub(" ", name)).split()) or name


def guess_site(name: str, texts: Sequence[str], sites: Sequence[Site]) -> str:
    """Return the site that a file's name mentions, or else the one that most pieces of its text mention; empty when
    there is none, or a tie."""
    in_name = named_sites(re.sub(r"[-_.]+", " ", name), sites)
    if len(in_name) == 1:
        return in_name[0].name
    counted = Counter(site.name for text in texts for site in named_sites(text, sites))
    first, *others = [*counted.most_common(2), ("", 0)]
    return "" if others and others[0][1] == first[1] else first[0]


def guess_date(name: str, text: str, today: datetime.date) -> str:
    """Return a date of a file's name, or else of the head of its text: AAAA-MM-JJ, AAAA-MM, or AAAA from the name
    alone; empty when there is none that is possible."""
    for where in (name, text[:_HEAD]):
        for found in _dates(fold(where)):
            if is_date(found) and _EARLIEST <= int(found[:4]) and found <= today.isoformat():
                return found
    years = [year for year in _YEAR.findall(name) if int(year) <= today.year]
    return years[0] if len(set(years)) == 1 else ""


def _dates(text: str) -> Iterator[str]:
    for pattern in _NUMERIC:
        for found in pattern.finditer(text):
            parts = found.groupdict()
            day = f"-{int(parts['d']):02d}" if parts.get("d") else ""
            yield f"{parts['y']}-{int(parts['m']):02d}{day}"
    for found in _WRITTEN.finditer(text):
        day = f"-{int(found['d']):02d}" if found["d"] else ""
        yield f"{found['y']}-{PLAIN_MONTHS.index(found['month']) + 1:02d}{day}"
