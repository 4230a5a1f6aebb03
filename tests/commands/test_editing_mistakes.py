"""What happens to a book while people edit it, once each, in a copy of the KooDrive book: every finding that answers, and no other."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.shelf import Unusable
from engine.store import inspect_book, open_book

ROOT = Path(__file__).resolve().parents[2]
JANUARY, JULY = "prices/2026-01-01.yaml", "prices/2027-07-01.yaml"
Edit = Callable[[Path], None]


def sub(file: str, old: str, new: str, count: int = 1) -> Edit:
    """Another text in a file."""

    def edit(book: Path) -> None:
        text = (book / file).read_text(encoding="utf-8")
        assert old in text
        (book / file).write_text(text.replace(old, new, count), encoding="utf-8")

    return edit


def move(file: str, name: str) -> Edit:
    """A file under another name, beside the book with `../`."""

    def edit(book: Path) -> None:
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / file).rename(book / name)

    return edit


def copy(file: str, name: str) -> Edit:
    """A file a second time."""
    return lambda book: shutil.copy(book / file, book / name)


def delete(file: str) -> Edit:
    """A file less."""
    return lambda book: (book / file).unlink()


def cut(file: str, start: str, end: str = "") -> Edit:
    """A file without the part from one text to another, or to its end."""

    def edit(book: Path) -> None:
        text = (book / file).read_text(encoding="utf-8")
        begins = text.index(start)
        (book / file).write_text(text[:begins] + (text[text.index(end, begins) :] if end else ""), encoding="utf-8")

    return edit


def twice(file: str, start: str, end: str = "") -> Edit:
    """A block of a file pasted a second time, behind itself."""

    def edit(book: Path) -> None:
        text = (book / file).read_text(encoding="utf-8")
        begins = text.index(start)
        ends = text.index(end, begins) if end else len(text)
        (book / file).write_text(text[:ends] + text[begins:], encoding="utf-8")

    return edit


def several(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(book: Path) -> None:
        for each in edits:
            each(book)

    return edit


def place_of(finding) -> str:
    """`koodrive/items.yaml:78`; empty where no file is at fault."""
    return f"{finding.span.file.removeprefix('rules/')}:{finding.span.line}" if finding.span is not None else ""


@pytest.fixture
def found(tmp_path, monkeypatch):
    """`found(edit)`: (severity, code, place, words) of every finding about the edited book, as `check` shows them."""

    def run(edit: Edit) -> list[tuple[str, str, str, str]]:
        book = tmp_path / "rules" / "koodrive"
        shutil.copytree(ROOT / "rules" / "koodrive", book)
        edit(book)
        monkeypatch.chdir(tmp_path)
        listed = inspect_book(Path("rules/koodrive")).diagnostics
        return [(each.severity, each.code, place_of(each), " | ".join((each.message, *each.notes, each.help))) for each in listed]

    return run


MISTAKES = [
    # --- what is required has no price
    ("prices-deleted", delete(JANUARY), [
        ("error", "R130", "koodrive/billing-modes.yaml:10", "`yearly-monthly` sells `basic-edition` and `storage-expansion-package`, but there is no price for them"),
        ("error", "R130", "koodrive/billing-modes.yaml:30", "`pay-per-use` sells `storage` and `users`, but there is no price for them"),
    ]),
    ("spec-unpriced", sub(JANUARY, "        50-users-500-gb: 89.00\n", ""), [
        ("error", "R130", "koodrive/prices/2026-01-01.yaml:9", "sells `50-users-500-gb` of `basic-edition`, but there is no price for it"),
    ]),
    ("metered-item-unpriced", cut(JANUARY, "      users:\n        model", ""), [
        ("error", "R130", "koodrive/prices/2026-01-01.yaml:26", "`pay-per-use` sells `users`, but there is no price for it"),
    ]),
    ("optional-item-unpriced", sub(JANUARY, "      storage-expansion-package: 0.035\n", ""), [
        ("warning", "R115", "koodrive/prices/2026-01-01.yaml:8", "sells `storage-expansion-package`, but there is no price for it"),
    ]),
    ("priced-for-partners-only", sub(JANUARY, "per: month", "per: month\n    when: {segment: partner}"), [
        ("error", "R130", "koodrive/prices/2026-01-01.yaml:11", "but for customers without `segment` there is no price for it, while `user-expansion-package` has one"),
    ]),
    ("priced-for-one-customer-only", sub(JANUARY, "per: month", "per: month\n    when: {customer: acme}"), [
        ("error", "R130", "koodrive/prices/2026-01-01.yaml:11", "but for customers that no price names there is no price for it"),
    ]),
    ("priced-in-another-currency", sub(JANUARY, "per: month", "per: month\n    currency: EUR"), [
        ("error", "R130", "koodrive/billing-modes.yaml:10", "`yearly-monthly` requires `basic-edition`, but in USD there is no price for it"),
    ]),
    ("price-ends", sub(JANUARY, "per: month", "per: month\n    until: 2027-02-01"), [
        ("error", "R130", "koodrive/prices/2026-01-01.yaml:11", "but from 2027-07-01 on there is no price for it"),
    ]),
    ("price-begins-too-late", sub(JANUARY, "effective: 2026-01-01", "effective: 2027-09-01"), [
        ("error", "R130", "koodrive/prices/2026-01-01.yaml:10", "but before 2027-09-01 there is no price for it"),
    ]),
    ("sale-ended-on-purpose", sub(JULY, "    items:", "    withdrawn: [basic-edition]\n    items:"), []),
    # --- files that are gone, copied or not read
    ("discounts-deleted", delete("discounts.yaml"), [
        ("error", "R132", "koodrive/examples.yaml:13", "the book speaks in 4 places of `discounts`, but declares none | is a file missing?"),
    ]),
    ("discounts-cut-policy-left", cut("discounts.yaml", "discounts:", "discount_policy:"), [
        ("error", "R132", "koodrive/discounts.yaml:5", "the book speaks in 7 places of `discounts`, but declares none"),
    ]),
    ("head-of-a-section-cut", sub("book.yaml", "attributes:\n", ""), [
        ("error", "S101", "koodrive/book.yaml:46", "`contract` is an entry of `attributes`, and stands in `units` | write the line `attributes:` above it; it may be gone"),
        ("error", "S101", "koodrive/book.yaml:50", "`segment` is an entry of `attributes`"),
    ]),
    ("one-discount-cut", several(cut("discounts.yaml", "  education:\n", "  welcome:\n"), sub("discounts.yaml", "[longer-term, education]", "[longer-term]")), [
        ("warning", "R112", "koodrive/book.yaml:51", "the examples name it: `school-half-year`, `school-one-year`. Is the price, discount or tax gone that asked for it?"),
    ]),
    ("discount-policy-cut", cut("discounts.yaml", "discount_policy:"), [
        ("error", "R113", "koodrive/discounts.yaml:5", "the book has no `discount_policy`, so none of its discounts would ever apply: `longer-term`, `education`, `welcome`"),
    ]),
    ("policies-deleted", delete("policies.yaml"), [
        ("error", "R132", "koodrive/billing-modes.yaml:13", "the book speaks in 5 places of `spec_changes`, `cancellations` and `renewals`, but declares none"),
    ]),
    ("modes-deleted", delete("billing-modes.yaml"), [("error", "R110", None, "the book has no `billing_modes`")]),
    ("discounts-copied", copy("discounts.yaml", "discounts copy.yaml"), [
        ("error", "R133", "koodrive/discounts copy.yaml:5", "discounts copy.yaml repeats what stands in discounts.yaml: `longer-term`, `education`, `welcome`, `discount_policy` | "
         "the two files are the same, line by line | delete discounts copy.yaml, if it is a copy"),
    ]),
    ("items-copied-and-edited", several(copy("items.yaml", "items (1).yaml"), sub("items (1).yaml", "max: 20000, step", "max: 30000, step")), [
        ("error", "R133", "koodrive/items (1).yaml:3", "the two files differ first in line 68 | delete items (1).yaml, if it is a copy; if it is the one that is meant, delete items.yaml"),
    ]),
    ("prices-copied", copy(JANUARY, "prices/Copy of 2026-01-01.yaml"), [
        ("error", "R133", "koodrive/prices/Copy of 2026-01-01.yaml:10", "repeats what stands in prices/2026-01-01.yaml"),
    ]),
    ("single-price-copied", copy(JULY, "prices/2027-07-01 copy.yaml"), [
        ("error", "R133", "koodrive/prices/2027-07-01 copy.yaml:10", "repeats what stands in prices/2027-07-01.yaml: `user-expansion-package`"),
    ]),
    ("book-copied-into-a-folder", several(lambda book: (book / "old").mkdir(), copy("book.yaml", "old/book.yaml")), [
        ("error", "R133", "koodrive/old/book.yaml:4", "old/book.yaml repeats what stands in book.yaml: `book`, `GB`, `TB`, `PB` and 5 more"),
    ]),
    ("block-pasted-twice", twice(JANUARY, "  - effective: 2026-01-01\n", "\n  - effective"), [
        ("error", "D101", "koodrive/prices/2026-01-01.yaml:21", "7 prices stand twice from the same day: nothing decides which of the two applies"),
    ]),
    ("price-file-as-text", move(JULY, "prices/2027-07-01.yaml.txt"), [
        ("warning", "Y811", "koodrive/prices/2027-07-01.yaml.txt:1", "is not read: the name of a rule file ends in `.yaml` or `.yml` | rename it to `2027-07-01.yaml`"),
    ]),
    ("price-file-without-its-ending", move(JULY, "prices/2027-07-01"), [
        ("warning", "Y811", "koodrive/prices/2027-07-01:1", "rename it to `2027-07-01.yaml`"),
    ]),
    ("price-file-with-another-ending", move(JULY, "prices/2027-07-01.yml.bak"), [
        ("warning", "Y811", "koodrive/prices/2027-07-01.yml.bak:1", "rename it to `2027-07-01.yml`"),
    ]),
    ("backup-beside", copy(JULY, f"{JULY}~"), [
        ("warning", "Y811", "koodrive/prices/2027-07-01.yaml~:1", "`2027-07-01.yaml` beside it is read: delete this one, or keep it elsewhere"),
    ]),
    ("ending-in-capitals-is-read", move(JULY, "prices/2027-07-01.YAML"), []),
    ("price-file-beside-the-book", move(JULY, "../2027-07-01.yaml"), [
        ("warning", "Y811", "2027-07-01.yaml:1", "it lies outside of the book's folder koodrive, and belongs to no other book | move it into koodrive"),
    ]),
    ("price-file-in-a-folder-beside", move(JULY, "../drafts/2027-07-01.yaml"), [
        ("warning", "Y811", "drafts/2027-07-01.yaml:1", "it lies outside of the book's folder koodrive"),
    ]),
    ("notes-and-orders-are-no-rules", several(
        lambda book: (book / "notes.txt").write_text("prices: see below\n", encoding="utf-8"),
        lambda book: (book / "README.md").write_text("prices:\n", encoding="utf-8"),
        lambda book: (book.parent / "order.yaml").write_text("items:\n  users: 10\n", encoding="utf-8"),
    ), []),
    # --- numbers, dates, zones, currencies
    ("limit-with-a-point", sub("items.yaml", "max: 20000\n", "max: 20.000\n"), [
        ("warning", "T207", "koodrive/items.yaml:78", "`20.000` is not 20000: a point begins the decimals | write `20000` if thousands are meant, else `20`"),
    ]),
    ("quantity-with-a-point", sub("items.yaml", "max: 20000,", "max: 20.000,"), [("warning", "T207", "koodrive/items.yaml:68", "write `20000`")]),
    ("step-with-a-point", sub("items.yaml", "step: 100}", "step: 1.000}"), [("warning", "T207", "koodrive/items.yaml:35", "write `1000`")]),
    ("unit-with-a-point", sub("book.yaml", "1024 GB", "1.024 GB"), [("warning", "T207", "koodrive/book.yaml:33", "`1.024 GB` is not 1024 GB")]),
    ("bound-with-a-point", sub(JANUARY, "up_to: 1024,", "up_to: 1.024,"), [("warning", "T207", "koodrive/prices/2026-01-01.yaml:30", "write `1024`")]),
    ("limit-below-a-spec", sub("items.yaml", "max: 20000\n", "max: 200\n"), [
        ("warning", "T208", "koodrive/items.yaml:78", "the limit for `users`, `max: 200`, does not fit what the book sells | `500-users-5-tb` alone provides 500 users | "
         "tier 3 of `users` in `pay-per-use` begins above 1000 users | examples that expect a price and are refused because of it: "
         "`company-of-800`, `largest-edition-three-years`, `large-use`"),
    ]),
    ("step-that-examples-miss", sub("items.yaml", "step: 100}", "step: 300}"), [
        ("warning", "T208", "koodrive/items.yaml:35", "`quantity` of `storage-expansion-package` does not fit what the book sells | examples that expect a price"),
    ]),
    ("year-with-digits-swapped", sub(JULY, "2027-07-01", "2072-07-01"), [
        ("warning", "D206", "koodrive/prices/2027-07-01.yaml:4", "`effective: 2072-07-01` lies 44 years after the other dates of the book, which are of 2025 to 2028 | did you mean `2027-07-01`?"),
    ]),
    ("first-prices-a-year-late", sub(JANUARY, "effective: 2026-01-01", "effective: 2027-01-01", 2), [
        ("warning", "D207", "koodrive/prices/2026-01-01.yaml:4", "`yearly-monthly` has no price before 2027-01-01, but examples order earlier and expect one"),
        ("warning", "D207", "koodrive/prices/2026-01-01.yaml:22", "`pay-per-use` has no price before 2027-01-01, but examples order earlier and expect one"),
    ]),
    ("announced-in-another-century", sub(JULY, "announced: 2026", "announced: 1926"), [
        ("warning", "D206", "koodrive/prices/2027-07-01.yaml:5", "99 years before the other dates of the book, which are of 2025 to 2028 | did you mean `2026-11-01`?"),
    ]),
    ("example-long-ago", sub("examples.yaml", "date: 2026-03-01", "date: 2206-03-01"), [
        ("warning", "D206", "koodrive/examples.yaml:7", "did you mean `2026-03-01`?"),
    ]),
    ("until-the-end-of-time", sub("discounts.yaml", "until: 2027-01-01", "until: 9000-12-31"), [
        ("warning", "D206", "koodrive/discounts.yaml:27", "leave `until` out: without it the rule holds for ever"),
    ]),
    ("old-date-in-a-reference", sub(JULY, "    announced:", "    reference: 1998-03-01\n    announced:"), []),
    ("offset-for-a-zone", sub("book.yaml", "Asia/Shanghai", "UTC+8"), [
        ("error", "R124", "koodrive/book.yaml:13", "`UTC+8` is no time zone | write the zone of a place that keeps +08:00: `Asia/Shanghai`, `Asia/Singapore`"),
    ]),
    ("zone-with-a-turned-sign", sub("book.yaml", "Asia/Shanghai", "Etc/GMT+8"), [
        ("warning", "R131", "koodrive/book.yaml:13", "it is 8 hours behind UTC: the sign in these names is turned round"),
    ]),
    ("currency-by-its-common-name", sub("book.yaml", "currency: USD", "currency: RMB"), [
        ("error", "M101", "koodrive/book.yaml:12", "`RMB` is no currency code of ISO 4217 | did you mean `CNY`?"),
    ]),
    ("general-fee-row-first", sub("policies.yaml", "    fee:                         # of the amount paid; the first row that matches\n",
                                  "    fee:\n      - {fee: 10%}\n"), [
        ("warning", "P206", "koodrive/policies.yaml:34", "rows 2 to 7 of the fees of `five-days-then-fee` never apply: row 1 matches first"),
    ]),
    # --- names and modes
    ("attribute-cut", cut("book.yaml", "  segment:\n", "\nresources:"), [
        ("error", "R106", "koodrive/discounts.yaml:20", "attribute `segment` is not declared"),
    ]),
    ("spec-renamed", sub("items.yaml", "10-users-100-gb:", "12-users-100-gb:"), [
        ("error", "R104", "koodrive/prices/2026-01-01.yaml:10", "`basic-edition` has no spec `10-users-100-gb` | did you mean `12-users-100-gb`?"),
    ]),
    ("item-renamed", sub("items.yaml", "  user-expansion-package:\n", "  user-package:\n"), [
        ("error", "R104", "koodrive/billing-modes.yaml:12", "item `user-expansion-package` is not declared | did you mean `user-package`?"),
    ]),
    ("item-taken-out-of-its-mode", sub("billing-modes.yaml", "      user-expansion-package: optional\n", ""), [
        ("error", "R116", "koodrive/prices/2026-01-01.yaml:16", "`user-expansion-package` has a price in `yearly-monthly`, but that mode does not sell it"),
    ]),
    ("entry-in-the-wrong-mode", sub(JANUARY, "billing_mode: pay-per-use", "billing_mode: yearly-monthly"), [
        ("error", "R116", "koodrive/prices/2026-01-01.yaml:24", "`yearly-monthly` sells none of the items that this entry prices: `storage`, `users` | did you mean `pay-per-use`?"),
    ]),
    ("coupon-misspelt", sub("discounts.yaml", "coupon: WELCOME-2026", "coupon: WELCOM-2026"), [
        ("error", "R104", "koodrive/examples.yaml:93", "no discount has the coupon `WELCOME-2026` | did you mean `WELCOM-2026`?"),
    ]),
    ("coupon-of-an-example-misspelt", sub("examples.yaml", "[WELCOME-2026]", "[WELCOME-2025]"), [
        ("error", "R104", "koodrive/examples.yaml:93", "no discount has the coupon `WELCOME-2025` | did you mean `WELCOME-2026`?"),
    ]),
    ("second-limit", sub("items.yaml", "  - resource: users\n    max: 20000\n", "  - resource: users\n    max: 20000\n  - resource: users\n    max: 30000\n"), [
        ("warning", "T209", "koodrive/items.yaml:79", "two limits for `users` hold for the same orders, and this one is never reached"),
    ]),
    # --- numbers that only their neighbours show to be wrong
    ("tier-dropped", sub(JANUARY, "          - {up_to: 100, unit_price: 2.40}\n", ""), [
        ("warning", "T210", "koodrive/prices/2026-01-01.yaml:19", "the ladder of `user-expansion-package` has one tier only"),
    ]),
    ("price-a-tenth", sub(JANUARY, "89.00", "8.90"), [("warning", "M205", "koodrive/prices/2026-01-01.yaml:11", "did you mean `89.00`?")]),
    ("prices-swapped", sub(JANUARY, "169.00\n        200-users-2-tb: 319.00", "319.00\n        200-users-2-tb: 169.00"), [
        ("warning", "M205", "koodrive/prices/2026-01-01.yaml:13", "`200-users-2-tb` costs 169.00, less than `100-users-1-tb` below it"),
    ]),
    ("spec-with-a-digit-lost", sub("items.yaml", "users: 100, storage: 1 TB", "users: 10, storage: 1 TB"), [
        ("warning", "T212", "koodrive/items.yaml:20", "`100-users-1-tb` provides 10 users, less than `50-users-500-gb` below it"),
    ]),
    ("unit-of-what-is-provided", sub("items.yaml", "provides: {storage: 1 GB}", "provides: {storage: 1 TB}"), [
        ("warning", "T211", "koodrive/items.yaml:36", "one GB of `storage-expansion-package` provides 1024 GB of `storage` | write what one unit provides: `storage: 1 GB`"),
    ]),
    ("terms-cut", sub("billing-modes.yaml", "9 months, 1 year, 2 years, 3 years]", "9 months]"), [
        ("warning", "P205", "koodrive/discounts.yaml:14", "no term on sale reaches the 3 tiers from 1 year on of `longer-term`"),
    ]),
    ("price-ten-times", sub(JANUARY, "0.0036", "0.036"), [("warning", "M203", "koodrive/prices/2026-01-01.yaml:37", "tier 2 of `users` costs 0.036")]),
    ("units-cut", cut("book.yaml", "units:\n", "attributes:"), [("error", "R132", "koodrive/book.yaml:42", "the book speaks in 7 places of `units`, but declares none")]),
    ("resources-cut", cut("book.yaml", "resources:\n"), [("error", "R132", "koodrive/items.yaml:14", "in 16 places of `resources`")]),
    ("term-discount-where-there-are-no-terms", sub("discounts.yaml", "[yearly-monthly]", "[pay-per-use]"), [
        ("warning", "P217", "koodrive/discounts.yaml:10", "`longer-term` can never apply: it goes by the term, and its billing modes have no terms"),
    ]),
    ("discount-of-items-sold-elsewhere", sub("discounts.yaml", "items: all", "items: [storage]"), [
        ("warning", "P217", "koodrive/discounts.yaml:11", "none of its items is sold in its billing modes"),
    ]),
    ("language-that-no-text-has", sub("book.yaml", "language: en", "language: de"), [
        ("warning", "R118", "koodrive/book.yaml:14", "no text of the book has `de`, the book's own language"),
    ]),
    ("country-by-its-name", sub("book.yaml", "country: CN", "country: China"), [("warning", "R135", "koodrive/book.yaml:26", "did you mean `CN`?")]),
    ("fee-of-more-than-all", sub("policies.yaml", "fee: 15%", "fee: 150%"), [
        ("error", "P216", "koodrive/policies.yaml:34", "a fee of `150%` is more than what was paid"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "expected"), [each[1:] for each in MISTAKES], ids=[each[0] for each in MISTAKES])
def test_a_mistake_while_editing_is_answered(found, edit, expected):
    """One cause, one finding, at the place where it is mended; what is no mistake is not answered at all."""
    answers = found(edit)
    assert [(severity, code) for severity, code, *_ in answers] == [(severity, code) for severity, code, *_ in expected]
    for (_, _, place, text), (_, _, wanted, words) in zip(answers, expected, strict=True):
        assert wanted in (None, place)
        assert words in text


def test_the_library_says_that_a_folder_is_not_there(tmp_path):
    (tmp_path / "book.yaml").write_text("book:\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for name, code, words in (
        ("nowhere", "Y801", "is not there: a book is a folder"),
        ("book.yaml", "Y801", "is a file, and a book is a folder"),
        ("empty", "Y803", "holds no rule files"),
    ):
        with pytest.raises(Unusable) as refused:
            open_book(tmp_path / name)
        (finding,) = refused.value.diagnostics
        assert finding.code == code
        assert words in finding.message
