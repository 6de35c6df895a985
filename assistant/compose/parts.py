"""The one place that builds the services which answer questions, and wires them together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import draft
from assistant.answer.engine import Engine
from assistant.answer.prompts import read_prompt
from assistant.answer.verify import is_verbatim
from assistant.settings import AssistantSettings
from assistant.team.question_files import FILE as QUESTIONS
from assistant.understand.lexicon import FILE as LEXICON
from assistant.understand.lexicon import Lexicon
from index.embedding.model import Embedder
from index.errors import CorpusError, DataFolderRefused, NothingIndexed
from index.privacy.withdrawals import APPLIED, WithdrawalList
from index.reading.metadata import DESCRIPTION, NOTICE, Description, read_description
from index.search.search import Searcher
from index.store.catalog import Catalog
from index.store.schema import DESCRIBING
from index.store.workspace import Workspace
from index.types import Passage, Scope

if TYPE_CHECKING:
    from index.privacy.protection import Protection


_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Components:
    """The services over one data folder."""

    workspace: Workspace
    searcher: Searcher
    engine: Engine
    lexicon: Lexicon
    description: Description
    roots: tuple[Path, ...]
    """The folders in which the files that describe the corpus are looked for."""

    @property
    def catalog(self) -> Catalog:
        """The catalog of the data folder."""
        return self.workspace.catalog

    def notice(self) -> str:
        """Return the team's legal notice as it is now, in Markdown; empty when there is none that can be read."""
        try:
            return (_root_of(NOTICE, self.roots) / NOTICE).read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            return ""

    @property
    def questions(self) -> Path:
        """The file of the team's golden questions, which need not exist."""
        return _root_of(QUESTIONS, self.roots) / QUESTIONS

    def is_well(self) -> bool:
        """Return whether questions can be answered now."""
        try:
            return bool(self.catalog.generation)
        except CorpusError:
            return False

    def examples(self, scope: Scope) -> tuple[str, ...]:
        """Return three questions to begin with, or fewer: those of `corpus.toml` that the scope can answer, then some
        on the most frequent headings of the corpus."""
        headings = self.catalog.headings(scope, _EXAMPLES)
        drawn = (f"Que dit le corpus sur «\u00a0{heading}\u00a0»\u00a0?" for heading in headings)
        tried = dict.fromkeys((*self.description.examples, *drawn))
        return tuple(islice((question for question in tried if self.engine.quotes(question, scope)), _EXAMPLES))

    def offered(self) -> dict[Scope, tuple[str, ...]]:
        """Return the examples of each scope. Where nothing is reserved to the team they are the same, and computed
        once, which saves a third of a second of a server's start."""
        public = self.examples(Scope.PUBLIC)
        reserves = self.catalog.passage_count(Scope.TEAM) > self.catalog.passage_count(Scope.PUBLIC)
        return {Scope.PUBLIC: public, Scope.TEAM: self.examples(Scope.TEAM) if reserves else public}

    def holds(self, excerpt: str, scope: Scope) -> bool:
        """Return whether an excerpt is, word for word, in a passage of the scope. Reads them all."""
        return any(is_verbatim(excerpt, passage.text.replace("**", "")) for passage in self.passages(scope))

    def passages(self, scope: Scope) -> Iterator[Passage]:
        """Yield all the passages of a scope, source after source."""
        for source in self.catalog.sources(scope):
            yield from self.catalog.source_passages(source.id, scope)


def compose(workspace: Workspace, settings: AssistantSettings) -> Components:
    """Open a data folder for questions. Raises `CorpusError` (nothing indexed, unknown model, another version…) or
    `AssistantError`."""
    catalog = workspace.catalog
    if not catalog.generation:
        raise NothingIndexed(
            f"La première indexation dans « {workspace.data_dir} » n'est pas finie.",
            "Attendez-la, ou relancez : assistant index corpus.",
        )
    embedder = workspace.embedder
    catalog.refuse_other_model(embedder.identity)
    roots = _roots(catalog, settings)
    refuse_unfollowed(catalog, workspace.withdrawals(*filter(_is_open, roots[:1])))
    description = read_description(_root_of(DESCRIPTION, roots))
    lexicon = Lexicon.read(_root_of(LEXICON, roots) / LEXICON)
    searcher = Searcher(catalog, workspace.vectors, embedder, workspace.settings, description.sites)
    engine = Engine(searcher, lexicon, settings, _drafter(settings, embedder))
    return Components(workspace, searcher, engine, lexicon, description, roots)


def _drafter(settings: AssistantSettings, embedder: Embedder) -> draft.Drafter | None:
    """Return the service that writes the answers, if a language model is set."""
    if settings.model is None:
        return None
    from assistant.answer.language_model import LanguageModel  # takes two seconds, and most answers need none

    embed = lru_cache(maxsize=256)(embedder.embed_question)  # a unit is compared with each sentence that cites it

    def near(text: str, other: str) -> float:
        return float(embed(text) @ embed(other))

    return draft.Drafter(LanguageModel(settings.model), read_prompt("answer", draft.VARIABLES), near)


def describing_files(workspace: Workspace, settings: AssistantSettings) -> dict[str, Path]:
    """Return the paths of the files that describe the indexed corpus, by name. Raises `CorpusError`."""
    roots = _roots(workspace.catalog, settings)
    return {name: _root_of(name, roots) / name for name in (DESCRIPTION, LEXICON, NOTICE)}


def refuse_unfollowed(catalog: Catalog, withdrawn: WithdrawalList) -> None:
    """Raise `DataFolderRefused` for an index that still holds withdrawn words."""
    if not withdrawn.are_followed(catalog.meta(APPLIED)):
        raise DataFolderRefused(
            f"L'index de « {catalog.folder} » contient encore ce qui a été retiré de l'étude.",
            "Finissez le retrait : assistant index.",
        )


def protection_of(workspace: Workspace, settings: AssistantSettings) -> Protection:
    """Return how the sources of an index are protected, with every withdrawal from its corpus. Raises `CorpusError`."""
    from index.indexing.build import read_protection

    roots = _roots(workspace.catalog, settings)
    description = read_description(_root_of(DESCRIPTION, roots))
    protection = read_protection(roots[0], description, workspace.settings)
    lexicon = Lexicon.read(_root_of(LEXICON, roots) / LEXICON)
    forms = (form for term in lexicon.terms for form in (term.word, *term.variants))
    terms = (form for form in forms if " " not in form)  # a form of several words may hold a first name
    return replace(
        protection,
        harmless=tuple(sorted({*protection.harmless, *terms})),
        withdrawn=workspace.withdrawals(*filter(_is_open, roots)),
    )


def _roots(catalog: Catalog, settings: AssistantSettings) -> tuple[Path, ...]:
    """Return the folders in which the files that describe an index are looked for, in order."""
    return Path(catalog.meta("corpus")), catalog.folder / DESCRIBING, settings.corpus


def _root_of(name: str, roots: Sequence[Path]) -> Path:
    """Return the first of these folders that has a file of this name, or the last."""
    return next((root for root in roots if _is_file(root / name)), roots[-1])


def _is_open(folder: Path) -> bool:
    """Return whether this process may enter a folder: a server need not be let into the corpus, whose withdrawals the
    index runs have followed."""
    return os.access(folder, os.X_OK)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:  # a server need not be let into the corpus that it was indexed from
        return False
