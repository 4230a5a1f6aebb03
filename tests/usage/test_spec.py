"""The column `spec`: an item that is sold by specs says which, any other has none (rule language, second version, 1.2)."""

from dataclasses import replace

import pytest

from engine.model.book import Attribute, Spec
from engine.usage import read_usage
from tests.usage.meter_books import metered_book

HEAD = "account,subscription,item,time,quantity"
PLAIN = metered_book("max")
SOLD = replace(PLAIN, items={**PLAIN.items, "server": replace(PLAIN.items["use"], id="server", specs=(Spec("small"), Spec("large")))})


def read(row: str, head: str = f"{HEAD},spec", book=SOLD):
    return read_usage(book, "u.csv", f"{head}\n{row}\n")


def test_a_record_names_its_spec():
    (record,) = read("a,s,server,2026-03-05T10:00,1, large ").records
    assert record.spec == "large"


def test_a_record_of_an_item_without_specs_has_none():
    for head, row in ((HEAD, "a,s,use,2026-03-05,1"), (f"{HEAD},spec", "a,s,use,2026-03-05,1,")):
        (record,) = read(row, head).records
        assert record.spec is None


@pytest.mark.parametrize(
    ("head", "row", "message", "remedy"),
    [
        (HEAD, "server,2026-03-05,1", "`server` is sold by specs, and the record names none", "fill in the column `spec`: `small` or `large`"),
        (f"{HEAD},spec", "server,2026-03-05,1,", "`server` is sold by specs, and the record names none", "fill in the column `spec`: `small` or `large`"),
        (f"{HEAD},spec", "server,2026-03-05,1,larg", "`server` has no spec `larg`", "did you mean `large`?"),
        (f"{HEAD},spec", "server,2026-03-05,1,xl", "`server` has no spec `xl`", "the book has `small`, `large`"),
        (f"{HEAD},spec", "use,2026-03-05,1,large", "`use` has no specs, so `large` names nothing", "leave the column `spec` empty"),
    ],
)  # fmt: skip
def test_any_other_spec_is_refused_at_its_row(head, row, message, remedy):
    found = read(f"a,s,{row}", head)
    assert (found.read, found.refused, found.records) == (1, 1, ())
    assert [(each.code, each.span.line, each.subject, each.message, each.help) for each in found.diagnostics] == [("Q607", 2, "spec", message, remedy)]


def test_an_attribute_of_that_name_keeps_its_column():
    book = replace(SOLD, attributes={**SOLD.attributes, "spec": Attribute("spec", "usage", 2)})
    (record,) = read("a,s,use,2026-03-05,1,fast", book=book).records
    assert (record.spec, record.attributes) == (None, {"spec": "fast"})


def test_records_of_one_id_and_two_specs_conflict():
    found = read_usage(SOLD, "u.csv", f"id,{HEAD},spec\nr,a,s,server,2026-03-05,1,small\nr,a,s,server,2026-03-05,1,large\n")
    assert ([each.code for each in found.diagnostics], found.records) == (["Q606"], ())
