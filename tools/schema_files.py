"""How schemas are written to files: what is said twice stands once, and what is short stands on one line."""

import json
import re
from collections import Counter
from collections.abc import Iterator

WIDTH = 160
SINGLE = ("items", "additionalProperties", "propertyNames", "if", "then", "else")
MAPS = ("properties",)
WORTH = 200  # characters that a part must have before it is said once under a name of its own


def hoisted(schema: dict) -> dict:
    """The same schema with each part that is said more than once under `definitions`, named by its title or kind."""
    repeated = {text for text, count in Counter(map(_text, _parts(schema))).items() if count > 1 and len(text) > WORTH}
    names: dict[str, str] = {}
    definitions: dict[str, dict] = {}

    def named(part: dict) -> dict:
        text = _text(part)
        if text not in repeated:
            return _each(part, named)
        if text not in names:
            names[text] = _free_name(part, definitions)
            definitions[names[text]] = {}  # its place stands before the places of what is in it
            definitions[names[text]] = _each(part, named)
        return {"$ref": f"#/definitions/{names[text]}"}

    made = _each(schema, named)
    return made | {"definitions": definitions} if definitions else made


def written(schema: dict) -> str:
    """The schema as its file holds it."""
    return _lines(schema, 0) + "\n"


def _text(part: dict) -> str:
    return json.dumps(part, ensure_ascii=False)


def _parts(schema: dict) -> Iterator[dict]:
    """Every part that is a schema of its own, the whole left out."""
    for inner in (*(schema[key] for key in SINGLE if isinstance(schema.get(key), dict)), *(each for key in MAPS for each in schema.get(key, {}).values())):
        yield inner
        yield from _parts(inner)


def _each(schema: dict, change) -> dict:
    """The schema with each direct part changed."""
    made = dict(schema)
    for key, inner in schema.items():
        if key in MAPS:
            made[key] = {name: change(each) for name, each in inner.items()}
        elif key in SINGLE and isinstance(inner, dict):
            made[key] = change(inner)
    return made


def _free_name(part: dict, taken: dict) -> str:
    plain = re.sub("[^a-z0-9]+", "-", (part.get("title") or part.get("$comment", "part")).lower()).strip("-")
    return next(name for number in range(1, len(taken) + 2) if (name := plain if number == 1 else f"{plain}-{number}") not in taken)


def _lines(value: object, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + depth <= WIDTH or not isinstance(value, (dict, list)):
        return flat
    inner = "\n" + " " * (depth + 1)
    if isinstance(value, dict):
        parts, ends = [f"{json.dumps(key, ensure_ascii=False)}: {_lines(each, depth + 1)}" for key, each in value.items()], "{}"
    elif not any(isinstance(each, (dict, list)) for each in value):
        parts, ends = _filled([json.dumps(each, ensure_ascii=False) for each in value], WIDTH - depth), "[]"
    else:
        parts, ends = [_lines(each, depth + 1) for each in value], "[]"
    return ends[0] + inner + f",{inner}".join(parts) + "\n" + " " * depth + ends[1]


def _filled(words: list[str], width: int) -> list[str]:
    """Words beside each other, as many as a line holds."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(word) + 2 <= width:
            lines[-1] += f", {word}"
        else:
            lines.append(word)
    return lines
