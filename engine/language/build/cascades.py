"""One slip, one finding: leaves out what is only the consequence of a finding that stands beside it.

Contract: removes findings, joins those that say the same of several places, and changes no words; of a book or order with errors at
least one error stays.
Source: authoring, one mistake is said once.
"""

from collections.abc import Iterable
from dataclasses import replace

from engine.diagnostics import Diagnostic, Label, dates, examples, orders, policies, references, shape, tiers
from engine.diagnostics.record import sorted_diagnostics
from engine.diagnostics.text import EMPTY_FILE, FULL_WIDTH_SIGN, ODD_SPACE
from engine.language.names import similar
from engine.model.conditions import BUILT_IN_ATTRIBUTES
from engine.values.spans import Span

# What is missing, or ends, where a part of the mapping could not be read.
_OF_A_PART = {
    shape.MISSING_KEY.code,
    shape.EMPTY_VALUE.code,
    tiers.LAST_TIER_BOUNDED.code,
    tiers.OPEN_TIER_NOT_LAST.code,
    tiers.TIER_PRICE_UNCLEAR.code,
    references.MODEL_UNCLEAR.code,
    references.ENTRY_WITHOUT_PRICES.code,
    references.PRICE_PER_MISSING.code,
    references.MODE_WITHOUT_TERMS.code,
    examples.EXPECTS_NOTHING.code,
    policies.BENEFIT_UNCLEAR.code,
}
_OF_AN_ORDER = {orders.DATE_MISSING.code: "date", orders.UNKNOWN_BILLING_MODE.code: "billing_mode", orders.NO_ITEMS.code: "items"}
# What is said of a part whose name is misspelt where it is used.
_OF_A_NAME = {
    references.ITEM_IN_NO_MODE.code,
    references.NEVER_USED.code,
    references.DISCOUNT_WITHOUT_STAGE.code,
    references.NOT_SOLD_IN_MODE.code,
}
_UNKNOWN = {references.UNKNOWN_REFERENCE.code, references.UNKNOWN_ATTRIBUTE.code, references.UNKNOWN_ATTRIBUTE_VALUE.code}
# What is said again of a name where an example uses it.
_UNKNOWN_IN_EXAMPLE = {
    each.code for each in (orders.UNKNOWN_ITEM, orders.UNKNOWN_SPEC, orders.UNKNOWN_ATTRIBUTE, orders.UNKNOWN_ATTRIBUTE_VALUE)
}
MOST_SHOWN = 3
"""Further places of one finding that are underlined."""
_STRANGE = {ODD_SPACE.code, FULL_WIDTH_SIGN.code}
_ONLY_BUILT_IN = "the book has " + ", ".join(f"`{name}`" for name in BUILT_IN_ATTRIBUTES)  # no attribute is declared


def without_consequences(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings about a book or an order without those that another finding causes."""
    found = list(found)
    errors = [each for each in found if each.severity == "error"]
    if not errors:
        return found
    unread = [each for each in errors if each.code[0] in "YS" and each.code != shape.MISSING_KEY.code]
    meant = {each.help.split("`")[1] for each in errors if each.help.startswith("did you mean `")}
    unknown = {name for each in errors if each.code in _UNKNOWN for name in _named(each)}
    unsold = {each.message.split("`")[1] for each in errors if each.code == references.NOT_SOLD_IN_MODE.code}
    misplaced = {each.path for each in errors if each.path.startswith("billing_modes.") and ".items." in each.path}
    typed = {each.help.split("`")[1] for each in errors if each.code in _STRANGE and "type `" in each.help}
    strange = [each.span for each in errors if each.code in _STRANGE and each.span is not None]
    emptied = any(each.code == EMPTY_FILE.code for each in found)
    gone = emptied or any(each.code in (references.MISSING_SECTION.code, references.SECTION_GONE.code) for each in found)
    kept = []
    for each in found:
        if each.code[0] not in "YS" and each.span is not None and any(_holds(each.span, place) for place in strange):
            continue  # a name with a character that is not what it seems is unknown because of it
        if each.code == shape.MISSING_KEY.code and any(f"`{right.partition(':')[0]}`" in each.message for right in typed):
            continue  # so is a key that is read as another
        if each.code[:2] in ("R1", "Q2") and any(similar(name, right) for name in _named(each) for right in typed):
            continue  # so is what was declared under such a name
        if each.code in _OF_A_PART and any(_within(cause, each) for cause in unread):
            continue
        if each.code in _OF_AN_ORDER and _caused_in_order(each, unread):
            continue
        if each.code in _OF_A_NAME and (_named(each) & meant or any(_sells(path, each) for path in misplaced)):
            continue
        if each.code == references.ITEM_IN_NO_MODE.code and _named(each) & unsold:
            continue
        if each.code in _UNKNOWN_IN_EXAMPLE and each.path.startswith("examples.") and _named(each) <= unknown:
            continue
        if each.code == dates.AMBIGUOUS_RULES.code and any(_within(cause, each) for cause in errors if cause is not each):
            continue  # what tells the two apart could not be read
        if gone and _of_what_is_gone(each):
            continue
        if emptied and each.code == references.SECTION_GONE.code:
            continue  # an empty file may well be the one that held it
        kept.append(each)
    kept = _once_per_order(kept)
    # Whatever is left out, a book with an error never looks sound.
    return kept if any(each.severity == "error" for each in kept) else [*kept, errors[0]]


def _within(cause: Diagnostic, consequence: Diagnostic) -> bool:
    """Whether the cause stands in the value that the consequence is about; of tiers, in any tier of the same list."""
    if cause.span is None or consequence.span is None or cause.span.file != consequence.span.file or not consequence.path:
        return False
    owner = consequence.path
    if consequence.code[0] == "T" and ".tiers." in owner:
        owner = owner[: owner.rindex(".tiers.") + len(".tiers")]
    return cause.path == owner or cause.path.startswith(f"{owner}.")


def _caused_in_order(each: Diagnostic, unread: list[Diagnostic]) -> bool:
    """Whether an order lacks a key because its text is damaged or the key misspelt."""
    key = _OF_AN_ORDER[each.code]
    if each.path not in ("", key) or not each.message.startswith("the order "):
        return False
    return any(cause.code[0] == "Y" or cause.fix == key or cause.path == key for cause in unread)


def _named(each: Diagnostic) -> set[str]:
    """The names in the message of a finding that is about a name: those between backquotes."""
    return set(each.message.split("`")[1::2][:2])


def _sells(path: str, each: Diagnostic) -> bool:
    return any(path.endswith(f".items.{name}") for name in _named(each))


def _of_what_is_gone(each: Diagnostic) -> bool:
    """Whether a finding only says that a whole kind of names is unknown, in a book with a section or file that is empty."""
    if each.code in (references.NEVER_USED.code, references.ITEM_IN_NO_MODE.code):
        return True
    return each.help.startswith("the book declares no ") or each.help == _ONLY_BUILT_IN


def _once_per_order(found: list[Diagnostic]) -> list[Diagnostic]:
    """A key that an order lacks is said by the finding that knows the book's names, not by the form's as well."""
    said = {_OF_AN_ORDER[each.code] for each in found if each.code in _OF_AN_ORDER and not each.path}
    forms = {f"`{key}` is missing" for key in said}
    return [each for each in found if each.code != shape.MISSING_KEY.code or each.message not in forms]


def joined(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings, those that say the same of several places in one: at the first place, with the others underlined and counted."""
    groups: dict[tuple, list[Diagnostic]] = {}
    for each in sorted_diagnostics(found):
        key = (each.code, each.message, each.help) if each.span is not None else (each,)
        groups.setdefault(key, []).append(each)
    return [_join(*group) for group in groups.values()]


def _join(first: Diagnostic, *others: Diagnostic) -> Diagnostic:
    if not others:
        return first
    labels = tuple(Label(each.span, "and here") for each in others[:MOST_SHOWN])
    more = len(others) - len(labels)
    notes = (f"and in {more} more place{'s' if more > 1 else ''}",) if more else ()
    return replace(first, labels=(*first.labels, *labels), notes=(*first.notes, *notes))


def _holds(outer: Span, inner: Span) -> bool:
    """Whether one place lies inside of another."""
    return outer.file == inner.file and (outer.line, outer.column) <= (inner.line, inner.column) and (inner.end_line, inner.end_column) <= (
        outer.end_line, outer.end_column
    )  # fmt: skip
