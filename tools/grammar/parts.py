"""The parts that the grammar's tables are made of: kinds of values, texts, conditions.

`$comment` names the kind; the shape check words its messages by it. No `oneOf` or `anyOf`: where a value has several forms the types are
listed, and keywords that belong to one type need no condition. Which words a key may hold and which it holds by default is said by the
engine's records; a table says what each of them means.
"""

from engine.model.checks import choices, default_of

NUMBER = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"
DURATION = r"^[1-9][0-9]* (months?|years?|weeks?|days?|hours?|minutes?|seconds?)$"
INSTANT = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-][0-9]{2}:[0-9]{2})?)?$"
ID = r"^(?=.*[A-Za-z])[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$"


def described(title: str, description: str, examples: list, **schema) -> dict:
    """A schema with what an editor shows beside it."""
    return {"title": title, "description": description, "examples": examples, **schema}


def number(title, description, examples, minimum=0, **more):
    bound = {} if minimum is None else {"minimum": minimum}
    return described(title, description, examples, **{"$comment": "number"}, type="number", **bound, **more)


def whole(title, description, examples, minimum=0, maximum=30):
    return described(title, description, examples, **{"$comment": "whole"}, type="number", multipleOf=1, minimum=minimum, maximum=maximum)


def percent(title, description, examples=("17%",)):
    return described(title, description, list(examples), **{"$comment": "percent"}, type="string", pattern=f"^{NUMBER}%$")


def duration(title, description, examples=("1 month",)):
    return described(title, description, list(examples), **{"$comment": "duration"}, type="string", pattern=DURATION)


def quantity(title, description, examples=("100 GB", 20)):
    pattern = r"^(0|[1-9][0-9]*)(\.[0-9]+)?(/[1-9][0-9]*)? \S+$"
    return described(title, description, list(examples), **{"$comment": "quantity"}, type=["number", "string"], minimum=0, pattern=pattern)


def instant(title, description, examples=("2026-01-01",)):
    return described(title, description, list(examples), **{"$comment": "instant"}, type="string", pattern=INSTANT)


def boolean(title, description, examples=(True,), **more):
    return described(title, description, list(examples), **{"$comment": "boolean"}, type="boolean", **more)


def colour(title, description, examples):
    return described(title, description, list(examples), **{"$comment": "colour"}, type="string", pattern="^#([0-9A-Fa-f]{3}){1,2}$")


def word(title, description, meanings, examples=None, **more):
    """One of several words, each with its meaning."""
    shown = list(examples or [*meanings][:1])
    return described(title, description, shown, **{"$comment": "word"}, type="string", enum=[*meanings], enumDescriptions=[*meanings.values()], **more)


def word_of(record, field, title, description, meanings, examples=None):
    """One of the words that a field of a record may hold, with the field's default; a table that has others is a fault."""
    if (known := choices(record, field)) != (*meanings,):
        raise ValueError(f"{record.__name__}.{field} may be {', '.join(known)}; the table tells of {', '.join(meanings)}")
    default = default_of(record, field)
    return word(title, description, meanings, examples or [default or known[0]], **({"default": default} if default is not None else {}))


def left_out(part, description):
    """The same part where its default is not its own but what is written elsewhere, as the description says."""
    return {key: value for key, value in part.items() if key != "default"} | {"description": description}


def of(kind, declares=False):
    """What a word names: the kind of thing, and whether the thing is there because it is named so. Editors complete, find and rename by it."""
    return ({"names": kind} if kind else {}) | ({"declares": True} if declares else {})


def keys_of(kind, declares=False):
    """The same of the keys of a mapping."""
    return {"keyNames": kind} | ({"declares": True} if declares else {})


def name(title, description, examples, kind="", declares=False, **more):
    return described(title, description, list(examples), **{"$comment": "name"}, **of(kind, declares), type=["string", "number", "boolean"], **more)


def names(title, description, examples, kind="", declares=False, **more):
    inner = {"$comment": "name", **of(kind, declares), "type": ["string", "number", "boolean"]}
    said = {"$comment": "names", **of(kind, declares), "type": ["array", "string", "number"]}
    return described(title, description, list(examples), **said, items=inner, minItems=1, **more)


def text(title, description, examples=("Basic edition", {"en": "Basic edition", "zh": "基础版"})):
    value = {"$comment": "plain-text", "type": ["string", "number", "boolean"]}
    languages = {"propertyNames": {"pattern": "^[a-z]{2,3}([-_][A-Za-z0-9]+)*$"}, "additionalProperties": value, "minProperties": 1}
    return described(title, description, list(examples), **{"$comment": "text"}, type=["string", "number", "boolean", "object"], **languages)


def mapping(title, description, examples, properties, required=(), **more):
    return described(
        title, description, examples, **{"$comment": "mapping"}, type="object", additionalProperties=False, properties=properties,
        **({"required": list(required)} if required else {}), **more,
    )  # fmt: skip


def by_id(title, description, examples, kind, entry, pattern=ID):
    return described(
        title,
        description,
        examples,
        **{"$comment": "by-id"},
        **keys_of(kind, declares=True),
        type="object",
        propertyNames={"pattern": pattern},
        additionalProperties=entry,
    )


def entries(title, description, examples, entry, **more):
    return described(title, description, examples, **{"$comment": "list"}, type="array", items=entry, **more)


REFERENCE = text("Reference", "Where the fact comes from: a page, a memo, a contract.", ["support.example.com/pricing"])
TITLE = text("Title", "How it is called in documents; a text, or one for each language.")
DESCRIPTION = text("Description", "One sentence for the reader of a price sheet.", ["Sets how many users are available."])
WHEN = described(
    "When", "Attributes and the value, or list of values, that each must have; all must match.", [{"segment": "education"}],
    **{"$comment": "by-id"}, **keys_of("attributes"), type="object", minProperties=1,
    additionalProperties={
        "$comment": "names", **of("values"), "type": ["string", "number", "boolean", "array"], "minItems": 1,
        "items": {"$comment": "name", **of("values"), "type": ["string", "number", "boolean"]},
    },
)  # fmt: skip
EFFECTIVE = instant("Effective", "The first day, or instant, on which it is in force; left out, it always was.")
UNTIL = instant("Until", "The first day, or instant, on which it is no longer in force; left out, it has no end.", ["2026-04-01"])
CONDITIONS = {"when": WHEN, "effective": EFFECTIVE, "until": UNTIL}
ITEMS_OF = described(
    "Items", "The items it is about: `all`, ids, or groups.", ["all", ["storage", {"group": "compute"}]], default="all",
    **{"$comment": "items"}, **of("items"), type=["string", "array", "object"], minItems=1, additionalProperties=False, required=["group"],
    properties={"group": name("Group", "All items of this group.", ["compute"], "groups")},
    items={
        "$comment": "item-or-group", **of("items"), "type": ["string", "number", "object"], "additionalProperties": False, "required": ["group"],
        "properties": {"group": name("Group", "All items of this group.", ["compute"], "groups")},
    },
)  # fmt: skip
MODES_OF = names("Billing modes", "The billing modes it is about.", [["yearly-monthly"], "all"], "billing_modes", default="all")
MONEY = described(
    "Money", "An amount in the book's currency, or amounts by currency.", [20.00, {"USD": 20.00, "EUR": 18.00}],
    **{"$comment": "money"}, **keys_of("currencies"), type=["number", "object"], minimum=0, minProperties=1,
    additionalProperties=number("Amount", "An amount in this currency.", [20.00]),
)  # fmt: skip


def policy_use(kind, title, description, examples):
    """The id of a policy of this section, or a list of policies with dates and conditions."""
    return described(
        title, description, examples, **{"$comment": "policy-use"}, **of(kind), type=["string", "number", "array"], minItems=1,
        items=mapping(
            "Use", "One policy, from when and for whom.", [{"use": "no-fee", "when": {"contract": "framework"}}],
            {"use": name("Use", "The id of the policy.", ["by-day"], kind), **CONDITIONS, "reference": REFERENCE}, ["use"],
        ),
    )  # fmt: skip


PARTY_TEXT = {"$comment": "plain-text", "type": ["string", "number", "boolean"]}
ROUNDING_MEANINGS = {
    "half-up": "to the nearest; a half away from zero",
    "half-even": "to the nearest; a half to the even digit",
    "half-down": "to the nearest; a half towards zero",
    "up": "always away from zero",
    "down": "always towards zero: the rest is cut off",
}
CONVENTION_MEANINGS = {
    "calendar-months": "for each calendar month touched, days left / days in that month",
    "days-of-365": "days left / 365; 29 February does not count",
    "actual-days": "days left / days in the period",
    "seconds": "seconds left / seconds in the period",
    "30-day-month": "days / 30",
    "28-day-month": "days / 28; a month across whose end it runs has 28",
    "30-360": "every month has 30 days, every year 360 (the 30E/360 count)",
    "365/12": "days / (365/12)",
    "whole-period": "always a whole period, however little is left",
    "none": "always 0: what is left counts nothing",
}
