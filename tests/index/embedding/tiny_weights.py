"""Tiny weights file in the layout of `index/embedding/unpacking.py`, quick to unpack. Its weights are noise."""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

HIDDEN, LAYERS, HEADS, FEED_FORWARD, POSITIONS = 32, 2, 2, 64, 514
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁le", "▁pont", "▁query", "▁passage", ":", "s", "e", "é", "a", "n", "t"]
EPSILON = 1e-5


def quantised(rows: int, columns: int, seed: int) -> tuple[bytes, npt.NDArray[np.float32]]:
    """Return random weights in blocks of 4 bits, and their values."""
    pick = np.random.default_rng(seed)
    stored, values = [], []
    for _ in range(rows * columns // 32):
        scale = np.float16(pick.uniform(0.01, 0.1))
        numbers = pick.integers(0, 16, 32)
        nibbles = (numbers[:16] | (numbers[16:] << 4)).astype(np.uint8)
        stored.append(scale.tobytes() + nibbles.tobytes())
        values.append((numbers - 8).astype(np.float32) * np.float32(scale))
    return b"".join(stored), np.concatenate(values).reshape(rows, columns)


def tensors() -> dict[str, bytes]:
    """Return the tensors under the names of the file."""
    full = {"emb.pos": POSITIONS * HIDDEN, "emb.type": HIDDEN, "emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    blocks = {"emb.word": (len(PIECES), HIDDEN)}
    for layer in range(LAYERS):
        shapes = {name: (HIDDEN, HIDDEN) for name in ("q", "k", "v", "ao")}
        shapes |= {"fi": (FEED_FORWARD, HIDDEN), "fo": (HIDDEN, FEED_FORWARD)}
        for name, shape in shapes.items():
            blocks[f"l{layer}.{name}.w"] = shape
            full[f"l{layer}.{name}.b"] = shape[0]
        full |= {f"l{layer}.{norm}.{part}": HIDDEN for norm in ("aln", "oln") for part in "wb"}
    made = {name: quantised(*shape, seed)[0] for seed, (name, shape) in enumerate(blocks.items())}
    pick = np.random.default_rng(99)
    return made | {name: pick.normal(size=size).astype("<f4").tobytes() for name, size in full.items()}


def weights_file() -> bytes:
    """Return the content of the file."""
    text = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, text)])
    head = b"TINYTEST"
    head += struct.pack("<7if", HIDDEN, LAYERS, HEADS, FEED_FORWARD, len(PIECES), POSITIONS, 1, EPSILON)
    head += struct.pack("<i5iQ", 0, len(PIECES), 0, 2, 1, 3, int(ends[-1]))
    head += ends.astype("<u4").tobytes() + np.linspace(0, -5, len(PIECES)).astype("<f4").tobytes() + b"".join(text)
    head += struct.pack("<iI", 0, 3) + b"map"
    made = tensors()
    size = len(head) + 4 + sum(2 + len(name.encode()) + 21 for name in made)
    directory, body = struct.pack("<i", len(made)), b""
    for name, data in made.items():
        directory += struct.pack("<H", len(name.encode())) + name.encode()
        directory += struct.pack("<BIQQ", 0, 0, size + len(body), len(data))
        body += data
    assert len(head) + len(directory) == size
    return head + directory + body
