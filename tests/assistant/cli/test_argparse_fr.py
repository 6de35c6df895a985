"""argparse's own words, in French."""

from __future__ import annotations

import argparse
import re

import pytest

from assistant.cli.argparse_fr import FrenchParser
from tests.assistant.conftest import Assistant

# What argparse and Python print, less the words that are French too (options, arguments, usage, message, type).
ENGLISH = frozenset(
    """show this help and exit positional optional required following the are is of error invalid choice choose from
    expected one at least most unrecognized ambiguous could match not allowed with value ignored explicit program
    version number default command commands unknown file no such directory cannot can open string must be to or an int
    float missing too few many found only option group mutually exclusive parser argumenterror traceback""".split()
)
COMMANDS = (
    "index", "ask", "search", "export", "eval", "lexicon", "status", "doctor", "serve", "user", "audit", "feedback",
    "privacy", "backup", "restore",
)  # fmt: skip


def english(text: str) -> set[str]:
    """The English words of a text; quoted names, names of options, of commands and of their values are left out."""
    text = re.sub(r"«[^»]*»|--?[\w-]+|\{[^}]*\}|\bassistant( (index|ask|search|eval|status|serve))?\b", " ", text)
    return set(ENGLISH) & set(re.findall(r"[a-zà-ÿ]+", text.lower()))


def test_the_check_sees_english() -> None:
    assert english("error: the following arguments are required: QUESTION") == {
        "error",
        "the",
        "following",
        "are",
        "required",
    }


def parser() -> FrenchParser:
    made = FrenchParser(prog="essai")
    made.add_argument("nom")
    made.add_argument("--choix", choices=["un", "deux"])
    made.add_argument("--nombre", type=int)
    made.add_argument("--paire", nargs=2)
    made.add_argument("--suite", nargs="+")
    made.add_argument("--drapeau", action="store_true")
    group = made.add_mutually_exclusive_group(required=True)
    group.add_argument("--blanc", action="store_true")
    group.add_argument("--noir", action="store_true")
    return made


FAULTS = [
    ["--blanc"],
    ["x"],
    ["x", "--blanc", "--noir"],
    ["x", "--blanc", "--choix", "trois"],
    ["x", "--blanc", "--choix"],
    ["x", "--blanc", "--nombre", "peu"],
    ["x", "--blanc", "--suite"],
    ["x", "--blanc", "--drapeau=oui"],
    ["x", "--blanc", "y", "z"],
    ["x", "--blanc", "--inconnu"],
    ["x", "--blanc", "--nomb", "1"],
    ["x", "--blanc", "deux\nlignes"],
    ["x", "--blanc", "--choix", "deux\nlignes"],
    [],
]


@pytest.mark.parametrize("arguments", FAULTS, ids=ascii)
def test_a_fault_is_one_french_line_that_ends_with_the_remedy(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        parser().parse_args(arguments)
    captured = capsys.readouterr()
    assert stopped.value.code == 2
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err[0].isupper()
    assert captured.err.endswith(". Voir «\u00a0essai --help\u00a0».\n")
    assert english(captured.err) == set()


def test_the_number_of_values_expected_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["x", "--blanc", "--paire", "a"])
    assert "2 valeurs attendues" in capsys.readouterr().err


def test_a_valid_command_is_parsed() -> None:
    options = parser().parse_args(["x", "--noir", "--nombre", "3", "--choix", "un"])
    assert (options.nom, options.noir, options.nombre, options.choix) == ("x", True, 3, "un")


def test_the_help_is_french() -> None:
    text = parser().format_help()
    assert text.startswith("usage\u00a0: essai")
    assert "affiche cette aide et quitte" in text
    assert english(text) == set()


def test_a_sub_parser_is_french_too() -> None:
    made = argparse.ArgumentParser.add_subparsers(FrenchParser(prog="essai"), title="commandes").add_parser("fais")
    assert isinstance(made, FrenchParser)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_help_of_each_command_is_french(assistant: Assistant, command: str) -> None:
    run = assistant(*([command] if command else []), "--help")
    assert (run.status, run.err) == (0, "")
    assert english(run.out) == set()
    assert run.out.startswith("usage\u00a0: assistant")


def test_the_help_names_every_command(assistant: Assistant) -> None:
    assert re.findall(r"^    (\w+) ", assistant("--help").out, re.MULTILINE) == list(COMMANDS)
