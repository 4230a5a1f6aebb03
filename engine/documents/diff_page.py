"""What an edit does, as a page of blocks: the changes with whom they reach, what moves with them, examples and orders that cost something else,
accounts, and the verdict last.

In English, as all that the program says to those who write the book. Source: authoring pictures, diff.
"""

from collections.abc import Iterator

from engine.documents import page_blocks as blocks
from engine.documents.diff_bills import bill_sections
from engine.documents.diff_words import (
    MEASURES,
    SIGNS,
    changes_told,
    derived_name,
    derived_sides,
    finding,
    like_it,
    name_of,
    promises,
    reach_of,
    rest_told,
    rise,
    unit_of,
    value_of,
)
from engine.documents.format import Formatter, formatter
from engine.documents.page_parts import PageRow, ShortRow
from engine.documents.page_types import Page, Section, TableBlock
from engine.documents.quote_words import status_reason, status_words
from engine.review.comparison import Comparison
from engine.review.effect import Effects, ExampleEffect
from engine.review.folding import Fold, folded
from engine.review.revision import RuleChange
from engine.review.thresholds import Threshold, Verdict
from engine.values.exact import ZERO, Number, add, exact, negate, round_number

SHORT = 16
"""Signs that a value may have to stand in a column."""


def diff_page(found: Comparison, names: tuple[str, str]) -> Page:
    """The page of the comparison; `names` are what the two books were called."""
    words, new = formatter("en"), found.new
    stamp, (before, after) = status_words(new, words), names
    digests = [f"{book.digest[:4]} {book.digest[4:8]}" for book in (found.old, new)]
    sections = [
        *_changes(found, words), *_derived(found, words), *_effects(found.effects, "Example", words), *_effects(found.orders, "Order", words),
        *bill_sections(found.bills, words), *_verdicts(found, words),
    ]  # fmt: skip
    return {
        **blocks.frame(words),
        "contents": (),
        "kind": "Changes",
        "title": words.text(new.title, new.language) or new.id,
        "description": " ".join(part for part in finding(found, words) if part) if found.bills else "",
        "status": {"words": stamp, "reason": status_reason(new, words)} if stamp else None,
        "notices": [],
        "facts": [{"label": "Compared", "value": f"{before} @ {digests[0]} to {after} @ {digests[1]}"}],
        "sections": sections,
        "closing": ["~ changed, + added, - removed, ! breaks a promise to existing customers. Percentages are of what is paid."],
        "digest_label": "Book digest",
        "digest": f"sha256:{new.digest}",
        "short_digest": f"{new.id}\u00a0@\u00a0{digests[1]}",
    }


# --- changes --------------------------------------------------------------------------------------------------------------------


def folded_changes(found: Comparison) -> tuple[tuple[Fold[RuleChange], ...], tuple[RuleChange, ...]]:
    """Many changes by item and percent, or by percent alone; and those that are only counted."""
    return folded(found.changes, (lambda each: (each.path[:3], *_alike(each)), _alike), _weight)


def _alike(each: RuleChange) -> tuple[object, ...]:
    """What changes of one row have in common: a percent, or else the values themselves."""
    moved = (round_number(each.paid, 3, "half-up"),) if each.paid is not None else (each.before, each.after)
    return (each.path[0], each.sign, each.what, each.per, each.when, each.reach, each.breaks, *moved)


def _weight(each: RuleChange) -> Number:
    """What is told first: a promise that breaks, then the larger change."""
    return add(exact(1000 if each.breaks else 0), _size(each.paid))


def _size(change: Number | None) -> Number:
    return ZERO if change is None else negate(change) if change < 0 else change


def _changes(found: Comparison, words: Formatter) -> Iterator[Section]:
    if not found.changes:
        same = "The two books are the same." if found.old.digest == found.new.digest else "The files differ in texts, comments or layout at most."
        yield blocks.section("No change of a price or a rule", [], same, "changes")
        return
    heads = [blocks.column("Change", number=False, strong=False), blocks.column("Before", strong=False), blocks.column("After"), blocks.column("Paid")]
    folds, rest = folded_changes(found)
    notes = [rest_told(rest, words), *(f"! {name} {told}" for name, told in promises(found))]
    rows = [_change(each, found, words) for each in folds]
    yield blocks.section(changes_told(found), [blocks.table("changes", heads, [blocks.group("", rows)], label="Changes", stays=2, notes=notes)], id="changes")


def _change(fold: Fold[RuleChange], found: Comparison, words: Formatter) -> PageRow:
    each = fold.first
    sign = ("!" if each.breaks else "") + SIGNS[each.sign]
    parts = [like_it(fold), unit_of(each), reach_of(each, found.new), each.origin.label]
    values = [value_of(value, each.kind, each.currency, found.new, words) for value in (each.before, each.after)]
    if max(map(len, values)) > SHORT:  # a list of words has no room in a column
        parts.insert(0, f"was {values[0]}; is {values[1]}")
        values = ["", ""]
    return blocks.row(blocks.cell(f"{sign} {name_of(each, found)}", words.row(part for part in parts if part)), [*values, rise(each.paid, words)])


def _derived(found: Comparison, words: Formatter) -> Iterator[Section]:
    if found.derived:
        yield blocks.section("Moves with them", [derived_table(found, words)], id="derived")


def derived_table(found: Comparison, words: Formatter) -> TableBlock:
    """What follows from the prices that changed."""
    heads = [blocks.column("", number=False, strong=False, label="What moves"), *(blocks.column(head, strong=head == "After") for head in ("Before", "After"))]
    heads.append(blocks.column("", label="Change in percent"))
    folds, rest = folded(found.derived, (lambda each: (each.what, each.item, each.ratio), lambda each: (each.what, each.ratio)), lambda each: _size(each.ratio))
    rows = []
    for fold in folds:
        each = fold.first
        name, unit = derived_name(each, found)
        like = f"and {len(fold.like):,} like it" if fold.like else ""
        rows.append(blocks.row(blocks.cell(name, ", ".join(part for part in (like, unit) if part)), [*derived_sides(each, words), rise(each.ratio, words)]))
    notes = [f"and {len(rest):,} more; -f csv has all of them"] if rest else []
    return blocks.table("changes", heads, [blocks.group("", rows)], label="Moves with them", stays=2, notes=notes)


# --- what it does ---------------------------------------------------------------------------------------------------------------


def _effects(effects: Effects | None, noun: str, words: Formatter) -> Iterator[Section]:
    """The examples, or the orders, that cost something else."""
    if effects is None:
        return
    differing, gone = effects.differing, effects.gone
    names = dict.fromkeys(each.example for each in differing)
    title = f"{noun}s: {len(names):,} of {effects.examples:,} differ" if names else f"No {noun.lower()} of {effects.examples:,} costs anything else"
    left = f"The new book has no longer: {', '.join(gone[:6])}{f' and {len(gone) - 6} more' if len(gone) > 6 else ''}." if gone else ""
    yield blocks.section(title, [effects_table(effects, noun, words)] if differing else [], left, id=f"{noun.lower()}s")


def effects_table(effects: Effects, noun: str, words: Formatter, most: int | None = None) -> TableBlock:
    """The amounts that differ; many with equal percents as one row, and at `most` so many rows."""
    heads = [blocks.column(noun, number=False, strong=False), *(blocks.column(head, strong=head == "Change") for head in ("Before", "After", "Change"))]
    heads.append(blocks.column("", strong=False, label="Change in percent"))
    folds, rest = folded(effects.differing, (_same_percent,), lambda each: _size(each.change))
    shown = folds[:most]
    left = len(rest) + sum(1 + len(fold.like) for fold in folds[len(shown) :])
    notes = [f"and {left:,} more amounts; -f csv has all of them"] if left else []
    rows = [_effect(each, words) for each in shown]
    return blocks.table("changes", heads, [blocks.group("", rows)], label=f"{noun}s", stays=3, notes=notes)


def _same_percent(each: ExampleEffect) -> tuple[object, ...]:
    return (each.what, each.currency, each.refused, each.change if each.ratio is None else round_number(each.ratio, 3, "half-up"))


def _effect(fold: Fold[ExampleEffect], words: Formatter) -> PageRow:
    each = fold.first
    like = f"and {len(fold.like):,} like it" if fold.like else ""
    sides = [words.amount(value, each.currency) if value is not None else "no price" for value in (each.before, each.after)]
    change = words.amount(each.change, each.currency, sign=True) if each.change is not None else ""
    about = ", ".join(part for part in (like, each.what, each.currency, *each.refused) if part)
    return blocks.row(blocks.cell(each.example, about), [*sides, change, rise(each.ratio, words)])


def _verdicts(found: Comparison, words: Formatter) -> Iterator[Section]:
    for limit, verdicts in found.verdicts:
        failed = any(each.failed for each in verdicts)
        rows = [_verdict(each, words) for each in verdicts]
        yield blocks.section(f"{'Failed' if failed else 'Passed'}: {limit.written}", [blocks.short("", "", rows)], id=_id(limit))


def _verdict(each: Verdict, words: Formatter) -> ShortRow:
    others = f", one of {each.count:,}" if each.count > 1 else ""
    return {
        "name": ("x " if each.failed else "\u2713 ") + MEASURES[each.measure],
        "working": each.subject + others,
        "result": rise(each.ratio, words) or ("" if each.failed else "nothing"),
        "total": each.failed,
        "pad": "",
    }


def _id(limit: Threshold) -> str:
    return f"limit-{'decrease' if limit.falling else 'increase'}-{limit.ratio}"
