"""The settings of both packages, listed from their declarations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

import assistant.settings
import index.settings
from index.setting_table import EnvironmentSettings, Setting, settings_of
from tests.conftest import ROOT
from tests.test_architecture import PATHS

pytestmark = pytest.mark.long

GROUPS = [
    value
    for module in (index.settings, assistant.settings)
    for value in vars(module).values()
    if isinstance(value, type)
    and issubclass(value, EnvironmentSettings)
    and value is not EnvironmentSettings
    and value.__module__ == module.__name__
]
DECLARED: list[Setting] = [setting for group in GROUPS for setting in settings_of(group).values()]
_VARIABLE = re.compile(r"ASSISTANT_[A-Z_]*")


def test_each_setting_has_its_own_variable_and_a_remedy() -> None:
    variables = [setting.variable for setting in DECLARED]
    assert len(GROUPS) == 5 and len(variables) > 20
    assert len(set(variables)) == len(variables)
    assert all(re.fullmatch(r"ASSISTANT(_[A-Z]+)+", variable) for variable in variables)
    assert [setting.variable for setting in DECLARED if not re.fullmatch(r"[A-ZÉ].*[^.]\.", setting.remedy)] == []


def test_every_group_of_settings_is_in_the_settings_of_its_package() -> None:
    ours = [group for group in EnvironmentSettings.__subclasses__() if group.__module__.split(".")[0] in PATHS]
    assert set(ours) == set(GROUPS)


def strings(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Yield the constant texts of a file that are the name of a variable, or the beginning of one, with their nodes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _VARIABLE.fullmatch(node.value):
            yield node, node.value


def declarations(tree: ast.AST) -> set[ast.AST]:
    """Return the nodes that name the variable of a declared setting."""
    return {
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Setting" and node.args
    }


def test_no_variable_is_read_but_through_its_declaration() -> None:
    declared: list[str] = []
    elsewhere: list[str] = []
    for path in PATHS.values():
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        of_settings = declarations(tree)
        for node, text in strings(tree):
            if node in of_settings:
                declared.append(text)
            else:
                elsewhere.append(f"{path}: {text}")
    assert elsewhere == []
    assert sorted(declared) == sorted(setting.variable for setting in DECLARED)


def test_every_variable_that_a_message_names_exists() -> None:
    known = {setting.variable for setting in DECLARED}
    unknown = [
        f"{path}: {found}"
        for path in PATHS.values()
        for found in re.findall(r"ASSISTANT_[A-Z_]*[A-Z]", (ROOT / path).read_text(encoding="utf-8"))
        if found not in known
    ]
    assert unknown == []


def test_indirect_reads_of_variables_are_found() -> None:
    tree = ast.parse(
        'os.environ.get("ASSISTANT_X"); f"ASSISTANT_{name}"; Setting("ASSISTANT_Y", ""); "voir ASSISTANT_Z"'
    )
    own = declarations(tree)
    assert [text for node, text in strings(tree) if node not in own] == ["ASSISTANT_X", "ASSISTANT_"]
