"""Errors of the corpus side.

CorpusError                 base: one French line with the cause and the remedy
├── CorpusUnavailable       the corpus folder is missing, empty or not readable
├── UnreadableFile          one file cannot be read; the others are indexed
│   ├── SourceWithdrawn     the file was withdrawn and must not be indexed
│   └── BadMetadata         a front matter, sidecar or corpus.toml holds invalid values
├── DataFolderRefused       the data folder is not writable, or belongs to another program
├── NothingIndexed          the data folder holds no index
├── TooManyRemoved          a run would remove more than a tenth of the sources
├── IndexBusy               another run is writing this index
├── PseudonymsRefused       the table of names is readable by others, or has an invalid line
├── WithdrawalsUnreadable   the list of withdrawals cannot be read, so withdrawn text might come back
├── WithdrawalRefused       the target of a withdrawal matches nothing, or several things
├── PublicationRefused      the excerpt of an interview may not be published
├── BackupRefused           a backup cannot be written or restored
├── VectorsNotCopied        the index is up to date, but the fast copy of its vectors is not
├── BadSetting              a setting of the environment has an invalid value
├── ModelUnavailable        the embedding model cannot be found or unpacked
└── ClusterUnavailable      the embedding cluster is unreachable, or fails
"""

from __future__ import annotations

import errno


class CorpusError(Exception):
    """Base of the errors of `index/`. `reason` and `remedy` are French; `str()` joins them on one line."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = one_line(reason)
        self.remedy = one_line(remedy)
        super().__init__(self.reason, self.remedy)

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}"


class CorpusUnavailable(CorpusError):
    """The corpus folder is missing, empty or not readable."""


class UnreadableFile(CorpusError):
    """A file of the corpus cannot be read."""


class SourceWithdrawn(UnreadableFile):
    """The content of a file was withdrawn."""


class BadMetadata(UnreadableFile):
    """Metadata is malformed, or holds a value that its key does not accept."""


class DataFolderRefused(CorpusError):
    """The data folder belongs to another version, another corpus or another program."""


class NothingIndexed(CorpusError):
    """The data folder holds no index."""


class TooManyRemoved(CorpusError):
    """A run would remove more than a tenth of the sources without confirmation."""


class IndexBusy(CorpusError):
    """Another process is indexing into the data folder."""


class PseudonymsRefused(CorpusError):
    """The table of names to replace cannot be used: nothing is indexed without it."""


class WithdrawalsUnreadable(CorpusError):
    """The file that lists withdrawals cannot be read."""


class WithdrawalRefused(CorpusError):
    """The target of a withdrawal is not in the index, or is ambiguous."""


class PublicationRefused(CorpusError):
    """An excerpt may not be published, or does not exist."""


class BackupRefused(CorpusError):
    """A backup could not be written, or the given file is not a complete backup of this version."""


class BadSetting(CorpusError):
    """A setting of the environment has an invalid value."""


class VectorsNotCopied(CorpusError):
    """The fast copy of the vectors could not be written; answers are exact without it."""


class ModelUnavailable(CorpusError):
    """The embedding model is unknown, or could not be prepared."""


class ClusterUnavailable(CorpusError):
    """Ray is not installed, its cluster does not answer, or its workers cannot embed; staged work is kept."""


_OS_REASONS = {
    errno.ENOENT: "il n'existe pas",
    errno.EACCES: "permission refusée",
    errno.EPERM: "opération interdite",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "un élément du chemin n'est pas un dossier",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le quota de disque est atteint",
    errno.EROFS: "le disque est en lecture seule",
    errno.ELOOP: "le lien tourne en rond",
    errno.ENAMETOOLONG: "le nom est trop long",
}


def os_reason(error: OSError) -> str:
    """Return the cause of a system error, in French."""
    return _OS_REASONS.get(error.errno or 0, f"erreur {error.errno} du système")


def one_line(text: str) -> str:
    """Return `text` without line breaks or control characters: paths are external input."""
    return "".join(char if char.isprintable() or char == "\u00a0" else " " for char in text).strip()
