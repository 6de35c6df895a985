"""Tests of the legal notice: the Markdown of the team is rendered, never executed, and a missing notice is reported."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from assistant.ui.pages import legal
from index.types import Scope
from tests.assistant.conftest import MakeParts
from tests.conftest import ROOT

EXAMPLE = ROOT / "docs" / "deploy" / "mentions.exemple.md"


def shown(written: str) -> str:
    return bytes(legal.page(written, "Les Jardins <du> Pont").body).decode()


def test_a_missing_notice_is_reported() -> None:
    for written in ("", " \n\n"):
        text = shown(written)
        assert "n’a pas encore écrit ses mentions légales" in text
        assert text.count("<h1>") == 1 and legal.NAME in text
        assert "Les Jardins &lt;du&gt; Pont" in text


def test_the_notice_is_rendered_under_a_single_heading() -> None:
    text = shown("Édité par **nous**.\n\n- [écrire](mailto:a@exemple.invalid)")
    assert f"<h1>{legal.NAME}</h1>" in text and "<strong>nous</strong>" in text
    assert 'href="mailto:a@exemple.invalid"' in text
    assert "n’a pas encore écrit" not in text and "n’a pas fini" not in text
    assert re.findall(r"<h1>(.*?)</h1>", shown("# Qui nous sommes\n\nNous.")) == ["Qui nous sommes"]


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[ici](javascript:alert(1))",
        "[ici](data:text/html;base64,PHNjcmlwdD4=)",
        "![image](https://ailleurs.invalid/a.png)",
        '[ici](https://exemple.invalid "x\\" onclick=\\"alert(1)")',
        "<https://exemple.invalid/\"onclick='alert(1)'>",
        "[À compléter : <script>alert(1)</script>]",
        "</main></body><form action=//ailleurs.invalid>",
    ],
)
def test_no_markup_is_executed_or_fetched(written: str) -> None:
    text = shown(f"Bonjour.\n\n{written}")
    body = text.partition("<main")[2]
    assert not re.search(r"<(script|img|form|iframe|style|svg)\b", body)
    assert not re.search(r"<[^>]*\bon\w+=", body)
    assert not re.search(r'(href|src)="(javascript|data):', body)


def test_blanks_are_marked_and_reported() -> None:
    text = shown("# Mentions\n\nÉdité par [À compléter : nom].")
    assert "<mark>[À compléter : nom]</mark>" in text
    assert "n’a pas fini d’écrire" in text
    assert text.index("</h1>") < text.index("n’a pas fini") < text.index("<mark>")


def test_the_policy_admits_only_the_style_of_the_page() -> None:
    text, policy = shown("Bonjour."), legal.page("Bonjour.", "Titre").headers["content-security-policy"]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "script" not in policy and "unsafe" not in policy and "style=" not in text


def test_the_example_has_blanks_and_the_mentions_that_the_law_requires() -> None:
    written = EXAMPLE.read_text(encoding="utf-8")
    assert len(re.findall(r"\[À compléter\u00a0: [^\]]+\]", written)) == written.count("À compléter") >= 15
    for mention in (
        *("responsable du traitement", "Base légale", "Durée", "héberge", "accès", "rectification", "effacement"),
        *("opposition", "retirer", "Délégué à la protection des données", "CNIL", "cookie", "Accessibilité"),
    ):
        assert mention.casefold() in written.casefold(), mention
    text = shown(written)
    assert text.count("<mark>") == written.count("À compléter")


def test_the_notice_is_read_again_each_time_and_is_not_indexed(parts_over: MakeParts, tmp_path: Path) -> None:
    parts = parts_over({"documents/mentions.md": "Les poules dorment ici.", "mentions.md": "Édité par nous."})
    assert [source.path for source in parts.catalog.sources(Scope.TEAM)] == ["documents/mentions.md"]
    assert parts.notice() == "Édité par nous."
    (tmp_path / "corpus" / "mentions.md").write_text("\ufeffÉdité par d’autres.", encoding="utf-8")
    assert parts.notice() == "Édité par d’autres."
    (tmp_path / "corpus" / "mentions.md").unlink()
    assert parts.notice() == ""
