"""Codes of family P: discounts and policies."""

from engine.diagnostics.record import CodeInfo

BENEFIT_UNCLEAR = CodeInfo(
    "P101",
    "benefit-unclear",
    "error",
    "A discount with no benefit, two benefits, or tiers that do not fit `by`",
    "A discount has one benefit, or `by` with `tiers` that have one each; `pay_for` needs tiers by term.",
    "discounts: {spring: {title: Spring, percent_off: 10%, amount_off: 5.00}}",
    "discounts: {spring: {title: Spring, percent_off: 10%}}",
)
REMAINING_MISSING = CodeInfo(
    "P102",
    "remaining-missing",
    "error",
    "A prorated change that does not say how the remaining time is counted",
    "Who owns the day of the change is never guessed: `remaining` must name its conventions and `counts_from`.",
    "spec_changes: {prorated: {supports: [upgrade], charge: difference}}",
    "spec_changes: {prorated: {supports: [upgrade], charge: difference, remaining: {monthly: calendar-months, yearly: days-of-365, counts_from: next-day}}}",
)
RENEWAL_WITH_CHARGE = CodeInfo(
    "P103",
    "change-at-renewal-with-charge",
    "error",
    "A change that waits for the renewal and yet costs something now",
    "`takes_effect: next-renewal` goes with `charge: none` only: the renewal is paid at its own price.",
    "downgrade: {takes_effect: next-renewal, charge: difference}",
    "downgrade: {takes_effect: next-renewal, charge: none}",
)
IMMEDIATELY_ON_PREPAID = CodeInfo(
    "P104",
    "new-price-for-paid-term",
    "error",
    "A new price that reaches prepaid subscriptions in the middle of a paid term",
    "What was bought keeps its price until it is renewed; `running_subscriptions: immediately` is for postpaid items.",
    "running_subscriptions: immediately  # in a prepaid mode",
    "running_subscriptions: next-renewal",
)
DISCOUNT_STAGE_TWICE = CodeInfo(
    "P105",
    "discount-in-two-stages",
    "error",
    "A discount that stands in two stages",
    "It would be given twice.",
    "discount_policy: [spring, {best_of: [spring, education]}]",
    "discount_policy: [{best_of: [spring, education]}]",
)
MODE_CHANGE_TO_ITSELF = CodeInfo(
    "P106",
    "mode-change-to-itself",
    "error",
    "A mode change that leads back to its own mode",
    "A subscription cannot move to the mode that it is in.",
    "mode_changes: [{from: monthly, to: monthly, takes_effect: immediately}]",
    "mode_changes: [{from: monthly, to: yearly, takes_effect: immediately}]",
)
SUPPORTED_DIRECTION_MISSING = CodeInfo(
    "P107",
    "direction-not-supported",
    "error",
    "Terms for a direction of change that the policy does not support",
    "The block would never apply: either the direction is missing from `supports`, or the block is a left-over.",
    "supports: [upgrade]\ndowngrade: {charge: none}",
    "supports: [upgrade, downgrade]\ndowngrade: {charge: none}",
)
SMALLER_DISCOUNT = CodeInfo(
    "P201",
    "longer-term-smaller-discount",
    "warning",
    "A longer term with a smaller discount",
    "Customers who commit for longer expect to pay less, not more.",
    "tiers: [{from: 1 year, percent_off: 15%}, {from: 2 years, percent_off: 10%}]",
    "tiers: [{from: 1 year, percent_off: 15%}, {from: 2 years, percent_off: 20%}]",
)
DEARER_TERM = CodeInfo(
    "P202",
    "year-dearer-than-months",
    "warning",
    "A year costs more than twelve months",
    "Nobody would buy the year: the same time is cheaper month by month.",
    "seat: [{unit_price: 5.00, per: month}, {unit_price: 66.00, per: year}]",
    "seat: [{unit_price: 5.00, per: month}, {unit_price: 54.00, per: year}]",
)
COUPON_WITHOUT_END = CodeInfo(
    "P203",
    "coupon-without-end",
    "warning",
    "A coupon that never expires",
    "Codes travel. One without `until` is a price cut for everybody, for ever.",
    "spring: {coupon: SPRING-2026, amount_off: 10.00}",
    "spring: {coupon: SPRING-2026, until: 2026-04-01, amount_off: 10.00}",
)
STACK_TOO_DEEP = CodeInfo(
    "P204",
    "discounts-stack",
    "warning",
    "Discounts that together leave almost nothing",
    "Each stage applies to what the stage before left; together they give nearly everything away.",
    "discount_policy: [half-price, sixty-off, eighty-off]",
    "discount_policy: [{best_of: [half-price, sixty-off, eighty-off]}]",
)
TIER_ABOVE_TERMS = CodeInfo(
    "P205",
    "discount-tier-above-terms",
    "warning",
    "A discount for a term that is not on sale",
    "No order can reach it: either the term is missing from the mode, or the tier is a left-over.",
    "terms: [1 month, 1 year]\n# tiers: [{from: 5 years, percent_off: 40%}]",
    "terms: [1 month, 1 year, 5 years]",
)
FEE_ROW_NEVER_APPLIES = CodeInfo(
    "P206",
    "fee-row-never-applies",
    "warning",
    "A row of a fee table that an earlier row always precedes",
    "The first row that matches counts, so this one is never read.",
    "fee: [{fee: 10%}, {term: 1 year, fee: 5%}]",
    "fee: [{term: 1 year, fee: 5%}, {fee: 10%}]",
)
SAME_COUPON = CodeInfo(
    "P207",
    "same-coupon-twice",
    "warning",
    "Two discounts with the same coupon code",
    "Whoever enters the code gets both.",
    "spring: {coupon: SPRING}\n# summer: {coupon: SPRING}",
    "spring: {coupon: SPRING}\n# summer: {coupon: SUMMER}",
)
UNIFIED_DAY_WITHOUT_STUB = CodeInfo(
    "P208",
    "unified-day-without-stub",
    "warning",
    "Terms that end on a unified day, without saying what the extra part costs",
    "Without `stub` the part from the anniversary to the unified day costs a whole price period, even where it is a single day.",
    "renewals: {anniversary: {align: last-day}}",
    "renewals: {anniversary: {align: last-day, stub: actual-days}}",
)
SECONDS_FROM_A_DAY = CodeInfo(
    "P209",
    "seconds-from-a-day",
    "error",
    "Remaining time in seconds that does not count from the instant of the change",
    "`seconds` measures elapsed time from the instant of the change, so no day or hour of the change has an owner.",
    "remaining: {monthly: seconds, yearly: seconds, counts_from: next-day}",
    "remaining: {monthly: seconds, yearly: seconds, counts_from: instant}",
)
STUB_WITHOUT_EFFECT = CodeInfo(
    "P210",
    "stub-without-effect",
    "warning",
    "A `stub` where no part of a period is charged",
    "A mode's `stub` is for part periods of what it bills by the month, a renewal's for the part until its unified day (`align`).",
    "renewals: {anniversary: {price: in-force, stub: actual-days}}",
    "renewals: {anniversary: {price: in-force, align: last-day, stub: actual-days}}",
)
FEE_ABOVE_PAID = CodeInfo(
    "P216",
    "fee-above-paid",
    "error",
    "A cancellation fee of more than what was paid",
    "The fee is a share of the amount paid, and a refund is never below zero: above 100% the table says something that cannot happen.",
    "fee: [{fee: 150%}]",
    "fee: [{fee: 15%}]",
)
DISCOUNT_REACHES_NOTHING = CodeInfo(
    "P217",
    "discount-reaches-nothing",
    "warning",
    "A discount that no order can get",
    "Its billing modes sell none of its items, or have no terms to go by: its author thinks that somebody gets it.",
    "spring: {billing_modes: [pay-per-use], items: [seat]}  # `seat` is sold yearly only",
    "spring: {billing_modes: [yearly-monthly], items: [seat]}",
)
CONDITION_OF_USAGE = CodeInfo(
    "P218",
    "condition-of-usage",
    "warning",
    "A rule asks a column of usage where no usage is charged",
    "A column says something of one record. What is paid in advance, held as a fee or rounded for the whole bill has no record, so the rule never applies.",
    "rounding: [{at: invoice, mode: down, when: {region: eu-west}}]      # `region` has `source: usage`",
    "rounding: [{at: line, mode: down, when: {region: eu-west}}]",
)
