"""The rows of a mode's policies as a table: a row that no case reaches, a case that no row holds for. Source: authoring, family P.

The cases are every value that a row asks for and none of them, on every day on which a row begins or ends; pricing chooses the row of each.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice, product

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import policies as codes
from engine.language.build.places import Places
from engine.lints.probes import days_of
from engine.lints.wording import dotted, labels
from engine.model.book import BillingMode, PolicyUse, PriceBook
from engine.model.policies import SpecChange
from engine.pricing.indexes import attribute_rank
from engine.pricing.resolution import choose
from engine.values.periods import local_date

MOST_CASES = 400
"""Cases of one table that are looked at."""
ANYBODY_ELSE = ""
PAIRS = (("upgrade", "downgrade"), ("expand", "reduce"))
"""One way and back: who supports one of the two has decided about the other."""
REFUSED = {"spec_change": "a change", "cancellation": "an unsubscription", "renewal": "a renewal"}


def rows(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """Rows of `spec_change`, `cancellation` and `renewal` that are never chosen, and cases in which none is."""
    days = days_of(book)
    for mode in book.billing_modes.values():
        for key, uses in (("spec_change", mode.spec_change), ("cancellation", mode.cancellation), ("renewal", mode.renewal)):
            if len(uses) > 1 or any(use.conditions.when or use.conditions.effective or use.conditions.until for use in uses):
                yield from _table(book, places, mode, key, uses, days.get(mode.id, []))


def _table(book: PriceBook, places: Places, mode: BillingMode, key: str, uses: Sequence[PolicyUse], days: list[datetime]) -> Iterator[Diagnostic]:
    if not days:
        return
    rank = attribute_rank(book)
    chosen: dict[int, PolicyUse] = {}
    open_case: tuple[dict[str, str], datetime] | None = None
    every = list(islice(_cases(uses, days[0]), MOST_CASES + 1))
    for attributes, at in every:
        found = choose(uses, attributes, at, rank).entry
        if found is not None:
            chosen[id(found)] = found
        elif open_case is None:
            open_case = attributes, at
    if len(every) <= MOST_CASES:
        for use in uses:
            if id(use) not in chosen:
                yield _never(book, places, mode, key, use, next((other for other in uses if id(other) in chosen), None))
    if open_case is not None:
        attributes, at = open_case
        who = " and ".join(f"`{name}: {value}`" if value else f"no `{name}`" for name, value in attributes.items())
        case = " ".join(each for each in (f"with {who}" if who else "", f"on {local_date(at, book.zone)}") if each)
        yield report(
            codes.CASE_LEFT_OPEN,
            f"`{key}` of `{mode.id}` has no row for a customer {case}: {REFUSED[key]} is refused",
            places.nearest(mode.origin, key),
            path=dotted(mode.origin, key),
            help="add a row without `when`, `effective` and `until`, which holds where no other does",
        )


def _cases(uses: Sequence[PolicyUse], first: datetime) -> Iterator[tuple[dict[str, str], datetime]]:
    values: dict[str, list[str]] = {}
    for use in uses:
        for name, wanted in use.conditions.when.items():
            known = values.setdefault(name, [ANYBODY_ELSE])
            known += [value for value in wanted if value not in known]
    edges = {edge for use in uses for edge in (use.conditions.effective, use.conditions.until) if edge is not None and edge > first}
    for combination in product(*values.values()):
        for at in sorted({first, *edges}):
            yield dict(zip(values, combination, strict=True)), at


def _never(book: PriceBook, places: Places, mode: BillingMode, key: str, use: PolicyUse, other: PolicyUse | None) -> Diagnostic:
    return report(
        codes.ROW_NEVER_APPLIES,
        f"`{use.use}` is never the `{key}` of `{mode.id}`: in every case another row, or none, holds",
        places.span(use.origin),
        path=dotted(use.origin),
        labels=labels(places, other.origin, text="this row holds") if other is not None else (),
        help="give the row the `when` or the dates that tell it from the others, or remove it",
    )


def directions(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """Terms of a direction that nothing on sale can take, and pairs of directions of which a policy says nothing."""
    for policy in book.spec_changes.values():
        users = [mode for mode in book.billing_modes.values() if any(use.use == policy.id for use in mode.spec_change)]
        possible = {direction for mode in users for direction in _possible(book, mode)}
        if not users:
            continue
        for direction, terms in policy.by_direction.items():
            if direction not in possible and terms != policy.default:
                yield report(
                    codes.ROW_NEVER_APPLIES,
                    f"`{direction}` of `{policy.id}` never applies: {_nothing(direction)} in {_modes(users)}",
                    places.nearest(policy.origin, direction),
                    path=dotted(policy.origin, direction),
                    help=f"remove `{direction}`, or name the policy in a billing mode where it can happen",
                )
        for pair in PAIRS:
            if policy.supports and set(pair) <= possible and not set(pair) & set(policy.supports) and not policy.reason:
                yield _open_directions(places, policy, pair, users)


def _open_directions(places: Places, policy: SpecChange, missing: Sequence[str], users: Sequence[BillingMode]) -> Diagnostic:
    named = " and ".join(f"`{each}`" for each in missing)
    return report(
        codes.CASE_LEFT_OPEN,
        f"`{policy.id}` says nothing of {named}, which customers of {_modes(users)} may ask for: both are refused without a reason",
        places.nearest(policy.origin, "supports"),
        path=dotted(policy.origin, "supports"),
        help=f"add {named} to `supports`, or a `reason` that says why not",
    )


def _possible(book: PriceBook, mode: BillingMode) -> Iterator[str]:
    """The directions in which what the mode sells can change."""
    for sold in mode.items:
        item = book.items.get(sold.item)
        if item is None or sold.payment != "prepaid":
            continue
        if len(item.specs) > 1:
            yield from PAIRS[0]
        if not item.specs or sold.presence == "optional":
            yield from PAIRS[1]


def _nothing(direction: str) -> str:
    return "no item has several specs" if direction in PAIRS[0] else "nothing is sold by quantity or is optional"


def _modes(users: Sequence[BillingMode]) -> str:
    return " and ".join(f"`{mode.id}`" for mode in users)


CHECKS = (rows, directions)
