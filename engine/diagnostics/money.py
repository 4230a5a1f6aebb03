"""Codes of family M: amounts and currencies."""

from engine.diagnostics.record import CodeInfo

UNKNOWN_CURRENCY = CodeInfo(
    "M101",
    "not-a-currency",
    "error",
    "A currency that ISO 4217 does not have",
    "The code decides how amounts are rounded and what invoices say.",
    "currency: EURO",
    "currency: EUR",
)
WITHDRAWN_CURRENCY = CodeInfo(
    "M102",
    "withdrawn-currency",
    "error",
    "A currency on a day on which it was one no longer",
    "A currency that ISO 4217 has withdrawn can be paid until that day. Its prices end then, and nothing is ordered or billed in it.",
    "currency: HRK\neffective: 2023-06-01",
    "currency: HRK\neffective: 2022-06-01",
)
PAYABLE_STEP = CodeInfo(
    "M103",
    "payable-step-unclear",
    "error",
    "A rounding of the sum to pay that does not say to what multiple",
    "`at: payable` rounds what is paid to a multiple of `to`: an amount above 0 that can be paid. No other step has one.",
    "rounding: [{at: line, mode: half-up}, {at: payable, to: 0, mode: half-up}]",
    "rounding: [{at: line, mode: half-up}, {at: payable, to: 0.05, mode: half-up}]",
)
TOO_MANY_DECIMALS = CodeInfo(
    "M201",
    "too-many-decimals",
    "warning",
    "An amount of money with more decimals than its currency",
    "A fee or discount of 9.995 cannot be paid; it is rounded on the invoice, which is probably not meant.",
    "amount_off: {EUR: 9.995}",
    "amount_off: {EUR: 9.99}",
)
ZERO_PRICE = CodeInfo(
    "M202",
    "zero-price",
    "warning",
    "Something that used to cost money, or costs money below, is free",
    "A forgotten price gives the item away.",
    "plan: {small: 20.00, large: 0.00}",
    "plan: {small: 20.00, large: 90.00}",
)
POWER_OF_TEN = CodeInfo(
    "M203",
    "power-of-ten",
    "warning",
    "A price that is ten times off",
    "A price that differs from the one before it, or from its neighbours, by a power of ten is mostly a slipped decimal point.",
    "plan: {small: 20.00, large: 9.00}  # large: 90.00 in the next entry",
    "plan: {small: 20.00, large: 95.00}",
)
DISCOUNT_CURRENCY = CodeInfo(
    "M204",
    "discount-in-unpriced-currency",
    "warning",
    "An amount off in a currency in which nothing is sold",
    "An order is priced in one currency; an amount off in another can never apply.",
    "amount_off: {USD: 5.00}  # every price is in EUR",
    "amount_off: {EUR: 5.00}",
)
ROUNDING_CURRENCY = CodeInfo(
    "M207",
    "rounding-in-unpriced-currency",
    "warning",
    "A rounding of the sum to pay in a currency in which nothing is sold",
    "A bill is in one currency, and a number without one is in the book's; a rounding in another can never apply.",
    "to: {CHF: 0.05}  # every price is in EUR",
    "to: {EUR: 0.05}",
)
LADDER_FALLS = CodeInfo(
    "M205",
    "ladder-falls",
    "warning",
    "A higher spec that costs less than a lower one",
    "Specs stand in the order of their ladder, lowest first; nobody would buy the lower one, so one of the prices is probably a slip.",
    "plan: {small: 19.00, large: 15.00}",
    "plan: {small: 19.00, large: 89.00}",
)
ONE_PRICE_FOR_ALL = CodeInfo(
    "M206",
    "one-price-for-all-specs",
    "warning",
    "One price that replaces different prices of every spec",
    "A number for an item with specs is the price of each of them; where they cost different amounts before, only one was probably meant.",
    "plan: 99.00  # before: small 20.00, large 90.00",
    "plan: {large: 99.00}",
)
