"""The sandbox answers in time and within bounds, and outlives neither its server nor its request."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assistant.corpus import sandbox as module
from assistant.corpus.sandbox import SandboxClient
from index.errors import UnreadableFile
from tests.assistant.corpus.conftest import FILES, MakePlace
from tests.assistant.samples import write_corpus
from tests.conftest import ROOT

pytestmark = pytest.mark.process


def reader(folder: Path, act: str) -> list[str]:
    script = folder / "reader.sh"
    script.write_text(f"read line; {act}\n")
    return ["sh", str(script)]


def test_an_endless_reply_is_bounded_in_time_and_in_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        SandboxClient(reader(tmp_path, "printf '{\"guess\"'; sleep 60"), timeout_s=0.5) as sandbox,
        pytest.raises(UnreadableFile, match="dure trop"),
    ):
        sandbox.examine(tmp_path / "a.txt")
    monkeypatch.setattr(module, "_LONGEST", 100_000)
    with (
        SandboxClient(reader(tmp_path, "cat /dev/zero"), timeout_s=60) as sandbox,
        pytest.raises(UnreadableFile, match="fait échouer"),
    ):
        sandbox.examine(tmp_path / "a.txt")


def test_the_end_of_the_server_ends_its_sandboxes_and_those_that_wait_for_them(
    make_place: MakePlace, tmp_path: Path
) -> None:
    place = make_place(reader(tmp_path, f"touch {tmp_path}/begun; exec sleep 60"))
    refusals = list[str]()

    def send() -> None:
        place.send(a__txt="Un texte assez long.", b__txt="Un autre texte assez long.")
        refusals.extend(f"{refusal.name}: {refusal.reason}" for refusal in place.manager.additions.inbox.refused("ada"))

    thread = threading.Thread(target=send)
    thread.start()
    for _ in range(1_000):
        if (tmp_path / "begun").exists():
            break
        thread.join(0.01)
    place.manager.close()
    thread.join(20)
    assert not thread.is_alive()
    assert refusals == ["a.txt: Le serveur s’arrête.", "b.txt: Le serveur s’arrête."]
    with place.manager.open_sandbox() as sandbox, pytest.raises(UnreadableFile, match="s’arrête"):
        sandbox.examine(tmp_path / "a.txt")


def examined(tmp_path: Path, script: str) -> subprocess.CompletedProcess[bytes]:
    """Run the real program, of which `script` replaces a part; return its exit status and its output."""
    root = write_corpus(tmp_path / "corpus", FILES)
    start = (
        "import sys; from assistant.cli import background; from index.reading import formats\n"
        f"{script}\nbackground.main(['examine', '--data-dir', {str(tmp_path / 'data')!r}, '--corpus', {str(root)!r}])"
    )
    question = json.dumps({"file": str(root / "documents/charte.md")})
    return subprocess.run(
        [sys.executable, "-c", start], input=f"{question}\n".encode(), capture_output=True, timeout=60, cwd=ROOT,
        check=False,
    )  # fmt: skip


def test_a_sandbox_without_a_client_ends_by_itself(tmp_path: Path) -> None:
    spin = "background._REQUEST_TIMEOUT_S = 1\ndef read(*given):\n    while True: pass\nformats.read = read"
    assert examined(tmp_path, spin).returncode == -signal.SIGALRM


def test_a_file_that_unfolds_without_end_is_refused_within_the_memory_limit(tmp_path: Path) -> None:
    ended = examined(tmp_path, "def read(*given):\n    return bytearray(background.MOST_MEMORY)\nformats.read = read")
    answer = json.loads(ended.stdout)
    assert ended.returncode == 0 and "MemoryError" in answer["reason"]
    assert "guess" in json.loads(examined(tmp_path, "").stdout), "what is no trap is read within it"
