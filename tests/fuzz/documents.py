"""Documents that a schema allows, or nearly: hypothesis draws them from the product's own schemas, keys, words and examples."""

import functools
import json
import operator
import random

from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.mutations import yaml_text
from tests.fuzz.words import EDGES, language, schema

DEEPEST = 7
TEXT = st.one_of(st.sampled_from(EDGES), st.sampled_from(language()), st.text(max_size=12), st.integers().map(str), st.dates().map(str))
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), TEXT), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)


@st.composite
def documents(draw, name: str) -> object:
    """A document of the schema of that name: required keys always, others at times, one value in eight of another kind."""
    whole = schema(name)
    return _drawn(draw, whole, whole, 0)


def _drawn(draw, node: dict, whole: dict, depth: int) -> object:
    while "$ref" in node:
        node = functools.reduce(operator.getitem, node["$ref"].split("/")[1:], whole)
    if depth and draw(st.integers(0, 7)) == 7:
        return draw(ANYTHING)
    examples, kind = node.get("examples", []), node.get("type", "string")
    kind = draw(st.sampled_from(kind)) if isinstance(kind, list) else kind
    if "enum" in node:
        return draw(st.sampled_from(node["enum"]))
    if depth >= DEEPEST or (examples and draw(st.integers(0, 2)) == 2):
        return json.loads(json.dumps(draw(st.sampled_from(examples)), default=str)) if examples else draw(TEXT)
    match kind:
        case "object":
            return _mapping(draw, node, whole, depth)
        case "array":
            inner = node.get("items", {})
            return [_drawn(draw, inner if isinstance(inner, dict) else inner[0], whole, depth + 1) for _ in range(draw(st.integers(0, 3)))]
        case "boolean":
            return draw(st.booleans())
        case "null":
            return None
        case "integer":
            return draw(st.integers(0, 100) | st.integers())
    return draw(TEXT)


def _mapping(draw, node: dict, whole: dict, depth: int) -> dict:
    properties = node.get("properties", {})
    wanted = set(node.get("required", ()))
    if properties:
        wanted |= set(draw(st.lists(st.sampled_from(sorted(properties)), max_size=5)))
    found = {key: _drawn(draw, properties[key], whole, depth + 1) for key in sorted(wanted & set(properties))}
    further = node.get("additionalProperties")
    if isinstance(further, dict) and further:
        for key in draw(st.lists(TEXT, max_size=3)):
            found[key] = _drawn(draw, further, whole, depth + 1)
    return found


class Drawer:
    """Draws from a strategy by a random generator in place of hypothesis's own choice, so that one seed says everything."""

    def __init__(self, strategy: st.SearchStrategy) -> None:
        self._found: list = []

        @given(strategy)
        def keep(value: object) -> None:
            self._found.append(value)

        self._draw = keep.hypothesis.fuzz_one_input

    def __call__(self, rng: random.Random) -> object:
        """A value; what hypothesis gives up for want of choices is drawn anew."""
        while not self._found:
            self._draw(rng.randbytes(6000))
        return self._found.pop()


def as_yaml(tree: object) -> bytes:
    """The document as a rule file or an order says it."""
    return yaml_text(tree).encode("utf-8", "replace")


def as_json(tree: object) -> bytes:
    """The document as JSON."""
    return json.dumps(tree, ensure_ascii=False, indent=1).encode("utf-8", "replace")
