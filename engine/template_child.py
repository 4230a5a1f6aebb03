"""The work of rendering a user's template: sandboxed, and the same text on every run and every machine.

Done in a process of its own (`engine.child`), which imports nothing else of the product, so nothing of it can be reached. A job is one
template with its values; the answer is the `html`, or a failure with the template and the line.
"""

import json
import re
import traceback
from collections.abc import Callable, Generator, ItemsView, Iterator, KeysView, Mapping, ValuesView
from functools import wraps
from typing import TypedDict

from jinja2 import FunctionLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, Undefined, UndefinedError, runtime
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Namespace
from markupsafe import Markup, escape

from engine.child import Answer, Failure, TooMuch, failure_of

ISOLATES = str.maketrans({"\u2066": '<bdi dir="ltr">', "\u2068": "<bdi>", "\u2069": "</bdi>"})
LANGUAGE_MARKS = re.compile("\U000e0001(?:\U000e007f|([\U000e0061-\U000e007a\U000e002d\U000e0030-\U000e0039\U000e0041-\U000e005a]+))")
CONTROLS = re.compile(r"[\"\\<>&\x00-\x1f\x7f]")

NOT_OFFERED = {"lipsum", "random", "pprint"}
"""Of Jinja2's globals and filters, those by chance; `pprint` orders by addresses in memory what cannot be compared."""


class Called:
    """A function of a template's world: it can be called, and has no text, which would be an address in memory."""

    __slots__ = ("_called",)

    def __init__(self, called: Callable[..., object]) -> None:
        self._called = called

    def __call__(self, *arguments: object, **named: object) -> object:
        """What the function gives."""
        return self._called(*arguments, **named)

    def __repr__(self) -> str:
        raise SecurityError("a function has no text of its own; call it with ()")


class Cycle(Cycler):
    """Jinja2's `cycler`, without a text of its own."""

    __repr__ = Called.__repr__


KNOWN = (
    str, bytes, int, float, type(None), list, tuple, dict, range, Undefined, Namespace, Called, Cycle,
    runtime.Macro, runtime.LoopContext, runtime.TemplateReference, TemplateModule,
)  # fmt: skip
"""Whatever a template can hold: its text, if it has one, is made of nothing but the values."""


def steady(value: object) -> object:
    """The value as one that is known; raises SecurityError for one of which nobody knows what its text would be.

    What can be gone through once, or through a mapping as through a set, becomes a list.
    """
    if isinstance(value, KNOWN):
        return value
    if isinstance(value, (Iterator, KeysView, ValuesView, ItemsView)):
        return list(value)
    if callable(value):
        return Called(value)
    raise SecurityError(f"a {type(value).__name__} is nothing that a page can hold")


class Sandbox(ImmutableSandboxedEnvironment):
    """Values cannot be changed, private attributes cannot be read, and whatever is reached is `steady`."""

    def getattr(self, obj: object, attribute: str) -> object:
        """What stands behind a point."""
        return steady(super().getattr(obj, attribute))

    def getitem(self, obj: object, argument: object) -> object:
        """What stands behind brackets."""
        return steady(super().getitem(obj, argument))

    def call(self, context: runtime.Context, called: object, /, *arguments: object, **named: object) -> object:
        """What a call gives."""
        return steady(super().call(context, called._called if isinstance(called, Called) else called, *arguments, **named))


def steadily(function: Callable[..., object]) -> Callable[..., object]:
    """The filter, with a `steady` result."""

    @wraps(function)
    def filtered(*arguments: object, **named: object) -> object:
        return steady(function(*arguments, **named))

    return filtered


def span(match: re.Match[str]) -> str:
    """A mark of another language (or its end) as an element, as the product's own template writes it."""
    if not match[1]:
        return "</span>"
    code = "".join(chr(ord(letter) - 0xE0000) for letter in match[1])
    return f'<span lang="{code}" dir="{"rtl" if code.partition("-")[0] == "ar" else "ltr"}">'


def size_of(text: str) -> int:
    """The bytes of the text in a file; raises ValueError for one that no file can hold."""
    try:
        return len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise ValueError(f"it prints half of a character (U+{ord(text[error.start]):04X}), which no file can hold") from None


def printed(value: object) -> object:
    """A value as it stands in the page: a text is escaped, and its marks become elements."""
    if not isinstance(value, str):
        return value
    size_of(value)
    return Markup(LANGUAGE_MARKS.sub(span, escape(value).translate(ISOLATES)))


def revived(value: dict[str, str]) -> object:
    """Markup that the parent made (drawings, style sheets) stays markup; everything else is a text and will be escaped."""
    return Markup(value["markup"]) if value.keys() == {"markup"} else value


def environment(name: str, source: str, parts: Mapping[str, str]) -> Sandbox:
    """The sandbox: an unknown name is an error, and there are no templates but the user's and the product's `parts`."""
    files = {**parts, name: source}
    made = Sandbox(
        loader=FunctionLoader(lambda asked: (files[asked], asked, None) if asked in files else None),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=printed,
    )
    made.globals["cycler"] = Cycle
    made.filters["attribute"] = attribute
    made.filters["css_string"] = lambda text: Markup('"' + CONTROLS.sub(lambda match: f"\\{ord(match[0]):x} ", attribute(text)) + '"')
    made.globals = {each: steady(value) for each, value in made.globals.items() if each not in NOT_OFFERED}
    made.filters = {each: steadily(function) for each, function in made.filters.items() if each not in NOT_OFFERED}
    return made


def attribute(text: object) -> str:
    """The text without isolates and marks of language, for places that can hold no elements."""
    return LANGUAGE_MARKS.sub("", re.sub("[\u2066\u2068\u2069]", "", str(text)))


def place(error: BaseException, name: str, parts: Mapping[str, str]) -> tuple[str, int]:
    """The deepest template line that the error passed through: (template, line); line 0 where none is known."""
    lines = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    known = [each for each in lines if each[0] == name or each[0] in parts]
    own = [each for each in known if each[0] == name]
    return (own or known or [(name, 0)])[-1]


class Job(TypedDict):
    """A template with its name and its values (JSON), and the `parts` that it may use."""

    name: str
    source: str
    values: str
    parts: dict[str, str]


def begin(first: Mapping[str, Mapping[str, int]]) -> Callable[[Job], Answer]:
    """Gives the function that renders a page."""
    most = first["limits"]["output"]

    def render(job: Job) -> Answer:
        name, source, parts = job["name"], job["source"], job["parts"]
        try:
            return {"html": "".join(pieces(environment(name, source, parts), name, json.loads(job["values"], object_hook=revived), most))}
        except Exception as error:
            return {"failure": failure(error, name, parts)}

    return render


def pieces(sandbox: Sandbox, name: str, values: Mapping[str, object], most: int) -> Iterator[str]:
    """The page in pieces of at most so many bytes together. What is wrong with a piece is raised at its place in the template."""
    page, size = sandbox.get_template(name).generate(**values), 0
    if not isinstance(page, Generator):
        raise TypeError("Jinja2 gives no generator")  # into which errors can be thrown
    for piece in page:
        try:
            size += size_of(piece)
        except ValueError as error:
            page.throw(error)
        if size > most:
            page.throw(TooMuch("output"))
        yield piece


def failure(error: Exception, name: str, parts: Mapping[str, str]) -> Failure:
    """What is said of the error of a template, with the template and the line."""
    where, line = place(error, name, parts)
    said = failure_of(error)
    match error:
        case TemplateSyntaxError():
            where, line = error.filename if error.filename is not None and error.filename in parts else name, error.lineno
            said = {"what": "syntax", "message": str(error.message)}
        case TemplateNotFound():
            said = {"what": "missing-part", "message": str(error.name or "")}
        case UndefinedError():
            said = {"what": "unknown-value", "message": str(error)}
        case SecurityError():
            said = {"what": "forbidden", "message": str(error)}
        case OverflowError():
            said = {"what": "time", "message": ""}
    return {**said, "template": where, "line": line}
