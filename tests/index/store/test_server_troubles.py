"""Failures of a Chroma server (dead, silent, or another program): answers stay exact, and the failure is reported."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from pydantic import SecretStr

import index.indexing.doctor as doctor
from assistant.cli.main import main
from index.disclosure import withdraw
from index.errors import DataFolderRefused, VectorsNotCopied
from index.indexing.build import build
from index.privacy.pseudonyms import Pseudonyms
from index.settings import ChromaServer
from index.store.catalog import Catalog
from index.store.chroma import open_server
from index.store.server_copies import ServerCopies
from index.store.vectors import VectorIndex
from index.types import Scope
from tests.chroma_server import ChromaProcess, fake_chroma
from tests.doubles import fake_workspace
from tests.index.builders import put, source, write
from tests.index.builders import settings as settings_of
from tests.index.store.copies import copies, exact, phrases
from tests.index.store.test_server_copies import collections_of, copied, looked_at
from tests.index.store.test_vector_queue import is_exact
from tests.processes import free_port

pytestmark = pytest.mark.process

TOKEN = "jeton-tres-secret"


def named(catalog: Catalog, server: ChromaServer) -> str:
    """Return a name that a copy of a catalog might have on a server."""
    return f"{ServerCopies(catalog, server)._identity()}-1"


@pytest.mark.usefixtures("no_queue")
def test_answers_stay_exact_without_a_dead_server_and_it_serves_again_once_back(
    filled: Catalog, killable_server: ChromaProcess
) -> None:
    with copied(filled, killable_server.settings) as vectors:
        assert is_exact(filled, vectors) and vectors._copy is not None and vectors.trouble() is None
        killable_server.kill()
        assert is_exact(filled, vectors)
        seen = vectors.trouble()
        assert seen and "ne répond pas" in seen[0] and "ASSISTANT_CHROMA" in seen[1]
        put(filled, source("neuf"), phrases(3, 5))
        with pytest.raises(VectorsNotCopied, match="ASSISTANT_CHROMA"):
            vectors.synchronise()
        assert is_exact(filled, vectors) and filled.meta("vectors_dirty") == "0"
        killable_server.start()
        assert is_exact(filled, vectors) and vectors._opened[0] == filled.meta("vectors_folder")
        vectors.synchronise()
        assert (vectors.queued_count(), vectors.count_differences(), is_exact(filled, vectors)) == (0, (0, 0), True)


@pytest.mark.usefixtures("no_queue")
@pytest.mark.parametrize("first", [True, False])
def test_a_server_that_dies_while_it_is_written_leaves_an_index_that_answers(
    filled: Catalog, killable_server: ChromaProcess, first: bool
) -> None:
    vectors = VectorIndex(filled, killable_server.settings)
    if not first:
        vectors.synchronise()
        put(filled, source("neuf"), phrases(3, 5))
        put(filled, source("secret", "team"), phrases(5, 5))

    def die(done: int, total: int) -> None:
        killable_server.kill()

    with pytest.raises(VectorsNotCopied):
        vectors.synchronise(die)
    assert is_exact(filled, vectors)
    killable_server.start()
    assert is_exact(filled, vectors)
    vectors.synchronise()
    assert (vectors.queued_count(), vectors.count_differences(), is_exact(filled, vectors)) == (0, (0, 0), True)
    assert len(collections_of(filled, killable_server.settings)) == 2
    vectors.close()


@pytest.mark.usefixtures("no_queue")
def test_a_lost_copy_is_written_again_to_the_server(filled: Catalog, killable_server: ChromaProcess) -> None:
    with copied(filled, killable_server.settings) as vectors:
        with looked_at(filled, killable_server.settings) as copy:
            copy.delete_collection(f"{filled.meta('vectors_folder')}-team")
        assert is_exact(filled, vectors) and vectors.trouble() is not None
        vectors.synchronise()
        assert vectors.trouble() is None and vectors.count_differences() == (0, 0) and is_exact(filled, vectors)


@pytest.mark.parametrize("answer", [b"rien", b"{}", b"[]", b"null", json.dumps({"ids": [["x"]]}).encode()])
def test_a_server_of_another_program_is_ignored_and_the_key_not_leaked(filled: Catalog, answer: bytes) -> None:
    with fake_chroma(answer) as other:
        settings = ChromaServer(url=other.url, key=SecretStr(TOKEN), header="Authorization")
        vectors = VectorIndex(filled, settings)
        with pytest.raises(VectorsNotCopied) as refused:
            vectors.synchronise()
        filled.set_meta(vectors_folder=named(filled, settings), vectors_place=settings.place, vectors_dirty="0")
        assert is_exact(filled, vectors)
        vectors.close()
    assert all(seen["Authorization"] == TOKEN for seen in other.headers) and other.headers
    assert TOKEN not in f"{refused.value} {settings!r} {settings.place}"
    assert not [path for path in filled.folder.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]


def test_a_silent_server_does_not_block_a_question(filled: Catalog) -> None:
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        settings = ChromaServer(url=f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2)
        filled.set_meta(vectors_folder=named(filled, settings), vectors_place=settings.place)
        vectors = VectorIndex(filled, settings)
        assert is_exact(filled, vectors)
        assert vectors._failed_opening[0][0] == named(filled, settings), "it is left alone for a while"
        seen = vectors.trouble()
        assert seen and "à temps" in seen[0]
        vectors.close()


def test_a_closed_port_does_not_prevent_answers(filled: Catalog) -> None:
    settings = ChromaServer(url=f"http://127.0.0.1:{free_port()}")
    filled.set_meta(vectors_folder=named(filled, settings), vectors_place=settings.place)
    vectors = VectorIndex(filled, settings)
    assert is_exact(filled, vectors)
    assert exact(filled, Scope.TEAM, 1) and vectors.trouble() is not None


def test_the_doctor_and_the_status_report_a_failing_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ChromaProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = write(tmp_path / "corpus", {"documents/a.md": "Les bénévoles sèment.\n\nLa serre est ouverte."})
    wanted = settings_of(tmp_path).model_copy(update={"chroma": server.settings})
    assert not build(corpus, fake_workspace(wanted)).failed
    (well,) = [check for check in doctor.run_checks(fake_workspace(wanted)) if check.subject == "Copie des vecteurs"]
    assert well.well and server.settings.place in well.seen
    gone = ChromaServer(url=f"http://127.0.0.1:{free_port()}")
    catalog = Catalog.open(wanted.data_dir)
    catalog.set_meta(vectors_place=gone.place)
    catalog.close()
    lost = wanted.model_copy(update={"chroma": gone})
    (found,) = [check for check in doctor.run_checks(fake_workspace(lost)) if check.subject == "Copie des vecteurs"]
    assert not found.well and gone.url in found.seen and "exactes" in found.seen and "ASSISTANT_CHROMA" in found.remedy
    monkeypatch.setenv("ASSISTANT_CHROMA", gone.url)
    assert main(["status", "--data-dir", str(wanted.data_dir)]) == 0
    assert f"le serveur Chroma {gone.url} ne répond pas" in capsys.readouterr().out
    assert main(["status", "--json", "--data-dir", str(wanted.data_dir)]) == 0
    status = json.loads(capsys.readouterr().out)["vectors"]
    assert status["server"] == gone.place and "ASSISTANT_CHROMA" in status["trouble"]


def test_a_withdrawal_reports_a_dead_server_and_the_next_run_completes_it(
    tmp_path: Path, killable_server: ChromaProcess
) -> None:
    corpus = write(
        tmp_path / "corpus",
        {
            "transcripts/seule.txt": "Enquêtrice : Et ici ?\n\nEnquêtée : Le grand pommier au bout du verger.\n",
            "documents/a.md": "Les bénévoles sèment.\n\nLa serre est ouverte.",
        },
    )
    wanted = settings_of(tmp_path).model_copy(update={"chroma": killable_server.settings, "find_names": False})
    assert not build(corpus, fake_workspace(wanted)).failed
    catalog = Catalog.open(wanted.data_dir)
    before = catalog.meta("vectors_folder")
    killable_server.kill()
    chosen = withdraw.targets(catalog, "transcripts/seule.txt", Pseudonyms())
    now = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    receipt = withdraw.withdraw(fake_workspace(wanted), chosen, corpus, now)
    assert receipt.server == killable_server.settings.place and "ne répond pas" in receipt.server_failed
    assert receipt.passages and not receipt.remaining
    killable_server.start()
    (corpus / "transcripts" / "seule.txt").unlink()
    assert not build(corpus, fake_workspace(wanted), confirmed=True).failed
    after = catalog.meta("vectors_folder")
    assert after != before and collections_of(catalog, killable_server.settings) == [f"{after}-public", f"{after}-team"]
    catalog.close()


def test_closed_server_clients_are_released(filled: Catalog) -> None:
    from chromadb.api.shared_system_client import SharedSystemClient

    answer = json.dumps({"user_id": "", "tenant": "default_tenant", "databases": ["default_database"]}).encode()
    before = set(SharedSystemClient._identifier_to_system)
    with fake_chroma(answer) as other:
        for _ in range(3):
            open_server(ChromaServer(url=other.url), "a", 5.0).close()
    assert set(SharedSystemClient._identifier_to_system) == before


@pytest.mark.usefixtures("no_queue")
def test_withdrawn_vectors_leave_the_folder_even_if_the_new_server_is_down(filled: Catalog) -> None:
    VectorIndex(filled).synchronise()
    filled.set_meta(vectors_dirty="1")
    with pytest.raises(VectorsNotCopied):
        VectorIndex(filled, ChromaServer(url=f"http://127.0.0.1:{free_port()}")).synchronise()
    assert copies(filled) == []


def test_a_data_folder_error_is_not_reported_as_a_server_error(
    filled: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DataFolderRefused("Le disque est plein.", "Libérez de la place.")

    monkeypatch.setattr(ServerCopies, "delete_others", refuse)
    with pytest.raises(VectorsNotCopied) as raised:
        VectorIndex(filled, ChromaServer(url=f"http://127.0.0.1:{free_port()}")).synchronise()
    assert "(Le disque est plein)" in raised.value.reason and raised.value.remedy == "Libérez de la place."
    assert "serveur" not in str(raised.value)
