"""Back up a data folder into one file, and restore it on another machine.

The file is a tar archive with the digests of its members: the catalog, the databases of people (accounts, access log,
reactions to answers), the receipts of withdrawals and the list that keeps withdrawn text out, and the files that
describe the corpus (sites, lexicon, notice). Encrypted, it is in the age format (a passphrase, by scrypt), which other
programs read. The copy of the vectors is left out: it is rebuilt from the catalog."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import pyrage

from index.errors import BackupRefused, CorpusError, DataFolderRefused, os_reason
from index.files import PRIVATE, atomic_file, atomic_folder, create_new
from index.privacy.withdrawals import FILE as WITHDRAWN
from index.store import schema, stray_copies
from index.store.catalog import Catalog
from index.store.storage_errors import unwritable_folder

MANIFEST, FORMAT = "manifest.json", 1
_AGE_MAGIC = b"age-encryption.org/"
_PEOPLE_DATABASES = ("accounts", "audit", "baskets", "feedback", "measures")
_DATABASES = (schema.FILE, *(f"{schema.PEOPLE}/{name}.db" for name in _PEOPLE_DATABASES))
_FILES = (WITHDRAWN,)
_MAX_FILES = 10_000
_MAX_SIZE = 200_000_000_000  # bytes that a manifest may declare


def back_up(data_dir: Path, file: Path, describing: Mapping[str, Path], passphrase: str = "") -> int:
    """Write the whole content of a data folder to `file`, readable by its owner only, and return its size in bytes.

    `describing` maps names to the files that describe the corpus. Questions and runs go on meanwhile: each database is
    copied as one consistent snapshot. Raises `BackupRefused`, and then leaves no file, or `NothingIndexed`."""
    Catalog.open(data_dir).close()
    try:
        with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
            snapshots = {name: Path(scratch) / str(number) for number, name in enumerate(_DATABASES)}
            members = {name: path for name, path in snapshots.items() if _copy(data_dir / name, path)}
            members |= {name: data_dir / name for name in _FILES if (data_dir / name).is_file()}
            members |= {
                f"{schema.RECEIPTS}/{path.name}": path for path in sorted((data_dir / schema.RECEIPTS).glob("*.md"))
            }
            members |= {f"{schema.DESCRIBING}/{name}": path for name, path in describing.items() if path.is_file()}
            with atomic_file(file, mode=PRIVATE) as out:
                _pack(members, out, passphrase)
    except (OSError, sqlite3.DatabaseError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else str(error)
        raise BackupRefused(
            f"La sauvegarde « {file} » n'a pas pu être écrite ({reason}).",
            "Donnez un dossier qui existe, où vous pouvez écrire et où il reste de la place.",
        ) from error
    return file.stat().st_size


def restore(file: Path, data_dir: Path, passphrase: str = "") -> None:
    """Restore a backup into an empty or missing data folder.

    Raises `BackupRefused` (not a backup, damaged, another version, a wrong passphrase) or `DataFolderRefused`; the data
    folder is then unchanged."""
    if data_dir.exists() and any(data_dir.iterdir()):
        raise DataFolderRefused(
            f"Le dossier de données « {data_dir} » n'est pas vide.",
            "Restaurez dans un autre dossier avec --data-dir.",
        )
    try:
        with atomic_folder(data_dir, data_dir.with_name(f"{data_dir.name}.{os.getpid()}.part")) as aside:
            with _open_archive(file, passphrase) as archive:
                _unpack(archive, aside, file)
            _check(aside, file)
            if data_dir.exists():
                data_dir.rmdir()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not file.exists():
            raise BackupRefused(f"La sauvegarde « {file} » n'existe pas.", "Vérifiez son chemin.") from error
        raise unwritable_folder(data_dir, error) from error


def _copy(database: Path, to: Path) -> bool:
    """Copy a database that others may be writing, as one consistent snapshot. Return whether it exists."""
    if not database.is_file():
        return False
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # everything in a single file
    return True


def _pack(members: Mapping[str, Path], out: IO[bytes], passphrase: str) -> None:
    manifest = {
        "format": FORMAT,
        "schema": schema.VERSION,
        "files": {name: {"size": path.stat().st_size, "sha256": _digest(path)} for name, path in members.items()},
    }
    target: IO[bytes] = io.BytesIO() if passphrase else out
    with tarfile.open(fileobj=target, mode="w:gz", compresslevel=3) as archive:
        _add(archive, MANIFEST, json.dumps(manifest).encode(), None)
        for name, path in members.items():
            _add(archive, name, None, path)
    if isinstance(target, io.BytesIO):
        out.write(pyrage.passphrase.encrypt(target.getvalue(), passphrase))


def _add(archive: tarfile.TarFile, name: str, content: bytes | None, path: Path | None) -> None:
    entry = tarfile.TarInfo(name)
    entry.mode = 0o600
    entry.size = len(content) if content is not None else path.stat().st_size if path else 0
    with io.BytesIO(content) if content is not None else path.open("rb") if path else io.BytesIO() as read:
        archive.addfile(entry, read)


@contextmanager
def _open_archive(file: Path, passphrase: str) -> Iterator[IO[bytes]]:
    """Open the archive of a backup, decrypted."""
    with file.open("rb") as read:
        encrypted = read.read(len(_AGE_MAGIC)) == _AGE_MAGIC
        read.seek(0)
        if not encrypted:
            yield read
            return
        if not passphrase:
            raise BackupRefused(f"La sauvegarde « {file} » est chiffrée.", "Donnez sa phrase de passe.")
        try:
            clear = pyrage.passphrase.decrypt(read.read(), passphrase)
        except pyrage.DecryptError as error:
            raise BackupRefused(
                f"La sauvegarde « {file} » ne se déchiffre pas.", "Vérifiez la phrase de passe, ou prenez-en une autre."
            ) from error
        yield io.BytesIO(clear)


def _unpack(archive: IO[bytes], folder: Path, file: Path) -> None:
    """Write the files that the manifest declares, no other and no larger, and compare their digests."""
    try:
        with tarfile.open(fileobj=archive, mode="r|gz") as entries:
            reading = iter(entries)
            first = next(reading, None)
            declared = _manifest(entries, first)
            for entry in reading:
                expected = declared.pop(entry.name, None)
                read = entries.extractfile(entry) if entry.isfile() else None
                if expected is None or read is None or entry.size != expected["size"]:
                    raise _damaged(file)
                path = folder / entry.name
                path.parent.mkdir(mode=0o700, exist_ok=True)
                with create_new(path, PRIVATE) as out:
                    shutil.copyfileobj(read, out)
                if _digest(path) != expected["sha256"]:
                    raise _damaged(file)
        if declared:
            raise _damaged(file)
    except (tarfile.TarError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise _damaged(file) from error


def _manifest(entries: tarfile.TarFile, first: tarfile.TarInfo | None) -> dict[str, dict[str, object]]:
    """Read the manifest, the first member of an archive. Raises `ValueError` for an invalid one, `BackupRefused` for
    another version."""
    read = entries.extractfile(first) if first is not None and first.name == MANIFEST else None
    if read is None or first is None or first.size > 1_000_000:
        raise ValueError("no manifest")
    manifest = json.loads(read.read())
    if manifest["format"] != FORMAT or manifest["schema"] != schema.VERSION:
        raise BackupRefused(
            f"Cette sauvegarde a été faite par une autre version (format {manifest['schema']}, attendu "
            f"{schema.VERSION}).",
            "Restaurez-la avec la version qui l'a faite.",
        )
    files: dict[str, dict[str, object]] = manifest["files"]
    known = all(_is_known(name) for name in files)
    if not known or len(files) > _MAX_FILES or sum(int(str(entry["size"])) for entry in files.values()) > _MAX_SIZE:
        raise ValueError("a strange manifest")
    return files


def _is_known(name: str) -> bool:
    """Return whether a backup may hold a file of this name; a path that leaves the data folder never is."""
    folder, _, base = name.rpartition("/")
    return name in (*_DATABASES, *_FILES) or (
        folder in (schema.DESCRIBING, schema.RECEIPTS) and base == Path(base).name and base not in ("", ".", "..")
    )


def _check(folder: Path, file: Path) -> None:
    """Check that the restored catalog opens and is intact, and detach it from the vector copy of the original."""
    try:
        catalog = Catalog.open(folder)
        # The original may still exist beside the restored folder, and owns the copy on a server.
        forgotten = {"vectors_identity": "", "vectors_folder": "", "vectors_place": ""}
        catalog.set_meta(**forgotten, **stray_copies.forgotten_copy_row(catalog))
        with catalog.snapshot() as connection:
            is_intact = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        catalog.close()
        for name in _DATABASES:
            if (folder / name).is_file():
                with closing(sqlite3.connect(folder / name)) as database:
                    database.execute("PRAGMA journal_mode = WAL")  # as in the original: readers while it is written
    except (CorpusError, sqlite3.DatabaseError) as error:
        raise _damaged(file) from error
    if not is_intact:
        raise _damaged(file)


def _damaged(file: Path) -> BackupRefused:
    return BackupRefused(f"« {file} » n'est pas une sauvegarde entière.", "Prenez-en une autre.")


def _digest(path: Path) -> str:
    with path.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()
