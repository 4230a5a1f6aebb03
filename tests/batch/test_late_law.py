"""A law: charges to which late usage is added are those that all usage is rated to, byte for byte, however the delivery was cut."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.batch.accounts import Accounts, _instants
from engine.batch.charges_file import ChargesHead, KeptCharges, write_charges
from engine.batch.delivery import read_delivery
from engine.batch.made_of import MadeOf, read_files
from engine.batch.previous import open_previous
from engine.batch.rated import rate_delivery
from engine.batch.session import EngineLimits, opened_session
from engine.batch.settling import claimed_ids
from engine.batch.usage_scan import UsageScan
from engine.billing.account_runs import runs_of
from engine.values.exact import plain
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


def charged(drawn: Drawn, whose: Accounts, names: Sequence[str], path: Path, before: Path | None = None) -> bytes:
    """The file of charges that is made of usage files, with those that were made before."""
    period = (drawn.start, drawn.end)
    previous = open_previous(before, drawn.book, period) if before is not None else None
    names = previous.all_files(names) if previous is not None else sorted(names)
    with opened_session(EngineLimits(threads=1)) as session:
        files, digest = read_files(names)
        scan = UsageScan(session, drawn.book, period)
        delivery, touched = read_delivery(scan, names, whose, previous, lambda done: None)
        rated = rate_delivery(scan, whose, delivery, "duckdb", lambda done: None)
        assert not rated.problems
        of = MadeOf(files, tuple(sorted(whose.digests.values())), claimed_ids(scan))
        head = ChargesHead(drawn.book.id, drawn.book.digest, *period, digest, made_of=of)
        write_charges(path, rated.charges, head, KeptCharges(before, touched) if before is not None else None)
    return path.read_bytes()


def put(folder: Path, files: Mapping[str, Sequence[str]]) -> list[str]:
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
    return [str(folder / f"{name}.csv") for name in files]


@settings(max_examples=cases(80), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(deliveries(), st.permutations("abc"))
def test_late_usage_gives_the_charges_of_all_usage(delivery, order):
    drawn, files = delivery
    whose = Whose.of(drawn)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = dict(zip(files, put(folder, files), strict=True))
        expected = charged(drawn, whose, [*names.values()], folder / "all.parquet")
        charged(drawn, whose, [names[order[0]]], folder / "made.parquet")
        for each in order[1:]:
            found = charged(drawn, whose, [names[each]], folder / "made.parquet", folder / "made.parquet")
        assert found == expected
        assert charged(drawn, whose, [names[order[1]]], folder / "made.parquet", folder / "made.parquet") == expected
