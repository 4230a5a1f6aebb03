"""Random accounts whose usage is billed twice, from its records and from the charges that are made of them: what the law of charges compares.

Books and accounts are those of the law of one path, with usage that changes from record to record, other subscriptions beside, items that are
metered over the account, and records that came late.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from unittest import mock

from engine.batch.charges_file import number_of, number_text
from engine.billing import charges_for_usage, issue, make_invoice
from engine.commands.invoice_formats import RENDERINGS, render
from engine.documents.einvoice import e_invoice_problems
from engine.documents.invoice_json import brief_trace
from engine.documents.terminal import Look
from engine.language.build import load_account
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.charges import RatedUsage, UsageCharge
from engine.model.invoices import Invoice, InvoiceLine
from engine.model.trace import TraceStep
from engine.pricing import used
from engine.pricing.bands import bands_of
from engine.pricing.refused import Refused
from engine.pricing.tallies import price_of
from engine.usage import UsageRecord
from engine.values.exact import Number, exact, multiply, round_number, total
from engine.values.money import minor_places
from tests.conformance.language import write
from tests.laws.one_path import LEVELS, Case, Chance, Unsaid, _calendar, _period, book_data, case_of, loaded

D = Decimal
FORMATS = ("text", "json", "csv", "html", "md", "xlsx", "focus", "ubl", "cii")
ADDRESS = {"address": ["1 Example Street"], "city": "Berlin", "postcode": "10115", "country": "DE"}
SELLER = {"name": "Law Ltd", **ADDRESS, "tax_id": "DE136695976", "registration": "HRB 1"}
"""Who an e-invoice is from; to whom it goes has an address too."""
QUANTITIES = ("0", "0.5", "1", "2", "3", "5", "7.25", "10", "12", "30")
Period = tuple[datetime, datetime]


def check(chance: Chance, seen: Callable[[str], None] = lambda _: None) -> object:
    """One random account of one random book, billed both ways: the first difference with what it is of, or None."""
    data = book_data(chance)
    book = loaded(data)
    if book is None:
        return seen("book refused")
    try:
        case = case_of(chance, book, data)
    except Unsaid:
        return seen("unsaid")
    data, case = _sharpened(chance, data, case), _varied(chance, case, data)
    data["book"] |= {"seller": SELLER, "payment_terms": "30 days"}
    if "taxes" in data:
        data["taxes"] = [{"category": "S"} | row for row in data["taxes"]]
    book = loaded(data)
    if book is None:
        return seen("book refused")
    customer = {"customer": case.account["customer"] | ADDRESS}
    account, problems = load_account("account.yaml", write(case.account | customer).encode(), book)
    assert account is not None, problems
    formats = chance.pick(((),) * 7 + (FORMATS,))
    months = _calendar("year" if _period(book) == "year" else "month", case.start, case.end, book.zone)
    spans = [*months, (months[0][0], months[-1][1]), (case.start, months[-1][1])]
    found = next((span for span in spans if difference(book, account, case.records, span, (), seen, formats) is not None), None)
    if found is not None:
        return difference(book, account, case.records, found, (), seen, formats), found, data, case
    if len(months) > 1:
        return _corrected(chance, book, account, case.records, months[0], months[1], seen)
    return None


def _corrected(
    chance: Chance, book: PriceBook, account: Account, records: Sequence[UsageRecord], before: Period, now: Period, seen: Callable[[str], None]
) -> object:
    """The second period, after the first one was issued without some of its records."""
    known = [record for record in records if chance.pick((True, True, False))]
    issued = make_invoice(book, account, known, *before)
    return difference(book, account, records, now, (issued,), seen) if isinstance(issued, Invoice) else seen("issued refused")


def difference(
    book: PriceBook,
    account: Account,
    records: Sequence[UsageRecord],
    span: Period,
    issued: Sequence[Invoice] = (),
    seen: Callable[[str], None] = lambda _: None,
    formats: Sequence[str] = (),
) -> object:
    """What an invoice of charges says otherwise than one of usage (and some documents of it), or than one in which each window is kept by itself;
    None where they are one.
    """
    billed = make_invoice(book, account, records, *span, issued)
    try:
        rated = rated_usage(book, account, records, span, issued)
    except Refused as refused:
        seen("refused")
        return None if not isinstance(billed, Invoice) else [each.message for each in refused.diagnostics]
    of_charges = make_invoice(book, account, rated, *span, issued)
    if not isinstance(billed, Invoice) or not isinstance(of_charges, Invoice):
        seen("not billed")
        return None if type(billed) is type(of_charges) else (billed, of_charges)
    seen("corrected" if issued else "compared")
    wrong = next((found for line in billed.lines if (found := _wrong_sums(book, line, minor_places(billed.currency))) is not None), None)
    if wrong is not None:
        return "sums", wrong
    if brief(billed) != brief(of_charges):
        return "charges", _first(brief(billed), brief(of_charges))
    for name in formats:
        one, other = written(book, billed, name), written(book, of_charges, name)
        if one != other:
            return "formats", name
        seen(f"{name}: {'refused' if one[0] is None else 'written'}")
    with mock.patch.object(used, "cuts_of", return_value=None):
        by_window = make_invoice(book, account, records, *span, issued)
    assert isinstance(by_window, Invoice)
    if _amounts(billed) != _amounts(by_window):
        return "cuts", _first(_amounts(billed), _amounts(by_window))
    return None


def written(book: PriceBook, invoice: Invoice, format_name: str) -> tuple[object, object]:
    """The invoice in a format, without `--explain`, or None with the reasons."""
    options: dict[str, object] = {"language": "en", "explain": False, "look": Look(), "raw": False}
    issued = issue(book, invoice, "17", invoice.end.date())
    problems = e_invoice_problems(invoice, issued, book) if RENDERINGS[format_name].electronic else ()
    return (None, problems) if problems else render(RENDERINGS[format_name], invoice, issued, book, options)


def rated_usage(book: PriceBook, account: Account, records: Sequence[UsageRecord], span: Period, issued: Sequence[Invoice] = ()) -> RatedUsage:
    """The charges of all periods that an invoice for `span` looks at."""
    periods = [span, *((each.start, each.end) for each in issued)]
    return RatedUsage({each: tuple(map(as_read, charges_for_usage(book, account, records, *each))) for each in periods})


def as_read(charge: UsageCharge) -> UsageCharge:
    """The charge with its numbers as a file gives them back: digit for digit those that were written."""
    tallies = tuple(
        replace(tally, **{name: _as_read(getattr(tally, name)) for name in ("ratio", "quantity", "exact_amount", "amount")}) for tally in charge.tallies
    )
    covered = None if charge.covered is None else _as_read(charge.covered)
    return replace(charge, quantity=_as_read(charge.quantity), metered=_as_read(charge.metered), covered=covered, tallies=tallies)


def _as_read(number: Number) -> Number:
    read = number_of(number_text(number) or "")
    assert str(read) == str(number), number
    return read


def _wrong_sums(book: PriceBook, line: InvoiceLine, places: int) -> object:
    """The sums of a line that its windows do not come to, or its bands do not say; None where all do."""
    use = next((step for step in line.trace if step.kind == "windows"), None)
    if use is None:
        return None
    windows = use.children or ((use,) if use.multiplies else ())
    lasting = [(step.facts["from"], step.facts["until"]) for step in windows if step.facts["per"] != "once"]
    spans = [(one.start, one.end) for one in use.tallies if one.start < one.end]
    sums: list[tuple[object, object, object]] = [
        (use.tallies, total(one.exact_amount for one in use.tallies), use.value),
        (use.tallies, total(one.amount for one in use.tallies), _rounded(line, windows, places)),
        (use.tallies, sum(one.count for one in use.tallies), sum(step.facts["count"] for step in windows)),
        (use.tallies, total(one.quantity for one in use.tallies), total(multiply(step.facts["quantity"], exact(step.facts["count"])) for step in windows)),
        (use.tallies, min((start for start, _ in spans), default=None), min((start for start, _ in lasting), default=None)),
        (use.tallies, max((end for _, end in spans), default=None), max((end for _, end in lasting), default=None)),
    ]
    for tally in use.tallies:
        charge = price_of(book, tally)[1]
        of_band = bands_of(charge)[tally.band].amount(tally.count, tally.quantity, tally.packages)
        sums.append((tally, multiply(of_band, tally.ratio), tally.exact_amount))
    return next((each for each in sums if each[1] != each[2]), None)


def _rounded(line: InvoiceLine, windows: Sequence[TraceStep], places: int) -> Number:
    """What the windows come to, each rounded by itself where the book rounds charges."""
    amounts = [(multiply(step.facts["amount"], step.facts["ratio"]), exact(step.facts["count"])) for step in windows]
    rule = next((step.facts for step in line.trace if step.kind == "round-charge"), None)
    if rule is None:
        return total(multiply(amount, count) for amount, count in amounts)
    decimals = places if rule["places"] is None else rule["places"]
    return total(multiply(round_number(amount, decimals, rule["mode"]), count) for amount, count in amounts)


def brief(invoice: Invoice) -> Invoice:
    """The invoice as it is told without `--explain`."""
    return replace(invoice, lines=tuple(replace(line, trace=brief_trace(line.trace)) for line in invoice.lines))


def _amounts(invoice: Invoice) -> Invoice:
    """The invoice without what it says of windows: steps from the discounts on stay."""
    return replace(invoice, lines=tuple(replace(line, trace=tuple(_of_line(step) for step in line.trace if step.number > 4)) for line in invoice.lines))


def _of_line(step: TraceStep) -> TraceStep:
    """A step; what a percentage is taken of is told of several parts, even where it is the whole line."""
    whole = step.kind == "percent-off" and step.facts.get("of") == step.before
    return replace(step, facts={name: value for name, value in step.facts.items() if name != "of"}) if whole else step


def _first(one: Invoice, other: Invoice) -> tuple[InvoiceLine, InvoiceLine] | tuple[Invoice, Invoice]:
    return next((pair for pair in zip(one.lines, other.lines, strict=False) if pair[0] != pair[1]), (one, other))


# --- what is used -----------------------------------------------------------------------------------------------------------------


def _sharpened(chance: Chance, data: Mapping, case: Case) -> dict:
    """The book with some items that are metered over the account, a discount that begins or ends while the case runs, and a tax that changes then."""
    items = dict(data["items"])
    for name, item in items.items():
        if "meter" in item and chance.pick((True, False, False)):
            items[name] = item | {"meter": item["meter"] | {"over": "account"}}
    found = {**data, "items": items}
    if chance.pick((True, False)):
        rule = chance.pick(({"percent_off": "30%", "lasts": chance.pick(SHORTLY)}, {"percent_off": "20%", "after": chance.pick(SHORTLY)}))
        found["discounts"] = {**data.get("discounts", {}), "short": {"title": "short"} | rule}
        found["discount_policy"] = [*data.get("discount_policy", []), "short"]
    if chance.pick((True, False)):
        change = case.start + (case.end - case.start) * chance.pick((1, 5, 7, 10)) / 13
        later = {"id": "later", "tax": "gst", "rate": "12%", "effective": change.replace(second=0, microsecond=0).isoformat()}
        found["taxes"] = [{"id": "all", "tax": "gst", "rate": "10%"}, later]
    mode = data["billing_modes"]["use"]
    if mode["payment"] == "postpaid" and mode["cycle"] in ("hour", "day") and chance.pick((True, False)):
        found["billing_modes"] = {"use": {name: value for name, value in mode.items() if name not in ("invoiced", "stub")}}
    return found


SHORTLY = ("90 minutes", "5 hours", "1 day", "2 days")


def _varied(chance: Chance, case: Case, data: Mapping) -> Case:
    """The case with another quantity in some records, further ones at other times, some missing, and a second subscription."""
    records = [_other(chance, record, data) for record in case.records if chance.pick((True, True, True, False))]
    length = case.end - case.start
    for record in list(records)[:20]:
        for _ in range(chance.pick((0, 0, 1, 2))):
            at = case.start + length * chance.pick(range(1, 97)) // 97
            records.append(_other(chance, replace(record, at=at - timedelta(microseconds=at.microsecond)), data))
    account = case.account
    if chance.pick((True, False)):
        first = account["subscriptions"][0]
        later = case.start + min(length / 4, timedelta(hours=chance.pick((0, 3, 30))))
        begun, *rest = first["events"]
        second = first | {"id": "t", "events": [begun | {"date": later.replace(microsecond=0).isoformat()}, *rest]}
        account = account | {"subscriptions": chance.pick(([first, second], [second, first]))}
        records = [replace(record, subscription="t" if record.at >= later and chance.pick((True, False, False)) else "s") for record in records]
    return replace(case, account=account, records=tuple(records))


def _other(chance: Chance, record: UsageRecord, data: Mapping) -> UsageRecord:
    measure = data["items"][record.item]["meter"]["measure"]
    change = measure in (*LEVELS, "sum") and chance.pick((True, False))
    site = chance.pick((record.attributes["site"],) * 3 + ("ny", "de"))
    return replace(record, quantity=D(chance.pick(QUANTITIES)) if change else record.quantity, attributes={**record.attributes, "site": site})
