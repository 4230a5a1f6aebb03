"""The sections of a price book as schemas (rule language, sections 1 to 3)."""

from tools.schema_parts import (
    CONDITIONS,
    CONVENTIONS,
    DESCRIPTION,
    DURATION,
    EFFECTIVE,
    EFFECTS,
    ID,
    ITEM_PRICE,
    ITEMS_OF,
    MODES_OF,
    MONEY,
    PER,
    POLICY_USE,
    REFERENCE,
    ROUNDING_MODES,
    TITLE,
    UNTIL,
    WHEN,
    boolean,
    by_id,
    colour,
    described,
    duration,
    entries,
    instant,
    mapping,
    name,
    names,
    percent,
    quantity,
    text,
    whole,
    word,
)  # fmt: skip

PRESENCE = word("Presence", "Whether every order holds the item.", ["required", "optional"])
PAYMENT = word("Payment", "Paid before use, or after it.", ["prepaid", "postpaid"])
CYCLE = word("Cycle", "What one settlement covers: the whole term, or each hour, day or month.", ["term", "hour", "day", "month", "year"])
PARTY_TEXT = {"$comment": "plain-text", "type": ["string", "number", "boolean"]}

ROUNDING_KEYS = {
    "at": word("At", "Which numbers are rounded.", ["quantity", "charge", "line", "invoice"], ["line"]),
    "places": whole("Places", "Decimals; left out, those of the currency.", [2]),
    "mode": word("Mode", "How a number between two values is rounded; all are symmetric about zero.", ROUNDING_MODES),
    **CONDITIONS,
    "reference": REFERENCE,
}
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
        "country": text("Country", "The country's two letters (ISO 3166).", ["CN", "NO"]),
        "tax_id": text("Tax id", "The number by which the tax office knows the seller.", ["DE123456789"]),
        "iban": text("IBAN", "The account for payments.", ["DE02120300000000202051"]),
        "bic": text("BIC", "The bank of the account.", ["BYLADEM1001"]),
        "email": text("E-mail", "Where to write.", ["billing@example.com"]),
        "phone": text("Phone", "Where to call.", ["+49 30 123456"]),
        "registration": text("Registration", "The number in the register of companies.", ["HRB 12345"]),
        "logo": name("Logo", "A picture (SVG or PNG) in the book's folder, relative to this file; invoices show it.", ["logo.svg"]),
        "colour": colour("Colour", "The colour of the bar on invoices, and of the seller's name where it can be read.", ["#0a5", "#00aa55"]),
        "reference": REFERENCE,
    },
    ["name"],
)  # fmt: skip
BOOK = mapping(
    "Book", "What the book is, and the rules that hold for all of it.", [{"id": "koodrive", "title": "KooDrive", "status": "illustrative"}],
    {
        "id": described("Id", "The book's id.", ["koodrive"], **{"$comment": "id"}, type="string", pattern=ID),
        "title": TITLE,
        "description": DESCRIPTION,
        "status": word("Status", "The first two are stamped on every document.", ["illustrative", "draft", "published"]),
        "currency": name("Currency", "The currency of all prices that name no other (ISO 4217).", ["USD", "EUR"]),
        "timezone": name("Time zone", "The zone that owns every date, day and month (IANA).", ["Asia/Shanghai"]),
        "language": name("Language", "The language of texts that name none; en where left out.", ["en"]),
        "rounding": ROUNDING,
        "seller": SELLER,
        "payment_terms": duration("Payment terms", "How long a customer has to pay.", ["30 days"]),
        "price_notice": duration("Price notice", "How long before it takes effect an increase must be announced.", ["30 days"]),
        "prices_include_tax": boolean("Prices include tax", "Whether lines are gross: the tax is then inside the price.", [False]),
        "month_is": duration("A month is", "The length of a month for prices of metered items; its real hours where left out.", ["730 hours"]),
        "reference": REFERENCE,
    },
    ["id", "title", "status", "currency", "timezone", "rounding"],
)  # fmt: skip

UNIT_TITLE = described(
    "Title", "The unit's name: one text, one for each language, or plural forms for each language.", ["GB", {"en": {"one": "user", "other": "users"}}],
    **{"$comment": "text"}, type=["string", "number", "boolean", "object"], minProperties=1,
    additionalProperties={
        "$comment": "plural-text", "type": ["string", "number", "boolean", "object"], "additionalProperties": False, "required": ["other"],
        "properties": {form: {"$comment": "plain-text", "type": ["string", "number", "boolean"]} for form in ("zero", "one", "two", "few", "many", "other")},
    },
)  # fmt: skip
UNITS = by_id(
    "Units", "What quantities are counted in: a base unit with its title, or so many of another unit.", [{"GB": {"title": "GB"}, "TB": "1024 GB"}],
    {
        "$comment": "unit", "type": ["string", "object"], "pattern": r"^[0-9]+(\.[0-9]+)?(/[1-9][0-9]*)? \S+$", "additionalProperties": False,
        "properties": {
            "title": UNIT_TITLE,
            "is": quantity("Is", "How much of another unit it is.", ["1024 GB"]),
            "reference": REFERENCE,
        },
    },
    pattern=r"^\S+$",
)  # fmt: skip
ATTRIBUTES = by_id(
    "Attributes", "What `when` may ask about, the most important first.", [{"segment": {"source": "customer", "values": ["education"]}}],
    mapping(
        "Attribute", "A fact about a customer, an order or a usage record.", [{"source": "customer", "values": ["education"]}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "source": word("Source", "Where its value comes from; of usage, from a column.", ["customer", "order", "usage"]),
            "values": names("Values", "The values that it may have; any text where left out.", [["education", "partner"]]),
            "private": boolean("Private", "Whether rules that name it stay off the public price sheet."),
            "reference": REFERENCE,
        },
        ["source"],
    ),
)  # fmt: skip
RESOURCES = by_id(
    "Resources", "What items provide, limits count and quotas hold.", [{"storage": {"title": "Storage", "unit": "GB"}}],
    mapping(
        "Resource", "Something that is provided, in its unit.", [{"title": "Storage", "unit": "GB"}],
        {"title": TITLE, "description": DESCRIPTION, "unit": name("Unit", "What it is counted in.", ["GB"]), "reference": REFERENCE}, ["unit"],
    ),
)  # fmt: skip

PROVIDES = described(
    "Provides", "How much of each resource one unit, or one spec, provides.", [{"users": 10, "storage": "100 GB"}],
    **{"$comment": "by-id"}, type="object", minProperties=1,
    additionalProperties=described(
        "Provision", "A quantity; with `every: month`, a quota that begins anew each month.", ["100 GB", {"quantity": "100 GB", "every": "month"}],
        **{"$comment": "quantity"}, type=["number", "string", "object"], minimum=0, pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)? \S+$", additionalProperties=False,
        properties={
            "quantity": quantity("Quantity", "How much.", ["100 GB"]),
            "every": word("Every", "When the quota begins anew.", ["month"]),
            "reference": REFERENCE,
        },
        required=["quantity"],
    ),
)  # fmt: skip
METER = mapping(
    "Meter", "How usage records become quantities.", [{"measure": "max", "window": "hour"}],
    {
        "measure": word("Measure", "What is taken of the records in a window.", ["sum", "count", "unique", "max", "min", "last", "mean"], ["max"]),
        "of": name("Of", "The column whose distinct values `unique` counts.", ["user_id"]),
        "window": word("Window", "The stretch of time that gives one quantity.", ["hour", "day", "month", "period"]),
        "hold": boolean("Hold", "Whether a record is a level that lasts until the next one."),
        "step": duration("Step", "With `hold`, the grid on which levels are read.", ["1 second", "1 minute", "1 hour"]),
        "over": word("Over", "Whether records are added together for each subscription or for the whole account.", ["subscription", "account"]),
        "unit": name("Unit", "The unit of the records.", ["GB"]),
        "places": whole("Places", "Decimals that a record may have.", [6]),
        "max": quantity("Maximum", "The largest quantity that a record may hold.", [1000000, "1 TB"]),
        "record": mapping(
            "Record", "What is done to each record first.", [{"at_least": "128 KB"}],
            {
                "at_least": quantity("At least", "Smaller records count as this much.", ["128 KB"]),
                "round_up": quantity("Round up", "Records are rounded up to whole ones of these.", ["1 minute"]),
                "reference": REFERENCE,
            },
        ),
        "reference": REFERENCE,
    },
    ["measure"],
)  # fmt: skip
ITEMS = by_id(
    "Items", "What is sold: by specs, by quantity, or by metered usage.", [{"storage": {"title": "Storage", "unit": "GB"}}],
    mapping(
        "Item", "Something that is sold.", [{"title": "Storage", "unit": "GB"}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "unit": name("Unit", "What its quantity is counted in: a declared unit or a currency.", ["GB", "USD"]),
            "group": name("Group", "A word under which several items are named together.", ["compute"]),
            "specs": by_id(
                "Specs", "The ladder that spec changes move on, lowest first.", [{"10-users-100-gb": {"provides": {"users": 10}}}],
                {
                    "$comment": "mapping", "type": ["object"], "additionalProperties": False,
                    "properties": {"title": TITLE, "description": DESCRIPTION, "provides": PROVIDES, "reference": REFERENCE},
                },
            ),
            "quantity": mapping(
                "Quantity", "How much may be ordered: from min, in whole steps, up to max.", [{"min": 100, "step": 100}],
                {
                    "min": quantity("Minimum", "The least that may be ordered.", [100]),
                    "max": quantity("Maximum", "The most that may be ordered.", [20000]),
                    "step": quantity("Step", "Quantities grow in whole steps from the minimum.", [100]),
                    "reference": REFERENCE,
                },
            ),
            "provides": PROVIDES,
            "meter": METER,
            "covered_by": name("Covered by", "A resource: what running subscriptions provide of it is taken off before anything is charged.", ["storage"]),
            "reference": REFERENCE,
        },
        ["title", "unit"],
    ),
)  # fmt: skip
LIMITS = entries(
    "Limits", "What one order may hold of a resource, all its items together.", [[{"resource": "users", "max": 20000}]],
    mapping(
        "Limit", "Bounds of a resource; both are included.", [{"resource": "users", "max": 20000}],
        {
            "resource": name("Resource", "What is counted.", ["users"]),
            "max": quantity("Maximum", "The most an order may hold.", [20000, "95 PB"]),
            "min": quantity("Minimum", "The least an order may hold.", [1]),
            "billing_modes": MODES_OF,
            "title": TITLE,
            "reference": REFERENCE,
        },
        ["resource"],
    ),
)  # fmt: skip
MODE_ITEM = described(
    "Item", "Whether every order holds it; or that, with a payment and cycle of its own.", ["required", {"presence": "optional", "payment": "postpaid", "cycle": "month"}],
    **{"$comment": "presence"}, type=["string", "object"], enum_if_text=True, additionalProperties=False,
    properties={"presence": PRESENCE, "payment": PAYMENT, "cycle": CYCLE, "reference": REFERENCE}, required=["presence"],
)  # fmt: skip
MODE_ITEM.pop("enum_if_text")
MODE_ITEM["pattern"] = "^(required|optional)$"
BILLING_MODES = by_id(
    "Billing modes", "The ways to pay.", [{"pay-per-use": {"title": "Pay-per-use", "payment": "postpaid", "cycle": "hour", "items": {"storage": "required"}}}],
    mapping(
        "Billing mode", "One way to pay: when, for how long, and for which items.", [{"title": "Yearly/Monthly", "payment": "prepaid", "cycle": "term"}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "payment": PAYMENT,
            "cycle": CYCLE,
            "terms": entries(
                "Terms", "The terms on sale.", [["1 month", "1 year"]],
                {"$comment": "duration", "type": "string", "pattern": DURATION}, minItems=1,
            ),
            "expires": word("Expires", "Whether the last day belongs to the subscription to its end.", ["same-time", "end-of-day"]),
            "invoiced": word("Invoiced", "How often usage is put on an invoice.", ["hour", "day", "month", "year", "term"], ["month"]),
            "items": described(
                "Items", "The items of the mode, each required or optional.", [{"storage": "required", "users": "required"}],
                **{"$comment": "by-id"}, type="object", additionalProperties=MODE_ITEM,
            ),
            "groups": described(
                "Groups", "Groups of items, each required (at least one of them) or optional.", [{"compute": "optional"}],
                **{"$comment": "by-id"}, type="object", additionalProperties=MODE_ITEM,
            ),
            "one_of": entries(
                "One of", "Lists of items; an order holds exactly one item of each list.", [[["small", "large"]]],
                {
                    "$comment": "items", "type": ["array", "object"], "minItems": 1,
                    "items": {
                        "$comment": "item-or-group", "type": ["string", "number", "object"], "additionalProperties": False,
                        "properties": {"group": name("Group", "All items of this group.", ["compute"])},
                    },
                    "additionalProperties": False, "properties": {"group": name("Group", "All items of this group.", ["compute"])},
                }, minItems=1,
            ),
            "spec_change": {**POLICY_USE, "title": "Spec change", "description": "The policy for changing what was bought; without one it cannot be changed."},
            "cancellation": {**POLICY_USE, "title": "Cancellation", "description": "The policy for leaving early.", "examples": ["five-days-then-fee"]},
            "renewal": {**POLICY_USE, "title": "Renewal", "description": "The policy for a further term.", "examples": ["anniversary"]},
            "stub": word("Stub", "How first and last part periods of items with a month cycle are prorated.", CONVENTIONS, ["actual-days"]),
            "scenario": text("Scenario", "When this way to pay suits a customer.", ["Useful for predictable and long-term usage"]),
            "reference": REFERENCE,
        },
        ["title", "payment", "cycle"],
    ),
)  # fmt: skip

PRICES = entries(
    "Prices", "Dated prices; each entry holds what changes on its date.", [[{"effective": "2026-01-01", "billing_mode": "pay-per-use", "per": "hour", "items": {"storage": 0.00007}}]],
    mapping(
        "Prices from a date", "Prices of one billing mode from a date on.", [{"effective": "2026-01-01", "billing_mode": "pay-per-use"}],
        {
            "effective": EFFECTIVE,
            "until": UNTIL,
            "announced": instant("Announced", "The day on which customers were told.", ["2025-11-15"]),
            "running_subscriptions": word(
                "Running subscriptions", "When the prices reach subscriptions that run already.", ["next-renewal", "next-period", "immediately", "never"]
            ),
            "billing_mode": name("Billing mode", "The mode whose prices these are.", ["yearly-monthly"]),
            "currency": name("Currency", "The currency, where it is not the book's.", ["EUR"]),
            "per": PER,
            "when": WHEN,
            "items": described(
                "Items", "The price of each item.", [{"storage": 0.035}], **{"$comment": "by-id"}, type="object", additionalProperties=ITEM_PRICE
            ),
            "table": name("Table", "A CSV file with further prices, relative to this file.", ["voice.csv"]),
            "withdrawn": described(
                "Withdrawn", "Items whose sale ends on the date.", [["storage"]], **{"$comment": "names"}, type=["array", "string"], minItems=1,
                items={"$comment": "name", "type": ["string", "number"]},
            ),
            "reference": REFERENCE,
        },
        ["effective", "billing_mode"],
    ),
)  # fmt: skip

BENEFITS = {
    "percent_off": percent("Percent off", "Taken off what the stage before left."),
    "amount_off": {**MONEY, "title": "Amount off", "description": "A sum that is shared among the lines."},
    "pay_for": duration("Pay for", "So much of every `from` is paid, the rest is free.", ["10 months"]),
    "fixed_price": {
        **MONEY,
        "title": "Fixed price",
        "description": "The price of one unit for one price period, instead of the list price.",
        "examples": [4.00],
    },
}
DISCOUNTS = by_id(
    "Discounts", "What lowers amounts; each stands in a stage of discount_policy.", [{"education": {"title": "Education", "when": {"segment": "education"}, "percent_off": "10%"}}],
    mapping(
        "Discount", "A rule that lowers amounts.", [{"title": "Education", "percent_off": "10%"}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "billing_modes": MODES_OF,
            "items": ITEMS_OF,
            **BENEFITS,
            "by": word("By", "What reaches a tier: the term, a line's quantity, or the order's list amount.", ["term", "quantity", "spend"]),
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
            "coupon": name("Coupon", "The code that a customer gives.", ["SPRING-2026"]),
            "after": duration("After", "How long after the subscription's start it begins.", ["12 months"]),
            "lasts": described(
                "Lasts", "How long it holds: once, forever, or a duration.", ["once", "3 months"], **{"$comment": "lasts"}, type="string",
                pattern=f"^(once|forever)$|{DURATION}",
            ),
            **CONDITIONS,
            "reference": REFERENCE,
        },
    ),
)  # fmt: skip
DISCOUNT_POLICY = entries(
    "Discount policy", "The stages, top to bottom; each applies to what the one before left.", [[{"best_of": ["longer-term", "education"]}, "spring"]],
    described(
        "Stage", "A discount, or the best of several.", ["spring", {"best_of": ["longer-term", "education"]}],
        **{"$comment": "stage"}, type=["string", "number", "object"], additionalProperties=False, required=["best_of"],
        properties={"best_of": names("Best of", "At most one of these: the one that leaves the order cheapest.", [["longer-term", "education"]]), "reference": REFERENCE},
    ),
)  # fmt: skip

REMAINING = mapping(
    "Remaining", "How the time that remains is counted.", [{"monthly": "calendar-months", "yearly": "days-of-365", "counts_from": "next-day", "places": 8}],
    {
        "monthly": word("Monthly", "The convention for terms that are no whole years.", CONVENTIONS),
        "yearly": word("Yearly", "The convention for terms of whole years.", CONVENTIONS, ["days-of-365"]),
        "counts_from": described(
            "Counts from", "Who owns the time of the change; or by case.", ["next-day", {"purchase-day": "next-day", "later": "next-hour"}],
            **{"$comment": "counts-from"}, type=["string", "object"], pattern="^(same-day|next-day|next-hour|instant)$", additionalProperties=False,
            properties={
                "purchase-day": word("On the purchase day", "For a change on the day of purchase.", ["same-day", "next-day", "next-hour", "instant"]),
                "later": word("Later", "For every later change.", ["same-day", "next-day", "next-hour", "instant"]),
            },
            required=["purchase-day", "later"],
        ),
        "places": whole("Places", "Decimals of the duration before it is multiplied; exact where left out.", [8]),
        "mode": word("Mode", "How it is rounded.", ROUNDING_MODES),
        "reference": REFERENCE,
    },
    ["monthly", "yearly", "counts_from"],
)  # fmt: skip
CHANGE_TERMS = {
    "takes_effect": word("Takes effect", "When the change holds.", EFFECTS),
    "charge": word("Charge", "What is charged for the change.", ["difference", "full-difference", "new-less-credit", "none"]),
    "remaining": REMAINING,
    "discount": word("Discount", "Which discount the new state gets.", ["as-ordered", "current", "none"]),
    "price_period": word("Price period", "Which term a remainder is priced as.", ["ordered", "round-up", "round-down"]),
    "credit": mapping(
        "Credit",
        "What the old state is credited at.",
        [{"base": "paid", "cap": "paid"}],
        {
            "base": word("Base", "At the list price, or at what was paid.", ["list", "paid"]),
            "cap": word("Cap", "Whether a refund is held to what was paid.", ["paid", "none"]),
            "reference": REFERENCE,
        },
    ),
    "reference": REFERENCE,
}
DIRECTIONS = ["upgrade", "downgrade", "expand", "reduce"]
SPEC_CHANGES = by_id(
    "Spec changes", "Policies for changing what was bought.", [{"not-supported": {"supports": [], "reason": "There is nothing to change."}}],
    mapping(
        "Spec-change policy", "Which changes are supported and what they cost.", [{"supports": ["upgrade"]}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "supports": entries("Supports", "The directions that are supported; none means no change.", [DIRECTIONS], word("Direction", "A direction.", DIRECTIONS)),
            "reason": text("Reason", "Why a change is not supported.", ["There is no specification to change."]),
            "instead": text("Instead", "What the customer can do instead.", ["Change to yearly/monthly billing."]),
            **CHANGE_TERMS,
            **{direction: mapping(direction.capitalize(), "Keys that differ for this direction.", [{"charge": "none"}], CHANGE_TERMS) for direction in DIRECTIONS},
        },
        ["supports"],
    ),
)  # fmt: skip
CANCELLATIONS = by_id(
    "Cancellations", "Policies for leaving before the end of a term.", [{"ten-percent": {"refund": "unused", "fee": [{"fee": "10%"}]}}],
    mapping(
        "Cancellation policy", "What is returned: paid, less consumed, less a fee.", [{"refund": "unused"}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "reason": text("Reason", "Why nothing is returned.", ["The term is sold at a discount."]),
            "full_refund_within": duration("Full refund within", "How long after activation a first purchase is returned in full.", ["5 days"]),
            "refund": word("Refund", "Whether the unused part is returned.", ["unused", "none"]),
            "consumed": mapping(
                "Consumed", "How the used part is counted.", [{"by": "time-used", "of": "paid", "count": "hour", "part": "down"}],
                {
                    "by": word("By", "By time, or priced anew at the discount earned.", ["time-used", "re-rated"]),
                    "of": word("Of", "Of what was paid, or of the list price.", ["paid", "list"]),
                    "count": word("Count", "The unit of time.", ["second", "minute", "hour", "day", "month"], ["hour"]),
                    "part": word("Part", "Whether a begun unit counts.", ["up", "down"], ["down"]),
                    "reference": REFERENCE,
                },
            ),
            "fee": described(
                "Fee", "Of the amount paid; the first row that matches.", [[{"term": "3 years", "fee": "15%"}, {"fee": "10%"}]],
                **{"$comment": "fee"}, type=["array", "string"], pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)?%$", minItems=1,
                items=mapping(
                    "Fee row", "When it matches, and the fee.", [{"term": "3 years", "used_up_to": "1 year", "fee": "15%"}],
                    {
                        "term": duration("Term", "The ordered term.", ["3 years"]),
                        "used_up_to": duration("Used up to", "The time used so far, this bound included.", ["1 year"]),
                        "fee": percent("Fee", "Of the amount paid.", ["15%"]),
                        "consumed_times": percent("Consumed times", "Multiplies what was consumed.", ["150%"]),
                        "reference": REFERENCE,
                    },
                ),
            ),
            "reference": REFERENCE,
        },
    ),
)  # fmt: skip
RENEWALS = by_id(
    "Renewals", "Policies for a further term.", [{"anniversary": {"price": "in-force", "anchor": "original-day"}}],
    mapping(
        "Renewal policy", "At which price, to which day, and until when.", [{"price": "in-force", "auto_renew": "7 days before"}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "price": word("Price", "The price in force on the day, or the original one.", ["in-force", "original"]),
            "anchor": word("Anchor", "Which day of the month later terms keep.", ["original-day", "day-of-change"]),
            "auto_renew": described(
                "Automatic renewal", "How long before expiry it is paid.", ["7 days before"], **{"$comment": "before"}, type="string",
                pattern=r"^[1-9][0-9]* (days?|hours?|months?) before$",
            ),
            "grace": duration("Grace", "How long after expiry the service still runs.", ["15 days"]),
            "retention": duration("Retention", "How long after that data is kept.", ["15 days"]),
            "align": described(
                "Align", "A unified expiry day: calendar, last-day, or a day of the month.", ["calendar", 1], **{"$comment": "align"}, type=["string", "number"],
                pattern="^(calendar|last-day)$", minimum=1, maximum=28, multipleOf=1,
            ),
            "stub": word("Stub", "How the extra part is prorated.", CONVENTIONS, ["actual-days"]),
            "reference": REFERENCE,
        },
    ),
)  # fmt: skip
MODE_CHANGES = entries(
    "Mode changes", "Whether and when a subscription may move to another billing mode.", [[{"from": "pay-per-use", "to": "yearly-monthly", "takes_effect": "immediately"}]],
    mapping(
        "Mode change", "From which mode to which, and when.", [{"from": "pay-per-use", "to": "yearly-monthly", "takes_effect": "immediately"}],
        {
            "from": name("From", "The mode that is left.", ["pay-per-use"]),
            "to": name("To", "The mode that begins.", ["yearly-monthly"]),
            "takes_effect": word("Takes effect", "At once, or when the paid term ends.", ["immediately", "at-expiry"]),
            "title": TITLE,
            "reference": REFERENCE,
        },
        ["from", "to", "takes_effect"],
    ),
)  # fmt: skip
TAXES = entries(
    "Taxes", "Dated tax rates; rows of one tax compete, different taxes add up.", [[{"tax": "vat", "when": {"country": "DE"}, "rate": "19%", "category": "S"}]],
    mapping(
        "Tax row", "A rate of one tax.", [{"tax": "vat", "rate": "19%"}],
        {
            "id": described("Id", "A name for the row.", ["vat-de"], **{"$comment": "id"}, type="string", pattern=ID),
            "tax": name("Tax", "Which tax it is.", ["vat"]),
            "title": TITLE,
            "reason": text("Reason", "Why no tax is due, as invoices print it.", ["Reverse charge"]),
            "rate": percent("Rate", "The rate.", ["19%"]),
            "category": name("Category", "The category on invoices (S, Z, E, AE, O).", ["S"]),
            "items": ITEMS_OF,
            "compound_on": names("Compound on", "Taxes that are added before this one is computed.", [["gst"]]),
            **CONDITIONS,
            "reference": REFERENCE,
        },
        ["tax", "rate"],
    ),
)  # fmt: skip
