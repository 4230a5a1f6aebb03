"""Codes of family P: discounts and policies."""

from engine.diagnostics.record import CodeInfo

BENEFIT_UNCLEAR = CodeInfo(
    "P101",
    "benefit-unclear",
    "error",
    "A discount with no benefit, two benefits, or tiers that do not fit `by`",
    "A discount has one benefit, or `by` with `tiers` that have one each; `pay_for` needs tiers by term.",
    "percent_off: 10%, amount_off: 5.00",
    "percent_off: 10%",
)
REMAINING_MISSING = CodeInfo(
    "P102",
    "remaining-missing",
    "error",
    "A prorated change that does not say how the remaining time is counted",
    "Who owns the day of the change is never guessed: `remaining` must name its conventions and `counts_from`.",
    "other: {supports: [upgrade, downgrade], charge: difference}",
    "other: {supports: [upgrade, downgrade], charge: difference, remaining: {monthly: calendar-months, yearly: days-of-365, counts_from: next-day}}",
)
TERMS_UNLIKE = CodeInfo(
    "P113",
    "terms-unlike",
    "error",
    "Terms of a mode that are not all months, or all whole days",
    "A month has no fixed number of days, so days and months are never compared: a mode has terms of one kind.",
    "terms: [1 week, 1 month]",
    "terms: [1 week, 2 weeks, 28 days]",
)
POLICY_OF_OTHER_TERMS = CodeInfo(
    "P114",
    "policy-of-other-terms",
    "error",
    "A policy that does not fit the terms of a mode that uses it",
    "What is left of a term is counted by `yearly`, `monthly` or `daily`; terms of days end on a unified day of the week, others on one of the month.",
    "remaining: {monthly: calendar-months, yearly: days-of-365, counts_from: next-day}  # in a mode with `terms: [1 week]`",
    "remaining: {daily: actual-days, counts_from: next-day}",
)
RENEWAL_WITH_CHARGE = CodeInfo(
    "P103",
    "change-at-renewal-with-charge",
    "error",
    "A change that waits for the renewal and yet costs something now",
    "`takes_effect: next-renewal` goes with `charge: none` only: the renewal is paid at its own price.",
    "downgrade: {takes_effect: next-renewal, charge: full-difference}",
    "downgrade: {takes_effect: next-renewal, charge: none}",
)
ON_DIFFERENCE_WITH_OTHERS = CodeInfo(
    "P108",
    "on-difference-with-others",
    "error",
    "A discount on the difference where the two prices are not discounted alike",
    "`discount: on-difference` discounts what is new less what is old as one: it does not go with a credit at the list price, nor with a new full term.",
    "upgrade: {discount: on-difference, credit: {base: list}}",
    "upgrade: {discount: on-difference}",
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
    "discount_policy: [partner, {best_of: [partner]}]",
    "discount_policy: [partner]",
)
MODE_CHANGE_TO_ITSELF = CodeInfo(
    "P106",
    "mode-change-to-itself",
    "error",
    "A mode change that leads back to its own mode",
    "A subscription cannot move to the mode that it is in.",
    "- {from: yearly-monthly, to: yearly-monthly, takes_effect: at-expiry}",
    "- {from: yearly-monthly, to: pay-per-use, takes_effect: at-expiry}",
)
SUPPORTED_DIRECTION_MISSING = CodeInfo(
    "P107",
    "direction-not-supported",
    "error",
    "Terms for a direction of change that the policy does not support",
    "The block would never apply: either the direction is missing from `supports`, or the block is a left-over.",
    "supports: [upgrade], charge: none, downgrade: {charge: none}",
    "supports: [upgrade, downgrade], charge: none, downgrade: {charge: none}",
)
COMMITMENT_UNUSABLE = CodeInfo(
    "P110",
    "commitment-unusable",
    "error",
    "A commitment that no bill of its mode can owe",
    "What is missing is owed with bills of usage and fees: the mode has to bill something in scope by usage, in the commitment's currency, at least as often.",
    "floor: {amount: {USD: 100.00}, every: month}",
    "floor: {amount: {EUR: 100.00}, every: month}",
)
COMMITMENT_CONDITIONS_TWICE = CodeInfo(
    "P111",
    "commitment-conditions-twice",
    "error",
    "A commitment whose conditions stand in two places",
    "`when`, `effective` and `until` of a commitment stand beside its amount, or beside its use in a mode; of both, nobody could tell which hold.",
    "commitment: [{use: floor, effective: 2026-07-01}]",
    "commitment: floor",
)
SMALLER_DISCOUNT = CodeInfo(
    "P201",
    "longer-term-smaller-discount",
    "warning",
    "A longer term with a smaller discount",
    "Customers who commit for longer expect to pay less, not more.",
    "tiers: [{from: 6 months, percent_off: 20%}, {from: 1 year, percent_off: 10%}]",
    "tiers: [{from: 6 months, percent_off: 10%}, {from: 1 year, percent_off: 20%}]",
)
DEARER_TERM = CodeInfo(
    "P202",
    "year-dearer-than-months",
    "warning",
    "A year costs more than twelve months, or a term more than shorter ones",
    "Nobody would buy the longer one: the same time is cheaper piece by piece.",
    "seat: [{unit_price: 5.00, per: month}, {unit_price: 66.00, per: year}]",
    "seat: [{unit_price: 5.00, per: month}, {unit_price: 54.00, per: year}]",
)
COUPON_WITHOUT_END = CodeInfo(
    "P203",
    "coupon-without-end",
    "warning",
    "A coupon that never expires",
    "Codes travel. One without `until` is a price cut for everybody, for ever.",
    "coupon: PARTNER, percent_off: 5%",
    "coupon: PARTNER, until: 2027-01-01, percent_off: 5%",
)
STACK_TOO_DEEP = CodeInfo(
    "P204",
    "discounts-stack",
    "warning",
    "Discounts that together leave almost nothing",
    "Each stage applies to what the stage before left; together they give nearly everything away.",
    "discount_policy: [deep, deeper]  # 80% off, and 60% off the rest",
    "discount_policy: [{best_of: [deep, deeper]}]",
)
TIER_ABOVE_TERMS = CodeInfo(
    "P205",
    "discount-tier-above-terms",
    "warning",
    "A discount for a term that is not on sale",
    "No order can reach it: either the term is missing from the mode, or the tier is a left-over.",
    "tiers: [{from: 6 months, percent_off: 10%}, {from: 5 years, percent_off: 20%}]  # the longest of `terms` is 1 year",
    "tiers: [{from: 6 months, percent_off: 10%}, {from: 1 year, percent_off: 20%}]",
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
    "spring: {title: Spring, when: {segment: partner}, coupon: SPRING, until: 2027-01-01, amount_off: 10.00}\n"
    "summer: {title: Summer, coupon: SPRING, until: 2027-01-01, amount_off: 5.00}",
    "spring: {title: Spring, when: {segment: partner}, coupon: SPRING, until: 2027-01-01, amount_off: 10.00}\n"
    "summer: {title: Summer, coupon: SUMMER, until: 2027-01-01, amount_off: 5.00}",
)
UNIFIED_DAY_WITHOUT_STUB = CodeInfo(
    "P208",
    "unified-day-without-stub",
    "warning",
    "Terms that end on a unified day, without saying what the extra part costs",
    "Without `stub` the part from the anniversary to the unified day costs a whole price period, even where it is a single day.",
    "anniversary: {price: in-force, anchor: original-day, align: last-day}",
    "anniversary: {price: in-force, anchor: original-day, align: last-day, stub: actual-days}",
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
    "anniversary: {price: in-force, anchor: original-day, stub: actual-days}",
    "anniversary: {price: in-force, anchor: original-day, align: last-day, stub: actual-days}",
)
FEE_ABOVE_PAID = CodeInfo(
    "P216",
    "fee-above-paid",
    "error",
    "A cancellation fee of more than what was paid",
    "The fee is a share of the amount paid, and a refund is never below zero: above 100% the table says something that cannot happen.",
    "fee: [{fee: 110%}]",
    "fee: [{fee: 10%}]",
)
DISCOUNT_REACHES_NOTHING = CodeInfo(
    "P217",
    "discount-reaches-nothing",
    "warning",
    "A discount that no order can get",
    "Its billing modes sell none of its items, or have no terms to go by: its author thinks that somebody gets it.",
    "items: [seat], billing_modes: [pay-per-use], when: {segment: education}  # pay-per-use sells no `seat`",
    "items: [seat], when: {segment: education}",
)
CONDITION_OF_USAGE = CodeInfo(
    "P218",
    "condition-of-usage",
    "warning",
    "A rule asks a column of usage where no usage is charged",
    "A column says something of one record. What is paid in advance, held as a fee or rounded for the whole bill has no record, so the rule never applies.",
    "- {at: invoice, mode: down, when: {region: eu-west}}  # `region` has `source: usage`",
    "- {at: line, mode: down, when: {region: eu-west}}",
)
ROW_NEVER_APPLIES = CodeInfo(
    "P219",
    "policy-row-never-applies",
    "warning",
    "A row of a policy that no case reaches",
    "Its author thinks that some customers get it: either its dates and `when` are wrong, or it is a left-over.",
    "upgrade: {discount: current}  # the mode sells nothing with several specs",
    "expand: {discount: current}",
)
CASE_LEFT_OPEN = CodeInfo(
    "P220",
    "policy-leaves-case-open",
    "warning",
    "A case that a policy leaves open",
    "A customer in this case is refused, and nobody wrote that this is meant.",
    "supports: [upgrade, downgrade]  # the mode sells packages too, of which customers take more or fewer",
    "supports: [upgrade, downgrade, expand, reduce]",
)
LATE_BREAK_EVEN = CodeInfo(
    "P221",
    "break-even-after-term",
    "warning",
    "A price in advance that pays off only after its term",
    "Whoever compares the two modes takes the other one: paying in advance costs more, however much is used.",
    "items: {seat: 9.00}  # the same seat costs 5.00 a month in the mode `monthly`",
    "items: {seat: 4.50}",
)
CHANGE_AND_BACK = CodeInfo(
    "P222",
    "change-and-back-gains",
    "warning",
    "A change and the way back that leave the customer a gain",
    "Whoever notices repeats it: each round returns more than it costs.",
    "upgrade: {charge: none}  # a downgrade returns the difference all the same",
    "upgrade: {charge: difference}",
)
REFUND_ABOVE_PAID = CodeInfo(
    "P223",
    "refund-above-paid",
    "warning",
    "A change that returns more than was paid",
    "A refund by list prices of what was bought at a discount pays customers for buying and leaving.",
    "credit: {base: list, cap: none}",
    "credit: {base: paid, cap: paid}",
)
COMMITMENT_ABOVE_SALES = CodeInfo(
    "P230",
    "commitment-above-sales",
    "warning",
    "A commitment above all that can be sold in its time",
    "Where every item in scope has a largest quantity, the dearest order is known: a commitment above it is never reached.",
    "floor: {amount: 500.00, every: month}",
    "floor: {amount: 100.00, every: month}",
)
