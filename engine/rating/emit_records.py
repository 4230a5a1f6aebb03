"""The first part of a plan's SQL: from records to windows, each with what is metered in it.

Contract: every record gets one number, of its line and its window; what is grouped is that number. Windows of levels that last are told as
runs: those with records of their own one by one, those without as many as there are.
"""

import itertools
from collections.abc import Sequence

from engine.model.book import Meter
from engine.pricing.measures import lasts
from engine.rating.dialects import Dialect, remainder
from engine.rating.numbers import RecordRule
from engine.rating.parameters import Parameters
from engine.rating.plan import Calendar, Thing
from engine.rating.templates import counted_records
from engine.values.microseconds import in_microseconds

Relations = dict[str, str]
"""Relations by name, each with its SQL, in an order in which each reads those before it."""


class Records:
    """The relations `records` and `metered` of some things."""

    def __init__(self, parameters: Parameters, dialect: Dialect, things: Sequence[Thing], dropped: bool) -> None:
        self._parameters, self._dialect, self._things, self._dropped = parameters, dialect, things, dropped
        # Numbers of windows begin at -1: one more makes them numbers from 0 to before the width.
        self.width = max(thing.plan.calendar.count for thing in parameters.things) + 2

    # --- records ------------------------------------------------------------------------------------------------------------------

    def records(self, until: bool = False, apart: bool = False, own: bool = False) -> str:
        """Each record with the `number` of its line and window as one (or both `apart`), when it `happened`, its `quantity`, and perhaps the end
        of its use, and the line that it would have of its own.
        """
        window = self.by_thing([self._number(thing.plan.calendar, "u.at") for thing in self._things], "t.thing")
        counted = [self._value(thing.plan.meter) for thing in self._things]
        line = self._line(self._owner())
        columns = [
            *((f"{line} AS line", f"{window} AS w") if apart else (f"{line} * {self.width} + {window} + 1 AS number",)),
            "u.at AS happened",
            f"{self._quantity()} AS quantity",
            *(["o.until AS until"] if until else []),
            *([f"{self._line('o.owner')} AS own"] if own else []),
            *([f"{self.by_thing(counted, 't.thing')} AS value"] if any(each != "NULL" for each in counted) else []),
        ]
        return self._read(columns)

    def _read(self, columns: Sequence[str]) -> str:
        """Every record with whose it is (`o`) and what it is of (`t`)."""
        wanted = ["t.mode = o.mode", "t.item = u.item"]
        if any(thing.spec for thing in self._parameters.things):
            wanted.append(self._dialect.same("t.spec", "u.spec"))
        wanted += [self._dialect.same(f"t.a{place}", self._attribute(name)) for place, name in enumerate(self._parameters.attributes)]
        if len(self._things) < len(self._parameters.things):
            wanted.append(f"t.thing IN ({', '.join(str(thing.number) for thing in self._things)})")
        text = (
            f"SELECT {', '.join(columns)}\nFROM usage u\n"
            "JOIN owners o ON o.account = u.account AND o.subscription = u.subscription AND u.at >= o.begun AND u.at < o.until\n"
            f"JOIN things t ON {' AND '.join(wanted)}"
        )
        if self._dropped:
            text += "\nWHERE NOT EXISTS (SELECT 1 FROM dropped d WHERE d.file = u.file AND d.row = u.row)"
        return text

    def _line(self, owner: str) -> str:
        return f"({owner} * {len(self._parameters.things)} + t.thing)"

    def _owner(self) -> str:
        """On whose line a record counts: where subscriptions are added up on that of the first."""
        if not self._parameters.pools:
            return "o.owner"
        return self.by_thing(["o.pool" if thing.plan.meter.over == "account" else "o.owner" for thing in self._things], "t.thing")

    def levels(self) -> Relations:
        """The relation `records` of levels that last, until the end of their use; where subscriptions are added up each is the sum of what they hold then."""
        if not self._parameters.pools or all(thing.plan.meter.over != "account" for thing in self._things):
            return {"records": self.records(until=True)}
        line = self._line_and_window()[0]
        closes = self.by_thing([str(in_microseconds(thing.plan.calendar.end)) for thing in self._things], self._thing(line))
        # All of a pool run at the same times: a stop ends what each of them holds.
        before = "lag(quantity) OVER (PARTITION BY own, stop ORDER BY happened, quantity)"
        held = f"{self._dialect.total('change')} OVER (PARTITION BY {line}, stop ORDER BY happened)"
        return {
            "delivered": self.records(until=True, own=True),
            "stopped": f"SELECT *, least(until, {closes}) AS stop\nFROM delivered",
            "changes": f"SELECT *, quantity - coalesce({before}, 0) AS change\nFROM stopped",
            "records": f"SELECT number, happened, stop AS until, {self._dialect.narrow(held)} AS quantity\nFROM changes",
        }

    def begun(self) -> str:
        """Of each subscription whose usage is added to that of others when its own first record was, by the number of its own line."""
        rows = self._read([f"{self._line('o.owner')} AS line", "u.at AS happened"])
        return f"SELECT line, min(happened) AS first_at\nFROM ({rows}) r\nGROUP BY line"

    def _attribute(self, name: str) -> str:
        """The attribute of a record of an item that it keeps apart; none for any other item."""
        column = f"u.{self._dialect.name(name)}"
        items = {thing.plan.item.id: name in thing.plan.apart for thing in self._parameters.things}
        if all(items.values()):
            return column
        listed = ", ".join(self._dialect.text(item) for item, apart in items.items() if apart)
        return f"CASE WHEN u.item IN ({listed}) THEN {column} END"

    def _value(self, meter: Meter) -> str:
        """The attribute of a record of which different values are counted."""
        return f"u.{self._dialect.name(meter.of)}" if meter.measure == "unique" and meter.of is not None else "NULL"

    def _quantity(self) -> str:
        """A record's quantity as it counts by the meter's rules for each record."""
        book, extent = self._parameters.book, self._parameters.extent
        return self.by_thing([self._counted_as(counted_records(book, thing.plan, extent)[0]) for thing in self._things], "t.thing")

    def _counted_as(self, rule: RecordRule) -> str:
        text = "u.quantity" if rule.times == 1 else f"{rule.times} * u.quantity"
        if rule.divisor != 1:
            text = self._dialect.quotient(f"{text} + {rule.added}", str(rule.divisor))
        return text if not rule.least else f"CASE WHEN u.quantity = 0 THEN 0 ELSE greatest({text}, {rule.least}) END"

    def by_thing(self, texts: Sequence[str], thing: str) -> str:
        """One expression for all things, or the one of each."""
        if len(set(texts)) == 1:
            return texts[0]
        numbers = {text: ", ".join(str(each.number) for each, own in zip(self._things, texts, strict=True) if own == text) for text in texts}
        return f"CASE {' '.join(f'WHEN {thing} IN ({own}) THEN {text}' for text, own in numbers.items())} END"

    # --- where windows lie --------------------------------------------------------------------------------------------------------

    def _number(self, calendar: Calendar, at: str) -> str:
        """The number of the window that holds an instant."""
        first, end, extent = in_microseconds(calendar.starts[0]), in_microseconds(calendar.end), self._parameters.extent
        texts = [f"{number} + {self._dialect.quotient(f'{at} - {start}', str(length))}" for start, length, number in lengths_of(calendar)]
        inside = self._by_length(calendar, texts, at, 0)
        cases = [f"WHEN {at} < {first} THEN -1"] if extent.least < first else []
        cases += [f"WHEN {at} >= {end} THEN {calendar.count}"] if extent.last >= end or at != "u.at" else []
        return f"CASE {' '.join(cases)} ELSE {inside} END" if cases else inside

    def _start(self, calendar: Calendar, number: str) -> str:
        """When the window with a number begins."""
        texts = [f"{start} + ({number} - {first}) * {length}" for start, length, first in lengths_of(calendar)]
        return self._by_length(calendar, texts, number, 2)

    def _by_length(self, calendar: Calendar, texts: Sequence[str], value: str, part: int) -> str:
        """Windows of one length after each other are counted by it; where it changes, as on days of a clock change, another count begins."""
        cases = [f"WHEN {value} < {after[part]} THEN {text}" for after, text in zip(lengths_of(calendar)[1:], texts, strict=False)]
        return f"CASE {' '.join(cases)} ELSE {texts[-1]} END" if cases else texts[0]

    # --- windows ------------------------------------------------------------------------------------------------------------------

    def metered(self) -> Relations:
        """The relation `metered`: runs of windows by line, from number `w` to before `after`, of a quantity each; and its `records`."""
        if lasts(self._things[0].plan.meter):
            return self._held()
        measures = {thing.plan.meter.measure for thing in self._things}
        columns = ["number", f"{self._all_counted()} AS records", "min(happened) AS first_at", *self._measured(measures)]
        line, w = self._line_and_window()
        metered = self.by_thing([_column(thing.plan.meter) for thing in self._things], self._thing(self._dialect.quotient("number", str(self.width))))
        return {
            "records": self.records(),
            "windows": f"SELECT {', '.join(columns)}\nFROM records\nGROUP BY number",
            "metered": f"SELECT {line} AS line, {w} AS w, {w} + 1 AS after, records, first_at, {metered} AS metered\nFROM windows",
        }

    def _measured(self, measures: set[str]) -> list[str]:
        """What is measured of each window, by the measures of all things."""
        kept = {
            "max": "max(quantity) AS top",
            "min": "min(quantity) AS bottom",
            "sum": f"{self._dialect.narrow(self._dialect.total('quantity'))} AS whole",
            "count": "count(*) AS counted",
            "unique": "count(DISTINCT value) AS different",
            "last": f"{self._dialect.of_last('quantity', ('happened', 'quantity'))} AS latest",
        }
        return [text for name, text in kept.items() if name in measures]

    def _line_and_window(self) -> tuple[str, str]:
        return self._dialect.quotient("number", str(self.width)), f"({remainder('number', str(self.width))} - 1)"

    def _thing(self, line: str) -> str:
        """The number of the thing of a line."""
        return remainder(line, str(len(self._parameters.things)))

    def _counted(self, line: str) -> str:
        """Whether a record is among those that its line is made of (1): where a window may reach over what is billed only one inside."""
        texts = []
        for thing in self._things:
            start, end = map(in_microseconds, thing.plan.owed)
            before = f"happened < {end}" if lasts(thing.plan.meter) else f"happened >= {start} AND happened < {end}"
            texts.append("1" if thing.plan.aligned else f"CASE WHEN {before} THEN 1 ELSE 0 END")
        return self.by_thing(texts, self._thing(line))

    def _all_counted(self) -> str:
        """How many records a window adds to those that its line is made of."""
        return self._all_of(self._dialect.quotient("number", str(self.width)))

    def _all_of(self, line: str) -> str:
        one = self._counted(line)
        return "count(*)" if one == "1" else self._dialect.narrow(self._dialect.total(one))

    def one_by_one(self, further: Sequence[str] = ()) -> Relations:
        """The relation `metered` with each record in place of a window, and perhaps further columns."""
        columns = ", ".join(("line", "w", "happened AS first_at", "quantity AS metered", *further))
        return {"records": self.records(apart=True), "metered": f"SELECT {columns}\nFROM records"}

    def shares(self) -> dict[str, str]:
        """What a record adds to its window, where that is not its quantity, and to the records of its line, where that is not 1."""
        share = self.by_thing(["1" if thing.plan.meter.measure == "count" else "quantity" for thing in self._things], self._thing("line"))
        texts = {"share": (share, "quantity"), "records": (self._counted("line"), "1")}
        return {name: text for name, (text, plain) in texts.items() if text != plain}

    # --- levels that last ---------------------------------------------------------------------------------------------------------

    def _held(self) -> Relations:
        """Levels from record to record: each window with records, and after it as many without as the level goes on for.

        What came before the period is a window of its own, -1, of which only the last level matters. At one instant the larger level counts.
        """
        measures = {thing.plan.meter.measure for thing in self._things} | {"last"}
        columns = ["number", "count(*) AS records", "min(happened) AS first_at", "max(happened) AS last_at", "max(until) AS until", *self._measured(measures)]
        source, counted = "records", self._all_counted()
        columns[1] = f"{counted} AS records"
        found = self.levels()
        if "min" in measures:
            found["instants"] = (
                f"SELECT number, happened, max(until) AS until, max(quantity) AS quantity, {counted} AS together\nFROM records\nGROUP BY number, happened"
            )
            source, columns[1] = "instants", f"{self._dialect.narrow(self._dialect.total('together'))} AS records"
        line, w = self._line_and_window()
        thing = self._thing("line")
        over = "OVER (PARTITION BY line ORDER BY w)"
        begins = self.by_thing([self._start(thing.plan.calendar, "w") for thing in self._things], thing)
        kept = {"max": "greatest(top, carried)", "min": "least(bottom, carried)", "last": "latest"}
        reached = self.by_thing([kept[thing.plan.meter.measure] for thing in self._things], thing)
        alone = self.by_thing([_column(thing.plan.meter) for thing in self._things], thing)
        goes_on = self.by_thing([f"{self._number(thing.plan.calendar, 'until - 1')} + 1" for thing in self._things], thing)
        count = self.by_thing([str(thing.plan.calendar.count) for thing in self._things], thing)
        return found | {
            "windows": f"SELECT {', '.join(columns)}\nFROM {source}\nGROUP BY number",
            "placed": f"SELECT *, {line} AS line, {w} AS w\nFROM windows",
            "followed": (
                f"SELECT *, lag(latest) {over} AS carried, lag(until) {over} AS carried_until, lead(w) {over} AS following, {begins} AS begins\nFROM placed"
            ),
            "metered": (
                # A level that was held reaches into the window where it ends after its begin.
                "SELECT line, w, w + 1 AS after, records, first_at,\n"
                f"CASE WHEN carried IS NOT NULL AND first_at > begins AND carried_until > begins THEN {reached} ELSE {alone} END AS metered\nFROM followed\n"
                "UNION ALL\n"
                "SELECT line, w, after, 0, NULL, latest\n"
                f"FROM (SELECT line, w + 1 AS w, latest, least(coalesce(following, {count}), {goes_on}, {count}) AS after FROM followed) r\nWHERE after > w"
            ),
        }


def lengths_of(calendar: Calendar) -> list[tuple[int, int, int]]:
    """Runs of windows of one length: when the first begins, how long each is, and its number."""
    if calendar.kind == "hour":
        return [(in_microseconds(calendar.starts[0]), HOUR, 0)]
    runs: list[tuple[int, int, int]] = []
    for number, (start, end) in enumerate(itertools.pairwise(in_microseconds(start) for start in calendar.starts)):
        if not runs or runs[-1][1] != end - start:
            runs.append((start, end - start, number))
    return runs


HOUR = 3_600_000_000


def _column(meter: Meter) -> str:
    """The column of a window that a meter's measure is."""
    return {"max": "top", "min": "bottom", "sum": "whole", "last": "latest", "count": "counted", "unique": "different"}[meter.measure]
