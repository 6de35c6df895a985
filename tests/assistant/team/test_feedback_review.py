"""Tests of the review of feedback, over time and by theme, and of the agenda built from it. All texts are invented."""

from __future__ import annotations

import datetime
from dataclasses import replace

from assistant.export import agenda as agendas
from assistant.people.reactions import CitedPassage, Reaction, ReactionEntry, Unanswered
from assistant.team.feedback_review import FeedbackFilter, FeedbackPage, over_time
from assistant.team.themes import Themes, ranked
from assistant.team.workshop_agenda import COMMENTS, POINTS, THEMES, agenda
from assistant.types import Term
from assistant.understand.lexicon import Lexicon
from index.types import Passage, Place, Scope
from tests.assistant.samples import SOURCE, passage

DAY = datetime.date(2026, 3, 4)  # a Wednesday


def days(*more: int) -> list[tuple[datetime.date, int]]:
    return [(DAY + datetime.timedelta(days=offset), 1) for offset in more]


def test_a_few_weeks_are_counted_by_week_with_the_empty_ones() -> None:
    assert over_time(days(0, 1, 15)) == (True, [("2 mars", 2), ("9 mars", 0), ("16 mars", 1)])
    assert over_time([]) == (True, [])


def test_more_than_half_a_year_is_counted_by_month() -> None:
    by_week, points = over_time(days(0, 200))
    assert not by_week and points[0] == ("03/2026", 1) and points[-1] == ("09/2026", 1) and len(points) == 7
    assert over_time(days(0, 181))[0] and not over_time(days(0, 182))[0]
    assert len(over_time([(datetime.date(2025, 12, 31), 1), (datetime.date(2027, 1, 1), 2)])[1]) == 14


def under(heading: str, number: int = 0) -> Passage:
    made = passage(f"Texte {heading} {number}", heading=(heading,) if heading else (), order=number)
    return replace(made, place=Place(heading=(heading,) if heading else ()))


def entry(
    *cited: Passage, reaction: Reaction = Reaction.MISSING, question: str = "Qui ?", comment: str = ""
) -> ReactionEntry:
    citations = tuple(CitedPassage(citation.source.id, citation.id, citation.text) for citation in cited)
    return ReactionEntry(DAY, Scope.PUBLIC, reaction, comment, question, question, "…", citations, False)


def vain(question: str, count: int = 1) -> Unanswered:
    return Unanswered(question, Scope.PUBLIC, count, DAY, DAY)


def themes(*passages: Passage) -> Themes:
    lexicon = Lexicon([Term("outil", "Ce qui sert.", ("outils",)), Term("serre", "Abri vitré.")])
    return Themes({(passage.source.id, passage.id): passage for passage in passages}, lexicon)


def found(entries: list[ReactionEntry], unanswered: list[Unanswered], known: Themes) -> FeedbackPage:
    return FeedbackPage(FeedbackFilter(), tuple(entries), tuple(unanswered), known, {SOURCE.id: SOURCE}, (), ())


def test_a_theme_is_the_heading_of_the_citation_or_the_title_of_its_source() -> None:
    tools, more, bare = under("Les outils"), under("Les outils", 1), under("", 2)
    known = themes(tools, more, bare)
    assert known.of(entry(bare, tools, more)) == ("Les outils", SOURCE.title)
    assert known.of(entry(under("Parti"))) == (), "what is no longer in the corpus has no theme"
    assert known.sources["Les outils"] == {SOURCE.id}


def test_a_word_of_the_lexicon_and_a_heading_of_the_same_words_are_one_theme() -> None:
    known = themes(under("Les outils"))
    assert known.of_question("Qui range les outils de la serre ?") == ("Les outils", "Serre")
    assert known.of_question("Quelle heure est-il ?") == ()


def test_themes_are_ranked_by_how_often_they_are_met() -> None:
    assert ranked([("b", "a"), ("a",), ("c",)]) == [("a", 2), ("b", 1), ("c", 1)]


def test_the_agenda_begins_with_the_most_requested_theme() -> None:
    tools, pond = under("Les outils"), under("La mare", 1)
    known = themes(tools, pond)
    made = agenda(
        found(
            [
                *(entry(pond, reaction=Reaction.RECOGNISED) for _ in range(9)),
                entry(tools, question="Où ?", comment="ici"),
                entry(tools, question="OÙ ", comment="là"),
                entry(tools, reaction=Reaction.TO_EXPLORE),
                entry(question="", comment=""),
            ],
            [
                vain("Quels outils ?", 2),
                vain("Qui paie l’outil ?", 4),
                vain("Quelle heure ?", 40),
                replace(vain("quelle HEURE", 2), scope=Scope.TEAM),
            ],
            known,
        )
    )
    assert [topic.theme for topic in made.topics] == ["Les outils", "La mare", ""]
    first = made.topics[0]
    assert [part.kind for part in first.parts] == [None, Reaction.MISSING, Reaction.TO_EXPLORE]
    assert [(point.question, point.times) for point in first.parts[0].points] == [
        ("Qui paie l’outil ?", 4),
        ("Quels outils ?", 2),
    ]
    assert [(point.times, point.comments) for point in first.parts[1].points] == [(2, ("ici", "là"))]
    assert [part.kind for part in made.topics[-1].parts] == [None], "what was withdrawn whole is not told"
    assert [point.times for point in made.topics[-1].parts[0].points] == [42], "asked on one page and on the other"


def test_an_agenda_is_bounded_and_names_the_themes_left_out() -> None:
    many = [under(f"Titre {number}", number) for number in range(THEMES + 2)]
    entries = [entry(passage, question=f"Q {passage.order} ?") for passage in many]
    entries += [entry(many[0], question=f"Autre {number} ?") for number in range(POINTS + 2)]
    entries += [entry(many[0], question="Même ?", comment=f"c{number}") for number in range(COMMENTS + 3)]
    made = agenda(found(entries, [], themes(*many)))
    assert len(made.topics) == THEMES and len(made.left_out) == 2
    assert (len(made.topics[0].parts[0].points), made.topics[0].parts[0].left_out) == (POINTS, 4)
    assert (made.topics[0].parts[0].points[0].times, made.topics[0].parts[0].points[0].left_out) == (COMMENTS + 3, 3)
    texts = [line.text for line in agendas.lines(made, intro="Tout.", made_on=DAY)]
    assert "et 4 autres questions, dans le tableau" in texts and "et 3 autres commentaires" in texts
    assert texts[0] == "Tout. Préparé le 4 mars 2026." and texts[-3:] == [agendas.OTHERS, "Titre 8", "Titre 9"]


def test_the_markdown_of_an_agenda_escapes_its_texts() -> None:
    hostile = "# [lien](http://mauvais.exemple) <b>*gras*</b>\n- liste"
    made = agenda(found([entry(question=hostile, comment=hostile)], [], themes()))
    text = agendas.as_markdown(agendas.lines(made, intro="", made_on=DAY), hostile).decode()
    assert "](http" not in text.replace("\\]", "") and "<b>" not in text.replace("\\<", "")
    assert [line[:2] for line in text.splitlines() if line.startswith("#")] == ["# ", "##", "##"]
