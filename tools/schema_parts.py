"""The parts that schemas are made of: scalars of the rule language, texts, conditions, charges.

`$comment` names the scalar kind; the shape check words its messages by it. No `oneOf` or `anyOf`: where a value has several forms the types are
listed, and keywords that belong to one type need no condition.
"""

NUMBER = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"
DURATION = r"^[1-9][0-9]* (months?|years?|days?|hours?|minutes?|seconds?)$"
INSTANT = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-][0-9]{2}:[0-9]{2})?)?$"
ID = r"^(?=.*[A-Za-z])[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$"
ROUNDING_MODES = ["half-up", "half-even", "half-down", "up", "down"]
CONVENTIONS = ["calendar-months", "days-of-365", "actual-days", "seconds", "30-day-month", "30-360", "365/12", "whole-period", "none"]
EFFECTS = ["immediately", "next-renewal"]


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


def boolean(title, description, examples=(True,)):
    return described(title, description, list(examples), **{"$comment": "boolean"}, type="boolean")


def colour(title, description, examples):
    return described(title, description, list(examples), **{"$comment": "colour"}, type="string", pattern="^#([0-9A-Fa-f]{3}){1,2}$")


def word(title, description, allowed, examples=None):
    return described(title, description, list(examples or allowed[:1]), **{"$comment": "word"}, type="string", enum=list(allowed))


def name(title, description, examples):
    return described(title, description, list(examples), **{"$comment": "name"}, type=["string", "number", "boolean"])


def names(title, description, examples):
    inner = {"$comment": "name", "type": ["string", "number", "boolean"]}
    return described(title, description, list(examples), **{"$comment": "names"}, type=["array", "string", "number"], items=inner, minItems=1)


def text(title, description, examples=("Basic edition", {"en": "Basic edition", "zh": "基础版"})):
    value = {"$comment": "plain-text", "type": ["string", "number", "boolean"]}
    languages = {"propertyNames": {"pattern": "^[a-z]{2,3}([-_][A-Za-z0-9]+)*$"}, "additionalProperties": value, "minProperties": 1}
    return described(title, description, list(examples), **{"$comment": "text"}, type=["string", "number", "boolean", "object"], **languages)


def mapping(title, description, examples, properties, required=(), **more):
    return described(
        title, description, examples, **{"$comment": "mapping"}, type="object", additionalProperties=False, properties=properties,
        **({"required": list(required)} if required else {}), **more,
    )  # fmt: skip


def by_id(title, description, examples, entry, pattern=ID):
    return described(title, description, examples, **{"$comment": "by-id"}, type="object", propertyNames={"pattern": pattern}, additionalProperties=entry)


def entries(title, description, examples, entry, **more):
    return described(title, description, examples, **{"$comment": "list"}, type="array", items=entry, **more)


REFERENCE = text("Reference", "Where the fact comes from: a page, a memo, a contract.", ["support.example.com/pricing"])
TITLE = text("Title", "How it is called in documents; a text, or one for each language.")
DESCRIPTION = text("Description", "One sentence for the reader of a price sheet.", ["Sets how many users are available."])
WHEN = described(
    "When", "Attributes and the value, or list of values, that each must have; all must match.", [{"segment": "education"}],
    **{"$comment": "by-id"}, type="object", minProperties=1,
    additionalProperties={
        "$comment": "names", "type": ["string", "number", "boolean", "array"], "minItems": 1,
        "items": {"$comment": "name", "type": ["string", "number", "boolean"]},
    },
)  # fmt: skip
EFFECTIVE = instant("Effective", "The first day, or instant, on which it is in force.")
UNTIL = instant("Until", "The first day, or instant, on which it is no longer in force.", ["2026-04-01"])
CONDITIONS = {"when": WHEN, "effective": EFFECTIVE, "until": UNTIL}
ITEMS_OF = described(
    "Items", "The items it is about: `all`, ids, or groups.", ["all", ["storage", {"group": "compute"}]],
    **{"$comment": "items"}, type=["string", "array", "object"], minItems=1, additionalProperties=False,
    properties={"group": name("Group", "All items of this group.", ["compute"])},
    items={
        "$comment": "item-or-group", "type": ["string", "number", "object"], "additionalProperties": False,
        "properties": {"group": name("Group", "All items of this group.", ["compute"])},
    },
)  # fmt: skip
MODES_OF = names("Billing modes", "The billing modes it is about; all, where it is left out.", [["yearly-monthly"], "all"])
MONEY = described(
    "Money", "An amount in the book's currency, or amounts by currency.", [20.00, {"USD": 20.00, "EUR": 18.00}],
    **{"$comment": "money"}, type=["number", "object"], minimum=0, minProperties=1,
    additionalProperties=number("Amount", "An amount in this currency.", [20.00]),
)  # fmt: skip
POLICY_USE = described(
    "Policy", "The id of a policy, or a list of policies with dates and conditions.", ["prorated-difference", [{"use": "by-day", "effective": "2026-01-01"}]],
    **{"$comment": "policy-use"}, type=["string", "number", "array"], minItems=1,
    items=mapping(
        "Use", "One policy, from when and for whom.", [{"use": "no-fee", "when": {"contract": "framework"}}],
        {"use": name("Use", "The id of the policy.", ["by-day"]), **CONDITIONS, "reference": REFERENCE}, ["use"],
    ),
)  # fmt: skip

PER = word("Per", "The price period: a month, a year or once; for metered items also an hour or a day.", ["hour", "day", "month", "year", "once"], ["month"])
UNIT_PRICE = described(
    "Unit price", "The price of one unit; a percentage where the item's unit is a currency.", [2.40, "7%"],
    **{"$comment": "price"}, type=["number", "string"], minimum=0, pattern=f"^{NUMBER}%$",
)  # fmt: skip
PACKAGE_KEYS = {
    "size": quantity("Size", "How many units one package holds.", [10, "100 GB"]),
    "price": number("Price", "The price of one package.", [100.00]),
    "part_package": word(
        "Part package", "Whether a part of a package counts as one (whole), as its share (proportional) or not (drop).", ["whole", "proportional", "drop"]
    ),
}
TIERS = entries(
    "Tiers", "Lowest first; each ends up_to (its bound included) or below its bound, the last one has no bound.",
    [[{"up_to": 100, "unit_price": 2.40}, {"unit_price": 2.10}]],
    mapping(
        "Tier", "A stretch of quantities and its price.", [{"up_to": 100, "unit_price": 2.40}],
        {
            "up_to": quantity("Up to", "The last quantity of the tier.", [100, "1 TB"]),
            "below": quantity("Below", "The first quantity that is no longer in the tier.", [100]),
            "unit_price": UNIT_PRICE,
            "flat": number("Flat", "An amount that is due once with the tier.", [5.00]),
            "package": mapping("Package", "A price for each package of units.", [{"size": 10, "price": 100.00}], PACKAGE_KEYS, ["size", "price"]),
            "reference": REFERENCE,
        },
    ),
    minItems=1,
)  # fmt: skip
CHARGE_KEYS = {
    "model": word("Model", "How the quantity becomes an amount.", ["per_unit", "flat", "package", "graduated", "volume", "percentage"]),
    "per": PER,
    "unit_price": UNIT_PRICE,
    "amount": number("Amount", "The amount of a flat charge.", [99.00]),
    **PACKAGE_KEYS,
    "tiers": TIERS,
    "rate": percent("Rate", "The share of the amount.", ["1.5%"]),
    "per_event": number("Per event", "A fee for each event.", [0.30]),
    "allowance": quantity("Allowance", "The quantity that is free before the charge begins.", [100, "10 GB"]),
    "minimum": number("Minimum", "The least that is charged.", [5.00]),
    "maximum": number("Maximum", "The most that is charged.", [500.00]),
    "at_zero": word("At zero", "Whether flat parts and the minimum are due when nothing is left to charge.", ["skip", "bill"]),
    "applies_to": word("Applies to", "What a metered charge sees: each window, each record or the period's total.", ["each-window", "each-record", "period-total"]),
    "withdrawn": boolean("Withdrawn", "Ends the sale from the entry's date."),
    "reference": REFERENCE,
}  # fmt: skip
CHARGE = {
    "$comment": "charge", "type": ["number", "string", "object", "array"], "minimum": 0, "pattern": f"^({NUMBER}%|withdrawn)$",
    "properties": CHARGE_KEYS, "additionalProperties": False, "minProperties": 1, "minItems": 1,
    "items": {
        "$comment": "charge", "type": ["number", "string", "object"], "minimum": 0, "pattern": f"^{NUMBER}%$",
        "properties": CHARGE_KEYS, "additionalProperties": False, "minProperties": 1,
    },
}  # fmt: skip
# No spec may be called like a key of a charge, so one such key tells a charge from a mapping of specs; the builder knows which specs there are.
NEVER_SPECS = [
    *(key for key in CHARGE_KEYS if key != "reference"),
    "up_to",
    "below",
    "flat",
    "package",
    "title",
    "description",
    "tier_by",
    "commitments",
    "credits",
    "time_bands",
    "derived_from",
    "cost",
]
ITEM_PRICE = {
    "title": "Price of an item", "description": "A number (per unit), a charge, a list of charges, or a charge for each spec.",
    "examples": [0.035, {"10-users-100-gb": 19.00}],
    **{key: value for key, value in CHARGE.items() if key not in ("properties", "additionalProperties")}, "$comment": "item-price",
    "if": {"type": "object", "propertyNames": {"not": {"enum": NEVER_SPECS}}},
    "then": {"properties": {"reference": REFERENCE}, "additionalProperties": CHARGE},
    "else": {"$comment": "charge", "properties": CHARGE_KEYS, "additionalProperties": False},
}  # fmt: skip
