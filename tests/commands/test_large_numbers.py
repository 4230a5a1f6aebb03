"""Numbers that are as long as a line of the terminal stand below their words: nothing fails, nothing is wider, no sum is missing."""

import pytest
from rich.cells import cell_len

LARGE = "9" * 38
HOSTING = ("-b", "examples/hosting/book")
ORDER = f"""date: 2026-03-01
billing_mode: monthly
term: 1 year
items: {{server: {{spec: small, quantity: {LARGE}}}}}
"""
ASKED = {
    "quote": ("quote", *HOSTING, "--mode", "monthly", "--term", "1 year", "--item", f"server=small:{LARGE}", "--date", "2026-03-01"),
    "upgrade": ("change", "large.yaml", *HOSTING, "--date", "2026-07-01", "--item", f"server=large:1{LARGE}"),
    "unsubscription": ("change", "large.yaml", *HOSTING, "--date", "2026-07-01", "--unsubscribe"),
    "renewal": ("change", "large.yaml", *HOSTING, "--date", "2026-07-01", "--renew", "1 year"),
}


@pytest.mark.parametrize("explain", [(), ("--explain",)], ids=["short", "explained"])
@pytest.mark.parametrize("width", [100, 80, 60])
@pytest.mark.parametrize("asked", ASKED)
def test_a_quote_of_very_large_numbers_fits_the_terminal(desk, run, monkeypatch, asked, width, explain):
    monkeypatch.setenv("COLUMNS", str(width))
    (desk / "large.yaml").write_text(ORDER, encoding="utf-8")
    ran = run(*ASKED[asked], *explain)
    assert ran.code == 0, ran.err
    assert [line for line in ran.out.splitlines() if cell_len(line) > width] == []
    assert any(word.count(",") > 11 and "." in word for word in ran.out.split()), ran.out


@pytest.mark.parametrize("explain", [(), ("--explain",)], ids=["short", "explained"])
@pytest.mark.parametrize("locale", ["en", "ar", "zh"])
@pytest.mark.parametrize("width", [100, 80, 60])
@pytest.mark.parametrize("taxed", [False, True])
def test_an_invoice_of_very_large_numbers_fits_the_terminal(desk, run, monkeypatch, taxed, width, locale, explain):
    monkeypatch.setenv("COLUMNS", str(width))
    head = "account,subscription,item,time,quantity,id\n"
    if taxed:
        name, period = "examples/hosting/studio/account.yaml", ("-b", "examples/hosting/book", "--period", "2026-04")
        text = (desk / name).read_text(encoding="utf-8")
        account = next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("id:"))
        sub = next(line.split(":")[1].strip() for line in text.splitlines() if line.strip().startswith("- id:"))
        row = f"{account},{sub},traffic,2026-04-10T09:00,{LARGE},a\n"
    else:
        name, period = "examples/koodrive/project-by-the-hour/account.yaml", ("-b", "koodrive", "--period", "2026-03")
        row = f"festival,stage-plans,storage,2026-03-10T09:00,{LARGE},a\n"
    (desk / "large.csv").write_text(head + row, encoding="utf-8")
    ran = run("invoice", name, *period, "--usage", "large.csv", "--locale", locale, *explain)
    assert ran.code == 0, ran.err
    assert [line for line in ran.out.splitlines() if cell_len(line) > width] == []
    assert any(word.count(",") + word.count("\u066c") > 9 for word in ran.out.split())
