"""Bad input through the whole program: each mistake is a finding with its place, never a traceback, and never a half-written file."""

import json
import re

import pytest

from tests.extent import first

CLEAN = {
    "book.yaml": """\
book:
  id: small
  title: Small
  status: draft
  currency: USD
  timezone: UTC
  rounding: {at: line, mode: half-up}
  price_notice: 30 days
units:
  user: {title: User}
  GB: {title: GB}
resources:
  users: {title: Users, unit: user}
""",
    "items.yaml": """\
items:
  seats: {title: Seats, unit: user, quantity: {min: 1, max: 100}, provides: {users: 1}}
limits:
  - {resource: users, max: 50}
billing_modes:
  monthly:
    title: Monthly
    payment: prepaid
    cycle: term
    terms: [1 month, 1 year]
    items: {seats: required}
prices:
  - {effective: 2026-01-01, billing_mode: monthly, per: month, items: {seats: 2.50}}
discounts:
  off: {title: Off, when: {country: DE}, percent_off: 10%}
discount_policy: [off]
""",
}

SCALARS = {
    # what is written -> what stands there in the clean book
    **dict.fromkeys(("1_000", '"1,000"', "1e3", ".5", "012", "0x1F", "1:30", ".inf", ".nan", "two", "-1", "yes", '"2.50"'), "2.50"),
    **dict.fromkeys(("0.17", "17", "17 percent", "%", "1e1%", "-5%"), "10%"),
    **dict.fromkeys(("1m", "P1M", "0 days", "30days", "1.5 days", "thirty days"), "30 days"),
    **dict.fromkeys(("1/1/2026", "2026-02-30", "2026-13-01", "20260101", "01.02.2026", "2026-1-1"), "2026-01-01"),
    **dict.fromkeys(("max: 50user}", "max: fifty}", "max: 50 lightyears}"), "max: 50}"),
}

NAMES = {
    "when: {contry: DE}": "when: {country: DE}",
    "provides: {usres: 1}": "provides: {users: 1}",
    "resource: usres": "resource: users",
    "items: {seat: required}": "items: {seats: required}",
    "discount_policy: [of]": "discount_policy: [off]",
    "currency: USX": "currency: USD",
    "timezone: Mars/Base": "timezone: UTC",
    "unit: usre": "unit: user",
    "tittle: Seats": "title: Seats",
}


def write(desk, **changes: bytes | str):
    folder = desk / "rules" / "small"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**CLEAN, **changes}.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def replaced(new: str, old: str) -> dict[str, str]:
    found = {name: content.replace(old, new, 1) for name, content in CLEAN.items() if old in content}
    assert found, old
    return dict([next(iter(found.items()))])


def test_the_clean_book_is_clean(desk, run):
    write(desk)
    ran = run("check", "small", "--fail-on", "error")
    assert ran.code == 0, ran.out


@pytest.mark.parametrize(("new", "old"), [*SCALARS.items(), *NAMES.items()])
def test_a_mistake_in_a_value_or_a_name_is_a_finding_with_its_place_and_a_remedy(desk, run, new, old):
    write(desk, **replaced(new, old))
    ran = run("check", "small", "-f", "json")
    assert ran.code == 1, ran.out
    errors = [found for found in json.loads(ran.out)["findings"] if found["severity"] == "error"]
    assert errors and all(found["span"] and found["help"] for found in errors)
    text = run("check", "small")
    assert re.search(r"--> rules/small/(book|items)\.yaml:\d+:\d+", text.out)
    assert "Traceback" not in text.out + text.err


FILES = {
    "nested brackets": b"items: " + b"[" * 50_000,
    "closed nested brackets": b"items: " + b"[" * 50_000 + b"]" * 50_000,
    "nested braces": b"{a: " * 50_000,
    "too large": b"# " + b"x" * (10 * 1024 * 1024),
    "nul bytes": b"items:\n  a\x00b: {}\n",
    "only nul": b"\x00" * 100,
    "not utf-8": b"items:\n  \xff\xfe: {}\n",
    "latin-1": "items: {seats: {title: Stühle}}\n".encode("latin-1"),
    "utf-16": "items: {}\n".encode("utf-16"),
    "alias bomb": b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (98 + n, 98 + n, 97 + n, 97 + n) for n in range(24)),
    "merge key": b"items: {a: &x {title: A}, b: {<<: *x}}\n",
    "tag": b"items: !!python/object/apply:os.system ['true']\n",
    "several documents": b"items: {}\n---\nitems: {}\n",
    "tab": b"items:\n\tseats: {}\n",
    "a list": b"- 1\n- 2\n",
    "a text": b"hello\n",
    "not yaml": b"{{{ : ]]\n",
    "unclosed quote": b'items: {seats: {title: "Seats}}\n',
    "smart quotes": "items: {seats: {title: \u201cSeats\u201d}}\n".encode(),
    "duplicate key": b"items: {seats: {title: A}, seats: {title: B}}\n",
    "unknown section": b"itemz: {}\n",
    "number key": b"items: {1: {title: A, unit: user}}\n",
    "null section": b"items: ~\nunits: 5\n",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["check", "sheet", "test"])
def test_a_bad_file_is_a_finding_in_every_command(desk, run, command, name):
    write(desk, **{"bad.yaml": FILES[name]})
    ran = run(command, "small")
    assert ran.code == 1, ran.out + ran.err
    assert "bad.yaml" in ran.out + ran.err
    assert "Traceback" not in ran.out + ran.err
    assert "failed:" not in ran.err


@pytest.mark.parametrize("name", FILES)
def test_a_bad_order_file_is_a_finding(desk, run, name):
    (desk / "order.yaml").write_bytes(FILES[name])
    ran = run("quote", "order.yaml", "--book", "koodrive")
    assert ran.code == 1, ran.out + ran.err
    assert "Traceback" not in ran.out + ran.err
    assert json.loads(run("quote", "order.yaml", "--book", "koodrive", "-f", "json").out)["summary"]["errors"] >= 1


ORDERS = {
    "limit-exceeded": ["--mode", "yearly-monthly", "--term", "1 year", "--item", "basic-edition=10-users-100-gb", "--item", "user-expansion-package=20000"],
    "unknown-item": ["--mode", "yearly-monthly", "--term", "1 year", "--item", "basic-editon=10-users-100-gb"],
    "term-not-offered": ["--mode", "yearly-monthly", "--term", "5 years", "--item", "basic-edition=10-users-100-gb"],
    "unknown-billing-mode": ["--mode", "weekly", "--term", "1 year", "--item", "basic-edition=10-users-100-gb"],
    "unknown-spec": ["--mode", "yearly-monthly", "--term", "1 year", "--item", "basic-edition=11-users"],
    "unknown-coupon": ["--mode", "yearly-monthly", "--term", "1 year", "--item", "basic-edition=10-users-100-gb", "--coupon", "NOPE"],
    "unknown-attribute": ["--mode", "yearly-monthly", "--term", "1 year", "--item", "basic-edition=10-users-100-gb", "--attribute", "color=red"],
}


@pytest.mark.parametrize("slug", ORDERS)
def test_an_order_that_cannot_be_sold_says_why(desk, run, slug):
    ran = run("quote", "--date", "2026-03-01", "-f", "json", *ORDERS[slug])
    assert ran.code == 1
    assert slug in [found["slug"] for found in json.loads(ran.out)["findings"]], ran.out


def test_a_spec_change_in_pay_per_use_is_refused_with_its_reason_and_what_to_do_instead(desk, run):
    ran = run("quote", "examples/koodrive/change-in-pay-per-use.yaml")
    assert ran.code == 1
    assert "spec-change-not-supported" in run("quote", "--example", "no-change-in-pay-per-use", "-f", "json").out
    assert "there is no specification to change" in " ".join(ran.err.split())


TEMPLATES = {
    "attribute trick": "{{ ''.__class__.__mro__ }}",
    "repetition bomb": "{{ 'x' * 10**9 }}",
    "format bomb": "{{ '%999999999d' | format(1) }}",
    "endless loop": "{% for a in range(100000) %}{% for b in range(100000) %}{% for c in range(100000) %}{% endfor %}{% endfor %}{% endfor %}",
    "unknown field": "{{ nothing_of_the_kind }}",
    "syntax": "{% if %}",
    "import": "{% import 'os' as os %}{{ os }}",
    "half a character": "{{ '\\ud800' }}",
    "chance": "{{ [1, 2]|random }}",
    "address": "{{ range }}",
}
PAGES = {
    "deep nesting": "<div>" * 3000,
    "wide cell": "<table><tr><td colspan=1000000000>x<td>y</table>",
    "half a character": "{{ '\\udfff' }}",
}


@pytest.mark.parametrize(
    ("source", "ending"),
    first(3, [*((each, "html") for each in TEMPLATES.values()), *((each, "pdf") for each in PAGES.values())]),
    ids=[*TEMPLATES, *(f"{each} on paper" for each in PAGES)],
)
def test_a_template_cannot_do_harm_and_leaves_no_file(desk, run, source, ending):
    (desk / "mine.html").write_text(source)
    ran = run("sheet", "koodrive", "--date", "2026-03-01", "--template", "mine.html", "-o", f"out/mine.{ending}")
    assert ran.code == 1, ran.err
    assert "mine.html" in ran.err and "Traceback" not in ran.err
    assert list((desk / "out").iterdir()) == []


@pytest.mark.parametrize("command", [["sheet", "koodrive", "-f", "md"], ["quote", "--example", "smallest-team", "-f", "json"], ["test", "koodrive"]])
def test_a_result_replaces_a_file_whole_and_a_failure_keeps_it(desk, run, monkeypatch, command):
    target = desk / "out" / "result"
    target.write_text("as it was")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    ran = run(*command, "-o", target)
    assert ran.code == 3
    assert "the disk is full" in ran.out + ran.err
    assert [path.name for path in (desk / "out").iterdir()] == ["result"]
    assert target.read_text() == "as it was"
    monkeypatch.undo()
    monkeypatch.chdir(desk)
    assert run(*command, "-o", target).code == 0
    assert target.read_text() != "as it was"
