"""From usage files to charges: what was read is counted, what is rejected is told and listed, and only then anything is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.output import say, write_result
from engine.commands.progress import Progress
from engine.commands.rating_summary import (
    REJECTS,
    RateOutcome,
    RateRequest,
    amended_of,
    amended_path,
    forget_rejects,
    plan_told,
    rejects_of,
    summary_json,
    told,
)
from engine.commands.reading import may_be_account, refuse_order, show_findings

if TYPE_CHECKING:
    from datetime import datetime

    from engine.batch.accounts import Accounts
    from engine.batch.engine import Engine
    from engine.batch.usage_scan import UsageScan
    from engine.store import OpenedBook

STEPS = 4


def rate_usage(opened: "OpenedBook", wanted: RateRequest) -> int:
    """Rates the usage and says what became of it; 1 with findings. Raises Unusable where the machine fails."""
    from engine.batch.amended import amended_ids
    from engine.batch.charges_file import ChargesHead
    from engine.batch.delivery import charges_of_delivery, delivered, read_delivery
    from engine.batch.previous import open_previous
    from engine.batch.rated import rate_delivery
    from engine.batch.session import EngineLimits, opened_session
    from engine.batch.sources import usage_names
    from engine.batch.usage_scan import UsageScan
    from engine.values.periods import start_of_day

    book = opened.rules
    stretch = (start_of_day(wanted.period[0], book.zone), start_of_day(wanted.period[1], book.zone))
    names = usage_names(wanted.usage)
    previous = open_previous(wanted.previous, book, stretch) if wanted.previous is not None else None
    with opened_session(EngineLimits(wanted.memory, wanted.threads, wanted.temp)) as session, _engine(wanted) as engine:
        with Progress("steps of reading", STEPS) as progress:
            accounts, sources = _accounts(opened, wanted, stretch[1])
            files = delivered(names, tuple(dict.fromkeys(wanted.amend)), previous)
            progress.reached(1)
            scan = UsageScan(session, book, stretch)
            read = read_delivery(scan, files, accounts, previous, engine, lambda done: progress.reached(1 + done))
            delivery = read.delivery
        if wanted.show_plan:
            write_result(plan_told(scan, accounts, delivery, engine))
            return 0
        with Progress("accounts", len(delivery.accounts)) as progress:
            rated = rate_delivery(scan, accounts, delivery, engine, progress.reached)
        findings = [*accounts.problems, *scan.mending.findings.listed(), *rated.problems]
        if findings:
            show_findings(opened.shown(findings), sources | scan.not_shown, "text")
        refused = bool(scan.mending.refused) or any(each.severity == "error" for each in (*accounts.problems, *rated.problems))
        charges, of = charges_of_delivery(scan, accounts, read, rated.charges, previous)
        head = ChargesHead(book.id, book.digest, *stretch, files.digest, made_of=of)
        outcome = RateOutcome(delivery, replace(rated, charges=tuple(charges)), refused, head, previous, read.reread, amended_ids(scan))
        return _write(wanted, scan, outcome)


@contextmanager
def _engine(wanted: RateRequest) -> "Iterator[Engine]":
    """The engine that was asked for; raises Unusable where there is no such cluster, or while it is used."""
    from engine.batch.duckdb import EmbeddedEngine

    if wanted.cluster is None:
        yield EmbeddedEngine(rates=wanted.engine != "interpreter")
        return
    from engine.batch.spark import open_session
    from engine.batch.spark_engine import ClusterEngine

    with open_session(wanted.cluster.remote, wanted.cluster.master, wanted.cluster.options) as session:
        yield ClusterEngine(session)


def _accounts(opened: "OpenedBook", wanted: RateRequest, until: "datetime") -> "tuple[Accounts, dict[str, str]]":
    """All accounts, and the texts of the files that findings may show."""
    from engine.batch.account_texts import AccountTexts
    from engine.batch.accounts import Accounts

    accounts, sources = Accounts(opened.rules, until), dict(opened.sources)
    for each in AccountTexts(wanted.accounts):
        if each.id is None:
            if not each.named and not may_be_account(each.name, each.content):
                say(f"left out, because no account stands there: {each.name}")
                continue
            refuse_order(each.name, each.content)
            sources[each.name] = each.content.decode("utf-8-sig", "replace")
        accounts.read(each)
    return accounts, sources


def _write(wanted: RateRequest, scan: "UsageScan", outcome: RateOutcome) -> int:
    """Writes the charges and what is rejected, both or none, and says what was read and what became of it."""
    from engine.batch.charges_file import write_charges
    from engine.results import written

    output = Path(wanted.output or "")
    rejects, part = output.with_name(REJECTS), scan.session.folder / "charges.parquet"
    files: list[tuple[Path, bytes | Path]] = [(rejects, rejects_of(scan))] if outcome.delivery.rejected else []
    if any(outcome.amended):
        files.append((amended_path(output), amended_of(scan)))
    if outcome.head is not None and not outcome.refused and (wanted.accept_rejects or not outcome.delivery.rejected):
        kept = outcome.previous.kept(outcome.reread.rated) if outcome.previous is not None and outcome.reread is not None else None
        outcome = replace(outcome, head=write_charges(part, outcome.rated.charges, outcome.head, kept))
        files.append((output, part))
    else:
        outcome = replace(outcome, head=None)
    with written(*files):
        if wanted.form == "json":
            write_result(summary_json(wanted, outcome), form="json")
        else:
            for line in told(wanted, outcome):
                say(line)
    if not outcome.delivery.rejected:
        forget_rejects(rejects)
    return outcome.code
