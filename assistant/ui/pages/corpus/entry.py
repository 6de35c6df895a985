"""Describe a file that waits to be added (see `entry.html`): guesses can be corrected, metadata that the file itself
holds are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.corpus.additions import PlannedAddition
from assistant.corpus.sidecar import LONGEST_TITLE
from assistant.formatting import KINDS, moment
from assistant.ui.pages.corpus.shell import NATURES, VISIBILITIES

_ANY_SITE = "Aucun, ou tous"
_READERS = (
    ("team", "L’équipe seulement", "Seules les personnes qui ont un compte le trouvent et le lisent."),
    (
        "public",
        "Tout le monde",
        "Quiconque ouvre la page de tous le trouve, le lit et le cite. Un entretien, avec l’accord de la personne "
        "seulement.",
    ),
)
_LABELS = {
    "title": "Titre", "kind": "Genre", "site": "Site", "date": "Date", "visibility": "Qui peut le lire",
    "nature": "Nature", "name": "Nom du fichier",
}  # fmt: skip
_METADATA = ("title", "kind", "site", "date", "visibility", "nature")
_VALUE_NAMES = {"kind": KINDS, "visibility": VISIBILITIES, "nature": NATURES}
_MOST_NOTES = 3


@dataclass(frozen=True, slots=True)
class CardField:
    """A field of a card, for a control of its kind. `choices` are (value, name) or, for radio buttons, (value, name,
    explanation); `longest` is in characters; `hint` and `error` may be empty."""

    id: str
    control: Literal["text", "select", "radio"]
    label: str
    value: str
    hint: str
    error: str
    choices: Sequence[tuple[str, ...]] = ()
    longest: int = 0
    is_required: bool = False
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class FileHeader:
    """Metadata that a file holds, labels and values: they win over a form."""

    values: Sequence[tuple[str, str]]
    is_public: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """The path of a file of the corpus that this one would replace, and whether that was ticked."""

    path: str
    replaces: bool
    error: str


@dataclass(frozen=True, slots=True)
class EntryCard:
    """The card of a file that waits: a recording (`is_sound`) has no fields; `notes` are those of its reader on who
    speaks."""

    id: str
    name: str
    moment: str
    who: str
    is_sound: bool
    sound_error: str
    notes: Sequence[str]
    fields: Sequence[CardField]
    header: FileHeader | None
    conflict: Conflict | None
    is_left: bool


def card(
    planned: PlannedAddition, sites: Sequence[str], errors: Mapping[str, str], *, has_conflict: bool, is_left: bool
) -> EntryCard:
    """Return the card of a file. `errors` are French lines by field, `has_conflict` is true where another file has its
    path in the corpus, `is_left` where it is not to be added."""
    entry = planned.entry
    is_sound = bool(entry.metadata.get("sound"))
    conflict = None
    if has_conflict or "replace" in errors:
        path = entry.name if is_sound else str(planned.path)
        conflict = Conflict(path, planned.replaces, errors.get("replace", ""))
    return EntryCard(
        id=entry.id,
        name=entry.name,
        moment=moment(entry.at),
        who=entry.who,
        is_sound=is_sound,
        sound_error=errors.get("name", ""),
        notes=_notes(entry.metadata.get("notes")),
        fields=() if is_sound else _fields(planned, sites, errors),
        header=_header(_strings(entry.metadata.get("said"))),
        conflict=conflict,
        is_left=is_left,
    )


def _fields(planned: PlannedAddition, sites: Sequence[str], errors: Mapping[str, str]) -> list[CardField]:
    """Return the fields that a person may fill: those that the file itself does not set, and its name."""
    metadata = planned.sidecar
    in_header = _strings(planned.entry.metadata.get("said"))

    def field(
        key: str,
        control: Literal["text", "select", "radio"],
        value: str,
        *,
        choices: Sequence[tuple[str, ...]] = (),
        hint: str = "",
        longest: int = 0,
        is_required: bool = False,
    ) -> CardField:
        return CardField(
            id=f"{planned.entry.id}.{key}",
            control=control,
            label=_LABELS[key],
            value=value,
            hint=hint,
            error=errors.get(key, ""),
            choices=choices,
            longest=longest,
            is_required=is_required,
            is_wide=is_required,
        )

    made = {
        "title": field("title", "text", metadata.title, longest=LONGEST_TITLE, is_required=True),
        "kind": field("kind", "select", metadata.kind, choices=tuple(KINDS.items())),
        "site": field(
            "site", "select", metadata.site, choices=(("", _ANY_SITE), *((site, site) for site in sites))
        ),
        "date": field("date", "text", metadata.date, longest=10, hint="AAAA, MM/AAAA ou JJ/MM/AAAA"),
        "nature": field(
            "nature", "select", metadata.nature, choices=tuple(NATURES.items()),
            hint="Reformulation\u00a0: il redit un texte avec d’autres mots",
        ),
        "visibility": field("visibility", "radio", metadata.visibility, choices=_READERS),
        "name": field(
            "name", "text", planned.name, longest=120, is_required=True,
            hint="Il se voit dans l’assistant\u00a0: n’y mettez le nom de personne",
        ),
    }  # fmt: skip
    return [made[key] for key in made if key == "name" or key not in in_header]


def _header(values: Mapping[str, str]) -> FileHeader | None:
    """Return the metadata that a file holds; `None` where there are none."""
    if not values:
        return None
    shown = [
        (_LABELS[key].lower(), _VALUE_NAMES.get(key, {}).get(value, value) or "—")
        for key, value in values.items()
        if key in _METADATA
    ]
    return FileHeader(shown, values.get("visibility") == "public")


def _notes(notes: object) -> list[str]:
    return [str(note) for note in notes[:_MOST_NOTES]] if isinstance(notes, list) else []


def _strings(value: object) -> dict[str, str]:
    """Return a dictionary of strings, empty for any other value."""
    return {str(key): str(item) for key, item in value.items()} if isinstance(value, dict) else {}
