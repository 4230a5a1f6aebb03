"""How many records each line of usage is made of, and whether all records that were billed are given when a period is compared again.

Contract: counts records, charges nothing. A line counts the records in its time [start, end); one of a level that lasts (`hold: true`)
all that were known before its end, because an earlier one may hold on.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from engine.billing.metering import MeteredPeriod
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.accounts import ISSUED_USAGE_MISSING
from engine.model.book import PriceBook
from engine.model.charges import RatedUsage
from engine.model.invoices import Invoice
from engine.model.time_bands import BAND
from engine.pricing.apart import kept_apart
from engine.pricing.measures import lasts
from engine.pricing.windows import Stretch
from engine.usage import UsageRecord
from engine.usage.apart import attributes_of
from engine.values.periods import add_months, local_date

Thing = tuple[str | None, str, str | None, tuple[tuple[str, str], ...]]
"""What is added together: a subscription (None: all of the account), an item, its spec, and the attributes that keep its records apart."""
Charged = tuple[str | None, str, str, datetime, datetime]
"""What is billed together: whose records (as in a Thing), for which subscription, an item, and the time of its line."""
Series = tuple[str | None, tuple[tuple[str, str], ...]]
"""What keeps the lines of an item apart in one time: the spec, and the attributes of usage."""
Known = Mapping[Thing, list[datetime]]
MOMENT = timedelta(microseconds=1)
BY_USAGE = ("usage", "hourly")


def days(book: PriceBook, start: datetime, end: datetime) -> str:
    """A period in words: its first and its last day."""
    first, last = local_date(start, book.zone), local_date(end - MOMENT, book.zone)
    return f"{first}" if first == last else f"{first} to {last}"


def _month(book: PriceBook, start: datetime, end: datetime) -> str:
    """A whole month as `2026-03`, any other period by its days."""
    first, after = local_date(start, book.zone), local_date(end, book.zone)
    return f"{first:%Y-%m}" if first.day == 1 and after == add_months(first, 1) else days(book, start, end)


def known_records(book: PriceBook, records: Iterable[UsageRecord]) -> Known:
    """The instants of all records, in order of time, by what they are added to."""
    found: dict[Thing, list[datetime]] = {}
    for record in records:
        apart = kept_apart(book, record.item)
        attributes = attributes_of(book, record, apart, with_band=not lasts(book.items[record.item].metered_by))
        found.setdefault((_owner(book, record.subscription, record.item), record.item, record.spec, attributes), []).append(record.at)
    for instants in found.values():
        instants.sort()
    return found


def made_of(book: PriceBook, known: Known, metered: MeteredPeriod, subscription: str, stretch: Stretch) -> int:
    """How many records a line for the time `stretch` is made of: those of its series while the subscription ran."""
    item = metered.item.id
    spec = metered.spec.id if metered.spec is not None else None
    attributes = metered.attributes
    if book.time_bands and lasts(metered.item.metered_by):
        attributes = tuple(each for each in attributes if each[0] != BAND)  # a level goes through bands
    instants = known.get((_owner(book, subscription, item), item, spec, attributes), ())
    return sum(map(metered.running.holds, _within(book, item, instants, stretch)))


def missing_usage(book: PriceBook, issued: Sequence[Invoice], usage: Sequence[UsageRecord] | RatedUsage) -> list[Diagnostic]:
    """An error for all usage that was billed from more records than are given: the rest of it would be paid back by mistake.

    Records that came later are welcome. Invoices that do not say how many there were need one record at least.
    """
    given_for = _charged(book, usage) if isinstance(usage, RatedUsage) else _given(book, usage)
    found: dict[tuple[str | None, str], Diagnostic] = {}
    for (owner, subscription, item, start, end), billed in _billed(book, issued).items():
        given = given_for(owner, item, start, end)
        if given < billed:
            said = f"{given:,} of the {billed:,} records that were billed {'is' if given == 1 else 'are'} given"
            message = f"`{item}` of `{subscription}` was billed for {days(book, start, end)}, and {said if given else 'no record of it is given'}"
            remedy = f"give the usage files of {_month(book, start, end)} too; where nothing was used after all, a record of 0"
            found.setdefault((owner, item), report(ISSUED_USAGE_MISSING, message, subject="usage", help=remedy))
    return [*found.values()]


def _given(book: PriceBook, records: Sequence[UsageRecord]) -> Callable[[str | None, str, datetime, datetime], int]:
    """How many of the records there are of an owner's item for a time."""
    used: dict[tuple[str | None, str], list[datetime]] = {}
    for record in records:
        used.setdefault((_owner(book, record.subscription, record.item), record.item), []).append(record.at)
    for instants in used.values():
        instants.sort()
    return lambda owner, item, start, end: len(_within(book, item, used.get((owner, item), ()), (start, end)))


def _charged(book: PriceBook, rated: RatedUsage) -> Callable[[str | None, str, datetime, datetime], int]:
    """How many records the charges of an owner's item for a time are made of; those that are known to be there no longer count too."""
    apart: dict[tuple[str | None, str, datetime, datetime], list[tuple[Series, int]]] = {}
    for charge in rated.charges:
        key = (_owner(book, charge.subscription, charge.item), charge.item, charge.start, charge.end)
        apart.setdefault(key, []).append(((charge.spec, charge.attributes), charge.records))
    counts = {key: _different(book, key[1], lines) for key, lines in apart.items()}
    gone: dict[tuple[Stretch, str | None, str], list[datetime]] = {}
    for span, records in rated.gone.items():
        for subscription, item, at in records:
            gone.setdefault((span, _owner(book, subscription, item), item), []).append(at)
    for instants in gone.values():
        instants.sort()

    def given(owner: str | None, item: str, start: datetime, end: datetime) -> int:
        # The same record may be gone from several periods: one of a level that lasts is counted in each.
        left = max((len(_within(book, item, gone.get((span, owner, item), ()), (start, end))) for span in rated.gone), default=0)
        return counts.get((owner, item, start, end), 0) + left

    return given


def _billed(book: PriceBook, issued: Sequence[Invoice]) -> dict[Charged, int]:
    """How many records each thing was billed from: as its invoice says, or a later one that corrected it if that knew of more."""
    found: dict[Charged, int] = {}
    for invoice in issued:
        of_invoice: dict[Charged, list[tuple[Series, int]]] = {}
        for line in invoice.lines:
            if line.end is None or line.item is None:
                continue
            count = line.records
            if count is None:
                count = 1 if line.bill_type in BY_USAGE and line.amount else 0
            key = (_owner(book, line.subscription, line.item), line.subscription, line.item, line.start, line.end)
            of_invoice.setdefault(key, []).append(((line.spec, tuple(line.attributes.items())), count))
        for key, lines in of_invoice.items():
            found[key] = max(found.get(key, 0), _different(book, key[2], lines))
    return found


def _different(book: PriceBook, item: str, lines: Iterable[tuple[Series, int]]) -> int:
    """How many records lines for one time are made of together. A level goes through time bands: their lines are made of the same records."""
    known = book.items.get(item)
    through = known is not None and lasts(known.meter)
    counts: dict[Series, dict[str, int]] = {}
    for (spec, attributes), count in lines:
        band = next((value for name, value in attributes if name == BAND), "") if through else ""
        series = spec, tuple(sorted(each for each in attributes if not through or each[0] != BAND))
        of_bands = counts.setdefault(series, {})
        of_bands[band] = of_bands.get(band, 0) + count
    return sum(max(of_bands.values()) for of_bands in counts.values())


def _owner(book: PriceBook, subscription: str, item: str) -> str | None:
    """Whose the records are: the subscription's, or None where those of the account are added together."""
    known = book.items.get(item)
    return None if known is not None and known.meter is not None and known.meter.over == "account" else subscription


def _within(book: PriceBook, item: str, instants: Sequence[datetime], stretch: Stretch) -> Sequence[datetime]:
    """The instants that a line for this time is made of."""
    known = book.items.get(item)
    goes_on = known is not None and lasts(known.meter)
    return instants[0 if goes_on else bisect_left(instants, stretch[0]) : bisect_left(instants, stretch[1])]
