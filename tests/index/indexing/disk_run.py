"""Indexing on small disks of its own: `unshare --mount python -m tests.index.indexing.disk_run FOLDER` mounts them,
plays each scene and prints their observations as a JSON object. The commands are those of the program, with a stand-in
for the model."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import assistant.cli.progress_bar
from assistant.cli.main import main
from index.errors import NothingIndexed
from index.indexing.build import build
from index.progress import Progress
from index.settings import IndexSettings
from index.store import copy_merging
from index.store.catalog import Catalog
from tests.conftest import ROOT
from tests.doubles import fake_factory, fake_workspace
from tests.index.builders import AT_ONCE
from tests.index.indexing.test_killed import state, write_corpus

_K = 1024
reached: list[str] = []


def run(*arguments: str | Path) -> dict[str, Any]:
    """Run a command in this process; return its exit status, its output, and the last step of an index run."""
    out, err = io.StringIO(), io.StringIO()
    reached.clear()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([*map(str, arguments)], fake_factory())
    return {"status": status, "out": out.getvalue(), "err": err.getvalue(), "step": reached[-1] if reached else ""}


def run_apart(*arguments: str | Path) -> dict[str, Any]:
    """Run a command in a process of its own, which leaves nothing open on the disk; return its exit status and
    output."""
    command = [sys.executable, "-m", "tests.stub_cli", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return {"status": done.returncode, "out": done.stdout, "err": done.stderr}


class Scene:
    """The corpus at its second version, the index of its first, and the states of both indexes."""

    def __init__(self, folder: Path) -> None:
        for name, value in AT_ONCE.items():
            setattr(copy_merging, name, value)
        self.folder, self.corpus, self.before_folder = folder, folder / "corpus", folder / "before"
        write_corpus(folder / "first", 1)
        assert not build(folder / "first", fake_workspace(IndexSettings(data_dir=self.before_folder))).failed
        write_corpus(self.corpus, 2)
        shutil.copytree(self.before_folder, folder / "after")
        build(self.corpus, fake_workspace(IndexSettings(data_dir=folder / "after")), confirmed=True)
        build(self.corpus, fake_workspace(IndexSettings(data_dir=folder / "fresh")))
        self.states = {name: state(folder / name) for name in ("before", "after", "fresh")}
        self.size = _used(self.before_folder)

    def name(self, data: Path) -> str:
        """Return the name of the known state that a data folder is in."""
        try:
            catalog = Catalog.open(data)
        except NothingIndexed:
            return "nothing"
        generation = catalog.generation
        catalog.close()
        if not generation:
            return "nothing"
        found = state(data)
        return next((name for name, known in self.states.items() if known == found), "a mixture")

    @contextlib.contextmanager
    def mounted(self, size_kb: int, filled: bool) -> Iterator[Path]:
        """Mount a disk of this size, and give the data folder on it: a copy of the index before, or none yet."""
        # Each at a path of its own: SQLite and Chroma know files by their paths, and may let go of them later.
        self.disk = Path(tempfile.mkdtemp(prefix=f"disk-{size_kb}-", dir=self.folder))
        _mount("-t", "tmpfs", "-o", f"size={size_kb}k", "tmpfs", self.disk)
        try:
            if filled:
                shutil.copytree(self.before_folder, self.disk / "data")
            yield self.disk / "data"
        finally:
            subprocess.run(["umount", "--lazy", self.disk], check=True)

    def remount(self, options: str) -> None:
        """Make the disk larger, read-only or writable again."""
        _mount("-o", f"remount,{options}", self.disk)


def full(scene: Scene, filled: bool) -> Iterator[dict[str, Any]]:
    """Index on disks of growing sizes, until one is large enough; then make each larger and index again."""
    size = scene.size + 4 if filled else 64
    while True:
        with scene.mounted(size, filled) as data:
            seen = run("index", scene.corpus, "--data-dir", data, "--yes", "--json")
            seen["left"] = sorted(str(path.relative_to(scene.disk)) for path in scene.disk.rglob("*"))
            seen["state"] = scene.name(data)
            seen["asked"] = run("search", "greffer", "--data-dir", data)
            scene.remount("size=64m")
            seen["again"] = run("index", scene.corpus, "--data-dir", data, "--yes", "--json")
            seen["finally"] = scene.name(data)
            yield seen
            if seen["status"] == 0:
                return
        size += 160 if filled else max(40, size // 2 if size > 250 else 0)


def read_only(scene: Scene) -> Iterator[dict[str, Any]]:
    """Ask everything of an index, then again on a read-only disk, then index there and when it is writable again."""
    with scene.mounted(64 * _K, filled=True) as data:
        asked = [
            ("search", "greffer", "--json"),
            ("ask", "Que dit-on de la parcelle 22 ?"),
            ("status", "--json"),
            ("doctor", "--json"),
        ]
        yield {"asked": [run_apart(*command, "--data-dir", data) for command in asked]}
        scene.remount("ro")
        yield {"asked": [run_apart(*command, "--data-dir", data) for command in asked]}
        yield run_apart("index", scene.corpus, "--data-dir", data, "--yes")
        yield run_apart("index", scene.corpus, "--data-dir", scene.disk / "elsewhere")
        reader = Catalog.open(data)
        yield {"state": scene.name(data), "generation": reader.generation}
        scene.remount("rw")
        yield run_apart("index", scene.corpus, "--data-dir", data, "--yes")
        yield {"state": scene.name(data), "generation": reader.generation}
        reader.close()


def read_only_after_a_crash(scene: Scene) -> Iterator[dict[str, Any]]:
    """Play the same with a folder whose last writer was killed: the write-ahead log still lies beside its catalog."""
    with scene.mounted(64 * _K, filled=True) as data:
        catalog = Catalog.open(data)
        catalog.set_meta(left="beside")
        whole = scene.disk / "whole"
        shutil.copytree(data, whole)
        lacking = scene.disk / "lacking"
        shutil.copytree(data, lacking, ignore=shutil.ignore_patterns("*-shm"))
        catalog.close()
        scene.remount("ro")
        yield {"state": scene.name(whole), "beside": (whole / "catalog.db-wal").stat().st_size}
        reader = Catalog.open(whole)
        yield {"meta": reader.meta("left")}
        reader.close()
        yield run_apart("search", "greffer", "--data-dir", lacking)


def low(scene: Scene) -> Iterator[dict[str, Any]]:
    """Run the doctor on a disk with little room."""
    with scene.mounted(64 * _K, filled=True) as data:
        yield run_apart("doctor", "--json", "--data-dir", data)


def _used(folder: Path) -> int:
    """Return the size of a folder in KB."""
    return int(subprocess.run(["du", "-sk", folder], capture_output=True, text=True, check=True).stdout.split()[0])


def _mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *arguments], check=True)


def main_of_test(folder: str) -> None:
    """Play the scenes and print their observations."""

    @contextlib.contextmanager
    def noted() -> Iterator[Progress]:
        yield lambda step: reached.append(f"{step.name} {step.done}" if step.name == "Enregistrement" else step.name)

    setattr(assistant.cli.progress_bar, "progress_bars", noted)  # noqa: B010
    scenes: dict[str, Callable[[Scene], Iterator[dict[str, Any]]]] = {
        "full": lambda scene: full(scene, filled=True),
        "full_at_first": lambda scene: full(scene, filled=False),
        "read_only": read_only,
        "read_only_after_a_crash": read_only_after_a_crash,
        "low": low,
    }
    scene = Scene(Path(folder))
    print(json.dumps({name: list(play(scene)) for name, play in scenes.items()}))


if __name__ == "__main__":
    main_of_test(*sys.argv[1:])
