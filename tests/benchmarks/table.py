"""Table of the measured figures and their targets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Figures = dict[str, Any]
SETS = ("piaf", "cnil_faq", "servicepublic")
_BEFORE = {"piaf": 0.876, "cnil_faq": 0.776, "servicepublic": 0.916, "auroc": 0.943, "balanced_accuracy": 0.866}
"""Quality at commit b4e1281, before the work on speed."""
_NOISE = 0.002  # of a quality measure between two machines


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: a target, the measured figures, and whether they meet the target."""

    part: str
    measured: str
    target: str
    found: str
    is_met: bool


def lines(kept: Mapping[str, Figures]) -> Iterator[Line]:
    """Yield the lines of the measured parts."""
    makers: Mapping[str, Callable[[Figures], Iterator[Line]]] = {
        "starting": _of_starting,
        "memory": _of_memory,
        "question": _of_question,
        "crowd": _of_crowd,
        "indexing": _of_indexing,
        "quality": _of_quality,
        "million": _of_million,
    }
    for part, make in makers.items():
        if part in kept:
            yield from make(kept[part]["figures"])


def _of_starting(found: Figures) -> Iterator[Line]:
    ask, over = found["ask_s"], found["ask_over_import"]
    yield Line(
        "starting", "`assistant ask`, du lancement à la réponse", "≤ 2,0 s et ≤ 2,5 × `import chromadb`",
        f"{_format(ask)} s, {_format(over)} × ({_format(found['import_chromadb_s'])} s)", ask <= 2.0 and over <= 2.5,
    )  # fmt: skip
    over = found["serve_over_echo"]
    yield Line(
        "starting", "`assistant serve`, du lancement à la première réponse", "≤ 1,5 × un écho de Gradio",
        f"{_format(over)} × ({_format(found['serve_s'])} et {_format(found['echo_s'])} s)", over <= 1.5,
    )  # fmt: skip


def _of_memory(found: Figures) -> Iterator[Line]:
    held = found["asked_mb"]
    yield Line(
        "memory", f"mémoire de `serve` après {found['questions']} questions", "≤ 450 Mo",
        f"{_format(held)} Mo (un écho de Gradio\u00a0: {_format(found['echo_mb'])})", held <= 450,
    )  # fmt: skip


def _of_question(found: Figures) -> Iterator[Line]:
    middle, late = found["answer_ms_p50"], found["answer_ms_p95"]
    over = [found["answer_over_floor_p50"], found["answer_over_floor_p95"]]
    yield Line(
        "question", "une question, à chaud, jusqu’à la réponse entière", "p50 ≤ 40 ms, p95 ≤ 100 ms, ≤ 4 × le plancher",
        f"{_format(middle)} et {_format(late)} ms, {_format(over[0])} et {_format(over[1])} × le plancher "
        f"({_format(found['floor_ms_p50'])} et {_format(found['floor_ms_p95'])} ms)",
        middle <= 40 and late <= 100 and max(over) <= 4,
    )  # fmt: skip


def _of_crowd(found: Figures) -> Iterator[Line]:
    users = found["users"]
    failed = found["failed"]
    yield Line(
        "crowd", f"{users} personnes à la fois", "≥ 60 % des réponses par seconde d’un écho, p95 ≤ 2,5 s, sans erreur",
        f"{_format(100 * found['over_echo'])} % ({_format(found['answers_per_s'])} et "
        f"{_format(found['echo_answers_per_s'])} par seconde), p95 {_format(found['p95_s'])} s, {failed} en erreur",
        found["over_echo"] >= 0.6 and found["p95_s"] <= 2.5 and not failed,
    )  # fmt: skip
    failed = found["updating_failed"]
    yield Line(
        "crowd", f"{users} personnes à la fois, pendant une indexation", "p95 ≤ 2,5 s, sans erreur",
        f"{_format(found['updating_answers_per_s'])} par seconde, p95 {_format(found['updating_p95_s'])} s, "
        f"{failed} en erreur, indexations\u00a0: {found['updates']}",
        found["updating_p95_s"] <= 2.5 and not failed,
    )  # fmt: skip


def _of_indexing(found: Figures) -> Iterator[Line]:
    over = found["over_encoder"]
    yield Line(
        "indexing", f"indexer les {_format(found['received'])} passages reçus, tout compris",
        "≥ 0,85 de l’encodeur seul",
        f"{_format(over)} ({_format(found['windows_per_s'])} et {_format(found['encoder_windows_per_s'])} fenêtres "
        f"par seconde ; {_format(found['seconds'])} s)", over >= 0.85,
    )  # fmt: skip
    over = found["over_starter"]
    yield Line(
        "indexing", "le même, à côté de llama-index tel qu’il commence", "≥ 4 ×",
        f"{_format(over)} × ({_format(found['received_per_s'])} et {_format(found['starter_received_per_s'])} passages "
        "reçus par seconde)", over >= 4,
    )  # fmt: skip
    over = found["encoder_over_products"]
    yield Line(
        "indexing", "l’encodeur, à côté des produits de matrices de son type", "≥ 60 %",
        f"{_format(100 * over)} % ({_format(found['encoder_gflops'])} et {_format(found['products_gflops'])} milliards "
        "d’opérations par seconde)", over >= 0.6,
    )  # fmt: skip


def _of_quality(found: Figures) -> Iterator[Line]:
    for name, before in _BEFORE.items():
        label = f"nDCG@10, {name}" if name in SETS else {"auroc": "AUROC du refus"}.get(name, "exactitude du refus")
        yield Line(
            "quality", label, f"pas moins qu’avant ({_format(before, 3)}), à 0,002 près", _format(found[name], 3),
            found[name] >= before - _NOISE,
        )  # fmt: skip


def _of_million(found: Figures) -> Iterator[Line]:
    ratio = found["ratio"]
    held = _format(found["passages"])
    yield Line(
        "million", f"ajouter un entretien à {held} passages", "≤ 2 × à 1 000 passages",
        f"{_format(ratio)} × ({_format(found['to_large_s'])} et {_format(found['to_small_s'])} s)", ratio <= 2,
    )  # fmt: skip
    late, memory_mb = found["answer_ms_p95"], found["memory_mb"]
    yield Line(
        "million", f"une question sur {held} passages", "p95 ≤ 250 ms, mémoire ≤ 4 Go",
        f"p50 {_format(found['answer_ms_p50'])} ms, p95 {_format(late)} ms, {_format(memory_mb)} Mo",
        late <= 250 and memory_mb <= 4000,
    )  # fmt: skip


def _format(value: float, decimals: int = 2) -> str:
    """Format a number in French."""
    text = f"{value:,.{decimals}f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return text.replace(",", "\u202f").replace(".", ",")


def table(kept: Mapping[str, Figures]) -> str:
    """Return the whole Markdown file."""
    rows = [
        f"| {line.measured} | {line.target} | {line.found} | {'oui' if line.is_met else 'non'}"
        f" | {kept[line.part]['commit']} |"
        for line in lines(kept)
    ]
    machines = dict.fromkeys(f"{part['machine']}, {part['date']}" for part in kept.values())
    raw = json.dumps({name: part["figures"] for name, part in kept.items()}, indent=1, ensure_ascii=False)
    return "\n".join(
        (
            "# Ce qui a été mesuré",
            "",
            "Ce fichier est écrit par `make bench` (`python -m tests.benchmarks.results`), qui dit aussi ce que chaque "
            "mesure fait. Les rapports sont pris dans une même exécution\u00a0: la machine est bruyante, ils le sont "
            "moins. Les chiffres pris plusieurs fois sont des médianes\u00a0; l’indexation, la mémoire, et la foule "
            "pendant une indexation, sont prises une fois. L’étendue, s’il y en a une, est plus bas avec tout ce qui a "
            "été mesuré. Ce qui limite ce qui n’est pas atteint est dit dans "
            "[docs/scale.md](../../docs/scale.md).",
            "",
            *(f"- {machine}" for machine in machines),
            "",
            "| ce qui est mesuré | à atteindre | mesuré | atteint | commit |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "```json",
            raw,
            "```",
            "",
        )
    )
