"""The section `book`: title, status, currency, time zone, rounding chain, seller."""

from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.diagnostics import documents, references
from engine.diagnostics.money import PAYABLE_STEP
from engine.language.build.conditions import read_conditions
from engine.language.build.context import NO_CURRENCY, Build
from engine.language.build.discounts import read_money
from engine.language.build.letterhead import read_letterhead
from engine.language.build.node import Node
from engine.language.names import country_meant
from engine.language.wording import short
from engine.language.zones import misleading, zone_meant
from engine.model.book import PriceBook, RoundingStep
from engine.model.parties import Letterhead, Party
from engine.model.prices import Money
from engine.model.texts import Text
from engine.values.countries import is_country
from engine.values.exact import plain
from engine.values.iban import fault_of
from engine.values.money import minor_places, round_money
from engine.values.periods import Duration, zone
from engine.values.spans import NOWHERE, Origin

PARTY_KEYS = ("name", "address", "country", "tax_id", "iban")
LETTERHEAD_KEYS = ("logo", "colour")


@dataclass
class BookHeader:
    """What the section `book` says; the fields of `PriceBook` of the same names."""

    id: str = ""
    title: Text = Text()
    status: str = "draft"
    currency: str = NO_CURRENCY
    language: str = "en"
    description: Text = Text()
    rounding: tuple[RoundingStep, ...] = ()
    seller: Party | None = None
    letterhead: Letterhead = Letterhead()
    payment_terms: Duration | None = None
    price_notice: Duration | None = None
    prices_include_tax: bool = False
    month_is: Duration | None = None
    origin: Origin = NOWHERE


def read_basics(build: Build, node: Node) -> None:
    """Language, currency and time zone first: every other part is read with them."""
    build.language = build.attempt_at(node, "language", lambda _, each: each.text()) or "en"
    build.currency = build.attempt_at(node, "currency", Build.currency_of) or build.currency
    build.zone = build.attempt_at(node, "timezone", _read_zone) or build.zone


def _read_zone(build: Build, node: Node) -> ZoneInfo:
    name = node.text()
    try:
        found = zone(name)
    except (KeyError, ValueError, OSError):
        remedy, near = zone_meant(name)
        fix = near if near is not None and near.casefold() == name.casefold() else None  # other letters may be another city
        raise build.refuse(references.ZONE_UNKNOWN, f"`{name}` is no time zone", node, names=(name,), help=remedy, fix=fix, meant=near or "") from None
    if (doubt := misleading(name)) is not None:
        build.report(references.ZONE_IS_OFFSET, f"`{name}` is a time zone, but {doubt[0]}", node, help=doubt[1])
    return found


def read_header(build: Build, node: Node) -> BookHeader:
    """The section `book`, after `read_basics`. Source: rule language, section 2."""
    header = BookHeader(
        id=node.need("id").text(),
        title=build.text_of(node.need("title")),
        status=node.word(PriceBook, "status"),
        currency=build.currency,
        language=build.language,
        description=build.text_of(node.get("description")),
        origin=node.origin(),
    )
    node.need("currency")
    node.need("timezone")
    header.rounding = build.each(read_rounding_step, node.need("rounding").one_or_more())
    header.seller = build.attempt_at(node, "seller", _read_seller)
    header.letterhead = build.attempt_at(node, "seller", read_letterhead) or Letterhead()
    for key in ("payment_terms", "price_notice", "month_is"):
        setattr(header, key, build.attempt_at(node, key, lambda _, each: each.duration()))
    header.prices_include_tax = bool(build.attempt_at(node, "prices_include_tax", lambda _, each: each.flag()))
    return header


def _read_seller(build: Build, node: Node) -> Party:
    """The seller; a country that no e-invoice could name, and an account that no bank knows, are findings."""
    seller = read_party(build, node)
    if seller.country and not is_country(seller.country):
        message = f"`{seller.country}` is no country code of ISO 3166, by which e-invoices name the seller's country"
        build.report(references.SELLER_COUNTRY, message, node.at("country"), help=country_meant(seller.country))
    fault = fault_of(seller.iban) if seller.iban else ""
    if fault:
        message = f"`{short(seller.iban or '')}` is no account that a bank would take: {fault}"
        build.report(documents.SELLER_IBAN, message, node.at("iban"), help="copy it once more from the bank's own papers")
    return seller


def read_rounding_step(build: Build, node: Node) -> RoundingStep:
    """A link of the rounding chain; `places` left out means the currency's minor unit."""
    to = _read_multiple(build, node)
    return RoundingStep(
        at=node.word(RoundingStep, "at"),
        mode=node.word(RoundingStep, "mode"),
        places=node.read("places", Node.whole),
        conditions=read_conditions(build, node),
        origin=node.origin(),
        to=to,
    )


def _read_multiple(build: Build, node: Node) -> Money | None:
    """The amounts of which the sum to pay is a multiple: needed `at: payable` in place of `places`, and of no use elsewhere."""
    to = node.get("to")
    if node.word(RoundingStep, "at") != "payable":
        if to is not None:
            remedy = "write `at: payable`, or `places` for the decimals of what this step rounds"
            raise build.refuse(PAYABLE_STEP, "`to` is for what is to be paid (`at: payable`), and this step rounds something else", to, help=remedy)
        return None
    if to is None:
        remedy = "write the amount of which what is paid is a multiple, such as `to: 0.05`"
        raise build.refuse(PAYABLE_STEP, "the step `at: payable` does not say to what multiple", node, help=remedy)
    if node.get("places") is not None:
        remedy = "leave `places` out: what is paid is a multiple of `to`"
        raise build.refuse(PAYABLE_STEP, "the step `at: payable` has both `places` and `to`", node.at("places"), help=remedy)
    found = read_money(build, to)
    for currency, amount in found.by_currency.items():
        at = to.at(currency) if to.is_mapping else to
        least = None if currency == NO_CURRENCY else Decimal(1).scaleb(-minor_places(currency))
        if not amount:
            raise build.refuse(PAYABLE_STEP, "nothing is a multiple of 0", at, help="write an amount above 0, such as `0.05`")
        if least is not None and round_money(amount, currency) != amount:
            remedy = f"write an amount in whole units of {plain(least)} {currency}"
            raise build.refuse(PAYABLE_STEP, f"nobody can pay {plain(amount)} {currency}, so nothing is paid in multiples of it", at, help=remedy)
    return found


def read_party(build: Build, node: Node) -> Party:
    """A seller or customer; keys beyond the usual ones are kept as documents' further lines."""
    said = {key: each for key, each in node.entries() if key not in ("reference", *LETTERHEAD_KEYS)}
    plain = {key: _plain(build, said[key]) for key in ("name", "country", "tax_id", "iban") if key in said}
    address = said["address"].texts() if "address" in said else ()
    other = {key: _plain(build, each) for key, each in said.items() if key not in PARTY_KEYS}
    return Party(address=address, other=other, **plain)


def _plain(build: Build, node: Node) -> str:
    """A name as documents print it: one text, of several languages that of the book."""
    if not node.is_mapping:
        return node.text()
    texts = {language: each.text() for language, each in node.entries()}
    return texts.get(build.language) or next(iter(texts.values()), "")
