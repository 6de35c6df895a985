"""Transcripts typed in a word processor: labels before the turns, in a form that each typist invents.

The form is learnt from the file: a label is a text that recurs at the start of lines in one of the forms of `forms`,
and the lines after it are its turn. Prose has colons and dashes too; a transcript is recognised by labels that
recur, by two of them or by a role (« Enquêtrice »), and by the share of the text that they carry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.errors import UnreadableFile
from index.language.folding import fold_label
from index.reading.paragraphs import Paragraph
from index.reading.transcripts import label_forms, roles, tables
from index.reading.transcripts.label_forms import Label
from index.reading.transcripts.labels import rename_speakers
from index.reading.transcripts.turns import Transcript, Turn, build_transcript

_CARRIED_LINES = 2  # lines below a label that count as its turn: an answer may run over pages, but so may prose
_SHARE_MARKED, _SHARE_ROLES, _SHARE = 0.15, 0.15, 0.5  # of the text, carried by labels of a sure form, by roles, else
_PREDICTABLE = 0.9  # share of labels followed by their usual successor
_HEADER_LINES, _HEADER_CHARS, _SPEECH_WORDS = 15, 80, 8
_BLANKS = re.compile("[ \u00a0]{2,}")


@dataclass(frozen=True, slots=True)
class _LabelledLine:
    """A line of a paragraph; `candidates` are the labels that its start may be read as."""

    text: str
    number: int | None
    is_heading: bool
    candidates: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class _LearntForm:
    """The form learnt from a file: its labels, folded, those among them that recur, and whether start and end times
    accompany them."""

    name: str
    labels: frozenset[str]
    recurring: frozenset[str]
    has_start: bool
    has_end: bool

    def label(self, line: _LabelledLine) -> Label | None:
        """Return the label of a line: in this form, or in another form for a label that recurs in this one."""
        own = [label for label in line.candidates if label.form == self.name and label.key in self.labels]
        return next((label for label in (*own, *line.candidates) if label in own or label.key in self.recurring), None)

    def french_name(self) -> str:
        """Return the form as notes show it."""
        times = " (début - fin)" if self.has_end else " (début)" if self.has_start else ""
        return f"{label_forms.SHOWN[self.name]}{times}"


def find_transcript(paragraphs: Sequence[Paragraph], given: Mapping[str, str]) -> Transcript | None:
    """Return the transcript that paragraphs hold, or `None` for another kind of text. `given` maps labels to the
    names in metadata. Headings, and text before the first label, have no speaker."""
    in_table = tables.table_turns(paragraphs, given)
    if in_table is not None:
        return _noted_transcript(in_table, given, "un tableau")
    lines = list(_split_lines(paragraphs))
    header = _header_length(lines)
    lines[:header] = [replace(line, candidates=()) for line in lines[:header]]
    form = _learn_form(lines, given)
    if form is None:
        return None
    return _noted_transcript(_gather_turns(lines, form), given, f"«\u00a0{form.french_name()}\u00a0»")


def _noted_transcript(turns: Iterable[Turn], given: Mapping[str, str], found_by: str) -> Transcript | None:
    """Return the transcript with its speakers named and a note on how its turns were found (`found_by`, in French);
    `None` where labels have no words after them."""
    try:
        transcript = rename_speakers(build_transcript(turns), given)
    except UnreadableFile:  # labels without words
        return None
    names = list(dict.fromkeys(turn.speaker for turn in transcript.turns if turn.speaker))
    shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
    count = "1 locuteur" if len(names) == 1 else f"{len(names)} locuteurs"
    return replace(transcript, notes=(f"Tours repérés par {found_by}, {count} ({shown}).", *transcript.notes))


def _split_lines(paragraphs: Sequence[Paragraph]) -> Iterator[_LabelledLine]:
    for paragraph in paragraphs:
        bold = paragraph.bold
        for text in paragraph.text.split("\n"):
            head, rest = _BLANKS.sub(" ", text[:bold]), _BLANKS.sub(" ", text[bold:])
            whole = head + rest
            left = len(whole) - len(whole.lstrip())
            candidates = label_forms.candidate_labels(whole.strip(), max(len(head) - left, 0))
            yield _LabelledLine(whole.strip(), paragraph.line, paragraph.heading > 0, tuple(candidates))
            bold = max(bold - len(text) - 1, 0)


def _header_length(lines: list[_LabelledLine]) -> int:
    """Return the number of lines at the top that fill in a form (« Date : … », « Enquêteur : A. Roux ») before the
    interview."""
    end = 0
    for place, line in enumerate(lines[:_HEADER_LINES]):
        if line.text.endswith("?") or (line.candidates and len(line.text.split()) >= _SPEECH_WORDS):
            break
        if label_forms.is_field(line.text):
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
    """Return the form in which the most lines are labelled, among those that a transcript may have."""
    given_keys = frozenset(map(fold_label, given))
    by_form: dict[str, list[tuple[int, Label]]] = {}
    for place, line in enumerate(lines):
        for label in line.candidates:
            by_form.setdefault(label.form, []).append((place, label))
    total = sum(len(line.text) for line in lines)
    lower: frozenset[str] | None = None
    best: tuple[int, _LearntForm] | None = None
    for name, occurrences in by_form.items():
        counts = Counter(label.key for _, label in occurrences)
        recurring = frozenset(key for key, count in counts.items() if count > 1)
        known = any(_is_known(key, given_keys) for key in recurring)
        labelled = [(place, label) for place, label in occurrences if label.key in recurring]
        timed = [label for _, label in labelled if label.start_s is not None]
        sure = name in label_forms.MARKED or 2 * len(timed) > len(labelled)
        if lower is None:
            lower = label_forms.lowercase_words(line.text for line in lines)
        name_like = [label for _, label in labelled if label_forms.is_name(label.name, lower)]
        once = {
            label.key for _, label in occurrences if label.key in given_keys or _is_speaker_once(label, sure, lower)
        }
        if not _may_be_speakers(recurring | once, recurring, known):
            continue
        if not (sure or known) and (
            2 * len(name_like) < len(labelled) or _are_fields([label.key for _, label in labelled])
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
    """Return whether two labels recur, or a known one occurs beside another. A single label must not be that of an
    interviewer: the answers would be attributed to them."""
    if len(recurring) > 1:
        return True
    return known and (len(labels) > 1 or roles.ASKING.isdisjoint(roles.words(next(iter(recurring)))))


def _is_speaker_once(label: Label, sure: bool, lower: frozenset[str]) -> bool:
    if sure and (label.start_s is not None or label.form in label_forms.MARKED):
        return True
    if label.form == "colon":
        return label_forms.may_speak_once(label.name, lower)
    return roles.is_role(label.name) or (label_forms.is_code(label.name) and label.name[-1].isdigit())


def _are_fields(keys: list[str]) -> bool:
    """Return whether labels follow each other in a fixed order, as the fields of a form do. Two that alternate may
    be two speakers; three are not."""
    if len(set(keys)) < 3:
        return False
    following: dict[str, Counter[str]] = {}
    for label, next_label in pairwise(keys):
        following.setdefault(label, Counter())[next_label] += 1
    usual = sum(counts.most_common(1)[0][1] for counts in following.values())
    return usual >= _PREDICTABLE * (len(keys) - 1)


def _carry_text(lines: list[_LabelledLine], labelled: list[tuple[int, Label]], total: int, share: float) -> bool:
    """Return whether the labels begin in the first half of the text, and they and the lines just below carry `share`
    of it."""
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
    """Yield the turns: each label with the lines after it. A heading is a turn without a speaker, after which the
    same speaker continues in a new turn."""
    current = Turn(None, "")
    texts: list[str] = []
    for line in lines:
        label = form.label(line)
        if label is not None or (line.is_heading and line.text):
            yield replace(current, text="\n".join(texts))
            texts = []
        if label is not None:
            current = Turn(label.name, "", label.start_s, label.end_s, line.number)
            texts.append(line.text[label.rest :])
        elif line.is_heading and line.text:
            yield Turn(None, line.text, line=line.number)
            current = Turn(current.speaker, "")
        elif line.text:
            if current.line is None:
                current = replace(current, line=line.number)
            texts.append(line.text)
    yield replace(current, text="\n".join(texts))
