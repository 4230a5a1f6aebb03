"""The sections `discounts`, `discount_policy` and `taxes` (rule language, 3.6 and 3.10, Taxes)."""

from engine.model.policies import Discount
from tools.grammar.parts import (
    CONDITIONS,
    DESCRIPTION,
    DURATION,
    ID,
    ITEMS_OF,
    MODES_OF,
    MONEY,
    REFERENCE,
    TITLE,
    by_id,
    described,
    duration,
    entries,
    mapping,
    name,
    names,
    of,
    percent,
    text,
    word_of,
)  # fmt: skip

BENEFITS = {
    "percent_off": percent("Percent off", "Taken off what the stage before left."),
    "amount_off": {**MONEY, "title": "Amount off", "description": "A sum that is shared among the lines."},
    "pay_for": duration("Pay for", "So much of every `from` is paid, the rest is free; in tiers `by: term` only.", ["10 months"]),
    "fixed_price": {
        **MONEY,
        "title": "Fixed price",
        "description": "The price of one unit for one price period, instead of the list price.",
        "examples": [4.00],
    },
}
DISCOUNTS = by_id(
    "Discounts", "What lowers amounts. Each has exactly one of `percent_off`, `amount_off`, `pay_for`, `fixed_price` and `tiers`; each tier exactly one of the first four. A discount applies where a stage of `discount_policy` names it.",
    [{"education": {"title": "Education", "when": {"segment": "education"}, "percent_off": "10%"}}], "discounts",
    mapping(
        "Discount", "A rule that lowers amounts.", [{"title": "Education", "percent_off": "10%"}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "billing_modes": MODES_OF,
            "items": ITEMS_OF,
            **BENEFITS,
            "by": word_of(
                Discount, "by", "By", "What reaches a tier; needed with `tiers`.",
                {"term": "the ordered term", "quantity": "the quantity of a line", "spend": "the list amount of the order"},
            ),
            "tiers": entries(
                "Tiers", "Reached at or above `from`, lowest first.", [[{"from": "1 year", "percent_off": "17%"}]],
                mapping(
                    "Tier", "From where it is reached, and what it gives.", [{"from": "1 year", "percent_off": "17%"}],
                    {
                        "from": described(
                            "From", "A term, a quantity or an amount.", ["1 year", 100], **{"$comment": "threshold"}, type=["string", "number"], minimum=0,
                            pattern=r"^[0-9]+(\.[0-9]+)? \S+$",
                        ),
                        **BENEFITS,
                        "reference": REFERENCE,
                    },
                    ["from"],
                ), minItems=1,
            ),
            "coupon": name("Coupon", "The code that a customer gives; without one the discount needs no code.", ["SPRING-2026"], "coupons", declares=True),
            "after": duration("After", "How long after the subscription's start it begins; left out, with the start.", ["12 months"]),
            "lasts": described(
                "Lasts", "How long it holds: `once` (one bill), `forever`, or a duration; left out, `once` with a coupon and `forever` without.",
                ["once", "3 months"], **{"$comment": "lasts"}, type="string", pattern=f"^(once|forever)$|{DURATION}",
            ),
            **CONDITIONS,
            "reference": REFERENCE,
        },
    ),
)  # fmt: skip
DISCOUNT_POLICY = entries(
    "Discount policy", "The stages of discounts, top to bottom. Each applies to what the one before left.", [[{"best_of": ["longer-term", "education"]}, "spring"]],
    described(
        "Stage", "A discount, or the best of several.", ["spring", {"best_of": ["longer-term", "education"]}],
        **{"$comment": "stage"}, **of("discounts"), type=["string", "number", "object"], additionalProperties=False, required=["best_of"],
        properties={"best_of": names("Best of", "At most one of these: the one that leaves the order cheapest.", [["longer-term", "education"]], "discounts"), "reference": REFERENCE},
    ),
)  # fmt: skip
TAXES = entries(
    "Taxes", "Dated tax rates. Rows of one tax compete by their conditions and dates, different taxes add up.",
    [[{"tax": "vat", "when": {"country": "DE"}, "rate": "19%", "category": "S"}]],
    mapping(
        "Tax row", "A rate of one tax.", [{"tax": "vat", "rate": "19%"}],
        {
            "id": described("Id", "A name for the row.", ["vat-de"], **{"$comment": "id"}, type="string", pattern=ID),
            "tax": name("Tax", "Which tax it is.", ["vat"], "taxes", declares=True),
            "title": TITLE,
            "reason": text("Reason", "Why no tax is due, as invoices print it.", ["Reverse charge"]),
            "rate": percent("Rate", "The rate.", ["19%"]),
            "category": name("Category", "The category on invoices (S, Z, E, AE, O).", ["S"]),
            "items": ITEMS_OF,
            "compound_on": names("Compound on", "Taxes that are added before this one is computed.", [["gst"]], "taxes"),
            **CONDITIONS,
            "reference": REFERENCE,
        },
        ["tax", "rate"],
    ),
)  # fmt: skip
