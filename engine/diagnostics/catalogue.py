"""All codes, by family. Each family's module holds its codes as constants: `text` (Y), `shape` (S), `references` (R), ...

A code is added by adding a constant to its family's module; this module finds it, and refuses a code or slug given twice. Its bad sample has to
stand in a case of `tests/errors`, which is run with it, and with the good one in its place.
"""

from types import MappingProxyType

from engine.diagnostics import (
    accounts,
    baseline,
    dates,
    documents,
    edits,
    einvoice,
    examples,
    files,
    money,
    orders,
    policies,
    references,
    runs,
    shape,
    tables,
    text,
    tiers,
    time_bands,
    usage,
)
from engine.diagnostics.record import CodeInfo

FAMILIES = (
    text,
    files,
    shape,
    references,
    tiers,
    money,
    dates,
    policies,
    baseline,
    documents,
    orders,
    usage,
    accounts,
    einvoice,
    tables,
    runs,
    edits,
    examples,
    time_bands,
)


def _collect() -> dict[str, CodeInfo]:
    found: dict[str, CodeInfo] = {}
    slugs: set[str] = set()
    for family in FAMILIES:
        for value in vars(family).values():
            if isinstance(value, CodeInfo):
                if value.code in found or value.slug in slugs:
                    raise ValueError(f"{value.code} {value.slug} is in the catalogue twice")
                found[value.code] = value
                slugs.add(value.slug)
    return dict(sorted(found.items()))


CODES = MappingProxyType(_collect())


def by_code_or_slug(name: str) -> CodeInfo | None:
    """The code that a person named by its code (`T206`, any case) or its slug; None where there is none."""
    return CODES.get(name.upper()) or next((info for info in CODES.values() if info.slug == name), None)
