"""The command line. Settings are built here and passed down; what is heavy is imported by the command that needs it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import AddressInUse, AssistantError, BadRequest, Interrupted
from assistant.options import parser
from assistant.settings import AssistantSettings
from assistant.stopping import Stop
from index.errors import CorpusError
from index.settings import IndexSettings
from index.types import Scope

if TYPE_CHECKING:
    from assistant.compose import Parts
    from index.doctor import Finding
    from index.progress import Progress, Step

DONE, IN_PART, REFUSED, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 done in part, 2 refused, 130 interrupted; one line says why.
    Without `arguments` they are those of this process, which is then ours to stop."""
    stop = Stop()
    try:
        if arguments is None:
            stop.listen()
        _stay_offline()
        options = parser(_COMMANDS).parse_args(arguments)
        options.stop = stop
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except Interrupted as error:
        print(error, file=sys.stderr)
        return INTERRUPTED
    except (CorpusError, AssistantError) as error:
        print(error, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        stop.end()  # at once: another Ctrl-C must not cut this line short
        print("Interrompu. Rien n'a été modifié.", file=sys.stderr)
        return INTERRUPTED
    finally:
        stop.end()  # the answer is given: a late Ctrl-C has nothing left to stop


def _stay_offline() -> None:
    """No telemetry and no hub, set before any of the libraries that would ask is imported."""
    for name, value in {
        "ANONYMIZED_TELEMETRY": "False",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "DO_NOT_TRACK": "1",
    }.items():
        os.environ.setdefault(name, value)


def _settings(options: argparse.Namespace) -> tuple[IndexSettings, AssistantSettings]:
    return (
        IndexSettings.from_environment(os.environ, options.data_dir),
        AssistantSettings.from_environment(os.environ),
    )


def _parts(options: argparse.Namespace, *, writes: bool = False) -> Parts:
    """The parts; with who `writes`, if a language model is set."""
    from assistant.compose import compose

    index_settings, settings = _settings(options)
    return compose(index_settings, settings if writes else settings.model_copy(update={"model": None}))


def _write(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


# — index —


def _index(options: argparse.Namespace) -> int:
    index_settings, settings = _settings(options)
    if options.rollback:
        return _roll_back(options, index_settings)
    root = options.corpus or settings.corpus
    return (_follow if options.watch else _index_once)(options, root, index_settings)


def _index_once(options: argparse.Namespace, root: Path, settings: IndexSettings) -> int:
    from assistant import json_form, terminal
    from index.build import build

    with _watched(options, settings) as progress:
        report = build(root, settings, progress, confirmed=options.yes)
    if options.json:
        _write(json_form.report(report))
    else:
        print("\n".join(terminal.report_lines(report)), flush=True)
    return IN_PART if report.failed else DONE


def _follow(options: argparse.Namespace, root: Path, settings: IndexSettings) -> int:
    """Index each time that the folder has changed, until Ctrl-C, which is how following it ends."""
    from index.watch import changes

    status = DONE
    try:
        for _ in changes(root):
            status = _index_once(options, root, settings)
    except KeyboardInterrupt:
        options.stop.end()
        print("Suivi arrêté. L'index garde tout ce qui a été enregistré.", file=sys.stderr)
    return status


@contextmanager
def _watched(options: argparse.Namespace, settings: IndexSettings) -> Iterator[Progress]:
    """The progress of a run: shown to whoever watches, and where Ctrl-C is heard at the latest. Raises `Interrupted`
    for Ctrl-C, with what was kept."""
    from assistant import bars, terminal
    from index.build import state

    before = state(settings)
    try:
        with bars.shown() as show:

            def progress(step: Step) -> None:
                options.stop.check()
                show(step)

            yield progress
    except KeyboardInterrupt:
        options.stop.end()
        raise terminal.interrupted(before, state(settings)) from None


def _roll_back(options: argparse.Namespace, settings: IndexSettings) -> int:
    from index.build import take_back

    with _watched(options, settings) as progress:
        done = take_back(settings, progress)
    if not done:
        raise BadRequest(
            "Il n'y a pas d'index antérieur auquel revenir.", "Seule la dernière mise à jour peut être reprise."
        )
    if options.json:
        _write({"rolled_back": True})
    else:
        print("L'index est revenu à son état d'avant la dernière mise à jour. Relancer l'indexation la refera.")
    return DONE


# — ask —


def _ask(options: argparse.Namespace) -> int:
    if (options.question is None) == (options.questions is None):
        raise BadRequest(
            "Il faut une question, ou un fichier de questions.", "Voir «\u00a0assistant ask --help\u00a0»."
        )
    scope = Scope(options.scope)
    if options.questions is not None:
        if options.after:
            raise BadRequest("Les questions d'un fichier vont chacune seule.", "Retirez --after.")
        return _ask_all(options, scope)
    engine = _parts(options, writes=not options.no_model).engine
    answer = engine.ask(options.question, scope, options.after)
    answer = engine.simplify(answer) if options.simple else answer
    if options.json:
        from assistant import json_form

        _write(json_form.answer(answer))
    else:
        from assistant import terminal

        print("\n".join(terminal.answer_lines(answer)))
    return DONE


def _ask_all(options: argparse.Namespace, scope: Scope) -> int:
    if not options.json:
        raise BadRequest("Un fichier de questions donne du JSON.", "Ajoutez --json.")
    from assistant import json_form, question_files

    lines = question_files.read_lines(options.questions, "une question")
    engine = _parts(options, writes=not options.no_model).engine
    for line in lines:
        answer = engine.ask(line, scope)
        _write(json_form.answer(engine.simplify(answer) if options.simple else answer))
    return DONE


# — eval —


def _eval(options: argparse.Namespace) -> int:
    from assistant import evaluate, question_files

    questions = question_files.read_golden(options.golden)  # refuses before the index is opened
    parts, scope = _parts(options), Scope(options.scope)
    score = evaluate.score(
        questions, lambda question: parts.engine.ask(question, scope), lambda excerpt: parts.holds(excerpt, scope)
    )
    short = options.at_least is not None and evaluate.is_short(score, *options.at_least)
    if options.json:
        from assistant import json_form

        _write(json_form.score(score))
    else:
        from assistant import terminal

        print("\n".join(terminal.score_lines(score)))
        if short:
            print("\nEn dessous de ce que demande --at-least.")
    return IN_PART if short else DONE


# — search, lexicon, status, serve —


def _search(options: argparse.Namespace) -> int:
    from assistant import json_form
    from index.search.search import Query

    searcher = _parts(options).searcher
    query = Query(options.query, site=options.site, kind=options.kind)
    hits = searcher.search(query, Scope(options.scope), options.limit)
    if options.json:
        _write(json_form.hits(hits))
        return DONE
    if not hits:
        print("Aucun passage trouvé.")
    for number, hit in enumerate(hits, 1):
        place = hit.passage.place.label()
        print(f"{number}. {hit.passage.source.title}{f' — {place}' if place else ''}\n   {hit.passage.text}")
    return DONE


def _lexicon(options: argparse.Namespace) -> int:
    from assistant import json_form, terminal
    from assistant.jargon import review

    parts, scope = _parts(options), Scope(options.scope)
    names = [name for site in parts.description.sites for name in site.names]
    found = review(parts.passages(scope), parts.lexicon, names, options.limit)
    if options.json:
        _write(json_form.review(found))
    else:
        print("\n".join(terminal.review_lines(found)))
    return DONE


def _status(options: argparse.Namespace) -> int:
    from index.store.catalog import Catalog

    index_settings, _ = _settings(options)
    catalog = Catalog.open(index_settings.data_dir)
    sources = catalog.sources(Scope.TEAM)
    state: dict[str, object] = {
        "data_dir": str(index_settings.data_dir),
        "corpus": catalog.meta("corpus"),
        "model": catalog.meta("model"),
        "generation": catalog.generation,
        "sources": len(sources),
        "passages": catalog.count(Scope.TEAM),
        "public_passages": catalog.count(Scope.PUBLIC),
        "by_kind": dict(Counter(source.kind for source in sources)),
        "by_site": dict(Counter(source.site for source in sources if source.site)),
        "by_visibility": dict(Counter(source.visibility for source in sources)),
    }
    if options.json:
        _write(state)
    else:
        print(f"Index de «\u00a0{state['corpus']}\u00a0» dans «\u00a0{state['data_dir']}\u00a0»")
        print(f"{state['sources']} sources, {state['passages']} passages, dont {state['public_passages']} publics")
        print(f"Modèle\u00a0: {state['model']}")
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    from index.doctor import examine

    index_settings, settings = _settings(options)
    findings = [*examine(index_settings), _model_finding(settings)]
    well = all(finding.well for finding in findings)
    if options.json:
        _write({"well": well, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            print(f"{'✓' if finding.well else '✗'} {finding.what}\u00a0: {finding.seen} {finding.remedy}".rstrip())
    return DONE if well else IN_PART


def _model_finding(settings: AssistantSettings) -> Finding:
    if settings.model is None:
        from index.doctor import Finding

        seen = "Aucun, ce qui est permis : les réponses sont les passages eux-mêmes."
        return Finding("Modèle de langage", True, seen)
    from assistant.answer.model import LanguageModel

    return LanguageModel(settings.model).examine()


def _serve(options: argparse.Namespace) -> int:
    parts = _parts(options, writes=True)  # refuses before the page's library is imported
    from assistant.ui import server

    page = server.build(
        lambda question, before: parts.engine.stream(question, Scope.PUBLIC, before),
        parts.engine.simplify,
        title=parts.description.title or "Assistant de l’étude",
        examples=parts.examples(Scope.PUBLIC),
    )
    try:
        server.launch(
            page,
            options.host,
            options.port,
            on_ready=lambda url: print(f"L'assistant est prêt\u00a0: {url}", flush=True),
        )
    except OSError as error:
        raise AddressInUse(
            f"La page ne peut pas être servie sur {options.host}:{options.port} (adresse prise ou refusée).",
            "Choisissez un autre port avec --port.",
        ) from error
    return DONE


_COMMANDS = {
    "index": _index,
    "ask": _ask,
    "search": _search,
    "eval": _eval,
    "lexicon": _lexicon,
    "status": _status,
    "doctor": _doctor,
    "serve": _serve,
}
