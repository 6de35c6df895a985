"""Writes the agenda of a workshop to a file to print, edit and share: the same lines in Markdown, in Word and on the
page."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from assistant.export import markdown, word
from assistant.export.wording import one_line
from assistant.formatting import counted, french_date
from assistant.team.workshop_agenda import Agenda, AgendaPart, AgendaPoint

Kind = Literal["text", "theme", "part", "point", "comment"]
NO_THEME, OTHERS = "Sans thème", "Autres thèmes, moins demandés"
WARNING = (
    "Préparé pour l’équipe\u00a0: des titres peuvent venir d’entretiens, et les questions et commentaires sont ceux de "
    "personnes. Relisez avant de montrer ce document."
)
_IN_VAIN = "Questions restées sans réponse"


class AgendaLine(NamedTuple):
    """A line of an agenda: a text, the name of a theme or of a part, a point, or a comment on a point."""

    kind: Kind
    text: str


def lines(agenda: Agenda, *, intro: str, made_on: datetime.date) -> Iterator[AgendaLine]:
    """Yield the lines of an agenda, without its title. `intro` gives, in French, the feedback from which it was
    built."""
    yield AgendaLine("text", f"{intro} Préparé le {french_date(made_on.isoformat())}.")
    yield AgendaLine("text", WARNING)
    if not agenda.topics:
        yield AgendaLine("text", "Aucune réaction, et aucune question restée sans réponse.")
    for topic in agenda.topics:
        yield AgendaLine("theme", one_line(topic.theme) or NO_THEME)
        for part in topic.parts:
            yield AgendaLine("part", part.kind.label if part.kind else _IN_VAIN)
            yield from _points(part)
    if agenda.left_out:
        yield AgendaLine("theme", OTHERS)
        yield from (AgendaLine("point", one_line(name)) for name in agenda.left_out)


def _points(part: AgendaPart) -> Iterator[AgendaLine]:
    for point in part.points:
        yield AgendaLine("point", _point(point, asked=part.kind is None))
        yield from (AgendaLine("comment", f"«\u00a0{one_line(comment)}\u00a0»") for comment in point.comments)
        if point.left_out:
            yield AgendaLine("comment", f"et {counted(point.left_out, 'autre commentaire', 'autres commentaires')}")
    if part.left_out:
        yield AgendaLine("point", f"et {counted(part.left_out, 'autre question', 'autres questions')}, dans le tableau")


def _point(point: AgendaPoint, *, asked: bool) -> str:
    question = one_line(point.question) or "(question retirée de l’étude)"
    times = f"posée {point.times} fois" if asked else counted(point.times, "réaction", "réactions")
    return f"{question} ({times}, {'la dernière ' * (point.times > 1)}le {french_date(point.last.isoformat())})"


def as_markdown(agenda_lines: Iterable[AgendaLine], title: str) -> bytes:
    """Return the agenda in Markdown, with the texts of people escaped."""
    prefixes: dict[Kind, str] = {"text": "\n", "theme": "\n## ", "part": "\n### ", "point": "- ", "comment": "  - "}
    out, previous = [f"# {markdown.escape(one_line(title))}"], "text"
    for line in agenda_lines:
        gap = "\n" if line.kind == "point" and previous == "part" else ""
        out.append(f"{gap}{prefixes[line.kind]}{markdown.escape(line.text)}")
        previous = line.kind
    return ("\n".join(out) + "\n").encode()


def as_word(agenda_lines: Iterable[AgendaLine], title: str, made_on: datetime.date) -> bytes:
    """Return the agenda as a Word document, with headings for its navigation pane."""
    styles: dict[Kind, str] = {
        "text": "", "theme": "Heading1", "part": "Heading2", "point": "ListBullet", "comment": "ListBullet2",
    }  # fmt: skip
    signs: dict[Kind, str] = {"point": "•\t", "comment": "–\t"}
    body = [word.paragraph("Title", word.run(one_line(title)))]
    body += [word.paragraph(styles[line.kind], word.run(signs.get(line.kind, "") + line.text)) for line in agenda_lines]
    return word.document(body, title=title, made_on=made_on)


FORMS: dict[str, tuple[str, Callable[[Iterable[AgendaLine], str, datetime.date], bytes]]] = {
    "md": ("text/markdown", lambda agenda_lines, title, made_on: as_markdown(agenda_lines, title)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_word),
}
"""By file extension: the media type, and the function that writes lines, a title and a day."""
