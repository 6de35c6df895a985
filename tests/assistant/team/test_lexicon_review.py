"""Tests of the review of a lexicon. The association of these texts is invented."""

from __future__ import annotations

import json
from dataclasses import replace

from assistant.team.lexicon_review import LexiconReview, review
from assistant.types import Term
from assistant.understand.lexicon import Lexicon
from tests.assistant.conftest import Assistant, MakeParts
from tests.assistant.questions import SECRET
from tests.assistant.samples import SOURCE, passage

TEXTS = [
    "La grainothèque est ouverte à tous. Le PAJEP finance la grainothèque.",
    "Nos grainothèques, à Brumeval, sont celles du P.A.J.E.P. ; Odalie y vient.",
    "Odalie dit que la maison est ouverte, et Odalie la ferme. La maison dort, la maison rit.",
    "Une xylothèque.",
]
GRAINOTHEQUE = Term("grainothèque", "Lieu où l’on échange des graines.", source="documents/a.md")


def reviewed(*terms: Term, limit: int = 30) -> LexiconReview:
    found = [passage(text, order=number) for number, text in enumerate(TEXTS)]
    return review(found, Lexicon(terms), ["Brumeval"], limit)


def words(value: LexiconReview) -> list[str]:
    return [candidate.word for candidate in value.candidates]


def test_acronyms_and_words_rare_in_french_are_proposed() -> None:
    found = reviewed()
    assert set(words(found)) == {"PAJEP", "grainothèque"}  # neither a name, nor a word of every day, nor one said once
    of = {candidate.word: candidate for candidate in found.candidates}
    assert of["PAJEP"].is_acronym and not of["grainothèque"].is_acronym
    assert [candidate.passages for candidate in (of["PAJEP"], of["grainothèque"])] == [2, 2]
    assert of["grainothèque"].examples[0].text == "La grainothèque est ouverte à tous."


def test_a_defined_term_is_not_proposed_again() -> None:
    assert words(reviewed(GRAINOTHEQUE)) == ["PAJEP"]
    assert words(reviewed(GRAINOTHEQUE, replace(GRAINOTHEQUE, word="PAJEP"))) == []


def test_a_hyphen_does_not_hide_a_definition() -> None:
    found = [passage("La sur-grainothèque. La sur-grainothèque.", order=number) for number in range(3)]
    assert words(review(found, Lexicon())) == ["sur-grainothèque"]
    assert words(review(found, Lexicon([replace(GRAINOTHEQUE, word="sur-grainothèque")]))) == []


def test_entries_without_source_and_unused_entries_are_listed() -> None:
    unused = replace(GRAINOTHEQUE, word="compostière", source="")
    found = reviewed(GRAINOTHEQUE, unused)
    assert found.without_source == found.unused == (unused,)


def test_the_limit_keeps_the_likeliest() -> None:
    assert words(reviewed(limit=1)) == words(reviewed())[:1]
    assert review([], Lexicon()) == LexiconReview((), (), ())
    assert SOURCE.id


def test_the_command_shows_the_units_of_a_word(assistant: Assistant, parts_over: MakeParts, tmp_path: object) -> None:
    folder = parts_over({"documents/a.md": "\n\n".join(TEXTS)}).catalog.folder
    run = assistant("lexicon", "check", data_dir=folder)
    assert run.status == 0
    assert "PAJEP (sigle, " in run.out and "«\u00a0La grainothèque est ouverte à tous.\u00a0»" in run.out
    run = assistant("lexicon", "check", "--json", data_dir=folder)
    found = json.loads(run.out)
    assert set(found) == {"candidates", "without_source", "unused"}
    assert set(found["candidates"][0]) == {"word", "acronym", "passages", "examples"}
    assert set(found["candidates"][0]["examples"][0]) == {"text", "source", "place", "passage"}


def test_the_public_sees_no_team_content(assistant: Assistant, parts_over: MakeParts) -> None:
    hidden = "\n\n".join(f"La {SECRET} et la xylothèque numéro {n}." for n in range(4))
    folder = parts_over({"documents/a.md": "Rien.", "transcripts/b.md": f"E : Et ?\n\nA : {hidden}"}).catalog.folder
    assert "xylothèque" in assistant("lexicon", "check", "--as", "team", data_dir=folder).out
    assert "xylothèque" not in assistant("lexicon", "check", data_dir=folder).out
