"""The same record delivered twice counts once; two records that claim the same id and differ are both refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.usage.record import UsageRecord


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """`kept` count, `dropped` are their repetitions, `conflicting` the groups of one id with several contents.

    Every record is in exactly one of the three.
    """

    kept: tuple[UsageRecord, ...]
    dropped: tuple[UsageRecord, ...]
    conflicting: tuple[tuple[UsageRecord, ...], ...]


def without_duplicates(records: Iterable[UsageRecord]) -> Deduplicated:
    """Each id once, in the order in which the records came; records without an id are all different.

    Of a conflict nothing is kept, since no order of delivery may decide which of its records is true. Source: rule language, 4,
    Usage.
    """
    groups: dict[object, list[UsageRecord]] = {}
    for position, record in enumerate(records):
        groups.setdefault(record.id if record.id is not None else position, []).append(record)
    kept, dropped, conflicting = [], [], []
    for group in groups.values():
        if any(record.content != group[0].content for record in group):
            conflicting.append(tuple(group))
        else:
            kept.append(group[0])
            dropped += group[1:]
    return Deduplicated(tuple(kept), tuple(dropped), tuple(conflicting))
