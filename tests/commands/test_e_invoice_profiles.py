"""`--profile`: what an e-invoice follows beyond EN 16931, of one account and of all of a period."""

import pytest

from tests.extent import first

BOOK, STUDIO = "examples/hosting/book", "examples/hosting/studio"
USAGE = f"{STUDIO}/usage-2026-04.csv"
BILL = ("invoice", f"{STUDIO}/account.yaml", "-b", BOOK, "--period", "2026-04", "--usage", USAGE, "--number", "2026-17")
SAID = {"xrechnung": "xrechnung_3.0", "peppol": "poacc:billing:3.0"}


@pytest.mark.parametrize(("profile", "form"), first(1, [(profile, form) for profile in SAID for form in ("ubl", "cii")]))
def test_an_e_invoice_follows_its_profile(desk, run, profile, form):
    ran = run(*BILL, "-f", form, "--profile", profile, "-o", "out/april.xml")
    assert ran.code == 0, ran.err
    text = (desk / "out/april.xml").read_text(encoding="utf-8")
    assert SAID[profile] in text and "9930" in text and "DE136695976" in text
    plain = run(*BILL, "-f", form).out
    assert "urn:cen.eu:en16931:2017<" in plain and SAID[profile] not in plain


def test_what_a_profile_lacks_is_told_with_place_and_key_and_nothing_is_written(desk, run):
    file = desk / STUDIO / "account.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  reference: Projekt Rotlicht\n", ""), encoding="utf-8")
    ran = run(*BILL, "-f", "ubl", "--profile", "xrechnung", "-o", "out/april.xml")
    assert ran.code == 1 and "BR-DE-15: XRechnung 3.0 asks for a reference of the buyer" in ran.err
    assert f"{STUDIO}/account.yaml" in ran.err and "write `customer.reference`" in ran.err
    assert not (desk / "out/april.xml").exists()
    assert run(*BILL, "-f", "ubl", "-o", "out/april.xml").code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("-f", "html", "--profile", "peppol"), "is for e-invoices, and html is none"),
        (("-f", "factur-x", "--profile", "peppol", "-o", "out/x.pdf"), "takes data alone"),
        (("-f", "ubl", "--profile", "zugferd"), "xrechnung"),
    ],
)
def test_a_profile_that_no_format_has_is_wrong_usage(desk, run, options, message):
    ran = run(*BILL, *options)
    assert ran.code == 2 and message in ran.err


def test_a_bill_of_all_accounts_has_a_profile_too(desk, run):
    """The run is another one than that without: its documents are not taken for those."""
    bill = (
        "bill",
        "-b",
        BOOK,
        "--accounts",
        f"{STUDIO}/account.yaml",
        "--period",
        "2026-04",
        "--usage",
        USAGE,
        "--number",
        "H-{1}",
        "-f",
        "ubl",
        "--workers",
        "1",
    )
    ran = run(*bill, "--profile", "xrechnung", "-o", "out")
    assert ran.code == 0, ran.err
    (file,) = (desk / "out").rglob("*.xml")
    assert SAID["xrechnung"] in file.read_text(encoding="utf-8")
    again = run(*bill, "-o", "out")
    assert again.code == 2 and "profile" in again.err
    assert run(*bill[:-4], "-f", "html", "--profile", "peppol", "-o", "other").code == 2


def test_a_finished_file_is_checked_without_account_book_or_period(desk, run):
    assert run(*BILL, "-f", "ubl", "--profile", "xrechnung", "-o", "out/april.xml").code == 0
    ran = run("invoice", "--check", "out/april.xml")
    assert (ran.code, ran.out) == (0, "out/april.xml: invoice 2026-17 in UBL breaks no rule of XRechnung 3.0\n")
    file = desk / "out/april.xml"
    file.write_text(file.read_text(encoding="utf-8").replace("<cbc:Name>Rechnungswesen</cbc:Name>", ""), encoding="utf-8")
    ran = run("invoice", "--check", "out/april.xml")
    assert ran.code == 1 and "BR-DE-5: XRechnung 3.0 asks for the seller's contact (BT-41)" in ran.err and "1 mistake" in ran.err


def test_what_cannot_be_checked_is_a_message(desk, run):
    (desk / "large.xml").write_bytes(b" " * (8 * 1024 * 1024 + 1))
    for name, code, message in (("none.xml", 2, "there is no file"), ("large.xml", 1, "more than 8 MB"), ("README.md", 1, "not well-formed")):
        (desk / "README.md").write_text("# A page\n", encoding="utf-8")
        ran = run("invoice", "--check", name)
        assert ran.code == code and message in ran.err, ran.err


@pytest.mark.parametrize(("locale", "label"), [("en", "Your order"), ("de", "Ihre Bestellung"), ("zh", "您的订单号"), ("ja", "貴社注文番号"), ("ar", "طلبكم")])
def test_a_page_names_what_the_e_invoice_names(desk, run, locale, label):
    """The buyer's order, contract and project, and whom to ask, stand on paper as in the data."""
    file = desk / STUDIO / "account.yaml"
    more = "  reference: Projekt Rotlicht\n  order: PO-7\n  contract: C-3\n  project: P-12\n"
    file.write_text(file.read_text(encoding="utf-8").replace("  reference: Projekt Rotlicht\n", more), encoding="utf-8")
    page = run(*BILL, "-f", "md", "--locale", locale).out
    assert label in page and all(each in page.replace("\\", "") for each in ("PO-7", "C-3", "P-12", "Rechnungswesen"))
