"""The sections `book`, `units`, `attributes` and `resources` (rule language, sections 1 and 2)."""

from engine.model.book import Attribute, PriceBook, RoundingStep
from tools.grammar.parts import (
    CONDITIONS,
    DESCRIPTION,
    ID,
    MONEY,
    PARTY_TEXT,
    REFERENCE,
    ROUNDING_MEANINGS,
    TITLE,
    boolean,
    by_id,
    colour,
    described,
    duration,
    mapping,
    name,
    names,
    quantity,
    text,
    whole,
    word_of,
)  # fmt: skip

ROUNDING_KEYS = {
    "at": word_of(
        RoundingStep, "at", "At", "Which numbers are rounded.",
        {
            "quantity": "the quantity, before it is priced",
            "charge": "each charge, times its term: the list amount",
            "line": "each line, after its discounts",
            "invoice": "the sum of the lines, which then add up to it",
            "tax": "each tax, by category and rate; half-up where no step says otherwise",
            "payable": "the sum to pay, tax included, to a multiple of `to`; the difference is in no line and no tax",
        },
        ["line"],
    ),
    "places": whole("Places", "Decimals; left out, those of the currency.", [2]),
    "to": {**MONEY, "title": "To", "description": "With `at: payable`, and needed there: the amount of which what is paid is a multiple.", "examples": [0.05, {"CHF": 0.05, "SEK": 1.00}]},
    "mode": word_of(RoundingStep, "mode", "Mode", "How a number between two values is rounded; all are symmetric about zero.", ROUNDING_MEANINGS),
    **CONDITIONS,
    "reference": REFERENCE,
}  # fmt: skip
ROUNDING = described(
    "Rounding", "Where numbers are rounded and how: one step, or a chain of steps.", [{"at": "line", "mode": "half-up"}],
    **{"$comment": "rounding"}, type=["object", "array"], properties=ROUNDING_KEYS, required=["at", "mode"], additionalProperties=False, minItems=1,
    items=mapping("Rounding step", "One step of the chain.", [{"at": "line", "mode": "half-up"}], ROUNDING_KEYS, ["at", "mode"]),
)  # fmt: skip
SELLER = mapping(
    "Seller", "Who sells, as documents name it.", [{"name": "Example Ltd", "country": "CN"}],
    {
        "name": text("Name", "The seller's name.", ["Example Ltd"]),
        "address": described("Address", "The lines of the address.", [["1 Example Street"]], **{"$comment": "names"}, type=["array", "string"], items=PARTY_TEXT),
        "city": text("City", "The city.", ["Shenzhen"]),
        "postcode": text("Postcode", "The postal code.", ["518000"]),
        "country": text("Country", "The country's two letters (ISO 3166), by which e-invoices name it.", ["CN", "NO"]),
        "tax_id": text("Tax id", "The number by which the tax office knows the seller.", ["DE123456789"]),
        "iban": text("IBAN", "The account to which invoices are paid; its check digits are checked. Invoices in euros carry a QR code for it.", ["DE02120300000000202051"]),
        "bic": text("BIC", "The bank of the account; the QR code needs it outside of the European Economic Area.", ["BYLADEM1001"]),
        "email": text("E-mail", "Where to write.", ["billing@example.com"]),
        "phone": text("Phone", "Where to call.", ["+49 30 123456"]),
        "contact": text("Contact", "Whom to ask: a person or a department. XRechnung asks for it.", ["Accounts receivable"]),
        "electronic_address": text("Electronic address", "Where e-invoices come from, with its scheme (list EAS); left out, the e-mail address.", ["9930:DE136695976"]),
        "registration": text("Registration", "The number in the register of companies.", ["HRB 12345"]),
        "logo": name("Logo", "A picture (SVG or PNG, at most 200 kB) in the book's folder, relative to this file; invoices show it.", ["logo.svg"]),
        "colour": colour("Colour", "The colour of the bar on invoices, and of the seller's name where it can be read in it (contrast of 4.5 : 1).", ["#0a5", "#00aa55"]),
        "reference": REFERENCE,
    },
    ["name"],
)  # fmt: skip
BOOK = mapping(
    "Book", "What the book is, and the rules that hold for all of it. Every book has this section once.",
    [{"id": "koodrive", "title": "KooDrive", "status": "illustrative"}],
    {
        "id": described("Id", "The book's id.", ["koodrive"], **{"$comment": "id"}, type="string", pattern=ID),
        "title": TITLE,
        "description": DESCRIPTION,
        "status": word_of(
            PriceBook, "status", "Status", "How far the book has come; the first two are stamped on every document.",
            {"illustrative": "an example: its prices are nobody's offer", "draft": "work in progress", "published": "in force: customers may rely on it"},
        ),
        "currency": name("Currency", "The currency of all prices that name no other (ISO 4217).", ["USD", "EUR"], "currencies"),
        "timezone": name("Time zone", "The zone that owns every date, day and month (IANA).", ["Asia/Shanghai"]),
        "language": name("Language", "The language of texts that name none.", ["en"], default="en"),
        "rounding": ROUNDING,
        "seller": SELLER,
        "payment_terms": duration("Payment terms", "How long a customer has to pay; left out, invoices name no day.", ["30 days"]),
        "price_notice": duration("Price notice", "How long before it takes effect an increase must be announced; left out, it may be at any time.", ["30 days"]),
        "prices_include_tax": boolean("Prices include tax", "Whether lines are gross: the tax is then inside the price.", [True], default=False),
        "month_is": duration("A month is", "The length of a month for prices of metered items; its real hours where left out.", ["730 hours"]),
        "reference": REFERENCE,
    },
    ["id", "title", "status", "currency", "timezone", "rounding"],
)  # fmt: skip

PLURALS = {
    "zero": "The form for zero, in languages that have one.",
    "one": "The form for one.",
    "two": "The form for two, in languages that have one.",
    "few": "The form for a few, in languages that have one.",
    "many": "The form for many, in languages that have one.",
    "other": "The form for every other number.",
}
UNIT_TITLE = described(
    "Title", "The unit's name: one text, one for each language, or plural forms for each language.", ["GB", {"en": {"one": "user", "other": "users"}}],
    **{"$comment": "text"}, type=["string", "number", "boolean", "object"], minProperties=1,
    additionalProperties={
        "$comment": "plural-text", "type": ["string", "number", "boolean", "object"], "additionalProperties": False, "required": ["other"],
        "properties": {form: {"description": meaning, **PARTY_TEXT} for form, meaning in PLURALS.items()},
    },
)  # fmt: skip
UNITS = by_id(
    "Units", "What quantities are counted in: a base unit with its title, or so many of another unit. Symbols keep their capitals: `GB` is not `gb`.",
    [{"GB": {"title": "GB"}, "TB": "1024 GB"}], "units",
    {
        "title": "Unit", "description": "So many of another unit, or a unit of its own.", "examples": ["1024 GB", {"title": "GB"}],
        "$comment": "unit", "type": ["string", "object"], "pattern": r"^[0-9]+(\.[0-9]+)?(/[1-9][0-9]*)? \S+$", "additionalProperties": False,
        "properties": {
            "title": UNIT_TITLE,
            "is": quantity("Is", "How much of another unit it is; left out, it is a unit of its own.", ["1024 GB"]),
            "reference": REFERENCE,
        },
    },
    pattern=r"^\S+$",
)  # fmt: skip
ATTRIBUTES = by_id(
    "Attributes", "What `when` may ask about customers, orders and usage, the most important first. `customer`, `business` and `country` need not be declared.",
    [{"segment": {"source": "customer", "values": ["education"]}}], "attributes",
    mapping(
        "Attribute", "A fact about a customer, an order or a usage record.", [{"source": "customer", "values": ["education"]}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "source": word_of(
                Attribute, "source", "Source", "Where its value comes from.",
                {"customer": "the customer, or the order for it", "order": "the order", "usage": "a column of the usage file"},
            ),
            "values": names("Values", "The values that it may have; any text where left out.", [["education", "partner"]], "values", declares=True),
            "kind": word_of(
                Attribute, "kind", "Kind", "What its values are.",
                {"text": "texts", "number": "numbers that are not below zero; of usage, they may choose the tier of a charge on each record (`tier_by`)"},
            ),
            "private": boolean("Private", "Whether rules that name it stay off the public price sheet.", default=False),
            "reference": REFERENCE,
        },
        ["source"],
    ),
)  # fmt: skip
RESOURCES = by_id(
    "Resources", "What items provide, limits count and quotas hold. A resource adds up over all items of an order.", [{"storage": {"title": "Storage", "unit": "GB"}}], "resources",
    mapping(
        "Resource", "Something that is provided, in its unit.", [{"title": "Storage", "unit": "GB"}],
        {"title": TITLE, "description": DESCRIPTION, "unit": name("Unit", "What it is counted in.", ["GB"], "units"), "reference": REFERENCE}, ["unit"],
    ),
)  # fmt: skip
