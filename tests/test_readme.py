"""What the README names is there. Its commands and its code are run by `tests/commands/test_printed_examples.py`."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_file_and_folder_that_the_readme_names_is_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:engine|tests|docs|rules|schemas|examples|benchmarks|prices)/[\w./-]*|cli\.py)`", text)) | set(
        re.findall(r"\]\(([\w./-]+)\)", text)
    )
    missing = [name for name in named if not (ROOT / name).exists() and not (ROOT / "rules" / "koodrive" / name).exists()]
    assert named and not missing, missing
