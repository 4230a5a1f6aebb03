"""Codes of family P: discounts and policies."""

from engine.diagnostics.record import CodeInfo

BENEFIT_UNCLEAR = CodeInfo(
    "P101", "benefit-unclear", "error", "A discount with no benefit, two benefits, or tiers that do not fit `by`",
    "A discount has one benefit, or `by` with `tiers` that have one each; `pay_for` needs tiers by term.",
    "discounts: {spring: {title: Spring, percent_off: 10%, amount_off: 5.00}}", "discounts: {spring: {title: Spring, percent_off: 10%}}",
)
REMAINING_MISSING = CodeInfo(
    "P102", "remaining-missing", "error", "A prorated change that does not say how the remaining time is counted",
    "Who owns the day of the change is never guessed: `remaining` must name its conventions and `counts_from`.",
    "spec_changes: {prorated: {supports: [upgrade], charge: difference}}",
    "spec_changes: {prorated: {supports: [upgrade], charge: difference, "
    "remaining: {monthly: calendar-months, yearly: days-of-365, counts_from: next-day}}}",
)
RENEWAL_WITH_CHARGE = CodeInfo(
    "P103", "change-at-renewal-with-charge", "error", "A change that waits for the renewal and yet costs something now",
    "`takes_effect: next-renewal` goes with `charge: none` only: the renewal is paid at its own price.",
    "downgrade: {takes_effect: next-renewal, charge: difference}", "downgrade: {takes_effect: next-renewal, charge: none}",
)
IMMEDIATELY_ON_PREPAID = CodeInfo(
    "P104", "new-price-for-paid-term", "error", "A new price that reaches prepaid subscriptions in the middle of a paid term",
    "What was bought keeps its price until it is renewed; `running_subscriptions: immediately` is for postpaid items.",
    "running_subscriptions: immediately  # in a prepaid mode", "running_subscriptions: next-renewal",
)
DISCOUNT_STAGE_TWICE = CodeInfo(
    "P105", "discount-in-two-stages", "error", "A discount that stands in two stages",
    "It would be given twice.",
    "discount_policy: [spring, {best_of: [spring, education]}]", "discount_policy: [{best_of: [spring, education]}]",
)
MODE_CHANGE_TO_ITSELF = CodeInfo(
    "P106", "mode-change-to-itself", "error", "A mode change that leads back to its own mode",
    "A subscription cannot move to the mode that it is in.",
    "mode_changes: [{from: monthly, to: monthly, takes_effect: immediately}]",
    "mode_changes: [{from: monthly, to: yearly, takes_effect: immediately}]",
)
SUPPORTED_DIRECTION_MISSING = CodeInfo(
    "P107", "direction-not-supported", "error", "Terms for a direction of change that the policy does not support",
    "The block would never apply: either the direction is missing from `supports`, or the block is a left-over.",
    "supports: [upgrade]\ndowngrade: {charge: none}", "supports: [upgrade, downgrade]\ndowngrade: {charge: none}",
)
