"""The section `prices` and the charges in it (rule language, 3.1, 3.3 and 3.5)."""

from engine.language.shape import RESERVED
from engine.model.prices import AllowanceTerms, Charge, ChargeBound, Package, PriceEntry
from tools.grammar.parts import (
    EFFECTIVE,
    NUMBER,
    REFERENCE,
    UNTIL,
    WHEN,
    boolean,
    described,
    duration,
    entries,
    instant,
    keys_of,
    left_out,
    mapping,
    name,
    names,
    number,
    of,
    percent,
    quantity,
    word,
    word_of,
)  # fmt: skip

PER = word_of(
    PriceEntry, "per", "Per", "The price period of what is not counted one by one: how long the price is for.",
    {
        "hour": "one unit held for an hour; metered items",
        "day": "a day of a term of days; a unit held for a day",
        "week": "a week of a term of days, a seventh of it a day",
        "month": "a month of the term; a unit held for a month",
        "year": "a year of the term; a unit held for a year",
        "once": "charged once, whatever the term",
    },
    ["month"],
)  # fmt: skip
UNIT_PRICE = described(
    "Unit price", "The price of one unit; a percentage where the item's unit is a currency.", [2.40, "7%"],
    **{"$comment": "price"}, type=["number", "string"], minimum=0, pattern=f"^{NUMBER}%$",
)  # fmt: skip
PACKAGE_KEYS = {
    "size": quantity("Size", "How many units one package holds.", [10, "100 GB"]),
    "price": number("Price", "The price of one package.", [100.00]),
    "part_package": word_of(
        Package, "part_package", "Part package", "What a part of a package counts as.",
        {"whole": "as a whole one", "proportional": "as its share", "drop": "not at all"},
    ),
}  # fmt: skip


def tier_bound(title, description, examples):
    alone = quantity(title, f"{description} With `tier_by`, of the item that it names; of several, a quantity for each by its name.", examples)
    return {
        **alone, "type": [*alone["type"], "object"], "minProperties": 1, **keys_of("items"),
        "additionalProperties": quantity("Bound", "The quantity of the item.", [100]),
    }  # fmt: skip


TIERS = entries(
    "Tiers", "Lowest first; each ends up_to (its bound included) or below its bound, the last one has no bound.",
    [[{"up_to": 100, "unit_price": 2.40}, {"unit_price": 2.10}]],
    mapping(
        "Tier", "A stretch of quantities and its price.", [{"up_to": 100, "unit_price": 2.40}],
        {
            "up_to": tier_bound("Up to", "The last quantity of the tier.", [100, "1 TB"]),
            "below": tier_bound("Below", "The first quantity that is no longer in the tier.", [100]),
            "unit_price": UNIT_PRICE,
            "flat": number("Flat", "An amount that is due once with the tier.", [5.00]),
            "package": mapping("Package", "A price for each package of units.", [{"size": 10, "price": 100.00}], PACKAGE_KEYS, ["size", "price"]),
            "reference": REFERENCE,
        },
    ),
    minItems=1,
)  # fmt: skip


def bound(title, description, amount):
    return described(
        title, f"{description}, each time that it applies; with `of: net`, for a line of a billing period after its discounts.",
        [amount, {"amount": amount, "of": "net"}],
        **{"$comment": "number"}, type=["number", "object"], minimum=0, additionalProperties=False,
        properties={
            "amount": number("Amount", "How much.", [amount]),
            "of": word_of(
                ChargeBound, "of", "Of", "What it is compared with.",
                {
                    "list": "what each application costs, before discounts",
                    "net": "what a line of a billing period costs after the discounts of step 5; not for what is paid in advance",
                },
            ),
            "reference": REFERENCE,
        },
        required=["amount"],
    )  # fmt: skip


ALLOWANCE = described(
    "Allowance", "The quantity that is free before the charge begins; with more keys it is shared, ends, or is carried over.",
    [100, "10 GB", {"quantity": 500, "carry_over": "1 month"}],
    **{"$comment": "quantity"}, type=["number", "string", "object"], minimum=0, pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)?(/[1-9][0-9]*)? \S+$",
    additionalProperties=False,
    properties={
        "quantity": quantity("Quantity", "How much is free.", [500, "100 GB"]),
        "across": word_of(
            AllowanceTerms, "across", "Across", "What shares one allowance; left out, each line of an invoice has its own.",
            {"attributes": "all lines of the item, whatever attributes or specs keep them apart; one for the billing period, used in order of time"},
        ),
        "over": word_of(
            AllowanceTerms, "over", "Over", "Whose use shares one allowance.",
            {
                "subscription": "that of each subscription by itself",
                "account": "that of all subscriptions of the account; one for the billing period, used in order of time",
            },
        ),
        "lasts": duration(
            "Lasts", "For how long from the subscription's start there is an allowance; a billing period that begins later has none. Left out, always.",
            ["12 months"],
        ),
        "carry_over": duration(
            "Carry over",
            "For how long what a billing period leaves can be used after its end, before the allowance of the period itself. Left out, it is gone.",
        ),
        "reference": REFERENCE,
    },
    required=["quantity"],
)  # fmt: skip
CHARGE_KEYS = {
    "model": word(
        "Model", "How the quantity becomes an amount; left out where the other keys say it, which tiers do not.",
        {
            "per_unit": "quantity x `unit_price`, which it needs",
            "flat": "one `amount`, which it needs, whatever the quantity",
            "package": "packages of `size` x `price`; it needs both",
            "graduated": "each unit at the price of its own tier; it needs `tiers`",
            "volume": "all units at the price of the tier that the quantity, or what `tier_by` names, reaches; it needs `tiers`",
            "percentage": "a `rate` of an amount of money, which it needs, and a fee `per_event`",
        },
    ),
    "per": left_out(PER, "The price period of this charge; left out, that of the entry."),
    "unit_price": UNIT_PRICE,
    "amount": number("Amount", "The amount of a flat charge.", [99.00]),
    **PACKAGE_KEYS,
    "tiers": TIERS,
    "tier_by": names(
        "Tier by",
        "The items whose use in the same billing period chooses the tier of a `volume` charge, in place of its own quantity; one that is not used is 0.",
        ["prompt-tokens", ["cpu", "memory"]], "items",
    ),
    "rate": percent("Rate", "The share of the amount.", ["1.5%"]),
    "per_event": number("Per event", "A fee for each event.", [0.30]),
    "allowance": ALLOWANCE,
    "minimum": bound("Minimum", "The least that is charged", 5.00),
    "maximum": bound("Maximum", "The most that is charged", 500.00),
    "at_zero": word_of(
        Charge, "at_zero", "At zero", "Whether flat parts and the minimum are due when nothing is left to charge.",
        {"skip": "nothing is due", "bill": "they are due all the same"},
    ),
    "applies_to": word_of(
        Charge, "applies_to", "Applies to", "What a metered charge sees at a time.",
        {"each-window": "the quantity of each window", "each-record": "each record by itself", "period-total": "the total of the billing period"},
    ),
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
NEVER_SPECS = [*(key for key in CHARGE_KEYS if key != "reference"), "up_to", "below", "flat", "package", "title", "description", *RESERVED]
ITEM_PRICE = {
    "title": "Price of an item", "description": "A number (per unit), a charge, a list of charges, or a charge for each spec.",
    "examples": [0.035, {"10-users-100-gb": 19.00}],
    **{key: value for key, value in CHARGE.items() if key not in ("properties", "additionalProperties")}, "$comment": "item-price",
    "if": {"type": "object", "propertyNames": {"not": {"enum": NEVER_SPECS}}},
    "then": {**keys_of("specs"), "properties": {"reference": REFERENCE}, "additionalProperties": CHARGE},
    "else": {"$comment": "charge", "properties": CHARGE_KEYS, "additionalProperties": False},
}  # fmt: skip
PRICES = entries(
    "Prices", "Dated prices: each entry holds what changes on its date in one billing mode. What a later entry does not name stays in force.",
    [[{"effective": "2026-01-01", "billing_mode": "pay-per-use", "per": "hour", "items": {"storage": 0.0002}}]],
    mapping(
        "Prices from a date", "Prices of one billing mode from a date on.", [{"effective": "2026-01-01", "billing_mode": "pay-per-use"}],
        {
            "effective": left_out(EFFECTIVE, "The first day, or instant, on which the prices are in force."),
            "until": UNTIL,
            "announced": instant("Announced", "The day on which customers were told; left out, the price sheet itself tells them.", ["2025-11-15"]),
            "running_subscriptions": left_out(
                word_of(
                    PriceEntry, "running_subscriptions", "Running subscriptions", "",
                    {
                        "next-renewal": "with their next renewal",
                        "next-period": "with the next billing period",
                        "immediately": "on the day itself; for what is postpaid",
                        "never": "not at all: the price is for new business",
                    },
                ),
                "When the prices reach subscriptions that run already; left out, `next-renewal` for what is prepaid and `next-period` for what is postpaid.",
            ),
            "billing_mode": name("Billing mode", "The mode whose prices these are.", ["yearly-monthly"], "billing_modes"),
            "currency": name("Currency", "The currency, where it is not the book's.", ["EUR"], "currencies"),
            "per": PER,
            "when": WHEN,
            "items": described(
                "Items", "The price of each item.", [{"storage": 0.035}], **{"$comment": "by-id"}, **keys_of("items"), type="object", additionalProperties=ITEM_PRICE
            ),
            "table": name("Table", "A CSV file with further prices, relative to this file.", ["voice.csv"]),
            "withdrawn": described(
                "Withdrawn", "Items whose sale ends on the date.", [["storage"]], **{"$comment": "names"}, **of("items"), type=["array", "string"], minItems=1,
                items={"$comment": "name", **of("items"), "type": ["string", "number"]},
            ),
            "reference": REFERENCE,
        },
        ["effective", "billing_mode"],
    ),
)  # fmt: skip
