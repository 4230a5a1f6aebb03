"""The books under `examples/` that are of public price lists: each example's total, computed by hand from the prices, and a check under `publish`."""

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import yaml

from engine.language.build import load_book
from engine.review.examples import run_examples

D = Decimal
FOLDER = Path(__file__).resolve().parents[2] / "examples"


def cents(amount: Decimal) -> Decimal:
    """The amount in whole cents, half up."""
    return amount.quantize(D("0.01"), ROUND_HALF_UP)


HAND = {
    "object-store": {
        # 531 hours of 744 cost nothing in both regions, 3 + 4 GB in each: 5 GB-months less 531 x 7/744 are 3/744, one more hour of us-east.
        "two-regions": cents(D(744 - 532) * 3 / 744 * D("0.023")) + cents(D(744 - 531) * 4 / 744 * D("0.0245")),
        "requests": (500_500 - 500) * D("0.0000054") + (10_005_000 - 5_000) * D("0.00000043"),
        "traffic": (80 + 40 - 100) * D("0.09"),
        "two-projects": (80 + 40 - 100) * D("0.09"),
        "twelfth-month": (105 - 5) * D("0.023"),
        "thirteenth-month": 105 * D("0.023"),
        "archive": 51_200 * D("0.023") + 460_800 * D("0.022") + (614_400 - 512_000) * D("0.021"),
        "archive-in-europe": 51_200 * D("0.0245") + 460_800 * D("0.0235") + (614_400 - 512_000) * D("0.0225"),
        "streaming": 10_240 * D("0.09") + 40_960 * D("0.085") + 102_400 * D("0.07") + (204_800 - 100 - 153_600) * D("0.05"),
        "streaming-in-europe": 10_240 * D("0.09") + 40_960 * D("0.085") + 102_400 * D("0.07") + (204_800 - 100 - 153_600) * D("0.05"),
        "estimate": (55 - 5) * D("0.023") + (120 - 100) * D("0.09"),
    },
    "language-model": {
        "short-prompts": 8 * D("1.25") + 2 * D("10.00"),
        "long-prompts": 3 * D("2.50") + D("0.2") * D("15.00"),
        "one-request": D("0.3") * D("2.50") + D("0.002") * D("15.00"),
        "at-the-bound": cents(D("0.2") * D("1.25") + D("0.200001") * D("2.50")) + cents(D("0.05") * D("10.00") + D("0.033333") * D("15.00")),
        "batch": (10 * D("1.25") + 1 * D("10.00")) / 2,
        "long-prompts-in-a-batch": 4 * D("2.50") / 2 + 2 * D("1.25"),
        "paid-ahead": 4 * D("10.00"),
        "estimate": 50 * D("2.50") + 1 * D("15.00"),
    },
    "phone-plan": {
        "within": D("39.99"),
        "carried-over": D("39.99") + (500 - 450 - (450 - 420)) * D("0.45"),
        "used-first": D("39.99") + (910 - 450 - 450) * D("0.45"),
        "a-year-of-silence": D("39.99") + (6000 - 12 * 450 - 450) * D("0.45"),
        "still-there": D("39.99") + (6000 - 12 * 450 - 450) * D("0.45"),
        "a-larger-plan": D("59.99") + (1000 - 900) * D("0.40"),
        "the-largest-plan": D("79.99") + (1800 - 1350 - 350) * D("0.35"),
        "a-part-of-a-month": D("39.99") + (460 - 450) * D("0.45"),
        "estimate": 2 * D("39.99") + 2 * (480 - 450) * D("0.45"),
    },
    "electricity": {
        "a-summer-monday": 14 * D("0.065") + 10 * D("0.094") + 10 * D("0.132"),
        "a-summer-sunday": 34 * D("0.065"),
        "a-winter-monday": 14 * D("0.065") + 10 * D("0.094") + 10 * D("0.132"),
        "borders": 300 * D("0.094") + 200 * D("0.132") + 100 * D("0.065"),
        "two-seasons": 100 * D("0.132") + 100 * D("0.094"),
        "a-sign-in-july": sum(cents(22 * 6 * rate / 2) for rate in (D("0.132"), D("0.094"))) + (744 - 22 * 12) * D("0.065") / 2,
        "a-sign-in-november": sum(cents(22 * 6 * rate / 2) for rate in (D("0.132"), D("0.094"))) + (721 - 22 * 12) * D("0.065") / 2,
        "estimate": 300 * D("0.132") + 200 * D("0.094") + 500 * D("0.065"),
        "a-year-of-evenings": 6 * 100 * D("0.132"),
    },
    "reserved-instances": {
        "on-demand": 2 * 100 * D("0.155"),
        "idle": 4 * 730 * D("0.0705"),
        "half-used": 4 * 730 * D("0.0705"),
        "all-used": 4 * 744 * D("0.0705"),
        "a-short-month": 4 * 730 * D("0.0705"),
        "more-than-reserved": 744 * (4 * D("0.0705") + 2 * D("0.155")),
        "first-days": 4 * 730 * D("0.0705") * 15 / 31,
        "estimate": cents(4 * 744 * D("0.0705")) + 4 * 730 * D("0.0705"),
    },
    "support-plan": {
        "one-instance": cents(744 * D("0.096")) + 29,
        "twenty-instances": 20 * 744 * D("0.096") * D("1.03"),
        "idle": D(100),
        "first-tier": 20 * 744 * D("0.096") * D("1.1"),
        "second-tier": 300 * 744 * D("0.096") + 23000 + 1000 + (300 * 744 * D("0.096") + 23000 - 10000) * D("0.07"),
        "every-tier": 4000 * 744 * D("0.096") + 1000 + 4900 + 8500 + (4000 * 744 * D("0.096") - 250000) * D("0.03"),
        "two-subscriptions": 200 * 744 * D("0.096") + 1000 + (200 * 744 * D("0.096") - 10000) * D("0.07"),
        "estimate": 100 * (744 + 720) * D("0.096") * D("1.1"),
    },
}


def book_of(name: str):
    """The book, without any finding."""
    files = {path.relative_to(FOLDER / name).as_posix(): path.read_bytes() for path in sorted((FOLDER / name).rglob("*.yaml"))}
    loaded = load_book(files)
    assert loaded.book is not None and not loaded.diagnostics
    return loaded.book


@pytest.mark.parametrize(("name", "example"), [(name, example) for name, totals in HAND.items() for example in totals])
def test_an_example_says_what_a_hand_computes(name, example):
    assert book_of(name).examples[example].expect["total"] == cents(HAND[name][example])


@pytest.mark.parametrize("name", HAND)
def test_every_example_is_computed_by_hand_and_passes(name):
    book = book_of(name)
    assert len(HAND[name]) >= 6 and set(book.examples) == set(HAND[name])
    results = run_examples(book)
    assert [result.example.id for result in results if result.outcome != "passed"] == []


@pytest.mark.parametrize("name", HAND)
def test_it_can_be_published(name, run):
    ran = run("check", str(FOLDER / name), "--profile", "publish")
    assert ran.code == 0, ran.err + ran.out


def test_minutes_that_are_carried_over_are_rated_from_all_usage(desk, run):
    """What January left is free in February; where January is not given, its minutes count as left, and that is said."""
    (desk / "account.yaml").write_text(
        "id: sample\ncustomer: {name: Sample}\nsubscriptions:\n  - {id: phone, billing_mode: monthly, attributes: {plan: nation-450}, "
        "events: [{date: 2009-01-01, start: true}]}\n",
        encoding="utf-8",
    )
    head = "account,subscription,item,time,quantity\n"
    january, february = "sample,phone,minutes,2009-01-12T10:00,420\n", "sample,phone,minutes,2009-02-12T10:00,1000\n"
    for name, rows, warned, net in (("both", january + february, False, "273.99"), ("alone", february, True, "84.99")):
        (desk / f"{name}.csv").write_text(head + rows, encoding="utf-8")
        rate = ("rate", f"{name}.csv", "-b", str(FOLDER / "phone-plan"), "--accounts", "account.yaml", "--period", "2009-02", "-o", f"{name}.parquet")
        ran = run(*rate)
        assert ran.code == 0 and ("Q729" in ran.err) == warned, ran.err
        ran = run(
            "bill",
            "-b",
            str(FOLDER / "phone-plan"),
            "--accounts",
            "account.yaml",
            "--period",
            "2009-02",
            "--charges",
            f"{name}.parquet",
            "-f",
            "json",
            "-o",
            name,
        )
        assert ran.code == 0 and f"net {net}" in ran.out + ran.err, ran.out + ran.err
        ran = run("invoice", "account.yaml", "-b", str(FOLDER / "phone-plan"), "--period", "2009-02", "--usage", f"{name}.csv", "-f", "json")
        assert json.loads(ran.out)["totals"]["net"] == net and ("Q729" in ran.err) == warned


def test_what_is_said_of_each_item_stands_by_itself_and_tiers_inside_a_title_are_small(run):
    """More than a reader finds in one paragraph: four items, each with what is free of it."""
    page = run("sheet", str(FOLDER / "object-store"), "--date", "2026-03-01", "-f", "html").out
    notes = [each for each in page.split('<p class="note">')[1:] if each.startswith(("Storage: ", "Writing requests: ", "Reading requests: ", "Traffic out: "))]
    assert len(notes) == 4
    assert "Storage, the first" in page and "Storage, The first" not in page


def test_what_holds_for_several_items_or_periods_is_said_once(run):
    """A note of two items names both; of an example over two months only what each of them adds has a row for each."""
    page = run("sheet", str(FOLDER / "language-model"), "--date", "2026-03-01", "-f", "md").out
    assert page.count("first tier that holds its prompt length") == page.count("each record is charged by itself") == 1
    page = run("sheet", str(FOLDER / "reserved-instances"), "--date", "2026-03-01", "-f", "md").out.partition("| No. | Step |")[2]
    numbers = [row.split("|")[1].strip() for row in page.splitlines()[2:] if row.startswith("| ")]
    assert numbers == ["1", "2", "3", "4", "4", "5", "6", "7", "8", "9", "", ""]


WHY = [
    ("support-plan", "second-tier", ("list amount: m5.large", "21,427.20 + 23,000.00", "10,000 × 0.10 + 34,427.2 × 0.07", "3,409.90")),
    ("support-plan", "one-instance", ("list amount: m5.large", "max(2.14272, 29.00)", "29.00")),
    ("electricity", "a-summer-monday", ("Time band: On-peak, summer", "10 × 0.132", "1.32")),
    ("electricity", "two-seasons", ("Time band: Mid-peak, winter", "100 × 0.094", "9.40")),
    ("electricity", "a-sign-in-july", ("Time band: On-peak, summer", "2 Jul 2018 11:00", "8.71")),
]


@pytest.mark.parametrize(("name", "example", "words"), WHY, ids=[example for _, example, _ in WHY])
def test_an_invoice_says_why(desk, run, name, example, words):
    """Why is a part of it dearer? Because it was used in that band, at that price. Why does support cost that? Each question is answered by `--explain`."""
    book = yaml.safe_load((FOLDER / name / "examples.yaml").read_text(encoding="utf-8"))["examples"][example]["given"]
    (desk / "account.yaml").write_text(json.dumps(book["account"], default=str), encoding="utf-8")
    rows = "".join(f"sample,{book['account']['subscriptions'][0]['id']},{each['item']},{each['time']},{each['quantity']}\n" for each in book["usage"])
    (desk / "use.csv").write_text("account,subscription,item,time,quantity\n" + rows.replace(" ", "T"), encoding="utf-8")
    period = book["period"] if isinstance(book["period"], str) else f"{book['period']['from']}..{book['period']['until']}"
    ran = run("invoice", "account.yaml", "-b", str(FOLDER / name), "--period", period, "--usage", "use.csv", "--explain", "-f", "md")
    assert ran.code == 0, ran.err
    assert [each for each in words if each not in ran.out.replace("\u00a0", " ")] == []
