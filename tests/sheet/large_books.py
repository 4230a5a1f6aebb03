"""Books at the ends of what sheets are made of: thirty items in six groups, by region, in four currencies, with twelve terms; and one item."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

from engine.model.book import PriceBook
from tests.sheet.small_books import book_of

GROUPS = {
    "dedicated-hosts": ("Host", "780"),
    "machines": ("Machine", "19"),
    "storage": ("Storage class", "4.90"),
    "databases": ("Database", "210.55"),
    "network": ("Private interconnection", "4"),
    "support": ("Round-the-clock support", "8900"),
}
"""group -> what its items are called, the price of the first one for a month."""

BY_SPEC = ("databases",)
SPECS = ("standard", "replicated")
"""What the items of a group are sold by, where it is not their quantity."""

ITEMS_OF_A_GROUP = 5
REGIONS = {"eu-central": Decimal(1), "ap-southeast": Decimal("1.05"), "ap-northeast": Decimal("1.18")}
CURRENCIES = {"USD": Decimal(1), "EUR": Decimal("0.92"), "CNY": Decimal("7.2"), "JPY": Decimal(148)}
TERMS = {1: 0, 2: 2, 3: 4, 4: 5, 6: 7, 9: 10, 12: 17, 18: 20, 24: 25, 36: 35, 48: 40, 60: 45}
"""months -> percent off."""

BASICS = """\
book: {id: large, title: Example Cloud, status: illustrative, currency: USD, timezone: UTC, rounding: {at: line, mode: half-up},
       description: "Thirty items in six groups. Paid ahead, for one month to five years."}
units:
  piece: {title: {en: {one: piece, other: pieces}, de: {one: Stück, other: Stücke}, ja: {other: 個}}}
attributes:
  region: {title: {en: Region, de: Region, ja: リージョン}, source: order, values: [%s]}
"""


def large_book() -> PriceBook:
    """The book of thirty items."""
    names = [(group, f"{group}-{number}") for group in GROUPS for number in range(1, ITEMS_OF_A_GROUP + 1)]
    text = "items:\n"
    for group, name in names:
        number = name.rpartition("-")[2]
        how = f"specs: {{{', '.join(f'{spec}: {{title: {spec.capitalize()}}}' for spec in SPECS)}}}" if group in BY_SPEC else "quantity: {min: 1, step: 1}"
        text += f"  {name}: {{title: {GROUPS[group][0]} {number}, group: {group}, unit: piece, {how}}}\n"
    text += f"""
billing_modes:
  ahead:
    title: Paid ahead
    payment: prepaid
    cycle: term
    terms: [{", ".join(f"{months} month{'s' * (months > 1)}" for months in TERMS)}]
    items: {{{", ".join(f"{name}: optional" for _, name in names)}}}
prices:
"""
    for currency, (region, dearer) in product(CURRENCIES, REGIONS.items()):
        listed = {name: _amount(group, int(name[-1]), dearer, currency) for group, name in names}
        text += _entry("2026-01-01", currency, region, listed)
    for currency in CURRENCIES:
        text += _entry("2027-01-01", currency, "eu-central", {"dedicated-hosts-5": _amount("dedicated-hosts", 5, Decimal("1.4"), currency)})
    tiers = ", ".join(f"{{from: {months} months, percent_off: {off}%}}" for months, off in TERMS.items() if off)
    text += f"discounts: {{longer: {{title: Longer is cheaper, items: all, by: term, tiers: [{tiers}]}}}}\ndiscount_policy: [longer]\n"
    text += """
examples:
  two-hosts:
    title: Two hosts and ten machines for five years
    given: {date: 2026-03-01, billing_mode: ahead, term: 60 months, attributes: {region: eu-central}, items: {dedicated-hosts-5: 2, machines-3: 10}}
    expect: {total: 848760.00}
"""
    return book_of(text, BASICS % ", ".join(REGIONS))


def _entry(start: str, currency: str, region: str, prices: Mapping[str, str]) -> str:
    items = ", ".join(f"{name}: {price}" for name, price in prices.items())
    return f"  - {{effective: {start}, billing_mode: ahead, per: month, currency: {currency}, when: {{region: {region}}}, items: {{{items}}}}}\n"


def _amount(group: str, number: int, dearer: Decimal, currency: str) -> str:
    """The price of the group's item in a currency, twice as much for each further item and spec."""
    listed = [Decimal(GROUPS[group][1]) * 2 ** (number - 1 + index) * dearer * CURRENCIES[currency] for index in range(len(SPECS))]
    prices = [f"{price:.{0 if currency == 'JPY' else 2}f}" for price in listed]
    return f"{{{', '.join(f'{spec}: {price}' for spec, price in zip(SPECS, prices, strict=True))}}}" if group in BY_SPEC else prices[0]


def one_item_book() -> PriceBook:
    """A book of one item at one price."""
    return book_of(
        """
units: {desk: {title: {en: {one: desk, other: desks}}}}
items: {desk: {title: Desk, unit: desk, quantity: {min: 1, step: 1}}}
billing_modes: {lease: {title: Lease, payment: prepaid, cycle: term, terms: [1 month], items: {desk: required}}}
prices: [{effective: 2026-01-01, billing_mode: lease, per: month, items: {desk: 10.00}}]
"""
    )
