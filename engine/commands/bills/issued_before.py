"""Invoices that were issued before, of any number of accounts: each is read when its account is billed.

Contract: what is kept of an invoice is the name of its file; that it is one of the account's is known by what it says.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.commands.reading import issued_files
from engine.diagnostics import Diagnostic
from engine.language.build import load_issued
from engine.store import read_input

if TYPE_CHECKING:
    from engine.commands.reading import Issued
    from engine.model.book import PriceBook


@dataclass(frozen=True, slots=True)
class IssuedBefore:
    """The files of issued invoices by account, the numbers of all, and the SHA-256 of their contents in the order of their names; None: no files.

    `problems` are of files that are no invoices of any account.
    """

    book: "PriceBook"
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    digest: str | None = None
    problems: tuple[Diagnostic, ...] = ()

    def of(self, account: str) -> "tuple[list[Issued], list[Diagnostic]]":
        """The account's invoices, and what is wrong with any of them."""
        found: list[Issued] = []
        problems: list[Diagnostic] = []
        for name in self.files.get(account, ()):
            made, wrong = load_issued(name, read_input(name), self.book)
            found += [made] if made is not None else []
            problems += wrong
        return found, problems

    def others(self, accounts: Collection[str]) -> Counter[str]:
        """How many invoices there are of other accounts, by their ids."""
        return Counter({account: len(names) for account, names in self.files.items() if account not in accounts})


def issued_before(names: Iterable[str], book: "PriceBook") -> IssuedBefore:
    """The invoices in files and folders. Raises Unusable where one cannot be opened."""
    digest, files, numbers, problems = hashlib.sha256(), dict[str, list[str]](), set[str](), list[Diagnostic]()
    found = sorted(issued_files(names))
    for name in found:
        content = read_input(name)
        digest.update(content)
        try:
            said = json.loads(content)
            files.setdefault(said["account"], []).append(name)
            numbers.add(str(said["number"]).strip())
        except (ValueError, RecursionError, TypeError, KeyError):
            problems += load_issued(name, content, book)[1]
    return IssuedBefore(book, files, frozenset(numbers), digest.hexdigest() if found else None, tuple(problems))
