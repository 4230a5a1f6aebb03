"""The blocks of rules: discounts, changes, renewal and cancellation, limits, announced prices, glossary."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.documents import ending_words as ending
from engine.documents import page_blocks as blocks
from engine.documents import policy_words as words
from engine.documents.example_words import per_words, rounding_words
from engine.documents.format import decimals
from engine.documents.page_types import Block, TableBlock, TimelineBlock
from engine.documents.sheet_words import Teller, has_tier, over_terms, sentences, supported, tier_range, whom
from engine.model.policies import Renewal
from engine.sheet.view import (
    AnnouncedPrice,
    CancellationView,
    FeeTable,
    LimitView,
    ModeSheet,
    RenewalView,
    SheetView,
)
from engine.values.exact import ONE, ZERO, Number, is_finite_decimal, round_number
from engine.values.money import minor_places
from engine.values.periods import Duration, after

Colours = Mapping[str, tuple[str, str]]


# --- changes --------------------------------------------------------------------------------------------------------------------


def spec_change_blocks(t: Teller, view: SheetView, colours: Colours) -> list[Block]:
    """What may be changed in each mode, side by side, and moves between modes; the mode that tells more gets more room."""
    changes = view.policies.spec_changes
    told = []
    for one in changes:
        is_supported = one.policy is not None and bool(one.policy.supports)
        name = t.f.row(part for part in (t.mode(one.mode), whom(t, one.when)) if part)
        title = t.say_in("policy", "%(mode)s: %(state)s", mode=name, state=supported(t, is_supported))
        policy = words.spec_change(t, one.policy)
        dot = "full" if is_supported else "open"
        told.append(blocks.policy(title, policy.paragraphs, policy.formula, policy.points, policy.terms, dot, colours[one.mode][0]))
    points = [words.mode_change(t, change) for change in view.policies.mode_changes]
    moves = [blocks.policy(t.say("Changing the way to pay"), points=points)] if points else []
    if len(told) == 2:
        return [blocks.pair([told[0], blocks.stack([told[1], *moves])], wide_first=bool(told[0]["points"]))]
    return _pairs([*told, *moves])


# --- renewal and cancellation ---------------------------------------------------------------------------------------------------


def ending_blocks(t: Teller, view: SheetView) -> list[Block]:
    """Timelines of renewal, then fees and refunds."""
    many = len(view.policies.renewals) > 1
    by_day = {mode.mode for mode in view.modes if mode.terms and not mode.terms[0].months}
    found: list[Block] = [_renewal(t, one, one.policy, many, one.mode in by_day) for one in view.policies.renewals if one.policy is not None]
    payments = {mode.mode: mode.payment for mode in view.modes}
    several = len(view.policies.cancellations) > 1
    texts, tables = [], []
    first: dict[str, words.Told] = {}
    for one in view.policies.cancellations:
        told = ending.cancellation(t, one.policy, one.fees, payments.get(one.mode) == "postpaid")
        title = t.f.row(part for part in (t.mode(one.mode), whom(t, one.when)) if part) if several else ""
        fees = _fees(t, one, title)
        if fees is not None:
            tables.append(fees)
        extra = _single_fee(t, one.fees) if fees is None and one.policy is not None and one.policy.refund != "none" else []
        base = first.setdefault(one.mode, told)
        if base is not told and set(base.points) <= set(told.points):
            # What holds for everybody has been said; the rule for some says what it adds, or all where it lacks something.
            told = words.Told((), told.formula if told.formula != base.formula else "", tuple(p for p in told.points if p not in base.points))
        texts.append(blocks.policy(title, told.paragraphs, told.formula, [*told.points, *extra], told.terms))
    if len(tables) == 1:
        return [*found, blocks.pair([tables[0], blocks.stack(texts)])]
    return [*found, *_pairs(tables), *_pairs(texts)]


def _pairs(parts: Sequence[Block]) -> list[Block]:
    if len(parts) == 1:
        return list(parts)
    return [blocks.pair(parts[index : index + 2]) for index in range(0, len(parts), 2)]


def _renewal(t: Teller, one: RenewalView, policy: Renewal, several: bool, by_day: bool) -> TimelineBlock:
    title = t.say("When a subscription ends")
    if several:
        title = t.say("%(title)s: %(mode)s", title=title, mode=t.f.row(part for part in (t.mode(one.mode), whom(t, one.when)) if part))
    return blocks.timeline(title, ending.renewal_stops(t, policy, one.expires), [sentences(ending.renewal_points(t, policy, by_day))])


def _fees(t: Teller, one: CancellationView, title: str) -> TableBlock | None:
    table = one.fees
    if table is None or len(_kept(table)) == 1:
        return None
    befores = [None, *table.columns[:-1]]
    heads = [ending.fee_column(t, before, until) for before, until in zip(befores, _ends(table), strict=True)]
    columns = [blocks.column(t.say("Term"), number=False, strong=False), *(blocks.column(head, strong=False) for head in heads)]
    rows = [blocks.row(t.f.durations(terms), [t.f.percent(cell.fee) if cell is not None else "" for cell in cells]) for terms, cells in table.rows]
    about = sentences([t.say("Share of the amount paid, by term and time used."), t.sentence(title) if title else ""])
    over = blocks.over(1, len(heads), t.say("Cancelled during")) if len(heads) > 1 else None
    return blocks.table("prices fees", columns, [blocks.group("", rows)], title=t.say("Cancellation fee"), about=about, over=over)


def _ends(table: FeeTable) -> list[Duration | None]:
    """The last column has no end of its own: after whole years it is the next year, where no term goes further."""
    ends = list(table.columns)
    longest = max((term.months for terms, cells in table.rows for term in terms if cells[-1] is not None), default=0)
    before = ends[-2] if len(ends) > 1 else None
    if before is not None and before.months and before.months % 12 == 0 and longest == before.months + 12:
        ends[-1] = Duration(months=longest)
    return ends


def _single_fee(t: Teller, table: FeeTable | None) -> list[str]:
    """The fee where it is the same for every term at any time."""
    (fee,) = _kept(table) if table is not None else (ZERO,)
    return [t.say("The fee is %(fee)s of the amount paid.", fee=t.f.percent(fee)) if fee else t.say("There is no fee.")]


def _kept(table: FeeTable) -> set[Decimal]:
    """Every fee that the table holds."""
    return {cell.fee for _, cells in table.rows for cell in cells if cell is not None}


# --- limits ---------------------------------------------------------------------------------------------------------------------


def limit_blocks(t: Teller, limits: Sequence[LimitView]) -> list[Block]:
    """Bounds over an order and on items, as a table without a head."""
    if not limits:
        return []
    rows = [blocks.row(_limit_label(t, one), [_limit_bounds(t, one)]) for one in limits]
    columns = [blocks.column("", number=False, label=t.say("Limit")), blocks.column("", label=t.say("Bounds"))]
    return [blocks.table("facts-table", columns, [blocks.group("", rows)], label=t.say("Limits"))]


def _limit_label(t: Teller, one: LimitView) -> str:
    if one.item is not None:
        return t.item(one.item)
    label = t.say("%(resource)s in one order, all items together", resource=t.resource(one.resource or ""))
    return t.f.row([label, t.f.list(map(t.mode, one.modes))]) if one.modes else label


def _limit_bounds(t: Teller, one: LimitView) -> str:
    least = t.quantity(one.shown_min, one.shown_min_unit) if one.shown_min is not None and one.shown_min != ZERO else ""
    most = t.quantity(one.shown_max, one.shown_max_unit) if one.shown_max is not None else ""
    if one.shown_min is not None and least and most and one.shown_min_unit == one.shown_max_unit:
        bounds = t.say("%(least)s to %(most)s", least=t.f.number(one.shown_min), most=most)
    elif least and most:
        bounds = t.say("%(least)s to %(most)s", least=least, most=most)
    elif most:
        bounds = t.say("up to %(most)s", most=most)
    else:
        bounds = t.say("from %(least)s", least=least) if least else ""
    step = t.say("in steps of %(step)s", step=t.quantity(one.step, one.unit)) if one.step is not None and one.step != ONE else ""
    return t.f.row(part for part in (bounds, step) if part)


# --- announced prices -----------------------------------------------------------------------------------------------------------


def announced_blocks(t: Teller, view: SheetView) -> list[Block]:
    """Prices that change later, one table a date."""
    dates = list(dict.fromkeys(one.effective for one in view.announced))
    return [_announced(t, view, [one for one in view.announced if one.effective == date]) for date in dates]


def announced_note(t: Teller, view: SheetView) -> str:
    """The promise of the book's notice, once; nothing where a price on the sheet goes up without having been announced in time."""
    notice = view.header.price_notice
    rises = [one for one in view.announced if one.old is not None and one.new is not None and one.new > one.old]
    if notice is None or not rises or not all(_in_time(t, one, notice) for one in rises):
        return ""
    return t.say("An increase is announced at least %(notice)s ahead.", notice=t.f.duration(notice))


def _in_time(t: Teller, one: AnnouncedPrice, notice: Duration) -> bool:
    return one.announced is not None and after(one.announced, notice, t.zone) <= one.effective


def _announced(t: Teller, view: SheetView, changes: Sequence[AnnouncedPrice]) -> TableBlock:
    prices = [price for one in changes for price in (one.old, one.new) if price is not None]
    places = decimals(prices, minor_places(t.currency))
    columns = [
        blocks.column(t.say("What"), number=False, strong=False),
        blocks.column(t.say("Now"), strong=False),
        blocks.column(t.day(changes[0].effective)),
        blocks.column(t.say("Change"), strong=False),
    ]
    rows = [blocks.row(_changed(t, one), [_price(t, one, one.old, places), _price(t, one, one.new, places), _change(t, one)]) for one in changes]
    about = []
    running = {one.running_subscriptions for one in changes if one.running_subscriptions}
    about += [_running(t, one) for one in sorted(running)]
    about.append(t.sentence(t.f.isolate(t.currency)))
    return blocks.table("changes", columns, [blocks.group("", rows)], label=t.say("Announced changes"), about=sentences(about))


def _price(t: Teller, one: AnnouncedPrice, price: Number | None, places: int) -> str:
    if price is None:
        return t.say("withdrawn") if price is one.new and one.withdrawn else ""
    return t.f.percent(price) if one.row.part == "rate" else t.f.number(price, places)


def _change(t: Teller, one: AnnouncedPrice) -> str:
    if one.change is None:
        return ""
    ratio = one.change if is_finite_decimal(one.change) else round_number(one.change, 3, "half-up")
    return t.f.percent(round_number(ratio, 3, "half-up"), sign=True)


def _changed(t: Teller, one: AnnouncedPrice) -> str:
    parts = [t.item(one.item), t.spec(one.item, one.spec) if one.spec else ""]
    if has_tier(one.row):
        parts.append(tier_range(t, one.unit, one.row))
    if one.quantity != ONE:
        parts.append(t.say_in("price", "per %(quantity)s", quantity=t.quantity(one.quantity, one.unit)))
    parts += [per_words(t, one.per), whom(t, one.when)]
    return t.f.row(part for part in parts if part)


def _running(t: Teller, running: str) -> str:
    match running:
        case "next-renewal":
            return t.say("Running subscriptions get it at their next renewal.")
        case "next-period":
            return t.say("Running subscriptions get it with their next billing period.")
        case "immediately":
            return t.say("Running subscriptions get it at once.")
    return t.say("Running subscriptions keep their price.")


# --- glossary -------------------------------------------------------------------------------------------------------------------


def glossary_block(t: Teller, view: SheetView) -> list[Block]:
    """The terms that the sheet uses, in the reader's alphabet's order where it has one."""
    entries = [_entry(t, view, term) for term in view.glossary]
    return [blocks.glossary(sorted(entries, key=lambda entry: entry[0].casefold()))] if entries else []


def _effective(t: Teller, view: SheetView) -> tuple[str, str]:
    """The price that a term comes to, by the month; by the day or week where terms are counted so."""
    pers = {column.per for mode in view.modes for table in mode.tables for column in table.columns if column.kind == "term"}
    divided = t.say("The total paid for a term, divided by its months.") if pers == {"month"} else t.say("The total paid for a term, divided by its length.")
    return over_terms(t, pers.pop() if len(pers) == 1 else None, False), divided


def _entry(t: Teller, view: SheetView, term: str) -> tuple[str, str]:
    say = t.say
    entries = {
        "prepaid": (say("Prepaid"), say("Paid ahead for the whole term.")),
        "postpaid": (say("Postpaid"), say("Paid after use, on an invoice.")),
        "term": (say("Term"), say("The time a subscription is bought for.")),
        "specification": (say("Specification"), _specification(t, view)),
        "list-price": (say("List price"), say("The price before any discount.")),
        "effective-price": _effective(t, view),
        "graduated": (say("Graduated tiers"), say("Each unit is charged at the price of the tier it falls in.")),
        "volume": (say("Volume prices"), say("All units are charged at the price of the tier that their number reaches.")),
        "package": (say("Package"), say("Units sold together at one price.")),
        "month-equivalent": (
            say("Per month equivalent"),
            say("What a price by the hour or day comes to in a month of use without a pause."),
        ),
        "list-amount": (say("List amount"), say("Quantity times price, for the whole term or use, before discounts.")),
        "rounding": (say("Rounding"), _rounding(t, view)),
    }
    return entries[term]


def _specification(t: Teller, view: SheetView) -> str:
    resources = [t.resource(one) for one in _ladder_resources(view.modes)]
    if len(resources) < 2:
        return t.say("One of the sizes in which an item is sold.")
    return t.say("A fixed combination of %(resources)s.", resources=t.f.lowered(t.f.titles(resources)))


def _ladder_resources(modes: Sequence[ModeSheet]) -> list[str]:
    provided = [each.resource for mode in modes for table in mode.tables for group in table.groups for row in group.rows for each in row.provides]
    return list(dict.fromkeys(provided))


def _rounding(t: Teller, view: SheetView) -> str:
    places = {
        "quantity": t.say("Quantities"),
        "charge": t.say("Charges"),
        "line": t.say("Lines"),
        "invoice": t.say("The invoice"),
        "tax": t.say("Taxes"),
        "payable": t.say("The sum to pay"),
    }
    told = [t.say("%(what)s: %(how)s.", what=places[one.at], how=rounding_words(t, one.mode, one.decimals, one.to)) for one in view.rounding]
    if view.taxes and all(one.at != "tax" for one in view.rounding):
        how = rounding_words(t, "half-up", minor_places(t.currency))
        taxes = t.say("%(what)s: %(how)s.", what=t.say("Taxes"), how=how)
        told.insert(sum(one.at != "payable" for one in view.rounding), taxes)
    return sentences([*told, t.say("Nothing else is rounded.")])
