"""What a price sheet says of commitments: the least that is paid in a mode, for what, and what becomes of a part of the time."""

from collections.abc import Iterator

from engine.documents.policy_words import convention
from engine.documents.sheet_words import Teller, sentences, whom
from engine.sheet.view import CommitmentView, ModeSheet


def shortfall_named(t: Teller, commitment: str) -> str:
    """What the line that makes a commitment up is called."""
    title = t.text(t.names.commitments[commitment])
    return t.say("Shortfall: %(commitment)s", commitment=title) if title else t.say("Shortfall of the least amount")


def commitment_words(t: Teller, mode: ModeSheet) -> list[str]:
    """A sentence or a few for each commitment of the mode."""
    return [_told(t, each) for each in mode.commitments]


def _told(t: Teller, one: CommitmentView) -> str:
    told = sentences([*_rules(t, one)])
    who = whom(t, one.when) if one.when else ""
    return t.say("%(items)s: %(notes)s", items=who, notes=told) if who else told


def _rules(t: Teller, one: CommitmentView) -> Iterator[str]:
    amount = t.f.money(one.amount, t.currency)
    match one.every:
        case "month":
            yield t.say("At least %(amount)s is owed for each calendar month; what use and fees lack of it is charged with its last bill.", amount=amount)
        case "year":
            yield t.say("At least %(amount)s is owed for each calendar year; what use and fees lack of it is charged with its last bill.", amount=amount)
        case _:
            yield t.say("At least %(amount)s is owed for each term; what use and fees lack of it is charged with its last bill.", amount=amount)
    if one.items:
        yield t.say("Only %(items)s count for it.", items=t.f.titles(map(t.item, one.items)))
    yield t.say("List amounts count.") if one.of == "list" else t.say("Amounts after discounts in percent count.")
    if one.stub is None:
        yield t.say("A part of the time counts whole.")
    else:
        yield t.say("A part of the time is counted %(how)s.", how=convention(t, one.stub))
    if one.like_named:
        yield t.say("What is missing is taxed like %(item)s.", item=t.item(one.like))
