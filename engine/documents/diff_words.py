"""What is said of an edit, in words of pricing, wherever it is told: names, values, whom a change reaches, promises, limits.

In English, as all that the program says to those who write the book. Source: authoring pictures, diff.
"""

from collections.abc import Sequence
from datetime import datetime

from engine.documents.format import Formatter, formatter
from engine.model.book import PriceBook
from engine.review.bills import sums_of
from engine.review.comparison import Comparison
from engine.review.derived import DerivedChange
from engine.review.effect import Effects
from engine.review.folding import Fold
from engine.review.revision import Kind, Promise, RuleChange, Sign
from engine.review.thresholds import Threshold, Verdict
from engine.values.exact import Number, round_number, subtract
from engine.values.periods import local_date

SIGNS: dict[Sign, str] = {"changed": "~", "added": "+", "removed": "-", "renamed": "~"}
RUNNING = {
    "next-renewal": "running ones at their next renewal",
    "next-period": "running ones from their next billing period on",
    "immediately": "running ones at once",
    "never": "running ones keep what they have",
}
UNTIL = {
    "next-renewal": "running ones until their next renewal",
    "next-period": "running ones until their next billing period",
    "immediately": "running ones at once",
    "never": "running ones keep what they have",
}
"""What becomes of running subscriptions where a sale ends."""
BREAKS: dict[Promise, str] = {
    "edited": "was in force and is edited: what was quoted or billed with it now comes out differently. Add a dated price instead: pricebook set --effective",
    "backdated": "begins before today: what was billed since then was billed at another price. Give it a later date",
    "notice": "is announced later than the book promises. Announce it earlier, or let it begin later",
    "announced": "takes back a price that customers were told of, too late for the notice that the book promises. Keep it, or let another one begin later",
    "renamed": "is a new name: orders and accounts with the old one are refused. Keep the id and change the title, or rename it there too",
    "withdrawn": "was in force and is gone: what was quoted or billed with it can no longer be computed. Withdraw it from a date on instead",
    "undated": "has no date to begin with: it holds for what was bought, quoted or billed before, too",
}
PER = {"once": "once", "hour": "an hour", "day": "a day", "week": "a week", "month": "a month", "year": "a year"}
WORDS = {
    "unit-price": "", "flat": "", "tier": "", "package-price": "package", "package-size": "size of the package", "part-package": "part of a package",
    "tier-flat": "flat fee", "tier-package": "package", "per-event": "per record", "percent-off": "", "rule": "",
}  # fmt: skip
MEASURES = {
    "price": "list price", "example": "an example", "order": "an order", "account": "an account", "sum": "the sum", "refused": "no price any more",
    "promise": "a promise to existing customers",
}  # fmt: skip
LONGEST = 160
"""Signs of a name or value that are shown; what is longer is cut."""


def rise(ratio: Number | None, words: Formatter) -> str:
    """By how much more is paid, in percent with one decimal, its sign always written."""
    return "" if ratio is None else words.percent(round_number(ratio, 3, "half-up"), 1, sign=True)


def counted(number: int, noun: str) -> str:
    """`1 change`, `1,240 accounts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shortened(text: str) -> str:
    """A text of which nobody would read more."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}\u2026"


# --- changes --------------------------------------------------------------------------------------------------------------------


def changes_told(found: Comparison) -> str:
    """How many changes there are, and how many promises break."""
    broken = sum(1 for each in found.changes if each.breaks)
    return counted(len(found.changes), "change") + (f", {counted(broken, 'promise')} broken" if broken else "")


def name_of(each: RuleChange, found: Comparison) -> str:
    """What changes, by titles and ids."""
    section, *ids = each.path
    parts = sold(ids, found) if section == "prices" else _ruled(section, ids, found)
    if each.above or each.upto is not None:
        parts.append(" ".join(f"{word} {_quantity(bound, each.unit, found.new)}" for word, bound in (("above", each.above), ("up to", each.upto)) if bound))
    parts += [f"{name} {' or '.join(values)}" for name, values in each.when]
    parts += [word] if (word := WORDS.get(each.what, each.what.replace("_", " ").replace("-", " "))) and word != (parts[-1] if parts else "") else []
    return shortened(", ".join(part for part in parts if part))


def sold(ids: Sequence[str], found: Comparison) -> list[str]:
    """An item and its spec by their titles, and the billing mode that has the price."""
    mode, item, *spec = ids
    for book in (found.new, found.old):
        if item in book.items:
            known, words = book.items[item], formatter("en")
            title = words.text(known.title, book.language) or item
            specs = [words.text(each.title, book.language) or each.id for each in known.specs if spec and each.id == spec[0]]
            return [title, *(specs or spec), mode_title(mode, book)]
    return [item, *spec, mode]


def _ruled(section: str, ids: Sequence[str], found: Comparison) -> list[str]:
    """A rule by its section and ids; a discount and an item by their titles."""
    first, *others = ids or ("",)
    titles = [book.discounts[first].title for book in (found.new, found.old) if section == "discounts" and first in book.discounts]
    titles += [book.items[first].title for book in (found.new, found.old) if section == "items" and first in book.items]
    title = formatter("en").text(titles[0], found.new.language) if titles else ""
    return [*([title] if title else [section.replace("_", " "), first.replace("_", " ")]), *(each.replace("_", " ") for each in others if each != "tiers")]


def mode_title(mode: str, book: PriceBook) -> str:
    """A billing mode by its title."""
    return (formatter("en").text(book.billing_modes[mode].title, book.language) or mode) if mode in book.billing_modes else mode


def unit_of(each: RuleChange) -> str:
    """The currency of a price and the time that it is for."""
    return " ".join(part for part in (each.currency, PER.get(each.per or "", "")) if part) if each.path[0] == "prices" else ""


def new_business(each: RuleChange, book: PriceBook) -> str:
    """From when a change holds for those who buy."""
    if each.breaks == "edited":
        return f"everybody {_since(each.reach.since, book, 'since')}" if each.reach.since is not None else "everybody"
    return f"{'not sold ' if _ends(each) else ''}{_since(each.reach.since, book)}"


def running(each: RuleChange) -> str:
    """What becomes of running subscriptions; nothing where that is no question."""
    if each.path[0] != "prices" or each.breaks == "edited":
        return ""
    return (UNTIL if _ends(each) else RUNNING).get(each.reach.running, each.reach.running)


def _ends(each: RuleChange) -> bool:
    """Whether a price is gone and nothing is sold at another one."""
    return each.sign == "removed" and each.path[0] == "prices"


def reach_of(each: RuleChange, book: PriceBook) -> str:
    """Whom a change reaches, in one line."""
    if each.breaks == "edited" or each.path[0] != "prices":
        return new_business(each, book)
    return f"{'' if _ends(each) else 'new business '}{new_business(each, book)}, {running(each)}"


def _since(at: datetime | None, book: PriceBook, word: str = "from") -> str:
    return f"{word} {local_date(at, book.zone)}" if at is not None else "at once"


def value_of(value: Number | str | datetime | None, kind: Kind, currency: str | None, book: PriceBook, words: Formatter) -> str:
    """A value as it is written for people."""
    if value is None:
        return "none"
    if isinstance(value, datetime):
        return words.short_instant(value, book.zone)
    if isinstance(value, str):
        return shortened(value)
    match kind:
        case "amount":
            return words.amount(value, currency or "")
        case "ratio":
            return words.percent(value)
    return words.number(value)


def _quantity(quantity: Number, symbol: str | None, book: PriceBook) -> str:
    words, unit = formatter("en"), book.units.get(symbol or "")
    return words.quantity(quantity, unit.title, unit.id, book.language) if unit is not None else words.number(quantity)


def like_it(fold: Fold[RuleChange]) -> str:
    """How many changes are told with the one that is shown."""
    return f"and {len(fold.like):,} like it" if fold.like else ""


def rest_told(rest: Sequence[RuleChange], words: Formatter) -> str:
    """What is said of the changes that are not shown."""
    if not rest:
        return ""
    ratios = sorted(each.paid for each in rest if each.paid is not None)
    span = f": {rise(ratios[0], words)} to {rise(ratios[-1], words)}" if ratios else ""
    return f"and {len(rest):,} more{span}; -f csv has all of them"


def promises(found: Comparison) -> list[tuple[str, str]]:
    """Each kind of promise that breaks: what breaks it, and what that means with its remedy."""
    broken: dict[Promise, list[RuleChange]] = {}
    for each in found.changes:
        if each.breaks is not None:
            broken.setdefault(each.breaks, []).append(each)
    return [
        (name_of(first, found) + (f" and {counted(len(others), 'other')}, each" if others else ""), f"{BREAKS[kind]}.")
        for kind, (first, *others) in broken.items()
    ]  # fmt: skip


def derived_name(each: DerivedChange, found: Comparison) -> tuple[str, str]:
    """What moves with prices; what that is of, and its unit."""
    *bought, mode = sold([each.billing_mode, each.item, *([each.lower] if each.lower else [])], found)
    if each.what == "upgrade":
        upper = sold([each.billing_mode, each.item, each.upper or ""], found)[1]
        return shortened(f"Upgrade from {bought[-1]} to {upper}"), f"{bought[0]}, {mode}, {each.currency} {PER.get(each.per or '', '')}".strip()
    return shortened(f"{', '.join(bought)}: subscribing pays from"), f"hours a month, {mode} for {each.term} against {mode_title(each.other, found.new)}"


def derived_sides(each: DerivedChange, words: Formatter) -> list[str]:
    """What it was and what it is."""
    values = (each.before, each.after)
    return ["never" if value is None else words.amount(value, each.currency) if each.currency else words.number(value) for value in values]


# --- what it does ---------------------------------------------------------------------------------------------------------------


def finding(found: Comparison, words: Formatter) -> tuple[str, str]:
    """What an edit does, in a sentence to be read first and one that follows it: who pays more, and what that comes to."""
    if not found.bills:
        return _priced(found.orders or found.effects, "example" if found.orders is None else "order"), ""
    parts = []
    for bills in found.bills:
        before, after = sums_of(bills.of("more", "less", "same"))
        change = f"{words.amount(subtract(after, before), bills.currency, sign=True)} {bills.currency}"
        ratio = f" ({rise(bills.ratio, words)})" if bills.ratio else ""
        parts.append(f"{words.amount(before, bills.currency)} to {words.amount(after, bills.currency)} {bills.currency}, {change}{ratio}")
    more, less, same = (sum(len(bills.of(direction)) for bills in found.bills) for direction in ("more", "less", "same"))
    days = f" of {found.period[0]} to {found.period[1]}" if found.period is not None else ""
    failed = sum(len(bills.of("failed")) for bills in found.bills)
    others = f", {failed:,} without a bill under one of the books" if failed else ""
    first = f"{counted(more, 'account')} pay{'s' if more == 1 else ''} more, {less:,} less, {same:,} the same{others}."
    return first, f"Bills{days}: {'; '.join(parts)}."


def _priced(effects: Effects, noun: str) -> str:
    changes = {each.example: each for each in effects.differing}
    more, less = (sum(1 for each in changes.values() if each.change is not None and (each.change > 0) == rising) for rising in (True, False))
    others = len(changes) - more - less
    failed = f", {others} {'has' if others == 1 else 'have'} no price under one of the books" if others else ""
    return f"Of {counted(effects.examples, noun)} {more:,} cost{'s' if more == 1 else ''} more, {less:,} less{failed}."


def verdict_told(limit: Threshold, verdicts: Sequence[Verdict], words: Formatter) -> str:
    """What a limit says of the edit: what passes it, or the worst that does not."""
    if limit.promises:
        count = verdicts[0].count
        return f"{counted(count, 'change')} break{'s' if count == 1 else ''} a promise to existing customers" if count else "no promise breaks"
    failed = [each for each in verdicts if each.failed]
    moved = [_measured(each, words) for each in failed or verdicts if each.ratio is not None or each.failed]
    return ", ".join(moved) or "nothing moves that way"


def _measured(each: Verdict, words: Formatter) -> str:
    if each.ratio is None:
        return f"{each.count:,} without a price now"
    several = each.count > 1 and each.measure != "sum"
    return (
        f"{each.count:,} {MEASURES[each.measure].removeprefix('an ')}s by up to {rise(each.ratio, words)}"
        if several
        else f"{MEASURES[each.measure]} {rise(each.ratio, words)}"
    )
