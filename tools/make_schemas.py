"""Writes `schemas/*.json` from the tables in `tools/grammar/`: `python -m tools.make_schemas`. A test holds the two together."""

from pathlib import Path

from tools.grammar import accounts, bands, book, discounts, examples, items, modes, orders, policies, prices
from tools.schema_files import hoisted, written

FOLDER = Path(__file__).resolve().parent.parent / "schemas"
SECTIONS = {
    "book": book.BOOK,
    "units": book.UNITS,
    "attributes": book.ATTRIBUTES,
    "resources": book.RESOURCES,
    "items": items.ITEMS,
    "time_bands": bands.TIME_BANDS,
    "limits": items.LIMITS,
    "billing_modes": modes.BILLING_MODES,
    "prices": prices.PRICES,
    "discounts": discounts.DISCOUNTS,
    "discount_policy": discounts.DISCOUNT_POLICY,
    "spec_changes": policies.SPEC_CHANGES,
    "cancellations": policies.CANCELLATIONS,
    "renewals": policies.RENEWALS,
    "commitments": policies.COMMITMENTS,
    "mode_changes": modes.MODE_CHANGES,
    "taxes": discounts.TAXES,
    "examples": examples.EXAMPLES,
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
    made |= {"order": orders.ORDER, "account": accounts.ACCOUNT, "usage": accounts.USAGE}
    return {name: {"$schema": "http://json-schema.org/draft-07/schema#", **schema} for name, schema in made.items()}


def files() -> dict[str, str]:
    """Each file's text by its name without ending; a file of a book refers to the files of its sections."""
    made = schemas()
    made["book-file"]["properties"] = {name: {"$ref": f"{name.replace('_', '-')}.json"} for name in SECTIONS}
    return {name: written(hoisted(schema)) for name, schema in made.items()}


def main() -> None:
    """Writes all files."""
    for name, text in files().items():
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
