"""Codes of family C: what an edit does to what an earlier version of the book sold and promised."""

from engine.diagnostics.record import CodeInfo

REMOVED_WHILE_SOLD = CodeInfo(
    "C201",
    "removed-while-sold",
    "warning",
    "Something that is on sale is gone from the book",
    "Whoever has it cannot renew or change it, and nobody was told. `withdrawn`, with a date, ends a sale.",
    "billing_modes:\n  extra: {title: Extra, payment: prepaid, cycle: term, terms: [1 month], items: {plan: required}}  # `seat` was sold too\n"
    "prices:\n  - {effective: 2026-01-01, billing_mode: extra, per: month, items: {plan: {small: 20.00, large: 90.00}}}",
    "billing_modes:\n  extra: {title: Extra, payment: prepaid, cycle: term, terms: [1 month], items: {plan: required, seat: optional}}\n"
    "prices:\n  - {effective: 2026-01-01, billing_mode: extra, per: month, items: {plan: {small: 20.00, large: 90.00}, seat: 2.00}}\n"
    "  - {effective: 2026-07-01, billing_mode: extra, withdrawn: [seat]}",
)
PAYMENT_CHANGED = CodeInfo(
    "C202",
    "payment-changed",
    "warning",
    "A billing mode that is paid in another way than before, under the same id",
    "Running subscriptions name the mode by its id: they would be paid afterwards where they paid in advance, or the other way round.",
    "payment: postpaid, cycle: month, items: {seat: optional}  # was prepaid",
    "payment: prepaid, cycle: term, terms: [1 month], items: {seat: optional}",
)
INCREASE_ABOVE_LIMIT = CodeInfo(
    "C203",
    "increase-above-limit",
    "warning",
    "A price that rises by more than the limit",
    "More than customers expect is a decision, or a slip of a digit. `--max-increase` sets the limit.",
    "items: {seat: 3.20}  # 2.00 until then, and the limit is 10%",
    "items: {seat: 2.20}",
)
BEGUN_PRICE_EDITED = CodeInfo(
    "C204",
    "begun-price-edited",
    "warning",
    "A price whose time has begun was edited in place",
    "Orders and invoices were made with it, and no longer agree with the book. A later price with a date of its own supersedes it.",
    "- {effective: 2026-01-01, billing_mode: extra, per: month, items: {seat: 2.10}}  # 2.00 before",
    "- {effective: 2026-01-01, billing_mode: extra, per: month, items: {seat: 2.00}}",
)
ID_RENAMED = CodeInfo(
    "C205",
    "id-renamed",
    "warning",
    "Something that is the same as before under another id",
    "Subscriptions, usage records and invoices name it by the old id, and no longer find it.",
    "discounts:\n  partners: {title: For partners, when: {segment: partner}, percent_off: 5%}\ndiscount_policy: [partners]  # was `partner`",
    "discounts:\n  partner: {title: For partners, when: {segment: partner}, percent_off: 5%}\ndiscount_policy: [partner]",
)
