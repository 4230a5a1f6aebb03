"""A quote of one event as its buyer reads it: the sum in a sentence first, then before and after, then the amounts; dated as the event is."""

import re

import pytest
from pypdf import PdfReader

from tests.commands.desk import desk, run  # noqa: F401  # fixtures
from tests.extent import first

TEAM = "examples/koodrive/growing-team/account.yaml"
ORDER = "examples/koodrive/team-of-60.yaml"
CASES = {
    # what is asked -> title, day, sentence, before and after
    "more users": (
        (TEAM, "--date", "2026-12-01", "--item", "user-expansion-package=40"), "Change on 1 Dec 2026", "1 December 2026",
        "Pay USD 148.99: User expansion package 15 to 40 users, 91 of 365 days left, 17% discount kept.", [("User expansion package", "15 users", "40 users")],
    ),
    "a smaller edition": (
        (ORDER, "--date", "2026-07-15", "--item", "basic-edition=10-users-100-gb"), "Change on 15 Jul 2026", "15 July 2026",
        "You get USD 437.42 back: Basic edition 50 users, 500 GB to 10 users, 100 GB, 229 of 365 days left, 17% discount kept.",
        [("Basic edition", "50 users, 500 GB", "10 users, 100 GB")],
    ),
    "something new": (
        (ORDER, "--date", "2026-07-15", "--item", "storage-expansion-package=100 GB"), "Change on 15 Jul 2026", "15 July 2026",
        "Pay USD 21.87: Storage expansion package 100 GB, 229 of 365 days left, 17% discount kept.", [("Storage expansion package", "–", "100 GB")],
    ),
    "two things": (
        (TEAM, "--date", "2026-12-01", "--item", "user-expansion-package=40", "--item", "storage-expansion-package=200 GB"),
        "Change on 1 Dec 2026", "1 December 2026", "Pay USD 122.92: User expansion package and Storage expansion package.",
        [("User expansion package", "15 users", "40 users"), ("Storage expansion package", "500 GB", "200 GB")],
    ),
    "the end": (
        (ORDER, "--date", "2026-07-15", "--unsubscribe"), "Cancellation on 15 Jul 2026", "15 July 2026",
        "You get USD 594.72 back: Cancellation on 15 Jul 2026.", None,
    ),
    "another year": (
        (ORDER, "--date", "2026-07-15", "--renew", "1 year"), "Renewal on 15 Jul 2026", "15 July 2026",
        "Pay USD 1,125.48: from 2 Mar 2027 to 1 Mar 2028.", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_sum_stands_in_the_first_sentence(run, desk, monkeypatch, name):  # noqa: F811
    asked, title, day, sentence, sides = CASES[name]
    monkeypatch.setenv("COLUMNS", "100")
    page = run("change", *asked, "-b", "koodrive", "-f", "md").out.replace("\u00a0", " ")
    text = " ".join(run("change", *asked, "-b", "koodrive").out.split())
    assert page.startswith(f"# {title}\n") and f"- Date: {day}\n" in page
    assert sentence in page and sentence in text and text.index(sentence) < text.index(title.split(" on ")[0] + " on", text.index(sentence) + len(sentence))
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", page.partition("## What changes")[2].partition("## Amount")[0], re.MULTILINE)
    assert [row for row in rows if row[0] != "Item" and "---" not in row[0]] == (sides or [])
    assert page.index(sentence) < page.index("## Amount")


@pytest.mark.parametrize("language", ["zh", "ar", "de", "ja"])
def test_in_every_language(run, desk, language):  # noqa: F811
    page = run("change", TEAM, "--date", "2026-12-01", "--item", "user-expansion-package=40", "-b", "koodrive", "-f", "md", "--locale", language).out
    first = page.splitlines()[7]
    assert re.search(r"148[.,]99", first) and "40" in first and "91" in first and "17" in first


def test_an_order_with_later_events_keeps_its_own_title_and_day(run, desk):  # noqa: F811
    page = run("quote", "-b", "koodrive", "--example", "expansion-of-a-team", "-f", "md").out
    assert page.startswith("# KooDrive\n") and "## Later" in page and "\nPay USD" not in page and "## What changes" in page


def test_a_switch_has_no_amount_and_no_sentence(run, desk):  # noqa: F811
    assert "Pay" not in run("change", ORDER, "--date", "2026-07-15", "--switch", "pay-per-use", "-b", "koodrive", "-f", "md").out.partition("## ")[0]


@pytest.mark.parametrize("language", first(2, ["ar", "zh", "en", "de", "ja"]))
def test_no_word_at_the_head_of_a_paper_page_is_torn(run, desk, language):  # noqa: F811
    """Beside a long subscription the other facts keep their room; what has none stands on the next line."""
    run("change", TEAM, "--date", "2026-12-01", "--item", "user-expansion-package=40", "-b", "koodrive", "--locale", language, "-o", "out/change.pdf")
    head = PdfReader(desk / "out" / "change.pdf").pages[0].extract_text()
    assert re.search(r"\bKooDrive\b", head) and re.search(r"\bUSD\b", head)
