"""Codes of family S: keys and values that the language does not have."""

from engine.diagnostics.record import CodeInfo

UNKNOWN_KEY = CodeInfo(
    "S101", "unknown-key", "error", "a key that the language does not have",
    "A key with a typing mistake would otherwise be ignored, and the rule would silently not hold.",
    "storage: {unit: GB, titel: Storage}\n", "storage: {unit: GB, title: Storage}\n",
)  # fmt: skip
RESERVED_KEY = CodeInfo(
    "S102", "reserved-key", "error", "a key that is reserved for later",
    "The language keeps this word for something that is planned, so that today's files will not change their meaning.",
    "model: graduated\ntier_by: account\n", "model: graduated\n",
)  # fmt: skip
MISSING_KEY = CodeInfo(
    "S103", "missing-key", "error", "a key that is needed is missing",
    "Without it the rule has no meaning; the language has no default for it.",
    "storage: {title: Storage}\n", "storage: {title: Storage, unit: GB}\n",
)  # fmt: skip
WRONG_KIND = CodeInfo(
    "S104", "wrong-kind", "error", "a list, a mapping or a single value stands where another kind belongs",
    "The indentation or the dashes make another structure than the one that is meant.",
    "limits: {resource: users, max: 10}\n", "limits:\n  - {resource: users, max: 10}\n",
)  # fmt: skip
NOT_A_NUMBER = CodeInfo(
    "S105", "not-a-number", "error", "a number is not written as the language writes numbers",
    "`1,200`, `1_200`, `1e3` and `.5` are read differently by different programs; `1200` and `0.5` are not.",
    "min: 1,200\n", "min: 1200\n",
)  # fmt: skip
NOT_A_PERCENTAGE = CodeInfo(
    "S106", "not-a-percentage", "error", "a percentage is not written with its sign",
    "`0.17` and `17` could both be meant as 17%; only `17%` says it.",
    "percent_off: 0.17\n", "percent_off: 17%\n",
)  # fmt: skip
NOT_A_DURATION = CodeInfo(
    "S107", "not-a-duration", "error", "a duration is not written as a number and a unit of time",
    "`1m` is a month to some and a minute to others.",
    "terms: [1m]\n", "terms: [1 month]\n",
)  # fmt: skip
NOT_A_QUANTITY = CodeInfo(
    "S108", "not-a-quantity", "error", "a quantity is not written as a number and its unit",
    "The unit of a quantity is converted, so it must be told from the number: `100 GB`.",
    "min: 100GB\n", "min: 100 GB\n",
)  # fmt: skip
NOT_A_DATE = CodeInfo(
    "S109", "not-a-date", "error", "a date is not written year first",
    "`2/1/2026` is in January to some and in February to others; `2026-01-02` is not.",
    "effective: 1/1/2026\n", "effective: 2026-01-01\n",
)  # fmt: skip
NOT_A_BOOLEAN = CodeInfo(
    "S110", "not-true-or-false", "error", "something else than `true` or `false` stands where one of them belongs",
    "`yes`, `no`, `on` and `off` mean different things to different YAML readers.",
    "withdrawn: yes\n", "withdrawn: true\n",
)  # fmt: skip
UNKNOWN_WORD = CodeInfo(
    "S111", "unknown-word", "error", "a word that this key does not know",
    "Each word here stands for a rule; a word that is none of them says nothing.",
    "payment: pre-paid\n", "payment: prepaid\n",
)  # fmt: skip
OUT_OF_RANGE = CodeInfo(
    "S112", "out-of-range", "error", "a value that cannot be meant",
    "Prices, bounds and allowances are not negative; durations, dates and lists have an end, within which everything can be computed "
    "(rule language, 1, Bounds).",
    "storage: -0.035\n", "storage: 0.035\n",
)  # fmt: skip
EMPTY_VALUE = CodeInfo(
    "S113", "empty-value", "error", "a key has no value",
    "A key without a value could mean nothing, zero or forgotten.",
    "unit:\n", "unit: GB\n",
)  # fmt: skip
QUOTED_NUMBER = CodeInfo(
    "S114", "quoted-number", "error", "a number stands in quotes",
    "In quotes it is a text. Numbers are written without them, exactly as they are meant.",
    'storage: "0.035"\n', "storage: 0.035\n",
)  # fmt: skip
NOT_READABLE = CodeInfo(
    "S115", "not-readable-here", "error", "a value has a form that this key does not know",
    "Some keys allow two or three forms (a word or a duration, a term or a quantity); what is written is none of them.",
    "auto_renew: 7 days\n", "auto_renew: 7 days before\n",
)  # fmt: skip
