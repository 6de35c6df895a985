"""Mutations along the structure of a file: elements of XML, values of JSON, lines of text, members of an archive."""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from random import Random

from tests.index.reading.fuzzing.byte_mutations import (
    ANY_FORMAT,
    MAX_BYTES,
    NUMBERS,
    TEXTS,
    Mutation,
    insert_pieces,
    odd_value,
)

_TAG = re.compile(rb"<([A-Za-z][\w:.-]*)([^<>]*)>")
_VALUE = re.compile(rb"""=\s*(["'])([^"'<>]*)\1""")
_TEXT = re.compile(rb">([^<>]+)<")
_ROOT = re.compile(rb"<[A-Za-z]")
_DEPTHS = (2, 20, 99, 101, 199, 201, 450, 999, 1100, 5000, 50_000)
_DOCTYPES = (
    "<!DOCTYPE a>", '<!DOCTYPE a SYSTEM "http://localhost/a.dtd">', '<!DOCTYPE a [<!ENTITY a "eau">]>',
    '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY a "&b;&b;&b;&b;">]>',
    '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "<!DOCTYPE a [<!ENTITY % a SYSTEM 'x'> %a;]>",
    '<!DOCTYPE a [<!ATTLIST a b CDATA "&a;">]>', "<!DOCTYPE a [", "<!--", "<![CDATA[",
    "<?xml version='1.0' encoding='klingon'?>", "<?xml version='1.0' encoding='utf-16'?>",
    "<?xml version='1.0' encoding='iso-8859-1'?>",
)  # fmt: skip
_ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "mac_roman", "utf-8-sig")


# — elements —


def repeat_element(random: Random, data: bytes) -> bytes:
    """Repeat an element, up to a thousand times."""
    start, end = _choose_element(random, data)
    times = min(random.choice((1, 2, 50, 1000)), max(1, MAX_BYTES // 4 // max(1, end - start)))
    return data[:end] + data[start:end] * times + data[end:]


def drop_element(random: Random, data: bytes) -> bytes:
    """Remove an element."""
    start, end = _choose_element(random, data)
    return data[:start] + data[end:]


def move_element(random: Random, data: bytes) -> bytes:
    """Copy an element into the place of another, which is removed or kept after it."""
    start, end = _choose_element(random, data)
    from_, to = _choose_element(random, data)
    return data[:start] + data[from_:to] + data[random.choice((start, end)) :]


def nest_element(random: Random, data: bytes) -> bytes:
    """Nest an element in itself, repeatedly."""
    start, end = _choose_element(random, data)
    tag = _TAG.match(data, start)
    if tag is None:
        return data
    depth = min(random.choice(_DEPTHS), MAX_BYTES // (2 * len(tag[0]) + 8))
    closing = b"</" + tag[1] + b">" if random.random() < 0.9 else b""
    return data[:start] + tag[0] * depth + data[start:end] + closing * depth + data[end:]


def rename_element(random: Random, data: bytes) -> bytes:
    """Give an element the name of another."""
    start, end = _choose_element(random, data)
    tag, other = _TAG.match(data, start), _TAG.search(data, random.randint(0, len(data)))
    if tag is None or other is None:
        return data
    inside = data[tag.end() : end].removesuffix(b"</" + tag[1] + b">")
    closing = b"" if tag[2].endswith(b"/") else b"</" + other[1] + b">"
    return data[:start] + b"<" + other[1] + tag[2] + b">" + inside + closing + data[end:]


def change_attribute(random: Random, data: bytes) -> bytes:
    """Give an attribute the value of another, or an unexpected one."""
    found, other = (_VALUE.search(data, random.randint(0, len(data))) for _ in range(2))
    if found is None:
        return data
    new = other[2] if other is not None and random.random() < 0.5 else odd_value(random)
    return data[: found.start(2)] + new + data[found.end(2) :]


def change_text(random: Random, data: bytes) -> bytes:
    """Give an element an unexpected text."""
    found = _TEXT.search(data, random.randint(0, len(data)))
    return data if found is None else data[: found.start(1)] + odd_value(random) + data[found.end(1) :]


def insert_declaration(random: Random, data: bytes) -> bytes:
    """Declare a document type, entities or another encoding before the root; refer to an entity somewhere."""
    root = _ROOT.search(data)
    place = root.start() if root else 0
    data = data[:place] + random.choice(_DOCTYPES).encode() + data[place:]
    found = _TEXT.search(data, random.randint(0, len(data)))
    return data if found is None else data[: found.start(1)] + b"&a;" + data[found.end(1) :]


def change_encoding(random: Random, data: bytes) -> bytes:
    """Encode the same text otherwise, whatever encoding the file declares."""
    return data.decode("utf-8", "replace").encode(random.choice(_ENCODINGS), "replace")


ELEMENTS: tuple[Mutation, ...] = (
    repeat_element, drop_element, move_element, nest_element, rename_element, change_attribute, change_attribute,
    change_text, change_text, insert_declaration, change_encoding,
)  # fmt: skip
XML = ELEMENTS * 2 + ANY_FORMAT
"""Mutations of a whole XML file: those that break its syntax are the minority."""


def _choose_element(random: Random, data: bytes) -> tuple[int, int]:
    tag = _TAG.search(data, random.randint(0, len(data))) or _TAG.search(data)
    if tag is None:
        return 0, 0
    closing = b"</" + tag[1] + b">"
    end = -1 if tag[2].endswith(b"/") else data.find(closing, tag.end())
    return tag.start(), tag.end() if end < 0 else end + len(closing)


# — values —

_ODD_VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 10**400, 1e308, float("nan"), float("inf"), -0.0, "", "\ud800", "\x00", "é", [], {}, [[]],
    [None], {"text": 1}, {"text": "a", "start": "x"}, {"segments": []}, *NUMBERS[:12], *TEXTS[:20],
)  # fmt: skip


def change_json_value(random: Random, data: bytes) -> bytes:
    """Replace a value of a JSON file, remove it, duplicate it or nest it deep in lists."""
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError):
        return insert_pieces("[", "{", "]", "}", ",", '"', '{"text": ', '"a", "start": ')(random, data)
    places: list[tuple[dict[str, object] | list[object], object]] = []
    todo: list[object] = [whole]
    while todo:
        value = todo.pop()
        if isinstance(value, dict | list):
            keys = value.keys() if isinstance(value, dict) else range(len(value))
            places += [(value, key) for key in keys]
            todo += value.values() if isinstance(value, dict) else value
    if not places:
        return json.dumps(random.choice(_ODD_VALUES)).encode()
    holder, key = random.choice(places)
    _replace_value(random, holder, key)
    try:
        text = json.dumps(whole, ensure_ascii=random.random() < 0.5, skipkeys=True)
    except RecursionError:  # values were nested deep several times
        return data + b"[" * 5000
    return text.encode("utf-8", "surrogatepass")


def _replace_value(random: Random, holder: dict[str, object] | list[object], key: object) -> None:
    action = random.choice(("other", "other", "gone", "twice", "deep"))
    new = random.choice(_ODD_VALUES)
    if action == "deep":
        for _ in range(random.choice((1, 50, 400))):
            new = [new] if random.random() < 0.5 else {"segments": new}
    if isinstance(holder, dict):
        assert isinstance(key, str)
        if action == "gone":
            del holder[key]
        else:
            holder[f"{key}s" if action == "twice" else key] = new
    else:
        assert isinstance(key, int)
        if action == "gone":
            del holder[key]
        elif action == "twice":
            holder[key:key] = [holder[key]] * random.choice((1, 3, 500))
        else:
            holder[key] = new


VALUES: tuple[Mutation, ...] = (change_json_value,) * 15 + (change_encoding, *ANY_FORMAT)


# — lines —


def change_lines(random: Random, data: bytes) -> bytes:
    """Repeat, remove or move a line, join it to the next or indent it."""
    lines = data.split(b"\n")
    place, other = random.randrange(len(lines)), random.randrange(len(lines))
    action = random.choice(("again", "gone", "moved", "joined", "indented"))
    if action == "again":
        lines[other:other] = [lines[place]] * min(
            random.choice((1, 5, 500)), 1 + MAX_BYTES // 4 // (len(lines[place]) + 1)
        )
    elif action == "gone":
        del lines[place]
    elif action == "moved":
        lines.insert(other, lines.pop(place))
    elif action == "joined":
        lines[place : place + 2] = [b" ".join(lines[place : place + 2])]
    else:
        lines[place] = (
            random.choice((b" ", b"    ", b"\t", b"> ", b"- ", b"  - ")) * random.choice((1, 3, 200)) + lines[place]
        )
    return b"\n".join(lines)


def prefix_lines(*starts: str) -> Mutation:
    """Return the mutation that puts one of these starts before a line, some lines or all."""

    def mutate(random: Random, data: bytes) -> bytes:
        lines = data.split(b"\n")
        rate = random.choice((0.0, 0.2, 1.0))
        chosen_line = random.randrange(len(lines))
        for place in range(len(lines)):
            if place == chosen_line or random.random() < rate:
                lines[place] = random.choice(starts).encode() + lines[place]
        return b"\n".join(lines)

    return mutate


def insert_front_matter(*pieces: str) -> Mutation:
    """Return the mutation that inserts some of these pieces into the front matter, which it creates where there is
    none."""

    def mutate(random: Random, data: bytes) -> bytes:
        fence = data[:4] if data.startswith((b"---\n", b"+++\n")) else random.choice((b"---\n", b"+++\n"))
        chosen = "".join(random.choice(pieces) for _ in range(random.choice((1, 1, 2, 4)))).encode()
        if data.startswith(fence):
            lines = data.split(b"\n")
            end = lines.index(fence.strip(), 1) if fence.strip() in lines[1:] else len(lines)
            place = random.randint(1, end)
            kept = lines[place + random.choice((0, 1)) :]
            return b"\n".join([*lines[:place], chosen.removesuffix(b"\n"), *kept])
        return fence + chosen + (b"" if chosen.endswith(b"\n") else b"\n") + fence + data

    return mutate


# — members —


def read_members(data: bytes) -> list[tuple[str, bytes]]:
    """Return the names and contents of the members of a good archive, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(member.filename, archive.read(member)) for member in archive.infolist()]


def zip_members(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of these members, with the same bytes each time."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")  # two members of one name
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method, 1)
    return buffer.getvalue()


def change_member(random: Random, data: bytes) -> bytes:
    """Damage the XML of one member or two; seldom, remove a member, duplicate it, rename it to another or damage the
    compressed bytes."""
    try:
        members = read_members(data)
    except Exception:  # damaged by an earlier mutation
        return random.choice(ANY_FORMAT)(random, data)
    if not members:
        return data
    for _ in range(random.choice((1, 1, 2))):
        place = random.choice(_weighted_places(members))
        name, content = members[place]
        action = random.random()
        if action < 0.9:
            members[place] = name, random.choice(XML)(random, content)[:MAX_BYTES]
        elif action < 0.93:
            members.append(members[random.randrange(len(members))])
        elif action < 0.96 and len(members) > 1:
            del members[place]
        else:
            members[place] = random.choice(members)[0], content
    return zip_members(members, random.choice((zipfile.ZIP_DEFLATED,) * 5 + (zipfile.ZIP_STORED, zipfile.ZIP_LZMA)))


def _weighted_places(members: list[tuple[str, bytes]]) -> list[int]:
    """Return the places of members to choose from, those that readers open twelve times more often than the others."""
    opened = ("document.xml", "styles.xml", "notes.xml", "content.xml", ".rels")
    return [place for place, (name, _) in enumerate(members) for _ in range(12 if name.endswith(opened) else 1)]


MEMBERS: tuple[Mutation, ...] = (change_member,) * 30 + ANY_FORMAT
