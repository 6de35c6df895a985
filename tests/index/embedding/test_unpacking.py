"""Unpacking of the weights: a complete folder or none. Most tests use a tiny file in the same layout."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from index.embedding.unpacking import UnreadableWeights, is_complete, unpack
from tests.index.embedding import tiny_weights


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "weights.bin"
    path.write_bytes(tiny_weights.weights_file())
    return path


def test_the_folder_is_complete_for_sentence_transformers(weights: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "tiny"
    assert not is_complete(folder)
    unpack(weights, folder)
    assert is_complete(folder)
    assert [path.name for path in folder.parent.iterdir()] == ["tiny"]
    modules = json.loads((folder / "modules.json").read_text())
    assert [module["path"] for module in modules] == ["", "1_Pooling", "2_Normalize"]
    assert all((folder / module["path"]).is_dir() for module in modules)
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    assert prompts == {"query": "query: ", "document": "passage: "}
    settings = json.loads((folder / "config.json").read_text())
    assert (settings["hidden_size"], settings["num_hidden_layers"]) == (tiny_weights.HIDDEN, tiny_weights.LAYERS)
    assert settings["layer_norm_eps"] == pytest.approx(tiny_weights.EPSILON)
    assert settings["pad_token_id"] == 1


def test_four_bit_weights_are_dequantised_around_eight(weights: Path, tmp_path: Path) -> None:
    unpack(weights, tmp_path / "tiny")
    found = load_file(tmp_path / "tiny" / "model.safetensors")
    _, expected = tiny_weights.quantised(len(tiny_weights.PIECES), tiny_weights.HIDDEN, 0)
    np.testing.assert_array_equal(found["embeddings.word_embeddings.weight"], expected)
    assert found["encoder.layer.1.intermediate.dense.weight"].shape == (64, 32)
    assert found["encoder.layer.1.output.dense.weight"].shape == (32, 64)
    assert found["embeddings.position_embeddings.weight"].shape == (514, 32)
    assert len(found) == 5 + tiny_weights.LAYERS * 16
    assert {str(tensor.dtype) for tensor in found.values()} == {"float32"}


def test_the_tokenizer_adds_special_tokens_and_splits_words(weights: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    unpack(weights, tmp_path / "tiny")
    tokenizer = Tokenizer.from_file(str(tmp_path / "tiny" / "tokenizer.json"))
    assert tokenizer.encode("le  pont").tokens == ["<s>", "▁le", "▁pont", "</s>"]
    assert tokenizer.encode("e\u0301").tokens == tokenizer.encode("é").tokens


def test_progress_goes_from_start_to_end(weights: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    unpack(weights, tmp_path / "tiny", lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == [1, 2, 3, 4]
    assert {total for _, total in seen} == {4}


@pytest.mark.parametrize("step", [1, 2, 3])
def test_an_interruption_leaves_no_folder(weights: Path, tmp_path: Path, step: int) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == step:
            raise KeyboardInterrupt

    folder = tmp_path / "models" / "tiny"
    with pytest.raises(KeyboardInterrupt):
        unpack(weights, folder, interrupt)
    assert not is_complete(folder)
    assert list(folder.parent.iterdir()) == []
    unpack(weights, folder)  # and the next run can
    assert is_complete(folder)


def test_files_of_a_killed_run_do_not_block_unpacking(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "models" / "tiny.abc.part").mkdir(parents=True)
    unpack(weights, tmp_path / "models" / "tiny")
    assert is_complete(tmp_path / "models" / "tiny")


def test_a_folder_that_another_process_finished_meanwhile_is_kept(weights: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "tiny"
    other: list[bytes] = []

    def finish_first(done: int, total: int) -> None:
        if done == 1 and not other:
            other.append(b"")
            unpack(weights, folder)
            other.append((folder / "model.safetensors").read_bytes())

    unpack(weights, folder, finish_first)
    assert is_complete(folder)
    assert (folder / "model.safetensors").read_bytes() == other[1]
    assert [path.name for path in folder.parent.iterdir()] == ["tiny"]


def test_a_disk_that_refuses_is_an_os_error(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(OSError, match="models"):
        unpack(weights, tmp_path / "models" / "tiny")


@pytest.mark.parametrize("data", [b"", b"MAGIC", b"bonjour " * 2000], ids=["empty", "short", "text"])
def test_another_layout_is_refused_and_leaves_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "weights.bin").write_bytes(data)
    with pytest.raises(UnreadableWeights):
        unpack(tmp_path / "weights.bin", tmp_path / "models" / "tiny")
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    "data",
    [bytes(10_000), b"\xff" * 10_000, tiny_weights.weights_file()[:-5000], tiny_weights.weights_file()[:2000]],
    ids=["zeros", "ones", "cut in the tensors", "cut in the first tensor"],
)
def test_a_damaged_file_is_refused_as_unreadable(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "weights.bin").write_bytes(data)
    with pytest.raises(UnreadableWeights):
        unpack(tmp_path / "weights.bin", tmp_path / "models" / "tiny")


def test_other_users_of_a_shared_models_folder_can_read_it(weights: Path, tmp_path: Path) -> None:
    unpack(weights, tmp_path / "tiny")
    closed = [
        path.name for path in (tmp_path / "tiny").rglob("*") if path.is_file() and not path.stat().st_mode & 0o004
    ]
    assert closed == []
