"""Measures the five ratios and prints them beside their targets."""

import sys

from benchmarks.books import generated_book
from benchmarks.measure import Comparison, Target, in_process, whole_processes
from benchmarks.orders import by_engine, by_hand, setting
from benchmarks.reading import by_csv, by_reader, usage_file


def main() -> int:
    """Runs every comparison; returns 1 where a ratio misses its target."""
    python = sys.executable
    rows = [
        in_process(Target("a quote with its trace / a hand-written Decimal function of the same order", "12"), *_quotes()),
        whole_processes(
            Target('`pricebook --help` / `python -c "import click"`', "1.5"),
            [python, "-m", "pricebook", "--help"],
            [python, "-c", "import click"],
        ),
    ]
    with generated_book(10_000) as small, generated_book(100_000) as large:
        load = "import sys, yaml, pathlib; [yaml.load(p.read_bytes(), yaml.CSafeLoader) for p in sorted(pathlib.Path(sys.argv[1]).rglob('*.yaml'))]"
        rows.append(
            whole_processes(
                Target("`check` of a 10,000-line book / loading it with PyYAML's C loader", "5"),
                [python, "-m", "pricebook", "check", str(small)],
                [python, "-c", load, str(small)],
            )
        )
        rows.append(
            whole_processes(
                Target("`check` of 100,000 lines / of 10,000 lines", "12"),
                [python, "-m", "pricebook", "check", str(large)],
                [python, "-m", "pricebook", "check", str(small)],
                rounds=3,
            )
        )
    book, content = usage_file(20_000)
    target = Target("reading 20,000 rows of usage / Python's csv module on the same file", "30")
    rows.append(in_process(target, lambda: by_reader(book, content), lambda: by_csv(content), rounds=9, batch=1))
    print(_table(rows))
    return int(any(not row.reached for row in rows))


def _quotes():
    book, order = setting()
    return (lambda: by_engine(book, order)), by_hand


def _table(rows: list[Comparison]) -> str:
    widest = max(len(row.target.what) for row in rows)
    lines = [f"{'':{widest}}  {'ratio':>7}  {'target':>8}  {'first':>11}  {'second':>11}"]
    for row in rows:
        said = f"{row.target.what:{widest}}  {row.ratio:>7}  {'<= ' + row.target.most:>8}"
        lines.append(f"{said}  {row.first:>11}  {row.second:>11}  {'' if row.reached else 'missed'}".rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
