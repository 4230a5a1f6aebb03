"""Writes `schemas/*.json` from the tables in this folder: `python -m tools.make_schemas`. A test holds the two together."""

import json
from pathlib import Path

from tools import schema_inputs as inputs
from tools import schema_sections as sections

FOLDER = Path(__file__).resolve().parent.parent / "schemas"
SECTIONS = {
    "book": sections.BOOK,
    "units": sections.UNITS,
    "attributes": sections.ATTRIBUTES,
    "resources": sections.RESOURCES,
    "items": sections.ITEMS,
    "limits": sections.LIMITS,
    "billing_modes": sections.BILLING_MODES,
    "prices": sections.PRICES,
    "discounts": sections.DISCOUNTS,
    "discount_policy": sections.DISCOUNT_POLICY,
    "spec_changes": sections.SPEC_CHANGES,
    "cancellations": sections.CANCELLATIONS,
    "renewals": sections.RENEWALS,
    "mode_changes": sections.MODE_CHANGES,
    "taxes": sections.TAXES,
    "examples": inputs.EXAMPLES,
}


def schemas() -> dict[str, dict]:
    """Every schema by file name without ending: one for each section, one for a file of a book, one for each input."""
    made = {name.replace("_", "-"): section for name, section in SECTIONS.items()}
    made["book-file"] = {
        "title": "A file of a price book",
        "description": "One mapping whose keys are sections; the sections of all files of a book are joined.",
        "examples": [{"units": {"GB": {"title": "GB"}}}],
        "$comment": "book-file",
        "type": "object",
        "additionalProperties": False,
        "properties": SECTIONS,
    }
    made |= {"order": inputs.ORDER, "account": inputs.ACCOUNT, "usage": inputs.USAGE}
    return {name: {"$schema": "http://json-schema.org/draft-07/schema#", **schema} for name, schema in made.items()}


def written(schema: dict) -> str:
    """The schema as its file holds it."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes all files."""
    for name, schema in schemas().items():
        (FOLDER / f"{name}.json").write_text(written(schema), encoding="utf-8")


if __name__ == "__main__":
    main()
