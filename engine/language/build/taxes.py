"""The section `taxes`."""

from engine.diagnostics import Label, references, tiers
from engine.diagnostics.shape import OUT_OF_RANGE
from engine.language.build.conditions import read_conditions
from engine.language.build.context import Build
from engine.language.build.node import Node
from engine.model.policies import Tax
from engine.values.bounds import MOST_TAXES


def read_taxes(build: Build, nodes: list[Node]) -> tuple[Tax, ...]:
    """Every row of every tax; a compound names taxes that have rows. Source: rule language, 3.10, Taxes."""
    taxes = build.each(_read_tax, nodes)
    first = {tax.tax: tax for tax in reversed(taxes)}
    if len(first) > MOST_TAXES:
        message = f"the book has {len(first)} different taxes, and {MOST_TAXES} are the most"
        beyond = list(dict.fromkeys(tax.tax for tax in taxes))[MOST_TAXES:]
        build.report(OUT_OF_RANGE, message, build.places.span(first[beyond[0]].origin, "tax"), help="write rates of one tax under one name")
        taxes = tuple(tax for tax in taxes if tax.tax not in beyond)
    _check_ids(build, taxes)
    names = dict.fromkeys(sorted(name for node in nodes if isinstance(name := node.mapping.get("tax"), str)))
    for tax in taxes:
        for position, other in enumerate(tax.compound_on):
            if other not in names or other == tax.tax:
                build.report(
                    references.UNKNOWN_REFERENCE,
                    f"tax `{tax.tax}` is computed on tax `{other}`, which " + ("is itself" if other == tax.tax else "has no rows"),
                    build.places.nearest(tax.origin, "compound_on", position),
                    names=(tax.tax, other),
                    **build.meant(other, names, "tax", besides=tax.tax),
                )
    return taxes


def _check_ids(build: Build, taxes: tuple[Tax, ...]) -> None:
    first: dict[str, Tax] = {}
    for tax in taxes:
        if tax.id is not None and first.setdefault(tax.id, tax) is not tax:
            other = build.places.span(first[tax.id].origin, "id")
            build.report(
                references.DUPLICATE_ID,
                f"`{tax.id}` stands twice in `taxes`",
                build.places.span(tax.origin, "id"),
                labels=(Label(other, "the first stands here"),) if other is not None else (),
                names=(tax.id,),
                help="rename one of the two, or remove it",
            )


def _read_tax(build: Build, node: Node) -> Tax:
    name, rate = node.need("tax").text(), node.need("rate")
    ratio = rate.percent()
    if ratio < 0:
        build.report(tiers.NEGATIVE_PRICE, "a tax rate below zero", rate, help="write a percentage from `0%` up")
    return Tax(
        name,
        ratio,
        id=node.read("id", Node.text),
        category=node.read("category", Node.text),
        items=build.read(node, "items", Build.item_list) or (),
        compound_on=node.read("compound_on", Node.texts) or (),
        title=build.text_of(node.get("title")),
        reason=build.text_of(node.get("reason")),
        conditions=read_conditions(build, node),
        origin=node.origin(),
        rate_origin=rate.origin(),
    )
