"""Codes of family S: keys and values that the language does not have."""

from engine.diagnostics.record import CodeInfo

UNKNOWN_KEY = CodeInfo(
    "S101", "unknown-key", "error", "a key that the language does not have",
    "A key with a typing mistake would otherwise be ignored, and the rule would silently not hold.",
    "provide: {users: 1}", "provides: {users: 1}",
)  # fmt: skip
RESERVED_KEY = CodeInfo(
    "S102", "reserved-key", "error", "a key that is reserved for later",
    "The language keeps this word for something that is planned, so that today's files will not change their meaning.",
    "model: graduated\nderived_from: users",
    "model: graduated",
)  # fmt: skip
MISSING_KEY = CodeInfo(
    "S103", "missing-key", "error", "a key that is needed is missing",
    "Without it the rule has no meaning; the language has no default for it.",
    "title: Further user\nquantity: {min: 1, step: 1}",
    "title: Further user\nunit: user\nquantity: {min: 1, step: 1}",
)  # fmt: skip
WRONG_KIND = CodeInfo(
    "S104", "wrong-kind", "error", "a list, a mapping or a single value stands where another kind belongs",
    "The indentation or the dashes make another structure than the one that is meant.",
    "terms: 1 month, 6 months, 1 year", "terms: [1 month, 6 months, 1 year]",
)  # fmt: skip
NOT_A_NUMBER = CodeInfo(
    "S105", "not-a-number", "error", "a number is not written as the language writes numbers",
    "`1,200`, `1_200`, `1e3` and `.5` are read differently by different programs; `1200` and `0.5` are not.",
    "unit_price: 2.4O  # the last sign is a letter", "unit_price: 2.40",
)  # fmt: skip
NOT_A_PERCENTAGE = CodeInfo(
    "S106", "not-a-percentage", "error", "a percentage is not written with its sign",
    "`0.17` and `17` could both be meant as 17%; only `17%` says it.",
    "percent_off: 0.10", "percent_off: 10%",
)  # fmt: skip
NOT_A_DURATION = CodeInfo(
    "S107", "not-a-duration", "error", "a duration is not written as a number and a unit of time",
    "`1m` is a month to some and a minute to others.",
    "full_refund_within: 5d", "full_refund_within: 5 days",
)  # fmt: skip
NOT_A_QUANTITY = CodeInfo(
    "S108", "not-a-quantity", "error", "a quantity is not written as a number and its unit",
    "The unit of a quantity is converted, so it must be told from the number: `100 GB`.",
    "max: 50TB", "max: 50 TB",
)  # fmt: skip
NOT_A_DATE = CodeInfo(
    "S109", "not-a-date", "error", "a date is not written year first",
    "`2/1/2026` is in January to some and in February to others; `2026-01-02` is not.",
    "until: 4/1/2026", "until: 2026-04-01",
)  # fmt: skip
NOT_A_BOOLEAN = CodeInfo(
    "S110", "not-true-or-false", "error", "something else than `true` or `false` stands where one of them belongs",
    "`yes`, `no`, `on` and `off` mean different things to different YAML readers.",
    "prices_include_tax: no", "prices_include_tax: false",
)  # fmt: skip
UNKNOWN_WORD = CodeInfo(
    "S111", "unknown-word", "error", "a word that this key does not know",
    "Each word here stands for a rule; a word that is none of them says nothing.",
    "charge: diference", "charge: difference",
)  # fmt: skip
OUT_OF_RANGE = CodeInfo(
    "S112", "out-of-range", "error", "a value that cannot be meant",
    "Prices, bounds and allowances are not negative; durations, dates and lists have an end, within which everything can be computed "
    "(rule language, 1, Bounds).",
    "places: 2.5", "places: 2",
)  # fmt: skip
EMPTY_VALUE = CodeInfo(
    "S113", "empty-value", "error", "a key has no value",
    "A key without a value could mean nothing, zero or forgotten.",
    "seat:\n  title:\n  unit: user",
    "seat:\n  title: Further user\n  unit: user",
)  # fmt: skip
QUOTED_NUMBER = CodeInfo(
    "S114", "quoted-number", "error", "a number stands in quotes",
    "In quotes it is a text. Numbers are written without them, exactly as they are meant.",
    'unit_price: "2.40"', "unit_price: 2.40",
)  # fmt: skip
NOT_READABLE = CodeInfo(
    "S115", "not-readable-here", "error", "a value has a form that this key does not know",
    "Some keys allow two or three forms (a word or a duration, a term or a quantity); what is written is none of them.",
    "auto_renew: 7 days\n", "auto_renew: 7 days before\n",
)  # fmt: skip
