"""What was withdrawn, known again wherever it comes back from: another file, an older index, a backup.

A withdrawal keeps no word of what it took away. It keeps keyed digests of its runs of eight words (shingles: A. Broder,
« On the resemblance and containment of documents », 1997), under a key of its own: enough to know the text again under
another name or in another format, too little to read it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from index.errors import WithdrawalsUnreadable, why
from index.search.french import fold
from index.types import Passage, Section

FILE = "retraits.jsonl"
"""Where withdrawals are kept: at the root of the corpus, since a new index would bring back what is gone, and in the
data folder, since a corpus may be lost."""
FOLLOWED = "withdrawn"
"""The key of an index's `meta` under which it keeps the ids of the withdrawals that it has followed."""
_Piece = TypeVar("_Piece", Section, Passage)
_WORD = re.compile(r"\w+")
_RUN, _SHORTEST, _BYTES = 8, 4, 8  # words of a shingle, and of one that is a whole turn; bytes of a digest
_ALIKE = 0.2  # share of the shingles of a source, or of a withdrawal, that the other has
_SAID = 0.5  # share of the shingles of a turn


@dataclass(frozen=True)
class Withdrawal:
    """One thing taken away: a whole source, or, with `speaker` (the digest of what they are called), what one person
    says in it. `shingles` are digests of its words under `key`; `date` is ISO 8601."""

    id: str
    date: str
    key: str
    speaker: str
    shingles: frozenset[bytes]

    @classmethod
    def of(cls, texts: Iterable[str], date: str, speaker: str = "") -> Withdrawal:
        """The withdrawal of what `speaker` says, which are these texts, or (empty) of a whole source, of which they are
        what its participants say."""
        key = secrets.token_hex(16)
        shingles = frozenset(one for text in texts for one in _shingles(text, key))
        return cls(secrets.token_hex(6), date, key, _label(speaker, key) if speaker else "", shingles)

    def judge(self, texts: Sequence[str]) -> Callable[[str, str | None], bool] | None:
        """What tells, of each text of a source and who says it, whether it was withdrawn; `None` where the source has
        nothing to do with this. A source that quotes a part of what was withdrawn loses that part alone."""
        theirs = {one for text in texts for one in _shingles(text, self.key)}
        common = len(theirs & self.shingles)
        it_is = common >= _ALIKE * len(theirs)
        if not common or not (it_is or common >= _ALIKE * len(self.shingles)):
            return None

        def is_withdrawn(text: str, speaker: str | None) -> bool:
            if it_is and (not self.speaker or (speaker and _label(speaker, self.key) == self.speaker)):
                return True
            own = set(_shingles(text, self.key))
            return bool(own) and len(own & self.shingles) >= _SAID * len(own)

        return is_withdrawn

    def line(self) -> str:
        """As a line of the file."""
        shingles = base64.b64encode(b"".join(sorted(self.shingles))).decode()
        return json.dumps(
            {"id": self.id, "date": self.date, "key": self.key, "speaker": self.speaker, "shingles": shingles}
        )


@dataclass(frozen=True)
class Withdrawn:
    """All that was withdrawn from a corpus."""

    withdrawals: tuple[Withdrawal, ...] = ()

    @classmethod
    def read(cls, *folders: Path) -> Withdrawn:
        """Those that the files of these folders keep. Raises `WithdrawalsUnreadable`: what cannot be read might be what
        must not come back."""
        found: dict[str, Withdrawal] = {}
        for folder in folders:
            path = folder / FILE
            try:
                lines = path.read_text(encoding="utf-8").splitlines()
            except FileNotFoundError:
                continue
            except (OSError, UnicodeDecodeError) as error:
                raise _unreadable(
                    path, why(error) if isinstance(error, OSError) else "ce n'est pas de l'UTF-8"
                ) from error
            for number, line in enumerate(lines, 1):
                try:
                    one = _parsed(line)
                except (ValueError, KeyError, TypeError, binascii.Error) as error:
                    raise _unreadable(path, f"ligne {number}") from error
                found[one.id] = one
        return cls(tuple(found.values()))

    def write(self, folder: Path) -> None:
        """Keep them in a folder, for its owner only, beside those that are there. Raises `OSError` or
        `WithdrawalsUnreadable`; the file is then as it was."""
        everything = {one.id: one for one in (*Withdrawn.read(folder).withdrawals, *self.withdrawals)}
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", delete=False, encoding="utf-8") as part:
            try:
                part.writelines(f"{one.line()}\n" for one in everything.values())
                part.flush()
                os.fsync(part.fileno())
                os.replace(part.name, folder / FILE)
            except BaseException:
                os.unlink(part.name)
                raise

    def left(self, pieces: Sequence[_Piece]) -> list[_Piece]:
        """The sections, or passages, of a source that were not withdrawn, without what stood above them and was."""
        for withdrawal in self.withdrawals:
            is_withdrawn = withdrawal.judge([piece.text for piece in pieces])
            if is_withdrawn is not None:
                pieces = _without(pieces, is_withdrawn)
        return list(pieces)

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(one.id for one in self.withdrawals)

    def are_followed(self, meta: str) -> bool:
        """Whether an index, by its `meta`, holds nothing of them any more."""
        return self.ids <= set(followed(meta))


def followed(meta: str) -> list[str]:
    """The ids under `FOLLOWED`."""
    found: list[str] = json.loads(meta or "[]")
    return found


def _without(pieces: Sequence[_Piece], is_withdrawn: Callable[[str, str | None], bool]) -> list[_Piece]:
    gone = [is_withdrawn(piece.text, piece.place.speaker) for piece in pieces]
    words = {fold(piece.text) for piece, is_gone in zip(pieces, gone, strict=True) if is_gone}

    def stays(above: str) -> bool:
        return fold(above) not in words and not is_withdrawn(above, None)

    return [
        piece if all(map(stays, piece.context)) else replace(piece, context=tuple(filter(stays, piece.context)))
        for piece, is_gone in zip(pieces, gone, strict=True)
        if not is_gone
    ]


def _shingles(text: str, key: str) -> Iterator[bytes]:
    words = _WORD.findall(fold(text))
    if len(words) < _SHORTEST:
        return
    secret = bytes.fromhex(key)
    for start in range(max(1, len(words) - _RUN + 1)):
        run = " ".join(words[start : start + _RUN]).encode()
        yield hashlib.blake2b(run, digest_size=_BYTES, key=secret).digest()


def _label(speaker: str, key: str) -> str:
    called = " ".join(_WORD.findall(fold(speaker))).encode()
    return hashlib.blake2b(called, digest_size=_BYTES, key=bytes.fromhex(key)).hexdigest()


def _parsed(line: str) -> Withdrawal:
    held = json.loads(line)
    name, date, key, speaker, shingles = (held[field] for field in ("id", "date", "key", "speaker", "shingles"))
    if (
        not all(isinstance(value, str) for value in (name, date, key, speaker, shingles))
        or len(bytes.fromhex(key)) != 16
    ):
        raise ValueError("no withdrawal")
    digests = base64.b64decode(shingles, validate=True)
    if len(digests) % _BYTES:
        raise ValueError("no digests")
    return Withdrawal(
        name, date, key, speaker, frozenset(digests[at : at + _BYTES] for at in range(0, len(digests), _BYTES))
    )


def _unreadable(path: Path, reason: str) -> WithdrawalsUnreadable:
    return WithdrawalsUnreadable(
        f"Les retraits déjà faits ne peuvent pas être lus dans « {path} » ({reason}).",
        "Remettez ce fichier tel qu'il était, depuis une sauvegarde : sans lui, ce qui est retiré reviendrait.",
    )
