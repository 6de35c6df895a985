"""Calibration of the products of an embedding model."""

from __future__ import annotations

import numpy as np
import pytest

from index.embedding.calibration import Calibration
from tests.doubles import FakeEmbedder


def test_answers_score_above_unrelated_texts() -> None:
    scale = Calibration.measure(FakeEmbedder())
    assert scale.answering > scale.unrelated
    assert scale.scaled(scale.unrelated) == 0.0
    assert scale.scaled(scale.answering) == pytest.approx(1.0, abs=1e-6)


def test_a_scale_is_read_as_it_was_written() -> None:
    scale = Calibration.measure(FakeEmbedder())
    again = Calibration.read(str(scale))
    assert (again.unrelated, again.answering) == (scale.unrelated, scale.answering)
    np.testing.assert_array_equal(again.common, scale.common.astype(np.float32))


def test_without_a_scale_products_are_cosines() -> None:
    scale = Calibration.read("")
    vector = np.array([0.6, 0.8], dtype=np.float32)
    assert scale.scaled(0.3) == pytest.approx(0.3)
    np.testing.assert_array_equal(scale.without_common(vector), vector)


def test_the_part_common_to_questions_is_subtracted() -> None:
    embedder = FakeEmbedder()
    scale = Calibration.measure(embedder)
    question = embedder.embed_question("Qui sème les fèves ?")
    left = scale.without_common(question)
    assert left @ scale.common < question @ scale.common
