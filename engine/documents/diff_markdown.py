"""What an edit does as Markdown, for the comment of a pull request: the first two lines are the whole message, what is long waits behind its finding.

Contract: never longer than a comment may be, whatever the edit; what is left out is said. Accounts have no names unless that is asked for.
Source: authoring pictures, diff-pull-request.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html import escape

from engine.documents.diff_bills import LARGEST_TITLES, largest_table, moves_table, sums_table
from engine.documents.diff_page import derived_table, effects_table, folded_changes
from engine.documents.diff_words import (
    SIGNS,
    changes_told,
    counted,
    derived_name,
    derived_sides,
    finding,
    like_it,
    name_of,
    new_business,
    promises,
    rest_told,
    rise,
    running,
    shortened,
    unit_of,
    value_of,
    verdict_told,
)
from engine.documents.format import Formatter, formatter, without_isolates
from engine.documents.markdown import markdown_blocks, markdown_line, markdown_strong, markdown_table, markdown_text
from engine.documents.page_types import TableBlock
from engine.documents.quote_words import status_words
from engine.review.bills import Bills, spread
from engine.review.comparison import Comparison
from engine.review.effect import Effects
from engine.values.exact import divide, exact, multiply, whole_down

LONGEST = 65_000
"""GitHub takes a comment of 65,536 characters."""
BAR = 40
WARNING, PASSED, FAILED = "\u26a0", "\u2713", "\u2715"
LIMITS = 10
"""Limits that are told."""
ALL_ROWS = "`pricebook diff -f csv` has every row."

Part = Sequence[Callable[[], list[str]]]
"""A part of the comment: as long as it may be, and each way to say less of it."""
DROPS = ("distribution", "less", "more", "orders", "examples", "changes", "orders", "examples", "changes", "changes")
"""What says less first where the whole is too long."""


def diff_markdown(found: Comparison, names: tuple[str, str], show_accounts: bool = False) -> str:
    """The comment; `names` are what the two books were called."""
    words = formatter("en")
    title = shortened(words.text(found.new.title, found.new.language) or found.new.id)
    digests = [f"{book.digest[:4]} {book.digest[4:8]}" for book in (found.old, found.new)]
    compared = f"{shortened(names[0])} @ {digests[0]} to {shortened(names[1])} @ {digests[1]}"
    same = not (found.changes or found.effects.differing or found.effects.gone or (found.orders and found.orders.differing))
    if same and not any(bills.of("more", "less", "failed") for bills in found.bills):
        return f"{markdown_strong(title)}: no change in prices or rules. {markdown_text(_unchanged(found))} {markdown_text(compared)}.\n"
    stamp = status_words(found.new, words)
    end = ["---", "", markdown_line(f"{stamp + '. ' if stamp else ''}{compared}.")]
    parts: list[tuple[str, Part]] = [*_parts(found, title, words, show_accounts), ("end", (partial(list, end),))]
    levels = [0] * len(parts)
    text = _written(parts, levels)
    for dropped in DROPS:
        if len(text) < LONGEST:
            break
        levels = [min(level + (kind == dropped), len(part) - 1) for level, (kind, part) in zip(levels, parts, strict=True)]
        text = _written(parts, levels)
    return text


def _unchanged(found: Comparison) -> str:
    priced = [counted(found.effects.examples, "example"), *([counted(found.orders.examples, "order")] if found.orders is not None else [])]
    billed = sum(len(bills.accounts) for bills in found.bills)
    return f"{' and '.join([*priced, *([counted(billed, 'account')] if billed else [])])} cost the same."


def _written(parts: Sequence[tuple[str, Part]], levels: Sequence[int]) -> str:
    lines = [line for level, (_, part) in zip(levels, parts, strict=True) for line in ("", *part[level]())]
    return without_isolates("\n".join(lines).strip() + "\n")


def _parts(found: Comparison, title: str, words: Formatter, named: bool) -> Iterator[tuple[str, Part]]:
    yield "head", (partial(_head, found, title, words),)
    if found.changes:
        yield "changes", (*(partial(_changes, found, words, most) for most in (None, 10, 3)), partial(list, [f"The changes are too many. {ALL_ROWS}"]))
    told = [line for name, told in promises(found) for line in ("", f"> {WARNING} {markdown_strong(name)} {markdown_text(told)}")]
    if told:
        yield "promises", (partial(list, told[1:]),)
    for bills in found.bills:
        yield "moves", (partial(_tables, moves_table(bills, words), sums_table(bills, words, named)),)
    yield from _effects("examples", "Example", found.effects, words)
    if found.orders is not None:
        yield from _effects("orders", "Order", found.orders, words)
    for bills in found.bills:
        yield from _accounts(bills, words, named)
    if found.derived:
        told = [f"{derived_name(each, found)[0]} {' to '.join(derived_sides(each, words))}" for each in found.derived[:2]]
        more = [f"{len(found.derived) - len(told):,} more"] if len(found.derived) > len(told) else []
        yield "derived", (partial(_details, "Moves with them", "; ".join([*told, *more]), _tables(derived_table(found, words))),)


def _head(found: Comparison, title: str, words: Formatter) -> list[str]:
    broken = sum(1 for each in found.changes if each.breaks)
    promise = f"{counted(broken, 'change')} break{'s' if broken == 1 else ''} a promise to existing customers"
    first, second = finding(found, words)
    lines = [f"### {markdown_text(title)}: {changes_told(found)}", ""]
    lines.append(" ".join(part for part in (markdown_strong(first), markdown_text(second)) if part))
    for limit, verdicts in found.verdicts[:LIMITS]:
        mark = f"{FAILED} failed" if any(each.failed for each in verdicts) else f"{PASSED} passed"
        lines.append(f"{markdown_strong(mark)}: `{limit.written}`: {markdown_text(verdict_told(limit, verdicts, words))}.")
    if not found.verdicts:
        lines.append(markdown_strong(f"{WARNING} {promise}." if broken else f"{PASSED} No promise to existing customers breaks."))
    return [*(f"{line}<br>" if 1 < number < len(lines) - 1 else line for number, line in enumerate(lines))]


def _changes(found: Comparison, words: Formatter, most: int | None = None) -> list[str]:
    folds, rest = folded_changes(found)
    rows = []
    for fold in folds[:most]:
        each = fold.first
        values = [value_of(value, each.kind, each.currency, found.new, words) for value in (each.before, each.after)]
        about = ", ".join(part for part in (like_it(fold), unit_of(each), each.origin.label) if part)
        sign = f"{WARNING} {SIGNS[each.sign]}" if each.breaks else SIGNS[each.sign]
        name = markdown_strong(name_of(each, found)) + (f"<br>{markdown_text(about)}" if about else "")
        cells = [*values, rise(each.paid, words), new_business(each, found.new), running(each).removeprefix("running ones ")]
        rows.append([markdown_text(sign), name, *map(markdown_text, cells)])
    heads = ["", "Change", "Before", "After", "Paid", "New business", "Running"]
    left = [one for fold in folds[len(rows) :] for one in (fold.first, *fold.like)]
    more = rest_told([*left, *rest], words)
    return [*markdown_table(heads, rows, [False, False, True, True, True, False, False]), *(["", markdown_line(more)] if more else [])]


def _effects(name: str, noun: str, effects: Effects, words: Formatter) -> Iterator[tuple[str, Part]]:
    if not effects.differing:
        return
    names = dict.fromkeys(each.example for each in effects.differing)
    changes = sorted((each.change, each.currency) for each in effects.differing if each.change is not None)
    span = [f"{words.amount(change, currency, sign=True)} {currency}" for change, currency in dict.fromkeys((changes[0], changes[-1]))] if changes else []
    told = f"{len(names):,} of {effects.examples:,} differ" + (f", {' to '.join(span)}" if span else "")
    tables = [_tables(effects_table(effects, noun, words, most)) for most in (None, 20, 3)]
    yield name, tuple(partial(_details, f"{noun}s", told, lines) for lines in (*tables, [ALL_ROWS]))


def _accounts(bills: Bills, words: Formatter, named: bool) -> Iterator[tuple[str, Part]]:
    """The largest changes and how all of them are spread."""
    for direction, title in LARGEST_TITLES.items():
        table, groups = largest_table(bills, direction, words, named), bills.largest(direction)
        if table is not None:
            ends = dict.fromkeys(words.amount(equal[0].change, bills.currency, sign=True) for equal in (groups[0], groups[-1]))
            told = f"{' to '.join(ends)} {bills.currency}"
            table["title"] = ""
            yield direction, tuple(partial(_details, title, told, lines) for lines in (_tables(table), [ALL_ROWS]))
    bins = spread(bills)
    if len(bins) > 1:
        told = f"of the change of {counted(sum(each.count for each in bins), 'bill')}, {bills.currency}"
        yield "distribution", tuple(partial(_details, "Distribution", told, lines) for lines in (_bars(bills, words), [ALL_ROWS]))


def _bars(bills: Bills, words: Formatter) -> list[str]:
    bins = spread(bills)
    most = max(each.count for each in bins)
    rows = [(f"{rise(each.start, words)} to {rise(each.end, words)}", each.count, "\u2588" * _length(each.count, most)) for each in bins]
    place = sum(1 for each in bins if each.end <= 0)
    rows.insert(place, ("unchanged", len(bills.of("same")), "(not to scale)"))
    width = max(len(name) for name, _, _ in rows)
    return ["```text", *(f"{name:>{width}}  {count:>7,}  {bar}".rstrip() for name, count, bar in rows), "```"]


def _length(count: int, most: int) -> int:
    """The signs of a bar; what is there has one at least."""
    return max(whole_down(divide(multiply(exact(BAR), exact(count)), exact(most))), 1 if count else 0)


def _details(title: str, told: str, lines: Sequence[str]) -> list[str]:
    return ["<details>", f"<summary><b>{escape(title)}:</b> {escape(told)}</summary>", "", *lines, "", "</details>"]


def _tables(*tables: TableBlock) -> list[str]:
    return markdown_blocks(tables)[1:]
