"""Bounds at the command line: what is too long, too far away or too much is a finding with its place, whatever the command; never a hang,
never a fault of the program (rule language, 1, Bounds).
"""

import pytest

from tests.extent import first

HOSTING = "examples/hosting/book"
STUDIO = "examples/hosting/studio/account.yaml"
GROWING = "examples/koodrive/growing-team/account.yaml"
MONTHLY = "examples/koodrive/month-by-month/account.yaml"
TYPED = ("quote", "-b", "koodrive", "--mode", "pay-per-use", "--item", "users=10", "--item", "storage=500 GB")
IN_A_BOOK = {
    "check": (("check", HOSTING), "price_notice: 30 days", "price_notice: 999999 months"),
    "invoice": (("invoice", STUDIO, "-b", HOSTING, "--period", "2026-04"), "payment_terms: 14 days", "payment_terms: 999999 months"),
    "sheet": (("sheet", HOSTING, "--date", "2026-03-01"), "grace: 7 days", "grace: 99999999999999999999 seconds"),
    "quote": (("quote", "-b", HOSTING, "--mode", "monthly", "--term", "1 year", "--item", "server=small:1"), "full_refund_within: 14 days", "full_refund_within: 101 years"),
    "change": (("change", STUDIO, "-b", HOSTING, "--unsubscribe"), "until: 2027-01-01", "until: 9999-12-31"),
    "test": (("test", HOSTING), "terms: [1 month, 1 year]", "terms: [1 month, 7000 years]"),
}  # fmt: skip


@pytest.mark.parametrize("command", IN_A_BOOK)
def test_a_rule_beyond_its_bound_stops_every_command_at_the_rule(desk, run, command):
    arguments, usual, beyond = IN_A_BOOK[command]
    file = desk / HOSTING / "book.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(usual, beyond, 1), encoding="utf-8")
    assert usual in text
    ran = run(*arguments)
    said = ran.out + ran.err
    assert ran.code == 1 and "error[S112]" in said and "Y810" not in said
    assert "longer than 100 years" in said or "not between the years 1900 and 9000" in said


@pytest.mark.parametrize("length", ["999999 months", "7000 years", "11 years", "3661 days", "99999999999999999999999999999 hours"])
def test_an_estimate_has_a_bound_in_a_file_and_as_an_option(desk, run, length):
    (desk / "order.yaml").write_text(f"date: 2026-03-01\nbilling_mode: pay-per-use\nfor: {length}\nitems: {{users: 1500, storage: 12 TB}}\n", encoding="utf-8")
    in_file, typed = run("quote", "order.yaml", "-b", "koodrive"), run(*TYPED, "--for", length, "--date", "2026-03-01")
    assert (in_file.code, typed.code) == (1, 1)
    assert "`for` is " in in_file.err and "order.yaml:3:6" in in_file.err and "longer than 10 years" in " ".join(in_file.err.split())
    assert "`--for` is " in typed.err and "--> --for" in typed.err and "write 10 years at most" in typed.err


def test_the_longest_estimate_is_priced(desk, run):
    ran = run(*TYPED, "--for", "10 years", "--date", "2026-03-01", "-f", "csv")
    assert ran.code == 0 and ran.out.count("\n") > 2


OPTIONS = {
    "quote --date": ((*TYPED, "--for", "1 month", "--date", "9001-01-01"), 1),
    "quote --date with an offset": ((*TYPED, "--for", "1 month", "--date", "0001-01-01T00:00+14:00"), 1),
    "quote --term": (("quote", "-b", "koodrive", "--mode", "yearly-monthly", "--term", "101 years", "--item", "basic-edition=50-users-500-gb"), 1),
    "quote --item": ((*TYPED[:-4], "--item", f"users={'9' * 41}", "--item", "storage=1 GB", "--for", "1 month"), 1),
    "sheet --date": (("sheet", "koodrive", "--date", "1899-12-31"), 2),
    "sheet --date with an offset": (("sheet", "koodrive", "--date", "9999-12-31T23:59-14:00"), 2),
    "change --date": (("change", GROWING, "-b", "koodrive", "--date", "9001-01-01", "--unsubscribe"), 2),
    "change --renew": (("change", GROWING, "-b", "koodrive", "--date", "2026-12-01", "--renew", "1201 months"), 1),
    "change --item": (("change", GROWING, "-b", "koodrive", "--date", "2026-12-01", "--item", f"user-expansion-package={'9' * 41}"), 1),
    "invoice --period": (("invoice", GROWING, "-b", "koodrive", "--period", "9001"), 2),
    "invoice --period of two days": (("invoice", GROWING, "-b", "koodrive", "--period", "1899-12-31..1900-02-01"), 2),
    "invoice --period too long": (("invoice", GROWING, "-b", "koodrive", "--period", "1900-01-01..9000-12-31"), 2),
    "invoice --date": (("invoice", GROWING, "-b", "koodrive", "--period", "2026-08", "--date", "9001-01-01"), 2),
}  # fmt: skip


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_has_the_bound_of_its_kind(desk, run, option):
    arguments, code = OPTIONS[option]
    ran = run(*arguments)
    said = " ".join(ran.err.split())
    assert ran.code == code and ("longer than" in said or "not between the years 1900 and 9000" in said), said
    assert option.split()[1] in said


@pytest.mark.parametrize("period", first(1, ["9000-12", "8991-01-01..9000-12-31"]))
def test_the_last_years_are_billed(desk, run, period):
    """A subscription that ended long ago owes nothing; one that renews by itself has a bound of its own."""
    assert run("invoice", GROWING, "-b", "koodrive", "--period", period).code == 0
    account = desk / MONTHLY
    account.write_text(account.read_text(encoding="utf-8").replace("auto_renew: false", "auto_renew: true"), encoding="utf-8")
    ran = run("invoice", MONTHLY, "-b", "koodrive", "--period", period)
    assert ran.code == 1 and "1,200 times" in " ".join(ran.err.split())


def test_cells_of_tables_and_of_usage_have_the_bounds_of_numbers_and_dates(desk, run):
    book = desk / HOSTING / "book.yaml"
    text = book.read_text(encoding="utf-8")
    assert "      server: {small: 20.00, large: 72.00}\n" in text
    book.write_text(text.replace("    items:\n      server: {small: 20.00, large: 72.00}\n", "    table: servers.csv\n", 1), encoding="utf-8")
    table = desk / HOSTING / "servers.csv"
    table.write_text(f"item,spec,unit_price\nserver,small,{'9' * 41}\nserver,large,72.00\n", encoding="utf-8")
    ran = run("check", HOSTING)
    assert ran.code == 1 and "error[Y120]" in ran.out and "servers.csv:2:14" in ran.out
    rows = "".join(f"server,large,{number},1.00\n" for number in range(1, 101))
    table.write_text(
        f"item,spec,up_to,unit_price,model\nserver,small,,20.00,\n{rows.replace('1.00', '1.00,graduated')}server,large,,1.00,graduated\n", encoding="utf-8"
    )
    ran = run("check", HOSTING)
    assert ran.code == 1 and "`tiers` is a list of 101 entries" in ran.out and "servers.csv:3:1" in ran.out


# --- folders --------------------------------------------------------------------------------------------------------------------

TEAM = "examples/koodrive/growing-team/account.yaml"


@pytest.mark.parametrize(
    "command",
    [
        ("check", "wide"),
        ("test", "wide"),
        ("sheet", "wide"),
        ("quote", "examples/koodrive/team-of-60.yaml", "-b", "wide"),
        ("invoice", "wide", "-b", "koodrive", "--period", "2026-03", "-o", "out"),
        ("invoice", TEAM, "-b", "koodrive", "--period", "2026-03", "--issued", "wide"),
    ],
)
def test_a_folder_as_wide_as_a_disk_is_refused_before_it_is_searched(desk, run, monkeypatch, command):
    """`-b ~` or `-b /`: the walk ends at the bound, whatever lies behind it, and says what to name instead."""
    monkeypatch.setattr("engine.shelf.MOST_NAMES", 50)
    for place in range(60):
        (desk / "wide" / f"f{place // 10}").mkdir(parents=True, exist_ok=True)
        (desk / "wide" / f"f{place // 10}" / f"{place}.txt").write_text("x")
    ran = run(*command)
    assert ran.code == 2 and "error[Y813]" in ran.err
    assert "more than 50 files and folders lie below" in ran.err and "name the folder" in ran.err


def test_rule_files_that_are_too_large_together_are_refused(desk, run):
    """Each is of a size that is read; all together are not."""
    (desk / "many").mkdir()
    for place in range(9):
        with (desk / "many" / f"{place}.yaml").open("wb") as stream:
            stream.truncate(8 * 1024 * 1024)
    ran = run("check", "many")
    assert ran.code == 2 and "error[Y813]" in ran.err and "more than 64 MB" in ran.err
