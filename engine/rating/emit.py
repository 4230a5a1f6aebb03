"""A plan as SQL: windows or records to what each is charged for, and these to sums.

Contract: the relations that it reads are `usage`, `dropped` (records that do not count), and the plan's own `owners`, `things`, `rates`, and who is
charged how by role (`window_lines`, `record_lines`, `running_lines`); every expression is one of whole numbers. Engines differ in what a
`Dialect` says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.pricing.measures import lasts
from engine.rating.dialects import Dialect
from engine.rating.emit_records import Records, Relations
from engine.rating.numbers import Division, WholeBand
from engine.rating.parameters import Parameters
from engine.rating.plan import Thing
from engine.rating.templates import Role, WindowRate

OUTPUT = (
    "line", "template", "band", "windows", "quantity", "highest", "metered", "highest_metered", "records", "first_at",
    "first_window", "last_window", "first_quantity", "packages", "amount",
)  # fmt: skip
"""The columns of a plan's answer, a row for each line, template and band."""


@dataclass(frozen=True, slots=True)
class Emitted:
    """The queries of a plan, all with the same columns, and the columns of the rates that differ from one to another, with their rows."""

    queries: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]


def emit(parameters: Parameters, dialect: Dialect, dropped: bool) -> Emitted:
    """The plan's queries; `dropped`: there are records that do not count. Levels that last, and records that are charged one by one, have their own."""
    columns = _Columns(parameters.rates)
    roles = {(template.schedule.thing.number, template.role) for template in parameters.templates}
    parts: list[tuple[Role, list[Thing]]] = []
    for held in (False, True):
        parts.append(("window", [thing for thing in parameters.things if lasts(thing.plan.meter) == held and (thing.number, "window") in roles]))
    parts.append(("record", [thing for thing in parameters.things if (thing.number, "record") in roles]))
    parts.append(("running", [thing for thing in parameters.things if (thing.number, "running") in roles]))
    queries = tuple(_Charging(parameters, dialect, columns, things, role, dropped).query() for role, things in parts if things)
    return Emitted(queries, columns.columns, columns.rows)


class _Charging:
    """One query: what is metered of some things, charged in one role."""

    def __init__(self, parameters: Parameters, dialect: Dialect, columns: "_Columns", things: Sequence[Thing], role: Role, dropped: bool) -> None:
        self._dialect, self._rates, self._role = dialect, columns, role
        self._source = Records(parameters, dialect, things, dropped)
        self._held = role == "window" and lasts(things[0].plan.meter)
        rates = [rate for rate in parameters.rates if rate.whole is not None]
        self._packs = any(band.packages for rate in rates if rate.whole for band in rate.whole.bands)
        self._rounds = any(rate.whole.division is not None for rate in rates if rate.whole)
        self._even = any(rate.whole.division.even for rate in rates if rate.whole and rate.whole.division)
        self._even_quantity = any(rate.rounding.even for rate in parameters.rates if rate.rounding)
        self._once = role == "window" and any(template.segment.once for template in parameters.templates)
        # What is charged of a running allowance is less than the quantity.
        self._charged = "charged" if role == "running" else "quantity"

    def query(self) -> str:
        relations = self._source.metered() if self._role == "window" else self._source.one_by_one()
        relations |= {"rounded": self._rounded()}
        if self._role == "running":
            relations |= self._running()
        relations |= {"banded": self._banded(), "priced": self._priced()}
        described = ",\n".join(f"{name} AS (\n{text}\n)" for name, text in relations.items())
        return f"WITH {described}\n{self._sums()}"

    def _rounded(self) -> str:
        """What is metered as it is charged, with its template and the columns of its rate; of a run the windows that the template is for."""
        own = ["x.line AS line", "x.records AS records", "x.first_at AS first_at", "x.metered AS metered", f"{self._quantity()} AS quantity"]
        where = "x.w >= l.first AND x.w < l.last"
        windows = ["x.w AS w", "x.w AS last_w", "1 AS n"]
        if self._held:
            where = "x.w < l.last AND x.after > l.first"
            windows = [
                "greatest(x.w, l.first) AS w",
                "least(x.after, l.last) - 1 AS last_w",
                "least(x.after, l.last) - greatest(x.w, l.first) AS n",
            ]
        rates = [f"r.{name} AS {name}" for name in self._rates.columns]
        running = ["l.charge AS charge", "l.allowance AS allowance", "l.anew AS anew"] if self._role == "running" else []
        joined = "\nJOIN rates r ON r.rate = l.rate" if rates else ""
        columns = ", ".join((*own, *windows, "l.template AS template", *running, *rates))
        return f"SELECT {columns}\nFROM metered x\nJOIN {self._role}_lines l ON l.line = x.line AND {where}{joined}"

    def _quantity(self) -> str:
        """What is metered rounded `at: quantity`."""
        factor = self._rates.of("factor", "r.")
        number = "x.metered" if factor == "1" else f"{factor} * x.metered"
        return self._divided(number, "q", self._even_quantity, "r.")

    def _divided(self, number: str, name: str, even: bool, table: str = "") -> str:
        """A rounding whose constants are the rate's columns of a name; the even of two halves is the one that two divide."""
        added, divisor = self._rates.of(f"{name}_added", table), self._rates.of(f"{name}_divisor", table)
        raised = number if added == "0" else f"({number} + {added})"
        whole = raised if divisor == "1" else self._dialect.quotient(raised, divisor)
        if not even:
            return whole
        is_even = self._rates.of(f"{name}_even", table)
        return f"{whole} - CASE WHEN {is_even} = 1 AND {raised} % {divisor} = 0 THEN {whole} % 2 ELSE 0 END"

    def _running(self) -> Relations:
        """What is left of an allowance for each record, in order of time; -1 stands for a record that it frees wholly."""
        before = "ORDER BY first_at, quantity ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
        earlier = f"{self._dialect.total('quantity')} OVER (PARTITION BY line, charge, w * anew {before})"
        left = self._dialect.narrow(f"allowance - least(allowance, coalesce({earlier}, 0))")
        charged = "CASE WHEN quantity > 0 AND quantity <= unspent THEN -1 ELSE quantity - least(quantity, unspent) END"
        return {"spent": f"SELECT *, {left} AS unspent\nFROM rounded", "uncovered": f"SELECT *, {charged} AS charged\nFROM spent"}

    # --- from windows to sums -----------------------------------------------------------------------------------------------------

    def _banded(self) -> str:
        """The band of each window, and how many packages it has."""
        band = self._by_band([str(number) for number in range(self._rates.bands)])
        packages = self._by_band([self._packages(number) for number in range(self._rates.bands)]) if self._packs else "0"
        return f"SELECT *, {band} AS band, {packages} AS packages\nFROM {'uncovered' if self._role == 'running' else 'rounded'}"

    def _packages(self, band: int) -> str:
        times, added, size = (self._rates.of(f"b{band}_{name}") for name in ("times", "added", "size"))
        return "0" if times == "0" else self._dialect.quotient(f"({times} * {self._charged} + {added})", size)

    def _priced(self) -> str:
        """What each window costs, where each is rounded by itself."""
        if not self._rounds:
            return "SELECT *, 0 AS amount\nFROM banded"
        # What is added before the division is a part of each band's own constant.
        number = self._by_band([self._cost(band) for band in range(self._rates.bands)])
        return f"SELECT *, {self._divided(number, 'd', self._even)} AS amount\nFROM banded"

    def _cost(self, band: int) -> str:
        slope, constant, each = (self._rates.of(f"b{band}_{name}") for name in ("slope", "constant", "each"))
        terms = [text for text, factor in ((f"{slope} * {self._charged}", slope), (constant, constant), (f"{each} * packages", each)) if factor != "0"]
        return " + ".join(terms) or "0"

    def _by_band(self, texts: Sequence[str]) -> str:
        """The text of the band that holds the quantity."""
        cases = [f"WHEN {self._charged} <= {self._rates.of(f'b{band}_last')} THEN {text}" for band, text in enumerate(texts[:-1])]
        return f"CASE {' '.join(cases)} ELSE {texts[-1]} END" if cases else texts[0]

    def _sums(self) -> str:
        total, first = self._dialect.total, self._dialect.of_first("quantity", "w") if self._once else "0"
        metered = "greatest(charged, 0)" if self._role == "running" else "metered"
        listed = (
            "line", "template", "band", total("n"), total(self._each("quantity")), "max(quantity)", total(self._each(metered)), f"max({metered})",
            total("records"), "min(first_at)", "min(w)", "max(last_w)", first, total(self._each("packages")), total(self._each("amount")),
        )  # fmt: skip
        columns = ", ".join(text if text == name else f"{text} AS {name}" for text, name in zip(listed, OUTPUT, strict=True))
        return f"SELECT {columns}\nFROM priced\nGROUP BY line, template, band"

    def _each(self, number: str) -> str:
        """The number of all windows of a run."""
        return f"{number} * n" if self._held else number


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
