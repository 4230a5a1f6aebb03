"""Which terms a sheet has to explain: those that it uses."""

from engine.sheet.view import GLOSSARY, SheetView


def glossary_terms(view: SheetView) -> tuple[str, ...]:
    """The terms used, in reading order."""
    used = {mode.payment for mode in view.modes}
    for mode in view.modes:
        if mode.terms:
            used.add("term")
        for table in mode.tables:
            used |= {column.kind for column in table.columns}
            used |= {group.model for group in table.groups}
    said = {"term": "effective-price", "list": "list-price", "month": "month-equivalent", "specs": "specification"}
    terms = used | {said[each] for each in used if each in said}
    if not any(mode.terms for mode in view.modes):
        terms.discard("term")
    if any(example.quote for example in view.examples):
        terms.add("list-amount")
    if view.rounding:
        terms.add("rounding")
    if not any(column.kind == "term" for mode in view.modes for table in mode.tables for column in table.columns):
        terms.discard("effective-price")
    return tuple(term for term in GLOSSARY if term in terms)
