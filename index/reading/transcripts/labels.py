"""The labels that a transcript gives to those who speak: slips of the typist joined, names given by metadata."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from index.reading.transcripts import roles
from index.reading.transcripts.roles import fold
from index.reading.transcripts.turn_sections import guess_interviewers
from index.reading.transcripts.turns import Transcript

_SHORTEST = 5  # letters of a label that may be a slip
_TIMES_RARER = 4
_MOST_LABELS = 200  # beyond it no interview has speakers; comparing all pairs stops
_ONCE_OR_TWICE = 2
_NO_ROLES = frozenset("interview interviews entretien entretiens locateur".split())  # words, but one edit from a role
_NUMBERED = re.compile(r"^(?P<word>\D*?)(?P<number> ?\d*)$")


def rename_speakers(transcript: Transcript, given: Mapping[str, str]) -> Transcript:
    """The transcript with its speakers called as `join_labels` says, its notes added, and those who ask known by the
    labels the file had."""
    labels = Counter(turn.speaker for turn in transcript.turns if turn.speaker)
    mapping, notes = join_labels(labels, given)
    asking = transcript.interviewers
    if asking is None:
        plain, _ = join_labels(labels, {})
        roles_joined = (replace(turn, speaker=plain.get(turn.speaker or "")) for turn in transcript.turns)
        found = guess_interviewers(roles_joined)
        asking = frozenset(label for label, name in plain.items() if name in found)
    turns = tuple(replace(turn, speaker=mapping[turn.speaker]) if turn.speaker else turn for turn in transcript.turns)
    asking = frozenset(mapping.get(name, name) for name in asking)
    return Transcript(turns, (*transcript.notes, *notes), asking or guess_interviewers(turns))


def join_labels(labels: Counter[str], given: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The name to use for each label found, and French notes on the labels that were joined.

    `labels` counts turns. Spellings that differ by accents or case are one label, under the most frequent. A label one
    edit away from a role word, or from a label at least four times as frequent, is taken for a slip; never where digits
    differ, nor where it is a role word itself. `given` wins over all this: a name, or the label itself to keep it."""
    spellings: dict[str, Counter[str]] = {}
    for label, count in labels.items():
        spellings.setdefault(fold(label), Counter())[label] += count
    counts = Counter({key: found.total() for key, found in spellings.items()})
    given_folded = {fold(label): name for label, name in given.items()}

    used = frozenset(map(_word_part, counts))
    slips = {}
    for key in counts:
        if key not in given_folded:
            target = _misspelt_role(key, used) or _misspelt_label(key, counts)
            if target is not None:
                slips[key] = target

    mapping, notes = {}, []
    for key, found in spellings.items():
        target = _follow_slips(key, slips)
        usual = spellings[target].most_common(1)[0][0] if target in spellings else _usual_spelling(target)
        name = given_folded.get(target, usual)
        for label in found:
            mapping[label] = given.get(label, name)
        if target != key:
            notes.append(_slip_note(found.most_common(1)[0][0], counts[key], name))
    return mapping, tuple(notes)


def _misspelt_role(key: str, used: frozenset[str]) -> str | None:
    """The role word, with the number beside it, that a label is one edit away from: the one that the file uses too, or
    the only one."""
    split = _NUMBERED.match(key)
    if split is None or roles.is_role(key) or len(split["word"]) < _SHORTEST or split["word"] in _NO_ROLES:
        return None
    word, number = split["word"].strip(), split["number"]
    alike = [role for role in roles.NAMES if is_one_edit(word, role)]
    role = _single([role for role in alike if role in used] or alike)
    return None if role is None else f"{role}{number}"


def _misspelt_label(key: str, counts: Counter[str]) -> str | None:
    """The label at least four times as frequent that a label is a slip of. One letter put for another makes another
    name as easily (Marine, Karine) as a slip: that must be rare, and inside the word."""
    if len(key) < _SHORTEST or len(counts) > _MOST_LABELS or roles.is_role(key) or key in _NO_ROLES:
        return None
    return _single(
        [
            other
            for other, count in counts.items()
            if count >= _TIMES_RARER * counts[key]
            and is_one_edit(key, other)
            and _is_clear_slip(key, other, counts[key])
        ]
    )


def _is_clear_slip(rare: str, frequent: str, count: int) -> bool:
    if _digits(rare) != _digits(frequent) or rare[-1] != frequent[-1]:  # Marie, Maria; Louis, Louise
        return False
    if len(rare) != len(frequent) or sorted(rare) == sorted(frequent):
        return True
    return rare[0] == frequent[0] and count <= _ONCE_OR_TWICE


def _single(targets: list[str]) -> str | None:
    return targets[0] if len(targets) == 1 else None


def _follow_slips(key: str, slips: Mapping[str, str]) -> str:
    seen = {key}
    while key in slips and slips[key] not in seen:
        key = slips[key]
        seen.add(key)
    return key


def _word_part(key: str) -> str:
    split = _NUMBERED.match(key)
    return split["word"] if split else key


def _usual_spelling(target: str) -> str:
    split = _NUMBERED.match(target)
    word, number = (split["word"], split["number"]) if split else (target, "")
    return roles.NAMES.get(word, word) + number


def is_one_edit(a: str, b: str) -> bool:
    """Whether one letter inserted, deleted, put for another or exchanged with its neighbour makes `b` of `a`."""
    if len(a) > len(b):
        a, b = b, a
    if a == b or len(b) - len(a) > 1:
        return False
    at = next((place for place, (left, right) in enumerate(zip(a, b, strict=False)) if left != right), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    return a[at + 1 :] == b[at + 1 :] or (a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :])


def _digits(text: str) -> Iterable[str]:
    return [char for char in text if char.isdigit()]


def _slip_note(label: str, count: int, name: str) -> str:
    turns = "1 tour" if count == 1 else f"{count} tours"
    key = json.dumps(label, ensure_ascii=False)  # a TOML string is written alike
    return (
        f"[{label}] ({turns}) est lu comme «\u00a0{name}\u00a0»\u00a0; pour l'éviter, écrivez "
        f"speakers = {{ {key} = {key} }} dans les métadonnées."
    )
