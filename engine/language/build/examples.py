"""The section `examples`: orders with the amounts that their author expects."""

from collections.abc import Collection
from decimal import Decimal

from engine.diagnostics import examples, references
from engine.diagnostics.catalogue import by_code_or_slug
from engine.diagnostics.limits import Findings
from engine.diagnostics.record import CodeInfo
from engine.language.build.conditions import read_instant
from engine.language.build.context import Build
from engine.language.build.histories import is_history, read_history
from engine.language.build.node import Node
from engine.language.build.orders import read_order
from engine.model.accounts import History
from engine.model.book import Example
from engine.model.orders import Order
from engine.model.quotes import Refusal


def read_examples(build: Build, parts: dict[str, Node]) -> dict[str, Example]:
    """Every example. Mistakes in what is given are findings, unless the example expects one."""
    found = {}
    for name, node in parts.items():
        example = build.attempt(_read_example, name, node)
        if example is not None:
            found[name] = example
    return found


def check_coupons(build: Build, coupons: Collection[str], examples: dict[str, Example], parts: dict[str, Node]) -> None:
    """Reports coupons that an example hands in, expecting a price, and that no discount has; in a book with discounts."""
    for name, example in examples.items():
        handed_in = example.given.coupons if coupons and example.expect_error is None and isinstance(example.given, Order) else ()
        for position, coupon in enumerate(handed_in):
            if coupon not in coupons:
                written = parts[name].at("given").at("coupons")
                node = written.at(position) if written.is_list else written
                message = f"no discount has the coupon `{coupon}`"
                build.report(references.UNKNOWN_REFERENCE, message, node, names=(coupon,), **build.meant(coupon, coupons, "coupon"))


def _read_example(build: Build, name: str, node: Node) -> Example:
    given, error, expected = node.need("given"), node.get("expect_error"), node.get("expect")
    needs_history = is_history(given)
    code = None
    if error is not None:
        code = error.text()
        _check_code(build, code, error)
    if (error is None) == (expected is None or not expected.data):
        message = "an example that expects nothing proves nothing" if error is None else "an example expects an amount or an error, not both"
        build.report(
            examples.EXPECTS_NOTHING,
            message,
            node.key_span(),
            path=node.dotted(),
            help="write `expect: {total: 100.00}` or `expect_error: CODE`",
        )
    if expected is not None and expected.is_mapping:  # of anything else the shape is said
        build.attempt(read_instant, expected.get("expires"))
    return Example(
        name,
        given=_read_given(build, given, code),
        title=build.text_of(node.get("title")),
        description=build.text_of(node.get("description")),
        expect={key: plain_data(each) for key, each in expected.entries()} if expected is not None and expected.is_mapping else {},
        expect_error=code,
        needs_history=needs_history,
        origin=node.origin(),
    )


def _read_given(build: Build, node: Node, expected_error: str | None) -> Order | History | Refusal:
    """The order or the history, or why it cannot be read; mistakes that the example does not expect go to the book's findings."""
    kept, build.found = build.found, Findings()
    given: Order | History | None = read_history(build, node) if is_history(node) else read_order(build, node, None)
    mistakes, build.found = tuple(build.found), kept
    expected = by_code_or_slug(expected_error) if expected_error is not None and given is None else None
    if expected is None or all(mistake.code != expected.code for mistake in mistakes):
        for mistake in mistakes:
            build.found.add(mistake)
    return Refusal(mistakes) if given is None else given


def _check_code(build: Build, code: str, node: Node) -> CodeInfo | None:
    info = by_code_or_slug(code)
    if info is None:
        build.report(
            examples.UNKNOWN_CODE,
            f"`{code}` is no code or name of a finding",
            node,
            help="see `pricebook rule` for the list of codes",
        )
    return info


def plain_data(node: Node) -> object:
    """The data below a node with scalars as they are compared: numbers exact, everything else as typed."""
    if node.is_mapping:
        return {key: plain_data(each) for key, each in node.entries()}
    if node.is_list:
        return [plain_data(each) for each in node.elements()]
    return node.number() if isinstance(node.data, Decimal) else node.data if isinstance(node.data, bool) else node.raw()
