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
