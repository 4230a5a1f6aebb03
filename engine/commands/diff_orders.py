"""The orders of `pricebook diff --orders`: read and priced under each of the two books, as `pricebook quote` prices them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.output import listed, say
from engine.commands.progress import Progress
from engine.commands.reading import is_account, is_order, refuse_account
from engine.in_processes import in_processes
from engine.language.build import load_order
from engine.model.quotes import Quote, Refusal
from engine.pricing import price_order
from engine.review.effect import Effects, ExampleEffect, outcome_effects
from engine.shelf import ACCOUNT_FILES, files_below
from engine.store import read_input

if TYPE_CHECKING:
    from engine.model.book import PriceBook


def order_effects(old: "PriceBook", new: "PriceBook", named: Sequence[str], at: datetime) -> Effects:
    """The orders of files and folders under both books, each under the name of its file; one without a date is of `at`. Raises wrong usage."""
    orders = list(_order_files(named))

    def effect_of(number: int) -> list[ExampleEffect]:
        name, content = orders[number]
        return list(outcome_effects(name, *(_priced(book, name, content, at) for book in (old, new))))

    with Progress("orders", len(orders)) as progress:
        found = in_processes(effect_of, len(orders), progress.reached)
    return Effects(len(orders), tuple(each for effects in found for each in effects))


def _priced(book: "PriceBook", name: str, content: bytes, at: datetime) -> Quote | Refusal:
    order, problems = load_order(name, content, book, at)
    return price_order(book, order) if order is not None else Refusal(problems)


def _order_files(named: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """The files of orders with their contents: those that are named, and of a folder all in it and below that are orders, in the order of paths."""
    for name in dict.fromkeys(named):
        if not Path(name).is_dir():
            content = read_input(name)
            refuse_account(name, content)
            yield name, content
            continue
        files = [(str(each), read_input(str(each))) for each in sorted(files_below(Path(name))) if each.suffix in ACCOUNT_FILES]
        kept = [each for each in files if is_order(*each) and not is_account(*each)]
        if not kept:
            raise click.UsageError(f"No order stands in the folder `{name}`. An order is a .yaml or .json file with a billing mode and items.")
        if len(kept) < len(files):
            say(f"left out, because no order stands there: {listed([path for path, content in files if (path, content) not in kept])}")
        yield from kept
