"""A delivery of usage, read: all of it, or with charges that were made before what is new of it and whatever this touches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.batch.accounts import Accounts
from engine.batch.amended import add_amended, gone_records, read_amendments
from engine.batch.days import accounts_to_read_again, early_accounts, with_days_before
from engine.batch.earlier import Reread, restrict
from engine.batch.engine import Engine
from engine.batch.made_of import KnownFile, MadeOf, read_files
from engine.batch.previous import Previous
from engine.batch.relation import relate
from engine.batch.settling import claimed_ids, settle
from engine.batch.usage_scan import UsageScan
from engine.model.charges import UsageCharge
from engine.rating.reconcile import Delivery, unaccounted


@dataclass(frozen=True, slots=True)
class DeliveredFiles:
    """Usage files and amendments by their names, those of before included, as they were read, and the digest of all."""

    usage: tuple[KnownFile, ...]
    amendments: tuple[KnownFile, ...]
    digest: str


def delivered(usage: Sequence[str], amendments: Sequence[str], previous: Previous | None) -> DeliveredFiles:
    """The files that are named, and those of before. Raises Unusable where one of then is gone or has changed, or one cannot be read."""
    if previous is not None:
        usage, amendments = previous.all_files(usage), previous.all_amendments(amendments)
    found = DeliveredFiles(*read_files(usage, amendments))
    if previous is not None:
        previous.check((*found.usage, *found.amendments) if previous.begins(found.usage) else previous.read_again())
    return found


@dataclass(frozen=True, slots=True)
class ReadDelivery:
    """A delivery, with charges of before the accounts that are rated at all, and what the charges are then made of, but for `again`."""

    delivery: Delivery
    reread: Reread
    made_of: MadeOf


def read_delivery(
    scan: UsageScan, files: DeliveredFiles, accounts: Accounts, previous: Previous | None, engine: Engine, reached: Callable[[int], None]
) -> ReadDelivery:
    """What the files hold, as relations of the scan; `reached` is told how many of 3 steps are done.

    Raises ArithmeticError where the counts do not agree, Unusable where the machine fails.
    """
    names = [each.name for each in files.usage]
    known = [each.name for each in previous.head.made_of.amendments] if previous is not None else []
    amendments = read_amendments(scan, [each.name for each in files.amendments], known, len(names))
    engine.look_at(scan, names)
    add_amended(scan, amendments)
    reread = Reread(frozenset(), frozenset())
    if previous is not None:
        before = previous.earlier(scan.book, accounts.digests)
        reread = restrict(scan, replace(before, accounts=before.accounts | amendments.superseded, amended=tuple(amendments.fresh)))
    engine.count(scan, accounts)
    reached(1)
    settle(scan, accounts, lambda done: reached(1 + done))
    delivery = relate(scan)
    wrong = unaccounted(delivery)
    rated = reread.rated
    if wrong is None and previous is not None and (strays := [name for name, counts in delivery.accounts.items() if counts.records and name not in rated]):
        wrong = f"records of `{strays[0]}` were read, whose charges are kept"
    if wrong is not None:
        raise ArithmeticError(wrong)
    gone = list(gone_records(scan))
    if previous is not None:
        gone = sorted([*(each for each in gone if each[0] in reread.touched), *(each for each in previous.head.made_of.gone if each[0] not in reread.touched)])
    early = {*early_accounts(scan, accounts), *(name for name in reread.early if name in accounts.by_id)}
    of = MadeOf(files.usage, files.amendments, tuple(sorted(accounts.digests.values())), claimed_ids(scan), tuple(gone), early=tuple(sorted(early)))
    return ReadDelivery(delivery, reread, of)


def charges_of_delivery(
    scan: UsageScan, accounts: Accounts, read: ReadDelivery, rated: Sequence[UsageCharge], previous: Previous | None
) -> tuple[list[UsageCharge], MadeOf]:
    """The charges of all accounts that are rated, those of the days before added where only new days were read; and what they are made of."""
    charges = list(rated)
    if previous is not None and read.reread.added and previous.has_fewer_days:
        charges = list(with_days_before(accounts, previous.until, previous.charges(scan.book, read.reread.added), rated))
    again = set(accounts_to_read_again(scan, accounts, charges))
    if previous is not None:
        again |= {name for name in previous.head.made_of.again if name not in read.reread.touched}
    return charges, replace(read.made_of, again=tuple(sorted(again)))
