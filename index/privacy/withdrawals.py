"""What was withdrawn, known again wherever it comes back from: another file, an older index, a backup.

A withdrawal keeps no word of what it took away. It keeps keyed digests, under a key of its own: of the name of the
source, of all that was said, and of its runs of eight words (shingles: A. Broder, « On the resemblance and containment
of documents », 1997), less those that other sources of the study hold too. That is enough to know the text again under
another name or in another format, and too little to read it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
import secrets
import stat
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from index.errors import WithdrawalsUnreadable, why
from index.language.french import fold
from index.types import Passage, Section

FILE = "retraits.jsonl"
"""Where withdrawals are kept: at the root of the corpus, since a new index would bring back what is gone, and in the
data folder, since a corpus may be lost."""
APPLIED = "withdrawn"
"""The key of an index's `meta` under which it keeps the ids of the withdrawals that it has followed."""
_Piece = TypeVar("_Piece", Section, Passage)
_WORD = re.compile(r"\w+")
_RUN, _SHORTEST, _BYTES = 8, 4, 8  # words of a shingle, and of one that is a whole turn; bytes of a digest
_ENOUGH = 8  # shingles by which a text can be known
_HELD, _FILLED = 0.6, 0.4  # shares of what was withdrawn that a source holds, and of a source that it fills, to be it
_SAID = 0.5  # share of the shingles of a turn

Verdict = Callable[[str, str | None, bool], bool]
"""Return whether a text of a source was withdrawn: by its words, who says it, and whether it stands above others."""


@dataclass(frozen=True)
class Withdrawal:
    """One thing taken away: a whole source, or, with `speaker` (the digest of what they are called), what one person
    says in it. `marks` are digests of the source's id and of all the words, `shingles` of runs of them, under `key`;
    `date` is ISO 8601."""

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
        """The withdrawal of what `speaker` says in a source, which are these texts, or (empty) of all of it: then they
        are what its participants say, and `all_texts` all that is said."""
        key = secrets.token_hex(16)
        marks = frozenset((_mark("id", source_id, key), _mark("said", _joined(all_texts or texts), key)))
        shingles = frozenset(one for text in texts for one in _shingles(text, key))
        return cls(secrets.token_hex(6), date, key, _label(speaker, key) if speaker else "", marks, shingles)

    def without(self, texts: Iterable[str]) -> Withdrawal:
        """The same, less the runs of words that these texts of others hold too."""
        common = {one for text in texts for one in _shingles(text, self.key)} & self.shingles
        return replace(self, shingles=self.shingles - common) if common else self

    def without_what_many_say(self, sources: Iterable[Sequence[str]]) -> Withdrawal:
        """The same, less the runs of words that two of these sources hold: a script, which all follow."""
        counted = Counter[bytes]()
        for texts in sources:
            counted.update({one for text in texts for one in _shingles(text, self.key)} & self.shingles)
        return replace(self, shingles=frozenset(run for run in self.shingles if counted[run] < 2))

    def is_in(self, source_id: str, pieces: Sequence[_Piece]) -> bool:
        """Return whether a source is the one, or a copy of it: by its id, unless the words say otherwise, by all that
        is said, or by the share that both have in common."""
        theirs = {one for piece in pieces for one in _shingles(piece.text, self.key)}
        common = len(theirs & self.shingles)
        few = len(self.shingles) < _ENOUGH
        if _mark("id", source_id, self.key) in self.marks and (common or few):
            return True
        if any(_mark("said", said, self.key) in self.marks for said in self._sayings(pieces)):
            return True
        holds = not few and common >= _HELD * len(self.shingles)
        return holds and (bool(self.speaker) or common >= _FILLED * len(theirs))

    def judge(self, source_id: str, pieces: Sequence[_Piece]) -> Verdict:
        """What tells of each text of a source whether it was withdrawn. A source that is another, and quotes a part of
        it, loses that part where it is long enough to be known."""
        it_is = self.is_in(source_id, pieces)

        def is_withdrawn(text: str, speaker: str | None, above: bool) -> bool:
            if it_is and not above and (not self.speaker or (speaker and _label(speaker, self.key) == self.speaker)):
                return True
            own = set(_shingles(text, self.key))
            common = len(own & self.shingles)
            return common >= (1 if it_is else _ENOUGH) and common >= _SAID * len(own)

        return is_withdrawn

    def names(self, source_id: str) -> bool:
        """Return whether some or all of the source of this id was withdrawn."""
        return _mark("id", source_id, self.key) in self.marks

    def is_quoted_in(self, text: str) -> bool:
        """Return whether a text of another kind than a source, as a comment, holds a run of its words."""
        return not self.shingles.isdisjoint(_shingles(text, self.key))

    def _sayings(self, pieces: Sequence[_Piece]) -> Iterator[str]:
        """All that is said in a source, or by whoever is called alike."""
        if not self.speaker:
            yield _joined([piece.text for piece in pieces])
            return
        yield _joined(
            [one.text for one in pieces if one.place.speaker and _label(one.place.speaker, self.key) == self.speaker]
        )

    def line(self) -> str:
        """As a line of the file."""
        digests = {name: base64.b64encode(b"".join(sorted(getattr(self, name)))).decode() for name in _DIGESTS}
        return json.dumps({"id": self.id, "date": self.date, "key": self.key, "speaker": self.speaker, **digests})


_DIGESTS = ("marks", "shingles")


@dataclass(frozen=True)
class WithdrawalList:
    """All that was withdrawn from a corpus."""

    withdrawals: tuple[Withdrawal, ...] = ()

    @classmethod
    def read(cls, *folders: Path) -> WithdrawalList:
        """Those that the files of these folders keep; none where there is no file. Raises `WithdrawalsUnreadable`: what
        cannot be read might be what must not come back."""
        found = [cls.read_file(folder / FILE) for folder in folders if _may_be_there(folder / FILE)]
        by_id = {one.id: one for some in found for one in some.withdrawals}
        return cls(tuple(by_id.values()))

    @classmethod
    def read_file(cls, path: Path) -> WithdrawalList:
        """Those that a file keeps. Raises `WithdrawalsUnreadable`."""
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = why(error) if isinstance(error, OSError) else "ce n'est pas de l'UTF-8"
            raise _unreadable(path, reason) from error
        found: dict[str, Withdrawal] = {}
        for number, line in enumerate(lines, 1):
            try:
                one = _parsed(line)
            except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
                raise _unreadable(path, f"ligne {number}") from error
            found[one.id] = one
        return cls(tuple(found.values()))

    def write(self, folder: Path) -> None:
        """Keep them in a folder beside those that are there, for whoever may read the folder: they say nothing. Raises
        `OSError` or `WithdrawalsUnreadable`; the file is then as it was."""
        everything = {one.id: one for one in (*WithdrawalList.read(folder).withdrawals, *self.withdrawals)}
        path, of_folder = folder / FILE, folder.stat()
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else stat.S_IMODE(of_folder.st_mode) & 0o644
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", delete=False, encoding="utf-8") as part:
            try:
                part.writelines(f"{one.line()}\n" for one in everything.values())
                part.flush()
                os.fsync(part.fileno())
                os.chmod(part.name, mode)
                with suppress(PermissionError):  # written by an administrator, read by who serves
                    os.chown(part.name, of_folder.st_uid, of_folder.st_gid)
                os.replace(part.name, path)
            except BaseException:
                os.unlink(part.name)
                raise

    def left(self, source_id: str, title: str, pieces: Sequence[_Piece]) -> tuple[str, list[_Piece]]:
        """What was not withdrawn of a source: its title (empty where that was), and its sections, or passages, without
        what stood above them and was."""
        for withdrawal in self.withdrawals:
            title, pieces = _without(title, pieces, withdrawal.judge(source_id, pieces))
        return title, list(pieces)

    def names(self, source_id: str) -> bool:
        """Return whether something was withdrawn of the source of this id."""
        return any(one.names(source_id) for one in self.withdrawals)

    def are_quoted_in(self, text: str) -> bool:
        """Return whether a text of another kind than a source, as a comment, holds a run of their words."""
        return any(one.is_quoted_in(text) for one in self.withdrawals)

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(one.id for one in self.withdrawals)

    def are_followed(self, meta: str) -> bool:
        """Return whether an index, by its `meta`, holds nothing of them any more."""
        return self.ids <= set(applied_ids(meta))


def applied_ids(meta: str) -> list[str]:
    """The ids under `APPLIED`."""
    found: list[str] = json.loads(meta or "[]")
    return found


def _without(title: str, pieces: Sequence[_Piece], is_withdrawn: Verdict) -> tuple[str, Sequence[_Piece]]:
    gone = [is_withdrawn(piece.text, piece.place.speaker, False) for piece in pieces]
    if not pieces:
        return title, pieces
    words = {fold(piece.text) for piece, is_gone in zip(pieces, gone, strict=True) if is_gone}
    judged: dict[str, bool] = {}

    def stays(above: str) -> bool:
        if above not in judged:
            judged[above] = fold(above) not in words and not is_withdrawn(above, None, True)
        return judged[above]

    staying = [piece for piece, is_gone in zip(pieces, gone, strict=True) if not is_gone]
    return title if stays(title) else "", [_under(piece, stays) for piece in staying]


def _under(piece: _Piece, stays: Callable[[str], bool]) -> _Piece:
    """A piece under what stays of what stood above it."""
    if all(map(stays, (*piece.context, *piece.place.heading))):
        return piece
    place = replace(piece.place, heading=tuple(filter(stays, piece.place.heading)))
    return replace(piece, context=tuple(filter(stays, piece.context)), place=place)


def _shingles(text: str, key: str) -> Iterator[bytes]:
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
        raise ValueError("no withdrawal")
    name, date, key, speaker, marks, shingles = texts
    return Withdrawal(name, date, key, speaker, _digests(marks, 2 * _BYTES), _digests(shingles, _BYTES))


def _digests(text: str, size: int) -> frozenset[bytes]:
    held = base64.b64decode(text, validate=True)
    if len(held) % size:
        raise ValueError("no digests")
    return frozenset(held[at : at + size] for at in range(0, len(held), size))


def _may_be_there(path: Path) -> bool:
    """Return whether there is a file, or nobody can tell."""
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
