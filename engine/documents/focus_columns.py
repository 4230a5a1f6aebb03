"""The columns of a cost row under FOCUS, the FinOps Open Cost and Usage Specification, version 1.2, and what each may hold.

Contract: knows the specification's column library (the columns that an invoice can fill, and our own, which begin with `x_`), and
nothing of invoices. `check_rows` says what a table of rows breaks. Source: FOCUS 1.2, Columns and Attributes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine.values.exact import multiply
from engine.values.money import is_currency

FOCUS_VERSION = "1.2"

Value = str | Decimal | int | datetime | None
FocusRow = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class FocusColumn:
    """A column. `kind`: text | decimal | instant | integer; `level`: mandatory | conditional | recommended | own.

    `allowed` are all the values that there are; empty: any. `null_for` are the charge categories whose rows leave it empty, `filled_for`
    those whose rows fill it, corrections excepted.
    """

    id: str
    kind: str = "text"
    level: str = "mandatory"
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    null_for: tuple[str, ...] = ()
    filled_for: tuple[str, ...] = ()
    non_negative: bool = False


SOLD = ("Usage", "Purchase")
NOT_USED = ("Purchase", "Tax", "Credit", "Adjustment")
CATEGORIES = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")
SERVICE_CATEGORIES = (
    "AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases", "Developer Tools", "Multicloud", "Identity",
    "Integration", "Internet of Things", "Management and Governance", "Media", "Migration", "Mobile", "Networking", "Security", "Storage",
    "Web", "Other",
)  # fmt: skip


def _priced(name: str, kind: str = "text", level: str = "conditional", non_negative: bool = False) -> FocusColumn:
    """A column that tells of a price: filled for what is sold, empty for taxes."""
    return FocusColumn(name, kind, level, True, null_for=("Tax",), filled_for=SOLD, non_negative=non_negative)


def _own(name: str, kind: str = "text", nullable: bool = True) -> FocusColumn:
    return FocusColumn(name, kind, "own", nullable)


COLUMNS = (
    FocusColumn("BilledCost", "decimal"),
    FocusColumn("BillingAccountId"),
    FocusColumn("BillingAccountName", nullable=True),
    FocusColumn("BillingCurrency"),
    FocusColumn("BillingPeriodEnd", "instant"),
    FocusColumn("BillingPeriodStart", "instant"),
    FocusColumn("ChargeCategory", allowed=CATEGORIES),
    FocusColumn("ChargeClass", nullable=True, allowed=("Correction",)),
    FocusColumn("ChargeDescription", nullable=True),
    FocusColumn("ChargeFrequency", level="recommended", allowed=("One-Time", "Recurring", "Usage-Based")),
    FocusColumn("ChargePeriodEnd", "instant"),
    FocusColumn("ChargePeriodStart", "instant"),
    FocusColumn("ConsumedQuantity", "decimal", "conditional", True, null_for=NOT_USED, filled_for=("Usage",)),
    FocusColumn("ConsumedUnit", "text", "conditional", True, null_for=NOT_USED, filled_for=("Usage",)),
    FocusColumn("ContractedCost", "decimal"),
    _priced("ContractedUnitPrice", "decimal", non_negative=True),
    FocusColumn("EffectiveCost", "decimal"),
    FocusColumn("InvoiceId", level="recommended", nullable=True),
    FocusColumn("InvoiceIssuerName"),
    FocusColumn("ListCost", "decimal"),
    _priced("ListUnitPrice", "decimal", non_negative=True),
    FocusColumn("PricingCategory", "text", "conditional", True, ("Standard", "Dynamic", "Committed", "Other"), null_for=("Tax",), filled_for=SOLD),
    _priced("PricingQuantity", "decimal", "mandatory"),
    _priced("PricingUnit", "text", "mandatory"),
    FocusColumn("ProviderName"),
    FocusColumn("PublisherName"),
    FocusColumn("ServiceCategory", allowed=SERVICE_CATEGORIES),
    FocusColumn("ServiceName"),
    FocusColumn("ServiceSubcategory", level="recommended"),
    _priced("SkuId"),
    _priced("SkuPriceId"),
    FocusColumn("SubAccountId", level="conditional", nullable=True),
    FocusColumn("SubAccountName", level="conditional", nullable=True),
    _own("x_Attributes"),
    _own("x_BillType"),
    _own("x_BillTypeNumber", "integer"),
    _own("x_BillingMode"),
    _own("x_BookDigest", nullable=False),
    _own("x_BookId", nullable=False),
    _own("x_BookStatus", nullable=False),
    _own("x_CorrectedPeriodEnd", "instant"),
    _own("x_CorrectedPeriodStart", "instant"),
    _own("x_DiscountAmount", "decimal"),
    _own("x_FocusVersion", nullable=False),
    _own("x_InvoiceLine", "integer"),
    _own("x_RoundingAmount", "decimal"),
    _own("x_Spec"),
    _own("x_TaxCategory"),
    _own("x_TaxName"),
    _own("x_TaxRate", "decimal"),
    _own("x_Term"),
)
"""In the order of the file: FOCUS's own first, then ours. `x_InvoiceLine` counts the lines of the invoice from 1; a row of tax has the
number of its line, or none where the tax is of the whole invoice."""

BY_ID = {column.id: column for column in COLUMNS}
_TYPES = {"text": str, "decimal": Decimal, "integer": int, "instant": datetime}
_NO_OFFSET = timedelta(0)


def check_rows(rows: Sequence[FocusRow]) -> tuple[str, ...]:
    """What the rows break of the column table, each with its row and column; nothing where the table is sound."""
    return tuple(f"row {number}: {problem}" for number, row in enumerate(rows, 1) for problem in (*_columns(row), *_together(row)))


def _columns(row: FocusRow) -> Iterator[str]:
    if tuple(row) != tuple(BY_ID):
        yield "its columns are not those of the table"
        return
    category, correction = row["ChargeCategory"], row["ChargeClass"] == "Correction"
    for column in COLUMNS:
        value = row[column.id]
        if value is None:
            if not column.nullable or (category in column.filled_for and not correction):
                yield f"{column.id} is null"
            continue
        if type(value) is not _TYPES[column.kind]:
            yield f"{column.id} is no {column.kind}"
        elif value == "":
            yield f"{column.id} is empty, and what is not there is null"
        elif column.allowed and value not in column.allowed:
            yield f"{column.id} is {value}"
        elif category in column.null_for:
            yield f"{column.id} is not null for {category}"
        elif column.non_negative and isinstance(value, Decimal) and value < 0:
            yield f"{column.id} is negative"
        elif isinstance(value, datetime) and value.utcoffset() != _NO_OFFSET:
            yield f"{column.id} is not in UTC"


def _together(row: FocusRow) -> Iterator[str]:
    """What several columns of a row say together."""
    if not is_currency(str(row.get("BillingCurrency"))):
        yield "BillingCurrency is no currency"
    for period in ("BillingPeriod", "ChargePeriod"):
        start, end = row.get(f"{period}Start"), row.get(f"{period}End")
        if isinstance(start, datetime) and isinstance(end, datetime) and not start < end:
            yield f"{period} ends before it begins"
    if row.get("ChargeCategory") == "Purchase" and row.get("ChargeFrequency") == "Usage-Based":
        yield "a purchase is not Usage-Based"
    quantity = row.get("PricingQuantity")
    for cost in ("List", "Contracted"):
        price, amount = row.get(f"{cost}UnitPrice"), row.get(f"{cost}Cost")
        if isinstance(price, Decimal) and isinstance(quantity, Decimal) and row.get("ChargeClass") is None and multiply(price, quantity) != amount:
            yield f"{cost}UnitPrice x PricingQuantity is not {cost}Cost"
    if (row.get("SubAccountId") is None) != (row.get("SubAccountName") is None):
        yield "SubAccountId and SubAccountName go together"
