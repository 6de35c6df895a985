"""The same answer, easier to read: long quotations cut to what answers, and the study's words explained where they are
met. Nothing is reworded: what is left of a quotation is verbatim, and what could turn its meaning is never cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import write
from assistant.answer.clauses import turns
from assistant.answer.verify import CUT, badges
from assistant.types import Answer, Badge, Citation, Term
from assistant.understand.lexicon import Lexicon
from index.language import french

_LONG = 140  # characters from which a quotation is cut
_PIECE = re.compile(r"(?:[^,;:()]|\([^()]*\))+[,;:]*\s*|[,;:()]+\s*")
_MARKS = re.compile(rf"(?:{re.escape(CUT)}\s*){{2,}}")
_ASIDE = re.compile(r"\([^()]*\)")
_SHORTEST = 25  # characters that are worth cutting
# What begins a complement, which a sentence can do without: never its subject or its verb.
_COMPLEMENT = re.compile(
    r"(?:à|au|aux|auprès|avec|chez|dans|depuis|devant|durant|entre|envers|lors|par|parmi|pendant|selon|sous|sur|vers"
    r"|voire|notamment|comme|ainsi que|ceux|celles)(?!\w)",
    re.IGNORECASE,
)
_CONDITION = frozenset("mais sauf si excepte hormis ne n quand lorsque meme malgre quoique bien".split())
_SENTENCE = re.compile(r"[.!?…;:]+|\n")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüÿœæ]+", re.IGNORECASE)
_MUTE = re.compile(r"(?<=[^aeiouyàâäéèêëîïôöùûüÿœæ])(?:e|es|ent)$", re.IGNORECASE)


def simplify(answer: Answer, lexicon: Lexicon) -> Answer:
    """`answer` in a simpler form, with a notice of how much easier it reads. The same passages are cited under the same
    numbers; a refusal, and an answer that cannot be made simpler, come back as they are."""
    wanted = frozenset(french.terms(answer.searched_for))
    short = tuple(_shortened(citation, wanted) for citation in answer.citations)
    text, explained = answer.text, set[str]()
    for citation, shorter in zip(answer.citations, short, strict=True):
        new = [term for term in lexicon.find(shorter.quote) if term.word not in explained]
        explained.update(term.word for term in new)
        text = _replaced(text, write.quoted(citation).rstrip(), _explained(shorter, new))
    if answer.engine == "model":  # whose words may be the study's, and stand in no quotation
        met = [term for term in lexicon.find(answer.text) if term.definition not in answer.text]
        explained.update(term.word for term in met)
        text += "".join(f"\n{line}" for line in ("", *_meanings(met, ""))) if met else ""
    before, after = (readability("\n".join(one.quote for one in cited)) for cited in (answer.citations, short))
    if text == answer.text:
        return answer
    left = tuple(term for term in answer.terms if term.word not in explained)
    notices = answer.notices
    if after > before:
        notices += (f"Plus facile à lire\u00a0: {after:.0f} sur l’échelle de Kandel et Moles, contre {before:.0f}.",)
    return replace(answer, text=text, citations=short, terms=left, notices=notices)


def abridge(quote: str, wanted: frozenset[str]) -> str:
    """A long quotation without the complements and asides inside it, those kept that hold `wanted` stems or turn its
    meaning (a negation, a number, a condition, a doubt); as it is when little would be saved."""
    if len(quote) <= _LONG or CUT in quote:
        return quote
    pieces = _PIECE.findall(quote)
    shown, cut = "", ""
    for number, piece in enumerate(pieces):
        announced = number > 0 and pieces[number - 1].rstrip().endswith(":")
        inside = 0 < number < len(pieces) - 1
        if inside and not announced and _COMPLEMENT.match(piece) and not _matters(piece, wanted):
            cut += piece
        else:
            shown, cut = shown + _mark(cut) + _without_asides(piece, wanted), ""
    made = _MARKS.sub(f"{CUT} ", shown).strip()
    return made if len(made) <= len(quote) - _SHORTEST and badges(made, quote) else quote


def _mark(cut: str) -> str:
    """What stands for a cut: the mark, or the words themselves if they are few."""
    return f"{CUT} " if len(cut) >= _SHORTEST else cut


def _without_asides(piece: str, wanted: frozenset[str]) -> str:
    def mark(aside: re.Match[str]) -> str:
        return CUT if len(aside[0]) >= _SHORTEST and not _matters(aside[0], wanted) else aside[0]

    return _ASIDE.sub(mark, piece)


def readability(text: str) -> float:
    """How easy a French text is to read, about 0 (hard) to 100 (easy): Kandel and Moles's adaptation of Flesch (1958),
    207 - 1.015 × words a sentence - 73.6 × syllables a word. 0 for a text without words."""
    words = re.findall(r"[^\W\d_]+", text)
    if not words:
        return 0.0
    sentences = max(1, sum(bool(re.search(r"\w", piece)) for piece in _SENTENCE.split(text)))
    syllables = sum(max(1, len(_VOWELS.findall(_MUTE.sub("", word)))) for word in words)
    return 207 - 1.015 * len(words) / sentences - 73.6 * syllables / len(words)


def _matters(piece: str, wanted: frozenset[str]) -> bool:
    """Whether a piece of a quotation must not be cut."""
    words = set(french.words(piece))
    doubt = "?" in piece or "!" in piece
    return doubt or turns(piece) or bool(words & _CONDITION) or bool(wanted & set(french.terms(piece)))


def _shortened(citation: Citation, wanted: frozenset[str]) -> Citation:
    quote = abridge(citation.quote, wanted)
    found = badges(quote, citation.unit.text)
    return replace(citation, quote=quote, badges=found) if Badge.ABRIDGED in found else citation


def _replaced(text: str, item: str, lines: Sequence[str]) -> str:
    """`text` with lines in the place of an item of a list, indented as it is."""
    indented = rf"^( *){re.escape(item)}$"
    return re.sub(
        indented, lambda match: "\n".join(match[1] + line for line in lines), text, count=1, flags=re.MULTILINE
    )


def _explained(citation: Citation, terms: Sequence[Term]) -> list[str]:
    """A quotation, and under it what the words of the study in it mean."""
    return [write.quoted(citation).rstrip(), *_meanings(terms, "  ")]


def _meanings(terms: Sequence[Term], indent: str) -> list[str]:
    return [f"{indent}- *{write.escape(term.word)}*\u00a0: {write.escape(term.definition)}" for term in terms]
