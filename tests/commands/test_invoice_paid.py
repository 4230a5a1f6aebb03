"""`invoice --paid`: what was paid already is taken off what is asked for, in every format, and never off what is owed."""

import csv
import io
import json
import re

import jsonschema
import pytest

from engine.resources import schema_bytes

BOOK, STUDIO = "examples/hosting/book", "examples/hosting/studio"
BILL = ("invoice", f"{STUDIO}/account.yaml", "-b", BOOK, "--period", "2026-04", "--usage", f"{STUDIO}/usage-2026-04.csv", "--number", "2026-17")
LABELS = {"en": "Paid already", "de": "Bereits bezahlt", "zh": "已付金额", "ja": "支払済みの金額", "ar": "المدفوع مسبقًا"}


@pytest.fixture
def shop(desk):
    """The hosting book with real prices: its invoice of April comes to 437.86."""
    file = desk / BOOK / "book.yaml"
    file.write_text(re.sub("status: [a-z]+", "status: published", file.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    return desk


@pytest.mark.parametrize("locale", LABELS)
def test_every_page_says_what_was_paid_and_asks_for_the_rest(shop, run, locale):
    for form in ("text", "md", "html"):
        page = run(*BILL, "--paid", "100.00", "--locale", locale, "-f", form).out
        plain = re.sub("[\u2066-\u2069]", "", re.sub(r"<[^>]+>", "", page)).replace("\u00a0", " ").replace("\\", "").replace(",", ".")
        assert LABELS[locale] in plain and "−100.00" in plain and "437.86" in plain and plain.count("337.86") >= 3, form


def test_what_is_paid_in_full_asks_for_nothing(shop, run):
    text = run(*BILL, "--paid", "437.86").out
    assert "Paid in full: nothing is to be paid for April 2026." in text and "Nothing is to be paid" in text
    assert "IBAN" not in text and "Please pay" not in text


def test_data_says_both_sums_where_something_was_paid(shop, run):
    data = json.loads(run(*BILL, "--paid", "100", "-f", "json").out)
    jsonschema.Draft7Validator(json.loads(schema_bytes("invoice"))).validate(data)
    assert data["totals"] == {"net": "367.95", "tax": "69.91", "gross": "437.86", "paid": "100.00", "payable": "337.86"}
    assert set(json.loads(run(*BILL, "-f", "json").out)["totals"]) == {"net", "tax", "gross"}
    rows = list(csv.DictReader(io.StringIO(run(*BILL, "--paid", "100", "-f", "csv").out)))
    assert {row["kind"]: row["amount"] for row in rows[-4:]} == {"net": "367.95", "gross": "437.86", "paid": "100.00", "payable": "337.86"}


def test_an_issued_invoice_may_have_been_paid(shop, run):
    """Its file is read again: what was paid changes nothing of what was billed."""
    assert run(*BILL, "--paid", "100", "-o", "out/april.json").code == 0
    may = [each.replace("2026-04", "2026-05").replace("2026-17", "2026-18") for each in BILL]
    later = run(*may, "--usage", f"{STUDIO}/usage-2026-04.csv", "--issued", "out/april.json", "-f", "json")
    assert later.code == 0 and not [line for line in json.loads(later.out)["lines"] if line["corrects"]]


@pytest.mark.parametrize(
    ("form", "prepaid", "due"), [("ubl", "cbc:PrepaidAmount", "cbc:PayableAmount"), ("cii", "ram:TotalPrepaidAmount", "ram:DuePayableAmount")]
)
def test_an_e_invoice_has_it_and_passes_the_official_rules(shop, run, form, prepaid, due):
    """BT-113 and BT-115; the rules (BR-CO-16 among them) are run before anything is written."""
    ran = run(*BILL, "--paid", "100", "-f", form)
    assert ran.code == 0, ran.err
    assert re.search(rf"<{prepaid}[^>]*>100\.00<", ran.out) and re.search(rf"<{due}[^>]*>337\.86<", ran.out)
    assert prepaid not in run(*BILL, "-f", form).out


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("500", "`500` is more than is owed: the invoice comes to 437.86"), ("1.234", "no amount in EUR; write it as 100.00"), ("-1", "no amount in EUR"),
        ("1e2", "no amount in EUR"), ("1,00", "no amount in EUR"), ("١٠", "no amount in EUR"), ("", "no amount in EUR"),
    ],
)  # fmt: skip
def test_what_cannot_have_been_paid_is_wrong_usage(shop, run, amount, told):
    ran = run(*BILL, "--paid", amount, "-o", "out/x.html")
    assert ran.code == 2 and told in " ".join(ran.err.split()) and not (shop / "out" / "x.html").exists()


def test_nothing_was_paid_on_a_credit_note_or_on_several_invoices(desk, run):
    credit = ("invoice", "examples/koodrive/growing-team/account.yaml", "-b", "koodrive", "--period", "2027-05", "--number", "9")
    ran = run(*credit, "--paid", "1")
    assert ran.code == 2 and "a credit note asks for nothing" in " ".join(ran.err.split())
    ran = run(
        "invoice", "examples/koodrive/growing-team", "examples/koodrive/month-by-month", "-b", "koodrive", "--period", "2026-04", "--paid", "1", "-o", "out/"
    )
    assert ran.code == 2 and "said of one invoice" in " ".join(ran.err.split())
