"""Mutations for files of any format: a mutation damages the bytes of a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Mutation = Callable[[Random, bytes], bytes]

MAX_BYTES = 500_000  # of a mutated file: slowness is then that of the reader, not of the size
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_MAX_CHUNK = 400
_TIMES = (1,) * 9 + (2,) * 3 + (30, 30, 3000, 100_000)  # the last reveals quadratic time

NUMBERS = (
    "0", "-1", "1", "-0", "2147483648", "-2147483649", "18446744073709551616", "1e308", "1e999", "-1e999", "NaN", "inf",
    "0x10", "1_000", "1.2.3", "1,5", "²", "½", "٣", "", " 7 ", "9" * 400, "9" * 5000, "0." + "0" * 400 + "1",
)  # fmt: skip
"""In place of a number: bounds, texts that only look like numbers, and more digits than Python converts."""
TEXTS = (
    "", " ", "\x00", "\x01", "\n", "\r", "\r\n", "\t", "\x0b", "\x85", "\u2028", "\u00a0", "\u00ad", "\u200b", "\u202e",
    "\ufeff", "\ufffe", "\ufffd", "\U0001f600", "e\u0301", "\ue000", "é" * 300, "a" * 3000, " " * 3000, "&#0;",
    "&#xD800;", "&amp;", "&a;", "%s", "../../etc/passwd", "Marie : ", "00:00:01,000 --> 00:00:04,000", "<v Odile>", "?",
    "oui",
)  # fmt: skip
"""In place of a text: invisible characters, line ends, and texts with a meaning in other formats."""


def odd_value(random: Random) -> bytes:
    """Return an unexpected value."""
    if random.random() < 0.1:
        return random.choice((b"\xed\xa0\x80", b"\xff", b"\xc3", b"\xff\xfe", b"\x80\x81", b"\xf4\x90\x80\x80"))
    return random.choice(random.choice((NUMBERS, TEXTS))).encode()


def change_bytes(random: Random, data: bytes) -> bytes:
    """Change a few bytes."""
    bad = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        if bad:
            place = random.randrange(len(bad))
            bad[place] = random.choice((bad[place] ^ (1 << random.randrange(8)), random.randrange(256)))
    return bytes(bad)


def truncate(random: Random, data: bytes) -> bytes:
    """Remove the end of the file, or the beginning."""
    place = random.randint(0, len(data))
    return data[:place] if random.random() < 0.8 else data[place:]


def drop_chunk(random: Random, data: bytes) -> bytes:
    """Remove a chunk."""
    start, end = _choose_chunk(random, data)
    return data[:start] + data[end:]


def repeat_chunk(random: Random, data: bytes) -> bytes:
    """Repeat a chunk, perhaps many times, there or elsewhere."""
    start, end = _choose_chunk(random, data)
    place = random.choice((end, random.randint(0, len(data))))
    return data[:place] + data[start:end] * _choose_times(random, end - start) + data[place:]


def insert_odd_value(random: Random, data: bytes) -> bytes:
    """Insert an unexpected value, or replace a chunk with it."""
    start, end = _choose_chunk(random, data)
    return data[:start] + odd_value(random) + data[random.choice((start, end)) :]


def change_number(random: Random, data: bytes) -> bytes:
    """Replace a number with another, or remove it."""
    found = _NUMBER.search(data, random.randint(0, len(data)))
    if found is None:
        return insert_odd_value(random, data)
    return data[: found.start()] + random.choice(NUMBERS).encode() + data[found.end() :]


ANY_FORMAT: tuple[Mutation, ...] = (change_bytes, truncate, drop_chunk, repeat_chunk, insert_odd_value, change_number)


def insert_pieces(*pieces: str) -> Mutation:
    """Return the mutation that inserts one of these pieces somewhere, once or many times."""

    def put(random: Random, data: bytes) -> bytes:
        piece = random.choice(pieces).encode()
        place = random.randint(0, len(data))
        return data[:place] + piece * _choose_times(random, len(piece)) + data[place:]

    return put


def _choose_chunk(random: Random, data: bytes) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.randint(1, random.choice((8, _MAX_CHUNK))))


def _choose_times(random: Random, length: int) -> int:
    return min(
        random.choice(_TIMES),
        max(1, MAX_BYTES // 8 // max(length, 1)),
    )
