"""Accounts and usage records (rule language, section 4)."""

from tools.grammar.orders import ATTRIBUTES, ORDER_ITEMS, ORDER_KEYS, TERM
from tools.grammar.parts import ITEMS_OF, PARTY_TEXT, boolean, described, entries, instant, left_out, mapping, name, number

AUTO_RENEW = boolean(
    "Automatic renewal", "Whether terms renew by themselves from now on, as the policy's `auto_renew` says; left out, nothing changes in this."
)
EVENT = mapping(
    "Event", "Something that happened to a subscription: its date, and one event.", [{"date": "2026-03-01", "purchase": {"term": "1 year", "items": {"basic-edition": "50-users-500-gb"}}}],
    {
        "date": instant("Date", "When it happened."),
        "purchase": mapping(
            "Purchase", "What was bought.", [{"term": "1 year", "items": {"basic-edition": "50-users-500-gb"}}],
            {"term": TERM, "items": ORDER_ITEMS, "coupons": ORDER_KEYS["coupons"], "attributes": ATTRIBUTES, "auto_renew": AUTO_RENEW}, ["items"],
        ),
        "change": mapping("Change", "What was changed.", [{"items": {"user-expansion-package": 20}}], {"items": ORDER_ITEMS}, ["items"]),
        "renew": mapping(
            "Renew", "A further term.", [{"term": "1 year"}, {"automatic": True}],
            {"term": left_out(TERM, "How long it runs; left out, as long as the term before it."), "automatic": boolean("Automatic", "Whether the system paid it by itself, as long before expiry as the policy says.", default=False)},
        ),
        "auto_renew": AUTO_RENEW,
        "switch": mapping("Switch", "A move to another mode.", [{"to": "pay-per-use"}], {"to": ORDER_KEYS["switch"]["properties"]["to"]}, ["to"]),
        "unsubscribe": boolean("Unsubscribe", "The end before expiry."),
        "start": described(
            "Start", "Pay-per-use begins, perhaps with coupons, or with other fees than the required ones once each.",
            [True, {"coupons": ["SPRING-2026"]}, {"items": {"support": 1}}], **{"$comment": "boolean"},
            type=["boolean", "object"], additionalProperties=False, minProperties=1,
            properties={"coupons": ORDER_KEYS["coupons"], "items": ORDER_ITEMS},
        ),
        "stop": boolean("Stop", "Pay-per-use ends."),
    },
    ["date"], maxProperties=2,
)  # fmt: skip
ACCOUNT_EVENT = mapping(
    "Account event", "Something that happened to the account as a whole: its date, and one event.",
    [{"date": "2026-03-12", "adjust": {"title": "Onboarding workshop", "amount": 450.00, "like": "basic-edition"}}],
    {
        "date": instant("Date", "When it happened."),
        "adjust": mapping(
            "Adjustment", "A line by hand: a one-off charge, or with a negative amount goodwill. It has no list price.",
            [{"title": "Onboarding workshop", "amount": 450.00, "like": "basic-edition", "reason": "Agreed by phone", "reference": "OFFER-17"}],
            {
                "title": described("Title", "What the line is called on the invoice.", ["Onboarding workshop"], **PARTY_TEXT),
                "amount": number("Amount", "In the account's currency, net or gross as the book's prices are.", [450.00, -20.00], minimum=None),
                "like": name("Like", "The item as which it is taxed.", ["basic-edition"], "items"),
                "reason": described("Reason", "Why, as the invoice says it.", ["Goodwill for the outage of 3 March"], **PARTY_TEXT),
                "reference": described("Reference", "Where it was agreed: a ticket, an offer.", ["TICKET-4711"], **PARTY_TEXT),
                "attributes": ATTRIBUTES,
            },
            ["title", "amount", "like"],
        ),
        "credit": mapping(
            "Credit", "Money that was paid ahead. What is left of it is taken off what is to be paid, after tax; the credit that expires first is taken first.",
            [{"amount": 100.00, "expires": "2027-01-01"}],
            {
                "amount": number("Amount", "How much was paid ahead.", [100.00]),
                "currency": left_out(ORDER_KEYS["currency"], "The account's currency, in which its invoices are; left out, it is that."),
                "expires": instant("Expires", "The first day, or instant, on which nothing is left of it; left out, it lasts. It pays invoices whose last day is before that.", ["2027-01-01"]),
                "items": left_out(ITEMS_OF, "The items that it pays for, tax included; left out, all."),
                "title": described("Title", "What invoices call it; its date and this tell it from others.", ["Prepaid package"], **PARTY_TEXT),
                "restore": boolean("Restore", "Whether what is paid back restores it first, as far as it was taken; left out, all is paid back as money.", default=False),
            },
            ["amount"],
        ),
    },
    ["date"], maxProperties=2,
)  # fmt: skip
ACCOUNT = mapping(
    "Account", "A customer and the history of its subscriptions. `pricebook invoice` makes of it what is owed in a period.", [{"id": "acme", "customer": {"name": "Acme GmbH"}, "subscriptions": []}],
    {
        "id": name("Id", "The account's id.", ["acme"]),
        "customer": mapping(
            "Customer", "Who buys, as documents name it.", [{"name": "Acme GmbH", "country": "DE"}],
            {
                "name": described("Name", "The customer's name.", ["Acme GmbH"], **PARTY_TEXT),
                "address": described("Address", "The lines of the address.", [["2 Example Street"]], **{"$comment": "names"}, type=["array", "string"], items=PARTY_TEXT),
                "city": described("City", "The city.", ["Berlin"], **PARTY_TEXT),
                "postcode": described("Postcode", "The postal code.", ["10115"], **PARTY_TEXT),
                "country": described("Country", "The country's two letters (ISO 3166).", ["DE", "NO"], **PARTY_TEXT),
                "tax_id": described("Tax id", "The number by which the tax office knows the customer.", ["DE123456789"], **PARTY_TEXT),
                "email": described("E-mail", "Where to write.", ["ap@acme.example"], **PARTY_TEXT),
                "registration": described("Registration", "The customer's number in the register of companies.", ["HRB 12345"], **PARTY_TEXT),
                "reference": described("Reference", "What the customer wants to find on the invoice.", ["PO-2026-17"], **PARTY_TEXT),
                "electronic_address": described(
                    "Electronic address", "Where e-invoices go, with its scheme (list EAS): 0204 a Leitweg-ID, 0088 a GLN; left out, the e-mail address.",
                    ["0204:991-33333TEST-33", "0088:4000001000005"], **PARTY_TEXT,
                ),
                "contact": described("Contact", "Who receives the invoice there.", ["Accounts payable"], **PARTY_TEXT),
                "order": described("Order", "The number of the customer's order, which e-invoices name.", ["PO-2026-17"], **PARTY_TEXT),
                "contract": described("Contract", "The number of the contract, which e-invoices name.", ["C-2026-3"], **PARTY_TEXT),
                "project": described("Project", "The number of the customer's project, which e-invoices name.", ["P-12"], **PARTY_TEXT),
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
# Also fractions of a second, and offsets as programs write them.
USAGE_TIME = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?( ?([Zz]|UTC|[+-][0-9]{2}(:?[0-9]{2})?))?)?$"
)
USAGE = mapping(
    "Usage record", "A row of a usage file: what was used, when, and by whom. Further columns are attributes whose `source` is `usage`.",
    [{"account": "acme", "subscription": "s-1", "item": "storage", "time": "2026-03-01T10:00", "quantity": 12.5}],
    {
        "account": name("Account", "The account that used it.", ["acme"]),
        "subscription": name("Subscription", "The subscription that it belongs to.", ["s-1"]),
        "item": name("Item", "The metered item.", ["storage"], "items"),
        "time": instant("Time", "When it was used.", ["2026-03-01T10:00+08:00"]) | {"pattern": USAGE_TIME},
        "quantity": number("Quantity", "How much, in the meter's unit.", [12.5], minimum=None),
        "id": name("Id", "The record's own id: the same record twice counts once; left out, each row counts.", ["r-1"]),
        "spec": name("Spec", "The spec that was used, for an item that is sold by specs.", ["large"], "specs"),
    },
    ["account", "subscription", "item", "time", "quantity"],
)  # fmt: skip
USAGE["additionalProperties"] = {"$comment": "name", "type": ["string", "number", "boolean"]}
