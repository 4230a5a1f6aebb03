"""The section `commitments`, and the uses of its entries in billing modes. Source: rule language, second version, 4.1."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.diagnostics import Label
from engine.diagnostics.policies import COMMITMENT_CONDITIONS_TWICE, COMMITMENT_UNUSABLE
from engine.language.build.conditions import read_conditions
from engine.language.build.context import Build
from engine.language.build.discounts import read_money
from engine.language.build.node import Node
from engine.language.build.uses import read_policy_uses
from engine.model.book import BillingMode, PolicyUse, PriceBook
from engine.model.conditions import ALWAYS
from engine.model.policies import Commitment
from engine.values.spans import dotted

LENGTHS = ("hour", "day", "month", "year")  # shortest first


def read_commitment(build: Build, name: str, node: Node) -> Commitment:
    """What is paid at least, for what, and how often."""
    category = node.get("category_of")
    return Commitment(
        name,
        read_money(build, node.need("amount")),
        node.word(Commitment, "every"),
        items=build.read(node, "items", Build.item_list) or (),
        of=node.word(Commitment, "of"),
        stub=node.word_or_none(Commitment, "stub"),
        category_of=build.refer(category, "items", "item") if category is not None else None,
        conditions=read_conditions(build, node),
        title=build.text_of(node.get("title")),
        description=build.text_of(node.get("description")),
        origin=node.origin(),
    )


def read_commitment_uses(build: Build, node: Node | None) -> tuple[PolicyUse, ...]:
    """The commitments of a mode, each under its own conditions or those that are written beside its use."""
    return tuple(_with_conditions(build, use) for use in read_policy_uses(build, node, "commitments", "commitment"))


def _with_conditions(build: Build, use: PolicyUse) -> PolicyUse:
    known = build.commitments.get(use.use)
    if known is None or known.conditions == ALWAYS:
        return use
    if use.conditions != ALWAYS:
        place = build.places.span(known.origin)
        build.report(
            COMMITMENT_CONDITIONS_TWICE,
            f"`{use.use}` has conditions of its own, and its use here has others",
            build.places.span(use.origin),
            path=dotted(use.origin.path),
            labels=(Label(place, "its own stand here"),) if place is not None else (),
            names=(use.use,),
            help="write `when`, `effective` and `until` in one of the two places",
        )
    return replace(use, conditions=known.conditions)


def check(build: Build, book: PriceBook) -> None:
    """Reports commitments that no bill of a mode that names them can owe."""
    for mode in book.billing_modes.values():
        for use in mode.commitment:
            commitment = book.commitments.get(use.use)
            for message, remedy in _faults(book, mode, commitment) if commitment is not None else ():
                place, path = build.places.span(use.origin), dotted(use.origin.path)
                build.report(COMMITMENT_UNUSABLE, message, place, path=path, names=(use.use, mode.id), help=remedy)


def _faults(book: PriceBook, mode: BillingMode, commitment: Commitment) -> Iterator[tuple[str, str]]:
    """Why, and what to do."""
    billed = {each.item: mode.invoiced or each.cycle for each in mode.items if each.payment == "postpaid"}
    scope = [name for name in billed if commitment.covers(name)]
    if not billed:
        yield (
            f"`{mode.id}` is paid in advance, and bills nothing by usage that could fall short of `{commitment.id}`",
            "name the commitment in a mode that is billed by usage, or sell something `postpaid` in this one",
        )
    elif not scope:
        yield f"`{mode.id}` bills none of the items of `{commitment.id}` by usage", f"name items that it does: {_named(billed)}"
    elif commitment.every == "term" and not mode.terms:
        yield f"`{mode.id}` has no terms, and `{commitment.id}` is for each term", "write `every: month` or `every: year`"
    elif longer := [name for name in scope if _is_longer(billed[name], commitment.every)]:
        yield (
            f"`{mode.id}` bills `{longer[0]}` by the {billed[longer[0]]}, and `{commitment.id}` is for each {commitment.every}",
            f"write `every: {billed[longer[0]]}`, or leave the item out of its `items`",
        )
    else:
        priced = {entry.currency for entry in book.prices if entry.billing_mode == mode.id and entry.item in scope}
        unknown = [currency for currency in commitment.amount.by_currency if currency not in priced]
        if unknown and priced:
            yield (
                f"`{commitment.id}` names {_named(unknown)}, and `{mode.id}` has no price in it for anything in scope",
                f"write the amount in a currency of its prices: {_named(sorted(priced))}",
            )


def _is_longer(period: str, every: str) -> bool:
    """Whether what is billed by the period is billed less often than the commitment ends."""
    if period == "term" or every == "term":
        return period == "term" and every != "term"
    return LENGTHS.index(period) > LENGTHS.index(every)


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
