"""Things that a reader of the price sheet could not tell apart."""

from collections.abc import Iterable, Iterator

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import references as codes
from engine.language.build.places import Places
from engine.lints.wording import dotted, labels
from engine.model.book import Item, PriceBook, Spec


def same_title(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """Two items of one mode, or two specs of one item, with the same title."""
    for mode in book.billing_modes.values():
        yield from _same(book, places, (book.items[sold.item] for sold in mode.items if sold.item in book.items))
    for item in book.items.values():
        yield from _same(book, places, item.specs)


def _same(book: PriceBook, places: Places, things: Iterable[Item | Spec]) -> Iterator[Diagnostic]:
    first: dict[str, Item | Spec] = {}
    for thing in things:
        title = thing.title.read(book.language, book.language)
        if title and first.setdefault(title, thing) is not thing:
            other = first[title]
            yield report(
                codes.SAME_TITLE,
                f'`{thing.id}` and `{other.id}` have the same title "{title}"',
                places.nearest(thing.origin, "title"),
                path=dotted(thing.origin, "title"),
                labels=labels(places, other.origin, "title", text="the same title"),
                help="say what makes them differ",
            )


CHECKS = (same_title,)
