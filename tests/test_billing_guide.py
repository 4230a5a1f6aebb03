"""docs/billing.md is what its template and the samples make of it today, and its commands work as printed."""

import re
import shlex

from engine.model.invoices import BILL_TYPES
from tests.commands.desk import desk, run
from tools.billing_guide import PAGE, WHEN, guide

__all__ = ["desk", "run"]


def commands() -> list[str]:
    """Every command of the page, in its order: first those of the blocks, then those of the table."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = [re.sub(r"\\\n\s*", "", block).strip() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]
    spans = re.findall(r"`(pricebook [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [each for each in [*blocks, *spans] if " " in each and "CODE" not in each and each != "pricebook change"]


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == guide(), "run `python -m tools.billing_guide`, and read what changed"


def test_every_command_works_as_printed(desk, run):
    found = commands()
    assert len(found) >= 15
    for command in found:
        ran = run(*shlex.split(command)[1:])
        assert ran.code == 0, f"{command}\n{ran.err}"


def test_every_kind_of_bill_is_told():
    assert set(WHEN) == set(BILL_TYPES)
