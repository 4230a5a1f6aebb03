"""Codes of family T: tiers that are ambiguous or never reached."""

from engine.diagnostics.record import CodeInfo

BOUNDS_NOT_RISING = CodeInfo(
    "T101",
    "bounds-not-rising",
    "error",
    "A tier that ends before the one above it",
    "Tiers are read top to bottom; a bound that does not rise leaves a tier that holds nothing.",
    "tiers: [{up_to: 100, unit_price: 2.40}, {up_to: 50, unit_price: 2.20}, {unit_price: 2.10}]",
    "tiers: [{up_to: 50, unit_price: 2.40}, {up_to: 100, unit_price: 2.20}, {unit_price: 2.10}]",
)
LAST_TIER_BOUNDED = CodeInfo(
    "T102",
    "last-tier-not-open",
    "error",
    "The last tier has an end",
    "Quantities above it would have no price.",
    "tiers: [{up_to: 100, unit_price: 2.40}, {up_to: 200, unit_price: 2.10}]",
    "tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]",
)
OPEN_TIER_NOT_LAST = CodeInfo(
    "T103",
    "open-tier-not-last",
    "error",
    "A tier without an end that is not the last",
    "It holds everything, so the tiers below it are never reached.",
    "tiers: [{unit_price: 2.40}, {up_to: 200, unit_price: 2.20}, {unit_price: 2.10}]",
    "tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]",
)
TIER_PRICE_UNCLEAR = CodeInfo(
    "T104",
    "tier-price-unclear",
    "error",
    "A tier with two prices, or two ends, or no price at all",
    "A tier has `unit_price` or `package`, or neither where its `flat` is all it costs; and `up_to` or `below`.",
    "{up_to: 100, unit_price: 2.40, package: {size: 10, price: 20.00}}",
    "{up_to: 100, package: {size: 10, price: 24.00}}",
)
NEGATIVE_PRICE = CodeInfo(
    "T105",
    "negative-price",
    "error",
    "A price, flat fee, bound or allowance below zero",
    "Money goes from the customer to the seller; what goes back is a discount.",
    "item,unit_price\ncalls,-0.02",
    "item,unit_price\ncalls,0.02",
)
DISCOUNT_TIERS_NOT_RISING = CodeInfo(
    "T106",
    "discount-tiers-not-rising",
    "error",
    "A discount tier that begins before the one above it",
    "Tiers of a discount are reached at or above `from`, from top to bottom.",
    "tiers: [{from: 1 year, percent_off: 15%}, {from: 6 months, percent_off: 5%}]",
    "tiers: [{from: 6 months, percent_off: 5%}, {from: 1 year, percent_off: 15%}]",
)
PERCENT_OF_WHAT = CodeInfo(
    "T107",
    "percent-of-what",
    "error",
    "A percentage as a price where the item is not counted in money",
    "7% of a number of users is no amount of money; only an item whose unit is a currency can cost a percentage.",
    "sales: {title: Sales, unit: user}  # and a price of 7%",
    "sales: {title: Sales, unit: EUR}",
)
MINIMUM_ABOVE_MAXIMUM = CodeInfo(
    "T108",
    "minimum-above-maximum",
    "error",
    "A minimum above its maximum",
    "No amount or quantity can satisfy both.",
    "quantity: {min: 100, max: 10}",
    "quantity: {min: 10, max: 100}",
)
ALLOWANCE_TERMS = CodeInfo(
    "T109",
    "allowance-terms",
    "error",
    "An allowance that cannot be shared, end or be carried over",
    "Only what is metered and billed by the period uses an allowance up bit by bit; a level that is charged window by window does not.",
    "desk: {unit_price: 12.00, allowance: {quantity: 5, lasts: 12 months}}",
    "desk: {unit_price: 12.00, allowance: 5}",
)
NET_BOUND = CodeInfo(
    "T110",
    "net-bound-of-prepaid",
    "error",
    "A minimum or maximum after discounts, of something that is paid in advance",
    "It is compared once for each line of a billing period; a term that is paid in advance has none.",
    "desk: {unit_price: 12.00, maximum: {amount: 100.00, of: net}}",
    "desk: {unit_price: 12.00, maximum: 100.00}",
)
TIER_BY = CodeInfo(
    "T111",
    "tier-by-unclear",
    "error",
    "A tier that cannot be chosen by what `tier_by` names",
    "The tier is the one that the use of other items in the same billing period reaches, and with several of them each bound says of which it is.",
    "calls: {model: volume, tier_by: calls, tiers: [{up_to: 1000, unit_price: 0.02}, {unit_price: 0.01}]}",
    "calls: {model: volume, tier_by: visits, tiers: [{up_to: 1000, unit_price: 0.02}, {unit_price: 0.01}]}",
)
TIER_BY_CIRCLE = CodeInfo(
    "T112",
    "tier-by-circle",
    "error",
    "Items each of which chooses the tier of the other",
    "Which tier holds must be found by looking at one item after the other.",
    "visits: {tier_by: calls, tiers: [{up_to: 1000, unit_price: 0.02}, {unit_price: 0.01}]}",
    "visits: {unit_price: 0.02}",
)
UNREACHABLE_TIER = CodeInfo(
    "T201",
    "unreachable-tier",
    "warning",
    "A tier that no quantity on sale reaches",
    "The item's `quantity` allows no amount that lies in it, so its price is never charged.",
    "quantity: {max: 50}  # the second tier begins above 100",
    "quantity: {max: 500}",
)
TIERS_ALIKE = CodeInfo(
    "T202",
    "tiers-alike",
    "warning",
    "Two neighbouring tiers that cost the same",
    "The bound between them changes nothing: probably one of the prices was not edited.",
    "tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.40}]",
    "tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]",
)
BOUND_OFF_STEP = CodeInfo(
    "T203",
    "bound-off-step",
    "warning",
    "A tier ends between two steps in which the item is sold",
    "Nobody can order exactly that much, so the tier ends earlier than it seems.",
    "tiers: [{up_to: 105, unit_price: 2.40}, {unit_price: 2.10}]  # quantity: {min: 10, step: 10}",
    "tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]",
)
RISING_TIER = CodeInfo(
    "T204",
    "rising-unit-price",
    "warning",
    "A unit price that rises in a ladder of falling prices",
    "The other tiers get cheaper with the quantity; one that gets dearer is probably a slip.",
    "tiers: [{up_to: 10, unit_price: 2.40}, {up_to: 100, unit_price: 2.60}, {unit_price: 2.10}]",
    "tiers: [{up_to: 10, unit_price: 2.40}, {up_to: 100, unit_price: 2.20}, {unit_price: 2.10}]",
)
ALLOWANCE_ABOVE_TIER = CodeInfo(
    "T205",
    "allowance-above-first-tier",
    "warning",
    "An allowance larger than the first tier",
    "Tiers count what is left after the allowance; the author may have meant the first tier to be the free one, and gives both.",
    "allowance: 200, tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]",
    "allowance: 20, tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]",
)
VOLUME_CLIFF = CodeInfo(
    "T206",
    "volume-cliff",
    "warning",
    "Buying more costs less",
    "In `volume` all units take the price of the tier reached, so just above a bound the whole amount drops: who needs a little "
    "less pays more than who buys more.",
    "model: volume, tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 1.80}]",
    "model: graduated, tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 1.80}]",
)
POINT_FOR_THOUSANDS = CodeInfo(
    "T207",
    "point-between-thousands",
    "warning",
    "A quantity whose decimal point stands where others part thousands",
    "A point always begins the decimals here: `20.000` is twenty, and a limit of twenty refuses what twenty thousand would allow.",
    "- {resource: users, max: 1.000}",
    "- {resource: users, max: 1000}",
)
BOUND_FITS_NOTHING = CodeInfo(
    "T208",
    "bound-fits-nothing",
    "warning",
    "A limit or quantity rule that does not fit what the book sells",
    "A spec, a tier or an example lies outside of it, so orders that the book plainly means to accept are refused.",
    "- {resource: users, max: 10}  # a spec provides 50 users",
    "- {resource: users, max: 1000}",
)
IDLE_LIMIT = CodeInfo(
    "T209",
    "limit-never-reached",
    "warning",
    "Two limits for the same resource and the same orders",
    "Both bind, so only the stricter one is ever reached; the author of the other thinks that it counts.",
    "limits:\n  - {resource: users, max: 1000}\n  - {resource: storage, max: 50 TB}\n  - {resource: users, max: 2000}",
    "limits:\n  - {resource: users, max: 1000}\n  - {resource: storage, max: 50 TB}",
)
SINGLE_TIER = CodeInfo(
    "T210",
    "single-tier",
    "warning",
    "A ladder of prices with one tier only",
    "One tier for every quantity is a price for each unit: another tier was probably lost.",
    "seat: {model: graduated, tiers: [{unit_price: 2.30}]}",
    "seat: 2.30",
)
ODD_PROVISION = CodeInfo(
    "T211",
    "provides-another-quantity",
    "warning",
    "A unit of an item that provides another quantity of the same kind",
    "One GB that provides 1 TB counts a thousandfold against limits and quotas.",
    "unit: GB\nprovides: {storage: 1 TB}",
    "unit: GB\nprovides: {storage: 1 GB}",
)
PROVIDES_LESS = CodeInfo(
    "T212",
    "higher-spec-provides-less",
    "warning",
    "A spec that provides less than the one below it on the ladder",
    "A ladder goes up: one spec that goes down is probably a digit lost, and an upgrade to it takes something away.",
    "box-1: {title: One, provides: {users: 5}}\nbox-2: {title: Two, provides: {users: 2}}\nbox-3: {title: Three, provides: {users: 50}}",
    "box-1: {title: One, provides: {users: 5}}\nbox-2: {title: Two, provides: {users: 20}}\nbox-3: {title: Three, provides: {users: 50}}",
)
NEVER_GONE = CodeInfo(
    "T213",
    "carry-over-never-gone",
    "warning",
    "What an allowance leaves is kept as good as for ever",
    "Each billing period adds to it, so whoever uses little for years may use a lot at once, for nothing.",
    "allowance: {quantity: 500, carry_over: 100 years}",
    "allowance: {quantity: 500, carry_over: 1 month}",
)
SHARED_WITH_NOBODY = CodeInfo(
    "T214",
    "allowance-shared-with-nobody",
    "warning",
    "An allowance across attributes where nothing keeps records apart",
    "All usage of the item is one line already; a price that depends on an attribute was probably meant to stand beside it.",
    "allowance: {quantity: 500, across: attributes}",
    "allowance: 500",
)
ALLOWANCES_DIFFER = CodeInfo(
    "T215",
    "shared-allowances-differ",
    "warning",
    "Prices that share one allowance and say different ones",
    "What all of them used counts, and each frees up to its own: one of the two quantities was probably not edited.",
    "allowance: {quantity: 400, across: attributes}",
    "allowance: {quantity: 500, across: attributes}",
)
