"""Discounts and policies that work against their purpose. Source: authoring, family P."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import policies as codes
from engine.diagnostics.record import listed
from engine.language.build.places import Places
from engine.lints.wording import dotted, labels
from engine.model.book import ModeItem, PriceBook
from engine.model.policies import Benefit, Cancellation, Discount, FeeRow, PayFor, PercentOff
from engine.values.exact import ONE, Number, divide, multiply, plain, subtract
from engine.values.periods import Duration
from engine.values.spans import Origin
from engine.values.terms import alike, units


def percent(ratio: Number) -> str:
    """A ratio as people write it: 0.17 is 17%."""
    return f"{plain(multiply(ratio, Decimal(100)))}%"


def share_of(benefit: Benefit | None) -> Number | None:
    """The part of the list price that a benefit takes off; None where it depends on amounts."""
    if isinstance(benefit, PercentOff):
        return benefit.ratio
    if isinstance(benefit, PayFor):
        return subtract(ONE, divide(Decimal(units(benefit.pay_for)), Decimal(units(benefit.every))))
    return None


def smaller_discount(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A discount by term whose longer tier gives less."""
    for discount in book.discounts.values():
        if discount.by != "term":
            continue
        for first, second in zip(discount.tiers, discount.tiers[1:], strict=False):
            before, after = share_of(first.benefit), share_of(second.benefit)
            if before is not None and after is not None and after < before:
                key = "percent_off" if isinstance(second.benefit, PercentOff) else "pay_for"
                yield report(
                    codes.SMALLER_DISCOUNT,
                    f"`{discount.id}` gives {percent(after)} from {second.start}, but {percent(before)} from {first.start}",
                    places.nearest(second.origin, key),
                    path=dotted(second.origin, key),
                    labels=labels(places, first.origin, text=f"{percent(before)} from {first.start}"),
                    help="give the longer term at least as much",
                )


def coupon_without_end(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A coupon with no `until`."""
    for discount in book.discounts.values():
        if discount.coupon is not None and discount.conditions.until is None:
            yield report(
                codes.COUPON_WITHOUT_END,
                f"coupon `{discount.coupon}` never expires",
                places.nearest(discount.origin, "coupon"),
                path=dotted(discount.origin, "coupon"),
                help="add `until:` with the first day on which it no longer holds",
            )


def same_coupon(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """Two discounts with one code."""
    first: dict[str, Discount] = {}
    for discount in book.discounts.values():
        if discount.coupon is not None and first.setdefault(discount.coupon, discount) is not discount:
            other = first[discount.coupon]
            yield report(
                codes.SAME_COUPON,
                f"`{discount.id}` and `{other.id}` have the same coupon `{discount.coupon}`",
                places.nearest(discount.origin, "coupon"),
                path=dotted(discount.origin, "coupon"),
                labels=labels(places, other.origin, "coupon", text="the same code"),
                help="give each discount a code of its own",
            )


def unified_day(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A unified day whose extra part is charged as a whole price period because nothing else was said."""
    for renewal in book.renewals.values():
        if renewal.align is not None and renewal.stub is None:
            part = "the first one, until that," if renewal.first == "short" else "the extra part until then"
            yield report(
                codes.UNIFIED_DAY_WITHOUT_STUB,
                f"terms under `{renewal.id}` end on a unified day, and {part} costs a whole price period, however short it is",
                places.nearest(renewal.origin, "align"),
                path=dotted(renewal.origin, "align"),
                help="add `stub: actual-days`, or `stub: whole-period` if that is meant",
            )


def stub_without_effect(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A `stub` of a mode that bills nothing by the month, or of a renewal without a unified day."""
    for mode in book.billing_modes.values():
        if mode.stub is not None and not any(_has_part_periods(book, sold) for sold in mode.items):
            yield _no_effect(
                places, mode.origin, f"`{mode.id}` bills nothing whose part periods its `stub` could prorate",
                "remove it; what a part until a unified day costs is said by the `stub` of a renewal with `align`",
            )  # fmt: skip
    for renewal in book.renewals.values():
        if renewal.stub is not None and renewal.align is None:
            message = f"terms under `{renewal.id}` end on their anniversary, so there is no part that its `stub` could prorate"
            yield _no_effect(places, renewal.origin, message, "remove it, or add `align`")


def _has_part_periods(book: PriceBook, sold: ModeItem) -> bool:
    item = book.items.get(sold.item)
    meter = item.meter if item is not None else None
    on_amounts = item is not None and item.list_amounts is not None
    return sold.payment == "postpaid" and not on_amounts and (meter is None or meter.window not in ("hour", "day"))


def _no_effect(places: Places, origin: Origin, message: str, remedy: str) -> Diagnostic:
    return report(codes.STUB_WITHOUT_EFFECT, message, places.nearest(origin, "stub"), path=dotted(origin, "stub"), help=remedy)


def _offered(book: PriceBook) -> Callable[[tuple[str, ...]], tuple[frozenset[str], tuple[Duration, ...]]]:
    """A function of billing modes (none: all) that says what they sell, and their terms; each once."""

    @cache
    def offered(names: tuple[str, ...]) -> tuple[frozenset[str], tuple[Duration, ...]]:
        modes = [book.billing_modes[name] for name in names or book.billing_modes if name in book.billing_modes]
        sold = frozenset(each.item for mode in modes for each in mode.items)
        return sold, tuple(term for mode in modes for term in mode.terms)

    return offered


def reaches_nothing(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A discount for items that its modes do not sell, or by a term that they do not have."""
    offered = _offered(book)
    for discount in book.discounts.values():
        sold, terms = offered(discount.billing_modes)
        if discount.items and sold.isdisjoint(discount.items):
            key, reason = "items", "none of its items is sold in its billing modes"
        elif discount.by == "term" and not terms:
            key, reason = "billing_modes", "it goes by the term, and its billing modes have no terms"
        else:
            continue
        yield report(
            codes.DISCOUNT_REACHES_NOTHING,
            f"`{discount.id}` can never apply: {reason}",
            places.nearest(discount.origin, key),
            path=dotted(discount.origin, key),
            help="name the modes and items that the discount is for",
        )


def unreachable_term(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A tier by term that no term on sale reaches."""
    offered = _offered(book)
    for discount in book.discounts.values():
        _, terms = offered(discount.billing_modes)
        beyond = [tier for tier in discount.tiers if terms and isinstance(tier.start, Duration) and not any(_reaches(term, tier.start) for term in terms)]
        if beyond:
            which = f"the tier from {beyond[0].start}" if len(beyond) == 1 else f"the {len(beyond)} tiers from {beyond[0].start} on"
            yield report(
                codes.TIER_ABOVE_TERMS,
                f"no term on sale reaches {which} of `{discount.id}`",
                places.nearest(beyond[0].origin, "from"),
                path=dotted(beyond[0].origin, "from"),
                help=f"offer the term in the billing mode, or remove the tier{'' if len(beyond) == 1 else 's'}",
            )


def _reaches(term: Duration, start: Duration) -> bool:
    return alike(term, start) and units(term) >= units(start)


def fee_rows(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """Rows of a fee table that never apply, because a row above them matches whatever they match: one finding for each row above."""
    for policy in book.cancellations.values():
        hidden: dict[int, list[int]] = {}
        reached: _Reached = {}  # term and how use is counted -> the rows so far that reach further than those above them
        for position, row in enumerate(policy.fees):
            above = min((found for term in (None, row.term) if (found := _first(reached, term, row)) is not None), default=None)
            if above is not None:
                hidden.setdefault(above, []).append(position)
            kind, length = _used(row)
            reaching = reached.setdefault((row.term, kind), [])
            if not reaching or length > reaching[-1][0]:
                reaching.append((length, position))
        for above, rows in hidden.items():
            yield _hidden_rows(places, policy, above, rows)


def _hidden_rows(places: Places, policy: Cancellation, above: int, rows: list[int]) -> Diagnostic:
    general, first = policy.fees[above].origin, policy.fees[rows[0]].origin
    if len(rows) == 1:
        which, at, other, beside = f"row {rows[0] + 1}", first, general, "this row matches first"
        remedy = "put the more particular row above the more general one"
    else:
        which, at, other, beside = f"rows {listed(row + 1 for row in rows)}", general, first, "the first that it hides"
        remedy = f"move row {above + 1} to the end: the first row that matches decides"
    never = "never applies" if len(rows) == 1 else "never apply"
    return report(
        codes.FEE_ROW_NEVER_APPLIES,
        f"{which} of the fees of `{policy.id}` {never}: row {above + 1} matches first",
        places.span(at),
        path=dotted(at),
        labels=labels(places, other, text=beside),
        help=remedy,
    )


_Reached = dict[tuple[Duration | None, bool | None], list[tuple[tuple[int, ...], int]]]


def _used(row: FeeRow) -> tuple[bool | None, tuple[int, ...]]:
    """How the use is counted up to which a row holds, and its length; None and nothing where it holds for any."""
    used = row.used_up_to
    return (None, ()) if used is None else (bool(used.months), (used.months, used.seconds))


def _first(reached: _Reached, term: Duration | None, row: FeeRow) -> int | None:
    """The first of the rows for a term that matches whatever `row` matches."""
    kind, length = _used(row)
    reaching = reached.get((term, kind), [])
    longer = reaching[bisect_left(reaching, length, key=lambda each: each[0]) :][:1]
    return min((position for _, position in (*reached.get((term, None), ()), *longer)), default=None)


CHECKS = (smaller_discount, coupon_without_end, same_coupon, unified_day, stub_without_effect, reaches_nothing, unreachable_term, fee_rows)
