"""Takes text out of a catalog for good: out of what can be found, of what an earlier run left, of what the next one
prepared, and out of the bytes of the files.

SQLite leaves deleted rows in the free pages of its file and in its log, full text keeps terms in its index, and Chroma
was seen to keep deleted vectors in its folder: hence full text is filled anew, the file is rewritten whole and its log
emptied, and the copy of the vectors is made again beside. Killed in the middle, the next run ends what was begun."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from index.search import french
from index.store.catalog import Catalog, FloatArray
from index.store.runs import fill_full_text
from index.types import Passage

_UNFINISHED = "erasing"  # key of `meta`: bytes of what was taken out may still be in the files

Left = Callable[[Sequence[Passage]], Sequence[Passage]]
Embed = Callable[[Sequence[Passage]], Sequence[FloatArray]]


@dataclass
class Erased:
    """What was taken out. `texts` are those of the passages that are gone, and of what stood above others and is."""

    whole: set[str] = field(default_factory=set)
    """Ids of the sources that are gone."""
    in_part: set[str] = field(default_factory=set)
    """Ids of those that lost passages."""
    passages: int = 0
    """Of what could be found."""
    former: int = 0
    """Of what an earlier run had left, or the next one had to take up."""
    texts: list[str] = field(default_factory=list)


@dataclass
class _Plan:
    versions: list[int] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    changed: list[tuple[int, Passage]] = field(default_factory=list)


def erase(catalog: Catalog, left: Left, embed: Embed) -> Erased:
    """Keep of each source, in each of its versions, what `left` keeps of its passages; those that now stand under less
    are embedded again. The caller holds the lock of runs; `finish` then cleans the files."""
    erased, plan = Erased(), _Plan()
    for version, state, source_id in catalog.versions():
        held = catalog.of_version(version)
        staying = {passage.order: passage for passage in left([passage for _, passage in held])}
        gone = [(key, passage) for key, passage in held if passage.order not in staying]
        changed = [(key, staying[one.order]) for key, one in held if one.order in staying and one != staying[one.order]]
        if not gone and not changed:
            continue
        if any(passage.kind != "heading" for passage in staying.values()):
            plan.keys += [key for key, _ in gone]
            plan.changed += changed
            erased.in_part.add(source_id)
        else:
            gone = held
            plan.versions.append(version)
            erased.whole.add(source_id)
        erased.texts += [passage.text for _, passage in gone]
        before = {key: passage for key, passage in held}
        erased.texts += [text for key, one in changed for text in before[key].context if text not in one.context]
        if state == "live":
            erased.passages += len(gone)
        else:
            erased.former += len(gone)
    if plan.versions or plan.keys or plan.changed:
        _carry_out(catalog, plan, embed([passage for _, passage in plan.changed]) if plan.changed else ())
    return erased


def finish(catalog: Catalog) -> bool:
    """Take out of the files the bytes of what is gone, if there may be any: whether there were. The copy of the vectors
    is then to be made again. Raises `DataFolderRefused` when others do not stop reading."""
    if catalog.meta(_UNFINISHED) != "1":
        return False
    catalog.compact()
    catalog.set_meta(**{_UNFINISHED: ""})
    return True


def _carry_out(catalog: Catalog, plan: _Plan, vectors: Sequence[FloatArray]) -> None:
    with catalog.transaction() as connection:
        connection.execute(
            "DELETE FROM sources WHERE version IN (SELECT value FROM json_each(?))", (json.dumps(plan.versions),)
        )
        connection.execute(
            "DELETE FROM passages WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(plan.keys),)
        )
        connection.executemany(
            "UPDATE passages SET context = ?, heading_terms = ?, windows = ?, vectors = ? WHERE key = ?",
            [
                (
                    json.dumps(passage.context, ensure_ascii=False),
                    french.lexical(" ".join(passage.context)),
                    len(of_windows),
                    of_windows.astype("<f4").tobytes(),
                    key,
                )
                for (key, passage), of_windows in zip(plan.changed, vectors, strict=True)
            ],
        )
        connection.execute(
            "UPDATE sources SET size = (SELECT count(*) FROM passages p WHERE p.version = sources.version)"
        )
        fill_full_text(connection)
        connection.execute("DELETE FROM mirror_queue")
        generation = int(catalog.meta("generation")) + 1
        rows = {"generation": str(generation), "vectors_dirty": "1", _UNFINISHED: "1"}
        connection.executemany("REPLACE INTO meta VALUES (?, ?)", rows.items())
