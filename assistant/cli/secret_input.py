"""Passwords and passphrases, as they are typed."""

from __future__ import annotations

import sys

from assistant.errors import BadRequest


def read_secret_line(label: str, from_input: bool) -> str:
    """Return a secret: typed twice on a terminal, without echo, or read from the first line of the standard input.
    Raises `BadRequest`."""
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    try:
        typed = getpass(f"{label} : ")
        again = getpass("Encore une fois : ")
    except EOFError as error:
        raise BadRequest("Rien n'a été écrit.", "Écrivez-le, ou donnez-le sur l'entrée (voir --help).") from error
    if typed != again:
        raise BadRequest("Les deux saisies ne sont pas les mêmes.", "Recommencez.")
    return typed
