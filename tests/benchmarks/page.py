"""Waiting times of the page in a browser.

    python -m tests.benchmarks.page [--passages N] [--questions N]

Passages of `shared/data/scale` are indexed (real text, random vectors: see speed.py) and served; Chromium opens the
page with an empty cache, then asks questions of `shared/data/retrieval/servicepublic`. Times are in milliseconds: to
the first paint, to a usable input field, and from Enter to the answer with its passages on the screen."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.types import Scope
from tests.benchmarks.corpora import first_lines, read_lines
from tests.benchmarks.speed import SCALE, SHARED, index_without_embedding
from tests.browser.chromium import DESK, browsing, visiting
from tests.processes import environment, serving

_PASSAGES_PER_LINE = 3  # approximately, in this set
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
_ASK = """question => new Promise(done => {
  const before = document.querySelectorAll('#conversation .user.message').length;
  const field = document.querySelector('#question textarea');
  const began = performance.now();
  const seen = new MutationObserver(() => {
    const asked = document.querySelectorAll('#conversation .user.message').length > before;
    if (!asked || document.querySelector('.waiting, [aria-busy=true]')) return;
    seen.disconnect();
    requestAnimationFrame(() => done(performance.now() - began));
  });
  seen.observe(document, { childList: true, subtree: true, characterData: true });
  field.dispatchEvent(new KeyboardEvent('keypress', { key: 'Enter', bubbles: true }));
})"""


def main() -> None:
    """Index, serve, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(measure(Path(scratch), options.passages, options.questions), indent=2))


def measure(scratch: Path, passages: int, questions: int, models_dir: Path | None = None) -> dict[str, float]:
    """Return the figures over about so many passages, indexed in `scratch`."""
    settings = IndexSettings.from_environment(os.environ, scratch / "data")
    if models_dir is not None:
        settings = settings.model_copy(update={"models_dir": models_dir})
    file = first_lines(SCALE, passages // _PASSAGES_PER_LINE, scratch / "lines.jsonl")
    index_without_embedding(file, scratch, settings)
    catalog = Catalog.open(settings.data_dir)
    held = catalog.passage_count(Scope.PUBLIC)
    catalog.close()
    asked = [line["text"] for line in read_lines(SHARED / "retrieval" / "servicepublic" / "queries.jsonl")][:questions]
    env = environment(scratch / "reached.log", ASSISTANT_MODELS=str(settings.models_dir))
    command = [sys.executable, "-m", "assistant", "serve", "--port", "0", "--data-dir", str(settings.data_dir)]
    with serving(command, env) as address:
        return {"passages": held, **_time_page(address, asked)}


def _time_page(address: str, questions: Sequence[str]) -> dict[str, float]:
    took, painted, usable = [], [], []
    with browsing() as browser:
        for _ in range(3):
            with visiting(browser, address, DESK) as visit:
                painted.append(float(visit.page.evaluate(_PAINTED)))
                usable.append(float(visit.page.evaluate("performance.now()")))
        with visiting(browser, address, DESK) as visit:
            for question in questions:
                visit.page.locator("#question textarea").fill(question)
                took.append(float(visit.page.evaluate(_ASK, question)))
    return {
        "first_paint_ms": round(statistics.median(painted)),
        "usable_ms": round(statistics.median(usable)),
        "first_answer_ms": round(took[0]),
        "answer_ms_p50": round(statistics.median(took)),
        "answer_ms_worst": round(max(took)),
    }


if __name__ == "__main__":
    main()
