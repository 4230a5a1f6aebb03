"""Codes of family T: tiers that are ambiguous or never reached."""

from engine.diagnostics.record import CodeInfo

BOUNDS_NOT_RISING = CodeInfo(
    "T101", "bounds-not-rising", "error", "A tier that ends before the one above it",
    "Tiers are read top to bottom; a bound that does not rise leaves a tier that holds nothing.",
    "tiers: [{up_to: 100, unit_price: 2.40}, {up_to: 50, unit_price: 2.10}, {unit_price: 2.00}]",
    "tiers: [{up_to: 50, unit_price: 2.40}, {up_to: 100, unit_price: 2.10}, {unit_price: 2.00}]",
)
LAST_TIER_BOUNDED = CodeInfo(
    "T102", "last-tier-not-open", "error", "The last tier has an end",
    "Quantities above it would have no price.",
    "tiers: [{up_to: 100, unit_price: 2.40}, {up_to: 200, unit_price: 2.10}]",
    "tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]",
)
OPEN_TIER_NOT_LAST = CodeInfo(
    "T103", "open-tier-not-last", "error", "A tier without an end that is not the last",
    "It holds everything, so the tiers below it are never reached.",
    "tiers: [{unit_price: 2.40}, {up_to: 100, unit_price: 2.10}]",
    "tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]",
)
TIER_PRICE_UNCLEAR = CodeInfo(
    "T104", "tier-price-unclear", "error", "A tier with two prices, or two ends, or no price at all",
    "A tier has `unit_price` or `package`, or neither where its `flat` is all it costs; and `up_to` or `below`.",
    "tiers: [{up_to: 100, unit_price: 2.40, package: {size: 10, price: 20.00}}, {unit_price: 2.10}]",
    "tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]",
)
NEGATIVE_PRICE = CodeInfo(
    "T105", "negative-price", "error", "A price, flat fee, bound or allowance below zero",
    "Money goes from the customer to the seller; what goes back is a discount.",
    "seat: -5.00", "seat: 5.00",
)
DISCOUNT_TIERS_NOT_RISING = CodeInfo(
    "T106", "discount-tiers-not-rising", "error", "A discount tier that begins before the one above it",
    "Tiers of a discount are reached at or above `from`, from top to bottom.",
    "tiers: [{from: 2 years, percent_off: 25%}, {from: 1 year, percent_off: 17%}]",
    "tiers: [{from: 1 year, percent_off: 17%}, {from: 2 years, percent_off: 25%}]",
)
PERCENT_OF_WHAT = CodeInfo(
    "T107", "percent-of-what", "error", "A percentage as a price where the item is not counted in money",
    "7% of a number of users is no amount of money; only an item whose unit is a currency can cost a percentage.",
    "items: {seat: {unit: user}}\n# priced `seat: 7%`", "items: {payments: {unit: USD}}\n# priced `payments: 7%`",
)
MINIMUM_ABOVE_MAXIMUM = CodeInfo(
    "T108", "minimum-above-maximum", "error", "A minimum above its maximum",
    "No amount or quantity can satisfy both.",
    "quantity: {min: 100, max: 10}", "quantity: {min: 10, max: 100}",
)
