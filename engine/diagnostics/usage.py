"""Codes of family Q from 600: usage files, row by row."""

from engine.diagnostics.record import CodeInfo

BAD_USAGE_FILE = CodeInfo(
    "Q601", "usage-columns", "error", "the columns of a usage file are not what they must be",
    "Each row says whose usage it is, of what, when and how much. A column that the book does not know could hold a price's attribute "
    "under a wrong name, and the usage would be charged wrongly.",
    bad="account,subscription,item,time,amount", good="account,subscription,item,time,quantity",
)  # fmt: skip
UNREADABLE_ROW = CodeInfo(
    "Q602", "usage-row-unreadable", "error", "a row of a usage file cannot be read",
    "A time or quantity is never guessed: `1,5` could be one and a half or fifteen. The row is not charged until it is corrected.",
    bad='acme,s-1,disk,2026-03-01T10:00,"1,5"', good="acme,s-1,disk,2026-03-01T10:00,1.5",
)  # fmt: skip
NOT_METERED = CodeInfo(
    "Q603", "usage-of-unmetered-item", "error", "usage of something that the book does not meter",
    "Only an item with a `meter` is charged by records; usage of any other would be delivered and never billed.",
    bad="acme,s-1,seat,2026-03-01T10:00,5  # `seat` has no `meter`", good="acme,s-1,disk,2026-03-01T10:00,5",
)  # fmt: skip
USAGE_OUT_OF_RANGE = CodeInfo(
    "Q604", "usage-out-of-range", "error", "a quantity outside of what the meter declares",
    "A meter's `places` and `max` say what its records can hold. A quantity beyond them is a fault at its source, not usage.",
    bad="acme,s-1,disk,2026-03-01T10:00,-5", good="acme,s-1,disk,2026-03-01T10:00,0",
)  # fmt: skip
BAD_USAGE_ATTRIBUTE = CodeInfo(
    "Q605", "usage-attribute", "error", "an attribute of a usage record is missing, or has a value that the book does not know",
    "Prices and meters ask for the attribute, so without it the usage would be charged at another price, or not counted.",
    bad="account,subscription,item,time,quantity,region\nacme,s-1,disk,2026-03-01T10:00,5,mars",
    good="account,subscription,item,time,quantity,region\nacme,s-1,disk,2026-03-01T10:00,5,eu",
)  # fmt: skip
USAGE_ID_CONFLICT = CodeInfo(
    "Q606", "usage-id-conflict", "error", "two usage records have the same id and different contents",
    "A record that comes twice counts once. Where the two differ, nobody can say which is true, so neither is charged.",
    bad="r-1,acme,s-1,disk,2026-03-01T10:00,5\nr-1,acme,s-1,disk,2026-03-01T10:00,6",
    good="r-1,acme,s-1,disk,2026-03-01T10:00,5\n"
    "r-1,acme,s-1,disk,2026-03-01T10:00,5.0  # the same record, counted once",
)  # fmt: skip
BAD_USAGE_SPEC = CodeInfo(
    "Q607", "usage-spec", "error", "a usage record names no spec, or one that its item does not have",
    "Each spec has its own price. Usage that does not say which spec it is of could only be charged at a guess.",
    bad="account,subscription,item,time,quantity\n"
    "acme,s-1,disk,2026-03-01T10:00,5  # `disk` is sold as `hdd` and `ssd`",
    good="account,subscription,item,time,quantity,spec\nacme,s-1,disk,2026-03-01T10:00,5,ssd",
)  # fmt: skip
IDENTICAL_USAGE = CodeInfo(
    "Q608", "usage-identical", "warning", "usage records without an id are the same in every cell",
    "A record that was delivered twice is charged twice, and without an id nobody can see that it is the same one.",
    bad="account,subscription,item,time,quantity\nacme,s-1,disk,2026-03-01T10:00,5\nacme,s-1,disk,2026-03-01T10:00,5",
    good="account,subscription,item,time,quantity,id\n"
    "acme,s-1,disk,2026-03-01T10:00,5,r-1\n"
    "acme,s-1,disk,2026-03-01T10:00,5,r-2",
)  # fmt: skip
MORE_FINDINGS = CodeInfo(
    "Q609", "usage-more-findings", "error", "usage has more findings than are listed",
    "A fault of the program that wrote the usage is in thousands of rows. The first hundred different ones are listed, all are counted.",
    bad="a hundred and one rows, each with another time that cannot be read", good="the same rows with their times corrected",
)  # fmt: skip
USAGE_AMENDMENT = CodeInfo(
    "Q610", "usage-amendment", "error", "an amendment of usage says not what is to become of which record",
    "A record is replaced or withdrawn by its id. One that no record has, or that stands there twice, would leave the wrong record charged.",
    bad="id,withdraw\nr-7,yes  # no record has this id", good="id,withdraw\nr-1,yes",
)  # fmt: skip
