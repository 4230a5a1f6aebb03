"""Every code has a case that provokes it and one that does not (`cases.py`); both are run here, and both are what its page shows.

So no sample of a page is wrong: the bad one gives its code, and the good one in its place gives nothing.
"""

from pathlib import Path

import pytest

from engine.diagnostics import CODES
from tests.errors.cases import CASES, HERE, book_files, findings_of, findings_of_book, good_case
from tests.errors.remedies import changed, remedy
from tests.errors.samples import NotThere, exchanged, files_of, good_files, info_of, write

BYTES = "a text of this page cannot hold such bytes"
MANY = "it takes thousands of lines"
MACHINE = "no text of the user shows it, but a machine that lacks something"
IN_WORDS = {
    "Q609": MANY, "Y101": MANY, "Y127": MANY,
    "X107": BYTES, "Y102": BYTES, "Y123": BYTES,
    "Q748": MACHINE, "Q760": MACHINE, "X108": MACHINE, "X110": MACHINE, "X120": MACHINE, "Y812": MACHINE, "Y820": MACHINE,
    "Q745": "amounts that are computed add up; only another program can make an invoice whose amounts do not",
    "Q746": "the official rules find more than their answer may hold", "Q749": "the official rules find what no rule of the program found before",
    "Y810": "a fault of the program itself",
}  # fmt: skip
"""The codes whose samples say in words what is wrong, each with why no sample can show it. Their cases make it happen all the same."""


RUN = [pytest.param(name, marks=pytest.mark.whole) if (HERE / name / "bad" / "command").is_file() else name for name in CASES]
"""The cases; in a quick suite without those that run commands, each in a process of its own."""


@pytest.mark.parametrize("name", RUN)
def test_bad_case_gives_exactly_its_code_and_says_what_to_do(name: str, tmp_path: Path) -> None:
    """The bad case gives its code, and no other but those it names in `also`. Each finding has its help; what it says to write removes it."""
    case, code = HERE / name / "bad", name[:4]
    also = set((case / "also").read_text().split()) if (case / "also").is_file() else set()
    found = findings_of(case, tmp_path / "run")
    codes = [each.code for each in found]
    assert set(codes) == also | {code}
    assert all(each.help.strip() for each in found), [each.message for each in found if not each.help.strip()]
    for number, each in enumerate(found):
        text = remedy(each) if each.code == code and not (case / "command").is_file() else None
        if text is not None:
            folder = tmp_path / f"{number}"
            write(changed(case, each, text), folder)
            after = [every.code for every in findings_of(folder, tmp_path)]
            assert after.count(code) < codes.count(code), each.help
            assert set(after) <= also | {code}, each.help


@pytest.mark.parametrize("name", RUN)
def test_good_case_gives_nothing(name: str, tmp_path: Path) -> None:
    """The good sample in place of the bad one gives nothing at all."""
    assert findings_of(good_case(name, tmp_path / "case"), tmp_path / "run") == []


@pytest.mark.parametrize("name", CASES)
def test_samples_are_of_the_cases(name: str) -> None:
    """The bad sample stands in the bad case, word for word; a sample in words stands nowhere, and its good case is stored."""
    case = HERE / name
    if name[:4] in IN_WORDS:
        assert (case / "good").is_dir()
        with pytest.raises(NotThere):
            exchanged(files_of(case / "bad"), info_of(case).bad, info_of(case).good)
    else:
        assert not (case / "good").exists()
        assert good_files(case) != files_of(case / "bad")


def test_every_code_has_a_case() -> None:
    """No code without a case, no case without its code."""
    assert {name[:4]: name[5:] for name in CASES} == {code: info.slug for code, info in CODES.items()}
    assert set(IN_WORDS) <= set(CODES)


@pytest.mark.parametrize("info", CODES.values(), ids=list(CODES))
def test_every_code_has_its_page(info) -> None:
    """`pricebook rule` explains each code: a title, why it matters, a bad and a good example."""
    assert all((info.title, info.why, info.bad, info.good))
    assert info.bad != info.good
    assert info.why.rstrip()[-1] in ".)"


def test_base_book_is_sound() -> None:
    """The book that every case extends has no finding."""
    assert findings_of_book(book_files(HERE / "nothing")) == []
