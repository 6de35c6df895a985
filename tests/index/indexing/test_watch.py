"""Following a folder, looked at step by step instead of by the clock."""

from __future__ import annotations

import os
from pathlib import Path

from index.indexing.watch import changes, signature
from tests.index.builders import write


def test_it_tells_at_first_and_then_when_a_change_has_settled(tmp_path: Path) -> None:
    root = write(tmp_path / "corpus", {"documents/a.md": "un"})
    steps: list[str] = []

    def pause(seconds: float) -> None:
        steps.append("look")
        if len(steps) == 3:
            write(root, {"documents/b.md": "deu"})
        if len(steps) == 4:
            write(root, {"documents/b.md": "deux, en entier"})  # still being copied
        assert len(steps) < 20

    looks = changes(root, pause=pause)
    next(looks)
    assert steps == []
    next(looks)
    assert len(steps) == 5, "told before the file had been still for one look"


def test_the_signature_moves_with_names_sizes_and_times(tmp_path: Path) -> None:
    root = write(tmp_path / "corpus", {"a.md": "un", "b/c.md": "deux"})
    seen = [signature(root)]
    write(root, {"d.md": "trois"})
    seen.append(signature(root))
    (root / "a.md").unlink()
    seen.append(signature(root))
    os.utime(root / "b/c.md", ns=(1, 1))
    seen.append(signature(root))
    (root / "nulle-part").symlink_to(root / "absent")
    assert len(set(seen)) == 4
    assert signature(root) == seen[-1]
