"""The section `billing_modes`: how each mode is paid, its terms, the items it sells and the policies it uses."""

from engine.diagnostics import policies, references
from engine.language.build.commitments import read_commitment_uses
from engine.language.build.context import Build
from engine.language.build.node import Node
from engine.language.build.uses import read_policy_uses
from engine.model.book import BillingMode, Item, ModeItem
from engine.model.checks import choices
from engine.values.periods import Duration
from engine.values.spans import dotted
from engine.values.terms import alike, kind_of, units

LENGTHS = ("hour", "day", "month", "year")  # shortest first


def read_modes(build: Build, parts: dict[str, Node]) -> dict[str, BillingMode]:
    """Every billing mode that can be built."""
    modes = {}
    for name, node in parts.items():
        mode = build.attempt(_read_mode, name, node)
        if mode is not None:
            modes[name] = mode
    return modes


def _read_mode(build: Build, name: str, node: Node) -> BillingMode:
    payment, cycle = node.word(ModeItem, "payment"), node.word(ModeItem, "cycle")
    groups = _read_groups(build, node.get("groups"), payment, cycle)
    items = _read_items(build, node, payment, cycle, groups)
    terms = _read_terms(build, node.get("terms"))
    mode = BillingMode(
        name,
        payment,
        cycle,
        items,
        title=build.text_of(node.need("title")),
        description=build.text_of(node.get("description")),
        scenario=build.text_of(node.get("scenario")),
        terms=terms,
        invoiced=node.word_or_none(BillingMode, "invoiced"),
        expires=node.word(BillingMode, "expires"),
        groups={group: pattern.presence for group, pattern in groups.items()},
        one_of=_read_one_of(build, node.get("one_of"), items),
        spec_change=read_policy_uses(build, node.get("spec_change"), "spec_changes", "spec-change policy"),
        cancellation=read_policy_uses(build, node.get("cancellation"), "cancellations", "cancellation policy"),
        renewal=read_policy_uses(build, node.get("renewal"), "renewals", "renewal policy"),
        commitment=read_commitment_uses(build, node.get("commitment")),
        stub=node.word_or_none(BillingMode, "stub"),
        origin=node.origin(),
    )
    _check_terms(build, mode, node)
    _check_windows(build, mode)
    return mode


def _check_windows(build: Build, mode: BillingMode) -> None:
    """Reports a meter whose window is longer than the period that is billed, or whose level has no window. Source: rule language, 3.10, Prices and Windows."""
    for sold in mode.items:
        item = build.items.get(sold.item)
        period = mode.invoiced or sold.cycle
        if item is None or sold.payment != "postpaid" or item.list_amounts is not None:
            continue
        if item.meter is None:
            _check_fee(build, mode, item, sold)
            continue
        if item.meter.window == "period" and item.meter.measure not in ("sum", "count") and period not in ("hour", "day", "month"):
            build.report(
                references.METER_MISMATCH,
                f"`{item.id}` is a level over the whole {period} that `{mode.id}` bills, and prices are for a level that is held a month at most",
                build.places.span(sold.origin),
                path=dotted(sold.origin.path),
                names=(item.id, mode.id),
                help="write `window: month`, or a shorter one, on the meter; its windows are added up for the bill",
            )
            continue
        if period not in LENGTHS:
            continue
        if LENGTHS.index(item.meter.window if item.meter.window in LENGTHS else "hour") > LENGTHS.index(period):
            build.report(
                references.METER_MISMATCH,
                f"`{item.id}` is metered by the {item.meter.window}, but `{mode.id}` bills it by the {period}",
                build.places.span(sold.origin),
                path=dotted(sold.origin.path),
                names=(item.id, mode.id),
                help=f"write `invoiced: {item.meter.window}` on the mode, or a shorter `window` on the meter",
            )


def _check_fee(build: Build, mode: BillingMode, item: Item, sold: ModeItem) -> None:
    """Reports a fee in a mode that is paid in advance: nobody starts it, so it would be in no bill."""
    if mode.payment == "prepaid":
        message = f"`{item.id}` is neither paid in advance in `{mode.id}` nor metered, so it would be in no bill"
        remedy = "leave `payment: postpaid` out, give it a `meter`, or sell it in a mode that is postpaid"
        place, path = build.places.span(sold.origin), dotted(sold.origin.path)
        build.report(references.METER_MISMATCH, message, place, path=path, names=(item.id, mode.id), help=remedy)


def _read_terms(build: Build, node: Node | None) -> tuple[Duration, ...]:
    if node is None:
        return ()
    terms: list[Duration] = []
    for each in node.one_or_more():
        term = build.attempt(_read_term, each)
        if term is None:
            continue
        if terms and not alike(terms[0], term):
            message = f"{terms[0]} and {term} are terms of one mode, and days are never counted in months"
            build.report(policies.TERMS_UNLIKE, message, each, help="sell the one in a mode of its own: a mode has months and years, or days and weeks")
            continue
        terms.append(term)
    return tuple(sorted(set(terms), key=units))


def _read_term(build: Build, node: Node) -> Duration:
    term = node.duration()
    if kind_of(term) is None or term.written in ("hour", "minute", "second"):
        message = f"a term of {term} is counted neither in months nor in days"
        raise build.refuse(policies.TERMS_UNLIKE, message, node, help="write terms in months and years, or in days and weeks, such as `1 month` or `1 week`")
    return term


def _check_terms(build: Build, mode: BillingMode, node: Node) -> None:
    prepaid = mode.payment == "prepaid" or any(item.payment == "prepaid" for item in mode.items)
    if prepaid and not mode.terms and node.get("terms") is None and node.file not in build.flawed:
        build.report(
            references.MODE_WITHOUT_TERMS,
            f"`{mode.id}` is prepaid, but names no terms that can be bought",
            node.key_span(),
            path=node.dotted(),
            names=(mode.id,),
            help="add `terms: [1 month, 1 year]` with the terms on sale",
        )
    elif mode.terms and not prepaid:
        build.report(
            references.MODE_WITHOUT_TERMS,
            f"`{mode.id}` is postpaid, so its terms could never be bought",
            node.at("terms").key_span(),
            path=node.at("terms").dotted(),
            names=(mode.id,),
            help="remove `terms`, or write `payment: prepaid`",
        )


def _read_items(build: Build, node: Node, payment: str, cycle: str, groups: dict[str, ModeItem]) -> tuple[ModeItem, ...]:
    written = node.get("items")
    found: dict[str, ModeItem] = {}
    if written is not None and written.is_mapping and set(written.mapping) != {"group"}:
        for name, each in written.entries():
            item = build.attempt(_read_mode_item, name, each, payment, cycle)
            if item is not None:
                found[name] = item
    elif written is not None:
        for name in build.attempt(Build.item_list, written) or ():
            found[name] = ModeItem(name, "optional", payment, cycle, written.origin())
    for group, pattern in groups.items():
        for name in build.groups[group]:
            found.setdefault(name, ModeItem(name, "optional", pattern.payment, pattern.cycle, pattern.origin))
    return tuple(found.values())


def _read_mode_item(build: Build, name: str, node: Node, payment: str, cycle: str) -> ModeItem:
    _declared_item(build, name, node)
    return _read_place(name, node, payment, cycle)


def _read_place(name: str, node: Node, payment: str, cycle: str) -> ModeItem:
    """`required`, `optional`, or `{presence, payment, cycle}` with what overrides the mode's own. Source: rule language, 3.4."""
    if not node.is_mapping:
        return ModeItem(name, node.choice(*choices(ModeItem, "presence")), payment, cycle, node.origin())
    own = [node.word_or_none(ModeItem, key) for key in ("payment", "cycle")]
    return ModeItem(name, node.word(ModeItem, "presence"), own[0] or payment, own[1] or cycle, node.origin())


def _declared_item(build: Build, name: str, node: Node) -> None:
    if name not in build.declared["items"]:
        raise build.refuse(
            references.UNKNOWN_REFERENCE,
            f"item `{name}` is not declared",
            node.key_span(),
            path=node.dotted(),
            names=(name,),
            **build.suggest(name, "items", "item"),
        )
    build.used.add(("items", name))


def _read_groups(build: Build, node: Node | None, payment: str, cycle: str) -> dict[str, ModeItem]:
    """Group -> how its items stand in the mode."""
    found: dict[str, ModeItem] = {}
    for group, each in node.entries() if node is not None else ():
        pattern = build.attempt(_read_group, group, each, payment, cycle)
        if pattern is not None:
            found[group] = pattern
    return found


def _read_group(build: Build, group: str, node: Node, payment: str, cycle: str) -> ModeItem:
    if group not in build.groups:
        raise build.refuse(
            references.UNKNOWN_REFERENCE,
            f"no item has the group `{group}`",
            node.key_span(),
            path=node.dotted(),
            names=(group,),
            **build.meant(group, build.groups, "group"),
        )
    return _read_place(group, node, payment, cycle)


def _read_one_of(build: Build, node: Node | None, items: tuple[ModeItem, ...]) -> tuple[tuple[str, ...], ...]:
    if node is None:
        return ()
    lists = list(node.elements())
    if lists and not lists[0].is_list and not lists[0].is_mapping:
        lists = [node]  # one list without the outer brackets
    sold = {item.item for item in items}
    for alternatives in lists:
        for each in alternatives.one_or_more():
            if not each.is_mapping and each.text() in build.declared["items"] and each.text() not in sold:
                build.report(
                    references.NOT_SOLD_IN_MODE,
                    f"`{each.text()}` stands in `one_of`, but the mode does not sell it",
                    each,
                    names=(each.text(),),
                    help="add it to the mode's `items`",
                )
    return build.each(Build.item_list, lists)
