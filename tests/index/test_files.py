"""Atomic writes of files and folders: whole or not at all, whatever stops them."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.files import PRIVATE, SHARED, atomic_file, atomic_folder, create_new, write_atomic


class Killed(BaseException):
    """End of the process at a step of a write."""


def kill_at(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Make a function of `os` end the process."""

    def stop(*_: Any) -> None:
        raise Killed

    monkeypatch.setattr(os, step, stop)


def permissions(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def umask() -> Any:
    """Set the common umask for the length of a test."""
    former = os.umask(0o022)
    yield
    os.umask(former)


@pytest.mark.parametrize("content", ["Été\n", b"\xff\x00"])
def test_a_file_is_written_whole_and_takes_the_place_of_the_former(content: str | bytes, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("avant")
    write_atomic(path, content)
    assert path.read_bytes() == (content if isinstance(content, bytes) else "Été\n".encode())
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_crash_before_the_rename_leaves_the_former_content(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_text("avant")
    kill_at(monkeypatch, step)
    with pytest.raises(Killed):
        write_atomic(path, "après")
    assert path.read_text() == "avant"
    assert list(tmp_path.iterdir()) == [path]


def test_a_crash_while_the_content_is_written_leaves_the_former_one(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("avant")
    with pytest.raises(Killed), atomic_file(path) as written:
        written.write(b"la moiti")
        raise Killed
    assert path.read_text() == "avant"
    assert list(tmp_path.iterdir()) == [path]


def test_until_the_end_the_new_file_is_hidden_beside_the_former(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("avant")
    with atomic_file(path) as written:
        written.write("après".encode())
        aside = Path(written.name)
        assert aside.parent == tmp_path and aside.name.startswith(".") and aside.suffix == ".part"
        assert path.read_text() == "avant"
    assert path.read_text() == "après" and not aside.exists()


def test_the_content_is_on_the_disk_before_the_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    for name in ("fsync", "replace"):
        inner: Callable[..., Any] = getattr(os, name)

        def noted(*given: Any, name: str = name, inner: Callable[..., Any] = inner) -> Any:
            steps.append(name)
            return inner(*given)

        monkeypatch.setattr(os, name, noted)
    write_atomic(tmp_path / "a", "x")
    assert steps == ["fsync", "replace"]


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize(("mode", "expected"), [(SHARED, 0o644), (PRIVATE, 0o600)])
@pytest.mark.parametrize("replacing", [True, False])
def test_the_file_has_its_mode_from_its_first_byte(mode: int, expected: int, replacing: bool, tmp_path: Path) -> None:
    path = tmp_path / "a"
    with atomic_file(path, mode=mode, replacing=replacing) as written:
        assert permissions(Path(written.name)) == expected
    assert permissions(path) == expected


@pytest.mark.usefixtures("umask")
def test_the_mode_is_the_one_given_and_not_that_of_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("avant")
    write_atomic(path, "après", mode=PRIVATE)
    assert permissions(path) == 0o600


@pytest.mark.parametrize("make", [lambda path: path.write_text("un autre"), lambda path: path.symlink_to("nulle-part")])
def test_another_file_is_not_replaced_unless_that_is_asked(make: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "a"
    with pytest.raises(FileExistsError), atomic_file(path, replacing=False) as written:
        written.write(b"x")
        make(path)  # it came meanwhile
    assert list(tmp_path.iterdir()) == [path]
    assert path.is_symlink() or path.read_text() == "un autre"


@pytest.mark.parametrize("error", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_disk_without_hard_links_is_written_too(error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Path) -> None:
        raise OSError(error, "")

    monkeypatch.setattr(os, "link", refuse)
    write_atomic(tmp_path / "a", "x", replacing=False)
    assert (tmp_path / "a").read_text() == "x"
    with pytest.raises(OSError):
        write_atomic(tmp_path / "a", "y", replacing=False)
    assert (tmp_path / "a").read_text() == "x"
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def test_any_other_error_of_a_link_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Path) -> None:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(OSError) as refused:
        write_atomic(tmp_path / "a", "x", replacing=False)
    assert refused.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomic(tmp_path / "absent" / "a", "x")
    with pytest.raises(IsADirectoryError):
        write_atomic(tmp_path, "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("umask")
def test_a_new_file_is_never_one_that_exists(tmp_path: Path) -> None:
    with create_new(tmp_path / "a", PRIVATE) as made:
        made.write(b"x")
    assert permissions(tmp_path / "a") == 0o600
    with pytest.raises(FileExistsError):
        create_new(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"x"


def test_a_folder_comes_whole_or_not_at_all(tmp_path: Path) -> None:
    folder, aside = tmp_path / "modèle", tmp_path / "modèle.part"
    with pytest.raises(Killed), atomic_folder(folder, aside) as made:
        (made / "a").write_text("la moitié")
        raise Killed
    assert list(tmp_path.iterdir()) == []
    with atomic_folder(folder, aside) as made:
        assert made == aside and permissions(made) == 0o700
        (made / "a").write_text("tout")
        assert not folder.exists()
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == ["modèle", "modèle/a"]


@pytest.mark.parametrize("is_accepted", [True, False])
def test_a_folder_that_came_meanwhile_stays_where_it_is_accepted(is_accepted: bool, tmp_path: Path) -> None:
    folder = tmp_path / "modèle"

    def make() -> None:
        with atomic_folder(folder, tmp_path / "part", accepts=lambda there: is_accepted and there == folder) as made:
            (made / "a").write_text("le nôtre")
            folder.mkdir()
            (folder / "a").write_text("l’autre")

    if is_accepted:
        make()
    else:
        with pytest.raises(OSError):
            make()
    assert (folder / "a").read_text() == "l’autre"
    assert list(tmp_path.iterdir()) == [folder]


def test_an_error_of_the_content_is_never_taken_for_a_folder_made_meanwhile(tmp_path: Path) -> None:
    with pytest.raises(OSError), atomic_folder(tmp_path / "a", tmp_path / "b", accepts=lambda folder: True):
        raise OSError(errno.ENOSPC, "")


def test_a_file_that_cannot_be_cleaned_up_does_not_hide_the_first_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EIO, "")

    with pytest.raises(Killed), atomic_file(tmp_path / "a") as written:
        monkeypatch.setattr(Path, "unlink", refuse)
        Path(written.name).touch()
        raise Killed
