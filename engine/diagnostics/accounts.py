"""Codes of family Q from 700: accounts, and usage against them."""

from engine.diagnostics.record import CodeInfo

NOT_BEGUN = CodeInfo(
    "Q701", "subscription-not-begun", "error", "something happens to a subscription before it begins",
    "A paid subscription begins with its `purchase`, one that is billed by usage with its `start`; before it nothing is owed or held.",
    bad="events:\n  - {date: 2026-04-09, renew: {term: 1 month}}",
    good="events:\n"
    "  - {date: 2026-03-10, purchase: {term: 1 month, items: {plan: small}}}\n"
    "  - {date: 2026-04-09, renew: {term: 1 month}}",
)  # fmt: skip
WRONG_EVENT = CodeInfo(
    "Q702", "event-of-another-mode", "error", "the event does not belong to this billing mode",
    "What is paid in advance is purchased and renewed; what is billed by usage is started and stopped.",
    bad="billing_mode: yearly-monthly\nevents:\n  - {date: 2026-03-10, start: true}",
    good="billing_mode: pay-per-use\nevents:\n  - {date: 2026-03-10, start: true}",
)  # fmt: skip
EVENT_TWICE = CodeInfo(
    "Q703", "event-twice", "error", "the same thing happens twice",
    "A subscription is purchased once, and can be started again only after it was stopped; a repeated event would be billed twice.",
    bad="- {date: 2026-03-10, purchase: {term: 1 month, items: {plan: small}}}\n"
    "- {date: 2026-03-10, purchase: {term: 1 month, items: {plan: small}}}",
    good="- {date: 2026-03-10, purchase: {term: 1 month, items: {plan: small}}}",
)  # fmt: skip
AUTO_RENEWAL_TIME = CodeInfo(
    "Q710", "no-automatic-renewal", "error", "a renewal that the system cannot have paid on this day",
    "An automatic renewal is paid as long before expiry as the policy's `auto_renew` says, and never after it; a customer's own has no such limit.",
    bad="- {date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}\n"
    "- {date: 2026-03-20, renew: {automatic: true}}  # auto_renew: 7 days before",
    good="- {date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}\n"
    "- {date: 2026-03-26, renew: {automatic: true}}",
)  # fmt: skip
MODE_NOT_YET = CodeInfo(
    "Q711", "mode-not-yet-begun", "error", "an event of the new billing mode before the switch takes effect",
    "A switch may wait until the paid term is over; what is bought or started in the new mode begins on that day or later.",
    bad="- {date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}\n"
    "- {date: 2026-03-10, switch: {to: pay-per-use}}  # takes_effect: at-expiry\n"
    "- {date: 2026-04-01, start: true}",
    good="- {date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}\n"
    "- {date: 2026-03-10, switch: {to: pay-per-use}}\n"
    "- {date: 2026-04-02, start: true}",
)  # fmt: skip
ISSUED_ELSEWHERE = CodeInfo(
    "Q712", "issued-of-another-account", "error", "an issued invoice belongs elsewhere",
    "A correction compares what was billed with what is owed; the invoice of another account, currency or book would be paid back.",
    bad="pricebook invoice account.yaml -b shop --period 2026-03 --issued globex.json  # the account is `acme`",
    good="pricebook invoice account.yaml -b shop --period 2026-03 --issued acme.json",
)  # fmt: skip
ISSUED_OVERLAP = CodeInfo(
    "Q713", "issued-period-overlaps", "error", "two invoices are about the same days",
    "Each day is invoiced once; what is found out later is a correction in the invoice of a later period.",
    bad="pricebook invoice account.yaml -b shop --period 2026-03 --issued issued.json  # itself for March",
    good="pricebook invoice account.yaml -b shop --period 2026-04 --issued issued.json",
)  # fmt: skip
ISSUED_USAGE_MISSING = CodeInfo(
    "Q714", "issued-usage-missing", "error", "usage was invoiced, and not all of its records are given",
    "An issued period is compared with all that is known of it today; usage whose records are left out would be paid back.",
    bad="# usage.csv\n"
    "account,subscription,item,time,quantity\n"
    "acme,s-1,disk,2026-03-03T10:00,5000  # February is invoiced, and its record left out",
    good="# usage.csv\n"
    "account,subscription,item,time,quantity\n"
    "acme,s-1,disk,2026-02-03T10:00,5000\n"
    "acme,s-1,disk,2026-03-03T10:00,5000",
)  # fmt: skip
ISSUED_UNREADABLE = CodeInfo(
    "Q715", "issued-invoice-unreadable", "error", "the file is no issued invoice",
    "Issued invoices are read back from the JSON that `pricebook invoice -f json` wrote; a draft or a file that was changed proves nothing.",
    bad='"rows": [', good='"lines": [',
)  # fmt: skip
ISSUED_EDITED = CodeInfo(
    "Q726", "issued-invoice-edited", "error", "an issued invoice was edited",
    "A correction is the difference to what was sent; an invoice that says something else by now would be corrected to a wrong sum.",
    bad='"spec": "small",\n"quantity": "2",',
    good='"spec": "small",\n"quantity": "1",',
)  # fmt: skip
ISSUED_UNPROVEN = CodeInfo(
    "Q727", "issued-without-digest", "warning", "an issued invoice without its digest",
    "The digest shows that nobody edited the invoice since. Older versions wrote none; and who takes it out can edit the rest unseen.",
    bad='    "gross": "114.00"\n  }\n}',
    good='    "gross": "114.00"\n'
    "  },\n"
    '  "digest": "8519fa510844637e6ab0f7e6cc2702cb9045cdaf0c35bda86de7510d25cfc347"\n'
    "}",
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
    bad="pricebook invoice account.yaml -b shop --period 2026-04 --usage usage.csv --issued issued.json  # itself for February",
    good="pricebook invoice account.yaml -b shop --period 2026-03 --usage usage.csv --issued issued.json",
)  # fmt: skip
NO_USAGE = CodeInfo(
    "Q717", "no-usage-given", "info", "a subscription that is billed by usage has no records",
    "It may not have been used, or its usage file was forgotten: then it is billed too little.",
    bad="pricebook invoice account.yaml -b shop --period 2026-03",
    good="pricebook invoice account.yaml -b shop --period 2026-03 --usage usage.csv",
)  # fmt: skip
CARRIED_UNKNOWN = CodeInfo(
    "Q729", "carried-over-unknown", "warning", "what is carried over is not known, because earlier usage is not given",
    "What a billing period leaves of an allowance is added to the next: without the records of before, all of it counts as left.",
    bad="acme,s-1,talk,2026-03-05T10:00,580",
    good="acme,s-1,talk,2026-02-09T10:00,420\nacme,s-1,talk,2026-03-05T10:00,580",
)  # fmt: skip
USAGE_OUTSIDE = CodeInfo(
    "Q704", "usage-outside-subscription", "error", "usage that no running subscription accounts for",
    "Usage is charged to a subscription that runs at that time in a mode that sells the item; otherwise it has no price.",
    bad="acme,s-1,disk,2026-03-09T10:00,5  # the subscription starts on 10 March", good="acme,s-1,disk,2026-03-10T10:00,5",
)  # fmt: skip
USAGE_BEYOND = CodeInfo(
    "Q718", "usage-beyond-maximum", "warning", "more was used than may be ordered",
    "A `quantity` rule or a limit binds orders; what was used is billed all the same, and somebody should know why it could be.",
    bad="acme,s-1,users,2026-03-05T10:00,250  # quantity: {max: 200}", good="acme,s-1,users,2026-03-05T10:00,200",
)  # fmt: skip
POOL_DIFFERS = CodeInfo(
    "Q720", "pooled-usage-differs", "error", "usage is added up over subscriptions that are charged differently",
    "What is added up over the account is charged once, so every subscription that adds to it needs the same billing mode and prices.",
    bad="- {id: s-1, billing_mode: by-month, events: [{date: 2026-03-01, start: true}]}\n"
    "- {id: s-2, billing_mode: by-day, events: [{date: 2026-03-01, start: true}]}  # both use `traffic`, `over: account`",
    good="- {id: s-1, billing_mode: by-month, events: [{date: 2026-03-01, start: true}]}\n"
    "- {id: s-2, billing_mode: by-month, events: [{date: 2026-03-01, start: true}]}",
)  # fmt: skip
COUPON_AT_RESTART = CodeInfo(
    "Q721", "coupon-at-restart", "error", "a coupon is given when a subscription starts again",
    "A coupon counts from its first use, which is the first start of a subscription; started again it would count from a day of no order.",
    bad="- {date: 2026-01-10, start: true}\n"
    "- {date: 2026-01-20, stop: true}\n"
    "- {date: 2026-03-01, start: {coupons: [WELCOME]}}",
    good="- {date: 2026-01-10, start: {coupons: [WELCOME]}}\n"
    "- {date: 2026-01-20, stop: true}\n"
    "- {date: 2026-03-01, start: true}",
)  # fmt: skip
USAGE_ORDERED = CodeInfo(
    "Q722", "usage-in-purchase", "error", "something that is billed by usage is purchased",
    "It is billed for what its records say. An amount of it in a purchase would be paid a second time, or mean nothing.",
    bad="purchase: {term: 1 month, items: {plan: small, traffic: 100 GB}}",
    good="purchase: {term: 1 month, items: {plan: small}}  # and the usage of `traffic`",
)  # fmt: skip
AUTO_RENEWAL_REFUSED = CodeInfo(
    "Q723", "automatic-renewal-refused", "error", "a term that renews by itself cannot be renewed",
    "A price that was withdrawn or a term that is no longer offered ends what renews by itself; the account has to say so, or the bill would be silent.",
    bad="- {date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}, auto_renew: true}}  # withdrawn from 2026-03-20",
    good="- {date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}, auto_renew: true}}\n"
    "- {date: 2026-03-25, auto_renew: false}",
)  # fmt: skip
ADJUSTMENT_UNPAYABLE = CodeInfo(
    "Q724", "adjustment-unpayable", "error", "a line by hand that no invoice can show",
    "A line that is entered by hand has a title and an amount that can be paid: it is never rounded, because nobody would know by whom.",
    bad="adjust: {title: Onboarding workshop, amount: 12.345, like: plan}",
    good="adjust: {title: Onboarding workshop, amount: 12.35, like: plan}",
)  # fmt: skip
CREDIT_UNUSABLE = CodeInfo(
    "Q728", "credit-unusable", "error", "a credit that no invoice can take",
    "A credit is money that was paid ahead: an amount above 0 in the account's currency, which expires after its date; its date or title tells it from others.",
    bad="credit: {amount: 100.00, expires: 2026-02-01}  # granted on 2026-03-01",
    good="credit: {amount: 100.00, expires: 2027-02-01}",
)  # fmt: skip
CREDIT_TAKEN_AS_WHOLE = CodeInfo(
    "Q730", "credit-taken-as-whole", "warning", "a credit from before the period, and no earlier invoice",
    "What earlier invoices took of a credit is read from them. Where none is given the whole of it pays, and perhaps it pays for the second time.",
    bad="- date: 2026-02-01  # and no invoice of February is given",
    good="- date: 2026-03-01",
)  # fmt: skip
COMMITMENT_CHARGES_MISSING = CodeInfo(
    "Q731", "commitment-charges-missing", "error", "a commitment for a longer time than the charges that are given",
    "What is missing of a commitment is known from all bills of its time: a bill from charges needs those of its earlier periods too.",
    bad="pricebook invoice account.yaml -b own --period 2026-12 --charges 2026-12.parquet",
    good="pricebook invoice account.yaml -b own --period 2026-12 --charges 2026-12.parquet --charges 2026-11.parquet",
)  # fmt: skip
COMMITMENT_COUNTS_UNKNOWN = CodeInfo(
    "Q732", "commitment-counts-unknown", "warning", "a shortfall, and no usage from before the period",
    "What was billed since a commitment's time began counts for it. It is found from the usage of that time, which has to be given.",
    bad="acme,s-1,talk,2026-12-05T10:00,580  # for the year, and nothing from before December",
    good="acme,s-1,talk,2026-11-05T10:00,420\nacme,s-1,talk,2026-12-05T10:00,580",
)  # fmt: skip
CREDIT_WITHOUT_INVOICE = CodeInfo(
    "Q725", "credit-note-without-invoice", "warning", "a credit note that names no invoice",
    "A credit note puts an invoice right, so it says which one; its number is read from the issued invoices that are given.",
    bad="pricebook invoice account.yaml -b shop --period 2026-03  # the month of an unsubscription",
    good="pricebook invoice account.yaml -b shop --period 2026-03 --issued issued.json",
)  # fmt: skip
