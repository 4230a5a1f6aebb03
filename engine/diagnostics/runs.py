"""Codes of family Q from 780: what keeps the invoices of a period from being made in one run."""

from engine.diagnostics.record import CodeInfo

ACCOUNTS_UNREADABLE = CodeInfo(
    "Q780", "accounts-unreadable", "error", "a Parquet file of accounts cannot be read",
    "Each row is one account: its id in the column `account`, and the account itself as JSON in the column `document`.",
    bad="pricebook bill --accounts rows.parquet -b shop --period 2026-03 -o out  # a text file by that name",
    good="pricebook bill --accounts account.yaml -b shop --period 2026-03 -o out",
)  # fmt: skip
ACCOUNT_CHANGED = CodeInfo(
    "Q781", "billed-account-changed", "error", "an account is another than the one that its invoice was made of",
    "Its invoice has a number and is written, so it may have been sent. What changed since is put right by a later invoice, never in this one.",
    bad="pricebook bill --accounts account.yaml -b shop --period 2026-03 --number '{1}' -o out  # billed there before it was edited",
    good="pricebook bill --accounts account.yaml -b shop --period 2026-03 --number '{1}' -o again",
)  # fmt: skip
ANOTHER_RUN = CodeInfo(
    "Q782", "folder-of-another-run", "error", "the folder holds the invoices of another run",
    "Numbers are given in order and each once. A folder holds the invoices of one book, period, usage and number pattern, or they would mix.",
    bad="pricebook bill --accounts account.yaml -b shop --period 2026-04 -o out  # it holds those of 2026-03",
    good="pricebook bill --accounts account.yaml -b shop --period 2026-04 -o april",
)  # fmt: skip
FOLDER_BUSY = CodeInfo(
    "Q783", "folder-busy", "error", "another run is billing into the folder",
    "Two runs at once would give the same numbers to different accounts.",
    bad="pricebook bill --accounts account.yaml -b shop --period 2026-03 -o out  # while another one runs there",
    good="pricebook bill --accounts account.yaml -b shop --period 2026-03 -o again",
)  # fmt: skip
MANIFEST_UNREADABLE = CodeInfo(
    "Q784", "manifest-unreadable", "error", "the manifest of a folder of invoices cannot be read",
    "It says which account has which number. Without it numbers could be given twice, so nothing is written.",
    bad="pricebook bill --accounts account.yaml -b shop --period 2026-03 -o out  # somebody edited out/manifest.jsonl",
    good="pricebook bill --accounts account.yaml -b shop --period 2026-03 -o again",
)  # fmt: skip
