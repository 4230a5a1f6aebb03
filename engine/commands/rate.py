"""`pricebook rate`: usage of any size to charges, from which every bill of the period can be made."""

import re
from typing import TYPE_CHECKING

import click

from engine.commands.options import NAME_OF_FILE, book_option, described, files_option, format_option

if TYPE_CHECKING:
    from engine.commands.rating_summary import ClusterAddress

MEMORY = re.compile(r"[1-9][0-9]{0,8} ?[KMGT]i?B")
ENGINES = ("duckdb", "spark", "interpreter")

HELP = """Rate the usage of a period: what each account is charged for, as a file of which its invoice is made without the usage.

Usage is CSV or Parquet: files, folders, or patterns in quotes. Every row is rated, repeated, outside of the period, or rejected: the sum is
checked before anything is written. A rejected row stands in `rejects.csv` beside the charges, with its line and the reason; then charges
are written only with --accept-rejects. What DuckDB does not rate, the interpreter does, to the same amounts.

With --previous USAGE is what came later, and only the accounts that it touches are rated again; --amend replaces and withdraws records.

What one machine cannot hold, a Spark cluster rates, with the same answers: its workers read the files under the names that they have here."""

EXAMPLE = """pricebook rate examples/koodrive/project-by-the-hour/usage-2026-03.csv -b koodrive --period 2026-03 \\
    --accounts examples/koodrive/project-by-the-hour -o out/charges.parquet"""


@described(HELP, EXAMPLE)
@click.argument("usage", metavar="USAGE...", nargs=-1, type=NAME_OF_FILE)
@book_option
@click.option("--period", metavar="PERIOD", required=True, help="2026-03, 2026-Q1, 2026, or 2026-03-01..2026-04-01 (the end is excluded).")
@click.option("--to", "until", metavar="DATE", help="Rate the days before this one alone, of a period that is not over.")
@files_option("--accounts", "account_files", "An account, a folder of accounts, or Parquet with the columns account and document")
@click.option("--previous", metavar="FILE", type=NAME_OF_FILE, help="Charges of the period made before: USAGE is what is new since.")
@files_option("--amend", "amend", "Records that replace those with their ids, or withdraw them (CSV; `yes` in its column `withdraw`)")
@click.option("--output", "-o", metavar="FILE", type=NAME_OF_FILE, help="The charges, a Parquet file; whole or not at all.")
@click.option("--accept-rejects", is_flag=True, help="Write the charges of all other rows where some are rejected.")
@click.option("--engine", type=click.Choice(ENGINES), default="duckdb", help="What computes; the amounts are the same.")
@click.option("--remote", metavar="ADDRESS", help="With --engine spark: the Connect server of a cluster, sc://HOST:15002.")
@click.option("--master", metavar="ADDRESS", help="With --engine spark: the cluster itself, spark://HOST:7077, with the full package of Spark.")
@click.option("--spark-option", "spark_options", metavar="KEY=VALUE", multiple=True, help="A setting of the Spark session; may be repeated.")
@click.option("--memory", metavar="SIZE", help="The memory that the engine may use: 512MB, 4GB; default: most of the machine's.")
@click.option("--threads", type=click.IntRange(1, 1024), help="How many threads the engine may use; default: one for each core.")
@click.option("--temp", metavar="FOLDER", type=NAME_OF_FILE, help="Where what does not fit into memory goes for a while.")
@click.option("--show-plan", is_flag=True, help="Show how each item is rated, in words and in SQL; nothing is written.")
@format_option("text", "json", default="text")
def command(
    usage: tuple[str, ...], book_name: str | None, period: str, until: str | None, account_files: tuple[str, ...], previous: str | None, amend: tuple[str, ...],
    output: str | None, accept_rejects: bool, engine: str, remote: str | None, master: str | None, spark_options: tuple[str, ...],
    memory: str | None, threads: int | None, temp: str | None, show_plan: bool, format_name: str,
) -> int:  # fmt: skip
    """Reads accounts and usage, rates, and writes the charges; 1 where rows are rejected."""
    from pathlib import Path

    from engine.commands.billing_period import cut_at, period_of
    from engine.commands.rating import rate_usage
    from engine.commands.rating_summary import RateRequest
    from engine.commands.reading import priceable_book

    if not usage and previous is None:
        raise click.UsageError("Which usage? Name its files: pricebook rate usage.csv")
    if not account_files:
        raise click.UsageError("Whose usage is it? Name the accounts: --accounts FOLDER")
    if output is None and not show_plan:
        raise click.UsageError("Name a file for the charges: -o charges.parquet")
    if output is not None and Path(output).suffix.lower() != ".parquet":
        raise click.UsageError(f"`{output}` does not end with .parquet, and charges are written as Parquet.")
    if memory is not None and not MEMORY.fullmatch(memory):
        raise click.BadParameter(f"`{memory}` is no size of memory; write it as 512MB or 4GB", param_hint="--memory")
    if engine == "spark" and (previous is not None or amend):
        raise click.UsageError("--previous and --amend read what was rated before on this machine: leave out --engine spark, the charges are the same")
    cluster = _cluster(engine, remote, master, spark_options)
    opened = priceable_book(book_name, format_name)
    if opened is None:
        return 1
    folder = Path(temp) if temp is not None else None
    before = Path(previous) if previous is not None else None
    wanted = RateRequest(
        usage, account_files, cut_at(period_of(period), until), period, output, accept_rejects, engine, memory, threads, folder, show_plan, format_name,
        before, amend, cluster,
    )  # fmt: skip
    return rate_usage(opened, wanted)


def _cluster(engine: str, remote: str | None, master: str | None, options: tuple[str, ...]) -> "ClusterAddress | None":
    """The cluster that was named; raises UsageError where it was not, or for nothing."""
    from engine.commands.rating_summary import ClusterAddress

    if engine != "spark":
        if remote is not None or master is not None or options:
            raise click.UsageError("--remote, --master and --spark-option are of a cluster: write --engine spark too")
        return None
    if (remote is None) == (master is None):
        raise click.UsageError("--engine spark needs one cluster: its Connect server, --remote sc://HOST:15002, or its master, --master spark://HOST:7077")
    settings = [each.partition("=") for each in options]
    for name, sign, _ in settings:
        if not (name.strip() and sign):
            raise click.BadParameter(f"`{name}` has no value; write it as spark.sql.shuffle.partitions=200", param_hint="--spark-option")
    return ClusterAddress(remote, master, {name.strip(): value.strip() for name, _, value in settings})
