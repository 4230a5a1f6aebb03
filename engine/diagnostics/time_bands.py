"""Codes of family P: time bands."""

from engine.diagnostics.record import CodeInfo

BAND_UNREADABLE = CodeInfo(
    "P115",
    "band-unreadable",
    "error",
    "Hours, a day or a month of a time band that do not exist",
    "A band holds at hours of the clock, on days of the week and in months of the year.",
    'peak: {hours: ["16:00-25:00"]}',
    'peak: {hours: ["16:00-21:00"]}',
)
BANDS_OVERLAP = CodeInfo(
    "P116",
    "bands-overlap",
    "error",
    "Two time bands that hold at one time",
    "What is used belongs to the band at its time, so no time may lie in two.",
    'peak: {hours: ["16:00-21:00"]}, evening: {hours: ["20:00-23:00"]}',
    'peak: {hours: ["16:00-21:00"]}, evening: {hours: ["21:00-23:00"]}',
)
