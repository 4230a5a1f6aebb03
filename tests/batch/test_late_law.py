"""A law: charges to which late usage is added are those that all usage is rated to, byte for byte, however the delivery was cut."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.batch.accounts import Accounts, _instants
from engine.batch.charges_file import ChargesHead, open_charges, write_charges
from engine.batch.delivery import charges_of_delivery, delivered, read_delivery
from engine.batch.previous import open_previous
from engine.batch.rated import rate_delivery
from engine.batch.session import EngineLimits, opened_session
from engine.batch.usage_scan import UsageScan
from engine.billing.account_runs import runs_of
from engine.model.prices import Charge
from engine.pricing.tallies import uses_up
from engine.values.exact import plain
from engine.values.periods import local_date, start_of_day
from tests.batch.deliveries import EMBEDDED
from tests.extent import cases
from tests.rating.books import Drawn, ratings

COLUMNS = "account,subscription,item,time,quantity,id,spec,region,user"


@dataclass
class Whose(Accounts):
    """Accounts that were drawn, each with a digest of its own."""

    @classmethod
    def of(cls, drawn: Drawn) -> "Whose":
        found = cls(drawn.book, drawn.end)
        for number, account in enumerate(drawn.accounts):
            found.by_id[account.id], found.digests[account.id] = account, f"{number:016}"
            found.runs[account.id], _ = runs_of(drawn.book, account, drawn.end)
            for run in found.runs[account.id]:
                for sold in drawn.book.billing_modes[run.mode].items:
                    found._spans.setdefault((account.id, run.subscription, sold.item), []).extend(_instants(run))
        return found


def rows_of(drawn: Drawn) -> list[str]:
    """The records as rows of CSV."""
    return [
        ",".join([
            each.account, each.subscription, each.item, f"{each.at:%Y-%m-%dT%H:%M:%SZ}", plain(each.quantity), f"r-{number}", each.spec or "",
            each.attributes.get("region", ""), each.attributes["user"],
        ])
        for number, each in enumerate(drawn.records)
    ]  # fmt: skip


@st.composite
def deliveries(draw) -> tuple[Drawn, dict[str, list[str]]]:
    """A book with accounts, and the rows of their usage by file: some twice, some that claim the id of another one, some that are none."""
    drawn = draw(ratings())
    rows = rows_of(drawn)
    for row in draw(st.lists(st.sampled_from(rows), max_size=4)) if rows else ():
        cells, kind = row.split(","), draw(st.sampled_from(("again", "claimed", "other", "bad", "quoted", "nobody")))
        place = {"claimed": 4, "other": 5, "bad": 3, "nobody": 0}.get(kind)
        if place is not None:
            cells[place] = {"claimed": "17", "other": draw(st.sampled_from(rows)).split(",")[5], "bad": "never", "nobody": "nobody"}[kind]
        rows.insert(draw(st.integers(0, len(rows))), ",".join(f'"{cell}"' if kind == "quoted" else cell for cell in cells))
    files: dict[str, list[str]] = {name: [] for name in "abc"}
    for row in rows:
        files[draw(st.sampled_from("aabc"))].append(row)
    return drawn, files


def charged(
    drawn: Drawn, whose: Accounts, names: Sequence[str], path: Path, before: Path | None = None, amend: Sequence[str] = (), days: int | None = None
) -> tuple[ChargesHead, int]:
    """The head of the file of charges that is made of usage files and amendments, with charges that were made before, for so many days, and to how
    many accounts days were added.
    """
    period = (drawn.start, drawn.end if days is None else start_of_day(local_date(drawn.start, drawn.book.zone) + timedelta(days), drawn.book.zone))
    previous = open_previous(before, drawn.book, period) if before is not None else None
    with opened_session(EngineLimits(threads=1)) as session:
        files = delivered(sorted(names), amend, previous)
        scan = UsageScan(session, drawn.book, period)
        read = read_delivery(scan, files, whose, previous, EMBEDDED, lambda done: None)
        rated = rate_delivery(scan, whose, read.delivery, EMBEDDED, lambda done: None)
        assert not rated.problems
        charges, of = charges_of_delivery(scan, whose, read, rated.charges, previous)
        head = ChargesHead(drawn.book.id, drawn.book.digest, *period, files.digest, made_of=of)
        return write_charges(path, charges, head, previous.kept(read.reread.rated) if previous is not None else None), len(read.reread.added)


def put(folder: Path, files: Mapping[str, Sequence[str]]) -> list[str]:
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
    return [str(folder / f"{name}.csv") for name in files]


LAW = settings(max_examples=cases(40), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@LAW
@given(deliveries(), st.permutations("abc"))
def test_late_usage_gives_the_charges_of_all_usage(delivery, order):
    drawn, files = delivery
    whose = Whose.of(drawn)
    with tempfile.TemporaryDirectory() as name:
        whole, made = Path(name, "all.parquet"), Path(name, "made.parquet")
        names = dict(zip(files, put(Path(name), files), strict=True))
        charged(drawn, whose, [*names.values()], whole)
        charged(drawn, whose, [names[order[0]]], made)
        for each in (*order[1:], order[1]):
            charged(drawn, whose, [names[each]], made, made)
        assert made.read_bytes() == whole.read_bytes()


@st.composite
def amendments(draw, drawn: Drawn, files: Mapping[str, Sequence[str]]) -> list[dict[str, str | None]]:
    """Two files of amendments: by ids that were delivered the rows that stand in their place, None for what is withdrawn."""
    ids = sorted({row.replace('"', "").split(",")[5] for rows in files.values() for row in rows})
    good = [row.split(",") for row in rows_of(drawn)]
    found: list[dict[str, str | None]] = []
    for _ in range(2):
        found.append({})
        for name in draw(st.lists(st.sampled_from(ids), unique=True, max_size=3)) if ids else ():
            cells = draw(st.sampled_from(good))
            quantity = draw(st.sampled_from((cells[4], "3", "0.5")))
            found[-1][name] = draw(st.sampled_from((None, ",".join([*cells[:4], quantity, name, *cells[6:]]))))
    return found


@pytest.mark.whole
@LAW
@given(st.data(), deliveries())
def test_amended_usage_gives_the_charges_of_what_it_is_then(data, delivery):
    """Whether it is amended when all of it is rated, or later, step by step."""
    drawn, files = delivery
    steps, whose = data.draw(amendments(drawn, files)), Whose.of(drawn)
    now = steps[0] | steps[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names, amend = put(folder, files), []
        for number, step in enumerate(steps):
            rows = [f"{row}," if row is not None else f",,,,,{each},,,,yes" for each, row in step.items()]
            amend.append(str(folder / f"amend-{number}.csv"))
            Path(amend[-1]).write_text("\n".join([f"{COLUMNS},withdraw", *rows]) + "\n", encoding="utf-8")
        stays = {f"right-{each}": [row for row in rows if row.replace('"', "").split(",")[5] not in now] for each, rows in files.items()}
        right, _ = charged(drawn, whose, put(folder, {**stays, "right": [row for row in now.values() if row is not None]}), folder / "right.parquet")
        whole, made = folder / "all.parquet", folder / "made.parquet"
        assert charged(drawn, whose, names, whole, None, amend)[0].digest == right.digest
        charged(drawn, whose, names[:2], made)
        charged(drawn, whose, names[2:], made, made)
        for each in (*amend, amend[0]):
            charged(drawn, whose, (), made, made, [each])
        assert made.read_bytes() == whole.read_bytes()


@st.composite
def running(draw) -> Drawn:
    """A book with accounts and their usage, much of which is charged by windows that add up."""
    drawn = draw(ratings())
    if draw(st.integers(0, 3)) == 0:
        return drawn
    # An hour of UTC reaches over the end of a day where the zone is half an hour away.
    window = draw(st.sampled_from(("hour", "day"))) if drawn.book.timezone in ("UTC", "Europe/Berlin") else "day"
    items = {name: replace(each, meter=replace(each.metered_by, window=window, hold=False, over="subscription")) for name, each in drawn.book.items.items()}
    mode = replace(
        drawn.book.billing_modes["use"], cycle="hour", invoiced=None, items=tuple(replace(each, cycle="hour") for each in drawn.book.billing_modes["use"].items)
    )
    prices = [replace(each, charges=tuple(_by_window(charge) for charge in each.charges)) for each in drawn.book.prices if each.per != "once"]
    book = replace(drawn.book, items=items, billing_modes={"use": mode}, prices=tuple(prices))
    inside = [each for each in drawn.records if drawn.start <= each.at < drawn.end]
    return replace(drawn, book=book, records=tuple(inside))


def _by_window(charge: Charge) -> Charge:
    once = charge.applies_to == "period-total" or uses_up(charge)
    return replace(charge, applies_to="each-window") if once else charge


ADDED = {"accounts": 0}


@LAW
@given(
    running(), st.lists(st.integers(1, 30), min_size=1, max_size=2, unique=True).map(sorted), st.booleans(),
    st.lists(st.sampled_from(("", "", "the same", "17")), min_size=1, max_size=7),
)  # fmt: skip
def test_days_that_are_added_give_the_charges_of_all_days(drawn, days, late, again):
    """Whether a file has the usage of the days that it is rated with, or some of it comes early or late, or again with the same quantity or another."""
    whose = Whose.of(drawn)
    length = (local_date(drawn.end, drawn.book.zone) - local_date(drawn.start, drawn.book.zone)).days
    ends = [*(day for day in days if day < length), length]
    with tempfile.TemporaryDirectory() as name:
        files: dict[str, list[str]] = {f"{day:02}": [] for day in ends}
        for number, (row, each) in enumerate(zip(rows_of(drawn), drawn.records, strict=True)):
            day = (local_date(each.at, drawn.book.zone) - local_date(drawn.start, drawn.book.zone)).days
            wanted = next((end for end in ends if day < end), ends[-1]) if not late or number % 7 else ends[number % len(ends)]
            files[f"{wanted:02}"].append(row)
            cells, says = row.split(","), again[number % len(again)]
            if says:
                cells[4] = says if says != "the same" else cells[4]
                files[f"{ends[number // 3 % len(ends)]:02}"].append(",".join(cells))
        names = put(Path(name), files)
        whole, made, before = Path(name, "all.parquet"), Path(name, "made.parquet"), None
        for end, file in zip(ends, names, strict=True):
            _, added = charged(drawn, whose, [file], made, before, days=end)
            ADDED["accounts"] += added
            before = made
        charged(drawn, whose, names, whole, days=length)
        found, expected = (open_charges(each, drawn.book) for each in (made, whole))
        assert [*found.accounts()] == [*expected.accounts()] and found.head == expected.head
        assert made.read_bytes() == whole.read_bytes()


@pytest.mark.whole
def test_days_were_added():
    """The law before this one is about something."""
    assert ADDED["accounts"] > 0
