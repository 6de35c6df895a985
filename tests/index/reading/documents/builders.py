"""Helpers of the tests of several document formats: archives, refusals, and generated elements."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.reading.documents.blocks import blocks_from_paragraphs
from index.reading.paragraphs import Paragraph


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(read: Callable[[bytes], object], data: bytes) -> UnreadableFile:
    """Return the error with which a reader refuses a file, after a check that it has a reason and a remedy."""
    with pytest.raises(UnreadableFile) as caught:
        read(data)
    assert caught.value.reason and caught.value.remedy
    return caught.value


def check_read_or_refused(read: Callable[[bytes], Sequence[Paragraph]], data: bytes) -> None:
    """Check that a file gives blocks that hold text, or an error with a reason and a remedy."""
    try:
        found = read(data)
    except UnreadableFile as error:
        assert error.reason and error.remedy
    else:
        assert all(block.text for block in blocks_from_paragraphs(found))


def nestings(tags: str) -> st.SearchStrategy[str]:
    """Return a strategy for elements of these names nested in any order."""
    return st.recursive(
        st.sampled_from(["a", "", "é"]),
        lambda inside: st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
            st.sampled_from(tags.split()),
            st.lists(inside, max_size=3),
        ),
        max_leaves=12,
    )
