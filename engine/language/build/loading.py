"""From files to a price book: read, check the shape, join, build, check what only the whole book shows."""

import hashlib
import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import orders as order_codes
from engine.diagnostics.limits import MOST_FINDINGS, MOST_WRITTEN
from engine.diagnostics.record import joined, sorted_diagnostics
from engine.diagnostics.text import EMPTY_FILE
from engine.language.build import (
    accounts,
    clashes,
    commitments,
    coverage,
    discounts,
    examples,
    flags,
    items,
    list_amounts,
    modes,
    policies,
    prices,
    sections,
    taxes,
    term_kinds,
    time_bands,
    units,
)
from engine.language.build import book as header
from engine.language.build.cascades import without_consequences
from engine.language.build.context import NO_CURRENCY, Build
from engine.language.build.node import Node
from engine.language.build.orders import read_order
from engine.language.build.places import Places
from engine.language.build.tables import once_per_column
from engine.language.document import Document, is_empty, read_document
from engine.language.pictures import PICTURE_FILES, Missing
from engine.language.shape import check_shape
from engine.model.accounts import Account, AccountEvent
from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.values.spans import Span, Spans
from engine.values.voices import Voice

TEXT_FILES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading gives. `book` is None where any error stands; `draft` is then what could be built, for further checks."""

    book: PriceBook | None
    places: Places
    diagnostics: tuple[Diagnostic, ...]
    documents: tuple[Document, ...]
    draft: PriceBook | None = None


def load_book(files: Mapping[str, bytes], fetch: Callable[[str], bytes | Missing] | None = None) -> Loaded:
    """The price book in `files` (name as the user sees it -> content; *.yaml, *.yml, *.csv of a folder), with every finding.

    `fetch` gives any other file of the folder that the rules name, such as a logo; without it, it is looked for among `files`. Never
    raises for a user's mistake: a part with mistakes is left out and the rest is checked all the same.
    """
    names = sorted(files)
    documents: list[Document] = []
    found: list[Diagnostic] = []
    left = MOST_WRITTEN
    for name in names:
        if name.lower().endswith(TEXT_FILES) and left >= 0 and len(found) <= MOST_FINDINGS:
            document, problems = read_document(name, files[name], left)
            found.extend(problems)
            left -= document.count if document is not None else 0
            if document is not None:
                documents.append(document)
                found.extend(_shape_of(document, "book-file", problems))
                if is_empty(document):
                    found.append(_empty(name, "write what belongs here, or delete the file"))
    build = Build(
        places=Places({document.file: document for document in documents}),
        flawed=frozenset(each.span.file for each in found if each.severity == "error" and each.span is not None),
        tables={posixpath.normpath(name): files[name] for name in names if not name.lower().endswith((*TEXT_FILES, *PICTURE_FILES))},
        fetch=fetch or partial(_among, files),
    )
    texts = [name for name in names if name.lower().endswith(TEXT_FILES)]
    if len(documents) < len(texts) or not all(document.complete for document in documents):
        # What stands in a part that could not be read would be reported as missing everywhere else.
        return Loaded(None, build.places, _said_once(found), tuple(documents))
    draft = _build_book(build, documents, files)
    everything = _said_once(without_consequences([*found, *once_per_column(build.found, build.tables)]))
    sound = not any(each.severity == "error" for each in everything)
    return Loaded(draft if sound else None, build.places, everything, tuple(documents), draft if build.currency != NO_CURRENCY else None)


def _among(files: Mapping[str, bytes], name: str) -> bytes | Missing:
    found = next((content for each, content in files.items() if posixpath.normpath(each) == name), None)
    return found if found is not None else Missing("there is nothing of that name", f"it would be {name}: paths are relative to the file that names them")


def _said_once(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings by place, errors that say the same in one. Of warnings each stays by itself until comments have silenced theirs."""
    errors: list[Diagnostic] = []
    others: list[Diagnostic] = []
    for each in found:
        (errors if each.severity == "error" else others).append(each)
    return tuple(sorted_diagnostics([*joined(errors), *others]))


def _shape_of(document: Document, schema: str, problems: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    """The findings about the shape, but for values whose text is refused already: one finding is enough for one value."""
    refused = Spans(each.span for each in problems if each.severity == "error" and each.span is not None)
    return [each for each in check_shape(document, schema) if each.span is None or not refused.within(each.span)]


def _empty(file: str, remedy: str, severity: str = "") -> Diagnostic:
    return report(EMPTY_FILE, "the file is empty", Span(file, 1, 1, 1, 2), help=remedy, severity=severity)


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over all files, names relative to their common folder: the same wherever the folder is. Source: rule language, 3.9.

    >>> digest_of({"a/book.yaml": b"x"}) == digest_of({"/somewhere/else/book.yaml": b"x"})
    True
    """
    plain = {name.replace("\\", "/"): content for name, content in files.items()}
    folder = posixpath.commonpath([posixpath.dirname(name) for name in plain]) if plain else ""
    total = hashlib.sha256()
    for relative, content in sorted((posixpath.relpath(name, folder or "."), content) for name, content in plain.items()):
        encoded = relative.encode()
        total.update(b"%d:%s%d:" % (len(encoded), encoded, len(content)))
        total.update(content)
    return total.hexdigest()


def _build_book(build: Build, documents: Sequence[Document], files: Mapping[str, bytes]) -> PriceBook | None:
    joined = sections.merge(build, documents)
    of, lists = joined.mappings, joined.lists
    top = joined.single.get("book")
    if top is not None:
        header.read_basics(build, top)
    heading = build.attempt(header.read_header, top) if top is not None else None
    build.groups = items.read_groups(of["items"])
    unit_records = units.read_units(build, of["units"])
    build.attributes = units.read_attributes(build, joined.single.get("attributes"))
    bands = time_bands.read_time_bands(build, of["time_bands"])
    time_bands.band_attribute(build, of["time_bands"])
    build.resources = units.read_resources(build, of["resources"])
    build.items = items.read_items(build, of["items"])
    changes = policies.read_all(build, of["spec_changes"], policies.read_spec_change)
    cancellations = policies.read_all(build, of["cancellations"], policies.read_cancellation)
    renewals = policies.read_all(build, of["renewals"], policies.read_renewal)
    build.commitments = policies.read_all(build, of["commitments"], commitments.read_commitment)
    build.modes = modes.read_modes(build, of["billing_modes"])
    limits = build.each(items.read_limit, lists["limits"])
    entries = prices.read_prices(build, lists["prices"])
    rules = discounts.read_discounts(build, of["discounts"])
    stages = discounts.read_stages(build, joined.single.get("discount_policy"))
    discounts.check_stages(build, of["discounts"], joined.single.get("discount_policy"))
    rows = taxes.read_taxes(build, lists["taxes"])
    mode_changes = build.each(policies.read_mode_change, lists["mode_changes"])
    worked = examples.read_examples(build, of["examples"])
    examples.check_coupons(build, {each.coupon: each for each in rules.values() if each.coupon is not None}, worked, of["examples"])
    heading = heading or header.BookHeader()
    draft = PriceBook(
        id=heading.id,
        title=heading.title,
        status=heading.status,
        currency=heading.currency,
        timezone=build.zone.key,
        zone=build.zone,
        rounding=heading.rounding,
        items=build.items,
        billing_modes=build.modes,
        prices=entries,
        digest=digest_of({**files, **build.fetched}),
        language=heading.language,
        description=heading.description,
        seller=heading.seller,
        letterhead=heading.letterhead,
        payment_terms=heading.payment_terms,
        price_notice=heading.price_notice,
        prices_include_tax=heading.prices_include_tax,
        month_is=heading.month_is,
        units=unit_records,
        unit_table=build.units,
        attributes=build.attributes,
        time_bands=bands,
        resources=build.resources,
        limits=limits,
        discounts=rules,
        discount_policy=stages,
        spec_changes=changes,
        cancellations=cancellations,
        renewals=renewals,
        commitments=build.commitments,
        mode_changes=mode_changes,
        taxes=rows,
        examples=worked,
        languages=coverage.languages(build),
        origin=heading.origin,
    )
    clashes.check(build, draft)
    commitments.check(build, draft)
    list_amounts.check(build, draft)
    term_kinds.check(build, draft)
    coverage.check(build, draft, joined)
    return draft


def _build_for(book: PriceBook, document: Document | None = None, flawed: frozenset[str] = frozenset()) -> Build:
    """A workbench that knows a finished book's names."""
    places = Places({document.file: document} if document is not None else {})
    build = Build(places, flawed, language=book.language, currency=book.currency, zone=book.zone, units=book.unit_table)
    build.items, build.modes, build.attributes = dict(book.items), dict(book.billing_modes), dict(book.attributes)
    for item in book.items.values():
        if item.group is not None:
            build.groups[item.group] = (*build.groups.get(item.group, ()), item.id)
    build.declared = {
        "items": book.items,
        "billing_modes": book.billing_modes,
        "attributes": book.attributes,
        "discounts": book.discounts,
    }
    return build


def load_order(file: str, content: bytes, book: PriceBook, default_at: datetime | None) -> tuple[Order | None, tuple[Diagnostic, ...]]:
    """The order in a file (YAML or JSON), with every finding; `default_at` where it names no date. Source: section 4."""
    document, problems = read_document(file, content)
    if document is None:
        return None, _said_once(problems)
    if is_empty(document):
        remedy = "write the order: `billing_mode:` and `items:`, with `date:` and `term:`"
        return None, (*problems, _empty(file, remedy, severity="error"))
    found = [*problems, *_shape_of(document, "order", problems)]
    flawed = frozenset(each.span.file for each in found if each.severity == "error" and each.span is not None)
    build = _build_for(book, document, flawed)
    order = build.attempt(read_order, Node(document, (), document.data), default_at)
    everything = _said_once(without_consequences([*found, *build.found]))
    return (None if any(each.severity == "error" for each in everything) else order), everything


def load_account(file: str, content: bytes, book: PriceBook) -> tuple[Account | None, tuple[Diagnostic, ...]]:
    """The account in a file (YAML or JSON), with every finding. Source: rule language, section 4, Account."""
    document, problems = read_document(file, content)
    if document is None:
        return None, _said_once(problems)
    if is_empty(document):
        return None, (*problems, _empty(file, "write the account: `id:`, `customer:` and `subscriptions:`", severity="error"))
    found = [*problems, *_shape_of(document, "account", problems)]
    flawed = frozenset(each.span.file for each in found if each.severity == "error" and each.span is not None)
    build = _build_for(book, document, flawed)
    build.reading_order = True
    account = build.attempt(accounts.read_account, Node(document, (), document.data))
    everything = _said_once(without_consequences([*found, *build.found]))
    return (None if any(each.severity == "error" for each in everything) else account), everything


def order_from_flags(
    mode: str | None,
    term: str | None,
    items: Sequence[str],
    duration: str | None,
    date: str | None,
    currency: str | None,
    coupons: Sequence[str],
    attributes: Sequence[str],
    book: PriceBook,
    default_at: datetime | None,
    voice: Voice = flags.ORDER_OPTIONS,
) -> tuple[Order | None, tuple[Diagnostic, ...]]:
    """The order that a command's options or the fields of a form describe, by the same code as a file's; `voice` is how findings call them."""
    typed = flags.read_flags(mode, term, items, duration, date, currency, coupons, attributes, voice)
    strange = _strange_options(typed)
    if strange:
        return None, strange
    build = _build_for(book)
    for subject, wanted in typed.malformed:
        build.report(order_codes.ORDER_UNREADABLE, f"`{subject}` cannot be read", subject=subject, help=f"write `{wanted}`")
    order = build.attempt(read_order, Node(typed, (), typed.data), default_at)
    # An option that cannot be read may be the one that names an item.
    found = [each for each in build.found if not (typed.malformed and each.code == order_codes.NO_ITEMS.code)]
    return (None if found else order), tuple(found)


def _strange_options(typed: flags.Flags) -> tuple[Diagnostic, ...]:
    """Options with a character that is not what it seems; nothing else is said of them."""
    return tuple(report(each.info, each.message, subject=subject, help=each.remedy) for subject, each in typed.strange)


def event_from_flags(
    items: Sequence[str], term: str | None, to: str | None, unsubscribe: bool, at: datetime, book: PriceBook, voice: Voice = flags.EVENT_OPTIONS
) -> tuple[AccountEvent | None, tuple[Diagnostic, ...]]:
    """The further event that a command's options describe: a change of `items`, a renewal, a switch or an unsubscription.

    `voice` is how the findings call what was given.
    """
    typed = flags.read_event_flags(items, term, to, unsubscribe, voice)
    strange = _strange_options(typed)
    if strange:
        return None, strange
    build = _build_for(book)
    for subject, wanted in typed.malformed:
        build.report(order_codes.ORDER_UNREADABLE, f"`{subject}` cannot be read", subject=subject, help=f"write `{wanted}`")
    event = build.attempt(accounts.read_event_options, Node(typed, (), typed.data), at)
    return (None if build.found else event), tuple(build.found)
