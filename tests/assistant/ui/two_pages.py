"""Serve both chat pages, whose answers tell which page gave them, until interrupted: `python -m
tests.assistant.ui.two_pages DATA_DIR [TRUSTED_HEADER [ROOT_PATH [NOTICE]]]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.people.accounts import Accounts, Sessions, read_secret
from assistant.people.audit import Audit
from assistant.types import Answer
from assistant.ui import chat, server
from assistant.ui.blocks import ChatBlocks
from assistant.ui.gate import TeamAccess
from assistant.ui.services import ChatServices, Opening, by_anyone, by_the_team

TITLE = "Les Jardins du Pont"
SECRET = "topinambour"  # reserved for the team


def page(team: bool, audit: Audit, root_path: str = "") -> ChatBlocks:
    def answers(question: str, before: Sequence[str], opening: Opening) -> Iterator[str | Answer]:
        opening([])
        text = SECRET if team else "tomate"
        yield text
        yield Answer(question, question, text, (), (), (), False, "extractive", 0.0)

    stream = by_the_team(answers, audit) if team else by_anyone(answers)
    examples = (SECRET if team else "Une question ?",)
    services = ChatServices(stream, lambda answer: answer, lambda *kept: None, lambda answer: False)
    return chat.build(services, title=TITLE, examples=examples, team=team, root_path=root_path)


def main(data_dir: Path, trusted_header: str = "", root_path: str = "", notice: str = "") -> None:
    access = TeamAccess(Sessions(Accounts(data_dir), read_secret(data_dir)), trusted_header)
    audit = Audit(data_dir)
    pages = page(False, audit, root_path), page(True, audit, root_path)
    app = server.application(*pages, access, TITLE, audit=audit, read_notice=lambda: notice, root_path=root_path)
    server.launch(app, "127.0.0.1", 0, on_ready=lambda url: print(url, flush=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
