"""A delivery of usage, read: all of it, or with charges that were made before what is new of it and whatever this touches."""

from collections.abc import Callable, Sequence

from engine.batch.accounts import Accounts
from engine.batch.earlier import restrict
from engine.batch.previous import Previous
from engine.batch.relation import relate
from engine.batch.settling import settle
from engine.batch.usage_scan import UsageScan
from engine.rating.reconcile import Delivery, unaccounted


def read_delivery(
    scan: UsageScan, names: Sequence[str], accounts: Accounts, previous: Previous | None, reached: Callable[[int], None]
) -> tuple[Delivery, frozenset[str]]:
    """What the files hold, as relations of the scan, and the accounts whose charges are made anew; `reached` is told how many of 3 steps are done.

    `names` are those of all files, those of before included. Raises ArithmeticError where the counts do not agree, Unusable where the machine fails.
    """
    scan.look_at(names)
    touched = restrict(scan, previous.earlier(accounts.digests)) if previous is not None else frozenset()
    scan.count()
    reached(1)
    settle(scan, accounts, lambda done: reached(1 + done))
    delivery = relate(scan)
    wrong = unaccounted(delivery)
    if wrong is None and previous is not None and (strays := [name for name, counts in delivery.accounts.items() if counts.records and name not in touched]):
        wrong = f"records of `{strays[0]}` were read, whose charges are kept"
    if wrong is not None:
        raise ArithmeticError(wrong)
    return delivery, touched
