"""One slip, one finding: leaves out what is only the consequence of a finding that stands beside it.

Contract: removes findings and changes no words; of a book or order with errors at least one error stays. What each finding is held
against is looked up, so that the time grows with their number alone.
Source: authoring, one mistake is said once.
"""

from collections import Counter
from collections.abc import Iterable

from engine.diagnostics import Diagnostic, dates, examples, orders, policies, references, shape, tiers
from engine.diagnostics.text import EMPTY_FILE, FULL_WIDTH_SIGN, ODD_SPACE
from engine.language.names import Guesses, folded, similar
from engine.values.spans import Spans

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
_OF_AN_ORDER = {orders.DATE_MISSING.code, orders.UNKNOWN_BILLING_MODE.code, orders.NO_ITEMS.code}
# What is said of a part whose name is misspelt where it is used.
_OF_A_NAME = {
    references.ITEM_IN_NO_MODE.code,
    references.NEVER_USED.code,
    references.DISCOUNT_WITHOUT_STAGE.code,
    references.NOT_SOLD_IN_MODE.code,
}
_UNKNOWN = {references.UNKNOWN_REFERENCE.code, references.UNKNOWN_ATTRIBUTE.code, references.UNKNOWN_ATTRIBUTE_VALUE.code}
# What is said again of a name where an example uses it.
_UNKNOWN_IN_EXAMPLE = {each.code for each in (orders.UNKNOWN_ITEM, orders.UNKNOWN_SPEC, orders.UNKNOWN_ATTRIBUTE, orders.UNKNOWN_ATTRIBUTE_VALUE)}
_STRANGE = {ODD_SPACE.code, FULL_WIDTH_SIGN.code}


def without_consequences(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings about a book or an order without those that another finding causes."""
    found = list(found)
    errors = [each for each in found if each.severity == "error"]
    if not errors:
        return found
    unread = [each for each in errors if each.code[0] in "YS" and each.code != shape.MISSING_KEY.code]
    meant = {each.meant for each in errors if each.meant and each.code[0] != "S"}
    elsewhere = {name for each in errors if each.code == shape.UNKNOWN_KEY.code for name in each.names}  # entries that stand in another section
    meant |= {name for each in errors if each.code == shape.NOT_A_QUANTITY.code for name in each.meant.split()}  # the unit of `50TB`
    unknown = {name for each in errors if each.code in _UNKNOWN for name in each.names}
    unsold = {each.names[0] for each in errors if each.code == references.NOT_SOLD_IN_MODE.code}
    misplaced = {each.path.split(".items.", 1)[1] for each in errors if each.path.startswith("billing_modes.") and ".items." in each.path}
    typed = {each.meant for each in errors if each.code in _STRANGE and each.meant}
    retyped, typed_keys, guesses = {folded(each) for each in typed}, {each.partition(":")[0] for each in typed}, Guesses()
    written_otherwise = meant | misplaced
    strange = Spans(each.span for each in errors if each.code in _STRANGE and each.span is not None)
    damaged, unlike = _owners(unread), _owners(each for each in errors if each.code != dates.AMBIGUOUS_RULES.code)
    two_policies = any(each.code == references.SECTION_TWICE.code and "discount_policy" in each.names for each in errors)
    emptied = any(each.code == EMPTY_FILE.code for each in found)
    gone = emptied or any(each.code in (references.MISSING_SECTION.code, references.SECTION_GONE.code) for each in found)
    kept = []
    for each in found:
        if each.code[0] not in "YS" and each.span is not None and strange.within(each.span):
            continue  # a name with a character that is not what it seems is unknown because of it
        if each.code == shape.MISSING_KEY.code and each.missing in typed_keys:
            continue  # so is a key that is read as another
        if (
            typed
            and each.code[:2] in ("R1", "Q2")
            and any(folded(name) in retyped or (guesses.left > 0 and any(similar(name, right, guesses) for right in typed)) for name in each.names)
        ):
            continue  # so is what was declared under such a name
        if each.code in _OF_A_PART and damaged[_owner(each)] > (each.code == shape.EMPTY_VALUE.code):
            continue  # of an empty value another cause than itself
        if each.code in _UNKNOWN and each.names and elsewhere.issuperset(each.names):
            continue
        if each.code in _OF_AN_ORDER and _caused_in_order(each, unread):
            continue
        if each.code in _OF_A_NAME and not written_otherwise.isdisjoint(each.names):
            continue
        if each.code == references.ITEM_IN_NO_MODE.code and not unsold.isdisjoint(each.names):
            continue
        if each.code == references.DISCOUNT_WITHOUT_STAGE.code and two_policies:
            continue  # the second policy, which is not read, may name it
        if each.code in _UNKNOWN_IN_EXAMPLE and each.path.startswith("examples.") and unknown.issuperset(each.names):
            continue
        if each.code == dates.AMBIGUOUS_RULES.code and _owner(each) in unlike:
            continue  # what tells the two apart could not be read
        if gone and _of_what_is_gone(each):
            continue
        if emptied and each.code == references.SECTION_GONE.code:
            continue  # an empty file may well be the one that held it
        kept.append(each)
    kept = _once_per_order(kept)
    # Whatever is left out, a book with an error never looks sound.
    return kept if any(each.severity == "error" for each in kept) else [*kept, errors[0]]


def _owner(each: Diagnostic) -> tuple[str, str] | None:
    """The file and path of the value that a finding is about; of tiers, their list."""
    if each.span is None or not each.path:
        return None
    path = each.path
    if each.code[0] == "T" and ".tiers." in path:
        path = path[: path.rindex(".tiers.") + len(".tiers")]
    return each.span.file, path


def _owners(causes: Iterable[Diagnostic]) -> Counter[tuple[str, str] | None]:
    """The files and paths of all values in which findings stand, with how many stand there."""
    found: Counter[tuple[str, str] | None] = Counter()
    for each in causes:
        path, file = (each.path, each.span.file) if each.span is not None else ("", "")
        while path:
            found[file, path] += 1
            path = path.rpartition(".")[0]
    return found


def _caused_in_order(each: Diagnostic, unread: list[Diagnostic]) -> bool:
    """Whether an order lacks a key because its text is damaged or the key misspelt."""
    key = each.missing
    return key != "" and each.path in ("", key) and any(cause.code[0] == "Y" or cause.meant == key or cause.path == key for cause in unread)


def _of_what_is_gone(each: Diagnostic) -> bool:
    """Whether a finding only says that a whole kind of names is unknown, in a book with a section or file that is empty."""
    return each.none_declared or each.code in (references.NEVER_USED.code, references.ITEM_IN_NO_MODE.code)


def _once_per_order(found: list[Diagnostic]) -> list[Diagnostic]:
    """A key that an order lacks is said by the finding that knows the book's names, not by the form's as well."""
    said = {each.missing for each in found if each.code in _OF_AN_ORDER and not each.path}
    return [each for each in found if each.code != shape.MISSING_KEY.code or each.path or each.missing not in said]
