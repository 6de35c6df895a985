"""The command line. Settings are built here and passed down; what is heavy is imported by the command that needs it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import AddressInUse, AssistantError, BadRequest
from assistant.french_parser import FrenchParser
from assistant.settings import AssistantSettings
from index.errors import CorpusError
from index.settings import IndexSettings
from index.types import Scope

if TYPE_CHECKING:
    from assistant.compose import Parts

DONE, IN_PART, REFUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 done in part, 2 refused with one line on why."""
    _stay_offline()
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except (CorpusError, AssistantError) as error:
        print(error, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("Interrompu. Ce qui était déjà enregistré est gardé\u00a0; relancez pour finir.", file=sys.stderr)
        return 130


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


def _parser() -> argparse.ArgumentParser:
    parser = FrenchParser(prog="assistant", description="Assistant de connaissances sur le corpus d'une étude.")
    commands = parser.add_subparsers(title="commandes", metavar="COMMANDE", required=True, dest="commande")

    def command(name: str, run: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
        made.set_defaults(run=run)
        made.add_argument("--data-dir", type=Path, metavar="D", help="dossier de l'index (ASSISTANT_DATA_DIR, ou data)")
        return made

    index = command("index", _index, "Met l'index à jour d'après un dossier de corpus.")
    index.add_argument("corpus", nargs="?", type=Path, metavar="CORPUS", help="dossier (ASSISTANT_CORPUS, ou corpus)")
    index.add_argument("--json", action="store_true", help="écrit le rapport en JSON")
    index.add_argument("--yes", action="store_true", help="accepte de retirer plus d'un dixième des sources")
    index.add_argument("--rollback", action="store_true", help="revient à l'index d'avant la dernière mise à jour")

    index.add_argument("--watch", action="store_true", help="suit le dossier jusqu'à Ctrl-C")

    ask = command("ask", _ask, "Répond à une question, avec les passages cités.")
    ask.add_argument("question", nargs="?", metavar="QUESTION", help="la question, en français")
    ask.add_argument("--questions", type=Path, metavar="FICHIER", help="une question par ligne (avec --json)")
    _common(ask)

    search = command("search", _search, "Cherche des passages, sans rédiger de réponse.")
    search.add_argument("query", metavar="RECHERCHE", help="ce qu'il faut chercher")
    search.add_argument("--site", default="", metavar="S", help="seulement les passages de ce site")
    search.add_argument("--kind", choices=("document", "transcript"), help="seulement ce genre de source")
    search.add_argument("--limit", type=_positive, default=10, metavar="N", help="nombre de passages (10)")
    _common(search)

    evaluation = command("eval", _eval, "Mesure les réponses à des questions dont la bonne réponse est connue.")
    evaluation.add_argument("golden", type=Path, metavar="FICHIER", help="un objet JSON par ligne (voir le README)")
    evaluation.add_argument(
        "--at-least",
        type=_two_shares,
        metavar="P,R",
        help="statut 1 si moins de P des bons passages sont dans les trois premiers, ou moins de R des questions sans "
        "réponse refusées, par exemple 0.95,0.90",
    )
    _common(evaluation)

    status = command("status", _status, "Dit ce que l'index contient.")
    status.add_argument("--json", action="store_true", help="écrit l'état en JSON")

    doctor = command("doctor", _doctor, "Vérifie l'index, le modèle et les dossiers, et dit quoi faire.")
    doctor.add_argument("--json", action="store_true", help="écrit l'examen en JSON")

    serve = command("serve", _serve, "Sert la page de l'assistant (n'indexe pas).")
    serve.add_argument("--host", default="127.0.0.1", metavar="H", help="adresse (127.0.0.1)")
    serve.add_argument("--port", type=_port, default=7860, metavar="P", help="port (7860)")
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as", dest="scope", choices=[scope.value for scope in Scope], default="public", help="qui demande (public)"
    )
    parser.add_argument("--json", action="store_true", help="écrit du JSON, et rien d'autre, sur la sortie")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _two_shares(text: str) -> tuple[float, float]:
    first, second = (float(part) for part in text.split(","))
    if not (0 <= first <= 1 and 0 <= second <= 1):
        raise ValueError(text)
    return first, second


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 65536:
        raise ValueError(text)
    return number


def _settings(options: argparse.Namespace) -> tuple[IndexSettings, AssistantSettings]:
    return (
        IndexSettings.from_environment(os.environ, options.data_dir),
        AssistantSettings.from_environment(os.environ),
    )


def _parts(options: argparse.Namespace) -> Parts:
    from assistant.compose import compose

    return compose(*_settings(options))


def _write(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


# — index —


def _index(options: argparse.Namespace) -> int:
    from assistant import json_form, terminal
    from index.build import build
    from index.watch import changes

    index_settings, settings = _settings(options)
    if options.rollback:
        return _roll_back(options, index_settings)
    root = options.corpus or settings.corpus
    for _ in changes(root) if options.watch else range(1):
        report = build(root, index_settings, terminal.progress_bars(), confirmed=options.yes)
        if options.json:
            _write(json_form.report(report))
        else:
            print("\n".join(terminal.report_lines(report)), flush=True)
    return IN_PART if report.failed else DONE


def _roll_back(options: argparse.Namespace, settings: IndexSettings) -> int:
    from assistant import terminal
    from index.build import take_back

    if not take_back(settings, terminal.progress_bars()):
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
        return _ask_all(options, scope)
    answer = _parts(options).engine.ask(options.question, scope)
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
    engine = _parts(options).engine
    for line in lines:
        _write(json_form.answer(engine.ask(line, scope)))
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


# — search, status, serve —


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

    index_settings, _ = _settings(options)
    findings = examine(index_settings)
    well = all(finding.well for finding in findings)
    if options.json:
        _write({"well": well, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            print(f"{'✓' if finding.well else '✗'} {finding.what}\u00a0: {finding.seen} {finding.remedy}".rstrip())
    return DONE if well else IN_PART


def _serve(options: argparse.Namespace) -> int:
    parts = _parts(options)  # refuses before the page's library is imported
    from assistant.ui import server

    page = server.build(
        lambda question: parts.engine.stream(question, Scope.PUBLIC),
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
