"""Every table that a command writes for spreadsheets, of a book whose titles and of an account whose names are formulas: none runs, no number changes."""

import csv
import io
import re
from zipfile import ZipFile

import pytest

from tests.documents.formulas import runs
from tests.extent import first

TITLES = re.compile(r"(?<=title: )(\{en: [^}]*\}|[^{},\n]+)")
ACCOUNT = """id: acme
customer: {{name: {0}, address: [{0}], country: DE}}
subscriptions:
  - id: s-1
    billing_mode: yearly-monthly
    events: [{{date: 2026-03-01, purchase: {{term: 1 year, items: {{basic-edition: 50-users-500-gb, user-expansion-package: 10}}}}}}]
"""
COMMANDS = {
    "sheet": ("sheet", "koodrive", "--date", "2026-03-01"),
    "quote": ("quote", "-b", "koodrive", "--example", "smallest-team"),
    "change": ("change", "account.yaml", "-b", "koodrive", "--date", "2026-08-01", "--item", "basic-edition=100-users-1-tb"),
    "invoice": ("invoice", "account.yaml", "-b", "koodrive", "--period", "2026-03"),
}
TABLES = [
    ("sheet", "csv"),
    ("quote", "csv"),
    ("change", "csv"),
    ("invoice", "csv"),
    ("invoice", "focus"),
    ("quote", "xlsx"),
    ("change", "xlsx"),
    ("invoice", "xlsx"),
]
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def table(desk, run, name: str, form: str, title: str) -> bytes:
    (desk / "account.yaml").write_text(ACCOUNT.format(title), encoding="utf-8")
    for path in (desk / "rules" / "koodrive").glob("*.yaml"):
        path.write_text(TITLES.sub(title, path.read_text(encoding="utf-8")), encoding="utf-8")
    target = desk / "out" / f"table.{'xlsx' if form == 'xlsx' else 'csv'}"
    ran = run(*COMMANDS[name], "-f", form, "-o", target)
    assert ran.code == 0, ran.err
    return target.read_bytes()


def cells(content: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(content.decode("utf-8"), newline="")) for cell in row]


@pytest.mark.parametrize("title", first(1, ['"\u3000\uff1d1+1"', '" =1+1"', '"\u00a0@SUM(1)"']))
@pytest.mark.parametrize(("name", "form"), TABLES)
def test_no_title_runs_and_no_number_changes(desk, run, name, form, title):
    plain, hostile = table(desk, run, name, form, "Plain"), table(desk, run, name, form, title)
    if form == "xlsx":
        with ZipFile(io.BytesIO(plain)) as before, ZipFile(io.BytesIO(hostile)) as after:
            for sheet in (each for each in before.namelist() if each.startswith("xl/worksheets/sheet")):
                texts = [archive.read(sheet).decode("utf-8") for archive in (before, after)]
                numbers = [re.findall(r"<c [^>]*?(?<!t=\"s\")><v>([^<]*)</v>", text) for text in texts]
                assert numbers[0] == numbers[1] and numbers[0]
                assert "<f>" not in texts[1]
        assert b"quotePrefix" in ZipFile(io.BytesIO(hostile)).read("xl/styles.xml")
        return
    before, after = cells(plain), cells(hostile)
    assert len(before) == len(after)
    assert not [cell for cell in after if runs(cell) and not NUMBER.fullmatch(cell)]
    assert [(one, other) for one, other in zip(before, after, strict=True) if NUMBER.fullmatch(one) and one != other] == []
    assert any(cell.startswith("'") for cell in after)
