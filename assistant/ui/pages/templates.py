"""The templates of the pages (Jinja2). Each lies beside the module that renders it: those of the plain pages here,
those of the chat in the folder above; `macros/` holds what several pages share. Values are escaped unless they are
`Markup`, and a missing value is an error."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant import formatting

FOLDER = Path(__file__).parent
ENVIRONMENT = Environment(
    loader=FileSystemLoader([FOLDER, FOLDER.parent]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
ENVIRONMENT.filters.update(typeset=formatting.typeset, grouped=formatting.grouped, counted=formatting.counted)


def render(template: str, /, **values: object) -> Markup:
    """Return the HTML of the template at `template`, a path below the folder of the pages or of the chat."""
    return Markup(ENVIRONMENT.get_template(template).render(**values))  # nosec B704: escaped by the template


def macros(name: str) -> ModuleType:
    """Return the macros of a template, as attributes; each returns `Markup`."""
    module: ModuleType = ENVIRONMENT.get_template(name).module  # type: ignore[assignment]
    return module
