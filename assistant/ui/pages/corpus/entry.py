"""One file that waits to be added, as it is described: what was guessed may be changed, what the file itself says is
told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from assistant.corpus.additions import PlannedAddition
from assistant.corpus.sidecar import LONGEST_TITLE
from assistant.formatting import KINDS, moment
from assistant.ui.pages import plain
from assistant.ui.pages.corpus.shell import NATURES, VISIBILITIES
from assistant.ui.pages.fields import hidden, options

_ANY_SITE = "Aucun, ou tous"
_READ_BY = {
    "team": ("L’équipe seulement", "Seules les personnes qui ont un compte le trouvent et le lisent."),
    "public": (
        "Tout le monde",
        "Quiconque ouvre la page de tous le trouve, le lit et le cite. Un entretien, avec l’accord de la personne "
        "seulement.",
    ),
}
_LABELS = {
    "title": "Titre", "kind": "Genre", "site": "Site", "date": "Date", "visibility": "Qui peut le lire",
    "nature": "Nature",
}  # fmt: skip
_NAMES = {"kind": KINDS, "visibility": VISIBILITIES, "nature": NATURES}


def card(
    wanted: PlannedAddition, sites: Sequence[str], troubles: Mapping[str, str], *, replaces: bool, leave: bool
) -> str:
    """The fields of one file; `troubles` are those that are not as they should be, `replaces` whether another file has
    the place it is to take."""
    entry = wanted.entry
    by = f" par {escape(entry.who)}" if entry.who else ""
    head = f'<p class="where">Reçu le {moment(entry.at)}{by}</p>{hidden(entry=entry.id)}'
    sound = bool(entry.metadata.get("sound"))
    if sound:
        body = "<p>Cet enregistrement sera posé à côté de son entretien. Seule l’équipe peut l’écouter.</p>"
        body += _trouble(entry.id, "name", troubles)
    else:
        body = f'{_notes(entry.metadata.get("notes"))}<div class="fields">{_fields(wanted, sites, troubles)}</div>'
        body += _said(entry.metadata.get("said"))
    return (
        f'<fieldset class="card"><legend>{escape(entry.name)}</legend>{head}{body}'
        f"{_replace(wanted, troubles) if replaces or 'replace' in troubles else ''}"
        f"{_tick(entry.id, 'leave', 'Écarter ce fichier, sans l’ajouter', leave)}</fieldset>"
    )


def _fields(wanted: PlannedAddition, sites: Sequence[str], troubles: Mapping[str, str]) -> str:
    """The fields that a person may fill: those that the file does not say."""
    name, described, said = wanted.entry.id, wanted.sidecar, _dict(wanted.entry.metadata.get("said"))
    made = {
        "title": _input(name, "title", described.title, troubles, f'required maxlength="{LONGEST_TITLE}"', wide=True),
        "kind": _select(name, "kind", tuple(KINDS.items()), described.kind, troubles),
        "site": _select(
            name, "site", (("", _ANY_SITE), *((site, site) for site in sites)), described.site, troubles
        ),
        "date": _input(name, "date", described.date, troubles, 'maxlength="10"', hint="AAAA, MM/AAAA ou JJ/MM/AAAA"),
        "nature": _select(
            name, "nature", tuple(NATURES.items()), described.nature, troubles,
            hint="Reformulation\u00a0: il redit un texte avec d’autres mots",
        ),
        "visibility": _visibility(name, described.visibility, troubles),
    }  # fmt: skip
    fields = [made[key] for key in made if key not in said]
    file = _input(
        name, "name", wanted.name, troubles, 'required maxlength="120"', wide=True, label="Nom du fichier",
        hint="Il se voit dans l’assistant\u00a0: n’y mettez le nom de personne",
    )  # fmt: skip
    return "".join((*fields, file))


def _said(said: object) -> str:
    """What the file says of itself, which wins over all that would be said here."""
    found = _dict(said)
    if not found:
        return ""
    lines = "; ".join(
        f"{_LABELS[key].lower()}\u00a0: <strong>{escape(_NAMES.get(key, {}).get(value, value) or '—')}</strong>"
        for key, value in found.items()
        if key in _LABELS
    ).replace("; ", "\u00a0; ")
    kind = "wrong" if found.get("visibility") == "public" else "notice"
    return f'<p class="{kind}">Écrit dans l’en-tête du fichier — {lines}. Pour le changer, corrigez le fichier.</p>'


def _input(
    entry: str, field: str, value: str, troubles: Mapping[str, str], more: str = "", *, wide: bool = False,
    hint: str = "", label: str = "",
) -> str:  # fmt: skip
    place = f"{entry}.{field}"
    return (
        f'<div{" class=wide" if wide else ""}><label for="{place}">{label or _LABELS[field]}</label>'
        f'<input id="{place}" name="{place}" value="{escape(value)}" {more}{_described(place, field, troubles, hint)}>'
        f"{_hint(place, hint)}{_trouble(entry, field, troubles)}</div>"
    )


def _select(
    entry: str, field: str, values: Sequence[tuple[str, str]], chosen: str, troubles: Mapping[str, str], hint: str = ""
) -> str:
    place = f"{entry}.{field}"
    return (
        f'<div><label for="{place}">{_LABELS[field]}</label><select id="{place}" name="{place}"'
        f"{_described(place, field, troubles, hint)}>{options(values, chosen)}</select>{_hint(place, hint)}"
        f"{_trouble(entry, field, troubles)}</div>"
    )


def _visibility(entry: str, chosen: str, troubles: Mapping[str, str]) -> str:
    place = f"{entry}.visibility"
    choices = "".join(
        f'<label class="choice"><input type="radio" name="{place}" value="{value}"'
        f"{' checked' if value == chosen else ''}><span><strong>{name}</strong><br>{about}</span></label>"
        for value, (name, about) in _READ_BY.items()
    )
    return (
        f'<fieldset class="wide choices"><legend>{_LABELS["visibility"]}</legend>{choices}'
        f"{_trouble(entry, 'visibility', troubles)}</fieldset>"
    )


def _replace(wanted: PlannedAddition, troubles: Mapping[str, str]) -> str:
    sound = bool(wanted.entry.metadata.get("sound"))
    path = wanted.entry.name if sound else str(wanted.path)
    about = (
        f'<p class="notice">Le corpus a déjà «\u00a0{escape(path)}\u00a0», différent ou autrement décrit. Changez le '
        "nom du nouveau, ou remplacez l’ancien, qui ira à la corbeille.</p>"
    )
    trouble = _trouble(wanted.entry.id, "replace", troubles)
    return about + _tick(wanted.entry.id, "replace", "Remplacer l’ancien fichier", wanted.replaces) + trouble


def _tick(entry: str, field: str, label: str, ticked: bool) -> str:
    place = f"{entry}.{field}"
    checked = " checked" if ticked else ""
    return (
        f'<p><label class="tick" for="{place}"><input type="checkbox" id="{place}" name="{place}" value="oui"{checked}>'
        f"{label}</label></p>"
    )


def _described(place: str, field: str, troubles: Mapping[str, str], hint: str) -> str:
    by = " ".join(filter(None, (f"{place}.hint" if hint else "", f"{place}.wrong" if field in troubles else "")))
    invalid = ' aria-invalid="true"' if field in troubles else ""
    return f'{invalid} aria-describedby="{by}"' if by else ""


def _hint(place: str, hint: str) -> str:
    return f'<p class="hint" id="{place}.hint">{hint}</p>' if hint else ""


def _trouble(entry: str, field: str, troubles: Mapping[str, str]) -> str:
    return f'<p class="wrong" id="{entry}.{field}.wrong">{plain.line(troubles[field])}</p>' if field in troubles else ""


def _notes(notes: object) -> str:
    """What its reader guessed of who speaks."""
    lines = notes if isinstance(notes, list) else []
    return "".join(f'<p class="where">{plain.line(line)}</p>' for line in lines[:3])


def _dict(value: object) -> dict[str, str]:
    return {str(key): str(one) for key, one in value.items()} if isinstance(value, dict) else {}
