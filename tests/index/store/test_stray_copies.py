"""Copies that a withdrawal does not reach are reported until they are gone."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

import index.indexing.doctor as doctor
from index.disclosure.receipt import Receipt, receipt_lines
from index.disclosure.withdraw import targets, withdraw
from index.privacy.pseudonyms import Pseudonyms
from index.settings import ChromaServer, IndexSettings
from index.store.backup import back_up, restore
from index.store.catalog import Catalog
from index.store.stray_copies import StrayCopy
from index.store.vectors import VectorIndex
from index.types import Scope
from tests.chroma_server import ChromaProcess
from tests.doubles import fake_workspace
from tests.index.builders import put, source
from tests.index.builders import settings as settings_of
from tests.index.store.copies import QUESTION, phrases
from tests.index.store.test_server_copies import collections_of, copied, looked_at
from tests.index.store.test_vector_queue import is_exact

pytestmark = pytest.mark.process


def withdrawn(catalog: Catalog, server: ChromaServer | None) -> Receipt:
    """Return the receipt of the withdrawal of a source."""
    chosen = targets(catalog, "entretien", Pseudonyms())
    now = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    workspace = fake_workspace(IndexSettings(data_dir=catalog.folder, chroma=server))
    return withdraw(workspace, chosen, None, now, confirmed=True)


@pytest.mark.parametrize("other", [True, False])
def test_a_withdrawal_without_the_server_reports_its_copy_until_it_is_deleted(
    filled: Catalog, server: ChromaProcess, other: bool
) -> None:
    with copied(filled, server.settings):
        name, place = filled.meta("vectors_folder"), server.settings.place
    # the same server under another name reaches the same collections
    again = ChromaServer(url=server.settings.url.replace("127.0.0.1", "localhost")) if other else server.settings
    receipt = withdrawn(filled, None)
    assert receipt.elsewhere == (StrayCopy(place, name),) and not receipt.server
    assert "n’est pas complet" in "\n".join(receipt_lines(receipt))
    vectors = VectorIndex(filled)
    assert filled.meta("vectors_place") == "" and vectors.stray_copies() == [StrayCopy(place, name)]
    with copied(filled, again) as vectors:
        after = filled.meta("vectors_folder")
        assert vectors.stray_copies() == [] and VectorIndex(filled, again).stray_copies() == []
        assert collections_of(filled, again) == [f"{after}-public", f"{after}-team"]


def test_the_same_server_under_another_address_is_not_reported(filled: Catalog, server: ChromaProcess) -> None:
    with copied(filled, server.settings):
        pass
    again = ChromaServer(url=server.settings.url.replace("127.0.0.1", "localhost"))
    receipt = withdrawn(filled, again)
    assert (receipt.elsewhere, receipt.server, receipt.server_failed) == ((), again.place, "")


@pytest.mark.parametrize("moved", [True, False])
def test_a_moved_or_duplicated_folder_uses_its_own_copy_and_reports_the_other(
    filled: Catalog, server: ChromaProcess, tmp_path: Path, moved: bool
) -> None:
    with copied(filled, server.settings) as vectors:
        name = filled.meta("vectors_folder")
        with filled.transaction() as connection:
            connection.execute("SELECT 1")
        shutil.copytree(filled.folder, tmp_path / "there")
        there = Catalog.open(tmp_path / "there")
        put(there, source("neuf"), phrases(3, 5))
        if not moved:  # the original goes on, and its copy with it
            filled.set_meta(vectors_dirty="1")
            vectors.synchronise()
            name = filled.meta("vectors_folder")
        reader = VectorIndex(there, server.settings)
        assert is_exact(there, reader) and reader._copy is None
        assert len(reader.nearest(QUESTION, Scope.TEAM, 500)) == 75
        reader.synchronise()
        stranger = StrayCopy(server.settings.place, name)
        assert is_exact(there, reader) and reader._copy is not None and reader.stray_copies() == [stranger]
        assert len(reader.nearest(QUESTION, Scope.TEAM, 500)) == 75
        assert withdrawn(there, server.settings).elsewhere == (stranger,)
        assert vectors.count_differences() == (0, 0), "those of the other are left alone"
        with looked_at(filled, server.settings) as copy:
            for visibility in ("public", "team"):
                copy.delete_collection(f"{name}-{visibility}")
        there.set_meta(vectors_dirty="1")
        reader.synchronise()
        assert reader.stray_copies() == [], "they are not named any more once they are gone"
        reader.close()
        there.close()


def test_a_restored_folder_reports_the_copy_of_the_original(filled: Catalog, tmp_path: Path) -> None:
    place = "http://127.0.0.1:9 default_tenant/default_database"
    filled.set_meta(vectors_folder="assistant-1-1-1", vectors_place=place)
    back_up(filled.folder, tmp_path / "file", {})
    restore(tmp_path / "file", tmp_path / "restored")
    again = Catalog.open(tmp_path / "restored")
    assert withdrawn(again, None).elsewhere == (StrayCopy(place, "assistant-1-1-1"),)
    again.close()


def test_a_restored_folder_tracks_the_renumbered_copies_of_the_original(
    filled: Catalog, server: ChromaProcess, tmp_path: Path
) -> None:
    with copied(filled, server.settings) as vectors:
        back_up(filled.folder, tmp_path / "file", {})
        restore(tmp_path / "file", tmp_path / "restored")
        filled.set_meta(vectors_dirty="1")
        vectors.synchronise()
        again = Catalog.open(tmp_path / "restored")
        with copied(again, server.settings) as restored:
            assert restored.stray_copies() == [StrayCopy(server.settings.place, filled.meta("vectors_folder"))]
        again.close()


def test_the_doctor_reports_stray_copies(tmp_path: Path, filled: Catalog) -> None:
    wanted = fake_workspace(settings_of(tmp_path).model_copy(update={"data_dir": filled.folder}))
    check_name = "Copies sur un serveur"
    assert not [check for check in doctor.run_checks(wanted) if check.subject == check_name]
    place = "http://127.0.0.1:9 default_tenant/default_database"
    filled.set_meta(vectors_folder="assistant-1-1-1", vectors_place=place)
    (found,) = [check for check in doctor.run_checks(wanted) if check.subject == check_name]
    assert not found.well and place in found.seen and "assistant-1-1-1" in found.seen and "supprimez" in found.remedy
