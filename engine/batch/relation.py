"""The relation `usage` of a delivery that was settled, and what is known of it: how large, how often, of whom, and of what."""

from collections.abc import Iterator
from typing import Any

from engine.batch.usage_scan import LARGEST, UsageScan
from engine.rating.reconcile import AccountCounts, Delivery, FileCounts, Use
from engine.rating.rejects import MOST_PLACES, decimals_sql, quoted
from engine.values.microseconds import in_microseconds

NARROW = 18
"""Digits of a decimal that an engine computes with as with a whole number."""


def relate(scan: UsageScan) -> Delivery:
    """Makes the relations `usage`, in whole numbers, and `records`, with exact quantities as texts; what is known of them."""
    bounds = f"""SELECT min(first), max(last), max(greatest), sum(total), max(places) FROM (
        SELECT first, last, greatest, total, 0 AS places FROM census WHERE sure > 0 UNION ALL
        SELECT "#at", "#at", amount, amount, least({decimals_sql("#amount")}, {MOST_PLACES}) FROM (
        SELECT *, TRY_CAST("#amount" AS DECIMAL(38, {MOST_PLACES})) AS amount FROM mended))"""
    first, last, greatest, total, places = _one(scan, bounds)
    places = max([places or 0, scan.places, *(min(group.shape.scale, MOST_PLACES) for group in scan.groups)])
    scaled, limit = int((greatest or 0) * 10**places), LARGEST // 10**places
    for name, sql in (("records", _exact(scan)), ("usage", _whole(scan, places, min(scaled, LARGEST), limit))):
        scan.session.connection.execute(f"CREATE VIEW {name} AS {sql}")
    unfit = _unfit(scan, places, limit, "FROM records" if scaled > LARGEST else 'SELECT account, "#amount" AS quantity FROM mended')
    by_account = _by_account(scan)
    return Delivery(
        places, min(scaled, LARGEST), int((total or 0) * 10**places), first, last, tuple(_files(scan)), _uses(scan), unfit, by_account
    )  # fmt: skip


def _one(scan: UsageScan, sql: str) -> tuple[Any, ...]:
    return scan.session.connection.execute(sql).fetchone() or ()


def _uses(scan: UsageScan) -> tuple[Use, ...]:
    """What is used, by what decides its price."""
    names = ", ".join(quoted(name) for name in ("item", "spec", *scan.apart))
    found = scan.session.connection.execute(f"SELECT {names} FROM census WHERE sure > 0 UNION SELECT {names} FROM mended").fetchall()
    uses = [(item, spec, tuple((name, value) for name, value in zip(scan.apart, values, strict=True) if value)) for item, spec, *values in found]
    return tuple(sorted(uses, key=str))


def users(scan: UsageScan, item: str) -> frozenset[str]:
    """The accounts that use an item."""
    sql = "SELECT account FROM census WHERE sure > 0 AND item = ? UNION SELECT account FROM mended WHERE item = ?"
    return frozenset(account for (account,) in scan.session.connection.execute(sql, [item, item]).fetchall())


def _exact(scan: UsageScan) -> str:
    parts = [*(scan.typed(group, scan.rows(group)) for group in scan.groups), "SELECT * FROM mended"]
    here = f'SELECT "#file" AS file, "#row" AS row, {_columns(scan)}, "#at" AS at, "#amount" AS quantity FROM ({" UNION ALL ".join(parts)})'
    return f"{here} UNION ALL SELECT * FROM brought"


def _whole(scan: UsageScan, places: int, greatest: int, limit: int) -> str:
    """Quantities as whole numbers. What has more decimals or digits is left out: `unfit` names its accounts."""
    digits = max(len(str(greatest)), places + 1)
    digits = digits if digits + places + 1 <= NARROW else 38
    whole = f"CAST(CAST(amount AS DECIMAL({digits}, {places})) * CAST({10**places} AS DECIMAL({places + 1}, 0)) AS BIGINT)"
    fits = f" WHERE amount <= {limit}" if greatest == LARGEST else ""
    parts = []
    for group in scan.groups:
        rows = f'SELECT "#file", "#row", {scan.present(group, scan.texts)}, "#at", "#amount" AS amount FROM ({scan.rows(group)})'
        parts.append(f'SELECT "#file" AS file, "#row" AS row, {_columns(scan)}, "#at" AS at, {whole} AS quantity FROM ({rows}){fits}')
    mended = f'SELECT *, TRY_CAST("#amount" AS DECIMAL(38, {MOST_PLACES})) AS amount FROM mended WHERE {decimals_sql("#amount")} <= {places}'
    parts.append(f'SELECT "#file" AS file, "#row" AS row, {_columns(scan)}, "#at" AS at, {whole} AS quantity FROM ({mended}) WHERE amount <= {limit}')
    return " UNION ALL ".join(parts)


def _unfit(scan: UsageScan, places: int, limit: int, source: str) -> frozenset[str]:
    amount = f"TRY_CAST(quantity AS DECIMAL(38, {MOST_PLACES}))"
    wide = f"{amount} IS NULL OR {amount} > {limit} OR {decimals_sql('quantity')} > {places}"
    return frozenset(account for (account,) in scan.session.connection.execute(f"SELECT DISTINCT account FROM ({source}) WHERE {wide}").fetchall())


def _files(scan: UsageScan) -> Iterator[FileCounts]:
    rejected = dict(scan.session.connection.execute("SELECT file, count(*) FROM rejected GROUP BY file").fetchall())
    amended = dict(scan.session.connection.execute("SELECT file, count(*) FROM taken_out GROUP BY file").fetchall())
    for each in scan.sources:
        read = (each.rows or 0) + scan.extra_rows[each.number] - scan.mending.blank[each.number]
        if each.number in scan.mending.refused:
            read = rejected.get(each.number, 0)  # of a file that is refused as a whole nothing else counts
        yield FileCounts(each.name, read, scan.repeated_by_file[each.number], rejected.get(each.number, 0), amended.get(each.number, 0))


def _by_account(scan: UsageScan) -> dict[str, AccountCounts]:
    """What became of the rows of each account; those that name none count as those of the account with the empty name."""
    connection, (start, end) = scan.session.connection, map(in_microseconds, scan.stretch)
    kept = """SELECT account, sum(count)::BIGINT FROM (SELECT account, sure AS count FROM census UNION ALL SELECT account, -count FROM removed
        UNION ALL SELECT account, 1 FROM mended) GROUP BY account"""
    records = dict(connection.execute(kept).fetchall())
    beyond = f"(first < {start} OR last >= {end})"
    around = f'SELECT 1 FROM census WHERE sure > 0 AND {beyond} UNION ALL SELECT 1 FROM mended WHERE "#at" < {start} OR "#at" >= {end} LIMIT 1'
    outside: dict[str, int] = {}
    if connection.execute(around).fetchone() is not None:
        here = f'SELECT account, count(*) AS count FROM records WHERE "at" < {start} OR "at" >= {end} GROUP BY account'
        outside = dict(connection.execute(f"SELECT account, sum(count)::BIGINT FROM ({here} UNION ALL SELECT * FROM beyond) GROUP BY account").fetchall())
    rejected = dict(connection.execute("SELECT coalesce(account, ''), count(*) FROM rejected GROUP BY ALL").fetchall())
    amended = dict(connection.execute("SELECT account, count(*) FROM taken_out GROUP BY ALL").fetchall())
    repeated = scan.repeated_by_account
    names = sorted(name for name in {*records, *rejected, *repeated, *amended} if name is not None)
    found = {name: AccountCounts(records.get(name, 0), outside.get(name, 0), repeated[name], rejected.get(name, 0), amended.get(name, 0)) for name in names}
    return {name: counts for name, counts in found.items() if counts.read}


def _columns(scan: UsageScan) -> str:
    return ", ".join(map(quoted, scan.texts))
