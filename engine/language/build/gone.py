"""Sections of which nothing is left although the rest of the book speaks of them: a file was deleted, renamed or moved.

Source: rule language, second version, 1.7.
"""

from engine.diagnostics import Label, references
from engine.language.build.context import Build
from engine.language.build.node import Node
from engine.language.build.sections import REQUIRED
from engine.language.names import suggestion
from engine.model.book import PriceBook
from engine.model.orders import Order

UNKNOWN = {"units": references.UNKNOWN_UNIT, "resources": references.UNKNOWN_RESOURCE}


def check(build: Build, book: PriceBook, examples: dict[str, Node]) -> None:
    """Reports names and amounts that speak of a section without any part; those of all such sections in one finding."""
    discounts = [("discounts", "discount", "", node) for node in _expected_discounts(book, examples)] if not build.declared["discounts"] else []
    gone = [each for each in (*build.gone, *discounts) if each[0] not in REQUIRED]  # of those their absence itself is said
    if len(gone) == 1 and not discounts:
        ((section, kind, name, node),) = gone
        message = f"{kind} `{name}` is not declared"
        build.report(UNKNOWN.get(section, references.UNKNOWN_REFERENCE), message, node, names=(name,), **suggestion(name, (), kind))
    elif gone:
        _report(build, gone)


def _expected_discounts(book: PriceBook, examples: dict[str, Node]) -> list[Node]:
    """Where examples that expect a price hand in a coupon or expect a discount."""
    found = []
    for name, example in book.examples.items():
        if example.expect_error is None and isinstance(example.given, Order):
            node = examples[name]
            if example.given.coupons:
                found.append(node.at("given").at("coupons"))
            elif example.expect.get("discount"):
                found.append(node.at("expect").at("discount"))
    return found


def _report(build: Build, gone: list[tuple[str, str, str, Node]]) -> None:
    sections = list(dict.fromkeys(section for section, *_ in gone))
    first, *others = [node for *_, node in gone]
    said = [f"`{section}`" for section in sections]
    listed = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    labels = tuple(Label(span, "and here") for node in others if (span := node.span()) is not None)
    places = "once" if not others else f"in {len(gone)} places"
    build.report(
        references.SECTION_GONE,
        f"the book speaks {places} of {listed}, but declares none",
        first,
        labels=labels,
        names=tuple(sections),
        help=f"is a file missing? Put it back below the book's folder, under a name that ends in `.yaml`; it begins with `{sections[0]}:`",
    )
