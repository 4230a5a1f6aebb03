"""The account was billed with fewer seats, and then edited."""

import os
from pathlib import Path

from engine.commands.shell import run

account = Path("account.yaml")
text = account.read_text(encoding="utf-8")
account.write_text(text.replace("seat: 5", "seat: 4"), encoding="utf-8")
assert run(["bill", "--accounts", "account.yaml", "-b", "shop", "--period", "2026-03", "--number", "{1}", "-o", "out"]) == 0
account.write_text(text, encoding="utf-8")
assert os.listdir("out")
