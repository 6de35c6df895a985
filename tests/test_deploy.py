"""Tests of `docs/deploy.md`: its commands are valid, and it agrees with the files that it installs."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest

from assistant import addresses
from assistant.addresses import DESCRIBED, TEAM, UPLOAD
from assistant.cli import background
from assistant.cli.options import parser
from assistant.corpus import folder
from assistant.settings import AssistantSettings, checked_root_path
from index.settings import IndexSettings
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
UNIT, NGINX, BACKUP, TIMER, ADDING = (
    (ROOT / "docs" / "deploy" / name).read_text(encoding="utf-8")
    for name in ("assistant.service", "nginx.conf", "backup.service", "backup.timer", "ajouts.conf")
)
PROGRAM = "/opt/assistant/.venv/bin/assistant"


def quoted() -> Iterator[str]:
    """Yield every command line of the program in the guide and in the units."""
    fences = "\n".join(re.findall(r"^```\w*\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE))
    inline = "\n".join(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", GUIDE, flags=re.DOTALL | re.MULTILINE)))
    for line in (fences + "\n" + inline).splitlines():
        if found := re.match(r"\s*assistant (.+)", line):
            yield found[1]
    for unit in (UNIT, BACKUP):
        yield from re.findall(rf"{PROGRAM} ([^'\n]+)", unit)


def settings(unit: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit, re.MULTILINE)


@pytest.mark.parametrize("line", sorted(set(quoted())))
def test_every_command_line_is_valid(line: str) -> None:
    words = shlex.split(re.split(r" [<>|] ?", line)[0])
    whole = parser(defaultdict(lambda: lambda options: 0))
    assert whole.parse_args(words).commande == words[0]


def test_the_commands_that_matter_are_quoted() -> None:
    named = {line.split()[0] for line in quoted()}
    assert named >= {"index", "doctor", "user", "serve", "backup", "restore", "status", "privacy"}


def test_the_unit_and_the_proxy_agree() -> None:
    (start,) = settings(UNIT, "ExecStart")
    options = parser(defaultdict(lambda: lambda options: 0)).parse_args(start.removeprefix(f"{PROGRAM} ").split())
    assert options.host == "127.0.0.1"
    assert f"proxy_pass http://{options.host}:{options.port};" in NGINX
    assert checked_root_path(options.root_path) and f"location {options.root_path}/ {{" in NGINX
    assert f"return 301 {options.root_path}/;" in NGINX
    assert f"{options.root_path}/healthz" in GUIDE


def test_the_units_agree_with_the_guide_on_every_path() -> None:
    for unit in (UNIT, BACKUP):
        assert settings(unit, "User") == ["assistant"]
        assert settings(unit, "EnvironmentFile") == ["/etc/assistant/assistant.env"]
        for path in re.findall(r"(?<![\w.%$}])/(?:opt|etc|srv|var)/[\w./-]*\w", unit):
            first = re.match(r"/\w+/\w+", path)
            assert path in GUIDE or (first and first[0] in GUIDE), path
    for credential in (*settings(UNIT, "LoadCredential"), *settings(BACKUP, "LoadCredential")):
        assert f"> {credential.partition(':')[2]}\n" in GUIDE
    written = dict(re.findall(r"^(ASSISTANT_\w+)=(.*)$", GUIDE, re.MULTILINE))
    made = IndexSettings.from_environment(written, None), AssistantSettings.from_environment(written)
    (allowed,) = settings(UNIT, "ReadWritePaths")
    assert str(made[0].data_dir).startswith(f"{allowed}/") and str(made[0].models_dir).startswith(f"{allowed}/")
    assert str(made[1].corpus) == "/srv/assistant/corpus"
    assert settings(BACKUP, "ReadWritePaths") == [f"{allowed} /var/backups/assistant"]
    assert "systemctl enable --now assistant-backup.timer" in GUIDE and "OnCalendar=" in TIMER


def test_the_corpus_is_writable_only_with_the_optional_unit_file() -> None:
    assert settings(UNIT, "ReadWritePaths") == ["/var/lib/assistant"]
    assert settings(ADDING, "ReadWritePaths") == ["/srv/assistant/corpus"]
    assert {line.partition("=")[0] for line in ADDING.splitlines() if "=" in line and not line.startswith("#")} == {
        "ReadWritePaths", "MemoryMax", "MemoryDenyWriteExecute"
    }  # fmt: skip
    assert "/etc/systemd/system/assistant.service.d/ajouts.conf" in GUIDE
    assert (
        "Ajouter des fichiers depuis la page" in GUIDE
        and "Ajouter des fichiers depuis la page" in folder.PERMISSION_REMEDY
    )


def test_the_proxy_accepts_large_files_only_at_the_address_of_uploads() -> None:
    (start,) = settings(UNIT, "ExecStart")
    given = start.removeprefix(f"{PROGRAM} ").split()
    root = parser(defaultdict(lambda: lambda options: 0)).parse_args(given).root_path
    large = f"{addresses.UPLOAD_BYTES // 1024**2}m"
    inside = re.findall(rf"location = {root}{TEAM}{UPLOAD} \{{(.*?)\}}", NGINX, re.DOTALL)
    assert len(inside) == 1 and f"client_max_body_size {large};" in inside[0]
    assert "proxy_request_buffering off;" in inside[0] and "proxy_set_header" not in inside[0], "or it would set none"
    described = re.findall(rf"location = {root}{TEAM}{DESCRIBED} \{{(.*?)\}}", NGINX, re.DOTALL)
    assert len(described) == 1 and f"client_max_body_size {addresses.DESCRIPTION_BYTES // 1024}k;" in described[0]
    assert "proxy_set_header" not in described[0]
    others = NGINX.replace(inside[0], "").replace(described[0], "")
    assert re.findall(r"client_max_body_size (\w+);", others) == [f"{addresses.FORM_BYTES // 1024}k"]


def test_the_unit_confines_the_program() -> None:
    for line in (
        *("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "IPAddressDeny=any", "ProtectHome=yes"),
        *("IPAddressAllow=localhost", "Restart=on-failure", "CapabilityBoundingSet=", "UMask=0077"),
    ):
        assert f"\n{line}\n" in UNIT
    # A file that exhausts the memory ends the process that reads it, and not the server.
    assert settings(UNIT, "OOMPolicy") == ["continue"] and "\n# Un fichier reçu qui prend toute la mémoire" in UNIT
    (most,) = settings(UNIT, "MemoryMax")
    assert most.endswith("G") and background.MOST_MEMORY < int(most[:-1]) * 1024**3
    assert settings(UNIT, "StateDirectoryMode") == ["0700"]


def test_the_proxy_sets_the_trusted_headers_and_keeps_no_log() -> None:
    directives = "\n".join(line for line in NGINX.splitlines() if not line.strip().startswith("#"))
    for header in ("X-Forwarded-For   $remote_addr", "X-Forwarded-Proto $scheme", "X-Forwarded-Host  $http_host"):
        assert f"proxy_set_header {header};" in directives
    assert (
        "proxy_buffering off;" in directives
        and "client_max_body_size" in directives
        and "ssl_certificate " in directives
    )
    assert directives.count("access_log off;") == 2 and "access_log /" not in directives and " crit;" in directives
    assert "proxy_hide_header" not in directives and "Content-Security-Policy" not in directives


@pytest.mark.process
def test_the_wheel_carries_every_file_that_is_read() -> None:
    carried = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    listed = subprocess.run(
        ["git", "ls-files", "assistant", "index", "prompts"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    others = [path for path in listed.stdout.splitlines() if not path.endswith(".py")]
    assert others
    patterns = [f"{package.replace('.', '/')}/{pattern}" for package, names in carried.items() for pattern in names]
    for path in others:
        assert any(fnmatch(path, pattern) and path.count("/") == pattern.count("/") for pattern in patterns), path
