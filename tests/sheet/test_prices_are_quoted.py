"""Every price on the sheet is one that a quote charges: each is taken from the view and ordered again through `price_order`."""

from dataclasses import replace

import pytest

from engine.model.book import PriceBook
from engine.model.orders import Order, OrderLine
from engine.model.prices import Volume
from engine.model.quotes import Quote, QuoteLine
from engine.pricing import price_order
from engine.pricing.charges import rate_charge
from engine.pricing.probing import Scope, companions, least_above, least_quantity
from engine.pricing.resolution import prices_in_force
from engine.sheet.view import ModeSheet, PriceColumn, PriceGroup, PriceRow, SheetView
from engine.values.exact import ONE, ZERO, Number, add, divide, exact, multiply, shown, subtract
from engine.values.periods import Duration, local_date, start_of_day
from tests.sheet import reading

BOOKS = (*((name, "") for name in ("koodrive", *reading.ODD)), ("crates", "USD"))


def every_price(view: SheetView):
    """(mode, group, row, column, cell) of every price on the sheet."""
    for mode in view.modes:
        for table in mode.tables:
            for group in table.groups:
                for row in group.rows:
                    for column, cell in zip(table.columns, row.cells, strict=True):
                        if cell is not None:
                            yield mode, group, row, column, cell


def attributes_of(group: PriceGroup) -> dict[str, str]:
    return {name: values[0] for name, values in group.when.items()}


def quoted(book: PriceBook, view: SheetView, mode: ModeSheet, group: PriceGroup, line: OrderLine, term: Duration | None, hours: int) -> QuoteLine:
    """The line as a quote prices it, ordered with what its mode requires."""
    scope = Scope(book, view.header.at, view.header.currency)
    record = book.billing_modes[mode.mode]
    attributes = attributes_of(group)
    lines = (line, *companions(scope, record, (line.item,), attributes))
    payments = {sold.payment for sold in record.items if sold.item in {each.item for each in lines}}
    # From midnight on: a day from noon to noon is a part of two.
    order = Order(
        start_of_day(local_date(scope.at, book.zone), book.zone),
        mode.mode,
        scope.currency,
        lines,
        term or mode.terms[0] if "prepaid" in payments else None,
        Duration(seconds=3600 * hours) if "postpaid" in payments else None,
        attributes,
    )
    quote = price_order(book, order)
    assert isinstance(quote, Quote), quote
    return quote.lines[0]


def term_of_list(mode: ModeSheet, column: PriceColumn) -> Duration | None:
    """A term that is counted in the column's price period."""
    if not mode.terms:
        return None
    months = 12 if column.per == "year" else 1
    return next((term for term in mode.terms if (term.months % 12 == 0) == (months == 12)), mode.terms[0])


@pytest.mark.parametrize(("name", "currency"), BOOKS)
def test_every_spec_price_is_charged(name: str, currency: str) -> None:
    """The list price times the term is the list amount; the total paid ahead is the amount; it comes from the effective price."""
    book, view = reading.book(name), reading.sheet(name, currency=currency or None)
    for mode, group, row, column, cell in every_price(view):
        if row.part != "spec":
            continue
        term = column.term or term_of_list(mode, column)
        line = quoted(book, view, mode, group, OrderLine(group.item, row.spec), term, 1)
        months = exact(term.months)
        if column.kind == "list":
            assert line.list_amount == multiply(cell.value, divide(months, exact(12)) if column.per == "year" else months)
        else:
            assert line.amount == cell.total
            assert shown(multiply(cell.value, months)) == shown(add(line.amount, line.rounding_amount))


@pytest.mark.parametrize(("name", "currency"), BOOKS)
def test_every_unit_price_is_charged(name: str, currency: str) -> None:
    """Within its tier, a further unit (a further step) changes what a quote charges by just the price that the sheet shows."""
    book, view = reading.book(name), reading.sheet(name, currency=currency or None)
    tried = 0
    for mode, group, row, column, cell in every_price(view):
        if row.part != "unit":
            continue
        assert cell.value == multiply(cell.unit_price, group.quantity)
        if column.kind == "list" and column.per == "once":
            continue
        less, more = two_quantities(book, group, row)
        if less is None:
            continue
        tried += 1
        term = column.term or term_of_list(mode, column)
        hours = {"hour": 1, "day": 24}.get(column.per or "", 1)
        lines = [quoted(book, view, mode, group, ordered(group, quantity), term, hours) for quantity in (less, more)]
        charged = subtract(left_of(lines[1], column), left_of(lines[0], column))
        per_unit = divide(charged, subtract(more, less))
        # What is due once comes with the first period, in full: the odd book pays for ten months of twelve.
        expected = add(multiply(cell.unit_price, periods(column, term)), once(view, group, row))
        assert shown(per_unit) == shown(expected), (group.item, row, column)
    assert tried


def once(view: SheetView, group: PriceGroup, row: PriceRow) -> Number:
    """The price of the row that is due once."""
    for _, other, same, column, cell in every_price(view):
        if other is group and same is row and column.kind == "list" and column.per == "once":
            return cell.unit_price
    return ZERO


def ordered(group: PriceGroup, quantity: Number) -> OrderLine:
    return OrderLine(group.item, group.spec, quantity)


def periods(column: PriceColumn, term: Duration | None) -> Number:
    """What a price is multiplied by in the order that is quoted: months or years of the term; an hour or a day of use counts
    once."""
    if column.kind == "term":
        return exact(term.months)
    if column.kind == "month":
        return divide(exact(24 if column.per == "day" else 1), multiply(column.hours, ONE))
    if column.per == "year":
        return divide(exact(term.months), exact(12))
    return exact(term.months) if column.per == "month" and term is not None else ONE


def left_of(line: QuoteLine, column: PriceColumn) -> Number:
    """The list amount, or what the discount stages left of it where the column shows that."""
    if column.kind != "term":
        return line.list_amount
    return next(step.value for step in reversed(line.trace) if step.number == 5)


def two_quantities(book: PriceBook, group: PriceGroup, row: PriceRow) -> tuple[Number | None, Number | None]:
    """Two quantities inside the tier that can be ordered, above what an allowance or a minimum hides."""
    item = book.items[group.item]
    offset = group.allowance or ZERO
    above = None if row.above is None else add(row.above, offset)
    less = least_above(item, above if above is not None else (offset or None), row.includes_lower)
    if any(other.part == "minimum" for other in group.rows):
        less = add(less, exact(10))
    more = add(less, item.quantity.step or ONE)
    top = None if row.up_to is None else add(row.up_to, offset)
    if item.quantity.max is not None and more > item.quantity.max:
        return None, None
    if top is not None and (more > top or (more == top and not row.includes_upper)):
        return None, None
    return less, more


@pytest.mark.parametrize(("name", "currency"), BOOKS)
def test_no_price_of_the_book_is_missing(name: str, currency: str) -> None:
    """Every unit price, flat, package price, rate, minimum and maximum that is in force for somebody stands on the sheet."""
    book, view = reading.book(name), reading.sheet(name, currency=currency or None)
    said: dict[tuple, set] = {}
    for mode, group, row, column, cell in every_price(view):
        if column.kind == "list":
            spec = row.spec or group.spec
            said.setdefault((mode.mode, group.item, spec, column.per, tuple(group.when.items())), set()).add(cell.unit_price)
    for entry in book.prices:
        in_force = prices_in_force(
            book, entry.billing_mode, entry.item, entry.spec, view.header.currency, view.header.at,
            {key: values[0] for key, values in entry.conditions.when.items()},
        )  # fmt: skip
        if entry.currency != view.header.currency or entry not in in_force.entries:
            continue
        key = (entry.billing_mode, entry.item, entry.spec, entry.per, tuple(entry.conditions.when.items()))
        for charge in entry.charges:
            assert amounts_of(charge) <= said[key], key


def amounts_of(charge) -> set[Number]:
    """Every amount and rate that a charge holds."""
    model = charge.model
    found = {charge.minimum, charge.maximum}
    for name in ("unit_price", "amount", "price", "rate", "per_event", "minimum", "maximum"):
        found.add(getattr(model, name, None))
    for tier in getattr(model, "tiers", ()):
        found |= {tier.unit_price, tier.flat, tier.package.price if tier.package else None}
    return found - {None}


@pytest.mark.parametrize(("name", "currency"), BOOKS)
def test_curves_are_what_charges_give(name: str, currency: str) -> None:
    """Each point of a tier curve is the charge's own amount; half way between two points lies half of the difference."""
    book, view = reading.book(name), reading.sheet(name, currency=currency or None)
    for mode in view.modes:
        for curve in mode.curves:
            entries = prices_in_force(
                book, mode.mode, curve.item, curve.spec, view.header.currency, view.header.at,
                {key: values[0] for key, values in curve.when.items()},
            ).entries  # fmt: skip
            charge = next(c for entry in entries if entry.per == curve.per for c in entry.charges if hasattr(c.model, "tiers"))
            for one, other in zip(curve.points, curve.points[1:], strict=False):
                middle = divide(add(one.quantity, other.quantity), exact(2))
                half = divide(add(one.amount, other.amount), exact(2))
                if one.quantity != other.quantity and not jumps(charge, one.quantity):
                    assert rate_charge(charge, middle).amount == half
            last = curve.points[-1]
            assert rate_charge(charge, last.quantity).amount == last.amount
            assert last.average == divide(last.amount, last.quantity)


def jumps(charge, quantity: Number) -> bool:
    """A flat is due as soon as there is anything: the amount leaps right after 0."""
    return (quantity == (charge.allowance or ZERO) and any(tier.flat for tier in charge.model.tiers)) or (isinstance(charge.model, Volume) and quantity == ZERO)


@pytest.mark.parametrize("name", ["koodrive"])
def test_break_even_is_where_quotes_cross(name: str) -> None:
    """At `last_hour` use costs no more than the subscription, one hour later it does: both are quoted."""
    book, view = reading.book(name), reading.sheet(name)
    (found,) = view.break_even
    for crossing in found.crossings:
        subscription = divide(found_total(book, view, found, crossing.term), exact(crossing.term.months))
        assert subscription == crossing.monthly
        assert used_for(book, view, found, crossing.last_hour) <= crossing.monthly < used_for(book, view, found, crossing.first_hour)
        assert multiply(found.hourly, crossing.hours) == crossing.monthly


def found_total(book, view, found, term) -> Number:
    lines = tuple(OrderLine(each.item, each.spec, each.quantity) for each in found.ordered)
    quote = price_order(book, Order(view.header.at, found.prepaid, view.header.currency, lines, term))
    return quote.totals.net


def used_for(book, view, found, hours: int) -> Number:
    lines = tuple(OrderLine(each.item, each.spec, each.quantity) for each in found.used)
    order = Order(view.header.at, found.postpaid, view.header.currency, lines, None, Duration(seconds=3600 * hours))
    quote = price_order(book, order)
    return sum((subtract(line.list_amount, line.discount_amount) for line in quote.lines), ZERO)


def _goes_on(order: Order) -> bool:
    return any((order.changes, order.renew, order.switch, order.unsubscribe))


def test_examples_are_the_quotes_themselves() -> None:
    """A worked example's quote is what `price_order` gives, and its rows hold every step of the trace."""
    book, view = reading.book("koodrive"), reading.sheet("koodrive")
    priced = [example for example in view.examples if example.outcome == "quote"]
    # What goes on after its purchase is computed by the tests of the book, and has no place on the sheet.
    orders = {name: example.given for name, example in book.examples.items()}
    left_out = {name for name, given in orders.items() if name not in {each.id for each in view.examples}}
    further = {name for name, given in orders.items() if isinstance(given, Order) and _goes_on(given)}
    # The price of July 2027 is announced in November 2026.
    assert left_out == {name for name in further if not book.examples[name].expect_error} | {"announced-price"}
    assert "announced-price" in {each.id for each in reading.sheet("koodrive", reading.AUTUMN).examples}
    assert len(priced) >= 10
    for example in priced:
        assert example.quote == price_order(book, book.examples[example.id].given)
        steps = sum(1 for row in example.steps for cell in row.cells if cell is not None)
        assert steps == sum(len(line.trace) for line in example.quote.lines)


def test_announced_prices_are_charged_on_their_day() -> None:
    """The new price is what an order of that day pays for one more user, the old one the day before."""
    book, view = reading.book("koodrive"), reading.sheet("koodrive", reading.AUTUMN)
    (change,) = view.announced
    first = change.row.first
    assert (str(change.old), str(change.new), str(first)) == ("2.10", "2.25", "101")
    charged = []
    for at in (view.header.at, change.effective):
        amounts = [one_month(book, at, quantity) for quantity in (first, add(first, ONE))]
        charged.append(subtract(amounts[1], amounts[0]))
    assert charged == [change.old, change.new]


def one_month(book: PriceBook, at, users: Number) -> Number:
    lines = (OrderLine("basic-edition", "10-users-100-gb"), OrderLine("user-expansion-package", None, users))
    order = Order(at, "yearly-monthly", "USD", lines, Duration(months=1))
    return price_order(book, order).lines[1].amount


def test_prices_that_nobody_was_told_of_are_not_announced() -> None:
    """An entry announced in November does not stand on a sheet of March."""
    assert reading.sheet("koodrive").announced == ()


def test_the_least_quantity_is_orderable() -> None:
    """Probes stand on the item's own steps."""
    item = reading.book("koodrive").items["storage-expansion-package"]
    assert (least_quantity(item), least_above(item, exact(100)), least_above(item, exact(150))) == (100, 200, 200)
    loose = replace(item, quantity=replace(item.quantity, min=None, step=None))
    assert (least_quantity(loose), least_above(loose, exact(10)), least_above(loose, exact(10), True)) == (1, 11, 10)


@pytest.mark.parametrize("name", ["koodrive", *reading.ODD])
def test_points_of_curves_say_whether_they_are_charged(name: str) -> None:
    """At a jump one amount is charged at the bound, the other only approached: 10 crates cost 12.50, not 17.00."""
    for mode in reading.sheet(name).modes:
        for curve in mode.curves:
            for quantity in {point.quantity for point in curve.points}:
                assert sum(point.charged for point in curve.points if point.quantity == quantity) == 1
    crates = next(mode for mode in reading.sheet("crates").modes if mode.mode == "monthly").curves[0]
    assert [(str(point.amount), point.charged) for point in crates.points if point.quantity == 10] == [
        ("17.00", False),
        ("12.50", True),
    ]
