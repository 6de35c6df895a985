"""argparse in French, its help headings and its errors included."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

_TEXTS = {
    "usage: ": "usage\u00a0: ",
    "positional arguments": "arguments",
    "options": "options",
    "optional arguments": "options",
    "show this help message and exit": "affiche cette aide et quitte",
    "show program's version number and exit": "affiche la version et quitte",
    "the following arguments are required: %s": "il manque\u00a0: %s",
    "unrecognized arguments: %s": "arguments inconnus\u00a0: %s",
    "ambiguous option: %(option)s could match %(matches)s": "l'option %(option)s est ambiguë\u00a0: %(matches)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r n'est pas un choix possible (%(choices)s)",
    "invalid %(type)s value: %(value)r": "%(value)r n'est pas de la forme attendue",
    "expected one argument": "une valeur est attendue",
    "expected at least one argument": "au moins une valeur est attendue",
    "expected at most one argument": "une valeur au plus est attendue",
    "not allowed with argument %s": "ne va pas avec %s",
    "one of the arguments %s is required": "il faut l'un de\u00a0: %s",
    "ignored explicit argument %r": "la valeur %r n'a pas d'emploi",
    "argument %(argument_name)s: %(message)s": "argument %(argument_name)s\u00a0: %(message)s",
    "%(prog)s: error: %(message)s\n": "%(prog)s\u00a0: %(message)s\n",
}


def _translate(text: str) -> str:
    return _TEXTS.get(text, text)


def _translate_plural(singular: str, plural: str, count: int) -> str:
    if singular.startswith("expected"):
        return "%s valeur attendue" if count == 1 else "%s valeurs attendues"
    return _translate(singular if count == 1 else plural)


class FrenchParser(argparse.ArgumentParser):
    """An `ArgumentParser` in French. Its errors are one line that ends with the remedy, exit status 2."""

    def __init__(self, **options: Any) -> None:
        # argparse looks its texts up under these two names of its module, meant for gettext catalogues.
        vars(argparse)["_"] = _translate
        vars(argparse)["ngettext"] = _translate_plural
        super().__init__(**{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        """Print the message and the remedy on one line, and exit with status 2."""
        message = re.sub(r"\s+", " ", message).rstrip(".")
        self.exit(2, f"{message[:1].upper()}{message[1:]}. Voir «\u00a0{self.prog} --help\u00a0».\n")
