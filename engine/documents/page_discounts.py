"""The blocks of discounts that are not told as the price of a term, and of taxes."""

from engine.documents import page_blocks as blocks
from engine.documents.page_types import Block
from engine.documents.row_words import condition, whom
from engine.documents.teller import Teller, capital, sentences
from engine.model.policies import AmountOff, Benefit, FixedPrice, PayFor, PercentOff
from engine.sheet.view import DiscountView, ModeSheet, SheetView, TaxView
from engine.values.exact import Number, negate
from engine.values.periods import Duration


def discount_blocks(t: Teller, view: SheetView) -> list[Block]:
    """Discounts that are not already told as the price of terms, and taxes in force."""
    shown = {mode.term_discount for mode in view.modes if shows_terms(mode)}
    points = [_discount(t, one, view) for one in view.discounts if one.id not in shown]
    found: list[Block] = [blocks.policy("", points=points)] if points else []
    taxes = [_tax(t, tax) for tax in view.taxes]
    return [*found, blocks.policy(t.say("Taxes"), points=taxes)] if taxes else found


def shows_terms(mode: ModeSheet) -> bool:
    """Whether the mode's section shows what its terms cost: some term costs less than its months."""
    return any(row.discount for row in mode.terms_table)


def _discount(t: Teller, one: DiscountView, view: SheetView) -> str:
    title = t.text(one.title) or one.id
    told = [t.say("%(title)s: %(benefit)s.", title=title, benefit=_benefits(t, one))]
    if one.conditions.when:
        told.append(t.say("Only for %(whom)s.", whom=condition(t, one.conditions.when)))
    if one.coupon:
        told.append(t.say("With its coupon, once an order.") if one.lasts == "once" else t.say("With its coupon."))
    elif one.lasts == "once":
        told.append(t.say("With the purchase, not with renewals."))
    if one.modes and len(one.modes) < len(view.modes):
        told.append(t.say("In %(modes)s.", modes=t.f.list(map(t.mode, one.modes))))
    if one.items:
        told.append(t.say("On %(items)s.", items=t.f.lowered(t.f.titles(map(t.item, one.items)))))
    told += time_limits(t, one, view)
    if one.best_of:
        named = [t.text(t.names.discounts[other]) or other for other in one.best_of if other in t.names.discounts]
        others = t.f.either(t.say_in("quoted", "“%(title)s”", title=title) for title in named)
        told.append(t.say("Not together with %(others)s: the better one counts.", others=others))
    return sentences(told)


def time_limits(t: Teller, one: DiscountView, view: SheetView) -> list[str]:
    """From when, how long and until when a discount is given; nothing where it always is."""
    told = [t.say("From %(after)s after the start.", after=t.f.duration(one.after))] if one.after is not None else []
    if isinstance(one.lasts, Duration):
        told.append(t.say("For %(length)s.", length=t.f.duration(one.lasts)))
    elif one.coupon and one.lasts == "forever":
        told.append(t.say("With renewals too."))
    return [*told, _dates(t, one, view)]


def _dates(t: Teller, one: DiscountView, view: SheetView) -> str:
    start, end = one.conditions.effective, one.conditions.until
    later = start if start is not None and start > view.header.at else None
    if later is not None and end is not None:
        return t.say("From %(start)s until %(end)s.", start=t.day(later), end=t.last_day(end))
    if later is not None:
        return t.say("From %(start)s.", start=t.day(later))
    return t.say("Until %(end)s.", end=t.last_day(end)) if end is not None else ""


def _benefits(t: Teller, one: DiscountView) -> str:
    if one.benefit is not None:
        return _benefit(t, one.benefit)
    return t.f.row(t.say("%(benefit)s from %(start)s", benefit=_benefit(t, tier.benefit), start=_start(t, one, tier.start)) for tier in one.tiers)


def _start(t: Teller, one: DiscountView, start: Duration | Number) -> str:
    if isinstance(start, Duration):
        return t.f.duration(start)
    return t.f.money(start, t.currency) if one.by == "spend" else t.f.number(start)


def _benefit(t: Teller, benefit: Benefit) -> str:
    match benefit:
        case PercentOff(ratio):
            return t.f.percent(negate(ratio))
        case AmountOff(amounts):
            return t.say("%(amount)s off", amount=t.f.either(t.f.money(amount, currency) for currency, amount in amounts.by_currency.items()))
        case PayFor(pay_for, every):
            return t.say("pay for %(paid)s of every %(every)s", paid=t.f.duration(pay_for), every=t.f.duration(every))
        case FixedPrice(unit_prices):
            prices = t.f.either(t.f.money(amount, currency) for currency, amount in unit_prices.by_currency.items())
            return t.say("a fixed price of %(price)s each", price=prices)
    raise TypeError(f"no such benefit: {benefit!r}")


def _tax(t: Teller, tax: TaxView) -> str:
    title = t.text(tax.title) or t.text(t.names.taxes[tax.tax]) if tax.tax in t.names.taxes else tax.tax
    rate = t.f.percent(tax.rate)
    # A title that says why nothing is due stands apart from its rate.
    named = t.f.taxed(title or tax.tax, rate) if tax.rate else t.f.row([title or tax.tax, rate])
    told = [t.say("%(title)s: %(benefit)s.", title=capital(whom(t, tax.when)), benefit=named) if tax.when else t.sentence(named)]
    if tax.items:
        told.append(t.say("On %(items)s.", items=t.f.lowered(t.f.titles(map(t.item, tax.items)))))
    if tax.compound_on:
        taxes = t.f.list(t.text(t.names.taxes[one]) or one if one in t.names.taxes else one for one in tax.compound_on)
        told.append(t.say("Computed on the price with %(taxes)s.", taxes=taxes))
    return sentences(told)
