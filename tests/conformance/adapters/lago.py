"""Lago: integer ranges (0-10, 11-20) that equal continuous tiers up to 10 and 20; the first tier's flat is due at zero."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from tests.conformance.adapters.common import (
    cents,
    coupon_amounts,
    differences,
    each_on_its_own,
    further_part,
    money_lines,
    net,
    number,
    one_quantity,
    package,
    tiered,
    tiers,
    which_tier,
    with_and_without,
)
from tests.conformance.cases import Case, Records
from tests.conformance.language import TO_THE_CENT, TO_THE_LAST_DIGIT, percent, usage_book, usage_order


def graduated(vector: Mapping) -> Case:
    """Plain quantities, and prorated ones whose events all lie in one tier (flats are never prorated in either)."""
    inputs = vector["inputs"]
    charge = tiered("graduated", inputs["tiers"], "bill")
    if "quantity" in inputs:
        return one_quantity(charge, inputs["quantity"])
    return one_quantity(charge, sum(map(Decimal, inputs["event_prorated_units"]), Decimal(0)))


def volume(vector: Mapping) -> Case:
    """All units at the price of the tier reached; 100.5 lies above 100, so in the next tier."""
    inputs = vector["inputs"]
    if "tier_index" in vector["expected"]:
        return which_tier("volume", inputs["tiers"], inputs["quantity"])
    if "full_units" in inputs:
        return _by_full_units(inputs)
    return one_quantity(tiered("volume", inputs["tiers"], "bill"), inputs["quantity"])


def _by_full_units(inputs: Mapping) -> Case:
    """The full units choose the tier, the prorated ones are charged. What each full unit costs is without the flat: what as many prorated ones add."""
    full, prorated = number(inputs["full_units"]), number(inputs["quantity"])
    book = usage_book({"thing": tiered("volume", inputs["tiers"], "bill") | {"tier_by": "full-units"}, "full-units": Decimal(0)})
    orders = [usage_order({"thing": quantity, "full-units": full}) for quantity in (prorated, 2 * prorated)]
    return Case(book, orders, lambda quotes: {"amount": net(quotes[0]), "effective_unit_price": differences(quotes)[1] / Fraction(full)})


def packages(vector: Mapping) -> Case:
    """Free units come off first, then started packages count."""
    inputs = vector["inputs"]
    return one_quantity(package(inputs["package_size"], inputs["package_price"], free=inputs["free_units"]), inputs["quantity"])


def standard(vector: Mapping) -> Case:
    """A unit price; five decimals stay until the fee is rounded."""
    inputs = vector["inputs"]
    return one_quantity({"model": "per_unit", "unit_price": number(inputs["unit_price"])}, inputs["quantity"])


def percentage(vector: Mapping) -> Case | Records:
    """Bands of a money amount (graduated with percentages), or a percentage of each transaction."""
    inputs = vector["inputs"]
    if "tiers" in inputs:
        charge = {"model": "graduated", "tiers": tiers(inputs["tiers"], money=True), "at_zero": "bill"}
        before = inputs.get("prior_base", 0)
        if before:
            return further_part(charge, before, inputs["base_amount"], units={"thing": "USD"})
        return one_quantity(charge, inputs["base_amount"], units={"thing": "USD"})
    if "transactions" in inputs:
        return _transactions(inputs)
    return _events(vector)


def _percentage(inputs: Mapping) -> dict[str, object]:
    charge: dict[str, object] = {"model": "percentage", "rate": percent(inputs["rate_percent"])}
    fields = {
        "per_event": "fixed_per_event",
        "minimum": "per_transaction_min",
        "maximum": "per_transaction_max",
        "allowance": "free_total",
    }
    return charge | {key: number(inputs[field]) for key, field in fields.items() if number(inputs.get(field) or 0)}


def _transactions(inputs: Mapping) -> Case | Records:
    """Each transaction is an event, so a line of its own; a free total over them all is used up by records, in order of time."""
    charge, amounts = _percentage(inputs), [number(amount) for amount in inputs["transactions"]]
    if "allowance" in charge:
        return _recorded(charge, amounts, ("amount",))
    return each_on_its_own(charge, amounts, units={"thing": "USD"})


def _events(vector: Mapping) -> Case | Records:
    """Events whose amounts are the steps of the running total, or all of one size where nothing depends on it."""
    inputs = vector["inputs"]
    charge, total, events = _percentage(inputs), number(inputs["base_amount"]), inputs["events"]
    reached = [number(value) for value in inputs["running_totals"]] if total else []
    if not reached:
        amounts = [total / events] * events
    else:
        amounts = [after - before for before, after in zip([Decimal(0), *reached], [*reached, total], strict=True)]
    return _recorded(charge, amounts, tuple(vector["expected"]))


def _recorded(charge: Mapping, amounts: list[Decimal], wanted: tuple[str, ...]) -> Records:
    """Each record is an event; an event that is wholly free is not paid."""
    book = usage_book({"thing": dict(charge) | {"applies_to": "each-record"}}, units={"thing": "USD"})

    def read(rated):
        records = rated.steps[0].children
        free = [step.facts["used"] for record in records for step in record.children if step.kind == "allowance"]
        made = {
            "amount": rated.amount,
            "free_units": sum(free, Decimal(0)),
            "paid_events": sum(1 for record in records if record.value),
        }
        return {key: made[key] for key in wanted}

    return Records(book, amounts, read)


def minimum(vector: Mapping) -> Case:
    """The true-up: how much the minimum adds. Credits are a unit that costs what they are worth."""
    inputs = vector["inputs"]
    if "conversion_rate" in inputs:
        worth = number(inputs["conversion_rate"])
        charge = {"model": "per_unit", "unit_price": worth}
        case = with_and_without(charge, cents(inputs["min_units_cents"]) * worth, cents(inputs["used_units_cents"]), "credit")
        return Case(
            case.book,
            case.orders,
            lambda quotes: {
                "true_up_cents": differences(quotes)[-1] * 100,
                "true_up_unit_cents": differences(quotes)[-1] * 100 / Fraction(worth),
            },
        )
    if "period_days" in inputs:
        return committed(inputs)
    least = cents(inputs.get("min_cents") or inputs["commitment_cents"])
    used = cents(inputs["used_cents"]) if "used_cents" in inputs else sum(map(cents, inputs["usage_cents"]))
    case = with_and_without({"model": "per_unit", "unit_price": "100%"}, least, used, "USD")
    return Case(case.book, case.orders, lambda quotes: {"true_up_cents": differences(quotes)[-1] * 100})


def committed(inputs: Mapping) -> Case:
    """A commitment for a part of a month, prorated by its days, over usage that is not and a fee that is; only what is missing is taxed."""
    month = {28: "2026-02", 29: "2024-02"}[inputs["period_days"]]
    days = inputs.get("billable_days") or int(inputs["end_inclusive"][-2:]) - int(inputs["start"][-2:]) + 1
    used = sum(map(cents, inputs.get("usage_cents", [inputs.get("used_cents", 0)])))
    charges = {"thing": {"model": "per_unit", "unit_price": Decimal(1)}, "least": Decimal(1)}
    tax = {"id": "tax", "tax": "vat", "rate": percent(inputs.get("tax_percent", 0)), "items": ["least"]}
    floor = {"amount": {"USD": cents(inputs.get("min_cents") or inputs["commitment_cents"])}, "every": "month", "stub": "actual-days", "category_of": "least"}
    book = usage_book(charges, taxes=[tax], rounding=TO_THE_CENT, commitments={"floor": floor})
    mode = book["billing_modes"]["usage"]
    mode |= {"commitment": "floor", "stub": "actual-days"}
    items = {"thing": {"quantity": used}}
    if "subscription_cents" in inputs:
        book["items"]["fee"] = {"title": "Fee", "unit": book["items"]["thing"]["unit"]}
        mode["items"]["fee"] = "optional"
        fee = {"effective": "2020-01-01", "billing_mode": "usage", "per": "month", "items": {"fee": cents(inputs["subscription_cents"])}}
        book["prices"] = [*book["prices"], fee]
        items["fee"] = {"quantity": Decimal(1)}
    order = usage_order(items) | {"date": f"{month}-{inputs['period_days'] - days + 1:02}", "for": f"{days} days"}
    made_up = lambda quotes: next(line for line in quotes[0].lines if line.commitment)
    answers = {"true_up_cents": lambda quotes: made_up(quotes).amount * 100, "tax_cents": lambda quotes: quotes[0].totals.tax * 100}
    asked = [name for name in answers if name != "tax_cents" or "tax_percent" in inputs]
    return Case(book, [order], lambda quotes: {name: answers[name](quotes) for name in asked})


def dynamic(vector: Mapping) -> Case:
    """Amounts come with the events: money as the quantity, at 100%."""
    inputs = vector["inputs"]
    total = cents(inputs["event_amounts_total_cents"])
    book = usage_book({"thing": {"model": "per_unit", "unit_price": "100%"}}, units={"thing": "USD"}, rounding=TO_THE_LAST_DIGIT)
    read = lambda quotes: {"amount": net(quotes[0]), "unit_amount": net(quotes[0]) / inputs["quantity"]}
    return Case(book, [usage_order({"thing": total})], read)


def coupons(vector: Mapping) -> Case:
    """Coupons above the fees are capped at them; tax is on what is left."""
    inputs = vector["inputs"]
    tax = {"id": "tax", "tax": "vat", "rate": percent(inputs["tax_percent"])}
    book, order = money_lines([cents(inputs["fee_cents"])], taxes=[tax], **coupon_amounts([cents(c) for c in inputs["coupons_cents"]]))
    return Case(
        book,
        [order],
        lambda quotes: {
            "coupon_applied_cents": quotes[0].totals.discount * 100,
            "tax_cents": quotes[0].totals.tax * 100,
            "total_cents": quotes[0].totals.gross * 100,
        },
    )


def tax(vector: Mapping) -> Case:
    """A coupon is spread over the fees in proportion before tax; or tax is on the rounded net of a part month."""
    inputs = vector["inputs"]
    if "tax_base" in inputs:
        return _part_month(inputs)
    if "fee_cents" in inputs:
        fees = [inputs["fee_cents"], inputs["invoice_fees_cents"] - inputs["fee_cents"]]
        rates = [inputs["tax_percent"]]
    else:
        fees, rates = inputs["fees_cents"], inputs["tax_percents"]
    rows = [{"id": f"tax-{n}", "tax": "vat", "rate": percent(rate), "items": [f"line-{n}"]} for n, rate in enumerate(rates, 1)]
    book, order = money_lines([cents(fee) for fee in fees], taxes=rows, **coupon_amounts([cents(inputs["coupon_cents"])]))

    def read(quotes):
        totals = quotes[0].totals
        if "fee_cents" in inputs:
            return {"coupon_share_cents": quotes[0].lines[0].discount_amount * 100, "tax_cents": totals.tax * 100}
        return {"net_cents": totals.net * 100, "tax_cents": totals.tax * 100, "total_cents": totals.gross * 100}

    return Case(book, [order], read)


def _part_month(inputs: Mapping) -> Case:
    """A monthly price held for 29 of April's 30 days: each day's level counts a thirtieth."""
    book = usage_book(
        {"thing": {"model": "per_unit", "unit_price": number(inputs["price"])}},
        meter={"measure": "max", "window": "day"},
        per="month",
        rounding=TO_THE_CENT,
        taxes=[{"id": "vat", "tax": "vat", "rate": percent(inputs["tax_pct"])}],
    )
    order = usage_order({"thing": Decimal(1)}, date="2026-04-01", for_=f"{inputs['days']} days")
    return Case(book, [order], lambda quotes: {"gross": quotes[0].totals.gross})
