"""The tour of `docs/change-a-price.md`: its commands in their order, in one repository, with what it shows of their output.

`PRICEBOOK_WRITE_GOLDEN=1` writes anew what it shows.
"""

import os
import re
import shlex
from datetime import UTC, datetime

from tests.commands.desk import ROOT, committed, git

PAGE = ROOT / "docs" / "change-a-price.md"
BLOCK = re.compile(r"```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)
TODAY = datetime(2026, 11, 29, 16, tzinfo=UTC)  # midnight of 30 November in Shanghai


def test_it_works_as_printed(desk, run, monkeypatch):
    monkeypatch.setattr("engine.commands.reading.start_of_today", lambda book: TODAY)
    monkeypatch.setenv("COLUMNS", "100")
    committed(desk)
    text = PAGE.read_text(encoding="utf-8")

    def told(block: re.Match[str]) -> str:
        printed = ""
        for line in block[1].splitlines():
            program, *arguments = shlex.split(line)
            if program == "git":
                git(desk, *arguments)
                continue
            ran = run(*arguments)
            assert (program, ran.code) == ("pricebook", 0), ran.out + ran.err
            printed += ran.out + ran.err
        return f"```sh\n{block[1]}```" + ("" if block[2] is None else f"\n\n```text\n{printed}```")

    found = BLOCK.sub(told, text)
    if os.environ.get("PRICEBOOK_WRITE_GOLDEN"):
        PAGE.write_text(found, encoding="utf-8")
    assert found == text or os.environ.get("PRICEBOOK_WRITE_GOLDEN")
