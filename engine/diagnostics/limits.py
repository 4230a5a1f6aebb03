"""What one reading may cost, counted in what is read and found: never by a clock, so that the same files give the same findings.

Each number is far above what people write, and low enough that files of the worst kind end in seconds, within half a gigabyte.
"""

from collections import Counter
from collections.abc import Iterable

from engine.diagnostics.record import Diagnostic, report
from engine.diagnostics.text import MORE_FINDINGS

LARGEST_FILE = 8 * 1024 * 1024
"""Bytes of a file."""
LARGEST_BOOK = 64 * 1024 * 1024
"""Bytes of all rule files of a book."""
MOST_NAMES = 100_000
"""Files and folders below a folder that is read: of a book, of accounts, of issued invoices."""
MOST_WRITTEN = 350_000
"""Keys and values of all rule files of a book, or of an order or account."""
MOST_PRICES = 100_000
"""Prices that the entries and tables of a book come to, one for each spec that they hold for; and rows of its tables."""
MOST_FINDINGS = 10_000
"""Findings of one stage of reading or checking, and of one severity."""


class Findings(list[Diagnostic]):
    """Findings as they come: of each severity so many, then one that says that there are more. No error is lost behind warnings."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: Counter[str] = Counter()

    def add(self, found: Diagnostic) -> bool:
        """One more finding; whether another as grave as it would be kept too."""
        self._counts[found.severity] += 1
        count = self._counts[found.severity]
        if count <= MOST_FINDINGS:
            self.append(found)
        elif count == MOST_FINDINGS + 1:
            self.append(more_than(MOST_FINDINGS, found))
        return count < MOST_FINDINGS + 1


def at_most(found: Iterable[Diagnostic], gravest: str = "error") -> Findings:
    """The findings, of each severity so many at most. Beyond those of the gravest no more is even looked for."""
    kept = Findings()
    for each in found:
        if not kept.add(each) and each.severity == gravest:
            break
    return kept


def more_than(most: int, first: Diagnostic) -> Diagnostic:
    """The finding that ends the others, at the first that is not listed, and as grave as that one."""
    message = f"more than {most:,} findings stand before this place: from here on no more are looked for"
    remedy = "correct what is listed first: most of it has one cause"
    return report(MORE_FINDINGS, message, first.span, severity=first.severity, subject=first.subject, help=remedy)
