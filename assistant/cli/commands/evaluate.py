"""`assistant eval`: the score of the answers to golden questions."""

from __future__ import annotations

import argparse

from assistant.cli.commands.common import DONE, IN_PART, open_parts, write_json
from index.types import Scope


def run(options: argparse.Namespace) -> int:
    """Score the answers to the golden questions."""
    from assistant.team import evaluation, question_files

    given = options.golden and question_files.read_golden(options.golden)  # refuses before the index is opened
    parts, scope = open_parts(options), Scope(options.scope)
    questions = given or question_files.read_golden(parts.questions)
    score = evaluation.score(
        questions, lambda question: parts.engine.ask(question, scope), lambda excerpt: parts.holds(excerpt, scope)
    )
    short = options.at_least is not None and evaluation.is_short(score, *options.at_least)
    if options.json:
        from assistant.cli import json_output

        write_json(json_output.score(score))
    else:
        from assistant.cli import terminal

        print("\n".join(terminal.score_lines(score)))
        if short:
            print("\nEn dessous de ce que demande --at-least.")
    return IN_PART if short else DONE
