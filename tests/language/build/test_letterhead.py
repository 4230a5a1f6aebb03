"""What a book says of how its seller's documents look: read with the book, wrong where it is wrong, and part of the digest."""

from pathlib import Path

import pytest

from engine.language.build import digest_of, load_book
from engine.language.build.loading import Loaded
from engine.store import open_book
from engine.values.colours import is_legible

ERRORS = Path(__file__).parents[2] / "errors"
BASE = {path.name: path.read_bytes() for path in (ERRORS / "base").glob("*.yaml")}
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 0h60v20z"/></svg>'


def files(seller: str, name: str = "book.yaml", **more: bytes) -> dict[str, bytes]:
    said = BASE["book.yaml"].replace(b"  price_notice: 30 days\n", f"  price_notice: 30 days\n  seller:\n    name: Shop\n{seller}".encode())
    assert said != BASE["book.yaml"]
    return {**{each: text for each, text in BASE.items() if each != "book.yaml"}, name: said, **more}


def load(seller: str, logo: bytes = LOGO) -> Loaded:
    return load_book(files(seller, **{"logo.svg": logo}))


def said(loaded: Loaded) -> list[tuple[str, str, str]]:
    return [(each.code, each.message, each.help) for each in loaded.diagnostics]


def test_logo_and_colour_are_read_and_are_no_lines_of_the_address():
    book = load('    logo: logo.svg\n    colour: "#0A5"\n').book
    assert book is not None and book.seller is not None and not book.seller.other
    logo = book.letterhead.logo
    assert logo is not None and (logo.file, logo.kind, logo.content, logo.width, logo.height) == ("logo.svg", "svg", LOGO, 60, 20)
    assert book.letterhead.colour == "#00aa55"


def test_a_logo_is_named_relative_to_the_file_that_names_it():
    loaded = load_book(files("    logo: marks/logo.svg\n", "about/book.yaml", **{"about/marks/logo.svg": LOGO}))
    assert loaded.book is not None and loaded.book.letterhead.logo is not None and loaded.book.letterhead.logo.file == "about/marks/logo.svg"


@pytest.mark.parametrize(
    ("written", "help"),
    [
        ("#0a5", 'write a colour in quotes, such as `"#0a5"`, or remove the key'), ("0a5", 'write `"#0a5"`'), ("'# 00aa55'", 'write `"#00aa55"`'),
        ("'#00aa5'", 'write a colour in quotes, such as `"#0a5"`'), ("green", 'write a colour in quotes, such as `"#0a5"`'),
        ("'#00aa55ff'", 'write a colour in quotes, such as `"#0a5"`'), ("[1]", 'write a colour in quotes, such as `"#0a5"`'), ("005500", 'write `"#005500"`'),
    ],
)  # fmt: skip
def test_what_is_no_colour_is_told_once_with_what_to_write(written, help):
    loaded = load(f"    colour: {written}\n")
    assert loaded.book is None and [each[2] for each in said(loaded)] == [help]


@pytest.mark.parametrize(
    "written", ["../logo.svg", "a/../../logo.svg", "/logo.svg", "file:///logo.svg", "https://shop.example/logo.svg", "..\\logo.svg", "C:/logo.svg"]
)
def test_a_logo_outside_of_the_folder_is_never_looked_for(written):
    def fetch(name: str) -> bytes:
        raise AssertionError(name)

    loaded = load_book(files(f"    logo: '{written}'\n"), fetch)
    assert [(code, message) for code, message, _ in said(loaded)] == [("R137", f"the logo `{written}` would be outside of the book's folder")]


def test_a_logo_that_is_not_there_or_unfit_is_told_where_it_is_named():
    loaded = load("    logo: other.svg\n")
    assert loaded.book is None
    assert said(loaded) == [
        ("R137", "the logo `other.svg` cannot be had: there is nothing of that name", "it would be other.svg: paths are relative to the file that names them")
    ]
    loaded = load("    logo: logo.svg\n", LOGO.replace(b"<path", b"<script/><path"))
    assert loaded.diagnostics[0].path == "book.seller.logo" and loaded.diagnostics[0].span is not None
    assert said(loaded)[0][:2] == ("X112", "the logo `logo.svg` cannot be used: line 1 of it holds `<script>`, which runs when it is looked at")


def test_the_digest_is_of_the_rules_and_of_the_logo_that_they_name():
    named, unnamed = load("    logo: logo.svg\n").book, load("    colour: '#0a5'\n").book
    other = load("    logo: logo.svg\n", LOGO.replace(b"60", b"61")).book
    assert named is not None and unnamed is not None and other is not None
    assert named.digest == digest_of(files("    logo: logo.svg\n", **{"logo.svg": LOGO}))
    assert other.digest != named.digest


# --- in a folder -----------------------------------------------------------------------------------------------------------------


def folder(tmp_path: Path, seller: str, name: str = "book.yaml") -> Path:
    for each, content in files(seller, name).items():
        path = tmp_path / "book" / each
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "book"


def test_only_the_logo_that_is_named_is_read_from_the_folder(tmp_path):
    book = folder(tmp_path, "    logo: logo.svg\n")
    (book / "logo.svg").write_bytes(LOGO)
    digest = open_book(book).rules.digest
    (book / "other.svg").write_bytes(b"<svg>")
    (book / "photograph.png").write_bytes(b"no picture")
    assert open_book(book).rules.digest == digest
    assert open_book(book).rules.letterhead.logo is not None
    (book / "logo.svg").write_bytes(LOGO + b"\n")
    assert open_book(book).rules.digest != digest


def test_a_book_without_a_logo_keeps_its_digest_whatever_pictures_lie_in_its_folder(tmp_path):
    book = folder(tmp_path, "    city: Hamburg\n")
    digest = open_book(book).rules.digest
    (book / "logo.svg").write_bytes(LOGO)
    assert open_book(book).rules.digest == digest == digest_of(files("    city: Hamburg\n"))


def reason(book: Path) -> tuple[str, str]:
    found = open_book(book)
    assert found.book is None and [each.code for each in found.diagnostics] == ["R137"]
    assert found.diagnostics[0].span is not None and found.diagnostics[0].span.file.endswith("book.yaml")
    return found.diagnostics[0].message.partition("cannot be had: ")[2], found.diagnostics[0].help


def test_links_out_of_the_folder_folders_and_names_that_lead_nowhere(tmp_path):
    book = folder(tmp_path, "    logo: marks/logo.svg\n")
    assert reason(book)[0] == "there is nothing of that name"
    (tmp_path / "marks").mkdir()
    (tmp_path / "marks" / "logo.svg").write_bytes(LOGO)
    (book / "marks").symlink_to(tmp_path / "marks")
    assert reason(book)[0].startswith("it is a link that leads out of the book's folder, to ")
    (book / "marks").unlink()
    (book / "marks").mkdir()
    (book / "marks" / "logo.svg").symlink_to("logo.svg")
    assert reason(book)[0] == "it is a link that leads back to itself"
    (book / "marks" / "logo.svg").unlink()
    (book / "marks" / "logos.svg").write_bytes(LOGO)
    assert reason(book) == ("there is nothing of that name", "did you mean `logos.svg`?")
    (book / "marks" / "logo.svg").mkdir()
    assert reason(book)[0] in ("it is a folder", "it is not a plain file")
    (book / "marks" / "logo.svg").rmdir()
    (book / "marks" / "logo.svg").symlink_to("logos.svg")
    assert open_book(book).book is not None


@pytest.mark.parametrize(
    ("colour", "legible"), [("#000000", True), ("#767676", True), ("#777777", False), ("#ffff00", False), ("#0000ff", True), ("#ff0000", False)]
)
def test_words_are_set_in_a_colour_only_where_they_can_be_read(colour, legible):
    """The known borders of 4.5 : 1 on white."""
    assert is_legible(colour) == legible
