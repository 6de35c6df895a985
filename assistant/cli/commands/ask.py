"""`assistant ask`: the answer to a question, or to each question of a file."""

from __future__ import annotations

import argparse

from assistant.cli.commands.common import DONE, open_parts, write_json
from assistant.errors import BadRequest
from index.types import Scope


def run(options: argparse.Namespace) -> int:
    """Answer a question, or each question of a file."""
    if (options.question is None) == (options.questions is None):
        raise BadRequest(
            "Il faut une question, ou un fichier de questions.", "Voir «\u00a0assistant ask --help\u00a0»."
        )
    scope = Scope(options.scope)
    if options.questions is not None:
        if options.after:
            raise BadRequest("Les questions d'un fichier vont chacune seule.", "Retirez --after.")
        return _ask_all(options, scope)
    engine = open_parts(options, writes=not options.no_model).engine
    answer = engine.ask(options.question, scope, options.after)
    answer = engine.simplify(answer) if options.simple else answer
    if options.json:
        from assistant.cli import json_output

        write_json(json_output.answer(answer))
    else:
        from assistant.cli import terminal

        print("\n".join(terminal.answer_lines(answer)))
    return DONE


def _ask_all(options: argparse.Namespace, scope: Scope) -> int:
    if not options.json:
        raise BadRequest("Un fichier de questions donne du JSON.", "Ajoutez --json.")
    from assistant.cli import json_output
    from assistant.team import question_files

    lines = question_files.read_lines(options.questions, "une question")
    engine = open_parts(options, writes=not options.no_model).engine
    for line in lines:
        answer = engine.ask(line, scope)
        write_json(json_output.answer(engine.simplify(answer) if options.simple else answer))
    return DONE
