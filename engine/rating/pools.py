"""What several subscriptions of an account use together: on whose bill it stands, and when each of them was first used.

Contract: an engine adds it up on the line of the first subscription; it is charged to the first one with a record of it before the period is over,
as the interpreter does.
"""

from collections.abc import Iterable
from datetime import datetime

from engine.pricing.windows import window_of
from engine.rating.parameters import Owner, Parameters
from engine.rating.plan import Thing
from engine.rating.sums import OWN, SumRow
from engine.values.microseconds import in_microseconds, instant_at


class Pools:
    """The pools of a rating, by the rows that an engine answers."""

    def __init__(self, parameters: Parameters, rows: Iterable[SumRow]) -> None:
        self._parameters, self._count = parameters, len(parameters.things)
        self._members: dict[int, list[int]] = {}
        for owner in parameters.owners if parameters.pools else ():
            self._members.setdefault(owner.pool, []).append(owner.number)
        self._first: dict[int, datetime] = {}
        self._own = {sums.line: sums.first_at for sums in rows if sums.template == OWN and sums.first_at is not None} if self._members else {}

    def charged(self, line: int, owner: Owner) -> Owner:
        """The subscription that is charged for what stands on a line of the owner's."""
        thing = self._parameters.things[line % self._count]
        if not self._is_pooled(thing, owner):
            return owner
        end = in_microseconds(thing.plan.frame[1])
        # Whoever used the item in any spec, and under any attributes, is among those whose use is added up.
        alike = [each.number for each in self._parameters.things if each.plan is thing.plan]
        used = (number for number in self._members[owner.number] for each in alike if self._own.get(number * self._count + each, end) < end)
        return self._parameters.owners[next(used, owner.number)]

    def first_of_run(self, owner: Owner, rows: Iterable[SumRow]) -> datetime:
        """When the use of the first window with a record of a subscription began; `rows` are those of its own lines."""
        known = self._first.get(owner.number)
        if known is None:
            earliest: dict[int, int] = {}
            for sums in rows:
                number = sums.line % self._count
                if sums.first_at is not None and (sums.template == OWN) == self._is_pooled(self._parameters.things[number], owner):
                    earliest[number] = min(sums.first_at, earliest.get(number, sums.first_at))
            known = self._first[owner.number] = min(self._begin(self._parameters.things[number], at) for number, at in earliest.items())
        return known

    def _is_pooled(self, thing: Thing, owner: Owner) -> bool:
        return thing.plan.meter.over == "account" and len(self._members.get(owner.pool, ())) > 1

    def _begin(self, thing: Thing, first_at: int) -> datetime:
        at, kind = instant_at(first_at), thing.plan.meter.window
        return at if kind == "period" else window_of(kind, at, self._parameters.book.zone)[0]
