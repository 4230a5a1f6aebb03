"""Codes of family Q: orders and usage. Q1.. an order as a text, Q2.. what is ordered, Q3.. prices and dates, Q4.. discounts, Q5.. later events."""

from engine.diagnostics.record import CodeInfo

# --- Q1: an order as a text -------------------------------------------------------------------------------------------------------

DATE_MISSING = CodeInfo(
    "Q101", "order-date-missing", "error", "an order without a date where one is needed",
    "The date decides which prices and discounts are in force; in examples it must be written, so that they never change by themselves.",
    bad="given: {billing_mode: yearly-monthly, term: 1 month, items: {plan: small}}",
    good="given: {date: 2026-02-01, billing_mode: yearly-monthly, term: 1 month, items: {plan: small}}",
)  # fmt: skip
ORDER_UNREADABLE = CodeInfo(
    "Q102", "order-unreadable", "error", "a value of an order that cannot be read, in a file or in an option of the command",
    "An order is never guessed. Options of the command take the same values as order files, written the same way.",
    bad='pricebook quote --mode yearly-monthly --term "1 month" --date 2026-02-01 --item plan:small',
    good='pricebook quote --mode yearly-monthly --term "1 month" --date 2026-02-01 --item plan=small',
)  # fmt: skip

# --- Q2: what is ordered ----------------------------------------------------------------------------------------------------------

UNKNOWN_BILLING_MODE = CodeInfo(
    "Q200", "unknown-billing-mode", "error", "the book has no such billing mode",
    "Items, terms and prices belong to a billing mode, so nothing can be priced without one.",
    bad="billing_mode: yearly", good="billing_mode: yearly-monthly",
)  # fmt: skip
UNKNOWN_ITEM = CodeInfo(
    "Q201", "unknown-item", "error", "the book sells no such item",
    "An order can only name items that the book declares under `items`.",
    bad="items: {plan: small, seats: 5}", good="items: {plan: small, seat: 5}",
)  # fmt: skip
UNKNOWN_SPEC = CodeInfo(
    "Q202", "unknown-spec", "error", "the item has no such spec",
    "Each spec has its own price; a spec that is not on the item's ladder has none.",
    bad="items: {plan: smal, seat: 5}", good="items: {plan: small, seat: 5}",
)  # fmt: skip
SPEC_MISSING = CodeInfo(
    "Q203", "spec-missing", "error", "the item is sold by specs, and none is chosen",
    "Without a spec it is open which price applies.",
    bad="items: {plan: 1, seat: 5}", good="items: {plan: {spec: small, quantity: 1}, seat: 5}",
)  # fmt: skip
SPEC_NOT_APPLICABLE = CodeInfo(
    "Q204", "spec-not-applicable", "error", "the item has no specs",
    "The item is sold by quantity, so a spec says nothing about its price.",
    bad="items: {plan: small, seat: {spec: large}}", good="items: {plan: small, seat: 5}",
)  # fmt: skip
QUANTITY_BELOW_MINIMUM = CodeInfo(
    "Q206", "quantity-below-minimum", "error", "less is ordered than the item's minimum",
    "The item's `quantity` rule says how little may be ordered; 0 is only possible in a change, where it drops the item.",
    bad="items: {plan: small, seat: 0}  # quantity: {min: 1}", good="items: {plan: small, seat: 1}",
)  # fmt: skip
QUANTITY_ABOVE_MAXIMUM = CodeInfo(
    "Q207", "quantity-above-maximum", "error", "more is ordered than the item's maximum",
    "The item's `quantity` rule says how much may be ordered; the maximum itself is still allowed.",
    bad="items: {plan: small, seat: 501}  # quantity: {max: 500}", good="items: {plan: small, seat: 500}",
)  # fmt: skip
QUANTITY_OFF_STEP = CodeInfo(
    "Q208", "quantity-off-step", "error", "the quantity lies between two steps",
    "The item is sold in whole steps above its minimum, so a quantity between them cannot be delivered.",
    bad="items: {plan: small, seat: 2.5}  # quantity: {step: 1}", good="items: {plan: small, seat: 2}",
)  # fmt: skip
UNIT_MISMATCH = CodeInfo(
    "Q209", "quantity-unit-mismatch", "error", "the quantity's unit does not convert to the item's",
    "A quantity only converts along the factors that the book declares under `units`; symbols are case-sensitive.",
    bad="items: {plan: small, seat: 5 GB}  # unit: user", good="items: {plan: small, seat: 5 user}",
)  # fmt: skip
ITEM_NOT_IN_MODE = CodeInfo(
    "Q210", "item-not-in-mode", "error", "the billing mode does not sell the item",
    "Each billing mode lists what can be bought in it.",
    bad="billing_mode: yearly-monthly\n"
    "term: 1 month\n"
    "items: {plan: small, disk: 100 GB}  # `disk` is sold pay-per-use",
    good="billing_mode: yearly-monthly\nterm: 1 month\nitems: {plan: small, seat: 5}",
)  # fmt: skip
REQUIRED_ITEM_MISSING = CodeInfo(
    "Q211", "required-item-missing", "error", "an item that the billing mode requires is not ordered",
    "The mode marks the item as `required`: nothing else in the mode is sold without it.",
    bad="items: {seat: 5}  # the mode says `plan: required`", good="items: {plan: small, seat: 5}",
)  # fmt: skip
REQUIRED_GROUP_MISSING = CodeInfo(
    "Q212", "required-group-missing", "error", "no item of a required group is ordered",
    "The mode marks the group as `required`: at least one of its items belongs to every order.",
    bad="items: {plan: small, seat: 5}  # the mode says `groups: {service: required}`",
    good="items: {plan: small, seat: 5, desk: 1}",
)  # fmt: skip
EXACTLY_ONE = CodeInfo(
    "Q213", "exactly-one-of", "error", "of some items exactly one must be ordered",
    "The mode's `one_of` lists alternatives: without one of them the order is incomplete, with two it contradicts itself.",
    bad="items: {plan: small, desk: 1, training: 1}  # the mode says `one_of: [[desk, training]]`",
    good="items: {plan: small, desk: 1}",
)  # fmt: skip
LIMIT_EXCEEDED = CodeInfo(
    "Q214", "limit-exceeded", "error", "the order provides more than the book's limit",
    "`limits` hold over the whole order: everything that its items provide is added up. The limit itself is still allowed.",
    bad="items: {plan: small, seat: 996}  # 1001 users, and the limit is 1000", good="items: {plan: small, seat: 995}",
)  # fmt: skip
LIMIT_NOT_REACHED = CodeInfo(
    "Q215", "limit-not-reached", "error", "the order provides less than the book asks for",
    "`limits` may name a minimum over the whole order: everything that its items provide is added up.",
    bad="items: {plan: small, seat: 4}  # 9 users; limits: [{resource: users, min: 10}]",
    good="items: {plan: small, seat: 5}",
)  # fmt: skip
NO_ITEMS = CodeInfo(
    "Q216", "nothing-ordered", "error", "the order has no items",
    "A price needs something that is bought.",
    bad='pricebook quote --mode yearly-monthly --term "1 month" --date 2026-03-15',
    good='pricebook quote --mode yearly-monthly --term "1 month" --date 2026-03-15 --item plan=small',
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
    bad="billing_mode: yearly-monthly",
    good="billing_mode: yearly-monthly\nterm: 1 month",
)  # fmt: skip
TERM_NOT_NEEDED = CodeInfo(
    "Q303", "term-not-needed", "error", "a term is given, but nothing prepaid is ordered",
    "What is paid afterwards has no term, so the term would change nothing. An estimate says `for:` instead.",
    bad="billing_mode: pay-per-use\nterm: 1 month\nitems: {disk: 500 GB}",
    good="billing_mode: pay-per-use\nitems: {disk: 500 GB}",
)  # fmt: skip
ESTIMATE_LENGTH_MISSING = CodeInfo(
    "Q304", "estimate-length-missing", "error", "a pay-per-use item is ordered without saying for how long",
    "What is billed by usage has a price for so much, held so long: an estimate needs `for:`.",
    bad="billing_mode: pay-per-use\nitems: {disk: 500 GB}",
    good="billing_mode: pay-per-use\nitems: {disk: 500 GB}\nfor: 720 hours",
)  # fmt: skip
ESTIMATE_LENGTH_NOT_NEEDED = CodeInfo(
    "Q305", "estimate-length-not-needed", "error", "`for:` is given, but nothing is billed by usage",
    "Every item of the order is paid in advance for its term, so `for:` would change nothing.",
    bad="term: 1 month\nitems: {plan: small, seat: 5}\nfor: 720 hours",
    good="term: 1 month\nitems: {plan: small, seat: 5}",
)  # fmt: skip
NO_PRICE = CodeInfo(
    "Q310", "no-price", "error", "the item has no price here",
    "An item without a price in the billing mode, for this customer and date, is not on sale.",
    bad="items: {plan: large}  # its only price is for education",
    good="items: {plan: large}\nattributes: {segment: education}",
)  # fmt: skip
NO_PRICE_IN_CURRENCY = CodeInfo(
    "Q311", "no-price-in-currency", "error", "the item has no price in this currency",
    "Prices are never converted: each currency has its own entries.",
    bad="items: {plan: small, seat: 5}\ncurrency: USD  # `seat` has no price in USD",
    good="items: {plan: small}\ncurrency: USD",
)  # fmt: skip
NOT_ON_SALE_YET = CodeInfo(
    "Q312", "not-on-sale-yet", "error", "the item is not on sale yet on this date",
    "A price is in force from its `effective` date on.",
    bad="date: 2025-12-31", good="date: 2026-01-01",
)  # fmt: skip
NO_LONGER_ON_SALE = CodeInfo(
    "Q313", "no-longer-on-sale", "error", "the item is not on sale any more on this date",
    "Its price was withdrawn or has ended, and no later price follows.",
    bad="date: 2026-03-15\n"
    "billing_mode: yearly-monthly\n"
    "term: 1 month\n"
    "items: {plan: large}  # withdrawn from 2026-03-01",
    good="date: 2026-03-15\nbilling_mode: yearly-monthly\nterm: 1 month\nitems: {plan: small}",
)  # fmt: skip
UNKNOWN_CURRENCY = CodeInfo(
    "Q314", "unknown-currency", "error", "the book has no prices in this currency",
    "Prices are never converted: each currency has its own entries.",
    bad="currency: USD  # every price is in EUR", good="currency: EUR",
)  # fmt: skip
ESTIMATE_UNCLEAR = CodeInfo(
    "Q315", "estimate-unclear", "error", "an estimate does not say how much falls in each billing period",
    "Tiers, allowances and quotas begin anew in each billing period, so a total of several of them leaves several amounts possible.",
    bad="for: 3 months\nitems: {bundle: 1, sent: 500}",
    good="for: 3 months\nitems: {bundle: 1, sent: {quantity: 200, each: month}}",
)  # fmt: skip
FEE_PERIODS = CodeInfo(
    "Q316", "fee-counts-periods", "info", "a fee is owed for more billing periods than the estimate is long",
    "Without `stub` a billing period that is touched counts whole, so a month from the middle of March owes two months' fees.",
    bad='pricebook quote -b own --mode use --for "1 month" --item platform=1 --date 2026-03-15',
    good='pricebook quote -b own --mode use --for "1 month" --item platform=1 --date 2026-03-01',
)  # fmt: skip

# --- Q4: discounts ----------------------------------------------------------------------------------------------------------------

UNKNOWN_COUPON = CodeInfo(
    "Q401", "unknown-coupon", "error", "the book has no such coupon",
    "A coupon that is passed over in silence would be found out on the bill. Codes are compared letter by letter.",
    bad="coupons: [SPRING-2062]", good="coupons: [SPRING-2026]",
)  # fmt: skip
COUPON_NOT_IN_FORCE = CodeInfo(
    "Q402", "coupon-not-in-force", "error", "the coupon cannot be used on this date",
    "A coupon counts from its `effective` date on, and no longer on its `until` date.",
    bad="date: 2026-04-01  # the coupon's `until`", good="date: 2026-03-31",
)  # fmt: skip
COUPON_NOT_APPLICABLE = CodeInfo(
    "Q403", "coupon-not-applicable", "error", "the coupon does not apply to this order",
    "Its discount is for another billing mode, other items, other customers, another currency or a larger order, or takes nothing "
    "off any line. A coupon that loses in `best_of` does apply, and is no error.",
    bad="billing_mode: yearly-monthly\n"
    "term: 1 month\n"
    "items: {plan: small, seat: 5}\n"
    "coupons: [DISKS]  # its discount is for pay-per-use",
    good="billing_mode: pay-per-use\nfor: 720 hours\nitems: {disk: 200 GB}\ncoupons: [DISKS]",
)  # fmt: skip

# --- Q5: later events of an order -------------------------------------------------------------------------------------------------

SPEC_CHANGE_NOT_SUPPORTED = CodeInfo(
    "Q501", "spec-change-not-supported", "error", "the billing mode does not support this change",
    "The mode's spec-change policy says which changes are possible; it gives its reason and what to do instead.",
    bad="items: {disk: 200 GB}\nchange: {date: 2026-03-20, items: {disk: 400 GB}}  # spec_change: not-supported",
    good="items: {disk: 200 GB}",
)  # fmt: skip
EVENT_BEFORE_START = CodeInfo(
    "Q503", "event-before-start", "error", "this happens before the subscription starts",
    "A subscription can be changed, renewed, switched or ended only once it runs; the order's `date` is its start.",
    bad="change: {date: 2026-03-01, items: {plan: large}}  # of an order of 2026-03-15",
    good="change: {date: 2026-04-01, items: {plan: large}}",
)  # fmt: skip
EVENT_AFTER_EXPIRY = CodeInfo(
    "Q504", "event-after-expiry", "error", "this happens when the paid term is over",
    "Nothing is left of the term to change, to give back or to switch. A renewal, on a date before it, makes the subscription longer.",
    bad="change: {date: 2026-05-01, items: {plan: large}}  # of an order of 2026-03-15 for 1 month",
    good="change: {date: 2026-04-14, items: {plan: large}}",
)  # fmt: skip
EVENTS_OUT_OF_ORDER = CodeInfo(
    "Q505", "events-out-of-order", "error", "the changes are not in the order of their dates",
    "Each change is computed from what stands after the one before it, so their order is part of the amounts.",
    bad="change:\n  - {date: 2026-04-10, items: {plan: large}}\n  - {date: 2026-04-01, items: {seat: 10}}",
    good="change:\n  - {date: 2026-04-01, items: {seat: 10}}\n  - {date: 2026-04-10, items: {plan: large}}",
)  # fmt: skip
NOTHING_CHANGES = CodeInfo(
    "Q506", "nothing-changes", "error", "the change names something that stays as it is",
    "A change lists only what is different afterwards, so a line without a difference is a slip: a wrong spec or quantity.",
    bad="items: {plan: small, seat: 5}\nchange: {date: 2026-04-01, items: {seat: 5}}",
    good="items: {plan: small, seat: 5}\nchange: {date: 2026-04-01, items: {seat: 10}}",
)  # fmt: skip
MODE_CHANGE_NOT_ALLOWED = CodeInfo(
    "Q507", "mode-change-not-allowed", "error", "the book does not allow this change of the billing mode",
    "A subscription moves from one billing mode to another only where `mode_changes` has a row for it.",
    bad="billing_mode: yearly-monthly\n"
    "term: 1 month\n"
    "items: {plan: small, seat: 5}\n"
    "switch: {date: 2026-04-01, to: pay-per-use}  # `mode_changes` has no row for it",
    good="billing_mode: pay-per-use\n"
    "for: 720 hours\n"
    "items: {disk: 200 GB}\n"
    "switch: {date: 2026-04-01, to: yearly-monthly}",
)  # fmt: skip
RENEWAL_TOO_LATE = CodeInfo(
    "Q508", "renewal-too-late", "error", "the subscription is gone and cannot be renewed any more",
    "After its expiry a subscription is kept for the policy's `grace` and `retention`; then it is released.",
    bad="renew: {date: 2026-06-01, term: 1 month}  # it ended in April, and nothing keeps it",
    good="renew: {date: 2026-04-10, term: 1 month}",
)  # fmt: skip
UNSUBSCRIPTION_NOT_SUPPORTED = CodeInfo(
    "Q509", "unsubscription-not-supported", "error", "the billing mode has no rule for an unsubscription",
    "The mode's `cancellation` says what is returned; without one nothing is known about it.",
    bad="spec_change: prorated\nrenewal: anniversary",
    good="spec_change: prorated\ncancellation: with-fee\nrenewal: anniversary",
)  # fmt: skip
RENEWAL_NOT_SUPPORTED = CodeInfo(
    "Q510", "renewal-not-supported", "error", "the billing mode has no renewal",
    "The mode's `renewal` says which prices and which day a further term has; what is billed by usage has no term at all.",
    bad="billing_mode: pay-per-use\n"
    "for: 720 hours\n"
    "items: {disk: 200 GB}\n"
    "renew: {date: 2026-04-01, term: 1 month}  # the mode names no `renewal`",
    good="billing_mode: yearly-monthly\n"
    "term: 1 month\n"
    "items: {plan: small, seat: 5}\n"
    "renew: {date: 2026-04-01, term: 1 month}",
)  # fmt: skip
EVENT_AFTER_END = CodeInfo(
    "Q511", "event-after-end", "error", "this happens after the subscription was ended or moved",
    "After an unsubscription, or a switch that is in force, nothing is left of the subscription that could change.",
    bad="change: {date: 2026-04-05, items: {seat: 10}}\nunsubscribe: {date: 2026-04-01}",
    good="change: {date: 2026-03-25, items: {seat: 10}}\nunsubscribe: {date: 2026-04-01}",
)  # fmt: skip
WHICH_LINE_CHANGES = CodeInfo(
    "Q520", "which-line-changes", "error", "the item is held on several lines, and the change does not say which one",
    "A line is known by the spec that it has; where that says nothing, a guess would change the wrong one.",
    bad="items: {plan: small, seat: [{quantity: 5}, {quantity: 10}]}\nchange: {date: 2026-04-01, items: {seat: 20}}",
    good="items: {plan: small, seat: 15}\nchange: {date: 2026-04-01, items: {seat: 25}}",
)  # fmt: skip
