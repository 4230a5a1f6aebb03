"""The waterfall of the rule language (3.2) once more, from the book's data, in Fractions: a prepaid order, month by month.

It knows the books of `tests.laws.books` and no others: one mode, prices of one date, discounts of every benefit, two taxes.
"""

from collections.abc import Mapping
from fractions import Fraction

from tests.laws import reference

MONTHS = {
    "1 month": 1,
    "2 months": 2,
    "3 months": 3,
    "9 months": 9,
    "1 year": 12,
    "12 months": 12,
    "18 months": 18,
    "2 years": 24,
}
MINOR = {"USD": 2, "JPY": 0, "KWD": 3}
ONCE = "once"


def ratio(percent: str) -> Fraction:
    """17% as 17/100."""
    return Fraction(percent.rstrip("%")) / 100


def charge_amount(charge: object, quantity: Fraction) -> Fraction:
    """One application of a charge to a quantity above 0."""
    if not isinstance(charge, Mapping):
        return Fraction(charge) * quantity
    held = max(Fraction(0), quantity - Fraction(charge.get("allowance", 0)))
    if held == 0:
        return Fraction(0)
    match charge["model"]:
        case "flat":
            amount = Fraction(charge["amount"])
        case "package":
            amount = reference.packages(Fraction(charge["size"]), Fraction(charge["price"]), "whole", held)
        case "per_unit":
            amount = Fraction(charge["unit_price"]) * held
        case model:
            tiers = [{"bound": tier.get("up_to"), "includes": True, "unit_price": tier["unit_price"], "flat": tier.get("flat", 0)} for tier in charge["tiers"]]
            amount = reference.volume(tiers, held) if model == "volume" else reference.graduated_between(tiers, Fraction(0), held)
    return max(amount, Fraction(charge.get("minimum", 0)))


class Waterfall:
    """An order on its way down. `cells` holds what is left of each line: a cell for every month of the term, and one for what is
    due once, which lies at the start; `left` is their sum once lines are rounded.
    """

    def __init__(self, book: Mapping, order: Mapping) -> None:
        self.book, self.order = book, order
        self.items = list(order["items"])
        self.quantity = {item: Fraction(order["items"][item]) for item in self.items}
        self.months = MONTHS[order["term"]]
        self.places = MINOR[book["book"]["currency"]]
        self.cells = {item: self._cells(item) for item in self.items}
        self.list = {item: sum(self.cells[item].values()) for item in self.items}
        self.spend = sum(self.list.values())
        self.coupons: list[Mapping] = []
        self._discount()
        self.left = {item: self._rounded("line", sum(cells.values())) for item, cells in self.cells.items()}
        for coupon in self.coupons:
            self._take(coupon)
        self._round_invoice()
        self.taxes = self._tax_inside() if book["book"]["prices_include_tax"] else self._tax_on_top()

    def _cells(self, item: str) -> dict[object, Fraction]:
        """Steps 2 to 4: the yearly price where the term is whole years, else the monthly one; what is due once."""
        prices = {entry["per"]: entry["items"][item] for entry in self.book["prices"] if item in entry["items"]}
        per, times = ("year", self.months // 12) if "year" in prices and self.months % 12 == 0 else ("month", self.months)
        recurring = self._rounded("charge", charge_amount(prices[per], self.quantity[item]) * times)
        cells: dict[object, Fraction] = dict.fromkeys(range(self.months), recurring / self.months)
        if "once" in prices:
            cells[ONCE] = self._rounded("charge", charge_amount(prices["once"], self.quantity[item]))
        return cells

    def _rounded(self, at: str, amount: Fraction) -> Fraction:
        for step in self.book["book"]["rounding"]:
            if step["at"] == at:
                return reference.rounded(amount, step.get("places", self.places), step["mode"])
        return amount

    def _discount(self) -> None:
        """Step 5: each stage works on what the one before left; the best of several is the one that leaves least in all."""
        discounts = self.book.get("discounts", {})
        for stage in self.book.get("discount_policy", ()):
            offers = []
            for name in stage["best_of"] if isinstance(stage, Mapping) else [stage]:
                after, coupon = self._offer(discounts[name])
                takes = min(self._amount(coupon), sum(sum(after[i].values()) for i in self._scope(coupon))) if coupon else 0
                offers.append((sum(sum(cells.values()) for cells in after.values()) - takes, after, coupon))
            _, self.cells, coupon = min(offers, key=lambda offer: offer[0])
            if coupon:
                self.coupons.append(coupon)

    def _offer(self, discount: Mapping) -> tuple[dict[str, dict], Mapping | None]:
        """What a discount would leave of every cell; an amount leaves all and is taken later."""
        if "amount_off" in discount:
            return self.cells, discount if discount["coupon"] in self.order.get("coupons", ()) else None
        segment = self.order["attributes"]["segment"]
        if discount.get("when", {}).get("segment", segment) != segment:
            return self.cells, None
        return {item: self._less(discount, item) if item in self._scope(discount) else self.cells[item] for item in self.items}, None

    def _less(self, discount: Mapping, item: str) -> dict[object, Fraction]:
        cells, benefit = self.cells[item], self._benefit(discount, item)
        first = MONTHS[discount["after"]] if "after" in discount else 0
        last = first + MONTHS[discount["lasts"]] if "lasts" in discount else self.months
        covered = [month for month in cells if (first == 0 if month is ONCE else first <= month < last)]
        if "fixed_price" in benefit:
            fixed = Fraction(benefit["fixed_price"]) * self.quantity[item]
            return cells | {month: min(cells[month], fixed) for month in covered if month is not ONCE}
        if "pay_for" in benefit:
            months = [month for month in covered if month is not ONCE]
            free = Fraction(len(months) // 12 * 2, len(months))  # 10 of every 12 months are paid, the rest of a term in full
            return cells | {month: cells[month] * (1 - free) for month in covered if month is not ONCE}
        return cells | {month: cells[month] * (1 - ratio(benefit["percent_off"])) for month in covered}

    def _benefit(self, discount: Mapping, item: str) -> Mapping:
        if "by" not in discount:
            return discount
        reached = {"term": self.months, "quantity": self.quantity[item], "spend": self.spend}[discount["by"]]
        tiers = [tier for tier in discount["tiers"] if MONTHS.get(tier["from"], tier["from"]) <= reached]
        return tiers[-1] if tiers else {"percent_off": "0%"}

    def _scope(self, discount: Mapping) -> list[str]:
        return [item for item in self.items if item in discount.get("items", self.items)]

    def _amount(self, coupon: Mapping) -> Fraction:
        return Fraction(coupon["amount_off"][self.book["book"]["currency"]])

    def _take(self, coupon: Mapping) -> None:
        """Step 7: a fixed amount, shared in whole minor units by what is left."""
        scope = self._scope(coupon)
        taken = min(self._amount(coupon), sum(self.left[item] for item in scope))
        self._share(scope, -taken)

    def _round_invoice(self) -> None:
        """Step 8: the rounded sum; a unit each for the first lines, where the difference is no more than that, else shared by what is left."""
        whole = sum(self.left.values())
        difference = self._rounded("invoice", whole) - whole
        owing = [item for item in self.items if self.left[item]]
        if 0 < difference * 10**self.places <= len(owing):
            # All lines are whole units: none has a larger remainder than another.
            for item in owing[: int(difference * 10**self.places)]:
                self.left[item] += Fraction(1, 10**self.places)
        else:
            self._share(self.items, difference)

    def _share(self, items: list[str], amount: Fraction) -> None:
        units = abs(amount) * 10**self.places
        assert units.denominator == 1
        for item, share in zip(items, reference.shares(int(units), [self.left[item] for item in items]), strict=True):
            self.left[item] += Fraction(share, 10**self.places) * (1 if amount > 0 else -1)

    def _effective(self, item: str) -> dict[str, Fraction]:
        """The taxes on an item, each as a share of the net amount: what it compounds on included."""
        rows = {row["tax"]: row for row in self.book["taxes"] if item in row.get("items", self.items)}
        rates = {row["tax"]: ratio(row["rate"]) for row in self.book["taxes"]}
        return {tax: rates[tax] * (1 + sum(rates[other] for other in row.get("compound_on", ()))) for tax, row in rows.items()}

    def _tax_on_top(self) -> dict[str, Fraction]:
        """Step 9: once for each tax, half-up where no step says otherwise."""
        owed: dict[str, Fraction] = {}
        for item in self.items:
            for tax, rate in self._effective(item).items():
                owed[tax] = owed.get(tax, Fraction(0)) + self.left[item] * rate
        return {tax: self._rounded_tax(amount) for tax, amount in owed.items()}

    def _rounded_tax(self, amount: Fraction) -> Fraction:
        if any(step["at"] == "tax" for step in self.book["book"]["rounding"]):
            return self._rounded("tax", amount)
        return reference.rounded(amount, self.places, "half-up")

    def _tax_inside(self) -> dict[str, Fraction]:
        """Step 9 with gross prices: lines with the same taxes together, what is in them shared by their rates."""
        groups: dict[tuple, Fraction] = {}
        for item in self.items:
            rates = tuple(self._effective(item).items())
            groups[rates] = groups.get(rates, Fraction(0)) + self.left[item]
        found: dict[str, Fraction] = {}
        for rates, gross in groups.items():
            rate = sum(share for _, share in rates)
            inside = self._rounded_tax(gross * rate / (1 + rate))
            units = 10 ** next((step.get("places", self.places) for step in self.book["book"]["rounding"] if step["at"] == "tax"), self.places)
            shares = reference.shares(int(inside * units), [share for _, share in rates]) if rates else []
            for (tax, _), share in zip(rates, shares, strict=True):
                found[tax] = found.get(tax, Fraction(0)) + Fraction(share, units)
        return found
