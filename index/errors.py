"""What can go wrong on the corpus side.

CorpusError                 base: one French line, what happened and the remedy
├── CorpusUnavailable       the folder to index is missing, empty or closed to us
├── UnreadableFile          one file of it cannot be read; the others are indexed
├── SourceWithdrawn         one of them was withdrawn, and is not to be indexed
├── BadMetadata             a front matter, sidecar or corpus.toml does not say what it should
├── DataFolderRefused       the data folder is not ours to write, or was written by something else
├── NothingIndexed          a question is asked of a data folder that holds no index
├── TooManyRemoved          a run would take out more than a tenth of the sources
├── IndexBusy               another run is writing this index
├── PseudonymsRefused       the table of names is open to others, or a line of it is not right
├── WithdrawalsUnreadable   what was withdrawn cannot be known, and might come back
├── WithdrawalRefused       nothing, or more than one thing, is what is to be withdrawn
├── PublicationRefused      an excerpt of an interview that may not be published
├── BackupRefused           a backup cannot be written, or is none that can be restored
├── VectorsNotCopied        the index is up to date, but not the fast copy of its vectors
├── BadSetting              a setting of the environment does not have a value that it may have
├── ModelUnavailable        the embedding model cannot be found or unpacked
└── ClusterUnavailable      the cluster that was to embed is not there, or cannot
"""

from __future__ import annotations

import errno


class CorpusError(Exception):
    """Base of the errors of `index/`. `reason` and `remedy` are French; `str()` gives both on one line."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = one_line(reason)
        self.remedy = one_line(remedy)
        super().__init__(self.reason, self.remedy)

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}"


class CorpusUnavailable(CorpusError):
    """The corpus folder is missing, empty or not readable."""


class UnreadableFile(CorpusError):
    """One file of the corpus cannot be read."""


class SourceWithdrawn(UnreadableFile):
    """What a file holds was withdrawn."""


class BadMetadata(UnreadableFile):
    """Metadata is not valid, or holds a value that its key does not take."""


class DataFolderRefused(CorpusError):
    """The data folder belongs to another version, another corpus or another program."""


class NothingIndexed(CorpusError):
    """There is no index in the data folder."""


class TooManyRemoved(CorpusError):
    """A run would remove more than a tenth of the sources, and nobody said that it may."""


class IndexBusy(CorpusError):
    """Another process is indexing into the data folder."""


class PseudonymsRefused(CorpusError):
    """The table of the names to replace cannot be used: nothing is indexed without it."""


class WithdrawalsUnreadable(CorpusError):
    """The file that keeps withdrawals cannot be read."""


class WithdrawalRefused(CorpusError):
    """What is to be withdrawn is not in the index, or is not one thing."""


class PublicationRefused(CorpusError):
    """An excerpt may not be published, or is not there."""


class BackupRefused(CorpusError):
    """A backup could not be written, or what was given is no whole backup of this version."""


class BadSetting(CorpusError):
    """A setting of the environment has a value that it may not have."""


class VectorsNotCopied(CorpusError):
    """The fast copy of the vectors could not be written; answers are exact without it."""


class ModelUnavailable(CorpusError):
    """The embedding model is unknown, or could not be prepared."""


class ClusterUnavailable(CorpusError):
    """Ray is not installed, its cluster does not answer, or its workers cannot embed; what was staged stays."""


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
    """What the system says of a failure, in French."""
    return _OS_REASONS.get(error.errno or 0, f"erreur {error.errno} du système")


def one_line(text: str) -> str:
    """`text` without line breaks or control characters: paths come from outside."""
    return "".join(char if char.isprintable() or char == "\u00a0" else " " for char in text).strip()
