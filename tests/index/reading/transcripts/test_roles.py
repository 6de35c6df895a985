"""Roles named by the labels of speakers."""

from __future__ import annotations

import pytest

from index.reading.transcripts import roles


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Marie (bénévole)", "bénévole"), ("[Nom 1] (trésorière)", "trésorière"), ("Enquêtée 2", "Enquêtée"),
        ("ENQUETE 2", "Enquêté"), ("Marie", ""), ("Marie ( )", ""), ("(seule", ""), ("Animatrice", "Animatrice"),
    ],
)  # fmt: skip
def test_the_role_in_a_label_is_found(label: str, role: str) -> None:
    assert roles.role_of(label) == role
    assert not role or roles.has_role(label, role)
    assert roles.has_role(label, label.upper())
    assert not roles.has_role(label, "jardinière")


@pytest.mark.parametrize(
    ("label", "asks"), [("Enquêtrice", True), ("Sonia (ENQ)", True), ("Animatrice", True), ("Animatrice Marie", False),
                        ("Marie (bénévole)", False), ("Enquêtée 1", False)]
)  # fmt: skip
def test_interviewers_are_distinguished_from_interviewees(label: str, asks: bool) -> None:
    assert roles.has_role(label, roles.ASKER) is asks
    assert roles.has_role(label, roles.ASKED) is not asks
