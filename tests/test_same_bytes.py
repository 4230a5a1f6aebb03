"""A template prints the same bytes in every process: nothing by chance, no order of hashes, no address in memory.

What can be printed is not listed here: it is asked of the environment in which templates run, so that whatever a further version of
Jinja2 brings is tried too. All of it is rendered here and in a second process, with other hashes and other addresses.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.template_child import begin, environment

ROOT = Path(__file__).resolve().parents[1]
VALUES = (
    "title", "3", "['b', 'a']", "{'b': 1, 'a': 2, 'c': 3}", "{('a', 1): 1, (1, 'a'): 2}", "range(3)", "title.upper", "[title.upper]", "facts",
)  # fmt: skip
ARGUMENTS = ("", "2", "'upper'", "title.upper")
SHOWN = ("{{ %s }}", "{{ [%s] }}", "{{ %s ~ '' }}", "{%% for one in %s %%}{{ one }};{%% endfor %%}")
OTHERS = (
    "self", "self.part", "[self]", "[self.part]", "loop", "loop.cycle", "loop.changed", "loop.previtem|default('')", "mine", "[mine]", "mine.arguments",
    "mine(mine)", "caller", "varargs", "kwargs", "box", "[box]", "box.kept", "turn", "[turn]", "turn.next", "turn.next()", "turn.items", "joiner()",
    "[joiner()]", "joiner()()", "now", "now()", "hash('a')", "id(title)", "set('abc')", "{'b': 1, 'a': 2}.keys() - []", "({'b': 1, 'a': 2}.items() - [])|list",
    "'{} {a!r}'.format(title.upper, a=range)", "'%s %r' % (range, title.upper)", "'{0.upper}'.format(title)", "{range: 1}", "(range|string)[-9:]",
    "[range, dict]|sort", "[range, title.upper]|join", "[title]|map(attribute='upper')|list", "[range]|unique|list", "(-8) ** 0.5", "title|attr('upper')",
    "[title, title]|map('attr', 'upper')|join", "range == range", "title.upper == title.upper", "parts", "parts.render", "[parts]",
)  # fmt: skip
AROUND = (
    "{%% import 'blocks.html.j2' as parts %%}{%% block part %%}{%% endblock %%}{%% macro mine(a) %%}{{ a }}{%% endmacro %%}{%% set turn = cycler('a', 'b') %%}"
    "{%% set box = namespace(kept=title.upper) %%}{%% for each in ['x', 'y'] %%}{{ %s }}{%% endfor %%}"
)
SMALL = {"title": "Gym", "facts": [{"label": "Date", "value": "1 March"}]}
PARTS = {"blocks.html.j2": "{% macro render(block) %}{{ block }}{% endmacro %}"}


def sources() -> list[str]:
    """Templates that print all globals, filters, tests and methods there are, and what else comes to mind."""
    offered = environment("mine.html.j2", "", PARTS)
    called = [f"{name}{call}" for name in offered.globals for call in ("", "()", "(3)", "('ba')", "(a=1)")]
    filtered = [f"({value}|{name}({given}))" for name in offered.filters for value in VALUES for given in ARGUMENTS]
    tested = [f"({value} is {name}({given}))" for name in offered.tests for value in VALUES for given in ARGUMENTS[::2]]
    methods = [f"({value}).{name}{call}" for value, of in METHODS for name in dir(of) for call in ("", "()", "('a')") if name[0] != "_"]
    plain = [SHOWN[0] % each for each in (*filtered, *tested, *methods)]
    return [*(form % each for each in (*called, *VALUES) for form in SHOWN), *plain, *(AROUND % each for each in OTHERS)]


METHODS = (
    ("title", ""),
    ("3", 1),
    ("1.5", 1.5),
    ("['b', 'a']", []),
    ("('b', 'a')", ()),
    ("{'b': 1, 'a': 2}", {}),
    ("range(3)", range(1)),
    ("'ba'.encode()", b""),
)


def rendered() -> list[dict]:
    """What becomes of each, in this process; at the end what a template prints without any of it, to be seen to differ."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    render = begin({"limits": {"output": 100_000}})
    job = {"name": "mine.html.j2", "values": json.dumps(SMALL), "parts": PARTS}
    raw = ImmutableSandboxedEnvironment().from_string("{{ range }}{{ {'b': 1, 'a': 2, 'c': 3}.keys() - [] }}").render()
    return [*(render({**job, "source": source}) for source in sources()), {"html": raw}]


@pytest.fixture(scope="module")
def here() -> list[tuple[str, dict]]:
    """Every template with its result in this process."""
    return list(zip([*sources(), "raw"], rendered(), strict=True))


@pytest.fixture(scope="module")
def twice(here) -> list[tuple[str, dict, dict]]:
    """Every template with its two results: here, and in a process with other hashes."""
    program = "import json; from tests.test_same_bytes import rendered; print(json.dumps(rendered()))"
    environment = {**os.environ, "PYTHONHASHSEED": "22", "PYTHONPATH": str(ROOT)}
    there = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT, env=environment, timeout=300, check=True).stdout
    return [(source, first, second) for (source, first), second in zip(here, json.loads(there), strict=True)]


@pytest.mark.whole
def test_two_processes_print_the_same(twice):
    *tried, (_, raw, other) = twice
    assert raw != other
    assert [source for source, first, second in tried if first != second] == []


@pytest.mark.whole
def test_no_address_in_memory_is_printed(twice):
    *tried, (_, raw, _) = twice
    address = re.compile("0x[0-9a-f]{6}")
    assert address.search(raw["html"])
    assert [source for source, made, _ in tried if address.search(made.get("html", ""))] == []


def test_what_is_not_printed_is_a_finding_at_its_place(here):
    refused = [(source, made["failure"]) for source, made in here if "failure" in made]
    assert {failure["what"] for _, failure in refused} <= {"forbidden", "failed", "syntax", "unknown-value", "time", "missing-part"}
    assert [source for source, failure in refused if (failure["template"], failure["line"]) != ("mine.html.j2", 1)] == []
    assert len(here) - len(refused) > 500


@pytest.mark.parametrize("shown", ["range", "title.upper", "[title.upper]", "range ~ ''", "'%s'|format(dict)", "self.part", "joiner()", "cycler('a')"])
def test_what_has_no_text_of_its_own_is_refused_by_name(shown):
    render = begin({"limits": {"output": 100_000}})
    made = render({"name": "mine.html.j2", "source": "\n{% block part %}{% endblock %}\n{{ " + shown + " }}", "values": json.dumps(SMALL), "parts": {}})
    assert made["failure"] == {
        "what": "forbidden", "message": "a function has no text of its own; call it with ()", "template": "mine.html.j2", "line": 3,
    }  # fmt: skip
