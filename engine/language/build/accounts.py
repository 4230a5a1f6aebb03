"""An account as it is written: the customer and the dated events of each subscription (rule language, section 4, Account)."""

from datetime import datetime
from decimal import Decimal

from engine.diagnostics import orders
from engine.diagnostics.accounts import ADJUSTMENT_UNPAYABLE, CREDIT_UNUSABLE, CUSTOMER_UNNAMED, UNKNOWN_COUNTRY
from engine.language.build.conditions import read_instant
from engine.language.build.context import NO_CURRENCY, Build
from engine.language.build.node import Node
from engine.language.build.orders import named, read_attributes, read_lines
from engine.language.names import country_meant
from engine.model.accounts import Account, AccountEvent, AccountSubscription, Adjustment, AutoRenewal, Credit
from engine.model.parties import Party
from engine.values.bounds import MOST_EVENTS
from engine.values.countries import is_country
from engine.values.exact import plain
from engine.values.money import minor_places, round_money
from engine.values.spans import Origin

CONTACTS = ("city", "postcode", "email", "registration", "reference", "electronic_address", "contact", "order", "contract", "project")
"""What documents name a customer by, beside name, address, country and tax number."""
OWN_KINDS = ("adjust", "credit")
KINDS = ("purchase", "change", "renew", "auto_renew", "switch", "unsubscribe", "start", "stop")


def read_account(build: Build, node: Node) -> Account:
    """The account written at `node`. `build` knows the book's names and zone; what cannot be read is reported there."""
    name, customer = node.need("id").text(), node.need("customer")
    party = Party(
        _customer_name(build, customer), customer.at("address").texts() if customer.get("address") is not None else (),
        _country(build, customer), _text(customer, "tax_id") or None,
        other={key: _text(customer, key) for key in CONTACTS if customer.get(key) is not None},
    )  # fmt: skip
    attributes = {"customer": name} | ({"country": party.country} if party.country else {}) | read_attributes(build, customer)
    currency, events = build.read(node, "currency", Build.currency_of) or build.currency, node.get("events")
    own = build.each(_read_own_event, events.elements(), currency) if events is not None else ()
    credits = tuple(each for each in own if isinstance(each, Credit))
    _check_once(build, credits)
    return Account(
        name, party, currency, _read_subscriptions(build, node.need("subscriptions")), attributes, node.origin(),
        tuple(each for each in own if isinstance(each, Adjustment)), credits,
    )  # fmt: skip


def _text(node: Node, key: str) -> str:
    return node.read(key, Node.text) or ""


def _customer_name(build: Build, customer: Node) -> str:
    """The name, which every invoice shows; an empty one is reported."""
    name = customer.need("name")
    if not name.text().strip():
        build.report(CUSTOMER_UNNAMED, "the customer has no name", name, help="write the name that invoices are addressed to")
    return name.text()


def _country(build: Build, customer: Node) -> str | None:
    """The customer's country, which decides taxes; one that ISO 3166 does not know is reported."""
    country = _text(customer, "country")
    if country and not is_country(country):
        message = f"`{country}` is no country code of ISO 3166"
        build.report(UNKNOWN_COUNTRY, message, customer.at("country"), help=country_meant(country))
    return country or None


def _read_subscriptions(build: Build, node: Node) -> tuple[AccountSubscription, ...]:
    """All subscriptions; an id names one of them, because usage is delivered under it."""
    found: dict[str, AccountSubscription] = {}
    for each in node.elements():
        made = build.attempt(_read_subscription, each)
        if made is not None and found.setdefault(made.id, made) is not made:
            message = f"the subscription `{made.id}` stands in the account twice"
            build.report(orders.ORDER_UNREADABLE, message, each.at("id"), help="join their events, or give one of them another id")
    return tuple(found.values())


def _read_subscription(build: Build, node: Node) -> AccountSubscription:
    mode = named(build, node.need("billing_mode"), build.known("billing_modes"), "billing mode", orders.UNKNOWN_BILLING_MODE)
    events = build.each(_read_event, node.need("events").elements(MOST_EVENTS))
    return AccountSubscription(node.need("id").text(), mode, events, read_attributes(build, node), node.origin())


def _read_event(build: Build, node: Node) -> AccountEvent:
    at = node.need("date").instant(build.zone)
    said = [kind for kind in KINDS if node.get(kind) is not None]
    if len(said) != 1:
        listed = ", ".join(f"`{kind}`" for kind in said or KINDS)
        message = "the event says two things at once" if said else "the event does not say what happened"
        raise build.refuse(orders.ORDER_UNREADABLE, message, node, help=f"write one of {listed}")
    kind, inner = said[0], node.need(said[0])
    if kind == "start" and inner.is_mapping:
        lines = build.read(inner, "items", read_lines) or ()
        return AccountEvent(at, kind, lines, coupons=inner.read("coupons", Node.texts) or (), origin=inner.origin())
    if kind == "auto_renew":
        return AccountEvent(at, kind, origin=inner.origin(), auto_renew=AutoRenewal(inner.flag(), inner.origin()))
    if kind in ("unsubscribe", "start", "stop"):
        if not inner.flag():
            raise build.refuse(orders.ORDER_UNREADABLE, f"`{kind}: false` says that nothing happened", inner, help="leave the event out")
        return AccountEvent(at, kind, origin=inner.origin())
    return AccountEvent(
        at, kind,
        lines=build.read(inner, "items", read_lines) or (),
        term=inner.read("term", Node.duration),
        to=build.read(inner, "to", named, build.known("billing_modes"), "billing mode", orders.UNKNOWN_BILLING_MODE),
        coupons=inner.read("coupons", Node.texts) or (),
        attributes=read_attributes(build, inner),
        origin=inner.origin(),
        automatic=bool(inner.read("automatic", Node.flag)),
        auto_renew=inner.read("auto_renew", lambda renews: AutoRenewal(renews.flag(), renews.origin())),
    )  # fmt: skip


def _read_own_event(build: Build, node: Node, currency: str) -> Adjustment | Credit:
    """An event of the account as a whole: a line by hand, or a credit."""
    said = [kind for kind in OWN_KINDS if node.get(kind) is not None]
    if len(said) != 1:
        listed = " or ".join(f"`{kind}`" for kind in OWN_KINDS)
        message = "the event says two things at once" if said else "the event does not say what happened"
        raise build.refuse(orders.ORDER_UNREADABLE, message, node, help=f"write one of {listed}")
    return _read_credit(build, node, currency) if said == ["credit"] else _read_adjustment(build, node, currency)


def _read_credit(build: Build, node: Node, currency: str) -> Credit:
    """Money that was paid ahead; one of nothing, in another currency than invoices are in, or that is over before it begins, is refused."""
    at, inner = node.need("date").instant(build.zone), node.need("credit")
    written, given = inner.need("amount"), build.read(inner, "currency", Build.currency_of) or currency
    amount, expires = written.number(), build.attempt(read_instant, inner.get("expires"))
    if given != currency:
        remedy = f"write what was paid in {currency}, or open an account in {given}"
        raise build.refuse(CREDIT_UNUSABLE, f"the account is billed in {currency}, so a credit in {given} pays nothing", inner.at("currency"), help=remedy)
    if amount <= 0:
        remedy = "write the amount that was paid ahead, above 0; what is charged by hand is an `adjust`"
        raise build.refuse(CREDIT_UNUSABLE, f"a credit of {plain(amount)} pays nothing", written, help=remedy)
    if currency != NO_CURRENCY and round_money(amount, currency) != amount:
        remedy = f"write an amount in whole units of {plain(Decimal(1).scaleb(-minor_places(currency)))} {currency}"
        raise build.refuse(CREDIT_UNUSABLE, f"nobody can pay {plain(amount)} {currency}", written, help=remedy)
    if expires is not None and expires <= at:
        remedy = "give a later day on which it expires, or leave `expires` out"
        raise build.refuse(CREDIT_UNUSABLE, "the credit expires before it is granted", inner.at("expires"), help=remedy)
    items = build.read(inner, "items", Build.item_list) or ()
    return Credit(at, amount, expires, items, _text(inner, "title"), bool(inner.read("restore", Node.flag)), inner.origin())


def _check_once(build: Build, credits: tuple[Credit, ...]) -> None:
    """Reports a credit that stands there twice, or two of one instant and title: nothing would tell what invoices took of which."""
    seen: set[object] = set()
    for each in credits:
        same = (each.at, each.title)
        if same in seen:
            remedy = "leave one of them out, or give each a `title` of its own"
            build.report(
                CREDIT_UNUSABLE,
                "the account has two credits of this date, with nothing to tell them apart",
                build.places.span(each.origin),
                path="events",
                subject="credit",
                help=remedy,
            )
        seen.add(same)


def _read_adjustment(build: Build, node: Node, currency: str) -> Adjustment:
    """A line by hand; one without a name, of nothing, or of less than the currency's smallest coin is refused."""
    at, inner = node.need("date").instant(build.zone), node.need("adjust")
    title, written = inner.need("title"), inner.need("amount")
    if not title.text().strip():
        remedy = "write what the invoice's line is to be called, such as `Onboarding workshop`"
        raise build.refuse(ADJUSTMENT_UNPAYABLE, "a line by hand has no title", title, help=remedy)
    amount = written.number()
    if not amount:
        raise build.refuse(ADJUSTMENT_UNPAYABLE, "the line comes to nothing", written, help="write its amount, or leave it out")
    # A book may not say its currency, which is a finding of its own: then no coin is the smallest.
    if currency != NO_CURRENCY and round_money(amount, currency) != amount:
        least = plain(Decimal(1).scaleb(-minor_places(currency)))
        remedy = f"write an amount in whole units of {least} {currency}; a negative one is given back"
        raise build.refuse(ADJUSTMENT_UNPAYABLE, f"nobody can pay {plain(amount)} {currency}", written, help=remedy)
    like = named(build, inner.need("like"), build.known("items"), "item", orders.UNKNOWN_ITEM)
    return Adjustment(at, title.text(), amount, like, _text(inner, "reason"), _text(inner, "reference"), read_attributes(build, inner), inner.origin())


def read_event_options(build: Build, node: Node, at: datetime) -> AccountEvent:
    """One event as options say it: `items`, `term`, `to` and `unsubscribe` stand side by side, and one of them is given."""
    items, term, to = (node.get(key) for key in ("items", "term", "to"))
    typed = Origin(voice=node.voice)
    if term is not None:
        return AccountEvent(at, "renew", term=term.duration(), origin=typed)
    if to is not None:
        mode = named(build, to, build.known("billing_modes"), "billing mode", orders.UNKNOWN_BILLING_MODE)
        return AccountEvent(at, "switch", to=mode, origin=typed)
    if items is not None:
        return AccountEvent(at, "change", lines=read_lines(build, items), origin=typed)
    return AccountEvent(at, "unsubscribe", origin=typed)
