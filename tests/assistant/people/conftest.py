"""Fixture of an empty store of reactions, with a fixed clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.people.feedback import Feedback
from tests.assistant.people.reaction_samples import DAY, at


@pytest.fixture
def feedback(tmp_path: Path) -> Feedback:
    return Feedback(tmp_path, at(DAY))
