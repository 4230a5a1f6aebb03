"""`pricebook check --against`: what an edit does to what was sold and promised, from a folder and from a commit, on a day that is named."""

import json
from pathlib import Path

import pytest

from tests.commands.desk import committed

ROOT = Path(__file__).resolve().parents[2]
JANUARY, JULY = "prices/2026-01-01.yaml", "prices/2027-07-01.yaml"


@pytest.fixture
def found(desk, run):
    """`found(edit, ...)`: (code, place, message, notes) of what an edit of the KooDrive book breaks, as of 15 June 2026."""

    def of(*edits: tuple[str, str, str], more: tuple[str, ...] = ()) -> list[tuple[str, str, str, str]]:
        committed(desk)
        for file, old, new in edits:
            path = desk / "rules" / "koodrive" / file
            text = path.read_text(encoding="utf-8")
            assert old in text
            path.write_text(text.replace(old, new), encoding="utf-8")
        ran = run("check", "koodrive", "--against", "git:main", "--date", "2026-06-15", *more, "--select", "C", "-f", "json")
        findings = json.loads(ran.out)["findings"]
        assert ran.code == 0, ran.err
        return [(each["code"], f"{each['span']['file']}:{each['span']['line']}", each["message"], "; ".join(each["notes"])) for each in findings]

    return of


def test_nothing_was_edited(found):
    assert found() == []


def test_a_begun_price_is_edited_at_its_line_with_the_old_one_and_its_place(found):
    assert found((JANUARY, "50-users-500-gb: 89.00", "50-users-500-gb: 95.00")) == [
        (
            "C204",
            f"rules/koodrive/{JANUARY}:11",
            "the price of `50-users-500-gb` since 2026-01-01 was edited in place: 89.00 is now 95.00",
            f"before: 89.00, {JANUARY}:11",
        )
    ]


@pytest.mark.parametrize(("limit", "codes"), [((), ["C203", "C204"]), (("--max-increase", "20%"), ["C204"]), (("--max-increase", "12.36%"), ["C204"])])
def test_the_limit_of_an_increase_is_the_users(found, limit, codes):
    assert [each[0] for each in found((JANUARY, "50-users-500-gb: 89.00", "50-users-500-gb: 100.00"), more=limit)] == codes


def test_a_price_that_has_not_begun_may_be_edited(found):
    assert found((JULY, "2.25", "2.20")) == []


def test_a_price_in_the_past_is_added_behind_the_back_of_those_who_bought(found):
    added = ("prices/2027-07-01.yaml", "2027-07-01\n", "2026-03-01\n")
    codes = found(added)
    assert {each[0] for each in codes} == {"C204"}
    assert all("since 2026-03-01" in each[2] for each in codes)


def test_a_spec_is_gone_while_it_is_sold(found):
    given = found(
        ("items.yaml", '      500-users-5-tb:\n        title: {en: "500 users, 5 TB", zh: "500 个用户，5 TB", ar: "500 مستخدم، 5 TB"}\n        provides: {users: 500, storage: 5 TB}\n', ""),
        (JANUARY, "        500-users-5-tb: 749.00\n", ""),
        ("examples.yaml", "500-users-5-tb", "200-users-2-tb"),
    )  # fmt: skip
    assert [(each[0], each[2]) for each in given] == [("C201", "`500-users-5-tb` was on sale in `yearly-monthly`, and is gone from the book")]
    assert given[0][1].startswith("rules/koodrive/items.yaml:")
    assert given[0][3].startswith("before: 749.00, prices/2026-01-01.yaml:")


def test_a_renamed_id_is_offered_as_such_and_nothing_else_is_said_of_it(found):
    every = ("items.yaml", "billing-modes.yaml", "examples.yaml", JANUARY, JULY)
    given = found(*((file, "user-expansion-package", "extra-users") for file in every))
    assert [(each[0], each[2]) for each in given] == [("C205", "`user-expansion-package` is now `extra-users`: what customers have is named by the old id")]


def test_a_silenced_finding_of_an_edit_is_no_needless_comment_without_a_comparison(desk, run):
    committed(desk)
    path = desk / "rules" / "koodrive" / JANUARY
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("50-users-500-gb: 89.00", "50-users-500-gb: 90.00  # pricebook: ignore=C204 reason: the book is a draft"), encoding="utf-8")
    assert run("check", "koodrive", "--profile", "default").out == ""
    assert run("check", "koodrive", "--against", "git:main", "--date", "2026-06-15").out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--max-increase", "10%"), "no book before it is named"),
        (("--date", "2026-06-15"), "no book before it is named"),
        (("--against", "git:main", "--profile", "draft"), "leaves out what --against asks for"),
        (("--against", "git:main", "--max-increase", "ten"), "`ten` is no percentage"),
        (("--against", "git:gone"), "git knows no commit `gone`"),
        (("--against", "nowhere"), "--against git:nowhere"),
    ],
)
def test_what_cannot_be_compared_is_said(desk, run, arguments, said):
    committed(desk)
    ran = run("check", "koodrive", *arguments)
    assert ran.code == 2
    assert said in " ".join((ran.out + ran.err).split())


def test_an_earlier_book_with_errors_is_shown_and_nothing_is_compared(desk, run):
    path = desk / "rules" / "koodrive" / JANUARY
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("89.00", "89.0O"), encoding="utf-8")
    committed(desk)
    path.write_text(text, encoding="utf-8")
    ran = run("check", "koodrive", "--against", "git:main", "--date", "2026-06-15")
    assert ran.code == 1
    assert "S105" in ran.err
