"""Codes of family Q from 700: accounts, and usage against them."""

from engine.diagnostics.record import CodeInfo

NOT_BEGUN = CodeInfo(
    "Q701", "subscription-not-begun", "error", "something happens to a subscription before it begins",
    "A paid subscription begins with its `purchase`, one that is billed by usage with its `start`; before it nothing is owed or held.",
    bad="events:\n  - {date: 2026-03-10, renew: {term: 1 month}}",
    good="events:\n  - {date: 2026-03-10, purchase: {term: 1 month, items: {plan: small}}}",
)  # fmt: skip
WRONG_EVENT = CodeInfo(
    "Q702", "event-of-another-mode", "error", "the event does not belong to this billing mode",
    "What is paid in advance is purchased and renewed; what is billed by usage is started and stopped.",
    bad="billing_mode: yearly-monthly\nevents: [{date: 2026-03-10, start: true}]",
    good="billing_mode: pay-per-use\nevents: [{date: 2026-03-10, start: true}]",
)  # fmt: skip
EVENT_TWICE = CodeInfo(
    "Q703", "event-twice", "error", "the same thing happens twice",
    "A subscription is purchased once, and can be started again only after it was stopped; a repeated event would be billed twice.",
    bad="two purchases in one subscription", good="two subscriptions with a purchase each",
)  # fmt: skip
AUTO_RENEWAL_TIME = CodeInfo(
    "Q710", "no-automatic-renewal", "error", "a renewal that the system cannot have paid on this day",
    "An automatic renewal is paid as long before expiry as the policy's `auto_renew` says, and never after it; a customer's own has no such limit.",
    bad="auto_renew: 7 days before, expiry 31 March, and - {date: 2026-03-01, renew: {automatic: true}}",
    good="- {date: 2026-03-24, renew: {automatic: true}}",
)  # fmt: skip
MODE_NOT_YET = CodeInfo(
    "Q711", "mode-not-yet-begun", "error", "an event of the new billing mode before the switch takes effect",
    "A switch may wait until the paid term is over; what is bought or started in the new mode begins on that day or later.",
    bad="switch: {to: pay-per-use} at expiry on 2 April, and start: true on 1 April", good="start: true on 2 April",
)  # fmt: skip
ISSUED_ELSEWHERE = CodeInfo(
    "Q712", "issued-of-another-account", "error", "an issued invoice belongs elsewhere",
    "A correction compares what was billed with what is owed; the invoice of another account, currency or book would be paid back.",
    bad="--issued with an invoice of account `globex`, for account `acme`", good="--issued with the invoices of `acme`",
)  # fmt: skip
ISSUED_OVERLAP = CodeInfo(
    "Q713", "issued-period-overlaps", "error", "two invoices are about the same days",
    "Each day is invoiced once; what is found out later is a correction in the invoice of a later period.",
    bad="--period 2026-03 with an issued invoice for March", good="--period 2026-04 with it: what changed in March is corrected there",
)  # fmt: skip
ISSUED_USAGE_MISSING = CodeInfo(
    "Q714", "issued-usage-missing", "error", "usage was invoiced, and not all of its records are given",
    "An issued period is compared with all that is known of it today; usage whose records are left out would be paid back.",
    bad="--issued with the invoice of March, --usage with the records of April only", good="--usage for March and for April",
)  # fmt: skip
ISSUED_UNREADABLE = CodeInfo(
    "Q715", "issued-invoice-unreadable", "error", "the file is no issued invoice",
    "Issued invoices are read back from the JSON that `pricebook invoice -f json` wrote; a draft or a file that was changed proves nothing.",
    bad="an invoice without its `lines`, without a number, or whose lines do not add up", good="the file as `pricebook invoice -f json` wrote it",
)  # fmt: skip
ISSUED_EDITED = CodeInfo(
    "Q726", "issued-invoice-edited", "error", "an issued invoice was edited",
    "A correction is the difference to what was sent; an invoice that says something else by now would be corrected to a wrong sum.",
    bad='an issued invoice in which `"quantity": "10"` became `"quantity": "12"`', good="the file as `pricebook invoice -f json` wrote it",
)  # fmt: skip
ISSUED_UNPROVEN = CodeInfo(
    "Q727", "issued-without-digest", "warning", "an issued invoice without its digest",
    "The digest shows that nobody edited the invoice since. Older versions wrote none; and who takes it out can edit the rest unseen.",
    bad="an issued invoice without its last line, `digest`", good="the file as `pricebook invoice -f json` wrote it",
)  # fmt: skip
UNKNOWN_COUNTRY = CodeInfo(
    "Q705", "unknown-country", "error", "a customer's country that ISO 3166 does not know",
    "Taxes and prices are chosen by the country's two letters; by any other name no row of `taxes` would be found, and nothing be taxed.",
    bad="customer: {name: Acme GmbH, country: Germany}", good="customer: {name: Acme GmbH, country: DE}",
)  # fmt: skip
CUSTOMER_UNNAMED = CodeInfo(
    "Q706", "customer-unnamed", "error", "a customer without a name",
    "An invoice is addressed to somebody.",
    bad='customer: {name: ""}', good="customer: {name: Acme GmbH}",
)  # fmt: skip
NO_TAX_FOR_COUNTRY = CodeInfo(
    "Q707", "no-tax-for-country", "warning", "no tax applies, and the book's taxes depend on the country",
    "An invoice without a tax may be right, as for a customer abroad, or because nobody wrote where the customer is.",
    bad="customer: {name: Acme GmbH}", good="customer: {name: Acme GmbH, country: DE}",
)  # fmt: skip
PERIOD_NOT_INVOICED = CodeInfo(
    "Q716", "period-not-invoiced", "warning", "between the issued invoices is time that none of them is for",
    "Only issued periods are compared again, so what is owed for a time between them is in no invoice.",
    bad="--period 2026-08 with the issued invoice of April only", good="--period 2026-08 with the issued invoices of April to July",
)  # fmt: skip
NO_USAGE = CodeInfo(
    "Q717", "no-usage-given", "info", "a subscription that is billed by usage has no records",
    "It may not have been used, or its usage file was forgotten: then it is billed too little.",
    bad="--period 2026-03 without --usage", good="--period 2026-03 --usage usage-2026-03.csv",
)  # fmt: skip
USAGE_OUTSIDE = CodeInfo(
    "Q704", "usage-outside-subscription", "error", "usage that no running subscription accounts for",
    "Usage is charged to a subscription that runs at that time in a mode that sells the item; otherwise it has no price.",
    bad="a record of 9 March, and the subscription starts on 10 March", good="a record of 10 March",
)  # fmt: skip
USAGE_BEYOND = CodeInfo(
    "Q718", "usage-beyond-maximum", "warning", "more was used than may be ordered",
    "A `quantity` rule or a limit binds orders; what was used is billed all the same, and somebody should know why it could be.",
    bad="items: {users: {quantity: {max: 20000}, ...}}      # and a record of 25,000", good="a record of 20,000",
)  # fmt: skip
POOL_DIFFERS = CodeInfo(
    "Q720", "pooled-usage-differs", "error", "usage is added up over subscriptions that are charged differently",
    "What is added up over the account is charged once, so every subscription that adds to it needs the same billing mode and prices.",
    bad="s-1 is billed by hour, s-2 by month, and both use `traffic` (`over: account`)",
    good="s-1 and s-2 are both billed by month",
)  # fmt: skip
COUPON_AT_RESTART = CodeInfo(
    "Q721", "coupon-at-restart", "error", "a coupon is given when a subscription starts again",
    "A coupon counts from its first use, which is the first start of a subscription; started again it would count from a day of no order.",
    bad="events:\n  - {date: 2026-03-01, start: true}\n  - {date: 2026-04-01, stop: true}\n"
    "  - {date: 2026-05-01, start: {coupons: [WELCOME]}}",
    good="events:\n  - {date: 2026-03-01, start: {coupons: [WELCOME]}}",
)  # fmt: skip
USAGE_ORDERED = CodeInfo(
    "Q722", "usage-in-purchase", "error", "something that is billed by usage is purchased",
    "It is billed for what its records say. An amount of it in a purchase would be paid a second time, or mean nothing.",
    bad="purchase: {term: 1 month, items: {plan: small, traffic: 100 GB}}",
    good="purchase: {term: 1 month, items: {plan: small}}      # and the usage of traffic",
)  # fmt: skip
AUTO_RENEWAL_REFUSED = CodeInfo(
    "Q723", "automatic-renewal-refused", "error", "a term that renews by itself cannot be renewed",
    "A price that was withdrawn or a term that is no longer offered ends what renews by itself; the account has to say so, or the bill would be silent.",
    bad="purchase: {term: 1 month, auto_renew: true, ...}, and the price of what was bought is withdrawn",
    good="- {date: 2026-05-20, auto_renew: false}",
)  # fmt: skip
ADJUSTMENT_UNPAYABLE = CodeInfo(
    "Q724", "adjustment-unpayable", "error", "a line by hand that no invoice can show",
    "A line that is entered by hand has a title and an amount that can be paid: it is never rounded, because nobody would know by whom.",
    bad='adjust: {title: "", amount: 12.345, like: plan}', good="adjust: {title: Onboarding workshop, amount: 12.35, like: plan}",
)  # fmt: skip
CREDIT_WITHOUT_INVOICE = CodeInfo(
    "Q725", "credit-note-without-invoice", "warning", "a credit note that names no invoice",
    "A credit note puts an invoice right, so it says which one; its number is read from the issued invoices that are given.",
    bad="the invoice for the month of an unsubscription, without --issued", good="--issued with the invoice in which the term was paid",
)  # fmt: skip
