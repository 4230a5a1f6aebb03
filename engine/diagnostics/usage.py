"""Codes of family Q from 600: usage files, row by row."""

from engine.diagnostics.record import CodeInfo

BAD_USAGE_FILE = CodeInfo(
    "Q601", "usage-columns", "error", "the columns of a usage file are not what they must be",
    "Each row says whose usage it is, of what, when and how much. A column that the book does not know could hold a price's attribute "
    "under a wrong name, and the usage would be charged wrongly.",
    bad="account,subscription,item,date,amount", good="account,subscription,item,time,quantity,region",
)  # fmt: skip
UNREADABLE_ROW = CodeInfo(
    "Q602", "usage-row-unreadable", "error", "a row of a usage file cannot be read",
    "A time or quantity is never guessed: `1,5` could be one and a half or fifteen. The row is not charged until it is corrected.",
    bad='acme,s-1,storage,2026-03-01T10:00,"1,5"', good="acme,s-1,storage,2026-03-01T10:00,1.5",
)  # fmt: skip
NOT_METERED = CodeInfo(
    "Q603", "usage-of-unmetered-item", "error", "usage of something that the book does not meter",
    "Only an item with a `meter` is charged by records; usage of any other would be delivered and never billed.",
    bad="acme,s-1,storge,2026-03-01T10:00,5", good="acme,s-1,storage,2026-03-01T10:00,5",
)  # fmt: skip
USAGE_OUT_OF_RANGE = CodeInfo(
    "Q604", "usage-out-of-range", "error", "a quantity outside of what the meter declares",
    "A meter's `places` and `max` say what its records can hold. A quantity beyond them is a fault at its source, not usage.",
    bad="acme,s-1,storage,2026-03-01T10:00,-5", good="acme,s-1,storage,2026-03-01T10:00,5",
)  # fmt: skip
BAD_USAGE_ATTRIBUTE = CodeInfo(
    "Q605", "usage-attribute", "error", "an attribute of a usage record is missing, or has a value that the book does not know",
    "Prices and meters ask for the attribute, so without it the usage would be charged at another price, or not counted.",
    bad="a record without its region, where prices differ by region", good="region filled with one of the book's values",
)  # fmt: skip
USAGE_ID_CONFLICT = CodeInfo(
    "Q606", "usage-id-conflict", "error", "two usage records have the same id and different contents",
    "A record that comes twice counts once. Where the two differ, nobody can say which is true, so neither is charged.",
    bad="r-1 with 5 GB, and r-1 with 6 GB", good="r-1 with 5 GB, and r-2 with 6 GB",
)  # fmt: skip
BAD_USAGE_SPEC = CodeInfo(
    "Q607", "usage-spec", "error", "a usage record names no spec, or one that its item does not have",
    "Each spec has its own price. Usage that does not say which spec it is of could only be charged at a guess.",
    bad="acme,s-1,server,2026-03-01T10:00,1 without a column `spec`, where `server` is sold as `small` and `large`",
    good="acme,s-1,server,2026-03-01T10:00,1,large",
)  # fmt: skip
IDENTICAL_USAGE = CodeInfo(
    "Q608", "usage-identical", "warning", "usage records without an id are the same in every cell",
    "A record that was delivered twice is charged twice, and without an id nobody can see that it is the same one.",
    bad="acme,s-1,storage,2026-03-01T10:00,5 in two rows, in a file without `id`", good="the two rows with the ids r-1 and r-2, or one row",
)  # fmt: skip
MORE_FINDINGS = CodeInfo(
    "Q609", "usage-more-findings", "error", "usage has more findings than are listed",
    "A fault of the program that wrote the usage is in thousands of rows. The first hundred different ones are listed, all are counted.",
    bad="a hundred and one rows, each with another time that cannot be read", good="the same rows with their times corrected",
)  # fmt: skip
