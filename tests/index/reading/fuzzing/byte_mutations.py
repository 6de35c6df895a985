"""Damage that any file may take, whatever its format: a way is what makes worse bytes of bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Way = Callable[[Random, bytes], bytes]

LARGEST = 500_000  # bytes that a way may leave: what is slow is then the reader, not the size
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_LONGEST_CHUNK = 400
_TIMES = (1,) * 9 + (2,) * 3 + (30, 30, 3000, 100_000)  # the last tells time that grows with the square

NUMBERS = (
    "0", "-1", "1", "-0", "2147483648", "-2147483649", "18446744073709551616", "1e308", "1e999", "-1e999", "NaN", "inf",
    "0x10", "1_000", "1.2.3", "1,5", "²", "½", "٣", "", " 7 ", "9" * 400, "9" * 5000, "0." + "0" * 400 + "1",
)  # fmt: skip
"""Where a number is expected: bounds, what only looks like one, and more digits than Python converts."""
TEXTS = (
    "", " ", "\x00", "\x01", "\n", "\r", "\r\n", "\t", "\x0b", "\x85", "\u2028", "\u00a0", "\u00ad", "\u200b", "\u202e",
    "\ufeff", "\ufffe", "\ufffd", "\U0001f600", "e\u0301", "\ue000", "é" * 300, "a" * 3000, " " * 3000, "&#0;",
    "&#xD800;", "&amp;", "&a;", "%s", "../../etc/passwd", "Marie : ", "00:00:01,000 --> 00:00:04,000", "<v Odile>", "?",
    "oui",
)  # fmt: skip
"""Where a text is expected: what is not seen, what ends lines, what means something elsewhere."""


def odd(random: Random) -> bytes:
    """Something that is seldom expected."""
    if random.random() < 0.1:
        return random.choice((b"\xed\xa0\x80", b"\xff", b"\xc3", b"\xff\xfe", b"\x80\x81", b"\xf4\x90\x80\x80"))
    return random.choice(random.choice((NUMBERS, TEXTS))).encode()


def changed(random: Random, data: bytes) -> bytes:
    """A few bytes become others."""
    bad = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        if bad:
            place = random.randrange(len(bad))
            bad[place] = random.choice((bad[place] ^ (1 << random.randrange(8)), random.randrange(256)))
    return bytes(bad)


def cut(random: Random, data: bytes) -> bytes:
    """The end is missing, or the beginning."""
    place = random.randint(0, len(data))
    return data[:place] if random.random() < 0.8 else data[place:]


def dropped(random: Random, data: bytes) -> bytes:
    """A chunk is missing."""
    start, end = _chunk(random, data)
    return data[:start] + data[end:]


def repeated(random: Random, data: bytes) -> bytes:
    """A chunk comes again, perhaps many times, there or elsewhere."""
    start, end = _chunk(random, data)
    place = random.choice((end, random.randint(0, len(data))))
    return data[:place] + data[start:end] * _times(random, end - start) + data[place:]


def inserted(random: Random, data: bytes) -> bytes:
    """Something odd stands where nothing stood, or in the place of a chunk."""
    start, end = _chunk(random, data)
    return data[:start] + odd(random) + data[random.choice((start, end)) :]


def renumbered(random: Random, data: bytes) -> bytes:
    """A number becomes another, or none."""
    found = _NUMBER.search(data, random.randint(0, len(data)))
    if found is None:
        return inserted(random, data)
    return data[: found.start()] + random.choice(NUMBERS).encode() + data[found.end() :]


ANY: tuple[Way, ...] = (changed, cut, dropped, repeated, inserted, renumbered)


def putting(*pieces: str) -> Way:
    """The way that puts one of these pieces somewhere, once or many times."""

    def put(random: Random, data: bytes) -> bytes:
        piece = random.choice(pieces).encode()
        place = random.randint(0, len(data))
        return data[:place] + piece * _times(random, len(piece)) + data[place:]

    return put


def _chunk(random: Random, data: bytes) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.randint(1, random.choice((8, _LONGEST_CHUNK))))


def _times(random: Random, length: int) -> int:
    return min(
        random.choice(_TIMES),
        max(1, LARGEST // 8 // max(length, 1)),
    )
