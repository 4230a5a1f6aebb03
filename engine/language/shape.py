"""The shape of a file: keys and kinds of values, by the schemas in `schemas/`, in words of pricing.

Contract: knows the schemas and one document at a time; what names refer to is the builders' business. A file that passes is only
looked at by the fast validator; the other one finds and words the mistakes, so that `jsonschema`'s own messages reach nobody.
"""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache, reduce
from itertools import islice
from operator import getitem
from typing import TYPE_CHECKING

from engine import resources
from engine.diagnostics import Diagnostic, Label, references, report
from engine.diagnostics import shape as codes
from engine.diagnostics.limits import at_most
from engine.language.document import Document
from engine.language.names import Guesses, closest, is_id, slipped
from engine.language.samples import Schema, flow, shown
from engine.language.scalar_messages import refuse_scalar
from engine.language.value_characters import check_characters
from engine.language.wording import named, short
from engine.model.conditions import BUILT_IN_ATTRIBUTES
from engine.values.bounds import too_long
from engine.values.spans import Path, Span, dotted

if TYPE_CHECKING:
    import jsonschema_rs
    from jsonschema import Draft7Validator, ValidationError

RESERVED = ("derived_from", "cost")
_SECTION_WORDS = {"book-file": "a file of a price book", "order": "an order", "account": "an account", "usage": "a usage record"}
_KINDS = {"object": "a mapping (`key: value` pairs)", "array": "a list (entries that begin with `- `)"}


def check_shape(document: Document, schema: str) -> tuple[Diagnostic, ...]:
    """Every key and value that the schema (`book-file`, `order`, `account`, `usage`, or a section) does not allow, each once.

    An unknown schema raises FileNotFoundError. Source: rule language, sections 1 to 4.
    """
    strange = at_most(check_characters(document, read_schema(schema)))
    if _fast_validator(schema).is_valid(document.data):
        return tuple(strange)
    return (*strange, *at_most(_check_form(document, schema, strange)))


def _check_form(document: Document, schema: str, strange: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    # Of a file that breaks off, what is missing or empty may stand in the part that was not read.
    unsure = () if document.complete else (codes.MISSING_KEY.code, codes.EMPTY_VALUE.code, codes.WRONG_KIND.code)
    refused = {each.path for each in strange}
    found, guesses = {(each.span, each.code) for each in strange}, Guesses()
    for error in _wording_validator(schema).iter_errors(document.data):
        for diagnostic in _word(document, read_schema(schema), error, guesses):
            if diagnostic.path in refused and diagnostic.code not in (codes.UNKNOWN_KEY.code, codes.MISSING_KEY.code):
                continue  # a value that holds a strange character is not judged by what it looks like
            place = (diagnostic.span, diagnostic.code)
            if diagnostic.code not in unsure and place not in found and not _runs_into_damage(document, diagnostic):
                found.add(place)
                yield diagnostic


def _runs_into_damage(document: Document, finding: Diagnostic) -> bool:
    """Whether the value is one that a damaged line was joined to, so that only the damage is worth a word."""
    return document.stopped_at is not None and finding.span is not None and finding.span.end_line >= document.stopped_at


@cache
def read_schema(name: str) -> Schema:
    """The schema with what it refers to in the place of each reference."""
    whole = json.loads(resources.schema_bytes(name), parse_float=Decimal)
    targets: dict[str, object] = {}

    def inline(node: object) -> None:
        if isinstance(node, dict):
            node.update({key: inlined(inner) for key, inner in node.items()})
        elif isinstance(node, list):
            node[:] = map(inlined, node)

    def inlined(node: object) -> object:
        if isinstance(node, dict) and "$ref" in node:
            return target(node["$ref"])
        inline(node)
        return node

    def target(reference: str) -> object:
        if reference not in targets:
            targets[reference] = reduce(getitem, reference.removeprefix("#/").split("/"), whole)
            inline(targets[reference])
        return targets[reference]

    inline(whole)
    schema: Schema = whole
    return schema


@cache
def _fast_validator(name: str) -> "jsonschema_rs.Draft7Validator":
    import jsonschema_rs

    return jsonschema_rs.Draft7Validator(json.loads(resources.schema_bytes(name)))


@cache
def _wording_validator(name: str) -> "Draft7Validator":
    from jsonschema import Draft7Validator, validators

    # A Decimal is the only number that a document holds; booleans are none.
    is_number = Draft7Validator.TYPE_CHECKER.redefine("number", lambda _, value: isinstance(value, Decimal))
    return validators.extend(Draft7Validator, {"multipleOf": _check_multiple}, type_checker=is_number)(read_schema(name))


def _check_multiple(_: "Draft7Validator", factor: int, number: object, __: Schema) -> "Iterator[ValidationError]":
    """`multipleOf` for a number of any length: the library's own divides within 28 digits and fails on more."""
    from jsonschema import ValidationError

    if isinstance(number, Decimal) and (Fraction(number) / Fraction(factor)).denominator != 1:
        yield ValidationError(f"{number} is not a multiple of {factor}")


def _may_go(root: Schema, error: "ValidationError") -> bool:
    """Whether the key at fault may be left out: the mapping that holds it does not require it."""
    schema: object = root
    path, needed = tuple(error.absolute_path), False
    for part in error.absolute_schema_path:
        if isinstance(schema, dict) and isinstance(schema.get("properties"), dict) and part == "properties":
            needed = bool(path) and path[-1] in schema.get("required", ())
        schema = schema[part] if isinstance(schema, dict | list) else None
    return not needed


@cache
def _homes() -> dict[str, tuple[str, ...]]:
    """Key -> the sections of a price book whose entries know it."""
    found: dict[str, tuple[str, ...]] = {}
    for section, schema in read_schema("book-file")["properties"].items():
        entry = next((each for each in (schema.get("additionalProperties"), schema.get("items")) if isinstance(each, dict)), schema)
        for key in entry.get("properties", ()):
            found[key] = (*found.get(key, ()), section)
    return found


def _home_elsewhere(key: str, path: Path) -> str:
    """The one other section of a price book whose entries know a key that is unknown here; else empty."""
    homes = _homes().get(key, ())
    if len(homes) != 1 or not path or path[0] not in read_schema("book-file")["properties"] or homes[0] == path[0]:
        return ""
    return homes[0]


def _entry_of(section: str, document: Document, path: Path, unknown: Sequence[str]) -> Diagnostic:
    """A whole entry of another section, below which the line with the section's name is gone."""
    name, here = (f"`{short(str(part))}`" for part in (path[1], path[0]))
    labels = tuple(Label(document.keys[(*path, key)], f"a key of `{section}`") for key in unknown[:2] if (*path, key) in document.keys)
    message = f"{name} is an entry of `{section}`, and stands in {here}"
    remedy = f"write the line `{section}:` above it; it may be gone"
    entry = str(path[1])
    return report(codes.UNKNOWN_KEY, message, _key_span(document, path), path=dotted(path), labels=labels, help=remedy, names=(entry,))


def _word(document: Document, root: Schema, error: "ValidationError", guesses: Guesses) -> Iterator[Diagnostic]:
    """One validator's error as findings; each keyword has its own words."""
    path: Path = tuple(error.absolute_path)
    match error.validator:
        case "additionalProperties":
            yield from _unknown_keys(document, path, error, guesses)
        case "required":
            yield from _missing_keys(document, path, error, guesses)
        case _ if "propertyNames" in error.absolute_schema_path:
            yield from _bad_key(document, path, error)
        case "minProperties" | "minItems" | "maxProperties":
            yield _wrong_count(document, path, error, _may_go(root, error))
        case _ if error.instance is None:
            help_text = f"write {wanted(error.schema)}{', or remove the key' if _may_go(root, error) else ''}"
            yield report(codes.EMPTY_VALUE, f"{named(path)} has no value", _key_span(document, path), path=dotted(path), help=help_text)
        case _ if isinstance(error.instance, Decimal) and too_long(document.written.get(path, "")):
            return  # whoever reads it refuses it for its length
        case "type" if isinstance(error.instance, (dict, list)):
            yield _wrong_kind(document, path, error)
        case _:
            yield refuse_scalar(document, path, error.schema, error.instance, named(path), wanted(error.schema))


def _unknown_keys(document: Document, path: Path, error: "ValidationError", guesses: Guesses) -> Iterator[Diagnostic]:
    known = error.schema.get("properties", {})
    unknown = [key for key in error.instance if key not in known]
    if "up_to" in known and {"from", "to"} & set(unknown):
        yield _bounds_of_tier(document, path, error.instance)
        unknown = [key for key in unknown if key not in ("from", "to")]
    homes = {_home_elsewhere(key, path) for key in unknown}
    if len(unknown) > 1 and len(path) == 2 and len(homes) == 1 and "" not in homes:
        yield _entry_of(homes.pop(), document, path, unknown)
        return
    for key in unknown:
        where = (*path, key)
        span, at_path = document.keys.get(where) or _span(document, path), dotted(where)
        if key in RESERVED:
            message = f"`{key}` is reserved for later and has no meaning yet"
            yield report(codes.RESERVED_KEY, message, span, path=at_path, help="remove the key; the price has to be said without it")
            continue
        near = closest(key, known, guesses)
        listed = ", ".join(f"`{each}`" for each in islice(known, 12)) + (" and others" if len(known) > 12 else "")
        help_text = f"did you mean `{near}`?" if near else f"known here: {listed}" if known else "this value has no keys"
        if near is None and "when" in known and not isinstance(error.instance[key], (dict, list)):
            help_text = _as_condition(key, document.written.get(where, ""), help_text)
        home = "" if near else _home_elsewhere(key, path)
        help_text = f"`{key}` belongs to an entry of `{home}`; {help_text}" if home else help_text
        owner = f"in {named(path)}" if path else f"in {_SECTION_WORDS.get(error.schema.get('$comment'), 'the file')}"
        message = f"`{short(key)}` is no key that is known {owner}"
        sure = near if near is not None and near not in error.instance and slipped(key, near) else None
        yield report(codes.UNKNOWN_KEY, message, span, path=at_path, help=help_text, fix=sure, meant=near or "")


def _bounds_of_tier(document: Document, path: Path, tier: dict[str, object]) -> Diagnostic:
    """A tier written with its beginning, as other price lists write it."""
    key = "from" if "from" in tier else "to"
    end = document.written.get((*path, "to"), "")
    help_text = f"write `up_to: {end}` instead of `from` and `to`" if end and "up_to" not in tier else f"delete `{key}`"
    message = "a tier has no beginning: it begins where the one above it ends"
    return report(codes.UNKNOWN_KEY, message, document.keys[(*path, key)], path=dotted((*path, key)), help=help_text)


def _as_condition(key: str, written: str, listed: str) -> str:
    """The remedy for a key that is no key of the rule but may be an attribute on which the rule depends."""
    said = f"`when: {flow({key: written})}`"
    return f"write {said}" if key in BUILT_IN_ATTRIBUTES else f"{listed}; a condition is written {said}"


def _missing_keys(document: Document, path: Path, error: "ValidationError", guesses: Guesses) -> Iterator[Diagnostic]:
    properties = error.schema.get("properties", {})
    misspelt = {closest(key, properties, guesses) for key in error.instance if key not in properties}
    absent = [key for key in error.validator_value if key not in error.instance and key not in misspelt]
    for key in absent:
        wanted = properties.get(key, {})
        example = next((each for each in wanted.get("examples", ()) if not isinstance(each, dict | list)), None)
        said = f"`{key}: {example}`" if example is not None else f"`{key}:`"
        about = wanted.get("description", "")
        message = f"{named(path)} has no `{key}`" if path else f"`{key}` is missing"
        notes = (f"`{key}`: {about[0].lower()}{about[1:]}",) if about else ()
        yield report(codes.MISSING_KEY, message, _key_span(document, path), path=dotted(path), missing=key, help=f"add {said}", notes=notes)


def _bad_key(document: Document, path: Path, error: "ValidationError") -> Iterator[Diagnostic]:
    key = error.instance
    where = (*path, key)
    if where not in document.keys:
        return
    if is_id(key):
        message, help_text = (
            f"`{short(key)}` is no language code",
            "write a code such as `en`, `zh` or `ar`, or one text without a language",
        )
    else:
        message = f"`{short(key)}` cannot be an id"
        help_text = "use letters, digits and single `.`, `_` or `-` between them, with at least one letter"
    yield report(references.BAD_ID, message, document.keys[where], path=dotted(where), names=(key,), help=help_text)


def _wrong_count(document: Document, path: Path, error: "ValidationError", may_go: bool) -> Diagnostic:
    if error.validator == "maxProperties":
        message, help_text = (
            f"{named(path)} holds too many keys",
            "write the date and exactly one event; give each event an entry of its own",
        )
    else:
        message, help_text = f"{named(path)} is empty", f"write {wanted(error.schema)}{', or remove the key' if may_go else ''}"
    return report(codes.EMPTY_VALUE, message, _key_span(document, path), path=dotted(path), help=help_text)


def _wrong_kind(document: Document, path: Path, error: "ValidationError") -> Diagnostic:
    written = "a list" if isinstance(error.instance, list) else "a mapping"
    form = wanted(error.schema)
    message = f"{named(path)} is {written}, where {form} belongs"
    help_text = shown(error.schema, path, error.instance) or f"write {form}"
    return report(codes.WRONG_KIND, message, _key_span(document, path), path=dotted(path), help=help_text)


_WANTED = {
    "number": "a number such as `0.10`",
    "whole": "a whole number such as `2`",
    "percent": "a percentage such as `17%`",
    "duration": "a duration such as `1 month` or `1 year`",
    "quantity": "a quantity such as `20` or `100 GB`",
    "instant": "a date such as `2026-01-01`",
    "boolean": "`true` or `false`",
    "colour": 'a colour in quotes, such as `"#0a5"`',
    "price": "a price such as `2.40`",
    "money": "an amount such as `20.00`, or `{USD: 20.00}`",
    "charge": "a price such as `2.40`, or a charge with its `model`",
    "item-price": "a price such as `2.40`, a charge with its `model`, or a price for each spec",
    "text": "a text, or one for each language",
    "plain-text": "a text",
    "plural-text": "a text, or its plural forms (`one`, `other`)",
    "name": "a single name",
    "id": "an id such as `koodrive`",
    "names": "a list such as `[a, b]`",
    "period": "a month such as `2026-03`, or `{from: 2026-03-01, until: 2026-06-01}`",
    "unit": "how many of another unit it is, such as `1024 GB`, or `{title: GB}` for a unit of its own",
    "order-item": "a spec, a quantity such as `100 GB`, or a mapping with `spec` and `quantity`",
    "threshold": "a term such as `1 year`, a quantity such as `100 GB`, or an amount",
    "clock": "a time of day such as `12:00`",
    "lasts": "`once`, `forever` or a duration such as `3 months`",
    "before": "how long before expiry, such as `7 days before`",
    "items": "`all`, a list of items, or `{group: ...}`",
    "counted": "the name of an attribute, a list of items, or `{group: ...}`",
    "item-or-group": "an item, or `{group: ...}`",
    "policy-use": "the id of a policy, or a list of `{use: ...}`",
    "stage": "a discount, or `{best_of: [...]}`",
}


def wanted(schema: Schema) -> str:
    """What belongs here, in words; the author reads it after `write`."""
    kind = schema.get("$comment", "")
    if "enum" in schema:
        return "one of " + ", ".join(f"`{word}`" for word in schema["enum"])
    if kind in _WANTED:
        return _WANTED[kind]
    types = schema.get("type", ())
    first = next((each for each in ([types] if isinstance(types, str) else types) if each in _KINDS), None)
    example = next(iter(schema.get("examples", ())), None)
    if first is None:
        return f"a value such as `{example}`" if example is not None else "a value"
    return _KINDS[first]


def _span(document: Document, path: Path) -> Span:
    return document.values.get(path) or document.keys.get(path) or Span(document.file, 1, 1, 1, 2)


def _key_span(document: Document, path: Path) -> Span:
    return document.keys.get(path) or _span(document, path)
