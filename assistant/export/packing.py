"""Zip archives whose bytes depend on nothing but what they hold."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping


def pack(files: Mapping[str, str], made: datetime.date) -> bytes:
    """The texts in one archive, in the order given, all dated `made`."""
    day = max(made, datetime.date(1980, 1, 1))  # where the dates of zip begin
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return out.getvalue()
