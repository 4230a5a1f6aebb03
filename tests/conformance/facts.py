"""The vectors, and which of them are listed as not sayable; nothing here knows the engine."""

import json
from pathlib import Path

import yaml

HERE = Path(__file__).parent

VENDOR_FILE, PAGES_FILE = HERE / "vectors" / "huawei.json", HERE / "vectors" / "huawei-pages.json"

VECTORS = tuple(
    vector for path in sorted(HERE.glob("vectors/*.json")) if path not in (VENDOR_FILE, PAGES_FILE) for vector in json.loads(path.read_text("utf-8"))
)
"""Facts of other systems: inputs and the amounts that they gave."""

VENDOR = {vector["id"]: vector for vector in json.loads(VENDOR_FILE.read_text("utf-8"))}
"""Worked examples of KooDrive's vendor whose printed result agrees with its own inputs, by id."""

PAGES = {vector["id"]: vector for vector in json.loads(PAGES_FILE.read_text("utf-8"))}
"""What else the vendor's pages print, by id: results that do not agree with their inputs, are cut off, or stand beside a rule alone."""

LISTED = yaml.load((HERE / "unsupported.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
"""Vector id -> why the rule language cannot say it, what it lacks, and the nearest answer that it can give."""
