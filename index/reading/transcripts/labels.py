"""Labels of the speakers of a transcript: spelling slips joined, names given by metadata applied."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from index.language.folding import fold_label
from index.reading.transcripts import roles
from index.reading.transcripts.turn_sections import guess_interviewers
from index.reading.transcripts.turns import Transcript

_MIN_SLIP_CHARS = 5  # of a label that may be a slip
_TIMES_RARER = 4
_MAX_LABELS = 200  # more than any interview has: pairs of labels are not compared
_MAX_SLIP_TURNS = 2  # turns of a label that may be a slip by one substituted letter
_NOT_ROLES = frozenset("interview interviews entretien entretiens locateur".split())  # words one edit away from a role
_NUMBERED = re.compile(r"^(?P<word>\D*?)(?P<number> ?\d*)$")


def rename_speakers(transcript: Transcript, given: Mapping[str, str]) -> Transcript:
    """Return the transcript with its speakers named by `join_labels`, its notes added, and the interviewers
    determined from the labels of the file."""
    labels = Counter(turn.speaker for turn in transcript.turns if turn.speaker)
    mapping, notes = join_labels(labels, given)
    interviewers = transcript.interviewers
    if interviewers is None:
        plain_names, _ = join_labels(labels, {})
        joined_turns = (replace(turn, speaker=plain_names.get(turn.speaker or "")) for turn in transcript.turns)
        guessed = guess_interviewers(joined_turns)
        interviewers = frozenset(label for label, name in plain_names.items() if name in guessed)
    turns = tuple(replace(turn, speaker=mapping[turn.speaker]) if turn.speaker else turn for turn in transcript.turns)
    interviewers = frozenset(mapping.get(name, name) for name in interviewers)
    return Transcript(turns, (*transcript.notes, *notes), interviewers or guess_interviewers(turns))


def join_labels(labels: Counter[str], given: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the name to use for each label found, and French notes on the labels that were joined.

    `labels` counts turns. Spellings that differ by accents or case are one label, under the most frequent spelling.
    A label one edit away from a role word, or from a label at least four times as frequent, is taken for a slip,
    unless digits differ or it is a role word itself. `given` overrides this: it maps a label to a name, or to itself
    to keep it."""
    spellings: dict[str, Counter[str]] = {}
    for label, count in labels.items():
        spellings.setdefault(fold_label(label), Counter())[label] += count
    counts = Counter({key: found.total() for key, found in spellings.items()})
    given_folded = {fold_label(label): name for label, name in given.items()}

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
    """Return the role word, with the number after it, that a label is one edit away from: the one that the file also
    uses, or the only one."""
    split = _NUMBERED.match(key)
    if split is None or roles.is_role(key) or len(split["word"]) < _MIN_SLIP_CHARS or split["word"] in _NOT_ROLES:
        return None
    word, number = split["word"].strip(), split["number"]
    alike = [role for role in roles.NAMES if is_one_edit(word, role)]
    role = _single([role for role in alike if role in used] or alike)
    return None if role is None else f"{role}{number}"


def _misspelt_label(key: str, counts: Counter[str]) -> str | None:
    """Return the label at least four times as frequent that a label is a slip of. A substituted letter may make
    another name (Marine, Karine) as easily as a slip: such a slip must be rare, and inside the word."""
    if len(key) < _MIN_SLIP_CHARS or len(counts) > _MAX_LABELS or roles.is_role(key) or key in _NOT_ROLES:
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
    """Return whether a rare label one edit away from a frequent one is a slip and not another name."""
    if _digits(rare) != _digits(frequent) or rare[-1] != frequent[-1]:  # Marie, Maria; Louis, Louise
        return False
    if len(rare) != len(frequent) or sorted(rare) == sorted(frequent):
        return True
    return rare[0] == frequent[0] and count <= _MAX_SLIP_TURNS


def _single(targets: list[str]) -> str | None:
    return targets[0] if len(targets) == 1 else None


def _follow_slips(key: str, slips: Mapping[str, str]) -> str:
    """Return the label at the end of a chain of slips."""
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
    """Return whether inserting, deleting, substituting or transposing one letter makes `b` of `a`."""
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
    key = json.dumps(label, ensure_ascii=False)  # TOML writes strings in the same way
    return (
        f"[{label}] ({turns}) est lu comme «\u00a0{name}\u00a0»\u00a0; pour l'éviter, écrivez "
        f"speakers = {{ {key} = {key} }} dans les métadonnées."
    )
