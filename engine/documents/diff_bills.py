"""What an edit does to the bills of accounts, as sections of a page: who pays more and who less, the largest changes, how they are spread.

Source: authoring pictures, diff-terminal and diff-impact.
"""

from collections.abc import Iterator, Sequence

from engine.documents import page_blocks as blocks
from engine.documents.format import Formatter
from engine.documents.page_parts import BarRow, PageColumn, PageRow
from engine.documents.page_types import BarsBlock, Block, Section, TableBlock
from engine.review.bills import AccountEffect, Bills, Direction, spread, sums_of
from engine.review.timing import WHENS, When
from engine.values.exact import Number, divide, exact, round_number, subtract

DIRECTIONS: tuple[tuple[Direction, str], ...] = (("more", "\u25b2 pay more"), ("less", "\u25bc pay less"), ("same", "pay the same"))

MOVES: dict[When, tuple[str, str]] = {
    "now": ("now", "bought, changed or used in the period"), "at-renewal": ("at renewal", "in the period"),
    "later": ("later", "the term ends, or it is used, after the period"), "never": ("never", "buys nothing that changes, or keeps what it has"),
}  # fmt: skip


def rise(ratio: Number | None, words: Formatter) -> str:
    """By how much more is paid, in percent with one decimal, its sign always written."""
    return "" if ratio is None else words.percent(round_number(ratio, 3, "half-up"), 1, sign=True)


def bill_sections(bills: Sequence[Bills], words: Formatter) -> Iterator[Section]:
    """A section a currency: sums, the largest changes, their spread, and what failed under one book."""
    for each in bills:
        more, less = (len(each.of(direction)) for direction in ("more", "less"))
        title = f"Accounts, {each.currency}: {more} of {len(each.accounts)} pay more, {less} less"
        parts: list[Block] = [_sums(each, words), _moves(each, words), *_largest(each, words), *_spread(each, words)]
        yield blocks.section(title, parts, id=f"accounts-{each.currency}")


def _heads(first: str) -> list[PageColumn]:
    heads = [blocks.column(first, number=False, strong=False), *(blocks.column(head, strong=head == "Change") for head in ("Before", "After", "Change"))]
    return [*heads, blocks.column("", strong=False, label="Change in percent")]


def _sums(bills: Bills, words: Formatter) -> TableBlock:
    rows = [_sum(name, bills.of(direction), bills, words) for direction, name in DIRECTIONS if bills.of(direction)]
    rows.append(_sum("Sum", bills.of("more", "less", "same"), bills, words))
    failed = [f"{each.account} fails under one book: {', '.join(each.refused) or 'it is not read'}" for each in bills.of("failed")]
    notes = [*failed[:10], *([f"and {len(failed) - 10} more"] if len(failed) > 10 else [])]
    return blocks.table("changes", _heads("Bills"), [blocks.group("", rows)], label="Bills", stays=3, notes=notes)


def _sum(name: str, accounts: Sequence[AccountEffect], bills: Bills, words: Formatter) -> PageRow:
    before, after = sums_of(accounts)
    amounts = [words.amount(before, bills.currency), words.amount(after, bills.currency), words.amount(subtract(after, before), bills.currency, sign=True)]
    counted = f"{len(accounts)} account{'' if len(accounts) == 1 else 's'}"
    ratio = divide(subtract(after, before), before) if before > 0 and after != before else None
    return blocks.row(blocks.cell(name, counted), [*amounts, rise(ratio, words)])


def _moves(bills: Bills, words: Formatter) -> TableBlock:
    """How many accounts are reached when, and what that does to their bills of the period."""
    rows = []
    for when in WHENS:
        accounts, (name, about) = bills.moving(when), MOVES[when]
        told = _sum(name, accounts, bills, words)["cells"] if when in ("now", "at-renewal") and accounts else [""] * 4
        rows.append(blocks.row(blocks.cell(name, about), [words.number(len(accounts)), *told]))
    heads = _heads("When it moves")
    return blocks.table("changes", [heads[0], blocks.column("Accounts", strong=False), *heads[1:]], [blocks.group("", rows)], stays=1, label="When it moves")


def _largest(bills: Bills, words: Formatter) -> Iterator[TableBlock]:
    titles: tuple[tuple[Direction, str], ...] = (("more", "Largest increases"), ("less", "Largest decreases"))
    for direction, title in titles:
        rows = [_account(each, words) for each in bills.largest(direction)]
        if rows:
            heads = [*_heads("Account"), blocks.column("From", strong=False)]
            yield blocks.table("changes", heads, [blocks.group("", rows)], title=title, stays=3)


def _account(each: AccountEffect, words: Formatter) -> PageRow:
    sides = [words.amount(value, each.currency) if value is not None else "" for value in (each.before, each.after)]
    since = each.since.isoformat() if each.since is not None else ""
    return blocks.row(each.account, [*sides, words.amount(each.change, each.currency, sign=True), rise(each.ratio, words), since])


def _spread(bills: Bills, words: Formatter) -> Iterator[BarsBlock]:
    bins = spread(bills)
    if len(bins) < 2:
        return
    most = max(each.count for each in bins)
    columns = [blocks.column("Change of the bill", number=False, strong=False), blocks.column("Accounts")]
    rows: list[BarRow] = []
    for each in bins:
        name = f"{rise(each.start, words)} to {rise(each.end, words)}"
        share = words.number(round_number(divide(exact(100 * each.count), exact(most)), 0, "half-up"))
        rows.append({"label": name, "share": share, "cells": [words.number(each.count)]})
    same = len(bills.of("same"))
    yield blocks.bars("How the changes are spread", "", columns, rows, [f"{same} unchanged, in no bar"] if same else [])
