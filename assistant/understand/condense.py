"""Rewrites follow-up questions so that they can be understood alone.

« et là-bas ? », « pourquoi ? » and « que font-ils ? » mean little without the previous question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.understand.lexicon import Lexicon
from assistant.understand.question import Question, QuestionForm, understand
from index.language import french
from index.types import Site

REMEMBERED = 6  # previous questions taken into account
_CONTINUATION = re.compile(r"^(?:et|mais|ou|alors|puis|ok|oui|non|d accord|quid)\b")
# Pronouns that may refer to the topic of a previous question; not the impersonal « il ».
_PRONOUN = re.compile(
    r"\b(?:ils|elles?|leurs?|eux|lui|cela|celui|celle|ceux|celles|la dessus"
    r"|il(?! y\b| faut| s agit| est (?:possible|vrai)))\b"
    r"|\b(?:en|y) (?:a|ont|est|sont|fait|font|vient|viennent|parle|parlent|pense|pensent)\b"
)
_IMPERSONAL = re.compile(r"\bil y (?:a|avait|aura)\b|\by (?:a|avait|aura) t il\b")
_ASKS_FOR_MORE = re.compile(
    r"\b(?:dire plus|plus de details?|savoir plus|precise[rz]?|developpe[rz]?|explique[rz]?|un exemple)\b"
)
_POLITE = re.compile(r"(?:(?:ok|oui|non|d accord|merci|beaucoup|bien|super|parfait|bonjour|bonsoir|au revoir)(?: |$))+")
_ARTICLE = r"(?:l['’]|d['’]|les? |la |des |du |de |un |une |aux? )?"
_SMALL_WORDS = r"\W+(?:\w{1,3}\W+){0,2}"
_END = re.compile(r"[\s?!.…]+$")


def condense(question: str, before: Sequence[str], sites: Sequence[Site], lexicon: Lexicon) -> str:
    """Return `question` completed from the questions `before` it in the conversation, oldest first; unchanged when it
    can be understood alone."""
    whole = ""
    asked_before = [text for text in before if not _is_polite(text)]
    for text in (*asked_before[-REMEMBERED:], question):
        whole = _completed(text, whole, sites, lexicon) if whole else text
    return whole


def _completed(text: str, previous: str, sites: Sequence[Site], lexicon: Lexicon) -> str:
    now, then = understand(text, sites, lexicon), understand(previous, sites, lexicon)
    folded = " ".join(french.words(text))
    if then.vague or not folded or _is_polite(text):
        return text
    if now.vague and now.sites and now.form in (QuestionForm.OPEN, then.form):
        return _with_new_sites(now, then)
    continues = _CONTINUATION.search(folded) is not None
    if continues and not now.vague and now.form is QuestionForm.OPEN:
        return _with_new_topic(now, then)
    if now.vague or _ASKS_FOR_MORE.search(folded) or _refers_back(folded, now):
        named = () if now.sites else then.named
        return f"{_END.sub('', text)} ({' '.join((_subject(then), *named))})\u00a0?"
    return text


def _subject(then: Question) -> str:
    """Return the topic of a question, with the small words between its words."""
    words = map(re.escape, then.topic.split())
    between = re.search(_SMALL_WORDS.join(words), then.text)
    return between[0] if between else then.topic


def _is_polite(text: str) -> bool:
    """Return True when a text only thanks or agrees."""
    return _POLITE.fullmatch(" ".join(french.words(text))) is not None


def _with_new_sites(now: Question, then: Question) -> str:
    """Return the previous question, about the sites that the new question names."""
    if len(then.named) == len(now.named) == 1:
        old, new = then.named[0], now.named[0]
        for found, wanted in ((old, new), (_name_in(then), _name_in(now))):
            alike = len(found.split()) > 1 or len(wanted.split()) == 1
            if found and wanted and found in then.text and wanted in now.text and alike:
                return then.text.replace(found, wanted)
    place = " et ".join(now.named)
    if not then.named:
        return f"{_END.sub('', then.text)} {place}\u00a0?"
    return f"{then.topic} {place}\u00a0?"


def _with_new_topic(now: Question, then: Question) -> str:
    """Return the previous question, about the topic of the new question: it replaces the whole topic, or else its last
    word."""
    if not now.named:
        for replaced in (then.topic, then.topic.split()[-1]):
            old, new = _with_article(replaced, then.text), _with_article(now.topic, now.text)
            if old and new and ("'" in old or "’" in old or replaced != then.topic):
                return then.text.replace(old, new)
            if old:
                return then.text.replace(replaced, now.topic)
    return f"{' '.join((now.topic, *(now.named or then.named)))}\u00a0?"


def _with_article(words: str, text: str) -> str:
    """Return words as a text writes them, with their article; empty when the text does not hold them."""
    found = re.search(rf"(?<!\w){_ARTICLE}{re.escape(words)}(?!\w)", text, re.IGNORECASE)
    return found[0] if found else ""


def _refers_back(folded: str, now: Question) -> bool:
    """Return True when a pronoun precedes every word of the topic."""
    pronoun = _PRONOUN.search(_IMPERSONAL.sub(lambda match: "_" * len(match[0]), folded))
    if pronoun is None:
        return False
    preceding = folded[: pronoun.start()].split()
    return not set(map(french.fold, now.topic.split())) & set(preceding)


def _name_in(question: Question) -> str:
    """Return the name of the first site, as the question writes it."""
    found = (
        match[0]
        for site in question.sites[:1]
        for name in sorted(site.names, key=len, reverse=True)
        if (match := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", question.text, re.IGNORECASE))
    )
    return next(found, "")
