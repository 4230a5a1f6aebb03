"""Cost rows under FOCUS 1.2: the column table holds, and the billed costs are the invoice."""

import csv
import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pyarrow
import pytest
from pyarrow import parquet

from engine.documents.focus import focus_rows, render_focus_csv
from engine.documents.focus_columns import BY_ID, COLUMNS, check_rows
from engine.documents.focus_parquet import render_focus_parquet
from engine.model.policies import Tax
from engine.model.quotes import TaxTotal
from engine.model.trace import TraceStep
from engine.values.exact import round_number, shown
from engine.values.money import minor_places
from tests.billing.test_refunds import BOUGHT, TAXES
from tests.billing.test_refunds import book as two_rates_book
from tests.billing.test_refunds import made as two_rates
from tests.documents.invoice_tables import BOOK, INVOICES, ISSUES, RATE, START, line, made, taxed

MANDATORY = {
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory",
    "ChargeClass", "ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart", "ContractedCost", "EffectiveCost", "InvoiceIssuerName",
    "ListCost", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName",
}  # fmt: skip
"""The columns that every dataset has under FOCUS 1.2."""


def rows(name: str) -> list[dict]:
    return [dict(row) for row in focus_rows(INVOICES[name], ISSUES[name], BOOK)]


def billed(found) -> Decimal:
    return sum((row["BilledCost"] for row in found), Decimal(0))


@pytest.mark.parametrize("name", INVOICES)
def test_the_rows_keep_the_column_table_and_add_up_to_the_invoice(name):
    found = rows(name)
    assert check_rows(found) == ()
    assert billed(found) == INVOICES[name].gross
    assert billed(row for row in found if row["ChargeCategory"] == "Tax") == INVOICES[name].tax
    lines = [row for row in found if row["ChargeCategory"] != "Tax"]
    assert [row["ListCost"] for row in lines] == [shown(line.list_amount) for line in INVOICES[name].lines]


def test_all_mandatory_columns_are_there_ours_come_last_and_both_are_sorted():
    assert {column.id for column in COLUMNS if column.level == "mandatory"} == MANDATORY
    names = list(BY_ID)
    own = [name for name in names if name.startswith("x_")]
    assert names == sorted(set(names) - set(own)) + sorted(own)
    assert {column.id for column in COLUMNS if column.level == "own"} == set(own)


def test_a_purchase_and_its_tax():
    first, tax = rows("purchase")[:2]
    told = {
        "ChargeCategory": "Purchase", "ChargeFrequency": "Recurring", "BilledCost": Decimal("886.44"), "ListCost": Decimal("1068"),
        "PricingQuantity": Decimal(1), "PricingUnit": "edition", "ListUnitPrice": Decimal("1068"), "SkuId": "basic-edition",
        "SkuPriceId": "yearly-monthly/basic-edition/50-users-500-gb", "ChargePeriodStart": datetime(2026, 2, 28, 16, tzinfo=UTC),
        "BillingPeriodEnd": datetime(2026, 3, 31, 16, tzinfo=UTC), "InvoiceIssuerName": "Example Cloud Ltd", "InvoiceId": "INV-2026-0042",
        "BillingAccountName": "Acme GmbH", "SubAccountId": "s-1", "x_BillTypeNumber": 1, "x_BookStatus": "illustrative",
        "x_DiscountAmount": Decimal("181.56"), "ConsumedQuantity": None, "ChargeClass": None,
    }  # fmt: skip
    assert {key: first[key] for key in told} == told
    assert (tax["ChargeCategory"], tax["BilledCost"], tax["ListCost"], tax["x_TaxRate"]) == ("Tax", Decimal("168.42"), Decimal("202.92"), RATE)
    assert all(tax[name] is None for name in ("SkuId", "PricingQuantity", "ListUnitPrice", "PricingCategory"))
    assert (tax["SubAccountId"], tax["x_InvoiceLine"]) == ("s-1", 1)


def test_usage_is_consumed_and_a_correction_says_what_it_corrects():
    used, back, more, _ = rows("usage")
    assert (used["ChargeCategory"], used["ChargeFrequency"], used["ConsumedQuantity"], used["ConsumedUnit"]) == (
        "Usage", "Usage-Based", Decimal(2000), "GB",
    )  # fmt: skip
    assert used["ChargeClass"] is None and {back["ChargeClass"], more["ChargeClass"]} == {"Correction"}
    assert back["x_CorrectedPeriodStart"] == datetime(2026, 1, 31, 16, tzinfo=UTC)
    assert (back["BilledCost"], back["PricingQuantity"], back["ListUnitPrice"]) == (Decimal("-1.50"), Decimal(-1), Decimal("1.5"))


def test_what_is_paid_back_for_a_whole_subscription_adjusts():
    back, tax = rows("refund")
    assert (back["ChargeCategory"], back["BilledCost"], back["SkuId"], tax["BilledCost"]) == (
        "Adjustment", Decimal("-886.44"), None, Decimal("-168.42"),
    )  # fmt: skip
    assert back["ChargePeriodEnd"] - back["ChargePeriodStart"] == timedelta(days=1), "a charge without an end is of its day"


@pytest.mark.parametrize(
    ("quantity", "amount", "expected"),
    [
        ("10", "288.00", ("10", "user", "28.8")),
        ("3", "100.00", ("1", "3 user", "100")),
        ("-3", "-100.00", ("-1", "3 user", "100")),
        ("0", "5.00", ("1", "user", "5")),
        ("0.5", "1.00", ("0.5", "user", "2")),
    ],
)
def test_quantity_times_unit_price_is_the_list_cost(quantity, amount, expected):
    invoice = made((line(amount, "usage" if quantity != "0" else "hourly", quantity=Decimal(quantity), unit="user"),))
    (row,) = focus_rows(invoice, ISSUES["usage"], BOOK)
    assert (row["PricingQuantity"], row["PricingUnit"], row["ListUnitPrice"]) == (Decimal(expected[0]), expected[1], Decimal(expected[2]))
    assert check_rows([row]) == ()


def test_prices_that_include_tax_are_billed_without_it():
    part = line("119.00", "new-purchase", billing_mode="yearly-monthly", list_amount=Decimal("238.00"), discount_amount=Decimal("119.00"),
                taxed=(taxed("100.00", "19.00"),))  # fmt: skip
    total = TaxTotal("vat", "S", RATE, Decimal("100.00"), Decimal("19.00"), "vat-de")
    invoice = replace(made((part,), taxes=(total,)), net=Decimal("100.00"), gross=Decimal("119.00"), prices_include_tax=True)
    sold, tax = focus_rows(invoice, ISSUES["purchase"], BOOK)
    assert (sold["BilledCost"], sold["ListCost"], tax["BilledCost"], tax["ListCost"]) == tuple(map(Decimal, ("100", "200", "19", "38")))
    assert (sold["ContractedCost"], sold["ListUnitPrice"]) == (Decimal(200), Decimal(200))
    assert check_rows([sold, tax]) == ()


@pytest.mark.parametrize(
    ("inclusive", "amount", "listed", "expected"),
    [
        # A fee on items of 19% and 7%: net 60.00 and 40.00, listed at twice that.
        (False, "100.00", "200.00", ["200", "22.8", "5.6"]),
        (True, "114.20", "228.40", ["200", "22.8", "5.6"]),
    ],
)
def test_each_of_two_rates_has_its_part_of_the_list(inclusive, amount, listed, expected):
    shares = (taxed("60.00", "11.40"), replace(taxed("40.00", "2.80"), rate=Decimal("0.07"), row="vat-reduced"))
    part = line(amount, "unsubscription-fee", item=None, list_amount=Decimal(listed), discount_amount=Decimal(amount), taxed=shares)
    totals = tuple(TaxTotal(each.tax, each.category, each.rate, each.base, each.amount, each.row) for each in shares)
    invoice = made((part,), taxes=totals)
    invoice = replace(invoice, net=Decimal("100.00"), gross=Decimal("114.20"), prices_include_tax=inclusive)
    found = focus_rows(invoice, ISSUES["usage"], BOOK)
    assert check_rows(found) == () and billed(found) == invoice.gross
    assert [row["ListCost"] for row in found] == [row["ContractedCost"] for row in found] == list(map(Decimal, expected))
    assert [row["BilledCost"] for row in found] == list(map(Decimal, ("100.00", "11.40", "2.80")))


@pytest.mark.parametrize("included", [False, True])
def test_a_whole_history_with_two_rates_adds_up_to_what_it_asks_for(included):
    """Bought at 19%, expanded at 7%, left: refunds and the fee have both rates. Of each line charge and taxes list what the line lists."""
    events = "{date: 2026-05-11, change: {items: {seat: 40}}}\n{date: 2026-06-01, unsubscribe: true}"
    invoice = two_rates(BOUGHT + events, taxes=TAXES, included=included)
    found = focus_rows(invoice, ISSUES["usage"], two_rates_book(taxes=TAXES, included=included))
    assert check_rows(found) == () and billed(found) == invoice.gross
    assert billed(row for row in found if row["ChargeCategory"] != "Tax") == invoice.net
    for number, each in enumerate(invoice.lines, 1):
        of_line = [row for row in found if row["x_InvoiceLine"] == number]
        if not included:
            assert of_line[0]["ListCost"] == shown(each.list_amount)
        else:
            # A cost without end is cut at ten places.
            listed = sum((row["ListCost"] for row in of_line), Decimal(0))
            assert round_number(listed, 6, "half-up") == round_number(each.list_amount, 6, "half-up")


def test_a_line_of_nothing_lists_its_tax_too():
    part = line("0.00", list_amount=Decimal("238.00"), discount_amount=Decimal("238.00"), taxed=(taxed("0.00", "0.00"),))
    invoice = replace(made((part,), taxes=(TaxTotal("vat", "S", RATE, Decimal("0.00"), Decimal("0.00"), "vat-de"),)), prices_include_tax=True)
    assert [row["ListCost"] for row in focus_rows(invoice, ISSUES["usage"], BOOK)] == [Decimal(200), Decimal(38)]


def test_a_refund_corrects_what_an_earlier_period_invoiced_and_one_of_the_same_period_does_not():
    back = line("-10.00", "refund-unsubscription", item="basic-edition", billing_mode="yearly-monthly")
    bought = line("100.00", "new-purchase", item="basic-edition", billing_mode="yearly-monthly")
    earlier, same = (focus_rows(made(lines), ISSUES["usage"], BOOK) for lines in ((back,), (bought, back)))
    assert (earlier[0]["ChargeCategory"], earlier[0]["ChargeClass"]) == ("Purchase", "Correction")
    assert (same[1]["ChargeCategory"], same[1]["ChargeClass"]) == ("Purchase", None)


@pytest.mark.parametrize(("paid", "told"), [(START, None), (START - timedelta(days=1), "Correction")])
def test_a_refund_knows_when_it_was_paid(paid, told):
    used = TraceStep(4, "payment-used", facts={"paid_at": paid})
    back = line("-10.00", "refund-unsubscription", trace=(TraceStep(4, "consumed", children=(used,)),))
    assert focus_rows(made((back,)), ISSUES["usage"], BOOK)[0]["ChargeClass"] == told


def test_a_tax_on_another_is_a_tax_on_the_list_amount_with_that():
    city = Tax("city", Decimal("0.10"), "city-tax", compound_on=("vat",))
    book = replace(BOOK, taxes=(*BOOK.taxes, city))
    shares = (taxed("100.00", "19.00"), replace(taxed("100.00", "11.90"), tax="city", rate=Decimal("0.10"), row="city-tax"))
    part = line("100.00", list_amount=Decimal("200.00"), discount_amount=Decimal("100.00"), taxed=shares)
    totals = tuple(TaxTotal(each.tax, each.category, each.rate, each.base, each.amount, each.row) for each in shares)
    found = focus_rows(made((part,), taxes=totals), ISSUES["usage"], book)
    assert [row["ListCost"] for row in found] == [Decimal(200), Decimal(38), Decimal("23.8")]


def test_a_tax_without_shares_is_one_row():
    total = TaxTotal("vat", "S", RATE, Decimal("10.00"), Decimal("1.90"), "vat-de")
    found = focus_rows(made((line("10.00"),), taxes=(total,)), ISSUES["usage"], BOOK)
    assert check_rows(found) == () and [row["BilledCost"] for row in found] == [Decimal("10.00"), Decimal("1.90")]
    assert found[1]["SubAccountId"] is None and found[1]["x_InvoiceLine"] is None


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("BilledCost", None, "BilledCost is null"),
        ("BilledCost", "886.44", "BilledCost is no decimal"),
        ("BillingCurrency", "XX", "BillingCurrency is no currency"),
        ("ChargeCategory", "Sale", "ChargeCategory is Sale"),
        ("ChargeClass", "Fix", "ChargeClass is Fix"),
        ("ChargeFrequency", "Usage-Based", "a purchase is not Usage-Based"),
        ("ChargePeriodEnd", datetime(2020, 1, 1, tzinfo=UTC), "ChargePeriod ends before it begins"),
        ("ChargePeriodStart", datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=8))), "ChargePeriodStart is not in UTC"),
        ("ConsumedQuantity", Decimal(1), "ConsumedQuantity is not null for Purchase"),
        ("ListUnitPrice", Decimal(-1068), "ListUnitPrice is negative"),
        ("ListUnitPrice", Decimal("1068.01"), "ListUnitPrice x PricingQuantity is not ListCost"),
        ("PricingQuantity", None, "PricingQuantity is null"),
        ("ServiceCategory", "Cloud", "ServiceCategory is Cloud"),
        ("ServiceName", "", "ServiceName is empty, and what is not there is null"),
        ("SkuId", None, "SkuId is null"),
        ("SubAccountName", None, "SubAccountId and SubAccountName go together"),
    ],
)
def test_the_table_finds_what_is_wrong(column, value, problem):
    assert f"row 1: {problem}" in check_rows([rows("purchase")[0] | {column: value}])


def test_the_table_finds_a_column_that_is_not_there():
    row = rows("purchase")[0]
    del row["ListCost"]
    assert check_rows([row])[0] == "row 1: its columns are not those of the table"


# ------------------------------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("name", INVOICES)
def test_csv_holds_the_same_rows(name):
    found = list(csv.DictReader(io.StringIO(render_focus_csv(INVOICES[name], ISSUES[name], BOOK, raw=True), newline="")))
    for text, row in zip(found, rows(name), strict=True):
        for column in COLUMNS:
            value = row[column.id]
            if column.kind == "decimal":
                assert (Decimal(text[column.id]) if text[column.id] else None) == value
                assert "E" not in text[column.id]
            elif column.kind == "instant" and value is not None:
                assert text[column.id].endswith("Z") and datetime.fromisoformat(text[column.id]) == value
            else:
                assert text[column.id] == ("" if value is None else str(value))


@pytest.mark.parametrize("name", INVOICES)
def test_parquet_holds_the_same_rows_as_exact_decimals(name):
    content, problems = render_focus_parquet(INVOICES[name], ISSUES[name], BOOK)
    assert not problems
    table = parquet.read_table(io.BytesIO(content))
    assert table.to_pylist() == rows(name)
    for column in COLUMNS:
        field = table.schema.field(column.id)
        assert field.nullable == column.nullable
        assert column.kind != "decimal" or pyarrow.types.is_decimal(field.type)
        assert column.kind != "instant" or (field.type == pyarrow.timestamp("us", tz="UTC"))
    assert table.schema.metadata[b"focus_version"] == b"1.2"


def test_parquet_is_the_same_bytes_each_time():
    made_twice = [render_focus_parquet(INVOICES["purchase"], ISSUES["purchase"], BOOK)[0] for _ in range(2)]
    assert len({hashlib.sha256(content).hexdigest() for content in made_twice}) == 1


def test_more_digits_than_a_decimal_of_38_are_kept_too():
    long = Decimal("12345678901234567890123.12345678901234567890")
    invoice = made((line(str(long)),))
    content, _ = render_focus_parquet(invoice, ISSUES["usage"], BOOK)
    assert parquet.read_table(io.BytesIO(content))["ListCost"].to_pylist() == [long]
    assert minor_places(invoice.currency) == 2


def test_more_digits_than_any_decimal_are_refused_and_not_cut():
    content, problems = render_focus_parquet(made((line(f"{'9' * 60}.{'1' * 30}"),)), ISSUES["usage"], BOOK)
    assert content is None and {each.code for each in problems} == {"Q761"}


def test_without_pyarrow_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    content, problems = render_focus_parquet(INVOICES["purchase"], ISSUES["purchase"], BOOK)
    assert content is None and problems[0].code == "Q760" and "pip install 'pricebook[parquet]'" in problems[0].help
