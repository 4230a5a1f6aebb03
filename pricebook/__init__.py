"""Pricing as code, for programs: opens a price book, and prices orders, changes, invoices and price sheets from it.

    >>> from pricebook import open_book, quote, to_json
    >>> book = open_book("koodrive")
    >>> items = {"basic-edition": "50-users-500-gb"}
    >>> order = {"date": "2026-03-01", "billing_mode": "yearly-monthly", "term": "1 year", "items": items}
    >>> quote(book, order).totals.net
    Decimal('886.44')

Each function gives what the command of its name gives, as a frozen record; `to_json` writes it as `-f json` does. What
cannot be answered raises `Refused`, which carries every reason as a `Diagnostic`. No function reads a clock: dates are
arguments. Amounts and quantities are Decimals, whole numbers or texts; a float is never taken.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.diagnostics.record import Diagnostic
    from pricebook.documents import Book, Invoice, Quote, Refused, Sheet, to_json
    from pricebook.questions import change, invoice, open_book, quote, sheet
else:

    def __getattr__(name: str) -> object:
        """Imported when it is first asked for, so that the command answers `--help` at once."""
        from importlib import import_module

        module = _WHERE.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        _refuse_another_engine()
        return getattr(import_module(module), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "Book",
    "Diagnostic",
    "Invoice",
    "Quote",
    "Refused",
    "Sheet",
    "change",
    "invoice",
    "open_book",
    "quote",
    "sheet",
    "to_json",
]

_WHERE = {
    "Diagnostic": "engine.diagnostics.record",
    **dict.fromkeys(("Book", "Invoice", "Quote", "Refused", "Sheet", "to_json"), "pricebook.documents"),
    **dict.fromkeys(("change", "invoice", "open_book", "quote", "sheet"), "pricebook.questions"),
}


def _refuse_another_engine() -> None:
    """Raises ImportError where another module is called `engine` and was found first: nothing of it would be what is meant."""
    import os

    import engine

    own = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "engine")
    found = os.path.dirname(os.path.abspath(engine.__file__ or ""))
    if os.path.realpath(found) != os.path.realpath(own):
        message = f"pricebook needs its own module `engine`, and {engine.__file__} was found instead: give that one another name"
        raise ImportError(message)
