"""A law: charges to which late usage is added are those that all usage is rated to, byte for byte, however the delivery was cut."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.batch.accounts import Accounts, _instants
from engine.batch.charges_file import ChargesHead, KeptCharges, write_charges
from engine.batch.delivery import delivered, read_delivery
from engine.batch.previous import open_previous
from engine.batch.rated import rate_delivery
from engine.batch.session import EngineLimits, opened_session
from engine.batch.usage_scan import UsageScan
from engine.billing.account_runs import runs_of
from engine.values.exact import plain
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


def charged(drawn: Drawn, whose: Accounts, names: Sequence[str], path: Path, before: Path | None = None, amend: Sequence[str] = ()) -> ChargesHead:
    """The head of the file of charges that is made of usage files and amendments, with charges that were made before."""
    period = (drawn.start, drawn.end)
    previous = open_previous(before, drawn.book, period) if before is not None else None
    with opened_session(EngineLimits(threads=1)) as session:
        files = delivered(sorted(names), amend, previous)
        scan = UsageScan(session, drawn.book, period)
        read = read_delivery(scan, files, whose, previous, EMBEDDED, lambda done: None)
        rated = rate_delivery(scan, whose, read.delivery, EMBEDDED, lambda done: None)
        assert not rated.problems
        head = ChargesHead(drawn.book.id, drawn.book.digest, *period, files.digest, made_of=read.made_of)
        return write_charges(path, rated.charges, head, KeptCharges(before, read.touched) if before is not None else None)


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
        right = charged(drawn, whose, put(folder, {**stays, "right": [row for row in now.values() if row is not None]}), folder / "right.parquet")
        whole, made = folder / "all.parquet", folder / "made.parquet"
        assert charged(drawn, whose, names, whole, None, amend).digest == right.digest
        charged(drawn, whose, names[:2], made)
        charged(drawn, whose, names[2:], made, made)
        for each in (*amend, amend[0]):
            charged(drawn, whose, (), made, made, [each])
        assert made.read_bytes() == whole.read_bytes()
