"""Tests of adding files on the corpus page: they are sent, refused one by one, described, and added together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from assistant import addresses
from assistant.corpus import inbox
from assistant.people.audit import AuditAction as Noted
from tests.assistant.corpus.conftest import FILES, INTERVIEW, Place
from tests.assistant.corpus.conftest import make_place as make_place
from tests.assistant.corpus.conftest import place as place
from tests.assistant.ui.pages.corpus_pages import BASE, fields, send, text_of
from tests.assistant.ui.pages.corpus_pages import client as client

pytestmark = pytest.mark.process


def test_files_are_sent_described_and_added(place: Place, client: TestClient) -> None:
    text = send(client, **{"Entretien Sourcelles mars 2021__txt": INTERVIEW, "vide__txt": ""})
    assert "1 fichier n’a pas été reçu" in text and "Ce fichier est vide." in text
    form = fields(text)
    name = form["entry"]
    assert (form[f"{name}.kind"], form[f"{name}.site"], form[f"{name}.date"], form[f"{name}.visibility"]) == (
        "transcript", "Sourcelles", "2021-03", "team"
    )  # fmt: skip
    answer = client.post(f"{BASE}/ajouter", data={**form, f"{name}.title": "Une habitante"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE}?fait=ajoute")
    assert (
        'title = "Une habitante"'
        in (place.root / "transcripts/Entretien Sourcelles mars 2021.txt.meta.toml").read_text()
    )
    assert place.acts() == [Noted.ADDED] and place.audit.last(1)[0].who == "ada"
    assert "n’a pas été reçu" not in text_of(client, "/depot")


def test_an_invalid_field_shows_its_error_and_keeps_the_form_without_adding(place: Place, client: TestClient) -> None:
    form = fields(send(client, un__txt=INTERVIEW))
    name = form["entry"]
    given = {**form, f"{name}.date": "demain", f"{name}.title": "Mon titre", f"{name}.visibility": "public"}
    answer = client.post(f"{BASE}/ajouter", data=given)
    assert answer.status_code == 422 and "1 fichier à corriger" in answer.text
    assert f'id="{name}.date.wrong"' in answer.text and 'aria-invalid="true"' in answer.text
    again = fields(answer.text)
    assert {key: again[key] for key in given} == given
    assert place.files() == set(FILES) and place.acts() == []


def test_waiting_files_are_discarded_singly_or_together(place: Place, client: TestClient) -> None:
    form = fields(send(client, un__txt=INTERVIEW))
    answer = client.post(f"{BASE}/ajouter", data={**form, f"{form['entry']}.leave": "oui"})
    assert answer.headers["location"] == f"{BASE}/depot?fait=ecarte"
    assert place.manager.additions.inbox.store.entries() == [] and place.files() == set(FILES)
    form = fields(send(client, un__txt=INTERVIEW))
    assert client.post(f"{BASE}/ecarter", data={"entry": form["entry"]}).status_code == 303
    assert place.manager.additions.inbox.store.entries() == []


def test_replacing_a_file_of_the_corpus_asks_for_confirmation(place: Place, client: TestClient) -> None:
    text = send(client, charte__md="# Une autre charte\n\nChacun fait comme il l’entend, désormais.")
    form = fields(text)
    assert "Le corpus a déjà «" in text and f'name="{form["entry"]}.replace"' in text
    assert client.post(f"{BASE}/ajouter", data=form).status_code == 422
    assert client.post(f"{BASE}/ajouter", data={**form, f"{form['entry']}.replace": "oui"}).status_code == 303
    assert "Corbeille (1)" in text_of(client)


def test_malformed_uploads_give_an_error(client: TestClient, place: Place) -> None:
    none, cut = "Choisissez au moins un fichier", "rien n’a été reçu"
    for upload, status, error in (
        ({}, 400, none),
        ({"data": {"files": "x"}}, 400, none),
        ({"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data; boundary=y"}}, 400, ""),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, 400, cut),
        ({"content": b"{}", "headers": {"content-type": "application/json"}}, 400, none),
        ({"content": b"", "headers": {"content-length": "9" * 30}}, 413, "en plusieurs fois"),
    ):
        answer = client.post(f"{BASE}/depot", **upload)
        assert answer.status_code == status and error in answer.text and 'role="alert"' in answer.text, upload
    assert place.manager.additions.inbox.store.entries() == []


def test_an_upload_longer_than_announced_is_cut(
    client: TestClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_upload = addresses.find(addresses.UPLOAD, team=True)
    table = [replace(line, body_bytes=2_000) if line is is_upload else line for line in addresses.TABLE]
    monkeypatch.setattr(addresses, "TABLE", table)

    def chunks() -> Iterator[bytes]:
        yield b'--x\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        for _ in range(10):
            yield b"y" * 1_000
        yield b"\r\n--x--\r\n"

    answer = client.post(f"{BASE}/depot", content=chunks(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 413 and "en plusieurs fois" in answer.text
    assert place.manager.additions.inbox.store.entries() == []


def test_the_form_that_discards_all_files_sends_their_ids_alone(client: TestClient) -> None:
    text = send(client, un__txt=INTERVIEW, deux__txt=INTERVIEW)
    form = text.partition('id="leave">')[2].partition("</form>")[0]
    assert re.findall(r'name="([^"]+)"', form) == ["entry", "entry"] and 'form="leave">Tout écarter' in text


def test_adding_files_that_no_longer_wait_gives_an_error(client: TestClient) -> None:
    answer = client.post(f"{BASE}/ajouter", data={"entry": "0123456789abcdef"})
    assert answer.status_code == 404 and "n’attendent plus" in answer.text


def test_the_largest_number_of_waiting_files_fits_in_a_form(place: Place, client: TestClient) -> None:
    most = {f"entretien-{number:02d}__txt": INTERVIEW for number in range(inbox.MOST + 1)}
    text = send(client, **most)
    assert f"Déjà {inbox.MOST} fichiers attendent" in text
    form = fields(text)
    longest = {"title": "\U0001f33b" * 200, "name": "界" * 33}
    described = {name: longest.get(name[17:], value) for name, value in form.items() if name != "entry"}
    ids = [entry.id for entry in place.manager.additions.inbox.store.entries()]
    described.update({f"{name}.name": f"{longest['name']}{number}.txt" for number, name in enumerate(ids)})
    sent_form = {**described, "entry": ids}
    assert addresses.FORM_BYTES < len(urlencode(sent_form, doseq=True)) < addresses.DESCRIPTION_BYTES
    for other in ("/ecarter", "/retirer", "/mise-a-jour"):
        assert client.post(f"{BASE}{other}", data=sent_form).status_code == 413, "the others stay small"
    assert client.post(f"{BASE}/ajouter", data=sent_form).status_code == 303
    assert len(place.files()) == len(FILES) + 2 * inbox.MOST


def test_a_date_may_be_typed_as_day_month_year(place: Place, client: TestClient) -> None:
    form = fields(send(client, un__txt=INTERVIEW))
    (key,) = (name for name in form if name.endswith(".date"))
    assert client.post(f"{BASE}/ajouter", data={**form, key: "12/02/2023"}).status_code == 303
    sidecars = [path.read_text(encoding="utf-8") for path in place.root.rglob("un.txt.meta.toml")]
    assert len(sidecars) == 1 and 'date = "2023-02-12"' in sidecars[0]
