"""The section `examples`: what is given, and what the engine must compute (rule language, section 4)."""

from tools.grammar.accounts import ACCOUNT
from tools.grammar.orders import ORDER, ORDER_KEYS
from tools.grammar.parts import DESCRIPTION, REFERENCE, TITLE, by_id, described, instant, keys_of, mapping, name, number, of, quantity

AMOUNT_KEYS = {
    "quantity": quantity("Quantity", "The quantity of the line.", [10]),
    "spec": name("Spec", "The spec of the line.", ["50-users-500-gb"], "specs"),
    "unit": name("Unit", "The unit of the line.", ["user"], "units"),
    "list_amount": number("List amount", "Before discounts.", [288.00]),
    "discount_amount": number("Discount", "What discounts took.", [48.96], minimum=None),
    "rounding_amount": number("Rounding", "What rounding took.", [0.00], minimum=None),
    "amount": number("Amount", "What the line costs.", [239.04], minimum=None),
    "bill_type": name("Bill type", "The kind of bill, of an account's invoice.", ["new-purchase", "hourly"]),
}
EXPECTED_LINE = {"$comment": "mapping", "type": ["object", "array"], "additionalProperties": False, "properties": AMOUNT_KEYS, "minProperties": 1, "items": {
    "$comment": "mapping", "type": "object", "additionalProperties": False, "properties": AMOUNT_KEYS, "minProperties": 1,
}}  # fmt: skip
EXPECT = mapping(
    "Expect", "What the engine must compute, exactly; only what is named is compared.", [{"total": 1125.48}],
    {
        "total": number("Total", "The net amount.", [1125.48], minimum=None),
        "list": number("List", "The list amount.", [1356.00], minimum=None),
        "discount": number("Discount", "What discounts took.", [230.52], minimum=None),
        "tax": number("Tax", "The tax.", [213.84], minimum=None),
        "gross": number("Gross", "Net amount and tax.", [1339.32], minimum=None),
        "payable": number("Payable", "What is to be paid: the gross amount, rounded where the book rounds it.", [1339.30], minimum=None),
        "expires": instant("Expires", "When the term ends.", ["2027-03-01"]),
        "lines": described("Lines", "Lines by item.", [{"basic-edition": {"amount": 886.44}}], **{"$comment": "by-id"}, **keys_of("items"), type="object", additionalProperties=EXPECTED_LINE),
        "remaining": number("Remaining", "What remained at the last change.", [0.62739726]),
        "charge": number("Charge", "What the last change costs.", [499.91]),
        "refund": number("Refund", "What is paid back.", [102.39]),
        "fee": number("Fee", "The fee of the unsubscription.", [88.64]),
    },
    minProperties=1,
)  # fmt: skip

PERIOD = described(
    "Period", "The month that is billed, or from one day to before another.", ["2026-03", {"from": "2026-03-01", "until": "2026-06-01"}],
    **{"$comment": "period"}, type=["string", "object"], pattern="^[0-9]{4}-(0[1-9]|1[0-2])$", additionalProperties=False,
    properties={
        "from": instant("From", "The first instant that is billed.", ["2026-03-01"]),
        "until": instant("Until", "The first instant that is not billed any more.", ["2026-06-01"]),
    },
    required=["from", "until"],
)  # fmt: skip
# What an example gives is an order, or an account with its usage and a period; the order's date is required there.
GIVEN = mapping(
    "Given", "An order, or an account with usage and a period.", ORDER["examples"], {
        **ORDER_KEYS,
        "account": {**ACCOUNT, "title": "Account", "description": "The history of a customer."},
        "usage": described("Usage", "Usage records, or a CSV file with them.", ["usage.csv"], **{"$comment": "usage"}, type=["string", "array"], items={
            "$comment": "mapping", "type": "object", "required": ["item", "time", "quantity"],
            "properties": {
                "account": name("Account", "The account.", ["acme"]),
                "subscription": name("Subscription", "The subscription.", ["s-1"]),
                "item": name("Item", "The item.", ["storage"], "items"),
                "time": instant("Time", "When.", ["2026-03-01T10:00"]),
                "quantity": number("Quantity", "How much, in the meter's unit.", [12.5], minimum=None),
                "id": name("Id", "The record's id.", ["r-1"]),
            },
            **keys_of("attributes"), "additionalProperties": {"$comment": "name", **of("values"), "type": ["string", "number", "boolean"]},
        }),
        "period": PERIOD,
    },
)  # fmt: skip
EXAMPLES = by_id(
    "Examples", "Tests and worked examples in one: `pricebook test` computes them, the price sheet prints them. What is expected is compared exactly.", [{"one-year-team": {"given": ORDER["examples"][0], "expect": {"total": 886.44}}}], "examples",
    mapping(
        "Example", "What is given, and what the engine must compute.", [{"given": ORDER["examples"][0], "expect": {"total": 886.44}}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "given": GIVEN,
            "expect": EXPECT,
            "expect_error": name("Expected error", "The code or name of the finding that refuses the order.", ["spec-change-not-supported"], "codes"),
            "reference": REFERENCE,
        },
        ["given"],
    ),
)  # fmt: skip
