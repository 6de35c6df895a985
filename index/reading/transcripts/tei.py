"""Reader of speech in TEI-XML.

It reads `<u who start end>` of TEI P5, chapter 8 (tei-c.org), with ISO 24624:2016's `<annotationBlock>` around it,
and the form that TeiConvert made of Transcriber files for CFPP2000 before ISO 24624: `<annotatedU wh>` or
`<annotationGrp wh>`. Times are points of a `<timeline>`: a `<when>` lies `interval` after the point that `since`
names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.transcripts import markup
from index.reading.transcripts.turns import (
    Transcript,
    Turn,
    build_transcript,
    one_line,
    parse_seconds,
    transcript_reader,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_FORM = "TEI (.xml)"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_BLOCK_TAGS = frozenset({"annotatedU", "annotationGrp", "annotationBlock"})
_NON_SPEECH = frozenset(
    {"desc", "incident", "kinesic", "vocal", "pause", "note", "span", "spanGrp", "link", "anchor", "shift", "writing"}
)
_UNITS = {"ms": 0.001, "millisecond": 0.001, "milliseconds": 0.001, "min": 60.0, "minute": 60.0, "h": 3600.0}
_TOKEN_SPACE = re.compile(r" +(?=[,.…)\]])|(?<=['’]) +")


@transcript_reader(_FORM)
def read_transcript(data: bytes) -> Transcript:
    """Return a turn for each `<u>`, in the order of the file; a `<u>` with several speakers is one turn with their
    names joined. Descriptions of noises, pauses and comments are left out. Raise `UnreadableFile`."""
    root = markup.parse_xml(data, "TEI", _FORM)
    names, times = _person_names(root), _timeline_seconds(root)
    turns: list[Turn] = []
    _collect_turns(root, {}, names, times, turns)
    return build_transcript(turns)


def _collect_turns(
    element: Element,
    block_attributes: dict[str, str],
    names: dict[str, str],
    times: dict[str, float],
    turns: list[Turn],
) -> None:
    """Append the turns below `element` to `turns`; `block_attributes` holds the attributes of the enclosing block."""
    for child in element:
        if child.tag == "u":
            turns.append(_turn(child, {**block_attributes, **child.attrib}, names, times))
        elif child.tag not in ("teiHeader", "timeline"):
            _collect_turns(
                child, dict(child.attrib) if child.tag in _BLOCK_TAGS else block_attributes, names, times, turns
            )


def _turn(u: Element, attributes: dict[str, str], names: dict[str, str], times: dict[str, float]) -> Turn:
    codes = (attributes.get("who") or attributes.get("wh") or "").split()
    speaker = ", ".join(names.get(code.removeprefix("#"), code.removeprefix("#")) for code in codes)
    points = [anchor.get("synch", "") for anchor in u.iter("anchor")]
    start = attributes.get("start") or (points[0] if points else "")
    end = attributes.get("end") or (points[-1] if len(points) > 1 else "")
    return Turn(speaker or None, _utterance_text(u), _point_seconds(start, times), _point_seconds(end, times))


def _utterance_text(u: Element) -> str:
    for gap in u.iter("gap"):
        gap.text = " [inaudible] "
    words = any(True for _ in u.iter("w"))
    text = one_line((" " if words else "").join(markup.iter_text(u, _NON_SPEECH)))
    return _TOKEN_SPACE.sub("", text) if words else text


def _person_names(root: Element) -> dict[str, str]:
    """Return the names of speakers by identifier: `<person code name>` in CFPP2000, `<person xml:id><persName>` in
    TEI."""
    names = {}
    for person in root.iter("person"):
        code = person.get(_ID) or person.get("code") or ""
        written = person.find("persName")
        inside = " ".join(written.itertext()) if written is not None else ""
        names[code] = one_line(inside) or person.get("name") or person.get("n") or code
    return names


def _timeline_seconds(root: Element) -> dict[str, float]:
    """Return the seconds of each point from the first, by identifier. A point without a time, or whose `since`
    references are circular, is left out; without `since` an interval counts from the point before."""
    times: dict[str, float] = {}
    for timeline in root.iter("timeline"):
        unit = _UNITS.get(timeline.get("unit", "s"), 1.0)
        origin: float | None = None
        waiting: list[tuple[str, str, float]] = []
        before = ""
        for when in timeline.iter("when"):
            name, interval = when.get(_ID, ""), parse_seconds(when.get("interval"))
            absolute = _clock_seconds(when.get("absolute", ""))
            if absolute is not None:
                origin = absolute if origin is None else origin
                times[name] = absolute - origin
            elif interval is not None and (since := when.get("since", "").removeprefix("#") or before):
                waiting.append((name, since, interval * unit))
            elif interval is not None or not before:  # a first point without a time is the origin
                times[name] = (interval or 0.0) * unit
            before = name
        _resolve_points(waiting, times)
    return times


def _resolve_points(waiting: list[tuple[str, str, float]], times: dict[str, float]) -> None:
    """Add the points that depend on others: each is handled once, when the point it depends on becomes known."""
    dependents: dict[str, list[tuple[str, float]]] = {}
    for name, since, interval in waiting:
        dependents.setdefault(since, []).append((name, interval))
    known = list(times)
    while known:
        since = known.pop()
        for name, interval in dependents.pop(since, []):
            times[name] = times[since] + interval
            known.append(name)


def _clock_seconds(text: str) -> float | None:
    """Return the seconds of `00:12:30.5`."""
    parts = [parse_seconds(part) for part in text.strip().split(":")]
    if len(parts) != 3 or None in parts:
        return None
    hours, minutes, seconds = (part or 0.0 for part in parts)
    return hours * 3600 + minutes * 60 + seconds


def _point_seconds(point: str, times: dict[str, float]) -> float | None:
    name = point.removeprefix("#")
    return times[name] if name in times else parse_seconds(name)
