"""The later events of a quoted order (spec changes, unsubscription, renewals, switch): as data, and as rows that every view prints.

Source: rule language, section 4, Quote: each is there only where the order names it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.documents.quote_words import Telling, changed_sides, changed_words, days_left, spec_title
from engine.model.book import PriceBook
from engine.model.facts import StepFacts
from engine.model.quotes import ChangeLine, Quote, QuotedChange, QuotedRenewal, QuotedUnsubscription, QuoteLine, RemainingTime, Totals
from engine.model.trace import TraceStep, known
from engine.values.exact import ONE, ZERO, Number, add, negate, plain, subtract
from engine.values.periods import written_instant

Data = dict[str, object]
LineData = Callable[[QuoteLine], Data]
TraceData = Callable[[tuple[TraceStep, ...]], Data]
TotalsData = Callable[[Totals], Data]


def events_data(quote: Quote, book: PriceBook, places: int, line_data: LineData, trace_data: TraceData, totals_data: TotalsData) -> Data:
    """The keys that later events add to the JSON of a quote; amounts have at least `places` decimals."""

    def money(value: Number | None) -> str | None:
        return None if value is None else plain(value, places)

    def change_line(line: ChangeLine) -> Data:
        left = line.remaining
        remaining = {"value": plain(left.value), "unit": left.unit, "convention": left.convention} if left else None
        return {
            "item": line.item, "spec": line.spec, "quantity": plain(line.quantity), "unit": line.unit, "direction": line.direction,
            "takes_effect": line.takes_effect, "remaining": remaining, "amount": money(line.amount), "trace": trace_data(line.trace),
        }  # fmt: skip

    data: Data = {}
    if quote.changes is not None:
        data["changes"] = [
            {
                "date": day_text(each.at, book), "charge": money(each.charge), "refund": money(each.refund), "tax": money(each.tax),
                "lines": [change_line(line) for line in each.lines],
                **({} if each.expires is None else {"expires": day_text(each.expires, book)}),
            }
            for each in quote.changes
        ]  # fmt: skip
    if quote.unsubscription is not None:
        end = quote.unsubscription
        told = {"consumed": money(end.consumed), "fee": money(end.fee), "refund": money(end.refund), "tax": money(end.tax)}
        data["unsubscription"] = {"date": day_text(end.at, book), **told, "trace": trace_data(end.trace)}
    if quote.renewals is not None:
        data["renewals"] = [
            {
                "date": day_text(each.at, book), "from": day_text(_begin(each.start), book), "expires": day_text(each.expires, book),
                "lines": [line_data(line) for line in each.lines], "totals": totals_data(each.totals),
            }
            for each in quote.renewals
        ]  # fmt: skip
    if quote.switch is not None:
        switch = quote.switch
        data["switch"] = {"date": day_text(switch.at, book), "to": switch.to, "effective": day_text(_begin(switch.effective), book)}
    return data


def _begin(end: date | datetime) -> date | datetime:
    """When what follows a term begins: a last day belongs to the term to its end, so on the day after it."""
    return end if isinstance(end, datetime) else end + timedelta(days=1)


def day_text(at: date | datetime, book: PriceBook) -> str:
    """A day, or an instant of the book's zone: its day alone where it begins one."""
    return written_instant(at, book.zone) if isinstance(at, datetime) else at.isoformat()


@dataclass(frozen=True, slots=True)
class EventRow:
    """A row of an event: what, in which words, and an amount (empty: none); `total` sums the event up."""

    name: str
    words: str = ""
    amount: str = ""
    total: bool = False


def event_blocks(quote: Quote, telling: Telling) -> list[tuple[str, list[EventRow]]]:
    """Title and rows of every later event, in the order in which they were asked for."""
    blocks = [_change(each, telling) for each in quote.changes or ()]
    blocks += [_renewal(each, telling) for each in quote.renewals or ()]
    if quote.switch is not None:
        to = telling.book.billing_modes[quote.switch.to]
        title = telling.say("Switch on %(date)s", date=telling.day(quote.switch.at))
        name = telling.words.text(to.title, telling.book.language) or to.id
        blocks.append((title, [EventRow(name, telling.say("from %(start)s", start=telling.day(_begin(quote.switch.effective))))]))
    if quote.unsubscription is not None:
        blocks.append(_unsubscription(quote.unsubscription, telling))
    return blocks


def before_and_after(change: QuotedChange, telling: Telling) -> list[tuple[str, str, str]]:
    """Each item that a change reaches, with what there was of it and what there is then."""
    rows = []
    for line in change.lines:
        facts = next((step.facts for step in line.trace if step.kind == "change-of"), None)
        if facts is not None:
            rows.append((_item(line.item, telling), *changed_sides(facts, line.item, line.unit, telling)))
    return rows


def lone_event(quote: Quote, telling: Telling) -> tuple[str, str, datetime] | None:
    """Title of the one event that is all of a quote, what it comes to in a sentence, the sum first, and when it is. None of any other quote."""
    events = (*(quote.changes or ()), *(quote.renewals or ()), *((quote.unsubscription,) if quote.unsubscription else ()))
    if quote.lines or len(events) != 1 or quote.switch is not None:
        return None
    ((title, rows),) = event_blocks(quote, telling)
    event = events[0]
    match event:
        case QuotedChange():
            back = event.refund is not None
            sum_ = add(event.refund if event.refund is not None else event.charge or ZERO, event.tax)
            items = rows[: len(event.lines)]
            alone = telling.words.words.pgettext("change", "%(item)s %(what)s", item=items[0].name, what=items[0].words)
            what = alone if len(items) == 1 else telling.words.list(row.name for row in items)
        case QuotedRenewal():
            back, sum_ = False, add(event.totals.net, event.totals.tax)
            what = telling.say("from %(start)s to %(end)s", start=telling.day(_begin(event.start)), end=telling.day(event.expires))
        case _:
            back, sum_, what = True, add(event.refund, event.tax), title
    amount = telling.words.money(sum_, quote.currency)
    if not sum_:
        return title, telling.say("Nothing is to be paid: %(what)s.", what=what), event.at
    values = {"amount": amount, "what": what}
    said = telling.say("You get %(amount)s back: %(what)s.", **values) if back else telling.say("Pay %(amount)s: %(what)s.", **values)
    return title, said, event.at


def _item(name: str, telling: Telling) -> str:
    return telling.words.text(telling.book.items[name].title, telling.book.language) or name


def _change(change: QuotedChange, telling: Telling) -> tuple[str, list[EventRow]]:
    rows = []
    for line in change.lines:
        itself: StepFacts = {"quantity": line.quantity, "spec": line.spec}
        changed = next((step.facts for step in line.trace if step.kind == "change-of"), itself)
        words = [changed_words(changed, line.item, line.unit, telling)]
        if line.remaining:
            words.append(_remaining(line, line.remaining, telling))
            words += _discount(line, telling)
        if line.takes_effect == "next-renewal":
            words.append(telling.say("at the next renewal"))
        rows.append(EventRow(_item(line.item, telling), telling.words.row(words), telling.amount(line.amount)))
    label, net = (telling.say("To pay"), change.charge) if change.refund is None else (telling.say("Paid back"), change.refund)
    rows += _settled(label, known(net), change.tax, telling)
    if change.expires is not None:
        rows.append(EventRow(telling.say("Paid until"), telling.day(change.expires)))
    return telling.say("Change on %(date)s", date=telling.day(change.at)), rows


def _discount(line: ChangeLine, telling: Telling) -> list[str]:
    """The discount of the side that counts, where there is one: `17% discount kept`."""
    steps = [each for step in line.trace for each in step.children if each.kind in ("new-state", "credit")]
    found = {each.facts["factor"] for each in steps if "factor" in each.facts}
    if len(found) != 1 or found == {1}:
        return []
    percent = telling.words.percent(subtract(ONE, found.pop()))
    kept = any(step.facts.get("discount") in ("as-ordered", "on-difference") for step in line.trace if step.kind == "change")
    return [telling.say("%(percent)s discount kept", percent=percent) if kept else telling.say("%(percent)s discount", percent=percent)]


def _remaining(line: ChangeLine, left: RemainingTime, telling: Telling) -> str:
    """How much of the term is left: `91 of 365 days left`, `2.5 months remain`."""
    counted = [each.facts for step in line.trace for each in step.children if each.kind == "remaining"]
    days = days_left(counted[0]) if len(counted) == 1 else None
    if days is not None:
        return telling.say("%(days)s of 365 days left", days=telling.words.number(days))
    value, unit = left.value, left.unit
    if unit != "terms":
        return telling.say("%(time)s remain", time=telling.words.time(value, unit.removesuffix("s")))
    return telling.say("%(share)s of the term remain", share=telling.words.number(value))


def _renewal(renewal: QuotedRenewal, telling: Telling) -> tuple[str, list[EventRow]]:
    rows = [EventRow(_item(line.item, telling), spec_title(line, telling.book, telling.words), telling.amount(line.amount)) for line in renewal.lines]
    dates = telling.say("from %(start)s to %(end)s", start=telling.day(_begin(renewal.start)), end=telling.day(renewal.expires))
    rows += _settled(telling.say("Total"), renewal.totals.net, renewal.totals.tax, telling, dates)
    return telling.say("Renewal on %(date)s", date=telling.day(renewal.at)), rows


def _unsubscription(end: QuotedUnsubscription, telling: Telling) -> tuple[str, list[EventRow]]:
    capped = any("at_least" in step.facts for step in end.trace)
    kept = telling.say("at most what is unused: %(amount)s", amount=telling.amount(end.fee_due)) if capped else ""
    rows = [
        EventRow(telling.say("Paid"), "", telling.amount(end.paid)),
        EventRow(telling.say("Consumed"), "", telling.amount(negate(end.consumed))),
        EventRow(telling.say("Fee"), kept, telling.amount(negate(end.fee))),
        *_settled(telling.say("Paid back"), end.refund, end.tax, telling, telling.say("never below zero") if capped else ""),
    ]
    return telling.say("Cancellation on %(date)s", date=telling.day(end.at)), rows


def _settled(label: str, net: Number, tax: Number, telling: Telling, words: str = "") -> list[EventRow]:
    """What the event comes to: one sum where nothing is taxed, else the net amount, its tax and both together."""
    if not tax:
        return [EventRow(label, words, telling.amount(net), True)]
    before = telling.words.row([telling.say("Total"), telling.say("before tax")])
    return [
        EventRow(before, words, telling.amount(net)),
        EventRow(telling.say("Tax"), "", telling.amount(tax)),
        EventRow(label, "", telling.amount(add(net, tax)), True),
    ]
