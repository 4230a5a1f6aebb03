"""What only the whole book shows: things declared and never used, items nobody can buy, texts that lack a language."""

from engine.diagnostics import Label, references
from engine.language.build.context import Build
from engine.language.build.node import Node
from engine.language.build.sections import Sections
from engine.model.book import ModeItem, PriceBook
from engine.values.spans import Span, dotted

UNUSED = {
    "resources": "resource",
    "spec_changes": "spec-change policy",
    "cancellations": "cancellation policy",
    "renewals": "renewal policy",
    "attributes": "attribute",
    "units": "unit",
}


def languages(build: Build) -> tuple[str, ...]:
    """Every language that some text of the book has, the book's own first."""
    found = sorted({language for _, text in build.texts for language in text.by_language})
    return tuple(sorted(found, key=lambda language: (language != build.language, language)))


def check(build: Build, book: PriceBook, joined: Sections) -> None:
    """Reports what is declared and never used, what cannot be bought, and missing translations."""
    _check_unused(build)
    _check_items(build, book, joined)
    _check_prices(build, book, joined.lists["prices"])
    _check_translations(build)


def _mentioned(build: Build) -> set[str]:
    """Every word of the files, where parts could not be built: such a part may well be the one that uses a name."""
    if not build.flawed and not any(each.severity == "error" for each in build.found):
        return set()
    return build.mentions() | {word for value in build.mentions() for word in value.split()}  # `1,5 PB` names a unit


def _check_unused(build: Build) -> None:
    mentioned = _mentioned(build)
    for name in build.tables:
        if name not in build.places.documents and not mentioned:
            remedy = "name it by `table:` in an entry of `prices`, or remove the file"
            build.report(references.NEVER_USED, f"no price names the table {name}", Span(name, 1, 1, 1, 2), help=remedy)
    for section, kind in UNUSED.items():
        for name, node in build.declared.get(section, {}).items():
            if (section, name) not in build.used and name not in mentioned:
                build.report(
                    references.NEVER_USED,
                    f"{kind} `{name}` is declared, but nothing uses it",
                    node.key_span(),
                    path=node.dotted(),
                    help="use it, or remove it",
                )


def _check_items(build: Build, book: PriceBook, joined: Sections) -> None:
    sold = {item.item for mode in book.billing_modes.values() for item in mode.items}
    if len(book.billing_modes) < len(joined.mappings["billing_modes"]):
        return  # a mode with mistakes may well sell it
    for name, node in joined.mappings["items"].items():
        if name not in sold and name in book.items:
            build.report(
                references.ITEM_IN_NO_MODE,
                f"no billing mode sells `{name}`",
                node.key_span(),
                path=node.dotted(),
                help=f"add `{name}: optional` to the `items` of a billing mode, or remove the item",
            )


def _check_prices(build: Build, book: PriceBook, entries: list[Node]) -> None:
    if any(each.severity == "error" for each in build.found) or build.flawed:
        return  # a price may be among what could not be built
    priced = {(entry.billing_mode, entry.item, entry.spec) for entry in book.prices}
    for mode in book.billing_modes.values():
        for sold in mode.items:
            item = book.items[sold.item]
            specs = [spec.id for spec in item.specs] or [None]
            missing = [spec for spec in specs if (mode.id, item.id, spec) not in priced]
            if missing:
                _report_unpriced(build, mode.id, sold, item.id, missing, len(missing) == len(specs), entries)


def _report_unpriced(build: Build, mode: str, sold: ModeItem, item: str, missing: list, whole: bool, entries: list[Node]) -> None:
    """Reports an item without a price at the dated entry into which its price belongs, or at the mode where there is none."""
    which = f"`{item}`" if whole else f"`{missing[0]}` of `{item}`"
    place = build.places.span(sold.origin)
    at, path = place, dotted(sold.origin.path)
    remedy = f"add an entry under `prices` with `billing_mode: {mode}` and the price of {which}, or take `{item}` out of the mode"
    labels: tuple[Label, ...] = ()
    prices = [node.at("items") for node in entries if _prices_items(node, mode)]
    if prices:
        own = next((each.at(item) for each in prices if not whole and isinstance(each.data.get(item), dict)), None)
        added = f"`{missing[0]}: ...` below `{item}`" if not whole else f"`{item}: ...` below `items`"
        node = own or prices[0]
        at, path = node.key_span(), node.dotted()
        labels = (Label(place, "sold here"),) if place is not None else ()
        remedy = f"add {added} here, with its price, or take `{item}` out of the mode"
    message = f"`{mode}` sells {which}, but there is no price for it"
    build.report(references.ITEM_WITHOUT_PRICE, message, at, path=path, labels=labels, help=remedy)


def _prices_items(node: Node, mode: str) -> bool:
    """Whether a dated entry prices items of the mode for everybody."""
    if not node.is_mapping or node.data.get("billing_mode") != mode or node.get("when") is not None:
        return False
    return isinstance(node.data.get("items"), dict)


def _check_translations(build: Build) -> None:
    wanted = languages(build)
    for node, text in build.texts:
        missing = [language for language in wanted if language not in text.by_language]
        if missing:
            listed = " and ".join(f"`{language}`" for language in missing)
            build.report(
                references.MISSING_TRANSLATION,
                f"this text has no {listed}, which other texts of the book have",
                node.key_span() or node,
                path=node.dotted(),
                help=f"add {listed}, or it is shown in `{build.language}`",
            )
