"""A plan as SQL: windows or records to what each is charged for, and these to sums.

Contract: the relations that it reads are `usage`, `dropped` (records that do not count), and the plan's own `owners`, `things`, `rates`, and who is
charged how by role (`window_lines`, `record_lines`, `running_lines`); every expression is one of whole numbers. Engines differ in what a
`Dialect` says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.pricing.measures import TOTALS, lasts
from engine.rating.dialects import Dialect, remainder, rounding
from engine.rating.emit_records import Records, Relations
from engine.rating.emit_steps import Steps
from engine.rating.numbers import Division, WholeBand
from engine.rating.parameters import Parameters
from engine.rating.plan import Thing
from engine.rating.sums import OUTPUT, OWN
from engine.rating.templates import Role, WindowRate

NEVER = "CAST(NULL AS BIGINT)"
BITS = 62
"""Windows that are told apart by the bits of one number."""


@dataclass(frozen=True, slots=True)
class Emitted:
    """The queries of a plan, all with the same columns, and the columns of the rates that differ from one to another, with their rows."""

    queries: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]


def emit(parameters: Parameters, dialect: Dialect, dropped: bool) -> Emitted:
    """The plan's queries; `dropped`: there are records that do not count. Levels that last, and records that are charged one by one, have their own."""
    roles = {(template.schedule.thing.number, template.role) for template in parameters.templates}
    at_once = _at_once(parameters)
    parts: list[tuple[Role, list[Thing]]] = []
    windows = [thing for thing in parameters.things if (thing.number, "window") in roles]
    for sort in ((held, by_steps, fixed) for fixed in (False, True) for held, by_steps in ((False, False), (True, False), (True, True))):
        parts.append(("window", [each for each in windows if (lasts(each.plan.meter), each.plan.by_steps, each.plan.fixed) == sort]))
    parts[0] = ("window", [thing for thing in parts[0][1] if thing.number not in at_once])
    for both in (True, False):
        parts.append(("record", [each for each in parameters.things if (each.number, "record") in roles and (each.number in at_once) == both]))
    parts.append(("running", [thing for thing in parameters.things if (thing.number, "running") in roles]))
    wanted = [_Charging(parameters, dialect, things, role, dropped, at_once) for role, things in parts if things]
    columns = tuple(dict.fromkeys(name for each in wanted for name in each.rates.columns))
    queries = [each.query() for each in wanted]
    pooled = [thing for thing in parameters.things if thing.plan.meter.over == "account"]
    if pooled and parameters.pools:
        queries.append(_begun(Records(parameters, dialect, pooled, dropped)))
    return Emitted(tuple(queries), columns, tuple(_rows(parameters.rates, columns)))


def _begun(records: Records) -> str:
    """When each subscription was first used whose usage is added to that of others, as rows of no template."""
    texts = {"line": "line", "template": str(OWN), "first_at": "first_at"}
    columns = ", ".join(f"{texts.get(name, '0')} AS {name}" for name in OUTPUT)
    return f"SELECT {columns}\nFROM ({records.begun()}) b"


def _at_once(parameters: Parameters) -> set[int]:
    """The things whose windows only add up what is charged record by record: both come of one pass over the records."""
    found = {template.schedule.thing.number for template in parameters.templates if template.role == "record"}
    for template, number in zip(parameters.templates, parameters.rate_numbers, strict=True):
        thing, rate = template.schedule.thing, parameters.rates[number]
        own = template.applied is not None or template.segment.once or thing.plan.fixed or (rate.factor, rate.rounding) != (1, None)
        if template.role == "window" and (own or thing.plan.meter.measure not in TOTALS):
            found.discard(thing.number)
    return found


class _Charging:
    """One query: what is metered of some things, charged in one role; where they are among those `at_once`, what their windows come to as well."""

    def __init__(self, parameters: Parameters, dialect: Dialect, things: Sequence[Thing], role: Role, dropped: bool, at_once: set[int]) -> None:
        self._parameters, self._dialect, self._things, self._role = parameters, dialect, things, role
        self._leads = role == "record" and things[0].number in at_once
        source = Steps if things[0].plan.by_steps and role == "window" else Records
        self._source: Records = source(parameters, dialect, things, dropped)
        self._shares = self._source.shares() if self._leads else {}
        self._held = role == "window" and lasts(things[0].plan.meter)
        numbers, roles = {thing.number for thing in things}, (role, *(("window",) if self._leads else ()))
        own = [
            (template, number)
            for template, number in zip(parameters.templates, parameters.rate_numbers, strict=True)
            if template.schedule.thing.number in numbers and template.role in roles and parameters.is_reached(template)
        ]
        self._everywhere = all(parameters.is_everywhere(template) for template, _ in own)
        charged = {(id(template.schedule), template.segment.first) for template, _ in own if template.role == "record"}
        if self._leads:
            own = [each for each in own if each[0].role == "record" or (id(each[0].schedule), each[0].segment.first) not in charged]
        rates = [parameters.rates[number] for number in dict.fromkeys(number for _, number in own)]
        self.rates = _Columns(rates)
        wholes = [rate.whole for rate in rates if rate.whole is not None]
        self._packs = any(band.packages for whole in wholes for band in whole.bands)
        self._rounds = any(whole.division is not None for whole in wholes)
        self._even = any(whole.division.even for whole in wholes if whole.division)
        self._even_quantity = any(rate.rounding.even for rate in rates if rate.rounding)
        self._once = role == "window" and any(template.segment.once for template, _ in own)
        # What is charged of a running allowance is less than the quantity.
        self._charged = "charged" if role == "running" else "quantity"

    def query(self) -> str:
        further = [f"{text} AS {name}" for name, text in self._shares.items()]
        relations = self._source.metered() if self._role == "window" else self._source.one_by_one(further)
        relations |= {"rounded": self._rounded()}
        if self._role == "running":
            relations |= self._running()
        relations |= {"banded": self._banded(), "priced": self._priced()}
        if self._leads:
            relations = {"charged": self._both()} | relations | {"parts": self._parts()}
        described = ",\n".join(
            f"{self._dialect.read_often(name) if name in ('charged', 'parts') else f'{name} AS'} (\n{text}\n)" for name, text in relations.items()
        )
        return f"WITH {described}\n{self._of_both() if self._leads else self._sums()}"

    def _rounded(self) -> str:
        """What is metered as it is charged, with its template and the columns of its rate; of a run the windows that the template is for."""
        own = ["x.line AS line", "x.first_at AS first_at", f"{self._quantity()} AS quantity"]
        own += [f"x.{name} AS {name}" for name in ("metered",) if self._metered() == name]
        own += [f"x.{name} AS {name}" for name in (("records",) if self._role == "window" else self._shares)]
        where = "" if self._everywhere else " AND x.w >= l.first AND x.w < l.last"
        windows = ["x.w AS w", "x.w AS last_w"]
        if self._held:
            where = " AND x.w < l.last AND x.after > l.first"
            windows = [
                "greatest(x.w, l.first) AS w",
                "least(x.after, l.last) - 1 AS last_w",
                "least(x.after, l.last) - greatest(x.w, l.first) AS n",
            ]
        rates = [f"r.{name} AS {name}" for name in self.rates.columns]
        running = [f"l.{name} AS {name}" for name in ("charge", "allowance", "anew", "period")] if self._role == "running" else []
        joined = "\nJOIN rates r ON r.rate = l.rate" if rates else ""
        columns = ", ".join((*own, *windows, "l.template AS template", *running, *rates))
        lines = "charged" if self._leads else f"{self._role}_lines"
        return f"SELECT {columns}\nFROM metered x\nJOIN {lines} l ON l.line = x.line{where}{joined}"

    def _metered(self) -> str:
        """The column of what is metered, which without a rounding is the quantity."""
        return "quantity" if self._quantity() == "x.metered" else "metered"

    def _quantity(self) -> str:
        """What is metered rounded `at: quantity`."""
        factor = self.rates.of("factor", "r.")
        number = "x.metered" if factor == "1" else f"{factor} * x.metered"
        rounded, fine = self._divided(number, "q", self._even_quantity, "r."), self.rates.of("fine", "r.")
        return rounded if fine == "1" else f"{fine} * {rounded}"

    def _divided(self, number: str, name: str, even: bool, table: str = "") -> str:
        """A rounding whose constants are the rate's columns of a name; the even of two halves is the one that two divide."""
        added, divisor, to_even = (self.rates.of(f"{name}_{constant}", table) for constant in ("added", "divisor", "even"))
        return rounding(self._dialect, number, added, divisor, to_even if even else None)

    def _running(self) -> Relations:
        """What is left of an allowance for each record, in order of time; -1 stands for a record that it frees wholly."""
        before = "ORDER BY first_at, quantity ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
        earlier = f"{self._dialect.total('quantity')} OVER (PARTITION BY line, charge, period, w * anew {before})"
        left = self._dialect.narrow(f"allowance - least(allowance, coalesce({earlier}, 0))")
        charged = "CASE WHEN quantity > 0 AND quantity <= unspent THEN -1 ELSE quantity - least(quantity, unspent) END"
        return {"spent": f"SELECT *, {left} AS unspent\nFROM rounded", "uncovered": f"SELECT *, {charged} AS charged\nFROM spent"}

    # --- from windows to sums -----------------------------------------------------------------------------------------------------

    def _banded(self) -> str:
        """The band of each window, and how many packages it has."""
        band = self._by_band([str(number) for number in range(self.rates.bands)])
        packages = self._by_band([self._packages(number) for number in range(self.rates.bands)]) if self._packs else "0"
        return f"SELECT *, {band} AS band, {packages} AS packages\nFROM {'uncovered' if self._role == 'running' else 'rounded'}"

    def _packages(self, band: int) -> str:
        times, added, size = (self.rates.of(f"b{band}_{name}") for name in ("times", "added", "size"))
        return "0" if times == "0" else self._dialect.quotient(f"{times} * {self._charged} + {added}", size)

    def _priced(self) -> str:
        """What each window costs, where each is rounded by itself."""
        if not self._rounds:
            return "SELECT *, 0 AS amount\nFROM banded"
        # What is added before the division is a part of each band's own constant.
        number = self._by_band([self._cost(band) for band in range(self.rates.bands)])
        return f"SELECT *, {self._divided(number, 'd', self._even)} AS amount\nFROM banded"

    def _cost(self, band: int) -> str:
        slope, constant, each = (self.rates.of(f"b{band}_{name}") for name in ("slope", "constant", "each"))
        terms = [text for text, factor in ((f"{slope} * {self._charged}", slope), (constant, constant), (f"{each} * packages", each)) if factor != "0"]
        return " + ".join(terms) or "0"

    def _by_band(self, texts: Sequence[str]) -> str:
        """The text of the band that holds the quantity."""
        cases = [f"WHEN {self._charged} <= {self.rates.of(f'b{band}_last')} THEN {text}" for band, text in enumerate(texts[:-1])]
        return f"CASE {' '.join(cases)} ELSE {texts[-1]} END" if cases else texts[0]

    def _sums(self) -> str:
        total, measures = self._dialect.total, {thing.plan.meter.measure for thing in self._things}
        leads, running = self._role == "window", self._role == "running"
        adds_up, levels = leads and measures & {*TOTALS}, leads and measures - {*TOTALS}
        metered = self._metered()
        of = {
            "windows": total("n") if self._held else "count(*)",
            "quantity": total(self._each("quantity")),
            "highest": "max(quantity)" if levels else "0",
            "metered": total("greatest(charged, 0)" if running else self._each(metered)) if running or adds_up else "0",
            "highest_metered": f"max({metered})" if levels else "0",
            "records": total("records") if leads else "0",
            "first_at": "min(first_at)" if leads else NEVER,
            "first_window": "min(w)",
            "last_window": "max(last_w)",
            "first_quantity": self._dialect.of_first("quantity", "w") if self._once else "0",
            "packages": total(self._each("packages")) if self._packs else "0",
            "amount": total(self._each("amount")) if self._rounds else "0",
        }
        columns = ", ".join(("line", "template", "band", *(f"{text} AS {name}" for name, text in of.items())))
        return f"SELECT {columns}\nFROM priced\nGROUP BY line, template, band{', w' if self._things[0].plan.fixed else ''}"

    def _each(self, number: str) -> str:
        """The number of all windows of a run."""
        return f"{number} * n" if self._held else number

    # --- records one by one, and their windows ------------------------------------------------------------------------------------

    def _both(self) -> str:
        """By line and windows each template of a record; where there is none that of the windows alone, which `lead` is for all. Of several
        for the same records one is `main`.
        """
        numbers = ", ".join(str(thing.number) for thing in self._things)
        template = "coalesce(r.template, l.template)"
        return (
            f"SELECT l.line AS line, l.first AS first, l.last AS last, l.template AS lead, {template} AS template, coalesce(r.rate, l.rate) AS rate,\n"
            f"min({template}) OVER (PARTITION BY l.line, l.first) = {template} AS main\n"
            "FROM window_lines l\nLEFT JOIN record_lines r ON r.line = l.line AND r.first = l.first\n"
            f"WHERE {remainder('l.line', str(len(self._parameters.things)))} IN ({numbers})"
        )

    def _parts(self) -> str:
        """What is charged of records, some windows at a time: `bits` says which of them have any."""
        total = self._dialect.total
        piece = self._dialect.quotient("w + 1", str(BITS))
        share = total("share" if "share" in self._shares else self._metered())
        records = total("records") if "records" in self._shares else "count(*)"
        return (
            f"SELECT line, template, band, {piece} AS piece, bit_or({self._dialect.bit(remainder('w + 1', str(BITS)))}) AS bits,\n"
            f"count(*) AS n, {total('quantity')} AS quantity, {share} AS share, {records} AS records,\n"
            f"min(first_at) AS first_at, min(w) AS first_w, max(w) AS last_w, {total('packages') if self._packs else '0'} AS packages,\n"
            f"{total('amount') if self._rounds else '0'} AS amount\nFROM priced\nGROUP BY line, template, band, {piece}"
        )

    def _of_both(self) -> str:
        """The sums of records, and those of their windows."""
        of_records = (
            "p.line", "p.template", "band", "sum(n)", "sum(quantity)", "0", "0", "0", "0", NEVER, "min(first_w)", "max(last_w)", "0",
            "sum(packages)", "sum(amount)",
        )  # fmt: skip
        of_windows = (
            "line", "lead", "0", "sum(bit_count(bits))", "sum(share)", "0", "sum(share)", "0", "sum(records)", "min(first_at)", "min(first_w)",
            "max(last_w)", "0", "0", "0",
        )  # fmt: skip
        records, windows = (", ".join(f"{text} AS {name}" for text, name in zip(texts, OUTPUT, strict=True)) for texts in (of_records, of_windows))
        joined = "FROM parts p\nJOIN charged c ON c.line = p.line AND c.template = p.template"
        of_pieces = "bit_or(bits) AS bits, sum(share) AS share, sum(records) AS records, min(first_at) AS first_at, min(first_w) AS first_w"
        return (
            f"SELECT {records}\n{joined}\nWHERE c.template <> c.lead\nGROUP BY p.line, p.template, band\nUNION ALL\nSELECT {windows}\n"
            f"FROM (SELECT p.line AS line, c.lead AS lead, {of_pieces}, max(last_w) AS last_w\n{joined}\nWHERE c.main\n"
            "GROUP BY p.line, c.lead, piece) q\nGROUP BY line, lead"
        )


class _Columns:
    """The numbers of a query's rates by column: those that are the same for all are written out, the others are columns of `rates`."""

    def __init__(self, rates: Sequence[WindowRate]) -> None:
        self.bands = _most_bands(rates)
        values = [dict(_numbers(rate, self.bands)) for rate in rates]
        names = list(values[0]) if values else []
        self._same = {name: str(values[0][name]) for name in names if len({row[name] for row in values}) == 1}
        self.columns = tuple(name for name in names if name not in self._same)

    def of(self, name: str, table: str = "") -> str:
        """The number of a rate: a constant, or its column."""
        return self._same.get(name, f"{table}{name}")


def _rows(rates: Sequence[WindowRate], columns: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """The numbers of all rates that are columns, behind the rate's own."""
    bands = _most_bands(rates)
    for number, rate in enumerate(rates if columns else ()):
        row = dict(_numbers(rate, bands))
        yield (number, *(row[name] for name in columns))


def _most_bands(rates: Sequence[WindowRate]) -> int:
    return max((len(rate.whole.bands) for rate in rates if rate.whole is not None), default=1)


def _numbers(rate: WindowRate, bands: int) -> Iterator[tuple[str, int]]:
    """Every number of a rate by its column."""
    yield "factor", rate.factor
    yield "fine", rate.fine
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
