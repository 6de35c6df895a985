"""ELAN (`.eaf`).

The form is that of EAFv3.0.xsd (mpi.nl/tools/elan): TIME_ORDER > TIME_SLOT give milliseconds, each TIER holds
ALIGNABLE_ANNOTATIONs between two slots, or REF_ANNOTATIONs that hang on an annotation of the tier PARENT_REF names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.transcripts import markup
from index.reading.transcripts.roles import fold
from index.reading.transcripts.segments import sort_by_time
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

_FORM = "ELAN (.eaf)"
_NO_SPEECH = frozenset({"comment", "comments", "commentaire", "commentaires", "note", "notes", "bruit", "bruits"})
AnnotationTimes = dict[str, tuple[float | None, float | None]]


@transcript_reader(_FORM)
def read_transcript(data: bytes) -> Transcript:
    """One turn an annotation of the tiers that hang on no other, sorted by time; a tier is its PARTICIPANT, or bears
    its own name. A dependent tier (words, translation) is read only where what it hangs on holds no words. Raises
    `UnreadableFile`."""
    root = markup.parse_xml(data, "ANNOTATION_DOCUMENT", _FORM)
    times = _annotation_times(root)
    tiers = {tier.get("TIER_ID", ""): tier for tier in root.iter("TIER")}
    below: dict[str, list[str]] = {}
    for name, tier in tiers.items():
        below.setdefault(tier.get("PARENT_REF", ""), []).append(name)
    read_tiers: list[str] = []
    todo = [name for name, tier in tiers.items() if tier.get("PARENT_REF", "") not in tiers]
    ignored = [name for name in todo if fold(name) in _NO_SPEECH]
    todo = [name for name in todo if name not in ignored]
    while todo:
        name = todo.pop(0)
        if _holds_words(tiers[name]):
            read_tiers.append(name)
            ignored += [child for child in below.get(name, []) if child != name]
        else:
            todo += below.pop(name, [])
    notes = []
    if ignored:
        told = ", ".join(f"«\u00a0{one_line(name)[:40]}\u00a0»" for name in ignored[:8])
        notes.append(f"Pistes ELAN laissées de côté (commentaires, ou dépendantes d'une autre)\u00a0: {told}.")
    return build_transcript(
        sort_by_time(turn for name in read_tiers for turn in _tier_turns(tiers[name], times)), notes
    )


def _tier_turns(tier: Element, times: AnnotationTimes) -> list[Turn]:
    speaker = tier.get("PARTICIPANT") or tier.get("TIER_ID")
    return [
        Turn(
            speaker,
            one_line(_annotation_text(annotation)),
            *times.get(annotation.get("ANNOTATION_ID", ""), (None, None)),
        )
        for annotation in _annotations(tier)
    ]


def _annotation_times(root: Element) -> AnnotationTimes:
    """Start and end of every annotation, in seconds; those that hang on another have its times."""
    slots = {
        slot.get("TIME_SLOT_ID", ""): milliseconds / 1000
        for slot in root.iter("TIME_SLOT")
        if (milliseconds := parse_seconds(slot.get("TIME_VALUE"))) is not None
    }
    times: AnnotationTimes = {}
    hanging: dict[str, list[str]] = {}
    for annotation in _annotations(root):
        name = annotation.get("ANNOTATION_ID", "")
        if not name:
            continue
        if annotation.tag == "REF_ANNOTATION":
            hanging.setdefault(annotation.get("ANNOTATION_REF", ""), []).append(name)
        else:
            refs = annotation.get("TIME_SLOT_REF1", ""), annotation.get("TIME_SLOT_REF2", "")
            times[name] = slots.get(refs[0]), slots.get(refs[1])
    known = list(times)
    while known:
        parent = known.pop()
        for name in hanging.pop(parent, []):
            times[name] = times[parent]
            known.append(name)
    return times


def _annotations(element: Element) -> list[Element]:
    return [one for one in element.iter() if one.tag in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION")]


def _holds_words(tier: Element) -> bool:
    return any(char.isalpha() for annotation in _annotations(tier) for char in _annotation_text(annotation))


def _annotation_text(annotation: Element) -> str:
    value = annotation.find("ANNOTATION_VALUE")
    return "" if value is None else "".join(value.itertext())
