"""`assistant user`: the accounts of the team."""

from __future__ import annotations

import argparse

from assistant.cli.commands.common import DONE, read_settings, write_json
from assistant.cli.secret_input import read_secret_line
from assistant.errors import BadRequest


def run(options: argparse.Namespace) -> int:
    """List, add or remove an account, or change its password."""
    from assistant.people.accounts import Accounts, read_secret
    from assistant.people.baskets import Baskets

    index_settings, settings = read_settings(options)
    accounts = Accounts(index_settings.data_dir)
    if options.action == "list":
        found = accounts.all()
        if options.json:
            write_json({"accounts": [account.name for account in found]})
        else:
            print("\n".join(account.name for account in found) or "Aucun compte.")
        return DONE
    if not options.name:
        raise BadRequest("Il manque le nom du compte.", f"Écrivez : assistant user {options.action} NOM.")
    if options.action == "remove":
        if accounts.current_state(options.name) is not None:  # first: should it fail, the command can be given again
            Baskets(index_settings.data_dir).erase(options.name)
        accounts.remove(options.name)
        done = "Compte retiré ; ses sessions sont finies, et son panier est effacé."
    elif options.action == "password":
        accounts.set_password(options.name, read_secret_line("Mot de passe", options.password_stdin))
        done = "Mot de passe changé ; les sessions ouvertes avec l'ancien sont finies."
    else:
        accounts.add(options.name, read_secret_line("Mot de passe", options.password_stdin))
        read_secret(index_settings.data_dir, settings.secret_file)
        done = "Compte créé."
    write_json({"name": options.name}) if options.json else print(done)
    return DONE
