"""Offers beside each other: a term that costs more than shorter ones, a price in advance that pays off too late. Source: authoring, family P.

Terms and modes are compared by whole orders that the engine prices, with all discounts that everybody gets.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import policies as codes
from engine.language.build.places import Places
from engine.lints.history import representative
from engine.lints.probes import Purse, days_of, scopes
from engine.lints.wording import amount, dotted, labels
from engine.model.book import BillingMode, PriceBook
from engine.model.orders import OrderLine
from engine.model.prices import PriceEntry
from engine.pricing.probing import Scope, before_rounding, companions, quote_line, quote_of, smallest_line
from engine.pricing.resolution import prices_in_force
from engine.values.exact import ONE, Number, divide, exact, multiply, round_number
from engine.values.periods import Duration
from engine.values.terms import UNITS_OF, units

MOST_OF_TERMS = 60
MOST_OF_MODES = 60
"""Orders that are priced to compare the terms of a mode, and one mode with another."""

if TYPE_CHECKING:
    from engine.sheet.view import BreakEven


class _Dearer(NamedTuple):
    """A term and a shorter one that fits into it so many times, and what the two cost."""

    term: str
    shorter: str
    whole: Number
    parts: Number


def dearer_term(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A thing with a price per year and one per month (or per week and day), of which a term costs more than shorter ones that come to the same time."""
    purse = Purse(MOST_OF_TERMS)
    for (mode, name, spec, currency, when), by_per in _by_thing(book).items():
        quantity = book.items[name].quantity.min or ONE if name in book.items else ONE
        short, long = ("month", "year") if "year" in by_per else ("day", "week")
        shorter = sorted(by_per.get(short, ()), key=_start)
        for year in by_per.get(long, ()):
            month = _in_force(shorter, year)
            if month is None:
                continue
            parts, whole = multiply(representative(month, quantity), exact(UNITS_OF[long])), representative(year, quantity)
            found = _Dearer(f"a {long}", "twelve months" if long == "year" else "seven days", whole, parts) if whole > parts else None
            sold = book.billing_modes[mode].terms if mode in book.billing_modes else ()
            if found is None and year.conditions.effective is not None and purse.pays(len(sold)):
                scope = Scope(book, year.conditions.effective, currency)
                line = OrderLine(name, spec, None if spec else quantity)
                found = _dearest(scope, book.billing_modes[mode], line, {attribute: values[0] for attribute, values in when})
            if found is not None:
                yield report(
                    codes.DEARER_TERM,
                    f"{found.term} of `{spec or name}` costs {amount(found.whole, currency)}, {found.shorter} cost {amount(found.parts, currency)}",
                    places.span(year.origin),
                    path=dotted(year.origin),
                    labels=labels(places, month.origin, text=f"the price per {short}"),
                    help=f"lower the price per {long}, or raise the price per {short}",
                )


_Thing = tuple[str, str, str | None, str, tuple[tuple[str, tuple[str, ...]], ...]]


def _by_thing(book: PriceBook) -> dict[_Thing, dict[str, list[PriceEntry]]]:
    groups: dict[_Thing, dict[str, list[PriceEntry]]] = {}
    for entry in book.prices:
        if entry.per in UNITS_OF and entry.charges:
            key = (entry.billing_mode, entry.item, entry.spec, entry.currency, tuple(sorted(entry.conditions.when.items())))
            groups.setdefault(key, {}).setdefault(entry.per, []).append(entry)
    return groups


def _start(entry: PriceEntry) -> datetime:
    return entry.conditions.start


def _in_force(entries: list[PriceEntry], year: PriceEntry) -> PriceEntry | None:
    """The latest of the entries, in order of time, that has begun when `year` begins."""
    begun = bisect_right(entries, _start(year), key=_start) if year.conditions.effective is not None else len(entries)
    return entries[bisect_left(entries, _start(entries[begun - 1]), key=_start)] if begun else None


def _dearest(scope: Scope, mode: BillingMode, line: OrderLine, attributes: dict[str, str]) -> _Dearer | None:
    """The first term on sale that costs more than a shorter one that fits into it, as quoted."""
    costs = {term: priced.amount for term in mode.terms if (priced := quote_line(scope, mode, line, attributes, term)) is not None}
    for term, whole in costs.items():
        for shorter, part in costs.items():
            times, rest = divmod(units(term), units(shorter))
            parts = multiply(part, exact(times))
            # Each of the parts is rounded by itself: a cent for each proves nothing.
            if times > 1 and not rest and whole > parts and round_number(divide(whole, parts) if parts else ONE, 3, "down") > ONE:
                return _Dearer(str(term), f"{times} times {shorter}", whole, parts)
    return None


# --- one mode beside another ----------------------------------------------------------------------------------------------------


def late_break_even(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A term paid in advance for which one would pay less elsewhere in all of its time, whatever is used."""
    days, purse = days_of(book), Purse(MOST_OF_MODES)
    for mode in book.billing_modes.values():
        if mode.payment != "prepaid" or not mode.terms or mode.sold_by == "day":
            continue
        for scope in scopes(book, mode, days):
            found = [*_against_use(scope, mode, purse), *_against_modes(scope, mode, purse)]
            for each in found:
                yield _late(scope, places, each)
            if found:
                break  # what is so on several days is said of the last


class _Late(NamedTuple):
    """A term of a mode that pays off against the other one only after so many months."""

    mode: BillingMode
    line: OrderLine
    other: str
    term: Duration
    paid: Number
    elsewhere: Number
    after: Number
    how: str


def _against_use(scope: Scope, mode: BillingMode, purse: Purse) -> Iterator[_Late]:
    """The terms of a mode against what its reference order costs by the hour when it is used around the clock."""
    by_hour = any(other.payment == "postpaid" and other.cycle == "hour" for other in scope.book.billing_modes.values())
    if not by_hour or not purse.pays(len(mode.terms) + 4):
        return
    from engine.sheet.break_even import build_break_even  # with it come all rooms of the sheet

    for compared in build_break_even(scope, {mode.id: mode.terms}):
        late = _never_cheaper(compared)
        if late is not None:
            ordered = compared.ordered[0]
            yield _Late(mode, OrderLine(ordered.item, ordered.spec, ordered.quantity), compared.postpaid, *late, "around the clock")


def _never_cheaper(compared: "BreakEven") -> tuple[Duration, Number, Number, Number] | None:
    """The longest term whose month costs more than a whole month of use: with what it costs, that use, and the months until they are even."""
    full = compared.points[-1][1]
    dearer = [each for each in compared.crossings if each.monthly > full]
    if not dearer:
        return None
    longest = max(dearer, key=lambda each: each.term.months)
    months = exact(longest.term.months)
    return longest.term, multiply(longest.monthly, months), multiply(full, months), divide(multiply(longest.monthly, months), full)


def _against_modes(scope: Scope, mode: BillingMode, purse: Purse) -> Iterator[_Late]:
    """The terms of a mode against the shortest term of another that sells the same with the same beside it, or its bills by the month."""
    own = [sold.item for sold in mode.items if sold.payment == "prepaid"]
    for other in scope.book.billing_modes.values():
        shared = [sold.item for sold in other.items if sold.item in own and sold.payment == other.payment] if other is not mode else []
        monthly = other.payment == "postpaid" and other.cycle == "month"
        if not shared or not (monthly or other.terms) or other.sold_by == "day":
            continue
        line = smallest_line(scope, mode, scope.book.items[shared[0]], scope.attributes)
        alone = [companions(scope, each, (line.item,), scope.attributes) for each in (mode, other)]
        if alone[0] != alone[1]:
            continue
        month = Duration(months=1)
        step = month if monthly else other.terms[0]
        for term in reversed(mode.terms):
            times, rest = divmod(term.months, step.months)
            if times < 2 or rest or not purse.pays(2):
                continue
            lines = (line, *alone[0])
            whole = quote_of(scope, mode, lines, term, None, scope.attributes)
            part = quote_of(scope, other, lines, None if monthly else step, step if monthly else None, scope.attributes)
            if whole is None or part is None:
                continue
            paid, once = before_rounding(whole), before_rounding(part)
            if once and paid > multiply(once, exact(times)):
                yield _Late(
                    mode, line, other.id, term, paid, multiply(once, exact(times)), multiply(divide(paid, once), exact(step.months)), f"{times} times {step}"
                )
                break


def _late(scope: Scope, places: Places, late: _Late) -> Diagnostic:
    entry = _price_of(scope, late.mode, late.line)
    paid, elsewhere = (amount(round_number(each, 2, "half-up"), scope.currency) for each in (late.paid, late.elsewhere))
    origin = entry.origin if entry is not None else late.mode.origin
    months = round_number(late.after, 1, "up")
    return report(
        codes.LATE_BREAK_EVEN,
        f"{late.term} of `{late.line.spec or late.line.item}` in `{late.mode.id}` costs what `{late.other}` costs in {months} months",
        places.span(origin),
        path=dotted(origin),
        labels=labels(places, scope.book.billing_modes[late.other].origin, text=f"{elsewhere} for that time"),
        notes=(f"{late.term} costs {paid}; the same in `{late.other}`, {late.how}, costs {elsewhere}",),
        help="lower the price that is paid in advance, or raise the other one",
    )


def _price_of(scope: Scope, mode: BillingMode, line: OrderLine) -> PriceEntry | None:
    entries: tuple[PriceEntry, ...] = prices_in_force(scope.book, mode.id, line.item, line.spec, scope.currency, scope.at, scope.attributes).entries
    return entries[0] if entries else None


CHECKS = (dearer_term, late_break_even)
