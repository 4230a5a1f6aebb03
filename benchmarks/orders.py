"""One order, priced by the engine and by a function that a careful programmer would write for this one price list.

The function does what the order needs and no more: prices in force by date, limits, tiers, the term, the better of two discounts,
rounding to the cent, a coupon shared by largest remainder in exact fractions, totals. No trace, no reasons, no other rule.
"""

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ORDER = """\
date: 2026-03-01
billing_mode: yearly-monthly
term: 1 year
items:
  basic-edition: 50-users-500-gb
  user-expansion-package: 130
  storage-expansion-package: 700 GB
attributes: {segment: education}
coupons: [WELCOME-2026]
"""


def setting():
    """The KooDrive book and the order, read once."""
    from engine.language.build import load_book, load_order
    from engine.store import read_folder

    files, _ = read_folder(ROOT / "rules" / "koodrive")
    book = load_book(files).book
    order, _ = load_order("order.yaml", ORDER.encode(), book, None)
    return book, order


def by_engine(book, order):
    """The quote with its trace."""
    from engine.pricing import price_order

    return price_order(book, order)


PRICES = {
    "basic-edition": [(date(2026, 1, 1), {"10-users-100-gb": Decimal("19.00"), "50-users-500-gb": Decimal("89.00")})],
    "user-expansion-package": [(date(2026, 1, 1), [(Decimal(100), Decimal("2.40")), (None, Decimal("2.10"))])],
    "storage-expansion-package": [(date(2026, 1, 1), Decimal("0.035"))],
}
PROVIDES = {
    "50-users-500-gb": {"users": 50, "storage": 500},
    "user-expansion-package": {"users": 1},
    "storage-expansion-package": {"storage": 1},
}
LIMITS = {"users": Decimal(20000), "storage": Decimal(95) * 1024 * 1024}
TERM_DISCOUNTS = [(12, Decimal("0.17")), (24, Decimal("0.25")), (36, Decimal("0.35"))]
EDUCATION = Decimal("0.10")
CENT = Decimal("0.01")
COUPON = Decimal("20.00")
LINES = [("basic-edition", "50-users-500-gb", Decimal(1)), ("user-expansion-package", None, Decimal(130)), ("storage-expansion-package", None, Decimal(700))]


def by_hand(day: date = date(2026, 3, 1), months: int = 12, segment: str = "education"):
    """The same lines and totals, by hand."""
    provided = {"users": Decimal(0), "storage": Decimal(0)}
    for item, spec, quantity in LINES:
        for resource, amount in PROVIDES[spec or item].items():
            provided[resource] += amount * quantity
    for resource, limit in LIMITS.items():
        if provided[resource] > limit:
            raise ValueError(resource)
    lists = []
    for item, spec, quantity in LINES:
        price = max((entry for entry in PRICES[item] if entry[0] <= day), key=lambda entry: entry[0])[1]
        if isinstance(price, dict):
            amount = price[spec] * quantity
        elif isinstance(price, list):
            amount, lower = Decimal(0), Decimal(0)
            for bound, unit_price in price:
                upper = quantity if bound is None else min(bound, quantity)
                if upper > lower:
                    amount += (upper - lower) * unit_price
                lower = upper
        else:
            amount = price * quantity
        lists.append((amount * months).quantize(Decimal("0.00000001"), ROUND_DOWN))
    options = [max((off for start, off in TERM_DISCOUNTS if months >= start), default=Decimal(0))]
    if segment == "education":
        options.append(EDUCATION)
    off = max(options)
    nets = [(amount - amount * off).quantize(CENT, ROUND_HALF_UP) for amount in lists]
    whole = sum(nets)
    units = int(min(COUPON, whole) / CENT)
    shares = [Fraction(net) / Fraction(whole) * units for net in nets]
    counts = [share.__floor__() for share in shares]
    for index in sorted(range(len(shares)), key=lambda place: (counts[place] - shares[place], place))[: units - sum(counts)]:
        counts[index] += 1
    amounts = [net - count * CENT for net, count in zip(nets, counts, strict=True)]
    return [(amount, amount - net, net) for amount, net in zip(lists, amounts, strict=True)], sum(lists), sum(amounts)
