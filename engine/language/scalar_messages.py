"""The message for a scalar of the wrong form: what is written, why it cannot be read here, what to write instead."""

from decimal import Decimal

from engine.diagnostics import CodeInfo, Diagnostic, report
from engine.diagnostics import shape as codes
from engine.diagnostics.dates import IMPOSSIBLE_DATE
from engine.language.document import Document
from engine.language.names import closest, slipped
from engine.language.samples import Schema, shown
from engine.language.wording import MEANT, either_of, no_such_day, number_meant, readings, same_signs, short
from engine.values.exact import plain
from engine.values.spans import Path, Span, dotted

_CODES: dict[str, CodeInfo] = {
    "number": codes.NOT_A_NUMBER,
    "whole": codes.NOT_A_NUMBER,
    "price": codes.NOT_A_NUMBER,
    "money": codes.NOT_A_NUMBER,
    "charge": codes.NOT_A_NUMBER,
    "item-price": codes.NOT_A_NUMBER,
    "percent": codes.NOT_A_PERCENTAGE,
    "fee": codes.NOT_A_PERCENTAGE,
    "duration": codes.NOT_A_DURATION,
    "quantity": codes.NOT_A_QUANTITY,
    "unit": codes.NOT_A_QUANTITY,
    "order-item": codes.NOT_A_QUANTITY,
    "instant": codes.NOT_A_DATE,
    "period": codes.NOT_A_DATE,
    "boolean": codes.NOT_A_BOOLEAN,
}
_NUMERIC = ("number", "whole", "price", "money", "charge", "item-price")
_STRUCTURES = ("mapping", "by-id", "list", "rounding", "names", "items", "counted", "book-file", "change")


def refuse_scalar(document: Document, path: Path, schema: Schema, value: object, named: str, wanted: str) -> Diagnostic:
    """The finding for a single value that its key does not allow; `wanted` says in words what belongs there."""
    written = document.written.get(path, "")
    span = document.values.get(path) or document.keys.get(path) or Span(document.file, 1, 1, 1, 2)
    kind = schema.get("$comment", "")
    at_path = dotted(path)
    if isinstance(value, Decimal) and _is_number_kind(schema):
        return _out_of_range(schema, value, span, at_path, named)
    if "enum" in schema or kind in ("presence", "counts-from", "align"):
        allowed = schema.get("enum") or schema["pattern"].strip("^()$").split("|")
        near = closest(written, allowed)
        listed = ", ".join(f"`{word}`" for word in allowed)
        help_text = f"did you mean `{near}`? The words here are {listed}" if near else f"write one of {listed}"
        message = f"{named} cannot be `{short(written)}`"
        sure = near if near is not None and slipped(written, near) else None
        return report(
            codes.UNKNOWN_WORD, message, span, path=at_path, help=help_text, fix=near if near is not None and slipped(written, near) else None, meant=near or ""
        )
    if kind in _STRUCTURES:
        message = f"{named} is the single value `{short(written)}`, where {wanted} belongs"
        help_text = shown(schema, path, value, written) or f"write {wanted}"
        return report(codes.WRONG_KIND, message, span, path=at_path, help=help_text)
    if kind in _NUMERIC and isinstance(value, str) and number_meant(value) == value:
        help_text = f"remove the quotes: write `{value}`"
        return report(codes.QUOTED_NUMBER, f"{named} is a number in quotes", span, path=at_path, help=help_text, fix=value)
    impossible = no_such_day(written) if kind == "instant" else None
    if impossible is not None:
        reason, remedy = impossible
        return report(IMPOSSIBLE_DATE, f"{named} is `{short(written)}`, but {reason}", span, path=at_path, help=remedy)
    reader = MEANT.get("number" if kind in _NUMERIC else kind, lambda _: None)
    found = readings(written, reader)
    if kind == "whole":
        found = tuple(each for each in found if "." not in each)
    meant = found[0] if len(found) == 1 else None
    info = _CODES.get(kind, codes.NOT_READABLE)
    help_text = either_of(found) if found else f"write {wanted}"
    if kind == "duration" and meant and written.strip().lower().endswith("m"):
        help_text += f", or `{meant.replace('month', 'minute')}` if minutes are meant"
    message = f"{named} is `{short(written)}`, which is not {_noun(info, wanted)}"
    sure = meant if meant is not None and same_signs(written, meant) and span.line == span.end_line else None
    return report(info, message, span, path=at_path, help=help_text, fix=sure, meant=meant or "")


def _is_number_kind(schema: Schema) -> bool:
    types = schema.get("type", ())
    return "number" in ([types] if isinstance(types, str) else types)


def _out_of_range(schema: Schema, value: Decimal, span: Span, at_path: str, named: str) -> Diagnostic:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and value < least:
        message = f"{named} is {plain(value)}, but cannot be negative" if least == 0 else f"{named} is {plain(value)}, less than {least}"
        help_text = f"write a number from {least} up"
    elif most is not None and value > most:
        message, help_text = f"{named} is {plain(value)}, more than {most}", f"write a number up to {most}"
    else:
        message, help_text = f"{named} is {plain(value)}, but must be a whole number", "write it without decimals"
    return report(codes.OUT_OF_RANGE, message, span, path=at_path, help=help_text)


_NOUNS = {
    codes.NOT_A_NUMBER: "a number",
    codes.NOT_A_PERCENTAGE: "a percentage",
    codes.NOT_A_DURATION: "a duration",
    codes.NOT_A_QUANTITY: "a quantity",
    codes.NOT_A_DATE: "a date",
    codes.NOT_A_BOOLEAN: "`true` or `false`",
}


def _noun(info: CodeInfo, wanted: str) -> str:
    return _NOUNS.get(info, wanted)
