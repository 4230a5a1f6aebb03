"""Usage: records of what was used, and the quantities that meters make of them (rule language, 3.4)."""

from engine.usage.duplicates import Deduplicated, without_duplicates
from engine.usage.meters import meter_usage, priced_attributes
from engine.usage.record import MeteredWindow, Series, UsageRecord

__all__ = ["Deduplicated", "MeteredWindow", "Series", "UsageRecord", "meter_usage", "priced_attributes", "without_duplicates"]
