"""Transcripts typed in a word processor: labels before the turns, in a form that each typist invents.

The form is learnt from the file: a label is what recurs at the head of lines in one of the forms of `forms`, and the
lines that follow it are its turn. Prose has colons and dashes too; what tells a transcript is that labels recur, that
there are two of them or one is a role (« Enquêtrice »), and that they carry the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.errors import UnreadableFile
from index.reading.paragraphs import Paragraph
from index.reading.transcripts import forms, roles, tables
from index.reading.transcripts.forms import Label
from index.reading.transcripts.labels import rename_speakers
from index.reading.transcripts.roles import fold
from index.reading.transcripts.turns import Transcript, Turn, build_transcript

_CARRIED_LINES = 2  # lines below a label that count as carried by it: an answer may run over pages, prose does too
_SHARE_MARKED, _SHARE_ROLES, _SHARE = 0.15, 0.15, 0.5
_PREDICTABLE = 0.9
_HEADER_LINES, _HEADER_CHARS, _SPEECH_WORDS = 15, 80, 8
_BLANKS = re.compile("[ \u00a0]{2,}")


@dataclass(frozen=True, slots=True)
class _LabelledLine:
    """A line of a paragraph; `found` are the labels that its head may be read as."""

    text: str
    number: int | None
    heading: bool
    found: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class _LearntForm:
    """What was learnt: the form, its labels folded, those among them that recur, and whether times stand beside."""

    name: str
    labels: frozenset[str]
    recurring: frozenset[str]
    start: bool
    end: bool

    def label(self, line: _LabelledLine) -> Label | None:
        """The label of a line: in this form, or in another where it recurs in this one."""
        mine = [one for one in line.found if one.form == self.name and one.key in self.labels]
        return next((one for one in (*mine, *line.found) if one in mine or one.key in self.recurring), None)

    def shown(self) -> str:
        times = " (début - fin)" if self.end else " (début)" if self.start else ""
        return f"{forms.SHOWN[self.name]}{times}"


def find_transcript(paragraphs: Sequence[Paragraph], given: Mapping[str, str]) -> Transcript | None:
    """The transcript that paragraphs hold, or `None` where they are another kind of text. `given` are the names that
    metadata give to labels. What stands before the first label has no speaker, nor has a heading."""
    in_table = tables.table_turns(paragraphs, given)
    if in_table is not None:
        return _noted_transcript(in_table, given, "un tableau")
    lines = list(_split_lines(paragraphs))
    header = _header_length(lines)
    lines[:header] = [replace(line, found=()) for line in lines[:header]]
    form = _learn_form(lines, given)
    if form is None:
        return None
    return _noted_transcript(_gather_turns(lines, form), given, f"«\u00a0{form.shown()}\u00a0»")


def _noted_transcript(turns: Iterable[Turn], given: Mapping[str, str], how: str) -> Transcript | None:
    try:
        found = rename_speakers(build_transcript(turns), given)
    except UnreadableFile:  # labels, and no words
        return None
    names = list(dict.fromkeys(turn.speaker for turn in found.turns if turn.speaker))
    shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
    count = "1 locuteur" if len(names) == 1 else f"{len(names)} locuteurs"
    return replace(found, notes=(f"Tours repérés par {how}, {count} ({shown}).", *found.notes))


def _split_lines(paragraphs: Sequence[Paragraph]) -> Iterator[_LabelledLine]:
    for paragraph in paragraphs:
        bold = paragraph.bold
        for text in paragraph.text.split("\n"):
            head, rest = _BLANKS.sub(" ", text[:bold]), _BLANKS.sub(" ", text[bold:])
            whole = head + rest
            left = len(whole) - len(whole.lstrip())
            found = forms.candidate_labels(whole.strip(), max(len(head) - left, 0))
            yield _LabelledLine(whole.strip(), paragraph.line, paragraph.heading > 0, tuple(found))
            bold = max(bold - len(text) - 1, 0)


def _header_length(lines: list[_LabelledLine]) -> int:
    """How many lines at the top fill in a form (« Date : … », « Enquêteur : A. Roux ») before anybody speaks."""
    end = 0
    for place, line in enumerate(lines[:_HEADER_LINES]):
        if line.text.endswith("?") or (line.found and len(line.text.split()) >= _SPEECH_WORDS):
            break
        if forms.is_field(line.text):
            end = place + 1
    if end == 0:
        return 0
    for place, line in enumerate(lines[end:_HEADER_LINES], end):
        if not line.text:
            return place
        if len(line.text) > _HEADER_CHARS or line.text[-1] in ".?!":
            break
    return end


def _learn_form(lines: list[_LabelledLine], given: Mapping[str, str]) -> _LearntForm | None:
    """The form in which the most lines are labelled, among those that a transcript may have."""
    given_keys = frozenset(map(fold, given))
    met: dict[str, list[tuple[int, Label]]] = {}
    for place, line in enumerate(lines):
        for label in line.found:
            met.setdefault(label.form, []).append((place, label))
    total = sum(len(line.text) for line in lines)
    lower: frozenset[str] | None = None
    best: tuple[int, _LearntForm] | None = None
    for name, occurrences in met.items():
        counts = Counter(label.key for _, label in occurrences)
        recurring = frozenset(key for key, count in counts.items() if count > 1)
        known = any(_is_known(key, given_keys) for key in recurring)
        labelled = [(place, label) for place, label in occurrences if label.key in recurring]
        timed = [label for _, label in labelled if label.start_s is not None]
        sure = name in forms.MARKED or 2 * len(timed) > len(labelled)
        if lower is None:
            lower = forms.lowercase_words(line.text for line in lines)
        named_ones = [label for _, label in labelled if forms.is_name(label.name, lower)]
        once = {
            label.key for _, label in occurrences if label.key in given_keys or _is_speaker_once(label, sure, lower)
        }
        if not _may_be_speakers(recurring | once, recurring, known):
            continue
        if not (sure or known) and (
            2 * len(named_ones) < len(labelled) or _are_fields([label.key for _, label in labelled])
        ):
            continue
        share = _SHARE_MARKED if sure else _SHARE_ROLES if known else _SHARE
        if not _carry_text(lines, labelled, total, share):
            continue
        ends = sum(label.end_s is not None for label in timed)
        form = _LearntForm(name, recurring | once, recurring, 2 * len(timed) > len(labelled), 2 * ends > len(labelled))
        if best is None or len(labelled) > best[0]:
            best = len(labelled), form
    return None if best is None else best[1]


def _is_known(key: str, given: frozenset[str]) -> bool:
    return roles.is_role(key) or key in given


def _may_be_speakers(labels: frozenset[str], recurring: frozenset[str], known: bool) -> bool:
    """Whether two labels recur, or one that is known beside another. One alone must not be that of who asks: the
    answers would be taken for theirs."""
    if len(recurring) > 1:
        return True
    return known and (len(labels) > 1 or roles.ASKING.isdisjoint(roles.words(next(iter(recurring)))))


def _is_speaker_once(label: Label, sure: bool, lower: frozenset[str]) -> bool:
    if sure and (label.start_s is not None or label.form in forms.MARKED):
        return True
    if label.form == "colon":
        return forms.may_speak_once(label.name, lower)
    return roles.is_role(label.name) or (forms.is_code(label.name) and label.name[-1].isdigit())


def _are_fields(keys: list[str]) -> bool:
    """Whether labels follow each other as the fields of a form do, always in one order. Two that alternate may be two
    speakers; three are not."""
    if len(set(keys)) < 3:
        return False
    following: dict[str, Counter[str]] = {}
    for one, other in pairwise(keys):
        following.setdefault(one, Counter())[other] += 1
    usual = sum(counts.most_common(1)[0][1] for counts in following.values())
    return usual >= _PREDICTABLE * (len(keys) - 1)


def _carry_text(lines: list[_LabelledLine], labelled: list[tuple[int, Label]], total: int, share: float) -> bool:
    """Whether labels begin in the first half of the text, and they and the lines just below carry the share of it."""
    first = labelled[0][0]
    if 2 * sum(len(line.text) for line in lines[:first]) > total:
        return False
    places = {place for place, _ in labelled}
    carried = 0
    left = 0
    for place, line in enumerate(lines):
        if place in places:
            left = _CARRIED_LINES + 1
        if left and line.text:
            carried += len(line.text)
            left -= 1
    return carried >= share * total > 0


def _gather_turns(lines: list[_LabelledLine], form: _LearntForm) -> Iterator[Turn]:
    current = Turn(None, "")
    said: list[str] = []
    for line in lines:
        label = form.label(line)
        if label is not None or (line.heading and line.text):
            yield replace(current, text="\n".join(said))
            said = []
        if label is not None:
            current = Turn(label.name, "", label.start_s, label.end_s, line.number)
            said.append(line.text[label.rest :])
        elif line.heading and line.text:
            yield Turn(None, line.text, line=line.number)
            current = Turn(current.speaker, "")
        elif line.text:
            if current.line is None:
                current = replace(current, line=line.number)
            said.append(line.text)
    yield replace(current, text="\n".join(said))
