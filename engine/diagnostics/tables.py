"""Codes of family Q from 760: what keeps an invoice from being a table of cost rows."""

from engine.diagnostics.record import CodeInfo

PARQUET_NOT_INSTALLED = CodeInfo(
    "Q760", "parquet-not-installed", "error", "What makes Parquet files is not installed",
    "Parquet needs PyArrow; the same cost rows as CSV do without.",
    bad="pip install pricebook", good="pip install 'pricebook[parquet]'",
)  # fmt: skip
TOO_PRECISE = CodeInfo(
    "Q761", "cost-rows-too-precise", "error", "a number of the cost rows has more digits than Parquet can hold",
    "A decimal of Parquet has at most 76 digits; cutting it here would change what the row says.",
    bad="rounding: {at: line, mode: half-up}",
    good="rounding: [{at: charge, places: 8, mode: down}, {at: line, mode: half-up}]",
)  # fmt: skip
