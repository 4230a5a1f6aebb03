"""No behaviour hangs on the wording of a message: what a finding says is for people, and programs look at its fields.

Whatever is taken out of a record's text here, or made of it, is followed through the names and the functions of its module; to look into
it (`startswith`, `split`, `in`, a pattern, a comparison) is refused.
"""

import ast
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*(ROOT / "engine").rglob("*.py"), *(ROOT / "pricebook").rglob("*.py"), ROOT / "cli.py"])
TEXTS = {"message", "help", "notes", "remedy", "expected", "formula"}
"""Fields of findings and of reasons for one that hold words for people; and the calculation of a step, however it is written."""
LOOKING = {
    "startswith", "endswith", "split", "rsplit", "splitlines", "partition", "rpartition", "removeprefix", "removesuffix", "replace", "find",
    "rfind", "index", "rindex", "count", "translate", "isdigit",
}  # fmt: skip
PATTERNS = {"match", "search", "fullmatch", "sub", "subn", "findall", "finditer", "split"}
MAKERS = {"either_of", "country_meant"}
"""Functions of other modules that make such texts."""
KEEPERS = {"without_isolates", "isolated", "without_languages"}
"""Functions of other modules that give such a text back without some marks."""
MAY_LOOK = {
    ("engine.documents.findings_text", "wrap"): "breaks a text into rows",
    ("engine.documents.findings_text", "_quoted"): "colours what stands in backquotes",
    ("engine.usage.findings", "add"): "tells whether the same was said before",
    ("engine.workers", "_sentence"): "sets on one line what another program says",
    ("engine.workers", "_unknown_value"): "Jinja2 names what it does not know in its message alone",
}
"""(Module, function) -> why it looks into a text all the same."""


def looks(tree: ast.Module) -> list[tuple[str, int]]:
    """(Function, line) of every place that looks into such a text."""
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    given: dict[str, set[str]] = {name: set() for name in functions}  # parameters that are handed such a text
    makers = MAKERS | _printers(tree)
    while True:
        before = (sum(map(len, given.values())), len(makers))
        found = [place for name, node in functions.items() for place in _Reader(name, functions, given, makers).read(node)]
        if before == (sum(map(len, given.values())), len(makers)):
            return sorted(set(found))


def _printers(tree: ast.Module) -> set[str]:
    """What a module calls the function that writes a calculation."""
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "engine.model.formulas"]
    return {name.asname or name.name for node in imported for name in node.names if name.name == "text"}


def _called(call: ast.Call) -> str:
    """The function of this module that a call means, if it means one."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name
    return ""


class _Reader:
    """Reads one function: the names that hold such a text, what is handed on and given back, and where it is looked into."""

    def __init__(self, name: str, functions: dict[str, ast.FunctionDef], given: dict[str, set[str]], makers: set[str]) -> None:
        self.name, self.functions, self.given, self.makers = name, functions, given, makers
        self.held = set(given[name])

    def read(self, function: ast.FunctionDef) -> list[tuple[str, int]]:
        known = -1
        while known < len(self.held):  # a name may be used above the line that fills it
            known = len(self.held)
            for node in ast.walk(function):
                self._follow(node)
        return [(self.name, node.lineno) for node in ast.walk(function) if isinstance(node, ast.expr) and self._looks(node)]

    def _is_text(self, node: ast.AST | None) -> bool:
        match node:
            case ast.Attribute(attr=field):
                return field in TEXTS
            case ast.Subscript(slice=ast.Constant(value="message" | "help")):
                return True
            case ast.Name(id=name):
                return name in self.held
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                return any(map(self._is_text, parts))
            case ast.Subscript(value=value) | ast.Starred(value=value) | ast.NamedExpr(value=value) | ast.FormattedValue(value=value):
                return self._is_text(value)
            case ast.JoinedStr(values=parts) | ast.BoolOp(values=parts):
                return any(map(self._is_text, parts))
            case ast.BinOp(left=left, right=right):
                return self._is_text(left) or self._is_text(right)
            case ast.IfExp(body=body, orelse=other):
                return self._is_text(body) or self._is_text(other)
            case ast.SetComp(elt=made) | ast.ListComp(elt=made) | ast.GeneratorExp(elt=made):
                return self._is_text(made)
            case ast.Call() if _called(node) in self.makers:
                return True
            case ast.Call(func=ast.Attribute(attr="formula")):
                return True  # as a Formatter writes it
            case ast.Call(func=ast.Name(id=name), args=[value, *_]) if name in KEEPERS:
                return self._is_text(value)
            case ast.Call(func=ast.Attribute(value=value)):
                return self._is_text(value)  # `.lower()`, `.strip()`
        return False

    def _follow(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(names) == len(values):
                for name, value in zip(names, values, strict=True):
                    self._hold(name, value)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._hold(target, value)
            case ast.AnnAssign(target=target, value=value) | ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
                self._hold(target, value)
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                self._hold(target, value)
            case ast.Return(value=value) if self._is_text(value):
                self.makers.add(self.name)
            case ast.Call(args=arguments, keywords=keywords) if (called := _called(node)) in self.functions:
                parameters = [each.arg for each in self.functions[called].args.args if each.arg not in ("self", "cls")]
                self.given[called] |= {name for name, value in zip(parameters, arguments, strict=False) if self._is_text(value)}
                self.given[called] |= {each.arg for each in keywords if each.arg is not None and self._is_text(each.value)}

    def _hold(self, target: ast.expr, value: ast.expr | None) -> None:
        if self._is_text(value):
            self.held |= {name.id for name in ast.walk(target) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}

    def _looks(self, node: ast.expr) -> bool:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=method), args=arguments):
                return (method in LOOKING and self._is_text(value)) or (method in PATTERNS and any(map(self._is_text, arguments)))
            case ast.Compare(left=left, comparators=others):
                # Two texts may be the same; whether one is empty is no matter of its words.
                fixed = [each for each in (left, *others) if not (isinstance(each, ast.Constant) and each.value in ("", None))]
                return len(fixed) > 1 and any(map(self._is_text, fixed)) and not all(map(self._is_text, fixed))
            case ast.Subscript(value=value):
                return self._is_text(value) and not isinstance(value, ast.Attribute | ast.Name)
        return False


@pytest.mark.parametrize("path", FILES, ids=lambda path: ".".join(path.relative_to(ROOT).with_suffix("").parts))
def test_no_text_for_people_is_looked_into(path):
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    found = [(name, line) for name, line in looks(ast.parse(path.read_text(encoding="utf-8"))) if (module, name) not in MAY_LOOK]
    assert not found, f"{module} looks into what is written for people: give the record a field that says it ({found})"


def test_who_may_look_into_a_text_still_does():
    for module, function in MAY_LOOK:
        path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
        assert function in {name for name, _ in looks(ast.parse(path.read_text(encoding="utf-8")))}, f"{module}.{function} looks into no text"


@pytest.mark.parametrize(
    "body",
    [
        "return each.help.startswith('did you mean')",
        "return {each.message.split('`')[1] for each in found}",
        "return 'K201' not in each.message",
        "return each.help == 'add a term'",
        "return each.message not in forms",
        "return [re.sub(KEY, said, text) for text in (each.message, each.help)]",
        "return KEY.search(each.message)",
        "return any('term' in note for note in each.notes)",
        "text = each.message.lower()\nreturn 'term' in text",
        "message, other = each.message, 1\nreturn message.partition(' ')[0]",
        "return helper(each.message)",
        "return helper(text=f'{each.message}')",
        "return first(each).startswith('add')",
        "return step.formula.removeprefix('0 − ')",
        "return re.findall('[0-9.]+', text(step.formula))",
        "factor = without_isolates(telling.words.formula(step.formula))\nreturn f'({factor})' if ' + ' in factor else factor",
        "return problem.expected.startswith('a duration')",
        "return suggestion(each.code, found)['help'].replace('the book has', 'choose one of')",
        "return either_of(found).removeprefix('write ')",
    ],
)
def test_looking_into_a_text_is_found(body):
    module = (
        "from engine.model.formulas import text\n\n\ndef helper(text):\n    return KEY.sub('', text)\n\n\ndef first(each):\n    return each.notes[0]\n\n\ndef tell(found, each, step, problem, forms):\n"
        + textwrap.indent(body, "    ")
    )
    assert looks(ast.parse(module))


@pytest.mark.parametrize(
    "body",
    [
        "return replace(each, notes=(*each.notes, 'one more'))",
        "return f'{each.code}: {each.message}'",
        "return each.help or None",
        "return each.help != ''",
        "return each.message == other.message",
        "return each.path.split('.')",
        "return product(step.formula, each) if step.formula is not None else None",
        "return [line for line in wrap(each.message)]",
        "return 'term' in each.names",
    ],
)
def test_showing_a_text_is_not(body):
    assert not looks(ast.parse("def tell(each, other):\n" + textwrap.indent(body, "    ")))


ROOMS = [path for path in FILES if {"pricing", "billing"} & set(path.relative_to(ROOT).parts)]


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: ".".join(path.relative_to(ROOT).with_suffix("").parts))
def test_no_text_is_put_together_as_a_calculation(path):
    """What is computed is a record (engine.model.formulas), which knows how it is written and what it gives."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told]
    signs = [(node.lineno, node.value) for node in texts if {"×", "÷", "−", "→"} & set(node.value) and len(node.value) > 1]
    assert not signs, f"{path.name} writes a calculation as a text"
