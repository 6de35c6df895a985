"""The copy of the vectors on a Chroma server: the same answers, and exact ones without it."""

from __future__ import annotations

import ast
import datetime
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr

import index.build as building
import index.doctor as doctor
from assistant.cli import main
from index.errors import VectorsNotCopied
from index.privacy import withdraw
from index.privacy.pseudonyms import Pseudonyms
from index.settings import ChromaServer
from index.store import erase, merging
from index.store.backup import back_up, restore
from index.store.catalog import Catalog
from index.store.chroma import Copy, open_server
from index.store.vectors import VectorIndex
from index.types import Passage, Scope, Source
from tests.chroma_server import ChromaProcess, chroma_server, free_port
from tests.conftest import ROOT
from tests.fakes import FakeEmbedder
from tests.index.making import AT_ONCE, put, remove, source, write
from tests.index.making import settings as settings_of
from tests.index.store.test_vectors import QUESTION, copies, exact, phrases
from tests.index.store.test_waiting import is_exact

TOKEN = "jeton-tres-secret"
WRITE_ELSEWHERE = """
import sys; from pathlib import Path
from index.settings import ChromaServer
from index.store import merging
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from tests.index.making import AT_ONCE, put, remove, source
vars(merging).update(AT_ONCE)
catalog = Catalog.open(Path(sys.argv[1]))
put(catalog, source("ailleurs"), ["Que font les bénévoles de la serre ?"])
remove(catalog, "entretien")
VectorIndex(catalog, ChromaServer(url=sys.argv[2])).synchronise()
catalog.close()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    """A server that all tests share."""
    with chroma_server(tmp_path_factory.mktemp("chroma") / "served") as made:
        yield made


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[ChromaProcess]:
    """A server to be killed."""
    with chroma_server(tmp_path / "served") as made:
        yield made


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits, and what could not be opened is tried again at once."""
    for name, value in AT_ONCE.items():
        monkeypatch.setattr(merging, name, value)
    monkeypatch.setattr("index.store.vectors._RETRY_S", 0.0)


@pytest.fixture
def filled(catalog: Catalog) -> Catalog:
    put(catalog, source(), phrases(1, 40))
    put(catalog, source("entretien", "team"), phrases(2, 30))
    return catalog


@contextmanager
def copied(catalog: Catalog, server: ChromaServer) -> Iterator[VectorIndex]:
    made = VectorIndex(catalog, server)
    made.synchronise()
    yield made
    made.close()


@contextmanager
def looked_at(catalog: Catalog, server: ChromaServer) -> Iterator[Copy]:
    """The copy that a catalog names, as the server holds it."""
    copy = open_server(server, catalog.meta("vectors_folder"), 30.0)
    yield copy
    copy.close()


def collections_of(catalog: Catalog, server: ChromaServer) -> list[str]:
    """The collections of an index on a server."""
    with looked_at(catalog, server) as copy:
        mine = catalog.meta("vectors_folder").rpartition("-")[0]
        return sorted([*copy.others(mine), *(copy._names.values() if copy.is_there() else ())])


def test_the_server_gives_what_the_folder_gives(filled: Catalog, server: ChromaProcess) -> None:
    in_folder = VectorIndex(filled)
    in_folder.synchronise()
    before = {scope: in_folder.nearest(QUESTION, scope, 10) for scope in Scope}
    in_folder.close()
    with copied(filled, server.settings) as vectors:
        assert copies(filled) == [], "the copy of before is not left behind"
        for scope in Scope:
            found = vectors.nearest(QUESTION, scope, 10)
            assert [key for key, _ in found] == [key for key, _ in before[scope]]
            assert [one for _, one in found] == pytest.approx([one for _, one in before[scope]], abs=1e-5)
        assert vectors._copy is not None and vectors.is_whole() and vectors.compare() == (0, 0)
        assert is_exact(filled, vectors)


def test_without_the_setting_the_folder_answers_again(filled: Catalog, server: ChromaProcess) -> None:
    with copied(filled, server.settings):
        pass
    alone = VectorIndex(filled)
    assert not alone.is_whole() and is_exact(filled, alone) and alone._copy is None
    alone.synchronise()
    assert copies(filled) == ["vectors-1"] and alone.is_whole() and is_exact(filled, alone)
    alone.close()


def test_little_waits_and_much_is_merged_into_what_answers(
    filled: Catalog, server: ChromaProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    with copied(filled, server.settings) as vectors:
        name = filled.meta("vectors_folder")
        put(filled, source("neuf"), phrases(3, 5))
        vectors.synchronise()
        assert (vectors.waiting(), is_exact(filled, vectors)) == (5, True)
        monkeypatch.setattr(merging, "_LEAST", 0)
        remove(filled, "entretien")
        vectors.synchronise()
        assert (vectors.waiting(), is_exact(filled, vectors), vectors.compare()) == (0, True, (0, 0))
        put(filled, source("autre"), phrases(4, 5))
        vectors.synchronise()
        assert (vectors.waiting(), is_exact(filled, vectors), vectors.compare()) == (0, True, (0, 0))
        last = filled.meta("vectors_folder")
        assert collections_of(filled, server.settings) == [f"{last}-public", f"{last}-team"]
        assert last.rpartition("-")[0] == name.rpartition("-")[0]


def test_what_is_withdrawn_leaves_the_server_at_once(filled: Catalog, server: ChromaProcess) -> None:
    with copied(filled, server.settings) as vectors:
        before = filled.meta("vectors_folder")

        def left(source: Source, passages: list[Passage]) -> tuple[str, list[Passage]]:
            return ("", []) if source.id == "entretien" else (source.title, list(passages))

        erase.carry_out(filled, erase.plan(filled, left), None)  # type: ignore[arg-type]
        erase.finish(filled)
        assert vectors.nearest(QUESTION, Scope.TEAM, 500) and is_exact(filled, vectors)
        vectors.synchronise()
        after = filled.meta("vectors_folder")
        assert before != after and collections_of(filled, server.settings) == [f"{after}-public", f"{after}-team"]
        assert vectors.compare() == (0, 0) and is_exact(filled, vectors)


def test_two_indexes_share_a_server_and_do_not_meet(filled: Catalog, server: ChromaProcess, tmp_path: Path) -> None:
    other = Catalog.create(tmp_path / "other", {"corpus": "/autre", "model": "fake-64"})
    put(other, source("voisin"), phrases(7, 20))
    with copied(filled, server.settings) as vectors, copied(other, server.settings) as neighbours:
        filled.set_meta(vectors_dirty="1")
        vectors.synchronise()
        assert neighbours.compare() == (0, 0) and is_exact(other, neighbours)
        assert vectors.compare() == (0, 0) and is_exact(filled, vectors)
        assert len(collections_of(filled, server.settings)) == len(collections_of(other, server.settings)) == 2
    other.close()


def test_a_restored_folder_leaves_the_copy_of_the_one_it_comes_from_alone(
    filled: Catalog, server: ChromaProcess, tmp_path: Path
) -> None:
    with copied(filled, server.settings) as vectors:
        back_up(filled.folder, tmp_path / "file", {})
        restore(tmp_path / "file", tmp_path / "restored")
        again = Catalog.open(tmp_path / "restored")
        with copied(again, server.settings) as restored:
            assert is_exact(again, restored) and again.meta("vectors_identity") != filled.meta("vectors_identity")
        assert vectors.compare() == (0, 0)
        again.close()


def test_the_server_gets_keys_and_vectors_and_those_of_the_public_apart(filled: Catalog, server: ChromaProcess) -> None:
    with copied(filled, server.settings), looked_at(filled, server.settings) as copy:
        copy.find()
        assert copy.names("public") == {f"{key}-0" for key in filled.vectors("public")[0]}
        assert copy.names("team") == {f"{key}-0" for key in filled.vectors("team")[0]}
        for collection in copy._collections.values():
            held = collection.get(include=["documents", "metadatas", "uris"])
            assert not any(held["documents"]) and not any(held["metadatas"]) and not any(held["uris"])
            assert not collection.metadata
    told = [path.read_bytes() for path in server.folder.rglob("*") if path.is_file()]
    for word in ("bénévole", "arrosoir", "jardins", str(filled.folder)):
        assert not any(word.encode() in content for content in told), word


@pytest.mark.usefixtures("at_once")
def test_readers_follow_what_another_process_writes(filled: Catalog, server: ChromaProcess) -> None:
    with copied(filled, server.settings) as vectors, copied(filled, server.settings) as second:
        assert vectors.nearest(QUESTION, Scope.TEAM, 1)[0][1] < 0.99
        command = [sys.executable, "-c", WRITE_ELSEWHERE, str(filled.folder), server.settings.url]
        subprocess.run(command, cwd=ROOT, check=True, timeout=120)
        assert vectors.waiting() == 0
        found = [one.nearest(QUESTION, Scope.TEAM, 500) for one in (vectors, second)]
        assert found[0] == found[1] and len(found[0]) == 41 and found[0][0][1] == pytest.approx(1.0, abs=1e-5)
        assert vectors._opened == second._opened and vectors._copy is not None


@pytest.mark.usefixtures("at_once")
def test_a_server_that_dies_is_not_needed_and_serves_again_once_it_is_back(
    filled: Catalog, mortal: ChromaProcess
) -> None:
    with copied(filled, mortal.settings) as vectors:
        assert is_exact(filled, vectors) and vectors._copy is not None and vectors.trouble() is None
        mortal.kill()
        assert is_exact(filled, vectors)
        seen = vectors.trouble()
        assert seen and "ne répond pas" in seen[0] and "ASSISTANT_CHROMA" in seen[1]
        put(filled, source("neuf"), phrases(3, 5))
        with pytest.raises(VectorsNotCopied, match="ASSISTANT_CHROMA"):
            vectors.synchronise()
        assert is_exact(filled, vectors) and filled.meta("vectors_dirty") == "0"
        mortal.start()
        assert is_exact(filled, vectors) and vectors._opened[0] == filled.meta("vectors_folder")
        vectors.synchronise()
        assert (vectors.waiting(), vectors.compare(), is_exact(filled, vectors)) == (0, (0, 0), True)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("first", [True, False])
def test_a_server_that_dies_while_it_is_written_leaves_an_index_that_answers(
    filled: Catalog, mortal: ChromaProcess, first: bool
) -> None:
    vectors = VectorIndex(filled, mortal.settings)
    if not first:
        vectors.synchronise()
        put(filled, source("neuf"), phrases(3, 5))
        put(filled, source("secret", "team"), phrases(5, 5))

    def die(done: int, total: int) -> None:
        mortal.kill()

    with pytest.raises(VectorsNotCopied):
        vectors.synchronise(die)
    assert is_exact(filled, vectors)
    mortal.start()
    assert is_exact(filled, vectors)
    vectors.synchronise()
    assert (vectors.waiting(), vectors.compare(), is_exact(filled, vectors)) == (0, (0, 0), True)
    assert len(collections_of(filled, mortal.settings)) == 2
    vectors.close()


@pytest.mark.usefixtures("at_once")
def test_a_server_that_has_lost_the_copy_gets_it_again(filled: Catalog, mortal: ChromaProcess) -> None:
    with copied(filled, mortal.settings) as vectors:
        with looked_at(filled, mortal.settings) as copy:
            copy.delete(f"{filled.meta('vectors_folder')}-team")
        assert is_exact(filled, vectors) and vectors.trouble() is not None
        vectors.synchronise()
        assert vectors.trouble() is None and vectors.compare() == (0, 0) and is_exact(filled, vectors)


class Answering(BaseHTTPRequestHandler):
    """Answers anything with what is no answer, and notes the headers."""

    headers_seen: ClassVar[list[dict[str, str]]] = []
    answer = b"rien"

    def do_GET(self) -> None:
        type(self).headers_seen.append(dict(self.headers))
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("answer", [b"rien", b"{}", b"[]", b"null", json.dumps({"ids": [["x"]]}).encode()])
def test_a_server_of_something_else_is_not_needed(filled: Catalog, answer: bytes) -> None:
    class Handler(Answering):
        pass

    Handler.answer = answer
    Handler.headers_seen.clear()
    with HTTPServer(("127.0.0.1", 0), Handler) as other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        try:
            settings = ChromaServer(
                url=f"http://127.0.0.1:{other.server_port}", key=SecretStr(TOKEN), header="Authorization"
            )
            vectors = VectorIndex(filled, settings)
            with pytest.raises(VectorsNotCopied) as refused:
                vectors.synchronise()
            filled.set_meta(vectors_folder="assistant-1-1-1", vectors_place=settings.place, vectors_dirty="0")
            assert is_exact(filled, vectors)
            vectors.close()
        finally:
            other.shutdown()
            thread.join()
    assert all(seen["Authorization"] == TOKEN for seen in Handler.headers_seen) and Handler.headers_seen
    assert TOKEN not in f"{refused.value} {settings!r} {settings.place}"
    assert not [one for one in filled.folder.rglob("*") if one.is_file() and TOKEN.encode() in one.read_bytes()]


def test_a_server_that_says_nothing_does_not_hold_a_question(filled: Catalog) -> None:
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        settings = ChromaServer(url=f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2)
        filled.set_meta(vectors_folder="assistant-1-1-1", vectors_place=settings.place)
        vectors = VectorIndex(filled, settings)
        assert is_exact(filled, vectors)
        assert vectors._refused[0][0] == "assistant-1-1-1", "it is left alone for a while"
        seen = vectors.trouble()
        assert seen and "à temps" in seen[0]
        vectors.close()


def test_nobody_listens(filled: Catalog) -> None:
    settings = ChromaServer(url=f"http://127.0.0.1:{free_port()}")
    filled.set_meta(vectors_folder="assistant-1-1-1", vectors_place=settings.place)
    vectors = VectorIndex(filled, settings)
    assert is_exact(filled, vectors)
    assert exact(filled, Scope.TEAM, 1) and vectors.trouble() is not None


def test_all_of_the_product_says_where_the_copy_lies() -> None:
    calls: list[tuple[Path, Any]] = []
    for path in [*(ROOT / "index").rglob("*.py"), *(ROOT / "assistant").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "VectorIndex":
                calls.append((path, node))
    assert len(calls) > 6
    assert [path for path, call in calls if len(call.args) != 2] == []


def test_the_doctor_and_the_status_say_what_is_wrong_with_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ChromaProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (building, doctor):
        monkeypatch.setattr(module, "open_embedder", lambda settings: FakeEmbedder())
    corpus = write(tmp_path / "corpus", {"documents/a.md": "Les bénévoles sèment.\n\nLa serre est ouverte."})
    wanted = settings_of(tmp_path).model_copy(update={"chroma": server.settings})
    assert not building.build(corpus, wanted).failed
    (well,) = [one for one in doctor.examine(wanted) if one.what == "Copie des vecteurs"]
    assert well.well and server.settings.place in well.seen
    gone = ChromaServer(url=f"http://127.0.0.1:{free_port()}")
    catalog = Catalog.open(wanted.data_dir)
    catalog.set_meta(vectors_place=gone.place)
    catalog.close()
    lost = wanted.model_copy(update={"chroma": gone})
    (found,) = [one for one in doctor.examine(lost) if one.what == "Copie des vecteurs"]
    assert not found.well and gone.url in found.seen and "exactes" in found.seen and "ASSISTANT_CHROMA" in found.remedy
    monkeypatch.setenv("ASSISTANT_CHROMA", gone.url)
    assert main(["status", "--data-dir", str(wanted.data_dir)]) == 0
    assert f"le serveur Chroma {gone.url} ne répond pas" in capsys.readouterr().out
    assert main(["status", "--json", "--data-dir", str(wanted.data_dir)]) == 0
    told = json.loads(capsys.readouterr().out)["vectors"]
    assert told["server"] == gone.place and "ASSISTANT_CHROMA" in told["trouble"]


def test_a_withdrawal_says_when_the_server_could_not_follow_and_the_next_run_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mortal: ChromaProcess
) -> None:
    monkeypatch.setattr(building, "open_embedder", lambda settings: FakeEmbedder())
    corpus = write(
        tmp_path / "corpus",
        {
            "transcripts/seule.txt": "Enquêtrice : Et ici ?\n\nEnquêtée : Le grand pommier au bout du verger.\n",
            "documents/a.md": "Les bénévoles sèment.\n\nLa serre est ouverte.",
        },
    )
    wanted = settings_of(tmp_path).model_copy(update={"chroma": mortal.settings, "find_names": False})
    assert not building.build(corpus, wanted).failed
    catalog = Catalog.open(wanted.data_dir)
    before = catalog.meta("vectors_folder")
    mortal.kill()
    chosen = withdraw.targets(catalog, "transcripts/seule.txt", Pseudonyms())
    now = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    receipt = withdraw.withdraw(catalog, chosen, FakeEmbedder(), corpus, now, chroma=mortal.settings)
    assert receipt.server == mortal.settings.place and "ne répond pas" in receipt.server_failed
    assert receipt.passages and not receipt.remaining
    mortal.start()
    (corpus / "transcripts" / "seule.txt").unlink()
    assert not building.build(corpus, wanted, confirmed=True).failed
    after = catalog.meta("vectors_folder")
    assert after != before and collections_of(catalog, mortal.settings) == [f"{after}-public", f"{after}-team"]
    catalog.close()
