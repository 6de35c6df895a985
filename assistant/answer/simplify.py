"""Makes an answer easier to read: abridges long quotations, and explains the terms of the study where they appear.

Quotations are never reworded: the rest of an abridged quotation is verbatim, and words that change its meaning are
never cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import write
from assistant.answer.clauses import has_modifier
from assistant.answer.verify import CUT, badges
from assistant.types import Answer, Badge, Citation, Term
from assistant.understand.lexicon import Lexicon
from index.language import french

_LONG = 140  # characters from which a quotation is cut
_PIECE = re.compile(r"(?:[^,;:()]|\([^()]*\))+[,;:]*\s*|[,;:()]+\s*")
_MARKS = re.compile(rf"(?:{re.escape(CUT)}\s*){{2,}}")
_ASIDE = re.compile(r"\([^()]*\)")
_SHORTEST = 25  # characters, under which a cut is not worthwhile
# Words that begin a complement, which can be removed from a sentence: never its subject or its verb.
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
    """Return `answer` in a simpler form, with a notice that compares its readability. The same passages keep the same
    numbers. A refusal, or an answer that cannot be simplified, is returned unchanged."""
    wanted = frozenset(french.terms(answer.searched_for))
    short = tuple(_shortened(citation, wanted) for citation in answer.citations)
    text, explained = answer.text, set[str]()
    for citation, shorter in zip(answer.citations, short, strict=True):
        new = [term for term in lexicon.find(shorter.quote) if term.word not in explained]
        explained.update(term.word for term in new)
        text = _replaced(text, write.quoted(citation).rstrip(), _explained(shorter, new))
    if answer.engine == "model":  # its text may hold terms of the study that no quotation holds
        found_terms = [term for term in lexicon.find(answer.text) if term.definition not in answer.text]
        explained.update(term.word for term in found_terms)
        text += "".join(f"\n{line}" for line in ("", *_definitions(found_terms, ""))) if found_terms else ""
    before, after = (
        readability("\n".join(citation.quote for citation in cited)) for cited in (answer.citations, short)
    )
    if text == answer.text:
        return answer
    left = tuple(term for term in answer.terms if term.word not in explained)
    notices = answer.notices
    if after > before:
        notices += (f"Plus facile à lire\u00a0: {after:.0f} sur l’échelle de Kandel et Moles, contre {before:.0f}.",)
    return replace(answer, text=text, citations=short, terms=left, notices=notices)


def abridge(quote: str, wanted: frozenset[str]) -> str:
    """Return a long quotation without its inner complements and asides, except those that hold `wanted` stems or change
    its meaning (a negation, a number, a condition, a doubt); unchanged when the gain is small."""
    if len(quote) <= _LONG or CUT in quote:
        return quote
    pieces = _PIECE.findall(quote)
    shown, cut = "", ""
    for number, piece in enumerate(pieces):
        is_introduced = number > 0 and pieces[number - 1].rstrip().endswith(":")
        is_inside = 0 < number < len(pieces) - 1
        if is_inside and not is_introduced and _COMPLEMENT.match(piece) and not _must_keep(piece, wanted):
            cut += piece
        else:
            shown, cut = shown + _mark(cut) + _without_asides(piece, wanted), ""
    abridged = _MARKS.sub(f"{CUT} ", shown).strip()
    return abridged if len(abridged) <= len(quote) - _SHORTEST and badges(abridged, quote) else quote


def _mark(cut: str) -> str:
    """Return the mark that replaces a cut, or the words themselves when they are few."""
    return f"{CUT} " if len(cut) >= _SHORTEST else cut


def _without_asides(piece: str, wanted: frozenset[str]) -> str:
    def mark(aside: re.Match[str]) -> str:
        return CUT if len(aside[0]) >= _SHORTEST and not _must_keep(aside[0], wanted) else aside[0]

    return _ASIDE.sub(mark, piece)


def readability(text: str) -> float:
    """Return the readability of a French text, about 0 (hard) to 100 (easy): Kandel and Moles's adaptation of Flesch
    (1958), 207 - 1.015 × words a sentence - 73.6 × syllables a word. 0 for a text without words."""
    words = re.findall(r"[^\W\d_]+", text)
    if not words:
        return 0.0
    sentences = max(1, sum(bool(re.search(r"\w", piece)) for piece in _SENTENCE.split(text)))
    syllables = sum(max(1, len(_VOWELS.findall(_MUTE.sub("", word)))) for word in words)
    return 207 - 1.015 * len(words) / sentences - 73.6 * syllables / len(words)


def _must_keep(piece: str, wanted: frozenset[str]) -> bool:
    """Return True when a piece of a quotation must not be cut."""
    words = set(french.words(piece))
    doubt = "?" in piece or "!" in piece
    return doubt or has_modifier(piece) or bool(words & _CONDITION) or bool(wanted & set(french.terms(piece)))


def _shortened(citation: Citation, wanted: frozenset[str]) -> Citation:
    quote = abridge(citation.quote, wanted)
    found = badges(quote, citation.unit.text)
    return replace(citation, quote=quote, badges=found) if Badge.ABRIDGED in found else citation


def _replaced(text: str, item: str, lines: Sequence[str]) -> str:
    """Return `text` with lines in place of a list item, with the same indentation."""
    indented = rf"^( *){re.escape(item)}$"
    return re.sub(
        indented, lambda match: "\n".join(match[1] + line for line in lines), text, count=1, flags=re.MULTILINE
    )


def _explained(citation: Citation, terms: Sequence[Term]) -> list[str]:
    """Return the lines of a quotation, and under it the definitions of the terms that it holds."""
    return [write.quoted(citation).rstrip(), *_definitions(terms, "  ")]


def _definitions(terms: Sequence[Term], indent: str) -> list[str]:
    return [f"{indent}- *{write.escape(term.word)}*\u00a0: {write.escape(term.definition)}" for term in terms]
