"""Every place where something is named is known: what is renamed in all of them leaves a book that means the same."""

from functools import cache
from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.language.build.table_mentions import mentions_of_table
from engine.language.document import read_document
from engine.language.mentions import declared, mentions_of, with_time_bands
from engine.language.splice import spliced
from engine.lints import lint_book
from engine.model.conditions import BUILT_IN_ATTRIBUTES

ROOT = Path(__file__).resolve().parent.parent.parent
BOOKS = {"koodrive": ROOT / "rules" / "koodrive", "hosting": ROOT / "examples" / "hosting" / "book", "reference": ROOT / "examples" / "reference" / "book"}
NOT_OF_BOOKS = ("currencies", "codes")
TABLE = "item,spec,region,unit_price\nserver,small,eu,1.00\nserver,large,eu,2.00\nserver,small,us,1.50\nserver,large,us,2.50\n"
WITH_TABLE = {
    "book.yaml": b"""book: {id: t, title: T, status: draft, currency: EUR, timezone: UTC, rounding: {at: line, mode: half-up}}
units: {hour: {title: hour}}
attributes: {region: {source: usage, values: [eu, us]}}
items:
  server: {title: Server, unit: hour, group: "compute", specs: {small: {}, 'large': {}}, meter: {measure: sum}}
billing_modes:
  payg: {title: P, payment: postpaid, cycle: month, items: {server: optional}}
prices:
  - {effective: 2026-01-01, billing_mode: payg, table: servers.csv}
discounts:
  off: {title: Off, items: {group: compute}, billing_modes: payg, coupon: "OFF-1", percent_off: 10%}
discount_policy: ['off']
examples:
  one:
    given: {date: 2026-03-01, billing_mode: payg, for: 1 month, items: {server: {spec: small, quantity: 10 hour}}, attributes: {region: "eu"}, coupons: [OFF-1]}
    expect: {lines: {server: {spec: "small", amount: 9.00}}}
""",
    "servers.csv": TABLE.encode(),
}


@cache
def files(name: str) -> dict[str, bytes]:
    if name == "table":
        return WITH_TABLE
    folder = BOOKS[name]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.suffix in (".yaml", ".csv")}


def mentions(held: dict[str, bytes]):
    return with_time_bands(_mentions(held))


def _mentions(held: dict[str, bytes]):
    for file, content in held.items():
        if file.endswith(".csv"):
            yield from mentions_of_table(file, content.decode())
        else:
            document, _ = read_document(file, content)
            assert document is not None and document.complete
            yield from mentions_of(document)


def findings(held: dict[str, bytes]) -> list[str]:
    loaded = load_book(held)
    return [each.code for each in (*loaded.diagnostics, *(lint_book(loaded.book, loaded.places) if loaded.book is not None else ()))]


@pytest.mark.parametrize("name", [*BOOKS, "table"])
def test_what_is_named_is_declared(name):
    found = list(mentions(files(name)))
    known = {each.of for each in found if each.declares}
    loose = {each.of for each in found} - known
    assert {of for of in loose if of[0] not in NOT_OF_BOOKS and not {of[1], of[2]} & {*BUILT_IN_ATTRIBUTES}} == set()


def renamed(of: tuple[str, str, str]) -> str:
    return f"{of[2]}-renamed"


@pytest.mark.parametrize("name", [*BOOKS, "table"])
def test_a_book_with_every_name_changed_in_every_place_has_the_same_findings(name):
    held = files(name)
    found = list(mentions(held))
    known = declared(found)
    changed = {
        file: spliced(content, {each.span: renamed(each.of) for each in found if each.of in known and each.span.file == file}) for file, content in held.items()
    }
    # A unit that is called by its symbol needs no translation, and one by another does.
    assert [code for code in findings(changed) if code != "R118"] == findings(held)
    assert {each.of for each in mentions(changed)} & known.keys() == set()


KINDS = ["units", "attributes", "values", "resources", "items", "specs", "billing_modes", "discounts", "coupons", "spec_changes", "cancellations", "renewals"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_changed_where_it_is_declared_alone_is_missed_elsewhere(kind):
    held = files("koodrive")
    of, [first] = next((of, places) for of, places in declared(mentions(held)).items() if of[0] == kind)
    changed = held | {first.span.file: spliced(held[first.span.file], {first.span: renamed(of)})}
    assert findings(changed) != findings(held)


def test_a_name_in_quotes_is_found_without_them():
    lines = WITH_TABLE["book.yaml"].decode().split("\n")
    quoted = set()
    for each in mentions(WITH_TABLE):
        if each.span.file == "book.yaml":
            line = lines[each.span.line - 1]
            assert line[each.span.column - 1 : each.span.end_column - 1] == each.name
            quoted |= {each.name} if line[each.span.column - 2] in "'\"" else set()
    assert quoted == {"compute", "large", "OFF-1", "off", "eu", "small"}


def test_a_table_that_cannot_be_read_names_nothing():
    assert [list(mentions_of_table("t.csv", text)) for text in ("", "a,b\n1,2\n", 'item,"x\n', "item,item\na,b\n")] == [[], [], [], []]
    assert [each.name for each in mentions_of_table("t.csv", "item,spec\na\nb,c\n")] == ["b", "c"]
