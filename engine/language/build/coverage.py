"""What only the whole book shows: things declared and never used, items nobody can buy, texts that lack a language."""

from engine.diagnostics import references
from engine.language.build import gone, slips, unpriced
from engine.language.build.context import Build
from engine.language.build.node import Node
from engine.language.build.sections import Sections
from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.values.spans import Span

UNUSED = {
    "resources": "resource",
    "spec_changes": "spec-change policy",
    "cancellations": "cancellation policy",
    "renewals": "renewal policy",
    "commitments": "commitment",
    "attributes": "attribute",
    "units": "unit",
    "time_bands": "time band",
}


def languages(build: Build) -> tuple[str, ...]:
    """Every language that some text of the book has, the book's own first."""
    found = sorted({language for _, text in build.texts for language in text.by_language})
    return tuple(sorted(found, key=lambda language: (language != build.language, language)))


def check(build: Build, book: PriceBook, joined: Sections) -> None:
    """Reports what is declared and never used, what cannot be bought, and missing translations."""
    gone.check(build, book, joined.mappings["examples"])
    _check_unused(build, book)
    _check_items(build, book, joined)
    slips.check(build)
    unpriced.check(build, book, joined.lists["prices"])
    top = joined.single.get("book")
    _check_translations(build, top.get("language") if top is not None and top.is_mapping else None)


def _mentioned(build: Build) -> set[str]:
    """Every word of the files, where parts could not be built: such a part may well be the one that uses a name."""
    if not build.flawed and not any(each.severity == "error" for each in build.found):
        return set()
    return build.mentions() | {word for value in build.mentions() for word in value.split()}  # `1,5 PB` names a unit


def _check_unused(build: Build, book: PriceBook) -> None:
    mentioned = _mentioned(build)
    for name in build.tables:
        if name not in build.places.documents and not mentioned:
            remedy = "name it by `table:` in an entry of `prices`, or remove the file"
            build.report(references.NEVER_USED, f"no price names the table {name}", Span(name, 1, 1, 1, 2), names=(name,), help=remedy)
    for section, kind in UNUSED.items():
        for name, node in build.declared.get(section, {}).items():
            if isinstance(node, Node) and (section, name) not in build.used and name not in mentioned:
                build.report(
                    references.NEVER_USED,
                    f"{kind} `{name}` is declared, but nothing uses it",
                    node.key_span(),
                    path=node.dotted(),
                    names=(name,),
                    help=_examples_naming(book, name) if section == "attributes" else "use it, or remove it",
                )


def _examples_naming(book: PriceBook, attribute: str) -> str:
    """The remedy for an attribute that decides nothing: where examples name it, a rule that asked for it is probably gone."""
    named = [f"`{each.id}`" for each in book.examples.values() if isinstance(each.given, Order) and attribute in each.given.attributes]
    if not named:
        return "use it, or remove it"
    listed = ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
    return f"the examples name it: {listed}. Is the price, discount or tax gone that asked for it?"


def _check_items(build: Build, book: PriceBook, joined: Sections) -> None:
    sold = {item.item for mode in book.billing_modes.values() for item in mode.items}
    if len(book.billing_modes) < len(joined.mappings["billing_modes"]):
        return  # a mode with mistakes may well sell it
    by_usage = {item.item for mode in book.billing_modes.values() for item in mode.items if item.payment == "postpaid"}
    for name, node in joined.mappings["items"].items():
        if name in sold and name in book.items and book.items[name].meter is not None and name not in by_usage:
            build.report(
                references.METER_NEVER_READ,
                f"no usage record can reach `{name}`: every mode that sells it has it paid ahead, by the quantity that is ordered",
                node.at("meter").key_span(),
                path=node.at("meter").dotted(),
                names=(name,),
                help=f"remove `meter`, or bill it by usage: `{name}: {{presence: optional, payment: postpaid, cycle: month}}` in the mode",
            )
        if name not in sold and name in book.items:
            build.report(
                references.ITEM_IN_NO_MODE,
                f"no billing mode sells `{name}`",
                node.key_span(),
                path=node.dotted(),
                names=(name,),
                help=f"add `{name}: optional` to the `items` of a billing mode, or remove the item",
            )


def _check_translations(build: Build, own_language: Node | None) -> None:
    wanted = languages(build)
    if build.texts and build.language not in wanted:
        listed = ", ".join(f"`{language}`" for language in wanted)
        build.report(
            references.MISSING_TRANSLATION,
            f"no text of the book has `{build.language}`, the book's own language",
            own_language,
            help=f"write the texts in it too, or name one of theirs: {listed}",
        )
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
