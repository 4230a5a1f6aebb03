"""Usage files as commands read them: one after the other, row by row, none of them kept in memory; and what is said of their records."""

import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.output import counted

if TYPE_CHECKING:
    import hashlib

    from _typeshed import WriteableBuffer

    from engine.batch.charges_file import ChargesFile
    from engine.diagnostics import Diagnostic
    from engine.model.book import PriceBook
    from engine.model.charges import RatedUsage
    from engine.usage import UsageRead

Period = tuple[datetime, datetime]
CONTEXT = 2
"""Lines above a finding that are shown with it."""
MOST_NAMED = 3


class _Fingerprinted(io.RawIOBase):
    """A stream whose bytes go through a digest as they are read."""

    def __init__(self, stream: io.BufferedReader, digest: "hashlib._Hash") -> None:
        super().__init__()
        self.stream, self.digest = stream, digest

    def readable(self) -> bool:
        """It is read, never written."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """The next bytes, as many as there is room for."""
        count = self.stream.readinto(buffer)
        self.digest.update(memoryview(buffer)[:count])
        return count


def read_usage_of(names: Iterable[str], book: "PriceBook", *, accounts: Collection[str] | None = None) -> tuple["UsageRead", str | None]:
    """What usage files hold for the accounts, and the fingerprint of their contents in the order of their names; None without files."""
    import hashlib

    from engine.usage import read_usage_files

    digest, ordered = hashlib.sha256(), sorted(set(names))
    used = read_usage_files(book, _opened(ordered, digest), accounts)
    return used, digest.hexdigest() if ordered else None


def charges_of(names: Sequence[str], book: "PriceBook", period: Period) -> dict[Period, "ChargesFile"]:
    """Files of charges by their periods, of which one is that which is billed; none without files. Raises Unusable."""
    if not names:
        return {}
    from engine.batch.charges_file import open_charges

    files: dict[Period, ChargesFile] = {}
    for name in dict.fromkeys(names):
        opened = open_charges(Path(name), book)
        other = files.setdefault((opened.head.start, opened.head.end), opened)
        if other is not opened:
            raise click.UsageError(f"The charges of `{other.path}` and of `{name}` are of the same period. Name the file that was made later alone.")
    if period not in files:
        open_charges(Path(names[0]), book, period)
    return files


def rated_usage(files: Mapping[Period, "ChargesFile"], account: str) -> "RatedUsage":
    """What files of charges hold of an account."""
    from engine.model.charges import RatedUsage

    return RatedUsage({span: each.of(account) for span, each in files.items()}, {span: each.gone(account) for span, each in files.items()})


def _opened(names: Sequence[str], digest: "hashlib._Hash") -> Iterator[tuple[str, io.RawIOBase]]:
    from engine.store import open_input

    for name in names:
        with open_input(name) as stream:
            yield name, _Fingerprinted(stream, digest)


def with_excerpts(sources: Mapping[str, str], findings: Iterable["Diagnostic"]) -> dict[str, str]:
    """The sources, and of files that were not kept the lines that the findings show: all others of their lines are empty."""
    from engine.shelf import Unusable

    lines: dict[str, set[int]] = {}
    for each in findings:
        for span in (each.span, *(label.span for label in each.labels)):
            if span is not None and span.file not in sources:
                lines.setdefault(span.file, set()).update(range(span.line - CONTEXT, span.line + 1))
    shown = dict(sources)
    for name, numbers in lines.items():
        with suppress(Unusable):
            shown[name] = _excerpt(name, numbers)
    return shown


def _excerpt(name: str, lines: set[int]) -> str:
    from engine.store import open_input
    from engine.usage.lines import LONGEST_LINE

    found, last = [], max(lines)
    with open_input(name) as stream:
        for number, content in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), start=1):
            found.append(content.decode("utf-8-sig" if number == 1 else "utf-8", "replace").rstrip("\n") if number in lines else "")
            if number == last:
                break
    return "\n".join(found)


def usage_told(used: "UsageRead", files: int, spans: Sequence[tuple[datetime, datetime]]) -> str:
    """How many records were read, and what became of them; the parts add up. `spans` are the periods that are billed."""
    outside = sum(1 for record in used.records if not any(start <= record.at < end for start, end in spans))
    others = sum(used.others.values())
    named = sorted(used.others.items(), key=lambda each: (-each[1], each[0]))
    further = [f"{len(named) - MOST_NAMED:,} more"] if len(named) > MOST_NAMED else []
    listed = [*(f"{name} {count:,}" for name, count in named[:MOST_NAMED]), *further]
    parts = [
        f"{len(used.records) - outside:,} to bill",
        *([f"{outside:,} outside the period{'s' if len(spans) > 1 else ''}"] if outside else ()),
        *([f"{used.repeated:,} repeated"] if used.repeated else ()),
        *([f"{others:,} for other accounts ({', '.join(listed)})"] if others else ()),
        *([f"{used.refused:,} refused"] if used.refused else ()),
    ]
    return f"usage: {used.read:,} record{'' if used.read == 1 else 's'} of {counted(files, 'file')}: {', '.join(parts)}"
