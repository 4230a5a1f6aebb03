"""From read documents to the frozen records of a price book and of orders.

`load_book` gives a book with every finding, `load_order` and `order_from_flags` give an order. Nothing here raises for
a user's mistake.
"""

from engine.language.build.issued import load_issued
from engine.language.build.loading import Loaded, digest_of, event_from_flags, load_account, load_book, load_order, order_from_flags
from engine.language.build.places import Places

__all__ = ["Loaded", "Places", "digest_of", "event_from_flags", "load_account", "load_book", "load_issued", "load_order", "order_from_flags"]
