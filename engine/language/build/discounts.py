"""The sections `discounts` and `discount_policy`."""

from decimal import Decimal

from engine.diagnostics import policies, references, tiers
from engine.language.build.charges import read_amount
from engine.language.build.conditions import read_conditions
from engine.language.build.context import Build
from engine.language.build.node import Node, Unreadable
from engine.model.policies import AmountOff, Benefit, Discount, DiscountStage, DiscountTier, FixedPrice, PayFor, PercentOff
from engine.model.prices import Money
from engine.values.bounds import MOST_STAGES, MOST_TIERS
from engine.values.exact import ZERO, Number
from engine.values.periods import Duration
from engine.values.spans import Span
from engine.values.terms import alike, kind_of, units

BENEFITS = ("percent_off", "amount_off", "pay_for", "fixed_price")


def read_discounts(build: Build, parts: dict[str, Node]) -> dict[str, Discount]:
    """Every discount that can be built. Source: rule language, 3.6."""
    found = {}
    for name, node in parts.items():
        discount = build.attempt(_read_discount, name, node)
        if discount is not None:
            found[name] = discount
    return found


def _read_discount(build: Build, name: str, node: Node) -> Discount:
    coupon, by = node.read("coupon", Node.text), node.word_or_none(Discount, "by")
    in_scope = build.attempt_at(node, "items", Build.item_list) or ()
    tiered = node.get("tiers")
    if (by is None) != (tiered is None):
        key = "by" if by is not None else "tiers"
        message = "tiers need `by`, to say what reaches them" if by is None else f"`by: {by}` needs tiers"
        raise build.refuse(policies.BENEFIT_UNCLEAR, message, node.at(key).key_span(), path=node.at(key).dotted(), help="write both, or neither")
    benefit = _read_benefit(build, node, None) if tiered is None else None
    if tiered is not None and _benefit_keys(node):
        extra = node.at(_benefit_keys(node)[0])
        raise build.refuse(
            policies.BENEFIT_UNCLEAR,
            f"`{name}` has tiers, and `{extra.path[-1]}` beside them",
            extra.key_span(),
            path=extra.dotted(),
            help="give each tier its own benefit, or remove the tiers",
        )
    return Discount(
        name,
        title=build.text_of(node.get("title")),
        description=build.text_of(node.get("description")),
        billing_modes=build.mode_list(node.get("billing_modes")),
        items=in_scope,
        benefit=benefit,
        by=by,
        tiers=_read_tiers(build, tiered, by, in_scope) if tiered is not None and by is not None else (),
        coupon=coupon,
        after=node.read("after", Node.duration),
        lasts=_read_lasts(node.get("lasts"), coupon is not None),
        conditions=read_conditions(build, node),
        origin=node.origin(),
    )


def _read_lasts(node: Node | None, is_coupon: bool) -> Duration | str:
    if node is None:
        return "once" if is_coupon else "forever"
    return node.text() if node.text() in ("once", "forever") else node.duration()


def _benefit_keys(node: Node) -> list[str]:
    return [key for key in BENEFITS if node.get(key) is not None]


def _read_benefit(build: Build, node: Node, start: Duration | None) -> Benefit:
    keys = _benefit_keys(node)
    if len(keys) != 1:
        message = "a discount gives one thing, not " + " and ".join(f"`{key}`" for key in keys) if keys else "a discount that gives nothing"
        raise build.refuse(
            policies.BENEFIT_UNCLEAR,
            message,
            node.key_span() or node,
            path=node.dotted(),
            help="write one of `percent_off: 10%`, `amount_off: 20.00`, `pay_for: 10 months`, `fixed_price: 4.00`",
        )
    each = node.at(keys[0])
    match keys[0]:
        case "percent_off":
            return PercentOff(_share(build, each), each.origin())
        case "amount_off":
            return AmountOff(read_money(build, each), each.origin())
        case "fixed_price":
            return FixedPrice(read_money(build, each), each.origin())
    if start is None:
        raise build.refuse(
            policies.BENEFIT_UNCLEAR,
            "`pay_for` does not say of how long a term",
            each,
            help="write `by: term` with `tiers: [{from: 12 months, pay_for: 10 months}]`",
        )
    return PayFor(_paid_part(build, each, start), start, each.origin())


def _paid_part(build: Build, node: Node, start: Duration) -> Duration:
    paid = node.duration()
    if not alike(paid, start) or units(paid) > units(start):
        raise build.refuse(policies.BENEFIT_UNCLEAR, f"of {start} a customer cannot pay for {paid}", node, help=f"write a duration up to {start}")
    return paid


def _share(build: Build, node: Node) -> Decimal:
    share = node.percent()
    if not 0 <= share <= 1:
        build.report(policies.BENEFIT_UNCLEAR, f"`{node.text()}` off is no discount", node, help="write a percentage from `0%` to `100%`")
    return share


def read_money(build: Build, node: Node) -> Money:
    """A number in the book's currency, or amounts by currency."""
    if not node.is_mapping:
        return Money({build.currency: read_amount(build, node)})
    found = {}
    for code, each in node.entries():
        if build.attempt(_check_code, code, each):
            found[code] = read_amount(build, each)
    return Money(found)


def _check_code(build: Build, code: str, node: Node) -> bool:
    named = Node(node.document, node.path, code)
    build.currency_of(_Key(named.document, named.path, code))
    return True


class _Key(Node):
    """A key that is read as a value."""

    __slots__ = ()

    def raw(self) -> str:
        """The key itself."""
        return str(self.data)

    def span(self) -> Span | None:
        """Where the key stands."""
        return self.key_span()


def _read_tiers(build: Build, node: Node, by: str, in_scope: tuple[str, ...]) -> tuple[DiscountTier, ...]:
    nodes = list(node.elements(MOST_TIERS))
    if not nodes:
        raise Unreadable(node, "at least one tier, such as `- {from: 1 year, percent_off: 17%}`")
    made = build.each(_read_tier, nodes, by, in_scope)
    for position in range(1, len(made)):
        if len(made) == len(nodes) and _size(made[position].start) <= _size(made[position - 1].start):
            start, before = nodes[position].at("from").text(), nodes[position - 1].at("from").text()
            build.report(
                tiers.DISCOUNT_TIERS_NOT_RISING,
                f"tier {position + 1} begins at {start}, which is not above {before}",
                nodes[position].at("from"),
                help="order the tiers by `from`, lowest first",
            )
    return made


def _size(start: Duration | Number) -> tuple[int, int, Number]:
    return (start.months, start.seconds, ZERO) if isinstance(start, Duration) else (0, 0, start)


def _read_tier(build: Build, node: Node, by: str, in_scope: tuple[str, ...]) -> DiscountTier:
    start = _read_start(build, node.need("from"), by, in_scope)
    return DiscountTier(start, _read_benefit(build, node, start if isinstance(start, Duration) else None), node.origin())


def _read_start(build: Build, node: Node, by: str, in_scope: tuple[str, ...]) -> Duration | Number:
    if by == "term":
        start = node.duration()
        if kind_of(start) is None:
            raise Unreadable(node, "a term in months, years, weeks or days, such as `1 year`")
        return start
    if by == "spend":
        return read_amount(build, node)
    number, symbol = node.quantity()
    if symbol is None:
        return number
    units = sorted({build.items[name].unit for name in (in_scope or build.items) if name in build.items})
    if len(units) != 1:
        raise build.refuse(
            references.UNIT_MISMATCH,
            f"`{node.text()}` cannot be compared with items counted in {' and '.join(f'`{unit}`' for unit in units)}",
            node,
            names=tuple(units),
            help="write a number, or limit the discount to items of one unit",
        )
    return build.quantity_in(node, units[0], "the discount's items")


def read_stages(build: Build, node: Node | None) -> tuple[DiscountStage, ...]:
    """The stages, top to bottom; a discount in two stages is reported."""
    if node is None:
        return ()
    build.attempt(lambda _, each: list(each.elements(MOST_STAGES)), node)
    stages = build.each(_read_stage, node.elements())[:MOST_STAGES]
    seen: set[str] = set()
    for stage in stages:
        for position, name in enumerate(stage.discounts):
            if name in seen:
                span = build.places.nearest(stage.origin, *(("best_of", position) if stage.best_of else ()))
                build.report(policies.DISCOUNT_STAGE_TWICE, f"`{name}` stands in the policy twice", span, help="keep it in one stage")
            seen.add(name)
    return stages


def _read_stage(build: Build, node: Node) -> DiscountStage:
    if not node.is_mapping:
        return DiscountStage((build.refer(node, "discounts", "discount"),), origin=node.origin())
    return DiscountStage(build.refer_each(node.need("best_of"), "discounts", "discount"), True, node.origin())


def check_stages(build: Build, parts: dict[str, Node], policy: Node | None) -> None:
    """Reports every discount that no stage names; without any stages all in one finding. Source: rule language, 3.6."""
    unnamed = {name: node for name, node in parts.items() if ("discounts", name) not in build.used}
    if policy is None and len(unnamed) > 1:
        listed = ", ".join(f"`{name}`" for name in unnamed)
        _report_unnamed(
            build,
            f"the book has no `discount_policy`, so none of its discounts would ever apply: {listed}",
            "discount_policy",
            next(iter(unnamed.values())),
            "add `discount_policy:` with the discounts in their order: `- NAME` for one on top of the others, `- best_of: [...]` for the best of several",
        )
        return
    for name, node in unnamed.items():
        _report_unnamed(
            build,
            f"no stage of `discount_policy` names `{name}`, so it would never apply",
            name,
            node,
            f"to give it on top of the others add `- {name}` to `discount_policy`; to give it instead of others, "
            f"where it is better, add `{name}` to a `best_of: [...]` there",
        )


def _report_unnamed(build: Build, message: str, about: str, node: Node, remedy: str) -> None:
    build.report(references.DISCOUNT_WITHOUT_STAGE, message, node.key_span(), path=node.dotted(), names=(about,), help=remedy)
