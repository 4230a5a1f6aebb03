"""`pricebook invoice` of several accounts or a folder of them: a document each, numbers in order, and nothing that passes in silence."""

import json

import pytest

from engine.commands.invoice_formats import RENDERINGS
from engine.commands.output import ENDINGS
from engine.model.invoices import record_digest

ACCOUNT = """id: {id}
customer: {{name: {name}, address: [1 Example Street], city: Berlin, country: DE}}
subscriptions:
  - id: s-1
    billing_mode: yearly-monthly
    events:
      - {{date: 2026-03-02, purchase: {{term: 1 month, items: {{basic-edition: 10-users-100-gb}}, auto_renew: true}}}}
"""
BOOK = ("-b", "koodrive", "--period")


@pytest.fixture
def three(desk):
    """Acme and Globex renew by themselves each month, Quiet was bought for a month that is over; an order lies beside them."""
    folder = desk / "accounts"
    folder.mkdir()
    (folder / "b-globex.yaml").write_text(ACCOUNT.format(id="globex", name="Globex"), encoding="utf-8")
    (folder / "a-acme.yaml").write_text(ACCOUNT.format(id="acme", name="Acme"), encoding="utf-8")
    (folder / "quiet.yaml").write_text(ACCOUNT.format(id="quiet", name="Quiet").replace(", auto_renew: true", ""), encoding="utf-8")
    (folder / "order.yaml").write_text("date: 2026-03-01\nbilling_mode: yearly-monthly\nterm: 1 month\nitems: {}\n", encoding="utf-8")
    return folder


def written(desk, folder="out"):
    return sorted(each.name for each in (desk / folder).iterdir())


def broken(three):
    path = three / "b-globex.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("10-users-100-gb", "10-users"), encoding="utf-8")


@pytest.mark.parametrize("format_name", [name for name, each in RENDERINGS.items() if not each.electronic])
def test_each_account_has_a_document_in_every_format(desk, run, three, format_name):
    ran = run("invoice", "accounts", *BOOK, "2026-05", "-f", format_name, "-o", "out/", "--number", "2026-{0017}")
    ending = ENDINGS[format_name][0]
    assert ran.code == 0, ran.err
    assert written(desk) == [f"acme-2026-05.{ending}", f"globex-2026-05.{ending}"]
    said = ran.err.splitlines()
    assert said[0] == "left out, because no account stands there: accounts/order.yaml"
    assert said[-4:] == [
        "quiet: nothing is owed for 2026-05, so there is no document",
        f"acme: wrote out/acme-2026-05.{ending}, number 2026-0017",
        f"globex: wrote out/globex-2026-05.{ending}, number 2026-0018",
        "3 accounts: 2 documents in out/, nothing owed by 1",
    ]


@pytest.mark.parametrize("format_name", ["ubl", "factur-x"])
@pytest.mark.whole
def test_e_invoices_pass_the_official_rules_one_by_one(desk, run, format_name):
    usage = ("--usage", "examples/hosting/studio/usage-2026-06.csv")
    hosting = [f"examples/hosting/{name}/account.yaml" for name in ("atelier", "studio")]
    may = (desk / "examples/hosting/studio/usage-2026-05.csv").read_text(encoding="utf-8").splitlines()
    (desk / usage[1]).write_text("\n".join(row.replace("2026-05", "2026-06") for row in may if "-31T" not in row) + "\n", encoding="utf-8")
    ran = run("invoice", *hosting, "-b", "examples/hosting/book", "--period", "2026-06", *usage, "-f", format_name, "-o", "out/", "--number", "H-{1}")
    assert ran.code == 0, ran.err
    assert len(written(desk)) == 2 and "number H-2" in ran.err


def test_files_may_be_named_one_by_one_and_the_folder_is_made(desk, run, three):
    ran = run("invoice", "accounts/b-globex.yaml", "accounts/a-acme.yaml", *BOOK, "2026-05", "-f", "json", "-o", "new", "--number", "R-{9}")
    assert ran.code == 0, ran.err
    told = {name: json.loads((desk / "new" / name).read_text(encoding="utf-8")) for name in written(desk, "new")}
    assert {name: each["number"] for name, each in told.items()} == {"globex-2026-05.json": "R-9", "acme-2026-05.json": "R-10"}


def test_each_is_the_document_that_its_account_has_alone(desk, run, three):
    assert run("invoice", "accounts", *BOOK, "2026-05", "-f", "json", "-o", "out/", "--number", "2026-{0017}").code == 0
    alone = run("invoice", "accounts/a-acme.yaml", *BOOK, "2026-05", "-f", "json", "--number", "2026-0017")
    assert alone.out == (desk / "out" / "acme-2026-05.json").read_text(encoding="utf-8")


def test_without_numbers_they_are_drafts_and_one_that_fails_hides_no_other(desk, run, three):
    broken(three)
    ran = run("invoice", "accounts", *BOOK, "2026-05", "-f", "md", "-o", "out/")
    assert ran.code == 1 and written(desk) == ["acme-2026-05.md", "quiet-2026-05.md"]
    assert "accounts/b-globex.yaml" in ran.err and "10-users" in ran.err
    assert ran.err.splitlines()[-1] == "3 accounts: 2 documents in out/, nothing owed by 1, 1 cannot be billed"


def test_with_numbers_there_are_all_or_none(desk, run, three):
    """Numbered again after the mistake is mended, the others would have other numbers."""
    broken(three)
    ran = run("invoice", "accounts", *BOOK, "2026-05", "-f", "md", "-o", "out/", "--number", "2026-{0017}")
    assert ran.code == 1 and written(desk) == []
    assert ran.err.splitlines()[-1] == "no document is written and no number used: with numbers there are all documents or none"


def test_findings_of_every_account_are_shown(desk, run, three):
    broken(three)
    path = three / "quiet.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("yearly-monthly", "yearly"), encoding="utf-8")
    ran = run("invoice", "accounts", *BOOK, "2026-05", "-o", "out/")
    assert ran.code == 1 and "b-globex.yaml" in ran.err and "quiet.yaml" in ran.err and written(desk) == ["acme-2026-05.txt"]


def test_a_file_of_the_folder_that_cannot_be_read_is_no_order(desk, run, three):
    (three / "torn.yaml").write_text("id: torn\nsubscriptions: [\n", encoding="utf-8")
    ran = run("invoice", "accounts", *BOOK, "2026-05", "-o", "out/")
    assert ran.code == 1 and "torn.yaml" in ran.err and "1 cannot be billed" in ran.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "name a folder for them: -o out/"),
        (("-o", "out/all.txt"), "name a folder for them: -o out/"),
        (("-o", "accounts/order.yaml"), "may end with"),
        (("-o", "out/", "--number", "2026-0017"), "`2026-0017` would be the number of several invoices"),
        (("-o", "out/", "--number", "{1}-{2}"), "counts in two places"),
        (("-o", "missing/out/"), "there is no folder `missing`"),
    ],
)
def test_wrong_usage(desk, run, three, options, said):
    ran = run("invoice", "accounts", *BOOK, "2026-05", *options)
    assert (ran.code, said in " ".join(ran.err.split()).lower()) == (2, True), ran.err
    assert ran.out == "" and written(desk) == []


def test_a_folder_without_an_account(desk, run, three):
    ran = run("invoice", "rules", *BOOK, "2026-05", "-o", "out/")
    assert ran.code == 2 and "no account stands in the folder `rules`" in ran.err


def test_an_account_is_named_once(desk, run, three):
    (three / "copy.yaml").write_text((three / "a-acme.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    ran = run("invoice", "accounts", *BOOK, "2026-05", "-o", "out/")
    assert ran.code == 2 and "account `acme` stands in `accounts/a-acme.yaml` and in `accounts/copy.yaml`" in " ".join(ran.err.split())


@pytest.mark.parametrize(("first", "second"), [("a/b", "a b"), ("ACME", "acme")])
def test_two_accounts_never_share_a_file(desk, run, three, first, second):
    for name, id in (("a-acme.yaml", first), ("b-globex.yaml", second)):
        (three / name).write_text(ACCOUNT.format(id=id, name="X"), encoding="utf-8")
    ran = run("invoice", "accounts", *BOOK, "2026-05", "-o", "out/")
    assert ran.code == 2 and "would both be" in " ".join(ran.err.split()) and written(desk) == []


def test_no_account_writes_outside_of_the_folder(desk, run, three):
    (three / "a-acme.yaml").write_text(ACCOUNT.format(id="../../acme", name="X"), encoding="utf-8")
    assert run("invoice", "accounts", *BOOK, "2026-05", "-o", "out/").code == 0
    assert written(desk) == ["_.._acme-2026-05.txt", "globex-2026-05.txt", "quiet-2026-05.txt"]


# --- issued invoices ------------------------------------------------------------------------------------------------------------


def test_issued_invoices_may_be_a_folder_and_each_account_has_its_own(desk, run, three):
    """April was issued for both; what Acme adds for April is corrected in May for Acme alone. Of a third nobody is billed: it is named."""
    assert run("invoice", "accounts", *BOOK, "2026-04", "-f", "json", "-o", "issued", "--number", "4-{1}").code == 0
    path = desk / "issued" / "old.json"
    another = json.loads((desk / "issued" / "acme-2026-04.json").read_text(encoding="utf-8")) | {"account": "umbrella"}
    path.write_text(json.dumps(another | {"digest": record_digest(another)}), encoding="utf-8")
    account = three / "a-acme.yaml"
    account.write_text(
        account.read_text(encoding="utf-8").replace(
            "customer:", "events:\n  - {date: 2026-04-12, adjust: {title: Workshop, amount: 450.00, like: basic-edition}}\ncustomer:"
        ),
        encoding="utf-8",
    )
    ran = run("invoice", "accounts", *BOOK, "2026-05", "-f", "json", "-o", "out/", "--number", "5-{1}", "--issued", "issued")
    assert ran.code == 0, ran.err
    assert "issued: 1 invoice of accounts that are not billed here: umbrella (1)" in ran.err
    told = [json.loads((desk / "out" / f"{name}-2026-05.json").read_text(encoding="utf-8")) for name in ("acme", "globex")]
    assert [(each["number"], each["preceding"], len(each["lines"])) for each in told] == [("5-1", ["4-1"], 2), ("5-2", [], 1)]


def test_a_number_of_an_issued_invoice_is_not_given_again(desk, run, three):
    assert run("invoice", "accounts", *BOOK, "2026-04", "-f", "json", "-o", "issued", "--number", "4-{1}").code == 0
    ran = run("invoice", "accounts", *BOOK, "2026-05", "-o", "out/", "--number", "4-{2}", "--issued", "issued")
    assert ran.code == 2 and "number 4-2 is that of an invoice given with --issued" in " ".join(ran.err.split()) and written(desk) == []


def test_for_one_account_a_folder_picks_its_own_and_a_named_one_of_another_is_refused(desk, run, three):
    assert run("invoice", "accounts", *BOOK, "2026-04", "-f", "json", "-o", "issued", "--number", "4-{1}").code == 0
    alone = ("invoice", "accounts/a-acme.yaml", *BOOK, "2026-05", "--issued")
    ran = run(*alone, "issued")
    assert ran.code == 0 and "issued: 1 invoice of accounts that are not billed here: globex (1)" in ran.err
    ran = run(*alone, "issued/globex-2026-04.json")
    assert (ran.code, ran.out) == (1, "") and "Q712" in ran.err


def test_a_file_of_the_issued_folder_that_is_no_invoice_is_told(desk, run, three):
    (desk / "issued").mkdir()
    (desk / "issued" / "notes.json").write_text("{}", encoding="utf-8")
    ran = run("invoice", "accounts", *BOOK, "2026-05", "-o", "out/", "--issued", "issued")
    assert ran.code == 1 and "Q715" in ran.err and written(desk) == []


def damage_issued(desk, *names, without_digest=False):
    """Edits issued invoices in a way that adds up, or takes their digest out as an older version would have left it."""
    for name in names:
        path = desk / "issued" / name
        data = json.loads(path.read_text(encoding="utf-8"))
        data["customer"]["name"] += " Ltd"
        path.write_text(json.dumps({key: value for key, value in data.items() if key != "digest" or not without_digest}), encoding="utf-8")


@pytest.mark.parametrize("accounts", [("accounts",), ("accounts/a-acme.yaml", "accounts/b-globex.yaml")])
def test_one_edited_invoice_of_a_folder_is_named_and_nothing_is_billed(desk, run, three, accounts):
    assert run("invoice", *accounts, *BOOK, "2026-04", "-f", "json", "-o", "issued", "--number", "4-{1}").code == 0
    damage_issued(desk, "globex-2026-04.json")
    ran = run("invoice", *accounts, *BOOK, "2026-05", "-f", "json", "-o", "out/", "--number", "5-{1}", "--issued", "issued")
    assert ran.code == 1 and written(desk) == []
    assert "error[Q726]" in ran.err and "issued/globex-2026-04.json" in ran.err and "the invoice 4-2 was edited" in ran.err


def test_invoices_of_an_older_version_are_one_warning(desk, run, three):
    assert run("invoice", "accounts", *BOOK, "2026-04", "-f", "json", "-o", "issued", "--number", "4-{1}").code == 0
    whole = run("invoice", "accounts", *BOOK, "2026-05", "-f", "csv", "-o", "out/", "--issued", "issued")
    billed = [(desk / "out" / name).read_bytes() for name in written(desk)]
    damage_issued(desk, *written(desk, "issued"), without_digest=True)
    ran = run("invoice", "accounts", *BOOK, "2026-05", "-f", "csv", "-o", "out/", "--issued", "issued")
    assert whole.code == ran.code == 0 and [(desk / "out" / name).read_bytes() for name in written(desk)] == billed
    assert whole.err.count("Q727") == 0 and ran.err.count("warning[Q727]") == 1
    assert "1 other like it: issued/globex-2026-04.json" in ran.err


# --- nothing owed ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_name", ["text", "json", "pdf", "ubl", "focus"])
def test_where_nothing_is_owed_no_number_is_used(desk, run, three, format_name):
    ending = ENDINGS[format_name][0]
    ran = run("invoice", "accounts/quiet.yaml", *BOOK, "2026-05", "--number", "2026-0017", "-f", format_name, "-o", f"out/quiet.{ending}")
    assert (ran.code, ran.out, written(desk)) == (0, "", [])
    assert "quiet: nothing is owed for 2026-05, so there is no document; the number 2026-0017 is not used" in ran.err


def test_where_nothing_is_owed_a_program_reads_that_there_is_none(desk, run, three):
    ran = run("invoice", "accounts/quiet.yaml", *BOOK, "2026-05", "--number", "2026-0017", "-f", "json")
    assert (ran.code, json.loads(ran.out)) == (0, None)


def test_a_counter_counts_for_one_account_too(desk, run, three):
    ran = run("invoice", "accounts/a-acme.yaml", *BOOK, "2026-05", "--number", "2026-{0017}", "-f", "json")
    assert ran.code == 0 and json.loads(ran.out)["number"] == "2026-0017"
