"""Calibration of an embedding model over questions. Its cosines have their own scale (multilingual-e5-small lies
between .7 and .9 for any question), and a part of each question's vector only encodes that it is a question, which
attracts passages that contain questions."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass

import numpy as np

from index.embedding.model import Embedder, FloatArray

KEY = "question_scale"
"""Key of `meta` for the calibration of the model that the index was built with."""
_COMMON_SHARE = 0.1
"""Share of the mean question vector that is subtracted from a question: the README compares other shares."""
_MIN_RANGE = 0.02  # between the two ends of the scale

# Invented questions, each with a sentence that answers it and is unrelated to every other question.
_PAIRS = (
    ("À quelle heure ouvre la piscine ?", "Le bassin accueille les nageurs dès neuf heures du matin."),
    ("Comment faire lever une pâte à pain ?", "La levure se réveille dans l'eau tiède, puis la pâte repose une heure."),
    ("Pourquoi les feuilles tombent-elles ?", "En automne, l'arbre perd son feuillage pour garder son eau l'hiver."),
    ("Qui répare les vélos du quartier ?", "Un mécanicien retraité remet les bicyclettes en état le samedi."),
    ("Combien de cordes a un violon ?", "L'instrument se joue avec un archet sur quatre cordes."),
    ("Où ranger les archives de la mairie ?", "Les vieux registres communaux sont gardés dans la cave, au sec."),
    ("Que mange un hérisson ?", "Ce petit mammifère se nourrit de limaces, de vers et d'insectes."),
    ("Quand passe le facteur ?", "Le courrier est distribué vers onze heures, sauf le dimanche."),
    ("Comment devient-on pilote ?", "Il faut des centaines d'heures de vol et un examen médical."),
    ("Quels sont les effets du bruit sur le sommeil ?", "Un vacarme la nuit empêche de dormir profondément."),
    ("Est-ce que la laine gratte ?", "Certaines toisons piquent la peau, d'autres sont très douces."),
    ("Qui a le droit de voter à l'assemblée ?", "Chaque adhérent à jour de sa cotisation dispose d'une voix."),
)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Mean product of a question, minus the part common to questions, with an unrelated text and with a text that
    answers it. `common` is that part, a share of the mean vector of questions, of shape (dimensions,), empty when
    unknown."""

    unrelated: float
    answering: float
    common: FloatArray

    @classmethod
    def measure(cls, embedder: Embedder) -> Calibration:
        """Calibrate a model over a few questions and answers."""
        answers = embedder.embed_passages([answer for _, answer in _PAIRS])
        questions = np.stack([embedder.embed_question(question) for question, _ in _PAIRS])
        common = _COMMON_SHARE * questions.mean(axis=0)
        products = (questions - common) @ answers.T
        right = np.eye(len(_PAIRS), dtype=bool)
        return cls(round(float(products[~right].mean()), 4), round(float(products[right].mean()), 4), common)

    @classmethod
    def read(cls, line: str) -> Calibration:
        """Parse a calibration as `str` writes it; without one, return the identity scale."""
        if not line:
            return cls(0.0, 1.0, np.empty(0, dtype=np.float32))
        unrelated, answering, common = line.split()
        return cls(float(unrelated), float(answering), np.frombuffer(b64decode(common), dtype="<f4"))

    def __str__(self) -> str:
        return f"{self.unrelated} {self.answering} {b64encode(self.common.astype('<f4').tobytes()).decode()}"

    def without_common(self, question: FloatArray) -> FloatArray:
        """Return a question's vector without the part common to questions; it is no longer of unit length."""
        return question - self.common if self.common.size else question

    def scaled(self, product: float) -> float:
        """Return the product of such a vector with a text's on a scale where 0 is unrelated and 1 is an answer."""
        return (product - self.unrelated) / max(self.answering - self.unrelated, _MIN_RANGE)
