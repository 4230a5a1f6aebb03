"""Names of folders and files, options and their values as somebody hostile would write them: in a message they are what they are.

What is printed goes to terminals, and to logs in which a line may be a command to the machine that keeps them.
"""

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.commands.desk import ROOT, Ran
from tests.extent import one_in

HOSTILE = {
    "a new line and a command": "x\n::error title=gone::y",
    "a command": " ::error title=gone,line=1::y%0A::z\r::stop-commands::w:",
    "nothing to be seen": "::x\u202ey\u2066z\u200f\u200b\ufeff\u2060\U000e0041",
    "an escape and a command of old": "x ##[error]y\x1b[2J\x1b]0;y\x07\x9b31m\u2028z\x85",
    "a very long word": "x" * 250,
    "a very long word in quotes": f"x`{'y ' * 120}`::error::z",
    "markup": "<b>]]>&'\"x",
}
FORMATS = ("text", "concise", "json", "github", "sarif", "junit")
LONGEST = 400
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]")
ANNOTATION = re.compile(r"::(error|warning|notice) (file=[^:,]*,line=\d+,col=\d+,endLine=\d+,(endColumn=\d+,)?)?title=[A-Z]\d{3} [a-z0-9-]+::[^\n]*")


def check_is_text(said: str) -> None:
    """Nothing in it acts on a terminal, and no line but an annotation of the program's own is a command to a log."""
    assert not UNSEEN.search(said), UNSEEN.findall(said)
    for line in said.split("\n"):
        # `:::` points to a second place, as `-->` does to the first: a command of the name `:` that nobody has.
        assert not line.lstrip().removeprefix("::: ").lstrip().startswith("::") or ANNOTATION.fullmatch(line), line
        assert "##[" not in line
        assert max(map(len, line.split()), default=0) <= LONGEST or ANNOTATION.fullmatch(line), line


def check_ran(ran: Ran, form: str = "text") -> None:
    assert "Traceback" not in ran.err and "Y810" not in ran.out + ran.err
    if form in ("json", "sarif"):
        json.loads(ran.out)
    elif form == "junit":
        ElementTree.fromstring(ran.out)
        check_is_text(ran.out)
    else:
        check_is_text(ran.out)
    check_is_text(ran.err)


@pytest.fixture
def shop(desk, run, request) -> Path:
    """The folder `<hostile>/shop`, a book with its mistakes and notes, and the same one without them in `<hostile>/good`."""
    parent = desk / HOSTILE[request.param]
    assert run("new", "book", "good").code == 0
    (desk / "rules" / "good").rename(parent.parent / "moved")
    parent.mkdir()
    (parent.parent / "moved").rename(parent / "good")
    (parent / "shop").mkdir()
    for path in (parent / "good").rglob("*.yaml"):
        (parent / "shop" / path.name).write_bytes(path.read_bytes())
    (parent / "shop" / "items.yaml").write_text("items: 5\nitemz: {}\n")
    (parent / "shop" / "prices.yaml.bak").write_text("")
    (parent / "order.yaml").write_text("billing_mode: nothing\nitems: {x: 1}\n")
    (parent / "account.yaml").write_text("id: a\ncustomer: {name: A}\nsubscriptions: []\n")
    (parent / "usage.csv").write_text("account,at\n")
    (parent / "page.html").write_text("{{ nothing }}")
    return parent


@pytest.mark.parametrize("shop", HOSTILE, indirect=True)
@pytest.mark.whole
def test_a_hostile_folder_is_text_in_every_message(shop, run, monkeypatch):
    """Each command with each kind of name in the folder, and each format of findings."""
    good, bad, order, account = (str(shop / name) for name in ("good", "shop", "order.yaml", "account.yaml"))
    for form in FORMATS:
        check_ran(run("check", bad, "-f", form), form)
    for book in (good, str(shop), order):
        check_ran(run("check", book, "-f", "json"), "json")
        # What is not understood is not in the format of findings either.
        check_ran(run("check", book, "-f", "github"))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    check_ran(run("check", bad))
    for arguments in (
        ("check", bad, "--profile", "publish"),
        ("test", bad), ("test", good), ("test", good, "-f", "junit"), ("test", good, "--coverage"), ("test", good, "-o", shop / "none" / "x"),
        ("quote", order, "-b", good), ("quote", order, "-b", bad), ("quote", bad), ("quote", f"{order}x", "-b", good), ("quote", account, "-b", good), ("quote", shop, "-b", good),
        ("quote", "-b", good, "--example", "team-of-12", "--explain"), ("quote", "-b", good, "--example", "team-of-12", "-o", shop / "out.html"),
        ("quote", "-b", good, "--example", "team-of-12", "-o", shop / "out.exe"), ("quote", "-b", good, "--example", "team-of-12", "-o", shop / "none" / "out.html"),
        ("sheet", good, "-o", shop / "out.md"), ("sheet", good, "--template", shop / "page.html"), ("sheet", good, "--template", shop / "pag.html"),
        ("change", account, "-b", good, "--unsubscribe"), ("change", order, "-b", good, "--unsubscribe"),
        ("invoice", account, "-b", good, "--period", "2026-03"), ("invoice", account, account, "-b", good, "--period", "2026-03", "-o", shop / "out"),
        ("invoice", order, "-b", good, "--period", "2026-03"), ("invoice", shop, "-b", good, "--period", "2026-03", "-o", shop / "out"),
        ("invoice", shop / "good", "-b", good, "--period", "2026-03", "-o", shop / "out"),
        ("invoice", account, "-b", good, "--period", "2026-03", "--usage", shop / "usage.csv"), ("invoice", account, "-b", good, "--period", "2026-03", "--usage", shop / "usage"),
        ("invoice", account, "-b", good, "--period", "2026-03", "--issued", account), ("invoice", account, "-b", good, "--period", "2026-03", "--issued", shop),
        ("schema", "book-file", "-o", shop / "schema.json"), ("schema", "book-file", "-o", shop / "none" / "schema.json"),
        ("new", "book", shop / "other"), ("new", "book", shop / "good"), ("new", "book", shop),
        ("check", bad, "--debug", "--select", "Y801"),
    ):  # fmt: skip
        check_ran(run(*map(str, arguments)))


@pytest.mark.parametrize("name", one_in(2, list(HOSTILE)[1::2]))
def test_a_hostile_value_of_an_option_is_text_in_every_message(desk, run, name):
    value = HOSTILE[name]
    order = ("--mode", "yearly-monthly", "--term", "1 year", "--item", "basic-edition=50-users-500-gb")
    account = "examples/koodrive/growing-team/account.yaml"
    for arguments in (
        (value,), ("check", f"--{value}"), ("check", "koodrive", "-b", value), ("check", "-f", value), ("check", "--select", value), ("check", "--ignore", value),
        ("rule", value), ("schema", value), ("completion", value), ("test", "-k", value), ("new", value), ("new", "book", value),
        ("quote", "--example", value), ("quote", *order, "--date", value), ("quote", *order, "--currency", value), ("quote", *order, "--coupon", value),
        ("quote", *order, "--attribute", value), ("quote", *order, "--attribute", f"{value}=x"), ("quote", *order, "--attribute", f"segment={value}"),
        ("quote", *order, "--item", value), ("quote", *order, "--item", f"{value}=1"), ("quote", *order, "--item", f"storage={value}"),
        ("quote", "--mode", value, *order[2:]), ("quote", *order[:2], "--term", value, *order[4:]), ("quote", *order, "--for", value), ("quote", *order, "--locale", value),
        ("sheet", "--date", value), ("sheet", "--customer", value, "-o", "out/x.json"), ("sheet", "--attribute", f"{value}=x"),
        ("change", account, "--date", "2026-12-01", "--item", value), ("change", account, "--date", "2026-12-01", "--renew", value),
        ("change", account, "--date", "2026-12-01", "--switch", value), ("change", account, "--unsubscribe", "--subscription", value),
        ("invoice", account, "--period", value), ("invoice", account, "--period", "2026-08", "--number", value, "-o", "out/x.json"), ("invoice", account, "--period", "2026-08", "--date", value),
    ):  # fmt: skip
        ran = run(*arguments)
        check_ran(ran)
        assert ran.code in (0, 1, 2), arguments
    check_ran(run("quote", "--mode", value, "--item", f"{value}=1", "-f", "json"), "json")


FILES = {name: value for name, value in HOSTILE.items() if "/" not in value and len(os.fsencode(value)) < 240}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_rule_file_is_text_in_every_format_and_document(desk, run, name):
    assert run("new", "book", "good").code == 0
    book, file = desk / "rules" / "good", f"{FILES[name]}.yaml"
    prices = (book / "prices" / "2026-01-01.yaml").read_bytes()
    (book / "prices" / "2026-01-01.yaml").rename(book / "prices" / file)
    for form in FORMATS:
        check_ran(run("check", "good", "-f", form), form)
    for arguments in (("quote", "-b", "good", "--example", "team-of-12", "--explain"), ("test", "good"), ("sheet", "good", "-f", "md")):
        check_ran(run(*arguments))
    assert (book / "prices" / file).read_bytes() == prices
    (book / "prices" / file).write_text("prices: 5\n")
    for form in FORMATS:
        ran = run("check", "good", "-f", form)
        check_ran(ran, form)
        assert ran.code == 1


def test_a_name_is_shown_as_what_it_is(desk, run):
    (desk / "a\u200b\x1bb\n::c").mkdir()
    ran = run("check", "a\u200b\x1bb\n::c")
    assert "`a<U+200B><U+001B>b<U+000A>::c` holds no rule files" in ran.err
    assert json.loads(run("check", "a\u200b\x1bb\n::c", "-f", "json").out)["findings"][0]["message"] == "`a\u200b\x1bb\n::c` holds no rule files"
    assert "::error title=Y803" not in run("check", "a\u200b\x1bb\n::c", "-f", "github").out
    assert (ROOT / "rules").is_dir()
