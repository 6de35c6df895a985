"""Damage along the structure of a file: elements of XML, values of JSON, lines of text, members of an archive."""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from random import Random

from tests.index.reading.fuzzing.byte_mutations import ANY, LARGEST, NUMBERS, TEXTS, Way, odd, putting

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


def element_repeated(random: Random, data: bytes) -> bytes:
    """An element comes again, up to a thousand times."""
    start, end = _element(random, data)
    times = min(random.choice((1, 2, 50, 1000)), max(1, LARGEST // 4 // max(1, end - start)))
    return data[:end] + data[start:end] * times + data[end:]


def element_dropped(random: Random, data: bytes) -> bytes:
    """An element is missing, or only what it holds."""
    start, end = _element(random, data)
    return data[:start] + data[end:]


def element_moved(random: Random, data: bytes) -> bytes:
    """An element stands where another stood, which is gone or stands inside it."""
    start, end = _element(random, data)
    from_, to = _element(random, data)
    return data[:start] + data[from_:to] + data[random.choice((start, end)) :]


def element_nested(random: Random, data: bytes) -> bytes:
    """An element stands in itself, and again."""
    start, end = _element(random, data)
    tag = _TAG.match(data, start)
    if tag is None:
        return data
    depth = min(random.choice(_DEPTHS), LARGEST // (2 * len(tag[0]) + 8))
    closing = b"</" + tag[1] + b">" if random.random() < 0.9 else b""
    return data[:start] + tag[0] * depth + data[start:end] + closing * depth + data[end:]


def element_renamed(random: Random, data: bytes) -> bytes:
    """An element bears the name of another."""
    start, end = _element(random, data)
    tag, other = _TAG.match(data, start), _TAG.search(data, random.randint(0, len(data)))
    if tag is None or other is None:
        return data
    inside = data[tag.end() : end].removesuffix(b"</" + tag[1] + b">")
    closing = b"" if tag[2].endswith(b"/") else b"</" + other[1] + b">"
    return data[:start] + b"<" + other[1] + tag[2] + b">" + inside + closing + data[end:]


def value_changed(random: Random, data: bytes) -> bytes:
    """An attribute has the value of another one, or an odd one."""
    found, other = (_VALUE.search(data, random.randint(0, len(data))) for _ in range(2))
    if found is None:
        return data
    new = other[2] if other is not None and random.random() < 0.5 else odd(random)
    return data[: found.start(2)] + new + data[found.end(2) :]


def text_changed(random: Random, data: bytes) -> bytes:
    """An element holds an odd text."""
    found = _TEXT.search(data, random.randint(0, len(data)))
    return data if found is None else data[: found.start(1)] + odd(random) + data[found.end(1) :]


def declared(random: Random, data: bytes) -> bytes:
    """A document type, entities or another encoding are declared before the root; an entity is called somewhere."""
    root = _ROOT.search(data)
    place = root.start() if root else 0
    data = data[:place] + random.choice(_DOCTYPES).encode() + data[place:]
    found = _TEXT.search(data, random.randint(0, len(data)))
    return data if found is None else data[: found.start(1)] + b"&a;" + data[found.end(1) :]


def encoded(random: Random, data: bytes) -> bytes:
    """The same text in another encoding, whatever the file declares."""
    return data.decode("utf-8", "replace").encode(random.choice(_ENCODINGS), "replace")


ELEMENTS: tuple[Way, ...] = (
    element_repeated, element_dropped, element_moved, element_nested, element_renamed, value_changed, value_changed,
    text_changed, text_changed, declared, encoded,
)  # fmt: skip
XML = ELEMENTS * 2 + ANY
"""The ways of a whole file: those that break its form are not the most."""


def _element(random: Random, data: bytes) -> tuple[int, int]:
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


def value_of_another_type(random: Random, data: bytes) -> bytes:
    """A value of a JSON file becomes another, is missing, stands twice or stands deep in lists."""
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError):
        return putting("[", "{", "]", "}", ",", '"', '{"text": ', '"a", "start": ')(random, data)
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
    _change(random, holder, key)
    try:
        text = json.dumps(whole, ensure_ascii=random.random() < 0.5, skipkeys=True)
    except RecursionError:  # values were put deep several times
        return data + b"[" * 5000
    return text.encode("utf-8", "surrogatepass")


def _change(random: Random, holder: dict[str, object] | list[object], key: object) -> None:
    how = random.choice(("other", "other", "gone", "twice", "deep"))
    new = random.choice(_ODD_VALUES)
    if how == "deep":
        for _ in range(random.choice((1, 50, 400))):
            new = [new] if random.random() < 0.5 else {"segments": new}
    if isinstance(holder, dict):
        assert isinstance(key, str)
        if how == "gone":
            del holder[key]
        else:
            holder[f"{key}s" if how == "twice" else key] = new
    else:
        assert isinstance(key, int)
        if how == "gone":
            del holder[key]
        elif how == "twice":
            holder[key:key] = [holder[key]] * random.choice((1, 3, 500))
        else:
            holder[key] = new


VALUES: tuple[Way, ...] = (value_of_another_type,) * 15 + (encoded, *ANY)


# — lines —


def lines_changed(random: Random, data: bytes) -> bytes:
    """A line comes again, is missing, moves, joins the next one or goes to the right."""
    lines = data.split(b"\n")
    place, other = random.randrange(len(lines)), random.randrange(len(lines))
    how = random.choice(("again", "gone", "moved", "joined", "indented"))
    if how == "again":
        lines[other:other] = [lines[place]] * min(
            random.choice((1, 5, 500)), 1 + LARGEST // 4 // (len(lines[place]) + 1)
        )
    elif how == "gone":
        del lines[place]
    elif how == "moved":
        lines.insert(other, lines.pop(place))
    elif how == "joined":
        lines[place : place + 2] = [b" ".join(lines[place : place + 2])]
    else:
        lines[place] = (
            random.choice((b" ", b"    ", b"\t", b"> ", b"- ", b"  - ")) * random.choice((1, 3, 200)) + lines[place]
        )
    return b"\n".join(lines)


def line_begun(*starts: str) -> Way:
    """The way that puts one of these in front of a line, of some or of all."""

    def begun(random: Random, data: bytes) -> bytes:
        lines = data.split(b"\n")
        rate = random.choice((0.0, 0.2, 1.0))
        sure = random.randrange(len(lines))
        for place in range(len(lines)):
            if place == sure or random.random() < rate:
                lines[place] = random.choice(starts).encode() + lines[place]
        return b"\n".join(lines)

    return begun


def headed(*pieces: str) -> Way:
    """The way that puts some of these between the fences of a front matter, made where there is none."""

    def put(random: Random, data: bytes) -> bytes:
        fence = data[:4] if data.startswith((b"---\n", b"+++\n")) else random.choice((b"---\n", b"+++\n"))
        chosen = "".join(random.choice(pieces) for _ in range(random.choice((1, 1, 2, 4)))).encode()
        if data.startswith(fence):
            lines = data.split(b"\n")
            end = lines.index(fence.strip(), 1) if fence.strip() in lines[1:] else len(lines)
            place = random.randint(1, end)
            kept = lines[place + random.choice((0, 1)) :]
            return b"\n".join([*lines[:place], chosen.removesuffix(b"\n"), *kept])
        return fence + chosen + (b"" if chosen.endswith(b"\n") else b"\n") + fence + data

    return put


# — members —


def members(data: bytes) -> list[tuple[str, bytes]]:
    """The names and bytes of the members of a good archive, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(one.filename, archive.read(one)) for one in archive.infolist()]


def zipped(found: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these members, the same bytes each time."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")  # two members of one name
        for name, content in found:
            archive.writestr(zipfile.ZipInfo(name), content, method, 1)
    return buffer.getvalue()


def member_changed(random: Random, data: bytes) -> bytes:
    """The XML of one member or two is damaged; seldom, a member is missing, stands twice, has another's name or is
    damaged as packed."""
    try:
        found = members(data)
    except Exception:  # damaged already
        return random.choice(ANY)(random, data)
    if not found:
        return data
    for _ in range(random.choice((1, 1, 2))):
        place = random.choice(_of_text(found))
        name, content = found[place]
        how = random.random()
        if how < 0.9:
            found[place] = name, random.choice(XML)(random, content)[:LARGEST]
        elif how < 0.93:
            found.append(found[random.randrange(len(found))])
        elif how < 0.96 and len(found) > 1:
            del found[place]
        else:
            found[place] = random.choice(found)[0], content
    return zipped(found, random.choice((zipfile.ZIP_DEFLATED,) * 5 + (zipfile.ZIP_STORED, zipfile.ZIP_LZMA)))


def _of_text(found: list[tuple[str, bytes]]) -> list[int]:
    """The places of members worth damaging: those that readers open three times as often as the others."""
    opened = ("document.xml", "styles.xml", "notes.xml", "content.xml", ".rels")
    return [place for place, (name, _) in enumerate(found) for _ in range(12 if name.endswith(opened) else 1)]


MEMBERS: tuple[Way, ...] = (member_changed,) * 30 + ANY
