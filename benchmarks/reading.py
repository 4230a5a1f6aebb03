"""Usage as a program writes it, and two ways to read it: into checked records, and into texts alone."""

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

from engine.language.build import load_book
from engine.model.book import PriceBook
from engine.usage import read_usage_files

BOOK = b"""
book: {id: metered, title: Metered, status: draft, currency: USD, timezone: UTC, rounding: {at: line, mode: half-up}}
units: {call: {title: call}}
attributes: {region: {source: usage, values: [eu, us]}}
items: {calls: {title: Calls, unit: call, meter: {measure: sum, window: month}}}
billing_modes: {use: {title: Use, payment: postpaid, cycle: month, items: {calls: optional}}}
prices: [{effective: 2026-01-01, billing_mode: use, items: {calls: 0.01}}]
"""


def usage_file(rows: int) -> tuple[PriceBook, bytes]:
    """A book, and so many rows of its usage, of which no two have the same time."""
    found = load_book({"book.yaml": BOOK})
    if found.book is None:
        raise AssertionError(found.diagnostics)
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    times = (begin + timedelta(seconds=37 * number) for number in range(rows))
    lines = (f"acme,s-{number % 20},calls,{at:%Y-%m-%dT%H:%M:%SZ},{number % 997}.25,r-{number},{('eu', 'us')[number % 2]}" for number, at in enumerate(times))
    return found.book, "\n".join(("account,subscription,item,time,quantity,id,region", *lines)).encode()


def by_reader(book: PriceBook, content: bytes) -> int:
    """How many records the engine makes of the file."""
    return len(read_usage_files(book, [("usage.csv", BytesIO(content))]).records)


def by_csv(content: bytes) -> int:
    """How many rows the csv module splits the file into."""
    return sum(1 for _ in csv.reader(StringIO(content.decode(), newline="")))
