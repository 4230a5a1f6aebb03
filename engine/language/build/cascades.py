"""One slip, one finding: leaves out what is only the consequence of a finding that stands beside it.

Contract: removes findings, never changes them, and never removes the last one: every rule asks for the error that caused it.
Source: authoring, one mistake is said once.
"""

from collections.abc import Iterable

from engine.diagnostics import Diagnostic, examples, orders, policies, references, shape, tiers

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
_KINDS = {"items": "item", "billing_modes": "billing mode"}


def without_consequences(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings about a book or an order without those that another finding causes."""
    found = list(found)
    errors = [each for each in found if each.severity == "error"]
    if not errors:
        return found
    unread = [each for each in errors if each.code[0] in "YS" and each.code != shape.MISSING_KEY.code]
    meant = {each.help.split("`")[1] for each in errors if each.help.startswith("did you mean `")}
    misplaced = {each.path for each in errors if each.path.startswith("billing_modes.") and ".items." in each.path}
    absent = [each for each in errors if each.code == references.MISSING_SECTION.code]
    kept = []
    for each in found:
        if each.code in _OF_A_PART and any(_within(cause, each) for cause in unread):
            continue
        if each.code in _OF_AN_ORDER and _caused_in_order(each, unread):
            continue
        if each.code in _OF_A_NAME and (_named(each) & meant or any(_sells(path, each) for path in misplaced)):
            continue
        if absent and _of_missing_section(each, absent[0].message):
            continue
        kept.append(each)
    return _once_per_order(kept)


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
    if each.path or not (each.message.startswith("the order ")):
        return False
    key = _OF_AN_ORDER[each.code]
    return any(cause.code[0] == "Y" or cause.fix == key or cause.path == key for cause in unread)


def _named(each: Diagnostic) -> set[str]:
    """The names in the message of a finding that is about a name: those between backquotes."""
    return set(each.message.split("`")[1::2][:2])


def _sells(path: str, each: Diagnostic) -> bool:
    return any(path.endswith(f".items.{name}") for name in _named(each))


def _of_missing_section(each: Diagnostic, message: str) -> bool:
    """Whether the finding only says that a name of a section is unknown that the book does not have at all."""
    if each.code == references.NEVER_USED.code:
        return True
    return any(f"`{section}`" in message and each.help == f"the book declares no {kind}" for section, kind in _KINDS.items())


def _once_per_order(found: list[Diagnostic]) -> list[Diagnostic]:
    """A key that an order lacks is said by the finding that knows the book's names, not by the form's as well."""
    said = {_OF_AN_ORDER[each.code] for each in found if each.code in _OF_AN_ORDER and not each.path}
    forms = {f"`{key}` is missing" for key in said}
    return [each for each in found if each.code != shape.MISSING_KEY.code or each.message not in forms]
