"""A plan as SQL: records to windows, windows to what each is charged for, and these to sums.

Contract: the relations that it reads are `usage`, `dropped` (records that do not count), and the plan's own `owners`, `things`, `lines` and
`rates`; every expression is one of whole numbers. Engines differ in what a `Dialect` says.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.model.book import Meter
from engine.rating.dialects import Dialect
from engine.rating.numbers import Division, RecordRule, WholeBand
from engine.rating.parameters import Parameters, WindowRate, counted_records
from engine.rating.plan import Calendar, micros

HOUR = 3_600_000_000
OUTPUT = (
    "line", "template", "band", "windows", "quantity", "highest", "metered", "highest_metered", "records", "first_at",
    "first_window", "last_window", "first_quantity", "packages", "amount",
)  # fmt: skip
"""The columns of a plan's answer, a row for each line, template and band."""


@dataclass(frozen=True, slots=True)
class Emitted:
    """The SQL of a plan, and the columns of the rates that differ from one to another, with their rows."""

    sql: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]


def emit(parameters: Parameters, dialect: Dialect, dropped: bool) -> Emitted:
    """The plan's one query; `dropped`: there are records that do not count."""
    return _Emitter(parameters, dialect, dropped).emitted()


class _Emitter:
    def __init__(self, parameters: Parameters, dialect: Dialect, dropped: bool) -> None:
        self._parameters, self._dialect, self._dropped = parameters, dialect, dropped
        self._rates = _Columns(parameters.rates)
        self._packs = any(band.packages for rate in parameters.rates if rate.whole for band in rate.whole.bands)
        self._rounds = any(rate.whole is not None and rate.whole.division is not None for rate in parameters.rates)
        self._once = any(template.segment.once for template in parameters.templates)
        # Numbers of windows begin at -1: one more makes them numbers from 0 on.
        self._width = max(thing.plan.calendar.count for thing in parameters.things) + 2

    def emitted(self) -> Emitted:
        parts = {"records": self._records(), "windows": self._windows(), "rounded": self._rounded(), "banded": self._banded(), "charged": self._charged()}
        described = ",\n".join(f"{name} AS (\n{text}\n)" for name, text in parts.items())
        return Emitted(f"WITH {described}\n{self._sums()}", self._rates.columns, self._rates.rows)

    # --- from records to windows --------------------------------------------------------------------------------------------------

    def _records(self) -> str:
        """Each record with the number of its series and window as one, so that what is grouped is a number."""
        things = self._parameters.things
        wanted = ["t.mode = o.mode", "t.item = u.item"]
        if any(thing.spec for thing in things):
            wanted.append(self._dialect.same("t.spec", "u.spec"))
        wanted += [self._dialect.same(f"t.a{place}", self._attribute(name)) for place, name in enumerate(self._parameters.attributes)]
        number = f"(o.owner * {len(things)} + t.thing) * {self._width} + {self._window()} + 1"
        text = (
            f"SELECT {number} AS number, u.at AS happened, {self._quantity_of_record()} AS quantity\nFROM usage u\n"
            "JOIN owners o ON o.account = u.account AND o.subscription = u.subscription AND u.at >= o.begun AND u.at < o.until\n"
            f"JOIN things t ON {' AND '.join(wanted)}"
        )
        if self._dropped:
            text += "\nWHERE NOT EXISTS (SELECT 1 FROM dropped d WHERE d.file = u.file AND d.row = u.row)"
        return text

    def _quantity_of_record(self) -> str:
        """A record's quantity as it counts by the meter's rules for each record."""
        book, extent = self._parameters.book, self._parameters.extent
        return self._by_thing([self._counted_as(counted_records(book, thing.plan, extent)[0]) for thing in self._parameters.things], "t.thing")

    def _counted_as(self, rule: RecordRule) -> str:
        text = "u.quantity" if rule.times == 1 else f"{rule.times} * u.quantity"
        if rule.divisor != 1:
            text = self._dialect.quotient(f"({text} + {rule.added})", str(rule.divisor))
        return text if not rule.least else f"CASE WHEN u.quantity = 0 THEN 0 ELSE greatest({text}, {rule.least}) END"

    def _attribute(self, name: str) -> str:
        """The attribute of a record of an item that it keeps apart; none for any other item."""
        column = f"u.{self._dialect.name(name)}"
        items = {thing.plan.item.id: name in thing.plan.apart for thing in self._parameters.things}
        if all(items.values()):
            return column
        listed = ", ".join(self._dialect.text(item) for item, apart in items.items() if apart)
        return f"CASE WHEN u.item IN ({listed}) THEN {column} END"

    def _window(self) -> str:
        """The number of the window that holds a record."""
        return self._by_thing([self._number(thing.plan.calendar) for thing in self._parameters.things], "t.thing")

    def _number(self, calendar: Calendar) -> str:
        first, count, extent = micros(calendar.starts[0]), calendar.count, self._parameters.extent
        inside = self._hours(first) if calendar.kind == "hour" else self._of_lengths([micros(start) for start in calendar.starts])
        end = first + count * HOUR if calendar.kind == "hour" else micros(calendar.starts[-1])
        cases = [f"WHEN u.at < {first} THEN -1"] if extent.least < first else []
        cases += [f"WHEN u.at >= {end} THEN {count}"] if extent.last >= end else []
        return f"CASE {' '.join(cases)} ELSE {inside} END" if cases else inside

    def _hours(self, first: int) -> str:
        return f"{self._dialect.quotient(f'(u.at - {first})', str(HOUR))}"

    def _of_lengths(self, starts: Sequence[int]) -> str:
        """Windows of one length after each other are counted by it; where it changes, as on days of a clock change, another count begins."""
        runs: list[tuple[int, int, int]] = []
        for number, (start, end) in enumerate(itertools.pairwise(starts)):
            if not runs or runs[-1][1] != end - start:
                runs.append((start, end - start, number))
        texts = [f"{number} + {self._dialect.quotient(f'(u.at - {start})', str(length))}" for start, length, number in runs]
        cases = [f"WHEN u.at < {after[0]} THEN {text}" for after, text in zip(runs[1:], texts, strict=False)]
        return f"CASE {' '.join(cases)} ELSE {texts[-1]} END" if cases else texts[0]

    def _by_thing(self, texts: Sequence[str], thing: str) -> str:
        """One expression for all things, or the one of each."""
        if len(set(texts)) == 1:
            return texts[0]
        cases = " ".join(f"WHEN {thing} IN ({', '.join(str(n) for n, each in enumerate(texts) if each == text)}) THEN {text}" for text in dict.fromkeys(texts))
        return f"CASE {cases} END"

    def _windows(self) -> str:
        """What is measured of each window, by the measures of all things."""
        measures = {thing.plan.meter.measure for thing in self._parameters.things}
        kept = {
            "max": "max(quantity) AS top",
            "min": "min(quantity) AS bottom",
            "sum": f"{self._dialect.narrow(self._dialect.total('quantity'))} AS whole",
            "last": f"{self._dialect.of_last('quantity', ('happened', 'quantity'))} AS latest",
        }
        listed = ["number", f"{self._counted()} AS records", "min(happened) AS first_at", *(text for name, text in kept.items() if name in measures)]
        return f"SELECT {', '.join(listed)}\nFROM records\nGROUP BY number"

    def _counted(self) -> str:
        """How many records a window adds to those that its line is made of: where hours reach over the period only those inside of it."""
        texts = []
        for thing in self._parameters.things:
            start, end = map(micros, thing.plan.owed)
            texts.append("1" if thing.plan.aligned else f"CASE WHEN happened >= {start} AND happened < {end} THEN 1 ELSE 0 END")
        if set(texts) == {"1"}:
            return "count(*)"
        return self._dialect.narrow(self._dialect.total(self._by_thing(texts, self._thing())))

    def _thing(self) -> str:
        """The number of the thing that a window is one of."""
        return f"{self._dialect.quotient('number', str(self._width))} % {len(self._parameters.things)}"

    def _rounded(self) -> str:
        """Windows by line and number, with what is metered and the rates that it may have."""
        quotient, width = self._dialect.quotient, str(self._width)
        metered = self._by_thing([_measured(thing.plan.meter) for thing in self._parameters.things], self._thing())
        inner = f"SELECT {quotient('number', width)} AS line, number % {width} - 1 AS w, records, first_at, {metered} AS metered FROM windows"
        rounded = self._quantity()
        columns = ", ".join(("x.*", f"{rounded} AS quantity", "l.template AS template", *(f"r.{name} AS {name}" for name in self._rates.columns)))
        joined = "\nJOIN rates r ON r.rate = l.rate" if self._rates.columns else ""
        return f"SELECT {columns}\nFROM ({inner}) x\nJOIN lines l ON l.line = x.line AND x.w >= l.first AND x.w < l.last{joined}"

    def _quantity(self) -> str:
        """What is metered rounded `at: quantity`."""
        if all(rate.rounding is None for rate in self._parameters.rates):
            return "x.metered"
        multiplied = f"{self._rates.of('factor', 'r.')} * x.metered"
        return self._divided(multiplied, "q", any(rate.rounding is not None and rate.rounding.even for rate in self._parameters.rates), "r.")

    def _divided(self, number: str, name: str, even: bool, table: str = "") -> str:
        """A rounding whose constants are the rate's columns of a name; the even of two halves is the one that two divide."""
        added, divisor = self._rates.of(f"{name}_added", table), self._rates.of(f"{name}_divisor", table)
        raised = number if added == "0" else f"({number} + {added})"
        whole = raised if divisor == "1" else self._dialect.quotient(raised, divisor)
        if not even:
            return whole
        is_even = self._rates.of(f"{name}_even", table)
        return f"{whole} - CASE WHEN {is_even} = 1 AND {raised} % {divisor} = 0 THEN {whole} % 2 ELSE 0 END"

    # --- from windows to sums -----------------------------------------------------------------------------------------------------

    def _banded(self) -> str:
        """The band of each window, and how many packages it has."""
        band = self._by_band([str(number) for number in range(self._rates.bands)])
        packages = self._by_band([self._packages(number) for number in range(self._rates.bands)]) if self._packs else "0"
        return f"SELECT *, {band} AS band, {packages} AS packages\nFROM rounded"

    def _packages(self, band: int) -> str:
        times, added, size = (self._rates.of(f"b{band}_{name}") for name in ("times", "added", "size"))
        return "0" if times == "0" else self._dialect.quotient(f"({times} * quantity + {added})", size)

    def _charged(self) -> str:
        """What each window costs, where each is rounded by itself."""
        if not self._rounds:
            return "SELECT *, 0 AS amount\nFROM banded"
        number = self._by_band([self._cost(band) for band in range(self._rates.bands)])
        even = any(rate.whole and rate.whole.division and rate.whole.division.even for rate in self._parameters.rates)
        # What is added before the division is a part of each band's own constant.
        return f"SELECT *, {self._divided(number, 'd', even)} AS amount\nFROM banded"

    def _cost(self, band: int) -> str:
        slope, constant, each = (self._rates.of(f"b{band}_{name}") for name in ("slope", "constant", "each"))
        terms = [text for text, factor in ((f"{slope} * quantity", slope), (constant, constant), (f"{each} * packages", each)) if factor != "0"]
        return " + ".join(terms) or "0"

    def _by_band(self, texts: Sequence[str]) -> str:
        """The text of the band that holds the quantity."""
        cases = [f"WHEN quantity <= {self._rates.of(f'b{band}_last')} THEN {text}" for band, text in enumerate(texts[:-1])]
        return f"CASE {' '.join(cases)} ELSE {texts[-1]} END" if cases else texts[0]

    def _sums(self) -> str:
        total, first = self._dialect.total, self._dialect.of_first("quantity", "w") if self._once else "0"
        listed = (
            "line", "template", "band", "count(*)", total("quantity"), "max(quantity)", total("metered"), "max(metered)", total("records"), "min(first_at)",
            "min(w)", "max(w)", first, total("packages"), total("amount"),
        )  # fmt: skip
        columns = ", ".join(text if text == name else f"{text} AS {name}" for text, name in zip(listed, OUTPUT, strict=True))
        return f"SELECT {columns}\nFROM charged\nGROUP BY line, template, band"


def _measured(meter: Meter) -> str:
    """The column of a window that a meter's measure is."""
    return {"max": "top", "min": "bottom", "sum": "whole", "last": "latest", "count": "records"}[meter.measure]


class _Columns:
    """The numbers of rates by column: those that are the same for all rates are written out, the others are columns of `rates`."""

    def __init__(self, rates: Sequence[WindowRate]) -> None:
        self.bands = max((len(rate.whole.bands) for rate in rates if rate.whole is not None), default=1)
        values = [dict(_numbers(rate, self.bands)) for rate in rates]
        names = list(values[0]) if values else []
        # A rate for no charge of a window has no bands of its own: any others do for it.
        self._same = {name: str(values[0][name]) for name in names if len({row[name] for row in values}) == 1}
        self.columns = tuple(name for name in names if name not in self._same)
        self.rows = tuple((number, *(row[name] for name in self.columns)) for number, row in enumerate(values)) if self.columns else ()

    def of(self, name: str, table: str = "") -> str:
        """The number of a rate: a constant, or its column."""
        return self._same.get(name, f"{table}{name}")


def _numbers(rate: WindowRate, bands: int) -> Iterator[tuple[str, int]]:
    """Every number of a rate by its column."""
    yield "factor", rate.factor
    for name, division in (("q", rate.rounding or Division(1, 0)), ("d", (rate.whole.division if rate.whole else None) or Division(1, 0))):
        yield f"{name}_added", division.added if name == "q" else 0
        yield f"{name}_divisor", division.divisor
        yield f"{name}_even", int(division.even)
    own = rate.whole.bands if rate.whole is not None else (WholeBand(0, 0, 0),)
    for number in range(bands):
        band = own[min(number, len(own) - 1)]
        yield f"b{number}_last", band.last
        yield f"b{number}_slope", band.slope
        yield f"b{number}_constant", band.intercept
        yield f"b{number}_each", band.each
        packages = band.packages
        yield f"b{number}_times", packages.times if packages else 0
        yield f"b{number}_added", packages.added if packages else 0
        yield f"b{number}_size", packages.size if packages else 1
