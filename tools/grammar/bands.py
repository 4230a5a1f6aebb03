"""The section `time_bands` (rule language, second version, 3.4)."""

from engine.model.time_bands import WEEKDAYS
from tools.grammar.parts import DESCRIPTION, REFERENCE, TITLE, by_id, entries, mapping, names, whole, word

DAY_MEANINGS = {day: f"each {day.capitalize()}" for day in WEEKDAYS}
TIME_BANDS = by_id(
    "Time bands", "When a price for a time of day holds; `when: {band: peak}` names one. No time lies in two; what lies in none has no band.",
    [{"peak": {"hours": ["16:00-21:00"], "days": ["monday"], "months": [6, 7, 8, 9]}}], "time_bands",
    mapping(
        "Time band", "Hours, days and months of the book's time zone.", [{"hours": ["16:00-21:00"]}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "hours": names(
                "Hours", "From a time of the clock to another; `22:00-06:00` goes over midnight, and belongs to the day on which it begins. Left out, the whole day.",
                [["16:00-21:00"]],
            ),
            "days": entries("Days", "The days of the week on which its hours begin; every one where left out.", [["monday", "friday"]], word("Day", "A day of the week.", DAY_MEANINGS)),
            "months": entries("Months", "The months in which its hours begin, from 1 to 12; every one where left out.", [[6, 7, 8, 9]], whole("Month", "A month.", [6])),
            "reference": REFERENCE,
        },
    ),
)  # fmt: skip
