"""`pricebook set`: one value, or a price from a date on, shown and checked before it is written."""

import pytest

PRICES, LATER = "rules/koodrive/prices/2026-01-01.yaml", "rules/koodrive/prices/2027-10-01.yaml"
DATED = ("--effective", "2027-10-01", "--announced", "2027-08-01", "--yes")


def said(ran) -> str:
    return " ".join((ran.out + ran.err).split())


def files(desk) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((desk / "rules").rglob("*.yaml"))}


def test_a_price_is_overwritten_in_its_place_and_nothing_else_changes(desk, run):
    before = (desk / PRICES).read_bytes()
    ran = run("set", "basic-edition.50-users-500-gb", "95.00", "--yes")
    assert ran.code == 0, ran.err
    assert (desk / PRICES).read_bytes() == before.replace(b"50-users-500-gb: 89.00", b"50-users-500-gb: 95.00")
    assert "89.00 -> 95.00  prices/2026-01-01.yaml:11" in ran.out and "+6.7%" in ran.out and "was in force and is edited" in said(ran)
    assert "one-year-team" in ran.out and "wrote prices/2026-01-01.yaml" in ran.err


def test_a_price_from_a_date_on_stands_in_a_file_of_that_date_and_holds_only_what_changes(desk, run):
    before = files(desk)
    ran = run("set", "user-expansion-package.above-100", "2.50", *DATED)
    assert ran.code == 0, ran.err
    assert {name: content for name, content in files(desk).items() if name != "2027-10-01.yaml"} == before
    assert (desk / LATER).read_text(encoding="utf-8") == (
        "# yaml-language-server: $schema=../../../schemas/book-file.json\n"
        "# From 2027-10-01 on. What is not named here stays as it is.\n"
        "prices:\n"
        "  - effective: 2027-10-01\n"
        "    announced: 2027-08-01\n"
        "    billing_mode: yearly-monthly\n"
        "    per: month\n"
        "    items:\n"
        "      user-expansion-package:\n"
        "        model: graduated\n"
        "        tiers:\n"
        "          - {up_to: 100, unit_price: 2.40}\n"
        "          - {unit_price: 2.50}\n"
    )
    assert "above 100 users" in said(ran) and "2.25 2.50" in said(ran) and "running ones at their next renewal" in said(ran)
    assert run("check", "koodrive").code == 0


def test_further_prices_of_the_date_join_the_entry_that_is_there(desk, run):
    for path, value in (("basic-edition.10-users-100-gb", "21.00"), ("storage-expansion-package", "0.04"), ("basic-edition.50-users-500-gb", "93.00")):
        assert run("set", path, value, *DATED).code == 0
    assert run("set", "users.up-to-100", "0.0050", *DATED).code == 0
    assert (desk / LATER).read_text(encoding="utf-8").partition("prices:\n")[2] == (
        "  - effective: 2027-10-01\n"
        "    announced: 2027-08-01\n"
        "    billing_mode: yearly-monthly\n"
        "    per: month\n"
        "    items:\n"
        "      basic-edition:\n"
        "        10-users-100-gb: 21.00\n"
        "        50-users-500-gb: 93.00\n"
        "      storage-expansion-package: 0.04\n"
        "  - effective: 2027-10-01\n"
        "    announced: 2027-08-01\n"
        "    billing_mode: pay-per-use\n"
        "    per: hour\n"
        "    items:\n"
        "      users:\n"
        "        model: graduated\n"
        "        tiers:\n"
        "          - {up_to: 100, unit_price: 0.0050}\n"
        "          - {up_to: 1000, unit_price: 0.0036}\n"
        "          - {unit_price: 0.0032}\n"
    )
    assert run("check", "koodrive").code == 0


def test_a_price_of_that_very_date_is_overwritten(desk, run):
    assert run("set", "storage-expansion-package", "0.04", *DATED).code == 0
    assert run("set", "storage-expansion-package", "0.05", *DATED).code == 0
    assert (desk / LATER).read_text(encoding="utf-8").count("storage-expansion-package: 0.05") == 1


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("discounts.longer-term.tiers.1 year.percent_off", "18%", b"{from: 1 year, percent_off: 17%}", b"{from: 1 year, percent_off: 18%}"),
        ("discounts.longer-term.tiers.1.percent_off", "26%", b"percent_off: 25%", b"percent_off: 26%"),
        ("rules/koodrive/book.yaml:book.payment_terms", "14 days", b"payment_terms: 30 days", b"payment_terms: 14 days"),
        ("items.basic-edition.specs.10-users-100-gb.title.en", "10: users", b'en: "10 users, 100 GB"', b'en: "10: users"'),
        ("billing_modes.pay-per-use.title.en", "By use: hourly", b"en: Pay-per-use,", b'en: "By use: hourly",'),
        ("cancellations.five-days-then-fee.fee.5.fee", "12%", b"- {fee: 10%}\n    reference", b"- {fee: 12%}\n    reference"),
    ],
)
def test_any_value_is_set_by_the_path_that_check_shows(desk, run, path, value, before, after):
    old = files(desk)
    ran = run("set", path, value, "--yes")
    assert ran.code == 0, ran.err
    (name,) = [name for name, content in files(desk).items() if content != old[name]]
    assert before in old[name] and files(desk)[name] == old[name].replace(before, after, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("basic-edition", "9"), ("Q802", "`basic-edition` means 5 numbers", "basic-edition.10-users-100-gb: 19.00", "prices/2026-01-01.yaml:10")),
        (("user-expansion-package.above-100", "9"), ("Q802", "--date", "from 2026-01-01", "from 2027-07-01", "prices/2027-07-01.yaml:14")),
        (("basic-editon.10-users-100-gb", "9"), ("Q801", "did you mean `basic-edition.10-users-100-gb`?")),
        (("storage-expansion-package", "9", "--mode", "pay-per-use"), ("Q801", "no price that fits the options", "yearly-monthly")),
        (("discounts.longer-term.tires", "9"), ("Q801", "`discounts.longer-term` has no `tires`", "did you mean `tiers`?")),
        (("discounts.longer-term", "9"), ("Q802", "is no single value", "`discounts.longer-term.title`")),
        (("book.title.en.x", "9"), ("Q801", "`book.title.en` has no `x`")),
        (("storage-expansion-package", "0,04"), ("Q803", "is no exact number", "`0.04`", "prices/2026-01-01.yaml:15")),
        (("storage-expansion-package", "$0.04"), ("Q803", "is no exact number")),
        (("storage-expansion-package", "０.04"), ("Q803", "only looks like `0`")),
        (("book.currency", "USD # dollars"), ("is no currency code of ISO 4217",)),
        (("storage-expansion-package", "1", "--effective", "01.10.2027"), ("is no date; write it as 2026-03-01",)),
        (("storage-expansion-package", "1", "--effective", "2027-02-30"), ("is no date",)),
        (("storage-expansion-package", "1", "--announced", "2027-08-01"), ("add --effective",)),
        (("storage-expansion-package", "1", "--effective", "2027-10-01", "--date", "2027-10-01"), ("leave --date out",)),
        (("storage-expansion-package", "1", "--attribute", "segment"), ("write it as name=value",)),
        (("storage-expansion-package", "1", "--effective", "2025-10-01"), ("Q801", "no price that fits the options")),
        (("discounts.education.percent_off", "11%", "--effective", "2027-10-01"), ("--effective is for prices",)),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_a_message_and_nothing_is_written(desk, run, arguments, words):
    before = files(desk)
    ran = run("set", *arguments, "--yes")
    assert ran.code in (1, 2) and files(desk) == before
    assert all(each.lower() in said(ran).lower() for each in words), said(ran)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [("discounts.longer-term.tiers.1 year.percent_off", "170", "S106"), ("items.users.unit", "usr", "R105"), ("book.rounding.2.mode", "halfup", "S111")],
)
def test_new_errors_are_refused_with_their_findings(desk, run, path, value, code):
    before = files(desk)
    ran = run("set", path, value, "--yes")
    assert ran.code == 1 and files(desk) == before and f"error[{code}]" in ran.err and "1 new error; nothing was written" in ran.err
    assert value in ran.err


def test_a_new_warning_is_shown_and_does_not_stop_it(desk, run):
    ran = run("set", "storage-expansion-package", "0.04", "--effective", "2027-10-01", "--announced", "2027-09-20", "--yes")
    assert ran.code == 0 and "warning[D201]" in ran.err and "announced later than the book promises" in said(ran)


def test_what_stands_there_already_is_no_change(desk, run):
    before = files(desk)
    ran = run("set", "storage-expansion-package", "0.0350", "--yes")
    assert ran.code == 0 and "is 0.035 already" in ran.err and files(desk) == before


def test_a_dry_run_shows_and_writes_nothing(desk, run):
    before = files(desk)
    ran = run("set", "storage-expansion-package", "0.04", "--dry-run")
    assert ran.code == 0 and "0.035 -> 0.04" in ran.out and files(desk) == before


@pytest.mark.parametrize("answer", [True, False])
def test_a_person_is_asked(desk, run, monkeypatch, answer):
    before = files(desk)
    monkeypatch.setattr("engine.commands.edits.has_person", lambda: True)
    monkeypatch.setattr("click.confirm", lambda question, err: answer)
    ran = run("set", "storage-expansion-package", "0.04")
    assert ran.code == int(not answer) and (files(desk) != before) == answer


def test_without_a_terminal_nothing_is_written_unasked(desk, run):
    before = files(desk)
    ran = run("set", "storage-expansion-package", "0.04")
    assert ran.code == 2 and "add --yes" in ran.err.lower() and files(desk) == before


def test_a_file_that_somebody_saves_meanwhile_is_kept(desk, run, monkeypatch):
    monkeypatch.setattr("engine.commands.edits.has_person", lambda: True)

    def saved(question, err):
        (desk / PRICES).write_bytes((desk / PRICES).read_bytes() + b"# saved\n")
        return True

    monkeypatch.setattr("click.confirm", saved)
    ran = run("set", "storage-expansion-package", "0.04")
    assert ran.code == 2 and "changed by another program meanwhile" in said(ran)
    assert (desk / PRICES).read_bytes().endswith(b"# saved\n") and b"package: 0.035" in (desk / PRICES).read_bytes()


def test_nothing_is_written_out_of_the_books_folder(hall, desk, run):
    (desk / "elsewhere").mkdir()
    (hall / "prices").symlink_to(desk / "elsewhere")
    ran = run("set", "seat", "6.00", "-b", "hall", "--effective", "2028-01-01", "--yes")
    assert ran.code == 2 and "leads out of the book's folder" in said(ran) and not list((desk / "elsewhere").iterdir())


def test_a_book_with_an_error_is_refused(desk, run):
    path = desk / PRICES
    path.write_bytes(path.read_bytes().replace(b"169.00", b"169.0O"))
    ran = run("set", "storage-expansion-package", "0.04", "--yes")
    assert ran.code == 1 and "no price can be computed" in ran.err


BOOK = """book: {id: hall, title: Hall, status: draft, currency: EUR, timezone: UTC, rounding: {at: line, mode: half-up}}
units: {seat: {title: seat}}
attributes: {segment: {source: customer, values: [school, partner]}}
items:
  seat: {title: Seat, unit: seat, specs: {front: {title: Front}, back: {title: Back}}}
  pass: {title: Pass, unit: seat}
billing_modes:
  ahead: {title: Ahead, payment: prepaid, cycle: term, terms: [1 month], items: {seat: optional, pass: optional}}
  later: {title: Later, payment: prepaid, cycle: term, terms: [1 month], items: {pass: optional}}
prices:
  - {effective: 2026-01-01, billing_mode: ahead, per: month, items: {seat: 5.00, pass: [1.00, {model: flat, amount: 2.00}]}}
  - {effective: 2026-01-01, billing_mode: ahead, per: month, when: {segment: school}, items: {seat: 4.00}}
  - {effective: 2026-01-01, billing_mode: later, per: month, currency: USD, table: pass.csv}
"""
TABLE = "item,model,up_to,unit_price\npass,graduated,10,3.00\npass,graduated,,2.00\n"


@pytest.fixture
def hall(desk):
    folder = desk / "rules" / "hall"
    folder.mkdir()
    (folder / "hall.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "pass.csv").write_text(TABLE, encoding="utf-8")
    return folder


def test_a_price_for_all_specs_is_set_for_all_or_from_a_date_on_for_one(hall, run):
    ran = run("set", "seat.front", "6.00", "-b", "hall", "--yes")
    assert ran.code == 2 and "written once for all specs of `seat`" in said(ran) and "write `seat` for all of them" in said(ran)
    assert run("set", "seat", "6.00", "-b", "hall", "--yes").code == 0 and "seat: 6.00" in (hall / "hall.yaml").read_text()
    assert run("set", "seat.front", "7.00", "-b", "hall", "--effective", "2028-01-01", "--yes").code == 0
    assert (hall / "prices" / "2028-01-01.yaml").read_text().endswith("    items:\n      seat:\n        front: 7.00\n")


def test_a_price_of_some_customers_is_named_by_them(hall, run):
    assert run("set", "seat", "3.50", "-b", "hall", "--attribute", "segment=school", "--yes").code == 0
    assert "seat: 3.50" in (hall / "hall.yaml").read_text() and "seat: 5.00" in (hall / "hall.yaml").read_text()
    ran = run("set", "seat", "3.00", "-b", "hall", "--attribute", "segment=school", "--effective", "2028-01-01", "--yes")
    assert ran.code == 0 and "when: {segment: school}" in (hall / "prices" / "2028-01-01.yaml").read_text()


def test_a_row_of_a_table_is_overwritten_in_the_table_and_followed_by_an_entry(hall, run):
    assert run("set", "pass.above-10", "1.90", "-b", "hall", "--mode", "later", "--yes").code == 0
    assert (hall / "pass.csv").read_text() == TABLE.replace("2.00", "1.90")
    assert run("set", "pass.above-10", "1.80", "-b", "hall", "--mode", "later", "--effective", "2028-01-01", "--yes").code == 0
    text = (hall / "prices" / "2028-01-01.yaml").read_text()
    assert "currency: USD" in text and "- {up_to: 10, unit_price: 3.00}" in text and "- {unit_price: 1.80}" in text


def test_what_follows_a_row_of_a_table_stands_beside_the_rule_files(hall, run):
    (hall / "tables").mkdir()
    (hall / "pass.csv").rename(hall / "tables" / "pass.csv")
    (hall / "hall.yaml").write_text(BOOK.replace("table: pass.csv", "table: tables/pass.csv"), encoding="utf-8")
    assert run("set", "pass.above-10", "1.80", "-b", "hall", "--mode", "later", "--effective", "2028-01-01", "--yes").code == 0
    assert [path.name for path in (hall / "tables").iterdir()] == ["pass.csv"] and (hall / "prices" / "2028-01-01.yaml").is_file()


def test_one_of_several_charges_is_named_by_its_key_and_all_of_them_go_on(hall, run):
    assert run("set", "pass.amount", "2.50", "-b", "hall", "--effective", "2028-01-01", "--yes").code == 0
    assert (hall / "prices" / "2028-01-01.yaml").read_text().endswith("      pass:\n        - 1.00\n        - {model: flat, amount: 2.50}\n")
