"""The documentation agrees with the repository: its links, its command lines, its settings and its list of pages."""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import shlex
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.cli.options import parser as command_line
from tests.conftest import ROOT
from tests.test_settings_table import DECLARED

README, DOCS = ROOT / "README.md", ROOT / "docs"
LIST_OF_PAGES, COMMANDS, SETTINGS = DOCS / "README.md", DOCS / "commandes.md", DOCS / "reglages.md"
SUBJECTS = sorted(path for path in DOCS.glob("*.md") if path != LIST_OF_PAGES)
OTHERS = [ROOT / name for name in ("SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md", "corpus/README.md")]
PAGES = [README, LIST_OF_PAGES, *SUBJECTS, *(path for path in OTHERS if path.is_file())]
LONGEST_README = 8000
"""Characters."""

MARKDOWN = MarkdownIt("commonmark").enable("table")
KEPT_IN_SLUGS = ("L", "M", "Nd", "Pc")
"""Unicode categories that GitHub keeps in the anchor of a heading, besides hyphens."""
HTML_ANCHOR = re.compile(r"""<a\s[^>]*\b(?:id|name)=["']([^"']+)["']""")
PLACEHOLDER = re.compile(r"[A-ZÀ-ÖØ-Þ]+(?:[-_][A-ZÀ-ÖØ-Þ]+)*")
PROGRAM = re.compile(r"(?:^|&&|\|\||[;|]|\$\()\s*(?:\$ )?(?:\w+=\S* )*(?:\S*/bin/)?(assistant|make)(?= |$)")
OPERATOR = re.compile(r"[();<>|&]+")
OPTION = re.compile(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*")
SETTING = re.compile(r"\bASSISTANT_[A-Z0-9_]*[A-Z0-9]\b")
MODULE = re.compile(r"(?:^|python3? -m )(tests(?:\.\w+)+)")
FILE = re.compile(r"(?:pytest )?((?:\.ci|assistant|docs|index|prompts|tests)/[\w./-]*)")
COMMON_OPTIONS = {"--help", "--data-dir", "--json", "--as"}
"""Options that `docs/commandes.md` describes once for all commands."""


@dataclass(frozen=True, slots=True)
class Code:
    """A line of a code block, or the whole of an inline code. `line` counts from 1."""

    page: Path
    line: int
    text: str
    is_inline: bool

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}: {self.text}"


@cache
def tokens_of(page: Path) -> list[Token]:
    """The Markdown tokens of a page."""
    return MARKDOWN.parse(page.read_text(encoding="utf-8"))


def inline_tokens(page: Path) -> Iterator[tuple[int, Token]]:
    """The tokens inside the blocks of a page, with the line where their block starts. Code blocks have none."""
    for block in tokens_of(page):
        for token in block.children or ():
            yield (block.map or [0])[0] + 1, token


def slug(heading: str) -> str:
    """The anchor that GitHub gives to the text of a heading, before duplicates are numbered: lower case, without
    punctuation, spaces as hyphens (the rule of github.com/gjtorikian/html-pipeline, `TableOfContentsFilter`)."""
    kept = (
        char if char in "- " or unicodedata.category(char).startswith(KEPT_IN_SLUGS) else "" for char in heading.lower()
    )
    return "".join(kept).replace(" ", "-")


class Heading(NamedTuple):
    """A heading of a page: its level from 1, its text as a reader sees it, and the line where it stands, from 1."""

    level: int
    text: str
    line: int


@cache
def headings(page: Path) -> tuple[Heading, ...]:
    """The headings of a page, in order."""
    return tuple(
        Heading(
            int(opening.tag[1:]),
            "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline")),
            (opening.map or [0])[0] + 1,
        )
        for opening, inline in pairwise(tokens_of(page))
        if opening.type == "heading_open"
    )


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page: those of its headings, numbered where they repeat, and those written in HTML."""
    html = [token for token in tokens_of(page) if token.type == "html_block"]
    html += [token for _, token in inline_tokens(page) if token.type == "html_inline"]
    found = {anchor for token in html for anchor in HTML_ANCHOR.findall(token.content)}
    seen: Counter[str] = Counter()
    for heading in headings(page):
        anchor = slug(heading.text)
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return frozenset(found)


def links(page: Path) -> Iterator[tuple[int, str]]:
    """The targets of the links and images of a page, with their line."""
    for line, token in inline_tokens(page):
        if target := token.attrGet("href") or token.attrGet("src"):
            yield line, unquote(str(target))


def fault_of_link(page: Path, target: str) -> str:
    """Why a link leads nowhere; empty for a good one, and for one to another site."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return ""
    aim = (page.parent / parts.path).resolve() if parts.path else page
    if not aim.is_relative_to(ROOT) or not aim.exists():
        return "no such file"
    if parts.fragment and (aim.suffix != ".md" or parts.fragment not in anchors(aim)):
        return "no such anchor"
    return ""


def code_of(page: Path) -> Iterator[Code]:
    """All the code of a page, a line of a block at a time, continued lines joined."""
    for token in tokens_of(page):
        if token.type in ("fence", "code_block"):
            first = (token.map or [0])[0] + (2 if token.type == "fence" else 1)
            for number, text in enumerate(token.content.replace("\\\n", " ").splitlines(), first):
                yield Code(page, number, text.strip(), is_inline=False)
    for line, token in inline_tokens(page):
        if token.type == "code_inline":
            yield Code(page, line, token.content.strip(), is_inline=True)


ALL_CODE = [code for page in PAGES for code in code_of(page)]


def calls(program: str) -> Iterator[tuple[Code, list[str]]]:
    """The command lines of a program in all the pages, as the words that follow its name, up to what the shell does of
    its input and output."""
    for code in ALL_CODE:
        for found in PROGRAM.finditer(code.text):
            if found[1] != program or (code.is_inline and found.start()):
                continue
            lexer = shlex.shlex(code.text[found.end() :], posix=True, punctuation_chars=True)
            lexer.whitespace_split = True
            words = list(lexer)
            end = next((number for number, word in enumerate(words) if OPERATOR.fullmatch(word)), len(words))
            yield code, words[:end]


class _OrPlaceholder(tuple[Any, ...]):
    """The choices of an argument, and any word in capitals that stands for one of them."""

    def __contains__(self, value: object) -> bool:
        return super().__contains__(value) or bool(PLACEHOLDER.fullmatch(str(value)))


def _or_placeholder(convert: Callable[[str], object]) -> Callable[[str], object]:
    """A conversion that leaves placeholders as they are."""
    return lambda text: text if PLACEHOLDER.fullmatch(text) else convert(text)


def _relax(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Make a parser, and those of its subcommands, accept placeholders for typed values and choices."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for subparser in action.choices.values():
                _relax(subparser)
            continue
        if action.choices is not None:
            action.choices = _OrPlaceholder(action.choices)
        if callable(action.type):
            action.type = _or_placeholder(action.type)
    return parser


def new_parser() -> argparse.ArgumentParser:
    """The parser of the command line, whose commands do nothing."""
    return command_line(defaultdict(lambda: lambda options: 0))


def is_accepted(parser: argparse.ArgumentParser, words: Sequence[str]) -> bool:
    """Return whether the parser accepts a command line, or shows the help that it requests."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            parser.parse_args(words)
        except SystemExit as stop:
            return stop.code in (0, None)
    return True


def leaf_parsers(parser: argparse.ArgumentParser, name: str = "assistant") -> Iterator[tuple[str, set[str]]]:
    """Each command with its long options: « assistant index », « assistant privacy check »."""
    options = {option for action in parser._actions for option in action.option_strings if option.startswith("--")}
    subparsers = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in subparsers:
        for subcommand, subparser in action.choices.items():
            yield from leaf_parsers(subparser, f"{name} {subcommand}")
    if not subparsers:
        yield name, options


def sections(page: Path) -> Mapping[str, str]:
    """The text of each section of a page, without that of the sections below it, by its heading."""
    lines = page.read_text(encoding="utf-8").splitlines()
    ends = [*(heading.line - 1 for heading in headings(page)[1:]), len(lines)]
    return {
        heading.text: "\n".join(lines[heading.line - 1 : end])
        for heading, end in zip(headings(page), ends, strict=True)
    }


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Chroma distribué, ou hébergé", "chroma-distribué-ou-hébergé"),
        ("2. Qu’est-ce que l'index ?", "2-quest-ce-que-lindex-"),
        ("a_b : C/D", "a_b--cd"),
        ("Œuvres\u00a0: été", "œuvres-été"),
    ],
)
def test_anchors_are_those_of_github(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_no_relative_link_is_dead() -> None:
    checked = [(page, line, target) for page in PAGES for line, target in links(page)]
    assert len(checked) > 100
    faults = [
        f"{page.relative_to(ROOT)}:{line}: {target}: {fault}"
        for page, line, target in checked
        if (fault := fault_of_link(page, target))
    ]
    assert not faults, "\n".join(faults)


def test_every_command_line_is_accepted() -> None:
    parser, lines = _relax(new_parser()), list(calls("assistant"))
    assert len(lines) > 100
    faults = []
    for code, words in lines:
        # In a sentence, `assistant export` names a command: it need not have all that the command wants.
        is_name = code.is_inline and all(re.fullmatch(r"[a-z]+", word) for word in words)
        if not is_accepted(parser, [*words, "--help"] if is_name else words):
            faults.append(str(code))
    assert not faults, "\n".join(faults)


def test_every_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):(?!=)", makefile, re.MULTILINE))
    lines = list(calls("make"))
    assert len(lines) > 20
    faults = []
    for code, words in lines:
        plain = [word for before, word in zip(["", *words], words, strict=False) if before != "-C"]
        goals = {word for word in plain if not word.startswith("-") and "=" not in word}
        if not goals <= targets:
            faults.append(str(code))
    assert not faults, "\n".join(faults)


def test_every_module_and_file_named_in_code_exists() -> None:
    faults, checked = [], 0
    for code in ALL_CODE:
        named = [name.replace(".", "/") for name in MODULE.findall(code.text)]
        paths = [(f"{name}.py", f"{name}/__init__.py") for name in named]
        if code.is_inline and (file := FILE.fullmatch(code.text)):
            paths.append((file[1], file[1]))
        checked += len(paths)
        if not all(any((ROOT / path).exists() for path in either) for either in paths):
            faults.append(str(code))
    assert checked > 50
    assert not faults, "\n".join(faults)


def test_the_readme_is_short() -> None:
    text = README.read_text(encoding="utf-8")
    assert len(text) <= LONGEST_README
    assert "make test" in text


def test_the_list_of_pages_is_complete() -> None:
    linked = {(DOCS / urlsplit(target).path).resolve() for _, target in links(LIST_OF_PAGES)}
    assert SUBJECTS
    missing = [path.name for path in SUBJECTS if path not in linked]
    assert not missing, f"not in {LIST_OF_PAGES.relative_to(ROOT)}: {', '.join(missing)}"


def test_every_page_has_a_title_a_purpose_and_a_table_of_contents() -> None:
    faults = []
    for page in (LIST_OF_PAGES, *SUBJECTS):
        blocks = [token.tag for token in tokens_of(page) if token.type in ("heading_open", "paragraph_open")]
        if blocks[:2] != ["h1", "p"]:
            faults.append(f"{page.name}: no title and purpose")
        titles = [heading.text for heading in headings(page) if heading.level == 2]
        if titles[:1] not in (["Sommaire"], ["Contents"]):  # the pages for developers are in English, as the code is
            faults.append(f"{page.name}: no table of contents")
        listed = {target for _, target in links(page) if target.startswith("#")}
        faults += [f"{page.name}: {title} is not listed" for title in titles[1:] if f"#{slug(title)}" not in listed]
    assert not faults, "\n".join(faults)


def test_every_setting_is_documented_and_no_other_is() -> None:
    read = {setting.variable for setting in DECLARED}
    documented = set(SETTING.findall(SETTINGS.read_text(encoding="utf-8")))
    assert len(read) > 15
    missing = sorted(read - documented)
    assert not missing, f"not in {SETTINGS.relative_to(ROOT)}: {', '.join(missing)}"
    unknown = [
        f"{page.relative_to(ROOT)}: {name} is not read"
        for page in PAGES
        for name in sorted(set(SETTING.findall(page.read_text(encoding="utf-8"))) - read)
    ]
    assert not unknown, "\n".join(unknown)


def test_every_command_has_a_section_with_exactly_its_options() -> None:
    texts, faults = sections(COMMANDS), []
    for command, options in leaf_parsers(new_parser()):
        if command not in texts:
            faults.append(f"{command}: no section")
            continue
        rows = "\n".join(line for line in texts[command].splitlines() if line.startswith("|"))
        missing = options - COMMON_OPTIONS - set(OPTION.findall(rows))
        faults += [f"{command}: {option} is in no table" for option in sorted(missing)]
        unknown = set(OPTION.findall(texts[command])) - options
        faults += [f"{command}: {option} does not exist" for option in sorted(unknown)]
    common = set(OPTION.findall(texts["Ce que toutes ont en commun"]))
    faults += [f"{option} is not described" for option in sorted(COMMON_OPTIONS - {"--help"} - common)]
    assert not faults, "\n".join(faults)
