"""The border of the readers: whatever a file does to one of them, `UnreadableFile` is all that comes out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from index.errors import UnreadableFile
from index.reading.transcripts.turns import Transcript

Reader = Callable[[bytes], Transcript]


def reads(form: str) -> Callable[[Reader], Reader]:
    """Turn every exception of a reader of `form` (« Transcriber (.trs) ») but `UnreadableFile` into that one."""

    def guarded(read: Reader) -> Reader:
        @wraps(read)
        def safely(data: bytes) -> Transcript:
            try:
                return read(data)
            except UnreadableFile:
                raise
            except Exception as error:
                raise UnreadableFile(
                    f"La lecture de ce fichier {form} a échoué ({type(error).__name__}).",
                    "Ouvrez-le dans le logiciel qui l'a produit et enregistrez-le à nouveau.",
                ) from error

        return safely

    return guarded
