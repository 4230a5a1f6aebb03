"""Usage: records of what was used, and the quantities that meters make of them (rule language, 3.4)."""

from engine.usage.duplicates import Deduplicated, without_duplicates
from engine.usage.meters import meter_usage
from engine.usage.record import Series, UsageRecord
from engine.usage.records import UsageRead, read_usage, read_usage_files

__all__ = [
    "Deduplicated", "Series", "UsageRead", "UsageRecord", "meter_usage", "read_usage", "read_usage_files", "without_duplicates",
]  # fmt: skip
