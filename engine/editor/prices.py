"""What an item costs, in a few words: the price in force on a day, what terms make of it, and what an announced price changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.documents.diff_words import PER, RUNNING, rise
from engine.documents.format import Formatter, formatter
from engine.documents.markdown import markdown_text
from engine.model.book import BillingMode, Item, PriceBook
from engine.model.prices import Charge, Flat, Graduated, Package, Percentage, PerUnit, PriceEntry, Tier, Volume
from engine.pricing.probing import Scope
from engine.pricing.resolution import prices_in_force
from engine.review.revision import increase
from engine.sheet.term_prices import term_effect
from engine.values.exact import Number
from engine.values.periods import local_date

WORDS: Formatter = formatter("en")
MOST_TIERS = 4
MOST_TERMS = 4


@dataclass(frozen=True, slots=True)
class Sold:
    """A book on a day: what is in force then."""

    book: PriceBook
    at: datetime

    @property
    def day(self) -> str:
        """The day as the book counts days."""
        return local_date(self.at, self.book.zone).isoformat()

    def modes(self, item: str) -> list[BillingMode]:
        """The billing modes that sell the item."""
        return [mode for mode in self.book.billing_modes.values() if any(each.item == item for each in mode.items)]

    def entries(self, mode: str, item: str, spec: str | None) -> tuple[PriceEntry, ...]:
        """The prices in force for everybody, in the book's currency."""
        return prices_in_force(self.book, mode, item, spec, self.book.currency, self.at, {}).entries

    def price(self, mode: str, item: str, spec: str | None) -> str:
        """The price in force: `89.00 USD a month`; empty where there is none."""
        return ", ".join(price_words(entry, self.book.items[item]) for entry in self.entries(mode, item, spec))

    def presence(self, item: str) -> str:
        """Where the item is sold, and whether every order holds it."""
        modes = ((mode, each) for mode in self.modes(item) for each in mode.items if each.item == item)
        return "; ".join(f"{each.presence} in {WORDS.text(mode.title, self.book.language) or mode.id}" for mode, each in modes)

    def terms(self, mode: BillingMode, item: Item, spec: str | None) -> str:
        """What a month costs in each of the longer terms: `1 year 73.87, 2 years 66.75`; empty where no term changes it."""
        scope = Scope(self.book, self.at, self.book.currency)
        price = next((each for entry in self.entries(mode.id, item.id, spec) if (each := unit_price(entry)) is not None), None)
        if price is None:
            return ""
        found: dict[str, Number] = {}
        for term in mode.terms:
            effect = term_effect(scope, mode, item, spec, term, {})
            if effect is not None and effect.share != 1:
                found[WORDS.duration(term)] = effect.effective(price, "unit", effect.per if term.seconds else "month")
        return ", ".join(f"{term} {WORDS.amount(amount, self.book.currency)}" for term, amount in [*found.items()][:MOST_TERMS])


def price_words(entry: PriceEntry, item: Item) -> str:
    """A price as one reads it in a table: `89.00 USD a month`."""
    per = PER.get(entry.per or "", "")
    charges = " + ".join(_charge(charge, entry.currency, item) for charge in entry.charges)
    unit = " ".join(part for part in (entry.currency, per) if part)
    return f"{charges} ({unit})" if any(charge.tiers for charge in entry.charges) else f"{charges} {unit}"


def unit_price(entry: PriceEntry) -> Decimal | None:
    """The one price of a unit that the entry has; None where there are several, or none."""
    models = [charge.model for charge in entry.charges]
    return models[0].unit_price if len(models) == 1 and isinstance(models[0], PerUnit) else None


def _charge(charge: Charge, currency: str, item: Item) -> str:
    match charge.model:
        case PerUnit(price):
            return WORDS.amount(price, currency)
        case Flat(amount):
            return f"{WORDS.amount(amount, currency)} flat"
        case Package(size, price):
            return f"{WORDS.amount(price, currency)} for {WORDS.number(size)} {item.unit}"
        case Percentage(rate, per_event):
            return f"{WORDS.percent(rate)}{f' + {WORDS.amount(per_event, currency)} each' if per_event else ''}"
        case Graduated(tiers) | Volume(tiers):
            return _tiers(tiers, currency)


def _tiers(tiers: Sequence[Tier], currency: str) -> str:
    said = []
    for tier in tiers[:MOST_TIERS]:
        price = tier.unit_price if tier.unit_price is not None else tier.package.price if tier.package is not None else tier.flat
        bound = "above" if tier.bound is None else f"{'to' if tier.includes_bound else 'below'} {WORDS.number(tier.bound)}"
        said.append(f"{WORDS.amount(price or Decimal(0), currency)} {bound}")
    return ", ".join([*said, *(["..."] if len(tiers) > MOST_TIERS else [])])


def of_entry(sold: Sold, entry: PriceEntry, item: Item, spec: str | None) -> Iterator[tuple[str, str]]:
    """What a price that begins later changes: from when, by how much, and what running subscriptions pay; label and text of each."""
    since = entry.conditions.effective
    if since is None or since <= sold.at:
        return
    before = next((each for each in sold.entries(entry.billing_mode, item.id, spec) if each.per == entry.per), None)
    was, now = (unit_price(each) if each is not None else None for each in (before, entry))
    said = f" ({paid})" if (paid := rise(increase(was, now), WORDS)) else ""
    yield f"from {local_date(since, sold.book.zone)}, this file", f"**{markdown_text(price_words(entry, item))}**{said}"
    if before is not None:
        yield "reaches", f"new business from that day; {RUNNING.get(entry.running_subscriptions, entry.running_subscriptions)}"
