"""`pricebook diff`: two folders, or a folder and a commit of its repository; in every format; and what stops a pull request."""

import csv
import io
import json
import shutil
from decimal import Decimal

import pytest

from tests.commands.desk import committed, git

PRICES = "rules/koodrive/prices/2026-01-01.yaml"
OCTOBER = """prices:
  - effective: 2028-10-01
    announced: 2028-07-01
    billing_mode: yearly-monthly
    per: month
    items:
      basic-edition:
        50-users-500-gb: 99.68
"""

GROWING, MONTHLY, HOURLY = (f"examples/koodrive/{name}" for name in ("growing-team", "month-by-month", "project-by-the-hour"))
ACCOUNTS = ("--accounts", GROWING, "--accounts", MONTHLY, "--accounts", f"{HOURLY}/account.yaml", "--usage", f"{HOURLY}/usage-2026-03.csv", "--period", "2026")


@pytest.fixture
def repository(desk):
    """The working folder as a repository with one commit."""
    committed(desk)
    return desk


def edit(desk, name, before, after):
    path = desk / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def data(run, *arguments):
    ran = run("diff", *arguments, "--date", "2026-11-30", "-f", "json")
    return ran.code, json.loads(ran.out)


def test_a_wrong_price_in_a_branch_is_seen_with_what_it_does_and_is_stopped(repository, run):
    edit(repository, PRICES, "50-users-500-gb: 89.00", "50-users-500-gb: 98.00")
    code, found = data(run, "--against", "git:main", "--fail-if", "increase > 5%")
    assert code == 1
    (change,) = found["changes"]
    assert (change["path"][2:], change["before"], change["after"], change["breaks"]) == (["basic-edition", "50-users-500-gb"], "89.00", "98.00", "edited")
    assert change["place"] == "prices/2026-01-01.yaml:11"
    by_name = {(each["example"], each["what"]): each for each in found["examples"]["differing"]}
    assert by_name["one-year-team", "total"]["before"] == "1125.48" and by_name["one-year-team", "total"]["change"] == "89.64"
    assert [each["failed"] for each in found["limits"][0]["measures"]] == [True, True]


def test_a_dated_price_breaks_nothing_and_stays_within_its_limit(repository, run):
    (repository / "rules" / "koodrive" / "prices" / "2028-10-01.yaml").write_text(OCTOBER, encoding="utf-8")
    code, found = data(run, "--against", "git:HEAD", "--fail-if", "increase > 12%")
    assert code == 0
    (change,) = found["changes"]
    assert (change["breaks"], change["from"], change["paid"], change["running"]) == (None, "2028-09-30T16:00:00Z", "0.12", "next-renewal")
    assert found["examples"]["differing"] == []


def test_nothing_of_the_repository_is_touched(repository, run):
    edit(repository, PRICES, "89.00", "98.00")
    before = sorted(str(path) for path in repository.rglob("*"))
    assert run("diff", "--against", "git:main").code == 0
    assert sorted(str(path) for path in repository.rglob("*")) == before
    assert "98.00" in (repository / PRICES).read_text(encoding="utf-8")


def test_two_folders_are_compared_either_way(desk, run):
    shutil.copytree(desk / "rules" / "koodrive", desk / "before")
    edit(desk, PRICES, "89.00", "98.00")
    forward, against = (data(run, *arguments)[1] for arguments in (("before", "koodrive"), ("koodrive", "--against", "before")))
    assert forward == against and forward["changes"][0]["after"] == "98.00"
    assert data(run, "koodrive", "before")[1]["changes"][0]["after"] == "89.00"


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_a_page_names_price_reach_promise_examples_and_verdict(repository, run, form):
    edit(repository, PRICES, "50-users-500-gb: 89.00", "50-users-500-gb: 98.00")
    ran = run("diff", "--against", "git:main", "--date", "2026-11-30", "--fail-if", "increase > 5%", "-f", form)
    told = " ".join(ran.out.replace("\u00a0", " ").replace("\\", "").split())
    for said in (
        "1 change, 1 promise broken", "Basic edition, 50 users, 500 GB", "89.00", "98.00", "+10.1%", "everybody since 2026-01-01", "now comes out differently",
        "Add a dated price instead", "of 38 differ", "one-year-team", "1,125.48", "Failed: increase > 5%" if form != "md" else "failed**: `increase > 5%`",
    ):  # fmt: skip
        assert (said if form != "html" else said.replace(">", "&gt;")) in told, said
    assert ran.code == 1


def test_csv_has_a_row_for_everything_told_apart_by_its_first_column(repository, run):
    edit(repository, PRICES, "50-users-500-gb: 89.00", "50-users-500-gb: 98.00")
    orders = ("--orders", "examples/koodrive/team-of-60.yaml")
    ran = run("diff", "--against", "git:main", *orders, *ACCOUNTS, "--date", "2026-11-30", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert list(dict.fromkeys(row["row"] for row in rows)) == ["change", "derived", "example", "order", "account"]
    first = {row["row"]: row for row in reversed(rows)}
    assert [first["change"][name] for name in ("name", "before", "after", "breaks", "from", "place")] == [
        "prices/yearly-monthly/basic-edition/50-users-500-gb", "89.00", "98.00", "edited", "2026-01-01T00:00:00+08:00", "prices/2026-01-01.yaml:11",
    ]  # fmt: skip
    assert (first["order"]["name"], first["order"]["change"]) == ("examples/koodrive/team-of-60.yaml", "89.64")
    assert [first["account"][name] for name in ("name", "what", "moves", "from")] == ["lindgren", "more", "now", "2026-03-02"]
    assert sum(row["row"] == "account" for row in rows) == 3


def test_words_of_a_change_stand_in_columns_of_their_own(repository, run):
    edit(repository, "rules/koodrive/billing-modes.yaml", "9 months", "9 months, 18 months")
    rows = list(csv.DictReader(io.StringIO(run("diff", "--against", "git:main", "-f", "csv").out)))
    (terms,) = [row for row in rows if row["name"] == "billing_modes/yearly-monthly/terms"]
    assert terms["before"] == "" and "18 months" in terms["after_words"] and "18 months" not in terms["before_words"]


def test_orders_are_told_as_examples_are(repository, run):
    """A folder has orders and accounts: each is left to its own option."""
    edit(repository, PRICES, "50-users-500-gb: 89.00", "50-users-500-gb: 98.00")
    ran = run("diff", "--against", "git:main", "--orders", "examples/koodrive", "--date", "2026-11-30", "--fail-if", "increase > 5%")
    told = " ".join(ran.out.split())
    assert "of 5 differ" in told and "examples/koodrive/team-of-60.yaml" in told and "x an order" in told and ran.code == 1
    assert "no order stands there: examples/koodrive/growing-team/account.yaml" in ran.err
    (repository / "later.yaml").write_text((repository / "examples/koodrive/team-of-60.yaml").read_text().replace("1 year", "18 months"), encoding="utf-8")
    code, found = data(run, "--against", "git:main", "--orders", "later.yaml", "--fail-if", "increase > 50%")
    assert (code, found["orders"]) == (0, {"priced": 1, "differing": []})


def test_books_in_different_currencies_are_told_apart_and_added_nowhere(repository, run):
    for name in ("book.yaml", "discounts.yaml"):
        path = repository / "rules" / "koodrive" / name
        path.write_text(path.read_text(encoding="utf-8").replace("USD", "EUR"), encoding="utf-8")
    code, found = data(run, "--against", "git:main", *ACCOUNTS, "--fail-if", "increase > 5%")
    assert ("book", "currency") in [tuple(each["path"][:2]) for each in found["changes"]]
    (bills,) = found["bills"]
    assert (bills["before"], bills["after"]) == ("0", "0") and {each["direction"] for each in bills["accounts"]} == {"failed"}
    assert {tuple(each["refused"]) for each in bills["accounts"]} == {("billed in USD",)}
    assert all(each["change"] is None for each in found["examples"]["differing"])
    told = " ".join(run("diff", "--against", "git:main", *ACCOUNTS).out.split())
    assert "lindgren fails under the old book: billed in USD" in told and code == 0


def test_what_is_withdrawn_says_until_when_it_runs(repository, run):
    text = OCTOBER.replace("50-users-500-gb: 99.68", "50-users-500-gb: {withdrawn: true}").replace("    per: month\n", "")
    (repository / "rules" / "koodrive" / "prices" / "2028-10-01.yaml").write_text(text, encoding="utf-8")
    told = " ".join(run("diff", "--against", "git:main", "--date", "2026-11-30").out.split())
    assert "not sold from 2028-10-01, running ones until their next renewal" in told


def test_a_book_that_differs_in_words_only_has_no_change(repository, run):
    edit(repository, "rules/koodrive/discounts.yaml", "# The vendor", "# Somebody")
    ran = run("diff", "--against", "git:main")
    assert ran.code == 0 and "No change of a price or a rule" in ran.out and "No example of 38 costs anything else" in ran.out


def test_a_pull_request_is_public_and_names_no_account_unasked(repository, run):
    edit(repository, PRICES, "50-users-500-gb: 89.00", "50-users-500-gb: 91.00")
    asked = ("diff", "--against", "git:main", *ACCOUNTS, "--date", "2026-11-30", "--fail-if", "increase > 0.1%", "-f", "md")
    hidden, shown = (run(*asked, *more).out for more in ((), ("--show-accounts",)))
    assert "lindgren" not in hidden and "tanaka" not in hidden and "lindgren" in shown
    assert hidden.splitlines()[2].startswith("**2 accounts pay more, 0 less, 1 the same.** Bills of 2026-01-01 to 2026-12-31: ")


def test_a_pull_requests_comment_has_room_for_every_change(repository, run):
    """GitHub takes 65,536 characters."""
    prices = (repository / PRICES).read_text(encoding="utf-8")
    tiers = "\n".join(f"          - {{up_to: {number}, unit_price: {number + 1}.00}}" for number in range(1, 99))
    tiers += "\n          - {unit_price: 1.00}"
    changed = prices.replace("          - {unit_price: 2.10}\n", "", 1).replace("          - {up_to: 100, unit_price: 2.40}", tiers, 1)
    (repository / PRICES).write_text(changed, encoding="utf-8")
    ran = run("diff", "--against", "git:main", "-f", "md")
    assert "; -f csv has all of them" in ran.out and len(ran.out) < 65_000


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "two books are compared, and one is not named"),
        (("koodrive", "koodrive", "-b", "koodrive"), 2, "three books are named"),
        (("koodrive", "koodrive", "--against", "git:main"), 2, "one book at most is named beside it"),
        (("--against", "git:nowhere"), 2, "git knows no commit `nowhere`"),
        (("--against", "git:--help"), 2, "git knows no commit `--help`"),
        (("--against", "nowhere"), 2, "nowhere"),
        (("koodrive",), 2, "two books are compared, and one is not named"),
        (("--against", "main"), 2, "of a commit, `--against git:main`"),
        (("--against", "git:main", "-o", "x.pdf"), 2, "no document is written in that format"),
        (("--against", "git:main", "--fail-if", "increase"), 2, "write it as 'increase > 5%'"),
        (("--against", "git:main", "--date", "tomorrow"), 2, "`tomorrow` is no date"),
    ],
)
def test_what_cannot_be_compared_is_said(repository, run, arguments, code, said):
    ran = run("diff", *arguments)
    assert ran.code == code and said in " ".join(ran.err.split()), ran.err


def test_a_commit_without_the_book_a_folder_without_a_repository_and_a_broken_book_are_said(repository, run):
    git(repository, "checkout", "--orphan", "empty")
    git(repository, "rm", "-rf", "--cached", ".")
    git(repository, "commit", "--allow-empty", "-m", "Nothing yet")
    ran = run("diff", "--against", "git:empty")
    assert ran.code == 2 and "the commit `empty` has no folder `rules/koodrive/`" in " ".join(ran.err.split())
    edit(repository, PRICES, "89.00", "89.0O")
    assert run("diff", "--against", "git:main").code == 1
    (repository / ".git").rename(repository / "gone")
    edit(repository, PRICES, "89.0O", "89.00")
    ran = run("diff", "--against", "git:main")
    assert ran.code == 2 and "is in no git repository" in " ".join(ran.err.split())


def test_of_a_shallow_clone_git_has_the_last_commits_only(repository, run, monkeypatch):
    edit(repository, PRICES, "50-users-500-gb: 89.00", "50-users-500-gb: 98.00")
    git(repository, "commit", "-am", "Dearer")
    git(repository, "clone", "--depth", "1", repository.as_uri(), "shallow")
    monkeypatch.chdir(repository / "shallow")
    ran = run("diff", "koodrive", "--against", "git:HEAD~1")
    assert ran.code == 2 and "of a shallow clone git has the last commits only" in " ".join(ran.err.split())
    assert run("diff", "koodrive", "--against", "git:HEAD").code == 0


def test_within_a_hook_of_git_the_books_own_repository_is_meant(repository, run, monkeypatch):
    """A hook runs with the names of its repository in the environment, as seen from another folder."""
    edit(repository, PRICES, "50-users-500-gb: 89.00", "50-users-500-gb: 98.00")
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", "elsewhere/index")
    assert len(data(run, "--against", "git:main")[1]["changes"]) == 1


def test_a_link_in_a_commit_leads_nowhere(desk, run):
    """A price file that is a link to one outside is not read, neither there nor where it would lead from the archive."""
    outside = desk / "outside.yaml"
    outside.write_text(OCTOBER, encoding="utf-8")
    (desk / "rules" / "koodrive" / "prices" / "2028-10-01.yaml").symlink_to(outside)
    committed(desk)
    (desk / "rules" / "koodrive" / "prices" / "2028-10-01.yaml").unlink()
    code, found = data(run, "--against", "git:main")
    assert (code, found["changes"]) == (0, [])


def test_a_folder_that_holds_more_than_a_book_is_not_unpacked(repository, run, monkeypatch):
    monkeypatch.setattr("engine.commands.baseline.MOST", 4096)
    ran = run("diff", "--against", "git:main")
    assert ran.code == 2 and "keep just the files of the book in it" in " ".join(ran.err.split())


def test_without_git_a_folder_can_still_be_named(repository, run, monkeypatch):
    monkeypatch.setenv("PATH", "")
    ran = run("diff", "--against", "git:main")
    assert ran.code == 2 and "git is not installed" in ran.err
    assert run("diff", "rules/koodrive", "koodrive").code == 0


# --- bills ----------------------------------------------------------------------------------------------------------------------


def test_the_sum_is_that_of_the_invoices_under_each_book(repository, run):
    """To the last digit, an account in words and in numbers."""

    def billed(account, *usage):
        return json.loads(run("invoice", account, "--period", "2026", *usage, "-f", "json").out)["totals"]["gross"]

    names = (f"{GROWING}/account.yaml", f"{MONTHLY}/account.yaml")
    usage = ("--usage", f"{HOURLY}/usage-2026-03.csv")
    before = [*map(billed, names), billed(f"{HOURLY}/account.yaml", *usage)]
    edit(repository, PRICES, "50-users-500-gb: 89.00", "50-users-500-gb: 91.00")
    after = [*map(billed, names), billed(f"{HOURLY}/account.yaml", *usage)]
    code, found = data(run, "--against", "git:main", *ACCOUNTS, "--fail-if", "increase > 0.1%")
    (bills,) = found["bills"]
    assert ([each["before"] for each in bills["accounts"]], [each["after"] for each in bills["accounts"]]) == (before, after)
    assert (bills["before"], bills["after"]) == tuple(str(sum(map(Decimal, each))) for each in (before, after))
    assert [each["direction"] for each in bills["accounts"]] == ["more", "more", "same"]
    assert [(each["moves"], each["from"]) for each in bills["accounts"]] == [("now", "2026-03-02"), ("now", "2026-04-13"), ("never", None)]
    assert bills["moves"] == {"now": 2, "at-renewal": 0, "later": 0, "never": 1}
    assert code == 1 and [each["measure"] for each in found["limits"][0]["measures"]] == ["price", "example", "account", "sum"]


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_page_tells_who_pays_more_and_how_much(repository, run, form):
    edit(repository, PRICES, "50-users-500-gb: 89.00", "50-users-500-gb: 91.00")
    told = " ".join(run("diff", "--against", "git:main", *ACCOUNTS, "-f", form).out.replace("\u00a0", " ").split())
    for said in (
        "When it moves",
        "at renewal",
        "2026-03-02",
        "Accounts, USD: 2 of 3 pay more, 0 less",
        "Largest increases",
        "lindgren",
        "+9.17",
        "How the changes are spread",
        "1 unchanged, in no bar",
    ):
        assert said in told


def test_an_account_that_fails_under_one_book_is_named_and_in_no_sum(repository, run):
    """A term that is new is one that the book before did not sell."""
    edit(repository, "rules/koodrive/billing-modes.yaml", "9 months", "9 months, 18 months")
    text = (
        (repository / GROWING / "account.yaml")
        .read_text(encoding="utf-8")
        .replace("id: lindgren", "id: later", 1)
        .replace("term: 1 year", "term: 18 months", 1)
    )
    (repository / "later.yaml").write_text(text, encoding="utf-8")
    arguments = ("--against", "git:main", "--accounts", "later.yaml", "--accounts", MONTHLY, "--period", "2026-03")
    _, found = data(run, *arguments)
    (bills,) = found["bills"]
    assert [(each["account"], each["direction"], each["before"] is None, bool(each["refused"])) for each in bills["accounts"]] == [
        ("later", "failed", True, True), ("tanaka", "same", False, False),
    ]  # fmt: skip
    assert bills["before"] == bills["after"] == bills["accounts"][1]["after"]
    assert "later fails under the old book: " in " ".join(run("diff", *arguments).out.split())


def test_usage_that_one_book_cannot_read_fails_the_accounts_that_it_names(repository, run):
    """What is metered only now is no usage under the book before; a row that neither book takes is a mistake of its file."""
    edit(repository, "rules/koodrive/items.yaml", "\nlimits:", "\n  transfer: {title: Transfer, unit: GB, meter: {measure: max, window: hour}}\n\nlimits:")
    edit(repository, "rules/koodrive/billing-modes.yaml", "      users: required\n", "      users: required\n      transfer: optional\n")
    edit(repository, PRICES, "          - {unit_price: 0.0032}\n", "          - {unit_price: 0.0032}\n      transfer: 0.01\n")
    usage = repository / "usage.csv"
    usage.write_text("account,subscription,item,time,quantity\nfestival,stage-plans,transfer,2026-03-12T10:00,5\n", encoding="utf-8")
    arguments = ("--against", "git:main", "--accounts", f"{HOURLY}/account.yaml", "--accounts", MONTHLY, "--usage", "usage.csv", "--period", "2026-03")
    (bills,) = data(run, *arguments)[1]["bills"]
    assert [(each["account"], each["direction"], each["before"] is None, each["refused"]) for each in bills["accounts"]] == [
        ("festival", "failed", True, ["usage-of-unmetered-item"]), ("tanaka", "same", False, []),
    ]  # fmt: skip
    for row in ("festival,stage-plans,nothing,2026-03-12T10:00,5", ",stage-plans,transfer,2026-03-12T10:00,5"):
        usage.write_text(f"account,subscription,item,time,quantity\n{row}\n", encoding="utf-8")
        ran = run("diff", *arguments)
        assert ran.code == 1 and "usage.csv:2" in ran.err and ran.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--accounts", GROWING), "none is named. Add --period 2026-03"),
        (("--period", "2026-03"), "none is named. Add --accounts"),
        (("--accounts", GROWING, "--period", "2026-13"), "`2026-13` is no period"),
        (("--accounts", GROWING, "--accounts", f"{GROWING}/account.yaml", "--period", "2026-03"), "stands in two of the files"),
        (("--accounts", "nowhere", "--period", "2026-03"), "nowhere"),
        (("--accounts", "examples/koodrive/team-of-60.yaml", "--period", "2026-03"), "is an order, and an account is needed here"),
        (("--orders", "nowhere"), "nowhere"),
        (("--orders", f"{GROWING}/account.yaml"), "is an account, and an order is needed here"),
        (("--orders", GROWING), "no order stands in the folder"),
    ],
)
def test_accounts_and_orders_that_cannot_be_computed_are_wrong_usage(repository, run, arguments, said):
    ran = run("diff", "--against", "git:main", *arguments)
    assert ran.code == 2 and said in " ".join(ran.err.split()), ran.err
