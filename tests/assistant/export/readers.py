"""Reads exported files with other libraries, for the tests that receive a file over the network."""

from __future__ import annotations

import csv
import io

import rispy
from bibtexparser.entrypoint import parse_string

from assistant.export.table import COLUMNS
from assistant.export.wording import clean
from index.types import Passage
from tests.assistant.export.test_markdown import paragraphs
from tests.assistant.export.test_markdown import quotations as quoted_in_markdown
from tests.assistant.export.test_qdpx import selected
from tests.assistant.export.test_word import quotations as quoted_in_word


def assert_holds(name: str, content: bytes, passages: list[Passage]) -> None:
    """Assert that a file of the format `name` is valid, and holds exactly these passages, or their sources."""
    texts = [clean(passage.text) for passage in passages]
    titles = list(dict.fromkeys(passage.source.title for passage in passages))
    if name == "csv":
        head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
        assert tuple(head) == COLUMNS
        assert [row[0] for row in rows] == texts
    elif name == "md":
        found = quoted_in_markdown(content.decode())
        assert [quotation[:-1] for quotation in found] == [paragraphs(text) for text in texts]
    elif name == "docx":
        assert quoted_in_word(content) == texts
    elif name == "bib":
        library = parse_string(content.decode())
        assert not library.failed_blocks
        assert [entry.fields_dict["title"].value for entry in library.entries] == titles
    elif name == "ris":
        assert [record["title"] for record in rispy.loads(content.decode())] == titles
    elif name == "qdpx":
        assert sorted(selected(content)) == sorted(texts)
    else:
        raise AssertionError(f"no reader of the format {name} for the tests")
