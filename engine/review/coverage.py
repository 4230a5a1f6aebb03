"""Which tiers, discounts and policy rows no example touches, proven by the traces of the examples and by nothing else.

Contract: a rule is touched where a step of a priced example, or a rule chosen in one, comes from its lines. Nothing is priced again.
Source: authoring, `test --coverage`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.billing.stretches import stretches
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.examples import NOT_COVERED
from engine.language.build.places import Places
from engine.model.accounts import History
from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.quotes import Quote, Refusal
from engine.model.trace import TraceStep
from engine.pricing.change_request import policy_in_force
from engine.review.examples import ExampleResult
from engine.values.spans import Origin, Path, dotted


@dataclass(frozen=True, slots=True)
class CoveredRule:
    """A rule that an example can touch. `kind`: tier | discount | discount tier | fee row | change direction | mode change | tax row.

    `name` is in words (tier 2 of `seat`), `key` tells rules apart that share a place (a policy's directions).
    """

    kind: str
    name: str
    origin: Origin
    key: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """All rules that examples can touch, in the book's order, and those of them that none does."""

    rules: tuple[CoveredRule, ...]
    untouched: tuple[CoveredRule, ...]

    @property
    def touched(self) -> int:
        """How many rules some example touches."""
        return len(self.rules) - len(self.untouched)


def cover(book: PriceBook, results: Iterable[ExampleResult]) -> Coverage:
    """What the results of the book's examples touch."""
    rules = tuple(dict.fromkeys(_rules(book)))
    touched: set[tuple[Place, str]] = set()
    for result in results:
        if result.quote is not None:
            touched.update(_places(_steps(result.quote)))
            touched.update(_policy_rows(book, result.quote, result.example.given))
        if result.invoice is not None and isinstance(result.example.given, History):
            touched.update(_places(_below([step for line in result.invoice.lines for step in line.trace])))
            touched.update(_rows_of_history(book, result.example.given))
    return Coverage(rules, tuple(rule for rule in rules if (_place(rule.origin), rule.key) not in touched))


def coverage_findings(coverage: Coverage, places: Places) -> tuple[Diagnostic, ...]:
    """A finding for each rule that no example touches, at its place. Source: authoring, profile `publish`."""
    return tuple(
        report(
            NOT_COVERED,
            f"no example touches {rule.name}",
            places.span(rule.origin),
            path=dotted(rule.origin.path),
            help="add an example whose order reaches it: what is published is proven",
        )
        for rule in coverage.untouched
    )


# --- what there is


def _rules(book: PriceBook) -> Iterator[CoveredRule]:
    yield from _price_tiers(book)
    for discount in book.discounts.values():
        if not discount.tiers:
            yield CoveredRule("discount", f"the discount `{discount.id}`", discount.origin)
        for tier in discount.tiers:
            yield CoveredRule("discount tier", f"the tier from {tier.start} of the discount `{discount.id}`", tier.origin)
    yield from _policies(book)
    for row in book.taxes:
        yield CoveredRule("tax row", f"the row `{row.id or row.tax}` of the taxes", row.origin)


def _price_tiers(book: PriceBook) -> Iterator[CoveredRule]:
    for entry in book.prices:
        for charge in entry.charges:
            for number, tier in enumerate(charge.tiers, 1):
                yield CoveredRule("tier", f"tier {number} of `{entry.item}` in `{entry.billing_mode}`", tier.origin)


def _policies(book: PriceBook) -> Iterator[CoveredRule]:
    modes = book.billing_modes.values()
    for name in dict.fromkeys(use.use for mode in modes for use in mode.spec_change):
        policy = book.spec_changes[name]
        for direction in policy.supports:
            yield CoveredRule("change direction", f"`{direction}` of the spec-change policy `{name}`", policy.origin, direction)
    for name in dict.fromkeys(use.use for mode in modes for use in mode.cancellation):
        for number, row in enumerate(book.cancellations[name].fees, 1):
            yield CoveredRule("fee row", f"row {number} of the fees of the cancellation `{name}`", row.origin)
    for move in book.mode_changes:
        yield CoveredRule("mode change", f"the mode change from `{move.source}` to `{move.target}`", move.origin)


# --- what is touched

Place = tuple[str, Path]


def _place(origin: Origin) -> Place:
    return origin.file, origin.path or (origin.line,)


def _places(steps: Iterable[TraceStep]) -> Iterator[tuple[Place, str]]:
    """Every place that a step or a chosen rule comes from, with the rules around it: a percentage lies in its tier and discount."""
    for step in steps:
        chosen = [each.origin for each in step.considered if each.chosen]
        # A discount step without effect names its stage, and nothing in that stage applied.
        for origin in [*chosen, *([] if step.idle and step.number == 5 else [step.origin])]:
            if origin.line:
                file, path = _place(origin)
                yield from (((file, path[:length]), "") for length in range(1, len(path) + 1))


def _steps(quote: Quote) -> Iterator[TraceStep]:
    waiting = list(quote.trace)
    waiting += [step for line in quote.lines for step in line.trace]
    for change in quote.changes or ():
        waiting += [*change.trace, *(step for line in change.lines for step in line.trace)]
    for renewal in quote.renewals or ():
        waiting += [*renewal.trace, *(step for line in renewal.lines for step in line.trace)]
    if quote.unsubscription is not None:
        waiting += quote.unsubscription.trace
    return _below(waiting)


def _below(waiting: list[TraceStep]) -> Iterator[TraceStep]:
    """The steps and all that explain them."""
    while waiting:
        step = waiting.pop()
        waiting += step.children
        yield step


def _policy_rows(book: PriceBook, quote: Quote, order: Order | History | Refusal) -> Iterator[tuple[Place, str]]:
    """The directions of the changes, and the row of the switch: pricing says which they were, their steps have no lines."""
    if not isinstance(order, Order):
        return
    for change in quote.changes or ():
        bought = max([quote.at, *(renewal.at for renewal in quote.renewals or () if renewal.at <= change.at)])
        policy = policy_in_force(book, book.billing_modes[quote.billing_mode], order, bought)
        if policy is not None:
            yield from ((_place(policy.origin), line.direction) for line in change.lines)
    for row in book.mode_changes:
        if quote.switch is not None and (row.source, row.target) == (quote.billing_mode, quote.switch.to):
            yield _place(row.origin), ""


def _rows_of_history(book: PriceBook, history: History) -> Iterator[tuple[Place, str]]:
    """The same of an account's events in the period that is billed."""
    account = history.account
    for stretch in (each for sub in account.subscriptions for each in stretches(book, account, sub, history.end)):
        mode = book.billing_modes[stretch.sub.billing_mode]
        for bought_at, change in stretch.changes:
            order = Order(bought_at, mode.id, account.currency, (), attributes={**account.attributes, **stretch.sub.attributes})
            policy = policy_in_force(book, mode, order, bought_at)
            if policy is not None and history.start <= change.at < history.end:
                yield from _places(_below([*change.trace, *(step for line in change.lines for step in line.trace)]))
                yield from ((_place(policy.origin), line.direction) for line in change.lines)
        switch = stretch.switch
        if switch is not None and history.start <= switch.at < history.end:
            yield from ((_place(row.origin), "") for row in book.mode_changes if (row.source, row.target) == (mode.id, switch.to))
