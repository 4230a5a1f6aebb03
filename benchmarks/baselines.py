"""What the rating of usage is compared with: the bare query over the same files, which checks nothing and prices nothing.

`python -m benchmarks.baselines hourly work/usage work/accounts.parquet --memory 1GB --threads 2 --temp work/temp`
"""

import argparse
from pathlib import Path

import duckdb

GROUPED = "SELECT account, item, sum(quantity) FROM {usage} GROUP BY account, item"
QUERIES = {
    # Each record by itself.
    "grouped": GROUPED,
    "joined": "SELECT account, item, sum(quantity) FROM {usage} JOIN '{accounts}' USING (account) GROUP BY account, item",
    # B: the highest of each hour, and its sum.
    "hourly": """
        SELECT account, subscription, item, sum(highest) FROM (
            SELECT account, subscription, item, date_trunc('hour', time) AS hour, max(quantity) AS highest FROM {usage} GROUP BY ALL)
        GROUP BY account, subscription, item""",
    "typed-csv": GROUPED,
}
PARQUET = "'{folder}/*.parquet'"
CSV = """read_csv('{folder}/*.csv', auto_detect = false, header = true, columns = {{'account': 'VARCHAR', 'subscription': 'VARCHAR',
    'item': 'VARCHAR', 'time': 'TIMESTAMPTZ', 'quantity': 'DECIMAL(18, 6)'{ids}}})"""


def main() -> None:
    """Runs one query and throws its rows away."""
    parser = argparse.ArgumentParser()
    parser.add_argument("query", choices=QUERIES)
    parser.add_argument("folder")
    parser.add_argument("accounts")
    parser.add_argument("--memory")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--temp", required=True)
    parser.add_argument("--ids", action="store_true", help="the CSV has ids")
    parser.add_argument("--remote", help="run it on this cluster of Spark")
    given = parser.parse_args()
    if given.remote is not None:
        _on_spark(given.remote, given.query, given.folder, given.accounts)
        return
    usage = CSV.format(folder=given.folder, ids=", 'id': 'VARCHAR'" if given.ids else "") if given.query == "typed-csv" else PARQUET.format(folder=given.folder)
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {given.threads}; SET temp_directory = '{given.temp}'; SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
        if given.memory:
            connection.execute(f"SET memory_limit = '{given.memory}'")
        rows = connection.execute(QUERIES[given.query].format(usage=usage, accounts=given.accounts))
        while rows.fetchmany(100_000):
            pass


def _on_spark(remote: str, query: str, folder: str, accounts: str) -> None:
    from engine.batch.spark import open_session

    with open_session(remote, None, {}) as session:
        session.read.parquet(str(Path(folder).absolute())).createOrReplaceTempView("usage")
        session.read.parquet(str(Path(accounts).absolute())).createOrReplaceTempView("accounts")
        session.sql(QUERIES[query].format(usage="usage", accounts="accounts").replace("'accounts'", "accounts")).toArrow()


if __name__ == "__main__":
    main()
