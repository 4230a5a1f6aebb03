"""Codes of family Q from 800: what an edit names, and price lists that come back from a spreadsheet."""

from engine.diagnostics.record import CodeInfo

NAMES_NOTHING = CodeInfo(
    "Q801", "edit-names-nothing", "error", "an edit names a value that is not there",
    "Only a value that stands in the book can become another one; what is near may not be what is meant.",
    bad="pricebook set plan.smal 21.00 -b shop --yes",
    good="pricebook set plan.small 20.00 -b shop --yes",
)  # fmt: skip
NAMES_SEVERAL = CodeInfo(
    "Q802", "edit-names-several", "error", "an edit names several values",
    "Which of them is meant cannot be guessed: the wrong price would be quoted from then on.",
    bad="pricebook set plan 20.00 -b shop --yes",
    good="pricebook set plan.small 20.00 -b shop --yes",
)  # fmt: skip
CANNOT_STAND = CodeInfo(
    "Q803", "edit-cannot-stand", "error", "a value cannot stand where the edit puts it",
    "An edit changes one value and nothing else of the file: what would change more, or is no value of that kind, is not written.",
    bad="pricebook set plan.small 20,00 -b shop --yes",
    good="pricebook set plan.small 20.00 -b shop --yes",
)  # fmt: skip
BAD_LIST = CodeInfo(
    "Q804", "price-list-unreadable", "error", "a file is no price list of the book",
    "A price list is what `pricebook sheet` writes as csv or xlsx, edited in its column of prices: each row is matched by its ids, never by where it stands.",
    bad="# list.csv\nitem,spec,prize\nplan,small,21.00",
    good="# list.csv\nitem,spec,price\nplan,small,20.00",
)  # fmt: skip
BAD_LIST_ROW = CodeInfo(
    "Q805", "price-list-row-unreadable", "error", "a price of a list is no exact number",
    "A spreadsheet may write a price with a comma, a currency or an exponent, which can be read in more than one way; a price is never guessed at.",
    bad="# list.csv\nitem,spec,price\nplan,small,€ 21.00",
    good="# list.csv\nitem,spec,price\nplan,small,20.00",
)  # fmt: skip
NO_MATCH = CodeInfo(
    "Q806", "price-list-row-fits-nothing", "error", "a row of a price list fits no price, or several",
    "A new price must reach the one that is meant. What a list does not name stays as it is.",
    bad="# list.csv\nitem,spec,price\nplan,smal,21.00",
    good="# list.csv\nitem,spec,price\nplan,small,20.00",
)  # fmt: skip
