"""The lanes of the tests: every test is in one of them, and the Makefile runs each by its markers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

from tests import lanes
from tests.conftest import ROOT

pytestmark = pytest.mark.process

COLLECT = """
import json, sys
import pytest
from tests import lanes

class Collected:
    def pytest_collection_finish(self, session):
        with open(sys.argv[1], "w", encoding="utf-8") as out:
            json.dump({item.nodeid: sorted(lanes.markers_of(item)) for item in session.items}, out)

sys.exit(pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", "tests"], plugins=[Collected()]))
"""


@pytest.fixture(scope="module")
def markers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The names of the markers of every test of the project, by its id: of this session, where it is whole."""
    if {Path(argument).resolve() for argument in request.config.args} <= {ROOT, ROOT / "tests"}:
        return request.config.stash[lanes.COLLECTED]
    out = tmp_path_factory.mktemp("lanes") / "markers.json"
    command = [sys.executable, "-c", COLLECT, str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    return {test: set(names) for test, names in json.loads(out.read_text(encoding="utf-8")).items()}


def expressions() -> dict[str, str]:
    """Return the marker expression of each target of the Makefile that runs a lane, its variables replaced."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    variables = dict(re.findall(r"^([A-Z]+) := (.*)$", text, re.MULTILINE))
    targets = re.findall(r"^(test\S*): install-test\n\t\$\(PYTEST\).* -m \"([^\"]+)\"", text, re.MULTILINE)

    def replaced(expression: str) -> str:
        while "$(" in expression:
            expression = re.sub(r"\$\((\w+)\)", lambda match: variables[match[1]], expression)
        return expression

    return {target: replaced(expression) for target, expression in targets}


def runs(expression: Expression, names: set[str]) -> bool:
    """Return whether an expression selects a test with these markers."""
    return expression.evaluate(lambda name, /, **_: name in names)


def test_the_makefile_runs_every_test_in_its_lane_alone(markers: dict[str, set[str]]) -> None:
    compiled = {target: Expression.compile(expression) for target, expression in expressions().items()}
    assert compiled.keys() == {"test", "test-fast", "test-slow"}
    lanes_of_target = {"test-fast": {"fast"}, "test": {"fast", "test"}, "test-slow": {"slow"}}
    assert len(markers) > 4_000
    astray = [
        f"{test}: {target}"
        for test, names in markers.items()
        for target, expression in compiled.items()
        if runs(expression, names) != (lanes.lane_of(names) in lanes_of_target[target])
    ]
    assert astray == []
    assert {lanes.lane_of(names) for names in markers.values()} == {"fast", "test", "slow"}


def test_the_markers_of_the_lanes_are_declared(markers: dict[str, set[str]]) -> None:
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    declared = {marker.partition(":")[0] for marker in settings["markers"]}
    assert declared == {*lanes.TEST, *lanes.SLOW}


def test_a_test_of_the_fast_lane_that_starts_a_process_fails(tmp_path: Path) -> None:
    file = tmp_path / "test_of_a_process.py"
    file.write_text("import subprocess\n\ndef test_it():\n    subprocess.run(['true'])\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, f"--rootdir={tmp_path}", "-c", str(ROOT / "pyproject.toml"), str(file)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "needs the marker `process`" in done.stdout, done.stdout


def test_the_tests_of_a_file_share_a_worker_and_so_its_fixtures(tmp_path: Path) -> None:
    text = """
import os, pathlib, pytest

@pytest.mark.parametrize("number", range(6))
def test_it(number):
    with pathlib.Path(__file__).with_suffix(".log").open("a") as log:
        print(os.environ["PYTEST_XDIST_WORKER"], file=log)
"""
    files = [tmp_path / f"test_{name}.py" for name in ("first", "second")]
    for file in files:
        file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", f"--rootdir={tmp_path}"]
    done = subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    workers = [file.with_suffix(".log").read_text(encoding="utf-8").split() for file in files]
    assert [len(each) for each in workers] == [6, 6] and [len(set(each)) for each in workers] == [1, 1]
