"""A price book of so many lines, made of what real books are made of: items with specs, dated prices with tiers, examples."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HEAD = """\
book:
  id: generated
  title: Generated book
  status: draft
  currency: USD
  timezone: Europe/Berlin
  rounding: {at: line, mode: half-up}
units:
  user: {title: {en: {one: user, other: users}}}
"""

ITEM = """\
  package-{number}:
    title: Package {number}
    description: What package {number} adds to an edition, for teams that grow.
    unit: user
    quantity: {{min: 1, max: 20000}}
"""

PRICE = """\
      package-{number}:
        model: graduated
        tiers:
          - {{up_to: 10, unit_price: 4.{cents:02d}}}
          - {{up_to: 100, unit_price: 3.{cents:02d}}}
          - {{up_to: 1000, unit_price: 2.{cents:02d}}}
          - {{unit_price: 1.{cents:02d}}}
"""

PLANS = """\
book:
  id: plans
  title: Two hundred plans
  status: draft
  currency: EUR
  timezone: Europe/Berlin
  rounding: [{at: charge, places: 8, mode: half-up}, {at: line, mode: half-up}]
  payment_terms: 30 days
  seller: {name: Sample seller, address: [1 Example Street], city: Hamburg, postcode: 20095, country: DE, registration: HRB 0-EXAMPLE}
units: {GB: {title: GB}}
attributes:
  plan: {title: Plan, source: customer, values: [VALUES]}
items:
  storage: {title: Storage, unit: GB, meter: {measure: MEASURE, window: hour, places: 6, max: 1000000}}
billing_modes:
  pay-per-use: {title: Pay-per-use, payment: postpaid, cycle: hour, INVOICEDitems: {storage: required}}
"""

PLAN = """\
  - effective: 2026-01-01
    billing_mode: pay-per-use
    {when}
    items:
      storage:
        model: graduated
        {once}
        tiers:
          - {{up_to: 100, unit_price: 0.000{cents}}}
          - {{up_to: 1000, unit_price: 0.00009{number:03d}}}
          - {{up_to: 10000, unit_price: 0.00008{number:03d}}}
          - {{unit_price: 0.00007{number:03d}}}
"""

LINES_PER_ITEM = ITEM.count("\n") + PRICE.count("\n") + 1


@contextmanager
def generated_book(lines: int) -> Iterator[Path]:
    """The folder of a book with about so many lines; it goes away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        write_book(Path(folder) / "generated", lines)
        yield Path(folder) / "generated"


def write_book(folder: Path, lines: int) -> None:
    """Writes the book; as authors do, no file has more than a few thousand lines."""
    (folder / "prices").mkdir(parents=True)
    numbers = range(1, lines // LINES_PER_ITEM + 1)
    _write(folder / "book.yaml", HEAD)
    modes = "".join(f"      package-{number}: optional\n" for number in numbers)
    head = "billing_modes:\n  monthly:\n    title: Monthly\n    payment: prepaid\n    cycle: term\n    terms: [1 month, 1 year]\n    items:\n"
    _write(folder / "billing-modes.yaml", head + modes)
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        _write(folder / f"items-{start:06d}.yaml", "items:\n" + "".join(ITEM.format(number=number) for number in part))
        entry = "prices:\n  - effective: 2026-01-01\n    billing_mode: monthly\n    per: month\n    items:\n"
        prices = "".join(PRICE.format(number=number, cents=number % 90) for number in part)
        _write(folder / "prices" / f"2026-01-01-{start:06d}.yaml", entry + prices)


def write_plans(folder: Path, plans: int = 200, each_record: bool = False, monthly: bool = True) -> None:
    """Writes a book of one metered item, whose price follows the customer's plan: one of so many, each with four tiers.

    It is charged for the highest quantity of each hour, or for each record by itself, and invoiced each month or whenever it is asked for. The one
    plan of a book is everybody's.
    """
    (folder / "prices").mkdir(parents=True, exist_ok=True)
    names = {number: f"plan-{number:03d}" for number in range(1, 201)}
    head = PLANS.replace("VALUES", ", ".join(names.values())).replace("MEASURE", "sum" if each_record else "max")
    head = head.replace("INVOICED", "invoiced: month, " if monthly else "")
    _write(folder / "book.yaml", head)
    once = "applies_to: each-record" if each_record else "per: hour"
    prices = "".join(
        PLAN.format(when=f"when: {{plan: {name}}}" if plans > 1 else "reference: everybody's price", once=once, number=number, cents=100 + number)
        for number, name in list(names.items())[:plans]
    )
    _write(folder / "prices" / "2026-01-01.yaml", "prices:\n" + prices)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
