"""The house stands as designed: floors, purity, one rounding, one allocation, no float, no file too long."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The longest matching prefix decides; a module imports from floors below its own, or from its own folder's floor.
FLOORS = {
    "engine.values": 0, "engine.resources": 0,
    "engine.model": 1, "engine.diagnostics": 1,
    "engine.language": 2, "engine.language.build": 3, "engine.pricing": 3,
    "engine.usage": 4,
    "engine.billing": 5, "engine.rating": 5,
    "engine.review": 6, "engine.sheet": 6, "engine.editing": 6,
    "engine.lints": 7, "engine.documents": 7,
    "engine.store": 8, "engine.shelf": 8, "engine.machine": 8, "engine.results": 8, "engine.workers": 8, "engine.child": 8, "engine.template_child": 8,
    "engine.layout_child": 8, "engine.rules_child": 8, "engine.editor": 8, "engine.in_processes": 8, "engine.batch": 8,
    "engine.commands": 9,
    "engine.preview": 10,
    "pricebook": 10, "cli": 10,
}  # fmt: skip
NEIGHBOURS_APART = {("engine.pricing", "engine.language"), ("engine.language", "engine.pricing")}
SHELL = tuple(name for name, floor in FLOORS.items() if floor >= 8)
IMPURE = {"os", "sys", "time", "random", "locale", "socket", "subprocess", "pathlib", "tempfile", "shutil"}
# The package's own data, and the time zones of the `tzdata` package: the same bytes on every machine.
MAY_READ = ("engine.resources", "engine.values.periods")
CLOCKS = {"now", "today", "utcnow", "getenv", "time_ns", "perf_counter"}


FILES = [*sorted((ROOT / "engine").rglob("*.py")), *sorted((ROOT / "pricebook").rglob("*.py")), ROOT / "cli.py"]
MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES}


@cache
def nodes(name: str) -> tuple[ast.AST, ...]:
    """All that a module is made of."""
    return tuple(ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"), str(MODULES[name]))))


def floor_of(name: str) -> int | None:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if ".".join(parts[:length]) in FLOORS:
            return FLOORS[".".join(parts[:length])]
    return None


@cache
def imports(module: str) -> list[str]:
    names = []
    for node in nodes(module):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            # `from engine.pricing import charges` names a module too; an attribute has no floor of its own and changes nothing.
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def test_every_module_stands_on_a_floor():
    assert [name for name in MODULES if name != "engine" and floor_of(name) is None] == []


def test_every_module_imports_only_from_below():
    own = {name: floor for name in MODULES if (floor := floor_of(name)) is not None}
    pairs = [(name, imported, floor) for name in own for imported in imports(name) if (floor := floor_of(imported)) is not None]
    assert len(pairs) > len(own)
    assert [f"{name} (floor {own[name]}) imports {imported} (floor {floor})" for name, imported, floor in pairs if floor > own[name]] == []
    rooms = [(name, imported, tuple(".".join(each.split(".")[:2]) for each in (name, imported))) for name, imported, _ in pairs]
    assert [f"{name} imports {imported}" for name, imported, both in rooms if both in NEIGHBOURS_APART] == [], "pricing and language never meet"


def test_imports_have_no_circle_between_modules():
    known = {name: {i for i in imports(name) if i in MODULES and i != name} for name in MODULES}
    # A package's face re-exports its modules; what counts is a module that reaches itself without passing through its own face.
    graph = {name: {i for i in targets if not name.startswith(i + ".")} for name, targets in known.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for target in sorted(graph[name]):
                visit(target, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def calls(name: str) -> list[tuple[str, str]]:
    """What a module calls, each with its place."""
    found = [(node.func, f"{name}:{node.lineno}") for node in nodes(name) if isinstance(node, ast.Call)]
    return [(called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", ""), place) for called, place in found]


def test_the_core_opens_no_file_and_reads_no_clock():
    core = [name for name in MODULES if not name.startswith(SHELL) and name not in MAY_READ]
    assert [(name, imported) for name in core for imported in imports(name) if imported.split(".")[0] in IMPURE] == []
    assert [each for name in core for each in calls(name) if each[0] in CLOCKS | {"open", "print", "input"}] == []


def test_no_float_in_the_engine():
    constants = ((name, node) for name in MODULES for node in nodes(name) if isinstance(node, ast.Constant))
    assert [f"{name}:{node.lineno}" for name, node in constants if isinstance(node.value, float)] == []
    assert [place for name in MODULES for called, place in calls(name) if called == "float"] == []


def test_one_function_rounds_and_one_allocates():
    rounding = set()
    for name in MODULES:
        for node in nodes(name):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id == "round":
                rounding.add((name, "round"))
            if isinstance(called, ast.Attribute) and called.attr in ("quantize", "to_integral_value", "limit_denominator"):
                rounding.add((name, called.attr))
    assert {name for name, _ in rounding} == {"engine.values.exact"}, sorted(rounding)
    defined = [
        (name, node.name)
        for name in MODULES
        for node in nodes(name)
        if isinstance(node, ast.FunctionDef) and node.name in ("allocate", "round_money", "round_number")
    ]
    assert sorted(defined) == [
        ("engine.values.exact", "round_number"),
        ("engine.values.money", "allocate"),
        ("engine.values.money", "round_money"),
    ]


def test_the_page_about_the_house_names_what_stands():
    """Every file that docs/architecture.md names is there, and every room of the engine is named."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    files = {path.name for path in (ROOT / "engine").rglob("*.py")} | {path.name for path in ROOT.glob("tests/*.py")} | {"cli.py"}
    assert {Path(name).name for name in re.findall(r"[\w/]+\.py", page)} <= files
    rooms = {f"engine/{path.parent.name}" for path in (ROOT / "engine").glob("*/__init__.py")}
    assert rooms <= set(re.findall(r"`(engine/\w+)`", page))


def test_files_stay_short():
    assert [name for name, path in MODULES.items() if len(path.read_text(encoding="utf-8").splitlines()) > 350] == []


def test_no_name_of_a_class_stands_for_two_things():
    """The library's own records (`pricebook.Quote`) are those of the engine, with where they come from."""
    found: dict[str, list[str]] = {}
    for name in MODULES:
        for node in nodes(name):
            if isinstance(node, ast.ClassDef) and name.startswith("engine."):
                found.setdefault(node.name, []).append(name)
    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}
