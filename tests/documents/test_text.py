"""The writer of blocks for the terminal: trees, tables that have room and tables that have none, and no number in two pieces."""

import pytest
from rich.cells import cell_len

from engine.documents import page_blocks as blocks
from engine.documents.terminal import Look
from engine.documents.text import text_page

LONG = f"{10**38:,}.00"


def written(*parts, look=Look(), **page) -> list[str]:
    """The lines of the blocks, without those around them."""
    document = {
        "kind": "", "title": "Title", "description": "", "status": None, "notices": [], "facts": [{"label": "Date", "value": "today"}],
        "sections": [blocks.section("", parts)], "closing": [], "digest_label": "Book", "digest": "sha256:0", **page,
    }  # fmt: skip
    lines = text_page(document, look).splitlines()
    assert max(map(cell_len, lines)) <= look.width
    return lines[4 : lines.index("─" * look.width, len(lines) - 3) - 1]


def step(name, working="", result="", number="", depth=0, count="", mark="", source=""):
    return {
        "number": number, "name": name, "working": working, "count": count, "source": source, "about": "", "result": result, "mark": mark,
        "depth": depth,
    }  # fmt: skip


def test_steps_are_a_tree_whose_products_stand_below_each_other():
    rows = [
        step("charge", "100 × 2.40 + 30 × 2.10", "303.00", "3", source="book.yaml:1"), step("first", "100 × 2.40", "240.00", depth=1, count="100"),
        step("second", "30 × 2.10", "63.00", depth=1, count="30"), step("discount", "10% of 303.00", "−30.30", "5"),
        step("half", "better for the buyer", depth=1, mark="chosen"),
    ]  # fmt: skip
    assert written(blocks.trace("Users", "272.70", "Users: 272.70", (), rows, notes=["All of it."]), look=Look(80)) == [
        "Users                                                272.70",
        "├─  3 charge            100 × 2.40 + 30 × 2.10       303.00  book.yaml:1",
        "│  ├─ first             100 × 2.40                   240.00",
        "│  └─ second             30 × 2.10                    63.00",
        "└─  5 discount          10% of 303.00                −30.30",
        "   └─ ✓ half            better for the buyer",
        "All of it.",
    ]


def table(stays=0, amount="12.50"):
    columns = [blocks.column("Item", number=False, strong=False), *(blocks.column(head) for head in ("Quantity", "Price", "Amount"))]
    rows = [blocks.row(blocks.cell("Storage", "500 GB, paid ahead"), ["5", "2.50", amount])]
    return blocks.table("prices", columns, [blocks.group("", rows), blocks.group("", [blocks.row("Total", ["", "", amount])], sums=True)], stays=stays)


def test_a_table_that_has_room_has_a_line_a_row_and_its_sum_below_a_rule():
    assert written(table(), look=Look(60)) == [
        "Item                                 Quantity  Price  Amount",
        "─" * 60,
        "Storage  500 GB, paid ahead                 5   2.50   12.50",
        "─" * 60,
        "Total                                                  12.50",
    ]


def test_where_a_column_stays_the_others_stand_below_the_name():
    assert written(table(stays=3), look=Look(40)) == [
        "Item                              Amount",
        "─" * 40,
        "Storage  500 GB, paid ahead        12.50",
        "  Quantity 5",
        "  Price 2.50",
        "─" * 40,
        "Total                              12.50",
    ]


def test_where_none_stays_they_follow_as_a_second_table():
    lines = written(table(), look=Look(28))
    assert [line.split()[0] for line in lines if line and line[0] not in " ─"] == ["Item", "Storage", "Total"] * 2
    assert "Amount" in lines[lines.index("") + 1]


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("stays", [0, 3])
def test_a_number_as_long_as_a_line_is_in_one_piece(width, stays):
    long = LONG[-width + 4 :].lstrip(",")
    amounts = [{"name": "To pay", "working": f"{long} once", "result": long, "total": True, "pad": ""}]
    for block in (table(stays, long), blocks.short("Sum", "", amounts), blocks.trace("Users", long, "Users", (), [step("charge", "1 × 2", long, "3")])):
        assert sum(long in line for line in written(block, look=Look(width))) == 2


def test_amounts_behind_a_table_add_it_up_and_what_comes_to_none_stands_in_its_place():
    rows = [
        {"name": name, "working": working, "result": result, "total": False, "pad": ""}
        for name, working, result in (("Sum", "", "12.50"), ("Until", "May", ""))
    ]
    lines = written(table(), blocks.short("Totals", "", rows, sums=True), look=Look(60))
    assert "Totals" not in lines and lines[-3:] == ["─" * 60, "Sum" + "12.50".rjust(57), "Until" + "May".rjust(55)]


def test_short_facts_stand_in_two_halves_and_long_ones_below_each_other():
    def head(value: str) -> list[str]:
        document = {
            "kind": "Quote", "title": "Title", "description": "", "status": None, "notices": [], "sections": [], "closing": [],
            "facts": [{"label": label, "value": value} for label in ("Date", "Term", "Tax")], "digest_label": "Book", "digest": "sha256:0",
        }  # fmt: skip
        return text_page(document, Look(40)).splitlines()[:5]

    assert head("2026") == ["Title  Quote", "", "Date  2026           Tax   2026", "Term  2026", ""]
    assert head("from March to December") == ["Title  Quote", "", *(f"{label:<4}  from March to December" for label in ("Date", "Term", "Tax"))]


@pytest.mark.parametrize("kind", ["", "Quote"])
@pytest.mark.parametrize("title", ["Title", "A title of so many words that no line holds all of them"])
def test_title_kind_and_stamp_stand_on_one_line_or_below_each_other_and_never_apart(title, kind):
    status = {"words": "Draft prices", "reason": "Not yet."}
    document = {
        "kind": kind, "title": title, "description": "", "status": status, "notices": [], "sections": [], "closing": [],
        "facts": [{"label": "Date", "value": "today"}], "digest_label": "Book", "digest": "sha256:0",
    }  # fmt: skip
    stamped, plain = (text_page(document | {"status": each}, Look(40)).splitlines() for each in (status, None))
    assert stamped[0].startswith(title[:24]) and plain.index("") == (1 if len(title) < 10 else 2 + bool(kind))
    assert stamped[stamped.index("") - 1] == "Not yet." and "".join(stamped[: stamped.index("")]).count("▨ DRAFT PRICES") == 1
    assert all(cell_len(line) <= 40 for line in (*stamped, *plain))
