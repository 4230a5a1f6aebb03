"""PDF on the command line, and what the name of an output file promises."""

import pytest

from tests.extent import first

SHEET = ("sheet", "koodrive", "--date", "2026-03-01")
QUOTE = ("quote", "examples/koodrive/team-of-60.yaml", "--book", "koodrive")


@pytest.mark.parametrize("name", first(1, ["quote", "sheet"]))
def test_a_pdf_is_written_by_name_or_by_ending(desk, run, name):
    command = QUOTE if name == "quote" else SHEET
    assert run(*command, "-o", "out/a.pdf").code == 0
    assert run(*command, "-f", "pdf", "-o", "out/without-ending").code == 0
    first, second = (desk / "out" / "a.pdf").read_bytes(), (desk / "out" / "without-ending").read_bytes()
    assert first == second and first.startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-f", "pdf"], "Name a file"),
        (["-f", "html", "-o", "out/a.pdf"], "asks for html"),
        (["-f", "pdf", "-o", "out/a.html"], "asks for pdf"),
        (["-f", "text", "-o", "out/a.json"], "asks for text"),
        (["-o", "out/a.docx"], ".docx"),
        (["-f", "html", "-o", "out/a.docx"], ".docx"),
    ],
)
@pytest.mark.parametrize("command", [SHEET, QUOTE])
def test_a_name_that_promises_another_format_is_refused(desk, run, command, arguments, said):
    ran = run(*command, *arguments)
    assert ran.code == 2 and said in " ".join(ran.err.split()) and ran.out == ""
    assert not list((desk / "out").iterdir())


@pytest.mark.parametrize(("name", "begins"), [("a.htm", b"<!DOCTYPE html>"), ("A.HTML", b"<!DOCTYPE html>"), ("a.json", b"{"), ("a.md", b"#")])
def test_the_ending_names_the_format(desk, run, name, begins):
    assert run(*SHEET, "-o", f"out/{name}").code == 0
    assert (desk / "out" / name).read_bytes().startswith(begins)
