"""`pricebook change`: what a further event would cost, from an account's history or an order, in every format; and why it cannot be."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from tests.commands.desk import ROOT

ACCOUNT = "examples/koodrive/growing-team/account.yaml"
ORDER = "examples/koodrive/team-of-60.yaml"
HOURLY = "examples/koodrive/project-by-the-hour/account.yaml"
UPGRADE = ("--date", "2026-07-15", "--item", "basic-edition=100-users-1-tb")


def trimmed(desk: Path, *kinds: str, name: str = ACCOUNT) -> str:
    """The account without its events of these kinds."""
    path = desk / name
    kept = [row for row in path.read_text(encoding="utf-8").splitlines() if not any(f", {kind}: " in row for kind in kinds)]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return name


def test_an_order_file_is_what_was_bought(desk, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    ran = run("change", ORDER, *UPGRADE)
    assert ran.code == 0, ran.err
    assert "Change on 15 Jul 2026" in ran.out and "499.91" in ran.out and "229 of 365 days left" in ran.out and "discount kept" in ran.out
    assert "Paid until" in ran.out and "1 Mar 2027" in ran.out
    assert "order: after 1 earlier event" in ran.err


def test_the_file_stays_as_it_is(desk, run):
    name = trimmed(desk, "unsubscribe")
    before = (desk / name).read_bytes()
    assert run("change", name, "--date", "2027-04-15", "--unsubscribe").code == 0
    assert (desk / name).read_bytes() == before


def test_what_the_file_has_for_later_is_left_out_and_named(desk, run):
    """Asked for a day in the middle of a history, it costs what it costs without the rest of the history."""
    asked = ("--date", "2026-07-15", "--item", "user-expansion-package=20", "-f", "json")
    whole = run("change", ACCOUNT, *asked)
    assert whole.code == 0, whole.err
    assert "after 3 earlier events" in whole.err
    assert "left out, because the file has it for later: `change` on 2026-08-17, `change` on 2027-01-11" in " ".join(whole.err.split())
    assert "`unsubscribe` on 2027-05-14" in whole.err
    rows = (desk / ACCOUNT).read_text(encoding="utf-8").splitlines()
    cut = next(number for number, row in enumerate(rows) if "date: 2026-08-17" in row)
    (desk / ACCOUNT).write_text("\n".join(rows[:cut]) + "\n", encoding="utf-8")
    short = run("change", ACCOUNT, *asked)
    assert short.out == whole.out and "left out" not in short.err


def test_what_it_says_is_what_the_invoice_will_say(desk, run):
    """Each event of the sample, asked for on top of those before it, costs what the account's invoice says once it stands there."""
    path = desk / ACCOUNT
    rows = path.read_text(encoding="utf-8").splitlines()
    asked = {
        "2026-04-20": ("--item", "user-expansion-package=15"),
        "2026-06-08": ("--item", "storage-expansion-package=500 GB"),
        "2026-08-17": ("--item", "basic-edition=200-users-2-tb"),
        "2027-01-11": ("--item", "basic-edition=100-users-1-tb"),
        "2027-02-20": ("--renew", "1 year"),
        "2027-05-14T16:30": ("--unsubscribe",),
    }
    for day, event in asked.items():
        position = next(number for number, row in enumerate(rows) if f"date: {day}," in row)
        path.write_text("\n".join(rows[:position]) + "\n", encoding="utf-8")
        told = run("change", ACCOUNT, "--date", day, *event, "-f", "csv")
        path.write_text("\n".join(rows[: position + 1]) + "\n", encoding="utf-8")
        billed = run("invoice", ACCOUNT, "--period", day[:7], "-f", "csv")
        assert told.code == billed.code == 0, told.err + billed.err
        net = [row.split(",")[-1] for row in told.out.splitlines() if row.split(",")[0].endswith(" net")]
        column = billed.out.splitlines()[0].split(",").index("amount")
        assert net == [row.split(",")[column] for row in billed.out.splitlines() if row.startswith("net,")]


@pytest.mark.parametrize("suffix", ["txt", "json", "md", "html", "pdf", "csv", "xlsx"])
def test_every_format_is_written_whole_and_the_same_again(desk, run, suffix):
    explain = () if suffix in ("csv", "xlsx") else ("--explain",)
    made = []
    for _ in range(2):
        ran = run("change", ORDER, *UPGRADE, *explain, "-o", f"out/change.{suffix}")
        assert ran.code == 0, ran.err
        made.append((desk / "out" / f"change.{suffix}").read_bytes())
    assert made[0] == made[1] and len(made[0]) > 100


def test_json_is_a_quote_of_the_event_alone(desk, run):
    data = json.loads(run("change", ORDER, *UPGRADE, "-f", "json").out)
    Draft7Validator(json.loads((ROOT / "schemas" / "quote.json").read_text(encoding="utf-8"))).validate(data)
    assert data["lines"] == [] and data["totals"]["net"] == "0.00"
    assert (data["changes"][0]["charge"], data["changes"][0]["expires"]) == ("499.91", "2027-03-01")


def test_what_follows_a_term_begins_on_the_day_after_its_last(desk, run):
    """The term runs to the end of 2027-03-01; what follows it begins on the next day, and every refusal names the same last day."""
    at = ("--date", "2026-07-15", "-f", "json")
    assert json.loads(run("change", ORDER, *at, "--renew", "1 year").out)["renewals"][0]["from"] == "2027-03-02"
    assert json.loads(run("change", ORDER, *at, "--switch", "pay-per-use").out)["switch"]["effective"] == "2027-03-02"
    events = (("--renew", "1 year"), ("--item", "user-expansion-package=20"))
    late, over = (" ".join(run("change", ORDER, "--date", "2027-12-05", *event).err.split()) for event in events)
    assert "its term ended on 2027-03-01" in late and "the paid term ended on 2027-03-01" in over


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (("--renew", "1 year"), ["Renewal on 15 Jul 2026", "from 2 Mar 2027 to 1 Mar 2028"]),
        (("--switch", "pay-per-use"), ["Switch on 15 Jul 2026", "from 2 Mar 2027"]),
        (("--unsubscribe",), ["Cancellation on 15 Jul 2026", "Paid back", "Fee"]),
        (("--item", "user-expansion-package=0"), ["10 to 0 users"]),
        (("--item", "user-expansion-package=20", "--item", "storage-expansion-package=200 GB"), ["10 to 20 users", "200 GB"]),
    ],
)
def test_every_kind_of_event(desk, run, event, said):
    ran = run("change", ORDER, "--date", "2026-07-15", *event)
    assert ran.code == 0, ran.err
    assert [each for each in said if each not in ran.out] == []


@pytest.mark.parametrize("width", [100, 80])
@pytest.mark.parametrize("locale", ["en", "zh", "ar", "de", "ja"])
def test_no_line_is_wider_than_the_terminal(desk, run, monkeypatch, width, locale):
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(width))
    events = ("--item", "basic-edition=100-users-1-tb", "--item", "user-expansion-package=0")
    ran = run("change", ORDER, "--date", "2026-07-15", *events, "--explain", "--locale", locale)
    assert ran.code == 0, ran.err
    assert [line for line in ran.out.splitlines() if cell_len(line) > width] == []


REFUSED = [
    ((ORDER, "--date", "2026-07-15", "--item", "basic-edition=50-users-500-gb"), "nothing-changes|before and after", "--item basic-edition"),
    ((ORDER, "--date", "2026-02-15", "--unsubscribe"), "`order` begins on 2026-03-01, after 2026-02-15", "--> --date"),
    ((ORDER, "--date", "2027-03-02", "--item", "user-expansion-package=5"), "comes too late", "--item"),
    ((ORDER, "--date", "2026-07-15", "--item", "user-expansion-pakage=5"), "no item", "--item"),
    ((ORDER, "--date", "2026-07-15", "--item", "nonsense"), "cannot be read", "--item nonsense"),
    ((ORDER, "--date", "2026-07-15", "--item", "storage-expansion-package=150 GB"), "100", "--item"),
    ((ORDER, "--date", "2026-07-15", "--renew", "4 months"), "4 months", "--renew"),
    ((ORDER, "--date", "2026-07-15", "--renew", "soon"), "`--renew` is `soon`", "--renew soon"),
    ((ORDER, "--date", "2026-07-15", "--switch", "nowhere"), "no billing mode `nowhere`", "--switch nowhere"),
    ((ACCOUNT, "--date", "2027-06-01", "--unsubscribe"), "has ended on 2027-05-14 with its `unsubscribe`", "--> --date"),
    ((ACCOUNT, "--date", "2027-06-01", "--renew", "1 year"), "on 2027-06-01 nothing of it is left", "ask for a date before 2027-05-14"),
    ((HOURLY, "--date", "2026-04-12", "--unsubscribe"), "has ended on 2026-04-10 with its `stop`", "--> --date"),
    ((ACCOUNT, "--date", "2027-05-14T18:00", "--unsubscribe"), "ended on 2027-05-14T16:30", "on 2027-05-14T18:00 nothing"),
    ((ACCOUNT, "--subscription", "other", "--date", "2027-06-01", "--unsubscribe"), "no subscription `other`", "`studio`"),
    ((ORDER, "--date", "2026-07-15", "--item", "basic-edition=0"), "requires `basic-edition`, so a change cannot drop", "to leave altogether, `--unsubscribe`"),
    ((ORDER, "--date", "2026-07-15", *("--item", "basic-edition=200-users-2-tb") * 2), "`basic-edition` is given twice", "give it once"),
    ((HOURLY, "--date", "2026-04-12", "--item", "users=20"), "does not support a spec change", "Change to yearly/monthly billing"),
    (("examples/koodrive/change-in-pay-per-use.yaml", "--date", "2026-04-12", "--item", "users=20"), "does not support", "billed for what"),
]


@pytest.mark.parametrize(("arguments", "said", "also"), REFUSED)
def test_what_cannot_be_done_is_refused_with_the_reason(desk, run, arguments, said, also):
    import re

    ran = run("change", *arguments)
    words = " ".join(ran.err.split())
    assert (ran.code, ran.out) == (1, ""), ran.err
    assert re.search(said, words) and also in words, ran.err
    assert "Q502" not in words and "Traceback" not in words


@pytest.mark.parametrize("arguments", [each for each, _, _ in REFUSED[:4]])
def test_refusals_are_one_json_document_where_json_was_asked_for(desk, run, arguments):
    ran = run("change", *arguments, "-f", "json")
    assert ran.code == 1 and json.loads(ran.out)["findings"]


def test_a_subscription_that_is_billed_by_usage_can_end_or_move_without_an_amount(desk, run):
    name = trimmed(desk, "stop", name=HOURLY)
    ran = run("change", name, "--date", "2026-04-12", "--unsubscribe")
    assert (ran.code, "billed with its period" in ran.err) == (0, True)
    assert "Switch on 12 Apr 2026" in run("change", name, "--date", "2026-04-12", "--switch", "yearly-monthly").out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Nothing is to be done"),
        (("--unsubscribe", "--renew", "1 year"), "One event at a time"),
        (("--unsubscribe", "--date", "tomorrow"), "is no date"),
        (("--unsubscribe", "--date", "0001-01-01"), "is not between the years"),
        (("--unsubscribe", "--explain", "-f", "csv"), "no place for its steps"),
    ],
)
def test_wrong_usage(desk, run, options, said):
    ran = run("change", ORDER, *options)
    assert (ran.code, said.lower() in ran.err.lower()) == (2, True), ran.err


def test_the_date_is_today_unless_given(desk, run):
    ran = run("change", ORDER, "--unsubscribe")
    assert "today in Asia/Shanghai" in ran.err


def test_a_subscription_that_moves_already_does_not_move_again(desk, run):
    rows = (desk / ORDER).read_text(encoding="utf-8") + "switch: {date: 2026-05-01, to: pay-per-use}\n"
    (desk / ORDER).write_text(rows, encoding="utf-8")
    ran = run("change", ORDER, "--date", "2026-06-01", "--switch", "pay-per-use")
    assert (ran.code, "moves to `pay-per-use` already" in " ".join(ran.err.split())) == (1, True), ran.err


HOSTED = "examples/hosting/studio/account.yaml"


def test_a_spec_and_a_quantity_stand_side_by_side(desk, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    ran = run("change", trimmed(desk, "unsubscribe", name=HOSTED), "-b", "examples/hosting/book", "--date", "2026-11-20", "--item", "server=large:3")
    assert ran.code == 0, ran.err
    assert "2 to 3 servers" in ran.out
    assert [row.split()[-1] for row in ran.out.splitlines() if row.startswith(("Total", "Tax  ", "To pay")) and row[-1].isdigit()] == [
        "266.87",
        "50.71",
        "317.58",
    ]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("server=big:3", "no spec `big`"),
        ("server=large:many", "`quantity` is `many`"),
        ("server=large:1:2", "`quantity` is `1:2`"),
        ("server=0", "requires `server`, so a change cannot drop it"),
    ],
)
def test_a_spec_or_quantity_that_cannot_be_is_named(desk, run, item, said):
    ran = run("change", trimmed(desk, "unsubscribe", name=HOSTED), "-b", "examples/hosting/book", "--date", "2026-11-20", "--item", item)
    assert (ran.code, said in ran.err) == (1, True), ran.err


def test_with_several_subscriptions_one_is_named(desk, run):
    path = desk / ORDER
    account = desk / "two.json"
    event = {"date": "2026-03-01", "purchase": {"term": "1 year", "items": {"basic-edition": "50-users-500-gb"}}}
    subs = [{"id": name, "billing_mode": "yearly-monthly", "events": [event]} for name in ("one", "two")]
    account.write_text(json.dumps({"id": "a", "customer": {"name": "A"}, "subscriptions": subs}), encoding="utf-8")
    ran = run("change", "two.json", *UPGRADE)
    assert path.is_file() and ran.code == 1 and "`one`, `two`" in ran.err
    assert "499.91" in run("change", "two.json", "--subscription", "two", *UPGRADE).out


def test_it_stands_on_the_terms_that_renewed_by_themselves(desk, run):
    """Bought on 2 March for a month: by 10 June it renewed on 26 March, 25 April and 26 May, and a refund is one of the term to 2 July."""
    path = desk / "account.yaml"
    path.write_text(
        "id: acme\ncustomer: {name: Acme GmbH}\nsubscriptions:\n  - id: s-1\n    billing_mode: yearly-monthly\n    events:\n"
        "      - {date: 2026-03-02, purchase: {term: 1 month, items: {basic-edition: 50-users-500-gb}, auto_renew: true}}\n",
        encoding="utf-8",
    )
    ran = run("change", "account.yaml", "--date", "2026-06-10", "--unsubscribe")
    assert ran.code == 0, ran.err
    assert "s-1 of Acme GmbH: after 1 earlier event and 3 automatic renewals; nothing is changed by asking" in ran.err
