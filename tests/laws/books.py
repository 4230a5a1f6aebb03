"""Price books and orders for the laws: drawn as data, written as YAML, read as every book is."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from hypothesis import assume
from hypothesis import strategies as st

from engine.language.build import load_book, load_order
from engine.model.book import PriceBook
from engine.model.quotes import Quote
from engine.pricing import price_order
from tests.conformance.language import write

TERMS = ("1 month", "3 months", "9 months", "1 year", "2 years")
ITEMS = ("edition", "storage", "users")

PRICE = st.decimals(min_value=0, max_value=40, places=3)
PERCENT = st.integers(0, 100).map(lambda n: f"{n}%")
MODE = st.sampled_from(["half-up", "half-even", "half-down", "up", "down"])


@st.composite
def charges(draw) -> object:
    """A charge as an author writes it."""
    match draw(st.integers(0, 4)):
        case 0:
            return draw(PRICE)
        case 1:
            return {"model": "flat", "amount": draw(PRICE)}
        case 2:
            return {"model": "package", "size": Decimal(draw(st.integers(2, 12))), "price": draw(PRICE)}
        case 3:
            steps = [
                {"up_to": Decimal(draw(st.integers(1, 20))), "unit_price": draw(PRICE), "flat": draw(PRICE)},
                {"unit_price": draw(PRICE)},
            ]
            return {"model": draw(st.sampled_from(["graduated", "volume"])), "tiers": steps}
        case _:
            return {
                "model": "per_unit",
                "unit_price": draw(PRICE),
                "allowance": Decimal(draw(st.integers(1, 5))),
                "minimum": draw(PRICE),
            }


@st.composite
def discount_sections(draw, currency: str) -> dict[str, object]:
    """Discounts with their policy: by term, by quantity, for a segment, a coupon with an amount; some in `best_of`."""
    scope = st.none() | st.lists(st.sampled_from(ITEMS), min_size=1, max_size=2, unique=True)
    made: dict[str, dict[str, object]] = {
        "longer": {
            "by": "term",
            "tiers": [{"from": "1 year", "percent_off": draw(PERCENT)}, {"from": "2 years", "percent_off": draw(PERCENT)}],
        },
        "larger": {"by": "quantity", "tiers": [{"from": Decimal(draw(st.integers(2, 30))), "percent_off": draw(PERCENT)}]},
        "school": {"when": {"segment": "education"}, "percent_off": draw(PERCENT)},
        "cheaper": {"fixed_price": draw(PRICE), "items": ["users"]},
        "welcome": {"percent_off": draw(PERCENT), "lasts": draw(st.sampled_from(["1 month", "3 months", "18 months"]))},
        "loyal": {"percent_off": draw(PERCENT), "after": draw(st.sampled_from(["2 months", "12 months"]))},
        "free-months": {"by": "term", "tiers": [{"from": "1 year", "pay_for": "10 months"}]}
        | draw(st.sampled_from([{}, {"lasts": "12 months"}, {"lasts": "18 months"}])),
        "spender": {"by": "spend", "tiers": [{"from": Decimal(draw(st.integers(1, 900))), "percent_off": draw(PERCENT)}]},
        "gift": {"coupon": "GIFT", "until": "2030-01-01", "amount_off": {currency: Decimal(draw(st.integers(1, 300)))}},
    }
    for name in ("longer", "larger", "gift", "welcome", "spender"):
        items = draw(scope)
        if items:
            made[name]["items"] = items
    chosen = draw(st.lists(st.sampled_from(sorted(made)), unique=True, max_size=5))
    together = draw(st.integers(2, 3))
    policy: list[object] = [{"best_of": chosen[:together]}, *chosen[together:]] if len(chosen) >= together else list(chosen)
    return {"discounts": {name: {"title": name} | made[name] for name in chosen}, "discount_policy": policy} if chosen else {}


@st.composite
def books(draw) -> dict[str, object]:
    """A prepaid book of three items: monthly prices, a yearly one, a fee due once, discounts, taxes and a rounding chain."""
    currency = draw(st.sampled_from(["USD", "USD", "JPY", "KWD"]))
    chain: list[dict[str, object]] = [{"at": "line", "mode": draw(MODE)}]
    if draw(st.booleans()):
        chain.insert(0, {"at": "charge", "places": draw(st.integers(2, 6)), "mode": draw(MODE)})
    if draw(st.integers(0, 3)) == 0:
        chain.append({"at": "invoice", "places": 0, "mode": draw(MODE)})
    if draw(st.booleans()):
        chain.append({"at": "tax", "mode": draw(MODE)} | draw(st.sampled_from([{}, {"places": 0}, {"places": 4}])))
    if draw(st.integers(0, 2)) == 0:
        chain.append({"at": "payable", "to": Decimal(draw(st.sampled_from([1, 5, 20]))), "mode": draw(MODE)})
    taxes = [
        {"id": "national", "tax": "gst", "rate": f"{draw(st.integers(0, 25))}%"},
        {"id": "local", "tax": "pst", "rate": f"{draw(st.integers(0, 12))}%", "items": ["users"], "compound_on": ["gst"]},
    ]
    head = {"effective": "2025-01-01", "billing_mode": "term"}
    prices = [head | {"per": "month", "items": {item: draw(charges()) for item in ITEMS}}]
    if draw(st.booleans()):
        prices.append(head | {"per": "year", "items": {"edition": draw(charges())}})
    if draw(st.booleans()):
        prices.append(head | {"per": "once", "items": {"storage": {"model": "flat", "amount": draw(PRICE)}}})
    made = base(currency, chain)
    made["book"] = made["book"] | {"prices_include_tax": draw(st.booleans())}
    return made | {"prices": prices, "taxes": taxes[: draw(st.integers(0, 2))]} | draw(discount_sections(currency))


def base(currency: str = "USD", rounding: object = None) -> dict[str, object]:
    """The sections that no law varies."""
    return {
        "book": {
            "id": "laws",
            "title": "Laws",
            "status": "illustrative",
            "currency": currency,
            "timezone": "Asia/Shanghai",
            "rounding": rounding or {"at": "line", "mode": "half-up"},
        },
        "units": {"piece": {"title": "piece"}},
        "attributes": {
            "segment": {"title": "Segment", "source": "customer", "values": ["education", "partner"]},
            "region": {"title": "Region", "source": "order"},
        },
        "items": {item: {"title": item, "unit": "piece"} for item in ITEMS},
        "billing_modes": {
            "term": {
                "title": "By the term",
                "payment": "prepaid",
                "cycle": "term",
                "terms": list(TERMS),
                "items": dict.fromkeys(ITEMS, "optional"),
            }
        },
    }


@st.composite
def orders(draw, book: Mapping[str, object]) -> dict[str, object]:
    """An order of one to three lines; the coupon is used where the book has it."""
    items = draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=3, unique=True))
    order: dict[str, object] = {
        "date": "2026-03-01",
        "billing_mode": "term",
        "term": draw(st.sampled_from(TERMS)),
        "items": {item: Decimal(draw(st.integers(1, 40))) for item in items},
        "attributes": {"segment": draw(st.sampled_from(["education", "partner"]))},
    }
    scope = book.get("discounts", {}).get("gift", {}).get("items", ITEMS) if "gift" in book.get("discounts", {}) else ()
    if set(scope) & set(items) and draw(st.booleans()):
        order["coupons"] = ["GIFT"]
    return order


def loaded(*files: Mapping[str, object]) -> PriceBook:
    """The book that the files say, read and built; a finding that is an error fails the test."""
    return _loaded(tuple(write(data) for data in files))


@cache
def _loaded(texts: tuple[str, ...]) -> PriceBook:
    result = load_book({f"{position:02}.yaml": text.encode() for position, text in enumerate(texts)})
    errors = [finding for finding in result.diagnostics if finding.severity == "error"]
    assert result.book is not None and not errors, [(finding.code, finding.message) for finding in errors]
    return result.book


def quoted(book: PriceBook, data: Mapping[str, object]) -> Quote:
    """The quote of an order that must have one."""
    order, findings = load_order("order.yaml", write(data).encode(), book, None)
    assert order is not None, [(finding.code, finding.message) for finding in findings]
    quote = price_order(book, order)
    # A coupon that takes nothing off is refused; that is another law's matter.
    assume(isinstance(quote, Quote) or {finding.code for finding in quote.diagnostics} != {"Q403"})
    assert isinstance(quote, Quote), [(finding.code, finding.message) for finding in quote.diagnostics]
    return quote


def numbers(quote: Quote) -> object:
    """Everything that a customer pays, without where it was written."""
    lines = [(line.item, line.spec, line.quantity, line.list_amount, line.discount_amount, line.rounding_amount, line.amount) for line in quote.lines]
    taxes = sorted((row.tax, row.rate, row.base, row.amount) for row in quote.taxes)
    return lines, quote.totals, taxes, quote.expires
