"""Several usage files as one delivery: a record that stands in two of them counts once, whichever is read first.

Contract: takes texts, opens no file; the files' order makes no difference to what is charged.
"""

from collections.abc import Mapping

from engine.diagnostics import Diagnostic, Label, report
from engine.diagnostics.usage import USAGE_ID_CONFLICT
from engine.model.book import PriceBook
from engine.usage.duplicates import without_duplicates
from engine.usage.record import UsageRecord
from engine.usage.records import UsageRead, read_usage
from engine.values.spans import Span


def read_usage_files(book: PriceBook, texts: Mapping[str, str]) -> UsageRead:
    """The records of all files (name -> CSV text), each id once, and what is wrong with the others."""
    parts = [read_usage(book, name, text) for name, text in texts.items()]
    unique = without_duplicates(record for part in parts for record in part.records)
    diagnostics = [each for part in parts for each in part.diagnostics] + [_conflict(group) for group in unique.conflicting]
    conflicting = sum(len(group) for group in unique.conflicting)
    return UsageRead(
        unique.kept,
        sum(part.read for part in parts),
        sum(part.duplicates for part in parts) + len(unique.dropped),
        sum(part.rejects for part in parts) + conflicting,
        tuple(sorted(diagnostics, key=lambda each: each.order)),
    )


def _conflict(group: tuple[UsageRecord, ...]) -> Diagnostic:
    """Two records of one id in different files that differ, each with its place."""
    first, second = group[0], next(each for each in group if each.content != group[0].content)
    here, there = (Span(each.origin.file, each.origin.line, 1, each.origin.line, 2) for each in (second, first))
    message = f"the record `{first.id}` stands in {first.origin.label} and in {second.origin.label} with different contents"
    return report(
        USAGE_ID_CONFLICT, message, here, subject=first.id or "", labels=(Label(there, "the first one"),),
        help="give different records different ids, or leave out the one that is wrong",
    )  # fmt: skip
