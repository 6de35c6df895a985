"""The addresses at which the pages may be served, and the refusals of others."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from assistant.people.accounts import Accounts
from assistant.people.baskets import Baskets
from assistant.settings import AssistantSettings, checked_root_path
from tests.assistant.conftest import Assistant


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.10"])
def test_without_an_account_the_page_is_not_opened_to_other_machines(
    host: str, assistant: Assistant, tmp_path: Path
) -> None:
    run = assistant("serve", "--host", host, data_dir=tmp_path)
    assert run.status == 2
    assert "aucun compte n'existe" in run.err and "assistant user add" in run.err
    assert run.err.count("\n") == 1


def test_a_header_that_other_machines_could_write_is_not_trusted(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Accounts(tmp_path).add("ada", "une phrase de passe")
    monkeypatch.setenv("ASSISTANT_TRUSTED_HEADER", "X-Remote-User")
    run = assistant("serve", "--host", "0.0.0.0", data_dir=tmp_path)
    assert run.status == 2
    assert "X-Remote-User" in run.err and "127.0.0.1" in run.err


WRONG = ("corpus", "/corpus/", "/", "//corpus", "/a//b", "/mon corpus", "/../x", "/a/..", "/a/.", "/é", "/a?b", "/a\nb")
OURS = ("/equipe", "/connexion", "/assets/x", "/gradio_api", "/mentions")


@pytest.mark.parametrize("path", [*WRONG, *OURS], ids=ascii)
def test_a_sub_path_that_no_proxy_could_give_is_refused_in_one_line(
    path: str, assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = assistant("serve", "--root-path", path, data_dir=tmp_path)
    monkeypatch.setenv("ASSISTANT_ROOT_PATH", path)
    for refused in (run, assistant("serve", data_dir=tmp_path)):
        assert (refused.status, refused.out, refused.err.count("\n")) == (2, "", 1)
        assert "sous-chemin" in refused.err and "/corpus" in refused.err


@pytest.mark.parametrize("path", ["", "/corpus", "/etudes/corpus-2.1_a~b"])
def test_a_sub_path_is_taken_from_the_environment_or_the_option(path: str) -> None:
    assert checked_root_path(path) == path
    assert AssistantSettings.from_environment({"ASSISTANT_ROOT_PATH": path}).root_path == path


def test_accounts_are_kept_from_the_command_line(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def typed(text: str) -> None:
        monkeypatch.setattr("sys.stdin", StringIO(text))

    typed("une phrase de passe\n")
    assert assistant("user", "add", "ada", "--password-stdin", data_dir=tmp_path).out == "Compte créé.\n"
    assert assistant("user", "list", "--json", data_dir=tmp_path).out == '{"accounts": ["ada"]}\n'
    typed("une autre phrase de passe\n")
    assert "Mot de passe changé" in assistant("user", "password", "ada", "--password-stdin", data_dir=tmp_path).out
    assert Accounts(tmp_path).verified_state("ada", "une autre phrase de passe")
    Baskets(tmp_path).add("Ada", ["a", "b"])
    assert assistant("user", "remove", "nul", data_dir=tmp_path).status == 2
    assert Baskets(tmp_path).of("ada") == ["a", "b"]
    assert "Compte retiré" in assistant("user", "remove", "ada", data_dir=tmp_path).out
    assert Baskets(tmp_path).of("ada") == []
    assert assistant("user", "list", data_dir=tmp_path).out == "Aucun compte.\n"
    run = assistant("user", "add", data_dir=tmp_path)
    assert (run.status, run.err.count("\n")) == (2, 1)
