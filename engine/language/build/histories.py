"""What an example gives as a history: an account, its usage and the period that is billed (rule language, section 4).

Usage is a list of records, the text of a CSV file, or the name of one beside the book's files.
"""

import posixpath
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from engine.diagnostics import examples, references
from engine.language.build.accounts import read_account
from engine.language.build.context import Build
from engine.language.build.node import Node, Unreadable
from engine.model.accounts import Account, History, UsageRow
from engine.values.bounds import check_billed, in_years
from engine.values.periods import add_months, start_of_day

Part = TypeVar("Part")
KEYS = ("account", "usage", "period")


def is_history(node: Node) -> bool:
    """Whether what is given is an account's history and no order."""
    return any(node.get(key) is not None for key in KEYS)


def read_history(build: Build, node: Node) -> History | None:
    """The history written at `node`; None where any part of it cannot be read."""
    before = (len(build.found), build.dropped)
    others = [key for key, _ in node.entries() if key not in KEYS]
    if others:
        listed = ", ".join(f"`{key}`" for key in others)
        build.report(examples.BAD_HISTORY, f"{listed} stands beside an account", node.at(others[0]), help=MIXED)
    build.reading_order = True
    account = build.attempt(_read_part, node, "account", read_account)
    period = build.attempt(_read_part, node, "period", _read_period)
    build.reading_order = False
    if account is None or period is None or (len(build.found), build.dropped) != before:
        return None
    usage = node.get("usage")
    if usage is None:
        return History(account, *period)
    if usage.is_list:
        return History(account, *period, rows=tuple(_read_row(each, account) for each in usage.elements()))
    return build.attempt(_read_file, usage, account, period)


def _read_part(build: Build, node: Node, key: str, read: Callable[[Build, Node], Part]) -> Part:
    return read(build, node.need(key))


MIXED = "put what is ordered into the account, as a `purchase` or a `start`"


def _read_period(build: Build, node: Node) -> tuple[datetime, datetime]:
    """The whole month, or from one day to before another one."""
    if node.is_mapping:
        start, end = node.need("from").instant(build.zone), node.need("until").instant(build.zone)
        if end <= start:
            raise build.refuse(examples.BAD_HISTORY, "the period ends before it begins", node, help="give a later day as `until`")
        node.bounded(check_billed, start, end)
        return start, end
    try:
        first = node.bounded(in_years, date.fromisoformat(f"{node.text()}-01"))
    except ValueError:
        raise Unreadable(node, "a month such as `2026-03`") from None
    return start_of_day(first, build.zone), start_of_day(add_months(first, 1), build.zone)


def _read_row(node: Node, account: Account) -> UsageRow:
    """A record as a row of cells; its account and its only subscription need not be written."""
    cells = {"account": account.id, "subscription": "", "item": "", "time": "", "quantity": "", "id": ""}
    if len(account.subscriptions) == 1:
        cells["subscription"] = account.subscriptions[0].id
    origin = node.origin()
    return UsageRow(origin.file, origin.line, cells | {key: each.raw() for key, each in node.entries()})


def _read_file(build: Build, node: Node, account: Account, period: tuple[datetime, datetime]) -> History:
    """Usage as the text of a CSV file, which has more than one line, or as the name of such a file."""
    written = node.text()
    if "\n" in written.strip():
        return History(account, *period, text=written, file=f"{node.file} ({node.dotted()})")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(node.file), written))
    content = build.tables.get(path)
    if content is None:
        message = f"the usage file `{written}` is not there"
        raise build.refuse(references.TABLE_NOT_FOUND, message, node, names=(written,), **build.table_meant(path, "file"))
    return History(account, *period, text=content.decode("utf-8-sig", "replace"), file=path)
