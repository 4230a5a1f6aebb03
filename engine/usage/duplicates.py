"""The same record delivered twice counts once; two records that claim the same id and differ are both refused."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.usage.record import UsageRecord

Pair = tuple[UsageRecord, UsageRecord]


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """Every record is in exactly one of `kept`, `repeated` (dropped), `refused` (of one id with several contents) and `others`.

    `others` counts the records of accounts that were not asked for. `conflicts` are the first two of each id that differ. `alike` of
    those that are kept have no id and the contents of one before them; `first_alike` are the first such two.
    """

    kept: tuple[UsageRecord, ...]
    repeated: int = 0
    refused: int = 0
    others: Mapping[str, int] = field(default_factory=dict)
    conflicts: tuple[Pair, ...] = ()
    alike: int = 0
    first_alike: Pair | None = None


def without_duplicates(records: Iterable[UsageRecord], accounts: Collection[str] | None = None) -> Deduplicated:
    """Each id once, in the order in which the records came; records without an id are all different. `accounts` None: of all accounts.

    Of a conflict nothing is kept, since no order of delivery may decide which of its records is true. Source: rule language, 4,
    Usage.
    """
    first_of: dict[str, UsageRecord] = {}
    again: Counter[str] = Counter()
    conflicts: dict[str, Pair] = {}
    kept: list[UsageRecord] = []
    others: Counter[str] = Counter()
    for record in records:
        if record.id in first_of:
            first = first_of[record.id]
            again[record.id] += 1
            if record.id not in conflicts and record.content != first.content:
                conflicts[record.id] = (first, record)
            continue
        if record.id is not None:
            first_of[record.id] = record
        if accounts is None or record.account in accounts:
            kept.append(record)
        else:
            others[record.account] += 1
    if conflicts:
        others.subtract(first.account for first, _ in conflicts.values() if not _asked(first, accounts))
        kept = [record for record in kept if record.id not in conflicts]
    repeated = 0
    for name, count in again.items():
        if name not in conflicts and _asked(first_of[name], accounts):
            repeated += count
        elif name not in conflicts:
            others[first_of[name].account] += count
    alike = tuple(_alike(kept))
    return Deduplicated(
        tuple(kept), repeated, sum(again[name] + 1 for name in conflicts), dict(sorted((+others).items())), tuple(conflicts.values()),
        len(alike), alike[0] if alike else None,
    )  # fmt: skip


def _asked(record: UsageRecord, accounts: Collection[str] | None) -> bool:
    return accounts is None or record.account in accounts


def _alike(records: Iterable[UsageRecord]) -> Iterator[Pair]:
    """Each record without an id whose contents are those of one before it, behind the first of them."""
    seen: dict[int, UsageRecord] = {}
    for record in records:
        if record.id is None:
            key = hash(record.content)
            # Of different contents with one hash, which are rare, the later ones go to the next free place.
            while key in seen and seen[key].content != record.content:
                key += 1
            if key in seen:
                yield seen[key], record
            else:
                seen[key] = record
