"""What an edit does to the bills of accounts, as sections of a page: who pays more and who less, the largest changes, how they are spread.

Source: authoring pictures, diff-terminal and diff-impact.
"""

from collections.abc import Iterator, Sequence

from engine.documents import page_blocks as blocks
from engine.documents.diff_words import counted, rise
from engine.documents.format import Formatter
from engine.documents.page_parts import BarRow, PageColumn, PageRow
from engine.documents.page_types import BarsBlock, Block, Section, TableBlock
from engine.review.bills import AccountEffect, Bills, Direction, spread, sums_of
from engine.review.timing import WHENS, When
from engine.values.exact import divide, exact, round_number, subtract

FEWEST_SPREAD = 2
"""Changes that are shown as bars at least; fewer are told by their rows."""
DIRECTIONS: tuple[tuple[Direction, str], ...] = (("more", "\u25b2 pay more"), ("less", "\u25bc pay less"), ("same", "pay the same"))
MOST_FAILED = 10
LARGEST_TITLES: dict[Direction, str] = {"more": "Largest increases", "less": "Largest decreases"}
MOVES: dict[When, tuple[str, str]] = {
    "now": ("now", "bought, changed or used in the period"), "at-renewal": ("at renewal", "in the period"),
    "later": ("later", "the term ends, or it is used, after the period"), "never": ("never", "buys nothing that changes, or keeps what it has"),
}  # fmt: skip


def bill_sections(bills: Sequence[Bills], words: Formatter) -> Iterator[Section]:
    """A section a currency: sums, the largest changes, their spread, and what failed under one book."""
    for each in bills:
        more, less = (len(each.of(direction)) for direction in ("more", "less"))
        title = f"Accounts, {each.currency}: {more} of {len(each.accounts)} pay more, {less} less"
        parts: list[Block] = [sums_table(each, words), moves_table(each, words)]
        parts += _spread(each, words)
        parts += [table for direction in LARGEST_TITLES if (table := largest_table(each, direction, words)) is not None]
        yield blocks.section(title, parts, id=f"accounts-{each.currency}")


def _heads(first: str) -> list[PageColumn]:
    heads = [blocks.column(first, number=False, strong=False), *(blocks.column(head, strong=head == "Change") for head in ("Before", "After", "Change"))]
    return [*heads, blocks.column("", strong=False, label="Change in percent")]


def sums_table(bills: Bills, words: Formatter, named: bool = True) -> TableBlock:
    """What the accounts are billed that pay more, less and the same, and the sum; what fails under one book, `named` or not."""
    groups = [(name, bills.of(direction)) for direction, name in DIRECTIONS]
    without = tuple(each for each in bills.of("same") if not each.before)
    groups[-1:] = [(groups[-1][0], tuple(each for each in bills.of("same") if each.before)), ("have no bill in the period", without)]
    rows = [_sum(name, accounts, bills, words) for name, accounts in groups if accounts]
    rows.append(_sum("Sum", bills.of("more", "less", "same"), bills, words))
    failed = [f"{each.account if named else 'An account'} fails under {_failing(each)}" for each in bills.of("failed")]
    told = list(dict.fromkeys(failed))
    notes = [*told[:MOST_FAILED], *([f"and {len(failed) - MOST_FAILED} more"] if len(told) > MOST_FAILED else [])]
    return blocks.table("changes", _heads("Bills"), [blocks.group("", rows)], label="Bills", stays=3, notes=notes)


def _failing(each: AccountEffect) -> str:
    books = "both books" if each.before is None and each.after is None else "the old book" if each.before is None else "the new book"
    return f"{books}: {', '.join(each.refused) or 'it is not read'}"


def _sum(name: str, accounts: Sequence[AccountEffect], bills: Bills, words: Formatter) -> PageRow:
    before, after = sums_of(accounts)
    amounts = [words.amount(before, bills.currency), words.amount(after, bills.currency), words.amount(subtract(after, before), bills.currency, sign=True)]
    ratio = divide(subtract(after, before), before) if before > 0 and after != before else None
    return blocks.row(blocks.cell(name, counted(len(accounts), "account")), [*amounts, rise(ratio, words)])


def moves_table(bills: Bills, words: Formatter) -> TableBlock:
    """How many accounts are reached when, and what that does to their bills of the period."""
    rows = []
    for when in WHENS:
        accounts, (name, about) = bills.moving(when), MOVES[when]
        told = _sum(name, accounts, bills, words)["cells"] if when in ("now", "at-renewal") and accounts else [""] * 4
        rows.append(blocks.row(blocks.cell(name, about), [words.number(len(accounts)), *told]))
    heads = _heads("When it moves")
    return blocks.table("changes", [heads[0], blocks.column("Accounts", strong=False), *heads[1:]], [blocks.group("", rows)], stays=1, label="When it moves")


def largest_table(bills: Bills, direction: Direction, words: Formatter, named: bool = True) -> TableBlock | None:
    """The accounts with the largest changes, `named` or not; None where there are none."""
    rows = [_accounts(each, words, named) for each in bills.largest(direction)]
    heads = [*_heads("Account"), blocks.column("From", strong=False)]
    return blocks.table("changes", heads, [blocks.group("", rows)], title=LARGEST_TITLES[direction], stays=3) if rows else None


def _accounts(equal: Sequence[AccountEffect], words: Formatter, named: bool) -> PageRow:
    """An account, or many whose bills change by the same amount."""
    first = equal[0]
    since = min((each.since.isoformat() for each in equal if each.since is not None), default="")
    change = words.amount(first.change, first.currency, sign=True)
    when = MOVES[first.moves][0] if first.moves is not None else ""
    if len(equal) > 1:
        return blocks.row(blocks.cell(counted(len(equal), "account"), "each"), ["", "", change, "", since])
    sides = [words.amount(value, first.currency) if value is not None else "" for value in (first.before, first.after)]
    return blocks.row(blocks.cell(first.account, when) if named else counted(1, "account"), [*sides, change, rise(first.ratio, words), since])


def _spread(bills: Bills, words: Formatter) -> Iterator[BarsBlock]:
    """How many bills change by how much, as bars."""
    bins = spread(bills)
    if sum(each.count for each in bins) < FEWEST_SPREAD:
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
