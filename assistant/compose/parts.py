"""The only place that builds the real parts and wires them."""

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
from index.embedding.model import Embedder, open_embedder
from index.errors import CorpusError, DataFolderRefused, NothingIndexed
from index.privacy.withdrawals import APPLIED, WithdrawalList
from index.reading.metadata import DESCRIPTION, NOTICE, Description, read_description
from index.search.search import Searcher
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.schema import DESCRIBING
from index.store.vectors import VectorIndex
from index.types import Passage, Scope

if TYPE_CHECKING:
    from index.privacy.protection import Protection


_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Components:
    """The parts over one data folder."""

    catalog: Catalog
    searcher: Searcher
    engine: Engine
    lexicon: Lexicon
    description: Description
    roots: tuple[Path, ...]
    """Where the files that describe the corpus are sought."""

    def notice(self) -> str:
        """The team's legal notice as it is now, Markdown; empty when there is none, or none that can be read."""
        try:
            return (_root_of(NOTICE, self.roots) / NOTICE).read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            return ""

    @property
    def questions(self) -> Path:
        """The file of the team's golden questions, which need not be there."""
        return _root_of(QUESTIONS, self.roots) / QUESTIONS

    def is_well(self) -> bool:
        """Whether questions can be answered now."""
        try:
            return bool(self.catalog.generation)
        except CorpusError:
            return False

    def examples(self, scope: Scope) -> tuple[str, ...]:
        """Three questions to begin with, or fewer: those of `corpus.toml` that the scope answers, then what the corpus
        has most to say on."""
        headings = self.catalog.headings(scope, _EXAMPLES)
        drawn = (f"Que dit le corpus sur «\u00a0{heading}\u00a0»\u00a0?" for heading in headings)
        tried = dict.fromkeys((*self.description.examples, *drawn))
        return tuple(islice((one for one in tried if self.engine.quotes(one, scope)), _EXAMPLES))

    def offered(self) -> dict[Scope, tuple[str, ...]]:
        """The examples of each scope. Where nothing is reserved they are the same, and sought once: a third of a second
        of a server's start."""
        public = self.examples(Scope.PUBLIC)
        reserves = self.catalog.passage_count(Scope.TEAM) > self.catalog.passage_count(Scope.PUBLIC)
        return {Scope.PUBLIC: public, Scope.TEAM: self.examples(Scope.TEAM) if reserves else public}

    def holds(self, excerpt: str, scope: Scope) -> bool:
        """Whether an excerpt stands word for word in some passage of the scope. Reads them all."""
        return any(is_verbatim(excerpt, passage.text.replace("**", "")) for passage in self.passages(scope))

    def passages(self, scope: Scope) -> Iterator[Passage]:
        """All the passages of a scope, source after source."""
        for source in self.catalog.sources(scope):
            yield from self.catalog.source_passages(source.id, scope)


def compose(index_settings: IndexSettings, settings: AssistantSettings) -> Components:
    """Open a data folder for questions. Raises `CorpusError` (nothing indexed, unknown model, another version…) or
    `AssistantError`."""
    catalog = Catalog.open(index_settings.data_dir)
    if not catalog.generation:
        raise NothingIndexed(
            f"La première indexation dans « {index_settings.data_dir} » n'est pas finie.",
            "Attendez-la, ou relancez : assistant index corpus.",
        )
    embedder = open_embedder(index_settings)
    catalog.refuse_other_model(embedder.identity)
    roots = _roots(catalog, settings)
    withdrawn = WithdrawalList.read(index_settings.data_dir, *filter(_is_open, roots[:1]))
    refuse_unfollowed(catalog, withdrawn)
    description = read_description(_root_of(DESCRIPTION, roots))
    lexicon = Lexicon.read(_root_of(LEXICON, roots) / LEXICON)
    vectors = VectorIndex(catalog, index_settings.chroma)
    searcher = Searcher(catalog, vectors, embedder, index_settings, description.sites)
    engine = Engine(searcher, lexicon, settings, _drafter(settings, embedder))
    return Components(catalog, searcher, engine, lexicon, description, roots)


def _drafter(settings: AssistantSettings, embedder: Embedder) -> draft.Drafter | None:
    """Who writes the answers, if a language model is set."""
    if settings.model is None:
        return None
    from assistant.answer.language_model import LanguageModel  # two seconds, which an answer of passages does not need

    embed = lru_cache(maxsize=256)(embedder.embed_question)  # a unit is compared with each sentence that cites it

    def near(one: str, other: str) -> float:
        return float(embed(one) @ embed(other))

    return draft.Drafter(LanguageModel(settings.model), read_prompt("answer", draft.VARIABLES), near)


def describing(index_settings: IndexSettings, settings: AssistantSettings) -> dict[str, Path]:
    """The files that describe what is indexed, by name. Raises `CorpusError`."""
    catalog = Catalog.open(index_settings.data_dir)
    roots = _roots(catalog, settings)
    catalog.close()
    return {name: _root_of(name, roots) / name for name in (DESCRIPTION, LEXICON, NOTICE)}


def refuse_unfollowed(catalog: Catalog, withdrawn: WithdrawalList) -> None:
    """Raises `DataFolderRefused` for an index that still holds what was withdrawn."""
    if not withdrawn.are_followed(catalog.meta(APPLIED)):
        raise DataFolderRefused(
            f"L'index de « {catalog.folder} » contient encore ce qui a été retiré de l'étude.",
            "Finissez le retrait : assistant index.",
        )


def protection_of(catalog: Catalog, index_settings: IndexSettings, settings: AssistantSettings) -> Protection:
    """How the sources of an index are protected, and all that was withdrawn from its corpus. Raises `CorpusError`."""
    from index.indexing.build import read_protection

    roots = _roots(catalog, settings)
    description = read_description(_root_of(DESCRIPTION, roots))
    protection = read_protection(roots[0], description, index_settings)
    lexicon = Lexicon.read(_root_of(LEXICON, roots) / LEXICON)
    forms = (form for term in lexicon.terms for form in (term.word, *term.variants))
    terms = (form for form in forms if " " not in form)  # of several words, one may be a first name
    return replace(
        protection,
        harmless=tuple(sorted({*protection.harmless, *terms})),
        withdrawn=WithdrawalList.read(index_settings.data_dir, *filter(_is_open, roots)),
    )


def _roots(catalog: Catalog, settings: AssistantSettings) -> tuple[Path, ...]:
    """The folders where what describes an index may lie, the first that has it before the others."""
    return Path(catalog.meta("corpus")), catalog.folder / DESCRIBING, settings.corpus


def _root_of(name: str, roots: Sequence[Path]) -> Path:
    """The folder to read a file of this name from: the first that has it, or the last."""
    return next((root for root in roots if _is_file(root / name)), roots[-1])


def _is_open(folder: Path) -> bool:
    """Whether a folder lets us in: one that serves need not be let into the corpus, which the runs have followed."""
    return os.access(folder, os.X_OK)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:  # a server need not be let into the corpus that it was indexed from
        return False
