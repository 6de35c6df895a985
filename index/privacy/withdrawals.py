"""The list of withdrawals, by which withdrawn words are recognised wherever they come back from: another file, an older
index, a backup.

A withdrawal keeps no word of the text. It keeps keyed digests, under a key of its own: of the id of the source, of the
whole text, and of its runs of eight words (shingles: A. Broder, « On the resemblance and containment of documents »,
1997), less those that other sources of the study hold too. That is enough to recognise the text under another name or
in another format, and too little to read it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
import secrets
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from index.errors import WithdrawalsUnreadable, os_reason
from index.files import PRIVATE, atomic_file
from index.language.french import fold
from index.types import Passage, Section

FILE = "retraits.jsonl"
"""The file of withdrawals: at the root of the corpus, since a new index would bring the words back, and in the data
folder, since a corpus may be lost."""
APPLIED = "withdrawn"
"""The key of an index's `meta` under which it keeps the ids of the withdrawals that it has followed."""
_Piece = TypeVar("_Piece", Section, Passage)
_WORD = re.compile(r"\w+")
_RUN, _SHORTEST, _BYTES = 8, 4, 8  # words of a shingle, least words of one that is a whole turn, bytes of a digest
_ENOUGH = 8  # shingles from which a text can be recognised
# To be a copy, the share of the withdrawn shingles that a source holds, and the share of its own that these are.
_HELD, _FILLED = 0.6, 0.4
_TURN_SHARE = 0.5  # of the shingles of a turn, from which the turn is withdrawn

Verdict = Callable[[str, str | None, bool], bool]
"""Tells whether a text of a source was withdrawn, by its words, its speaker, and whether it is a heading or context."""


@dataclass(frozen=True)
class Withdrawal:
    """The withdrawal of a whole source, or, with `speaker` (the digest of their label), of the words of one person in
    it. `marks` are the digests of the source's id and of the whole text, `shingles` those of runs of words, under
    `key`; `date` is ISO 8601."""

    id: str
    date: str
    key: str
    speaker: str
    marks: frozenset[bytes]
    shingles: frozenset[bytes]

    @classmethod
    def of(
        cls, source_id: str, texts: Sequence[str], date: str, speaker: str = "", all_texts: Sequence[str] = ()
    ) -> Withdrawal:
        """Return the withdrawal of the words of `speaker` in a source, which are these texts, or (empty) of the whole
        source: `texts` are then the words of its participants, and `all_texts` the words of all speakers."""
        key = secrets.token_hex(16)
        marks = frozenset((_mark("id", source_id, key), _mark("said", _joined(all_texts or texts), key)))
        shingles = frozenset(shingle for text in texts for shingle in _shingles(text, key))
        return cls(secrets.token_hex(6), date, key, _label(speaker, key) if speaker else "", marks, shingles)

    def without(self, texts: Iterable[str]) -> Withdrawal:
        """Return the same withdrawal, less the runs of words that these texts of other sources hold too."""
        common = {shingle for text in texts for shingle in _shingles(text, self.key)} & self.shingles
        return replace(self, shingles=self.shingles - common) if common else self

    def without_shared_runs(self, sources: Iterable[Sequence[str]]) -> Withdrawal:
        """Return the same withdrawal, less the runs of words that two or more of these sources hold: those of an
        interview guide."""
        counted = Counter[bytes]()
        for texts in sources:
            counted.update({shingle for text in texts for shingle in _shingles(text, self.key)} & self.shingles)
        return replace(self, shingles=frozenset(run for run in self.shingles if counted[run] < 2))

    def is_in(self, source_id: str, pieces: Sequence[_Piece]) -> bool:
        """Return whether a source is the withdrawn one, or a copy of it: by its id, unless its words differ, by its
        whole text, or by the share of shingles that both have in common."""
        of_source = {shingle for piece in pieces for shingle in _shingles(piece.text, self.key)}
        common = len(of_source & self.shingles)
        few = len(self.shingles) < _ENOUGH
        if _mark("id", source_id, self.key) in self.marks and (common or few):
            return True
        if any(_mark("said", text, self.key) in self.marks for text in self._whole_texts(pieces)):
            return True
        holds = not few and common >= _HELD * len(self.shingles)
        return holds and (bool(self.speaker) or common >= _FILLED * len(of_source))

    def judge(self, source_id: str, pieces: Sequence[_Piece]) -> Verdict:
        """Return the function that tells whether each text of a source was withdrawn. Another source that quotes a part
        of the withdrawn one loses that part, where it is long enough to be recognised."""
        is_copy = self.is_in(source_id, pieces)

        def is_withdrawn(text: str, speaker: str | None, above: bool) -> bool:
            if is_copy and not above and (not self.speaker or (speaker and _label(speaker, self.key) == self.speaker)):
                return True
            own = set(_shingles(text, self.key))
            common = len(own & self.shingles)
            return common >= (1 if is_copy else _ENOUGH) and common >= _TURN_SHARE * len(own)

        return is_withdrawn

    def names(self, source_id: str) -> bool:
        """Return whether the source of this id was withdrawn, in part or whole."""
        return _mark("id", source_id, self.key) in self.marks

    def is_quoted_in(self, text: str) -> bool:
        """Return whether a text that is no source, such as a comment, holds a run of its words."""
        return not self.shingles.isdisjoint(_shingles(text, self.key))

    def _whole_texts(self, pieces: Sequence[_Piece]) -> Iterator[str]:
        """Yield the whole text of a source, or of its speaker of the same label."""
        if not self.speaker:
            yield _joined([piece.text for piece in pieces])
            return
        yield _joined(
            [
                piece.text
                for piece in pieces
                if piece.place.speaker and _label(piece.place.speaker, self.key) == self.speaker
            ]
        )

    def line(self) -> str:
        """Return the withdrawal as a line of the file."""
        digests = {name: base64.b64encode(b"".join(sorted(getattr(self, name)))).decode() for name in _DIGESTS}
        return json.dumps({"id": self.id, "date": self.date, "key": self.key, "speaker": self.speaker, **digests})


_DIGESTS = ("marks", "shingles")


@dataclass(frozen=True)
class WithdrawalList:
    """The withdrawals from a corpus."""

    withdrawals: tuple[Withdrawal, ...] = ()

    @classmethod
    def read(cls, *folders: Path) -> WithdrawalList:
        """Read the lists of these folders; a folder without a file has none. Raises `WithdrawalsUnreadable`, since a
        list that cannot be read may hold words that must not come back."""
        lists = [cls.read_file(folder / FILE) for folder in folders if _may_exist(folder / FILE)]
        by_id = {withdrawal.id: withdrawal for found in lists for withdrawal in found.withdrawals}
        return cls(tuple(by_id.values()))

    @classmethod
    def read_file(cls, path: Path) -> WithdrawalList:
        """Read the list of a file. Raises `WithdrawalsUnreadable`."""
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = os_reason(error) if isinstance(error, OSError) else "ce n'est pas de l'UTF-8"
            raise _unreadable(path, reason) from error
        found: dict[str, Withdrawal] = {}
        for number, line in enumerate(lines, 1):
            try:
                withdrawal = _parsed(line)
            except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
                raise _unreadable(path, f"ligne {number}") from error
            found[withdrawal.id] = withdrawal
        return cls(tuple(found.values()))

    def write(self, folder: Path) -> None:
        """Add them to the list of a folder, by an atomic write. The file is readable by all who may read the folder,
        since it reveals nothing. Raises `OSError` or `WithdrawalsUnreadable`; the file is then as it was."""
        before = WithdrawalList.read(folder).withdrawals
        merged = {withdrawal.id: withdrawal for withdrawal in (*before, *self.withdrawals)}
        path, of_folder = folder / FILE, folder.stat()
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else stat.S_IMODE(of_folder.st_mode) & 0o644
        with atomic_file(path, mode=PRIVATE) as written:
            written.writelines(f"{withdrawal.line()}\n".encode() for withdrawal in merged.values())
            os.chmod(written.name, mode)
            with suppress(PermissionError):  # written by an administrator, read by the server
                os.chown(written.name, of_folder.st_uid, of_folder.st_gid)

    def left(self, source_id: str, title: str, pieces: Sequence[_Piece]) -> tuple[str, list[_Piece]]:
        """Return what remains of a source: its title (empty if it was withdrawn), and its sections, or passages,
        without the headings and context that were withdrawn."""
        for withdrawal in self.withdrawals:
            title, pieces = _without(title, pieces, withdrawal.judge(source_id, pieces))
        return title, list(pieces)

    def names(self, source_id: str) -> bool:
        """Return whether the source of this id was withdrawn, in part or whole."""
        return any(withdrawal.names(source_id) for withdrawal in self.withdrawals)

    def are_quoted_in(self, text: str) -> bool:
        """Return whether a text that is no source, such as a comment, holds a run of their words."""
        return any(withdrawal.is_quoted_in(text) for withdrawal in self.withdrawals)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of the withdrawals."""
        return frozenset(withdrawal.id for withdrawal in self.withdrawals)

    def are_followed(self, meta: str) -> bool:
        """Return whether an index, by its value of `APPLIED`, has followed all of them."""
        return self.ids <= set(applied_ids(meta))


def applied_ids(meta: str) -> list[str]:
    """Return the ids of the withdrawals that an index has followed, by its value of `APPLIED`."""
    found: list[str] = json.loads(meta or "[]")
    return found


def _without(title: str, pieces: Sequence[_Piece], is_withdrawn: Verdict) -> tuple[str, Sequence[_Piece]]:
    """Return the title and the pieces of a source that remain, by a verdict on each text."""
    gone = [is_withdrawn(piece.text, piece.place.speaker, False) for piece in pieces]
    if not pieces:
        return title, pieces
    words = {fold(piece.text) for piece, is_gone in zip(pieces, gone, strict=True) if is_gone}
    judged: dict[str, bool] = {}

    def stays(context: str) -> bool:
        if context not in judged:
            judged[context] = fold(context) not in words and not is_withdrawn(context, None, True)
        return judged[context]

    staying = [piece for piece, is_gone in zip(pieces, gone, strict=True) if not is_gone]
    return title if stays(title) else "", [_with_context(piece, stays) for piece in staying]


def _with_context(piece: _Piece, stays: Callable[[str], bool]) -> _Piece:
    """Return a piece with the headings and context that stay."""
    if all(map(stays, (*piece.context, *piece.place.heading))):
        return piece
    place = replace(piece.place, heading=tuple(filter(stays, piece.place.heading)))
    return replace(piece, context=tuple(filter(stays, piece.context)), place=place)


def _shingles(text: str, key: str) -> Iterator[bytes]:
    """Yield the keyed digests of the runs of words of a text."""
    words = _WORD.findall(fold(text))
    if len(words) < _SHORTEST:
        return
    secret = bytes.fromhex(key)
    for start in range(max(1, len(words) - _RUN + 1)):
        run = " ".join(words[start : start + _RUN]).encode()
        yield hashlib.blake2b(run, digest_size=_BYTES, key=secret).digest()


def _label(speaker: str, key: str) -> str:
    return _mark("label", " ".join(_WORD.findall(fold(speaker))), key).hex()


def _joined(texts: Sequence[str]) -> str:
    return " ".join(word for text in texts for word in _WORD.findall(fold(text)))


def _mark(kind: str, text: str, key: str) -> bytes:
    return hashlib.blake2b(f"{kind} {text}".encode(), digest_size=2 * _BYTES, key=bytes.fromhex(key)).digest()


def _parsed(line: str) -> Withdrawal:
    held = json.loads(line)
    texts = [held[field] for field in ("id", "date", "key", "speaker", *_DIGESTS)]
    if not all(isinstance(value, str) for value in texts) or len(bytes.fromhex(held["key"])) != 16:
        raise ValueError("not a withdrawal")
    name, date, key, speaker, marks, shingles = texts
    return Withdrawal(name, date, key, speaker, _digests(marks, 2 * _BYTES), _digests(shingles, _BYTES))


def _digests(text: str, size: int) -> frozenset[bytes]:
    held = base64.b64decode(text, validate=True)
    if len(held) % size:
        raise ValueError("not digests")
    return frozenset(held[at : at + size] for at in range(0, len(held), size))


def _may_exist(path: Path) -> bool:
    """Return whether a file exists, or may exist where that cannot be checked."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _unreadable(path: Path, reason: str) -> WithdrawalsUnreadable:
    return WithdrawalsUnreadable(
        f"Les retraits déjà faits ne peuvent pas être lus dans « {path} » ({reason}).",
        "Remettez ce fichier tel qu'il était, depuis une sauvegarde : sans lui, ce qui est retiré reviendrait.",
    )
