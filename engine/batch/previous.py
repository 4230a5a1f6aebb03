"""Charges that were made before, to be continued: which files they were made of, and which accounts' charges are to be made anew.

Contract: what was charged is known only as long as the files of then are there as they were; where they are not, nothing is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from engine.batch.charges_file import ChargesHead, KeptCharges, of_another_period, open_charges, unfit
from engine.batch.days import adding_items
from engine.batch.earlier import RatedBefore
from engine.batch.made_of import KnownFile, read_files
from engine.model.book import PriceBook
from engine.model.charges import UsageCharge
from engine.values.microseconds import in_microseconds

CONTINUED = "continued"
REMEDY = "put the file back as it was, or rate all usage again without --previous"


@dataclass(frozen=True, slots=True)
class Previous:
    """A file of charges of the same book and period, or of its first days, and the accounts that it has charges of."""

    path: Path
    head: ChargesHead
    charged: frozenset[str]
    until: datetime

    def all_files(self, further: Sequence[str]) -> list[str]:
        """The names of the usage files of then and of further ones, each file once, in order. Raises Unusable where one of then is gone."""
        return sorted(self._all(self.head.made_of.files, further))

    def all_amendments(self, further: Sequence[str]) -> list[str]:
        """The same of amendments, those of then first."""
        return self._all(self.head.made_of.amendments, further)

    def _all(self, known: Iterable[KnownFile], further: Iterable[str]) -> list[str]:
        found: dict[Path, str] = {}
        for each in known:
            path = Path(each.name)
            if not path.exists():
                why = f"`{each.name}`, which its charges were made of, is not there"
                raise unfit(self.path, CONTINUED, why, f"{REMEDY}; its name is looked up from the folder you are in")
            found[path.resolve()] = each.name
        for name in further:
            found.setdefault(Path(name).resolve(), name)
        return [*found.values()]

    def begins(self, usage: Sequence[KnownFile]) -> bool:
        """Whether the usage files of then come before all others, so that the digests of both times can be compared."""
        then = self.head.made_of.files
        return [each.name for each in then] == [each.name for each in usage[: len(then)]]

    def read_again(self) -> tuple[KnownFile, ...]:
        """The files of then alone. Raises Unusable where one cannot be read."""
        of = self.head.made_of
        usage, amendments, _ = read_files((each.name for each in of.files), (each.name for each in of.amendments))
        return (*usage, *amendments)

    def check(self, files: Iterable[KnownFile]) -> None:
        """Raises Unusable where a file of then has another content now."""
        now = {each.name: each for each in files}
        for each in (*self.head.made_of.files, *self.head.made_of.amendments):
            if now[each.name] != each:
                why = f"`{each.name}`, which its charges were made of, has changed since"
                raise unfit(self.path, CONTINUED, why, f"{REMEDY}; give what is new as a file of its own")

    @property
    def has_fewer_days(self) -> bool:
        """Whether days are added to those of then."""
        return self.head.end < self.until

    def kept(self, without: frozenset[str]) -> KeptCharges:
        """The charges of all accounts but these."""
        return KeptCharges(self.path, without, self.until if self.has_fewer_days else None)

    def charges(self, book: PriceBook, names: frozenset[str]) -> list[tuple[str, tuple[UsageCharge, ...]]]:
        """Of each of the named accounts that has any its charges."""
        file = open_charges(self.path, book, done=CONTINUED)
        with closing(file.connection):
            return [(name, charges) for name, charges in file.accounts() if name in names]

    def earlier(self, book: PriceBook, accounts: Mapping[str, str]) -> RatedBefore:
        """What is known of the files of then, for accounts as they are now: those with another text than then are touched, and so are those
        that are gone, and where days are added those whose charges do not add up. `accounts` are the digests of the texts by the ids.
        """
        then, before = frozenset(self.head.made_of.accounts), RatedBefore(frozenset(), frozenset(), ())
        if self.has_fewer_days:
            adding = adding_items(book, self.head.start, self.until)
            if adding != adding_items(book, self.head.start, self.head.end):
                then, adding = frozenset(), frozenset()
            days = (in_microseconds(self.head.end), in_microseconds(self.until))
            before = replace(before, accounts=frozenset(self.head.made_of.again), adding=adding, days=days)
        other = {name for name, digest in accounts.items() if digest not in then}
        of = self.head.made_of
        names = frozenset(each.name for each in (*of.files, *of.amendments))
        return replace(before, names=names, early=frozenset(of.early), accounts=before.accounts | other | (self.charged - accounts.keys()), claimed=of.claimed)


def open_previous(path: Path, book: PriceBook, period: tuple[datetime, datetime]) -> Previous:
    """The file, to be continued. Raises Unusable where it is none of charges of this book and period or of its first days, or does not say what
    it was made of.
    """
    found = open_charges(path, book, done=CONTINUED)
    with closing(found.connection):
        if found.head.start != period[0] or found.head.end > period[1]:
            raise of_another_period(path, book, found.head, period, CONTINUED)
        charged = found.names()
    if not found.head.made_of.files:
        raise unfit(path, CONTINUED, "it does not say of which files it was made", "rate all usage again without --previous")
    return Previous(path, found.head, charged, period[1])
