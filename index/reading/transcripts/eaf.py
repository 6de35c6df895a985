"""Reader of ELAN transcripts (`.eaf`).

The format is that of EAFv3.0.xsd (mpi.nl/tools/elan): TIME_ORDER > TIME_SLOT give milliseconds; each TIER holds
ALIGNABLE_ANNOTATIONs between two slots, or REF_ANNOTATIONs that refer to an annotation of the tier named by
PARENT_REF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.language.folding import fold_label
from index.reading.transcripts import markup
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
_NON_SPEECH_TIERS = frozenset(
    {"comment", "comments", "commentaire", "commentaires", "note", "notes", "bruit", "bruits"}
)
AnnotationTimes = dict[str, tuple[float | None, float | None]]


@transcript_reader(_FORM)
def read_transcript(data: bytes) -> Transcript:
    """Return a turn for each annotation of the independent tiers, sorted by time; the speaker of a tier is its
    PARTICIPANT, or its own name. A dependent tier (words, translation) is read only where its parent holds no words.
    Raise `UnreadableFile`."""
    root = markup.parse_xml(data, "ANNOTATION_DOCUMENT", _FORM)
    times = _annotation_times(root)
    tiers = {tier.get("TIER_ID", ""): tier for tier in root.iter("TIER")}
    children: dict[str, list[str]] = {}
    for name, tier in tiers.items():
        children.setdefault(tier.get("PARENT_REF", ""), []).append(name)
    read_tiers: list[str] = []
    todo = [name for name, tier in tiers.items() if tier.get("PARENT_REF", "") not in tiers]
    ignored = [name for name in todo if fold_label(name) in _NON_SPEECH_TIERS]
    todo = [name for name in todo if name not in ignored]
    while todo:
        name = todo.pop(0)
        if _holds_words(tiers[name]):
            read_tiers.append(name)
            ignored += [child for child in children.get(name, []) if child != name]
        else:
            todo += children.pop(name, [])
    notes = []
    if ignored:
        names = ", ".join(f"«\u00a0{one_line(name)[:40]}\u00a0»" for name in ignored[:8])
        notes.append(f"Pistes ELAN laissées de côté (commentaires, ou dépendantes d'une autre)\u00a0: {names}.")
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
    """Return the start and end of every annotation, in seconds; an annotation that refers to another has its times."""
    slots = {
        slot.get("TIME_SLOT_ID", ""): milliseconds / 1000
        for slot in root.iter("TIME_SLOT")
        if (milliseconds := parse_seconds(slot.get("TIME_VALUE"))) is not None
    }
    times: AnnotationTimes = {}
    dependents: dict[str, list[str]] = {}
    for annotation in _annotations(root):
        name = annotation.get("ANNOTATION_ID", "")
        if not name:
            continue
        if annotation.tag == "REF_ANNOTATION":
            dependents.setdefault(annotation.get("ANNOTATION_REF", ""), []).append(name)
        else:
            refs = annotation.get("TIME_SLOT_REF1", ""), annotation.get("TIME_SLOT_REF2", "")
            times[name] = slots.get(refs[0]), slots.get(refs[1])
    known = list(times)
    while known:
        parent = known.pop()
        for name in dependents.pop(parent, []):
            times[name] = times[parent]
            known.append(name)
    return times


def _annotations(element: Element) -> list[Element]:
    return [annotation for annotation in element.iter() if annotation.tag in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION")]


def _holds_words(tier: Element) -> bool:
    return any(char.isalpha() for annotation in _annotations(tier) for char in _annotation_text(annotation))


def _annotation_text(annotation: Element) -> str:
    value = annotation.find("ANNOTATION_VALUE")
    return "" if value is None else "".join(value.itertext())
