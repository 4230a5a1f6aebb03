"""Codes of family Q: orders and usage. Q1.. an order as a text, Q2.. what is ordered, Q3.. prices and dates, Q4.. discounts, Q5.. later events."""

from engine.diagnostics.record import CodeInfo

# --- Q1: an order as a text -------------------------------------------------------------------------------------------------------

DATE_MISSING = CodeInfo(
    "Q101", "order-date-missing", "error", "an order without a date where one is needed",
    "The date decides which prices and discounts are in force; in examples it must be written, so that they never change by themselves.",
    bad="given: {billing_mode: yearly-monthly, term: 1 year}", good="given: {date: 2026-03-01, billing_mode: yearly-monthly, term: 1 year}",
)  # fmt: skip
ORDER_UNREADABLE = CodeInfo(
    "Q102", "order-unreadable", "error", "a value of an order that cannot be read, in a file or in an option of the command",
    "An order is never guessed. Options of the command take the same values as order files, written the same way.",
    bad="pricebook quote --item seat", good="pricebook quote --item seat=5",
)  # fmt: skip

# --- Q2: what is ordered ----------------------------------------------------------------------------------------------------------

UNKNOWN_BILLING_MODE = CodeInfo(
    "Q200", "unknown-billing-mode", "error", "the book has no such billing mode",
    "Items, terms and prices belong to a billing mode, so nothing can be priced without one.",
    bad="billing_mode: monthly", good="billing_mode: yearly-monthly",
)  # fmt: skip
UNKNOWN_ITEM = CodeInfo(
    "Q201", "unknown-item", "error", "the book sells no such item",
    "An order can only name items that the book declares under `items`.",
    bad="items: {storage-pack: 500 GB}", good="items: {storage-expansion-package: 500 GB}",
)  # fmt: skip
UNKNOWN_SPEC = CodeInfo(
    "Q202", "unknown-spec", "error", "the item has no such spec",
    "Each spec has its own price; a spec that is not on the item's ladder has none.",
    bad="items: {basic-edition: 60-users}", good="items: {basic-edition: 50-users-500-gb}",
)  # fmt: skip
SPEC_MISSING = CodeInfo(
    "Q203", "spec-missing", "error", "the item is sold by specs, and none is chosen",
    "Without a spec it is open which price applies.",
    bad="items: {basic-edition: 2}", good="items: {basic-edition: {spec: 50-users-500-gb, quantity: 2}}",
)  # fmt: skip
SPEC_NOT_APPLICABLE = CodeInfo(
    "Q204", "spec-not-applicable", "error", "the item has no specs",
    "The item is sold by quantity, so a spec says nothing about its price.",
    bad="items: {user-expansion-package: large}", good="items: {user-expansion-package: 10}",
)  # fmt: skip
QUANTITY_BELOW_MINIMUM = CodeInfo(
    "Q206", "quantity-below-minimum", "error", "less is ordered than the item's minimum",
    "The item's `quantity` rule says how little may be ordered; 0 is only possible in a change, where it drops the item.",
    bad="items: {storage-expansion-package: 50 GB}", good="items: {storage-expansion-package: 100 GB}",
)  # fmt: skip
QUANTITY_ABOVE_MAXIMUM = CodeInfo(
    "Q207", "quantity-above-maximum", "error", "more is ordered than the item's maximum",
    "The item's `quantity` rule says how much may be ordered; the maximum itself is still allowed.",
    bad="items: {users: 20001}", good="items: {users: 20000}",
)  # fmt: skip
QUANTITY_OFF_STEP = CodeInfo(
    "Q208", "quantity-off-step", "error", "the quantity lies between two steps",
    "The item is sold in whole steps above its minimum, so a quantity between them cannot be delivered.",
    bad="items: {storage-expansion-package: 150 GB}", good="items: {storage-expansion-package: 200 GB}",
)  # fmt: skip
UNIT_MISMATCH = CodeInfo(
    "Q209", "quantity-unit-mismatch", "error", "the quantity's unit does not convert to the item's",
    "A quantity only converts along the factors that the book declares under `units`; symbols are case-sensitive.",
    bad="items: {storage-expansion-package: 10 user}", good="items: {storage-expansion-package: 1 TB}",
)  # fmt: skip
ITEM_NOT_IN_MODE = CodeInfo(
    "Q210", "item-not-in-mode", "error", "the billing mode does not sell the item",
    "Each billing mode lists what can be bought in it.",
    bad="billing_mode: pay-per-use\nitems: {basic-edition: 50-users-500-gb}", good="billing_mode: pay-per-use\nitems: {users: 10}",
)  # fmt: skip
REQUIRED_ITEM_MISSING = CodeInfo(
    "Q211", "required-item-missing", "error", "an item that the billing mode requires is not ordered",
    "The mode marks the item as `required`: nothing else in the mode is sold without it.",
    bad="items: {user-expansion-package: 10}", good="items: {basic-edition: 50-users-500-gb, user-expansion-package: 10}",
)  # fmt: skip
REQUIRED_GROUP_MISSING = CodeInfo(
    "Q212", "required-group-missing", "error", "no item of a required group is ordered",
    "The mode marks the group as `required`: at least one of its items belongs to every order.",
    bad="items: {support: 1}", good="items: {support: 1, small-server: 1}",
)  # fmt: skip
EXACTLY_ONE = CodeInfo(
    "Q213", "exactly-one-of", "error", "of some items exactly one must be ordered",
    "The mode's `one_of` lists alternatives: without one of them the order is incomplete, with two it contradicts itself.",
    bad="items: {basic-edition: 1, lite-edition: 1}", good="items: {basic-edition: 1}",
)  # fmt: skip
LIMIT_EXCEEDED = CodeInfo(
    "Q214", "limit-exceeded", "error", "the order provides more than the book's limit",
    "`limits` hold over the whole order: everything that its items provide is added up. The limit itself is still allowed.",
    bad="items: {basic-edition: 50-users-500-gb, user-expansion-package: 19951}",
    good="items: {basic-edition: 50-users-500-gb, user-expansion-package: 19950}",
)  # fmt: skip
LIMIT_NOT_REACHED = CodeInfo(
    "Q215", "limit-not-reached", "error", "the order provides less than the book asks for",
    "`limits` may name a minimum over the whole order: everything that its items provide is added up.",
    bad="items: {users: 2}        # limits: [{resource: users, min: 5}]", good="items: {users: 5}",
)  # fmt: skip
NO_ITEMS = CodeInfo(
    "Q216", "nothing-ordered", "error", "the order has no items",
    "A price needs something that is bought.",
    bad="items: {}", good="items: {users: 10}",
)  # fmt: skip
UNKNOWN_ATTRIBUTE = CodeInfo(
    "Q217", "unknown-attribute", "error", "the book declares no such attribute",
    "Prices, discounts and taxes can only depend on declared attributes, so this one would be ignored in silence.",
    bad="attributes: {segmnet: education}", good="attributes: {segment: education}",
)  # fmt: skip
UNKNOWN_ATTRIBUTE_VALUE = CodeInfo(
    "Q218", "unknown-attribute-value", "error", "the attribute cannot have this value",
    "The book lists the values that the attribute may have; no rule could ever match another one.",
    bad="attributes: {segment: educaton}", good="attributes: {segment: education}",
)  # fmt: skip

# --- Q3: terms, estimates, prices -------------------------------------------------------------------------------------------------

TERM_NOT_OFFERED = CodeInfo(
    "Q301", "term-not-offered", "error", "the term is not on sale in the billing mode",
    "The mode lists its `terms`; only these have a price that the book's owner has thought about.",
    bad="term: 4 months", good="term: 6 months",
)  # fmt: skip
TERM_MISSING = CodeInfo(
    "Q302", "term-missing", "error", "a prepaid item is ordered without a term",
    "What is paid in advance is paid for a term.",
    bad="billing_mode: yearly-monthly", good="billing_mode: yearly-monthly\nterm: 1 year",
)  # fmt: skip
TERM_NOT_NEEDED = CodeInfo(
    "Q303", "term-not-needed", "error", "a term is given, but nothing prepaid is ordered",
    "What is paid afterwards has no term, so the term would change nothing. An estimate says `for:` instead.",
    bad="billing_mode: pay-per-use\nterm: 1 month", good="billing_mode: pay-per-use\nfor: 1 month",
)  # fmt: skip
ESTIMATE_LENGTH_MISSING = CodeInfo(
    "Q304", "estimate-length-missing", "error", "a pay-per-use item is ordered without saying for how long",
    "What is billed by usage has a price for so much, held so long: an estimate needs `for:`.",
    bad="billing_mode: pay-per-use\nitems: {users: 10}", good="billing_mode: pay-per-use\nfor: 720 hours\nitems: {users: 10}",
)  # fmt: skip
ESTIMATE_LENGTH_NOT_NEEDED = CodeInfo(
    "Q305", "estimate-length-not-needed", "error", "`for:` is given, but nothing is billed by usage",
    "Every item of the order is paid in advance for its term, so `for:` would change nothing.",
    bad="billing_mode: yearly-monthly\nfor: 720 hours", good="billing_mode: yearly-monthly\nterm: 1 month",
)  # fmt: skip
NO_PRICE = CodeInfo(
    "Q310", "no-price", "error", "the item has no price here",
    "An item without a price in the billing mode, for this customer and date, is not on sale.",
    bad="items: {gpu-server: 1}         # no entry of `prices` names it", good="items: {small-server: 1}",
)  # fmt: skip
NO_PRICE_IN_CURRENCY = CodeInfo(
    "Q311", "no-price-in-currency", "error", "the item has no price in this currency",
    "Prices are never converted: each currency has its own entries.",
    bad="currency: EUR", good="currency: USD",
)  # fmt: skip
NOT_ON_SALE_YET = CodeInfo(
    "Q312", "not-on-sale-yet", "error", "the item is not on sale yet on this date",
    "A price is in force from its `effective` date on.",
    bad="date: 2025-12-31", good="date: 2026-01-01",
)  # fmt: skip
NO_LONGER_ON_SALE = CodeInfo(
    "Q313", "no-longer-on-sale", "error", "the item is not on sale any more on this date",
    "Its price was withdrawn or has ended, and no later price follows.",
    bad="date: 2026-07-01              # withdrawn from 2026-06-01", good="date: 2026-05-31",
)  # fmt: skip
UNKNOWN_CURRENCY = CodeInfo(
    "Q314", "unknown-currency", "error", "the book has no prices in this currency",
    "Prices are never converted: each currency has its own entries.",
    bad="currency: XYZ", good="currency: USD",
)  # fmt: skip
ESTIMATE_UNCLEAR = CodeInfo(
    "Q315", "estimate-unclear", "error", "an estimate does not say how much falls in each billing period",
    "Tiers, allowances and quotas begin anew in each billing period, so a total of several of them leaves several amounts possible.",
    bad="for: 12 months\nitems: {egress: 1200 GB}", good="for: 12 months\nitems: {egress: {quantity: 100 GB, each: month}}",
)  # fmt: skip
FEE_PERIODS = CodeInfo(
    "Q316", "fee-counts-periods", "info", "a fee is owed for more billing periods than the estimate is long",
    "Without `stub` a billing period that is touched counts whole, so a month from the middle of March owes two months' fees.",
    bad="date: 2026-03-15\nfor: 1 month", good="date: 2026-03-01\nfor: 1 month",
)  # fmt: skip

# --- Q4: discounts ----------------------------------------------------------------------------------------------------------------

UNKNOWN_COUPON = CodeInfo(
    "Q401", "unknown-coupon", "error", "the book has no such coupon",
    "A coupon that is passed over in silence would be found out on the bill. Codes are compared letter by letter.",
    bad="coupons: [WELCOME-2062]", good="coupons: [WELCOME-2026]",
)  # fmt: skip
COUPON_NOT_IN_FORCE = CodeInfo(
    "Q402", "coupon-not-in-force", "error", "the coupon cannot be used on this date",
    "A coupon counts from its `effective` date on, and no longer on its `until` date.",
    bad="date: 2027-01-01               # the coupon's `until`\ncoupons: [WELCOME-2026]",
    good="date: 2026-12-31\ncoupons: [WELCOME-2026]",
)  # fmt: skip
COUPON_NOT_APPLICABLE = CodeInfo(
    "Q403", "coupon-not-applicable", "error", "the coupon does not apply to this order",
    "Its discount is for another billing mode, other items, other customers, another currency or a larger order, or takes nothing "
    "off any line. A coupon that loses in `best_of` does apply, and is no error.",
    bad="billing_mode: pay-per-use      # the coupon is for yearly-monthly\ncoupons: [WELCOME-2026]",
    good="billing_mode: yearly-monthly\ncoupons: [WELCOME-2026]",
)  # fmt: skip

# --- Q5: later events of an order -------------------------------------------------------------------------------------------------

SPEC_CHANGE_NOT_SUPPORTED = CodeInfo(
    "Q501", "spec-change-not-supported", "error", "the billing mode does not support this change",
    "The mode's spec-change policy says which changes are possible; it gives its reason and what to do instead.",
    bad="billing_mode: pay-per-use\nchange: {date: 2026-03-10, items: {users: 20}}",
    good="billing_mode: pay-per-use\nfor: 720 hours\nitems: {users: 20}",
)  # fmt: skip
EVENT_BEFORE_START = CodeInfo(
    "Q503", "event-before-start", "error", "this happens before the subscription starts",
    "A subscription can be changed, renewed, switched or ended only once it runs; the order's `date` is its start.",
    bad="date: 2026-03-15\nchange: {date: 2026-03-01, items: {seat: 10}}",
    good="date: 2026-03-15\nchange: {date: 2026-04-01, items: {seat: 10}}",
)  # fmt: skip
EVENT_AFTER_EXPIRY = CodeInfo(
    "Q504", "event-after-expiry", "error", "this happens when the paid term is over",
    "Nothing is left of the term to change, to give back or to switch. A renewal, on a date before it, makes the subscription longer.",
    bad="date: 2026-03-15\nterm: 1 month\nchange: {date: 2026-05-01, items: {seat: 10}}",
    good="date: 2026-03-15\nterm: 1 month\nchange: {date: 2026-04-01, items: {seat: 10}}",
)  # fmt: skip
EVENTS_OUT_OF_ORDER = CodeInfo(
    "Q505", "events-out-of-order", "error", "the changes are not in the order of their dates",
    "Each change is computed from what stands after the one before it, so their order is part of the amounts.",
    bad="change:\n  - {date: 2026-05-01, items: {seat: 20}}\n  - {date: 2026-04-01, items: {seat: 10}}",
    good="change:\n  - {date: 2026-04-01, items: {seat: 10}}\n  - {date: 2026-05-01, items: {seat: 20}}",
)  # fmt: skip
NOTHING_CHANGES = CodeInfo(
    "Q506", "nothing-changes", "error", "the change names something that stays as it is",
    "A change lists only what is different afterwards, so a line without a difference is a slip: a wrong spec or quantity.",
    bad="items: {seat: 5}\nchange: {date: 2026-04-01, items: {seat: 5}}",
    good="items: {seat: 5}\nchange: {date: 2026-04-01, items: {seat: 10}}",
)  # fmt: skip
MODE_CHANGE_NOT_ALLOWED = CodeInfo(
    "Q507", "mode-change-not-allowed", "error", "the book does not allow this change of the billing mode",
    "A subscription moves from one billing mode to another only where `mode_changes` has a row for it.",
    bad="billing_mode: yearly-monthly\nswitch: {date: 2026-04-01, to: pay-per-use}     # no row for it",
    good="billing_mode: pay-per-use\nswitch: {date: 2026-04-01, to: yearly-monthly}",
)  # fmt: skip
RENEWAL_TOO_LATE = CodeInfo(
    "Q508", "renewal-too-late", "error", "the subscription is gone and cannot be renewed any more",
    "After its expiry a subscription is kept for the policy's `grace` and `retention`; then it is released.",
    bad="date: 2026-03-15\nterm: 1 month\nrenew: {date: 2026-06-01, term: 1 month}     # released on 2026-05-15",
    good="date: 2026-03-15\nterm: 1 month\nrenew: {date: 2026-04-10, term: 1 month}",
)  # fmt: skip
UNSUBSCRIPTION_NOT_SUPPORTED = CodeInfo(
    "Q509", "unsubscription-not-supported", "error", "the billing mode has no rule for an unsubscription",
    "The mode's `cancellation` says what is returned; without one nothing is known about it.",
    bad="unsubscribe: {date: 2026-04-01}      # the mode names no cancellation",
    good="billing_modes: {plan: {cancellation: with-fee}}",
)  # fmt: skip
RENEWAL_NOT_SUPPORTED = CodeInfo(
    "Q510", "renewal-not-supported", "error", "the billing mode has no renewal",
    "The mode's `renewal` says which prices and which day a further term has; what is billed by usage has no term at all.",
    bad="renew: {date: 2026-04-01, term: 1 month}     # the mode names no renewal",
    good="billing_modes: {plan: {renewal: anniversary}}",
)  # fmt: skip
EVENT_AFTER_END = CodeInfo(
    "Q511", "event-after-end", "error", "this happens after the subscription was ended or moved",
    "After an unsubscription, or a switch that is in force, nothing is left of the subscription that could change.",
    bad="unsubscribe: {date: 2026-04-01}\nchange: {date: 2026-04-05, items: {seat: 10}}",
    good="change: {date: 2026-03-25, items: {seat: 10}}\nunsubscribe: {date: 2026-04-01}",
)  # fmt: skip
WHICH_LINE_CHANGES = CodeInfo(
    "Q520", "which-line-changes", "error", "the item is held on several lines, and the change does not say which one",
    "A line is known by the spec that it has; where that says nothing, a guess would change the wrong one.",
    bad="items: {seat: [{quantity: 5}, {quantity: 10}]}\nchange: {date: 2026-04-01, items: {seat: 20}}",
    good="items: {seat: 15}\nchange: {date: 2026-04-01, items: {seat: 25}}",
)  # fmt: skip
