"""A fault of the program's own, as no input should be able to cause it."""

import engine.store


def inspect_book(*_, **__):
    """Fails."""
    raise ZeroDivisionError("one by zero")


engine.store.inspect_book = inspect_book
