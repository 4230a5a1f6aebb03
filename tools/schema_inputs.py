"""Examples and inputs as schemas: orders, accounts, usage columns (rule language, section 4)."""

from tools.schema_parts import (
    DESCRIPTION,
    REFERENCE,
    TITLE,
    by_id,
    described,
    duration,
    entries,
    instant,
    mapping,
    name,
    names,
    number,
    quantity,
    text,
)  # fmt: skip
from tools.schema_sections import PARTY_TEXT

ORDER_ITEM_KEYS = {
    "spec": name("Spec", "The id of a spec.", ["50-users-500-gb"]),
    "quantity": quantity("Quantity", "How much, in the item's unit or one that converts.", [10, "500 GB"]),
    "each": {
        **name("Each", "Of a total that an estimate says: the quantity comes in anew in each of these.", ["month"]),
        "enum": ["hour", "day", "month", "year"],
    },
}
ORDER_ITEM = {
    "$comment": "order-item", "type": ["string", "number", "object", "array"], "minimum": 0, "additionalProperties": False, "properties": ORDER_ITEM_KEYS,
    "minProperties": 1, "minItems": 1,
    "items": {
        "$comment": "order-item", "type": ["string", "number", "object"], "minimum": 0, "additionalProperties": False, "properties": ORDER_ITEM_KEYS,
        "minProperties": 1,
    },
}  # fmt: skip
ORDER_ITEMS = described(
    "Items", "What is ordered: a spec, a quantity, or both; a list for the same item twice.",
    [{"basic-edition": "50-users-500-gb", "user-expansion-package": 10}], **{"$comment": "by-id"}, type="object", additionalProperties=ORDER_ITEM, minProperties=1,
)  # fmt: skip
ATTRIBUTES = described(
    "Attributes", "Facts that rules ask about with `when`.", [{"segment": "education"}], **{"$comment": "by-id"}, type="object",
    additionalProperties={"$comment": "name", "type": ["string", "number", "boolean"]},
)  # fmt: skip
TERM = duration("Term", "How long a prepaid subscription runs.", ["1 year"])
CHANGE_KEYS = {"date": instant("Date", "When the change happens.", ["2026-07-15"]), "items": ORDER_ITEMS}
CHANGE = described(
    "Change", "A change of what was bought: only the items that change; a list for several.", [{"date": "2026-07-15", "items": {"basic-edition": "50-users-500-gb"}}],
    **{"$comment": "change"}, type=["object", "array"], additionalProperties=False, properties=CHANGE_KEYS, required=["date", "items"], minItems=1,
    items=mapping("Change", "One change.", [{"date": "2026-07-15", "items": {"basic-edition": "50-users-500-gb"}}], CHANGE_KEYS, ["date", "items"]),
)  # fmt: skip
ORDER_KEYS = {
    "date": instant("Date", "When it is ordered; today, where left out.", ["2026-03-01"]),
    "billing_mode": name("Billing mode", "How it is paid.", ["yearly-monthly"]),
    "term": TERM,
    "for": duration("For", "The length of an estimate of postpaid items.", ["720 hours", "1 month"]),
    "currency": name("Currency", "The currency, where it is not the book's.", ["EUR"]),
    "items": ORDER_ITEMS,
    "attributes": ATTRIBUTES,
    "coupons": names("Coupons", "The codes that the customer gives.", [["WELCOME-2026"]]),
    "change": CHANGE,
    "renew": mapping(
        "Renew", "A further term.", [{"date": "2027-02-20", "term": "1 year"}], {"date": instant("Date", "When it is ordered.", ["2027-02-20"]), "term": TERM}, ["date"],
    ),
    "switch": mapping(
        "Switch", "A move to another billing mode.", [{"date": "2027-03-01", "to": "pay-per-use"}],
        {"date": instant("Date", "When it is asked for.", ["2027-03-01"]), "to": name("To", "The mode that begins.", ["pay-per-use"])}, ["date", "to"],
    ),
    "unsubscribe": mapping("Unsubscribe", "The end before expiry.", [{"date": "2026-09-01"}], {"date": instant("Date", "When it ends.", ["2026-09-01"])}, ["date"]),
}  # fmt: skip
ORDER = mapping("Order", "What somebody wants to buy, and what may happen to it later.", [], ORDER_KEYS, ["billing_mode", "items"])
ORDER["examples"] = [{"date": "2026-03-01", "billing_mode": "yearly-monthly", "term": "1 year", "items": {"basic-edition": "50-users-500-gb"}}]

AMOUNT_KEYS = {
    "quantity": quantity("Quantity", "The quantity of the line.", [10]),
    "spec": name("Spec", "The spec of the line.", ["50-users-500-gb"]),
    "unit": name("Unit", "The unit of the line.", ["user"]),
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
        "expires": instant("Expires", "When the term ends.", ["2027-03-01"]),
        "lines": described("Lines", "Lines by item.", [{"basic-edition": {"amount": 886.44}}], **{"$comment": "by-id"}, type="object", additionalProperties=EXPECTED_LINE),
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
AUTO_RENEW = described(
    "Automatic renewal", "Whether terms renew by themselves from now on, as the policy's `auto_renew` says.", [True], **{"$comment": "boolean"}, type="boolean"
)
EVENT = mapping(
    "Event", "Something that happened to a subscription.", [{"date": "2026-03-01", "purchase": {"term": "1 year", "items": {"basic-edition": "50-users-500-gb"}}}],
    {
        "date": instant("Date", "When it happened."),
        "purchase": mapping(
            "Purchase", "What was bought.", [{"term": "1 year", "items": {"basic-edition": "50-users-500-gb"}}],
            {"term": TERM, "items": ORDER_ITEMS, "coupons": ORDER_KEYS["coupons"], "attributes": ATTRIBUTES, "auto_renew": AUTO_RENEW}, ["items"],
        ),
        "change": mapping("Change", "What was changed.", [{"items": {"user-expansion-package": 20}}], {"items": ORDER_ITEMS}, ["items"]),
        "renew": mapping(
            "Renew", "A further term.", [{"term": "1 year"}, {"automatic": True}],
            {"term": TERM, "automatic": described("Automatic", "Whether the system paid it by itself, as long before expiry as the policy says.", [True], **{"$comment": "boolean"}, type="boolean")},
        ),
        "auto_renew": AUTO_RENEW,
        "switch": mapping("Switch", "A move to another mode.", [{"to": "pay-per-use"}], {"to": ORDER_KEYS["switch"]["properties"]["to"]}, ["to"]),
        "unsubscribe": described("Unsubscribe", "The end before expiry.", [True], **{"$comment": "boolean"}, type="boolean"),
        "start": described(
            "Start", "Pay-per-use begins, perhaps with coupons, or with other fees than the required ones once each.",
            [True, {"coupons": ["SPRING-2026"]}, {"items": {"support": 1}}], **{"$comment": "boolean"},
            type=["boolean", "object"], additionalProperties=False, minProperties=1,
            properties={"coupons": ORDER_KEYS["coupons"], "items": ORDER_ITEMS},
        ),
        "stop": described("Stop", "Pay-per-use ends.", [True], **{"$comment": "boolean"}, type="boolean"),
    },
    ["date"], minProperties=2, maxProperties=2,
)  # fmt: skip
ACCOUNT_EVENT = mapping(
    "Account event", "Something that happened to the account as a whole.",
    [{"date": "2026-03-12", "adjust": {"title": "Onboarding workshop", "amount": 450.00, "like": "basic-edition"}}],
    {
        "date": instant("Date", "When it happened."),
        "adjust": mapping(
            "Adjustment", "A line by hand: a one-off charge, or with a negative amount goodwill. It has no list price.",
            [{"title": "Onboarding workshop", "amount": 450.00, "like": "basic-edition", "reason": "Agreed by phone", "reference": "OFFER-17"}],
            {
                "title": described("Title", "What the line is called on the invoice.", ["Onboarding workshop"], **PARTY_TEXT),
                "amount": number("Amount", "In the account's currency, net or gross as the book's prices are.", [450.00, -20.00], minimum=None),
                "like": name("Like", "The item as which it is taxed.", ["basic-edition"]),
                "reason": described("Reason", "Why, as the invoice says it.", ["Goodwill for the outage of 3 March"], **PARTY_TEXT),
                "reference": described("Reference", "Where it was agreed: a ticket, an offer.", ["TICKET-4711"], **PARTY_TEXT),
                "attributes": ATTRIBUTES,
            },
            ["title", "amount", "like"],
        ),
    },
    ["date", "adjust"],
)  # fmt: skip
ACCOUNT = mapping(
    "Account", "A customer and the history of its subscriptions.", [{"id": "acme", "customer": {"name": "Acme GmbH"}, "subscriptions": []}],
    {
        "id": name("Id", "The account's id.", ["acme"]),
        "customer": mapping(
            "Customer", "Who buys, as documents name it.", [{"name": "Acme GmbH", "country": "DE"}],
            {
                "name": text("Name", "The customer's name.", ["Acme GmbH"]),
                "address": described("Address", "The lines of the address.", [["2 Example Street"]], **{"$comment": "names"}, type=["array", "string"], items=PARTY_TEXT),
                "city": text("City", "The city.", ["Berlin"]),
                "postcode": text("Postcode", "The postal code.", ["10115"]),
                "country": text("Country", "The country's two letters (ISO 3166).", ["DE", "NO"]),
                "tax_id": text("Tax id", "The number by which the tax office knows the customer.", ["DE123456789"]),
                "email": text("E-mail", "Where to write.", ["ap@acme.example"]),
                "registration": text("Registration", "The customer's number in the register of companies.", ["HRB 12345"]),
                "reference": text("Reference", "What the customer wants to find on the invoice.", ["PO-2026-17"]),
                "attributes": ATTRIBUTES,
            },
            ["name"],
        ),
        "currency": ORDER_KEYS["currency"],
        "events": entries("Events", "What happened to the account as a whole.", [ACCOUNT_EVENT["examples"]], ACCOUNT_EVENT, minItems=1),
        "subscriptions": entries(
            "Subscriptions", "What the customer has.", [[{"id": "s-1", "billing_mode": "yearly-monthly", "events": [{"date": "2026-03-01", "start": True}]}]],
            mapping(
                "Subscription", "One subscription and its dated events.", [{"id": "s-1", "billing_mode": "yearly-monthly", "events": [{"date": "2026-03-01", "start": True}]}],
                {
                    "id": name("Id", "The subscription's id.", ["s-1"]),
                    "billing_mode": ORDER_KEYS["billing_mode"],
                    "attributes": ATTRIBUTES,
                    "events": entries("Events", "What happened, in the order of time.", [[{"date": "2026-03-01", "start": True}]], EVENT, minItems=1),
                },
                ["id", "billing_mode", "events"],
            ),
        ),
    },
    ["id", "customer", "subscriptions"],
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
                "item": name("Item", "The item.", ["storage"]),
                "time": instant("Time", "When.", ["2026-03-01T10:00"]),
                "quantity": number("Quantity", "How much, in the meter's unit.", [12.5], minimum=None),
                "id": name("Id", "The record's id.", ["r-1"]),
            },
            "additionalProperties": {"$comment": "name", "type": ["string", "number", "boolean"]},
        }),
        "period": PERIOD,
    },
)  # fmt: skip
EXAMPLES = by_id(
    "Examples", "Tests and worked examples in one.", [{"one-year-team": {"given": ORDER["examples"][0], "expect": {"total": 886.44}}}],
    mapping(
        "Example", "What is given, and what the engine must compute.", [{"given": ORDER["examples"][0], "expect": {"total": 886.44}}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "given": GIVEN,
            "expect": EXPECT,
            "expect_error": name("Expected error", "The code or name of the finding that refuses the order.", ["spec-change-not-supported"]),
            "reference": REFERENCE,
        },
        ["given"],
    ),
)  # fmt: skip
# Also fractions of a second, and offsets as programs write them.
USAGE_TIME = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?( ?([Zz]|UTC|[+-][0-9]{2}(:?[0-9]{2})?))?)?$"
)
USAGE = mapping(
    "Usage record", "A row of a usage file; further columns are attributes.", [{"account": "acme", "subscription": "s-1", "item": "storage", "time": "2026-03-01T10:00", "quantity": 12.5}],
    {
        "account": name("Account", "The account that used it.", ["acme"]),
        "subscription": name("Subscription", "The subscription that it belongs to.", ["s-1"]),
        "item": name("Item", "The metered item.", ["storage"]),
        "time": instant("Time", "When it was used.", ["2026-03-01T10:00+08:00"]) | {"pattern": USAGE_TIME},
        "quantity": number("Quantity", "How much, in the meter's unit.", [12.5], minimum=None),
        "id": name("Id", "The record's own id: the same record twice counts once.", ["r-1"]),
        "spec": name("Spec", "The spec that was used, for an item that is sold by specs.", ["large"]),
    },
    ["account", "subscription", "item", "time", "quantity"],
)  # fmt: skip
USAGE["additionalProperties"] = {"$comment": "name", "type": ["string", "number", "boolean"]}
