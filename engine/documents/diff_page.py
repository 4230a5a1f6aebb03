"""What an edit does, as a page of blocks: the changes with whom they reach, the examples that cost something else, and the verdict last.

In English, as all that the program says to those who write the book. Source: authoring pictures, diff.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from engine.documents import page_blocks as blocks
from engine.documents.diff_bills import bill_sections, rise
from engine.documents.format import Formatter, formatter
from engine.documents.page_parts import PageRow, ShortRow
from engine.documents.page_types import Page, Section
from engine.documents.quote_words import status_reason, status_words
from engine.model.book import PriceBook
from engine.review.comparison import Comparison
from engine.review.effect import ExampleEffect
from engine.review.revision import Kind, RuleChange
from engine.review.thresholds import Threshold, Verdict
from engine.values.exact import Number
from engine.values.periods import local_date

SIGNS = {"changed": "~", "added": "+", "removed": "-"}
RUNNING = {
    "next-renewal": "running ones at their next renewal",
    "next-period": "running ones from their next billing period on",
    "immediately": "running ones at once",
    "never": "running ones keep what they have",
}
BREAKS = {
    "edited": "was in force and is edited: what was quoted or billed with it comes out differently now. Add a dated price instead",
    "backdated": "begins before today: what was billed since then was billed at another price. Give it a later date",
    "notice": "is announced later than the book promises. Announce it earlier, or let it begin later",
    "withdrawn": "was in force and is gone: what was quoted or billed with it can no longer be computed. Withdraw it from a date on instead",
    "undated": "has no date to begin with: it holds for what was bought, quoted or billed before, too",
}
PER = {"once": "once", "hour": "an hour", "day": "a day", "month": "a month", "year": "a year"}
WORDS = {
    "unit-price": "", "flat": "", "tier": "", "package-price": "package", "package-size": "size of the package", "part-package": "part of a package",
    "tier-flat": "flat fee", "tier-package": "package", "per-event": "per record", "percent-off": "", "rule": "",
}  # fmt: skip
SHORT = 16
"""Signs that a value may have to stand in a column."""
NOTES = 12
"""Promises that are explained one by one."""
MOST = 60
"""Changes and amounts that are listed one by one; further ones are counted, so that a page stays one that is read."""


def diff_page(found: Comparison, names: tuple[str, str]) -> Page:
    """The page of the comparison; `names` are what the two books were called."""
    words, new = formatter("en"), found.new
    stamp, (before, after) = status_words(new, words), names
    digests = [f"{book.digest[:4]} {book.digest[4:8]}" for book in (found.old, new)]
    return {
        **blocks.frame(words),
        "contents": (),
        "kind": "Changes",
        "title": words.text(new.title, new.language) or new.id,
        "description": f"{before} @ {digests[0]} to {after} @ {digests[1]}",
        "status": {"words": stamp, "reason": status_reason(new, words)} if stamp else None,
        "notices": [],
        "facts": [],
        "sections": [*_changes(found, words), *_examples(found, words), *bill_sections(found.bills, words), *_verdicts(found, words)],
        "closing": ["~ changed, + added, - removed, ! breaks a promise to existing customers. Percentages are of what is paid."],
        "digest_label": "Book digest",
        "digest": f"sha256:{new.digest}",
        "short_digest": f"{new.id}\u00a0@\u00a0{digests[1]}",
    }


def _changes(found: Comparison, words: Formatter) -> Iterator[Section]:
    broken = [each for each in found.changes if each.breaks]
    title = _counted(len(found.changes), "change") + (f", {_counted(len(broken), 'promise')} broken" if broken else "")
    if not found.changes:
        same = "The two books are the same." if found.old.digest == found.new.digest else "The files differ in texts, comments or layout at most."
        yield blocks.section("No change of a price or a rule", [], same, "changes")
        return
    heads = [blocks.column("Change", number=False, strong=False), blocks.column("Before", strong=False), blocks.column("After"), blocks.column("Paid")]
    rows = [_row(each, found, words) for each in found.changes[:MOST]]
    more = [f"and {len(found.changes) - MOST} more: -f json has all of them"] if len(found.changes) > MOST else []
    notes = list(dict.fromkeys(f"! {_name(each, found)} {BREAKS[each.breaks]}." for each in broken if each.breaks))[:NOTES]
    yield blocks.section(title, [blocks.table("changes", heads, [blocks.group("", rows)], label="Changes", stays=2, notes=[*notes, *more])], id="changes")


def _row(each: RuleChange, found: Comparison, words: Formatter) -> PageRow:
    sign = ("!" if each.breaks else "") + SIGNS[each.sign]
    second = words.row(part for part in (_unit(each), _reach(each, found.new), each.origin.label) if part)
    values = [_value(value, each.kind, each.currency, found.new, words) for value in (each.before, each.after)]
    if max(map(len, values)) > SHORT:  # a list of words has no room in a column
        second = words.row(part for part in (f"was {values[0]}; is {values[1]}", second) if part)
        values = ["", ""]
    return blocks.row(blocks.cell(f"{sign} {_name(each, found)}", second), [*values, rise(each.paid, words)])


def _name(each: RuleChange, found: Comparison) -> str:
    section, *ids = each.path
    parts = _sold(ids, found) if section == "prices" else [each.replace("_", " ") for each in (section, *ids) if each != "tiers"]
    if each.above or each.upto is not None:
        parts.append(" ".join(f"{word} {_quantity(bound, each.unit, found.new)}" for word, bound in (("above", each.above), ("up to", each.upto)) if bound))
    parts += [f"{name} {' or '.join(values)}" for name, values in each.when]
    parts += [word] if (word := WORDS.get(each.what, each.what.replace("_", " ").replace("-", " "))) and word != (parts[-1] if parts else "") else []
    return ", ".join(part for part in parts if part)


def _quantity(quantity: Number, symbol: str | None, book: PriceBook) -> str:
    words, unit = formatter("en"), book.units.get(symbol or "")
    return words.quantity(quantity, unit.title, unit.id, book.language) if unit is not None else words.number(quantity)


def _sold(ids: Sequence[str], found: Comparison) -> list[str]:
    """An item and its spec by their titles, and the billing mode that has the price."""
    mode, item, *spec = ids
    for book in (found.new, found.old):
        if item in book.items:
            known, words = book.items[item], formatter("en")
            title = words.text(known.title, book.language) or item
            specs = [words.text(each.title, book.language) or each.id for each in known.specs if spec and each.id == spec[0]]
            modes = [words.text(book.billing_modes[mode].title, book.language) or mode] if mode in book.billing_modes else [mode]
            return [title, *(specs or spec), *modes]
    return [item, *spec, mode]


def _unit(each: RuleChange) -> str:
    return " ".join(part for part in (each.currency, PER.get(each.per or "", "")) if part) if each.path[0] == "prices" else ""


def _reach(each: RuleChange, book: PriceBook) -> str:
    if each.breaks == "edited":
        return f"everybody since {local_date(each.reach.since, book.zone)}" if each.reach.since is not None else "everybody"
    if each.path[0] != "prices":
        return _since(each.reach.since, book)
    return f"new business {_since(each.reach.since, book)}, {RUNNING.get(each.reach.running, each.reach.running)}"


def _since(at: datetime | None, book: PriceBook) -> str:
    return f"from {local_date(at, book.zone)}" if at is not None else "at once"


def _value(value: Number | str | datetime | None, kind: Kind, currency: str | None, book: PriceBook, words: Formatter) -> str:
    if value is None:
        return "none"
    if isinstance(value, datetime):
        return words.short_instant(value, book.zone)
    if isinstance(value, str):
        return value
    match kind:
        case "amount":
            return words.amount(value, currency or "")
        case "ratio":
            return words.percent(value)
    return words.number(value)


def _examples(found: Comparison, words: Formatter) -> Iterator[Section]:
    differing = found.effects.differing
    names = dict.fromkeys(each.example for each in differing)
    title = f"Examples: {len(names)} of {found.effects.examples} differ" if names else f"No example of {found.effects.examples} costs anything else"
    gone = found.effects.gone
    left = f"The new book has no longer: {', '.join(gone[:6])}{f' and {len(gone) - 6} more' if len(gone) > 6 else ''}." if gone else ""
    if not differing:
        yield blocks.section(title, [], left, id="examples")
        return
    heads = [blocks.column("Example", number=False, strong=False), *(blocks.column(head, strong=head == "Change") for head in ("Before", "After", "Change"))]
    heads.append(blocks.column("", strong=False, label="Change in percent"))
    rows = [_example(each, words) for each in differing[:MOST]]
    more = [f"and {len(differing) - MOST} more amounts: -f json has all of them"] if len(differing) > MOST else []
    yield blocks.section(title, [blocks.table("changes", heads, [blocks.group("", rows)], label="Examples", stays=3, notes=more)], left, id="examples")


def _example(each: ExampleEffect, words: Formatter) -> PageRow:
    sides = [words.amount(value, each.currency) if value is not None else "no price" for value in (each.before, each.after)]
    change = words.amount(each.change, each.currency, sign=True) if each.change is not None else ""
    return blocks.row(blocks.cell(each.example, ", ".join((each.what, each.currency, *each.refused))), [*sides, change, rise(each.ratio, words)])


def _verdicts(found: Comparison, words: Formatter) -> Iterator[Section]:
    for limit, verdicts in found.verdicts:
        failed = any(each.failed for each in verdicts)
        rows = [_verdict(each, words) for each in verdicts]
        yield blocks.section(f"{'Failed' if failed else 'Passed'}: {limit.written}", [blocks.short("", "", rows)], id=_id(limit))


def _verdict(each: Verdict, words: Formatter) -> ShortRow:
    name = MEASURES[each.measure]
    mark = "x" if each.failed else "\u2713"
    return {
        "name": f"{mark} {name}",
        "working": each.subject,
        "result": rise(each.ratio, words) or ("" if each.failed else "nothing"),
        "total": each.failed,
        "pad": "",
    }


def _id(limit: Threshold) -> str:
    return f"limit-{'decrease' if limit.falling else 'increase'}-{limit.ratio}"


MEASURES = {
    "price": "list price", "example": "an example", "account": "an account", "sum": "the sum", "refused": "an example has no price now",
    "promise": "a promise to existing customers",
}  # fmt: skip


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
