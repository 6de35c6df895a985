"""Sample passages to export: plain ones, and ones that try to break a format. « Les Jardins du Pont » does not
exist."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

from index.types import Passage, Place, Source

DAY = datetime.date(2026, 3, 1)
TITLE = "Passages sur «\u00a0jardin\u00a0»"
Export = Callable[..., bytes]

CHARTER = Source(
    "charte",
    "documents/charte.md",
    "Charte des Jardins du Pont",
    "document",
    "",
    "2018-04-03",
    "public",
    "original",
    "0",
)
INTERVIEW = Source(
    "entretien", "transcripts/e1.md", "Entretien d’une jardinière", "transcript", "Sourcelles", "2020-09", "team",
    "original", "1",
)  # fmt: skip
REWORDED = Source(
    "synthese", "documents/synthese.md", "Synthèse d’un atelier", "document", "", "", "public", "reformulation", "2"
)

# Texts that a format could interpret. None holds a character that `clean` removes.
HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://exemple.invalid";"Cliquez")',
    "+33 6 00 00 00 00",
    "-2+3",
    "- une liste ; - une autre",
    "@SUM(A1:A9)",
    "  =1+1",
    "＝1+1",
    'des "guillemets", des ; et des \' apostrophes',
    "une ligne\nune autre\n\nun paragraphe",
    "ER  - \nTY  - BOOK\nTI  - inventé",
    "<script>alert(1)</script> <b>gras</b> &amp; & <!-- --> ]]>",
    "![image](http://exemple.invalid/x.png) [lien](javascript:alert(1)) <http://exemple.invalid>",
    "# titre\n## autre\n> citation\n1. un\n2) deux\n+ trois\n* quatre\n---\n===\n***\n```\ncode\n```\n~~~\nautre\n~~~",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "*gras* _souligné_ `code` ~~barré~~ ==surligné== $x^2$ [^1]: note H~2~O :smile: www.exemple.invalid",
    r"\input{/etc/passwd} 100 % {de} \textbf{gras} $x_1$ & # ~ ^ } { \\ @misc{faux, title={x}}",
    "finit par une barre \\",
    "des emoji 👩‍🌾🌱🇫🇷 et un astral 𝒳",
    "de droite à gauche \u200f\u05e9\u05dc\u05d5\u05dd\u200e et retour",
    "\u0301\u0327seul, puis e\u0301 et é",
    "espaces\u00a0insécables\u202f! «\u00a0ici\u00a0»",
    "zéro\u200djointure",
)
# Characters that formats refuse, with the cleaned text.
UNFIT = {
    "un\x00deux\x07trois\x1bquatre": "undeuxtroisquatre",
    "un\x0bdeux\x0ctrois": "un deux trois",
    "un\r\ndeux\rtrois\u2028quatre\x85cinq": "un\ndeux\ntrois\nquatre\ncinq",
    "seul\ud800 \udfff\ufffe\uffff": "seul ",
    "retourné \u202etxet\u202c \u2066x\u2069": "retourné txet x",
}


def passage(text: str, of: Source = CHARTER, order: int = 0, place: Place | None = None) -> Passage:
    """A passage of a source."""
    return Passage(f"{of.id}-{order}", of, text, place or Place(("Les outils",)), order, "prose", (), 0)


def several() -> list[Passage]:
    """Return passages of three sources, with every kind of place."""
    return [
        passage("La tondeuse ne sert qu’aux personnes formées.", CHARTER, 4, Place(("Les outils",), page=12)),
        passage(
            "On soupçonne un membre du CA.",
            INTERVIEW,
            7,
            Place(("Les courges",), speaker="Enquêtée 2", start_s=750.5, end_s=3761.0),
        ),
        passage("Fermer le portail en partant.", CHARTER, 1, Place(("La charte", "Les engagements"))),
        passage("Le groupe s’est dit content.", REWORDED, 0, Place(line=3)),
    ]


def hostile() -> list[Passage]:
    """Return passages whose texts, titles, sites, speakers and headings are hostile."""
    made = []
    for number, text in enumerate((*HOSTILE, *UNFIT)):
        source = Source(
            f"s{number}", f"documents/{number}.md", text, "document", text, "2020", "public", "original", "0"
        )
        made.append(passage(text, source, number, Place((text,), speaker=text)))
    return made


def thousand() -> list[Passage]:
    """Return a thousand passages of ten sources."""
    sources = [
        Source(f"s{n}", f"documents/{n}.md", "Le même titre", "document", "", "", "public", "original", str(n))
        for n in range(10)
    ]
    return [passage(f"Passage {n} 🌱.", sources[n % 10], n) for n in range(1000)]


def exported(export: Export, passages: Sequence[Passage]) -> bytes:
    """Return the exported file, after checking that two exports give the same bytes."""
    made, again = (export(passages, title=TITLE, made_on=DAY) for _ in range(2))
    assert made == again
    return made
