"""What every command needs: its exit statuses, its settings, the parts it asks, JSON out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import BadRequest, FeedbackFailed
from assistant.settings import AssistantSettings
from index.settings import IndexSettings

if TYPE_CHECKING:
    from assistant.compose.parts import Components
    from assistant.corpus.kept_withdrawals import KeptFilesResult
    from assistant.corpus.sandbox import SandboxClient
    from index.errors import VectorsNotCopied
    from index.privacy.withdrawals import WithdrawalList
    from index.search.search import Query

DONE, IN_PART, REFUSED, INTERRUPTED = 0, 1, 2, 130
_GENTLE = 10  # how much the conversation goes before
_SESSION = Path("/proc/self/autogroup")


def read_settings(options: argparse.Namespace) -> tuple[IndexSettings, AssistantSettings]:
    """The settings of both sides, from the options and the environment. Raises `BadRequest`."""
    return (
        IndexSettings.from_environment(os.environ, options.data_dir),
        AssistantSettings.from_environment(os.environ),
    )


def open_parts(options: argparse.Namespace, *, writes: bool = False) -> Components:
    """The parts; with who `writes`, if a language model is set."""
    from assistant.compose.parts import compose

    index_settings, settings = read_settings(options)
    return compose(index_settings, settings if writes else settings.model_copy(update={"model": None}))


def query_of(options: argparse.Namespace) -> Query:
    """What `search` and `export` look for. Raises `BadRequest` for a time that ends before it begins."""
    from index.search.periods import first_day, last_day
    from index.search.search import Query

    if options.since and options.until and first_day(options.since) > last_day(options.until):
        raise BadRequest("La date de --from vient après celle de --to.", "Échangez-les.")
    kept = {name: getattr(options, name) for name in ("site", "kind", "role", "source")}
    return Query(options.query, since=options.since or "", until=options.until or "", **kept)


def give_way() -> None:
    """From now on, let whoever asks go before this process: by its niceness, and by that of the session that it leads,
    if it does, since Linux shares the processors out between sessions first (autogroup(7))."""
    if hasattr(os, "nice"):
        os.nice(_GENTLE)
    if hasattr(os, "getsid") and os.getsid(0) == os.getpid():
        with suppress(OSError):  # a system that does not
            _SESSION.write_text(str(_GENTLE))


def exit_status(not_copied: VectorsNotCopied | None) -> int:
    """The status of what was done, whether or not the copy of the vectors could follow, which is said then."""
    if not_copied is None:
        return DONE
    print(not_copied, file=sys.stderr)
    return IN_PART


def forget_reactions(
    data_dir: Path,
    withdrawn: WithdrawalList,
    sources: Collection[str] = (),
    is_in: Callable[[str], bool] = lambda text: False,
    held: Collection[str] | None = None,
) -> bool:
    """Take what was withdrawn out of the reactions too (see `Feedback.forget`); whether that could be done. One line
    says why not: what was done before holds all the same."""
    from assistant.people.feedback import Feedback

    try:
        Feedback(data_dir).forget(withdrawn, sources, is_in, held)
    except FeedbackFailed as error:
        print(error, file=sys.stderr)
        return False
    return True


def forget_kept(data_dir: Path, root: Path) -> KeptFilesResult:
    """Take all that was withdrawn out of the files that wait to be added and of the bin too, and say which were erased,
    on a line each; `root` is the corpus folder, there or not. Raises `WithdrawalsUnreadable`."""
    from assistant.corpus.kept_withdrawals import KeptFilesResult, forget
    from index.errors import os_reason
    from index.privacy.withdrawals import WithdrawalList

    try:
        sought = forget(data_dir, WithdrawalList.read(data_dir), lambda: sandbox_client(data_dir, root))
    except OSError as error:
        line = f"Les fichiers gardés dans « {data_dir} » n'ont pas pu être regardés ({os_reason(error)}). Regardez-les."
        print(line, file=sys.stderr)
        return KeptFilesResult(unread=(str(data_dir),))
    for name in sought.erased:
        print(f"Effacé, puisqu'il contenait ce qui est retiré\u00a0: {name}.", file=sys.stderr)
    return sought


def sandbox_client(data_dir: Path, root: Path) -> SandboxClient:
    """Whoever reads files for a command, in a process of its own."""
    from assistant.corpus import subprocesses
    from assistant.corpus.sandbox import SandboxClient

    options = ("--data-dir", str(data_dir.resolve()), "--corpus", str(root.resolve()))
    return SandboxClient([*subprocesses.background_command(), "examine", *options])


def read_secret_line(what: str, from_input: bool) -> str:
    """What must not be seen, asked twice on a terminal, or the first line of the standard input. Raises
    `BadRequest`."""
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    try:
        typed = getpass(f"{what} : ")
        again = getpass("Encore une fois : ")
    except EOFError as error:
        raise BadRequest("Rien n'a été écrit.", "Écrivez-le, ou donnez-le sur l'entrée (voir --help).") from error
    if typed != again:
        raise BadRequest("Les deux saisies ne sont pas les mêmes.", "Recommencez.")
    return typed


def write_json(value: object) -> None:
    """A value alone on a line of the standard output."""
    print(json.dumps(value, ensure_ascii=False))
