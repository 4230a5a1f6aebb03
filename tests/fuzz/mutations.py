"""Mutations of a file: of its bytes, its lines, its words, and of the tree that it holds.

Everything is chosen by the `random.Random` that is given, so the same seed gives the same bytes.
"""

import csv
import io
import json
import random
import re
from collections.abc import Callable, Sequence

import yaml

from tests.fuzz.words import DURATIONS, EDGES, NUMBERS, QUANTITIES, TEXTS, TIMES, language

LARGEST = 256 * 1024
"""Bytes that a mutated file has at most; larger files are the business of tests that look for bounds."""

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]
WORD = re.compile(rb"[\w.%+-]+")
NUMBER = re.compile(rb"[0-9]+(?:\.[0-9]+)?")
PLAIN = re.compile(r"[A-Za-z0-9][\w.%/+-]*(?: [\w.%/+-]+)*\Z")
FAR = {
    "number": ("0", "-1", "0." + "0" * 60 + "1", "9" * 20, "9" * 100, "9" * 400, "1" + "0" * 4000, "1e999999999"),
    "percent": ("0%", "-5%", "100%", "1000%", f"{'9' * 100}%", "0." + "0" * 60 + "1%"),
    "day": ("0001-01-01", "1900-01-01", "9000-12-31", "9999-12-31"),
    "instant": ("0001-01-01T00:00Z", "1900-01-01T00:00Z", "9000-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    "duration": ("0 days", "1 second", "999999 seconds", "999999 days", "999999 months", "7000 years", "8999 years", "999999 years"),
    "quantity": ("0 GB", f"{'9' * 40} TB", "1/3 GB", "1/99999999999999999999 GB", "0.0000000000000000000001 GB"),
}
"""Values that are as far as a form allows, by kind: where no bound is set for one, they come far into the program."""
ALIKE = (
    (r"-?[0-9]+(\.[0-9]+)?", (*FAR["number"] * 8, *NUMBERS), ("0", "1", "2", "3", "7", "10", "12.5", "0.01", "0.005", "0.00007", "100", "999.99", "1000000", "1/3", "-1", "-0.01")),
    (r"[0-9.]+%", (*FAR["percent"] * 8, *NUMBERS), ("0%", "1%", "7%", "33.3%", "50%", "99.99%", "100%", "101%")),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", (*FAR["day"] * 12, *TIMES), (
        "2026-01-01", "2026-01-31", "2026-02-28", "2026-03-01", "2026-03-15", "2026-03-29", "2026-03-31", "2026-04-01", "2026-12-31", "2027-07-01", "2028-02-29", "8999-12-31")),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*", (*FAR["instant"] * 12, *TIMES), (
        "2026-03-01T00:00", "2026-03-29T02:30", "2026-10-25T02:30", "2026-03-31T23:59:59Z", "2026-03-01T10:00+08:00", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z")),
    (r"[0-9]+ (month|year|day|hour|minute|second)s?", (*FAR["duration"] * 8, *DURATIONS), (
        "1 second", "1 minute", "1 hour", "720 hours", "1 day", "5 days", "31 days", "1 month", "3 months", "6 months", "11 months", "1 year", "2 years", "3 years", "100 years")),
    (r"[0-9.]+ \w+", (*FAR["quantity"] * 8, *QUANTITIES), ("1 GB", "100 GB", "0.5 GB", "1 TB", "1/3 GB", "5 users", "1 user", "2 plans", "1000000 TB")),
    (r"true|false", TEXTS, ("true", "false")),
    (r"month|year|day|hour|quarter|term", DURATIONS, ("month", "year", "day", "hour", "quarter", "term")),
)  # fmt: skip
"""Kinds of values by their form, with values at the edges of the kind, and with such as a file could well hold."""
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252")


def mutate(rng: random.Random, content: bytes, others: Sequence[bytes], extra: Sequence[str] = ()) -> bytes:
    """The content after one mutation, or a few; `others` are files of the same kind, `extra` words are taken as often as all others."""
    for _ in range(1 + min(int(rng.expovariate(1.5)), 6)):
        content = rng.choice(_weighted(_is_tree(content)))(rng, content, others) if not extra or rng.random() < 0.5 else _put(rng, content, rng.choice(extra))
    return content[:LARGEST]


def word(rng: random.Random) -> str:
    """A word of the language or a value at an edge."""
    return rng.choice(EDGES) if rng.random() < 0.5 else rng.choice(language())


def _weighted(tree: bool) -> tuple[Mutation, ...]:
    """The mutations, each as often as it is chosen. Those of the tree go deepest, because what they make can still be read."""
    return (*BYTES, *LINES * 2, *WORDS * 3, *(TREE * 5 if tree else ()), *(LIKE * 20 if tree else ()))


def _is_tree(content: bytes) -> bool:
    return len(content) < 60_000 and (b":" in content or b"," in content)


# --- bytes ----------------------------------------------------------------------------------------------------------------------


def _flip(rng, content, others):
    if not content:
        return bytes([rng.randrange(256)])
    at = rng.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]


def _cut(rng, content, others):
    at = rng.randrange(len(content) + 1)
    return content[:at] + content[at + min(int(rng.expovariate(0.05)), len(content)) :]


def _insert(rng, content, others):
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.randbytes(rng.randint(1, 4)) + content[at:]


def _truncate(rng, content, others):
    return content[: rng.randrange(len(content) + 1)]


def _splice(rng, content, others):
    other = rng.choice(others) if others else content
    return content[: rng.randrange(len(content) + 1)] + other[rng.randrange(len(other) + 1) :]


def _repeat(rng, content, others):
    """A piece of the file many times over."""
    start = rng.randrange(len(content) + 1)
    piece = content[start : start + rng.randint(1, 40)]
    return content[:start] + piece * min(rng.choice((2, 30, 1000)), LARGEST // (len(piece) or 1)) + content[start:]


def _recode(rng, content, others):
    return content.decode("utf-8", "replace").encode(rng.choice(ENCODINGS), "replace")


def _ends(rng, content, others):
    return content.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\n", b"\x85", b"\xe2\x80\xa8", b"\n\xef\xbb\xbf")))


BYTES: tuple[Mutation, ...] = (_flip, _cut, _insert, _truncate, _splice, _repeat, _recode, _ends)

# --- lines and words ------------------------------------------------------------------------------------------------------------


def _line_gone(rng, content, others):
    lines = content.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


def _line_twice(rng, content, others):
    lines = content.split(b"\n")
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return b"\n".join(lines)


def _lines_swapped(rng, content, others):
    lines = content.split(b"\n")
    one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def _line_of_another(rng, content, others):
    lines = content.split(b"\n")
    lines.insert(rng.randrange(len(lines) + 1), rng.choice((rng.choice(others) if others else content).split(b"\n")))
    return b"\n".join(lines)


def _indented(rng, content, others):
    lines = content.split(b"\n")
    at = rng.randrange(len(lines))
    lines[at] = lines[at].lstrip() if rng.random() < 0.3 else rng.choice((b" ", b"  ", b"\t", b"- ")) + lines[at]
    return b"\n".join(lines)


LINES: tuple[Mutation, ...] = (_line_gone, _line_twice, _lines_swapped, _line_of_another, _indented)


def _put(rng: random.Random, content: bytes, text: str) -> bytes:
    """The text in the place of a word, or between two."""
    found = list(WORD.finditer(content))
    if not found:
        return content + text.encode("utf-8")
    at = rng.choice(found)
    return content[: at.start()] + text.encode("utf-8") + content[at.end() if rng.random() < 0.7 else at.start() :]


def _word(rng, content, others):
    return _put(rng, content, word(rng))


def _word_of_another(rng, content, others):
    return _put(rng, content, rng.choice(WORD.findall(rng.choice(others) if others else content) or [b"x"]).decode("utf-8", "replace"))


def _number(rng, content, others):
    """Another number in the place of one."""
    found = list(NUMBER.finditer(content))
    if not found:
        return content
    at = rng.choice(found)
    near = str(max(0, int(float(at[0][:15])) + rng.choice((-1, 1, 100)))) if rng.random() < 0.3 else None
    return content[: at.start()] + (near or rng.choice(EDGES[:60])).encode("utf-8") + content[at.end() :]


WORDS: tuple[Mutation, ...] = (_word, _word_of_another, _number)

# --- the tree -------------------------------------------------------------------------------------------------------------------


def _of_tree(change: Callable[[random.Random, list, list], object]) -> Mutation:
    """A mutation of what the file holds, written down again; the file as it is where it holds no tree."""

    def mutation(rng: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
        read, write = _form(content)
        try:
            tree, other = read(content), read(rng.choice(others)) if others else None
            slots = list(_slots(tree))
            if not slots:
                return content
            change(rng, slots, list(_slots(other)) or slots)
            return write(tree).encode("utf-8", "replace")
        except (yaml.YAMLError, csv.Error, ValueError, RecursionError, TypeError):
            return content

    return mutation


def _form(content: bytes):
    start = content.lstrip()[:1]
    if start in (b"{", b"["):
        return json.loads, lambda tree: json.dumps(tree, ensure_ascii=False, indent=2)
    first = content.split(b"\n", 1)[0]
    if b"," in first and b": " not in first and b"#" not in first:
        return _csv_rows, _csv_text
    return lambda text: yaml.load(text, Loader=yaml.CBaseLoader), yaml_text


def _csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def _csv_text(rows) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [cell if isinstance(cell, str) else str(cell) for cell in (row if isinstance(row, list) else [row])] for row in rows
    )
    return out.getvalue()


def _slots(tree: object, depth: int = 0):
    """Every place in a tree that holds a value: its container and the key or index."""
    if depth > 40:
        return
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from _slots(tree[key], depth + 1)


def _copy(tree: object) -> object:
    return json.loads(json.dumps(tree))


def _another_value(rng, slots, pool):
    inside, key = rng.choice(slots)
    inside[key] = word(rng)


def _like(rng, slots, pool):
    """Another value of the same kind: one that a person could have meant, so that what is made of it is priced and billed, or one at an edge."""
    inside, key = rng.choice(slots)
    kind = _kind_of(inside[key])
    if kind is not None:
        inside[key] = rng.choice(kind[1] if rng.random() < 0.4 else kind[2])
    elif isinstance(inside[key], bool):
        inside[key] = not inside[key]
    elif isinstance(inside[key], int):
        inside[key] += rng.choice((-1, 1, 10))
    else:
        rng.choice((_value_from_elsewhere, _swapped))(rng, slots, pool)


def _all_alike(rng, slots, pool):
    """One value in every place of its kind, or in many: what any key takes without a word meets the rest of the program."""
    kinds = {id(kind): kind for inside, key in slots if (kind := _kind_of(inside[key])) is not None}
    if kinds:
        chosen = rng.choice(list(kinds.values()))
        value, share = rng.choice(chosen[1] if rng.random() < 0.8 else chosen[2]), rng.choice((0.1, 0.5, 1))
        for inside, key in slots:
            if _kind_of(inside[key]) is chosen and rng.random() < share:
                inside[key] = value


def _kind_of(value: object):
    return next((each for each in ALIKE if isinstance(value, str) and re.fullmatch(each[0], value)), None)


def _value_from_elsewhere(rng, slots, pool):
    inside, key = rng.choice(slots)
    same = [each for each in pool if each[1] == key]
    other, at = rng.choice(same if same and rng.random() < 0.7 else pool)
    inside[key] = _copy(other[at])


def _no_value(rng, slots, pool):
    inside, key = rng.choice(slots)
    del inside[key]


def _another_key(rng, slots, pool):
    inside, key = rng.choice(slots)
    if isinstance(inside, dict):
        inside[word(rng)] = inside[key] if rng.random() < 0.5 else inside.pop(key)
    else:
        inside.insert(key, _copy(inside[key]))


def _nested(rng, slots, pool):
    inside, key = rng.choice(slots)
    value = inside[key]
    for _ in range(rng.choice((1, 1, 2, 30, 120))):
        value = [value] if rng.random() < 0.5 else {rng.choice(language()): value}
    inside[key] = value


def _many(rng, slots, pool):
    """A long list or mapping of what stands there once."""
    inside, key = rng.choice(slots)
    count, value = rng.choice((2, 10, 300)), json.dumps(inside[key])
    count = min(count, LARGEST // len(value) + 1)
    inside[key] = [json.loads(value) for _ in range(count)] if rng.random() < 0.5 else {f"k{number}": json.loads(value) for number in range(count)}


def _swapped(rng, slots, pool):
    inside, key = rng.choice(slots)
    other = rng.choice(list(inside) if isinstance(inside, dict) else range(len(inside)))
    inside[key], inside[other] = inside[other], inside[key]


TREE: tuple[Mutation, ...] = tuple(
    map(_of_tree, (_another_value, _another_value, _value_from_elsewhere, _value_from_elsewhere, _no_value, _another_key, _nested, _many, _swapped))
)
LIKE: tuple[Mutation, ...] = tuple(map(_of_tree, (_like, _like, _all_alike)))


def yaml_text(tree: object, margin: str = "") -> str:
    """The tree as YAML in the block form that people write; scalars stand without quotes where YAML reads them back as they are."""
    match tree:
        case dict() if tree:
            return "".join(f"{margin}{_scalar(key)}:{_below(value, margin)}" for key, value in tree.items())
        case list() if tree:
            return "".join(f"{margin}-{_below(value, margin)}" for value in tree)
    return f"{margin}{_scalar(tree)}\n"


def _below(value: object, margin: str) -> str:
    nested = isinstance(value, (dict, list)) and bool(value)
    return "\n" + yaml_text(value, margin + " ") if nested else f" {_scalar(value)}\n"


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return value if PLAIN.match(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
