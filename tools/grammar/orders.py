"""Orders (rule language, section 4)."""

from engine.model.orders import EACH
from tools.grammar.parts import described, duration, instant, keys_of, mapping, name, names, of, quantity, word

EACH_MEANINGS = {"hour": "each hour", "day": "each day", "month": "each month", "year": "each year"}
if (*EACH_MEANINGS,) != EACH:
    raise ValueError(f"`each` may be {', '.join(EACH)}")
ATTRIBUTES = described(
    "Attributes", "Facts that rules ask about with `when`.", [{"segment": "education"}], **{"$comment": "by-id"}, **keys_of("attributes"), type="object",
    additionalProperties={"$comment": "name", **of("values"), "type": ["string", "number", "boolean"]},
)  # fmt: skip
ORDER_ITEM_KEYS = {
    "spec": name("Spec", "The id of a spec.", ["50-users-500-gb"], "specs"),
    "quantity": quantity("Quantity", "How much, in the item's unit or one that converts.", [10, "500 GB"]),
    "each": word(
        "Each",
        "Of a total that an estimate says: in what the quantity comes in anew; left out, it is one period's.",
        EACH_MEANINGS,
        ["month"],
    ),
    "attributes": ATTRIBUTES
    | {
        "description": "Of a metered item in an estimate: the attributes of usage, such as the time band, of what this line uses.",
        "examples": [{"band": "peak"}],
    },
}
ORDER_ITEM = {
    "$comment": "order-item", **of("specs"), "type": ["string", "number", "object", "array"], "minimum": 0, "additionalProperties": False, "properties": ORDER_ITEM_KEYS,
    "minProperties": 1, "minItems": 1,
    "items": {
        "$comment": "order-item", **of("specs"), "type": ["string", "number", "object"], "minimum": 0, "additionalProperties": False, "properties": ORDER_ITEM_KEYS,
        "minProperties": 1,
    },
}  # fmt: skip
ORDER_ITEMS = described(
    "Items", "What is ordered: a spec, a quantity, or both; a list for the same item twice.",
    [{"basic-edition": "50-users-500-gb", "user-expansion-package": 10}], **{"$comment": "by-id"}, **keys_of("items"), type="object", additionalProperties=ORDER_ITEM, minProperties=1,
)  # fmt: skip
TERM = duration("Term", "How long a prepaid subscription runs; one of the terms of the billing mode.", ["1 year"])
CHANGE_KEYS = {"date": instant("Date", "When the change happens.", ["2026-07-15"]), "items": ORDER_ITEMS}
CHANGE = described(
    "Change", "A change of what was bought: only the items that change; a list for several.", [{"date": "2026-07-15", "items": {"basic-edition": "50-users-500-gb"}}],
    **{"$comment": "change"}, type=["object", "array"], additionalProperties=False, properties=CHANGE_KEYS, required=["date", "items"], minItems=1,
    items=mapping("Change", "One change.", [{"date": "2026-07-15", "items": {"basic-edition": "50-users-500-gb"}}], CHANGE_KEYS, ["date", "items"]),
)  # fmt: skip
ORDER_KEYS = {
    "date": instant("Date", "When it is ordered; left out, today, and needed in examples.", ["2026-03-01"]),
    "billing_mode": name("Billing mode", "How it is paid.", ["yearly-monthly"], "billing_modes"),
    "term": TERM,
    "for": duration("For", "The length of an estimate of postpaid items; needed where there are any.", ["720 hours", "1 month"]),
    "currency": name("Currency", "The currency, where it is not the book's.", ["EUR"], "currencies"),
    "items": ORDER_ITEMS,
    "attributes": ATTRIBUTES,
    "coupons": names("Coupons", "The codes that the customer gives.", [["WELCOME-2026"]], "coupons"),
    "change": CHANGE,
    "renew": mapping(
        "Renew", "A further term.", [{"date": "2027-02-20", "term": "1 year"}], {"date": instant("Date", "When it is ordered.", ["2027-02-20"]), "term": TERM}, ["date", "term"],
    ),
    "switch": mapping(
        "Switch", "A move to another billing mode.", [{"date": "2027-03-01", "to": "pay-per-use"}],
        {"date": instant("Date", "When it is asked for.", ["2027-03-01"]), "to": name("To", "The mode that begins.", ["pay-per-use"], "billing_modes")}, ["date", "to"],
    ),
    "unsubscribe": mapping("Unsubscribe", "The end before expiry.", [{"date": "2026-09-01"}], {"date": instant("Date", "When it ends.", ["2026-09-01"])}, ["date"]),
}  # fmt: skip
ORDER = mapping(
    "Order",
    "What somebody wants to buy, and what may happen to it later. `pricebook quote` says what it costs, step by step.",
    [],
    ORDER_KEYS,
    ["billing_mode", "items"],
)
ORDER["examples"] = [{"date": "2026-03-01", "billing_mode": "yearly-monthly", "term": "1 year", "items": {"basic-edition": "50-users-500-gb"}}]
