"""Single statements of `pricebook rate` beside bare ones, in one process: what pricing and strict reading cost by themselves.

`python -m benchmarks.statements priced work/usage work/accounts.parquet --book work/book --temp work/temp` prints the processor seconds of each
statement, the medians of several rounds in turn. A whole run has the start of the program, accounts, digests and the writing of charges besides.
"""

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from benchmarks.baselines import CSV, GROUPED, PARQUET
from benchmarks.usage import PERIOD
from engine.batch.account_texts import AccountTexts
from engine.batch.accounts import Accounts
from engine.batch.duckdb import EmbeddedEngine, table
from engine.batch.rated import plan_delivery
from engine.batch.relation import relate
from engine.batch.session import EngineLimits, Session, opened_session
from engine.batch.settling import settle
from engine.batch.sources import source_of, usage_names
from engine.batch.staging import DECIMALS
from engine.batch.usage_scan import UsageScan
from engine.commands.billing_period import period_of
from engine.rating.rejects import pieces_of, quoted, read_text_sql
from engine.store import open_book
from engine.values.periods import start_of_day

SUMS = """SELECT account, subscription, item, sum(quantity), sum(records), count(*), min(first) FROM (
    SELECT account, subscription, item, date_trunc('hour', time) AS hour, sum(quantity) AS quantity, count(*) AS records, min(time) AS first
    FROM {usage} GROUP BY ALL) GROUP BY account, subscription, item"""
"""What a charge says of records that are charged one by one, but for its amounts: quantity, records, hours with any, and the first use."""


def main() -> None:
    """Prints a line for each statement: its name and its seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("priced", "csv"))
    parser.add_argument("usage")
    parser.add_argument("accounts")
    parser.add_argument("--book", required=True)
    parser.add_argument("--memory")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--temp", required=True, type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with opened_session(EngineLimits(given.memory, given.threads, given.temp)) as session:
        made = _priced if given.what == "priced" else _csv
        for name, seconds in _timed(session, made(session, given.book, given.usage, given.accounts), given.rounds).items():
            print(name, f"{seconds:.3f}")


def _timed(session: Session, statements: Mapping[str, tuple[str, ...]], rounds: int) -> dict[str, float]:
    found: dict[str, list[float]] = {name: [] for name in statements}
    for _ in range(rounds + 1 if rounds > 1 else 1):
        for name, queries in statements.items():
            begun = time.process_time()
            for query in queries:
                session.connection.execute(query).fetchall()
            found[name].append(time.process_time() - begun)
    return {name: median(seconds[-rounds:]) for name, seconds in found.items()}


def _priced(session: Session, book_name: str, usage: str, account_file: str) -> dict[str, tuple[str, ...]]:
    """The queries of the plan over the files as they lie, beside the bare GROUP BY, and the sums of a charge without prices."""
    book, engine = open_book(book_name).rules, EmbeddedEngine()
    first, last = period_of(PERIOD)
    stretch = start_of_day(first, book.zone), start_of_day(last, book.zone)
    accounts = Accounts(book, stretch[1])
    for each in AccountTexts([account_file]):
        accounts.read(each)
    scan = UsageScan(session, book, stretch)
    scan.open(usage_names([usage]))
    settle(scan, accounts, lambda done: None)
    plan = plan_delivery(scan, accounts, relate(scan), engine)
    for each in plan.tables():
        table(session.connection, each.name, [*(f"{name} VARCHAR" for name in each.texts), *(f"{name} BIGINT" for name in each.numbers)], each.rows)
    for name, sql in plan.derived():
        session.connection.execute(f"CREATE TEMP TABLE {name} AS {sql}")
    files = PARQUET.format(folder=usage)
    queries = plan.emitted.queries if plan.emitted is not None else ()
    return {"plan": tuple(queries), "bare": (GROUPED.format(usage=files),), "sums": (SUMS.format(usage=files),)}


def _csv(session: Session, book_name: str, usage: str, _: str) -> dict[str, tuple[str, ...]]:
    """Texts that are held against the rules of times and numbers, and grouped, beside a typed read of the same files."""
    book = open_book(book_name).rules
    pieces = pieces_of(book, *(day.year for day in period_of(PERIOD)))
    sources = [source_of(session, book, name, number) for number, name in enumerate(usage_names([usage]))]
    rows = " UNION ALL ".join(f"SELECT {', '.join(map(quoted, each.names))} FROM {each.cells()}" for each in sources)
    read = read_text_sql(sources[0].shape, pieces, rows, *DECIMALS[0])
    strict = f'SELECT account, item, sum("#amount"), min("#at"), count("#at"), count("#amount") FROM ({read}) GROUP BY account, item'
    return {"strict": (strict,), "typed": (GROUPED.format(usage=CSV.format(folder=usage, ids="")),)}


if __name__ == "__main__":
    main()
