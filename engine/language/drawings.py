"""A drawing (SVG) that a document can carry: shapes and nothing else, so that it runs nothing, asks for nothing and looks the same everywhere.

Contract: allows what it knows and refuses the rest by name. What drawing it costs is bounded, however its parts repeat each other.
Nothing of the file is changed. Source: rule language, 2.1; SVG 1.1 and 2.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from xml.parsers import expat

from engine.values.exact import Number

SVG, XHTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"
SHAPES = frozenset(("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"))
PARTS = frozenset(
    (
        "svg g defs symbol use linearGradient radialGradient stop clipPath mask title desc style metadata "  # what holds and paints shapes
        + " ".join(sorted(SHAPES))
    ).split()
)
RUNNING = frozenset(("script", "handler", "listener", "set", "animate", "animateMotion", "animateTransform", "animateColor", "discard"))
FOREIGN = frozenset(("foreignObject", "image", "feImage", "iframe", "embed", "object", "video", "audio", "canvas", "a"))
DEEPEST = 60
"""Elements inside each other, and parts that use parts."""
MOST_DRAWN = 400_000
"""Characters of all shapes, as often as they are drawn."""

_LENGTH = re.compile(r"\s*\+?([0-9]{0,6}\.?[0-9]{1,9})(?:px|pt|pc|mm|cm|in)?\s*")
_BOX = re.compile(r"\s*(\S+?)[\s,]+(\S+?)[\s,]+([0-9]{0,6}\.?[0-9]{1,9})[\s,]+([0-9]{0,6}\.?[0-9]{1,9})\s*")
_ADDRESS = re.compile(r"url\(\s*['\"]?\s*(.)", re.IGNORECASE | re.DOTALL)
_INSIDE = re.compile(r"url\(\s*['\"]?\s*#([^'\")\s]+)", re.IGNORECASE)
_OTHER_WAYS = re.compile(r"@|\\|(?:image|image-set|src|expression|element)\(|(?:java|vb)script:", re.IGNORECASE)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class UnfitDrawing(Exception):
    """Why a drawing cannot be used, and what to do; `acts` where it runs something or asks for something outside itself."""

    def __init__(self, reason: str, remedy: str, acts: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.remedy, self.acts = reason, remedy, acts


@dataclass(slots=True, eq=False)
class _Element:
    name: str
    line: int
    attributes: Mapping[str, str]
    inner: "list[_Element]" = field(default_factory=list)
    refers: tuple[str, ...] = ()


SIMPLER = "save it as an optimised or plain SVG of paths alone"


def size_of_drawing(content: bytes) -> tuple[Number, Number]:
    """Width and height of the drawing, of which only the proportion counts; raises UnfitDrawing where a document cannot carry it."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise UnfitDrawing("it is not a text in UTF-8", "save it in UTF-8") from None
    root, styles = _Reader().read(content)
    _check_cost(root, styles)
    return _size(root)


# --- reading ---------------------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads a drawing element by element, and stops at the first that it may not hold."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.XmlDeclHandler = self.declared
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.ProcessingInstructionHandler = self.instruction
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.open: list[_Element] = []
        self.root: _Element | None = None
        self.styles: list[str] = []

    def read(self, content: bytes) -> tuple[_Element, str]:
        """The outermost element, and the text of all style sheets."""
        try:
            self.parser.Parse(content, True)
        except expat.ExpatError as error:
            raise UnfitDrawing(f"line {error.lineno} of it is no well-formed XML: {expat.ErrorString(error.code)}", "export it anew") from None
        if self.root is None:
            raise UnfitDrawing("it holds no drawing", "export it anew")
        return self.root, "".join(self.styles)

    def refuse(self, what: str, remedy: str, acts: bool = False) -> UnfitDrawing:
        """The refusal of what stands where the reader is."""
        return UnfitDrawing(f"line {self.parser.CurrentLineNumber} of it holds {what}", remedy, acts)

    def declared(self, version: str, encoding: str | None, standalone: int) -> None:
        """Refuses a file that says that it is not in UTF-8: a browser would believe it."""
        if encoding is not None and encoding.upper() != "UTF-8":
            raise UnfitDrawing(f"it says that it is in {encoding[:20]}", "save it in UTF-8")

    def doctype(self, name: str, system: str | None, public: str | None, subset: int) -> None:
        """Refuses a document type: it could name other files, and entities that grow without end."""
        raise self.refuse("a document type (`<!DOCTYPE`)", "delete it with all entities: a drawing needs none", acts=True)

    def instruction(self, target: str, data: str) -> None:
        """Refuses a processing instruction: it could name a style sheet elsewhere."""
        raise self.refuse(f"an instruction (`<?{target[:20]}`)", "delete it", acts=True)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Keeps an element that a drawing may hold."""
        space, _, local = name.rpartition(" ")
        if len(self.open) >= DEEPEST:
            raise self.refuse(f"more than {DEEPEST} elements inside each other", SIMPLER)
        if any(each.name == "metadata" for each in self.open) and space not in (SVG, XHTML):
            local = "metadata"  # what was noted about the drawing is not drawn
            attributes = {}
        elif not self.open and (space, local) != (SVG, "svg"):
            raise UnfitDrawing(f'it is no SVG: it begins with `<{local[:20]}>` and not with `<svg xmlns="{SVG}">`', "export it anew, as SVG")
        else:
            self.check_name(space, local)
        refers = tuple(self.references(attributes))
        element = _Element(local, self.parser.CurrentLineNumber, attributes, refers=refers)
        if self.open:
            self.open[-1].inner.append(element)
        else:
            self.root = element
        self.open.append(element)

    def check_name(self, space: str, local: str) -> None:
        """Raises for an element that no drawing may hold."""
        shown = f"`<{local[:30]}>`"
        if local in RUNNING:
            raise self.refuse(f"{shown}, which runs when it is looked at", "delete it: what is printed stands still", acts=True)
        if local in FOREIGN:
            raise self.refuse(f"{shown}, which brings in something else than shapes", "delete it, or draw it as paths", acts=True)
        if local in ("text", "tspan", "textPath", "tref"):
            raise self.refuse("text, which each machine sets in a font of its own", "convert its letters to paths (outlines)")
        if space != SVG or local not in PARTS:
            raise self.refuse(f"{shown}, which not every program draws", SIMPLER)

    def references(self, attributes: Mapping[str, str]) -> Iterator[str]:
        """The ids of other parts that an element's attributes name; raises for one that names something outside, or acts."""
        for name, value in attributes.items():
            space, _, local = name.rpartition(" ")
            if local.lower().startswith("on"):
                raise self.refuse(f"`{local[:20]}`, which runs when something happens", "delete it: what is printed stands still", acts=True)
            if local == "href":
                if not value.strip().startswith("#"):
                    raise self.refuse(f"a reference to `{value[:40]}`, which is not inside it", "draw what it refers to inside the file", acts=True)
                yield value.strip()[1:]
            elif local == "base" and space.endswith("/namespace"):
                raise self.refuse("`xml:base`, which turns all its references elsewhere", "delete it", acts=True)
            elif space == "":
                self.check_style(value)
                yield from _INSIDE.findall(value)

    def check_style(self, text: str) -> None:
        """Raises where a style reaches for something outside the drawing, or could hide that it does."""
        plain = _COMMENT.sub(" ", text)
        outside = next((found for found in _ADDRESS.finditer(plain) if found[1] != "#"), None)
        if outside is not None:
            shown = plain[outside.start() : outside.start() + 40].split(")")[0]
            raise self.refuse(f"`{shown})`, which is not inside it", "draw what it refers to inside the file", acts=True)
        other = _OTHER_WAYS.search(plain)
        if other is not None:
            raise self.refuse(f"`{other[0]}` in a style, by which something else could be brought in", "write the style without it", acts=True)

    def text(self, data: str) -> None:
        """Keeps what stands in a style sheet."""
        if self.open and self.open[-1].name == "style":
            self.styles.append(data)

    def end(self, name: str) -> None:
        """Leaves an element; a style sheet is whole then."""
        if self.open.pop().name == "style":
            self.check_style("".join(self.styles))


# --- what it costs ---------------------------------------------------------------------------------------------------------------


def _check_cost(root: _Element, styles: str) -> None:
    """Raises where parts that use parts come to more than anybody draws, or use themselves."""
    everywhere, of_class = _styled(styles)
    by_id: dict[str, _Element] = {}
    for element in _all(root):
        by_id.setdefault(element.attributes.get("id", ""), element)
    known: dict[_Element, int] = {}

    def cost(element: _Element, depth: int) -> int:
        if element in known:
            return known[element]
        if depth > DEEPEST:
            raise UnfitDrawing(f"line {element.line} of it holds a part that uses itself, or a long chain of parts", SIMPLER)
        named = [*element.refers, *(each for name in element.attributes.get("class", "").split() for each in of_class.get(name, ()))]
        if element.name in SHAPES or element.name in ("g", "svg", "symbol", "use"):
            named += everywhere
        parts = [*element.inner, *(by_id[name] for name in named if name in by_id)]
        sum_of_all = 20 + sum(map(len, element.attributes.values())) + sum(cost(each, depth + 1) for each in parts)
        if sum_of_all > MOST_DRAWN:
            raise UnfitDrawing(f"line {element.line} of it draws its parts too often", SIMPLER)
        known[element] = sum_of_all
        return sum_of_all

    cost(root, 0)


def _all(root: _Element) -> Iterator[_Element]:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        waiting += reversed(element.inner)


def _styled(styles: str) -> tuple[list[str], dict[str, list[str]]]:
    """The ids that a style sheet names for every element, and those that it names for a class."""
    everywhere: list[str] = []
    of_class: dict[str, list[str]] = {}
    for selector, body in _RULE.findall(_COMMENT.sub(" ", styles)):
        named = _INSIDE.findall(body)
        classes = [each.strip() for each in selector.split(",")]
        if named and all(re.fullmatch(r"\.[\w-]+", each) for each in classes):
            for each in classes:
                of_class.setdefault(each[1:], []).extend(named)
        else:
            everywhere += named
    return everywhere, of_class


# --- how large it is -------------------------------------------------------------------------------------------------------------


def _size(root: _Element) -> tuple[Number, Number]:
    """Its width and height where it says both, else those of its view box."""
    written = [_LENGTH.fullmatch(root.attributes.get(name, "")) for name in ("width", "height")]
    found = _both(each[1] for each in written if each is not None)
    if found is None and (box := _BOX.fullmatch(root.attributes.get("viewBox", ""))) is not None:
        found = _both((box[3], box[4]))
    if found is None:
        raise UnfitDrawing("it does not say how large it is", 'give its `<svg>` a `viewBox="0 0 WIDTH HEIGHT"`')
    return found


def _both(numbers: Iterable[str]) -> tuple[Number, Number] | None:
    both = [Decimal(each) for each in numbers]
    return (both[0], both[1]) if len(both) == 2 and min(both) > 0 else None
