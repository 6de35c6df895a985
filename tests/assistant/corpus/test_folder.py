"""Files into the corpus folder and out of it: whole or not at all, never in the place of another, never for a moment
under a wider visibility than was confirmed."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from assistant.corpus import folder
from assistant.errors import CorpusRefused
from tests.index.builders import write

RESERVED, OPEN = 'visibility = "team"\n', 'visibility = "public"\n'


class Killed(BaseException):
    pass


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "corpus", {"documents/a.md": "L’ancien."})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "sent", {"b.md": "Le nouveau."}) / "b.md"


def dying(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Have the process die at one of the moments when something is put in its place."""
    left = [step]
    for name in ("link", "replace"):
        inner: Callable[..., Any] = getattr(os, name)

        def put(*given: Any, inner: Callable[..., Any] = inner) -> Any:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return inner(*given)

        monkeypatch.setattr(os, name, put)


@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("is_public", [False, True])
def test_an_addition_killed_at_any_step_is_whole_and_never_more_visible_than_confirmed(
    step: int, is_public: bool, root: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = root / "documents" / "b.md"
    sidecar = OPEN if is_public else RESERVED
    with monkeypatch.context() as patched:
        dying(patched, step)
        with pytest.raises(Killed):
            folder.put(file, full, sidecar, is_public=is_public, replacing=False)
    side = full.with_name("b.md.meta.toml")
    if full.exists():
        assert full.read_text() == "Le nouveau." and (is_public or side.read_text() == RESERVED)
    assert not side.exists() or side.read_text() == sidecar
    folder.put(file, full, sidecar, is_public=is_public, replacing=False)  # done again
    assert (full.read_text(), side.read_text()) == ("Le nouveau.", sidecar)
    assert sorted(path.name for path in full.parent.iterdir()) == ["a.md", "b.md", "b.md.meta.toml"]


@pytest.mark.parametrize("step", [0, 1])
def test_a_reserved_file_that_a_public_one_replaces_is_never_public_itself(
    step: int, root: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = root / "documents" / "a.md"
    write(root, {"documents/a.md.meta.toml": RESERVED})
    dying(monkeypatch, step)
    with pytest.raises(Killed):
        folder.put(file, full, OPEN, is_public=True, replacing=True)
    if full.read_text() == "L’ancien.":
        assert full.with_name("a.md.meta.toml").read_text() == RESERVED


def test_another_file_is_overwritten_only_on_request(root: Path, file: Path) -> None:
    full = root / "documents" / "a.md"
    with pytest.raises(FileExistsError):
        folder.put(file, full, RESERVED, is_public=False, replacing=False)
    assert full.read_text() == "L’ancien." and not full.with_name("a.md.meta.toml").exists()
    folder.put(file, full, RESERVED, is_public=False, replacing=True)
    assert full.read_text() == "Le nouveau."


def test_a_file_that_comes_meanwhile_is_not_overwritten(
    root: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, link = root / "documents" / "b.md", os.link

    def late(source: Path, target: Path) -> None:
        full.write_text("Celui d’un autre.")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(FileExistsError):
        folder.put(file, full, None, is_public=True, replacing=False)
    assert full.read_text() == "Celui d’un autre."


def test_a_disk_without_hard_links_is_written_too(root: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*given: Path) -> None:
        raise OSError(errno.EPERM, "")

    monkeypatch.setattr(os, "link", none)
    folder.put(file, root / "documents" / "b.md", None, is_public=True, replacing=False)
    assert (root / "documents" / "b.md").read_text() == "Le nouveau."
    monkeypatch.setattr(folder, "same", lambda *given: True)
    write(root, {"documents/c.md": "Celui d’un autre."})
    with pytest.raises(OSError):
        folder.put(file, root / "documents" / "c.md", None, is_public=True, replacing=False)
    assert (root / "documents" / "c.md").read_text() == "Celui d’un autre."


@pytest.mark.parametrize("path", ["../x.md", "/etc/passwd", "documents/../../x.md", "ailleurs/x.md"])
def test_nothing_outside_the_corpus_is_touched(path: str, root: Path, tmp_path: Path) -> None:
    (root / "ailleurs").symlink_to(tmp_path)
    with pytest.raises(CorpusRefused, match="n’est pas dans le dossier"):
        folder.inside(root, PurePosixPath(path))


def test_the_belongings_of_a_file_go_with_it_unless_another_file_has_its_stem(root: Path) -> None:
    write(root, {"transcripts/e.txt": "x", "transcripts/e.txt.meta.toml": "", "transcripts/e.mp3": "x"})
    full = root / "transcripts" / "e.txt"
    assert {path.name for path in folder.belongings(full)} == {"e.txt.meta.toml", "e.mp3"}
    write(root, {"transcripts/e.srt": "x"})
    assert {path.name for path in folder.belongings(full)} == {"e.txt.meta.toml"}


def test_a_missing_folder_is_reported(root: Path) -> None:
    assert folder.closed(root) == ""
    assert "n’est pas là" in folder.closed(root / "absent")
