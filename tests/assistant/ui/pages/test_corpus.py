"""Tests of the corpus page behind its gate: sources shown, acts done, acts refused, and access."""

from __future__ import annotations

import html
import os
import re

import pytest
from starlette.testclient import TestClient

from assistant.addresses import CORPUS, TEAM
from assistant.corpus.run_result import RunEnd, RunKind, write
from assistant.people.audit import AuditAction as Noted
from assistant.ui import identity
from assistant.ui.pages.corpus import listing as corpus_list
from index.errors import UnreadableFile
from tests.assistant.corpus.conftest import FILES, INTERVIEW, MakePlace, Place
from tests.assistant.corpus.conftest import make_place as make_place
from tests.assistant.corpus.conftest import place as place
from tests.assistant.corpus.test_additions import REFUSED_AUDIT
from tests.assistant.ui.pages.corpus_pages import BASE, SCRIPT, SERRE, fields, send, served, text_of
from tests.assistant.ui.pages.corpus_pages import client as client
from tests.index import builders

pytestmark = pytest.mark.process


def rows(text: str) -> dict[str, str]:
    """Return the state of each source shown, by its path."""
    table = text.partition('<table class="sources">')[2].partition("</table>")[0]
    found = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td>', table)
    return {html.unescape(re.findall(r'class="path">(.*?)<', name)[0]): re.sub("<.*?>", " ", state).strip()
            for name, state in found}  # fmt: skip


# — the list of sources —


def test_sources_are_shown_with_their_state(place: Place, client: TestClient) -> None:
    builders.write(place.root, {"documents/neuf.md": "Neuf.", "documents/charte.md": "Une tout autre charte."})
    (place.root / SERRE).unlink()
    write(place.data / "mises-a-jour", RunKind.UPDATE, RunEnd.DONE, 0.0, report={
        "failed": [{"path": "documents/neuf.md", "reason": "L'essai : vide.", "remedy": "Complétez-le."}]})  # fmt: skip
    text = text_of(client)
    states = rows(text)
    assert states.pop("documents/neuf.md") == "En échec" and text.count("L’essai\u00a0: vide. Complétez-le.") == 2
    assert states == {"documents/charte.md": "Modifié depuis", SERRE: "Fichier disparu"}
    assert (
        "prendre en compte\u00a0: 1 fichier modifié, 1 source dont le fichier a disparu" in text
        and "1 fichier en échec" in text
    )
    assert f"{TEAM}/source/" in text and "Sources par site" in text and "Sources par mois" in text


def test_sources_are_filtered(client: TestClient) -> None:
    both = {"documents/charte.md", SERRE}
    for query, paths in (
        ("", both),
        ("?q=CHARTE", {"documents/charte.md"}),
        ("?genre=transcript", {SERRE}),
        ("?etat=a-jour&q=la", both),
        ("?etat=disparu", set()),
        ("?site=Brumeval", set()),
        ("?page=99999999999999999999", both),
        ("?page=-1&etat=%00&q=%F0%9F", set()),
    ):
        assert set(rows(text_of(client, query))) == paths, query


def test_a_long_list_has_pages(place: Place, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_list, "_PAGE_SIZE", 1)
    assert set(rows(text_of(client, "?genre="))) == {"documents/charte.md"}
    assert set(rows(text_of(client, "?page=2"))) == {SERRE} and "Page 2 sur 2" in text_of(client, "?page=7")


def test_an_empty_corpus_leads_to_adding(place: Place, client: TestClient) -> None:
    for path in ("documents/charte.md", SERRE):
        (place.root / path).unlink()
    place.manager.statuses = lambda: []  # type: ignore[method-assign]
    assert "Ajouter les premiers fichiers" in text_of(client)


def test_a_missing_corpus_folder_gives_an_error_on_one_line(place: Place, client: TestClient) -> None:
    place.root.rename(place.root.with_name("ailleurs"))
    assert "n’existe pas" in text_of(client) and "Vérifiez son chemin" in text_of(client)
    assert "n’est pas là" in text_of(client, "/depot") and 'type="file"' not in text_of(client, "/depot")
    for path in ("/retirer?fichier=x",):
        assert client.get(f"{BASE}{path}").status_code == 409


def test_names_of_sources_and_files_are_escaped(place: Place, client: TestClient) -> None:
    builders.write(place.root, {"documents/<b>x.md": f"# {SCRIPT}\n\nUn texte assez long pour être lu."})
    text = text_of(client, f"?q={SCRIPT}&site={SCRIPT}")
    assert SCRIPT not in text and html.escape(SCRIPT) in text
    assert "<b>x" not in text_of(client) and "&lt;b&gt;x.md" in text_of(client)
    text = send(client, **{'"><img src=x>__txt': "", "ok__md": f"---\ntitle: '{SCRIPT}'\n---\nUn texte assez long."})
    assert SCRIPT not in text and "<img" not in text and html.escape(SCRIPT) in text
    assert SCRIPT not in text_of(client, f"/retirer?fichier={'documents/<b>x.md'}")


def test_a_file_name_that_is_not_utf_8_is_listed_without_a_link(place: Place, client: TestClient) -> None:
    (place.root / os.fsdecode(b"documents/entretien-\xe9.md")).write_text("Un texte assez long.")
    assert rows(text_of(client))["documents/entretien-?.md"] == "Pas encore indexé"
    client.post(f"{BASE}/mise-a-jour")
    place.wait()
    text = text_of(client, "?fait=fini")
    assert rows(text)["documents/entretien-?.md"] == "En échec" and "Renommez-le" in text
    assert text.count("/retirer?") == 2, "those whose path an address can hold"
    assert client.get(f"{BASE}/retirer?fichier=documents/entretien-%E9.md").status_code == 404


# — taking out —


def test_a_source_is_removed_after_confirmation_then_put_back_then_erased(place: Place, client: TestClient) -> None:
    confirmation = text_of(client, f"/retirer?fichier={SERRE}")
    assert SERRE in confirmation and "Mettre à la corbeille" in confirmation and (place.root / SERRE).exists()
    assert client.post(f"{BASE}/retirer", data={"fichier": SERRE}).headers["location"] == f"{BASE}?fait=retire"
    assert not (place.root / SERRE).exists()
    (entry,) = place.manager.bin.store.entries()
    assert "serre" in text_of(client, "/corbeille") and "par ada" in text_of(client, "/corbeille")
    assert client.post(f"{BASE}/corbeille/remettre", data={"nom": entry.id}).headers["location"] == f"{BASE}?fait=remis"
    assert (place.root / SERRE).read_text() == FILES[SERRE]
    client.post(f"{BASE}/retirer", data={"fichier": SERRE})
    (entry,) = place.manager.bin.store.entries()
    assert "pas de retour" in text_of(client, f"/corbeille/effacer?nom={entry.id}")
    assert place.manager.bin.store.entries() == [entry]
    assert client.post(f"{BASE}/corbeille/effacer", data={"nom": entry.id}).status_code == 303
    assert place.manager.bin.store.entries() == [] and "La corbeille est vide" in text_of(client, "/corbeille")
    assert place.acts() == [Noted.REMOVED, Noted.PUT_BACK, Noted.REMOVED, Noted.ERASED]


def test_removing_an_unreadable_file_after_a_withdrawal_asks_whether_to_erase_it(
    place: Place, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(path: object) -> bool:
        raise UnreadableFile("Sa structure <est> abîmée.", "Réenregistrez-le.")

    monkeypatch.setattr(place.manager, "holds_withdrawn", unreadable)
    confirmation = text_of(client, f"/retirer?fichier={SERRE}")
    assert "ne peut donc pas dire" in confirmation and "&lt;est&gt;" in confirmation
    assert 'name="garder"' in confirmation and 'name="effacer"' in confirmation
    again = client.post(f"{BASE}/retirer", data={"fichier": SERRE})
    assert again.status_code == 200 and "ne peut donc pas dire" in again.text and (place.root / SERRE).exists()
    kept = client.post(f"{BASE}/retirer", data={"fichier": SERRE, "garder": "oui"})
    assert kept.headers["location"] == f"{BASE}?fait=retire" and len(place.manager.bin.store.entries()) == 1
    gone = client.post(f"{BASE}/retirer", data={"fichier": "documents/charte.md", "effacer": "oui"})
    assert gone.headers["location"] == f"{BASE}?fait=efface" and len(place.manager.bin.store.entries()) == 1
    assert place.acts() == [Noted.REMOVED, Noted.ERASED]


def test_unknown_sources_and_bin_entries_give_an_error(place: Place, client: TestClient) -> None:
    for given in ("", "absent", "../corpus.toml", "/etc/passwd", "\x00", "x" * 5_000):
        for path in ("/retirer", "/corbeille/effacer", "/corbeille/remettre"):
            answer = client.post(f"{BASE}{path}", data={"fichier": given, "nom": given})
            assert answer.status_code == 404 and 'role="alert"' in answer.text, given
        for path in ("/retirer", "/corbeille/effacer"):
            assert client.get(f"{BASE}{path}", params={"fichier": given, "nom": given}).status_code == 404, given
    assert place.files() == set(FILES) and place.acts() == []


# — the update —


def test_an_update_is_started_followed_and_reported(place: Place, client: TestClient) -> None:
    builders.write(place.root, {"documents/neuf.md": "# Neuf\n\nUn texte tout neuf, que rien n’annonçait."})
    assert client.get(f"{BASE}/etat").json() == {"running": False}
    assert client.post(f"{BASE}/mise-a-jour").headers["location"] == f"{BASE}?fait=lance#mise-a-jour"
    assert client.post(f"{BASE}/mise-a-jour").headers["location"] == f"{BASE}?fait=deja#mise-a-jour"
    text = text_of(client, "?fait=deja")
    assert "<progress" in text and "Actualiser" in text and "une seule se fait à la fois" in text
    state = client.get(f"{BASE}/etat").json()
    assert state["running"] and state["step"].startswith("Mise à jour en cours")
    place.wait()
    text = text_of(client, "?fait=fini")
    assert "La mise à jour est terminée" in text and "1 ajouté" in text and "documents/neuf.md" in text
    assert "<progress" not in text and rows(text)["documents/neuf.md"] == "À jour"
    assert place.acts() == [Noted.UPDATED]


def test_an_update_that_waits_for_confirmation_or_was_refused_is_explained(place: Place, client: TestClient) -> None:
    folder = place.data / "mises-a-jour"
    write(folder, RunKind.UPDATE, RunEnd.TOO_MANY, 0.0, "Cette indexation retirerait 5 sources sur 6.")
    assert "attend votre accord" not in text_of(client), "all files are there again"
    (place.root / SERRE).unlink()
    text = text_of(client, "?fait=fini")
    assert "attend votre accord" in text and "Mettre à jour et retirer ces sources" in text and 'name="oui"' in text
    assert "est terminée" not in text
    write(folder, RunKind.UPDATE, RunEnd.REFUSED, 0.0, "Une autre l'écrit déjà ; attendez.")
    assert 'role="alert">Une autre l’écrit déjà\u00a0; attendez.' in text_of(client)


def test_undoing_an_update_asks_for_confirmation(place: Place, client: TestClient) -> None:
    assert "Les fichiers du corpus ne changent pas" in text_of(client, "/revenir")
    assert place.manager.runs.now() is None and place.acts() == []
    client.post(f"{BASE}/revenir")
    assert "pas d’état antérieur" in place.wait().message and place.acts() == [Noted.ROLLED_BACK]


def test_stopping_a_run_that_has_ended_redirects(client: TestClient) -> None:
    assert client.post(f"{BASE}/arreter").status_code == 303


# — access —

POSTS = ("/depot", "/ajouter", "/ecarter", "/mise-a-jour", "/arreter", "/revenir", "/retirer", "/corbeille/effacer",
         "/corbeille/remettre")  # fmt: skip
GETS = ("", "/depot", "/etat", "/revenir", f"/retirer?fichier={SERRE}", "/corbeille", "/corbeille/effacer?nom=x")


def test_only_the_team_reads_or_changes_the_corpus(place: Place) -> None:
    app, _ = served(place)
    removal = place.manager.removal("documents/charte.md")
    assert removal is not None
    place.manager.remove(removal, "ada")
    (entry,) = place.manager.bin.store.entries()
    files, acts = place.files(), place.acts()
    for cookies in ({}, {identity.COOKIE: "faux"}):
        with TestClient(app, cookies=cookies, follow_redirects=False) as visitor:
            for path in GETS:
                answer = visitor.get(f"{BASE}{path}", headers={identity.HEADER: "ada"})
                assert (answer.status_code, answer.headers["location"].split("?")[0], answer.text) == (
                    303,
                    "/connexion",
                    "",
                ), path
                assert visitor.get(f"{CORPUS}{path}").status_code == 404, "not below everyone's root either"
            for path in POSTS:
                form = {"fichier": SERRE, "nom": entry.id, "oui": "oui"}
                assert visitor.post(f"{BASE}{path}", data=form).status_code == 401, path
            assert visitor.post(f"{BASE}/depot", files={"files": ("a.txt", "x" * 50)}).status_code == 401
    assert (place.files(), place.acts()) == (files, acts)
    assert place.manager.bin.store.entries() == [entry] and place.manager.additions.inbox.store.entries() == []
    assert place.manager.runs.now() is None and place.manager.runs.last() is None


def test_a_form_of_another_site_changes_nothing(place: Place, client: TestClient) -> None:
    for path in POSTS:
        answer = client.post(f"{BASE}{path}", data={"fichier": SERRE}, headers={"origin": "https://ailleurs.invalid"})
        assert answer.status_code == 403, path
    assert place.files() == set(FILES) and place.acts() == []


def test_acts_that_the_audit_trail_cannot_record_are_refused(place: Place, client: TestClient) -> None:
    form = fields(send(client, un__txt=INTERVIEW))
    place.refused.append(REFUSED_AUDIT)
    for path, data in {
        "/ajouter": form, "/retirer": {"fichier": SERRE}, "/mise-a-jour": {}, "/revenir": {},
    }.items():  # fmt: skip
        answer = client.post(f"{BASE}{path}", data=data)
        assert answer.status_code == 503 and "ne peut pas être noté" in answer.text, path
    assert place.files() == set(FILES) and place.manager.runs.now() is None


def test_the_end_of_the_server_stops_the_run(make_place: MakePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAIT_AT", "Lecture des fichiers")
    place = make_place()
    builders.write(place.root, {"documents/neuf.md": "# Neuf\n\nUn texte."})
    app, cookie = served(place)
    with TestClient(app, cookies={identity.COOKIE: cookie}, follow_redirects=False) as client:
        client.post(f"{BASE}/mise-a-jour")
        assert place.manager.runs.now() is not None
    assert place.manager.runs.now() is None
    last = place.manager.runs.last()
    assert last is not None and last.end is RunEnd.STOPPED


def test_under_a_sub_path_every_address_is_below_it(place: Place) -> None:
    app, cookie = served(place)
    with TestClient(app, cookies={identity.COOKIE: cookie}, follow_redirects=False, root_path="/etude") as client:
        text = client.get(f"/etude{BASE}").text
        assert f'href="/etude{BASE}/depot"' in text and f'action="/etude{BASE}/mise-a-jour"' in text
        assert f'href="{TEAM}' not in text and f'action="{TEAM}' not in text
        answer = client.post(f"/etude{BASE}/retirer", data={"fichier": SERRE})
        assert answer.headers["location"] == f"/etude{BASE}?fait=retire"
