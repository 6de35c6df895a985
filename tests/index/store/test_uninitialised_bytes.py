"""The copy of the vectors holds vectors only, and nothing of the previous memory of the process."""

from __future__ import annotations

import ctypes
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from index.store import chroma, uninitialised_bytes

FloatArray = npt.NDArray[np.float32]
SECRET = b"le nom que personne ne doit lire "


def fill_memory() -> None:
    """Leave the secret in freed memory blocks of every size."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes, libc.free.argtypes = [ctypes.c_size_t], [ctypes.c_void_p]
    held = []
    for size in (*range(16, 2048, 16), *range(2048, 200_000, 4096)):
        for _ in range(20):
            place = libc.malloc(size)
            ctypes.memmove(place, SECRET * (size // len(SECRET) + 1), size)
            held.append(place)
    for place in held:
        libc.free(place)


def written(folder: Path, count: int) -> FloatArray:
    made = np.random.default_rng(count).normal(size=(count, 64)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    folder.mkdir()
    fill_memory()
    copy = chroma.open_folder(folder)
    copy.create_collections()
    fill_memory()
    copy.put("public", [f"{number}-0" for number in range(count)], made)
    copy.close()
    return made


def nearest(folder: Path, vector: FloatArray) -> list[int]:
    copy = chroma.open_folder(folder)
    copy.load_collections()
    found = [key for key, _ in copy.nearest("public", vector, 20)]
    copy.close()
    return found


@pytest.mark.parametrize("count", [40, 1500, 4100])
def test_zeroed_bytes_were_never_used_by_a_search(count: int, tmp_path: Path) -> None:
    made = written(tmp_path / "v", count)
    before = nearest(tmp_path / "v", made[7])
    uninitialised_bytes.zero_uninitialised(tmp_path / "v")
    lengths = [path.read_bytes() for path in (tmp_path / "v").rglob("length.bin")]
    assert lengths and not any(content.strip(b"\0") for content in lengths)
    assert not [path for path in (tmp_path / "v").rglob("*") if path.is_file() and SECRET[:12] in path.read_bytes()]
    assert nearest(tmp_path / "v", made[7]) == before
    assert before[0] == 7


def test_unused_bytes_are_zeroed_and_vectors_are_not(tmp_path: Path) -> None:
    (tmp_path / "header.bin").write_bytes(struct.pack("<i4Q", 1, 0, 10, 4, 8) + bytes(60))
    (tmp_path / "length.bin").write_bytes(SECRET)
    (tmp_path / "data_level0.bin").write_bytes(b"vectors!" * 4 + SECRET[:24] + bytes(24))
    (tmp_path / "link_lists.bin").write_bytes(b"links")
    uninitialised_bytes.zero_uninitialised(tmp_path)
    assert (tmp_path / "length.bin").read_bytes() == bytes(len(SECRET))
    assert (tmp_path / "data_level0.bin").read_bytes() == b"vectors!" * 4 + bytes(48)
    assert (tmp_path / "link_lists.bin").read_bytes() == b"links"


def test_files_of_another_format_are_unchanged(tmp_path: Path) -> None:
    for header in (b"", b"\x02\x00\x00\x00" + bytes(32), b"\x01\x00\x00\x00" + b"\xff" * 32):
        (tmp_path / "header.bin").write_bytes(header)
        (tmp_path / "data_level0.bin").write_bytes(b"vectors")
        uninitialised_bytes.zero_uninitialised(tmp_path)
        assert (tmp_path / "data_level0.bin").read_bytes() == b"vectors"
