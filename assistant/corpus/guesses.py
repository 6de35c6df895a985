"""What a file that is added may be, guessed from its name and its text, for a person to confirm."""

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

_HEAD = 1_500  # characters of a text where its date may stand
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
    """Whether a file's name says that it is an interview, however its turns are typed."""
    return _INTERVIEW.search(fold(name)) is not None


def guess_title(name: str) -> str:
    """A title from a file's name alone: its words."""
    return " ".join(re.sub(r"[-_.]+", " ", _NUMERIC[0].sub(" ", name)).split()) or name


def guess_site(name: str, texts: Sequence[str], sites: Sequence[Site]) -> str:
    """The one site that a file's name says, or else the one that most pieces of its text name; empty when none, or
    several as much."""
    said = named_sites(re.sub(r"[-_.]+", " ", name), sites)
    if len(said) == 1:
        return said[0].name
    counted = Counter(site.name for text in texts for site in named_sites(text, sites))
    first, *others = [*counted.most_common(2), ("", 0)]
    return "" if others and others[0][1] == first[1] else first[0]


def guess_date(name: str, text: str, today: datetime.date) -> str:
    """A date in a file's name, or else in the head of its text: AAAA-MM-JJ, AAAA-MM, or from the name a mere AAAA;
    empty when there is none, or none that may be."""
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
