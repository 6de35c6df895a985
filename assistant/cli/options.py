"""The commands of the command line, their options, and the values that these take."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.argparse_fr import FrenchParser
from assistant.errors import BadRequest
from assistant.export.formats import FORMATS
from index.reading.metadata import is_date
from index.types import Scope

if TYPE_CHECKING:
    from index.search.search import Query

Run = Callable[[argparse.Namespace], int]


def parser(runs: Mapping[str, Run]) -> argparse.ArgumentParser:
    """Return the parser of the whole command line. `runs` gives the function of each command, which becomes the option
    `run`."""
    whole = FrenchParser(prog="assistant", description="Assistant de connaissances sur le corpus d'une étude.")
    commands = whole.add_subparsers(title="commandes", metavar="COMMANDE", required=True, dest="commande")

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
        made.set_defaults(run=runs[name])
        made.add_argument("--data-dir", type=Path, metavar="D", help="dossier de l'index (ASSISTANT_DATA_DIR, ou data)")
        return made

    index = command("index", "Met l'index à jour d'après un dossier de corpus.")
    index.add_argument("corpus", nargs="?", type=Path, metavar="CORPUS", help="dossier (ASSISTANT_CORPUS, ou corpus)")
    index.add_argument("--json", action="store_true", help="écrit le rapport en JSON")
    index.add_argument("--yes", action="store_true", help="accepte de retirer plus d'un dixième des sources")
    index.add_argument("--rollback", action="store_true", help="revient à l'index d'avant la dernière mise à jour")
    index.add_argument(
        "--ray",
        nargs="?",
        const="local",
        metavar="ADRESSE",
        help="calcule les vecteurs sur un cluster Ray\u00a0: local (par défaut), local:N (N processus ici), "
        "ou l'adresse d'un cluster (ASSISTANT_RAY)",
    )
    index.add_argument("--watch", action="store_true", help="suit le dossier jusqu'à Ctrl-C")

    ask = command("ask", "Répond à une question, avec les passages cités.")
    ask.add_argument("question", nargs="?", metavar="QUESTION", help="la question, en français")
    ask.add_argument(
        "--after",
        action="append",
        default=[],
        metavar="QUESTION",
        help="une question posée juste avant, que celle-ci continue (« et là-bas ? ») ; une fois par question, la plus "
        "ancienne d'abord",
    )
    ask.add_argument("--no-model", action="store_true", help="répond sans modèle de langage, même s'il y en a un")
    ask.add_argument("--simple", action="store_true", help="la réponse plus simple à lire")
    ask.add_argument("--questions", type=Path, metavar="FICHIER", help="une question par ligne (avec --json)")
    _common(ask)

    search = command("search", "Cherche des passages, sans rédiger de réponse.")
    _query(search, limit=10)
    _common(search)

    export = command("export", "Met les passages d'une recherche dans un fichier pour un autre programme.")
    _query(export, limit=100)
    labels = ", ".join(f"{made.name} = {made.label}" for made in FORMATS.values())
    export.add_argument("--format", required=True, choices=tuple(FORMATS), help=labels)
    export.add_argument("--out", required=True, type=Path, metavar="FICHIER", help="le fichier à écrire")
    export.add_argument("--force", action="store_true", help="remplace le fichier s'il existe déjà")
    _common(export)

    evaluation = command("eval", "Mesure les réponses à des questions dont la bonne réponse est connue.")
    evaluation.add_argument(
        "golden",
        nargs="?",
        type=Path,
        metavar="FICHIER",
        help="un objet JSON par ligne, voir docs/evaluation.md (questions.jsonl, à la racine du corpus)",
    )
    evaluation.add_argument(
        "--at-least",
        type=_two_shares,
        metavar="P,R",
        help="statut 1 si moins de P des bons passages sont dans les trois premiers, ou moins de R des questions sans "
        "réponse refusées, par exemple 0.95,0.90",
    )
    _common(evaluation)

    lexicon = command("lexicon", "Examine le lexique de l'étude.")
    lexicon.add_argument("action", choices=("check",), metavar="check", help="propose des mots à définir")
    lexicon.add_argument("--limit", type=_positive, default=30, metavar="N", help="nombre de mots proposés (30)")
    _common(lexicon)

    status = command("status", "Dit ce que l'index contient.")
    status.add_argument("--json", action="store_true", help="écrit l'état en JSON")

    doctor = command("doctor", "Vérifie l'index, le modèle et les dossiers, et dit quoi faire.")
    doctor.add_argument("--json", action="store_true", help="écrit l'examen en JSON")

    serve = command("serve", "Sert les pages de l'assistant (n'indexe pas par lui-même).")
    serve.add_argument("--host", default="127.0.0.1", metavar="H", help="adresse (127.0.0.1)")
    serve.add_argument("--port", type=_port, default=7860, metavar="P", help="port (7860)")
    serve.add_argument(
        "--root-path",
        metavar="CHEMIN",
        help="sous-chemin donné par un proxy, par exemple /corpus (ASSISTANT_ROOT_PATH ; aucun)",
    )

    user = command("user", "Tient les comptes de l'équipe.")
    user.add_argument(
        "action", choices=("add", "remove", "password", "list"), metavar="add|remove|password|list", help="quoi faire"
    )
    user.add_argument("name", nargs="?", default="", metavar="NOM", help="le nom du compte")
    user.add_argument("--password-stdin", action="store_true", help="lit le mot de passe sur l'entrée")
    user.add_argument("--json", action="store_true", help="écrit du JSON, et rien d'autre, sur la sortie")

    audit = command("audit", "Dit qui a ouvert, exporté, ajouté, retiré ou mis à jour ce que seule l'équipe peut lire.")
    audit.add_argument(
        "--limit", type=_positive, default=100, metavar="N", help="nombre de lignes, les dernières (100)"
    )
    audit.add_argument("--json", action="store_true", help="écrit du JSON, et rien d'autre, sur la sortie")

    feedback = command("feedback", "Montre les réactions aux réponses, et les questions restées sans réponse.")
    feedback.add_argument("action", choices=("list", "export"), metavar="list|export", help="quoi faire")
    feedback.add_argument("--since", type=_day, metavar="JOUR", help="depuis ce jour (AAAA-MM-JJ)")
    feedback.add_argument("--until", type=_day, metavar="JOUR", help="jusqu'à ce jour compris (AAAA-MM-JJ)")
    feedback.add_argument(
        "--reaction",
        choices=("surprend", "retrouve", "manque", "creuser"),
        metavar="surprend|retrouve|manque|creuser",
        help="seulement cette réaction",
    )
    feedback.add_argument("--text", default="", metavar="MOTS", help="seulement ce qui contient ces mots")
    feedback.add_argument("--out", type=Path, metavar="FICHIER", help="le fichier CSV à écrire (avec export)")
    feedback.add_argument("--force", action="store_true", help="remplace le fichier s'il existe")
    feedback.add_argument("--json", action="store_true", help="écrit du JSON, et rien d'autre, sur la sortie")

    _privacy(command("privacy", "Protège les personnes qui ont parlé."), runs)

    backup = command(
        "backup", "Met l'index, les comptes, les paniers et les réactions dans un fichier, sans rien arrêter."
    )
    backup.add_argument("file", type=Path, metavar="FICHIER", help="le fichier à écrire")
    backup.add_argument("--encrypt", action="store_true", help="le chiffre par une phrase de passe, qui est demandée")
    restore = command("restore", "Remet une sauvegarde dans un dossier de données vide.")
    restore.add_argument("file", type=Path, metavar="FICHIER", help="la sauvegarde")
    restore.add_argument(
        "--withdrawals",
        type=Path,
        metavar="FICHIER",
        help="les retraits faits depuis (retraits.jsonl), quand le corpus n'est pas sur cette machine",
    )
    for made in (backup, restore):
        made.add_argument("--passphrase-stdin", action="store_true", help="lit la phrase de passe sur l'entrée")
        made.add_argument("--json", action="store_true", help="écrit du JSON, et rien d'autre, sur la sortie")
    return whole


def _privacy(parser: argparse.ArgumentParser, runs: Mapping[str, Run]) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")

    def action(name: str, summary: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(name, help=summary, description=summary)
        # Without a default, which would undo an option given before the action.
        made.add_argument("--data-dir", type=Path, metavar="D", default=argparse.SUPPRESS, help="dossier de l'index")
        made.add_argument("--json", action="store_true", help="écrit du JSON, et rien d'autre, sur la sortie")
        made.set_defaults(run=runs["privacy"])
        return made

    check = action("check", "Dit ce qui, dans les entretiens, peut faire reconnaître quelqu'un, et où regarder.")
    check.add_argument("source", nargs="?", default="", metavar="SOURCE", help="un seul entretien, par son chemin")
    read = action("read", "Montre un entretien, passage par passage, avec les numéros de ses phrases.")
    read.add_argument("source", metavar="SOURCE", help="son chemin dans le corpus")
    publish = action("publish", "Publie un extrait d'un entretien, que tout le monde pourra lire.")
    publish.add_argument("source", metavar="SOURCE", help="le chemin de l'entretien dans le corpus")
    publish.add_argument(
        "--passages",
        required=True,
        metavar="N",
        help="12, 12-14, ou 12.2-3 pour des phrases ; séparés par des virgules",
    )
    publish.add_argument("--consent", required=True, metavar="TEXTE", help="l'accord de la personne, et sa date")
    publish.add_argument("--by", required=True, metavar="NOM", help="qui a relu l'extrait et le publie")
    publish.add_argument("--title", default="", metavar="TITRE", help="ce qui sera montré (Extrait d'un entretien)")
    publish.add_argument("--with-site", action="store_true", help="montre aussi le site de l'entretien")
    publish.add_argument("--with-question", action="store_true", help="montre aussi la question posée juste avant")
    action("published", "Liste les extraits publiés, avec l'accord noté.")
    revoke = action("revoke", "Retire un extrait publié.")
    revoke.add_argument("excerpt", metavar="EXTRAIT", help="son identifiant (voir published)")
    withdraw = action("withdraw", "Retire une source, ou ce qu'a dit une personne, de partout et pour toujours.")
    withdraw.add_argument("what", metavar="QUOI", help="le chemin d'une source, ou une personne telle que montrée")
    withdraw.add_argument("--yes", action="store_true", help="accepte que d'autres sources perdent les mêmes mots")
    withdraw.add_argument("--in", dest="within", default="", metavar="SOURCE", help="dans cette source seulement")


def _query(parser: argparse.ArgumentParser, limit: int) -> None:
    parser.add_argument("query", metavar="RECHERCHE", help="ce qu'il faut chercher")
    parser.add_argument("--site", default="", metavar="S", help="seulement les passages de ce site")
    parser.add_argument("--kind", choices=("document", "transcript"), help="seulement ce genre de source")
    parser.add_argument(
        "--from", dest="since", type=_date, metavar="DATE", help="seulement depuis cette date (AAAA, "
        "AAAA-MM ou AAAA-MM-JJ) ; une source datée d'un mois ou d'une année compte pour tous leurs jours"
    )  # fmt: skip
    parser.add_argument("--to", dest="until", type=_date, metavar="DATE", help="seulement jusqu'à cette date comprise")
    parser.add_argument(
        "--role", default="", metavar="R", help="seulement ce que dit qui a ce rôle, ou ce nom, tels qu'ils sont dans "
        "le corpus"
    )  # fmt: skip
    parser.add_argument("--source", default="", metavar="CHEMIN", help="seulement cette source, par son chemin")
    parser.add_argument("--limit", type=_positive, default=limit, metavar="N", help=f"nombre de passages ({limit})")


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as", dest="scope", choices=[scope.value for scope in Scope], default="public", help="qui demande (public)"
    )
    parser.add_argument("--json", action="store_true", help="écrit du JSON, et rien d'autre, sur la sortie")


def search_query(options: argparse.Namespace) -> Query:
    """Return the query that the options of `search` and `export` describe. Raises `BadRequest` for a period that ends
    before it begins."""
    from index.search.periods import first_day, last_day
    from index.search.search import Query

    if options.since and options.until and first_day(options.since) > last_day(options.until):
        raise BadRequest("La date de --from vient après celle de --to.", "Échangez-les.")
    filters = {name: getattr(options, name) for name in ("site", "kind", "role", "source")}
    return Query(options.query, since=options.since or "", until=options.until or "", **filters)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _date(text: str) -> str:
    if not is_date(text):
        raise ValueError(text)
    return text


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
