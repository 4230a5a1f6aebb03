"""What `pricebook rate` says of a delivery: what was read and what became of it, for people and for programs; and the file of rejects."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.output import counted, listed

if TYPE_CHECKING:
    from engine.batch.accounts import Accounts
    from engine.batch.charges_file import ChargesHead
    from engine.batch.earlier import Reread
    from engine.batch.engine import Engine
    from engine.batch.previous import Previous
    from engine.batch.rated import RatedDelivery
    from engine.batch.usage_scan import UsageScan
    from engine.rating.reconcile import Delivery

REJECTS, AMENDED = "rejects.csv", ".amended.csv"
HEAD = "file,row,code,reason,record"


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """A Spark cluster by its Connect server (`remote`) or its `master`, one of both, and settings of the session."""

    remote: str | None
    master: str | None
    options: dict[str, str]


@dataclass(frozen=True, slots=True)
class RateRequest:
    """What is to be rated, how, and where the charges go. `period` is the first day and the one after the last, `typed` as it was typed."""

    usage: tuple[str, ...]
    accounts: tuple[str, ...]
    period: tuple[date, date]
    typed: str
    output: str | None
    accept_rejects: bool
    engine: str
    memory: str | None
    threads: int | None
    temp: Path | None
    show_plan: bool
    form: str
    previous: Path | None = None
    amend: tuple[str, ...] = ()
    cluster: ClusterAddress | None = None


@dataclass(frozen=True, slots=True)
class RateOutcome:
    """What became of a delivery. `refused`: more is wrong than that rows are rejected, and no charges are written; else `head` says what was.

    `previous` are the charges that were continued; only the accounts of `reread` were rated. So many records were `amended`: replaced, and
    withdrawn.
    """

    delivery: "Delivery"
    rated: "RatedDelivery"
    refused: bool
    head: "ChargesHead | None" = None
    previous: "Previous | None" = None
    reread: "Reread | None" = None
    amended: tuple[int, int] = (0, 0)

    @property
    def code(self) -> int:
        """1 where anything is wrong."""
        return 1 if self.refused or self.delivery.rejected else 0


def rejects_of(scan: "UsageScan") -> Path:
    """A file of every row that is rejected: its file, its line (in Parquet the row, from 1), the code, the reason, and the row itself."""
    rows = "SELECT name AS file, row, code, reason, cells AS record FROM rejected JOIN names USING (file) ORDER BY names.file, row, reason, cells"
    return _listed(scan, rows, REJECTS)


def amended_of(scan: "UsageScan") -> Path:
    """A file of every row that this run replaces or withdraws, with what stands in its place, and where that is said."""
    from engine.batch.amended import AMENDED_ROWS

    return _listed(scan, AMENDED_ROWS, AMENDED)


def amended_path(output: Path) -> Path:
    """Where the list of what was amended stands: beside the charges, under their name."""
    return output.with_suffix(AMENDED)


def _listed(scan: "UsageScan", rows: str, name: str) -> Path:
    """The answer to a query as a file, in its order; `names` has the names of files by their numbers."""
    connection, path = scan.session.connection, scan.session.folder / f"list-{name}"
    numbers, texts = [each.number for each in scan.sources], [each.name for each in scan.sources]
    connection.execute("CREATE OR REPLACE TEMP TABLE names AS SELECT unnest(?::INTEGER[]) AS file, unnest(?::VARCHAR[]) AS name", [numbers, texts])
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(f"COPY ({rows}) TO '{path}' (FORMAT csv, HEADER)")
    return path


def forget_rejects(path: Path) -> None:
    """Removes the rejects of a run before, which this one has not."""
    if path.is_file():
        with path.open("rb") as stream:
            ours = stream.readline().strip() == HEAD.encode()
        if ours:
            path.unlink()


def rows_told(delivery: "Delivery") -> str:
    """How many rows were read, and what became of them: the parts add up."""
    parts = [
        f"{delivery.records - delivery.outside:,} rated",
        *([f"{delivery.repeated:,} repeated"] if delivery.repeated else ()),
        *([f"{delivery.amended:,} amended"] if delivery.amended else ()),
        *([f"{delivery.rejected:,} rejected"] if delivery.rejected else ()),
        *([f"{delivery.outside:,} outside of the period"] if delivery.outside else ()),
    ]
    return f"usage: {counted(delivery.read, 'row')} of {counted(len(delivery.files), 'file')} = {' + '.join(parts)}"


def told(wanted: RateRequest, outcome: RateOutcome) -> list[str]:
    """The summary for a person."""
    delivery, rated = outcome.delivery, outcome.rated
    lines = [rows_told(delivery)]
    wrong = [(each.rejected, each.file) for each in delivery.files if each.rejected]
    if wrong:
        told_files = listed([f"{name} {count:,}" for count, name in sorted(wrong, reverse=True)])
        lines.append(f"rejected: {told_files}; each row stands in {Path(wanted.output or '').with_name(REJECTS)} with its reason")
    if any(outcome.amended):
        replaced, withdrawn = outcome.amended
        lines.append(f"amended: {replaced:,} replaced, {withdrawn:,} withdrawn; old and new stand in {amended_path(Path(wanted.output or ''))}")
    if rated.left and len(rated.left) < len(delivery.accounts):
        lines.append(f"{counted(len(rated.left), 'account')} by the interpreter: {next(iter(rated.left.values()))}")
    if outcome.previous is not None and outcome.reread is not None:
        added = f", days added to {counted(len(outcome.reread.added), 'account')}" if outcome.previous.has_fewer_days else ""
        rated_anew = counted(len(outcome.reread.touched), "account")
        lines.append(f"continued {outcome.previous.path}: {rated_anew} rated anew{added}, all other charges kept")
    if outcome.head is None:
        remedy = "correct what is wrong" if outcome.refused else "correct the rows, or write the charges of all others with --accept-rejects"
        return [*lines, f"no charges are written: {remedy}"]
    head = outcome.head
    return [*lines, f"wrote {wanted.output}: {counted(head.charges, 'charge')} of {counted(head.accounts, 'account')}, digest {head.digest}"]


def plan_told(scan: "UsageScan", accounts: "Accounts", delivery: "Delivery", engine: "Engine") -> str:
    """How each item that was used is rated, in words, which are made with the bills, which accounts the interpreter rates, and what the engine is asked."""
    from engine.batch.rated import plan_delivery
    from engine.rating.describe import described
    from engine.rating.rating_plan import plan_book

    on_amounts = (item.id for item in scan.book.items.values() if item.list_amounts is not None)
    items = dict.fromkeys([*(item for item, _, _ in delivery.uses), *on_amounts])
    parts = [*filter(None, (described(plan_book(scan.book, *scan.stretch), item) for item in items))]
    plan = plan_delivery(scan, accounts, delivery, engine)
    if plan.left:
        parts.append("rated by the interpreter, as accounts:\n" + "\n".join(f"  {name}: {why}" for name, why in sorted(plan.left.items())))
    queries = plan.emitted.queries if plan.emitted is not None else ()
    return "\n\n".join([*parts, *queries]) + "\n"


def summary_json(wanted: RateRequest, outcome: RateOutcome) -> str:
    """The same as data, with every file and every account."""
    delivery, rated = outcome.delivery, outcome.rated
    data: dict[str, Any] = {
        "period": {"start": wanted.period[0].isoformat(), "end": wanted.period[1].isoformat()},
        "read": delivery.read, "rated": delivery.records - delivery.outside, "repeated": delivery.repeated, "rejected": delivery.rejected,
        "amended": delivery.amended, "outside": delivery.outside, "charges": outcome.head.charges if outcome.head is not None else 0,
        "digest": outcome.head.digest if outcome.head is not None else None, "output": wanted.output if outcome.head is not None else None,
        **_changes(wanted, outcome),
        "files": [
            {
                "file": each.file, "read": each.read, "records": each.read - each.repeated - each.rejected - each.amended, "repeated": each.repeated,
                "rejected": each.rejected, "amended": each.amended,
            }
            for each in delivery.files
        ],
        "accounts": [
            {
                "account": name, "read": each.read, "rated": each.rated, "repeated": each.repeated, "rejected": each.rejected, "amended": each.amended,
                "outside": each.outside, "by_interpreter": rated.left.get(name),
            }
            for name, each in delivery.accounts.items()
        ],
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _changes(wanted: RateRequest, outcome: RateOutcome) -> dict[str, Any]:
    """The charges of before, where there are any, and the accounts that were rated anew; what was amended."""
    before, (replaced, withdrawn) = outcome.previous, outcome.amended
    found: dict[str, Any] = {}
    if any(outcome.amended):
        found["amendments"] = {"replaced": replaced, "withdrawn": withdrawn, "list": str(amended_path(Path(wanted.output or "")))}
    if before is not None and outcome.reread is not None:
        rated = {"touched": sorted(outcome.reread.touched), "added": sorted(outcome.reread.added)}
        found["previous"] = {"file": str(before.path), "digest": before.head.digest, **rated}
    return found
