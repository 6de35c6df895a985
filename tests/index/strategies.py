"""Hypothesis strategies for texts: arbitrary ones, and above all those that readers take for structure."""

from __future__ import annotations

from hypothesis import strategies as st

# Control and format characters are left out here: `test_plain.py` and `test_text.py` test them separately.
_ANY = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), max_size=30)
_MARKS = st.sampled_from(
    "- |  - |\t* |1. |12) |a) |• |# |## |#|===|---|***|___|**|__|> |>>|| |\\||`|```|<b>|<!--|&amp;|[a](b)|![i](j)|: |"
    ":\n|. |! |? |… |« | »|, |; |,|;|M. |LE 3 MAI 2024|LES BÉNÉVOLES|Les jardins|graines et semis|12/05/2024|\u00a0|"
    "\u202f|'|’|œ|É|é|A|b|0".split("|")
)
_BREAKS = st.sampled_from(["\n", "\n\n", " ", "", "\n  ", "\n    ", "\n\n\n"])

texts = st.lists(st.tuples(_BREAKS, st.one_of(_MARKS, _ANY)), max_size=25).map(
    lambda parts: "".join(piece for pair in parts for piece in pair)
)
"""Texts of many shapes, without control characters."""

prose = st.lists(
    st.sampled_from(
        ["Les bénévoles sèment.", "Pourquoi semer ?", "« Oui ! »", "M. Colibri plante,", "et après ;", "(voir p. 12)",
         "Le pont tient…", "graines", "A. B. C.", "57h", "\n", "\u00a0", "mot" * 200, ", ", "; "]
    ),
    max_size=80,
).map(" ".join)  # fmt: skip
"""Long texts of sentences, to be cut into units and passages."""
