"""Invariants of every file that is read, whatever its format."""

from __future__ import annotations

import json
import math
from dataclasses import asdict

from index.reading.chunk import passages, source_text
from index.reading.read import Reading
from index.reading.units import units


def check_reading(reading: Reading) -> int:
    """Check that every unit of every passage lies at its offsets in the source text, that every place is valid, and
    that all texts can be stored as UTF-8; return the number of units."""
    assert reading.sections
    text = source_text(reading.sections)
    number = end = 0
    for passage in passages(reading.source, reading.sections):
        assert text[passage.start : passage.start + len(passage.text)] == passage.text
        assert passage.start >= end, "passages overlap"
        end = passage.start + len(passage.text)
        for unit in units(passage):
            start = passage.start + unit.start
            assert unit.text and unit.text == text[start : start + len(unit.text)]
            assert start + len(unit.text) <= end
            number += 1
    for section in reading.sections:
        place = section.place
        assert section.text.strip()
        assert place.line is None or place.line >= 1
        assert place.page is None or place.page >= 1
        assert place.speaker is None or place.speaker.strip()
        times = [time for time in (place.start_s, place.end_s) if time is not None]
        assert all(math.isfinite(time) and time >= 0 for time in times)
        assert times == sorted(times), "a turn ends before it begins"
    stored = [
        [section.text, section.context, section.place.heading, section.place.speaker] for section in reading.sections
    ]
    json.dumps([asdict(reading.source), stored, reading.notes], ensure_ascii=False).encode()
    return number
